/** A small catalogue, an endpoint that knows what some words mean, and the API over it. */
import { sql } from 'kysely'
import { deterministicId } from '../../../server/domain/ids.ts'
import { publishModels } from '../../../server/domain/model/write.ts'
import { inspectPersonalData } from '../../../server/domain/privacy/gate.ts'
import { startEmbedder } from '../../../server/indexer/embed.ts'
import type { MeiliConfig } from '../../../server/search/meilisearch-client.ts'
import { Meaning } from '../../../server/search/meaning/search.ts'
import { openSearch } from '../../../server/search/resilient.ts'
import type { SearchEngine } from '../../../server/search/engine.ts'
import { createCatalogue, idOf, type Catalogue } from '../../indexer/support.ts'
import { smallDocument } from '../../model/support.ts'
import { createWorld } from '../../schema/support.ts'
import { createTestDatabase } from '../../support/database.ts'
import { openEmbeddings, type TestEmbeddings } from '../../support/embeddings.ts'

export const SEARCH = `query ($query: String!, $filter: ModelFilter, $ignore: [ID!], $first: Int, $after: String) { searchModels(query: $query, filter: $filter, ignore: $ignore, first: $first, after: $after) {
  totalCount engine isDegraded understood { id kind text meaning } relaxations { drop totalCount } pageInfo { endCursor hasNextPage }
  edges { score whyMatched highlights { field } scoreParts { name value detail } node { slug } }
  facets { operationalStatuses { value count } evidenceLevels { value count } }
} }`

/** A record by its summary, or by more of its document. */
export type Texts = Record<string, string | Record<string, unknown>>

export interface MeaningWorld extends Pick<Catalogue, 'db' | 'hide' | 'show'> {
  endpoint: TestEmbeddings
  meaning: Meaning
  /** With meaning, and the same without. */
  semantic: SearchEngine
  plain: SearchEngine
  warnings: string[]
  publish(texts: Texts): Promise<void>
  /** Vectors of all that is published. */
  embed(): Promise<void>
  search(query: string, rest?: Record<string, unknown>): Promise<any>
  searchPlainly(query: string, rest?: Record<string, unknown>): Promise<any>
  close(): Promise<void>
}

export async function openMeaningWorld({ meili, waitMs = 2000 }: { meili?: MeiliConfig; waitMs?: number } = {}): Promise<MeaningWorld> {
  const [endpoint, database] = await Promise.all([openEmbeddings(), createTestDatabase()])
  const { db } = database
  const { hide, show } = createCatalogue(db)
  const warnings: string[] = []
  const logger = { info: (_: object, message: string) => void warnings.push(message), warn: (facts: object, message: string) => void warnings.push(`${message} ${JSON.stringify(facts)}`) }
  const meaning = new Meaning({ db, config: endpoint.config, waitMs, mayLeave: (text) => inspectPersonalData(text).length === 0, logger })
  const embedder = startEmbedder({ db, config: endpoint.config, start: false, onWritten: () => meaning.refresh() })
  const semantic = await openSearch({ db, meili, meaning, logger })
  const plain = await openSearch({ db, meili })
  const asking = (engine: SearchEngine) => {
    const world = createWorld(db, engine)
    return async (query: string, rest: Record<string, unknown> = {}) => (await world.read(SEARCH, { query, first: 20, ...rest })).searchModels
  }
  return {
    db, endpoint, meaning, semantic, plain, warnings, hide, show,
    publish: (texts) => db.transaction().execute(async (trx) => {
      await publishModels(trx, Object.entries(texts).map(([key, text]) => ({ id: idOf(key), slug: key, author: 'test',
        document: smallDocument(`Mô hình ${key}`, { origin: { id: deterministicId('test-origin', key), citations: [] }, ...(typeof text === 'string' ? { summary: text } : text) }) })))
    }),
    async embed() {
      await sql`delete from embedding_lease`.execute(db)
      await embedder.runOnce()
      await meaning.refresh()
    },
    search: asking(semantic), searchPlainly: asking(plain),
    async close() {
      await embedder.close()
      await semantic.close()
      await plain.close()
      await Promise.all([database.close(), endpoint.close()])
    },
  }
}

export const slugs = (found: any): string[] => found.edges.map((edge: any) => edge.node.slug)
