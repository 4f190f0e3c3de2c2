-- Printed from the migrations by `npm run structure:print`; edit those, not this.

extension pg_trgm

domain partial_date as text CHECK ((VALUE ~ '^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$'::text))

table abbreviation
  short text not null
  long_forms text[] not null
  seed_hash text
  constraint abbreviation_long_forms_check CHECK ((cardinality(long_forms) > 0))
  constraint abbreviation_pkey PRIMARY KEY (short)
  constraint abbreviation_short_check CHECK ((short <> ''::text))
  CREATE TRIGGER abbreviation_touches AFTER INSERT OR DELETE OR UPDATE ON public.abbreviation FOR EACH STATEMENT EXECUTE FUNCTION touch_thesaurus()

table adaptation
  id uuid not null
  model_id uuid not null
  position integer not null
  text text not null
  reason text
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid not null
  constraint adaptation_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint adaptation_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint adaptation_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint adaptation_pkey PRIMARY KEY (id)
  CREATE INDEX adaptation_model_id_position_idx ON public.adaptation USING btree (model_id, "position")

table alias
  id uuid not null
  model_id uuid not null
  position integer not null
  name text not null
  used_in text
  used_since partial_date
  constraint alias_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint alias_pkey PRIMARY KEY (id)
  CREATE INDEX alias_model_id_idx ON public.alias USING btree (model_id)

table api_key
  id uuid not null
  name text not null
  prefix text not null -- The beginning of the key, by which people tell keys apart; far too little to guess the rest.
  hash text not null
  role text not null
  created_at timestamp with time zone not null default now()
  created_by text not null
  expires_at timestamp with time zone
  revoked_at timestamp with time zone
  revoked_by text
  last_used_at timestamp with time zone
  constraint api_key_check CHECK (((revoked_at IS NULL) = (revoked_by IS NULL)))
  constraint api_key_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
  constraint api_key_hash_key UNIQUE (hash)
  constraint api_key_name_check CHECK ((btrim(name) <> ''::text))
  constraint api_key_pkey PRIMARY KEY (id)
  constraint api_key_role_check CHECK ((role = ANY (ARRAY['LOCALITY_OFFICER'::text, 'CURATOR'::text, 'ADMIN'::text])))
  CREATE INDEX api_key_by_creation ON public.api_key USING btree (created_at, id)

table api_key_locality
  api_key_id uuid not null
  locality_id uuid not null
  constraint api_key_locality_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_key(id) ON DELETE CASCADE
  constraint api_key_locality_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint api_key_locality_pkey PRIMARY KEY (api_key_id, locality_id)
  CREATE INDEX api_key_locality_locality_id_idx ON public.api_key_locality USING btree (locality_id)

table audit_entry -- Append only, hash chained; npm run audit:verify checks it.
  seq bigint not null
  at timestamp with time zone not null
  actor_id text
  actor_role text
  action text not null
  record_kind text not null
  record_id text not null
  revision integer
  payload text
  payload_salt text
  payload_digest text not null
  erased_by bigint
  previous_hash text not null
  hash text not null
  constraint audit_entry_action_check CHECK ((action <> ''::text))
  constraint audit_entry_check CHECK (((payload IS NULL) = (payload_salt IS NULL)))
  constraint audit_entry_check1 CHECK (((payload IS NULL) = (erased_by IS NOT NULL)))
  constraint audit_entry_check2 CHECK ((erased_by > seq))
  constraint audit_entry_erased_by_fkey FOREIGN KEY (erased_by) REFERENCES audit_entry(seq)
  constraint audit_entry_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
  constraint audit_entry_hash_key UNIQUE (hash)
  constraint audit_entry_payload_digest_check CHECK ((payload_digest ~ '^[0-9a-f]{64}$'::text))
  constraint audit_entry_pkey PRIMARY KEY (seq)
  constraint audit_entry_previous_hash_check CHECK ((previous_hash ~ '^[0-9a-f]{64}$'::text))
  constraint audit_entry_previous_hash_key UNIQUE (previous_hash)
  constraint audit_entry_record_kind_check CHECK ((record_kind <> ''::text))
  constraint audit_entry_seq_check CHECK ((seq > 0))
  CREATE INDEX audit_entry_erased_by_idx ON public.audit_entry USING btree (erased_by) WHERE (erased_by IS NOT NULL)
  CREATE INDEX audit_entry_of_actor ON public.audit_entry USING btree (actor_id, seq)
  CREATE INDEX audit_entry_of_record ON public.audit_entry USING btree (record_kind, record_id, seq)
  CREATE TRIGGER audit_entry_append BEFORE INSERT ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION audit_append()
  CREATE TRIGGER audit_entry_refuse BEFORE DELETE OR UPDATE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse()
  CREATE TRIGGER audit_entry_refuse_truncate BEFORE TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()

table audit_head
  only_row boolean not null default true
  seq bigint not null
  hash text not null
  constraint audit_head_only_row_check CHECK (only_row)
  constraint audit_head_pkey PRIMARY KEY (only_row)
  CREATE TRIGGER audit_head_refuse BEFORE DELETE OR UPDATE ON public.audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse()
  CREATE TRIGGER audit_head_refuse_truncate BEFORE TRUNCATE ON public.audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()

table citation
  id uuid not null
  model_id uuid not null
  subject_kind text not null
  subject_id uuid not null
  field text
  source_id uuid not null
  locator text
  precision text not null
  position integer not null
  constraint citation_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint citation_pkey PRIMARY KEY (id)
  constraint citation_precision_check CHECK (("precision" = ANY (ARRAY['FACT'::text, 'RECORD'::text])))
  constraint citation_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)
  CREATE INDEX citation_model_id_position_idx ON public.citation USING btree (model_id, "position")
  CREATE INDEX citation_source_id_idx ON public.citation USING btree (source_id)
  CREATE INDEX citation_subject_id_idx ON public.citation USING btree (subject_id)

