/** Meaning on both engines, over the whole catalogue: the same models match, so totals and facets agree, and every facet keeps its promise. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedder } from '../../../server/indexer/embed.ts'
import { startIndexer } from '../../../server/indexer/run.ts'
import { FACETS, type FacetName, type SearchAnswer, type SearchEngine, type SearchFilter } from '../../../server/search/engine.ts'
import type { MeiliConfig } from '../../../server/search/meilisearch-client.ts'
import { Meaning } from '../../../server/search/meaning/search.ts'
import { openSearch } from '../../../server/search/resilient.ts'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { describeMeilisearch } from '../../support/describe-meilisearch.ts'
import { openEmbeddings, type TestEmbeddings } from '../../support/embeddings.ts'
import { openMeilisearch } from '../../support/meilisearch.ts'
import { openFakeMeilisearch } from '../../support/meilisearch-fake.ts'
import { makeFilters } from '../meilisearch/facets.ts'

const CHOICE: Record<FacetName, keyof SearchFilter> = {
  topics: 'topicIn', settings: 'settingIn', participants: 'participantIn', provinces: 'localityIn', operationalStatuses: 'operationalStatusIn', evidenceLevels: 'evidenceLevelIn', recognitionLevels: 'recognitionLevelIn',
}
/** No word of some, few words, many matches, fewer than fifty (only with those near in meaning more), places that confine and that hold nothing, an abbreviation. */
const TEXTS = ['voleurs', 'incendie', 'arnaque', 'incendie ở Cần Thơ', 'voleurs ở Lai Châu', 'arnaque Hậu Giang cũ', 'chất trắng', 'kẻng', 'camera an ninh', 'an ninh', 'CLB arnaque', 'trộm hội', 'ma túy xã', 'nhà vắng người lúc nửa đêm khuya khoắt']

function engines(open: () => Promise<{ config: MeiliConfig; close(): Promise<void> }>, texts: readonly string[], filterCount: number): void {
  let server: { config: MeiliConfig; close(): Promise<void> }
  let database: TestDatabase
  let endpoint: TestEmbeddings
  let both: Record<'postgres' | 'meilisearch', SearchEngine>
  let plain: SearchEngine

  beforeAll(async () => {
    ;[server, database, endpoint] = await Promise.all([open(), createSeededDatabase(), openEmbeddings()])
    const { db } = database
    const indexer = startIndexer({ db, meili: server.config, start: false })
    const embedder = startEmbedder({ db, config: endpoint.config, start: false })
    await Promise.all([indexer.runOnce(), embedder.runOnce()])
    await Promise.all([indexer.close(), embedder.close()])
    const meaning = () => new Meaning({ db, config: endpoint.config, mayLeave: () => true, waitMs: 5000 })
    both = { postgres: await openSearch({ db, meaning: meaning() }), meilisearch: await openSearch({ db, meili: { ...server.config, timeoutMs: 20_000 }, meaning: meaning() }) }
    plain = await openSearch({ db })
  })
  afterAll(async () => {
    for (const engine of Object.values(both ?? {})) await engine.close()
    await Promise.all([database?.close(), server?.close(), endpoint?.close()])
  })

  const ask = (engine: SearchEngine, text: string, filter: SearchFilter = {}): Promise<SearchAnswer> => engine.search({ text, filter, offset: 0, limit: 20, facets: [...FACETS] })
  const nearOf = ({ window }: SearchAnswer): [string, number][] => window.flatMap(({ id, near }): [string, number][] => (near ? [[id, near.similarity]] : [])).sort(([a], [b]) => (a < b ? -1 : 1))

  it.each(texts)('agrees on “%s”, with and without filters', async (text) => {
    const filters = await makeFilters(database.db, 7 + text.length)
    for (const filter of [{}, ...Array.from({ length: filterCount }, () => filters.next())]) {
      const [postgres, meilisearch] = [await ask(both.postgres, text, filter), await ask(both.meilisearch, text, filter)]
      const told = JSON.stringify([text, filter])
      expect([told, both.meilisearch.status().reason, meilisearch.engine]).toEqual([told, null, 'MEILISEARCH'])
      expect([told, meilisearch.total, meilisearch.facets, nearOf(meilisearch), meilisearch.parts]).toEqual([told, postgres.total, postgres.facets, nearOf(postgres), postgres.parts])
      for (const facet of FACETS) {
        const [first] = postgres.facets[facet] ?? []
        if (first === undefined || filterCount === 0) continue
        const chosen = { ...filter, [CHOICE[facet]]: [facet === 'provinces' ? filters.slugOf(first.value) : first.value] }
        for (const engine of Object.values(both)) expect([told, facet, (await ask(engine, text, chosen)).total]).toEqual([told, facet, first.count])
      }
    }
  }, 60_000)

  it.runIf(texts === TEXTS)('only adds what is near to what the words find, and takes nothing away', async () => {
    let added = 0
    for (const text of TEXTS) {
      const [without, withIt] = [await ask(plain, text), await ask(both.postgres, text)]
      const isPlaced = (answer: SearchAnswer): boolean => answer.understood.places.some(({ isFilter }) => isFilter)
      // Where only something near lies in a place, the place confines now.
      if (isPlaced(without) === isPlaced(withIt)) expect(withIt.total).toBeGreaterThanOrEqual(without.total)
      expect(withIt.total - without.total).toBeLessThanOrEqual(nearOf(withIt).length)
      added += Math.max(0, withIt.total - without.total)
    }
    expect(added).toBeGreaterThan(20)
  })
}

// The fake reads a long filter anew for each record: one text there, all on the real one.
describe('on the fake', () => engines(openFakeMeilisearch, ['incendie ở Cần Thơ'], 0))
describeMeilisearch('on the real engine', () => engines(openMeilisearch, TEXTS, 1))
