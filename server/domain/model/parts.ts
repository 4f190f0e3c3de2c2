/**
 * Which part of a document lies in which table and column: written by project.ts, read back by document-read.ts, so that the two
 * cannot disagree. A dotted path leads into a nested object, which is null when all of its columns are.
 */
import type { Citation, ModelDocument } from './document.ts'

type Columns = Readonly<Record<string, string>>
/** How the citations of a part are kept: none, beside it, or also pointed back at, so that the database refuses the fact without one. */
type Cited = 'never' | 'beside' | 'always'
export interface PartTable {
  table: string
  /** `subject_kind` of its citations. */
  kind: string
  /** Column → path in the part. `id`, `model_id`, `position` and `citation_id` come by themselves. */
  columns: Columns
  cited: Cited
  /** The parts of a document, in order of `position`. */
  of(document: ModelDocument): readonly Part[]
}
export interface Part { id: string; citations?: readonly Citation[]; [field: string]: unknown }

const place = { place_as_written: 'placeAsWritten', locality_id: 'localityId' }
const dated = { date: 'date', date_to: 'dateTo', date_as_written: 'dateAsWritten' }
const told = { text: 'text', ...place, ...dated }

/** Lists of the document that have a table of their own, by their name in the document. */
const LISTS = {
  aliases: { table: 'alias', kind: 'ALIAS', cited: 'never', columns: { name: 'name', used_in: 'usedIn', used_since: 'usedSince' } },
  results: {
    table: 'result', kind: 'RESULT', cited: 'always',
    columns: {
      statement: 'statement', indicator: 'indicator', indicator_key: 'indicatorKey', value: 'value', value_max: 'valueMax', out_of: 'outOf', qualifier: 'qualifier', unit: 'unit',
      counting_unit: 'countingUnit', period_from: 'period.from', period_to: 'period.to', period_as_written: 'period.asWritten', as_of: 'asOf', baseline_value: 'baseline.value',
      baseline_from: 'baseline.period.from', baseline_to: 'baseline.period.to', baseline_as_written: 'baseline.period.asWritten', comparison_as_written: 'comparisonAsWritten',
      ...place, attribution: 'attribution', effect: 'effect',
    },
  },
  replications: {
    table: 'replication', kind: 'REPLICATION', cited: 'always',
    columns: {
      spread: 'spread', ...place, started_on: 'startedOn', ended_on: 'endedOn', started_as_written: 'startedAsWritten', status: 'status', status_reason: 'statusReason',
      mandate: 'mandate', sites: 'sites', members: 'members', note: 'note', confidence: 'confidence',
    },
  },
  points: { table: 'point', kind: 'POINT', cited: 'always', columns: { name: 'name', ...place, started_on: 'startedOn', status: 'status', group_count: 'groupCount' } },
  recognitions: { table: 'recognition', kind: 'RECOGNITION', cited: 'always', columns: { level: 'level', by: 'by', form: 'form', ...dated, annulled_on: 'annulledOn', annulment_reason: 'annulmentReason' } },
  steps: { table: 'step', kind: 'STEP', cited: 'always', columns: told },
  costs: { table: 'cost', kind: 'COST', cited: 'always', columns: { ...told, amount: 'amount', amount_max: 'amountMax', qualifier: 'qualifier', currency: 'currency', unit_as_written: 'unitAsWritten', per: 'per', payer: 'payer' } },
  resources: { table: 'resource', kind: 'RESOURCE', cited: 'always', columns: { ...told, amount: 'amount', unit: 'unit' } },
  legalBases: { table: 'legal_basis', kind: 'LEGAL_BASIS', cited: 'always', columns: { ...told, number: 'number', issuer: 'issuer' } },
  conditions: { table: 'condition', kind: 'CONDITION', cited: 'always', columns: { ...told, is_editorial: 'isEditorial', amount: 'amount', unit: 'unit', number: 'number', issuer: 'issuer' } },
  adaptations: { table: 'adaptation', kind: 'ADAPTATION', cited: 'always', columns: { ...told, reason: 'reason' } },
  lineage: { table: 'lineage_fact', kind: 'LINEAGE_FACT', cited: 'always', columns: { ...told, learned_from: 'from', learned_to: 'to' } },
  setbacks: { table: 'setback', kind: 'SETBACK', cited: 'always', columns: { ...told, kind: 'kind', reason: 'reason', amount: 'amount', unit: 'unit', still_working: 'stillWorking' } },
  relations: { table: 'model_relation', kind: 'RELATION', cited: 'beside', columns: { kind: 'kind', to_model_id: 'modelId', note: 'note' } },
  reviews: {
    table: 'review', kind: 'REVIEW', cited: 'beside',
    columns: { cycle: 'cycle', class: 'class', score: 'score', decision: 'decision', reason: 'reason', reviewed_on: 'reviewedOn', next_due_on: 'nextDueOn' },
  },
} as const satisfies Record<string, { table: string; kind: string; cited: Cited; columns: Columns }>

export type ListName = keyof typeof LISTS
export const LIST_PARTS = Object.entries(LISTS).map(([list, spec]) => ({ ...spec, list: list as ListName, of: (document: ModelDocument) => document[list as ListName] as readonly Part[] }))

/** Position 0 is the origin, the others are what sources claim besides. */
export const ORIGIN_PART: PartTable = {
  table: 'origin', kind: 'ORIGIN', cited: 'beside',
  columns: { kind: 'kind', ...place, started_on: 'startedOn', started_as_written: 'startedAsWritten', initiator: 'initiator', confidence: 'confidence' },
  of: (document) => [document.origin, ...document.originAlternatives],
}
export const PARTS: readonly PartTable[] = [ORIGIN_PART, ...LIST_PARTS]
/** `subject_kind` of the citations of the record itself; their subject is the model. */
export const MODEL_KIND = 'MODEL'

/** The part's columns as the database keeps them. */
export function toColumns(part: Part, columns: Columns): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const column in columns) {
    let value: unknown = part
    for (const step of columns[column]!.split('.')) value = value === null || value === undefined ? null : (value as Record<string, unknown>)[step]
    row[column] = value ?? null
  }
  return row
}

/** The part from its columns. */
export function fromColumns(row: Readonly<Record<string, unknown>>, columns: Columns): Record<string, unknown> {
  const part: Record<string, unknown> = {}
  for (const column in columns) {
    const steps = columns[column]!.split('.')
    let target = part
    for (const step of steps.slice(0, -1)) target = (target[step] ??= {}) as Record<string, unknown>
    target[steps.at(-1)!] = row[column] ?? null
  }
  return collapse(part)
}

/** Nested objects that say nothing become null; the same for documents, before they are kept. */
export function collapse<T extends Record<string, unknown>>(part: T): T {
  for (const field in part) {
    const value = part[field] as unknown
    if (value === null || typeof value !== 'object' || Array.isArray(value)) continue
    collapse(value as Record<string, unknown>)
    if (Object.values(value).every((v) => v === null)) (part as Record<string, unknown>)[field] = null
  }
  return part
}
