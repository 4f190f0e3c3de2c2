/** Search may die, and nobody notices but by `isDegraded`: each way in which a Meilisearch can fail, against the fake behind a bad network. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { BadUserInputError } from '../../../server/errors.ts'
import type { SearchEngine, SearchRequest } from '../../../server/search/engine.ts'
import { openSearch, ResilientSearch } from '../../../server/search/resilient.ts'
import { openFakeMeilisearch, type FakeMeilisearch } from '../../support/meilisearch-fake.ts'
import { openFaultProxy, type Fault, type FaultProxy } from '../../support/fault-proxy.ts'
import { openCatalogue, openIndexer, type Catalogue } from '../../indexer/support.ts'
import type { Indexer } from '../../../server/indexer/run.ts'

const REQUEST: SearchRequest = { text: 'tiếng kẻng', filter: {}, offset: 0, limit: 10, facets: ['topics'] }
/** The breaker, with what a busy machine needs to be measured at all. */
const BREAKER_MS = 1000 + 500

let catalogue: Catalogue
let fake: FakeMeilisearch
let proxy: FaultProxy
let indexer: Indexer
let engine: SearchEngine
let said: string[]

beforeAll(async () => {
  ;[catalogue, fake] = await Promise.all([openCatalogue(), openFakeMeilisearch()])
  proxy = await openFaultProxy(fake.config.url)
  await catalogue.publish('a', 'Tiếng kẻng an ninh')
  await catalogue.publish('b', 'Camera an ninh')
  indexer = openIndexer(catalogue.db, { ...fake.config, url: proxy.url })
  await indexer.runOnce()
})
afterAll(async () => {
  await indexer?.close()
  await Promise.all([catalogue?.close(), proxy?.close(), fake?.close()])
})
beforeEach(async () => {
  proxy.fault = 'pass'
  said = []
  engine = await open()
})
afterEach(() => engine?.close())

const open = (more: Partial<FakeMeilisearch['config']> = {}): Promise<SearchEngine> => openSearch({
  db: catalogue.db, meili: { ...fake.config, url: proxy.url, ...more },
  logger: { info: (_facts, message) => void said.push(message), warn: (facts, message) => void said.push(`${message} (${(facts as { reason?: string }).reason})`) },
})
const names = async (): Promise<{ found: string[]; engine: string; isDegraded: boolean }> => {
  const answer = await engine.search(REQUEST)
  return { found: answer.window.map(({ name }) => name), engine: answer.engine, isDegraded: answer.isDegraded }
}
const WELL = { found: ['Tiếng kẻng an ninh'], engine: 'MEILISEARCH', isDegraded: false }
const DEGRADED = { found: ['Tiếng kẻng an ninh'], engine: 'POSTGRES', isDegraded: true }

