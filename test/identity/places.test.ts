/** Where an officer may write, as SQL over the real units of the seed. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownsPlace, type Viewer } from '../../server/domain/viewer.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => { database = await createSeededDatabase() })
afterAll(() => database.close())

const officerOf = async (...slugs: string[]): Promise<Viewer> => {
  const { rows } = await sql<{ id: string }>`select id from locality where slug = any(${slugs}::text[])`.execute(database.db)
  if (rows.length !== slugs.length) throw new Error(`not all of ${slugs.join(', ')} exist`)
  return { id: 'o', name: 'o', role: 'LOCALITY_OFFICER', localities: rows.map(({ id }) => id) }
}
const owned = async (viewer: Viewer): Promise<Set<string>> =>
  new Set((await sql<{ slug: string }>`select slug from locality as l where ${ownsPlace(viewer, sql`l.id`)}`.execute(database.db)).rows.map(({ slug }) => slug))
const below = async (slug: string): Promise<string[]> =>
  (await sql<{ slug: string }>`with recursive unit as (select id, slug from locality where slug = ${slug} union all select l.id, l.slug from locality l join unit u on l.parent_id = u.id) select slug from unit`.execute(database.db)).rows.map(({ slug }) => slug)
const all = async (): Promise<number> => (await sql<{ n: number }>`select count(*) as n from locality`.execute(database.db)).rows[0]!.n

describe('ownsPlace', () => {
  it('is the unit, all that lies in it, and the former units that went into it altogether', async () => {
    const places = await owned(await officerOf('can-tho'))
    const inside = await below('can-tho')
    expect(inside.length).toBeGreaterThan(50)
    expect(inside.filter((slug) => !places.has(slug))).toEqual([])
    for (const former of ['can-tho-den-2025', 'hau-giang', 'soc-trang']) expect([former, places.has(former)]).toEqual([former, true])
    for (const other of ['ha-noi', 'an-giang', 'thanh-hoa']) expect([other, places.has(other)]).toEqual([other, false])
  })
  it('is nothing of a unit around one’s own, nor beside it', async () => {
    const wards = (await below('can-tho')).filter((slug) => slug !== 'can-tho')
    const [mine, beside] = wards as [string, string]
    const places = await owned(await officerOf(mine))
    expect([places.has(mine), places.has('can-tho'), places.has(beside)]).toEqual([true, false, false])
  })
  it('is nothing of a former unit of which only a part came', async () => {
    const { rows } = await sql<{ former: string; now: string }>`
      select p.slug as former, l.slug as now from locality_cover c join locality p on p.id = c.place_id join locality l on l.id = c.locality_id
      where not c.is_whole and l.valid_until is null and l.level = 'COMMUNE' order by p.slug, l.slug limit 20`.execute(database.db)
    expect(rows.length).toBeGreaterThan(0)
    for (const { former, now } of rows) expect((await owned(await officerOf(now))).has(former), `${former} of ${now}`).toBe(false)
  })
  it('adds up over several units', async () => {
    const [one, two, both] = [await owned(await officerOf('can-tho')), await owned(await officerOf('an-giang')), await owned(await officerOf('can-tho', 'an-giang'))]
    expect(both.size).toBe(one.size + two.size)
  })
  it('is everything for curators and admins, nothing for anybody and for an officer of nowhere', async () => {
    const total = await all()
    const sizes = await Promise.all(([{ id: '1', name: '', role: 'CURATOR', localities: [] }, { id: '1', name: '', role: 'ADMIN', localities: [] }, null, { id: '1', name: '', role: 'LOCALITY_OFFICER', localities: [] }] satisfies Viewer[]).map(async (viewer) => (await owned(viewer)).size))
    expect(sizes).toEqual([total, total, 0, 0])
    const { rows } = await sql<{ is: boolean | null }>`select ${ownsPlace(await officerOf('can-tho'), sql`null::uuid`)} as is`.execute(database.db)
    expect(rows[0]!.is).toBe(false)
  })
})
