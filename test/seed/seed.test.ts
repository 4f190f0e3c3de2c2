/** The seed run: everything is there once, however often it runs, and what people changed stays theirs. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { seededModelId } from '../../seed/document.ts'
import { readSeedFiles, SEED_FOLDER } from '../../seed/parse.ts'
import { seed } from '../../seed/seed.ts'
import type { Database } from '../../server/db/tables.ts'
import type { ModelDocument } from '../../server/domain/model/document.ts'
import { readProjectedDocuments } from '../../server/domain/model/document-read.ts'
import { publishModels } from '../../server/domain/model/write.ts'
import { createSeededDatabase, createTestDatabase } from '../support/database.ts'

// A whole seed on the embedded database, on a machine that is busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

type Opened = Awaited<ReturnType<typeof createTestDatabase>>
let opened: Opened
let db: Kysely<Database>
const folders: string[] = []
beforeAll(async () => {
  opened = await createSeededDatabase()
  db = opened.db
})
afterAll(async () => {
  await opened?.close()
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })))
})

const rows = async <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> => (await query.execute(db)).rows
const countOf = async (table: string, of: Kysely<Database> = db): Promise<number> => (await sql<{ n: number }>`select count(*)::int as n from ${sql.id(table)}`.execute(of)).rows[0]!.n
/** A copy of the seed's files with one of them rewritten. */
async function folderWith(file: string, rewrite: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'))
  folders.push(folder)
  await cp(SEED_FOLDER, folder, { recursive: true })
  await writeFile(join(folder, file), rewrite(await readFile(join(folder, file), 'utf8')))
  return folder
}
const documentOf = async (slug: string): Promise<ModelDocument> => (await rows(sql<{ document: ModelDocument }>`select r.document from model m join model_revision r on r.model_id = m.id and r.revision = m.revision where m.slug = ${slug}`))[0]!.document
/** Everything that the seed writes, as one hash per table. */
async function stateOf(of: Kysely<Database>): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' and table_name <> 'outbox' order by 1`.execute(of)
  const state: Record<string, string> = {}
  for (const { name } of tables) state[name] = (await sql<{ hash: string }>`select count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as hash from ${sql.id(name)} as t`.execute(of)).rows[0]!.hash
  return state
}

