/** A small catalogue with an indexer: changes in domain words, and a comparison that shares no code with doctor's. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../server/db/tables.ts'
import { deterministicId } from '../../server/domain/ids.ts'
import { publishModels } from '../../server/domain/model/write.ts'
import { startIndexer, type Indexer } from '../../server/indexer/run.ts'
import { enqueue } from '../../server/outbox/enqueue.ts'
import type { MeiliConfig } from '../../server/search/meilisearch-client.ts'
import { refreshSearchDocuments } from '../../server/search/postgres-index.ts'
import { smallDocument } from '../model/support.ts'
import { createTestDatabase } from '../support/database.ts'

export interface Catalogue {
  db: Kysely<Database>
  url: string | undefined
  /** Publishes the next revision of a model under a name. */
  publish(key: string, name?: string): Promise<void>
  hide(key: string): Promise<void>
  show(key: string): Promise<void>
  /** Name by id of what is published, asked in words of its own. */
  published(): Promise<Map<string, string>>
  servingIndex(): Promise<string | undefined>
  outbox(): Promise<{ target: string; attempts: number; isDead: boolean; error: string | null }[]>
  /** Lets every pause and every lease be over, as waiting would. */
  passTime(): Promise<void>
  close(): Promise<void>
}

export const idOf = (key: string): string => deterministicId('test-model', key)

export async function openCatalogue(): Promise<Catalogue> {
  const { db, url, close } = await createTestDatabase()
  return { ...createCatalogue(db), url, close }
}

export function createCatalogue(db: Kysely<Database>): Omit<Catalogue, 'url' | 'close'> {
  let revision = 0
  const setState = (key: string, state: string) => db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`update model_record set editorial_state = ${state} where id = ${idOf(key)} returning id`.execute(trx)
    await refreshSearchDocuments(trx, rows.map(({ id }) => id))
    await enqueue(trx, 'model', rows.map(({ id }) => id))
  })
  return {
    db,
    publish: (key, name = `${key} lần ${++revision}`) => db.transaction().execute(async (trx) => {
      await publishModels(trx, [{ id: idOf(key), slug: key, document: smallDocument(name, { origin: { id: deterministicId('test-origin', key), citations: [] } }), author: 'test' }])
    }),
    hide: (key) => setState(key, 'ARCHIVED'),
    show: (key) => setState(key, 'PUBLISHED'),
    published: async () => new Map((await sql<{ id: string; name: string }>`select r.id, v.document ->> 'name' as name from model_record r join model_revision v on v.model_id = r.id and v.revision = r.published_revision where r.editorial_state = 'PUBLISHED'`.execute(db)).rows.map(({ id, name }) => [id, name])),
    servingIndex: async () => (await sql<{ target: string }>`select target from search_index where state = 'SERVING'`.execute(db)).rows[0]?.target,
    outbox: async () => (await sql<{ target: string; attempts: number; isDead: boolean; error: string | null }>`select target, attempts, dead_at is not null as "isDead", last_error as error from outbox order by id`.execute(db)).rows,
    passTime: async () => {
      await sql`update outbox set available_at = least(available_at, now()), leased_until = null`.execute(db)
      await sql`update search_index set writer_until = least(writer_until, now() - interval '1 millisecond'), retired_at = retired_at - interval '1 minute'`.execute(db)
    },
  }
}

export const openIndexer = (db: Kysely<Database>, meili: MeiliConfig): Indexer => startIndexer({ db, meili, start: false })

/** Runs until nothing is left to be done. @throws the failure that it doesn't get over */
export async function settle(catalogue: Pick<Catalogue, 'passTime' | 'outbox'>, indexer: Indexer): Promise<void> {
  let last: unknown
  for (let round = 0; round < 20; round += 1) {
    await catalogue.passTime()
    try {
      const { applied, rebuilt } = await indexer.runOnce()
      last = undefined
      if (applied === 0 && !rebuilt && (await catalogue.outbox()).every(({ isDead }) => isDead)) return
    } catch (error) {
      last = error
    }
  }
  throw last ?? new Error(`the outbox does not empty: ${JSON.stringify(await catalogue.outbox())}`)
}

/** Name by id as the server holds them. */
export async function heldBy({ url, adminKey }: MeiliConfig, index: string): Promise<Map<string, string>> {
  const response = await fetch(`${url}/indexes/${index}/documents?limit=100000&fields=id,name`, { headers: { authorization: `Bearer ${adminKey}` } })
  const { results } = (await response.json()) as { results: { id: string; name: string }[] }
  return new Map(results.map(({ id, name }) => [id, name]))
}

export const sorted = (map: Map<string, string>): [string, string][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
