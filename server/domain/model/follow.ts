/** What follows for published models when something that they name has changed: a unit, a word of a vocabulary. In the transaction of that change. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { lockRecords, reproject } from './write.ts'

/** Models on these places: projected, judged and told to search anew. Their ids. */
export const followPlaces = (trx: Kysely<Database>, places: readonly string[]): Promise<string[]> =>
  follow(trx, sql`select distinct model_id as id from model_place where locality_id = any(${[...places]}::uuid[]) order by 1`)

/** Models that are filed under these words. Their ids. */
export const followTerms = (trx: Kysely<Database>, terms: readonly string[]): Promise<string[]> =>
  follow(trx, sql`select distinct model_id as id from model_term where term_id = any(${[...terms]}::uuid[]) order by 1`)

async function follow(trx: Kysely<Database>, affected: ReturnType<typeof sql>): Promise<string[]> {
  const ids = (await (affected as ReturnType<typeof sql<{ id: string }>>).execute(trx)).rows.map(({ id }) => id)
  // Who publishes one of them meanwhile waits, or is waited for: else what was read here would be projected over what they published.
  await lockRecords(trx, ids)
  await reproject(trx, ids)
  return ids
}
