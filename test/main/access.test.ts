/** Who is let in, and how often; and one slow statement among many callers. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { killPrograms } from '../support/programs.ts'
import { createPlace, isEmbedded, startServer, type Place, type RunningServer } from './support.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const KEY = 'a-key-of-the-first-admin'
const DEADLINE_MS = 2_000
let place: Place
let server: RunningServer
beforeAll(async () => {
  place = await createPlace('seeded')
  const { db, close } = await place.open()
  // A place name that takes the database for ever to find: no operation of the API is slow by itself.
  await sql.raw(`
    alter function f_search_localities(text, date, int) rename to f_search_localities_as_it_is;
    create function f_search_localities(query text, as_of date default null, max_rows int default 20) returns table (locality_id uuid, matched_name text, score real) language plpgsql stable as $$
    begin
      if query = 'chậm' then perform count(*) from generate_series(1, 2000000000); end if;
      return query select * from f_search_localities_as_it_is(query, as_of, max_rows);
    end $$`).execute(db)
  await close()
})
afterAll(async () => {
  await killPrograms()
  await place?.drop()
})

describe('ADMIN_KEY and RATE_LIMIT', () => {
  const count = '{ models { totalCount } }'
  beforeAll(async () => { server = await startServer(place, { ADMIN_KEY: KEY, RATE_LIMIT: '5', NODE_ENV: 'production', LOG_LEVEL: 'trace', DRAIN_MS: '0' }) })
  afterAll(async () => {
    const { output, code } = await server.stop()
    expect(code).toBe(0)
    expect(output).toContain('"path":"/graphql"')
    expect(output).not.toMatch(new RegExp(`${KEY}|wr0ng`))
  })

  it('the right key opens what production keeps from others', async () => {
    const { body } = await server.ask('{ __schema { queryType { name } } }', { authorization: `Bearer ${KEY}` })
    expect(body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } })
    const anybody = await server.ask('{ __schema { queryType { name } } }')
    expect(anybody.body.errors[0].extensions.code).toBe('FORBIDDEN')
  })

  it.each([['a wrong key', 'Bearer wr0ng-key-0123'], ['another scheme', 'Basic wr0ng'], ['no key', 'Bearer ']])('%s is refused, never taken for nobody', async (_what, authorization) => {
    const { status, headers, body } = await server.ask(count, { authorization })
    expect([status, body.errors[0].extensions.code, headers.get('www-authenticate')]).toEqual([401, 'UNAUTHENTICATED', 'Bearer'])
    expect(body.data).toBeUndefined()
    expect(JSON.stringify(body)).not.toContain('wr0ng')
  })

  it('past the limit callers are told when to come again; whoever runs it is not', async () => {
    let answer = await server.ask(count)
    expect([answer.headers.get('ratelimit-limit'), answer.headers.get('ratelimit-remaining')]).toEqual(['5', '0'])
    answer = await server.ask(count)
    expect(answer.status).toBe(429)
    expect(answer.body).toEqual({ errors: [{ message: expect.stringMatching(/^At most 5 calls a minute are answered; go on in \d+ s\.$/), extensions: { code: 'RATE_LIMITED' } }] })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect([answer.headers.get('ratelimit-limit'), answer.headers.get('ratelimit-remaining')]).toEqual(['5', '0'])
    expect(Number(answer.headers.get('ratelimit-reset'))).toBeGreaterThan(0)
    expect((await server.get('/healthz')).status).toBe(200)
    expect((await server.get('/readyz')).status).toBe(200)
    expect((await server.ask(count, { authorization: `Bearer ${KEY}` })).status).toBe(200)
  })

  it('and keys that nobody has give nobody a further turn', async () => {
    expect((await server.ask(count, { authorization: 'Bearer wr0ng-key-4567' })).status).toBe(429)
  })
})

describe('a statement past its deadline', () => {
  it(`ends with TIMEOUT, /healthz answers meanwhile, and the others get their answers`, async () => {
    server = await startServer(place, { QUERY_TIMEOUT_MS: String(DEADLINE_MS) })
    const started = performance.now()
    let isOver = false
    const slow = server.ask('{ localities(query: "chậm") { score } }', { accept: 'application/graphql-response+json' }).finally(() => { isOver = true })
    const behind = Array.from({ length: 4 }, () => server.ask('{ models { totalCount } }'))
    const health: number[] = []
    while (!isOver) {
      const asked = performance.now()
      expect((await server.get('/healthz')).status).toBe(200)
      health.push(performance.now() - asked)
    }
    const { status, body } = await slow
    const tookMs = performance.now() - started
    expect(body.errors).toMatchObject([{ extensions: { code: 'TIMEOUT' }, path: ['localities'] }])
    expect(status).toBe(200)
    expect(tookMs).toBeGreaterThanOrEqual(DEADLINE_MS - 1)
    expect(tookMs).toBeLessThan(DEADLINE_MS * 2)
    health.sort((a, b) => a - b)
    expect(health.length).toBeGreaterThan(20)
    // The one in the middle, and nearly all far from the deadline: a machine that others use too holds up some.
    expect(health[Math.floor(health.length * 0.5)]).toBeLessThanOrEqual(50)
    expect(health[Math.floor(health.length * 0.95)]).toBeLessThan(DEADLINE_MS / 4)
    for (const { body: told } of await Promise.all(behind)) expect(told).toEqual({ data: { models: { totalCount: 324 } } })
    expect((await server.ask('{ localities(query: "Ninh Kiều", first: 1) { locality { code } } }')).body.data.localities[0].locality.code).toBe('31135')
    if (isEmbedded) expect(server.output()).toContain('statement overdue')
    expect((await server.stop()).code).toBe(0)
  })
})
