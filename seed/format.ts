/**
 * How people write the seed: one YAML file per model under `seed/data/models/`, named by its slug, three files beside it
 * (`vocabularies.yaml`, `reviews.yaml`, `totals.yaml`), and the thesaurus in `thesaurus/` (see thesaurus.ts). These types are strict: an unknown field is a mistake.
 *
 * What is not known is left out, and becomes `null`: never 0 and never "no". Sources are listed once per file under a key of their
 * own (`s1`, `s2` …), and a fact names its source by that key. A place is written as text, or as a map where its units are known.
 */
import { z } from 'zod'
import {
  ATTRIBUTIONS, CONFIDENCES, COUNTING_UNITS, EFFECTS, OPERATIONAL_STATUSES, ORIGIN_KINDS, QUALIFIERS, RECOGNITION_LEVELS, REPLICATION_STATUSES,
  SETBACK_KINDS, SPREADS, partialDate,
} from '../server/domain/model/document.ts'
import type { SeedThesaurus } from './thesaurus.ts'

const text = z.string('expected text').trim().min(1, 'must not be empty')
const optionalText = text.nullable().default(null)
const number = z.number('expected a number').nullable().default(null)
const count = z.number('expected a whole number').int('expected a whole number').nonnegative('must not be negative').nullable().default(null)
/** YAML reads a bare `2012` as a number: it is a year all the same. */
const date = z.preprocess((value) => (typeof value === 'number' ? String(value) : value), partialDate)
const optionalDate = date.nullable().default(null)

export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/
export const slug = z.string('expected a slug').regex(SLUG, 'expected a slug such as "camera-an-ninh" (lower case without marks, digits, hyphens)')
export const sourceRef = z.string('expected the key of a source, such as s1').regex(/^s[1-9]\d*$/, 'expected the key of a source, such as s1')

/** The units are those of the time; what a source did not say stays null. */
export const seedPlace = z.preprocess(
  (value) => (typeof value === 'string' ? { placeAsWritten: value } : value),
  z.strictObject({ placeAsWritten: optionalText, commune: optionalText, district: optionalText, province: optionalText }),
)
const place = { place: seedPlace.nullable().default(null) }
const dated = { date: optionalDate, dateTo: optionalDate, dateAsWritten: optionalText }
const fact = { source: sourceRef }

const cited = { title: text, publisher: optionalText, url: z.url({ protocol: /^https?$/, error: 'expected an http(s) address' }).nullable().default(null), published: optionalDate }
/** `url` null = known by its title only. `alsoCitedAs` keeps how else this record names the very same source. */
export const seedSource = z.strictObject({ ...cited, alsoCitedAs: z.array(z.strictObject({ ...cited, title: optionalText })).default([]) })
export const seedSources = z.record(sourceRef, seedSource)

export const seedPeriod = z.strictObject({ from: optionalDate, to: optionalDate, asWritten: optionalText })
export const seedBaseline = z.strictObject({ value: number, period: seedPeriod.nullable().default(null) })

export const seedAlias = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  z.strictObject({ name: text, usedIn: optionalText, usedSince: optionalDate }),
)

/** `source` is who tells of the origin as a whole, `startedSource` who tells its date: named only where it is known. */
export const seedOrigin = z.strictObject({
  kind: z.enum(ORIGIN_KINDS).default('UNKNOWN'),
  ...place,
  started: optionalDate,
  startedAsWritten: optionalText,
  startedSource: sourceRef.nullable().default(null),
  initiator: optionalText,
  confidence: z.enum(CONFIDENCES).default('CLAIMED'),
  source: sourceRef.nullable().default(null),
})

