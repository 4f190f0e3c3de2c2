import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './support.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ limits: { operationMs: 300 } })
})
afterAll(() => server.close())

const nested = (depth: number) => `{ item { ${'child { '.repeat(depth - 2)}name ${'} '.repeat(depth - 2)}} }`
const codesOf = (answer: { body: { errors?: { extensions: { code: string } }[] } }) => answer.body.errors?.map((error) => error.extensions.code)

describe('tokens', () => {
  it('refuses a document of more than 1,000 tokens', async () => {
    const answer = await server.post({ query: `{ ${'hello '.repeat(1_001)}}` })
    expect(answer.status).toBe(400)
    expect(codesOf(answer)).toEqual(['TOO_MANY_TOKENS'])
    expect(answer.body.errors![0]!.message).toContain('1000 tokens')
  })
  it('takes one of 1,000', async () => {
    const operations = (count: number) => Array.from({ length: count }, (_, n) => `query A${n} { hello }`).join(' ')
    expect((await server.post({ query: operations(200), operationName: 'A7' })).body).toEqual({ data: { hello: 'xin chào bạn' } })
    expect(codesOf(await server.post({ query: operations(201), operationName: 'A7' }))).toEqual(['TOO_MANY_TOKENS'])
  })
  it('survives 100,000 open braces', async () => {
    expect(codesOf(await server.post({ query: '{item'.repeat(100_000) }))).toEqual(['TOO_MANY_TOKENS'])
  })
})

describe('depth', () => {
  it('takes 12, the leaf counted, and refuses 13', async () => {
    expect((await server.post({ query: nested(12) })).body.errors).toBeUndefined()
    const answer = await server.post({ query: nested(13) })
    expect(answer.status).toBe(400)
    expect(codesOf(answer)).toEqual(['QUERY_TOO_DEEP'])
    expect(answer.body.errors![0]!.message).toBe('This operation is 13 fields deep; at most 12 are allowed, the innermost counted.')
  })
  it('counts through fragments, named and inline', async () => {
    const query = `query { item { ...A } } fragment A on Item { child { ... on Item { ${'child { '.repeat(10)} name ${'} '.repeat(10)} } } }`
    expect(codesOf(await server.post({ query }))).toEqual(['QUERY_TOO_DEEP'])
  })
  it('leaves introspection to its own rule', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    expect((await server.post({ query: getIntrospectionQuery() })).body.errors).toBeUndefined()
    const circular = '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }'
    expect((await server.post({ query: circular })).status).toBe(400)
  })
})

describe('aliases and directives', () => {
  const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, n) => `a${n}: hello`).join(' ')} }`
  it('takes 15 aliases and refuses 16', async () => {
    expect((await server.post({ query: aliases(15) })).body.errors).toBeUndefined()
    const answer = await server.post({ query: aliases(16) })
    expect([answer.status, codesOf(answer)]).toEqual([400, ['TOO_MANY_ALIASES']])
  })
  it('counts aliases as often as their fragment is used', async () => {
    const query = `{ a: item { ...F } b: item { ...F } } fragment F on Item { ${Array.from({ length: 7 }, (_, n) => `c${n}: name`).join(' ')} }`
    expect(codesOf(await server.post({ query }))).toEqual(['TOO_MANY_ALIASES'])
  })
  it('measures fragments that double at each level without walking them all', async () => {
    const levels = 25
    const fragments = Array.from({ length: levels }, (_, n) => `fragment F${n} on Item { a: child { ...F${n + 1} } b: child { ...F${n + 1} } }`)
    const query = `{ item { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Item { name }`
    const started = performance.now()
    expect((await server.post({ query })).status).toBe(400)
    expect(performance.now() - started).toBeLessThan(2_000)
  })
  it('refuses 11 directives', async () => {
    const query = (count: number) => `query ($on: Boolean = true) { hello ${'@include(if: $on) '.repeat(1)} ${Array.from({ length: count - 1 }, (_, n) => `a${n}: hello @include(if: $on)`).join(' ')} }`
    expect((await server.post({ query: query(10) })).body.errors).toBeUndefined()
    expect(codesOf(await server.post({ query: query(11) }))).toEqual(['TOO_MANY_DIRECTIVES'])
  })
})

describe('cost', () => {
  const query = 'query ($n: Int) { items(first: $n) { items(first: $n) { name } } }'
  it('counts list arguments given as variables', async () => {
    const cheap = await server.post({ query, variables: { n: 5 } })
    expect(cheap.body.errors).toBeUndefined()
    const dear = await server.post({ query, variables: { n: 200 } })
    expect([dear.status, codesOf(dear)]).toEqual([400, ['QUERY_TOO_COSTLY']])
    expect(dear.body.data).toBeUndefined()
  })
  it('is checked at every request, also for a document that is known', async () => {
    for (const n of [5, 200, 5, 200]) expect(codesOf(await server.post({ query, variables: { n } }))).toEqual(n === 200 ? ['QUERY_TOO_COSTLY'] : undefined)
  })
  it('is told in a header', async () => {
    const answer = await server.post({ query: '{ items(first: 3) { name } }' })
    expect(Number(answer.headers['x-query-cost'])).toBeGreaterThan(3)
  })
  it('counts the operation that runs, not its neighbour', async () => {
    const both = 'query Cheap { hello } query Dear { items(first: 200) { items(first: 200) { name } } }'
    expect((await server.post({ query: both, operationName: 'Cheap' })).body.data).toEqual({ hello: 'xin chào bạn' })
    expect(codesOf(await server.post({ query: both, operationName: 'Dear' }))).toEqual(['QUERY_TOO_COSTLY'])
  })
})

describe('body and time', () => {
  it('refuses a body of more than 1 MB', async () => {
    const answer = await server.post({ query: `{ hello(name: "${'x'.repeat(1_048_576)}") }` })
    expect([answer.status, codesOf(answer)]).toEqual([413, ['BAD_USER_INPUT']])
    expect(answer.body.errors![0]!.message).toContain('1048576 bytes')
  })
  it('gives an operation up at its deadline', async () => {
    const answer = await server.post({ query: '{ wait(ms: 1500) }' })
    expect([answer.status, codesOf(answer)]).toEqual([504, ['TIMEOUT']])
  })
})

describe('no batching', () => {
  it('refuses a list of operations', async () => {
    const answer = await server.post([{ query: '{ hello }' }, { query: '{ hello }' }])
    expect(answer.status).toBe(400)
    expect(answer.body.data).toBeUndefined()
  })
})