table concept
  id uuid not null
  key text not null
  kind text not null
  label_vi text not null
  label_en text not null
  synonyms text[] not null default '{}'::text[] -- Vietnamese words with marks that mean it or are a case of it; these are also looked for in the records.
  dialect text[] not null default '{}'::text[] -- The same as people of one region, or in anger, say it.
  english text[] not null default '{}'::text[]
  seed_hash text -- Hash of what the seed last wrote; a concept that differs from it was changed by a curator and is left alone.
  updated_at timestamp with time zone not null default now()
  merged_into uuid -- The concept that says it now; a merged one is not read with queries any more, and its key stays taken.
  constraint concept_check CHECK ((merged_into <> id))
  constraint concept_key_check CHECK ((key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
  constraint concept_key_key UNIQUE (key)
  constraint concept_kind_check CHECK ((kind = ANY (ARRAY['PROBLEM'::text, 'TOPIC'::text, 'SETTING'::text, 'PARTICIPANT'::text, 'MEANS'::text, 'ACTIVITY'::text])))
  constraint concept_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES concept(id)
  constraint concept_pkey PRIMARY KEY (id)
  CREATE TRIGGER concept_touches AFTER INSERT OR DELETE OR UPDATE ON public.concept FOR EACH STATEMENT EXECUTE FUNCTION touch_thesaurus()

table concept_relation
  concept_id uuid not null
  to_id uuid not null
  kind text not null -- BROADER: what is told of concept_id is told of to_id too. RELATED: who asks for concept_id is helped by to_id.
  constraint concept_relation_check CHECK ((concept_id <> to_id))
  constraint concept_relation_concept_id_fkey FOREIGN KEY (concept_id) REFERENCES concept(id) ON DELETE CASCADE
  constraint concept_relation_kind_check CHECK ((kind = ANY (ARRAY['BROADER'::text, 'RELATED'::text])))
  constraint concept_relation_pkey PRIMARY KEY (concept_id, to_id)
  constraint concept_relation_to_id_fkey FOREIGN KEY (to_id) REFERENCES concept(id) ON DELETE CASCADE
  CREATE INDEX concept_relation_to_id_idx ON public.concept_relation USING btree (to_id)
  CREATE TRIGGER concept_relation_touches AFTER INSERT OR DELETE OR UPDATE ON public.concept_relation FOR EACH STATEMENT EXECUTE FUNCTION touch_thesaurus()

table concept_term
  concept_id uuid not null
  term_id uuid not null
  is_same boolean not null
  constraint concept_term_concept_id_fkey FOREIGN KEY (concept_id) REFERENCES concept(id) ON DELETE CASCADE
  constraint concept_term_pkey PRIMARY KEY (concept_id, term_id)
  constraint concept_term_term_id_fkey FOREIGN KEY (term_id) REFERENCES term(id)
  CREATE UNIQUE INDEX concept_term_one_same ON public.concept_term USING btree (term_id) WHERE is_same
  CREATE TRIGGER concept_term_touches AFTER INSERT OR DELETE OR UPDATE ON public.concept_term FOR EACH STATEMENT EXECUTE FUNCTION touch_thesaurus()

table condition
  id uuid not null
  model_id uuid not null
  position integer not null
  text text not null
  is_editorial boolean not null
  amount double precision
  unit text
  number text
  issuer text
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid
  constraint condition_check CHECK ((is_editorial OR (citation_id IS NOT NULL)))
  constraint condition_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint condition_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint condition_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint condition_pkey PRIMARY KEY (id)
  CREATE INDEX condition_model_id_position_idx ON public.condition USING btree (model_id, "position")

table cost
  id uuid not null
  model_id uuid not null
  position integer not null
  text text not null
  amount double precision
  amount_max double precision
  qualifier text not null
  currency text
  unit_as_written text
  per text
  payer text
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid not null
  constraint cost_check CHECK ((amount_max >= amount))
  constraint cost_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint cost_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint cost_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint cost_pkey PRIMARY KEY (id)
  constraint cost_qualifier_check CHECK ((qualifier = ANY (ARRAY['EXACT'::text, 'OVER'::text, 'NEARLY'::text, 'ABOUT'::text])))
  CREATE INDEX cost_model_id_position_idx ON public.cost USING btree (model_id, "position")

table embedding_lease
  embedding_model text not null
  holder text not null
  held_until timestamp with time zone not null
  constraint embedding_lease_pkey PRIMARY KEY (embedding_model)

table import_job
  id uuid not null
  format text not null
  mode text not null default 'DRAFTS'::text
  state text not null default 'QUEUED'::text
  actor_id text not null
  actor_name text not null
  actor_role text not null
  actor_localities uuid[] not null default '{}'::uuid[]
  idempotency_key text not null -- `key:` and the SHA-256 of what the caller gave, else `content:` and content_hash.
  content_hash text not null
  byte_count integer not null
  content bytea -- The file as it was sent; gone when the job is done.
  row_count integer
  done_count integer not null default 0 -- Rows that are decided, from the first on: where a job goes on after whoever ran it died.
  created_count integer not null default 0
  updated_count integer not null default 0
  unchanged_count integer not null default 0
  refused_count integer not null default 0
  issues jsonb not null default '[]'::jsonb -- What is to be said of the file as a whole.
  lease_token uuid
  leased_until timestamp with time zone
  attempts integer not null default 0
  created_at timestamp with time zone not null default clock_timestamp()
  started_at timestamp with time zone
  finished_at timestamp with time zone
  stopped_at timestamp with time zone
  resumed_by text -- Who had a stopped job go on, and for whom it runs since; null = still for actor_id.
  resumed_by_name text
  resumed_by_role text
  resumed_by_localities uuid[]
  constraint import_job_actor_id_idempotency_key_key UNIQUE (actor_id, idempotency_key)
  constraint import_job_check CHECK (((state = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text])) = (finished_at IS NOT NULL)))
  constraint import_job_check1 CHECK (((state = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text])) OR (content IS NOT NULL)))
  constraint import_job_check2 CHECK (((state = 'STOPPED'::text) = (stopped_at IS NOT NULL)))
  constraint import_job_check3 CHECK ((num_nonnulls(resumed_by, resumed_by_name, resumed_by_role, resumed_by_localities) = ANY (ARRAY[0, 4])))
  constraint import_job_format_check CHECK ((format = ANY (ARRAY['CSV'::text, 'XLSX'::text, 'JSON'::text, 'NDJSON'::text])))
  constraint import_job_mode_check CHECK ((mode = ANY (ARRAY['DRAFTS'::text, 'RESTORE'::text])))
  constraint import_job_pkey PRIMARY KEY (id)
  constraint import_job_state_check CHECK ((state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text, 'STOPPED'::text, 'SUCCEEDED'::text, 'FAILED'::text])))
  CREATE INDEX import_job_due ON public.import_job USING btree (created_at) WHERE (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text]))
  CREATE INDEX import_job_of_actor ON public.import_job USING btree (actor_id, created_at)
  CREATE INDEX import_job_stopped ON public.import_job USING btree (stopped_at) WHERE (state = 'STOPPED'::text)

table import_row
  job_id uuid not null
  row integer not null
  outcome text not null
  model_id uuid
  issues jsonb not null default '[]'::jsonb
  duplicates jsonb not null default '[]'::jsonb
  constraint import_row_job_id_fkey FOREIGN KEY (job_id) REFERENCES import_job(id) ON DELETE CASCADE
  constraint import_row_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_record(id)
  constraint import_row_outcome_check CHECK ((outcome = ANY (ARRAY['CREATED'::text, 'UPDATED'::text, 'UNCHANGED'::text, 'REFUSED'::text])))
  constraint import_row_pkey PRIMARY KEY (job_id, "row")
  CREATE INDEX import_row_of_model ON public.import_row USING btree (model_id) WHERE (model_id IS NOT NULL)

table issue_report
  id uuid not null
  kind text not null
  model_id uuid not null
  field text -- Path in the document, as in FieldChange.path.
  part_id uuid
  locality_id uuid
  text text not null
  reported_at timestamp with time zone not null default clock_timestamp()
  outcome text
  resolution text
  resolved_by text
  resolved_at timestamp with time zone
  constraint issue_report_check CHECK (((outcome IS NULL) = (resolved_at IS NULL)))
  constraint issue_report_check1 CHECK (((resolution IS NULL) = (resolved_at IS NULL)))
  constraint issue_report_check2 CHECK (((resolved_by IS NULL) = (resolved_at IS NULL)))
  constraint issue_report_kind_check CHECK ((kind = ANY (ARRAY['FIGURE_WRONG'::text, 'POINT_STOPPED'::text, 'WE_RUN_IT_TOO'::text, 'OTHER'::text])))
  constraint issue_report_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint issue_report_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_record(id)
  constraint issue_report_outcome_check CHECK ((outcome = ANY (ARRAY['CORRECTED'::text, 'NOTED'::text, 'UNFOUNDED'::text, 'DUPLICATE'::text])))
  constraint issue_report_pkey PRIMARY KEY (id)
  constraint issue_report_text_check CHECK ((btrim(text) <> ''::text))
  CREATE INDEX issue_report_model_id_idx ON public.issue_report USING btree (model_id)
  CREATE INDEX issue_report_open ON public.issue_report USING btree (reported_at, id) WHERE (resolved_at IS NULL)

table legal_basis
  id uuid not null
  model_id uuid not null
  position integer not null
  text text not null
  number text
  issuer text
  legal_instrument_id uuid
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid not null
  constraint legal_basis_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint legal_basis_legal_instrument_id_fkey FOREIGN KEY (legal_instrument_id) REFERENCES legal_instrument(id)
  constraint legal_basis_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint legal_basis_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint legal_basis_pkey PRIMARY KEY (id)
  CREATE INDEX legal_basis_model_id_position_idx ON public.legal_basis USING btree (model_id, "position")

