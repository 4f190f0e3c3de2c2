/**
 * The tables as Kysely sees them; one interface per table of server/db/migrations, columns in the order of the SQL.
 *
 * How values arrive (database.ts sets the parsers, the same for both databases): `date` and `partial_date` are strings as stored,
 * `timestamptz` is a `Date`, `bigint` (and so `count(*)`) is a `number`, `numeric` a string, `jsonb` parsed. jsonb is *written* as
 * a string (`JSON.stringify`), because pg would turn a JavaScript array into a Postgres array.
 */
import type { ColumnType, Generated, GeneratedAlways, Insertable, JSONColumnType, Selectable, Updateable } from 'kysely';

/** Read it, never write it: the database computes it. */
type Computed<T> = GeneratedAlways<T>;
/** An instant: read as `Date`, written as `Date` or ISO text. */
type Instant = ColumnType<Date, Date | string, Date | string>;
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** An instant that defaults to now(). */
type InstantNow = ColumnType<Date, Date | string | undefined, Date | string>;
/** Any JSON: parsed on reading, JSON text on writing. */
type Json<T extends object = Record<string, unknown>> = JSONColumnType<T>;
type JsonAny = ColumnType<unknown, string, string>;

export type TermKind = 'TOPIC' | 'SETTING' | 'PARTICIPANT';
export type LocalityLevel = 'PROVINCE' | 'DISTRICT' | 'COMMUNE';
export type LocalityNameKind = 'OFFICIAL' | 'SPELLING' | 'ABBREVIATION';
export type LocalityChangeKind = 'MERGE' | 'SPLIT' | 'RENAME' | 'ABOLISH' | 'UPGRADE' | 'TRANSFER' | 'REORGANISE';
export type EditorialState = 'DRAFT' | 'SUBMITTED' | 'IN_REVIEW' | 'CHANGES_REQUESTED' | 'APPROVED' | 'PUBLISHED' | 'ARCHIVED' | 'REJECTED' | 'MERGED';
export type OperationalStatus = 'PROPOSED' | 'PILOT' | 'ACTIVE' | 'NEEDS_CONSOLIDATION' | 'SUSPENDED' | 'ENDED' | 'RETIRED' | 'UNKNOWN';
export type EvidenceLevel = 'E0' | 'E1' | 'E2' | 'E3' | 'E4' | 'E5';
export type PlaceRole = 'ORIGIN' | 'REPLICATION' | 'POINT';
export type CitationPrecision = 'FACT' | 'RECORD';
export type OriginKind = 'BOTTOM_UP' | 'PROGRAMME' | 'INDEPENDENT' | 'UNKNOWN';
export type Confidence = 'DOCUMENTED' | 'INFERRED' | 'CLAIMED';
export type Qualifier = 'EXACT' | 'OVER' | 'NEARLY' | 'ABOUT';
export type CountingUnit = 'MODEL_TYPE' | 'MODEL' | 'POINT' | 'GROUP' | 'PERSON' | 'CASE' | 'MONEY' | 'PERCENT' | 'OTHER' | 'NONE';
export type Attribution = 'CONTEXT' | 'CONTRIBUTION' | 'MEASURED_EFFECT';
export type Effect = 'POSITIVE' | 'NULL' | 'NEGATIVE' | 'MIXED' | 'UNKNOWN';
export type Spread = 'CASCADE' | 'MANDATE' | 'LEARNING' | 'PARALLEL' | 'UNKNOWN';
export type ReplicationStatus = 'PLANNED' | 'RUNNING' | 'SUSTAINED' | 'STOPPED' | 'FAILED' | 'UNKNOWN';
export type RecognitionLevel = 'NATIONAL' | 'MINISTRY' | 'PROVINCE' | 'DISTRICT' | 'COMMUNE' | 'OTHER';
export type SetbackKind = 'STOPPED' | 'EQUIPMENT_FAILED' | 'WEAKENED' | 'INEFFECTIVE' | 'LIMITATION' | 'MERGED' | 'PREDECESSOR' | 'CONTEXT';
export type RelationKind = 'VARIANT_OF' | 'COMPONENT_OF' | 'MERGED_INTO' | 'SUCCEEDS' | 'UPGRADED_FROM' | 'SIMILAR_TO';
export type ReviewDecision = 'MAINTAIN' | 'CONSOLIDATE' | 'REPLICATE' | 'RETIRE';

export interface SettingTable { key: string; value: JsonAny; updated_at: InstantNow }

export interface TermTable {
  id: string; kind: TermKind; key: string; label_vi: string; label_en: string; description: string | null;
  synonyms: Generated<string[]>; position: number; deprecated_at: InstantOrNull; merged_into: Generated<string | null>;
}

