/** Who looks at a record's open revision. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { isUuid } from '../page.ts'
import { assertAccess, type SignedInViewer } from '../viewer.ts'
import { OPEN_STATES } from './read.ts'

/**
 * Gives the record to a reviewer, or to nobody (null).
 * @throws ForbiddenError, NotFoundError, ConflictError for a record that nothing is open of, ValidationError for a key that may not review
 */
export async function assignReview(db: Kysely<Database>, viewer: SignedInViewer, { id, assignee }: { id: string; assignee: string | null }): Promise<{ revision: number }> {
  assertAccess(viewer, 'CURATOR')
  return db.transaction().execute(async (trx) => {
    if (assignee !== null) await assertReviewer(trx, assignee)
    const { rows } = await sql<{ state: string; revision: number; before: string | null }>`
      select r.editorial_state as state, r.latest_revision as revision, (select a.assignee from model_assignment as a where a.model_id = r.id) as before from model_record as r where r.id = ${id}::uuid for update`.execute(trx)
    const record = rows[0]
    if (record === undefined) throw new NotFoundError(`No model has the id ${id}.`)
    if (!(OPEN_STATES as readonly string[]).includes(record.state)) throw new ConflictError(`The record is ${record.state}: nothing of it waits for a reviewer.`)
    if (record.before === assignee) return { revision: record.revision }
    if (assignee === null) await sql`delete from model_assignment where model_id = ${id}::uuid`.execute(trx)
    else {
      await sql`insert into model_assignment (model_id, assignee, assigned_by) values (${id}::uuid, ${assignee}, ${viewer.id})
        on conflict (model_id) do update set assignee = excluded.assignee, assigned_by = excluded.assigned_by, assigned_at = clock_timestamp()`.execute(trx)
    }
    await recordAudit(trx, { viewer, action: 'REVIEW_ASSIGNED', recordKind: 'model', recordId: id, revision: record.revision, details: { from: record.before, to: assignee } })
    return { revision: record.revision }
  })
}

/** A key of ours must be good and may review. People of an identity provider are known only when they come: their ids are taken as they are. */
async function assertReviewer(trx: Kysely<Database>, assignee: string): Promise<void> {
  const refuse = (message: string): never => { throw new ValidationError(message, [{ path: ['assignee'], code: 'UNKNOWN_REVIEWER', message }]) }
  if (assignee.trim() === '' || assignee.length > 300 || /\p{Cc}/u.test(assignee)) refuse('`assignee` is an `actorId` as `viewer` tells it.')
  if (!assignee.startsWith('key:')) return
  const keyId = assignee.slice('key:'.length)
  const holder = isUuid(keyId) ? await trx.selectFrom('api_key').select(['role', 'revoked_at', 'expires_at']).where('id', '=', keyId).executeTakeFirst() : undefined
  if (holder === undefined) return refuse(`No key has the id ${assignee.slice(0, 60)}.`)
  if (holder.role === 'LOCALITY_OFFICER' || holder.revoked_at !== null || (holder.expires_at !== null && holder.expires_at.getTime() <= Date.now())) refuse('The holder of this key may not review: it is an officer’s, or no longer good.')
}
