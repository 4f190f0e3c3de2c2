/** What search has to hear of, whoever changed it: a record, a word of a vocabulary, a unit. */
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { enqueue } from '../outbox/enqueue.ts'
import { refreshSearchDocuments } from '../search/postgres-index.ts'

/** What search indexes call these records. */
const MODEL_OUTBOX_KIND = 'model'

/** Brings Postgres' own search rows of these models up to what is read of them, and marks them for the other indexes. Last in the transaction of the change. */
export async function tellSearch(trx: Kysely<Database>, modelIds: readonly string[]): Promise<void> {
  if (modelIds.length === 0) return
  await refreshSearchDocuments(trx, modelIds)
  await enqueue(trx, MODEL_OUTBOX_KIND, modelIds)
}
