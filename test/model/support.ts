/** Documents for tests: the smallest valid one, and a generator of any. */
import fc from 'fast-check'
import { deterministicId } from '../../server/domain/ids.ts'
import {
  ATTRIBUTIONS, CITATION_PRECISIONS, CONFIDENCES, COUNTING_UNITS, EFFECTS, OPERATIONAL_STATUSES, ORIGIN_KINDS, QUALIFIERS, RECOGNITION_LEVELS, RELATION_KINDS,
  REPLICATION_STATUSES, SETBACK_KINDS, SPREADS, type ModelDocument,
} from '../../server/domain/model/document.ts'

/** What a document may lead to in the database of a test. */
export interface World { sources: string[]; localities: string[]; topics: string[]; settings: string[]; participants: string[]; models: string[] }

/** Text as people write it: marks, quotes and signs, but nothing at its ends. NUL is no text for a database. */
const text = fc.oneof(
  fc.constantFrom('Camera an ninh', 'Tổ “liên gia” PCCC', 'tiếng kẻng\nan ninh', '100% – \\ \' " {a,b} 👮', 'Đội 2', 'NFD: a\u0301'),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).map((s) => s.replaceAll('\0', '')),
).map((s) => s.trim()).filter((s) => s !== '')
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null, freq: 2 })
const year = fc.integer({ min: 1990, max: 2026 })
const two = (n: number): string => String(n).padStart(2, '0')
const date = fc.oneof(
  year.map(String), fc.tuple(year, fc.integer({ min: 1, max: 12 })).map(([y, m]) => `${y}-${two(m)}`),
  fc.tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map(([y, m, d]) => `${y}-${two(m)}-${two(d)}`),
)
/** Two dates in order, or one of them. */
const span = fc.tuple(maybe(date), maybe(date)).map(([a, b]) => (a !== null && b !== null && a > b ? [b, a] as const : [a, b] as const))
const number = fc.oneof(fc.integer({ min: -1_000_000, max: 2_000_000_000 }), fc.double({ min: -1e6, max: 1e12, noNaN: true }).map((n) => (n === 0 ? 0 : n)))
const count = fc.integer({ min: 0, max: 100_000 })
const id = fc.uuid({ version: 7 })
const few = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 })

