/** The rows that say which index serves and which is being filled: an alias of ours, so that a cut-over is one transaction. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

export interface IndexTarget { target: string; settingsHash: string; state: 'FILLING' | 'SERVING' | 'RETIRED'; indexCreatedAt: string | null }

/**
 * Writers of the outbox hold this lock shared while they list the targets; who registers a target holds it alone. So when a target is
 * registered every transaction that did not know of it has ended, and a backfill that starts then misses nothing.
 */
export const TARGETS_LOCK = sql.raw(`hashtext('search_index')`)

export async function listTargets(db: Kysely<Database>, server: string): Promise<IndexTarget[]> {
  const { rows } = await sql<IndexTarget>`select target, settings_hash as "settingsHash", state, index_created_at as "indexCreatedAt" from search_index where server_key = ${server} and kind = 'model' order by created_at`.execute(db)
  return rows
}

export async function registerTarget(db: Kysely<Database>, row: { target: string; settingsHash: string; server: string; indexCreatedAt: string; writer: string; leaseMs: number }): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${TARGETS_LOCK})`.execute(trx)
    await sql`insert into search_index (target, kind, settings_hash, state, server_key, index_created_at, writer, writer_until)
      values (${row.target}, 'model', ${row.settingsHash}, 'FILLING', ${row.server}, ${row.indexCreatedAt}, ${row.writer}, now() + ${row.leaseMs}::int * interval '1 millisecond')`.execute(trx)
  })
}

/** Lets a filled index serve; what served before is retired, and hears of no change any more. */
export async function cutOver(db: Kysely<Database>, target: string, server: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${TARGETS_LOCK})`.execute(trx)
    await sql`update search_index set state = 'RETIRED' where server_key = ${server} and kind = 'model' and target <> ${target} and state <> 'RETIRED'`.execute(trx)
    await sql`update search_index set state = 'SERVING', served_at = now() where target = ${target}`.execute(trx)
    await sql`delete from outbox where target in (select target from search_index where state = 'RETIRED')`.execute(trx)
  })
}

/** An index that is lost or not ours any more: nobody is answered from it. */
export async function retire(db: Kysely<Database>, target: string): Promise<void> {
  await sql`with gone as (delete from outbox where target = ${target}) update search_index set state = 'RETIRED' where target = ${target}`.execute(db)
}

/** Indexes whose filling was abandoned (its process died): they stop hearing of changes. */
export async function retireAbandoned(db: Kysely<Database>, server: string): Promise<void> {
  const { rows } = await sql<{ target: string }>`select target from search_index where server_key = ${server} and state = 'FILLING' and writer_until < now()`.execute(db)
  for (const { target } of rows) await retire(db, target)
}

/** Forgets an index that no longer exists on its server. */
export async function forget(db: Kysely<Database>, target: string): Promise<void> {
  await sql`delete from search_index where target = ${target} and state = 'RETIRED'`.execute(db)
}

/** One process writes to an index at a time; true when it is this one, for `leaseMs` more. */
export async function becomeWriter(db: Kysely<Database>, target: string, writer: string, leaseMs: number): Promise<boolean> {
  const { rows } = await sql`update search_index set writer = ${writer}, writer_until = now() + ${leaseMs}::int * interval '1 millisecond'
    where target = ${target} and (writer = ${writer} or writer_until is null or writer_until < now()) returning target`.execute(db)
  return rows.length === 1
}

export async function resignWriter(db: Kysely<Database>, target: string, writer: string): Promise<void> {
  await sql`update search_index set writer = null, writer_until = null where target = ${target} and writer = ${writer}`.execute(db)
}
