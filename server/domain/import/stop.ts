/** A job whose caller may no longer do it stops between two batches, and goes on for somebody who may. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { notifyOthers, wake } from '../../db/wake.ts'
import { ForbiddenError, NotFoundError, ValidationError } from '../../errors.ts'
import { findLapse, type Lapse, LAPSES } from '../api-key/standing.ts'
import { recordAudit } from '../audit/append.ts'
import { canAccess, type SignedInViewer } from '../viewer.ts'
import { errorAt, type RowIssue } from './fault.ts'
import { type JobRow, runsFor } from './job.ts'
import { LeaseLostError } from './lease.ts'

/** So long a stopped job keeps its file for somebody to go on with it; then it is ended. */
export const STOPPED_DAYS = 30

/** The batch that was begun is not written. */
export class LapsedError extends Error {
  readonly lapse: Lapse

  constructor(lapse: Lapse) {
    super(LAPSES[lapse])
    this.lapse = lapse
  }
}

/** In the transaction of a batch. @throws LapsedError */
export async function assertStanding(trx: Kysely<Database>, job: JobRow): Promise<void> {
  const lapse = await findLapse(trx, runsFor(job))
  if (lapse !== undefined) throw new LapsedError(lapse)
}

/** What was brought in stays; the file waits for `resumeImport`. @throws LeaseLostError */
export async function stopJob(db: Kysely<Database>, job: JobRow, lapse: Lapse): Promise<void> {
  const issue = errorAt(0, [], lapse, `${LAPSES[lapse]} The import stopped after ${job.done} rows; what it brought in stays. A curator, or its caller with a key that is good, can have it go on within ${STOPPED_DAYS} days: resumeImport.`)
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ done: number }>`
      update import_job set state = 'STOPPED', stopped_at = clock_timestamp(), lease_token = null, leased_until = null, issues = issues || ${JSON.stringify([issue])}::jsonb
      where id = ${job.id}::uuid and lease_token = ${job.token}::uuid returning done_count as done`.execute(trx)
    if (rows.length === 0) throw new LeaseLostError()
    await recordAudit(trx, { viewer: runsFor(job), action: 'IMPORT_STOPPED', recordKind: 'import', recordId: job.id, details: { why: lapse, rows: rows[0]!.done } })
  })
}

/**
 * Has a stopped job go on where it was, for the viewer: what is still to come is theirs to write, and theirs it will be.
 * @throws NotFoundError for a job that they do not see, ForbiddenError, ValidationError for one that is not stopped
 */
export async function resumeImport(db: Kysely<Database>, viewer: SignedInViewer, id: string): Promise<string> {
  await db.transaction().execute(async (trx) => {
    const { rows: [job] } = await sql<{ state: string; mode: JobRow['mode'] }>`
      select state, mode from import_job as j where j.id = ${id}::uuid and (${canAccess(viewer, 'CURATOR')}::boolean or j.actor_id = ${viewer.id} or j.resumed_by = ${viewer.id}) for update`.execute(trx)
    if (job === undefined) throw new NotFoundError('There is no import of that id that you may see.')
    if (job.state !== 'STOPPED') throw new ValidationError(`The import is ${job.state}; only one that is STOPPED goes on by being told to.`, [{ path: ['id'], code: 'WRONG_STATE', message: `It is ${job.state}, not STOPPED.` }])
    if (job.mode === 'RESTORE' && !canAccess(viewer, 'ADMIN')) throw new ForbiddenError(`To restore a catalogue takes the role ADMIN; yours is ${viewer.role}.`)
    await sql`
      update import_job set state = 'QUEUED', stopped_at = null, attempts = 0, issues = '[]', resumed_by = ${viewer.id}, resumed_by_name = ${viewer.name}, resumed_by_role = ${viewer.role}, resumed_by_localities = ${viewer.localities}::uuid[]
      where id = ${id}::uuid`.execute(trx)
    await notifyOthers(trx, 'imports')
    await recordAudit(trx, { viewer, action: 'IMPORT_RESUMED', recordKind: 'import', recordId: id })
  })
  wake('imports')
  return id
}

const GIVEN_UP: readonly RowIssue[] = [errorAt(0, [], 'GIVEN_UP', `Nobody had this import go on within ${STOPPED_DAYS} days, and its file was deleted. What it brought in stays.`)]
/** Files are not kept for ever: they may hold what people did not want kept. */
export async function endForgotten(db: Kysely<Database>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`
      update import_job set state = 'FAILED', stopped_at = null, content = null, finished_at = clock_timestamp(), issues = ${JSON.stringify(GIVEN_UP)}::jsonb
      where state = 'STOPPED' and stopped_at < now() - ${STOPPED_DAYS}::int * interval '1 day' returning id`.execute(trx)
    for (const { id } of rows) await recordAudit(trx, { viewer: null, action: 'IMPORT_FAILED', recordKind: 'import', recordId: id, details: { why: 'GIVEN_UP' } })
    return rows.length
  })
}
