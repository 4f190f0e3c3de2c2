/** Two thousand sequences of curation: 0 violations, 0 leaks. */
import { it } from 'vitest'
import { playSequences } from '../model/curation.ts'
import { createTestDatabase } from '../support/database.ts'

const RUNS = Number(process.env.SOAK_SEQUENCES ?? 2000)
const SEED = Number(process.env.SOAK_SEED ?? 1)

it(`${RUNS} sequences from seed ${SEED}: every record stands where it should, and nothing unpublished is read`, async () => {
  const { db, close } = await createTestDatabase()
  const started = performance.now()
  await playSequences(db, { runs: RUNS, seed: SEED, onRun: (n) => { if (n % 100 === 0) process.stderr.write(`${n} sequences in ${Math.round((performance.now() - started) / 1000)} s\n`) } })
  await close()
})
