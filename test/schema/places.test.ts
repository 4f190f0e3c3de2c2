/** Places over time: today's unit, what it was made from, and who had a code when. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from './support.ts'

let world: World
beforeAll(async () => { world = await openWorld() })
afterAll(() => world.close())

describe('locality', () => {
  it('today’s Cần Thơ was made from three provinces', async () => {
    const { locality } = await world.read(`{ locality(slug: "can-tho") {
      slug code name fullName level validFrom validUntil parent { slug }
      predecessors { isWhole locality { slug fullName validUntil } } successors { isWhole } localitiesNow { isWhole locality { slug } }
    } }`)
    expect(locality).toEqual({
      slug: 'can-tho', code: '92', name: 'Cần Thơ', fullName: 'Thành phố Cần Thơ', level: 'PROVINCE', validFrom: '2025-07-01', validUntil: null, parent: null,
      predecessors: [
        { isWhole: true, locality: { slug: 'can-tho-den-2025', fullName: 'Thành phố Cần Thơ', validUntil: '2025-07-01' } },
        { isWhole: true, locality: { slug: 'hau-giang', fullName: 'Tỉnh Hậu Giang', validUntil: '2025-07-01' } },
        { isWhole: true, locality: { slug: 'soc-trang', fullName: 'Tỉnh Sóc Trăng', validUntil: '2025-07-01' } },
      ],
      successors: [], localitiesNow: [{ isWhole: true, locality: { slug: 'can-tho' } }],
    })
  })
  it('a code was given out again: 91, 31135', async () => {
    expect(await world.read(`{
      then: locality(code: "91", asOf: "2024-01-01") { fullName } now: locality(code: "91") { fullName } pinned: locality(slug: "91@2024-01-01") { fullName }
      wardThen: locality(code: "31135", asOf: "2024-01-01") { fullName parent { fullName parent { fullName } } } wardNow: locality(code: "31135") { fullName parent { fullName } }
    }`)).toEqual({
      then: { fullName: 'Tỉnh Kiên Giang' }, now: { fullName: 'Tỉnh An Giang' }, pinned: { fullName: 'Tỉnh Kiên Giang' },
      wardThen: { fullName: 'Phường Tân An', parent: { fullName: 'Quận Ninh Kiều', parent: { fullName: 'Thành phố Cần Thơ' } } },
      wardNow: { fullName: 'Phường Ninh Kiều', parent: { fullName: 'Thành phố Cần Thơ' } },
    })
  })
  it('a code that nobody holds today means its last holder', async () => {
    const { locality } = await world.read('{ locality(code: "93") { fullName validUntil } }')
    expect(locality).toEqual({ fullName: 'Tỉnh Hậu Giang', validUntil: '2025-07-01' })
  })
  it('a former commune leads to where it is now', async () => {
    const { localities } = await world.read('{ localities(query: "xa thuan hung, hau giang") { matchedName locality { fullName validUntil successors { isWhole locality { fullName parent { fullName } } } localitiesNow { locality { fullName } } } } }')
    expect(localities[0].locality).toMatchObject({ fullName: 'Xã Thuận Hưng', validUntil: '2025-07-01', successors: [{ locality: { fullName: 'Xã Xà Phiên', parent: { fullName: 'Thành phố Cần Thơ' } } }] })
  })
  it('there are 34 provinces today', async () => {
    const names = await Promise.all(['ha-noi', 'hue', 'dong-nai', 'ho-chi-minh'].map((slug) => world.read(`{ locality(slug: "${slug}") { fullName } }`).then(({ locality }) => locality?.fullName)))
    expect(names).toEqual(['Thành phố Hà Nội', 'Thành phố Huế', 'Thành phố Đồng Nai', 'Thành phố Hồ Chí Minh'])
  })
})

describe('localities', () => {
  const found = async (query: string, asOf?: string) => (await world.read('query ($query: String!, $asOf: Date) { localities(query: $query, asOf: $asOf, first: 5) { score matchedName locality { slug } } }', { query, asOf })).localities as { score: number; locality: { slug: string } }[]
  it.each([['Cần Thơ', 'can-tho'], ['can tho', 'can-tho'], ['CẦN THƠ', 'can-tho'], ['tphcm', 'ho-chi-minh'], ['hau giang', 'hau-giang'], ['ninh kieu, can tho', 'phuong-ninh-kieu-can-tho']])('%s', async (query, slug) => {
    expect((await found(query))[0]!.locality.slug).toBe(slug)
  })
  it('asOf keeps the units of that day', async () => {
    expect((await found('can tho', '2024-01-01'))[0]!.locality.slug).toBe('can-tho-den-2025')
    expect((await found('hau giang', '2026-01-01')).map(({ locality }) => locality.slug)).not.toContain('hau-giang')
  })
  it('best first, scores between 0 and 1', async () => {
    const scores = (await found('thanh')).map(({ score }) => score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(Math.max(...scores)).toBeLessThanOrEqual(1)
  })
})

describe('records on the ground of a unit', () => {
  it('a ward of today has what its predecessors had, under their names of then', async () => {
    const { models } = await world.read(`{ models(filter: { localityIn: ["xa-cu-lao-dung-can-tho"] }, first: 100) { totalCount nodes {
      slug origin { localityThen { slug } } replications(localityIn: ["xa-cu-lao-dung-can-tho"]) { nodes { localityThen { slug } } }
    } } }`)
    const { cover } = { cover: new Set((await world.db.selectFrom('locality_cover as c').innerJoin('locality as l', 'l.id', 'c.locality_id').innerJoin('locality as p', 'p.id', 'c.place_id').select('p.slug').where('l.slug', '=', 'xa-cu-lao-dung-can-tho').execute()).map(({ slug }) => slug)) }
    expect(models.totalCount).toBe(models.nodes.length)
    for (const { origin, replications } of models.nodes) {
      const places = [origin.localityThen?.slug, ...replications.nodes.map((r: { localityThen: { slug: string } }) => r.localityThen.slug)]
      expect(places.some((slug) => cover.has(slug))).toBe(true)
      for (const { localityThen } of replications.nodes) expect(cover).toContain(localityThen.slug)
    }
  })
  it('a place of then names today’s units', async () => {
    const { model } = await world.read('{ model(slug: "cau-lac-bo-huong-thien") { origin { placeAsWritten localityThen { fullName parent { fullName parent { fullName } } } localitiesNow { isWhole locality { fullName parent { slug } } } } } }')
    expect(model.origin).toEqual({
      placeAsWritten: 'xã Thuận Hưng, huyện Long Mỹ, tỉnh Hậu Giang (nay là xã Xà Phiên, TP Cần Thơ)',
      localityThen: { fullName: 'Xã Thuận Hưng', parent: { fullName: 'Huyện Long Mỹ', parent: { fullName: 'Tỉnh Hậu Giang' } } },
      localitiesNow: [{ isWhole: true, locality: { fullName: 'Xã Xà Phiên', parent: { slug: 'can-tho' } } }],
    })
  })
})
