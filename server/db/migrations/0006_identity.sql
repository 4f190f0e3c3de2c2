-- Who may write, and what was done -----------------------------------------------------------------------------------------

-- Keys of programs and people. The key itself is kept nowhere: it is shown once, and known again by its SHA-256.
create table api_key (
  id uuid primary key, name text not null check (btrim(name) <> ''), prefix text not null, hash text not null unique check (hash ~ '^[0-9a-f]{64}$'),
  role text not null check (role in ('LOCALITY_OFFICER', 'CURATOR', 'ADMIN')),
  created_at timestamptz not null default now(), created_by text not null, expires_at timestamptz, revoked_at timestamptz, revoked_by text, last_used_at timestamptz,
  check ((revoked_at is null) = (revoked_by is null))
);
comment on column api_key.prefix is 'The beginning of the key, by which people tell keys apart; far too little to guess the rest.';
create table api_key_locality (api_key_id uuid not null references api_key (id) on delete cascade, locality_id uuid not null references locality (id), primary key (api_key_id, locality_id));
create index on api_key_locality (locality_id);
create index api_key_by_creation on api_key (created_at, id);

-- The audit log: it only grows. Each entry's hash covers the entry before; what may hold personal data (a name, a reason, values) is in the
-- payload, of which the hash covers a salted digest only, so that a payload can be erased and the chain still holds.
create table audit_entry (
  seq bigint primary key check (seq > 0), at timestamptz not null, actor_id text, actor_role text, action text not null check (action <> ''),
  record_kind text not null check (record_kind <> ''), record_id text not null, revision int,
  payload text, payload_salt text, payload_digest text not null check (payload_digest ~ '^[0-9a-f]{64}$'), erased_by bigint references audit_entry (seq),
  previous_hash text not null unique check (previous_hash ~ '^[0-9a-f]{64}$'), hash text not null unique check (hash ~ '^[0-9a-f]{64}$'),
  check ((payload is null) = (payload_salt is null)), check ((payload is null) = (erased_by is not null)), check (erased_by > seq)
);
comment on table audit_entry is 'Append only, hash chained; npm run audit:verify checks it.';
create index audit_entry_of_record on audit_entry (record_kind, record_id, seq);
create index audit_entry_of_actor on audit_entry (actor_id, seq);
create index on audit_entry (erased_by) where erased_by is not null;

-- Where the chain ends. Whoever appends holds this row until the transaction ends, so there is one order and no gap.
create table audit_head (only_row boolean primary key default true check (only_row), seq bigint not null, hash text not null);
insert into audit_head (seq, hash) values (0, repeat('0', 64));

create function audit_append() returns trigger language plpgsql as $$
declare
  head audit_head;
begin
  select * into head from audit_head for update;
  if new.seq is distinct from head.seq + 1 or new.previous_hash is distinct from head.hash or new.payload is null then
    raise exception 'audit_entry takes nothing but the next entry of the chain' using errcode = 'integrity_constraint_violation';
  end if;
  update audit_head set seq = new.seq, hash = new.hash;
  return new;
end $$;
create trigger audit_entry_append before insert on audit_entry for each row execute function audit_append();

create function audit_refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'audit_head' and pg_trigger_depth() > 1 then return new; end if;
  if tg_op = 'UPDATE' and tg_table_name = 'audit_entry' and current_setting('audit.erasing', true) = 'on' then
    if old.payload is not null and new.payload is null and new.erased_by is not null
      and to_jsonb(new) - array['payload', 'payload_salt', 'erased_by'] = to_jsonb(old) - array['payload', 'payload_salt', 'erased_by'] then return new; end if;
  end if;
  raise exception '% of % is refused: the audit log only grows', tg_op, tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger audit_entry_refuse before update or delete on audit_entry for each row execute function audit_refuse();
create trigger audit_entry_refuse_truncate before truncate on audit_entry for each statement execute function audit_refuse();
create trigger audit_head_refuse before update or delete on audit_head for each row execute function audit_refuse();
create trigger audit_head_refuse_truncate before truncate on audit_head for each statement execute function audit_refuse();

-- The one way to erase: the payloads of entries, explained by an entry of the chain that names them.
create function audit_erase(by_seq bigint, seqs bigint[]) returns bigint language plpgsql as $$
declare
  erased bigint;
begin
  if not exists (select from audit_entry where seq = by_seq and action = 'AUDIT_ERASED') then
    raise exception 'entry % does not explain an erasure', by_seq using errcode = 'integrity_constraint_violation';
  end if;
  perform set_config('audit.erasing', 'on', true);
  update audit_entry set payload = null, payload_salt = null, erased_by = by_seq where seq = any (seqs) and payload is not null and action <> 'AUDIT_ERASED' and seq < by_seq;
  get diagnostics erased = row_count;
  perform set_config('audit.erasing', 'off', true);
  return erased;
end $$;
comment on function audit_erase(bigint, bigint[]) is 'Erases payloads of audit entries; the entry by_seq must say so first.';
