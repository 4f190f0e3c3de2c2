/** Migrations: once, whoever runs them and how often; from every earlier state to the structure that is committed. */
import { readFileSync } from 'node:fs'
import { sql, type Kysely } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase, type OpenDatabase } from '../../server/db/database.ts'
import { creationScript, knownMigrations, migrateToLatest, pendingMigrations } from '../../server/db/migrate.ts'
import { printStructure } from '../../server/db/structure.ts'
import type { Database } from '../../server/db/tables.ts'
import { StartupError } from '../../server/errors.ts'
import { createSeededDatabase, createTestDatabase, TEST_DATABASE_URL, type TestDatabase } from '../support/database.ts'
import { poll } from '../support/programs.ts'
import { administer, urlOf } from '../support/templates.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const committed = readFileSync(new URL('../../server/db/structure.sql', import.meta.url), 'utf8')
const fileOf = (name: string): string => readFileSync(new URL(`../../server/db/migrations/${name}.sql`, import.meta.url), 'utf8')
const closers: (() => Promise<unknown>)[] = []
afterAll(async () => { for (const close of closers.reverse()) await close() })
/** Embedded ones that earlier tests have done with, and those of this test. */
const idle: OpenDatabase[] = []
const inUse: OpenDatabase[] = []
afterEach(({ task }) => {
  const used = inUse.splice(0)
  // What failed, at its deadline for one, may still be at work.
  if (task.result?.state !== 'fail') idle.push(...used)
})

/** Everything that migrations make lies in one schema: without it the database is as empty as a new one, which takes ten times as long to make. */
async function emptied(used: OpenDatabase | undefined): Promise<OpenDatabase> {
  if (used === undefined) {
    const opened = await openDatabase({})
    closers.push(opened.close)
    return opened
  }
  await sql.raw('drop schema public cascade; create schema public authorization pg_database_owner; grant usage on schema public to public').execute(used.db)
  expect(await leftIn(used.db)).toEqual([])
  return used
}

/** What is not the system's own: nothing in a new database. */
const leftIn = async (db: Kysely<Database>): Promise<unknown[]> => (await sql`
  select 'class' as kind, oid::regclass::text as name from pg_class where oid >= 16384 and relnamespace not in ('pg_toast'::regnamespace, 'pg_catalog'::regnamespace)
  union all select 'function', oid::regprocedure::text from pg_proc where oid >= 16384
  union all select 'type', oid::regtype::text from pg_type where oid >= 16384
  union all select 'schema', nspname from pg_namespace where oid >= 16384 and nspname <> 'public'
  union all select 'extension', extname from pg_extension where oid >= 16384
  union all select 'setting', setconfig::text from pg_db_role_setting`.execute(db)).rows

/** Without a table; `again` opens the same one a second time (the embedded one has one session: the same handle). */
async function emptyDatabase(): Promise<OpenDatabase & { again(): Promise<OpenDatabase> }> {
  if (TEST_DATABASE_URL === undefined) {
    const opened = await emptied(idle.pop())
    inUse.push(opened)
    return { ...opened, again: async () => opened }
  }
  const name = `nr_empty_${process.pid}_${closers.length}`
  await administer(TEST_DATABASE_URL, `create database ${name} template template0 encoding 'UTF8'`)
  closers.push(() => administer(TEST_DATABASE_URL!, `drop database ${name} with (force)`))
  const open = async (): Promise<OpenDatabase> => {
    const opened = await openDatabase({ databaseUrl: urlOf(TEST_DATABASE_URL!, name) })
    closers.push(opened.close)
    return opened
  }
  return { ...(await open()), again: open }
}

const applied = async (db: Kysely<Database>): Promise<string[]> => (await sql<{ name: string }>`select name from migration order by name`.execute(db)).rows.map(({ name }) => name)

describe('the structure', () => {
  let opened: TestDatabase
  beforeAll(async () => { opened = await createTestDatabase() })
  afterAll(() => opened.close())

  it('is the committed one; `npm run structure:print` writes it', async () => {
    expect(await printStructure(opened.db)).toBe(committed)
  })

  it('stays when nothing is to be done', async () => {
    const told: string[] = []
    expect(await migrateToLatest(opened.db, (message) => told.push(message))).toEqual([])
    expect(told).toEqual([])
    expect(await pendingMigrations(opened.db)).toEqual([])
    expect(await applied(opened.db)).toEqual(knownMigrations())
  })

  it('has a comment in its first lines that says what it is made from', () => {
    expect(committed).toMatch(/^-- Printed from the migrations/)
  })
})

