-- Curation: whose territory a record is, who wrote each revision, every step of a record's way, and merges that can be undone.
alter table model_record add column origin_locality_id uuid references locality (id), add column state_changed_at timestamptz not null default now();
comment on column model_record.origin_locality_id is 'Where the working revision says that the model was born: whose territory the record is, without opening the document.';
comment on column model_record.editorial_state is 'State of the working (latest) revision. A published record whose next revision is edited keeps published_revision, and stays readable.';
update model_record r set origin_locality_id = o.locality_id from origin o where o.model_id = r.id and o.position = 0;
create index on model_record (origin_locality_id);
create index model_record_open on model_record (editorial_state, state_changed_at) where editorial_state not in ('PUBLISHED', 'ARCHIVED', 'MERGED', 'REJECTED');

alter table model_revision add column author_name text;
comment on column model_revision.author is 'Id of the caller who wrote it, or `seed`; author_name is how they were called then.';
-- What was readable at a moment (asOf), and what the public may see of a record's history.
create index model_revision_published on model_revision (model_id, published_at) where published_at is not null;

-- One row per step of the workflow, never changed: who took a record from which state to which, and why.
create table model_step (
  id bigint generated always as identity primary key, model_id uuid not null, revision int not null, step text not null,
  from_state text, to_state text not null, actor text not null, actor_name text not null, reason text, at timestamptz not null default clock_timestamp(),
  foreign key (model_id, revision) references model_revision (model_id, revision)
);
create index on model_step (model_id, id);

-- A merge that stands sends the source's slug and id to the target. An undone one stays as history.
create table model_merge (
  id uuid primary key, source_id uuid not null references model_record (id), target_id uuid not null references model_record (id),
  source_state text not null, target_state text not null, source_revision int not null, target_revision int not null, merged_revision int not null, is_published boolean not null,
  merged_by text not null, reason text not null, merged_at timestamptz not null default clock_timestamp(), undone_by text, undone_at timestamptz,
  check (source_id <> target_id), check ((undone_at is null) = (undone_by is null))
);
comment on column model_merge.merged_revision is 'The revision of the target that the merge wrote; source_revision and target_revision are those before it.';
create unique index model_merge_stands on model_merge (source_id) where undone_at is null;
create index on model_merge (target_id) where undone_at is null;

-- The record that a merged one went into, through however many merges; itself when it was not merged.
create function f_model_now(record_id uuid) returns uuid language sql stable strict parallel safe as $$
  with recursive way (id, step) as (
    select record_id, 0
    union all select m.target_id, way.step + 1 from way join model_merge m on m.source_id = way.id and m.undone_at is null where way.step < 100
  ) select id from way order by step desc limit 1
$$;
comment on function f_model_now(uuid) is 'Id of the record that this one was merged into, or its own.';