export type ConceptKind = 'PROBLEM' | 'TOPIC' | 'SETTING' | 'PARTICIPANT' | 'MEANS' | 'ACTIVITY';
export type ConceptRelationKind = 'BROADER' | 'RELATED';
export interface ConceptTable {
  id: string; key: string; kind: ConceptKind; label_vi: string; label_en: string; synonyms: Generated<string[]>; dialect: Generated<string[]>; english: Generated<string[]>;
  seed_hash: string | null; updated_at: InstantNow; merged_into: Generated<string | null>;
}
export interface ConceptRelationTable { concept_id: string; to_id: string; kind: ConceptRelationKind }
export interface ConceptTermTable { concept_id: string; term_id: string; is_same: boolean }
export interface AbbreviationTable { short: string; long_forms: string[]; seed_hash: string | null }

// Places
export interface LegalInstrumentTable { id: string; number: string | null; title: string; issuer: string | null; issued_on: string | null }

export interface LocalityTable {
  id: string; slug: string; code: string | null; level: LocalityLevel; kind: string; name: string; full_name: string;
  parent_id: string | null; valid_from: string | null; valid_until: string | null; name_fold: Computed<string>; full_name_fold: Computed<string>;
}
export interface LocalityNameTable {
  id: string; locality_id: string; name: string; kind: LocalityNameKind; valid_from: string | null; valid_until: string | null; name_fold: Computed<string>;
}
export interface LocalityChangeTable { id: string; kind: LocalityChangeKind; effective_on: string | null; legal_instrument_id: string | null; note: string | null; decision_key: Generated<string | null>; recorded_by: Generated<string | null>; recorded_at: InstantOrNull }
export interface LocalitySuccessionTable { predecessor_id: string; successor_id: string; change_id: string; is_whole: boolean }
export interface LocalityCoverTable { locality_id: string; place_id: string; is_whole: boolean }

// Truth
export interface SourceTable {
  id: string; revision: Generated<number>; title: string; publisher: string | null; url: string | null; url_key: string | null; published_on: string | null;
  created_at: InstantNow; updated_at: InstantNow;
}
export interface SourceRevisionTable { source_id: string; revision: number; document: Json; author: string; reason: string | null; created_at: InstantNow }
export interface ModelRecordTable {
  id: string; slug: string; editorial_state: EditorialState; latest_revision: number; published_revision: number | null; seed_hash: string | null;
  created_at: InstantNow; updated_at: InstantNow; origin_locality_id: string | null; state_changed_at: InstantNow;
}
export interface SlugRedirectTable { slug: string; model_id: string }
export interface ModelRevisionTable {
  model_id: string; revision: number; document: Json; content_hash: string; author: string; reason: string | null;
  created_at: InstantNow; published_at: InstantOrNull; superseded_at: InstantOrNull; author_name: string | null; erased_at: InstantOrNull; erased_by: Generated<number | null>;
}
export interface ModelStepTable {
  id: GeneratedAlways<number>; model_id: string; revision: number; step: string; from_state: EditorialState | null; to_state: EditorialState;
  actor: string; actor_name: string; reason: string | null; at: InstantNow; merge_id: Generated<string | null>;
}
export interface ModelMergeTable {
  id: string; source_id: string; target_id: string; source_state: EditorialState; target_state: EditorialState; source_revision: number; target_revision: number;
  merged_revision: number; is_published: boolean; merged_by: string; reason: string; merged_at: InstantNow; undone_by: string | null; undone_at: InstantOrNull;
}

export interface ModelDistinctionTable {
  id: string; source_id: string; target_id: string; reason: string; recorded_by: string; recorded_by_name: string; recorded_at: InstantNow;
  withdrawn_by: string | null; withdrawn_at: InstantOrNull; withdrawal_reason: string | null;
}
export interface PrivacyReleaseTable { id: string; model_id: string; finding_key: string; kind: string; reason: string; released_by: string; released_by_name: string; released_at: InstantNow }

// Stewards
export type IssueKind = 'FIGURE_WRONG' | 'POINT_STOPPED' | 'WE_RUN_IT_TOO' | 'OTHER';
export type IssueOutcome = 'CORRECTED' | 'NOTED' | 'UNFOUNDED' | 'DUPLICATE';
export interface ModelAssignmentTable { model_id: string; assignee: string; assigned_by: string; assigned_at: InstantNow }
export interface IssueReportTable {
  id: string; kind: IssueKind; model_id: string; field: string | null; part_id: string | null; locality_id: string | null; text: string; reported_at: InstantNow;
  outcome: IssueOutcome | null; resolution: string | null; resolved_by: string | null; resolved_at: InstantOrNull;
}

