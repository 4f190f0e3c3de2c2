import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Claim } from './claim.ts'

/** Longest pause between two attempts. */
const MAX_PAUSE_S = 60

/**
 * Gives claimed rows back. A passing failure waits twice as long each time; one that will never succeed becomes a dead letter, which
 * a curator sees and a new change of the record revives.
 */
export async function fail(db: Kysely<Database>, claims: readonly Claim[], failure: { error: string; isFinal: boolean }): Promise<void> {
  if (claims.length === 0) return
  await sql`
    update outbox o set leased_until = null, task_uid = null, last_error = left(${failure.error}, 1000),
      available_at = now() + least(${MAX_PAUSE_S}, 0.25 * 2 ^ least(o.attempts, 12)) * interval '1 second',
      dead_at = case when ${failure.isFinal} and o.version = d.version then now() end
    from unnest(${claims.map((c) => c.id)}::bigint[], ${claims.map((c) => c.version)}::bigint[]) as d(id, version) where o.id = d.id`.execute(db)
}
