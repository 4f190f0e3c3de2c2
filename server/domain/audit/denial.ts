/**
 * Refusals as entries of the audit log: who was not allowed to do what. Written in a transaction of their own, since what was refused left
 * nothing. Bounded, so that nobody can fill the log by asking: the same refusal is told once an hour, and a caller's refusals so often an hour.
 */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { SignedInViewer } from '../viewer.ts'
import { recordAudit } from './append.ts'

/** Of one caller in an hour. The last one says that no more are told. */
export const MAX_DENIALS = 60

export interface Denial { viewer: SignedInViewer; /** `APPROVE_MODEL_DENIED`. */ action: string; recordKind: string; recordId: string; message: string }

/** Refusals that have their entry already, so that whoever catches them further out adds none. */
const told = new WeakSet<Error>()

/** Tells the refusal, unless it was told, or too many were. @param error what the caller is refused with */
export async function recordDenial(db: Kysely<Database>, { viewer, action, recordKind, recordId, message }: Denial, error: Error): Promise<void> {
  if (told.has(error)) return
  told.add(error)
  await db.transaction().execute(async (trx) => {
    // The head first: two refusals at once must see each other.
    await sql`select from audit_head for update`.execute(trx)
    const { rows } = await sql<{ isKnown: boolean; recent: number }>`
      with latest as (select action, record_kind, record_id, at from audit_entry where actor_id = ${viewer.id} order by seq desc limit ${MAX_DENIALS * 4})
      select count(*)::int as recent, coalesce(bool_or(action = ${action} and record_kind = ${recordKind} and record_id = ${recordId}), false) as "isKnown"
      from latest where right(action, 7) = '_DENIED' and at > clock_timestamp() - interval '1 hour'`.execute(trx)
    const { isKnown, recent } = rows[0]!
    if (isKnown || recent >= MAX_DENIALS) return
    await recordAudit(trx, { viewer, action, recordKind, recordId, details: { message, ...(recent === MAX_DENIALS - 1 ? { isLastOfTheHour: true } : {}) } })
  })
}
