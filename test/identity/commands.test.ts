/** `npm run key` and `npm run audit:verify`, as processes: on a database of their own, and through the server that holds it. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { AUDIENCE, type Issuer, startIssuer } from './issuer.ts'
import { createPlace, isEmbedded, type Place, type RunningServer, startServer } from '../main/support.ts'
import { type Ended, freePort, killPrograms, startProgram } from '../support/programs.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const KEY = 'the-first-admins-key-0123'
let place: Place
beforeAll(async () => { place = await createPlace('seeded') })
afterAll(async () => {
  await killPrograms()
  await place.drop()
})
const run = (script: string, args: string[], env: Record<string, string> = {}): Promise<Ended> => startProgram(`server/cli/${script}.ts`, { args, env: { PORT: '0', ...place.env, ...env } }).ended
const json = ({ code, stdout, stderr }: Ended) => {
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe('without a server', () => {
  it('make, list and take back a key; the audit log tells it and is whole', async () => {
    const made = json(await run('key', ['create', '--name', 'Công an phường Ninh Kiều', '--role', 'locality-officer', '--localities', 'can-tho, an-giang', '--expires', '2099-01-01', '--json']))
    expect(made).toEqual({ key: expect.stringMatching(/^nr_\w{42}$/), apiKey: expect.objectContaining({ role: 'LOCALITY_OFFICER', createdBy: 'command', expiresAt: '2099-01-01T00:00:00.000Z', localities: [{ slug: 'an-giang' }, { slug: 'can-tho' }] }) })
    const listed = await run('key', ['list'])
    expect(listed.stdout).toMatch(new RegExp(`^KEY +STATE[^]*\n${made.apiKey.prefix} +ACTIVE +LOCALITY_OFFICER .* never .*Công an phường Ninh Kiều`))
    expect(listed.stdout).not.toContain(made.key)
    expect((await run('key', ['revoke', made.apiKey.id, '--reason', 'thử'])).stdout).toBe(`The key ${made.apiKey.prefix}… of "Công an phường Ninh Kiều" opens nothing any more.\n`)
    expect(json(await run('key', ['list', '--json']))).toEqual([expect.objectContaining({ id: made.apiKey.id, state: 'REVOKED' })])
    const report = json(await run('audit-verify', ['--json']))
    expect(report).toMatchObject({ isWhole: true, entryCount: 2, erasedCount: 0, faults: [] })
    const told = await run('audit-verify', ['--anchor', report.anchor])
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('2 entries.\nThe audit log is whole.')])
  })
  it.concurrent.each([
    ['a role that is none', ['create', '--name', 'x', '--role', 'boss'], /^--role is boss; it must be one of LOCALITY_OFFICER, CURATOR, ADMIN\.\n$/],
    ['a day that is none', ['create', '--name', 'x', '--role', 'ADMIN', '--expires', 'soon'], /^--expires is soon; expected a day/],
    ['what the API refuses', ['create', '--name', 'x', '--role', 'ADMIN', '--expires', '2020-01-01'], /^The input has a fault: expiresAt: Must be in the future\.\n$/],
  ])('refuses %s, without a stack', async (_what, args, why) => {
    const { code, stdout, stderr } = await run('key', args)
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(why)])
    expect(stderr).not.toContain('    at ')
  })
  it.concurrent.each([['key', ['--help'], /create[^]*list[^]*revoke/], ['key', ['create', '--help'], /--localities[^]*--expires[^]*--json/], ['audit-verify', ['--help'], /--anchor[^]*--json/]])('%s has help', async (script, args, told) => {
    const { code, output } = await run(script, args)
    expect([code, output]).toEqual([0, expect.stringMatching(told)])
  })
})

describe('while a server runs', () => {
  let server: RunningServer
  let port: string
  let issuer: Issuer
  beforeAll(async () => {
    port = String(await freePort())
    issuer = await startIssuer()
    server = await startServer(place, { PORT: port, ADMIN_KEY: KEY, LOG_LEVEL: 'trace', RATE_LIMIT: '1000', OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, OIDC_ROLE_CLAIM: 'realm.roles', OIDC_ROLES: 'bien-tap=CURATOR' })
  })
  afterAll(async () => {
    await issuer.close()
    const { output, code } = await server.stop()
    expect(code).toBe(0)
    expect(output).not.toContain(KEY)
  })

  it('keys are made through it, open it, and stop opening it', async () => {
    const made = json(await run('key', ['create', '--name', 'máy', '--role', 'CURATOR', '--json'], { PORT: port, ADMIN_KEY: KEY }))
    const me = () => server.ask('{ viewer { name role } }', { authorization: `Bearer ${made.key}` })
    expect((await me()).body).toEqual({ data: { viewer: { name: 'máy', role: 'CURATOR' } } })
    expect((await run('key', ['revoke', made.apiKey.id, '--server', server.address], { ADMIN_KEY: KEY })).code).toBe(0)
    expect([(await me()).status, (await me()).body.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(server.output()).not.toContain(made.key)
    expect(json(await run('audit-verify', ['--json'], { PORT: port, ADMIN_KEY: KEY }))).toMatchObject({ isWhole: true, entryCount: 4 })
  })
  it('a token of the configured provider opens it, and stands in no log', async () => {
    const token = await issuer.token({ realm: { roles: ['bien-tap'] } })
    expect((await server.ask('{ viewer { name role } }', { authorization: `Bearer ${token}` })).body).toEqual({ data: { viewer: { name: 'Trần Thị B', role: 'CURATOR' } } })
    const forged = await server.ask('{ viewer { name } }', { authorization: `Bearer ${token.slice(0, -4)}AAAA` })
    expect([forged.status, forged.body.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(server.output()).not.toContain(token.split('.')[2])
  })
  it.skipIf(!isEmbedded)('nobody goes around it: without its key, with another one, or past its port', async () => {
    const told = async (env: Record<string, string>) => {
      const { code, stdout, stderr } = await run('key', ['list'], env)
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).not.toContain('    at ')
      return stderr
    }
    expect(await told({ PORT: port })).toMatch(/holds the database\. Set ADMIN_KEY/)
    expect(await told({ PORT: port, ADMIN_KEY: 'another-key-9876' })).toMatch(/does not know this ADMIN_KEY/)
    expect(await told({ PORT: '0', ADMIN_KEY: KEY })).toMatch(/is in use by process \d+/)
    expect(await told({ PORT: String(await freePort()), ADMIN_KEY: KEY })).toMatch(/is in use by process \d+.*nothing answers at http/s)
  })
  it('an address where nobody is, is told', async () => {
    const { code, stderr } = await run('key', ['list', '--server', `http://127.0.0.1:${await freePort()}`], { ADMIN_KEY: KEY })
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^No server answers at/)])
  })
})

describe('a log that somebody changed', () => {
  const change = async (statement: ReturnType<typeof sql>): Promise<void> => {
    const { db, close } = await place.open()
    await sql`alter table audit_entry disable trigger all`.execute(db)
    await statement.execute(db)
    await sql`alter table audit_entry enable trigger all`.execute(db)
    await close()
  }
  it('one flipped byte, then one missing row: exit code 1, and which', async () => {
    await change(sql`update audit_entry set payload = replace(payload, 'thử', 'thừ') where seq = 2`)
    const flipped = await run('audit-verify', [])
    expect([flipped.code, flipped.stdout]).toEqual([1, expect.stringMatching(/CHANGED: The payload of entry 2 was changed[^]*The audit log is not what was written: one fault\./)])
    await change(sql`delete from audit_entry where seq = 3`)
    const missing = await run('audit-verify', ['--json'])
    expect(missing.code).toBe(1)
    expect(JSON.parse(missing.stdout).faults).toEqual([expect.objectContaining({ kind: 'CHANGED', entry: 2 }), { kind: 'MISSING', entry: 3, message: 'Entry 3 is missing.' }])
  })
})
