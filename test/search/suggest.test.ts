/** Suggestions from the rows in memory are those of the statement over the database, name by name, whatever was written; and none waits for them. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Database } from '../../server/db/tables.ts'
import type { EngineSuggestion } from '../../server/search/engine.ts'
import { tokenize } from '../../server/search/fold.ts'
import { KnowledgeHolder } from '../../server/search/knowledge.ts'
import { PostgresSearch } from '../../server/search/postgres.ts'
import { refreshSearchDocuments } from '../../server/search/postgres-index.ts'
import { suggestFromPostgres, suggestFromRows } from '../../server/search/postgres-suggest.ts'
import { isTag, type UnderstoodQuery } from '../../server/search/query.ts'
import { SearchRows } from '../../server/search/search-rows.ts'
import { suggestModels } from '../../server/search/suggest-models.ts'
import { toTsQuery } from '../../server/search/tsquery.ts'
import { AN, ANYBODY, as, BINH, NEW_MODEL, publish } from '../schema/model/editing.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'
import { listening } from '../support/statements.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
let database: TestDatabase
// One for all, each test after those that need it as it was.
beforeAll(async () => { database = await createSeededDatabase() })
afterAll(() => database?.close())

/** All in one statement over what is stored. Texts are compared as bytes, and models of the same name by id: else the answer would be the database's whim. */
async function asked(db: Kysely<Database>, query: UnderstoodQuery, limit: number, { most = 500, onlyModels = false } = {}): Promise<EngineSuggestion[]> {
  if (query.isEmpty) return []
  const typed = query.terms.map((term) => term.forms[0]!.words.join(' ')).join(' ')
  const named = query.terms.map(({ forms }, i) => `(${toTsQuery(forms.filter((form) => !isTag(form)), i === query.terms.length - 1)})`).join(' & ')
  const models = sql`(select 'MODEL', s.model_id, s.name, case when s.name_words like ${` ${typed}%`} then 0 when s.name_words like ${`% ${typed}%`} then 1 when s.alias_words like ${`% ${typed}%`} then 2 else 3 end, 0, s.prior::float8
    from (select model_id, name, name_words, alias_words, prior from model_search where named @@ ${named}::tsquery order by prior desc, updated_at desc, model_id limit ${most}) s order by 4, 6 desc, s.name collate "C", s.model_id limit ${limit})`
  const others = sql`(select 'TOPIC', t.id, t.label_vi, case when f_fold(t.label_vi) like ${`${typed}%`} then 1 else 2 end, 1, 1 from term t
      where t.kind = 'TOPIC' and t.deprecated_at is null and (' ' || f_fold(t.label_vi) || ' ' || f_fold(t.label_en)) like ${`% ${typed}%`} order by 4, t.position limit ${limit})
    union all (select 'LOCALITY', l.id, l.full_name, case when l.valid_until is null then 1 else 2 end, 2, case l.level when 'PROVINCE' then 3 when 'DISTRICT' then 2 else 1 end from locality l
      where l.name_fold like ${`${typed}%`} or l.full_name_fold like ${`${typed}%`} order by 4, 6 desc, length(l.name), l.slug limit ${Math.max(3, Math.floor(limit / 2))})`
  const { rows } = await sql<EngineSuggestion>`select kind, id, text from (${onlyModels ? models : sql`${models} union all ${others}`}) s (kind, id, text, place, kind_order, prior)
    order by place, kind_order, prior desc, length(text), text collate "C", id limit ${limit}`.execute(db)
  return rows
}

/** Words that names are made of, here: frequent, rare and odd ones, some that begin alike, some that hold what means something elsewhere. */
const WORDS = ['tổ', 'Tổ', 'tự', 'quản', 'an', 'ninh', 'An', 'Ninh', 'trật', 'ANTT', 'CLB', 'câu lạc bộ', 'bộ câu lạc', 'câu', '3', 'không', 'ba', '12/1', 'Cần', 'Thơ', 'cần', 'thô', 'hoà', 'hòa', 'xã', "Ea H'leo", 'Đắk', 'đ', '100%', 'a_b', "d'", '|', '(điểm)', 'Zalo',
  'ζωή', '安全', '𝒜n', 'ǅ', 'ﬁn', '😀', 'x'.repeat(70), 'ninhx', 'quả']
