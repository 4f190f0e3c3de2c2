/** The floors that judged queries must reach, per class and engine. `npm run bench:relevance` tells where it stands above them. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIndexer } from '../../server/indexer/run.ts'
import type { EngineName } from '../../server/search/engine.ts'
import { openSearch } from '../../server/search/resilient.ts'
import { readSet, runQueries } from '../relevance/run.ts'
import { scoreRun, type Scores } from '../relevance/score.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'
import { NO_MEILISEARCH, openMeilisearch } from '../support/meilisearch.ts'

const FLOORS: Record<string, Partial<Scores>> = JSON.parse(readFileSync(fileURLToPath(new URL('../relevance/floors.json', import.meta.url)), 'utf8'))
const queries = readSet('queries')

/** What lies below its floor, in words. */
function belowFloor(scores: ReadonlyMap<string, Scores>): string[] {
  return Object.entries(FLOORS).flatMap(([name, floor]) => (['ndcg', 'mrr'] as const).flatMap((field) => {
    const [least, got] = [floor[field], scores.get(name)?.[field] ?? 0]
    return least !== undefined && got < least ? [`${name} ${field} ${got.toFixed(3)} < ${least}`] : []
  }))
}

let database: TestDatabase
beforeAll(async () => {
  database = await createSeededDatabase()
})
afterAll(() => database.close())

const scored = new Map<EngineName, Map<string, Scores>>()

describe('judged queries', () => {
  it('reach their floors on Postgres', async () => {
    const scores = scoreRun(queries, await runQueries(database.db, await openSearch({ db: database.db }), 'POSTGRES', queries))
    scored.set('POSTGRES', scores)
    expect(belowFloor(scores)).toEqual([])
  }, 180_000)

  it.skipIf(NO_MEILISEARCH !== undefined)('reach them on Meilisearch, whether all that matches is ranked or what it proposes, and both engines answer about alike', async () => {
    const meili = await openMeilisearch()
    try {
      const indexer = startIndexer({ db: database.db, meili: meili.config, start: false })
      await indexer.runOnce()
      await indexer.close()
      for (const how of [{}, { rankedWhole: 0 }]) {
        // Quality is measured, not speed: a busy machine must not be answered by Postgres.
        const search = await openSearch({ db: database.db, meili: { ...meili.config, ...how, timeoutMs: 30_000 } })
        const scores = scoreRun(queries, await runQueries(database.db, search, 'MEILISEARCH', queries))
        await search.close()
        expect(belowFloor(scores), JSON.stringify(how)).toEqual([])
        expect(Math.abs(scores.get('ALL')!.ndcg - scored.get('POSTGRES')!.get('ALL')!.ndcg)).toBeLessThan(0.03)
      }
    } finally {
      await meili.close()
    }
  }, 300_000)
})
