/** A process that nobody asked for a while knows the counts of then: many models that came since are searched all the same. */
import { sql } from 'kysely'
import { expect, it, vi } from 'vitest'
import { startIndexer } from '../../../server/indexer/run.ts'
import { rank } from '../../../server/domain/search/rank.ts'
import { KnowledgeHolder } from '../../../server/search/knowledge.ts'
import { Lexicon } from '../../../server/search/lexicon.ts'
import { MeiliSearch } from '../../../server/search/meilisearch.ts'
import { createSeededDatabase } from '../../support/database.ts'
import { openFakeMeilisearch } from '../../support/meilisearch-fake.ts'

it('is no reason to rank the first that come', async () => {
  const [server, database] = await Promise.all([openFakeMeilisearch(), createSeededDatabase()])
  const indexer = startIndexer({ db: database.db, meili: server.config, start: false })
  await indexer.runOnce()
  await indexer.close()
  const { rows: [serving] } = await sql<{ target: string }>`select target from search_index where state = 'SERVING'`.execute(database.db)
  const request = { text: 'tự quản an ninh', filter: {}, offset: 0, limit: 5 }
  const bestOf = async (rankedWhole: number, knows?: Lexicon): Promise<string[]> => {
    const knowledge = new KnowledgeHolder(database.db)
    if (knows) vi.spyOn(knowledge, 'get').mockResolvedValue({ ...(await knowledge.get()), lexicon: knows })
    const { understood, window } = await new MeiliSearch(database.db, { ...server.config, rankedWhole, timeoutMs: 20_000 }, knowledge).search(serving!.target, request)
    return rank(understood, window).slice(0, 5).map(({ id }) => id)
  }
  // What was known then: ten models, of which none had any of the words; or no model at all.
  for (const models of [10, 0]) {
    const then = new Lexicon(1, models, new Map())
    expect(await bestOf(20, then)).toEqual(await bestOf(0, then))
    expect((await bestOf(20, then)).length).toBe(5)
  }
  await Promise.all([database.close(), server.close()])
})