/** One claim. A claim that stands under several models is written once, under the first, with `alsoCreditedTo`. */
export const seedResult = z
  .strictObject({
    statement: text,
    /** What is counted, in the source's language. */
    indicator: optionalText,
    value: number,
    valueMax: number,
    outOf: number,
    qualifier: z.enum(QUALIFIERS).default('EXACT'),
    unit: optionalText,
    countingUnit: z.enum(COUNTING_UNITS),
    period: seedPeriod.nullable().default(null),
    asOf: optionalDate,
    baseline: seedBaseline.nullable().default(null),
    /** The source's words on comparison or counting, whole. */
    comparison: optionalText,
    ...place,
    attribution: z.enum(ATTRIBUTIONS),
    effect: z.enum(EFFECTS).default('UNKNOWN'),
    alsoCreditedTo: z.array(slug).default([]),
    ...fact,
  })
  .refine((r) => r.value !== null || r.countingUnit === 'NONE', { message: 'is missing, so nothing is counted; give the value, or write countingUnit: NONE', path: ['value'] })
  .refine((r) => r.value !== null || (r.valueMax === null && r.outOf === null), { message: 'valueMax and outOf need a value', path: ['value'] })
  .refine((r) => r.value === null || r.valueMax === null || r.valueMax >= r.value, { message: 'must not be below value', path: ['valueMax'] })
  .refine((r) => r.attribution !== 'MEASURED_EFFECT' || r.baseline !== null, { message: 'MEASURED_EFFECT needs a baseline; give it, or write CONTRIBUTION', path: ['attribution'] })

export const seedReplication = z.strictObject({
  place: seedPlace,
  spread: z.enum(SPREADS).default('UNKNOWN'),
  started: optionalDate,
  ended: optionalDate,
  startedAsWritten: optionalText,
  status: z.enum(REPLICATION_STATUSES).default('UNKNOWN'),
  statusReason: optionalText,
  /** The order it followed, when one is named. */
  mandate: optionalText,
  sites: count,
  members: count,
  note: optionalText,
  confidence: z.enum(CONFIDENCES).default('CLAIMED'),
  ...fact,
}).refine((r) => r.place.placeAsWritten !== null, { message: 'is missing; write the place as the source does', path: ['place', 'placeAsWritten'] })

export const seedRecognition = z.strictObject({ level: z.enum(RECOGNITION_LEVELS), by: optionalText, form: text, ...dated, ...fact })
export const seedStep = z.strictObject({ text, ...place, ...dated, ...fact })
/** `unit` is as written (`đồng (gần) / 131 camera`); `currency`, `qualifier`, `amountMax` and `per` are read from it. No currency = in kind. */
export const seedCost = z
  .strictObject({ text, amount: number, amountMax: number, qualifier: z.enum(QUALIFIERS).default('EXACT'), currency: z.string().regex(/^[A-Z]{3}$/, 'expected a currency code such as VND').nullable().default(null), unit: optionalText, per: optionalText, payer: optionalText, ...place, ...dated, ...fact })
  .refine((c) => c.amountMax === null || (c.amount !== null && c.amountMax >= c.amount), { message: 'must not be below amount', path: ['amountMax'] })
export const seedResource = z.strictObject({ text, amount: number, unit: optionalText, ...place, ...dated, ...fact })
export const seedLegalBasis = z.strictObject({ text, number: optionalText, issuer: optionalText, ...place, ...dated, ...fact })
export const seedReportedCondition = z.strictObject({ text, amount: number, unit: optionalText, number: optionalText, issuer: optionalText, ...place, ...dated, ...fact })
export const seedAdaptation = z.strictObject({ text, reason: optionalText, ...place, ...dated, ...fact })
export const seedLineageFact = z.strictObject({ text, from: text, to: text, ...place, ...dated, ...fact })
export const seedSetback = z.strictObject({ kind: z.enum(SETBACK_KINDS), text, reason: optionalText, amount: number, unit: optionalText, stillWorking: number, ...place, ...dated, ...fact })