table legal_instrument
  id uuid not null
  number text
  title text not null
  issuer text not null
  issued_on partial_date
  constraint legal_instrument_number_issuer_title_issued_on_key UNIQUE NULLS NOT DISTINCT (number, issuer, title, issued_on)
  constraint legal_instrument_pkey PRIMARY KEY (id)

table lineage_fact
  id uuid not null
  model_id uuid not null
  position integer not null
  text text not null
  learned_from text not null
  learned_to text not null
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid not null
  constraint lineage_fact_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint lineage_fact_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint lineage_fact_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint lineage_fact_pkey PRIMARY KEY (id)
  CREATE INDEX lineage_fact_model_id_position_idx ON public.lineage_fact USING btree (model_id, "position")

table locality
  id uuid not null
  slug text not null
  code text
  level text not null
  kind text not null
  name text not null
  full_name text not null
  parent_id uuid
  valid_from date
  valid_until date -- First day on which the unit no longer existed; null = exists today.
  name_fold text not null generated always as (f_fold(name)) stored
  full_name_fold text not null generated always as (f_fold(full_name)) stored
  constraint locality_check CHECK ((valid_from < valid_until))
  constraint locality_check1 CHECK ((parent_id <> id))
  constraint locality_check2 CHECK (((level = 'PROVINCE'::text) = (parent_id IS NULL)))
  constraint locality_level_check CHECK ((level = ANY (ARRAY['PROVINCE'::text, 'DISTRICT'::text, 'COMMUNE'::text])))
  constraint locality_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES locality(id)
  constraint locality_pkey PRIMARY KEY (id)
  constraint locality_slug_key UNIQUE (slug)
  CREATE INDEX locality_code_idx ON public.locality USING btree (code)
  CREATE INDEX locality_full_name_fold ON public.locality USING btree (full_name_fold text_pattern_ops)
  CREATE INDEX locality_name_fold ON public.locality USING btree (name_fold text_pattern_ops)
  CREATE UNIQUE INDEX locality_one_current_holder_of_code ON public.locality USING btree (level, code) WHERE ((valid_until IS NULL) AND (code IS NOT NULL))
  CREATE INDEX locality_parent_id_idx ON public.locality USING btree (parent_id)
  CREATE TRIGGER locality_touches AFTER INSERT OR DELETE OR UPDATE ON public.locality FOR EACH STATEMENT EXECUTE FUNCTION touch_places()

table locality_change
  id uuid not null
  kind text not null
  effective_on date
  legal_instrument_id uuid
  note text
  decision_key text -- SHA-256 of kind, day and units: what happens to them on that day happens once; null = loaded from a table of units.
  recorded_by text
  recorded_at timestamp with time zone
  constraint locality_change_check CHECK (((decision_key IS NULL) = (recorded_at IS NULL)))
  constraint locality_change_decision_key_key UNIQUE (decision_key)
  constraint locality_change_kind_check CHECK ((kind = ANY (ARRAY['MERGE'::text, 'SPLIT'::text, 'RENAME'::text, 'ABOLISH'::text, 'UPGRADE'::text, 'TRANSFER'::text, 'REORGANISE'::text])))
  constraint locality_change_legal_instrument_id_fkey FOREIGN KEY (legal_instrument_id) REFERENCES legal_instrument(id)
  constraint locality_change_pkey PRIMARY KEY (id)

table locality_cover -- Derived by server/domain/locality/cover.ts; both columns hold ids of locality.
  locality_id uuid not null
  place_id uuid not null
  is_whole boolean not null
  constraint locality_cover_pkey PRIMARY KEY (place_id, locality_id)
  CREATE INDEX locality_cover_locality_id_place_id_idx ON public.locality_cover USING btree (locality_id, place_id)
  CREATE TRIGGER locality_cover_touches AFTER INSERT OR DELETE OR UPDATE ON public.locality_cover FOR EACH STATEMENT EXECUTE FUNCTION touch_places()

table locality_name
  id uuid not null
  locality_id uuid not null
  name text not null
  kind text not null
  valid_from date
  valid_until date
  name_fold text not null generated always as (f_fold(name)) stored
  constraint locality_name_check CHECK ((valid_from < valid_until))
  constraint locality_name_kind_check CHECK ((kind = ANY (ARRAY['OFFICIAL'::text, 'SPELLING'::text, 'ABBREVIATION'::text])))
  constraint locality_name_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint locality_name_pkey PRIMARY KEY (id)
  CREATE INDEX locality_name_locality_id_idx ON public.locality_name USING btree (locality_id)
  CREATE INDEX locality_name_name_fold ON public.locality_name USING btree (name_fold text_pattern_ops)
  CREATE UNIQUE INDEX locality_one_current_name ON public.locality_name USING btree (locality_id) WHERE ((kind = 'OFFICIAL'::text) AND (valid_until IS NULL))
  CREATE TRIGGER locality_name_touches AFTER INSERT OR DELETE OR UPDATE ON public.locality_name FOR EACH STATEMENT EXECUTE FUNCTION touch_places()

table locality_succession
  predecessor_id uuid not null
  successor_id uuid not null
  change_id uuid not null
  is_whole boolean not null
  constraint locality_succession_change_id_fkey FOREIGN KEY (change_id) REFERENCES locality_change(id)
  constraint locality_succession_check CHECK ((predecessor_id <> successor_id))
  constraint locality_succession_pkey PRIMARY KEY (predecessor_id, successor_id)
  constraint locality_succession_predecessor_id_fkey FOREIGN KEY (predecessor_id) REFERENCES locality(id)
  constraint locality_succession_successor_id_fkey FOREIGN KEY (successor_id) REFERENCES locality(id)
  CREATE INDEX locality_succession_successor_id_idx ON public.locality_succession USING btree (successor_id)

table model
  id uuid not null
  slug text not null
  revision integer not null
  name text not null
  name_key text not null -- Sort key of the name in Vietnamese order (đ after d, tone last), so that ORDER BY needs no ICU locale.
  summary text not null
  problem text
  how_it_works text
  lead_body text
  operational_status text not null
  started_on partial_date
  started_year integer generated always as (("left"((started_on)::text, 4))::integer) stored
  evidence_level text not null
  evidence jsonb not null
  result_count integer not null
  replication_count integer not null
  cost_count integer not null
  recognition_levels text[] not null default '{}'::text[]
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  constraint model_evidence_level_check CHECK ((evidence_level = ANY (ARRAY['E0'::text, 'E1'::text, 'E2'::text, 'E3'::text, 'E4'::text, 'E5'::text])))
  constraint model_id_fkey FOREIGN KEY (id) REFERENCES model_record(id)
  constraint model_id_revision_fkey FOREIGN KEY (id, revision) REFERENCES model_revision(model_id, revision)
  constraint model_operational_status_check CHECK ((operational_status = ANY (ARRAY['PROPOSED'::text, 'PILOT'::text, 'ACTIVE'::text, 'NEEDS_CONSOLIDATION'::text, 'SUSPENDED'::text, 'ENDED'::text, 'RETIRED'::text, 'UNKNOWN'::text])))
  constraint model_pkey PRIMARY KEY (id)
  constraint model_slug_key UNIQUE (slug)
  CREATE INDEX model_by_name ON public.model USING btree (name_key COLLATE "C", id)
  CREATE INDEX model_by_replications ON public.model USING btree (replication_count, id)
  CREATE INDEX model_by_started ON public.model USING btree (COALESCE((started_on)::text, '~'::text) COLLATE "C", id)
  CREATE INDEX model_by_started_desc ON public.model USING btree (COALESCE((started_on)::text, ''::text) COLLATE "C", id)
  CREATE INDEX model_by_updated ON public.model USING btree (updated_at, id)

