-- The record (product.md): truth = model_revision; everything below "Projection" holds published revisions only.
create extension if not exists pg_trgm;

-- Lower case, marks and đ folded away. Decomposed (NFD), every mark is a character of its own, and translate() drops what has no partner.
-- Only built-in immutable functions, so that the planner puts them in place of the call: unaccent() is STABLE and cost 70 µs a call.
create function f_fold(t text) returns text language sql immutable strict parallel safe
  as $$ select lower(translate(normalize(t, NFD), U&'\0111\0110\00F0\00D0\0300\0301\0302\0303\0304\0306\0307\0308\0309\030A\030B\030C\031B\0323\0326\0327\0328', 'dddd')) $$;

create domain partial_date as text check (value ~ '^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$');

-- State of the installation: seed version, evidence rules, index alias rows.
create table setting (key text primary key, value jsonb not null, updated_at timestamptz not null default now());

-- Vocabularies -----------------------------------------------------------------------------------------------------------
create table term (
  id uuid primary key, kind text not null check (kind in ('TOPIC', 'SETTING', 'PARTICIPANT')), key text not null check (key ~ '^[a-z0-9-]+$'),
  label_vi text not null, label_en text not null, description text, synonyms text[] not null default '{}', position int not null, deprecated_at timestamptz,
  unique (kind, key)
);

-- Places: one unit over one interval; its slug is unique for ever, its code is no identity --------------------------------
create table legal_instrument (id uuid primary key, number text, title text not null, issuer text not null, issued_on partial_date, unique nulls not distinct (number, issuer, title, issued_on));
create table locality (
  id uuid primary key, slug text not null unique, code text, level text not null check (level in ('PROVINCE', 'DISTRICT', 'COMMUNE')),
  kind text not null, name text not null, full_name text not null, parent_id uuid references locality (id),
  valid_from date, valid_until date, name_fold text not null generated always as (f_fold(name)) stored,
  full_name_fold text not null generated always as (f_fold(full_name)) stored,
  check (valid_from < valid_until), check (parent_id <> id), check ((level = 'PROVINCE') = (parent_id is null))
);
comment on column locality.valid_until is 'First day on which the unit no longer existed; null = exists today.';
create unique index locality_one_current_holder_of_code on locality (level, code) where valid_until is null and code is not null;
create index on locality (parent_id);
create index on locality (code);
create index locality_name_fold on locality (name_fold text_pattern_ops);
create index locality_full_name_fold on locality (full_name_fold text_pattern_ops);
create table locality_name (
  id uuid primary key, locality_id uuid not null references locality (id), name text not null, kind text not null check (kind in ('OFFICIAL', 'SPELLING', 'ABBREVIATION')),
  valid_from date, valid_until date, check (valid_from < valid_until), name_fold text not null generated always as (f_fold(name)) stored
);
create unique index locality_one_current_name on locality_name (locality_id) where kind = 'OFFICIAL' and valid_until is null;
create index on locality_name (locality_id);
create index locality_name_name_fold on locality_name (name_fold text_pattern_ops);
create table locality_change (
  id uuid primary key, kind text not null check (kind in ('MERGE', 'SPLIT', 'RENAME', 'ABOLISH', 'UPGRADE', 'TRANSFER', 'REORGANISE')), effective_on date, legal_instrument_id uuid references legal_instrument (id), note text
);
create table locality_succession (
  predecessor_id uuid not null references locality (id), successor_id uuid not null references locality (id), change_id uuid not null references locality_change (id),
  is_whole boolean not null, primary key (predecessor_id, successor_id), check (predecessor_id <> successor_id)
);
create index on locality_succession (successor_id);
-- Derived from locality + locality_succession by server/domain/locality/cover.ts: a record placed at place_id matches a filter on locality_id.
create table locality_cover (
  locality_id uuid not null references locality (id), place_id uuid not null references locality (id), is_whole boolean not null, primary key (place_id, locality_id)
);
create index on locality_cover (locality_id, place_id);

