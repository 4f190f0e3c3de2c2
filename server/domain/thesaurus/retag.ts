/** Brings search up to a change of what records are read with (the thesaurus, vocabularies, units), in the transaction of the change, and tells the other indexes. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { readSearchDocuments } from '../../search/document.ts'
import { searchRowHash } from '../../search/postgres-index.ts'
import { tellSearch } from '../tell-search.ts'

const BATCH = 500

/** Brings every model's search row up to the thesaurus and the units as this transaction has them; only those that differ are written. Ids of those that did. */
export async function retagModels(trx: Kysely<Database>): Promise<string[]> {
  const retagged: string[] = []
  for (let after: string | undefined; ;) {
    const documents = await readSearchDocuments(trx, undefined, { limit: BATCH, ...(after === undefined ? {} : { after }) })
    if (documents.length === 0) return retagged
    const ids = documents.map(({ id }) => id)
    const { rows } = await sql<{ id: string }>`
      select g.id from unnest(${ids}::uuid[], ${documents.map(searchRowHash)}::text[]) as g(id, hash) left join model_search s on s.model_id = g.id where s.hash is distinct from g.hash`.execute(trx)
    const stale = rows.map(({ id }) => id)
    await tellSearch(trx, stale)
    retagged.push(...stale)
    after = ids.at(-1)!
  }
}

/** Models that are filed under these words: their search rows say the words' labels and synonyms. Their ids. */
export async function refreshFiled(trx: Kysely<Database>, terms: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct model_id as id from model_term where term_id = any(${[...terms]}::uuid[]) order by 1`.execute(trx)
  const ids = rows.map(({ id }) => id)
  await tellSearch(trx, ids)
  return ids
}
