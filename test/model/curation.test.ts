/** A sample of what test/soak/curation.soak.ts plays at length. */
import { afterAll, beforeAll, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { playSequences } from './curation.ts'

let opened: TestDatabase
beforeAll(async () => { opened = await createTestDatabase() })
afterAll(() => opened?.close())

it('whatever people do in whatever order, records stand where they should and nothing unpublished is read', () => playSequences(opened.db, { runs: 25, seed: 2026 }), 300_000)
