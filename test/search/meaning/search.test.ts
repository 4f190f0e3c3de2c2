/** Semantic search through the API: what is near in meaning is found under every promise of search, and nothing is lost with the endpoint. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Meaning } from '../../../server/search/meaning/search.ts'
import { openSearch } from '../../../server/search/resilient.ts'
import { createWorld } from '../../schema/support.ts'
import type { Behaviour } from '../../support/embeddings.ts'
import { openMeaningWorld, SEARCH, slugs, type MeaningWorld } from './support.ts'
import { listening } from '../../support/statements.ts'

/** No word of it stands in any record. */
const THIEVES = 'voleurs'
let world: MeaningWorld
let asked = 0
/** A text of the same meaning that was never asked before. */
const newWords = (): string => `voleurs numero${(asked += 1)}`

beforeAll(async () => {
  world = await openMeaningWorld()
  await world.publish({
    camera: { name: 'Camera an ninh', summary: 'Ngăn kẻ gian vào xóm.', operationalStatus: 'ACTIVE' },
    keng: { name: 'Tiếng kẻng', summary: 'Gõ kẻng khi có trộm.', operationalStatus: 'ENDED' },
    chua: { name: 'Bình chữa', summary: 'Tập dượt khi hỏa hoạn.', operationalStatus: 'ACTIVE' },
    hen: { name: 'Hẹn hò', summary: 'Người trẻ gặp nhau.', operationalStatus: 'ACTIVE' },
  })
  await world.embed()
})
beforeEach(() => {
  world.endpoint.behaviour = 'well'
  world.endpoint.forget()
})
afterAll(() => world?.close())

describe('meaning', () => {
  it('finds what shares no word with the text, and says why', async () => {
    expect(await world.searchPlainly(THIEVES)).toMatchObject({ totalCount: 0, edges: [] })
    const found = await world.search(THIEVES)
    expect(found.totalCount).toBe(2)
    expect(slugs(found).sort()).toEqual(['camera', 'keng'])
    for (const edge of found.edges) {
      expect(edge).toMatchObject({ whyMatched: ['Gần nghĩa với điều bạn tìm'], highlights: [] })
      expect(edge.score).toBeGreaterThan(0)
      expect(edge.scoreParts.find(({ name }: any) => name === 'semantic')).toMatchObject({ detail: expect.stringMatching(/^độ gần 0\.\d{3}$/) })
    }
    expect(found.understood).toContainEqual({ id: 'meaning', kind: 'MEANING', text: THIEVES, meaning: 'tìm cả những mô hình gần nghĩa' })
  })
  it('is dropped like anything else that was read into the text, and nothing is sent then', async () => {
    expect(await world.search(newWords(), { ignore: ['meaning'] })).toMatchObject({ totalCount: 0, understood: expect.not.arrayContaining([expect.objectContaining({ kind: 'MEANING' })]) })
    expect(world.endpoint.calls).toEqual([])
  })
  it('comes after words in a name, before what neither says nor means it', async () => {
    const found = await world.search('kẻng trộm')
    expect(slugs(found)).toEqual(['keng', 'camera'])
    expect(found.edges[0].whyMatched).toEqual([expect.stringContaining('Tên mô hình có: “kẻng”'), expect.any(String), 'Gần nghĩa với điều bạn tìm'])
  })
  it('obeys every filter, and facets are the totals after choosing', async () => {
    const found = await world.search(THIEVES)
    expect(found.facets.operationalStatuses).toEqual([{ value: 'ACTIVE', count: 1 }, { value: 'ENDED', count: 1 }])
    for (const { value, count } of found.facets.operationalStatuses) {
      const chosen = await world.search(THIEVES, { filter: { operationalStatusIn: [value] } })
      expect([chosen.totalCount, chosen.edges.length]).toEqual([count, count])
      expect(chosen.facets.operationalStatuses).toEqual(found.facets.operationalStatuses)
    }
    const none = await world.search(THIEVES, { filter: { hasCosts: true } })
    expect(none).toMatchObject({ totalCount: 0, edges: [], relaxations: expect.arrayContaining([{ drop: 'hasCosts', totalCount: 2 }]) })
  })
  it('pages as a whole, also while the endpoint is away', async () => {
    const first = await world.search('voleurs incendie', { first: 1 })
    world.endpoint.behaviour = 'reset'
    const rest = await world.search('voleurs incendie', { first: 10, after: first.pageInfo.endCursor })
    world.endpoint.behaviour = 'well'
    expect([...slugs(first), ...slugs(rest)]).toEqual(slugs(await world.search('voleurs incendie')))
    expect(new Set([...slugs(first), ...slugs(rest)]).size).toBe(3)
  })
  it('asks once for a text, and not at all for none, for a place alone, or for suggestions', async () => {
    const text = newWords()
    for (let i = 0; i < 3; i += 1) await world.search(text)
    await world.search(` ${text.replace(' ', '  ')} `)
    expect(world.endpoint.calls).toEqual([[text]])
    await world.search('')
    await world.search('!!!')
    await world.semantic.suggest({ text: 'cam', limit: 5 })
    expect(world.endpoint.calls).toHaveLength(1)
  })
  it('never finds what is not published, however near it was', async () => {
    await world.hide('camera')
    expect(slugs(await world.search(THIEVES))).toEqual(['keng'])
    await world.show('camera')
    await world.embed()
    expect(slugs(await world.search(THIEVES)).sort()).toEqual(['camera', 'keng'])
  })
  it('follows a text', async () => {
    await world.publish({ hen: { name: 'Hẹn hò', summary: 'Kẻ gian cũng yêu.', operationalStatus: 'ACTIVE' } })
    await world.embed()
    expect(slugs(await world.search(THIEVES)).sort()).toEqual(['camera', 'hen', 'keng'])
    await world.publish({ hen: { name: 'Hẹn hò', summary: 'Người trẻ gặp nhau.', operationalStatus: 'ACTIVE' } })
    await world.embed()
    expect(slugs(await world.search(THIEVES)).sort()).toEqual(['camera', 'keng'])
  })
})

