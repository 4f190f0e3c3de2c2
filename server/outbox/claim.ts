import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

/** A row taken for a while. `version` tells at the end whether the record changed meanwhile. */
export interface Claim { id: number; recordId: string; version: number; attempts: number }

/**
 * Takes up to `limit` due rows of a target, oldest first, for `leaseMs`. By id and SKIP LOCKED, never by `id > last`: ids are given out
 * before their transactions commit, so a reader that remembers the last id loses what commits late.
 */
export async function claim(db: Kysely<Database>, options: { target: string; limit: number; leaseMs: number }): Promise<Claim[]> {
  const { rows } = await sql<Claim>`
    update outbox o set leased_until = now() + ${options.leaseMs}::int * interval '1 millisecond', attempts = o.attempts + 1, task_uid = null
    from (select id from outbox where target = ${options.target} and dead_at is null and available_at <= now() and (leased_until is null or leased_until < now())
      order by id limit ${options.limit}::int for update skip locked) due
    where o.id = due.id returning o.id, o.record_id as "recordId", o.version, o.attempts`.execute(db)
  return rows
}

/** Notes which task of the engine carries the claimed rows. */
export async function markSent(db: Kysely<Database>, claims: readonly Claim[], taskUid: number): Promise<void> {
  await sql`update outbox set task_uid = ${taskUid}::bigint where id = any(${claims.map((c) => c.id)}::bigint[])`.execute(db)
}
