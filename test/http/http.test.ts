import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSchema } from 'graphql'
import { startTestServer, type TestServer } from './support.ts'

let server: TestServer
let address: string
beforeAll(async () => {
  server = await startTestServer({ corsOrigins: ['https://ban.example'] })
  address = await server.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => server.close())

describe('GraphQL over HTTP', () => {
  it('passes the audits of graphql-http', async () => {
    const results = await Promise.all(
      serverAudits({ url: `${address}/graphql`, fetchFn: fetch }).map(async (audit) => {
        const result = await audit.fn()
        return { status: result.status, name: `${audit.id} ${audit.name}: ${'reason' in result ? result.reason : ''}` }
      }),
    )
    expect(results.length).toBeGreaterThanOrEqual(61)
    expect(results.filter((result) => result.status === 'error').map((result) => result.name)).toEqual([])
    // The rest asks for GET and text without a preflight: CSRF prevention refuses them, on purpose.
    expect(results.filter((result) => result.status === 'ok').length, JSON.stringify(results.filter((result) => result.status !== 'ok'))).toBeGreaterThanOrEqual(58)
  })
  it('answers as application/graphql-response+json when asked, as application/json otherwise', async () => {
    const asked = await server.post({ query: '{ hello }' }, { accept: 'application/graphql-response+json' })
    expect(asked.headers['content-type']).toBe('application/graphql-response+json; charset=utf-8')
    const usual = await server.post({ query: '{ hello }' }, { accept: '*/*' })
    expect(usual.headers['content-type']).toBe('application/json; charset=utf-8')
    expect((await server.post({ query: '{ helo }' }, { accept: 'application/json' })).status).toBe(200)
    expect((await server.post({ query: '{ helo }' })).status).toBe(400)
  })
  it('carries the id of the request', async () => {
    const given = await server.post({ query: '{ hello }' }, { 'x-request-id': 'proxy-0123' })
    expect(given.headers['x-request-id']).toBe('proxy-0123')
    const forged = await server.post({ query: '{ hello }' }, { 'x-request-id': 'evil\u001b[31m line' })
    expect(forged.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
  it('logs one line a request, with the operation and without what was typed', async () => {
    await server.post({ query: 'query Greet($n: String) { hello(name: $n) boom }', variables: { n: 'bí mật' } }, { 'x-request-id': 'log-line-1' })
    const [line, ...more] = server.log.filter((entry) => entry.reqId === 'log-line-1' && entry.msg === 'request')
    expect(more).toEqual([])
    expect(line).toMatchObject({ method: 'POST', path: '/graphql', status: 200, operation: { name: 'Greet', type: 'query', errors: ['INTERNAL_SERVER_ERROR'] } })
    expect(JSON.stringify(server.log)).not.toContain('bí mật')
  })
})

/** What graphql-cop looks for (12 checks), asked in the same way. */
describe('graphql-cop', () => {
  const simple = { query: '{ __typename }' }
  it('no mutation by GET', async () => {
    const answer = await server.app.inject({ url: `/graphql?query=${encodeURIComponent('mutation { change }')}`, headers: { 'apollo-require-preflight': '1' } })
    expect(answer.statusCode).toBe(405)
    expect(answer.body).not.toContain('changed')
  })
  it('no query by GET without a preflight (CSRF)', async () => {
    const answer = await server.app.inject('/graphql?query=%7B__typename%7D')
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toContain('CSRF')
  })
  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])('no POST as %s (CSRF)', async (type) => {
    const answer = await server.app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': type }, payload: 'query=%7B__typename%7D' })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.body).not.toContain('"data"')
  })
  it('no batches', async () => expect((await server.post(Array(10).fill(simple))).status).toBe(400))
  it('no alias overloading', async () => {
    const query = `{ ${Array.from({ length: 101 }, (_, n) => `alias${n}: __typename`).join(' ')} }`
    expect((await server.post({ query })).status).toBe(400)
  })
  it('no directive overloading', async () => expect((await server.post({ query: `{ __typename ${'@aa'.repeat(10)} }` })).body.data).toBeUndefined())
  it('no circular introspection', async () => {
    const query = '{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }'
    expect((await server.post({ query })).status).toBe(400)
  })
  it('no field duplication that costs', async () => {
    expect((await server.post({ query: `{ ${'__typename '.repeat(90)} }` })).headers['x-query-cost']).toBe('0')
    expect((await server.post({ query: `{ ${'__typename '.repeat(2_000)} }` })).status).toBe(400)
  })
  it('no trace, no stack, no debug page', async () => {
    const answer = await server.post({ query: '{ boom }' })
    expect(answer.text).not.toMatch(/stacktrace|"tracing"|exception/)
    const page = await server.app.inject({ url: '/graphql', headers: { accept: 'text/html' } })
    expect(page.body).not.toMatch(/GraphiQL|Playground|Sandbox/i)
  })
  it('no framework named in the headers', async () => {
    const answer = await server.post(simple)
    expect(answer.headers['x-powered-by']).toBeUndefined()
    expect(answer.headers.server).toBeUndefined()
  })
})

describe('headers', () => {
  it('are strict everywhere', async () => {
    const { headers } = await server.post({ query: '{ hello }' })
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
  })
  it('let only the configured origins read answers', async () => {
    const known = await server.post({ query: '{ hello }' }, { origin: 'https://ban.example' })
    expect(known.headers['access-control-allow-origin']).toBe('https://ban.example')
    expect((await server.post({ query: '{ hello }' }, { origin: 'https://la.example' })).headers['access-control-allow-origin']).toBeUndefined()
    const preflight = await server.app.inject({ method: 'OPTIONS', url: '/graphql', headers: { origin: 'https://ban.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } })
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, 'https://ban.example'])
  })
  it('compress large answers', async () => {
    const reply = await server.app.inject({ url: '/ide/main.js', headers: { 'accept-encoding': 'br, gzip' } })
    expect(reply.headers['content-encoding']).toBe('br')
  })
})

describe('health', () => {
  it('lives, and is ready when everything is', async () => {
    expect((await server.app.inject('/healthz')).json()).toEqual({ status: 'ok' })
    const ready = await server.app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready', checks: { database: 'ok', migrated: 'ok', seeded: 'ok', search: 'ok' } }])
  })
  it.each([
    ['search away', async () => ({ database: true as const, search: 'degraded' as const }), 200, 'degraded'],
    ['not seeded', async () => ({ database: true as const, seeded: 'the catalogue is empty' }), 503, 'not ready'],
    ['database away', async () => Promise.reject(new Error('ECONNREFUSED 10.0.0.5')), 503, 'not ready'],
    ['database hung', () => new Promise<never>(() => {}), 503, 'not ready'],
  ])('%s', async (_name, checkReadiness, status, text) => {
    const other = await startTestServer({ checkReadiness })
    const reply = await other.app.inject('/readyz')
    expect([reply.statusCode, reply.json().status]).toEqual([status, text])
    expect(reply.body).not.toContain('10.0.0.5')
    expect((await other.app.inject('/healthz')).statusCode).toBe(200)
    await other.close()
  })
  it('says 503 first when it stops, and still answers', async () => {
    const other = await startTestServer()
    other.drain()
    expect((await other.app.inject('/readyz')).statusCode).toBe(503)
    expect((await other.app.inject('/healthz')).statusCode).toBe(200)
    const answer = await other.post({ query: '{ hello }' })
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close'])
    await other.close()
  })
  it('measures the event loop, requests and errors', async () => {
    await server.post({ query: '{ boom }' })
    const reply = await server.app.inject('/metrics')
    expect(reply.headers['content-type']).toContain('text/plain')
    for (const name of ['nodejs_eventloop_lag_seconds', 'http_request_duration_seconds_bucket', 'graphql_operation_duration_seconds_count', 'graphql_errors_total{code="INTERNAL_SERVER_ERROR"}']) {
      expect(reply.body).toContain(name)
    }
    expect(reply.body).toMatch(/http_requests_in_flight 1\n/)
  })
})

describe('schema and pages', () => {
  it('publishes the SDL', async () => {
    const reply = await server.app.inject('/schema.graphql')
    expect(buildSchema(reply.body).getQueryType()!.getFields().hello).toBeDefined()
  })
  it('greets in Vietnamese, with a link to the IDE and a query, and no script', async () => {
    const reply = await server.app.inject('/')
    expect(reply.body).toContain('<html lang="vi">')
    expect(reply.body).toContain('href="/ide"')
    expect(reply.body).toContain('{ hello(name: "&lt;Nhân Rộng>") }')
    expect(reply.headers['content-security-policy']).toMatch(/^default-src 'none';style-src 'sha256-/)
    expect(reply.body).not.toMatch(/<script|https?:\/\//)
  })
})
