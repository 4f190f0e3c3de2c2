/**
 * Does import jobs, one batch after the other, each in a transaction with the note that it is done: whoever dies in the middle leaves
 * whole batches, and whoever goes on begins with the next one. Any number of processes may run this.
 */
import { setImmediate } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { type Channel, onWake, Sleeper } from '../../db/wake.ts'
import { recordAudit } from '../audit/append.ts'
import { registerSources } from '../model/cite.ts'
import { writeDrafts } from '../model/drafts.ts'
import { Issues } from '../model/input.ts'
import type { SignedInViewer } from '../viewer.ts'
import { evaluateRows, type Evaluation, newEvaluation, skipRows } from './evaluate.ts'
import { errorAt, ImportFileError, type RowIssue } from './fault.ts'
import { type JobRow, runsFor } from './job.ts'
import { keepRows } from './keep-rows.ts'
import { claimJob, finishJob, LeaseLostError, msUntilDue, noteTable, readContent, releaseJob } from './lease.ts'
import type { ImportLimits } from './limits.ts'
import { fileIssue } from './preview.ts'
import { readTable } from './read.ts'
import { restoreCatalogue, wantsRestore } from './restore-job.ts'
import { endForgotten, LapsedError, stopJob } from './stop.ts'
import type { ImportTable, RawRow } from './table.ts'

const BATCH = 100
/** Who begins a job says so; what is not heard is found this often. */
const POLL_MS = 30_000
/** After a fault, and when another process was faster. */
const SHORT_MS = 500
const MAX_PAUSE_MS = 8000
/** How often it is looked whether a stopped job was forgotten. */
const FORGOTTEN_MS = 3_600_000
/** A file that ended the process so often is given up. */
const MAX_ATTEMPTS = 6

export interface ImportLogger { info(details: object, message: string): void; warn(details: object, message: string): void }
export interface ImportRunner {
  /** Does every job that is due; for tests and commands that want it done now. */
  runOnce(): Promise<number>
  close(): Promise<void>
}
export interface ImportRunnerOptions {
  db: Kysely<Database>
  logger?: ImportLogger | undefined
  /** False: only on `runOnce`. */
  start?: boolean
  /** Has other processes wake this one. */
  listen?: (channel: Channel) => () => Promise<void>
  limits?: ImportLimits
  /** Called after each batch is committed. */
  onBatch?: (jobId: string, done: number) => void | Promise<void>
}

/** The runner of a process. */
export function startImports(options: ImportRunnerOptions): ImportRunner {
  const stopping = new AbortController()
  const runOnce = async (): Promise<number> => {
    let count = 0
    for (;;) {
      const job = stopping.signal.aborted ? undefined : await claimJob(options.db)
      if (!job) return count
      await runJob(options, job, stopping.signal)
      count += 1
    }
  }
  const running = options.start === false ? Promise.resolve() : loop(options, runOnce, stopping.signal)
  return {
    runOnce,
    async close() {
      stopping.abort()
      await running
    },
  }
}

async function loop({ db, listen, logger }: ImportRunnerOptions, runOnce: () => Promise<number>, signal: AbortSignal): Promise<void> {
  const sleeper = new Sleeper()
  const ends = [onWake('imports', () => sleeper.wake()), listen?.('imports')]
  signal.addEventListener('abort', () => sleeper.wake())
  let fault = SHORT_MS
  let lookedAt = -Infinity
  while (!signal.aborted) {
    let pause: number
    try {
      if (performance.now() - lookedAt > FORGOTTEN_MS) {
        await endForgotten(db)
        lookedAt = performance.now()
      }
      await runOnce()
      pause = Math.max(SHORT_MS, Math.min(POLL_MS, (await msUntilDue(db)) ?? POLL_MS))
      fault = SHORT_MS
    } catch (error) {
      if (signal.aborted) break
      logger?.warn({ reason: String(error) }, 'imports cannot go on; trying again')
      pause = fault
      fault = Math.min(fault * 2, MAX_PAUSE_MS)
    }
    await sleeper.sleep(pause)
  }
  await Promise.all(ends.map((end) => end?.()))
}

