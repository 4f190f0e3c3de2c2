/** The outbox's own promises; those that need two transactions at once run on a real Postgres (TEST_DATABASE_URL). */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { registerTarget } from '../../server/indexer/target.ts'
import { claim } from '../../server/outbox/claim.ts'
import { complete } from '../../server/outbox/complete.ts'
import { enqueue } from '../../server/outbox/enqueue.ts'
import { fail } from '../../server/outbox/fail.ts'
import { release } from '../../server/outbox/release.ts'
import { TEST_DATABASE_URL } from '../support/database.ts'
import { idOf, openCatalogue, type Catalogue } from './support.ts'

const TARGET = 'models__test__1'
let catalogue: Catalogue

beforeAll(async () => { catalogue = await openCatalogue() })
afterAll(() => catalogue?.close())
beforeEach(async () => {
  await sql`truncate outbox, search_index`.execute(catalogue.db)
  await sql`insert into search_index (target, kind, settings_hash, state, server_key) values (${TARGET}, 'model', 'h', 'SERVING', 'http://a'), ('models__test__0', 'model', 'h', 'RETIRED', 'http://a'), ('models__test__2', 'model', 'h', 'FILLING', 'http://b')`.execute(catalogue.db)
})

const take = (limit = 10) => claim(catalogue.db, { target: TARGET, limit, leaseMs: 60_000 })
const mark = (...keys: string[]) => catalogue.db.transaction().execute((trx) => enqueue(trx, 'model', keys.map(idOf)))
const rows = async () => (await sql<{ target: string; record: string; version: number; isDue: boolean; isDead: boolean }>`select target, record_id as record, version, dead_at is null and available_at <= now() and (leased_until is null or leased_until < now()) as "isDue", dead_at is not null as "isDead" from outbox where target = ${TARGET} order by id`.execute(catalogue.db)).rows

describe('the outbox', () => {
  it('tells every index that is filling or serving, once per record, and none that is retired', async () => {
    await mark('a', 'b', 'a')
    await mark('a')
    const all = await sql<{ target: string; n: number }>`select target, count(*)::int as n from outbox group by 1 order by 1`.execute(catalogue.db)
    expect(all.rows).toEqual([{ target: TARGET, n: 2 }, { target: 'models__test__2', n: 2 }])
    expect((await rows()).find(({ record }) => record === idOf('a'))!.version).toBe(2)
  })

  it('goes with the transaction of the change', async () => {
    await expect(catalogue.db.transaction().execute(async (trx) => {
      await enqueue(trx, 'model', [idOf('a')])
      throw new Error('not this time')
    })).rejects.toThrow('not this time')
    expect(await rows()).toEqual([])
  })

  it('gives a row to one claim at a time, and again when its lease is over', async () => {
    await mark('a', 'b', 'c')
    expect(await take(2)).toHaveLength(2)
    expect(await take()).toHaveLength(1)
    expect(await take()).toHaveLength(0)
    await catalogue.passTime()
    expect((await take()).map(({ attempts }) => attempts)).toEqual([2, 2, 2])
  })

  it('keeps a row whose record changed while it was held', async () => {
    await mark('a', 'b')
    const claims = await take()
    await mark('a')
    await complete(catalogue.db, claims)
    expect(await rows()).toMatchObject([{ record: idOf('a'), version: 2, isDue: true }])
  })

  it('pauses longer after each failure, and buries what can never succeed until its record changes', async () => {
    await mark('a')
    await fail(catalogue.db, await take(), { error: 'later', isFinal: false })
    expect(await rows()).toMatchObject([{ isDue: false, isDead: false }])
    await catalogue.passTime()
    await fail(catalogue.db, await take(), { error: 'never', isFinal: true })
    expect(await rows()).toMatchObject([{ isDue: false, isDead: true }])
    await mark('a')
    expect(await rows()).toMatchObject([{ isDue: true, isDead: false }])
  })

  it('does not bury a record that was corrected while its bad version was sent', async () => {
    await mark('a')
    const claims = await take()
    await mark('a')
    await fail(catalogue.db, claims, { error: 'never', isFinal: true })
    expect(await rows()).toMatchObject([{ isDead: false }])
  })

  it('gives rows back as they were when the engine was away', async () => {
    await mark('a')
    for (let i = 0; i < 5; i += 1) await release(catalogue.db, await take(), 'away')
    expect((await take())[0]!.attempts).toBe(1)
  })
})

describe.skipIf(TEST_DATABASE_URL === undefined)(`the outbox under transactions that overlap${TEST_DATABASE_URL === undefined ? ' (skipped: the embedded database has one session; set TEST_DATABASE_URL)' : ''}`, () => {
  /** A transaction that is open until it is told to end. */
  const begin = async (work: (trx: Parameters<Parameters<ReturnType<Catalogue['db']['transaction']>['execute']>[0]>[0]) => Promise<unknown>): Promise<() => Promise<unknown>> => {
    let end = () => {}
    const gate = new Promise<void>((resolve) => { end = resolve })
    let started = () => {}
    const begun = new Promise<void>((resolve) => { started = resolve })
    const done = catalogue.db.transaction().execute(async (trx) => { await work(trx); started(); await gate })
    await begun
    return () => { end(); return done }
  }
  const isBlocked = async (): Promise<boolean> => (await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(catalogue.db)).rows[0]!.n > 0

  it('loses nothing when A writes first, B commits first, and A commits then', async () => {
    const commitA = await begin((trx) => enqueue(trx, 'model', [idOf('a')]))
    await mark('b')
    const first = await take()
    expect(first.map(({ recordId }) => recordId)).toEqual([idOf('b')])
    const lastId = Math.max(...first.map(({ id }) => id))
    await complete(catalogue.db, first)
    await commitA()
    // A reader that went on from the last id it saw would find nothing: the planted bug.
    expect((await sql`select id from outbox where target = ${TARGET} and id > ${lastId}`.execute(catalogue.db)).rows).toEqual([])
    expect((await take()).map(({ recordId }) => recordId)).toEqual([idOf('a')])
  })

  it('has a change due at once that committed while its row was being completed', async () => {
    await mark('a')
    const claims = await take()
    const commit = await begin((trx) => enqueue(trx, 'model', [idOf('a')]))
    const completing = complete(catalogue.db, claims)
    await expect.poll(isBlocked).toBe(true)
    await commit()
    await completing
    expect(await rows()).toMatchObject([{ record: idOf('a'), version: 2, isDue: true }])
  })

  it('registers a new index only when every transaction that did not know of it has ended', async () => {
    const commit = await begin((trx) => enqueue(trx, 'model', [idOf('a')]))
    let isRegistered = false
    const registering = registerTarget(catalogue.db, { target: 'models__new', settingsHash: 'h', server: 'http://a', writer: 'w', leaseMs: 1000 }).then(() => { isRegistered = true })
    await expect.poll(isBlocked).toBe(true)
    expect(isRegistered).toBe(false)
    await commit()
    await registering
    await mark('b')
    const told = await sql<{ record: string }>`select record_id as record from outbox where target = 'models__new'`.execute(catalogue.db)
    expect(told.rows).toEqual([{ record: idOf('b') }])
  })

  it('gives each row to one of many workers', async () => {
    await mark(...Array.from({ length: 200 }, (_, i) => `k${i}`))
    const taken = (await Promise.all(Array.from({ length: 6 }, async () => [...(await take(20)), ...(await take(20))]))).flat()
    expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length)
    expect(taken).toHaveLength(200)
  })
})
