/** What a caller gets wrong is said in words, with a code of the contract, and nothing else is lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from './support.ts'

let world: World
beforeAll(async () => { world = await openWorld() })
afterAll(() => world.close())

const refusal = async (document: string, variables?: Record<string, unknown>) => {
  const { errors } = await world.ask(document, variables)
  expect(errors).toHaveLength(1)
  return errors[0]!
}

describe('sizes', () => {
  it.each([['first: 0', '`first` is 0; it must be between 1 and 100.'], ['first: 101', '`first` is 101; it must be between 1 and 100.'], ['first: -1', '`first` is -1; it must be between 1 and 100.'], ['last: 0', '`last` is 0; it must be between 1 and 100.'], ['first: 1, last: 1', 'Give either `first` or `last`, not both.']])('models(%s)', async (args, message) => {
    expect(await refusal(`{ models(${args}) { totalCount } }`)).toMatchObject({ message, code: 'BAD_USER_INPUT', path: ['models'] })
    expect(await refusal(`{ model(slug: "camera-an-ninh") { results(${args}) { totalCount } } }`)).toMatchObject({ message, code: 'BAD_USER_INPUT', path: ['model'] })
  })
  it('of a list without paging', async () => expect(await refusal('{ localities(query: "a", first: 101) { matchedName } }')).toMatchObject({ code: 'BAD_USER_INPUT' }))
  it('one bad nullable field leaves the others', async () => {
    const { data, errors } = await world.ask('{ model(slug: "camera-an-ninh") { results(first: 0) { totalCount } } topics { key } }')
    expect(errors).toHaveLength(1)
    expect(data.model).toBeNull()
    expect(data.topics.length).toBeGreaterThan(10)
  })
})

describe('cursors', () => {
  const cursorOf = async (args: string): Promise<string> => (await world.read(`{ models(${args}) { pageInfo { endCursor } } }`)).models.pageInfo.endCursor
  it.each(['', 'x', '!!!', 'bm9uc2Vuc2U', 'W10', 'WyJOQU1FIEFTQyJd', 'é'.repeat(20), 'A'.repeat(3000), '\0'])('%j is none', async (after) => {
    expect(await refusal('query ($after: String) { models(after: $after) { totalCount } }', { after })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^`after` is /) })
  })
  it('of another ordering', async () => {
    const byName = await cursorOf('first: 3')
    expect(await refusal(`{ models(orderBy: { field: STARTED_ON }, after: "${byName}") { totalCount } }`)).toMatchObject({ code: 'BAD_USER_INPUT', message: '`after` is a cursor of another list or ordering; this list needs one of its own (STARTED_ON ASC). Start again without a cursor.' })
    expect(await refusal(`{ models(orderBy: { field: NAME, direction: DESC }, before: "${byName}", last: 2) { totalCount } }`)).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
  it('of another list', async () => {
    const byName = await cursorOf('first: 3')
    expect(await refusal(`{ model(slug: "camera-an-ninh") { results(after: "${byName}") { totalCount } } }`)).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('cursor of another list') })
  })
  it('whose keys were tampered with', async () => {
    for (const keys of [['NAME ASC', 1, 2], ['NAME ASC', 'a', 'no-uuid'], ['UPDATED_AT ASC', 'yesterday', '00000000-0000-8000-8000-000000000000'], ['REPLICATION_COUNT ASC', 1e12, '00000000-0000-8000-8000-000000000000'], ['NAME ASC', '\0', '00000000-0000-8000-8000-000000000000']]) {
      const cursor = Buffer.from(JSON.stringify(keys)).toString('base64url')
      expect(await refusal(`{ models(orderBy: { field: ${String(keys[0]).split(' ')[0]} }, after: "${cursor}") { nodes { id } } }`)).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
  })
})

describe('names', () => {
  it('of a vocabulary: named, with the nearest', async () => {
    expect(await refusal('{ models(filter: { topicIn: ["trafic-safety", "fire-safety"] }) { totalCount } }')).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^`topicIn`: nothing is called "trafic-safety"; nearest: "traffic-safety", /) })
    expect(await refusal('{ models(filter: { settingIn: ["scholl"], participantIn: ["polise"] }) { nodes { id } } }')).toMatchObject({ message: expect.stringMatching(/`settingIn`: nothing is called "scholl"; nearest: "school".*`participantIn`: nothing is called "polise"; nearest: "police"/) })
  })
  it('of places', async () => {
    expect(await refusal('{ models(filter: { localityIn: ["Cần Thơ"] }) { totalCount } }')).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('nothing is called "Cần Thơ"; nearest: "can-tho"') })
    expect(await refusal('{ models(filter: { originLocalityIn: ["99999"], replicatedInLocalityIn: ["nowhere-at-all"] }) { totalCount } }')).toMatchObject({ message: expect.stringMatching(/`originLocalityIn`: nothing is called "99999"; nearest: "\d{5}", .*`replicatedInLocalityIn`: nothing is called "nowhere-at-all"/) })
    expect(await refusal('{ model(slug: "camera-an-ninh") { replications(localityIn: ["can-toh"]) { totalCount } } }')).toMatchObject({ message: expect.stringContaining('`localityIn`: nothing is called "can-toh"; nearest: "can-tho"') })
  })
  it('are checked in the statement that reads', async () => {
    expect((await world.ask('{ models(filter: { topicIn: ["nope"], localityIn: ["nope"] }) { totalCount nodes { id } } }')).statements).toBe(1)
  })
  it.each(['\0', '👍', '"', "'; drop table model; --", 'é'.normalize('NFD'), 'x'.repeat(10_000)])('%.20j is only a name', async (value) => {
    for (const field of ['topicIn', 'localityIn']) expect(await refusal('query ($filter: ModelFilter) { models(filter: $filter) { totalCount } }', { filter: { [field]: [value] } })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
  it('in too long a list', async () => expect(await refusal('query ($filter: ModelFilter) { models(filter: $filter) { totalCount } }', { filter: { topicIn: Array(101).fill('school') } })).toMatchObject({ code: 'BAD_USER_INPUT', message: '`topicIn` has 101 entries; at most 100 are allowed.' }))
})

describe('places', () => {
  it.each([
    ['', 'Give either `slug` or `code`.'], ['(slug: "can-tho", code: "92")', 'Give either `slug` or `code`.'],
    ['(code: "can-tho")', '`code` is "can-tho"; expected digits, such as "92", or "92@2024-01-01". For a name use `slug` or `localities(query:)`.'],
  ])('locality%s', async (args, message) => expect(await refusal(`{ locality${args} { slug } }`)).toMatchObject({ code: 'BAD_USER_INPUT', message }))
  it('name the nearest codes', async () => expect(await refusal('{ locality(code: "31136") { slug } }')).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/^`code`: nothing is called "31136"; nearest: "311\d\d"/) }))
  it('a day that is none', async () => expect(await refusal('{ locality(code: "92", asOf: "2025-02-30") { slug } }')).toMatchObject({ message: expect.stringContaining('expected a day such as "2025-07-28"') }))
  it.each(['', '   ', '👍👍', '%', '\\', '&|!():*', 'ă'.normalize('NFD'), 'x'.repeat(10_000)])('localities(query: %.20j) answers', async (query) => {
    const { errors, statements } = await world.ask('query ($query: String!) { localities(query: $query) { matchedName } }', { query })
    expect(errors).toEqual([])
    expect(statements).toBe(1)
  })
  it('NUL is refused', async () => expect(await refusal('query ($query: String!) { localities(query: $query) { matchedName } }', { query: 'a\0b' })).toMatchObject({ code: 'BAD_USER_INPUT' }))
})

describe('what is not there', () => {
  it('is null, not an error', async () => {
    expect(await world.read('{ model(slug: "no-such-model") { id } locality(slug: "no-such-unit") { id } node(id: "TW9kZWw6MDAwMDAwMDAtMDAwMC04MDAwLTgwMDAtMDAwMDAwMDAwMDAw") { id } }')).toEqual({ model: null, locality: null, node: null })
  })
  it.each(['', 'abc', 'TW9kZWw6MQ==', 'Q29uZmlnOjE=', 'Model:1', '__proto__', 'X19wcm90b19fOjAwMDAwMDAwLTAwMDAtODAwMC04MDAwLTAwMDAwMDAwMDAwMA==', '\0'])('%j is no id', async (id) => {
    expect(await refusal('query ($id: ID!) { node(id: $id) { id } }', { id })).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('is not an id of this API') })
  })
  it('too many ids', async () => expect(await refusal('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(101).fill('TW9kZWw6MDAwMDAwMDAtMDAwMC04MDAwLTgwMDAtMDAwMDAwMDAwMDAw') })).toMatchObject({ code: 'BAD_USER_INPUT' }))
  it('a NUL in a slug', async () => expect(await refusal('query ($slug: String!) { model(slug: $slug) { id } }', { slug: '\0' })).toMatchObject({ code: 'BAD_USER_INPUT' }))
})
