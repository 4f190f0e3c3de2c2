-- The stewards' work: who reviews what, what people report, decisions that change units, vocabularies that live, and what was erased.

-- Who looks at a record's open revision. It stays when the record comes back, so that the same eyes see it again.
create table model_assignment (
  model_id uuid primary key references model_record (id), assignee text not null check (assignee <> ''), assigned_by text not null, assigned_at timestamptz not null default clock_timestamp()
);
comment on column model_assignment.assignee is 'The caller as Viewer.actorId names them.';
create index on model_assignment (assignee);

-- What anybody says of a record: a queue item, never a change. Nothing is kept of who said it.
create table issue_report (
  id uuid primary key, kind text not null check (kind in ('FIGURE_WRONG', 'POINT_STOPPED', 'WE_RUN_IT_TOO', 'OTHER')), model_id uuid not null references model_record (id),
  field text, part_id uuid, locality_id uuid references locality (id), text text not null check (btrim(text) <> ''), reported_at timestamptz not null default clock_timestamp(),
  outcome text check (outcome in ('CORRECTED', 'NOTED', 'UNFOUNDED', 'DUPLICATE')), resolution text, resolved_by text, resolved_at timestamptz,
  check ((outcome is null) = (resolved_at is null)), check ((resolution is null) = (resolved_at is null)), check ((resolved_by is null) = (resolved_at is null))
);
comment on column issue_report.field is 'Path in the document, as in FieldChange.path.';
create index issue_report_open on issue_report (reported_at, id) where resolved_at is null;
create index on issue_report (model_id);

-- Letters that nobody will send again by itself, for their queue.
create index outbox_dead on outbox (id) where dead_at is not null;

-- A decision that was applied: found again by its key, so that it is applied once.
alter table locality_change add column decision_key text unique, add column recorded_by text, add column recorded_at timestamptz, add check ((decision_key is null) = (recorded_at is null));
comment on column locality_change.decision_key is 'SHA-256 of kind, day and units: what happens to them on that day happens once; null = loaded from a table of units.';

-- A word that went into another one keeps its row, so that its key leads there for ever and the seed does not bring it back.
alter table term add column merged_into uuid references term (id), add check (merged_into <> id), add check (merged_into is null or deprecated_at is not null);
create index on term (merged_into) where merged_into is not null;
alter table concept add column merged_into uuid references concept (id), add check (merged_into <> id);
comment on column concept.merged_into is 'The concept that says it now; a merged one is not read with queries any more, and its key stays taken.';

-- What was erased from a revision stays told: when, and by which entry of the audit log.
alter table model_revision add column erased_at timestamptz, add column erased_by bigint references audit_entry (seq), add check ((erased_at is null) = (erased_by is null));
comment on column model_revision.erased_at is 'When personal data was replaced in its document; erased_by is the entry of the audit log that says who did, and why.';
