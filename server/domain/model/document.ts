/**
 * The whole record of one model: the truth of every revision (stored as JSON in `model_revision.document`), from which the
 * normalised tables project the published one. Ids of parts are given once and live through revisions.
 *
 * Unknown is `null`, never 0, '' or false. Dates are as precise as their source (`2012`, `2012-08`, `2012-08-18`).
 */
import { z } from 'zod'
import type { TermKind } from '../../db/tables.ts'

/** The lists of a document that hold keys of a vocabulary, and which one. */
export const VOCABULARIES = { topics: 'TOPIC', settings: 'SETTING', participants: 'PARTICIPANT' } as const satisfies Record<string, TermKind>

/** A date as precise as its source: `2012`, `2012-08` or `2012-08-18`. */
export const partialDate = z
  .string()
  .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, 'expected YYYY, YYYY-MM or YYYY-MM-DD')
export const id = z.uuid()
const text = z.string().trim().min(1)

export const QUALIFIERS = ['EXACT', 'OVER', 'NEARLY', 'ABOUT'] as const
export const COUNTING_UNITS = ['MODEL_TYPE', 'MODEL', 'POINT', 'GROUP', 'PERSON', 'CASE', 'MONEY', 'PERCENT', 'OTHER', 'NONE'] as const
export const ATTRIBUTIONS = ['CONTEXT', 'CONTRIBUTION', 'MEASURED_EFFECT'] as const
export const EFFECTS = ['POSITIVE', 'NULL', 'NEGATIVE', 'MIXED', 'UNKNOWN'] as const
export const EVIDENCE_LEVELS = ['E0', 'E1', 'E2', 'E3', 'E4', 'E5'] as const
export const OPERATIONAL_STATUSES = ['PROPOSED', 'PILOT', 'ACTIVE', 'NEEDS_CONSOLIDATION', 'SUSPENDED', 'ENDED', 'RETIRED', 'UNKNOWN'] as const
export const REPLICATION_STATUSES = ['PLANNED', 'RUNNING', 'SUSTAINED', 'STOPPED', 'FAILED', 'UNKNOWN'] as const
export const SPREADS = ['CASCADE', 'MANDATE', 'LEARNING', 'PARALLEL', 'UNKNOWN'] as const
export const CONFIDENCES = ['DOCUMENTED', 'INFERRED', 'CLAIMED'] as const
export const ORIGIN_KINDS = ['BOTTOM_UP', 'PROGRAMME', 'INDEPENDENT', 'UNKNOWN'] as const
export const RECOGNITION_LEVELS = ['NATIONAL', 'MINISTRY', 'PROVINCE', 'DISTRICT', 'COMMUNE', 'OTHER'] as const
export const SETBACK_KINDS = ['STOPPED', 'EQUIPMENT_FAILED', 'WEAKENED', 'INEFFECTIVE', 'LIMITATION', 'MERGED', 'PREDECESSOR', 'CONTEXT'] as const
export const REVIEW_DECISIONS = ['MAINTAIN', 'CONSOLIDATE', 'REPLICATE', 'RETIRE'] as const
export const RELATION_KINDS = ['VARIANT_OF', 'COMPONENT_OF', 'MERGED_INTO', 'SUCCEEDS', 'UPGRADED_FROM', 'SIMILAR_TO'] as const
export const CITATION_PRECISIONS = ['FACT', 'RECORD'] as const

/** Source + locator + the field it supports. FACT supports this very fact; RECORD supports the record as a whole. */
export const citation = z.strictObject({
  sourceId: id,
  locator: text.nullable().default(null),
  field: text.nullable().default(null),
  precision: z.enum(CITATION_PRECISIONS).default('FACT'),
})

/** A place as its source wrote it, and the unit it was then; `localityId` null = not resolved (listed by `npm run seed -- --unresolved`). */
const place = { placeAsWritten: text.nullable().default(null), localityId: id.nullable().default(null) }
const cited = { citations: z.array(citation).min(1, 'every fact needs at least one citation') }
const dated = { date: partialDate.nullable().default(null), dateTo: partialDate.nullable().default(null), dateAsWritten: text.nullable().default(null) }

