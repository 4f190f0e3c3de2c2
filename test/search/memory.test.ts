/** What search keeps in memory is bounded, and searches that push out each other's rows still answer whole. */
import { sql } from 'kysely'
import { expect, it, beforeAll, afterAll } from 'vitest'
import { FACETS } from '../../server/search/engine.ts'
import { FacetColumns } from '../../server/search/facet-columns.ts'
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

it('facets: counts are those of a memory that holds all', async () => {
  const whole = new FacetColumns(database.db)
  const small = new FacetColumns(database.db, 30)
  const seqs = windows().map((window) => window.map(({ seq }) => seq))
  const wanted = await Promise.all(seqs.map((list) => whole.count(FACETS, list, new Map([['topics', rows.map(({ seq }) => seq)]]))))
  expect(wanted.every((counts) => counts!.topics!.length > 0)).toBe(true)
  for (const [i, list] of seqs.entries()) expect(await small.count(FACETS, list, new Map([['topics', rows.map(({ seq }) => seq)]]))).toEqual(wanted[i])
  // Beside each other: whole, or told to look again, never wrong.
  const answers = await Promise.all(seqs.map((list) => small.count(FACETS, list, new Map([['topics', rows.map(({ seq }) => seq)]]))))
  answers.forEach((answer, i) => { if (answer !== undefined) expect(answer).toEqual(wanted[i]) })
})

it('facets: a row that is gone is told', async () => {
  expect(await new FacetColumns(database.db).count(FACETS, [rows[0]!.seq, 999_999_999], new Map())).toBeUndefined()
})
