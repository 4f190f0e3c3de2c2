/** Curator story 8: enter a merger decision of units; past records keep old names and roll up to new units once. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refreshLocalityCover, updateLocalityCover } from '../../../server/domain/locality/cover.ts'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, CHI, NEW_MODEL, officer, publish } from '../model/editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)
const legalBasis = { number: '999/NQ-UBTVQH16', title: 'Nghị quyết sắp xếp đơn vị hành chính', issuer: 'Ủy ban Thường vụ Quốc hội', issuedOn: '2026-05-01' }
const OUTCOME = 'units { slug fullName becomes { slug fullName isWhole } } records { modelSlug role place before after } recordCount modelCount pointCount'
const READ = '{ models(first: 100, filter: { localityIn: $units }) { totalCount nodes { slug } } searchModels(query: "", filter: { localityIn: $units }, first: 100) { totalCount facets { provinces { count locality { slug } } } } }'
const inUnits = (...units: string[]) => by(ANYBODY).read(`query ($units: [String!]) ${READ}`, { units })
/** Everything that a decision writes. */
const fingerprint = async () => (await sql`select ${sql.join(['locality', 'locality_name', 'locality_change', 'locality_succession', 'locality_cover', 'legal_instrument', 'model', 'model_search', 'model_place', 'audit_entry', 'search_state'].map((table) => sql`(select json_build_array(count(*), coalesce(sum(hashtext(t::text)::bigint), 0)) from ${sql.table(table)} as t) as ${sql.id(table)}`))}`.execute(opened.db)).rows[0]
const coverIsRight = async (): Promise<void> => {
  const digest = async () => (await sql`select count(*) as n, sum(hashtext(locality_id::text || place_id || is_whole)::bigint) as sum from locality_cover`.execute(opened.db)).rows[0]
  const kept = await digest()
  await opened.db.transaction().execute(async (trx) => {
    // The whole, reckoned anew, takes as long as it takes.
    await sql`set local statement_timeout = 0`.execute(trx)
    await refreshLocalityCover(trx)
  })
  expect(await digest()).toEqual(kept)
}

