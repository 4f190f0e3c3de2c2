/** Who does a job: taken for a while, kept with every batch, given back. As the outbox does it: a lease that lapses lets another go on. */
import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { notifyOthers } from '../../db/wake.ts'
import { recordAudit } from '../audit/append.ts'
import type { SignedInViewer } from '../viewer.ts'
import type { RowIssue } from './fault.ts'
import type { JobRow } from './job.ts'

/** Longer than any batch takes; a process that died is followed after it. */
export const LEASE_MS = 30_000

/** Another process took the job over: this one stops without a trace. */
export class LeaseLostError extends Error {}

/** The oldest job that nobody does, for this process. */
export async function claimJob(db: Kysely<Database>): Promise<JobRow | undefined> {
  const token = randomUUID()
  const { rows } = await sql<JobRow>`
    update import_job as j set state = 'RUNNING', lease_token = ${token}::uuid, leased_until = now() + ${LEASE_MS}::int * interval '1 millisecond', attempts = j.attempts + 1, started_at = coalesce(j.started_at, clock_timestamp())
    from (select id from import_job where state in ('QUEUED', 'RUNNING') and (leased_until is null or leased_until < now()) order by created_at limit 1 for update skip locked) as due
    where j.id = due.id
    returning j.id, j.format, j.mode, coalesce(j.resumed_by, j.actor_id) as "actorId", coalesce(j.resumed_by_name, j.actor_name) as "actorName", coalesce(j.resumed_by_role, j.actor_role) as "actorRole",
      coalesce(j.resumed_by_localities, j.actor_localities) as "actorLocalities", j.done_count as done, j.attempts, j.lease_token as token`.execute(db)
  return rows[0]
}

/** When the next job is due: now, or when the lease of whoever does it lapses; undefined when there is none. */
export async function msUntilDue(db: Kysely<Database>): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`select (1000 * extract(epoch from min(coalesce(leased_until, now())) - now()))::int as ms from import_job where state in ('QUEUED', 'RUNNING')`.execute(db)
  return rows[0]!.ms ?? undefined
}

export async function readContent(db: Kysely<Database>, { id }: JobRow): Promise<Buffer> {
  // As text, which every driver gives alike.
  const { rows } = await sql<{ content: string }>`select encode(content, 'base64') as content from import_job where id = ${id}::uuid`.execute(db)
  return Buffer.from(rows[0]!.content, 'base64')
}

/** Notes what is known of the file before the first row. */
export async function noteTable(db: Kysely<Database>, job: JobRow, rowCount: number, issues: readonly RowIssue[], mode: JobRow['mode']): Promise<void> {
  await keepLease(db, job, sql`row_count = ${rowCount}, issues = ${JSON.stringify(issues)}::jsonb, mode = ${mode}`)
}

export interface BatchCounts { done: number; created: number; updated: number; unchanged: number; refused: number }

/** In the transaction of a batch: that it is done, once, by whoever holds the lease. @throws LeaseLostError */
export async function noteBatch(trx: Kysely<Database>, job: JobRow, counts: BatchCounts): Promise<void> {
  await keepLease(trx, job, sql`done_count = done_count + ${counts.done}, created_count = created_count + ${counts.created}, updated_count = updated_count + ${counts.updated},
    unchanged_count = unchanged_count + ${counts.unchanged}, refused_count = refused_count + ${counts.refused}`)
}

async function keepLease(db: Kysely<Database>, { id, token }: JobRow, set: ReturnType<typeof sql>): Promise<void> {
  const { rows } = await sql`update import_job set ${set}, leased_until = clock_timestamp() + ${LEASE_MS}::int * interval '1 millisecond' where id = ${id}::uuid and lease_token = ${token}::uuid and state = 'RUNNING' returning id`.execute(db)
  if (rows.length === 0) throw new LeaseLostError()
}

/** Ends the job; the file goes, what became of its rows stays. @throws LeaseLostError */
export async function finishJob(db: Kysely<Database>, viewer: SignedInViewer, { id, token }: JobRow, state: 'SUCCEEDED' | 'FAILED', issues: readonly RowIssue[] | undefined): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<Record<string, number>>`
      update import_job set state = ${state}, content = null, lease_token = null, leased_until = null, finished_at = clock_timestamp() ${issues === undefined ? sql`` : sql`, issues = ${JSON.stringify(issues)}::jsonb`}
      where id = ${id}::uuid and lease_token = ${token}::uuid returning row_count as rows, created_count as created, updated_count as updated, unchanged_count as unchanged, refused_count as refused`.execute(trx)
    if (rows.length === 0) throw new LeaseLostError()
    await recordAudit(trx, { viewer, action: state === 'SUCCEEDED' ? 'IMPORT_FINISHED' : 'IMPORT_FAILED', recordKind: 'import', recordId: id, details: rows[0]! })
  })
}

/** Gives the job back, for whoever comes next. */
export async function releaseJob(db: Kysely<Database>, { id, token }: JobRow): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`update import_job set lease_token = null, leased_until = null where id = ${id}::uuid and lease_token = ${token}::uuid`.execute(trx)
    await notifyOthers(trx, 'imports')
  })
}
