/** Brings search up to a change of what records are read with (the thesaurus, vocabularies, units), in the transaction of the change, and tells the other indexes. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { enqueue } from '../../outbox/enqueue.ts'
import { readSearchDocuments } from '../../search/document.ts'
import { refreshSearchDocuments, searchRowHash } from '../../search/postgres-index.ts'

const BATCH = 500

/** Brings every model's search row up to the thesaurus and the units as this transaction has them; only those that differ are written. How many did. */
export async function retagModels(trx: Kysely<Database>): Promise<number> {
  let total = 0
  for (let after: string | undefined; ;) {
    const documents = await readSearchDocuments(trx, undefined, { limit: BATCH, ...(after === undefined ? {} : { after }) })
    if (documents.length === 0) return total
    const ids = documents.map(({ id }) => id)
    const { rows } = await sql<{ id: string }>`
      select g.id from unnest(${ids}::uuid[], ${documents.map(searchRowHash)}::text[]) as g(id, hash) left join model_search s on s.model_id = g.id where s.hash is distinct from g.hash`.execute(trx)
    const stale = rows.map(({ id }) => id)
    if (stale.length > 0) {
      await refreshSearchDocuments(trx, stale)
      await enqueue(trx, 'model', stale)
    }
    total += stale.length
    after = ids.at(-1)!
  }
}
