/** Ten thousand steps of publishing, taking back, editing, merging and undoing among canaries: 0 leaks. */
import { expect, it } from 'vitest'
import { openDesk } from '../model/canary/desk.ts'
import { playHistories } from '../model/canary/histories.ts'
import { createTestDatabase } from '../support/database.ts'

const STEPS = Number(process.env.SOAK_STEPS ?? 10_000)
const SEED = Number(process.env.SOAK_SEED ?? 1)
/** After every so many steps everything is read; each look asks for whatever was written in between. */
const LOOK_EVERY = Number(process.env.SOAK_LOOK_EVERY ?? 2)

it(`${STEPS} steps from seed ${SEED}: no word of a draft is read by any way`, async () => {
  const { db, close } = await createTestDatabase()
  const started = performance.now()
  const desk = await openDesk(db, SEED)
  const tell = (n: number): void => void process.stderr.write(`${n} steps in ${Math.round((performance.now() - started) / 1000)} s, ${desk.canaries.length} canaries, ${desk.refused} steps refused\n`)
  expect(await playHistories(desk, { steps: STEPS, lookEvery: LOOK_EVERY, onStep: (n) => { if (n % 250 === 0) tell(n) } })).toEqual({ looks: Math.floor(STEPS / LOOK_EVERY) })
  await close()
})
