import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Claim } from './claim.ts'

/** Deletes finished rows; one whose record changed since it was claimed stays and is due at once. */
export async function complete(db: Kysely<Database>, claims: readonly Claim[]): Promise<void> {
  if (claims.length === 0) return
  await sql`
    with done as (select * from unnest(${claims.map((c) => c.id)}::bigint[], ${claims.map((c) => c.version)}::bigint[]) as d(id, version)),
    gone as (delete from outbox o using done d where o.id = d.id and o.version = d.version)
    update outbox o set leased_until = null, task_uid = null, attempts = 0, enqueued_at = now() from done d where o.id = d.id and o.version <> d.version`.execute(db)
}
