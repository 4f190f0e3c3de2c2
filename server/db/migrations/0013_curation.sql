-- What a curator and an author need of a record's way: which merge a step was of.
alter table model_step add column merge_id uuid references model_merge (id), add check (merge_id is null or step in ('MERGE', 'UNDO_MERGE'));
comment on column model_step.merge_id is 'Of MERGE and UNDO_MERGE, on both records: what undoMerge takes.';
-- Both records are locked while one goes into the other, so the last merge before a step of either is the one that it was of.
update model_step s set merge_id = (
  select m.id from model_merge m where s.model_id in (m.source_id, m.target_id) and (case s.step when 'MERGE' then m.merged_at else m.undone_at end) <= s.at
  order by case s.step when 'MERGE' then m.merged_at else m.undone_at end desc limit 1)
where s.step in ('MERGE', 'UNDO_MERGE');

-- Imports: a key that a caller chose may say anything, so only its digest is kept; it is compared, never shown.
update import_job set idempotency_key = 'key:' || encode(sha256(convert_to(idempotency_key, 'UTF8')), 'hex') where idempotency_key not like 'content:%';
comment on column import_job.idempotency_key is '`key:` and the SHA-256 of what the caller gave, else `content:` and content_hash.';

-- A job stops when whoever it runs for may no longer do what it does; somebody else who may can have it go on.
alter table import_job drop constraint import_job_state_check, add constraint import_job_state_check check (state in ('QUEUED', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED')),
  add column stopped_at timestamptz, add check ((state = 'STOPPED') = (stopped_at is not null)),
  add column resumed_by text, add column resumed_by_name text, add column resumed_by_role text, add column resumed_by_localities uuid[],
  add check (num_nonnulls(resumed_by, resumed_by_name, resumed_by_role, resumed_by_localities) in (0, 4));
comment on column import_job.resumed_by is 'Who had a stopped job go on, and for whom it runs since; null = still for actor_id.';
create index import_job_stopped on import_job (stopped_at) where state = 'STOPPED';
create index import_row_of_model on import_row (model_id) where model_id is not null;
