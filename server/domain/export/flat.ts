/** A record as one row of the flat form. What a row cannot hold (further results, replications, costs …) is in JSON and NDJSON. */
import { guardFormula } from '../import/csv.ts'
import { writeNumber, writePeriod } from '../import/cell.ts'
import { writeList, writeSources } from '../import/cells.ts'
import { CHOICES, COLUMNS, type ColumnKey } from '../import/columns.ts'
import type { CatalogueRecord } from '../import/record.ts'
import { LICENCE } from './licence.ts'

export type FlatRow = Partial<Record<ColumnKey, string | number | null>>

const label = (choices: Readonly<Record<string, string>>, value: string): string => choices[value] ?? value

export function flatRow({ slug, revision, document, sources, localities }: CatalogueRecord): FlatRow {
  const { origin, results: [result] } = document
  const known = new Map(sources.map((source) => [source.id, source]))
  const [first, ...more] = document.sources.flatMap(({ sourceId, titleAsCited }) => {
    const source = known.get(sourceId)
    return source ? [{ ...source, title: titleAsCited ?? source.title }] : []
  })
  return {
    slug, name: document.name, aliases: writeList(document.aliases.map(({ name }) => name)), summary: document.summary, problem: document.problem, howItWorks: document.howItWorks, leadBody: document.leadBody,
    operationalStatus: label(CHOICES.operationalStatus, document.operationalStatus), topics: writeList(document.topics), settings: writeList(document.settings), participants: writeList(document.participants),
    originKind: label(CHOICES.originKind, origin.kind), originPlace: origin.placeAsWritten, originLocality: origin.localityId && (localities[origin.localityId] ?? null), startedOn: origin.startedOn,
    startedAsWritten: origin.startedAsWritten, initiator: origin.initiator, confidence: label(CHOICES.confidence, origin.confidence),
    sourceTitle: first?.title ?? null, sourcePublisher: first?.publisher ?? null, sourceUrl: first?.url ?? null, sourcePublishedOn: first?.publishedOn ?? null, moreSources: writeSources(more),
    resultStatement: result?.statement ?? null, resultIndicator: result?.indicator ?? null, resultQualifier: result ? label(CHOICES.qualifier, result.qualifier) : null, resultValue: result?.value ?? null,
    resultUnit: result?.unit ?? null, resultPeriod: result?.period ? writePeriod(result.period) : null, revision,
  }
}

const quoted = (text: string): string => (/[",\r\n;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const csvCell = (value: string | number | null | undefined): string => (value === null || value === undefined ? '' : quoted(guardFormula(typeof value === 'number' ? writeNumber(value) : value)))

/** The heading over the licence, which import leaves out. */
export const LICENCE_HEADING = 'Giấy phép'
export const FLAT_HEADINGS: readonly string[] = [...COLUMNS.map((column) => column.label), LICENCE_HEADING]
/** A line of CSV, as RFC 4180 has it. */
export const csvLine = (row: FlatRow): string => `${[...COLUMNS.map(({ key }) => csvCell(row[key])), csvCell(LICENCE.short)].join(',')}\r\n`
export const csvHeading = (): string => `${FLAT_HEADINGS.map(quoted).join(',')}\r\n`
