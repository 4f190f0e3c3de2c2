-- Imports as jobs: the file is kept until it is done, every batch commits with the rows that it brought in, so a job goes on where it was.
create table import_job (
  id uuid primary key, format text not null check (format in ('CSV', 'XLSX', 'JSON', 'NDJSON')), mode text not null default 'DRAFTS' check (mode in ('DRAFTS', 'RESTORE')),
  state text not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
  actor_id text not null, actor_name text not null, actor_role text not null, actor_localities uuid[] not null default '{}',
  idempotency_key text not null, content_hash text not null, byte_count int not null, content bytea,
  row_count int, done_count int not null default 0, created_count int not null default 0, updated_count int not null default 0, unchanged_count int not null default 0, refused_count int not null default 0,
  issues jsonb not null default '[]', lease_token uuid, leased_until timestamptz, attempts int not null default 0,
  created_at timestamptz not null default clock_timestamp(), started_at timestamptz, finished_at timestamptz,
  unique (actor_id, idempotency_key), check ((state in ('SUCCEEDED', 'FAILED')) = (finished_at is not null)), check (state in ('SUCCEEDED', 'FAILED') or content is not null)
);
comment on column import_job.content is 'The file as it was sent; gone when the job is done.';
comment on column import_job.issues is 'What is to be said of the file as a whole.';
comment on column import_job.done_count is 'Rows that are decided, from the first on: where a job goes on after whoever ran it died.';
create index import_job_due on import_job (created_at) where state in ('QUEUED', 'RUNNING');
create index import_job_of_actor on import_job (actor_id, created_at);

-- What became of each row; rows without anything to say are not kept.
create table import_row (
  job_id uuid not null references import_job (id) on delete cascade, row int not null, outcome text not null check (outcome in ('CREATED', 'UPDATED', 'UNCHANGED', 'REFUSED')),
  model_id uuid references model_record (id), issues jsonb not null default '[]', duplicates jsonb not null default '[]', primary key (job_id, row)
);