export const period = z.strictObject({ from: partialDate.nullable().default(null), to: partialDate.nullable().default(null), asWritten: text.nullable().default(null) })
export const baseline = z.strictObject({ value: z.number().nullable().default(null), period: period.nullable().default(null) })

export const alias = z.strictObject({ id, name: text, usedIn: text.nullable().default(null), usedSince: partialDate.nullable().default(null) })

export const origin = z.strictObject({
  id,
  kind: z.enum(ORIGIN_KINDS).default('UNKNOWN'),
  ...place,
  startedOn: partialDate.nullable().default(null),
  startedAsWritten: text.nullable().default(null),
  initiator: text.nullable().default(null),
  confidence: z.enum(CONFIDENCES).default('CLAIMED'),
  citations: z.array(citation),
})

export const result = z.strictObject({
  id,
  statement: text,
  indicator: text.nullable().default(null),
  indicatorKey: text.nullable().default(null),
  value: z.number().nullable().default(null),
  valueMax: z.number().nullable().default(null),
  outOf: z.number().nullable().default(null),
  qualifier: z.enum(QUALIFIERS).default('EXACT'),
  unit: text.nullable().default(null),
  countingUnit: z.enum(COUNTING_UNITS).default('OTHER'),
  period: period.nullable().default(null),
  asOf: partialDate.nullable().default(null),
  baseline: baseline.nullable().default(null),
  /** The source's own words on comparison or counting, kept whole beside what was parsed from them. */
  comparisonAsWritten: text.nullable().default(null),
  ...place,
  attribution: z.enum(ATTRIBUTIONS).default('CONTRIBUTION'),
  effect: z.enum(EFFECTS).default('UNKNOWN'),
  /** Other models this very claim is credited to (this document's model is credited anyway). */
  alsoCreditedTo: z.array(id).default([]),
  ...cited,
})

export const adaptation = z.strictObject({ id, text, reason: text.nullable().default(null), ...place, ...dated, ...cited })

export const replication = z.strictObject({
  id,
  spread: z.enum(SPREADS).default('UNKNOWN'),
  placeAsWritten: text,
  localityId: id.nullable().default(null),
  startedOn: partialDate.nullable().default(null),
  endedOn: partialDate.nullable().default(null),
  startedAsWritten: text.nullable().default(null),
  status: z.enum(REPLICATION_STATUSES).default('UNKNOWN'),
  statusReason: text.nullable().default(null),
  mandate: text.nullable().default(null),
  sites: z.number().int().nonnegative().nullable().default(null),
  members: z.number().int().nonnegative().nullable().default(null),
  note: text.nullable().default(null),
  confidence: z.enum(CONFIDENCES).default('CLAIMED'),
  ...cited,
})

/** A site that runs the model: the official counting unit (điểm). `groupCount` is teams (tổ), never added to points or models. */
export const point = z.strictObject({ id, name: text, ...place, startedOn: partialDate.nullable().default(null), status: z.enum(REPLICATION_STATUSES).default('UNKNOWN'), groupCount: z.number().int().nonnegative().nullable().default(null), ...cited })
export const recognition = z.strictObject({ id, level: z.enum(RECOGNITION_LEVELS), by: text.nullable().default(null), form: text, ...dated, annulledOn: partialDate.nullable().default(null), annulmentReason: text.nullable().default(null), ...cited })
export const step = z.strictObject({ id, text, ...place, ...dated, ...cited })
export const cost = z.strictObject({
  id, text, amount: z.number().nullable().default(null), amountMax: z.number().nullable().default(null), qualifier: z.enum(QUALIFIERS).default('EXACT'),
  /** ISO 4217, or null when the amount is in kind (lamps, rice). */
  currency: text.nullable().default(null), unitAsWritten: text.nullable().default(null), per: text.nullable().default(null), payer: text.nullable().default(null),
  ...place, ...dated, ...cited,
})
export const resource = z.strictObject({ id, text, amount: z.number().nullable().default(null), unit: text.nullable().default(null), ...place, ...dated, ...cited })
export const legalBasis = z.strictObject({ id, text, number: text.nullable().default(null), issuer: text.nullable().default(null), ...place, ...dated, ...cited })
export const condition = z.strictObject({ id, text, isEditorial: z.boolean(), amount: z.number().nullable().default(null), unit: text.nullable().default(null), number: text.nullable().default(null), issuer: text.nullable().default(null), ...place, ...dated, citations: z.array(citation) })
  .refine((c) => c.isEditorial || c.citations.length > 0, { message: 'a reported condition needs at least one citation', path: ['citations'] })