table model_assignment
  model_id uuid not null
  assignee text not null -- The caller as Viewer.actorId names them.
  assigned_by text not null
  assigned_at timestamp with time zone not null default clock_timestamp()
  constraint model_assignment_assignee_check CHECK ((assignee <> ''::text))
  constraint model_assignment_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_record(id)
  constraint model_assignment_pkey PRIMARY KEY (model_id)
  CREATE INDEX model_assignment_assignee_idx ON public.model_assignment USING btree (assignee)

table model_distinction -- Two records that are not one: a decision that stands until withdrawn_at. It follows records into what they are merged into.
  id uuid not null
  source_id uuid not null
  target_id uuid not null
  reason text not null
  recorded_by text not null
  recorded_by_name text not null
  recorded_at timestamp with time zone not null default clock_timestamp()
  withdrawn_by text
  withdrawn_at timestamp with time zone
  withdrawal_reason text
  constraint model_distinction_check CHECK ((source_id <> target_id))
  constraint model_distinction_check1 CHECK (((withdrawn_at IS NULL) = (withdrawn_by IS NULL)))
  constraint model_distinction_pkey PRIMARY KEY (id)
  constraint model_distinction_source_id_fkey FOREIGN KEY (source_id) REFERENCES model_record(id)
  constraint model_distinction_target_id_fkey FOREIGN KEY (target_id) REFERENCES model_record(id)
  CREATE INDEX model_distinction_source_id_idx ON public.model_distinction USING btree (source_id) WHERE (withdrawn_at IS NULL)
  CREATE UNIQUE INDEX model_distinction_stands ON public.model_distinction USING btree (LEAST(source_id, target_id), GREATEST(source_id, target_id)) WHERE (withdrawn_at IS NULL)
  CREATE INDEX model_distinction_target_id_idx ON public.model_distinction USING btree (target_id) WHERE (withdrawn_at IS NULL)

table model_embedding
  model_id uuid not null
  embedding_model text not null -- Name of the embedding model, with @ and the dimensions where they were asked for: vectors of two of them cannot be compared.
  source_seq bigint not null -- State of the search row that the text was last compared with.
  text_hash text not null -- SHA-256 of the text that was sent: the same text is never sent twice.
  vector bytea -- Length one, 4 bytes a number (IEEE 754, little-endian); null while the endpoint refuses the text.
  dimensions integer
  asked_at timestamp with time zone not null default now()
  error text
  attempts integer not null default 0
  retry_at timestamp with time zone
  seq bigint not null default nextval('model_embedding_seq'::regclass) -- Another one at every writing: names this very state of the row.
  constraint model_embedding_check CHECK (
CASE
    WHEN (vector IS NULL) THEN ((dimensions IS NULL) AND (error IS NOT NULL) AND (retry_at IS NOT NULL))
    ELSE ((octet_length(vector) = (4 * dimensions)) AND (error IS NULL) AND (retry_at IS NULL))
END)
  constraint model_embedding_dimensions_check CHECK ((dimensions > 0))
  constraint model_embedding_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_search(model_id) ON DELETE CASCADE
  constraint model_embedding_pkey PRIMARY KEY (model_id, embedding_model)

table model_merge
  id uuid not null
  source_id uuid not null
  target_id uuid not null
  source_state text not null
  target_state text not null
  source_revision integer not null
  target_revision integer not null
  merged_revision integer not null -- The revision of the target that the merge wrote; source_revision and target_revision are those before it.
  is_published boolean not null
  merged_by text not null
  reason text not null
  merged_at timestamp with time zone not null default clock_timestamp()
  undone_by text
  undone_at timestamp with time zone
  constraint model_merge_check CHECK ((source_id <> target_id))
  constraint model_merge_check1 CHECK (((undone_at IS NULL) = (undone_by IS NULL)))
  constraint model_merge_pkey PRIMARY KEY (id)
  constraint model_merge_source_id_fkey FOREIGN KEY (source_id) REFERENCES model_record(id)
  constraint model_merge_target_id_fkey FOREIGN KEY (target_id) REFERENCES model_record(id)
  CREATE UNIQUE INDEX model_merge_stands ON public.model_merge USING btree (source_id) WHERE (undone_at IS NULL)
  CREATE INDEX model_merge_target_id_idx ON public.model_merge USING btree (target_id) WHERE (undone_at IS NULL)

table model_place
  model_id uuid not null
  role text not null
  locality_id uuid not null
  constraint model_place_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint model_place_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint model_place_pkey PRIMARY KEY (model_id, role, locality_id)
  constraint model_place_role_check CHECK ((role = ANY (ARRAY['ORIGIN'::text, 'REPLICATION'::text, 'POINT'::text])))
  CREATE INDEX model_place_locality_id_role_model_id_idx ON public.model_place USING btree (locality_id, role, model_id)

table model_record
  id uuid not null
  slug text not null
  editorial_state text not null -- State of the working (latest) revision. A published record whose next revision is edited keeps published_revision, and stays readable.
  latest_revision integer not null
  published_revision integer
  seed_hash text -- Content hash that the seed last wrote; a record whose latest revision has another hash was changed by a curator and is left alone.
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  origin_locality_id uuid -- Where the working revision says that the model was born: whose territory the record is, without opening the document.
  state_changed_at timestamp with time zone not null default now()
  constraint model_record_check CHECK ((published_revision <= latest_revision))
  constraint model_record_editorial_state_check CHECK ((editorial_state = ANY (ARRAY['DRAFT'::text, 'SUBMITTED'::text, 'IN_REVIEW'::text, 'CHANGES_REQUESTED'::text, 'APPROVED'::text, 'PUBLISHED'::text, 'ARCHIVED'::text, 'REJECTED'::text, 'MERGED'::text])))
  constraint model_record_origin_locality_id_fkey FOREIGN KEY (origin_locality_id) REFERENCES locality(id)
  constraint model_record_pkey PRIMARY KEY (id)
  constraint model_record_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
  constraint model_record_slug_key UNIQUE (slug)
  CREATE INDEX model_record_open ON public.model_record USING btree (editorial_state, state_changed_at) WHERE (editorial_state <> ALL (ARRAY['PUBLISHED'::text, 'ARCHIVED'::text, 'MERGED'::text, 'REJECTED'::text]))
  CREATE INDEX model_record_origin_locality_id_idx ON public.model_record USING btree (origin_locality_id)

table model_relation
  id uuid not null
  model_id uuid not null
  kind text not null
  to_model_id uuid not null
  position integer not null
  note text
  constraint model_relation_check CHECK ((model_id <> to_model_id))
  constraint model_relation_kind_check CHECK ((kind = ANY (ARRAY['VARIANT_OF'::text, 'COMPONENT_OF'::text, 'MERGED_INTO'::text, 'SUCCEEDS'::text, 'UPGRADED_FROM'::text, 'SIMILAR_TO'::text])))
  constraint model_relation_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint model_relation_model_id_kind_to_model_id_key UNIQUE (model_id, kind, to_model_id)
  constraint model_relation_pkey PRIMARY KEY (id)
  constraint model_relation_to_model_id_fkey FOREIGN KEY (to_model_id) REFERENCES model_record(id)
  CREATE INDEX model_relation_to_model_id_idx ON public.model_relation USING btree (to_model_id)

