/** One record under its lock: where it stands, whether the viewer may do the step, and what a step leaves behind. */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database, EditorialState } from '../../db/tables.ts'
import { ForbiddenError, NotFoundError, ValidationError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { recordDenial } from '../audit/denial.ts'
import { refusedIn } from '../privacy/refuse.ts'
import { ownsPlace, type SignedInViewer } from '../viewer.ts'
import { contentHash } from './canonical.ts'
import { RevisionConflictError } from './conflict.ts'
import { diffDocuments } from './diff.ts'
import type { ModelDocument } from './document.ts'
import { hasRight, type Right } from './policy.ts'
import { HIDDEN_STATES, needsReason, nextState, rightFor, statesBefore, type Step, type Transition } from './workflow.ts'

export const MODEL_AUDIT_KIND = 'model'

export interface LockedRecord {
  id: string
  slug: string
  state: EditorialState
  latest: number
  published: number | null
  createdAt: string
  isOwnPlace: boolean
}


/** Not the transaction's beginning: one that waited for another must not seem to come before it. */
export async function readClock(trx: Kysely<Database>): Promise<string> {
  return (await sql<{ at: string }>`select ${asInstant(sql`clock_timestamp()`)} as at`.execute(trx)).rows[0]!.at
}

/** Holds the records until the transaction ends, in one order for all, whatever the order asked for. */
export async function lockRows(trx: Kysely<Database>, viewer: SignedInViewer, ids: readonly string[]): Promise<Map<string, LockedRecord>> {
  const { rows } = await sql<LockedRecord>`
    select r.id, r.slug, r.editorial_state as state, r.latest_revision as latest, r.published_revision as published, ${asInstant(sql`r.created_at`)} as "createdAt",
      ${ownsPlace(viewer, sql`r.origin_locality_id`)} as "isOwnPlace"
    from model_record as r where r.id = any(${[...ids]}::uuid[]) order by r.id for update of r`.execute(trx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** @throws NotFoundError when there is no such record, or none that the viewer may know of */
export function requireRecord(viewer: SignedInViewer, id: string, record: LockedRecord | undefined): LockedRecord {
  const isPublic = record !== undefined && record.published !== null && !HIDDEN_STATES.includes(record.state as never)
  if (record === undefined || (!isPublic && !hasRight(viewer, 'EDIT', record.isOwnPlace))) throw new NotFoundError(`No model that you may see has the id ${id}.`)
  return record
}

/** @throws ForbiddenError */
export function assertRight(viewer: SignedInViewer, right: Right, { isOwnPlace }: Pick<LockedRecord, 'isOwnPlace'>): void {
  if (hasRight(viewer, right, isOwnPlace)) return
  throw new ForbiddenError(right === 'REVIEW' ? `This takes the role CURATOR; yours is ${viewer.role}.` : 'An officer may edit only records whose origin lies in the territory of their own units.')
}

/**
 * The record under its lock, when the viewer may take the step from where it stands, at the revision that they read.
 * @throws NotFoundError, ForbiddenError, RevisionConflictError, ValidationError for a step that does not lead on from its state
 */
export async function lockForStep(trx: Kysely<Database>, viewer: SignedInViewer, step: Transition | 'EDIT' | 'RESTORE', { id, expectedRevision }: { id: string; expectedRevision: number }): Promise<LockedRecord & { to: EditorialState }> {
  const record = requireRecord(viewer, id, (await lockRows(trx, viewer, [id])).get(id))
  assertRight(viewer, rightFor(step, record.state), record)
  await assertRevision(trx, record, expectedRevision)
  const to = nextState(step, record.state, record.published !== null)
  if (to === undefined) throw wrongState(record.state, step)
  return { ...record, to }
}

/** @throws RevisionConflictError with what differs between the two */
export async function assertRevision(trx: Kysely<Database>, record: Pick<LockedRecord, 'id' | 'latest'>, expectedRevision: number): Promise<void> {
  if (record.latest === expectedRevision) return
  const expected = await findDocument(trx, record.id, expectedRevision)
  const changes = expected === undefined ? [] : diffDocuments(expected, await readDocument(trx, record.id, record.latest))
  throw new RevisionConflictError({ recordId: record.id, expectedRevision, actualRevision: record.latest, changes })
}

const wrongState = (state: EditorialState, step: Transition | 'EDIT' | 'RESTORE'): ValidationError => {
  const message = `The record is ${state}; ${step} can be done when it is ${statesBefore(step).join(', ')}.`
  return new ValidationError(message, [{ path: ['id'], code: 'WRONG_STATE', message }])
}

/** The reason as it is kept. @throws ValidationError when the step needs one and there is none */
export function reasonFor(step: Transition | 'EDIT' | 'RESTORE' | 'MERGE' | 'UNDO_MERGE', reason: string | null | undefined): string | null {
  const given = reason?.normalize('NFC').trim() ?? ''
  if (given.includes('\0') || given.length > 2000) throw new ValidationError('`reason` may have 2000 characters, and no NUL.', [{ path: ['reason'], code: 'BAD_TEXT', message: 'At most 2000 characters, and no NUL.' }])
  if (given !== '') {
    // The history shows it to everybody once the revision is published.
    const issues = refusedIn({ reason: given })
    if (issues.length > 0) throw new ValidationError(issues[0]!.message, issues)
    return given
  }
  if (step === 'UNDO_MERGE' || (step !== 'MERGE' && !needsReason(step))) return null
  throw new ValidationError(`${step} needs a reason.`, [{ path: ['reason'], code: 'REASON_REQUIRED', message: 'Say why: the reason stays with the record.' }])
}

/** The reason of what always needs one. @throws ValidationError */
export const requiredReason = (reason: string): string => reasonFor('MERGE', reason)!

export async function findDocument(db: Kysely<Database>, id: string, revision: number): Promise<ModelDocument | undefined> {
  const row = await db.selectFrom('model_revision').select('document').where('model_id', '=', id).where('revision', '=', revision).executeTakeFirst()
  return row?.document as ModelDocument | undefined
}

/** The document of a revision that is known to be there. */
export async function readDocument(db: Kysely<Database>, id: string, revision: number): Promise<ModelDocument> {
  const document = await findDocument(db, id, revision)
  if (document === undefined) throw new Error(`model ${id} has no revision ${revision}`)
  return document
}

/** Keeps the document as the record's next revision, which becomes the working one. */
export async function appendRevision(trx: Kysely<Database>, viewer: SignedInViewer, record: Pick<LockedRecord, 'id' | 'latest'>, to: EditorialState, document: ModelDocument, reason: string | null): Promise<number> {
  const revision = record.latest + 1
  await trx.insertInto('model_revision').values({
    model_id: record.id, revision, document: JSON.stringify(document), content_hash: contentHash(document), author: viewer.id, author_name: viewer.name, reason, created_at: await readClock(trx),
  }).execute()
  await setState(trx, record.id, to, { latest: revision, originLocalityId: document.origin.localityId })
  return revision
}

/** Sets where the record stands. */
export async function setState(trx: Kysely<Database>, id: string, to: EditorialState, more: { latest?: number; originLocalityId?: string | null } = {}): Promise<void> {
  await sql`update model_record set state_changed_at = case when editorial_state = ${to} then state_changed_at else clock_timestamp() end, editorial_state = ${to}, updated_at = clock_timestamp()
    ${more.latest === undefined ? sql`` : sql`, latest_revision = ${more.latest}`}
    ${more.originLocalityId === undefined ? sql`` : sql`, origin_locality_id = ${more.originLocalityId}::uuid`} where id = ${id}::uuid`.execute(trx)
}

export interface StepTaken { record: { id: string; state: EditorialState | null }; revision: number; step: Step; to: EditorialState; reason: string | null; mergeId?: string; details?: Record<string, unknown> }

/** The step's own row, and its entry in the audit log. */
export async function recordStep(trx: Kysely<Database>, viewer: SignedInViewer, { record, revision, step, to, reason, mergeId, details }: StepTaken): Promise<void> {
  await trx.insertInto('model_step').values({ model_id: record.id, revision, step, from_state: record.state, to_state: to, actor: viewer.id, actor_name: viewer.name, reason, at: await readClock(trx), merge_id: mergeId ?? null }).execute()
  await recordAudit(trx, { viewer, action: auditAction(step), recordKind: MODEL_AUDIT_KIND, recordId: record.id, revision, reason, details: { from: record.state, to, ...(mergeId === undefined ? {} : { mergeId }), ...details } })
}

/** What is done at the desk, and leaves the record's state as it is. */
export type DeskStep = 'RECORD_DISTINCT' | 'WITHDRAW_DISTINCTION' | 'RELEASE_PRIVACY_FINDING'
export const auditAction = (step: Step | DeskStep): string => `MODEL_${step}`

/**
 * One write: everything that it does stands or falls together. What the policy denied leaves nothing but an entry of the denial, which
 * is written after the rest was undone.
 */
export async function inWrite<T>(db: Kysely<Database>, viewer: SignedInViewer, step: Step | DeskStep, recordId: string, work: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
  try {
    return await db.transaction().execute(work)
  } catch (error) {
    if (error instanceof ForbiddenError) {
      await recordDenial(db, { viewer, action: `${auditAction(step)}_DENIED`, recordKind: MODEL_AUDIT_KIND, recordId, message: error.message }, error)
    }
    throw error
  }
}
