-- The desk: pairs of records that somebody looked at and found to be two ideas, so that nobody is asked again; and names that the privacy
-- gate found and a curator let pass.
create table model_distinction (
  id uuid primary key, source_id uuid not null references model_record (id), target_id uuid not null references model_record (id),
  reason text not null, recorded_by text not null, recorded_by_name text not null, recorded_at timestamptz not null default clock_timestamp(),
  withdrawn_by text, withdrawn_at timestamptz, withdrawal_reason text,
  check (source_id <> target_id), check ((withdrawn_at is null) = (withdrawn_by is null))
);
comment on table model_distinction is 'Two records that are not one: a decision that stands until withdrawn_at. It follows records into what they are merged into.';
create unique index model_distinction_stands on model_distinction (least(source_id, target_id), greatest(source_id, target_id)) where withdrawn_at is null;
create index on model_distinction (source_id) where withdrawn_at is null;
create index on model_distinction (target_id) where withdrawn_at is null;

create table privacy_release (
  id uuid primary key, model_id uuid not null references model_record (id), finding_key text not null, kind text not null, reason text not null,
  released_by text not null, released_by_name text not null, released_at timestamptz not null default clock_timestamp(), unique (model_id, finding_key)
);
comment on column privacy_release.finding_key is 'Hash of the kind, the place in the text and the whole text: another text is inspected anew. The name itself is not kept here.';
