/** Bringing in an official table of units: what is known keeps its id, what is missing comes, and a second time changes nothing. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { importUnits } from '../../seed/units/import.ts'
import { readSearchDocuments } from '../../server/search/document.ts'
import { refreshSearchDocuments, searchRowHash } from '../../server/search/postgres-index.ts'
import { markedKey } from '../../seed/units/names.ts'
import { readOfficialTable, type OfficialTable } from '../../seed/units/official-table.ts'
import type { Database } from '../../server/db/tables.ts'
import { createPlace } from '../main/support.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'
import { killPrograms, startProgram } from '../support/programs.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'nr-units-'))
const opened: TestDatabase[] = []
afterAll(async () => {
  await killPrograms()
  for (const { close } of opened) await close()
  rmSync(folder, { recursive: true })
})
async function seeded(): Promise<Kysely<Database>> {
  const database = await createSeededDatabase()
  opened.push(database)
  return database.db
}
const rowsOf = async <T>(db: Kysely<Database>, query: ReturnType<typeof sql<T>>): Promise<T[]> => (await query.execute(db)).rows

/** Invented units around the real ward Ninh Kiều. */
const SAMPLE = {
  asOf: '2026-04-30',
  provinces: [{ code: '92', name: 'Cần Thơ', type: 'thành phố', formerProvinces: [{ code: '92', name: 'Thành phố Cần Thơ' }, { code: '93', name: 'Tỉnh Hậu Giang' }] }],
  communes: [
    { code: '31135', name: 'Ninh Kiều', type: 'phường', province: '92', formedFrom: [
      { name: 'Phường Thới Bình', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31123' },
      { name: 'Phường Xuân Khành', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31144' },
      { name: 'Phường Cồn Thử', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31998', part: true },
    ] },
    { code: '31120', name: 'Cái Khế', type: 'phường', province: '92', formerly: ['Xã Cái Khế Cũ'], formedFrom: [
      { name: 'Phường Cồn Thử', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31998', part: true },
      { name: 'Phường Thới Bình', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31123', part: true },
    ] },
    { code: '31997', name: 'Bờ Thử', type: 'xã', province: '92', formedFrom: [
      { name: 'Xã Bờ Thử', district: 'Huyện Thử Nghiệm', province: 'Tỉnh Hậu Giang', code: '31996' },
      { name: 'Bãi bồi ven sông', district: 'Huyện Thử Nghiệm', province: 'Tỉnh Hậu Giang' },
    ] },
  ],
  historicNames: [
    { name: 'Phường An Cư', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31129', lastSeen: '2024-09', now: ['31135'] },
    { name: 'Xã Thới Bình', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31123', lastSeen: '2021-11', now: ['31135'] },
    { name: 'Xã Xưa Thử', district: 'Quận Ninh Kiều', province: 'Thành phố Cần Thơ', code: '31995', lastSeen: '2021-11', now: [] },
  ],
}
function fileOf(content: unknown): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.json`)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}
const sample = (): Promise<OfficialTable> => readOfficialTable(fileOf(SAMPLE))

describe('a small table', () => {
  let db: Kysely<Database>
  let before: { id: string }[]
  let moved: string
  const unitsOf = () => rowsOf(db, sql<{ id: string; code: string | null }>`select id, slug, code, level, kind, name, full_name, parent_id, valid_from, valid_until from locality order by id`)
  const unit = async (slug: string) => (await rowsOf(db, sql<{ id: string; code: string }>`select id, code, full_name, valid_from, valid_until from locality where slug = ${slug}`))[0]
  beforeAll(async () => {
    db = await seeded()
    before = await unitsOf()
    // A model in a ward that turns out to have gone to two of today's, and an index that must hear of it.
    await sql`insert into search_index (target, kind, settings_hash, state, server_key) values ('models__test', 'model', 'x', 'SERVING', 'http://test')`.execute(db)
    const { rows } = await sql<{ id: string }>`insert into model_place (model_id, locality_id, role) select m.id, l.id, 'REPLICATION' from model m, locality l where m.slug = 'cau-lac-bo-huong-thien' and l.slug = 'phuong-thoi-binh-ninh-kieu-can-tho' returning model_id as id`.execute(db)
    moved = rows[0]!.id
    await refreshSearchDocuments(db, [moved])
  })

  it('is tried without a trace', async () => {
    const report = await importUnits(db, await sample(), { file: 'sample.json', isDryRun: true })
    expect(report).toMatchObject({ isDryRun: true, added: { communes: 1, formerCommunes: 3, districts: 1 } })
    expect(await unitsOf()).toEqual(before)
  })

  it('adds what is missing, and tells it', async () => {
    const told: string[] = []
    const { milliseconds: _, covered, ...report } = await importUnits(db, await sample(), { file: 'sample.json', onProgress: (message) => told.push(message) })
    expect(report).toEqual({
      isDryRun: false, asOf: '2026-04-30', provinces: 1, communes: 3,
      added: { provinces: 0, districts: 1, communes: 1, formerCommunes: 3, names: 3, codes: 1, successions: 5 },
      corrected: 1, leftOut: ['Bãi bồi ven sông, Huyện Thử Nghiệm, Tỉnh Hậu Giang'], withoutSuccessor: 1, refreshed: expect.any(Number),
    })
    expect(covered).toBeGreaterThan(70_000)
    expect(told).toEqual(['comparing with the units that are known', '5 new units, 5 new links, 3 new names', 'computing which places count for which localities', 'bringing search up to it'])
    expect(await unit('xa-bo-thu-can-tho')).toMatchObject({ code: '31997', valid_from: '2025-07-01', valid_until: null })
    expect(await unit('xa-bo-thu-thu-nghiem-hau-giang')).toMatchObject({ code: '31996', valid_until: '2025-07-01' })
    expect(await unit('xa-xua-thu-ninh-kieu-can-tho')).toMatchObject({ code: '31995', valid_until: '2025-01-01' })
    expect(await unit('phuong-an-cu-ninh-kieu-can-tho')).toMatchObject({ code: '31129' })
  })

  it('leaves every known unit as it was, but for a code that it lacked', async () => {
    const after = new Map((await unitsOf()).map((row) => [row.id, row]))
    expect(after.size).toBe(before.length + 5)
    const changed = before.filter((row) => JSON.stringify(row) !== JSON.stringify(after.get(row.id)))
    expect(changed).toMatchObject([{ slug: 'phuong-an-cu-ninh-kieu-can-tho', code: null }])
    const names = await rowsOf(db, sql<object>`select l.slug, n.name, n.kind, n.valid_until from locality_name n join locality l on l.id = n.locality_id where n.name in ('Phường Xuân Khành', 'Xã Thới Bình', 'Xã Cái Khế Cũ') order by 1`)
    expect(names).toEqual([
      { slug: 'phuong-cai-khe-can-tho', name: 'Xã Cái Khế Cũ', kind: 'OFFICIAL', valid_until: '2026-04-30' },
      { slug: 'phuong-thoi-binh-ninh-kieu-can-tho', name: 'Xã Thới Bình', kind: 'OFFICIAL', valid_until: '2025-01-01' },
      { slug: 'phuong-xuan-khanh-ninh-kieu-can-tho', name: 'Phường Xuân Khành', kind: 'SPELLING', valid_until: null },
    ])
  })

  it('makes places count for the localities that their land is in', async () => {
    const now = async (slug: string) => rowsOf(db, sql<object>`select l.slug, f.is_whole from locality p, f_localities_now(p.id) f join locality l on l.id = f.locality_id where p.slug = ${slug} order by 1`)
    const parts = [{ slug: 'phuong-cai-khe-can-tho', is_whole: false }, { slug: 'phuong-ninh-kieu-can-tho', is_whole: false }]
    expect(await now('phuong-con-thu-ninh-kieu-can-tho')).toEqual(parts)
    // Thought to be whole until the table knew of a second part.
    expect(await now('phuong-thoi-binh-ninh-kieu-can-tho')).toEqual(parts)
    expect(await now('xa-bo-thu-thu-nghiem-hau-giang')).toEqual([{ slug: 'xa-bo-thu-can-tho', is_whole: true }])
    expect(await now('huyen-thu-nghiem-hau-giang')).toEqual([{ slug: 'xa-bo-thu-can-tho', is_whole: true }])
  })

  it('brings search up to it, and tells other indexes of the models that it changed', async () => {
    const documents = await readSearchDocuments(db)
    const rows = new Map((await rowsOf(db, sql<{ id: string; hash: string }>`select model_id as id, hash from model_search`)).map(({ id, hash }) => [id, hash]))
    expect(documents.filter((document) => rows.get(document.id) !== searchRowHash(document)).map(({ slug }) => slug)).toEqual([])
    const enqueued = (await rowsOf(db, sql<{ id: string }>`select record_id as id from outbox where target = 'models__test'`)).map(({ id }) => id)
    expect(enqueued).toContain(moved)
    const { id } = (await unit('phuong-cai-khe-can-tho'))!
    expect(documents.find((document) => document.id === moved)!.localities.any).toContain(id)
    // Only those whose places lie around there.
    expect(enqueued.length).toBeLessThan(documents.length / 4)
  })

  it('changes nothing the second time', async () => {
    const tables = ['locality', 'locality_name', 'locality_succession', 'locality_change', 'locality_cover', 'legal_instrument']
    const hashes = () => Promise.all(tables.map(async (table) => (await rowsOf(db, sql<{ hash: string }>`select md5(string_agg(md5(t::text), '' order by md5(t::text))) as hash from ${sql.id(table)} t`))[0]!.hash))
    const first = await hashes()
    const report = await importUnits(db, await sample(), { file: 'sample.json' })
    expect(report).toMatchObject({ added: { provinces: 0, districts: 0, communes: 0, formerCommunes: 0, names: 0, codes: 0, successions: 0 }, corrected: 0, withoutSuccessor: 0, covered: null })
    expect(await hashes()).toEqual(first)
  })

  it('that contradicts what is known is refused, all of it named', async () => {
    const wrong = structuredClone(SAMPLE) as typeof SAMPLE
    wrong.communes[0]!.name = 'Ninh Kiêu Đông'
    wrong.communes[1]!.formedFrom[0]!.province = 'Tỉnh Cần Thơ Cũ'
    wrong.communes[2] = { code: '31994', name: 'Ô Môn', type: 'phường', province: '92', formedFrom: [] }
    const units = await unitsOf()
    await expect(readOfficialTable(fileOf(wrong)).then((table) => importUnits(db, table, { file: 'wrong.json' }))).rejects.toMatchObject({
      name: 'UnitTableError',
      message: `wrong.json cannot be imported; nothing was changed. 3 mistakes:
  - communes[0]: "31135" is the code of Phường Ninh Kiều (Thành phố Cần Thơ), not of Phường Ninh Kiêu Đông (Thành phố Cần Thơ); correct the code, or if the unit was renamed, enter that change first
  - communes[2]: Phường Ô Môn (Thành phố Cần Thơ) has the code "31153", not "31994"; correct the code
  - communes[1].formedFrom[0].province: no province of before 1/7/2025 is called "Tỉnh Cần Thơ Cũ"; correct the name`,
    })
    const foreign = { ...SAMPLE, provinces: [{ code: '92', name: 'Kiên Giang', formerProvinces: [] }], communes: [SAMPLE.communes[0]], historicNames: [] }
    await expect(readOfficialTable(fileOf(foreign)).then((table) => importUnits(db, table, { file: 'x.json' }))).rejects.toThrow('provinces[0]: "92" is the code of Thành phố Cần Thơ, not of Kiên Giang; correct the code or the name')
    expect(await unitsOf()).toEqual(units)
  })
})

describe('a wrong file', () => {
  const faultOf = (file: string): Promise<Error> => readOfficialTable(file).then(() => { throw new Error('it was read') }, (error: Error) => error)
  it.each<[string, string | object, RegExp]>([
    ['is not JSON', '{\n"asOf": "2026-04-30",\n"provinces": [}', /is not JSON( in line 3)? \(.*\); export the table as JSON, in UTF-8/],
    ['lacks a part', { asOf: '2026-04-30', provinces: SAMPLE.provinces }, /communes: is missing; add it/],
    ['is a list', [], /the file: .*expected object.*found \[\]; correct it/],
    ['has a code that is a number', { ...SAMPLE, communes: [{ ...SAMPLE.communes[0], code: 31135 }] }, /communes\[0\]\.code: .*found 31135; correct it/],
    ['has a code twice', { ...SAMPLE, communes: [...SAMPLE.communes, SAMPLE.communes[0]] }, /communes\[3\]\.code: "31135" is also the code of communes\[0\]; one of them is wrong/],
    ['names a province that it lacks', { ...SAMPLE, communes: SAMPLE.communes.map((commune) => ({ ...commune, province: '01' })) }, /communes\[0\]\.province: no entry of provinces has the code "01".*\n.*communes\[1\]\.province/],
    ['leads to a commune that it lacks', { ...SAMPLE, historicNames: [{ ...SAMPLE.historicNames[0], now: ['00001'] }] }, /historicNames\[0\]\.now: no entry of communes has the code "00001"/],
  ])('that %s', async (_what, content, pattern) => {
    const fault = await faultOf(fileOf(content))
    expect(fault.name).toBe('UnitTableError')
    expect(fault.message).toMatch(pattern)
    expect(fault.message).toContain('cannot be imported; nothing was changed.')
  })
  it('that is not there, or a directory', async () => {
    expect((await faultOf(join(folder, 'none.json'))).message).toMatch(/none\.json cannot be imported.*\n {2}- there is no such file; check the path/)
    expect((await faultOf(folder)).message).toContain('is a directory; give the file in it')
  })
})

describe('npm run units:import', () => {
  const script = 'seed/units/import-cli.ts'
  it('helps, and says its faults without a trace', async () => {
    const [help, none, missing] = await Promise.all([startProgram(script, { args: ['--help'] }).ended, startProgram(script).ended, startProgram(script, { args: ['/nonexistent.json'] }).ended])
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('--dry-run')])
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('No file is given.')])
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('there is no such file')])
    for (const { stderr } of [none, missing]) expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('reports as JSON on stdout, its progress on stderr', async () => {
    const place = await createPlace('seeded')
    const { code, stdout, stderr } = await startProgram(script, { args: [fileOf(SAMPLE), '--dry-run', '--json'], env: place.env }).ended
    expect(stderr).toContain('comparing with the units that are known')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ isDryRun: true, communes: 3, added: { formerCommunes: 3 } })
    await place.drop()
  })
})

const OFFICIAL = process.env.ADMIN_UNITS_FILE ?? fileURLToPath(new URL('../../../shared/data/admin-units.json', import.meta.url))
describe.skipIf(!existsSync(OFFICIAL))(`the official table (ADMIN_UNITS_FILE, else ${OFFICIAL.split('/').slice(-4).join('/')})`, () => {
  it('brings its predecessors and links, and every unit of today stays the one it is', async () => {
    const db = await seeded()
    const today = () => rowsOf(db, sql<object>`select l.id, l.slug, l.code, l.full_name, p.code as province from locality l left join locality p on p.id = l.parent_id where l.valid_until is null order by l.id`)
    const ids = async () => new Set((await rowsOf(db, sql<{ id: string }>`select id from locality`)).map(({ id }) => id))
    const [before, idsBefore] = [await today(), await ids()]
    const table = await readOfficialTable(OFFICIAL)
    const report = await importUnits(db, table, { file: OFFICIAL })
    expect(report.added.communes + report.added.provinces).toBe(0)
    expect(report.added.successions).toBeGreaterThan(0)
    expect(await today()).toEqual(before)
    const idsAfter = await ids()
    for (const id of idsBefore) expect(idsAfter.has(id)).toBe(true)
    const counts = await rowsOf(db, sql<{ key: string; n: number }>`select level || ' ' || coalesce(valid_until::text, 'today') as key, count(*)::int as n from locality where valid_until is null or valid_until = '2025-07-01' group by 1`)
    // 63 provinces became 34, of which 11 live through; 10,035 communes became 3,321.
    expect(Object.fromEntries(counts.map(({ key, n }) => [key, n]))).toMatchObject({ 'PROVINCE today': 34, 'PROVINCE 2025-07-01': 52, 'COMMUNE today': 3321, 'COMMUNE 2025-07-01': 10_035 })

    const found = new Map((await rowsOf(db, sql<{ code: string; id: string; name: string; kind: string }>`select c.code, l.id, l.name, l.kind from unnest(${table.communes.map(({ code }) => code)}::text[]) as c (code) join locality l on l.id = f_locality(c.code, '2026-05-01')`)).map((row) => [row.code, row]))
    const named = new Map<string, Map<string, boolean>>()
    for (const { id, name, whole } of await rowsOf(db, sql<{ id: string; name: string; whole: boolean }>`
      select s.successor_id as id, unnest(p.full_name || array(select n.name from locality_name n where n.locality_id = p.id)) as name, s.is_whole as whole from locality_succession s join locality p on p.id = s.predecessor_id`)) {
      named.set(id, (named.get(id) ?? new Map()).set(markedKey(name), whole))
    }
    const wrong: string[] = []
    for (const commune of table.communes) {
      const unit = found.get(commune.code)
      if (!unit || markedKey(unit.name) !== markedKey(commune.name) || unit.kind !== commune.type) wrong.push(`${commune.code} ${commune.name}`)
      for (const former of commune.formedFrom) {
        if (report.leftOut.some((text) => text.startsWith(former.name))) continue
        const whole = named.get(unit?.id ?? '')?.get(markedKey(former.name))
        if (whole === undefined || (former.part && whole)) wrong.push(`${commune.code} ${commune.name} from ${former.name}: ${whole}`)
      }
    }
    expect(wrong).toEqual([])
    expect(await importUnits(db, table, { file: OFFICIAL })).toMatchObject({ added: { provinces: 0, districts: 0, communes: 0, formerCommunes: 0, names: 0, codes: 0, successions: 0 }, corrected: 0, covered: null })
  })
})
