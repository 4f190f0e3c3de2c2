/**
 * The sources of a record. A source is shared by many records, so a record never rewrites one: it names another, and everything in it
 * that rested on the old one rests on the new one, once this revision is published.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { NotFoundError, ValidationError } from '../../errors.ts'
import type { SignedInViewer } from '../viewer.ts'
import { registerSources, type SourceInput } from './cite.ts'
import type { Citation, ModelDocument } from './document.ts'
import { type Editing, editModel } from './draft.ts'
import { citesInFacts } from './fields.ts'
import { cleanTexts } from './input.ts'
import type { PartOf, PartWritten } from './part-write.ts'
import { LIST_PARTS, type Part } from './parts.ts'

const expectedOf = ({ modelId, expectedRevision, reason }: PartOf) => ({ id: modelId, expectedRevision, reason })
type Document = Record<string, unknown>
const sourcesOf = (document: Document): ModelDocument['sources'] => (document.sources ?? []) as ModelDocument['sources']

async function register({ trx, viewer, issues }: Editing, given: SourceInput): Promise<ModelDocument['sources'][number]> {
  const [source] = await registerSources(trx, viewer, [{ path: [], source: cleanTexts(given, issues) }], issues)
  issues.assertNone()
  return source!
}

/** Adds a source that supports the record as a whole. */
export async function addSource(db: Kysely<Database>, viewer: SignedInViewer, { modelId, expectedRevision, reason, ...given }: SourceInput & PartOf): Promise<PartWritten> {
  let partId = ''
  const written = await editModel(db, viewer, expectedOf({ modelId, expectedRevision, reason }), 'EDIT', async (document, editing) => {
    const source = await register(editing, given)
    partId = source.sourceId
    if (sourcesOf(document).some(({ sourceId }) => sourceId === partId)) return document
    const citation: Citation = { sourceId: partId, locator: null, field: 'summary', precision: 'RECORD' }
    return { ...document, sources: [...sourcesOf(document), source], citations: [...((document.citations ?? []) as Citation[]), citation] }
  })
  return { ...written, partId }
}

/** Names another source in the place of this one, wherever the record cites it. */
export async function updateSource(db: Kysely<Database>, viewer: SignedInViewer, { modelId, expectedRevision, reason, id, ...given }: SourceInput & PartOf & { id: string }): Promise<PartWritten> {
  let partId = id
  const written = await editModel(db, viewer, expectedOf({ modelId, expectedRevision, reason }), 'EDIT', async (document, editing) => {
    assertListed(document, id)
    const source = await register(editing, given)
    partId = source.sourceId
    const recited = mapCitations(document, (citation) => (citation.sourceId === id ? { ...citation, sourceId: partId } : citation))
    return { ...recited, sources: sourcesOf(document).map((listed) => (listed.sourceId === id ? source : listed)) }
  })
  return { ...written, partId }
}

/** Takes a source off the record. @throws ValidationError STILL_CITED while a fact rests on it */
export async function removeSource(db: Kysely<Database>, viewer: SignedInViewer, { id, ...of }: PartOf & { id: string }): Promise<PartWritten> {
  const written = await editModel(db, viewer, expectedOf(of), 'EDIT', async (document) => {
    assertListed(document, id)
    if (citesInFacts(document, id)) {
      const message = 'Facts of the record still rest on this source. Cite another one there, or remove them first.'
      throw new ValidationError(message, [{ path: ['id'], code: 'STILL_CITED', message }])
    }
    const rest = (citations: readonly Citation[] | undefined) => citations?.filter((citation) => citation.sourceId !== id)
    const origin = document.origin as ModelDocument['origin']
    return {
      ...document, sources: sourcesOf(document).filter(({ sourceId }) => sourceId !== id), citations: rest(document.citations as Citation[]) ?? [], origin: { ...origin, citations: rest(origin.citations) },
      originAlternatives: ((document.originAlternatives ?? []) as ModelDocument['originAlternatives']).map((other) => ({ ...other, citations: rest(other.citations) })),
    }
  })
  return { ...written, partId: id }
}

function assertListed(document: Document, id: string): void {
  if (!sourcesOf(document).some(({ sourceId }) => sourceId === id)) throw new NotFoundError('The record does not name this source.')
}

/** The document with every citation in it replaced. */
function mapCitations(document: Document, change: (citation: Citation) => Citation): Document {
  const inPart = <T extends { citations?: readonly Citation[] | undefined }>(part: T): T => (part.citations === undefined ? part : { ...part, citations: part.citations.map(change) })
  const lists = Object.fromEntries(LIST_PARTS.map(({ list }) => [list, ((document[list] ?? []) as readonly Part[]).map(inPart)]))
  return {
    ...document, ...lists, citations: ((document.citations ?? []) as Citation[]).map(change), origin: inPart(document.origin as ModelDocument['origin']),
    originAlternatives: ((document.originAlternatives ?? []) as ModelDocument['originAlternatives']).map(inPart),
  }
}
