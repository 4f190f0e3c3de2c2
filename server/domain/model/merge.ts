/**
 * Two records of one idea become one, and two again. A merge only chooses among what its two records tell, so that of two published
 * records is published at once; that of a draft becomes the target's next draft and goes through the review like any other.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, EditorialState } from '../../db/tables.ts'
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts'
import { newId } from '../ids.ts'
import { assertReleased } from '../privacy/release.ts'
import type { SignedInViewer } from '../viewer.ts'
import type { Written } from './draft.ts'
import { toDocument } from './draft.ts'
import { Issues } from './input.ts'
import { type MergeField, mergeDocuments, type MergeSide } from './merge-documents.ts'
import { appendRevision, assertRevision, assertRight, inWrite, lockRows, type LockedRecord, readDocument, reasonFor, recordStep, requireRecord, setState } from './record.ts'
import { publishWorking, reproject, withdraw } from './write.ts'

export interface MergeInput {
  sourceId: string
  targetId: string
  expectedSourceRevision: number
  expectedTargetRevision: number
  choices?: readonly { field: MergeField; from: MergeSide }[] | null | undefined
  reason: string
}
export interface Merged extends Written { mergeId: string }

const OPEN_STATES: readonly EditorialState[] = ['DRAFT', 'SUBMITTED', 'IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED']
const invalid = (path: string, code: string, message: string): ValidationError => new ValidationError(message, [{ path: [path], code, message }])

/** Merges the source into the target; the source's slug and id lead to the target from then on. @throws ValidationError with every undecided field */
export async function mergeModels(db: Kysely<Database>, viewer: SignedInViewer, input: MergeInput): Promise<Merged> {
  const { sourceId, targetId } = input
  return inWrite(db, viewer, 'MERGE', targetId, async (trx) => {
    if (sourceId === targetId) throw invalid('sourceId', 'TO_ITSELF', 'A record cannot be merged into itself.')
    const [source, target] = await lockBoth(trx, viewer, sourceId, targetId)
    await assertRevision(trx, source, input.expectedSourceRevision)
    await assertRevision(trx, target, input.expectedTargetRevision)
    const isPublished = assertMergeable(source, target)
    const reason = reasonFor('MERGE', input.reason)!

    const issues = new Issues()
    const [from, into] = [await readDocument(trx, source.id, source.latest), await readDocument(trx, target.id, target.latest)]
    const choices = new Map((input.choices ?? []).map(({ field, from: side }) => [field, side]))
    const document = toDocument(mergeDocuments({ id: source.id, document: from }, { id: target.id, document: into }, choices, issues), target.id, issues)

    // A merge of published records is read by everybody at once.
    if (isPublished) await assertReleased(trx, target.id, document)
    const mergeId = newId()
    const dependents = await readDependents(trx, source.id, target.id)
    await setState(trx, source.id, 'MERGED')
    // First, so that its parts are free for the target to hold.
    if (isPublished) await withdraw(trx, source.id)
    const to = isPublished ? 'PUBLISHED' : 'DRAFT'
    const revision = await appendRevision(trx, viewer, target, to, document, reason)
    await trx.insertInto('model_merge').values({
      id: mergeId, source_id: source.id, target_id: target.id, source_state: source.state, target_state: target.state, source_revision: source.latest, target_revision: target.latest,
      merged_revision: revision, is_published: isPublished, merged_by: viewer.id, reason,
    }).execute()
    if (isPublished) await publishWorking(trx, target, revision, document)
    await reproject(trx, dependents)
    await recordStep(trx, viewer, { record: source, revision: source.latest, step: 'MERGE', to: 'MERGED', reason, mergeId, details: { into: target.id } })
    await recordStep(trx, viewer, { record: target, revision, step: 'MERGE', to, reason, mergeId, details: { from: source.id } })
    return { modelId: target.id, revision, mergeId }
  })
}

