/** Truth and projection: what is published is what the tables say, whatever the document, and nothing else. */
import { sql, type Kysely } from 'kysely'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { refreshLocalityCover } from '../../server/domain/locality/cover.ts'
import type { Database } from '../../server/db/tables.ts'
import { deterministicId, newId } from '../../server/domain/ids.ts'
import { contentHash, normaliseDocument } from '../../server/domain/model/canonical.ts'
import { readProjectedDocuments } from '../../server/domain/model/document-read.ts'
import { PARTS } from '../../server/domain/model/parts.ts'
import { publishModels } from '../../server/domain/model/write.ts'
import { createTestDatabase } from '../support/database.ts'
import { anyDocument, smallDocument, type World } from './support.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
let opened: Awaited<ReturnType<typeof createTestDatabase>>
let db: Kysely<Database>
const PROVINCES = ['an-giang', 'dong-nai'].map((slug) => ({ id: deterministicId('locality', `test:${slug}`), slug }))
const SOURCES = ['báo', 'công an'].map((title) => ({ id: deterministicId('source', `test:${title}`), title }))
const OTHERS = ['mo-hinh-khac', 'mo-hinh-nua'].map((slug) => ({ id: deterministicId('model', `test:${slug}`), slug }))
const source = (at: number): string => SOURCES[at]!.id
const cite = (at: number) => [{ sourceId: source(at) }]
const world: World = {
  sources: SOURCES.map((s) => s.id), localities: PROVINCES.map((p) => p.id), topics: ['crime-prevention', 'traffic'], settings: ['school'], participants: ['police', 'youth'], models: OTHERS.map((o) => o.id),
}

beforeAll(async () => {
  opened = await createTestDatabase()
  db = opened.db
  await db.insertInto('locality').values(PROVINCES.map(({ id, slug }) => ({ id, slug, code: null, level: 'PROVINCE' as const, kind: 'tỉnh', name: slug, full_name: `tỉnh ${slug}`, parent_id: null, valid_from: null, valid_until: null }))).execute()
  await db.transaction().execute(refreshLocalityCover)
  await db.insertInto('source').values([{ ...SOURCES[0]!, publisher: 'Báo An Giang', url: 'https://baoangiang.com.vn/a', url_key: 'baoangiang.com.vn/a', published_on: null }, { ...SOURCES[1]!, publisher: 'Công an tỉnh An Giang', url: null, url_key: null, published_on: '2024-05' }]).execute()
  const kinds = { TOPIC: world.topics, SETTING: world.settings, PARTICIPANT: world.participants } as const
  for (const [kind, keys] of Object.entries(kinds)) for (const [position, key] of keys.entries()) await db.insertInto('term').values({ id: newId(), kind: kind as keyof typeof kinds, key, label_vi: key, label_en: key, description: null, position, deprecated_at: null }).execute()
  await publish(...OTHERS.map(({ id, slug }) => ({ id, slug, document: smallDocument(slug) })))
})
afterAll(() => opened?.close())

type Item = { id: string; slug: string; document: unknown }
const publish = (...items: Item[]) => db.transaction().execute((trx) => publishModels(trx, items.map((item) => ({ ...item, author: 'test' }))))
const held = async (id: string) => (await readProjectedDocuments(db, [id])).get(id)
const rowOf = (id: string) => db.selectFrom('model').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const countOf = async (table: string, id: string): Promise<number> => (await sql<{ n: number }>`select count(*)::int as n from ${sql.id(table)} where model_id = ${id}::uuid`.execute(db)).rows[0]!.n

