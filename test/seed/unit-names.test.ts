/** One way of reading the names of units: the seed's, and of those that a decision makes. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { freeSlug, parseUnitName, readUnitName, slugPart } from '../../server/domain/locality/unit-name.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())

it('every unit of the country is read by it, and has the slug that it gives', async () => {
  const units = await opened.db.selectFrom('locality').select(['slug', 'level', 'kind', 'name', 'full_name', 'valid_until']).execute()
  expect(units.filter(({ level, valid_until }) => level === 'COMMUNE' && valid_until === null)).toHaveLength(3321)
  const odd = units.filter(({ slug, level, kind, name, full_name }) => {
    const read = readUnitName(full_name, level)
    return read === undefined || read.kind !== kind || JSON.stringify(read) !== JSON.stringify(parseUnitName(full_name)) || !slug.startsWith(slugPart(level === 'PROVINCE' ? name : full_name))
  })
  expect(odd).toEqual([])
  // An apostrophe stands within a word, as in the slugs that are there.
  const written = units.filter(({ full_name }) => /['’]/.test(full_name))
  expect(written.length).toBeGreaterThan(40)
  expect(freeSlug(readUnitName('xã Cư M’gar', 'COMMUNE')!, 'COMMUNE', ['Đắk Lắk'], '2026-07-01', () => false)).toBe('xa-cu-mgar-dak-lak')
  expect(units.map(({ slug }) => slug)).toContain('xa-cu-mgar-dak-lak')
})
