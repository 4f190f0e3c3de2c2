/** The words that are kept of candidates are bounded, and searches that push out each other's still answer whole. */
import { sql } from 'kysely'
import { expect, it, beforeAll, afterAll } from 'vitest'
import { WordsCache } from '../../server/search/words-cache.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let rows: { id: string; seq: number }[]
beforeAll(async () => {
  database = await createSeededDatabase()
  rows = (await sql<{ id: string; seq: number }>`select model_id as id, seq::int as seq from model_search order by model_id`.execute(database.db)).rows
})
afterAll(() => database.close())

/** Windows of 40 over the catalogue, each overlapping the next by half. */
const windows = (): { id: string; seq: number }[][] => Array.from({ length: 15 }, (_, i) => rows.slice(20 * i, 20 * i + 40))

it('words of candidates: a cache of 30 loses none of 40, whatever runs beside', async () => {
  const cache = new WordsCache(database.db, 30)
  const ask = (window: typeof rows) => cache.candidates(window.map(({ id, seq }, position) => ({ id, hash: String(seq), position })))
  for (const round of [1, 2, 3]) {
    const answers = await Promise.all(windows().map(ask))
    expect(answers.map((answer) => answer.map(({ id }) => id)), `round ${round}`).toEqual(windows().map((window) => window.map(({ id }) => id)))
  }
})
