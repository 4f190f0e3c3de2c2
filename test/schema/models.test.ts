/** `models`: every filter and every ordering against what the tables themselves say, reckoned apart from the code under test. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from './support.ts'

let world: World
beforeAll(async () => { world = await openWorld() })
afterAll(() => world.close())

interface Listed { slug: string }
const LIST = `query ($filter: ModelFilter, $orderBy: ModelOrder, $after: String) {
  models(filter: $filter, orderBy: $orderBy, first: 100, after: $after) { totalCount totalCountIsCapped pageInfo { hasNextPage endCursor } nodes { slug } }
}`

/** All slugs in order, over all pages. */
async function slugs(filter: object | null, orderBy: object | null = null): Promise<string[]> {
  const found: string[] = []
  let after: string | null = null
  for (;;) {
    const { models } = await world.read(LIST, { filter, orderBy, after })
    found.push(...models.nodes.map((node: Listed) => node.slug))
    if (!models.pageInfo.hasNextPage) {
      expect(models.totalCount).toBe(found.length)
      expect(models.totalCountIsCapped).toBe(false)
      return found
    }
    after = models.pageInfo.endCursor
  }
}
const fromTables = async (query: ReturnType<typeof sql<Listed>>): Promise<string[]> => (await query.execute(world.db)).rows.map(({ slug }) => slug).sort()
const filtered = async (filter: object): Promise<string[]> => (await slugs(filter)).sort()

describe('the catalogue', () => {
  it('has 324 models', async () => {
    expect((await world.read('{ models { totalCount } }')).models.totalCount).toBe(324)
    expect(new Set(await slugs(null)).size).toBe(324)
  })
  it('counts without reading rows, and reads rows without counting', async () => {
    expect(await world.ask('{ models { totalCount } }')).toMatchObject({ statements: 1, errors: [] })
    expect((await world.ask('{ models(first: 2) { nodes { slug } } }')).data.models).toEqual({ nodes: [{ slug: expect.any(String) }, { slug: expect.any(String) }] })
  })
})

describe('filters', () => {
  const withTerm = (kind: string, keys: string[]) => fromTables(sql`select m.slug from model m where exists (select from model_term mt join term t on t.id = mt.term_id where mt.model_id = m.id and t.kind = ${kind} and t.key = any(${keys}))`)
  it('topicIn', async () => {
    const found = await filtered({ topicIn: ['traffic-safety', 'fire-safety'] })
    expect(found).toEqual(await withTerm('TOPIC', ['traffic-safety', 'fire-safety']))
    expect(found.length).toBeGreaterThan(0)
  })
  it('settingIn', async () => expect(await filtered({ settingIn: ['school'] })).toEqual(await withTerm('SETTING', ['school'])))
  it('participantIn', async () => expect(await filtered({ participantIn: ['police', 'youth-union'] })).toEqual(await withTerm('PARTICIPANT', ['police', 'youth-union'])))
  it('operationalStatusIn', async () => {
    expect(await filtered({ operationalStatusIn: ['ACTIVE', 'ENDED'] })).toEqual(await fromTables(sql`select slug from model where operational_status in ('ACTIVE', 'ENDED')`))
    expect(await filtered({ operationalStatusIn: ['RETIRED'] })).toEqual(await fromTables(sql`select slug from model where operational_status = 'RETIRED'`))
  })
  it('evidenceLevelIn', async () => {
    const levels = ['E0', 'E1', 'E2', 'E3', 'E4', 'E5']
    const counts = await Promise.all(levels.map((level) => world.read(LIST, { filter: { evidenceLevelIn: [level] } }).then(({ models }) => models.totalCount as number)))
    const { rows } = await sql<{ level: string; n: number }>`select evidence_level as level, count(*)::int as n from model group by 1`.execute(world.db)
    expect(counts).toEqual(levels.map((level) => rows.find((row) => row.level === level)?.n ?? 0))
    expect(counts.reduce((a, b) => a + b)).toBe(324)
  })
  it('recognitionLevelIn: those that stand, not those annulled', async () => {
    expect(await filtered({ recognitionLevelIn: ['MINISTRY', 'NATIONAL'] })).toEqual(
      await fromTables(sql`select distinct m.slug from model m join recognition r on r.model_id = m.id where r.level in ('MINISTRY', 'NATIONAL') and r.annulled_on is null`))
  })
  it('startedRange: inclusive, unknown left out', async () => {
    const years = (condition: ReturnType<typeof sql>) => fromTables(sql`select slug from model where left(started_on::text, 4)::int ${condition}`)
    expect(await filtered({ startedRange: { from: 2012, to: 2015 } })).toEqual(await years(sql`between 2012 and 2015`))
    expect(await filtered({ startedRange: { from: 2020 } })).toEqual(await years(sql`>= 2020`))
    expect(await filtered({ startedRange: { to: 1990 } })).toEqual(await years(sql`<= 1990`))
    expect(await filtered({ startedRange: {} })).toHaveLength(324)
    expect(await filtered({ startedRange: { from: 2016, to: 2015 } })).toEqual([])
  })
  it.each([['hasResults', 'select distinct model_id from result_credit'], ['hasReplications', 'select distinct model_id from replication'], ['hasCosts', 'select distinct model_id from cost']])('%s: both answers together are all', async (field, ids) => {
    const [yes, no] = [await filtered({ [field]: true }), await filtered({ [field]: false })]
    expect(yes).toEqual(await fromTables(sql`select slug from model where id in (${sql.raw(ids)})`))
    expect([...yes, ...no].sort()).toEqual((await slugs(null)).sort())
    expect(await filtered({ [field]: null })).toHaveLength(324)
  })
  it('is AND between fields, and an empty list is an absent one', async () => {
    const [school, traffic] = [await filtered({ settingIn: ['school'] }), new Set(await filtered({ topicIn: ['traffic-safety'] }))]
    expect(await filtered({ settingIn: ['school'], topicIn: ['traffic-safety'], operationalStatusIn: [] })).toEqual(school.filter((slug) => traffic.has(slug)))
    expect(await filtered({ topicIn: [], localityIn: [], evidenceLevelIn: [] })).toHaveLength(324)
  })
})

