/** Facet counts are the totals after choosing, and both engines count alike: samples of the generated filters of facets.ts (`npm run soak`: 1,000). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIndexer } from '../../../server/indexer/run.ts'
import type { SearchEngine } from '../../../server/search/engine.ts'
import type { MeiliConfig } from '../../../server/search/meilisearch-client.ts'
import { openSearch } from '../../../server/search/resilient.ts'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { describeMeilisearch } from '../../support/describe-meilisearch.ts'
import { openMeilisearch } from '../../support/meilisearch.ts'
import { openFakeMeilisearch } from '../../support/meilisearch-fake.ts'
import { readSet } from '../../relevance/run.ts'
import { checkFilter, checkText, makeFilters } from './facets.ts'

const CASES = 60
const SEED = Number(process.env.FILTER_SEED ?? 1986)

function facets(open: () => Promise<{ config: MeiliConfig; close(): Promise<void> }>): void {
  let server: { config: MeiliConfig; close(): Promise<void> }
  let database: TestDatabase
  let engines: { postgres: SearchEngine; meilisearch: SearchEngine }

  beforeAll(async () => {
    ;[server, database] = await Promise.all([open(), createSeededDatabase()])
    const indexer = startIndexer({ db: database.db, meili: server.config, start: false })
    await indexer.runOnce()
    await indexer.close()
    const { db } = database
    engines = { postgres: await openSearch({ db }), meilisearch: await openSearch({ db, meili: { ...server.config, timeoutMs: 10_000 } }) }
  })
  afterAll(async () => {
    for (const engine of Object.values(engines ?? {})) await engine.close()
    await Promise.all([database?.close(), server?.close()])
  })

  it(`keep their promise for ${CASES} filters from seed ${SEED}`, async () => {
    const filters = await makeFilters(database.db, SEED)
    for (let i = 0; i < CASES; i += 1) await checkFilter(engines, filters.next(), filters)
  }, 120_000)

  it('count what a text finds alike, whether all that matches is ranked or what Meilisearch proposes', async () => {
    const proposing = await openSearch({ db: database.db, meili: { ...server.config, timeoutMs: 10_000, rankedWhole: 0 } })
    const filters = await makeFilters(database.db, SEED)
    for (const [i, { q }] of readSet('queries').entries()) {
      if (i % 4 !== SEED % 4) continue
      await checkText(engines, q, {})
      await checkText(engines, q, filters.next())
      await checkText({ ...engines, meilisearch: proposing }, q, filters.next())
    }
    await proposing.close()
  }, 120_000)

  it('would show a count that is one too high', async () => {
    const search: SearchEngine['search'] = async (request) => {
      const answer = await engines.meilisearch.search(request)
      return { ...answer, facets: { ...answer.facets, topics: answer.facets.topics?.map((one, i) => (i === 0 ? { ...one, count: one.count + 1 } : one)) } }
    }
    const filters = await makeFilters(database.db, SEED)
    await expect(checkFilter({ ...engines, meilisearch: { ...engines.meilisearch, search } as SearchEngine }, {}, filters)).rejects.toThrow()
  })
}

describe('facets on the fake', () => facets(openFakeMeilisearch))
describeMeilisearch('facets on the real engine', () => facets(openMeilisearch))