table model_revision
  model_id uuid not null
  revision integer not null
  document jsonb not null
  content_hash text not null
  author text not null -- Id of the caller who wrote it, or `seed`; author_name is how they were called then.
  reason text
  created_at timestamp with time zone not null default now()
  published_at timestamp with time zone
  superseded_at timestamp with time zone
  author_name text
  erased_at timestamp with time zone -- When personal data was replaced in its document; erased_by is the entry of the audit log that says who did, and why.
  erased_by bigint
  constraint model_revision_check CHECK ((published_at <= superseded_at))
  constraint model_revision_check1 CHECK (((erased_at IS NULL) = (erased_by IS NULL)))
  constraint model_revision_erased_by_fkey FOREIGN KEY (erased_by) REFERENCES audit_entry(seq)
  constraint model_revision_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_record(id)
  constraint model_revision_pkey PRIMARY KEY (model_id, revision)
  constraint model_revision_revision_check CHECK ((revision > 0))
  CREATE UNIQUE INDEX model_one_published_revision ON public.model_revision USING btree (model_id) WHERE ((published_at IS NOT NULL) AND (superseded_at IS NULL))
  CREATE INDEX model_revision_published ON public.model_revision USING btree (model_id, published_at) WHERE (published_at IS NOT NULL)

table model_search
  model_id uuid not null
  folded tsvector not null -- Weighted: A name, B aliases, C concepts (vocabulary labels and synonyms, places, bodies), D texts.
  marked tsvector not null -- The same words with their marks, the tone at the end (hoa2): what exact spelling is ranked by.
  name_words text not null -- Folded words between blanks, so that words and phrases are found by their position in plain text.
  alias_words text not null
  concept_words text not null
  text_words text not null
  name text not null
  aliases text[] not null
  body jsonb not null
  topics text[] not null
  settings text[] not null
  participants text[] not null
  provinces uuid[] not null
  operational_status text not null
  evidence_level text not null
  recognition_levels text[] not null
  started_year integer
  has_results boolean not null
  has_replications boolean not null
  has_costs boolean not null
  prior real not null -- Recognition and evidence as a mild number between 0 and 1: the order of browsing, and the last word between equals.
  updated_at timestamp with time zone not null
  hash text not null -- Hash of the document that the row was made from: what doctor compares.
  tags jsonb not null default '{}'::jsonb -- Occurrences of concepts by field; in folded they stand as the lexemes #key.
  seq bigint not null default nextval('model_search_seq'::regclass) -- Another one at every writing: names this very state of the row.
  named tsvector not null generated always as (ts_filter(folded, '{a,b}'::"char"[])) stored -- The words of name and aliases: what suggestions look at.
  constraint model_search_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint model_search_pkey PRIMARY KEY (model_id)
  CREATE INDEX model_search_browse ON public.model_search USING btree (prior DESC, updated_at DESC, model_id)
  CREATE INDEX model_search_folded ON public.model_search USING gin (folded) WITH (fastupdate=off)
  CREATE INDEX model_search_named ON public.model_search USING gin (named) WITH (fastupdate=off)
  CREATE UNIQUE INDEX model_search_seq_key ON public.model_search USING btree (seq)
  CREATE TRIGGER model_search_gone AFTER DELETE ON public.model_search REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION f_search_rows_gone()

table model_search_gone -- Models whose search row went, each with the number of its last going. A number below that of a row tells nothing any more.
  model_id uuid not null
  seq bigint not null
  constraint model_search_gone_pkey PRIMARY KEY (model_id)
  constraint model_search_gone_seq_key UNIQUE (seq)

table model_source
  model_id uuid not null
  source_id uuid not null
  position integer not null
  title_as_cited text
  constraint model_source_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint model_source_pkey PRIMARY KEY (model_id, source_id)
  constraint model_source_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)
  CREATE INDEX model_source_source_id_idx ON public.model_source USING btree (source_id)

table model_step
  id bigint not null generated always as identity
  model_id uuid not null
  revision integer not null
  step text not null
  from_state text
  to_state text not null
  actor text not null
  actor_name text not null
  reason text
  at timestamp with time zone not null default clock_timestamp()
  merge_id uuid -- Of MERGE and UNDO_MERGE, on both records: what undoMerge takes.
  constraint model_step_check CHECK (((merge_id IS NULL) OR (step = ANY (ARRAY['MERGE'::text, 'UNDO_MERGE'::text]))))
  constraint model_step_merge_id_fkey FOREIGN KEY (merge_id) REFERENCES model_merge(id)
  constraint model_step_model_id_revision_fkey FOREIGN KEY (model_id, revision) REFERENCES model_revision(model_id, revision)
  constraint model_step_pkey PRIMARY KEY (id)
  CREATE INDEX model_step_model_id_id_idx ON public.model_step USING btree (model_id, id)

table model_term
  model_id uuid not null
  term_id uuid not null
  position integer not null
  constraint model_term_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint model_term_pkey PRIMARY KEY (model_id, term_id)
  constraint model_term_term_id_fkey FOREIGN KEY (term_id) REFERENCES term(id)
  CREATE INDEX model_term_term_id_model_id_idx ON public.model_term USING btree (term_id, model_id)

table origin
  id uuid not null
  model_id uuid not null
  position integer not null -- 0 = the origin; 1.. = alternatives claimed by a source.
  kind text not null
  place_as_written text
  locality_id uuid
  started_on partial_date
  started_as_written text
  initiator text
  confidence text not null
  constraint origin_confidence_check CHECK ((confidence = ANY (ARRAY['DOCUMENTED'::text, 'INFERRED'::text, 'CLAIMED'::text])))
  constraint origin_kind_check CHECK ((kind = ANY (ARRAY['BOTTOM_UP'::text, 'PROGRAMME'::text, 'INDEPENDENT'::text, 'UNKNOWN'::text])))
  constraint origin_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint origin_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint origin_model_id_position_key UNIQUE (model_id, "position")
  constraint origin_pkey PRIMARY KEY (id)

table outbox
  id bigint not null generated always as identity
  target text not null
  kind text not null
  record_id uuid not null
  version bigint not null default 1
  enqueued_at timestamp with time zone not null default now()
  available_at timestamp with time zone not null default now()
  leased_until timestamp with time zone
  task_uid bigint
  attempts integer not null default 0
  last_error text
  dead_at timestamp with time zone
  constraint outbox_pkey PRIMARY KEY (id)
  constraint outbox_target_kind_record_id_key UNIQUE (target, kind, record_id)
  CREATE INDEX outbox_available_at_idx ON public.outbox USING btree (available_at) WHERE (dead_at IS NULL)
  CREATE INDEX outbox_dead ON public.outbox USING btree (id) WHERE (dead_at IS NOT NULL)
  CREATE INDEX outbox_due ON public.outbox USING btree (target, id) WHERE (dead_at IS NULL)

table place_review
  id uuid not null
  slug text not null
  text text not null
  place_as_written text
  locality_id uuid
  year integer
  source_id uuid not null
  constraint place_review_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint place_review_pkey PRIMARY KEY (id)
  constraint place_review_slug_key UNIQUE (slug)
  constraint place_review_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)

table point
  id uuid not null
  model_id uuid not null
  position integer not null
  name text not null
  place_as_written text
  locality_id uuid
  started_on partial_date
  status text not null
  group_count integer
  citation_id uuid not null
  constraint point_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint point_group_count_check CHECK ((group_count >= 0))
  constraint point_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint point_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint point_pkey PRIMARY KEY (id)
  constraint point_status_check CHECK ((status = ANY (ARRAY['PLANNED'::text, 'RUNNING'::text, 'SUSTAINED'::text, 'STOPPED'::text, 'FAILED'::text, 'UNKNOWN'::text])))
  CREATE INDEX point_locality_id_idx ON public.point USING btree (locality_id)
  CREATE INDEX point_model_id_position_idx ON public.point USING btree (model_id, "position")

table privacy_release
  id uuid not null
  model_id uuid not null
  finding_key text not null -- Hash of the kind, the place in the text and the whole text: another text is inspected anew. The name itself is not kept here.
  kind text not null
  reason text not null
  released_by text not null
  released_by_name text not null
  released_at timestamp with time zone not null default clock_timestamp()
  constraint privacy_release_model_id_finding_key_key UNIQUE (model_id, finding_key)
  constraint privacy_release_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_record(id)
  constraint privacy_release_pkey PRIMARY KEY (id)

