/** Thirty kills, then 0 differences. SOAK_ROUNDS and SOAK_SEED for other lengths and histories. */
import { expect, it } from 'vitest'
import { playKills } from '../indexer/kill.ts'
import { describeMeilisearch } from '../support/describe-meilisearch.ts'
import { NO_MEILISEARCH_TO_KILL } from '../support/meilisearch.ts'

const ROUNDS = Number(process.env.SOAK_ROUNDS ?? 30)
const SEED = Number(process.env.SOAK_SEED ?? 20_260_101)

describeMeilisearch('worker and Meilisearch killed under changes', () => {
  it(`leave an index that equals the database after ${ROUNDS} rounds from seed ${SEED}`, async () => {
    const report = await playKills({ seed: SEED, rounds: ROUNDS, records: 200, onRound: (told) => process.stderr.write(`${told}\n`) })
    process.stderr.write(`${JSON.stringify(report)}\n`)
    expect(report.healedAfterMs).toBeLessThan(30_000)
  })
}, NO_MEILISEARCH_TO_KILL)