/** A whole file of `models/`; its slug is the file's name. */
export const seedModelFile = z.strictObject({
  name: text,
  aliases: z.array(seedAlias).default([]),
  topics: z.array(z.string()).min(1, 'needs at least one topic'),
  settings: z.array(z.string()).min(1, 'needs at least one setting'),
  participants: z.array(z.string()).min(1, 'needs at least one participant'),
  status: z.enum(OPERATIONAL_STATUSES).default('UNKNOWN'),
  summary: text,
  problem: optionalText,
  howItWorks: optionalText,
  howItWorksSource: sourceRef.nullable().default(null),
  leadBody: optionalText,
  origin: seedOrigin.prefault({}),
  originAlternatives: z.array(seedOrigin).default([]),
  results: z.array(seedResult).default([]),
  replications: z.array(seedReplication).default([]),
  recognitions: z.array(seedRecognition).default([]),
  steps: z.array(seedStep).default([]),
  costs: z.array(seedCost).default([]),
  resources: z.array(seedResource).default([]),
  legalBases: z.array(seedLegalBasis).default([]),
  /** Conditions in our own reading: no source says so. */
  editorialConditions: z.array(text).default([]),
  reportedConditions: z.array(seedReportedCondition).default([]),
  adaptations: z.array(seedAdaptation).default([]),
  lineage: z.array(seedLineageFact).default([]),
  setbacks: z.array(seedSetback).default([]),
  sources: seedSources.refine((s) => Object.keys(s).length > 0, 'needs at least one source'),
})

export const seedTerm = z.strictObject({ key: slug, labelVi: text, labelEn: text, description: text, synonyms: z.array(text).default([]) })
export const seedVocabulariesFile = z.strictObject({ topics: z.array(seedTerm), settings: z.array(seedTerm), participants: z.array(seedTerm) })

const figure = { label: text, value: z.number('expected a number'), qualifier: z.enum(QUALIFIERS).default('EXACT'), countingUnit: z.enum(COUNTING_UNITS).exclude(['NONE']), unit: text, note: optionalText }
/** What a province's review found. `place` null = the whole nation. */
export const seedReview = z.strictObject({ slug, text, ...place, year: z.number().int().nullable().default(null), counts: z.array(z.strictObject(figure)).default([]), ...fact })
export const seedReviewsFile = z.strictObject({ reviews: z.array(seedReview), sources: seedSources })
/** What a report says of how many there are. Totals that disagree stand side by side. */
export const seedTotal = z.strictObject({ slug, ...place, asOf: optionalDate, ...figure, ...fact })
export const seedTotalsFile = z.strictObject({ totals: z.array(seedTotal), sources: seedSources })

export type SeedPlace = z.infer<typeof seedPlace>
export type SeedSource = z.infer<typeof seedSource>
export type SeedPeriod = z.infer<typeof seedPeriod>
export type SeedOrigin = z.infer<typeof seedOrigin>
export type SeedResult = z.infer<typeof seedResult>
export type SeedReplication = z.infer<typeof seedReplication>
export type SeedModelFile = z.infer<typeof seedModelFile>
export type SeedTerm = z.infer<typeof seedTerm>
export type SeedReview = z.infer<typeof seedReview>
export type SeedTotal = z.infer<typeof seedTotal>

/** Models, reviews and totals name a source by the local key; `sourceKeys` leads from there to `SeedCatalogue.sources`. */
interface FromFile { /** Path under the seed's folder, such as `models/camera-an-ninh.yaml`. */ file: string; sourceKeys: Record<string, string> }
export type SeedModel = SeedModelFile & FromFile & { slug: string }
/** One source, shared by every record that cites it; `key` is its `sourceKey()`. */
export interface SharedSource { key: string; title: string; publisher: string | null; url: string | null; published: string | null }

/** The whole seed, validated: every reference in it leads somewhere. */
export interface SeedCatalogue {
  terms: { TOPIC: SeedTerm[]; SETTING: SeedTerm[]; PARTICIPANT: SeedTerm[] }
  thesaurus: SeedThesaurus
  /** In order of slug. */
  models: SeedModel[]
  /** Distinct sources of models, reviews and totals, by `sourceKey()`. */
  sources: Map<string, SharedSource>
  /** `source` of a review or a total is already the key into `sources`. */
  reviews: SeedReview[]
  totals: SeedTotal[]
}
