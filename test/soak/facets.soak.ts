/** A thousand generated filters on both engines: equal totals, equal facets, and each count kept. */
import { it } from 'vitest'
import { startIndexer } from '../../server/indexer/run.ts'
import { openSearch } from '../../server/search/resilient.ts'
import { readSet } from '../relevance/run.ts'
import { checkFilter, checkText, makeFilters } from '../search/meilisearch/facets.ts'
import { createSeededDatabase } from '../support/database.ts'
import { describeMeilisearch } from '../support/describe-meilisearch.ts'
import { openMeilisearch } from '../support/meilisearch.ts'

const CASES = Number(process.env.SOAK_FILTERS ?? 1000)
const SEED = Number(process.env.SOAK_SEED ?? 7)

describeMeilisearch('facets on the real engine', () => {
  it(`keep their promise for ${CASES} filters from seed ${SEED}`, async () => {
    const [server, { db, close }] = await Promise.all([openMeilisearch(), createSeededDatabase()])
    await startIndexer({ db, meili: server.config, start: false }).runOnce()
    const engines = { postgres: await openSearch({ db }), meilisearch: await openSearch({ db, meili: { ...server.config, timeoutMs: 20_000 } }) }
    const filters = await makeFilters(db, SEED)
    for (let i = 1; i <= CASES; i += 1) {
      await checkFilter(engines, filters.next(), filters)
      if (i % 100 === 0) process.stderr.write(`${i} filters\n`)
    }
    for (const set of ['queries', 'paraphrases'] as const) for (const { q } of readSet(set)) {
      await checkText(engines, q, {})
      for (let i = 0; i < 5; i += 1) await checkText(engines, q, filters.next())
    }
    for (const engine of Object.values(engines)) await engine.close()
    await Promise.all([close(), server.close()])
  })
})
