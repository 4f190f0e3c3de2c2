/** Tags the published models again after the thesaurus changed, in the transaction of the change, and tells the other indexes. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { enqueue } from '../../outbox/enqueue.ts'
import { readSearchDocuments } from '../../search/document.ts'
import { refreshSearchDocuments } from '../../search/postgres-index.ts'

const BATCH = 500

/** Brings every model's tags up to the thesaurus as this transaction has it; only those that differ are written. How many did. */
export async function retagModels(trx: Kysely<Database>): Promise<number> {
  let total = 0
  for (let after: string | undefined; ;) {
    const documents = await readSearchDocuments(trx, undefined, { limit: BATCH, ...(after === undefined ? {} : { after }) })
    if (documents.length === 0) return total
    const ids = documents.map(({ id }) => id)
    const { rows } = await sql<{ id: string }>`
      select g.id from json_to_recordset(${JSON.stringify(documents.map(({ id, tags }) => ({ id, tags })))}::json) as g(id uuid, tags jsonb)
      left join model_search s on s.model_id = g.id where s.tags is distinct from g.tags`.execute(trx)
    const stale = rows.map(({ id }) => id)
    if (stale.length > 0) {
      await refreshSearchDocuments(trx, stale)
      await enqueue(trx, 'model', stale)
    }
    total += stale.length
    after = ids.at(-1)!
  }
}
