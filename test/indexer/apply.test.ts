/** What is sent, what is refused, and what each kind of refusal does to the others of its batch. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { convert } from '../../server/indexer/apply.ts'
import { examine } from '../../server/indexer/doctor.ts'
import type { Indexer } from '../../server/indexer/run.ts'
import { openFakeMeilisearch, type FakeMeilisearch } from '../support/meilisearch-fake.ts'
import { searchDocument } from '../search/meilisearch/support.ts'
import { heldBy, idOf, openCatalogue, openIndexer, settle, sorted, type Catalogue } from './support.ts'

let catalogue: Catalogue
let fake: FakeMeilisearch
let indexer: Indexer
const KEYS = Array.from({ length: 9 }, (_, i) => `k${i}`)

beforeAll(async () => {
  ;[catalogue, fake] = await Promise.all([openCatalogue(), openFakeMeilisearch()])
  for (const key of KEYS) await catalogue.publish(key)
  indexer = openIndexer(catalogue.db, fake.config)
})
afterAll(async () => {
  await indexer?.close()
  await Promise.all([catalogue?.close(), fake?.close()])
})
beforeEach(async () => {
  fake.onTask = undefined
  fake.intercept = undefined
  await settle(catalogue, indexer)
})
const publishAll = async () => { for (const key of KEYS) await catalogue.publish(key) }
const held = async () => sorted(await heldBy(fake.config, (await catalogue.servingIndex())!))
const round = async () => { await catalogue.passTime(); return indexer.runOnce() }

describe('one bad document', () => {
  it('is found by halving and laid aside for a curator; the others arrive; a correction revives it', async () => {
    const bad = idOf('k4')
    const before = new Map(await held())
    fake.onTask = ({ documents }) => (documents.some(({ id }) => id === bad) ? { code: 'invalid_document_fields', type: 'invalid_request' } : undefined)
    await publishAll()
    await round()
    expect(await held()).toEqual(sorted(new Map([...(await catalogue.published()), [bad, before.get(bad)!]])))
    expect(await catalogue.outbox()).toMatchObject([{ isDead: true, error: expect.stringContaining('invalid_document_fields') }])
    const report = await examine(catalogue.db, { meili: fake.config })
    expect(report).toMatchObject({ isHealthy: false, outbox: { waiting: 0, dead: [{ id: bad, error: expect.stringContaining('invalid_document_fields') }] }, meilisearch: { stale: [bad] } })
    fake.onTask = undefined
    // Looking again doesn't revive it: nothing has changed.
    await round()
    expect(await catalogue.outbox()).toHaveLength(1)
    await catalogue.publish('k4')
    await round()
    expect(await held()).toEqual(sorted(await catalogue.published()))
  })

  it('is tried again when doctor is told to', async () => {
    fake.onTask = ({ documents }) => (documents.length > 0 ? { code: 'invalid_document_id', type: 'invalid_request' } : undefined)
    await catalogue.publish('k1')
    await round()
    fake.onTask = undefined
    expect((await examine(catalogue.db, { meili: fake.config, fix: true })).fixed).toEqual([expect.stringContaining('1 refused documents enqueued again')])
    await round()
    expect(await held()).toEqual(sorted(await catalogue.published()))
  })

  it('over which the server itself stumbles does not hold up the others for ever', async () => {
    const bad = idOf('k2')
    fake.onTask = ({ documents }) => (documents.some(({ id }) => id === bad) ? { code: 'internal', type: 'internal' } : undefined)
    await publishAll()
    for (let i = 0; i < 4; i += 1) await round()
    const rest = (await held()).filter(([id]) => id !== bad)
    expect(rest).toEqual(sorted(await catalogue.published()).filter(([id]) => id !== bad))
    expect(await catalogue.outbox()).toMatchObject([{ isDead: false }])
    for (let i = 0; i < 12; i += 1) await round()
    expect(await catalogue.outbox()).toMatchObject([{ isDead: true }])
    fake.onTask = undefined
    await catalogue.publish('k2')
    await round()
    expect(await held()).toEqual(sorted(await catalogue.published()))
  })

  it('of which no document can be made is named, and the others are made', () => {
    const { documents, broken } = convert([searchDocument('a'), { ...searchDocument('b'), facts: null as never }, searchDocument('c')])
    expect(documents.map(({ id }) => id)).toEqual(['a', 'c'])
    expect([...broken]).toEqual([['b', expect.stringContaining('no document can be made of it')]])
  })
})

describe('a server that is away, full or restarting', () => {
  const away = [
    ['refuses', (): void => { fake.intercept = (_request, response) => { response.writeHead(503).end('<h1>503</h1>'); return true } }],
    ['is full', (): void => { fake.onTask = () => ({ code: 'no_space_left_on_device', type: 'system' }) }],
    ['cancels tasks', (): void => { fake.onTask = () => ({ code: 'canceled', type: 'system' }) }],
    ['names no task', (): void => { fake.intercept = (request, response) => (request.method === 'POST' ? (response.writeHead(202, { 'content-type': 'application/json' }).end('{}'), true) : false) }],
  ] as const
  it.each(away)('that %s costs the rows nothing: no attempt, no pause', async (_how, breakIt) => {
    await publishAll()
    breakIt()
    for (let i = 0; i < 3; i += 1) await expect(indexer.runOnce()).rejects.toThrow()
    expect((await catalogue.outbox()).every(({ attempts, isDead }) => attempts === 0 && !isDead)).toBe(true)
    fake.intercept = undefined
    fake.onTask = undefined
    expect((await indexer.runOnce()).applied).toBe(KEYS.length)
    expect(await held()).toEqual(sorted(await catalogue.published()))
  })
})

describe('rows of other indexes', () => {
  it('are left alone', async () => {
    await sql`insert into search_index (target, kind, settings_hash, state, server_key) values ('models__other', 'model', 'h', 'SERVING', 'http://other')`.execute(catalogue.db)
    await catalogue.publish('k0')
    await round()
    expect(await catalogue.outbox()).toMatchObject([{ target: 'models__other' }])
    expect((await examine(catalogue.db, { meili: fake.config }))).toMatchObject({ isHealthy: true, outbox: { waiting: 0 }, otherServers: [{ server: 'http://other', waiting: 1 }] })
    await sql`delete from search_index where target = 'models__other'`.execute(catalogue.db)
    await sql`delete from outbox`.execute(catalogue.db)
  })
})
