/** Tags the published models again after the thesaurus changed, in the transaction of the change, and tells the other indexes. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { enqueue } from '../../outbox/enqueue.ts'
import { readSearchDocuments } from '../../search/document.ts'
import { refreshSearchDocuments } from '../../search/postgres-index.ts'

const BATCH = 500

/** Brings every model's tags up to the thesaurus as this transaction has it; only those that differ are written. Ids of those that did. */
export async function retagModels(trx: Kysely<Database>): Promise<string[]> {
  const retagged: string[] = []
  for (let after: string | undefined; ;) {
    const documents = await readSearchDocuments(trx, undefined, { limit: BATCH, ...(after === undefined ? {} : { after }) })
    if (documents.length === 0) return retagged
    const ids = documents.map(({ id }) => id)
    const { rows } = await sql<{ id: string }>`
      select g.id from json_to_recordset(${JSON.stringify(documents.map(({ id, tags }) => ({ id, tags })))}::json) as g(id uuid, tags jsonb)
      left join model_search s on s.model_id = g.id where s.tags is distinct from g.tags`.execute(trx)
    const stale = rows.map(({ id }) => id)
    await refresh(trx, stale)
    retagged.push(...stale)
    after = ids.at(-1)!
  }
}

/** Models that are filed under these words: their search rows say the words' labels and synonyms. Their ids. */
export async function refreshFiled(trx: Kysely<Database>, terms: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct model_id as id from model_term where term_id = any(${[...terms]}::uuid[]) order by 1`.execute(trx)
  const ids = rows.map(({ id }) => id)
  await refresh(trx, ids)
  return ids
}

async function refresh(trx: Kysely<Database>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await refreshSearchDocuments(trx, ids)
  await enqueue(trx, 'model', ids)
}
