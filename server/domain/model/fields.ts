/** The plain fields of a record as people write them, put into its document. Undefined keeps, null clears. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { newId } from '../ids.ts'
import type { SignedInViewer } from '../viewer.ts'
import { type CitedAs, registerSources, type SourceInput } from './cite.ts'
import { type Citation, type ModelDocument, VOCABULARIES } from './document.ts'
import { checkTerms, type Issues, type NamedPlace, type NamedTerm, type Path, resolvePlaces } from './input.ts'
import { LIST_PARTS } from './parts.ts'

export interface OriginInput {
  kind?: string | null | undefined
  placeAsWritten?: string | null | undefined
  /** A slug, `code@date`, or a code as of the start. */
  locality?: string | null | undefined
  startedOn?: string | null | undefined
  startedAsWritten?: string | null | undefined
  initiator?: string | null | undefined
  confidence?: string | null | undefined
}
export interface ModelFields {
  name?: string | null | undefined
  summary?: string | null | undefined
  problem?: string | null | undefined
  howItWorks?: string | null | undefined
  leadBody?: string | null | undefined
  operationalStatus?: string | null | undefined
  aliases?: string[] | null | undefined
  topics?: string[] | null | undefined
  settings?: string[] | null | undefined
  participants?: string[] | null | undefined
  origin?: OriginInput | null | undefined
  sources?: SourceInput[] | null | undefined
}

const PLAIN = ['name', 'summary', 'problem', 'howItWorks', 'leadBody'] as const

/** A document that says nothing yet. */
export const emptyDocument = (): Record<string, unknown> => ({ topics: [], settings: [], participants: [], origin: emptyOrigin() })
const emptyOrigin = () => ({ id: newId(), citations: [] as Citation[] })

/** What the names among the fields were found to mean; undefined for a field that is not given. */
export interface FoundFields { sources: readonly (CitedAs | undefined)[] | undefined; localityId: string | null | undefined }

/** The document with the given fields in it, not yet checked as a whole; names that nothing bears are issues. `fields` must be clean. */
export async function withFields(trx: Kysely<Database>, viewer: SignedInViewer, document: Record<string, unknown>, fields: ModelFields, issues: Issues): Promise<Record<string, unknown>> {
  await checkTerms(trx, termsOf(fields), issues)
  const sources = fields.sources === undefined ? undefined : await registerSources(trx, viewer, sourcesOf(fields), issues)
  const place = placeOf(document, fields)
  const [localityId] = place === undefined ? [fields.origin?.locality as null | undefined] : await resolvePlaces(trx, [place], issues)
  return putFields(document, fields, { sources, localityId })
}

/** The terms, sources and place that the fields name, with where they stand. */
export const termsOf = (fields: ModelFields): NamedTerm[] => keysOf(VOCABULARIES).flatMap((list) => (fields[list] ?? []).map((key, i) => ({ path: [list, i], kind: VOCABULARIES[list], key: key ?? '' })))
export const sourcesOf = (fields: ModelFields): { path: Path; source: SourceInput }[] => (fields.sources ?? []).map((source, i) => ({ path: ['sources', i], source }))
export function placeOf(document: Record<string, unknown>, { origin }: ModelFields): NamedPlace | undefined {
  if (origin?.locality == null) return undefined
  const startedOn = origin.startedOn === undefined ? (document.origin as ModelDocument['origin']).startedOn : origin.startedOn
  return { path: ['origin', 'locality'], name: origin.locality, on: startedOn ?? null }
}

/** The same, when what the fields name was looked up already. */
export function putFields(document: Record<string, unknown>, fields: ModelFields, found: FoundFields): Record<string, unknown> {
  const next: Record<string, unknown> = { ...document }
  for (const field of PLAIN) if (fields[field] !== undefined) next[field] = fields[field]
  if (fields.operationalStatus !== undefined) next.operationalStatus = fields.operationalStatus ?? 'UNKNOWN'
  for (const list of keysOf(VOCABULARIES)) if (fields[list] !== undefined) next[list] = fields[list] ?? []
  if (fields.aliases !== undefined) next.aliases = withAliases(document, fields.aliases ?? [])
  if (found.sources !== undefined) citeSources(next, found.sources)
  if (fields.origin !== undefined) next.origin = withOrigin(next, fields.origin ?? {}, fields.origin === null, found.localityId)
  return next
}

const keysOf = <T extends object>(of: T): (keyof T)[] => Object.keys(of) as (keyof T)[]

/** Names that stay keep their id and what else is known of them. */
function withAliases(document: Record<string, unknown>, names: readonly string[]): unknown[] {
  const known = new Map(((document.aliases ?? []) as ModelDocument['aliases']).map((alias) => [alias.name, alias]))
  return [...new Set(names)].map((name) => known.get(name) ?? { id: newId(), name })
}

function withOrigin(document: Record<string, unknown>, given: OriginInput, isCleared: boolean, localityId: string | null | undefined): unknown {
  const before = document.origin as ModelDocument['origin']
  const { locality, kind, confidence, ...plain } = given
  const origin: Record<string, unknown> = isCleared ? { ...emptyOrigin(), id: before.id } : { ...before, ...plain }
  if (kind !== undefined) origin.kind = kind ?? 'UNKNOWN'
  if (confidence !== undefined) origin.confidence = confidence ?? 'CLAIMED'
  if (locality !== undefined) origin.localityId = localityId
  // What is told of the origin without a citation of its own rests on the record's sources.
  if (before.citations.length === 0) origin.citations = recordCitations(document, null)
  return origin
}

const recordCitations = (document: Record<string, unknown>, field: string | null): Citation[] =>
  ((document.sources ?? []) as ModelDocument['sources']).map(({ sourceId }) => ({ sourceId, locator: null, field, precision: 'RECORD' }))

/** The record's own list of sources, which support it as a whole. A source that a fact still cites stays in the list, at its end. */
function citeSources(next: Record<string, unknown>, cited: readonly (CitedAs | undefined)[]): void {
  const before = (next.sources ?? []) as ModelDocument['sources']
  const named = cited.filter((source) => source !== undefined)
  const isNamed = new Set(named.map(({ sourceId }) => sourceId))
  const kept = before.filter(({ sourceId }) => !isNamed.has(sourceId) && citesInFacts(next, sourceId))
  next.sources = [...named, ...kept]
  const others = ((next.citations ?? []) as Citation[]).filter((citation) => citation.precision === 'FACT')
  next.citations = [...recordCitations(next, 'summary'), ...others]
  const origin = next.origin as ModelDocument['origin']
  if (origin.citations.every(({ precision }) => precision === 'RECORD')) next.origin = { ...origin, citations: recordCitations(next, null) }
}

/** Whether a fact (not the record as a whole) rests on the source. */
export function citesInFacts(document: Record<string, unknown>, sourceId: string): boolean {
  const cites = (citations: readonly Citation[] | undefined): boolean => citations?.some((citation) => citation.sourceId === sourceId && citation.precision === 'FACT') ?? false
  const { origin, originAlternatives = [], citations } = document as unknown as ModelDocument
  return cites(citations) || [origin, ...originAlternatives].some((part) => cites(part.citations))
    || LIST_PARTS.some(({ list }) => ((document[list] ?? []) as { citations?: Citation[] }[]).some((part) => part.citations?.some((citation) => citation.sourceId === sourceId)))
}
