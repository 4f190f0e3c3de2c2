/** Starts that are refused, and starts that go on without Meilisearch. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, readdirSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort, killPrograms, poll, startProgram } from '../support/programs.ts'
import { createPlace, launch, startServer, type Place } from './support.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const listening: Server[] = []
async function listenOn(answer: string, type: string): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': type }).end(answer))
  listening.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
afterEach(killPrograms)
afterAll(() => { for (const server of listening) { server.close(); server.closeAllConnections() } })

describe('a start is refused', () => {
  let nowhere: Place
  beforeAll(async () => { nowhere = { env: { DATA_DIR: '/nonexistent/nr', DATABASE_URL: '' }, open: () => Promise.reject(new Error()), drop: async () => {} } })

  it('for a wrong environment: all of it at once, and nothing else', async () => {
    const { code, stdout, stderr } = await launch(nowhere, { PORT: 'eighty', ADMIN_KEY: 's3cr3t', RATE_LIMIT: '-1', MEILI_SEARCH_KEY: 'm4st3r', LOG_LEVEL: 'loud' }).ended
    expect(code).toBe(1)
    expect(stdout).toBe('')
    const lines = stderr.trim().split('\n')
    expect(lines[0]).toBe('The configuration has 5 faults. Correct the environment or .env:')
    expect(lines.slice(1).map((line) => line.match(/^ {2}- ([A-Z_]+) /)?.[1]).sort()).toEqual(['ADMIN_KEY', 'LOG_LEVEL', 'MEILI_URL', 'PORT', 'RATE_LIMIT'])
    expect(stderr).not.toMatch(/s3cr3t|m4st3r|eighty|\n\s+at /)
  })

  it('for a busy port, before anything is made', async () => {
    const port = await listenOn('busy', 'text/plain')
    const place = await createPlace('empty')
    const { code, stdout, stderr } = await launch(place, { PORT: String(port) }).ended
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe(`Port ${port} on 127.0.0.1 is in use by another program. Stop that, or start with another port: PORT=${port + 1} npm start\n`)
    if (place.env.DATA_DIR) expect(readdirSync(place.env.DATA_DIR)).toEqual([])
    await place.drop()
  })

  it('for a host that is not this machine, and for a database that does not answer', async () => {
    const [host, database] = await Promise.all([
      launch(nowhere, { HOST: '192.0.2.1', PORT: String(await freePort()) }).ended,
      launch(nowhere, { DATABASE_URL: `postgres://somebody:hunter2@127.0.0.1:${await freePort()}/nr` }).ended,
    ])
    expect([host.code, host.stderr]).toEqual([1, '192.0.2.1 is no address of this machine. Set HOST to one, such as 127.0.0.1 (only this machine) or 0.0.0.0 (every interface).\n'])
    expect(database.code).toBe(1)
    expect(database.stderr).toMatch(/^No Postgres answers at 127\.0\.0\.1:\d+\/nr \(.*\)\. Start it, or correct DATABASE_URL/)
    expect(database.stderr).not.toMatch(/hunter2|\n\s+at /)
  })
})

describe('a MEILI_URL that is no Meilisearch', () => {
  let place: Place
  beforeAll(async () => { place = await createPlace('seeded') })
  afterAll(() => place?.drop())

  it.each([
    ['says HTML', () => listenOn('<!doctype html><title>Router</title>', 'text/html')],
    ['says other JSON', () => listenOn('{"hello":"world"}', 'application/json')],
    ['is not there', () => freePort()],
  ])('%s: the server starts, says so, and answers from Postgres', async (_what, portOf) => {
    const server = await startServer(place, { MEILI_URL: `http://127.0.0.1:${await portOf()}`, MEILI_ADMIN_KEY: 'c4n4ry-k3y' })
    expect(server.output()).toMatch(/Search {4}Postgres, because Meilisearch is not usable yet: \S/)
    const { status, body } = await server.ask('{ searchModels(query: "camera an ninh", first: 1) { engine isDegraded totalCount nodes { name } } }')
    expect(status).toBe(200)
    expect(body).toMatchObject({ data: { searchModels: { engine: 'POSTGRES', isDegraded: true, nodes: [{ name: 'Camera an ninh' }] } } })
    const ready = await server.get('/readyz')
    expect([ready.status, ready.body]).toEqual([200, { status: 'degraded', checks: { database: 'ok', migrated: 'ok', seeded: 'ok', search: 'degraded' } }])
    await poll(async () => (/could not be brought up to date/.test(server.output()) ? true : undefined), 'the indexer says that it cannot work')
    const { code, output } = await server.stop()
    expect(code).toBe(0)
    expect(output).not.toContain('c4n4ry')
  })
})

describe('npm run seed', () => {
  it('says its faults without a trace, and helps', async () => {
    const [help, unknown, wrong] = await Promise.all([
      startProgram('seed/cli.ts', { args: ['--help'] }).ended,
      startProgram('seed/cli.ts', { args: ['--nonsense'] }).ended,
      startProgram('seed/cli.ts', { env: { DATABASE_URL: 'nowhere' } }).ended,
    ])
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('npm run seed -- --json')])
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('--nonsense')])
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('DATABASE_URL must be')])
    for (const { stderr } of [unknown, wrong]) expect(stderr).not.toMatch(/\n\s+at /)
    expect(existsSync('/tmp/.data')).toBe(false)
  })
})