async function runJob(options: ImportRunnerOptions, job: JobRow, signal: AbortSignal): Promise<void> {
  const { db, logger } = options
  const viewer = runsFor(job)
  try {
    if (job.attempts > MAX_ATTEMPTS) return await finishJob(db, viewer, job, 'FAILED', [errorAt(0, [], 'GIVEN_UP', `This import was begun ${MAX_ATTEMPTS} times and never ended. What it brought in stays; ask whoever runs this installation.`)])
    const table = await readTable(job.format, await readContent(db, job), options.limits)
    const isRestore = job.done > 0 ? job.mode === 'RESTORE' : await wantsRestore(db, viewer, table)
    await noteTable(db, job, table.rows.length, table.issues, isRestore ? 'RESTORE' : 'DRAFTS')
    if (table.issues.some(({ severity }) => severity === 'ERROR')) return await finishJob(db, viewer, job, 'FAILED', undefined)
    const isDone = isRestore ? await restoreCatalogue(options, viewer, job, table, signal) : await importDrafts(options, viewer, job, table, signal)
    if (isDone) await finishJob(db, viewer, job, 'SUCCEEDED', undefined)
    else await releaseJob(db, job)
    logger?.info({ import: job.id, rows: table.rows.length, isDone }, isDone ? 'an import is done' : 'an import is interrupted; it goes on later')
  } catch (error) {
    if (error instanceof LeaseLostError) return
    if (error instanceof LapsedError) return await stopped(options, job, error)
    if (error instanceof ImportFileError) return await finishJob(db, viewer, job, 'FAILED', [fileIssue(error)])
    await releaseJob(db, job).catch(() => undefined)
    throw error
  }
}

async function stopped({ db, logger }: ImportRunnerOptions, job: JobRow, { lapse, message }: LapsedError): Promise<void> {
  await stopJob(db, job, lapse).catch((error: unknown) => { if (!(error instanceof LeaseLostError)) throw error })
  logger?.warn({ import: job.id, why: lapse }, message)
}

/** False when it was interrupted between two batches. */
async function importDrafts(options: ImportRunnerOptions, viewer: SignedInViewer, job: JobRow, table: ImportTable, signal: AbortSignal): Promise<boolean> {
  const evaluation = await newEvaluation(options.db, viewer, table, job.id)
  skipRows(evaluation, table.rows.slice(0, job.done))
  for (let done = job.done; done < table.rows.length;) {
    if (signal.aborted) return false
    const rows = table.rows.slice(done, done + BATCH)
    await importBatch(options.db, viewer, job, evaluation, rows)
    done += rows.length
    await options.onBatch?.(job.id, done)
    // Others have their turn.
    await setImmediate()
  }
  return true
}

/** Errors of Postgres that lie in the data: the class of data exceptions, and that of broken constraints. */
const isDataError = (error: unknown): boolean => /^2[23]/.test(String((error as { code?: unknown }).code ?? ''))

/** A row that the database will not take is refused alone. */
async function importBatch(db: Kysely<Database>, viewer: SignedInViewer, job: JobRow, evaluation: Evaluation, rows: readonly RawRow[]): Promise<void> {
  // What is compared between rows is noted once, whether or not the transaction has to be done again.
  const kept = { slugs: new Map(evaluation.slugs), contents: new Map(evaluation.contents) }
  try {
    await db.transaction().execute((trx) => writeBatch(trx, viewer, job, evaluation, rows))
  } catch (error) {
    if (!isDataError(error)) throw error
    Object.assign(evaluation, kept)
    if (rows.length > 1) {
      const middle = Math.ceil(rows.length / 2)
      await importBatch(db, viewer, job, evaluation, rows.slice(0, middle))
      return importBatch(db, viewer, job, evaluation, rows.slice(middle))
    }
    const { row } = rows[0]!
    const issue: RowIssue = errorAt(row, [], 'NOT_WRITTEN', 'The database did not take this row.')
    await db.transaction().execute((trx) => keepRows(trx, job, [{ row, kind: 'REFUSED', modelId: null, issues: [issue], duplicates: [], draft: undefined }]))
  }
}

async function writeBatch(trx: Kysely<Database>, viewer: SignedInViewer, job: JobRow, evaluation: Evaluation, rows: readonly RawRow[]): Promise<void> {
  await sql`set local lock_timeout = '5s'`.execute(trx)
  const evaluated = await evaluateRows(trx, viewer, evaluation, rows, { isLocked: true })
  const drafts = evaluated.filter(({ draft }) => draft !== undefined)
  // The same ids that the evaluation found: a source's id is computed from what it is called.
  await registerSources(trx, viewer, drafts.flatMap(({ sources }) => sources), new Issues())
  await keepRows(trx, job, evaluated, async () => {
    await writeDrafts(trx, viewer, drafts.map(({ draft }) => draft!), `Nhập từ tệp (${job.format})`, { import: job.id })
    const denied = evaluated.filter(({ issues }) => issues.some(({ code }) => code === 'FORBIDDEN')).length
    if (denied > 0) await recordAudit(trx, { viewer, action: 'IMPORT_DENIED', recordKind: 'import', recordId: job.id, details: { rows: denied } })
  })
}