table recognition
  id uuid not null
  model_id uuid not null
  position integer not null
  level text not null
  by text
  form text not null
  date partial_date
  date_to partial_date
  date_as_written text
  annulled_on partial_date
  annulment_reason text
  citation_id uuid not null
  constraint recognition_check CHECK (((annulled_on IS NULL) = (annulment_reason IS NULL)))
  constraint recognition_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint recognition_level_check CHECK ((level = ANY (ARRAY['NATIONAL'::text, 'MINISTRY'::text, 'PROVINCE'::text, 'DISTRICT'::text, 'COMMUNE'::text, 'OTHER'::text])))
  constraint recognition_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint recognition_pkey PRIMARY KEY (id)
  CREATE INDEX recognition_model_id_position_idx ON public.recognition USING btree (model_id, "position")

table replication
  id uuid not null
  model_id uuid not null
  position integer not null
  spread text not null
  place_as_written text not null
  locality_id uuid
  started_on partial_date
  ended_on partial_date
  started_as_written text
  status text not null
  status_reason text
  mandate text
  sites integer
  members integer
  note text
  confidence text not null
  citation_id uuid not null
  constraint replication_check CHECK ((((started_on)::text <= (ended_on)::text) OR ("left"((started_on)::text, 4) = "left"((ended_on)::text, 4))))
  constraint replication_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint replication_confidence_check CHECK ((confidence = ANY (ARRAY['DOCUMENTED'::text, 'INFERRED'::text, 'CLAIMED'::text])))
  constraint replication_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint replication_members_check CHECK ((members >= 0))
  constraint replication_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint replication_pkey PRIMARY KEY (id)
  constraint replication_sites_check CHECK ((sites >= 0))
  constraint replication_spread_check CHECK ((spread = ANY (ARRAY['CASCADE'::text, 'MANDATE'::text, 'LEARNING'::text, 'PARALLEL'::text, 'UNKNOWN'::text])))
  constraint replication_status_check CHECK ((status = ANY (ARRAY['PLANNED'::text, 'RUNNING'::text, 'SUSTAINED'::text, 'STOPPED'::text, 'FAILED'::text, 'UNKNOWN'::text])))
  CREATE INDEX replication_locality_id_idx ON public.replication USING btree (locality_id)
  CREATE INDEX replication_model_id_position_idx ON public.replication USING btree (model_id, "position")

table reported_figure
  id uuid not null
  slug text not null
  place_review_id uuid
  position integer not null
  place_as_written text
  locality_id uuid
  as_of partial_date
  label text not null
  counting_unit text not null
  unit text not null
  qualifier text not null
  value double precision not null
  note text
  source_id uuid not null
  constraint reported_figure_counting_unit_check CHECK ((counting_unit = ANY (ARRAY['MODEL_TYPE'::text, 'MODEL'::text, 'POINT'::text, 'GROUP'::text, 'PERSON'::text, 'CASE'::text, 'MONEY'::text, 'PERCENT'::text, 'OTHER'::text])))
  constraint reported_figure_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint reported_figure_pkey PRIMARY KEY (id)
  constraint reported_figure_place_review_id_fkey FOREIGN KEY (place_review_id) REFERENCES place_review(id)
  constraint reported_figure_qualifier_check CHECK ((qualifier = ANY (ARRAY['EXACT'::text, 'OVER'::text, 'NEARLY'::text, 'ABOUT'::text])))
  constraint reported_figure_slug_key UNIQUE (slug)
  constraint reported_figure_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)

table resource
  id uuid not null
  model_id uuid not null
  position integer not null
  text text not null
  amount double precision
  unit text
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid not null
  constraint resource_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint resource_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint resource_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint resource_pkey PRIMARY KEY (id)
  CREATE INDEX resource_model_id_position_idx ON public.resource USING btree (model_id, "position")

table result
  id uuid not null
  model_id uuid not null
  position integer not null
  statement text not null
  indicator text
  indicator_key text
  value double precision
  value_max double precision
  out_of double precision
  qualifier text not null
  unit text
  counting_unit text not null
  period_from partial_date
  period_to partial_date
  period_as_written text
  as_of partial_date
  baseline_value double precision
  baseline_from partial_date
  baseline_to partial_date
  baseline_as_written text
  comparison_as_written text
  place_as_written text
  locality_id uuid
  attribution text not null
  effect text not null
  evidence_level text not null
  citation_id uuid not null
  constraint result_attribution_check CHECK ((attribution = ANY (ARRAY['CONTEXT'::text, 'CONTRIBUTION'::text, 'MEASURED_EFFECT'::text])))
  constraint result_check CHECK ((value_max >= value))
  constraint result_check1 CHECK ((((period_from)::text <= (period_to)::text) OR ("left"((period_to)::text, 4) = "left"((period_from)::text, 4))))
  constraint result_check2 CHECK (((value IS NOT NULL) OR (counting_unit = 'NONE'::text)))
  constraint result_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint result_counting_unit_check CHECK ((counting_unit = ANY (ARRAY['MODEL_TYPE'::text, 'MODEL'::text, 'POINT'::text, 'GROUP'::text, 'PERSON'::text, 'CASE'::text, 'MONEY'::text, 'PERCENT'::text, 'OTHER'::text, 'NONE'::text])))
  constraint result_effect_check CHECK ((effect = ANY (ARRAY['POSITIVE'::text, 'NULL'::text, 'NEGATIVE'::text, 'MIXED'::text, 'UNKNOWN'::text])))
  constraint result_evidence_level_check CHECK ((evidence_level = ANY (ARRAY['E0'::text, 'E1'::text, 'E2'::text, 'E3'::text, 'E4'::text, 'E5'::text])))
  constraint result_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint result_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint result_pkey PRIMARY KEY (id)
  constraint result_qualifier_check CHECK ((qualifier = ANY (ARRAY['EXACT'::text, 'OVER'::text, 'NEARLY'::text, 'ABOUT'::text])))
  CREATE INDEX result_model_id_position_idx ON public.result USING btree (model_id, "position")

table result_credit
  result_id uuid not null
  model_id uuid not null
  position integer not null
  constraint result_credit_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_record(id)
  constraint result_credit_pkey PRIMARY KEY (result_id, model_id)
  constraint result_credit_result_id_fkey FOREIGN KEY (result_id) REFERENCES result(id) ON DELETE CASCADE
  CREATE INDEX result_credit_model_id_position_result_id_idx ON public.result_credit USING btree (model_id, "position", result_id)

table review
  id uuid not null
  model_id uuid not null
  position integer not null
  cycle integer not null
  class text
  score double precision
  decision text
  reason text
  reviewed_on partial_date
  next_due_on partial_date
  constraint review_decision_check CHECK ((decision = ANY (ARRAY['MAINTAIN'::text, 'CONSOLIDATE'::text, 'REPLICATE'::text, 'RETIRE'::text])))
  constraint review_model_id_cycle_key UNIQUE (model_id, cycle)
  constraint review_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint review_pkey PRIMARY KEY (id)

table search_index
  target text not null
  kind text not null
  settings_hash text not null
  state text not null
  server_key text not null -- Which server holds it (address without credentials): another server is another target.
  created_at timestamp with time zone not null default now()
  served_at timestamp with time zone
  index_created_at text -- What the server told when the index was made: another moment means that its data was wiped or restored.
  writer text -- The one process that may write to the index until writer_until.
  writer_until timestamp with time zone
  last_task_uid bigint -- The newest task that the writer put: gone, or enqueued at another moment than last_task_at, the server's data is not what it was.
  last_task_at text
  retired_at timestamp with time zone -- Since when nobody is answered from it; deleted on its server a little later, when no process can still hold its name.
  constraint search_index_pkey PRIMARY KEY (target)
  constraint search_index_state_check CHECK ((state = ANY (ARRAY['FILLING'::text, 'SERVING'::text, 'RETIRED'::text])))
  constraint search_index_target_check CHECK ((target ~ '^[A-Za-z0-9_-]+$'::text))
  CREATE UNIQUE INDEX search_index_one_serving ON public.search_index USING btree (kind, server_key) WHERE (state = 'SERVING'::text)

