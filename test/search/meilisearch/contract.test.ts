/** What we rely on of Meilisearch, asked of the fake and of the real engine alike: so the fake cannot drift, and an upgrade shows itself here. */
import type { Meilisearch } from 'meilisearch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHeld } from '../../../server/indexer/held.ts'
import { failureOf, TaskFailedError, waitForTask } from '../../../server/indexer/send.ts'
import { adminClient, errorCode, identify, searchClient, type MeiliConfig } from '../../../server/search/meilisearch-client.ts'
import { driftOf, INDEX_SETTINGS, toMeiliDocument, type MeiliDocument } from '../../../server/search/meilisearch-index.ts'
import { describeMeilisearch } from '../../support/describe-meilisearch.ts'
import { NO_MEILISEARCH, openMeilisearch } from '../../support/meilisearch.ts'
import { openFakeMeilisearch } from '../../support/meilisearch-fake.ts'
import { searchDocument } from './support.ts'

const DOCUMENTS: MeiliDocument[] = [
  searchDocument('a', { name: 'Tiếng kẻng an ninh', topics: ['theft'], recognitionLevels: ['NATIONAL'], startedYear: 2012, hasResults: true }),
  searchDocument('b', { name: 'Camera an ninh', topics: ['theft', 'traffic'], recognitionLevels: ['PROVINCE', 'NATIONAL'], startedYear: 2019 }),
  searchDocument('c', { name: 'Đội xe ôm tự quản', topics: ['traffic'], startedYear: 2020, operationalStatus: 'STOPPED' }),
  searchDocument('d', { name: 'Dòng họ “3 không” 12/1', topics: [], startedYear: null }),
].map(toMeiliDocument)

