import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SECRET, startTestServer, type TestServer } from './support.ts'

let server: TestServer
let production: TestServer
beforeAll(async () => {
  server = await startTestServer()
  production = await startTestServer({ isProduction: true })
})
afterAll(async () => {
  await server.close()
  await production.close()
})

describe('masking', () => {
  it.each(['{ boom }', '{ item { failing } }', '{ item { failingHard } }', '{ item { nullHard } }'])('hides what nobody planned: %s', async (query) => {
    for (let turn = 0; turn < 3; turn++) {
      const answer = await server.post({ query })
      const [error] = answer.body.errors!
      expect(error!.extensions.code).toBe('INTERNAL_SERVER_ERROR')
      expect(error!.extensions.incidentId).toMatch(/^[0-9a-f-]{36}$/)
      expect(Object.keys(error!.extensions)).toEqual(['code', 'incidentId'])
      expect(answer.text).not.toMatch(/hunter2|secret|\.ts|stack|node_modules/i)
      const logged = server.log.find((line) => line.incidentId === error!.extensions.incidentId) as { err: { message: string; stack: string } }
      expect(logged.err.stack).toContain('Error')
      expect(JSON.stringify(error!.path)).toContain(query.match(/\w+/)![0])
    }
  })
  it('says a planned error with its code', async () => {
    const answer = await server.post({ query: '{ missing hello }' })
    expect(answer.body.data).toEqual({ missing: null, hello: 'xin chào bạn' })
    expect(answer.body.errors).toMatchObject([{ message: 'There is no such item.', path: ['missing'], extensions: { code: 'NOT_FOUND' } }])
    expect(answer.body.errors![0]!.extensions.incidentId).toBeUndefined()
  })
  it('lets a documented GraphQL error through', async () => {
    expect((await server.post({ query: '{ refused }' })).body.errors).toMatchObject([{ message: 'first must be 1 to 100.', extensions: { code: 'BAD_USER_INPUT' } }])
  })
  it('says that the database is away, without its address', async () => {
    const answer = await server.post({ query: '{ databaseAway }' })
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }])
    expect(answer.text).not.toContain(SECRET)
  })
  it('says that a query met its deadline', async () => {
    expect((await server.post({ query: '{ databaseLate }' })).body.errors).toMatchObject([{ extensions: { code: 'TIMEOUT' } }])
  })
})

describe('bad input', () => {
  it.each([
    ['a variable of a wrong type', { query: 'query ($v: Int!) { number(value: $v) }', variables: { v: 'x' } }, 'BAD_USER_INPUT'],
    ['a required variable left out', { query: 'query ($v: Int!) { number(value: $v) }' }, 'BAD_USER_INPUT'],
    ['two members of a oneOf', { query: 'query ($c: Choice!) { chosen(choice: $c) }', variables: { c: { id: '1', name: 'x' } } }, 'BAD_USER_INPUT'],
    ['an unknown enum value', { query: 'query ($c: Colour) { colour(colour: $c) }', variables: { c: 'BLUE' } }, 'BAD_USER_INPUT'],
    ['a syntax error', { query: '{ hello' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ helo }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['no query', { variables: {} }, 'BAD_REQUEST'],
    ['an unknown operation', { query: 'query A { hello }', operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
  ])('%s', async (_name, body, code) => {
    for (let turn = 0; turn < 3; turn++) {
      const answer = await server.post(body)
      expect(answer.status).toBe(400)
      expect(answer.body.errors![0]!.extensions.code).toBe(code)
      expect(answer.text).not.toContain('stack')
    }
  })
  it('answers broken JSON and a foreign content type in GraphQL shape', async () => {
    const broken = await server.app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json' }, payload: '{"query":' })
    expect([broken.statusCode, broken.json().errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
    const foreign = await server.app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/xml' }, payload: '<a/>' })
    expect([foreign.statusCode, foreign.json().errors[0].extensions.code]).toEqual([415, 'BAD_USER_INPUT'])
  })
  it('answers another method and another path', async () => {
    expect((await server.app.inject({ method: 'PUT', url: '/graphql' })).statusCode).toBe(405)
    const nothing = await server.app.inject('/nothing')
    expect([nothing.statusCode, nothing.json().errors[0].extensions.code]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('production', () => {
  it('suggests no names', async () => {
    expect((await server.post({ query: '{ helo }' })).text).toContain('Did you mean')
    expect((await production.post({ query: '{ helo }' })).text).not.toContain('Did you mean')
  })
  it('introspects for a key only, and says where the schema is', async () => {
    const query = '{ __schema { queryType { name } } }'
    const refused = await production.post({ query })
    expect([refused.status, refused.body.errors![0]!.extensions.code]).toEqual([400, 'FORBIDDEN'])
    expect(refused.body.errors![0]!.message).toContain('/schema.graphql')
    expect((await production.post({ query }, { authorization: 'Bearer key' })).body.data).toEqual({ __schema: { queryType: { name: 'Query' } } })
    expect((await production.post({ query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' })
  })
})
