/** Edits: each keeps the whole document as the record's next revision. What is published stays as it is until it is published anew. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { NotFoundError, ValidationError } from '../../errors.ts'
import { newId } from '../ids.ts'
import { refusedIn } from '../privacy/refuse.ts'
import { ownsPlace, type SignedInViewer } from '../viewer.ts'
import { contentHash, normaliseDocument } from './canonical.ts'
import { modelDocument, type ModelDocument } from './document.ts'
import { emptyDocument, type ModelFields, withFields } from './fields.ts'
import { cleanTexts, Issues, type Path } from './input.ts'
import { withOwnParts } from './own-parts.ts'
import { appendRevision, assertRight, findDocument, inWrite, lockForStep, readClock, readDocument, reasonFor, recordStep } from './record.ts'
import { modelsNamed } from './redirect.ts'
import { checkDocument } from './rules.ts'
import { insertRecords } from './slug.ts'
import { checkSourcesNamed } from './surroundings.ts'
import type { Step } from './workflow.ts'

/** What every write of a record answers: which one, and its working revision. */
export interface Written { modelId: string; revision: number }
export interface Expected { id: string; expectedRevision: number; reason?: string | null | undefined }
export interface Editing { trx: Kysely<Database>; viewer: SignedInViewer; id: string; issues: Issues }

/** Paths of the document that the input calls otherwise. */
const toInput = (path: Path): Path => {
  if (path[0] === 'aliases' && path[2] === 'name') return path.slice(0, 2)
  return path[0] === 'origin' && path[1] === 'localityId' ? ['origin', 'locality'] : path
}

/** Makes a record: revision 1 of it is a draft. @throws ValidationError with everything that is wrong; ForbiddenError for an officer outside their own territory */
export async function createModel(db: Kysely<Database>, viewer: SignedInViewer, { reason, ...given }: ModelFields & { reason?: string | null | undefined }): Promise<Written> {
  const id = newId()
  return inWrite(db, viewer, 'CREATE', id, async (trx) => {
    const issues = new Issues()
    const fields = cleanTexts(given, issues)
    const document = toDocument(await withFields(trx, viewer, emptyDocument(), fields, issues), id, issues)
    assertRight(viewer, 'EDIT', { isOwnPlace: await isOwnPlace(trx, viewer, document) })
    await insertRecords(trx, [{ id, slug: null, document }], await readClock(trx))
    const revision = await appendRevision(trx, viewer, { id, latest: 0 }, 'DRAFT', document, reasonFor('EDIT', reason))
    await recordStep(trx, viewer, { record: { id, state: null }, revision, step: 'CREATE', to: 'DRAFT', reason: reasonFor('EDIT', reason) })
    return { modelId: id, revision }
  })
}

/** Changes the plain fields. */
export const updateModel = (db: Kysely<Database>, viewer: SignedInViewer, { id, expectedRevision, reason, ...given }: ModelFields & Expected): Promise<Written> =>
  editModel(db, viewer, { id, expectedRevision, reason }, 'EDIT', async (document, { trx, issues }) => withFields(trx, viewer, document, cleanTexts(given, issues), issues))

/** Takes what an earlier revision said as the next one. Brings an archived or rejected record back as a draft. */
export const restoreRevision = (db: Kysely<Database>, viewer: SignedInViewer, { revision, ...expected }: Expected & { revision: number }): Promise<Written> =>
  editModel(db, viewer, expected, 'RESTORE', async (_document, { trx, id }) => {
    const found = await findDocument(trx, id, revision)
    if (found === undefined) throw new NotFoundError(`The record has no revision ${revision}.`)
    return withOwnParts(trx, id, found)
  }, { restored: revision })

/**
 * One edit: lock, right, revision, change, check, next revision. A change that changes nothing writes nothing.
 * @param change gives the document as it is to be; it may be any object, which is checked here
 */
export async function editModel(
  db: Kysely<Database>, viewer: SignedInViewer, { id, expectedRevision, reason }: Expected, step: Extract<Step, 'EDIT' | 'RESTORE'>,
  change: (document: Record<string, unknown>, editing: Editing) => Promise<object>, details?: Record<string, unknown>,
): Promise<Written> {
  return inWrite(db, viewer, step, id, async (trx) => {
    const record = await lockForStep(trx, viewer, step, { id, expectedRevision })
    const why = reasonFor(step, reason)
    const before = await readDocument(trx, id, record.latest)
    const issues = new Issues()
    const document = toDocument(await change(before as unknown as Record<string, unknown>, { trx, viewer, id, issues }), id, issues)
    // Out of one's own territory is as little an officer's to write as into it.
    assertRight(viewer, 'EDIT', { isOwnPlace: await isOwnPlace(trx, viewer, document) })
    if (record.to === record.state && contentHash(document) === contentHash(normaliseDocument(before))) return { modelId: id, revision: record.latest }
    await checkModelsNamed(trx, document)
    await checkSourcesNamed(trx, { id, document })
    const revision = await appendRevision(trx, viewer, record, record.to, document, why)
    await recordStep(trx, viewer, { record, revision, step, to: record.to, reason: why, ...(details ? { details } : {}) })
    return { modelId: id, revision }
  })
}

/** The document in its canonical form. @throws ValidationError with everything that was found so far, and what its own rules find */
export function toDocument(input: object, id: string, issues: Issues): ModelDocument {
  const document = readInput(input, id, issues)
  if (document) issues.list.push(...refusedIn(document, toInput))
  issues.assertNone()
  return document!
}

/** The document in its canonical form, unless its own rules find anything; what they find is among the issues. */
export function readInput(input: object, id: string, issues: Issues): ModelDocument | undefined {
  const read = modelDocument.safeParse(input)
  if (!read.success) {
    issues.addZod(read.error, toInput)
    return undefined
  }
  checkDocument(read.data, id, issues)
  return normaliseDocument(input)
}

/** @throws ValidationError for relations and credits to records that do not exist */
async function checkModelsNamed(trx: Kysely<Database>, document: ModelDocument): Promise<void> {
  const named = [...new Set(modelsNamed(document))]
  if (named.length === 0) return
  const { rows } = await sql<{ id: string }>`select n.id from unnest(${named}::uuid[]) as n (id) where not exists (select from model_record as r where r.id = n.id)`.execute(trx)
  if (rows.length > 0) throw new ValidationError(`${rows.length} models that the document names do not exist.`, rows.map(({ id }) => ({ path: ['model'], code: 'UNKNOWN_MODEL', message: `No model has the id ${id}.` })))
}

async function isOwnPlace(trx: Kysely<Database>, viewer: SignedInViewer, { origin }: ModelDocument): Promise<boolean> {
  return (await sql<{ isOwn: boolean }>`select ${ownsPlace(viewer, sql`${origin.localityId}::uuid`)} as "isOwn"`.execute(trx)).rows[0]!.isOwn
}
