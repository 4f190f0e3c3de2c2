/** A sample of test/soak/killed.soak.ts: every mutation, killed at one in fourteen of its statements, begun by chance. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomOf } from '../indexer/interleaving.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { killMutations, MUTATIONS, RECIPE_NAMES } from './killed-mutations.ts'

let opened: TestDatabase
beforeAll(async () => { opened = await createTestDatabase() })
afterAll(() => opened?.close())

it('there is a recipe for every mutation of the schema', () => expect([...RECIPE_NAMES].sort()).toEqual([...MUTATIONS].sort()))
it('a mutation that is killed half-way leaves no trace', async () => {
  const { mutations, kills } = await killMutations(opened.db, { stride: 14, random: randomOf(2026) })
  expect([mutations, kills > 50]).toEqual([MUTATIONS.length, true])
}, 300_000)