describe('a search when Meilisearch fails', () => {
  it('is answered by Meilisearch while that is well', async () => {
    expect(await names()).toEqual(WELL)
    expect(engine.status()).toEqual({ engine: 'MEILISEARCH', configured: 'MEILISEARCH', isDegraded: false, reason: null })
    expect(await engine.suggest({ text: 'tiếng', limit: 3 })).toMatchObject({ engine: 'MEILISEARCH', isDegraded: false, suggestions: [{ kind: 'MODEL', text: 'Tiếng kẻng an ninh' }] })
  })

  const faults: [string, Fault][] = [
    ['breaks the connection', 'reset'], ['hangs', 'hang'], ['answers after 30 s', { delay: 30_000 }], ['answers with a web page', 'html'], ['is behind a failing gateway', 'error'],
    ['is another program with JSON', 'other'], ['ends in the middle of the headers', { truncate: 20 }], ['ends in the middle of the body', { truncate: 400 }],
  ]
  it.each(faults)('comes from Postgres within the same request when it %s, and from Meilisearch again when it is back', async (_how, fault) => {
    expect(await names()).toEqual(WELL)
    proxy.fault = fault
    const started = performance.now()
    expect(await names()).toEqual(DEGRADED)
    expect(performance.now() - started).toBeLessThan(BREAKER_MS)
    // From now on nobody waits for it.
    const asked = performance.now()
    for (let i = 0; i < 5; i += 1) expect((await names()).isDegraded).toBe(true)
    expect(performance.now() - asked).toBeLessThan(700)
    expect(engine.status()).toMatchObject({ engine: 'POSTGRES', configured: 'MEILISEARCH', isDegraded: true, reason: expect.any(String) })
    // Each probe meets the fault and changes nothing; the first after it is over does.
    if (typeof fault === 'string' && fault !== 'hang') {
      await (engine as ResilientSearch).probe()
      expect((await names()).isDegraded).toBe(true)
    }
    proxy.fault = 'pass'
    await (engine as ResilientSearch).probe()
    await (engine as ResilientSearch).probe()
    expect(await names()).toEqual(WELL)
    expect(said.filter((line) => line.startsWith('search is served by Postgres')).length).toBeGreaterThan(0)
    expect(said.at(-1)).toBe('search is served by Meilisearch')
  })

  it('finds out by itself that it is back, without a search', async () => {
    proxy.fault = 'reset'
    expect((await names()).isDegraded).toBe(true)
    proxy.fault = 'pass'
    await expect.poll(() => engine.status().isDegraded, { timeout: 10_000, interval: 100 }).toBe(false)
    expect(await names()).toEqual(WELL)
  }, 15_000)

  it('fails for none of many searches while the server dies and comes back', async () => {
    let running = true
    const answers: { isDegraded: boolean }[] = []
    const load = Array.from({ length: 4 }, async () => { while (running) answers.push(await names()) })
    for (const fault of ['reset', 'pass', 'html', 'pass', { truncate: 100 }, 'pass'] as Fault[]) {
      proxy.fault = fault
      proxy.breakAll()
      const from = answers.length
      await expect.poll(() => answers.slice(from).at(-1)?.isDegraded, { timeout: 10_000, interval: 20 }).toBe(fault !== 'pass')
    }
    running = false
    await Promise.all(load)
  }, 40_000)

  it('does not blame Meilisearch for a caller\'s mistake or for the database', async () => {
    const primary = engine as unknown as { attempt(primary: () => Promise<never>, secondary: () => Promise<never>): Promise<unknown> }
    const never = () => Promise.reject(new Error('Postgres was asked'))
    await expect(primary.attempt(() => Promise.reject(new BadUserInputError('no such unit')), never)).rejects.toThrow('no such unit')
    await expect(primary.attempt(() => sql`select 1 / 0`.execute(catalogue.db) as never, never)).rejects.toThrow('division by zero')
    expect(engine.status().isDegraded).toBe(false)
  })

  it('follows a cut-over at once, although the old index is gone', async () => {
    expect(await names()).toEqual(WELL)
    await sql`update search_index set settings_hash = 'old', served_at = '2020-01-01' where state = 'SERVING'`.execute(catalogue.db)
    expect((await indexer.runOnce()).rebuilt).toBe(true)
    await catalogue.passTime()
    await indexer.runOnce()
    expect(fake.indexes()).toEqual([await catalogue.servingIndex()])
    expect(await names()).toEqual(WELL)
  })

  it('is answered by Postgres while the index is far behind, and while it was made by another version', async () => {
    await sql`insert into outbox (target, kind, record_id, enqueued_at) select target, 'model', gen_random_uuid(), now() - interval '11 seconds' from search_index where state = 'SERVING'`.execute(catalogue.db)
    await (engine as ResilientSearch).probe('alias')
    expect(await names()).toEqual(DEGRADED)
    expect(engine.status().reason).toContain('behind')
    await indexer.runOnce()
    await (engine as ResilientSearch).probe()
    expect(await names()).toEqual(WELL)
    await sql`update search_index set settings_hash = settings_hash || 'x' where state = 'SERVING'`.execute(catalogue.db)
    await (engine as ResilientSearch).probe('alias')
    expect(engine.status().reason).toContain('another version')
    await sql`update search_index set settings_hash = rtrim(settings_hash, 'x') where state = 'SERVING'`.execute(catalogue.db)
  })
})

describe('at the start', () => {
  const starts: [string, () => Promise<SearchEngine>, RegExp][] = [
    ['nothing answers', () => open({ url: 'http://127.0.0.1:9' }), /does not answer/],
    ['a web page answers', () => { proxy.fault = 'html'; return open() }, /not as Meilisearch/],
    ['another program answers', () => { proxy.fault = 'other'; return open() }, /not as Meilisearch/],
    ['the key is wrong', () => open({ searchKey: 'wrong', adminKey: undefined }), /refuses the key.*MEILI_SEARCH_KEY/],
    ['only the search key is wrong', () => open({ searchKey: 'wrong' }), /refuses the key.*MEILI_SEARCH_KEY/],
    ['it is too old', () => { fake.version = '1.49.2'; return open() }, /is Meilisearch 1\.49\.2; at least 1\.50/],
  ]
  it.each(starts)('says so and serves from Postgres when %s', async (_how, start, reason) => {
    const other = await start()
    try {
      expect(await other.search(REQUEST)).toMatchObject({ engine: 'POSTGRES', isDegraded: true, total: 1 })
      expect(await other.suggest({ text: 'tiếng', limit: 3 })).toMatchObject({ engine: 'POSTGRES', isDegraded: true })
      expect(other.status()).toMatchObject({ engine: 'POSTGRES', configured: 'MEILISEARCH', isDegraded: true, reason: expect.stringMatching(reason) })
      expect(said.filter((line) => /served by Postgres/.test(line) && reason.test(line))).toHaveLength(1)
    } finally {
      fake.version = '1.50.0'
      await other.close()
    }
  })
})
