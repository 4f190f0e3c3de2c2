import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Claim } from './claim.ts'

/**
 * Gives claimed rows back as they were: the engine was away, which says nothing about them. They are due at once, so that a long outage
 * doesn't put off what follows it; who calls paces itself.
 */
export async function release(db: Kysely<Database>, claims: readonly Claim[], reason: string): Promise<void> {
  if (claims.length === 0) return
  await sql`
    update outbox set leased_until = null, task_uid = null, attempts = greatest(attempts - 1, 0), last_error = left(${reason}, 1000)
    where id = any(${claims.map((c) => c.id)}::bigint[])`.execute(db)
}
