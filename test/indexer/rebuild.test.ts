/** A second index beside the serving one: whole before it serves, and without a trace when it fails. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { examine } from '../../server/indexer/doctor.ts'
import { rebuild } from '../../server/indexer/rebuild.ts'
import type { Indexer } from '../../server/indexer/run.ts'
import { RebuildRunningError } from '../../server/indexer/target.ts'
import { adminClient, serverKey } from '../../server/search/meilisearch-client.ts'
import { openFakeMeilisearch, type FakeMeilisearch } from '../support/meilisearch-fake.ts'
import { heldBy, idOf, openCatalogue, openIndexer, settle, sorted, type Catalogue } from './support.ts'

let catalogue: Catalogue
let fake: FakeMeilisearch
let indexer: Indexer

beforeAll(async () => {
  ;[catalogue, fake] = await Promise.all([openCatalogue(), openFakeMeilisearch()])
  for (const key of ['a', 'b', 'c', 'd']) await catalogue.publish(key)
  indexer = openIndexer(catalogue.db, fake.config)
})
afterAll(async () => {
  await indexer?.close()
  await Promise.all([catalogue?.close(), fake?.close()])
})
beforeEach(async () => {
  fake.intercept = undefined
  fake.onTask = undefined
  await settle(catalogue, indexer)
  expect(fake.indexes()).toEqual([await catalogue.servingIndex()])
})

const run = (options: Parameters<typeof rebuild>[3] = {}) => rebuild(catalogue.db, adminClient(fake.config), serverKey(fake.config.url), options)
const held = async (index?: string) => sorted(await heldBy(fake.config, index ?? (await catalogue.servingIndex())!))
/** Does something when documents are about to be put into the new index. */
const whileFilling = (work: () => Promise<unknown>): void => {
  fake.intercept = async (request) => {
    if (request.method !== 'POST' || !request.url!.includes('/documents') || request.url!.includes((await catalogue.servingIndex())!)) return false
    fake.intercept = undefined
    await work()
    return false
  }
}

it('serves only when it is whole, with what changed meanwhile; the old one goes a little later', async () => {
  const before = (await catalogue.servingIndex())!
  let during: string | undefined
  whileFilling(async () => {
    await catalogue.publish('a', 'Đổi khi đang dựng')
    await catalogue.hide('b')
    await catalogue.publish('e')
    during = await catalogue.servingIndex()
  })
  const report = await run()
  expect(during).toBe(before)
  expect(report).toMatchObject({ index: await catalogue.servingIndex(), documents: 4 })
  expect(await held()).toEqual(sorted(await catalogue.published()))
  expect(fake.indexes().sort()).toEqual([before, report.index].sort())
  await settle(catalogue, indexer)
  expect(fake.indexes()).toEqual([report.index])
})

it('keeps the serving index up to date while the new one is filled', async () => {
  await sql`update search_index set settings_hash = 'earlier', served_at = '2020-01-01' where state = 'SERVING'`.execute(catalogue.db)
  const before = (await catalogue.servingIndex())!
  whileFilling(() => catalogue.publish('c', 'Mới nhất'))
  expect((await indexer.runOnce()).rebuilt).toBe(true)
  expect(new Map(await held(before)).get(idOf('c'))).toBe('Mới nhất')
  expect(new Map(await held()).get(idOf('c'))).toBe('Mới nhất')
})

it('leaves an index to the other version of the program that made it later', async () => {
  await sql`update search_index set settings_hash = 'later', served_at = now() + interval '1 second' where state = 'SERVING'`.execute(catalogue.db)
  await catalogue.publish('a')
  expect(await indexer.runOnce()).toEqual({ applied: 0, rebuilt: false })
  expect(await catalogue.outbox()).toHaveLength(1)
  expect((await examine(catalogue.db, { meili: fake.config })).meilisearch!.problem).toContain('another version')
  await sql`update search_index set served_at = '2020-01-01' where state = 'SERVING'`.execute(catalogue.db)
})

const failures: [string, () => void][] = [
  ['the server breaks off', () => { fake.intercept = (request) => (request.method === 'POST' && request.url!.includes('/documents') ? (request.socket.destroy(), true) : false) }],
  ['a task fails', () => { fake.onTask = ({ type }) => (type === 'documentAdditionOrUpdate' ? { code: 'io_error', type: 'system' } : undefined) }],
  ['settings are refused', () => { fake.onTask = ({ type }) => (type === 'settingsUpdate' ? { code: 'invalid_settings_typo_tolerance', type: 'invalid_request' } : undefined) }],
  ['the server tells success and did nothing', () => { fake.onTask = ({ type }) => (type === 'documentAdditionOrUpdate' ? 'lie' : undefined) }],
]
it.each(failures)('changes nothing when %s', async (_how, breakIt) => {
  const before = await catalogue.servingIndex()
  breakIt()
  await expect(run()).rejects.toThrow()
  expect(await catalogue.servingIndex()).toBe(before)
  fake.intercept = undefined
  fake.onTask = undefined
  await settle(catalogue, indexer)
  expect(await held()).toEqual(sorted(await catalogue.published()))
})

it('runs once at a time', async () => {
  let second: unknown
  whileFilling(async () => { second = await run().catch((error: unknown) => error) })
  await run()
  expect(second).toBeInstanceOf(RebuildRunningError)
})

it('does not let an index serve that another process took over or gave up', async () => {
  const before = await catalogue.servingIndex()
  whileFilling(() => sql`update search_index set writer = 'another' where state = 'FILLING'`.execute(catalogue.db))
  await expect(run()).rejects.toThrow(/another process/)
  expect(await catalogue.servingIndex()).toBe(before)
})

it('cleans up after a process that died while it filled', async () => {
  // What a kill -9 leaves: the row, and half an index.
  await sql`insert into search_index (target, kind, settings_hash, state, server_key, writer, writer_until) values ('models__dead__1', 'model', 'h', 'FILLING', ${serverKey(fake.config.url)}, 'dead', now() + interval '20 seconds')`.execute(catalogue.db)
  await adminClient(fake.config).createIndex('models__dead__1', { primaryKey: 'id' })
  await catalogue.publish('a')
  await expect(run()).rejects.toBeInstanceOf(RebuildRunningError)
  await catalogue.passTime()
  await run()
  await settle(catalogue, indexer)
  expect(fake.indexes()).toEqual([await catalogue.servingIndex()])
  expect(await catalogue.outbox()).toEqual([])
})

it('stops when its process is told to stop', async () => {
  const stopping = new AbortController()
  whileFilling(async () => stopping.abort(new Error('stopping')))
  await expect(run({ signal: stopping.signal })).rejects.toThrow('stopping')
})