describe('after the seed', () => {
  it('every table holds what the catalogue holds', async () => {
    const tables = ['model', 'model_record', 'model_revision', 'model_search', 'result', 'result_credit', 'replication', 'recognition', 'step', 'cost', 'legal_basis', 'resource', 'condition', 'adaptation', 'lineage_fact', 'setback', 'alias', 'origin', 'model_source', 'term', 'place_review', 'point']
    const counts = Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await countOf(table)])))
    expect(counts).toEqual({
      model: 324, model_record: 324, model_revision: 324, model_search: 324, result: 605, result_credit: 607, replication: 433, recognition: 90, step: 77, cost: 47, legal_basis: 48, resource: 39,
      condition: 53 + 154, adaptation: 72, lineage_fact: 45, setback: 46, alias: 262, origin: 324 + 10, model_source: 1068, term: 61, place_review: 18, point: 0,
    })
    expect((await rows(sql<{ reported: number; editorial: number }>`select count(citation_id)::int as reported, count(*) filter (where is_editorial)::int as editorial from condition`))[0]).toEqual({ reported: 53, editorial: 154 })
    const catalogue = await readSeedFiles()
    expect(await countOf('source')).toBe(catalogue.sources.size)
    expect((await rows(sql<{ n: number }>`select count(distinct source_id)::int as n from model_source`))[0]!.n).toBe(954)
    expect(await countOf('reported_figure')).toBe(catalogue.totals.length + catalogue.reviews.reduce((sum, review) => sum + review.counts.length, 0))
  })

  it('the tables say what the documents say', async () => {
    const kept = await rows(sql<{ id: string; document: ModelDocument }>`select model_id as id, document from model_revision where superseded_at is null`)
    const read = await readProjectedDocuments(db, kept.map(({ id }) => id))
    for (const { id, document } of kept) expect(read.get(id), document.name).toEqual(document)
  })

  it('the −11.9 % of 2022 is one result, credited to three models', async () => {
    const credited = await rows(sql<{ statement: string; slugs: string[] }>`
      select r.statement, array_agg(m.slug order by m.slug) as slugs from result r join result_credit c on c.result_id = r.id join model m on m.id = c.model_id group by r.id, r.statement having count(*) > 1`)
    expect(credited.map(({ slugs }) => slugs)).toEqual([['5-trong-1-ve-giu-gin-antt', 'cam-hoa-giao-duc-doi-tuong', 'camera-an-ninh']])
    expect(credited[0]!.statement).toMatch(/11,9/)
    const counts = await rows(sql<{ isRight: boolean }>`select m.result_count = (select count(*) from result_credit c where c.model_id = m.id) as "isRight" from model m`)
    expect(counts.every(({ isRight }) => isRight)).toBe(true)
  })

  it('facts cite their source as FACT; origins and summaries without a source of their own cite the sources of the record', async () => {
    const found = await rows(sql<{ kind: string; precision: string; subjects: number; citations: number }>`
      select subject_kind as kind, precision, count(distinct subject_id)::int as subjects, count(*)::int as citations from citation group by 1, 2 order by 1, 2`)
    const facts = found.filter(({ kind }) => !['ORIGIN', 'MODEL'].includes(kind))
    expect(facts.every(({ precision, subjects, citations }) => precision === 'FACT' && subjects === citations)).toBe(true)
    expect(Object.fromEntries(facts.map(({ kind, subjects }) => [kind, subjects]))).toEqual({ RESULT: 605, REPLICATION: 433, RECOGNITION: 90, STEP: 77, COST: 47, LEGAL_BASIS: 48, RESOURCE: 39, CONDITION: 53, ADAPTATION: 72, LINEAGE_FACT: 45, SETBACK: 46 })
    expect(found.find(({ kind, precision }) => kind === 'MODEL' && precision === 'RECORD')).toMatchObject({ subjects: 324, citations: 1068 })
    const origins = await rows(sql<{ n: number }>`select count(*)::int as n from origin o where not exists (select from citation c where c.subject_id = o.id)`)
    expect(origins[0]!.n).toBe(0)
    // A source that only some of the record's facts name is still one of the record's sources.
    const stray = await rows(sql<{ n: number }>`select count(*)::int as n from citation c where not exists (select from model_source s where s.model_id = c.model_id and s.source_id = c.source_id)`)
    expect(stray[0]!.n).toBe(0)
  })

  it('evidence never rises above what the sources show', async () => {
    const levels = await rows(sql<{ level: string; n: number }>`select evidence_level as level, count(*)::int as n from model group by 1 order by 1`)
    expect(levels.map(({ level }) => level)).toEqual(['E0', 'E1', 'E2'])
    expect(levels.reduce((sum, { n }) => sum + n, 0)).toBe(324)
    const wrong = await rows(sql<{ slug: string }>`
      select m.slug from model m where m.evidence_level >= 'E2' and not exists (
        select from result_credit c join result r on r.id = c.result_id where c.model_id = m.id and r.attribution <> 'CONTEXT' and r.effect <> 'UNKNOWN' and (r.baseline_value is not null or r.baseline_from is not null or r.baseline_to is not null))`)
    expect(wrong).toEqual([])
    const context = await rows(sql<{ n: number }>`select count(*)::int as n from result where attribution = 'CONTEXT' and evidence_level > 'E1'`)
    expect(context[0]!.n).toBe(0)
    const told = await rows(sql<{ evidence: { ruleVersion: number; reasons: string[] } }>`select evidence from model`)
    expect(told.every(({ evidence }) => evidence.ruleVersion === 1 && evidence.reasons.length > 0)).toBe(true)
  })

  it('places are units, or stay as written and are listed with the reason', async () => {
    const { places } = await seed(db)
    expect(places.resolved / places.named).toBeGreaterThan(0.9)
    const nowhere = places.unresolved.filter(({ around }) => around === null)
    expect(places.resolved + nowhere.length).toBe(places.named)
    for (const { file, field, place, reason } of nowhere) expect([file, field, place, reason].every((text) => text !== ''), `${file} ${field}`).toBe(true)
    const facts = ['origin', 'result', 'replication', 'step', 'cost', 'resource', 'legal_basis', 'condition', 'adaptation', 'lineage_fact', 'setback', 'place_review']
    const unplaced = await rows(sql<{ n: number }>`select count(*)::int as n from (${sql.join(facts.map((table) => sql`select place_as_written, locality_id from ${sql.id(table)}`), sql` union all `)}
      union all select place_as_written, locality_id from reported_figure where place_review_id is null) as p where place_as_written is not null and locality_id is null`)
    expect(unplaced[0]!.n).toBe(nowhere.length)
  })
})