/** Takes a merge back: both records say again what they said, in the states that they had. @throws RevisionConflictError when the target was edited since */
export async function undoMerge(db: Kysely<Database>, viewer: SignedInViewer, { mergeId, reason }: { mergeId: string; reason?: string | null | undefined }): Promise<{ source: Written; target: Written }> {
  return inWrite(db, viewer, 'UNDO_MERGE', mergeId, async (trx) => {
    const known = await trx.selectFrom('model_merge').select(['source_id', 'target_id']).where('id', '=', mergeId).executeTakeFirst()
    if (known === undefined) throw new NotFoundError('There is no such merge.')
    const [source, target] = await lockBoth(trx, viewer, known.source_id, known.target_id)
    const merge = await trx.selectFrom('model_merge').selectAll().where('id', '=', mergeId).executeTakeFirstOrThrow()
    if (merge.undone_at !== null) throw invalid('mergeId', 'ALREADY_UNDONE', 'This merge is undone already.')
    await assertRevision(trx, target, merge.merged_revision)
    assertUndoable(target, merge)
    const why = reasonFor('UNDO_MERGE', reason)

    await sql`update model_merge set undone_at = clock_timestamp(), undone_by = ${viewer.id} where id = ${mergeId}::uuid`.execute(trx)
    const dependents = await readDependents(trx, target.id, source.id)
    // The target first: it lets go of the source's parts.
    const targetRevision = await restore(trx, viewer, target, merge.target_state, merge.target_revision, why)
    if (merge.source_state !== 'PUBLISHED') await setState(trx, source.id, merge.source_state)
    const sourceRevision = merge.source_state === 'PUBLISHED' ? await restore(trx, viewer, source, 'PUBLISHED', merge.source_revision, why) : source.latest
    await reproject(trx, dependents)
    await recordStep(trx, viewer, { record: target, revision: targetRevision, step: 'UNDO_MERGE', to: merge.target_state, reason: why, mergeId })
    await recordStep(trx, viewer, { record: source, revision: sourceRevision, step: 'UNDO_MERGE', to: merge.source_state, reason: why, mergeId })
    return { source: { modelId: source.id, revision: sourceRevision }, target: { modelId: target.id, revision: targetRevision } }
  })
}

async function lockBoth(trx: Kysely<Database>, viewer: SignedInViewer, sourceId: string, targetId: string): Promise<[LockedRecord, LockedRecord]> {
  const rows = await lockRows(trx, viewer, [sourceId, targetId])
  const [source, target] = [requireRecord(viewer, sourceId, rows.get(sourceId)), requireRecord(viewer, targetId, rows.get(targetId))]
  for (const record of [source, target]) assertRight(viewer, 'REVIEW', record)
  return [source, target]
}

/** Whether the merged document is published at once. @throws ValidationError for records that cannot be merged as they stand */
function assertMergeable(source: LockedRecord, target: LockedRecord): boolean {
  for (const [path, record] of [['sourceId', source], ['targetId', target]] as const) {
    if (record.state !== 'PUBLISHED' && !OPEN_STATES.includes(record.state)) throw invalid(path, 'WRONG_STATE', `The record is ${record.state}; a merge takes published records and drafts.`)
    if (record.published !== null && record.state !== 'PUBLISHED' && (path === 'sourceId' || source.published !== null)) throw invalid(path, 'WRONG_STATE', 'The published record has an open revision: publish or reject it before the merge.')
  }
  if (source.published !== null && target.published === null) throw invalid('targetId', 'WRONG_STATE', 'A published record cannot go into one that is not: merge the other way round.')
  return source.published !== null
}

function assertUndoable(target: LockedRecord, merge: { is_published: boolean; merged_revision: number }): void {
  const isAsMerged = merge.is_published ? target.state === 'PUBLISHED' : OPEN_STATES.includes(target.state)
  if (!isAsMerged) throw new ConflictError(`The record that it went into is ${target.state} since, and can no longer be taken apart as it is.`)
}

/** Says again what an earlier revision said, in the state that it had. */
async function restore(trx: Kysely<Database>, viewer: SignedInViewer, record: LockedRecord, to: EditorialState, revision: number, reason: string | null): Promise<number> {
  const document = await readDocument(trx, record.id, revision)
  const next = await appendRevision(trx, viewer, record, to, document, reason)
  if (to === 'PUBLISHED') await publishWorking(trx, record, next, document)
  return next
}

/** Other published records that relate to this one, or credit a result to it. */
async function readDependents(trx: Kysely<Database>, id: string, except: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select model_id as id from model_relation where to_model_id = ${id}::uuid
    union select r.model_id from result_credit c join result r on r.id = c.result_id where c.model_id = ${id}::uuid`.execute(trx)
  return rows.map((row) => row.id).filter((other) => other !== id && other !== except)
}
