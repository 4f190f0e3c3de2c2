/** A whole record of a catalogue export: its document with every id in it turned into one of this database. */
import { z } from 'zod'
import { wellFormed } from '../../search/fold.ts'
import { deterministicId } from '../ids.ts'
import type { CitedAs, SourceInput } from '../model/cite.ts'
import { citation, id, type ModelDocument, modelDocument, sourceDocument, VOCABULARIES } from '../model/document.ts'
import { MAX_TEXT, type NamedPlace, type NamedTerm, type Path } from '../model/input.ts'
import { LIST_PARTS, ORIGIN_PART, type Part } from '../model/parts.ts'
import { modelsNamed } from '../model/redirect.ts'
import { errorAt, type RowIssue } from './fault.ts'

const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
const slug = z.string().max(200).regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)

/** One model of a catalogue: what `GET /export.ndjson` writes in a line. */
export const catalogueRecord = z.strictObject({
  id, slug, revision: z.int().positive(), state: z.string().optional(), createdAt: instant, updatedAt: instant,
  /** Slugs that lead here: the record's own from before, and those of records that went into it. */
  formerSlugs: z.array(slug).default([]),
  document: modelDocument,
  /** The sources that the document names by id. */
  sources: z.array(z.strictObject({ id, ...sourceDocument.shape })),
  /** Slugs of the units that the document names by id. */
  localities: z.record(id, z.string()).default({}),
})
export type CatalogueRecord = z.infer<typeof catalogueRecord>

export interface ReadRecord {
  id: string
  slug: string
  revision: number
  document: ModelDocument
  record: CatalogueRecord
  terms: NamedTerm[]
  places: NamedPlace[]
  sources: { source: SourceInput }[]
  /** Every other model that it names. */
  models: string[]
  toInput(found: Found): Record<string, unknown>
}
interface Found {
  /** The record that stands, whose parts keep their ids. */
  record: { id: string; document: ModelDocument } | undefined
  newId: string
  sources: readonly (CitedAs | undefined)[]
  places: readonly (string | null)[]
  modelId(id: string): string | undefined
}

/** The record, or what is wrong with it. */
export function readRecord(row: number, value: unknown): { record: ReadRecord | undefined; issues: RowIssue[] } {
  const issues: RowIssue[] = []
  const read = catalogueRecord.safeParse(clean(value, row, [], issues))
  if (!read.success) for (const { path, message } of read.error.issues.slice(0, 50)) issues.push(errorAt(row, path as (string | number)[], 'INVALID', message))
  if (!read.success || issues.length > 0) return { record: undefined, issues }
  const { document, sources, localities } = read.data
  const known = new Set(sources.map((source) => source.id))
  for (const sourceId of new Set(sourceIdsOf(document))) if (!known.has(sourceId)) issues.push(errorAt(row, ['document'], 'UNKNOWN_SOURCE', `The document cites the source ${sourceId}, which is not among the record's \`sources\`.`))
  const placeIds = [...new Set(placedParts(document).flatMap(({ localityId }) => (localityId as string | null) ?? []))]
  const record: ReadRecord = {
    id: read.data.id, slug: read.data.slug, revision: read.data.revision, document, record: read.data,
    terms: Object.entries(VOCABULARIES).flatMap(([list, kind]) => document[list as keyof typeof VOCABULARIES].map((key, i) => ({ path: ['document', list, i], kind, key }))),
    places: placeIds.map((placeId) => ({ path: ['localities', placeId], name: localities[placeId] ?? placeId, on: null })),
    sources: sources.map(({ id: _, ...source }) => ({ source })),
    models: [...new Set(modelsNamed(document))],
    toInput: (found) => translate(document, { ...found, sourceIds: new Map(sources.map((source, i) => [source.id, found.sources[i]?.sourceId ?? source.id])), placeIds: new Map(placeIds.map((placeId, i) => [placeId, found.places[i] ?? null])) }),
  }
  return { record: issues.length > 0 ? undefined : record, issues }
}

type Fields = Record<string, unknown>

/** Texts composed; what no database can keep is told. Lists are as long as the file's size allows. */
function clean(value: unknown, row: number, path: Path, issues: RowIssue[]): unknown {
  if (typeof value === 'string') {
    const text = value.normalize('NFC')
    if (text.includes('\0') || text !== wellFormed(text)) issues.push(errorAt(row, path, 'BAD_TEXT', 'A NUL, or half of a surrogate pair, cannot be kept.'))
    else if (text.length > MAX_TEXT) issues.push(errorAt(row, path, 'TOO_LONG', `At most ${MAX_TEXT} characters are allowed; there are ${text.length}.`))
    return text
  }
  if (Array.isArray(value)) return value.map((inner, i) => clean(inner, row, [...path, i], issues))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner, row, [...path, key], issues)]))
}

const partsOf = (document: ModelDocument): readonly Part[] => [...ORIGIN_PART.of(document), ...LIST_PARTS.flatMap(({ of }) => of(document))]
const placedParts = (document: ModelDocument): readonly Part[] => partsOf(document).filter((part) => 'localityId' in part)
/** Every source that a document names. */
export const sourceIdsOf = (document: ModelDocument): string[] => [...document.sources, ...document.citations, ...partsOf(document).flatMap((part) => part.citations ?? [])].map(({ sourceId }) => sourceId)
/** Every unit that a document names. */
export const placeIdsOf = (document: ModelDocument): string[] => placedParts(document).flatMap(({ localityId }) => (localityId as string | null) ?? [])

function translate(document: ModelDocument, { record, newId, sourceIds, placeIds, modelId }: Found & { sourceIds: ReadonlyMap<string, string>; placeIds: ReadonlyMap<string, string | null> }): Fields {
  const kept = new Set(record ? partsOf(record.document).map((part) => part.id) : [])
  const cite = (citations: readonly z.infer<typeof citation>[]) => citations.map((one) => ({ ...one, sourceId: sourceIds.get(one.sourceId) ?? one.sourceId }))
  const part = (given: object): Fields => {
    const fields: Fields = { ...given }
    // Ids of parts are one database's own: two records must not share one.
    if (!kept.has(fields.id as string)) fields.id = deterministicId('import-part', `${record?.id ?? newId}:${fields.id as string}`)
    if (fields.citations) fields.citations = cite(fields.citations as never)
    if (typeof fields.localityId === 'string') fields.localityId = placeIds.get(fields.localityId) ?? null
    if (typeof fields.modelId === 'string') fields.modelId = modelId(fields.modelId) ?? fields.modelId
    if (Array.isArray(fields.alsoCreditedTo)) fields.alsoCreditedTo = (fields.alsoCreditedTo as string[]).map((one) => modelId(one) ?? one)
    return fields
  }
  const lists = Object.fromEntries(LIST_PARTS.map(({ list }) => [list, (document[list] as readonly object[]).map(part)]))
  return {
    ...document, ...lists, origin: part(document.origin), originAlternatives: document.originAlternatives.map(part), citations: cite(document.citations),
    sources: document.sources.map((source) => ({ ...source, sourceId: sourceIds.get(source.sourceId) ?? source.sourceId })),
  }
}