table search_state
  only_row boolean not null default true
  version bigint not null
  thesaurus_version uuid not null default gen_random_uuid()
  places_version uuid not null default gen_random_uuid()
  constraint search_state_only_row_check CHECK (only_row)
  constraint search_state_pkey PRIMARY KEY (only_row)

table search_vocabulary
  word text not null
  model_count integer not null
  constraint search_vocabulary_model_count_check CHECK ((model_count > 0))
  constraint search_vocabulary_pkey PRIMARY KEY (word)

table setback
  id uuid not null
  model_id uuid not null
  position integer not null
  kind text not null
  text text not null
  reason text
  amount double precision
  unit text
  still_working double precision
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid not null
  constraint setback_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint setback_kind_check CHECK ((kind = ANY (ARRAY['STOPPED'::text, 'EQUIPMENT_FAILED'::text, 'WEAKENED'::text, 'INEFFECTIVE'::text, 'LIMITATION'::text, 'MERGED'::text, 'PREDECESSOR'::text, 'CONTEXT'::text])))
  constraint setback_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint setback_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint setback_pkey PRIMARY KEY (id)
  CREATE INDEX setback_model_id_position_idx ON public.setback USING btree (model_id, "position")

table setting
  key text not null
  value jsonb not null
  updated_at timestamp with time zone not null default now()
  constraint setting_pkey PRIMARY KEY (key)

table slug_redirect
  slug text not null
  model_id uuid not null
  constraint slug_redirect_model_id_fkey FOREIGN KEY (model_id) REFERENCES model_record(id)
  constraint slug_redirect_pkey PRIMARY KEY (slug)

table source
  id uuid not null
  revision integer not null default 1
  title text not null
  publisher text
  url text
  url_key text -- Normalised URL (scheme, www., tracking parameters and trailing slash dropped): one source has one row.
  published_on partial_date
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint source_pkey PRIMARY KEY (id)
  constraint source_url_check CHECK ((url ~ '^https?://'::text))
  constraint source_url_key_key UNIQUE (url_key)

table source_revision
  source_id uuid not null
  revision integer not null
  document jsonb not null
  author text not null
  reason text
  created_at timestamp with time zone not null default now()
  constraint source_revision_pkey PRIMARY KEY (source_id, revision)
  constraint source_revision_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)

table step
  id uuid not null
  model_id uuid not null
  position integer not null
  text text not null
  place_as_written text
  locality_id uuid
  date partial_date
  date_to partial_date
  date_as_written text
  citation_id uuid not null
  constraint step_citation_id_fkey FOREIGN KEY (citation_id) REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED
  constraint step_locality_id_fkey FOREIGN KEY (locality_id) REFERENCES locality(id)
  constraint step_model_id_fkey FOREIGN KEY (model_id) REFERENCES model(id) ON DELETE CASCADE
  constraint step_pkey PRIMARY KEY (id)
  CREATE INDEX step_model_id_position_idx ON public.step USING btree (model_id, "position")

table term
  id uuid not null
  kind text not null
  key text not null
  label_vi text not null
  label_en text not null
  description text
  synonyms text[] not null default '{}'::text[]
  position integer not null
  deprecated_at timestamp with time zone
  merged_into uuid
  constraint term_check CHECK ((merged_into <> id))
  constraint term_check1 CHECK (((merged_into IS NULL) OR (deprecated_at IS NOT NULL)))
  constraint term_key_check CHECK ((key ~ '^[a-z0-9-]+$'::text))
  constraint term_kind_check CHECK ((kind = ANY (ARRAY['TOPIC'::text, 'SETTING'::text, 'PARTICIPANT'::text])))
  constraint term_kind_key_key UNIQUE (kind, key)
  constraint term_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES term(id)
  constraint term_pkey PRIMARY KEY (id)
  CREATE INDEX term_merged_into_idx ON public.term USING btree (merged_into) WHERE (merged_into IS NOT NULL)
  CREATE TRIGGER term_touches AFTER INSERT OR DELETE OR UPDATE ON public.term FOR EACH STATEMENT EXECUTE FUNCTION touch_thesaurus()

CREATE OR REPLACE FUNCTION public.audit_append()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  head audit_head;
begin
  select * into head from audit_head for update;
  if new.seq is distinct from head.seq + 1 or new.previous_hash is distinct from head.hash or new.payload is null then
    raise exception 'audit_entry takes nothing but the next entry of the chain' using errcode = 'integrity_constraint_violation';
  end if;
  update audit_head set seq = new.seq, hash = new.hash;
  return new;
end $function$


CREATE OR REPLACE FUNCTION public.audit_erase(by_seq bigint, seqs bigint[])
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
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
end $function$


CREATE OR REPLACE FUNCTION public.audit_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'audit_head' and pg_trigger_depth() > 1 then return new; end if;
  if tg_op = 'UPDATE' and tg_table_name = 'audit_entry' and current_setting('audit.erasing', true) = 'on' then
    if old.payload is not null and new.payload is null and new.erased_by is not null
      and to_jsonb(new) - array['payload', 'payload_salt', 'erased_by'] = to_jsonb(old) - array['payload', 'payload_salt', 'erased_by'] then return new; end if;
  end if;
  raise exception '% of % is refused: the audit log only grows', tg_op, tg_table_name using errcode = 'integrity_constraint_violation';
end $function$


