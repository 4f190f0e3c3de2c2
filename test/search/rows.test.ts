/** The rows that a process holds are those of the database: whatever is written, by whomever, in whatever order it is committed. */
import fc from 'fast-check'
import { sql, type Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../server/db/tables.ts'
import { type Condition, SearchRows, type View } from '../../server/search/search-rows.ts'
import { createSeededDatabase, TEST_DATABASE_URL, type TestDatabase } from '../support/database.ts'
import { listening } from '../support/statements.ts'

let database: TestDatabase
beforeEach(async () => { database = await createSeededDatabase() })
afterEach(() => database.close())

const FOLDED: Condition = { kind: 'folded', query: `('trom')` }
const PHRASE: Condition = { kind: 'folded', query: `('tuan' <-> 'tra')` }
const PREFIX: Condition = { kind: 'folded', query: `('khu':*)` }
const NAMED: Condition = { kind: 'named', query: `('camera')` }
const ODD: Condition = { kind: 'folded', query: `('lakkaka')` }
const PLACE: Condition = { kind: 'place', references: ['dong-thap'], role: null }
const ORIGIN: Condition = { kind: 'place', references: ['dong-thap', 'ninh-binh'], role: 'ORIGIN' }
const ALL = [FOLDED, PHRASE, PREFIX, NAMED, ODD, PLACE, ORIGIN]

const idsOf = ({ table }: View, rows: View['table']['live']): string[] => {
  const ids: string[] = []
  rows.and(table.live).forEach((row) => ids.push(table.ids[row]!))
  return ids.sort()
}
const look = (view: View) => ({
  all: idsOf(view, view.table.live), sets: ALL.map((condition) => idsOf(view, view.rowsOf(condition))),
  topics: Object.fromEntries([...view.table.facets.get('topics')!].map(([key, { code, rows }]) => [key, rows.countWith(view.table.live), view.table.counts(view.table.live)[code]]).filter(([, count]) => count !== 0).map(([key, count, again]) => [key, count === again ? count : `${count} or ${again}`]).sort()),
  order: view.table.inOrder().filter((row) => view.table.live.has(row)).map((row) => view.table.ids[row]!), withResults: view.table.flags.hasResults.countWith(view.table.live),
})

/** The same by plain SQL. */
async function asked(db: Kysely<Database>): Promise<ReturnType<typeof look>> {
  const ids = async (where: ReturnType<typeof sql>): Promise<string[]> => (await sql<{ id: string }>`select model_id as id from model_search s where ${where} order by 1`.execute(db)).rows.map(({ id }) => id)
  const there = (references: readonly string[], role: string | null) => sql`exists (select from model_place p join locality_cover c on c.place_id = p.locality_id where p.model_id = s.model_id
    and c.locality_id in (select f_locality(unit, current_date) from unnest(${[...references]}::text[]) unit) and (${role}::text is null or p.role = ${role}))`
  const sets: string[][] = []
  for (const one of ALL) sets.push(await ids(one.kind === 'place' ? there(one.references!, one.role) : sql`${sql.ref(`s.${one.kind}`)} @@ ${one.query}::tsquery`))
  const topics = await sql<{ key: string; n: number }>`select key, count(distinct model_id)::int as n from model_search, unnest(topics) key group by 1`.execute(db)
  return {
    all: await ids(sql`true`), sets, topics: Object.fromEntries(topics.rows.map(({ key, n }) => [key, n]).sort()),
    order: (await sql<{ id: string }>`select model_id as id from model_search order by prior desc, updated_at desc, model_id`.execute(db)).rows.map(({ id }) => id),
    withResults: (await sql<{ n: number }>`select count(*)::int as n from model_search where has_results`.execute(db)).rows[0]!.n,
  }
}

/** What happens to rows, as publishing does it: whoever writes holds search_state. */
const CHANGES: Record<string, (db: Kysely<Database>, nth: number) => Promise<unknown>> = {
  reword: (db, n) => sql`update model_search set folded = to_tsvector('simple', 'lakkaka trom tuan tra ' || ${n}::text), seq = nextval('model_search_seq') where model_id = ${nth(n)}`.execute(db),
  refile: (db, n) => sql`update model_search set topics = array['t' || (${n} % 5)::text, 'theft-prevention'], has_results = not has_results, prior = ${n} / 1000.0, seq = nextval('model_search_seq') where model_id = ${nth(n)}`.execute(db),
  go: (db, n) => sql`delete from model_search where model_id = ${nth(n)}`.execute(db),
  goAndCome: (db, n) => sql`with gone as (delete from model_search where model_id = ${nth(n)} returning *) select count(*) from gone`.execute(db).then(() => come(db)),
  come: (db) => come(db),
  move: (db, n) => sql`insert into model_place (model_id, role, locality_id) select ${nth(n)}, 'ORIGIN', id from locality where slug = 'dong-thap' on conflict do nothing`.execute(db)
    .then(() => sql`update model_search set seq = nextval('model_search_seq') where model_id = ${nth(n)}`.execute(db)),
  cover: (db, n) => sql`insert into locality_cover (locality_id, place_id, is_whole) select (select id from locality where slug = 'dong-thap'), locality_id, true from model_place where model_id = ${nth(n)} on conflict do nothing`.execute(db),
}
const nth = (n: number) => sql`(select model_id from model_search order by model_id offset ${n} % greatest((select count(*) from model_search), 1) limit 1)`
/** A row for one of the models that have none, taken from another's. */
const come = (db: Kysely<Database>): Promise<unknown> => sql`
  insert into model_search (model_id, folded, marked, name_words, alias_words, concept_words, text_words, name, aliases, body, topics, settings, participants, provinces, operational_status, evidence_level, recognition_levels, started_year, has_results, has_replications, has_costs, prior, updated_at, hash, tags)
  select m.id, s.folded, s.marked, s.name_words, s.alias_words, s.concept_words, s.text_words, s.name, s.aliases, s.body, s.topics, s.settings, s.participants, s.provinces, s.operational_status, s.evidence_level, s.recognition_levels, s.started_year, s.has_results, s.has_replications, s.has_costs, s.prior, s.updated_at, s.hash, s.tags
  from (select id from model m where not exists (select from model_search s where s.model_id = m.id) order by id limit 1) m, (select * from model_search order by model_id limit 1) s`.execute(db)
const held = (db: Kysely<Database>, work: (trx: Kysely<Database>) => Promise<unknown>): Promise<unknown> => db.transaction().execute(async (trx) => {
  await sql`select from search_state for update`.execute(trx)
  await work(trx)
})

describe('rows in memory', () => {
  it('are those of the database after any row of changes, however often one looks', async () => {
    const rows = new SearchRows(database.db)
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ change: fc.constantFrom(...Object.keys(CHANGES)), n: fc.nat(400), looks: fc.boolean() }), { minLength: 1, maxLength: 8 }), async (changes) => {
      for (const { change, n, looks } of changes) {
        await held(database.db, (trx) => CHANGES[change]!(trx, n))
        if (looks) await rows.read([FOLDED, PLACE], () => undefined)
      }
      expect(await rows.read(ALL, look)).toEqual(await asked(database.db))
    }), { numRuns: 25, seed: 4 })
    expect(await new SearchRows(database.db).read(ALL, look), 'one that begins now').toEqual(await asked(database.db))
  }, 60_000)

  it('are there for what is asked for most before anybody asks, and follow what is written since', async () => {
    let statements = 0
    const rows = new SearchRows(listening(database.db, () => { statements += 1 }), { common: async (models) => (models === 324 ? ['trom', 'khu', 'camera', 'lakkaka', 'tra', '#theft'] : []) })
    await rows.read([], () => undefined)
    await rows.fill()
    statements = 0
    const words: Condition[] = [`'trom'`, `'khu':*`, `'khu'`, `'lakkaka'`, `'tra':*`, `'#theft'`].flatMap((query) => (['folded', 'named'] as const).map((kind) => ({ kind, query })))
    const found = (): Promise<string[][]> => rows.read(words, (view) => words.map((one) => idsOf(view, view.rowsOf(one))))
    const expected = async (): Promise<string[][]> => Promise.all(words.map(async (one) => (await sql<{ id: string }>`select model_id as id from model_search where ${sql.ref(one.kind)} @@ ${(one as { query: string }).query}::tsquery order by 1`.execute(database.db)).rows.map(({ id }) => id)))
    expect(await found()).toEqual(await expected())
    expect(statements).toBe(1)
    expect((await found()).filter((ids) => ids.length > 0).length).toBeGreaterThan(6)
    for (const n of [3, 5, 8]) await held(database.db, (trx) => CHANGES.reword!(trx, n))
    expect(await found()).toEqual(await expected())
    await rows.close()
  })

  it('are read no further once a search is closed', async () => {
    const asks: number[] = []
    const rows: SearchRows = new SearchRows(database.db, { common: async (models) => { asks.push(models); await rows.read([FOLDED], () => undefined); return ['trom'] } })
    await rows.read([], () => undefined)
    await rows.close()
    expect(await rows.read([FOLDED], ({ table }) => table.condition(`folded 'trom'`))).toBeUndefined()
    expect(asks).toEqual([324])
    await rows.fill()
    expect(asks).toEqual([324])
  })

  it('are read anew after more changes than are followed one by one', async () => {
    const rows = new SearchRows(database.db)
    await rows.read(ALL, look)
    for (let i = 0; i < 4; i += 1) await held(database.db, (trx) => sql`update model_search set seq = nextval('model_search_seq'), has_results = not has_results`.execute(trx))
    expect(await rows.read(ALL, look)).toEqual(await asked(database.db))
    for (let i = 0; i < 2; i += 1) {
      await held(database.db, (trx) => sql`update model_search set seq = nextval('model_search_seq')`.execute(trx))
      await rows.read([FOLDED], () => undefined)
    }
    expect(await rows.read(ALL, look)).toEqual(await asked(database.db))
  })

  it('follow a database that was put back to an earlier day', async () => {
    const rows = new SearchRows(database.db)
    for (const n of [1, 2, 3]) await held(database.db, (trx) => CHANGES.reword!(trx, n))
    await rows.read(ALL, look)
    await sql`update model_search set folded = to_tsvector('simple', 'lakkaka'), seq = 100000 + seq`.execute(database.db)
    await rows.read(ALL, look)
    await sql`update model_search set folded = to_tsvector('simple', 'trom'), seq = seq - 100000`.execute(database.db)
    expect(await rows.read(ALL, look)).toEqual(await asked(database.db))
  })

  it('tell one state to searches beside writes: what moves in one transaction is never there twice, nor missing', async () => {
    const rows = new SearchRows(database.db)
    const mark = (n: number, words: string) => sql`update model_search set folded = to_tsvector('simple', ${words}), seq = nextval('model_search_seq') where model_id = ${nth(n)}`
    await held(database.db, (trx) => mark(0, 'lakkaka').execute(trx))
    let isWriting = true
    const writing = (async () => {
      for (let n = 0; n < 40; n += 1) await held(database.db, async (trx) => { await mark(n, 'nothing').execute(trx); await mark(n + 1, 'lakkaka').execute(trx) })
      isWriting = false
    })()
    const counts: number[] = []
    const reading = Array.from({ length: 4 }, async () => {
      do counts.push(await rows.read([ODD, FOLDED], (view) => view.rowsOf(ODD).countWith(view.table.live)))
      while (isWriting)
    })
    await Promise.all([writing, ...reading])
    expect(new Set(counts)).toEqual(new Set([1]))
    expect(counts.length).toBeGreaterThan(10)
  })

  it.skipIf(TEST_DATABASE_URL === undefined)('miss nothing of transactions that end in another order than they began (Postgres only: the embedded database has one session)', async () => {
    const rows = new SearchRows(database.db)
    await rows.read(ALL, look)
    const order: string[] = []
    let letGo = (): void => undefined
    const hasBegun = new Promise<void>((begun) => {
      void held(database.db, async (trx) => {
        await CHANGES.reword!(trx, 7)
        begun()
        await new Promise<void>((resolve) => { letGo = resolve })
      }).then(() => order.push('first'))
    })
    await hasBegun
    const second = held(database.db, (trx) => CHANGES.reword!(trx, 9)).then(() => order.push('second'))
    await rows.read(ALL, look)
    letGo()
    await second
    expect(order).toEqual(['first', 'second'])
    expect(await rows.read(ALL, look)).toEqual(await asked(database.db))
  })
})
