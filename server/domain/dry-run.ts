/** Doing something to see what it does: all of it, in a transaction that is taken back. What is told beforehand is so what would happen. */
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'

class TakenBack extends Error {
  readonly outcome: unknown
  constructor(outcome: unknown) {
    super('only tried')
    this.outcome = outcome
  }
}

/** Runs the work in a transaction; a dry run tells its outcome and leaves nothing. */
export async function inTransaction<T>(db: Kysely<Database>, isDryRun: boolean, work: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
  if (!isDryRun) return db.transaction().execute(work)
  try {
    return await db.transaction().execute(async (trx): Promise<never> => { throw new TakenBack(await work(trx)) })
  } catch (error) {
    if (error instanceof TakenBack) return error.outcome as T
    throw error
  }
}