describe('what may lead to a person', () => {
  it.each(['voleurs 0912 345 678', 'voleurs CCCD 079203001234', 'voleurs ai.do@example.vn', 'voleurs ông Nguyễn Văn Tèo'])('is not sent: %s', async (text) => {
    const before = world.meaning.status().queries.WITHHELD
    await world.search(text)
    expect(world.endpoint.texts).toEqual([])
    expect(world.meaning.status().queries.WITHHELD).toBeGreaterThan(before)
  })
})

describe('an endpoint that fails', () => {
  /** A search of its own, so that one test's rest isn't another's. */
  const open = async (waitMs: number) => {
    const warnings: string[] = []
    const logger = { info: (_: object, message: string) => void warnings.push(message), warn: (facts: object, message: string) => void warnings.push(`${message}: ${JSON.stringify(facts)}`) }
    const meaning = new Meaning({ db: world.db, config: world.endpoint.config, mayLeave: () => true, waitMs, logger })
    const engine = await openSearch({ db: world.db, meaning })
    const { ask } = createWorld(world.db, engine)
    return { meaning, warnings, close: () => engine.close(), search: async (query: string) => { const { data, errors } = await ask(SEARCH, { query, first: 20 }); expect(errors).toEqual([]); return data.searchModels } }
  }
  const faults: Behaviour[] = ['reset', 'hang', 'html', 'truncated', 'nan', 'short', { status: 401 }, { status: 429, headers: { 'retry-after': '0' } }, { status: 500 }]

  it.each(faults)('%j costs the near ones and nothing else, and is got over', async (fault) => {
    const { search, meaning, warnings, close } = await open(fault === 'hang' ? 100 : 2000)
    world.endpoint.behaviour = fault
    const plain = await world.searchPlainly('kẻng trộm')
    expect(await search('kẻng trộm')).toEqual(plain)
    expect(await search(newWords())).toMatchObject({ totalCount: 0, isDegraded: false })
    expect(meaning.status()).toMatchObject({ reason: expect.any(String) })
    expect(meaning.status().queries.FAILED).toBeGreaterThan(0)
    // While it rests nobody waits for it.
    const calls = world.endpoint.calls.length
    for (let i = 0; i < 5; i += 1) await search(newWords())
    expect(world.endpoint.calls.length - calls).toBeLessThan(5)
    world.endpoint.behaviour = 'well'
    world.endpoint.letGo()
    await expect.poll(async () => (await search(newWords())).totalCount, { timeout: 15_000, interval: 100 }).toBe(2)
    expect(meaning.status().reason).toBeNull()
    expect(warnings.at(-1)).toBe('meaning is searched again')
    expect(warnings.join()).not.toContain('numero')
    await close()
  })
  it('with a late answer serves the next who asks the same', async () => {
    const { search, close } = await open(50)
    world.endpoint.behaviour = 'hang'
    const text = newWords()
    expect(await search(text)).toMatchObject({ totalCount: 0 })
    world.endpoint.letGo()
    await expect.poll(async () => (await search(text)).totalCount).toBe(2)
    expect(world.endpoint.calls).toEqual([[text]])
    await close()
  })
  it('that is shut at the start stops nothing', async () => {
    world.endpoint.shut()
    const { search, close } = await open(2000)
    expect(await search('kẻng trộm')).toEqual(await world.searchPlainly('kẻng trộm'))
    world.endpoint.open()
    await expect.poll(async () => (await search(newWords())).totalCount, { timeout: 15_000, interval: 100 }).toBe(2)
    await close()
  })
})

describe('without it', () => {
  it('nothing is asked, no statement is another, and vectors that are there change no answer', async () => {
    const statements: string[] = []
    const executor = world.db.getExecutor()
    const seen = listening(world.db, ({ node, queryId }) => statements.push(executor.compileQuery(node, queryId).sql))
    const OURS = /embedding/
    const semantic = createWorld(world.db, await openSearch({ db: seen, meaning: world.meaning }))
    const meant = await semantic.read(SEARCH, { query: THIEVES, first: 5 })
    expect(meant.searchModels.edges[0].scoreParts.map(({ name }: any) => name)).toContain('semantic')
    world.endpoint.forget()
    const plain = createWorld(world.db, await openSearch({ db: seen }))
    await plain.read(SEARCH, { query: 'kẻng', first: 5 })
    statements.length = 0
    const answer = await plain.read(SEARCH, { query: 'kẻng trộm', first: 5 })
    expect(world.endpoint.calls).toEqual([])
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.filter((statement) => OURS.test(statement))).toEqual([])
    await sql`delete from model_embedding`.execute(world.db)
    expect(await plain.read(SEARCH, { query: 'kẻng trộm', first: 5 })).toEqual(answer)
    expect(answer.searchModels.edges[0].scoreParts.map(({ name }: any) => name)).not.toContain('semantic')
    await world.embed()
  })
  it('and before the first vector there is, nothing is sent either', async () => {
    await sql`delete from model_embedding`.execute(world.db)
    await world.meaning.refresh()
    expect(await world.search(newWords())).toMatchObject({ totalCount: 0 })
    expect(world.endpoint.calls).toEqual([])
    await world.embed()
    expect(await world.search(newWords())).toMatchObject({ totalCount: 2 })
  })
})
