import { execute, type ExecutionResult, GraphQLError, parse, specifiedRules, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createJitExecutor, createPlainExecutor, type ExecutionRequest } from '../../server/http/executor.ts'
import { Lru } from '../../server/http/lru.ts'
import { createTestSchema } from './support.ts'

const schema = createTestSchema()
const plain = createPlainExecutor(schema)
const jit = createJitExecutor(schema, { compileAt: 1 })
const context = { viewer: null, requestId: 'r' }

function requestFor(query: string, variables?: Record<string, unknown>, operationName?: string): ExecutionRequest {
  return { document: parse(query), documentHash: query, operationName, variables, context: { ...context } }
}

/** What a client would get: everything that is serialised, errors with all their parts. */
function seen(result: ExecutionResult) {
  return JSON.parse(JSON.stringify({ ...result, errors: result.errors?.map((error) => error.toJSON()) }))
}

/**
 * As `seen`, with the errors in a fixed order; of those under a position that became null because of them, only that position:
 * which of several is told is a race in graphql-js too.
 */
function comparable(result: ExecutionResult) {
  const errors = (result.errors ?? []).map((error) => {
    let at: unknown = result.data
    const path = error.path ?? []
    const gone = path.findIndex((key) => {
      if (at === null || at === undefined) return true
      at = (at as Record<string | number, unknown>)[key]
      return false
    })
    return gone < 0 || !error.path ? JSON.stringify(error.toJSON()) : `null at ${path.slice(0, gone).join('.')}`
  })
  return { data: JSON.parse(JSON.stringify(result.data ?? null)), hasData: 'data' in result, errors: [...new Set(errors)].sort() }
}

const documents: [string, Record<string, unknown>?, string?][] = [
  ['{ hello }'],
  ['query ($n: String) { hello(name: $n) }', { n: 'Đà Nẵng' }],
  ['query ($n: String) { hello(name: $n) }', { n: null }],
  ['query ($n: String = "mặc định") { hello(name: $n) }'],
  ['query ($v: Int!) { number(value: $v) }', { v: 'x' }],
  ['query ($v: Int!) { number(value: $v) }', { v: 3.5 }],
  ['query ($v: Int!) { number(value: $v) }'],
  ['query ($c: Choice!) { chosen(choice: $c) }', { c: { id: '1' } }],
  ['query ($c: Choice!) { chosen(choice: $c) }', { c: { id: '1', name: 'x' } }],
  ['query ($c: Choice!) { chosen(choice: $c) }', { c: {} }],
  ['{ colour(colour: RED) }'],
  ['query ($c: Colour) { colour(colour: $c) }', { c: 'BLUE' }],
  ['{ item { id child { child { name later } } items(first: 3) { name items { id } } } }'],
  ['query ($n: Int!) { items(first: $n) { name ...F @include(if: true) } } fragment F on Item { later child { id } }', { n: 4 }],
  ['query ($on: Boolean!) { hello @skip(if: $on) item { ... @include(if: $on) { name } } }', { on: true }],
  ['query ($on: Boolean!) { hello @skip(if: $on) item { ... @include(if: $on) { name } } }', { on: false }],
  ['{ named { __typename name ... on Item { id items { name } } } }'],
  ['{ a: hello b: hello(name: "x") item { name } item { id } }'],
  ['{ boom hello }'],
  ['{ item { failing name } }'],
  ['{ item { failingHard name } hello }'],
  ['{ item { items(first: 3) { failingHard } } }'],
  ['{ items(first: 2) { nullHard name } hello }'],
  ['{\n  hello\n  item {\n    items { failing }\n  }\n}'],
  ['{ missing refused databaseAway }'],
  ['query A { hello } query B { number(value: 3) }', undefined, 'B'],
  ['{ __typename viewer }'],
  ['{ __schema { queryType { name } } }'],
  ['mutation { change }'],
]

describe('graphql-jit answers as graphql-js does', () => {
  it.each(documents)('%s %j', async (query, variables, operationName) => {
    expect(validate(schema, parse(query), specifiedRules)).toEqual([])
    const request = requestFor(query, variables, operationName)
    const [expected, first, second] = [await plain(request), await jit(request), await jit(request)]
    expect(seen(first)).toEqual(seen(expected))
    expect(seen(second)).toEqual(seen(expected))
    expect(comparable(second)).toEqual(comparable(expected))
    for (const error of second.errors ?? []) expect(error).toBeInstanceOf(GraphQLError)
  })

  it('on 1,500 generated documents', async () => {
    let state = 20_260_101
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const leaves = ['id', 'name', 'later', 'failing', 'failingHard', 'nullHard', '__typename']
    const selection = (depth: number): string =>
      Array.from({ length: 1 + random(3) }, () => {
        const leaf = leaves[random(random(6) ? 3 : leaves.length)]!
        if (depth <= 0 || random(3) === 0) return leaf
        return [`child { ${selection(depth - 1)} }`, `items { ${selection(depth - 1)} }`, `... @include(if: $on) { ${selection(depth - 1)} }`, `... on Named { name }`][random(4)]!
      }).join(' ')
    let withErrors = 0
    for (let n = 0; n < 1_500; n++) {
      const query = `query ($on: Boolean!) { on: hello @include(if: $on) item { ${selection(3)} } named { ... on Item { ${selection(2)} } } }`
      const request = requestFor(query, { on: random(2) === 0 })
      if (validate(schema, request.document).length) continue
      const expected = await plain(request)
      if (expected.errors) withErrors++
      expect(comparable(await jit(request)), query).toEqual(comparable(expected))
    }
    expect(withErrors).toBeGreaterThan(100)
  }, 90_000)
})

describe('what is compiled', () => {
  it('is only what comes again', async () => {
    const executor = createJitExecutor(schema)
    const request = requestFor('{ hello number(value: 1) }')
    const times: unknown[] = []
    for (let n = 0; n < 4; n++) times.push(seen(await executor(request)))
    expect(new Set(times.map((time) => JSON.stringify(time))).size).toBe(1)
  })
  it('leaves the context and the root value as graphql-js gives them', async () => {
    const request = requestFor('{ viewer }')
    request.context = { viewer: { id: '1' }, requestId: 'r' }
    expect((await jit(request)).data).toEqual((await execute({ schema, document: request.document, contextValue: request.context })).data)
  })
})

describe('Lru', () => {
  it('forgets what was used longest ago, by count and by weight', () => {
    const lru = new Lru<number>(3, 80)
    for (const [key, value] of [['a', 1], ['b', 2], ['c', 3]] as const) lru.set(key, value, 10)
    lru.get('a')
    lru.set('d', 4, 10)
    expect([lru.get('a'), lru.get('b'), lru.get('c'), lru.get('d')]).toEqual([1, undefined, 3, 4])
    lru.set('giant', 5, 11)
    expect(lru.get('giant')).toBeUndefined()
    const heavy = new Lru<number>(100, 80)
    for (let n = 0; n < 100; n++) heavy.set(String(n), n, 10)
    expect(heavy.size).toBe(8)
  })
})
