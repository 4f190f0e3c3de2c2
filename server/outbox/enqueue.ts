import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

/**
 * Tells every index that is filling or serving that these records changed; in the transaction of the change, ids only. A record that
 * is waiting already keeps its one row: the version goes up, so that whoever holds it knows to look again, and its lease ends, since who
 * completes it in this very moment doesn't see the new version and couldn't end it.
 *
 * The lock is shared among writers; who registers a new index takes it alone, and so misses no change that is under way.
 */
export async function enqueue(trx: Kysely<Database>, kind: string, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return
  await sql`select pg_advisory_xact_lock_shared(hashtext('search_index'))`.execute(trx)
  await sql`
    insert into outbox (target, kind, record_id)
    select i.target, ${kind}, id from search_index i cross join unnest(${[...new Set(recordIds)].sort()}::uuid[]) id
    where i.state <> 'RETIRED' and i.kind = ${kind} order by i.target, id
    on conflict (target, kind, record_id) do update set version = outbox.version + 1, available_at = now(), leased_until = null, attempts = 0, last_error = null, dead_at = null`.execute(trx)
}