-- Truth ------------------------------------------------------------------------------------------------------------------
create table source (
  id uuid primary key, revision int not null default 1, title text not null, publisher text, url text check (url ~ '^https?://'), url_key text unique, published_on partial_date,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now()
);
comment on column source.url_key is 'Normalised URL (scheme, www., tracking parameters and trailing slash dropped): one source has one row.';
create table source_revision (source_id uuid not null references source (id), revision int not null, document jsonb not null, author text not null, reason text, created_at timestamptz not null default now(), primary key (source_id, revision));
create table model_record (
  id uuid primary key, slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  editorial_state text not null check (editorial_state in ('DRAFT', 'SUBMITTED', 'IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED', 'PUBLISHED', 'ARCHIVED', 'REJECTED', 'MERGED')),
  latest_revision int not null, published_revision int, seed_hash text, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  check (published_revision <= latest_revision)
);
comment on column model_record.seed_hash is 'Content hash that the seed last wrote; a record whose latest revision has another hash was changed by a curator and is left alone.';
create table slug_redirect (slug text primary key, model_id uuid not null references model_record (id));
create table model_revision (
  model_id uuid not null references model_record (id), revision int not null check (revision > 0), document jsonb not null, content_hash text not null,
  author text not null, reason text, created_at timestamptz not null default now(), published_at timestamptz, superseded_at timestamptz,
  primary key (model_id, revision), check (published_at <= superseded_at)
);
create unique index model_one_published_revision on model_revision (model_id) where published_at is not null and superseded_at is null;

-- Projection of the published revision ----------------------------------------------------------------------------------
create table model (
  id uuid primary key references model_record (id), slug text not null unique, revision int not null, name text not null, name_key text not null,
  summary text not null, problem text, how_it_works text, lead_body text,
  operational_status text not null check (operational_status in ('PROPOSED', 'PILOT', 'ACTIVE', 'NEEDS_CONSOLIDATION', 'SUSPENDED', 'ENDED', 'RETIRED', 'UNKNOWN')),
  started_on partial_date, started_year int generated always as (left(started_on::text, 4)::int) stored,
  evidence_level text not null check (evidence_level in ('E0', 'E1', 'E2', 'E3', 'E4', 'E5')), evidence jsonb not null,
  result_count int not null, replication_count int not null, cost_count int not null, recognition_levels text[] not null default '{}',
  created_at timestamptz not null, updated_at timestamptz not null,
  foreign key (id, revision) references model_revision (model_id, revision)
);
comment on column model.name_key is 'Sort key of the name in Vietnamese order (đ after d, tone last), so that ORDER BY needs no ICU locale.';
create index model_by_name on model (name_key, id);
create index model_by_updated on model (updated_at, id);
create index model_by_started on model (started_on, id);
create index model_by_replications on model (replication_count, id);
create table model_term (model_id uuid not null references model (id) on delete cascade, term_id uuid not null references term (id), position int not null, primary key (model_id, term_id));
create index on model_term (term_id, model_id);
-- Where a model was born, runs, or has a point; what localityIn filters on.
create table model_place (model_id uuid not null references model (id) on delete cascade, role text not null check (role in ('ORIGIN', 'REPLICATION', 'POINT')), locality_id uuid not null references locality (id), primary key (model_id, role, locality_id));
create index on model_place (locality_id, role, model_id);
create table model_source (model_id uuid not null references model (id) on delete cascade, source_id uuid not null references source (id), position int not null, title_as_cited text, primary key (model_id, source_id));
create index on model_source (source_id);

-- One citation supports one record and field. The facts below point back at one of theirs (deferred, so both may be written in
-- either order): the database itself refuses a fact without a source.
create table citation (
  id uuid primary key, model_id uuid not null references model (id) on delete cascade, subject_kind text not null, subject_id uuid not null,
  field text, source_id uuid not null references source (id), locator text, precision text not null check (precision in ('FACT', 'RECORD')), position int not null
);
create index on citation (subject_id);
create index on citation (model_id, position);
create index on citation (source_id);

