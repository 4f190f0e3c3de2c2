/** The steps of the workflow that leave the document as it is: handed in, reviewed, approved, published, turned down, archived. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { ForbiddenError } from '../../errors.ts'
import { assertReleased } from '../privacy/release.ts'
import type { SignedInViewer } from '../viewer.ts'
import type { Expected, Written } from './draft.ts'
import { canApprove } from './policy.ts'
import { appendRevision, inWrite, lockForStep, type LockedRecord, readDocument, reasonFor, recordStep, setState } from './record.ts'
import type { Transition } from './workflow.ts'
import { publishWorking, withdraw } from './write.ts'

/** Takes a record one step further. Whatever is read follows in the same transaction. */
export async function takeStep(db: Kysely<Database>, viewer: SignedInViewer, step: Transition, expected: Expected): Promise<Written> {
  return inWrite(db, viewer, step, expected.id, async (trx) => {
    const { to, ...record } = await lockForStep(trx, viewer, step, expected)
    const reason = reasonFor(step, expected.reason)
    if (step === 'APPROVE') await assertNotAuthor(trx, viewer, record)
    if (step === 'SUBMIT' || step === 'APPROVE' || step === 'PUBLISH') await assertReleased(trx, record.id, await readDocument(trx, record.id, record.latest))
    if (step === 'REJECT' && to === 'PUBLISHED') return rejectNext(trx, viewer, record, reason)
    await setState(trx, record.id, to)
    if (step === 'PUBLISH') await publishWorking(trx, record, record.latest, await readDocument(trx, record.id, record.latest))
    if (step === 'ARCHIVE' && record.published !== null) await withdraw(trx, record.id)
    await recordStep(trx, viewer, { record, revision: record.latest, step, to, reason })
    return { modelId: record.id, revision: record.latest }
  })
}

/** Nobody approves what they wrote a part of, since the last time that it was published. @throws ForbiddenError */
async function assertNotAuthor(trx: Kysely<Database>, viewer: SignedInViewer, { id }: LockedRecord): Promise<void> {
  const { rows } = await sql<{ author: string }>`
    select distinct author from model_revision where model_id = ${id}::uuid and revision > coalesce((select max(revision) from model_revision where model_id = ${id}::uuid and published_at is not null), 0)`.execute(trx)
  if (!canApprove(viewer, rows.map(({ author }) => author))) throw new ForbiddenError('You wrote a part of this revision; somebody else must approve it.')
}

/** Turns the next revision of a published record down. It stays in the history; what is published becomes the working revision again. */
export async function rejectNext(trx: Kysely<Database>, viewer: SignedInViewer, record: LockedRecord, reason: string | null): Promise<Written> {
  const revision = await backToPublished(trx, viewer, record, reason)
  await recordStep(trx, viewer, { record, revision, step: 'REJECT', to: 'PUBLISHED', reason, details: { rejected: record.latest } })
  return { modelId: record.id, revision }
}

/** Publishes what is published once more, as the latest revision, so that nothing lies open. */
export async function backToPublished(trx: Kysely<Database>, viewer: SignedInViewer, record: LockedRecord, reason: string | null): Promise<number> {
  const published = await readDocument(trx, record.id, record.published!)
  const revision = await appendRevision(trx, viewer, record, 'PUBLISHED', published, reason)
  await publishWorking(trx, record, revision, published)
  return revision
}