// Projection of the published revision
export interface ModelTable {
  id: string; slug: string; revision: number; name: string; name_key: string; summary: string; problem: string | null; how_it_works: string | null;
  lead_body: string | null; operational_status: OperationalStatus; started_on: string | null; started_year: Computed<number | null>;
  evidence_level: EvidenceLevel; evidence: Json; result_count: number; replication_count: number; cost_count: number;
  recognition_levels: Generated<string[]>; created_at: Instant; updated_at: Instant;
}
export interface ModelTermTable { model_id: string; term_id: string; position: number }
export interface ModelPlaceTable { model_id: string; role: PlaceRole; locality_id: string }
export interface ModelSourceTable { model_id: string; source_id: string; position: number; title_as_cited: string | null }
export interface CitationTable {
  id: string; model_id: string; subject_kind: string; subject_id: string; field: string | null; source_id: string; locator: string | null;
  precision: CitationPrecision; position: number;
}
export interface AliasTable { id: string; model_id: string; position: number; name: string; used_in: string | null; used_since: string | null }
export interface OriginTable {
  id: string; model_id: string; position: number; kind: OriginKind; place_as_written: string | null; locality_id: string | null;
  started_on: string | null; started_as_written: string | null; initiator: string | null; confidence: Confidence;
}
export interface ResultTable {
  id: string; model_id: string; position: number; statement: string; indicator: string | null; indicator_key: string | null;
  value: number | null; value_max: number | null; out_of: number | null; qualifier: Qualifier; unit: string | null; counting_unit: CountingUnit;
  period_from: string | null; period_to: string | null; period_as_written: string | null; as_of: string | null;
  baseline_value: number | null; baseline_from: string | null; baseline_to: string | null; baseline_as_written: string | null; comparison_as_written: string | null;
  place_as_written: string | null; locality_id: string | null; attribution: Attribution; effect: Effect; evidence_level: EvidenceLevel; citation_id: string;
}
export interface ResultCreditTable { result_id: string; model_id: string; position: number }
export interface ReplicationTable {
  id: string; model_id: string; position: number; spread: Spread; place_as_written: string; locality_id: string | null;
  started_on: string | null; ended_on: string | null; started_as_written: string | null; status: ReplicationStatus; status_reason: string | null;
  mandate: string | null; sites: number | null; members: number | null; note: string | null; confidence: Confidence; citation_id: string;
}
export interface PointTable {
  id: string; model_id: string; position: number; name: string; place_as_written: string | null; locality_id: string | null;
  started_on: string | null; status: ReplicationStatus; group_count: number | null; citation_id: string;
}
export interface RecognitionTable {
  id: string; model_id: string; position: number; level: RecognitionLevel; by: string | null; form: string;
  date: string | null; date_to: string | null; date_as_written: string | null; annulled_on: string | null; annulment_reason: string | null; citation_id: string;
}

/** What all told facts share: text, place, date. */
interface ToldFact {
  id: string; model_id: string; position: number; text: string; place_as_written: string | null; locality_id: string | null;
  date: string | null; date_to: string | null; date_as_written: string | null;
}
export interface StepTable extends ToldFact { citation_id: string }
export interface CostTable extends ToldFact {
  amount: number | null; amount_max: number | null; qualifier: Qualifier; currency: string | null; unit_as_written: string | null; per: string | null; payer: string | null; citation_id: string;
}
export interface ResourceTable extends ToldFact { amount: number | null; unit: string | null; citation_id: string }
export interface LegalBasisTable extends ToldFact { number: string | null; issuer: string | null; legal_instrument_id: string | null; citation_id: string }
export interface ConditionTable extends ToldFact {
  is_editorial: boolean; amount: number | null; unit: string | null; number: string | null; issuer: string | null; citation_id: string | null;
}
export interface AdaptationTable extends ToldFact { reason: string | null; citation_id: string }
export interface LineageFactTable extends ToldFact { learned_from: string; learned_to: string; citation_id: string }
export interface SetbackTable extends ToldFact {
  kind: SetbackKind; reason: string | null; amount: number | null; unit: string | null; still_working: number | null; citation_id: string;
}
export interface ModelRelationTable { id: string; model_id: string; kind: RelationKind; to_model_id: string; position: number; note: string | null }
export interface ReviewTable {
  id: string; model_id: string; position: number; cycle: number; class: string | null; score: number | null; decision: ReviewDecision | null;
  reason: string | null; reviewed_on: string | null; next_due_on: string | null;
}
export interface PlaceReviewTable {
  id: string; slug: string; text: string; place_as_written: string | null; locality_id: string | null; year: number | null; source_id: string;
}
export interface ReportedFigureTable {
  id: string; slug: string; place_review_id: string | null; position: number; place_as_written: string | null; locality_id: string | null; as_of: string | null;
  label: string; counting_unit: Exclude<CountingUnit, 'NONE'>; unit: string; qualifier: Qualifier; value: number; note: string | null; source_id: string;
}