describe('filters by place', () => {
  const FIELDS = { localityIn: ['ORIGIN', 'REPLICATION', 'POINT'], originLocalityIn: ['ORIGIN'], replicatedInLocalityIn: ['REPLICATION'] }
  const placed = (unit: string, roles: string[]) => fromTables(sql`
    select distinct m.slug from model m join model_place mp on mp.model_id = m.id join locality_cover c on c.place_id = mp.locality_id join locality l on l.id = c.locality_id
    where l.slug = ${unit} and mp.role = any(${roles})`)
  it.each(Object.entries(FIELDS))('%s takes a slug, a code and a code on a day', async (field, roles) => {
    const wanted = await placed('can-tho', roles)
    expect(await filtered({ [field]: ['can-tho'] })).toEqual(wanted)
    expect(await filtered({ [field]: ['92'] })).toEqual(wanted)
    expect(await filtered({ [field]: ['92@2026-01-01'] })).toEqual(wanted)
    expect(await filtered({ [field]: ['92@2024-01-01'] })).toEqual(await placed('can-tho-den-2025', roles))
  })
  it('the three roles together are localityIn', async () => {
    const [born, copied, any] = await Promise.all([filtered({ originLocalityIn: ['can-tho'] }), filtered({ replicatedInLocalityIn: ['can-tho'] }), filtered({ localityIn: ['can-tho'] })])
    expect(any).toEqual(expect.arrayContaining([...born, ...copied]))
  })
  it('OR inside the list', async () => {
    const both = new Set([...(await filtered({ localityIn: ['can-tho'] })), ...(await filtered({ localityIn: ['an-giang'] }))])
    expect(await filtered({ localityIn: ['can-tho', 'an-giang'] })).toEqual([...both].sort())
  })
  it('former Hậu Giang is its own territory: part of today’s Cần Thơ, and not old Cần Thơ', async () => {
    const [hauGiang, today] = [await filtered({ originLocalityIn: ['hau-giang'] }), await filtered({ originLocalityIn: ['can-tho'] })]
    expect(hauGiang).toContain('cau-lac-bo-huong-thien')
    expect(today).toEqual(expect.arrayContaining(hauGiang))
    expect(today.length).toBeGreaterThan(hauGiang.length)
    expect(await filtered({ originLocalityIn: ['can-tho-den-2025'] })).not.toContain('cau-lac-bo-huong-thien')
  })
})

describe('orderings', () => {
  const rows = async () => (await sql<{ slug: string; id: string; name: string; started: string | null; updated: string; n: number }>`
    select slug, id, name, started_on as started, to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as updated, replication_count as n from model`.execute(world.db)).rows
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

  it('NAME: Vietnamese alphabetical, the default', async () => {
    const names = new Map((await rows()).map(({ slug, name }) => [slug, name]))
    const found = await slugs(null, { field: 'NAME' })
    expect(found).toEqual(await slugs(null))
    expect(found.toReversed()).toEqual(await slugs(null, { field: 'NAME', direction: 'DESC' }))
    const first = (slug: string) => names.get(slug)!.normalize('NFD').replace(/^[^\p{L}]+/u, '')[0]!.toLowerCase()
    const alphabet = 'abcdđefghijklmnopqrstuvwxyz'
    const places = found.filter((slug) => /^\p{L}/u.test(names.get(slug)!)).map((slug) => alphabet.indexOf(first(slug)))
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })
  it.each(['ASC', 'DESC'] as const)('STARTED_ON %s: unknown last', async (direction) => {
    const way = direction === 'ASC' ? 1 : -1
    const wanted = (await rows()).sort((a, b) => compare(Number(a.started === null), Number(b.started === null)) || way * (compare(a.started ?? '', b.started ?? '') || compare(a.id, b.id)))
    expect(await slugs(null, { field: 'STARTED_ON', direction })).toEqual(wanted.map(({ slug }) => slug))
  })
  it.each(['ASC', 'DESC'] as const)('UPDATED_AT %s', async (direction) => {
    const way = direction === 'ASC' ? 1 : -1
    const wanted = (await rows()).sort((a, b) => way * (compare(a.updated, b.updated) || compare(a.id, b.id)))
    expect(await slugs(null, { field: 'UPDATED_AT', direction })).toEqual(wanted.map(({ slug }) => slug))
  })
  it.each(['ASC', 'DESC'] as const)('REPLICATION_COUNT %s', async (direction) => {
    const way = direction === 'ASC' ? 1 : -1
    const wanted = (await rows()).sort((a, b) => way * (compare(a.n, b.n) || compare(a.id, b.id)))
    expect(await slugs(null, { field: 'REPLICATION_COUNT', direction })).toEqual(wanted.map(({ slug }) => slug))
  })
})
