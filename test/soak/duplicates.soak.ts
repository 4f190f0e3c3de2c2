/** An import of ten thousand rows asks the desk about each of them: how long that takes, and that others get their turn meanwhile. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { duplicateCandidates } from '../../server/domain/duplicate/candidates.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

const ROWS = Number(process.env.DUPLICATE_ROWS ?? 10_000)
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() }, 300_000)
afterAll(() => opened?.close())

it(`${ROWS} rows`, async () => {
  const { pairs } = JSON.parse(readFileSync(new URL('../duplicates/pairs.json', import.meta.url), 'utf8')) as { pairs: { name: string; summary: string; place?: string }[] }
  const rows = Array.from({ length: ROWS }, (_, i) => { const { name, summary, place } = pairs[i % pairs.length]!; return { name: `${name} số ${i}`, summary, originPlace: place } })
  let [turns, longest, last] = [0, 0, performance.now()]
  const clock = setInterval(() => { turns += 1; longest = Math.max(longest, performance.now() - last); last = performance.now() }, 5)
  const begun = performance.now()
  const found = await duplicateCandidates(opened.db, rows, { first: 5, viewer: null })
  const seconds = (performance.now() - begun) / 1000
  clearInterval(clock)
  console.info(`${ROWS} rows in ${seconds.toFixed(1)} s; others waited at most ${longest.toFixed(0)} ms, ${turns} turns`)
  expect(found).toHaveLength(ROWS)
  expect(seconds).toBeLessThan(ROWS / 100)
  expect(turns).toBeGreaterThan(ROWS / 100)
}, 600_000)
