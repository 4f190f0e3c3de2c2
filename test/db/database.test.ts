/** Opening a database and what its values look like: the same from both, and every fault said with what to do. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import type { Database } from '../../server/db/tables.ts'
import { StartupError } from '../../server/errors.ts'
import { createTestDatabase, TEST_DATABASE_URL, type TestDatabase } from '../support/database.ts'
import { freePort } from '../support/programs.ts'
import { administer, urlOf } from '../support/templates.ts'
import { startFakeServer } from './fake-server.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

let opened: TestDatabase
let db: Kysely<Database>
beforeAll(async () => {
  opened = await createTestDatabase()
  db = opened.db
})
afterAll(() => opened?.close())

const one = async <T>(query: ReturnType<typeof sql<T>>): Promise<T> => (await query.execute(db)).rows[0]!

describe('values', () => {
  it('arrive as tables.ts says', async () => {
    expect(await one(sql`select date '2025-07-01' as day, date '0001-01-01' as first, timestamptz '2025-07-01 07:30:00.123+07' as instant, 9007199254740991::bigint as big, count(*) as counted, 12345678901234567890.1200::numeric as exact,
      '{"a":[1,null,"đ"]}'::jsonb as json, 'null'::jsonb as nothing, '2012-08'::partial_date as partial, 0.1::float8 as float, 2::int as whole, true as yes, array['x', null, 'y,"z'] as list, null::date as missing, 'Hoà'::text as text`)).toEqual({
      day: '2025-07-01', first: '0001-01-01', instant: new Date('2025-07-01T00:30:00.123Z'), big: 9007199254740991, counted: 1, exact: '12345678901234567890.1200',
      json: { a: [1, null, 'đ'] }, nothing: null, partial: '2012-08', float: 0.1, whole: 2, yes: true, list: ['x', null, 'y,"z'], missing: null, text: 'Hoà',
    })
  })

  it('come back from the tables as they were written', async () => {
    const id = randomUUID()
    await db.insertInto('locality').values({ id, slug: 'thu', code: '99', level: 'PROVINCE', kind: 'tỉnh', name: 'Thử', full_name: 'Tỉnh Thử', parent_id: null, valid_from: '1999-12-31', valid_until: '2025-07-01' }).execute()
    expect(await db.selectFrom('locality').select(['valid_from', 'valid_until', 'name_fold']).where('id', '=', id).executeTakeFirst()).toEqual({ valid_from: '1999-12-31', valid_until: '2025-07-01', name_fold: 'thu' })
    const written = new Date('2026-02-03T04:05:06.789Z')
    await db.insertInto('source').values({ id, title: 'Nguồn', publisher: null, url: null, url_key: null, published_on: '2012', created_at: written }).execute()
    expect(await db.selectFrom('source').select(['published_on', 'created_at', 'revision']).where('id', '=', id).executeTakeFirst()).toEqual({ published_on: '2012', created_at: written, revision: 1 })
    await db.insertInto('setting').values({ key: 'values', value: JSON.stringify([1, 'hai', { ba: null }]) }).execute()
    expect(await db.selectFrom('setting').select('value').where('key', '=', 'values').executeTakeFirst()).toEqual({ value: [1, 'hai', { ba: null }] })
    await db.insertInto('outbox').values({ target: 't', kind: 'model', record_id: id }).execute()
    expect(await db.selectFrom('outbox').select(['id', 'version', 'task_uid', 'leased_until']).executeTakeFirst()).toEqual({ id: expect.any(Number), version: 1, task_uid: null, leased_until: null })
  })

  it('are refused by the database itself where they cannot be', async () => {
    const source = (published_on: string) => db.insertInto('source').values({ id: randomUUID(), title: 'x', publisher: null, url: null, url_key: null, published_on }).execute()
    await expect(source('2012-13')).rejects.toMatchObject({ code: '23514' })
    await expect(sql`insert into source (id, title, url) values (${randomUUID()}, 'x', 'javascript:alert(1)')`.execute(db)).rejects.toMatchObject({ code: '23514' })
    await expect(sql`insert into locality (id, slug, level, kind, name, full_name, valid_from, valid_until) values (${randomUUID()}, 'y', 'PROVINCE', 'tỉnh', 'y', 'y', '2025-01-02', '2025-01-01')`.execute(db)).rejects.toMatchObject({ code: '23514' })
    await expect(sql`select ${'a\0b'}::text`.execute(db)).rejects.toThrow()
    expect(await one(sql`select 1 as still`)).toEqual({ still: 1 })
  })
})

const faultOf = (databaseUrl: string): Promise<Error> => openDatabase({ databaseUrl }).then(async ({ close }) => { await close(); throw new Error('it was opened') }, (error: Error) => error)
async function expectFault(databaseUrl: string, pattern: RegExp): Promise<void> {
  const fault = await faultOf(databaseUrl)
  expect(fault).toBeInstanceOf(StartupError)
  expect(fault.message).toMatch(pattern)
  expect(fault.message).not.toMatch(/hunter2|:\/\//)
}

describe('a DATABASE_URL that will not do', () => {
  it('is too old, or not in UTF-8', async () => {
    const old = await startFakeServer({ number: '140012', version: '14.12 (Debian)', encoding: 'UTF8' })
    const latin = await startFakeServer({ number: '150005', version: '15.5', encoding: 'LATIN1' })
    try {
      await expectFault(old.url, /^The server at 127\.0\.0\.1:\d+\/nr is Postgres 14\.12 \(Debian\); at least 15 is needed\. Update it, or point DATABASE_URL at another one\.$/)
      await expectFault(latin.url, /is encoded in LATIN1\. Make one in UTF-8/)
    } finally {
      await old.close()
      await latin.close()
    }
  })

  it('answers nothing, or is no Postgres at all', async () => {
    await expectFault(`postgres://somebody:hunter2@127.0.0.1:${await freePort()}/nr`, /^No Postgres answers at 127\.0\.0\.1:\d+\/nr \(.*ECONNREFUSED.*\)\. Start it, or correct DATABASE_URL; without DATABASE_URL the embedded database is used\.$/)
    await expectFault('postgres://somebody:hunter2@nowhere.invalid/nr', /^No Postgres answers at nowhere\.invalid\/nr/)
    const web = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1')
    const silent = await startFakeServer()
    try {
      await expectFault(`postgres://somebody:hunter2@127.0.0.1:${(web.address() as AddressInfo).port}/nr`, /^No Postgres answers at/)
      await expectFault(silent.url, /^No Postgres answers at .*timeout/)
    } finally {
      web.close()
      await silent.close()
    }
  })

  it('cannot be taken apart', async () => {
    await expectFault('postgres://somebody:hunter2%zz@127.0.0.1/nr', /DATABASE_URL/)
  })
})

describe('bad moments', () => {
  it('a statement that fails leaves connection and transaction in order', async () => {
    await expect(db.transaction().execute(async (trx) => {
      await sql`insert into setting (key, value) values ('half', '1')`.execute(trx)
      await sql`select 1 / 0`.execute(trx)
    })).rejects.toMatchObject({ code: '22012' })
    expect(await one(sql`select count(*) as n from setting where key = 'half'`)).toEqual({ n: 0 })
  })
})

describe.skipIf(TEST_DATABASE_URL === undefined)('on a real Postgres (TEST_DATABASE_URL)', () => {
  const role = `nr_role_${randomUUID().slice(0, 8)}`
  const database = `nr_rights_${randomUUID().slice(0, 8)}`
  const as = (name: string, user = role, password = 'hunter2'): string => {
    const url = new URL(urlOf(TEST_DATABASE_URL!, name))
    url.username = user
    url.password = password
    return url.href
  }
  beforeAll(async () => {
    await administer(TEST_DATABASE_URL!, `create role ${role} login password 'hunter2'`)
    await administer(TEST_DATABASE_URL!, `create database ${database} template template0 encoding 'UTF8'`)
    await administer(TEST_DATABASE_URL!, `revoke create, connect on database ${database} from public`)
  })
  afterAll(async () => {
    await administer(TEST_DATABASE_URL!, `drop database ${database} with (force)`)
    await administer(TEST_DATABASE_URL!, `drop role ${role}`)
  })

  it('says a missing database, a wrong password, a missing right to connect', async () => {
    await expectFault(urlOf(TEST_DATABASE_URL!, 'nr_none'), /^database "nr_none" does not exist at .*\/nr_none\. Make it \(createdb\), or correct DATABASE_URL\.$/)
    if (new URL(TEST_DATABASE_URL!).password !== '') await expectFault(as(database, role, 'wrong'), /refuses this user or password \(password authentication failed/)
    await expectFault(as(database), /lacks a right at .*permission denied for database/)
  })

  it('says a missing right to make tables, to read them, and a database that only reads', async () => {
    await administer(TEST_DATABASE_URL!, `grant connect on database ${database} to ${role}`)
    const limited = await openDatabase({ databaseUrl: as(database) })
    await expect(migrateToLatest(limited.db)).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining('may not change the database (permission denied') })
    const owner = await openDatabase({ databaseUrl: urlOf(TEST_DATABASE_URL!, database) })
    await migrateToLatest(owner.db)
    await expect(migrateToLatest(limited.db)).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining('permission denied for table migration') })
    await limited.close()
    await sql`delete from migration where name > '0003'`.execute(owner.db)
    await owner.close()
    await administer(TEST_DATABASE_URL!, `alter database ${database} set default_transaction_read_only = on`)
    const standby = await openDatabase({ databaseUrl: urlOf(TEST_DATABASE_URL!, database) })
    await expect(migrateToLatest(standby.db)).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining('read-only') })
    await standby.close()
  })

  it('survives a connection that the server ends, idle or in a transaction, and says why it failed', async () => {
    const other = await createTestDatabase()
    try {
      const work = other.db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
        await administer(other.url!, `select pg_terminate_backend(${rows[0]!.pid})`)
        await sql`select 1`.execute(trx)
      })
      await expect(work).rejects.toThrow(/terminating connection|Connection terminated|connection error/)
      await administer(other.url!, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
      // One that the pool takes for alive may still be handed out once.
      const answers = []
      for (let n = 0; n < 10; n += 1) answers.push(await sql<{ n: number }>`select 1 as n`.execute(other.db).then(({ rows }) => rows[0]!.n, () => 0))
      expect(answers.at(-1)).toBe(1)
    } finally {
      await other.close()
    }
  })

  it('ends a statement at its deadline', async () => {
    const other = await createTestDatabase({ queryTimeoutMs: 300 })
    try {
      await expect(sql`select pg_sleep(30)`.execute(other.db)).rejects.toMatchObject({ code: '57014' })
      expect((await sql`select 1 as n`.execute(other.db)).rows).toEqual([{ n: 1 }])
    } finally {
      await other.close()
    }
  })
})