function contract(open: () => Promise<{ config: MeiliConfig; scopedKey: string; close(): Promise<void> }>): void {
  const index = `models__contract_${Date.now().toString(36)}`
  let config: MeiliConfig
  let scopedKey: string
  let close: () => Promise<void>
  let admin: Meilisearch
  let search: Meilisearch

  beforeAll(async () => {
    ({ config, scopedKey, close } = await open())
    admin = adminClient(config)
    search = searchClient({ ...config, timeoutMs: 5000 })
    await waitForTask(admin, (await admin.createIndex(index, { primaryKey: 'id' })).taskUid)
    await waitForTask(admin, (await admin.index(index).updateSettings(INDEX_SETTINGS)).taskUid)
    await waitForTask(admin, (await admin.index(index).addDocuments(DOCUMENTS, { primaryKey: 'id' })).taskUid)
  })
  afterAll(() => close?.())

  const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'succeeded', (error: unknown) => (error instanceof TaskFailedError ? error.code : errorCode(error)) ?? error)
  const ask = async (...queries: object[]) => (await search.multiSearch({ queries: queries.map((query) => ({ indexUid: index, attributesToRetrieve: ['id'], ...query })) })).results
  const idsOf = async (query: object) => (await ask(query))[0]!.hits.map((hit) => hit.id as string)

  it('says who it is, and refuses a wrong key', async () => {
    expect(await identify(config)).toEqual({ isUsable: true, version: '1.50.0' })
    expect(await identify({ url: config.url, searchKey: config.searchKey })).toEqual({ isUsable: true, version: null })
    expect(await identify({ url: config.url, adminKey: scopedKey })).toEqual({ isUsable: true, version: null })
    expect(await identify({ url: config.url, adminKey: 'wrong' })).toMatchObject({ isUsable: false, reason: expect.stringContaining('refuses the key (invalid_api_key)') })
    expect(await identify({ url: config.url })).toMatchObject({ isUsable: false, reason: expect.stringContaining('missing_authorization_header') })
  })

  it('lets a search key search only, and an admin key write only', async () => {
    expect(await codeOf(search.index(index).addDocuments([]))).toBe('invalid_api_key')
    expect(await codeOf(admin.multiSearch({ queries: [] }))).toBe('invalid_api_key')
  })

  it('names the error of an index that is not there', async () => {
    expect(await codeOf(admin.getRawIndex('models__nope'))).toBe('index_not_found')
    expect(await codeOf(search.multiSearch({ queries: [{ indexUid: 'models__nope', q: '' }] }))).toBe('index_not_found')
    expect(await codeOf(admin.deleteIndex('models__nope').then(({ taskUid }) => waitForTask(admin, taskUid)))).toBe('index_not_found')
  })

  it('tells the same moment of making again and again', async () => {
    const { createdAt } = await admin.getRawIndex(index)
    expect(String(createdAt)).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect((await admin.getRawIndex(index)).createdAt).toBe(createdAt)
  })

  it('keeps the settings as they were set, so that any drift is seen', async () => {
    const settings = (await admin.index(index).getSettings()) as Record<string, unknown>
    expect(driftOf(settings)).toEqual([])
    const changed = { typoTolerance: { minWordSizeForTypos: { oneTypo: 3 } }, stopWords: ['cua'], filterableAttributes: ['topics'], rankingRules: ['words', 'exactness'] }
    await waitForTask(admin, (await admin.index(index).updateSettings(changed as object)).taskUid)
    expect(driftOf((await admin.index(index).getSettings()) as Record<string, unknown>).sort()).toEqual(Object.keys(changed).sort())
    await waitForTask(admin, (await admin.index(index).updateSettings(INDEX_SETTINGS)).taskUid)
    expect(driftOf((await admin.index(index).getSettings()) as Record<string, unknown>)).toEqual([])
  })

  it('gives back what it holds, all or by ids, and forgets what is deleted', async () => {
    const held = await readHeld(admin, index)
    expect([...held.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(DOCUMENTS.map(({ id, hash, source }) => ({ id, hash, source })))
    expect([...(await readHeld(admin, index, ['b', 'nope', 'd'])).keys()].sort()).toEqual(['b', 'd'])
    await waitForTask(admin, (await admin.index(index).deleteDocuments(['b', 'never-there'])).taskUid)
    expect([...(await readHeld(admin, index)).keys()].sort()).toEqual(['a', 'c', 'd'])
    await waitForTask(admin, (await admin.index(index).addDocuments([DOCUMENTS[1]!], { primaryKey: 'id' })).taskUid)
  })

  it('drops a payload whole for one bad document, and says that the document is at fault', async () => {
    const { taskUid } = await admin.index(index).addDocuments([{ ...DOCUMENTS[0]!, id: 'e' }, { ...DOCUMENTS[0]!, id: 'not an id' }], { primaryKey: 'id' })
    const error: unknown = await waitForTask(admin, taskUid).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'invalid_document_id', type: 'invalid_request' })
    expect(failureOf(error)).toBe('DOCUMENT')
    expect((await readHeld(admin, index, ['e'])).size).toBe(0)
  })

  it('numbers tasks upwards and lists them newest first, with the moment that the sender was told', async () => {
    const first = await admin.index(index).addDocuments([DOCUMENTS[0]!], { primaryKey: 'id' })
    const second = await admin.index(index).deleteDocuments(['never-there'])
    expect(second.taskUid).toBeGreaterThan(first.taskUid)
    await waitForTask(admin, second.taskUid)
    expect((await admin.tasks.getTask(first.taskUid)).enqueuedAt).toBe(String(first.enqueuedAt))
    const page = await admin.tasks.getTasks({ indexUids: [index], limit: 2 })
    expect(page.results.map(({ uid, type }) => [uid, type])).toEqual([[second.taskUid, 'documentDeletion'], [first.taskUid, 'documentAdditionOrUpdate']])
    expect((await admin.tasks.getTasks({ indexUids: [index], limit: 1, from: page.next! })).results[0]!.uid).toBe(page.next)
    expect(await codeOf(admin.tasks.getTask(1_000_000))).toBe('task_not_found')
  })

  it('makes an index for a document to one that is missing, with another moment of making', async () => {
    const other = `${index}_other`
    await waitForTask(admin, (await admin.index(other).addDocuments([DOCUMENTS[0]!], { primaryKey: 'id' })).taskUid)
    const { createdAt } = await admin.getRawIndex(other)
    await waitForTask(admin, (await admin.deleteIndex(other)).taskUid)
    await waitForTask(admin, (await admin.index(other).addDocuments([DOCUMENTS[0]!], { primaryKey: 'id' })).taskUid)
    expect((await admin.getRawIndex(other)).createdAt).not.toBe(createdAt)
    await waitForTask(admin, (await admin.deleteIndex(other)).taskUid)
  })

  it('filters by values, beginnings, ranges, and their combinations', async () => {
    expect(await idsOf({ q: '', sort: ['id:asc'], filter: ['topics IN ["traffic", "fire"]'] })).toEqual(['b', 'c'])
    expect(await idsOf({ q: '', sort: ['id:asc'], filter: ['words STARTS WITH "nin" AND NOT topics IN ["traffic"]'] })).toEqual(['a'])
    expect(await idsOf({ q: '', sort: ['id:asc'], filter: ['(words IN ["keng"] AND words IN ["an"]) OR (words IN ["xe"])'] })).toEqual(['a', 'c'])
    expect(await idsOf({ q: '', sort: ['id:asc'], filter: ['startedYear >= 2019', 'startedYear <= 2019'] })).toEqual(['b'])
    expect(await idsOf({ q: '', sort: ['id:asc'], filter: ['hasResults = true'] })).toEqual(['a'])
    expect(await idsOf({ q: '', sort: ['id:asc'], filter: ['words IN ["12_1"]'] })).toEqual(['d'])
    expect(await idsOf({ q: '', filter: ['id IS NULL'] })).toEqual([])
    expect(await idsOf({ q: '', filter: [`operationalStatus IN [${JSON.stringify('" OR id = "a')}]`] })).toEqual([])
    expect(await codeOf(ask({ q: '', filter: ['secret = 1'] }))).toBe('invalid_search_filter')
    expect(await codeOf(ask({ q: '', filter: ['topics IN ["a"'] }))).toBe('invalid_search_filter')
  })

  it('counts facets over the whole match, whatever the page', async () => {
    const [counted] = await ask({ q: '', filter: ['topics IN ["theft", "traffic"]'], facets: ['topics', 'recognitionLevels', 'operationalStatus'], limit: 0 })
    expect(counted).toMatchObject({ hits: [], estimatedTotalHits: 3 })
    expect(counted!.facetDistribution).toEqual({ topics: { theft: 2, traffic: 2 }, recognitionLevels: { NATIONAL: 2, PROVINCE: 1 }, operationalStatus: { ACTIVE: 2, STOPPED: 1 } })
  })

  it('sorts and pages, and sends only what is asked for', async () => {
    expect(await idsOf({ q: '', sort: ['id:desc'], offset: 1, limit: 2 })).toEqual(['c', 'b'])
    const [result] = await ask({ q: '', sort: ['id:asc'], limit: 1, attributesToRetrieve: ['id', 'hash'] })
    expect(result!.hits).toEqual([{ id: 'a', hash: DOCUMENTS[0]!.hash }])
  })

  it('finds words without their marks, the last one by its beginning', async () => {
    expect(await idsOf({ q: 'keng an ni', matchingStrategy: 'all' })).toEqual(['a'])
    expect(await idsOf({ q: 'doi xe ', matchingStrategy: 'all' })).toEqual(['c'])
    expect(await idsOf({ q: 'camer', matchingStrategy: 'all', attributesToSearchOn: ['name', 'aliases'] })).toEqual(['b'])
  })

  it('answers each query of a multi-search in its place', async () => {
    const results = await ask({ q: '', filter: ['id IN ["a"]'] }, { q: '', filter: ['id IN ["c", "d"]'], sort: ['id:asc'] }, { q: '', limit: 0 })
    expect(results.map(({ hits, estimatedTotalHits }) => [hits.map((hit) => hit.id), estimatedTotalHits])).toEqual([[['a'], 1], [['c', 'd'], 2], [[], 4]])
  })
}

describe('the contract with Meilisearch, kept by the fake', () => contract(openFakeMeilisearch))
describeMeilisearch('the contract with Meilisearch, kept by the real engine', () => contract(openMeilisearch), NO_MEILISEARCH)