/** Any valid document whose references lead somewhere in the world. */
export function anyDocument(world: World): fc.Arbitrary<ModelDocument> {
  const citation = fc.record({ sourceId: fc.constantFrom(...world.sources), locator: maybe(text), field: maybe(text), precision: fc.constantFrom(...CITATION_PRECISIONS) })
  const citations = fc.array(citation, { minLength: 1, maxLength: 2 })
  const place = { placeAsWritten: maybe(text), localityId: maybe(fc.constantFrom(...world.localities)) }
  const told = { id, text, ...place, dateAsWritten: maybe(text), citations }
  const dated = <T extends object>(of: fc.Arbitrary<T>) => fc.tuple(of, span).map(([part, [from, to]]) => ({ ...part, date: from, dateTo: to }))
  const period = fc.tuple(span, maybe(text)).map(([[from, to], asWritten]) => ({ from, to, asWritten }))
  const origin = fc.record({ id, kind: fc.constantFrom(...ORIGIN_KINDS), ...place, startedOn: maybe(date), startedAsWritten: maybe(text), initiator: maybe(text), confidence: fc.constantFrom(...CONFIDENCES), citations: few(citation) })
  const result = fc.record({
    id, statement: text, indicator: maybe(text), indicatorKey: maybe(text), value: maybe(number), valueMax: maybe(number), outOf: maybe(number), qualifier: fc.constantFrom(...QUALIFIERS), unit: maybe(text),
    countingUnit: fc.constantFrom(...COUNTING_UNITS), period: maybe(period), asOf: maybe(date), baseline: maybe(fc.record({ value: maybe(number), period: maybe(period) })), comparisonAsWritten: maybe(text), ...place,
    attribution: fc.constantFrom(...ATTRIBUTIONS), effect: fc.constantFrom(...EFFECTS), alsoCreditedTo: fc.subarray(world.models), citations,
  }).map((r) => ({ ...r, countingUnit: r.value === null ? 'NONE' as const : r.countingUnit, valueMax: r.value !== null && r.valueMax !== null && r.valueMax >= r.value ? r.valueMax : null }))
  const replication = fc.tuple(fc.record({
    id, spread: fc.constantFrom(...SPREADS), ...place, placeAsWritten: text, startedAsWritten: maybe(text), status: fc.constantFrom(...REPLICATION_STATUSES), statusReason: maybe(text), mandate: maybe(text),
    sites: maybe(count), members: maybe(count), note: maybe(text), confidence: fc.constantFrom(...CONFIDENCES), citations,
  }), span).map(([r, [startedOn, endedOn]]) => ({ ...r, startedOn, endedOn }))
  const recognition = fc.tuple(dated(fc.record({ id, level: fc.constantFrom(...RECOGNITION_LEVELS), by: maybe(text), form: text, dateAsWritten: maybe(text), citations })), maybe(fc.tuple(date, text)))
    .map(([r, annulled]) => ({ ...r, annulledOn: annulled?.[0] ?? null, annulmentReason: annulled?.[1] ?? null }))
  const cost = dated(fc.record({ ...told, amount: maybe(number), amountMax: maybe(number), qualifier: fc.constantFrom(...QUALIFIERS), currency: maybe(fc.constant('VND')), unitAsWritten: maybe(text), per: maybe(text), payer: maybe(text) }))
    .map((c) => ({ ...c, amountMax: c.amount !== null && c.amountMax !== null && c.amountMax >= c.amount ? c.amountMax : null }))
  const condition = dated(fc.record({ ...told, isEditorial: fc.boolean(), amount: maybe(number), unit: maybe(text), number: maybe(text), issuer: maybe(text) }))
  const relations = fc.uniqueArray(fc.record({ id, kind: fc.constantFrom(...RELATION_KINDS), modelId: fc.constantFrom(...world.models), note: maybe(text), citations: few(citation) }), { maxLength: 3, selector: (r) => `${r.kind}:${r.modelId}` })
  const reviews = fc.uniqueArray(fc.record({ id, cycle: year, class: maybe(text), score: maybe(number), decision: maybe(fc.constantFrom('MAINTAIN' as const, 'CONSOLIDATE' as const, 'REPLICATE' as const, 'RETIRE' as const)), reason: maybe(text), reviewedOn: maybe(date), nextDueOn: maybe(date), citations: few(citation) }), { maxLength: 3, selector: (r) => r.cycle })
  return fc.record({
    name: text, summary: text, problem: maybe(text), howItWorks: maybe(text), leadBody: maybe(text), operationalStatus: fc.constantFrom(...OPERATIONAL_STATUSES),
    topics: fc.subarray(world.topics), settings: fc.subarray(world.settings), participants: fc.subarray(world.participants),
    aliases: few(fc.record({ id, name: text, usedIn: maybe(text), usedSince: maybe(date) })),
    origin, originAlternatives: few(origin), results: few(result), replications: few(replication),
    points: few(fc.record({ id, name: text, ...place, startedOn: maybe(date), status: fc.constantFrom(...REPLICATION_STATUSES), groupCount: maybe(count), citations })),
    recognitions: few(recognition), steps: few(dated(fc.record(told))), costs: few(cost), resources: few(dated(fc.record({ ...told, amount: maybe(number), unit: maybe(text) }))),
    legalBases: few(dated(fc.record({ ...told, number: maybe(text), issuer: maybe(text) }))), conditions: few(condition), adaptations: few(dated(fc.record({ ...told, reason: maybe(text) }))),
    lineage: few(dated(fc.record({ ...told, from: text, to: text }))),
    setbacks: few(dated(fc.record({ ...told, kind: fc.constantFrom(...SETBACK_KINDS), reason: maybe(text), amount: maybe(number), unit: maybe(text), stillWorking: maybe(number) }))),
    relations, reviews, sources: fc.subarray(world.sources).chain((ids) => fc.tuple(...ids.map((sourceId) => maybe(text).map((titleAsCited) => ({ sourceId, titleAsCited }))))), citations: few(citation),
  })
}

/** The smallest valid document. */
export const smallDocument = (name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  name, summary: `Mô hình ${name}.`, topics: [], settings: [], participants: [], origin: { id: deterministicId('test-origin', name), citations: [] }, ...more,
})