// Outbox
export interface OutboxTable {
  id: GeneratedAlways<number>; target: string; kind: string; record_id: string; version: Generated<number>; enqueued_at: InstantNow; available_at: InstantNow;
  leased_until: InstantOrNull; task_uid: number | null; attempts: Generated<number>; last_error: string | null; dead_at: InstantOrNull;
}

// Who may write, and what was done
export type KeyRole = 'LOCALITY_OFFICER' | 'CURATOR' | 'ADMIN';
export interface ApiKeyTable {
  id: string; name: string; prefix: string; hash: string; role: KeyRole; created_at: InstantNow; created_by: string;
  expires_at: InstantOrNull; revoked_at: InstantOrNull; revoked_by: string | null; last_used_at: InstantOrNull;
}
export interface ApiKeyLocalityTable { api_key_id: string; locality_id: string }
export interface AuditEntryTable {
  seq: number; at: Instant; actor_id: string | null; actor_role: string | null; action: string; record_kind: string; record_id: string; revision: number | null;
  payload: string | null; payload_salt: string | null; payload_digest: string; erased_by: number | null; previous_hash: string; hash: string;
}
export interface AuditHeadTable { only_row: Generated<boolean>; seq: number; hash: string }

/** All tables by their SQL name. */
// Imports
export type ImportFormat = 'CSV' | 'XLSX' | 'JSON' | 'NDJSON';
export interface ImportJobTable {
  id: string; format: ImportFormat; mode: Generated<'DRAFTS' | 'RESTORE'>; state: Generated<'QUEUED' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED'>;
  actor_id: string; actor_name: string; actor_role: string; actor_localities: Generated<string[]>;
  idempotency_key: string; content_hash: string; byte_count: number; content: Buffer | null;
  row_count: number | null; done_count: Generated<number>; created_count: Generated<number>; updated_count: Generated<number>; unchanged_count: Generated<number>; refused_count: Generated<number>;
  issues: JsonAny; lease_token: string | null; leased_until: InstantOrNull; attempts: Generated<number>;
  created_at: InstantNow; started_at: InstantOrNull; finished_at: InstantOrNull;
  stopped_at: InstantOrNull; resumed_by: string | null; resumed_by_name: string | null; resumed_by_role: string | null; resumed_by_localities: string[] | null;
}
export interface ImportRowTable { job_id: string; row: number; outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'REFUSED'; model_id: string | null; issues: JsonAny; duplicates: JsonAny }

export interface Database {
  setting: SettingTable; term: TermTable; concept: ConceptTable; concept_relation: ConceptRelationTable; concept_term: ConceptTermTable; abbreviation: AbbreviationTable;
  legal_instrument: LegalInstrumentTable; locality: LocalityTable; locality_name: LocalityNameTable; locality_change: LocalityChangeTable;
  locality_succession: LocalitySuccessionTable; locality_cover: LocalityCoverTable;
  source: SourceTable; source_revision: SourceRevisionTable; model_record: ModelRecordTable; slug_redirect: SlugRedirectTable; model_revision: ModelRevisionTable;
  model_step: ModelStepTable; model_merge: ModelMergeTable; model_distinction: ModelDistinctionTable; privacy_release: PrivacyReleaseTable;
  model_assignment: ModelAssignmentTable; issue_report: IssueReportTable;
  model: ModelTable; model_term: ModelTermTable; model_place: ModelPlaceTable; model_source: ModelSourceTable; citation: CitationTable;
  alias: AliasTable; origin: OriginTable; result: ResultTable; result_credit: ResultCreditTable; replication: ReplicationTable; point: PointTable;
  recognition: RecognitionTable; step: StepTable; cost: CostTable; resource: ResourceTable; legal_basis: LegalBasisTable; condition: ConditionTable;
  adaptation: AdaptationTable; lineage_fact: LineageFactTable; setback: SetbackTable; model_relation: ModelRelationTable; review: ReviewTable;
  place_review: PlaceReviewTable; reported_figure: ReportedFigureTable;
  outbox: OutboxTable;
  api_key: ApiKeyTable; api_key_locality: ApiKeyLocalityTable; audit_entry: AuditEntryTable; audit_head: AuditHeadTable;
  import_job: ImportJobTable; import_row: ImportRowTable;
}

export type TermRow = Selectable<TermTable>;
export type LocalityRow = Selectable<LocalityTable>;
export type SourceRow = Selectable<SourceTable>;
export type ModelRecordRow = Selectable<ModelRecordTable>;
export type ModelRevisionRow = Selectable<ModelRevisionTable>;
export type ModelRow = Selectable<ModelTable>;
export type ResultRow = Selectable<ResultTable>;
export type OutboxRow = Selectable<OutboxTable>;
/** What may be inserted into, or set in, a table named by its SQL name. */
export type Insert<T extends keyof Database> = Insertable<Database[T]>;
export type Update<T extends keyof Database> = Updateable<Database[T]>;