describe('a merger of wards', () => {
  it('is previewed, applied once, and moves every record to the new ward, once; names of then stay', async () => {
    // Two wards of today, a model of each and one of a former ward that went into the first.
    const draft = async (name: string, locality: string, more: object = {}) => publish(opened.db, await by(AN).done('createModel', { ...NEW_MODEL, name, origin: { locality, placeAsWritten: `tại ${locality}` }, ...more }))
    const [first, second] = ['phuong-ninh-kieu-can-tho', 'phuong-cai-khe-can-tho']
    await draft('Của phường Ninh Kiều', first)
    const two = await draft('Của phường Cái Khế', second)
    const point = await by(AN).write('addPoint', { modelId: two.id, expectedRevision: two.revision, name: 'Điểm một', locality: first, citations: [{ source: { title: 'Báo cáo' } }] }, 'model { id revision }')
    await publish(opened.db, point.model)
    const before = await inUnits('can-tho')
    const [inFirst, inSecond] = [await inUnits(first), await inUnits(second)]
    const expected = new Set([...inFirst.models.nodes, ...inSecond.models.nodes].map(({ slug }: any) => slug))
    expect([...expected]).toEqual(expect.arrayContaining(['cua-phuong-ninh-kieu', 'cua-phuong-cai-khe']))

    const input = { kind: 'MERGE', effectiveOn: '2026-07-01', legalBasis, units: [second, first], into: [{ name: 'phường Tây Đô', code: '99001' }] }
    const untouched = await fingerprint()
    const preview = await by(AN).write('previewLocalityChange', input, OUTCOME)
    expect(await fingerprint()).toEqual(untouched)
    expect(preview.units).toEqual([second, first].map((slug) => ({ slug, fullName: expect.stringMatching(/^Phường/), becomes: [{ slug: 'phuong-tay-do-can-tho', fullName: 'Phường Tây Đô', isWhole: true }] })))
    expect(preview).toMatchObject({ modelCount: expected.size, pointCount: 1 })
    expect(preview.records).toContainEqual({ modelSlug: 'cua-phuong-cai-khe', role: 'POINT', place: 'Phường Ninh Kiều', before: ['Phường Ninh Kiều, Thành phố Cần Thơ'], after: ['Phường Tây Đô, Thành phố Cần Thơ'] })

    for (const viewer of [officer()]) expect(await by(viewer).write('recordLocalityChange', input, OUTCOME)).toMatchObject({ __typename: 'ForbiddenError' })
    const done = await by(CHI).write('recordLocalityChange', input, `changeId ${OUTCOME}`)
    expect({ ...done, changeId: undefined, __typename: undefined }).toEqual({ ...preview, changeId: undefined, __typename: undefined })

    const after = await inUnits('phuong-tay-do-can-tho')
    const slugs = after.models.nodes.map(({ slug }: any) => slug)
    expect([after.models.totalCount, after.searchModels.totalCount, new Set(slugs)]).toEqual([expected.size, expected.size, expected])
    // The province counts them as before, none twice; the old wards still answer by their own names.
    expect(await inUnits('can-tho')).toEqual(before)
    expect((await inUnits(first)).models.nodes).toEqual(expect.arrayContaining(inFirst.models.nodes))
    const shown = (await by(ANYBODY).read('{ model(slug: "cua-phuong-ninh-kieu") { origin { placeAsWritten localityThen { slug fullName validUntil successors { locality { slug } } } localitiesNow { isWhole locality { slug code predecessors { locality { slug } } } } } } }')).model.origin
    expect(shown).toEqual({
      placeAsWritten: `tại ${first}`, localityThen: { slug: first, fullName: 'Phường Ninh Kiều', validUntil: '2026-07-01', successors: [{ locality: { slug: 'phuong-tay-do-can-tho' } }] },
      localitiesNow: [{ isWhole: true, locality: { slug: 'phuong-tay-do-can-tho', code: '99001', predecessors: [{ locality: { slug: second } }, { locality: { slug: first } }] } }],
    })
    // A place that had gone into the first ward goes on into the new one.
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from locality_cover c join locality l on l.id = c.locality_id join locality p on p.id = c.place_id where l.slug = 'phuong-tay-do-can-tho' and p.valid_until = '2025-07-01'`.execute(opened.db)
    expect(rows[0]!.n).toBeGreaterThan(0)
    const stale = await sql`select m.id from model m join model_search s on s.model_id = m.id where m.slug = any(${[...expected]}::text[]) and s.concept_words not like '%tay do%' and s.concept_words not like '%can tho%'`.execute(opened.db)
    expect(stale.rows).toEqual([])

    // A second time: nothing but the name of the first.
    const settled = await fingerprint()
    for (const again of [input, { ...input, units: [first, second], into: [{ name: 'Phường Khác' }] }]) {
      expect(await by(AN).write('recordLocalityChange', again, OUTCOME)).toMatchObject({ __typename: 'ConflictError', message: expect.stringMatching(new RegExp(`999/NQ-UBTVQH16.*key-chi.*${done.changeId}`)) })
    }
    expect(await by(AN).write('recordLocalityChange', { ...input, effectiveOn: '2026-08-01' }, OUTCOME)).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['units', '0'], code: 'ENDED' }, { path: ['units', '1'], code: 'ENDED' }, { path: ['into', '0', 'code'], code: 'CODE_TAKEN' }] })
    expect(await fingerprint()).toEqual(settled)
    const { rows: log } = await sql<{ action: string; actor_id: string }>`select action, actor_id from audit_entry where record_kind = 'locality_change'`.execute(opened.db)
    expect(log).toEqual([{ action: 'LOCALITY_CHANGE_RECORDED', actor_id: 'key-chi' }])
  })

  it('tells everything that is wrong at once', async () => {
    const refused = async (input: object) => (await by(AN).write('previewLocalityChange', { kind: 'MERGE', effectiveOn: '2026-07-01', legalBasis, units: ['phuong-an-binh-can-tho', 'phuong-hung-phu-can-tho'], into: [{ name: 'Phường Mới' }], ...input }, OUTCOME)).issues?.map(({ path, code }: any) => `${path.join('.')}: ${code}`)
    expect(await refused({ units: ['phuong-an-binhh-can-tho', 'ca-mau'], into: [] })).toEqual(['into: WRONG_COUNT', 'units.0: UNKNOWN_LOCALITY'])
    expect(await refused({ units: ['phuong-an-binh-can-tho'], effectiveOn: '2099-01-01', into: [{ name: 'Mới', code: 'x', parent: 'can-tho' }] })).toEqual(['units: WRONG_COUNT', 'effectiveOn: NOT_YET', 'into.0.name: UNIT_NAME', 'into.0.code: INVALID'])
    expect(await refused({ units: ['phuong-an-binh-can-tho', 'ca-mau'] })).toEqual(['units: LEVELS_DIFFER'])
    const elsewhere = (await sql<{ slug: string }>`select l.slug from locality l join locality p on p.id = l.parent_id where p.slug = 'ca-mau' and l.valid_until is null limit 1`.execute(opened.db)).rows[0]!.slug
    expect(await refused({ units: ['phuong-an-binh-can-tho', elsewhere] })).toEqual(['into.0.parent: REQUIRED'])
    expect(await refused({ units: ['phuong-an-binh-can-tho', elsewhere], into: [{ name: 'Phường Mới', parent: 'hau-giang' }] })).toEqual(['into.0.parent: NOT_ALLOWED'])
    expect(await refused({ effectiveOn: '2025-07-01' })).toEqual(['units.0: NOT_THEN', 'units.1: NOT_THEN'])
    expect(await refused({ kind: 'SPLIT', units: ['can-tho'], into: [{ name: 'Tỉnh A' }, { name: 'Tỉnh A' }] })).toEqual(['units.0: HAS_UNITS', 'into.1.name: TWICE'])
    expect(await refused({ kind: 'ABOLISH', units: ['phuong-an-binh-can-tho'], into: [{ name: 'Phường Mới' }] })).toEqual(['into: WRONG_COUNT'])
  })
})

describe('other decisions', () => {
  it('a split leads a record to each part, in part; a rename keeps the unit and its old name; an abolished unit leads nowhere', async () => {
    const [ward, renamed, gone] = ['phuong-an-binh-can-tho', 'phuong-hung-phu-can-tho', 'phuong-thot-not-can-tho']
    for (const locality of [ward, renamed, gone]) await publish(opened.db, await by(AN).done('createModel', { ...NEW_MODEL, name: `Của ${locality}`, origin: { locality } }))
    const decide = (kind: string, unit: string, into: object[]) => by(AN).write('recordLocalityChange', { kind, effectiveOn: '2026-08-01', legalBasis, units: [unit], into }, OUTCOME)
    expect((await decide('SPLIT', ward, [{ name: 'Phường An Bình' }, { name: 'Phường An Thới' }])).units).toEqual([{ slug: ward, fullName: 'Phường An Bình', becomes: [{ slug: `${ward}-tu-2026`, fullName: 'Phường An Bình', isWhole: false }, { slug: 'phuong-an-thoi-can-tho', fullName: 'Phường An Thới', isWhole: false }] }])
    expect((await decide('RENAME', renamed, [{ name: 'Phường Hưng Thịnh' }])).units).toMatchObject([{ slug: renamed, becomes: [{ slug: renamed, fullName: 'Phường Hưng Thịnh' }] }])
    expect((await decide('ABOLISH', gone, [])).units).toMatchObject([{ slug: gone, becomes: [] }])
    const of = async (slug: string) => (await by(ANYBODY).read(`{ model(slug: "${slug}") { origin { localityThen { fullName } localitiesNow { isWhole locality { slug fullName } } } } }`)).model.origin
    expect(await of(`cua-${ward}`)).toEqual({ localityThen: { fullName: 'Phường An Bình' }, localitiesNow: [`${ward}-tu-2026`, 'phuong-an-thoi-can-tho'].map((slug) => ({ isWhole: false, locality: { slug, fullName: expect.any(String) } })) })
    expect(await of(`cua-${renamed}`)).toEqual({ localityThen: { fullName: 'Phường Hưng Thịnh' }, localitiesNow: [{ isWhole: true, locality: { slug: renamed, fullName: 'Phường Hưng Thịnh' } }] })
    expect(await of(`cua-${gone}`)).toEqual({ localityThen: { fullName: 'Phường Thốt Nốt' }, localitiesNow: [] })
    // Both names find the renamed ward, and it is asked for by its slug as ever.
    for (const query of ['phường hưng phú', 'Hưng Thịnh, Cần Thơ']) expect((await by(ANYBODY).read('query ($query: String!) { localities(query: $query, first: 100) { locality { slug } } }', { query })).localities.map(({ locality }: any) => locality.slug)).toContain(renamed)
    expect((await by(ANYBODY).read(`{ models(filter: { localityIn: ["${renamed}"] }) { nodes { slug } } }`)).models.nodes).toContainEqual({ slug: `cua-${renamed}` })
    const { rows } = await sql`select n.name, n.valid_until from locality_name n join locality l on l.id = n.locality_id where l.slug = ${renamed} and n.kind = 'OFFICIAL' order by n.valid_until nulls last`.execute(opened.db)
    expect(rows).toEqual([{ name: 'Phường Hưng Phú', valid_until: '2026-08-01' }, { name: 'Phường Hưng Thịnh', valid_until: null }])
  })

  it('a merger of provinces carries what lies in them, and an officer of the old one keeps their territory', async () => {
    const before = [await inUnits('ca-mau'), await inUnits('can-tho')]
    const slugs = new Set(before.flatMap(({ models }) => models.nodes.map(({ slug }: any) => slug)))
    const total = (await by(ANYBODY).read('{ models { totalCount } }')).models.totalCount
    const caMau = (await opened.db.selectFrom('locality').select(['id']).where('slug', '=', 'ca-mau').executeTakeFirstOrThrow()).id
    const { rows: communes } = await sql<{ n: number }>`select count(*)::int as n from locality where parent_id in (select id from locality where slug in ('ca-mau', 'can-tho')) and valid_until is null`.execute(opened.db)
    const done = await by(AN).write('recordLocalityChange', { kind: 'MERGE', effectiveOn: '2026-09-01', legalBasis, units: ['ca-mau', 'can-tho'], into: [{ name: 'Thành phố Tây Nam', code: '97' }] }, OUTCOME)
    expect([done.__typename, done.units.length]).toEqual(['RecordLocalityChangeSuccess', 2 + communes[0]!.n])
    const after = await inUnits('tay-nam')
    // What was abolished before had no successor: it lies in the old province still, and in no unit of today.
    slugs.delete('cua-phuong-thot-not-can-tho')
    expect(new Set(after.models.nodes.map(({ slug }: any) => slug))).toEqual(slugs)
    expect(after.searchModels.facets.provinces.filter(({ locality }: any) => ['ca-mau', 'can-tho'].includes(locality.slug))).toEqual([])
    expect(after.searchModels.facets.provinces).toContainEqual({ count: slugs.size, locality: { slug: 'tay-nam' } })
    expect((await by(ANYBODY).read('{ models { totalCount } }')).models.totalCount).toBe(total)
    expect((await inUnits('ca-mau')).models.totalCount).toBe(before[0].models.totalCount)
    // One standing holder of each code, as the database demands, and no unit of today in one of yesterday.
    const { rows: odd } = await sql`select l.slug from locality l join locality p on p.id = l.parent_id where l.valid_until is null and p.valid_until is not null`.execute(opened.db)
    expect(odd).toEqual([])
    const commune = (await sql<{ slug: string }>`select l.slug from locality l join locality_succession s on s.successor_id = l.id join locality o on o.id = s.predecessor_id where o.parent_id = ${caMau}::uuid and l.valid_until is null order by l.slug limit 1`.execute(opened.db)).rows[0]!.slug
    expect(await by(officer(caMau)).write('createModel', { ...NEW_MODEL, name: 'Của cán bộ Cà Mau', origin: { locality: commune } })).toMatchObject({ __typename: 'CreateModelSuccess' })
    await coverIsRight()
    expect(await opened.db.transaction().execute((trx) => updateLocalityCover(trx))).toEqual([])
  })
})