describe('from nothing', () => {
  it('two runners at once do the work of one', async () => {
    const first = await emptyDatabase()
    const second = await first.again()
    expect(await pendingMigrations(first.db)).not.toEqual([])
    const done = await Promise.all([migrateToLatest(first.db), migrateToLatest(second.db), migrateToLatest(first.db)])
    expect(done.flat()).toEqual(knownMigrations())
    expect(await applied(first.db)).toEqual(knownMigrations())
    expect(await printStructure(second.db)).toBe(committed)
  })

  it('one text makes what the migrator makes, its own tables too', async () => {
    const kept = (db: Kysely<Database>): Promise<unknown> => sql`
      select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, pg_get_expr(d.adbin, d.adrelid) as "default", (select string_agg(pg_get_constraintdef(k.oid), ',' order by k.contype, k.conname) from pg_constraint k where k.conrelid = c.oid and k.contype = 'p') as key
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relname in ('migration', 'migration_lock') and c.relkind = 'r' order by 1, a.attnum`.execute(db).then(({ rows }) => rows)
    const [{ db }, step] = [await emptyDatabase(), await emptyDatabase()]
    await sql.raw(creationScript()).execute(db)
    await migrateToLatest(step.db)
    expect(await printStructure(db)).toBe(committed)
    expect(await applied(db)).toEqual(knownMigrations())
    expect(await kept(db)).toEqual(await kept(step.db))
    expect(await kept(db)).toHaveLength(4)
    expect((await sql`select * from migration_lock`.execute(db)).rows).toEqual((await sql`select * from migration_lock`.execute(step.db)).rows)
    expect(await migrateToLatest(db)).toEqual([])
  })

  it.each(knownMigrations().slice(0, -1))('a database that stopped at %s is brought up to date', async (last) => {
    const { db } = await emptyDatabase()
    await sql.raw(`create table migration (name varchar(255) primary key, timestamp varchar(255) not null)`).execute(db)
    for (const name of knownMigrations().filter((one) => one <= last)) {
      await sql.raw(fileOf(name)).execute(db)
      await sql`insert into migration values (${name}, '2026-01-01T00:00:00.000Z')`.execute(db)
    }
    const told: string[] = []
    const missing = knownMigrations().filter((one) => one > last)
    expect(await migrateToLatest(db, (message) => told.push(message))).toEqual(missing)
    expect(told).toEqual([`bringing the tables up to date: ${missing.join(', ')}`])
    expect(await printStructure(db)).toBe(committed)
  })
})

describe('a database that is not ours to migrate', () => {
  it('was made by a newer program', async () => {
    const { db, close } = await createTestDatabase()
    await sql`insert into migration values ('9999_tomorrow', '2099-01-01T00:00:00.000Z')`.execute(db)
    for (const work of [migrateToLatest(db), pendingMigrations(db)]) {
      const error = await work.catch((fault: unknown) => fault as Error)
      expect(error).toBeInstanceOf(StartupError)
      expect((error as Error).message).toBe('The database was made by a newer version of this program (it has 9999_tomorrow). Use that version or a newer one, or another database.')
    }
    await close()
  })

  it('lacks a migration in between', async () => {
    const { db, close } = await createTestDatabase()
    await sql`delete from migration where name = '0002_places'`.execute(db)
    await expect(migrateToLatest(db)).rejects.toMatchObject({ name: 'StartupError', message: expect.stringMatching(/0002_places was never applied, although later ones were.*restore a backup/) })
    await close()
  })
})

describe('a migration that fails', () => {
  it('changes nothing, and says which it was', async () => {
    const { db } = await emptyDatabase()
    // In the way of 0003.
    await sql.raw('create table search_state (x int)').execute(db)
    await expect(migrateToLatest(db)).rejects.toThrow(/Migration 0003_search failed; nothing was changed: .*search_state/)
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_tables where schemaname = current_schema() and tablename in ('model', 'locality')`.execute(db)
    expect(rows[0]!.n).toBe(0)
    await sql.raw('drop table search_state').execute(db)
    await migrateToLatest(db)
    expect(await printStructure(db)).toBe(committed)
  })

  it('keeps no record from being read: data outlives being migrated again', async () => {
    const { db, close } = await createSeededDatabase()
    await migrateToLatest(db)
    expect((await sql<{ n: number }>`select count(*)::int as n from model`.execute(db)).rows[0]!.n).toBe(324)
    await close()
  })
})

describe.skipIf(TEST_DATABASE_URL === undefined)('on a real Postgres (TEST_DATABASE_URL)', () => {
  it('a runner waits for another as long as that takes, and keeps its deadline afterwards', async () => {
    const opened = await createTestDatabase()
    await sql`delete from migration where name = ${knownMigrations().at(-1)!}`.execute(opened.db)
    const holder = await openDatabase({ databaseUrl: opened.url!, poolSize: 1 })
    const waiting = await openDatabase({ databaseUrl: opened.url!, poolSize: 1, queryTimeoutMs: 200 })
    const run = holder.db.transaction().execute(async (trx) => {
      // Kysely's own lock.
      await sql`select pg_advisory_xact_lock(3853314791062309107)`.execute(trx)
      const result = migrateToLatest(waiting.db)
      result.catch(() => {})
      await poll(async () => (await sql<{ isLate: boolean }>`select now() - query_start > interval '0.5 s' as "isLate" from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`.execute(opened.db)).rows[0]?.isLate || undefined, 'the other runner waits')
      await sql`insert into migration values (${knownMigrations().at(-1)!}, '2026-01-01T00:00:00.000Z')`.execute(trx)
      return { result }
    })
    expect(await (await run).result).toEqual([])
    await expect(sql`select pg_sleep(20)`.execute(waiting.db)).rejects.toMatchObject({ code: '57014' })
    for (const { close } of [holder, waiting, opened]) await close()
  })

  it('a migration does not wait for ever for somebody who holds a table', async () => {
    const opened = await createTestDatabase()
    await sql`delete from migration where name >= '0004'`.execute(opened.db)
    const holder = await openDatabase({ databaseUrl: opened.url! })
    await holder.db.transaction().execute(async (trx) => {
      await sql`lock table model in access share mode`.execute(trx)
      await expect(migrateToLatest(opened.db)).rejects.toMatchObject({ name: 'StartupError', message: expect.stringMatching(/0004_model_order waited 10 s for other users of the database and gave up; nothing was changed/) })
    })
    await holder.close()
    await opened.close()
  })
})
