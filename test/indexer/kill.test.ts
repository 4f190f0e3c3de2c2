/** Two rounds of kill.ts, where there are a Meilisearch and a Postgres to kill; `npm run soak` plays thirty. */
import { expect, it } from 'vitest'
import { describeMeilisearch } from '../support/describe-meilisearch.ts'
import { NO_MEILISEARCH_TO_KILL } from '../support/meilisearch.ts'
import { findBinaries } from '../support/postgres-server.ts'
import { playKills } from './kill.ts'

describeMeilisearch('worker and Meilisearch killed under changes', () => {
  it('leave an index that equals the database when everything heals', async () => {
    const { changes, healedAfterMs } = await playKills({ seed: 3, rounds: 2, records: 20 })
    expect(changes).toBeGreaterThan(5)
    expect(healedAfterMs).toBeLessThan(60_000)
  }, 240_000)
}, NO_MEILISEARCH_TO_KILL ?? (findBinaries() === undefined ? 'no Postgres server binaries' : undefined))