describe('a published document', () => {
  it('is read back from the tables as it is kept, whatever it holds; and again after another takes its place', async () => {
    const id = newId()
    await fc.assert(fc.asyncProperty(anyDocument(world), async (document) => {
      const [published] = await publish({ id, slug: 'bat-ky', document })
      const canonical = normaliseDocument(document)
      expect(await held(id)).toEqual(canonical)
      const kept = await db.selectFrom('model_revision').select(['document', 'content_hash']).where('model_id', '=', id).where('revision', '=', published!.revision).executeTakeFirstOrThrow()
      expect(kept.document).toEqual(canonical)
      expect([kept.content_hash, contentHash(kept.document)]).toEqual([contentHash(canonical), contentHash(canonical)])
    }), { numRuns: 60 })
    await publish({ id, slug: 'bat-ky', document: smallDocument('Bất kỳ') })
  })

  it('is one content in any order of keys and with unknowns left out', () => {
    const document = smallDocument('a', { results: [{ id: newId(), statement: 'x', countingUnit: 'NONE', period: { from: null, to: null }, baseline: { value: null, period: {} }, citations: cite(0) }] })
    const turned = Object.fromEntries(Object.entries(document).reverse())
    const same = { ...turned, problem: null, results: [{ ...(document.results as object[])[0], period: null, baseline: null, qualifier: 'EXACT' }] }
    expect(contentHash(normaliseDocument(same))).toBe(contentHash(normaliseDocument(document)))
    expect(contentHash(normaliseDocument({ ...document, problem: 'có' }))).not.toBe(contentHash(normaliseDocument(document)))
  })

  it('gives the row that lists order and filter by', async () => {
    const id = newId()
    const at = PROVINCES[0]!.id
    await publish({ id, slug: 'day-du', document: smallDocument('Đội dân phòng', {
      operationalStatus: 'ACTIVE', topics: ['traffic'], origin: { id: newId(), localityId: at, startedOn: '2012-08', citations: cite(0) },
      originAlternatives: [{ id: newId(), localityId: PROVINCES[1]!.id, citations: [] }],
      replications: [{ id: newId(), placeAsWritten: 'xã A', localityId: at, citations: cite(0) }, { id: newId(), placeAsWritten: 'xã B', localityId: at, citations: cite(0) }],
      points: [{ id: newId(), name: 'Điểm 1', localityId: PROVINCES[1]!.id, citations: cite(0) }],
      recognitions: [{ id: newId(), level: 'MINISTRY', form: 'Bằng khen', citations: cite(0) }, { id: newId(), level: 'NATIONAL', form: 'Huân chương', annulledOn: '2020', annulmentReason: 'thu hồi', citations: cite(0) }],
      sources: [{ sourceId: source(1) }, { sourceId: source(0), titleAsCited: 'Tên khác' }],
    }) })
    expect(await rowOf(id)).toMatchObject({ slug: 'day-du', revision: 1, started_on: '2012-08', started_year: 2012, operational_status: 'ACTIVE', replication_count: 2, result_count: 0, cost_count: 0, recognition_levels: ['MINISTRY'], evidence_level: 'E1' })
    const places = await db.selectFrom('model_place').select(['role', 'locality_id']).where('model_id', '=', id).orderBy('role').execute()
    expect(places).toEqual([{ role: 'ORIGIN', locality_id: at }, { role: 'POINT', locality_id: PROVINCES[1]!.id }, { role: 'REPLICATION', locality_id: at }])
    expect((await sql`select name from model_search where model_id = ${id}::uuid`.execute(db)).rows).toEqual([{ name: 'Đội dân phòng' }])
  })
})

describe('publishing again', () => {
  it('replaces the projection, keeps every revision, and moves only the time of change', async () => {
    const id = newId()
    const citations = cite(0)
    const first = smallDocument('Một', { topics: ['traffic'], steps: [{ id: newId(), text: 'bước', citations }], aliases: [{ id: newId(), name: 'cũ' }], sources: [{ sourceId: source(0) }] })
    await publish({ id, slug: 'hai-lan', document: first })
    const before = await rowOf(id)
    const [again] = await publish({ id, slug: 'khong-dung-den', document: smallDocument('Hai') })
    expect(again).toMatchObject({ slug: 'hai-lan', revision: 2 })
    const after = await rowOf(id)
    expect(after).toMatchObject({ name: 'Hai', slug: 'hai-lan', revision: 2, created_at: before.created_at })
    expect(after.updated_at.getTime()).toBeGreaterThanOrEqual(before.updated_at.getTime())
    for (const table of [...PARTS.map((part) => part.table).filter((table) => table !== 'origin'), 'model_term', 'model_source', 'citation']) expect(await countOf(table, id), table).toBe(0)
    const revisions = await db.selectFrom('model_revision').select(['revision', 'superseded_at', 'document']).where('model_id', '=', id).orderBy('revision').execute()
    expect(revisions.map((r) => [r.revision, r.superseded_at !== null, (r.document as { name: string }).name])).toEqual([[1, true, 'Một'], [2, false, 'Hai']])
    const words = await sql<{ n: number }>`select count(*)::int as n from search_vocabulary where word = 'mot'`.execute(db)
    expect(words.rows[0]!.n).toBe(0)
  })

  it('tells every index that is serving or filling, once per record', async () => {
    await sql`insert into search_index (target, kind, settings_hash, state, server_key) values ('m1', 'model', 'x', 'SERVING', 's'), ('m2', 'model', 'x', 'RETIRED', 's')`.execute(db)
    const id = newId()
    await publish({ id, slug: 'bao-tin', document: smallDocument('Báo tin') })
    await publish({ id, slug: 'bao-tin', document: smallDocument('Báo tin 2') })
    expect(await db.selectFrom('outbox').select(['target', 'kind', 'version']).where('record_id', '=', id).execute()).toEqual([{ target: 'm1', kind: 'model', version: 2 }])
    await sql`delete from search_index`.execute(db)
  })
})