/** Who learned from whom, as told by a source. */
export const lineageFact = z.strictObject({ id, text, from: text, to: text, ...place, ...dated, ...cited })
export const setback = z.strictObject({ id, kind: z.enum(SETBACK_KINDS), text, reason: text.nullable().default(null), amount: z.number().nullable().default(null), unit: text.nullable().default(null), stillWorking: z.number().nullable().default(null), ...place, ...dated, ...cited })
export const relation = z.strictObject({ id, kind: z.enum(RELATION_KINDS), modelId: id, note: text.nullable().default(null), citations: z.array(citation).default([]) })
/** One yearly review of this model (cycle `2025` runs 15/11/2024 – 14/11/2025). */
export const review = z.strictObject({ id, cycle: z.number().int(), class: text.nullable().default(null), score: z.number().nullable().default(null), decision: z.enum(REVIEW_DECISIONS).nullable().default(null), reason: text.nullable().default(null), reviewedOn: partialDate.nullable().default(null), nextDueOn: partialDate.nullable().default(null), citations: z.array(citation).default([]) })

export const modelDocument = z.strictObject({
  name: text,
  summary: text,
  problem: text.nullable().default(null),
  howItWorks: text.nullable().default(null),
  leadBody: text.nullable().default(null),
  operationalStatus: z.enum(OPERATIONAL_STATUSES).default('UNKNOWN'),
  topics: z.array(text), settings: z.array(text), participants: z.array(text),
  aliases: z.array(alias).default([]),
  origin,
  originAlternatives: z.array(origin).default([]),
  results: z.array(result).default([]),
  replications: z.array(replication).default([]),
  points: z.array(point).default([]),
  recognitions: z.array(recognition).default([]),
  steps: z.array(step).default([]),
  costs: z.array(cost).default([]),
  resources: z.array(resource).default([]),
  legalBases: z.array(legalBasis).default([]),
  conditions: z.array(condition).default([]),
  adaptations: z.array(adaptation).default([]),
  lineage: z.array(lineageFact).default([]),
  setbacks: z.array(setback).default([]),
  relations: z.array(relation).default([]),
  reviews: z.array(review).default([]),
  /** The record's sources in display order; `titleAsCited` when this record names the source otherwise than the source's own title. */
  sources: z.array(z.strictObject({ sourceId: id, titleAsCited: text.nullable().default(null) })).default([]),
  /** Citations of the record itself and its plain fields (`field` = 'summary', 'howItWorks' …). */
  citations: z.array(citation).default([]),
})

export type ModelDocument = z.infer<typeof modelDocument>
export type Citation = z.infer<typeof citation>
export type Result = z.infer<typeof result>
export type Replication = z.infer<typeof replication>
export type Origin = z.infer<typeof origin>

/** A source is a record of its own, shared by many models. `url` null = known only by title (kept, marked so). */
export const sourceDocument = z.strictObject({ title: text, publisher: text.nullable().default(null), url: z.url({ protocol: /^https?$/ }).nullable().default(null), publishedOn: partialDate.nullable().default(null) })
export type SourceDocument = z.infer<typeof sourceDocument>