CREATE OR REPLACE FUNCTION public.f_fold(t text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select lower(translate(normalize(t, NFD), U&'\0111\0110\00F0\00D0\0300\0301\0302\0303\0304\0306\0307\0308\0309\030A\030B\030C\031B\0323\0326\0327\0328', 'dddd')) $function$


CREATE OR REPLACE FUNCTION public.f_localities_now(place uuid)
 RETURNS TABLE(locality_id uuid, is_whole boolean)
 LANGUAGE sql
 STABLE PARALLEL SAFE ROWS 2
AS $function$
  select c.locality_id, c.is_whole from locality_cover c join locality l on l.id = c.locality_id
  where c.place_id = place and l.valid_until is null
    and l.level = case when exists (
      select from locality_cover c2 join locality l2 on l2.id = c2.locality_id where c2.place_id = place and l2.valid_until is null and l2.level = 'COMMUNE'
    ) then 'COMMUNE' else 'PROVINCE' end
$function$


CREATE OR REPLACE FUNCTION public.f_locality(arg text, as_of date DEFAULT NULL::date)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
declare
  found_id uuid;
  code_only text := split_part(arg, '@', 1);
  day date := coalesce(as_of, current_date);
begin
  select id into found_id from locality where slug = lower(trim(arg));
  if found_id is not null or arg !~ '^\d{1,9}(@\d{4}-\d{2}-\d{2})?$' then return found_id; end if;
  if arg like '%@%' then
    begin
      day := split_part(arg, '@', 2)::date;
    exception when datetime_field_overflow or invalid_datetime_format then return null;
    end;
  end if;
  select id into found_id from locality where code = code_only and (valid_from is null or valid_from <= day) and (valid_until is null or valid_until > day)
    order by valid_from desc nulls last limit 1;
  if found_id is null and arg not like '%@%' then
    select id into found_id from locality where code = code_only order by valid_until desc nulls first limit 1;
  end if;
  return found_id;
end $function$


CREATE OR REPLACE FUNCTION public.f_model_now(record_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
AS $function$
  with recursive way (id, step) as (
    select record_id, 0
    union all select m.target_id, way.step + 1 from way join model_merge m on m.source_id = way.id and m.undone_at is null where way.step < 100
  ) select id from way order by step desc limit 1
$function$


CREATE OR REPLACE FUNCTION public.f_search_localities(query text, as_of date DEFAULT NULL::date, max_rows integer DEFAULT 20)
 RETURNS TABLE(locality_id uuid, matched_name text, score real)
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
AS $function$
declare
  words text[] := regexp_split_to_array(trim(regexp_replace(f_fold(coalesce(query, '')), '[^a-z0-9]+', ' ', 'g')), ' ');
  q text := array_to_string(words[1:12], ' ');
  raw text := trim(f_fold(coalesce(query, '')));
  heads text[];
  n int;
begin
  if q = '' then return; end if;
  words := words[1:12];
  heads := array(select array_to_string(words[1:i], ' ') from generate_series(1, array_length(words, 1)) i);
  return query
    with named as (
      select l.id, l.full_name as name, l.name_fold as folded from locality l where l.name_fold ~>=~ q and l.name_fold ~<~ (q || chr(65535))
      union all select l.id, l.full_name, l.full_name_fold from locality l where l.full_name_fold ~>=~ q and l.full_name_fold ~<~ (q || chr(65535))
      union all select x.locality_id, x.name, x.folded from (
        select n.locality_id, n.name, unnest(array[n.name_fold, regexp_replace(n.name_fold, '^(tinh|thanh pho|huyen|quan|thi xa|thi tran|xa|phuong|dac khu) ', '')]) as folded from locality_name n
      ) x where x.folded = raw or starts_with(x.folded, q)
    ), headed as (
      select l.id, l.full_name as name, l.name_fold as folded from locality l where l.name_fold = any (heads)
      union all select l.id, l.full_name, l.full_name_fold from locality l where l.full_name_fold = any (heads)
    ), hit as (
      select id, name, (case when folded in (q, raw) then 1.0 else 0.7 + 0.2 * length(q) / greatest(length(folded), 1) end)::real as points from named
      union all
      select h.id, h.name, 0.95::real from headed h join locality l on l.id = h.id join locality p on p.id = l.parent_id left join locality g on g.id = p.parent_id
      where length(h.folded) < length(q) and not exists (
        select from unnest(string_to_array(trim(substr(q, length(h.folded) + 1)), ' ')) word
        where position(' ' || word in ' ' || p.full_name_fold || ' ' || coalesce(g.full_name_fold, '')) = 0)
    ), best as (select distinct on (id) id, name, points from hit order by id, points desc)
    select b.id, b.name, b.points from best b join locality l on l.id = b.id
    where as_of is null or ((l.valid_from is null or l.valid_from <= as_of) and (l.valid_until is null or l.valid_until > as_of))
    order by b.points desc, (l.valid_until is not null), array_position(array['PROVINCE', 'DISTRICT', 'COMMUNE'], l.level), l.slug limit max_rows;
  get diagnostics n = row_count;
  if n > 0 then return; end if;
  return query
    with near as (
      select l.id, l.full_name as name, greatest(similarity(l.name_fold, q), similarity(l.full_name_fold, q)) * 0.6 as points from locality l
      union all select x.locality_id, x.name, similarity(x.name_fold, q) * 0.6 from locality_name x
    ), best as (select distinct on (id) id, name, points from near where points >= 0.24 order by id, points desc)
    select b.id, b.name, b.points::real from best b join locality l on l.id = b.id
    where as_of is null or ((l.valid_from is null or l.valid_from <= as_of) and (l.valid_until is null or l.valid_until > as_of))
    order by b.points desc, (l.valid_until is not null), array_position(array['PROVINCE', 'DISTRICT', 'COMMUNE'], l.level), l.slug limit max_rows;
end $function$


CREATE OR REPLACE FUNCTION public.f_search_rows_gone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from gone) then return null; end if;
  perform from search_state for update;
  insert into model_search_gone (model_id, seq) select model_id, nextval('model_search_seq') from gone order by model_id
    on conflict (model_id) do update set seq = excluded.seq;
  return null;
end $function$


CREATE OR REPLACE FUNCTION public.f_similar_models(of_model uuid, wanted integer)
 RETURNS TABLE(model_id uuid, score double precision, reasons text[])
 LANGUAGE sql
 STABLE PARALLEL SAFE ROWS 5
AS $function$
  with total as (select count(*)::float8 as n from model_search),
  rarity as materialized (select substr(v.word, 2) as key, ln(1 + (total.n - v.model_count + 0.5) / (v.model_count + 0.5)) as weight from search_vocabulary v, total where v.word >= '#' and v.word < '$'),
  mine as materialized (
    select t.key, f_tag_strength(t.value) * r.weight as weight from model_search s cross join jsonb_each(s.tags) t join rarity r using (key) where s.model_id = of_model
    order by 2 desc, 1 limit 12
  ),
  near as materialized (
    select s.model_id, s.tags, s.topics, s.settings, s.participants, s.prior from model_search s
    where s.model_id <> of_model and s.folded @@ coalesce((select string_agg(quote_literal('#' || mine.key) || ':ABC', ' | ')::tsquery from mine), ''::tsquery)
    order by s.prior desc, s.model_id limit 400
  ),
  scored as (
    select n.model_id, n.prior, sum(mine.weight * x.weight) / nullif(sqrt(sum(x.weight * x.weight)) * (select sqrt(sum(m.weight * m.weight)) from mine m), 0) as score,
      (array_agg(x.key order by mine.weight * x.weight desc, x.key) filter (where mine.key is not null))[1:3] as shared
    from near n cross join lateral (select t.key, f_tag_strength(t.value) * r.weight as weight from jsonb_each(n.tags) t join rarity r using (key)) x left join mine on mine.key = x.key
    group by n.model_id, n.prior
  ),
  best as (select scored.* from scored where scored.score > 0.1 order by scored.score desc, scored.prior desc, scored.model_id limit wanted)
  select b.model_id, round(b.score::numeric, 4)::float8,
    array(select 'Cùng nói về: ' || string_agg(lower(c.label_vi), '; ' order by array_position(b.shared, c.key)) from concept c where c.key = any(b.shared) having count(*) > 0
      union all
      select said.what || string_agg(lower(t.label_vi), '; ' order by t.position) from (values ('TOPIC', 'Cùng lĩnh vực: ', me.topics, n.topics), ('SETTING', 'Cùng nơi: ', me.settings, n.settings), ('PARTICIPANT', 'Cùng lực lượng: ', me.participants, n.participants)) said(kind, what, mine, theirs)
        join term t on t.kind = said.kind and t.key = any(said.mine) and t.key = any(said.theirs) and t.key <> 'other' group by said.kind, said.what)
  from best b join near n using (model_id) cross join (select s.topics, s.settings, s.participants from model_search s where s.model_id = of_model) me order by 2 desc, b.prior desc, b.model_id
$function$


CREATE OR REPLACE FUNCTION public.f_tag_strength(counts jsonb)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select 1 - (case when (counts ->> 0)::int > 0 then 0.3 else 1 end) * (case when (counts ->> 1)::int > 0 then 0.4 else 1 end)
    * (case when (counts ->> 2)::int > 0 then 0.6 else 1 end) * (case when (counts ->> 3)::int > 0 then 0.7 else 1 end) * (case when (counts ->> 4)::int > 0 then 0.85 else 1 end)
$function$


CREATE OR REPLACE FUNCTION public.touch_places()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin update search_state set places_version = gen_random_uuid(); return null; end $function$


CREATE OR REPLACE FUNCTION public.touch_thesaurus()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin update search_state set thesaurus_version = gen_random_uuid(); return null; end $function$