describe('a result credited to others', () => {
  const result = (id: string, more: object = {}) => ({ id, statement: 'Giảm 11,9% so với cùng kỳ', value: 11.9, countingUnit: 'PERCENT', effect: 'POSITIVE', citations: cite(0), alsoCreditedTo: world.models, ...more })
  const others = () => db.selectFrom('model').select(['slug', 'result_count', 'evidence_level']).where('id', 'in', world.models).orderBy('slug').execute()

  it('counts for each, and gives each its evidence, until it is taken back', async () => {
    const id = newId()
    await publish({ id, slug: 'chung', document: smallDocument('Chung', { results: [result(newId(), { baseline: { value: 20 } })] }) })
    expect(await others()).toEqual([{ slug: 'mo-hinh-khac', result_count: 1, evidence_level: 'E2' }, { slug: 'mo-hinh-nua', result_count: 1, evidence_level: 'E2' }])
    // Republishing one that is credited keeps what others credit to it.
    await publish({ ...OTHERS[0]!, document: smallDocument('mo-hinh-khac') })
    expect((await others())[0]).toEqual({ slug: 'mo-hinh-khac', result_count: 1, evidence_level: 'E2' })
    await publish({ id, slug: 'chung', document: smallDocument('Chung') })
    expect(await others()).toEqual([{ slug: 'mo-hinh-khac', result_count: 0, evidence_level: 'E0' }, { slug: 'mo-hinh-nua', result_count: 0, evidence_level: 'E0' }])
  })

  it('is assessed within one batch too, whichever comes first', async () => {
    const id = newId()
    await publish({ ...OTHERS[0]!, document: smallDocument('mo-hinh-khac') }, { id, slug: 'cung-luc', document: smallDocument('Cùng lúc', { results: [result(newId(), { baseline: { value: 20 }, alsoCreditedTo: [OTHERS[0]!.id] })] }) })
    expect((await others())[0]).toEqual({ slug: 'mo-hinh-khac', result_count: 1, evidence_level: 'E2' })
  })
})

describe('what must never be', () => {
  const nothingOf = async (slug: string) => expect(await db.selectFrom('model_record').select('id').where('slug', '=', slug).execute()).toEqual([])

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a result without a source', { results: [{ id: newId(), statement: 'x', countingUnit: 'NONE', citations: [] }] }, /at least one citation/],
    ['a source that does not exist', { steps: [{ id: newId(), text: 'x', citations: [{ sourceId: newId() }] }] }, /source that does not exist/],
    ['a term that does not exist', { topics: ['khong-co'] }, /vocabularies do not exist/],
    ['a place that does not exist', { origin: { id: newId(), localityId: newId(), citations: [] } }, /foreign key/],
    ['an inverted period', { results: [{ id: newId(), statement: 'x', countingUnit: 'NONE', period: { from: '2024', to: '2020' }, citations: cite(0) }] }, /check constraint/],
    ['a credit to a model that does not exist', { results: [{ id: newId(), statement: 'x', countingUnit: 'NONE', alsoCreditedTo: [newId()], citations: cite(0) }] }, /foreign key/],
  ])('%s is refused, and nothing is left', async (_, more, message) => {
    await expect(publish({ id: newId(), slug: 'sai', document: smallDocument('Sai', more) })).rejects.toThrow(message)
    await nothingOf('sai')
  })

  it('the database itself refuses a fact without a citation', async () => {
    await expect(sql`insert into result (id, model_id, position, statement, qualifier, counting_unit, attribution, effect, evidence_level) values (${newId()}, ${OTHERS[0]!.id}, 9, 'x', 'EXACT', 'NONE', 'CONTEXT', 'UNKNOWN', 'E0')`.execute(db)).rejects.toThrow(/citation_id/)
    await expect(sql`insert into result (id, model_id, position, statement, qualifier, counting_unit, attribution, effect, evidence_level, citation_id) values (${newId()}, ${OTHERS[0]!.id}, 9, 'x', 'EXACT', 'NONE', 'CONTEXT', 'UNKNOWN', 'E0', ${newId()})`.execute(db)).rejects.toThrow(/citation/)
  })
})