describe('running it again', () => {
  it('changes nothing and is soon done', async () => {
    const before = await stateOf(db)
    const again = await seed(db)
    expect(again).toMatchObject({ isUnchanged: true, models: { added: 0, updated: 0, unchanged: 324, kept: [] } })
    expect(await stateOf(db)).toEqual(before)
    expect(again.milliseconds).toBeLessThan(2000)
  })

  it('changes nothing even when every record is compared', async () => {
    const { setting: _, ...before } = await stateOf(db)
    const again = await seed(db, { isForced: true })
    expect(again).toMatchObject({ isUnchanged: false, models: { added: 0, updated: 0, unchanged: 324, kept: [] } })
    const { setting: __, ...after } = await stateOf(db)
    expect(after).toEqual(before)
  })

  it('makes what is searched anew after an update of the program that writes it otherwise', async () => {
    const searched = async () => rows(sql<object>`select model_id, hash, folded::text, named::text from model_search order by 1`)
    const before = await searched()
    await sql`update model_search set folded = 'old', hash = 'old', seq = nextval('model_search_seq')`.execute(db)
    await sql`update setting set value = value - 'rows' where key = 'seed.applied'`.execute(db)
    const told: string[] = []
    expect(await seed(db, { onProgress: (line) => told.push(line) })).toMatchObject({ isUnchanged: false, models: { added: 0, updated: 0, unchanged: 324, kept: [] } })
    expect(await searched()).toEqual(before)
    expect(told).toContain('324 models made ready for search anew')
    expect(await seed(db)).toMatchObject({ isUnchanged: true })
  })

  it('leaves alone what a curator changed, and brings a changed file to the others', async () => {
    const slugs = ['2-an', 'camera-an-ninh'] as const
    const curated = await documentOf('2-an')
    const [edited] = await db.transaction().execute((trx) => publishModels(trx, [{ id: seededModelId('2-an'), slug: '2-an', document: { ...curated, summary: 'Người biên tập viết lại.' }, author: 'curator', reason: 'rõ hơn' }]))
    expect(edited!.revision).toBe(2)
    let folder = await folderWith('models/2-an.yaml', (text) => text.replace('status: ACTIVE', 'status: ENDED'))
    await writeFile(join(folder, 'models/camera-an-ninh.yaml'), (await readFile(join(folder, 'models/camera-an-ninh.yaml'), 'utf8')).replace(/^status: .*$/m, 'status: PILOT'))
    const report = await seed(db, { folder })
    expect(report.models).toEqual({ added: 0, updated: 1, unchanged: 322, kept: ['2-an'] })
    const models = await rows(sql<object>`select slug, revision, summary = 'Người biên tập viết lại.' as "isCurated", operational_status as status from model where slug = any(${[...slugs]}::text[]) order by slug`)
    expect(models).toEqual([{ slug: '2-an', revision: 2, isCurated: true, status: 'ACTIVE' }, { slug: 'camera-an-ninh', revision: 2, isCurated: false, status: 'PILOT' }])
    // And once more with the files that come with the project: the seed's own revision goes back, the curator's stays.
    folder = SEED_FOLDER
    expect((await seed(db, { folder })).models).toEqual({ added: 0, updated: 1, unchanged: 322, kept: ['2-an'] })
  })

  it('corrects a source that only the seed wrote, and no other', async () => {
    const [theirs] = await rows(sql<{ id: string }>`select id from source where title = 'Hiệu quả từ mô hình “2 An”'`)
    const folder = await folderWith('models/2-an.yaml', (text) => text.replace('title: Hiệu quả từ mô hình “2 An”', 'title: Hiệu quả của mô hình “2 An”'))
    await seed(db, { folder })
    expect(await rows(sql<object>`select title, revision from source where id = ${theirs!.id}`)).toEqual([{ title: 'Hiệu quả của mô hình “2 An”', revision: 2 }])
    await sql`with kept as (update source set revision = 3, title = 'Tựa của biên tập viên' where id = ${theirs!.id} returning id) insert into source_revision (source_id, revision, document, author) select id, 3, '{}', 'curator' from kept`.execute(db)
    await seed(db)
    expect(await rows(sql<object>`select title, revision from source where id = ${theirs!.id}`)).toEqual([{ title: 'Tựa của biên tập viên', revision: 3 }])
  })
})

describe('one transaction', () => {
  it('a failure midway leaves nothing, and the next run is whole', async () => {
    const other = await createTestDatabase()
    try {
      await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'midway'; end $$`.execute(other.db)
      await sql`create trigger refuse before insert on reported_figure execute function refuse()`.execute(other.db)
      await expect(seed(other.db)).rejects.toThrow('midway')
      for (const table of ['locality', 'term', 'source', 'model_record', 'model_revision', 'model', 'result', 'citation', 'model_search', 'setting']) expect(await countOf(table, other.db), table).toBe(0)
      await sql`drop trigger refuse on reported_figure`.execute(other.db)
      expect((await seed(other.db)).models).toEqual({ added: 324, updated: 0, unchanged: 0, kept: [] })
    } finally {
      await other.close()
    }
  })

  it('files with a mistake are told with their lines, and nothing is written', async () => {
    const other = await createTestDatabase()
    try {
      const folder = await folderWith('models/2-an.yaml', (text) => text.replace('status: ACTIVE', 'status: ACTVE'))
      await expect(seed(other.db, { folder })).rejects.toThrow(/models\/2-an\.yaml:\d+.*status/s)
      expect(await countOf('locality', other.db)).toBe(0)
    } finally {
      await other.close()
    }
  })
})

describe('the same everywhere', () => {
  it('ids are computed from the files alone', async () => {
    const ids = await rows(sql<{ slug: string; id: string }>`select slug, id from model_record order by slug`)
    for (const { slug, id } of ids) expect(id).toBe(seededModelId(slug))
    const repeated = await documentOf('camera-an-ninh')
    expect(new Set(repeated.results.map((result) => result.id)).size).toBe(repeated.results.length)
  })
})