const name = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }).map((words) => words.join(' '))
const change = fc.oneof(
  fc.record({ what: fc.constant('rename' as const), n: fc.nat(323), name }),
  fc.record({ what: fc.constant('call' as const), n: fc.nat(323), aliases: fc.array(name, { maxLength: 3 }) }),
  fc.record({ what: fc.constant('recognise' as const), n: fc.nat(323), level: fc.constantFrom('NATIONAL', 'COMMUNE') }),
  fc.record({ what: fc.constant('archive' as const), n: fc.nat(323), isBack: fc.boolean() }),
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

/** As publishing does: the projected rows, then what search makes of them, in one transaction. */
async function make(db: Kysely<Database>, one: Change): Promise<void> {
  const { rows: [model] } = await sql<{ id: string }>`select id from model order by id offset ${one.n} limit 1`.execute(db)
  const id = model!.id
  await db.transaction().execute(async (trx) => {
    if (one.what === 'rename') await sql`update model set name = ${one.name}, updated_at = now() where id = ${id}`.execute(trx)
    if (one.what === 'recognise') await sql`update model set recognition_levels = array[${one.level}] where id = ${id}`.execute(trx)
    if (one.what === 'archive') await sql`update model_record set editorial_state = ${one.isBack ? 'PUBLISHED' : 'ARCHIVED'} where id = ${id}`.execute(trx)
    if (one.what === 'call') {
      await sql`delete from alias where model_id = ${id}`.execute(trx)
      for (const [i, alias] of one.aliases.entries()) await sql`insert into alias (id, model_id, position, name) values (${randomUUID()}, ${id}, ${i}, ${alias})`.execute(trx)
    }
    await refreshSearchDocuments(trx, [id])
  })
}

/** Stretches of names as people begin to type them. */
const typing = fc.oneof(
  { weight: 3, arbitrary: fc.record({ of: fc.nat(), from: fc.nat(), words: fc.integer({ min: 1, max: 4 }), letters: fc.integer({ min: 1, max: 6 }), isBare: fc.boolean(), end: fc.constantFrom('', '', ' ', '?') }) },
  { weight: 1, arbitrary: name },
  // Short forms find their long ones, as whole phrases only.
  { weight: 1, arbitrary: fc.constantFrom('CLB', 'clb', 'clb an', 'tổ clb', 'ANTT', 'câu lạc bộ') },
)
type Typing = typeof typing extends fc.Arbitrary<infer T> ? T : never
function textOf(typed: Typing, names: readonly string[]): string {
  if (typeof typed === 'string') return typed
  const words = names[typed.of % names.length]!.split(/\s+/)
  const from = typed.from % words.length
  const chosen = words.slice(from, from + typed.words)
  const text = [...chosen.slice(0, -1), [...chosen.at(-1)!].slice(0, typed.letters).join('')].join(' ') + typed.end
  return typed.isBare ? tokenize(text).map((token) => token.fold).join(' ') : text
}
const namesOf = async (db: Kysely<Database>): Promise<string[]> =>
  (await sql<{ name: string }>`select name from (select name from model_search union select unnest(aliases) from model_search) n order by name collate "C"`.execute(db)).rows.map((row) => row.name)

/** The same database, whose statements are written down. */
function watched(db: Kysely<Database>): { db: Kysely<Database>; said: string[] } {
  const said: string[] = []
  return { said, db: listening(db, ({ node }) => said.push(JSON.stringify(node))) }
}
const looksAtModels = (statement: string): boolean => statement.includes('named @@')

describe('suggestions', () => {
  it('wait for no rows to be read: the first come from the database, the next from memory in one statement', async () => {
    const { db, said } = watched(database.db)
    const engine = new PostgresSearch(db)
    const first = await engine.suggest({ text: 'câu lạc bộ', limit: 10 })
    expect(said.filter(looksAtModels)).toHaveLength(1)
    // A search waits until they are there.
    await engine.search({ text: '', filter: {}, offset: 0, limit: 1 })
    said.length = 0
    const second = await engine.suggest({ text: 'câu lạc bộ', limit: 10 })
    expect([said.length, said.filter(looksAtModels)]).toEqual([1, []])
    expect(second.suggestions).toEqual(first.suggestions)
    expect(first.suggestions.length).toBeGreaterThan(3)
    expect((await engine.suggest({ text: ' ', limit: 10 })).suggestions).toEqual([])
  })

  it('tell at once what was published, renamed or archived, in another process too', async () => {
    const { db } = database
    const processes = [new PostgresSearch(db), new PostgresSearch(db)]
    for (const engine of processes) await engine.search({ text: '', filter: {}, offset: 0, limit: 1 })
    const suggested = (text: string): Promise<string[][]> =>
      Promise.all(processes.map(async (engine) => (await engine.suggest({ text, limit: 10 })).suggestions.filter(({ kind }) => kind === 'MODEL').map((one) => one.text)))
    const draft = await as(db, AN).done('createModel', { ...NEW_MODEL, name: 'Đò ngang kiểu mẫu', aliases: ['Bến nước hiền hoà'] })
    expect(await suggested('đò ngang ki')).toEqual([[], []])
    const model = await publish(db, draft)
    expect(await suggested('đò ngang ki')).toEqual([['Đò ngang kiểu mẫu'], ['Đò ngang kiểu mẫu']])
    expect(await suggested('ben nuoc hien')).toEqual([['Đò ngang kiểu mẫu'], ['Đò ngang kiểu mẫu']])
    const renamed = await as(db, AN).done('updateModel', { id: model.id, expectedRevision: model.revision, name: 'Phà đêm yên ổn', aliases: [] })
    expect(await suggested('pha dem y'), 'a draft').toEqual([[], []])
    const published = await publish(db, renamed)
    expect(await suggested('pha dem y')).toEqual([['Phà đêm yên ổn'], ['Phà đêm yên ổn']])
    expect([await suggested('đò ngang ki'), await suggested('ben nuoc hien')]).toEqual([[[], []], [[], []]])
    await as(db, BINH).done('archiveModel', { id: published.id, expectedRevision: published.revision, reason: 'Thử.' })
    expect(await suggested('pha dem y')).toEqual([[], []])
    expect((await as(db, ANYBODY).read('{ suggestions(query: "phà đêm y") { text } }')).suggestions).toEqual([])
  })

  it('from memory are those of the database after any row of changes, in their order', async () => {
    const { db } = database
    const rows = new SearchRows(db)
    const knowledge = new KnowledgeHolder(db)
    await rows.read([], () => undefined)
    let [compared, withModels] = [0, 0]
    await fc.assert(fc.asyncProperty(fc.array(change, { maxLength: 4 }), fc.array(fc.tuple(typing, fc.constantFrom(1, 3, 10, 50), fc.integer({ min: 1, max: 40 })), { minLength: 8, maxLength: 8 }), async (changes, wanted) => {
      for (const one of changes) await make(db, one)
      const names = await namesOf(db)
      for (const [typed, limit, most] of wanted) {
        const query = await knowledge.understand(textOf(typed, names))
        const told = `${JSON.stringify(query.text)}, ${limit}`
        const [found, expected] = [await suggestFromRows(rows, query, limit), await asked(db, query, limit)]
        expect(found?.suggestions, told).toEqual(expected)
        if (found?.versions) knowledge.saw(found.versions)
        compared += 1
        if (expected.some(({ kind }) => kind === 'MODEL')) withModels += 1
        if (query.isEmpty) continue
        // As if more matched than are looked at closely, which takes more models than there are.
        const few = await rows.readNow(sql`null`, ({ table }) => suggestModels(table, query, limit, most))
        expect(few?.map(({ id }) => id), `${told} of ${most}`).toEqual((await asked(db, query, limit, { most, onlyModels: true })).map(({ id }) => id))
      }
      const [[typed, limit]] = wanted as [(typeof wanted)[number]]
      const query = await knowledge.understand(textOf(typed, names))
      expect(await suggestFromPostgres(db, query, limit), 'without memory').toEqual(await asked(db, query, limit))
    }), { numRuns: 20, seed: 11 })
    expect(withModels).toBeGreaterThan(compared / 2)
  })

  it('follow a database that was put back to an earlier day, at once', async () => {
    const { db, said } = watched(database.db)
    const rows = new SearchRows(db)
    await sql`update model_search set seq = 100000 + seq`.execute(db)
    await rows.read([], () => undefined)
    await sql`update model_search set seq = seq - 100000, (name, name_words, folded) = (select 'Xưa', ' xua ', '''xua'':1A'::tsvector)`.execute(db)
    const query = await new KnowledgeHolder(db).understand('xưa')
    expect(await suggestFromRows(rows, query, 10), 'what is held is of no use').toBeUndefined()
    await rows.read([], () => undefined)
    said.length = 0
    expect((await suggestFromRows(rows, query, 10))!.suggestions[0]).toMatchObject({ kind: 'MODEL', text: 'Xưa' })
    expect(said).toHaveLength(1)
  })
})