create table alias (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, name text not null, used_in text, used_since partial_date);
create index on alias (model_id);
create table origin (
  id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, kind text not null check (kind in ('BOTTOM_UP', 'PROGRAMME', 'INDEPENDENT', 'UNKNOWN')),
  place_as_written text, locality_id uuid references locality (id), started_on partial_date, started_as_written text, initiator text,
  confidence text not null check (confidence in ('DOCUMENTED', 'INFERRED', 'CLAIMED')), unique (model_id, position)
);
comment on column origin.position is '0 = the origin; 1.. = alternatives claimed by a source.';
create table result (
  id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, statement text not null, indicator text, indicator_key text,
  value double precision, value_max double precision, out_of double precision, qualifier text not null check (qualifier in ('EXACT', 'OVER', 'NEARLY', 'ABOUT')), unit text,
  counting_unit text not null check (counting_unit in ('MODEL_TYPE', 'MODEL', 'POINT', 'GROUP', 'PERSON', 'CASE', 'MONEY', 'PERCENT', 'OTHER', 'NONE')),
  period_from partial_date, period_to partial_date, period_as_written text, as_of partial_date,
  baseline_value double precision, baseline_from partial_date, baseline_to partial_date, baseline_as_written text, comparison_as_written text,
  place_as_written text, locality_id uuid references locality (id),
  attribution text not null check (attribution in ('CONTEXT', 'CONTRIBUTION', 'MEASURED_EFFECT')), effect text not null check (effect in ('POSITIVE', 'NULL', 'NEGATIVE', 'MIXED', 'UNKNOWN')),
  evidence_level text not null check (evidence_level in ('E0', 'E1', 'E2', 'E3', 'E4', 'E5')),
  citation_id uuid not null references citation (id) deferrable initially deferred,
  check (value_max >= value), check (period_from::text <= period_to::text or left(period_to::text, 4) = left(period_from::text, 4)), check (value is not null or counting_unit = 'NONE')
);
create index on result (model_id, position);
-- The owning model is credited too, so that one join lists a model's results. No foreign key to model: the other one may be unpublished.
create table result_credit (result_id uuid not null references result (id) on delete cascade, model_id uuid not null references model_record (id), position int not null, primary key (result_id, model_id));
create index on result_credit (model_id, position, result_id);
create table replication (
  id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, spread text not null check (spread in ('CASCADE', 'MANDATE', 'LEARNING', 'PARALLEL', 'UNKNOWN')),
  place_as_written text not null, locality_id uuid references locality (id), started_on partial_date, ended_on partial_date, started_as_written text,
  status text not null check (status in ('PLANNED', 'RUNNING', 'SUSTAINED', 'STOPPED', 'FAILED', 'UNKNOWN')), status_reason text, mandate text,
  sites int check (sites >= 0), members int check (members >= 0), note text, confidence text not null check (confidence in ('DOCUMENTED', 'INFERRED', 'CLAIMED')),
  citation_id uuid not null references citation (id) deferrable initially deferred,
  check (started_on::text <= ended_on::text or left(started_on::text, 4) = left(ended_on::text, 4))
);
create index on replication (model_id, position);
create index on replication (locality_id);
create table point (
  id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, name text not null, place_as_written text, locality_id uuid references locality (id),
  started_on partial_date, status text not null check (status in ('PLANNED', 'RUNNING', 'SUSTAINED', 'STOPPED', 'FAILED', 'UNKNOWN')), group_count int check (group_count >= 0),
  citation_id uuid not null references citation (id) deferrable initially deferred
);
create index on point (model_id, position);
create index on point (locality_id);
create table recognition (
  id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, level text not null check (level in ('NATIONAL', 'MINISTRY', 'PROVINCE', 'DISTRICT', 'COMMUNE', 'OTHER')),
  by text, form text not null, date partial_date, date_to partial_date, date_as_written text, annulled_on partial_date, annulment_reason text,
  citation_id uuid not null references citation (id) deferrable initially deferred, check ((annulled_on is null) = (annulment_reason is null))
);
create index on recognition (model_id, position);

