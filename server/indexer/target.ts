/** The rows that say which index serves and which is being filled: an alias of ours, so that a cut-over is one transaction. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

export interface IndexTarget {
  target: string
  settingsHash: string
  state: 'FILLING' | 'SERVING' | 'RETIRED'
  indexCreatedAt: string | null
  lastTaskUid: number | null
  lastTaskAt: string | null
  servedAt: Date | null
  /** Whether a process holds the right to write to it. */
  isHeld: boolean
  /** Retired long enough that no process can still ask it. */
  isDroppable: boolean
}

/**
 * Writers of the outbox hold this lock shared while they list the targets; who registers a target holds it alone. So when a target is
 * registered every transaction that did not know of it has ended, and a backfill that starts then misses nothing.
 */
const TARGETS_LOCK = sql.raw(`hashtext('search_index')`)
/** A transaction that writes records may last; all other writers wait behind this wait, so it ends. */
const LOCK_TIMEOUT_MS = 60_000
/** Processes read the alias every two seconds. */
const DROP_AFTER_S = 10

/** Another process is making an index; one at a time. */
export class RebuildRunningError extends Error {}

export async function listTargets(db: Kysely<Database>, server: string): Promise<IndexTarget[]> {
  const { rows } = await sql<IndexTarget>`
    select target, settings_hash as "settingsHash", state, index_created_at as "indexCreatedAt", last_task_uid as "lastTaskUid", last_task_at as "lastTaskAt", served_at as "servedAt",
      coalesce(writer_until > now(), false) as "isHeld", coalesce(retired_at < now() - ${DROP_AFTER_S}::int * interval '1 second', state = 'RETIRED') as "isDroppable"
    from search_index where server_key = ${server} and kind = 'model' order by created_at`.execute(db)
  return rows
}

/**
 * From now on every change is enqueued for it. Before the index itself is made, so that whatever dies in between leaves a row to clean up by.
 * @throws RebuildRunningError when another process is filling one
 */
export async function registerTarget(db: Kysely<Database>, row: { target: string; settingsHash: string; server: string; writer: string; leaseMs: number }): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local statement_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(trx)
    await sql`select pg_advisory_xact_lock(${TARGETS_LOCK})`.execute(trx)
    const { rows } = await sql`select target from search_index where server_key = ${row.server} and kind = 'model' and state = 'FILLING' and writer_until > now()`.execute(trx)
    if (rows.length > 0) throw new RebuildRunningError('another process is building an index on this server')
    await sql`insert into search_index (target, kind, settings_hash, state, server_key, writer, writer_until)
      values (${row.target}, 'model', ${row.settingsHash}, 'FILLING', ${row.server}, ${row.writer}, clock_timestamp() + ${row.leaseMs}::int * interval '1 millisecond')`.execute(trx)
  })
}

/** Notes when its server says that the index was made: another moment later means that the data was wiped. */
export async function noteCreated(db: Kysely<Database>, target: string, createdAt: string): Promise<void> {
  await sql`update search_index set index_created_at = ${createdAt} where target = ${target}`.execute(db)
}

/** Notes the newest task of ours; false when the index isn't the writer's any more. */
export async function noteTask(db: Kysely<Database>, target: string, writer: string, task: { uid: number; enqueuedAt: string }): Promise<boolean> {
  const { rows } = await sql`update search_index set last_task_uid = ${task.uid}::bigint, last_task_at = ${task.enqueuedAt} where target = ${target} and writer = ${writer} and state <> 'RETIRED' returning target`.execute(db)
  return rows.length === 1
}

/** Lets a filled index serve; what served before is retired, and hears of no change any more. False when it isn't the writer's to let. */
export async function cutOver(db: Kysely<Database>, target: string, server: string, writer: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await sql`set local statement_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(trx)
    await sql`select pg_advisory_xact_lock(${TARGETS_LOCK})`.execute(trx)
    const mine = await sql`select target from search_index where target = ${target} and state = 'FILLING' and writer = ${writer} for update`.execute(trx)
    if (mine.rows.length === 0) return false
    await sql`update search_index set state = 'RETIRED', retired_at = now() where server_key = ${server} and kind = 'model' and state = 'SERVING'`.execute(trx)
    await sql`update search_index set state = 'SERVING', served_at = clock_timestamp() where target = ${target}`.execute(trx)
    await sql`delete from outbox where target in (select target from search_index where state = 'RETIRED')`.execute(trx)
    return true
  })
}

/** An index that is lost or not ours any more: nobody is answered from it. */
export async function retire(db: Kysely<Database>, target: string): Promise<void> {
  await sql`with gone as (delete from outbox where target = ${target}) update search_index set state = 'RETIRED', retired_at = coalesce(retired_at, now()) where target = ${target}`.execute(db)
}

/** Forgets what a transaction that still knew a retired index enqueued for it. */
export async function dropOutbox(db: Kysely<Database>, target: string): Promise<void> {
  await sql`delete from outbox where target = ${target} and target in (select target from search_index where state = 'RETIRED')`.execute(db)
}

/**
 * One process writes to an index at a time; true when it is this one, for `leaseMs` more. Who takes over from another frees the rows
 * that the other had claimed.
 */
export async function becomeWriter(db: Kysely<Database>, target: string, writer: string, leaseMs: number): Promise<{ isWriter: boolean; isNew: boolean }> {
  const { rows } = await sql<{ isNew: boolean }>`
    with before as (select target, writer from search_index where target = ${target} and state <> 'RETIRED' and (writer = ${writer} or writer_until is null or writer_until < now()) for update),
    held as (update search_index i set writer = ${writer}, writer_until = now() + ${leaseMs}::int * interval '1 millisecond' from before b where i.target = b.target returning b.writer is distinct from ${writer} as is_new),
    freed as (update outbox set leased_until = null, task_uid = null where target = ${target} and leased_until is not null and exists (select from held where is_new))
    select is_new as "isNew" from held`.execute(db)
  return { isWriter: rows.length === 1, isNew: rows[0]?.isNew ?? false }
}

export async function resignWriter(db: Kysely<Database>, target: string, writer: string): Promise<void> {
  await sql`update search_index set writer = null, writer_until = null where target = ${target} and writer = ${writer}`.execute(db)
}
