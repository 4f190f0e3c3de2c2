/** Every mutation of the schema, killed at each of its statements: no trace of it is left. */
import { expect, it } from 'vitest'
import { killMutations, MUTATIONS } from '../model/killed-mutations.ts'
import { createTestDatabase } from '../support/database.ts'

it('every mutation, killed at each of its statements in turn, leaves the database as it was', async () => {
  const { db, close } = await createTestDatabase()
  const { mutations, kills } = await killMutations(db, { stride: 1, random: () => 0 })
  process.stderr.write(`${mutations} mutations killed ${kills} times\n`)
  expect(mutations).toBe(MUTATIONS.length)
  await close()
})