-- Told facts that share one shape: text, place, date.
create table step (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, text text not null, place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid not null references citation (id) deferrable initially deferred);
create table cost (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, text text not null, amount double precision, amount_max double precision, qualifier text not null check (qualifier in ('EXACT', 'OVER', 'NEARLY', 'ABOUT')), currency text, unit_as_written text, per text, payer text, place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid not null references citation (id) deferrable initially deferred, check (amount_max >= amount));
create table resource (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, text text not null, amount double precision, unit text, place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid not null references citation (id) deferrable initially deferred);
create table legal_basis (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, text text not null, number text, issuer text, legal_instrument_id uuid references legal_instrument (id), place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid not null references citation (id) deferrable initially deferred);
create table condition (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, text text not null, is_editorial boolean not null, amount double precision, unit text, number text, issuer text, place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid references citation (id) deferrable initially deferred, check (is_editorial or citation_id is not null));
create table adaptation (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, text text not null, reason text, place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid not null references citation (id) deferrable initially deferred);
create table lineage_fact (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, text text not null, learned_from text not null, learned_to text not null, place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid not null references citation (id) deferrable initially deferred);
create table setback (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, kind text not null check (kind in ('STOPPED', 'EQUIPMENT_FAILED', 'WEAKENED', 'INEFFECTIVE', 'LIMITATION', 'MERGED', 'PREDECESSOR', 'CONTEXT')), text text not null, reason text, amount double precision, unit text, still_working double precision, place_as_written text, locality_id uuid references locality (id), date partial_date, date_to partial_date, date_as_written text, citation_id uuid not null references citation (id) deferrable initially deferred);
create index on step (model_id, position);
create index on cost (model_id, position);
create index on resource (model_id, position);
create index on legal_basis (model_id, position);
create index on condition (model_id, position);
create index on adaptation (model_id, position);
create index on lineage_fact (model_id, position);
create index on setback (model_id, position);
create table model_relation (id uuid primary key, model_id uuid not null references model (id) on delete cascade, kind text not null check (kind in ('VARIANT_OF', 'COMPONENT_OF', 'MERGED_INTO', 'SUCCEEDS', 'UPGRADED_FROM', 'SIMILAR_TO')), to_model_id uuid not null references model_record (id), position int not null, note text, check (model_id <> to_model_id), unique (model_id, kind, to_model_id));
create index on model_relation (to_model_id);
create table review (id uuid primary key, model_id uuid not null references model (id) on delete cascade, position int not null, cycle int not null, class text, score double precision, decision text check (decision in ('MAINTAIN', 'CONSOLIDATE', 'REPLICATE', 'RETIRE')), reason text, reviewed_on partial_date, next_due_on partial_date, unique (model_id, cycle));

-- What a report says of a whole place: totals that coexist, dated, never averaged; and what provinces' reviews found ---------
create table place_review (id uuid primary key, slug text not null unique, text text not null, place_as_written text, locality_id uuid references locality (id), year int, source_id uuid not null references source (id));
create table reported_figure (
  id uuid primary key, slug text not null unique, place_review_id uuid references place_review (id), position int not null, place_as_written text, locality_id uuid references locality (id), as_of partial_date,
  label text not null, counting_unit text not null check (counting_unit in ('MODEL_TYPE', 'MODEL', 'POINT', 'GROUP', 'PERSON', 'CASE', 'MONEY', 'PERCENT', 'OTHER')), unit text not null,
  qualifier text not null check (qualifier in ('EXACT', 'OVER', 'NEARLY', 'ABOUT')), value double precision not null, note text, source_id uuid not null references source (id)
);

-- Outbox: one row per (target, kind, record) that an index must hear of; written in the transaction of the change, ids only.
create table outbox (
  id bigint generated always as identity primary key, target text not null, kind text not null, record_id uuid not null, version bigint not null default 1,
  enqueued_at timestamptz not null default now(), available_at timestamptz not null default now(), leased_until timestamptz, task_uid bigint, attempts int not null default 0, last_error text, dead_at timestamptz,
  unique (target, kind, record_id)
);
create index on outbox (available_at) where dead_at is null;
