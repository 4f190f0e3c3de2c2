/** Tokens of an identity provider over HTTP, against one that runs here: what is let in, what is refused, and how often keys are fetched. */
import { createHmac } from 'node:crypto'
import { exportJWK, exportSPKI } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTokenVerifier, type TokenOptions } from '../../server/auth/tokens.ts'
import { type Api, openApi } from './support.ts'
import { AUDIENCE, type Issuer, startIssuer } from './issuer.ts'

const ROLES = { LOCALITY_OFFICER: 'LOCALITY_OFFICER', CURATOR: 'CURATOR', ADMIN: 'ADMIN', 'can-bo': 'LOCALITY_OFFICER' } as const
const ME = '{ viewer { name actorId role localities { slug } } }'
let issuer: Issuer
let api: Api
let verify: ReturnType<typeof createTokenVerifier>
const optionsFor = (more: Partial<TokenOptions> = {}): TokenOptions => (
  { issuer: issuer.url, audience: AUDIENCE, roleClaim: 'roles', roles: ROLES, localitiesClaim: 'localities', db: api.database.db, cooldownMs: 0, retryMs: 0, ...more })
/** The verifier that the server uses from now on: with nothing fetched yet. */
const renew = (more: Partial<TokenOptions> = {}): void => { verify = createTokenVerifier(optionsFor(more)) }

beforeAll(async () => {
  issuer = await startIssuer()
  api = await openApi({ verifyToken: () => (token) => verify(token) })
})
afterAll(async () => {
  await api.close()
  await issuer.close()
})
beforeEach(() => {
  issuer.answers = {}
  Object.assign(issuer.counts, { discovery: 0, jwks: 0 })
  renew()
})

const me = async (token: string) => (await api.ask(ME, { key: token })).body.data.viewer
const refused = async (token: string) => {
  const { status, code, body } = await api.ask(ME, { key: token })
  expect(body.data).toBeUndefined()
  expect(JSON.stringify(body)).not.toContain(token.split('.')[2] || 'never')
  return [status, code, body.errors[0].message as string]
}
const unauthenticated = (why: RegExp) => [401, 'UNAUTHENTICATED', expect.stringMatching(why)]
const forbidden = (why: RegExp) => [403, 'FORBIDDEN', expect.stringMatching(why)]
const now = (): number => Math.floor(Date.now() / 1000)
const base64 = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

describe('a good token', () => {
  it('says who somebody is, under an id that is no name', async () => {
    expect(await me(await issuer.token())).toEqual({ name: 'Trần Thị B', actorId: expect.stringMatching(/^oidc:[0-9a-f]{32}$/), role: 'CURATOR', localities: [] })
    const again = await me(await issuer.token({ name: 'Another Name', jti: 'x' }))
    expect(again.actorId).toBe((await me(await issuer.token())).actorId)
    expect((await me(await issuer.token({ sub: 'u-2' }))).actorId).not.toBe(again.actorId)
  })
  it.each([['one of several audiences', { aud: ['other', AUDIENCE] }], ['no time of issue', { iat: undefined }], ['expired within the leeway', { exp: -10 }], ['good within the leeway', { nbf: 20 }], ['a Bearer of Keycloak', { typ: 'Bearer' }]])('%s', async (_what, claims: Record<string, unknown>) => {
    const inTime = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, name === 'exp' || name === 'nbf' ? now() + (value as number) : value]))
    expect((await me(await issuer.token(inTime))).role).toBe('CURATOR')
  })
  it.each(['at+jwt', 'application/at+jwt', 'JWT', 'AT+JWT'])('of the type %s', async (typ) => expect((await me(await issuer.token({}, { header: { typ } }))).role).toBe('CURATOR'))
  it.each(['RS256', 'PS256', 'ES384', 'EdDSA'])('signed by %s', async (alg) => {
    const key = await issuer.makeKey(`a-${alg}`, alg)
    issuer.keys.push(key)
    expect((await me(await issuer.token({}, { key }))).role).toBe('CURATOR')
    issuer.keys.pop()
  })
  it('gives the highest of its roles; those that mean nothing here mean nothing', async () => {
    expect((await me(await issuer.token({ roles: ['LOCALITY_OFFICER', 'ADMIN', 'CURATOR', 'root'] }))).role).toBe('ADMIN')
    expect((await me(await issuer.token({ roles: 'offline_access CURATOR' }))).role).toBe('CURATOR')
  })
  it('gives roles and units by claims of any name', async () => {
    renew({ roleClaim: 'realm_access.roles', localitiesClaim: 'https://id.example.vn/units' })
    expect(await me(await issuer.token({ roles: undefined, realm_access: { roles: ['can-bo'] }, 'https://id.example.vn/units': ['92', 'can-tho', '92@2024-01-01'] }))).toMatchObject({ role: 'LOCALITY_OFFICER', localities: [{ slug: 'can-tho' }, { slug: 'can-tho-den-2025' }] })
    renew({ localitiesClaim: 'unit' })
    expect((await me(await issuer.token({ roles: ['LOCALITY_OFFICER'], unit: 'can-tho' }))).localities).toEqual([{ slug: 'can-tho' }])
  })
  it('does what its role may: an officer makes no keys', async () => {
    const create = 'mutation { createApiKey(input: { name: "x", role: ADMIN }) { __typename ... on UserError { code } } }'
    expect((await api.ask(create, { key: await issuer.token({ roles: ['LOCALITY_OFFICER'], localities: ['can-tho'] }) })).body.data.createApiKey).toEqual({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    expect((await api.ask(create, { key: await issuer.token({ roles: ['ADMIN'] }) })).body.data.createApiKey).toEqual({ __typename: 'CreateApiKeySuccess' })
  })
})

describe('a token that grants nothing', () => {
  it.each([
    ['no role', {}, { roles: undefined }, /grants no role here.*`roles`/],
    ['another’s roles', {}, { roles: ['root', 'constructor', '__proto__'] }, /grants no role here/],
    ['an officer of nowhere', {}, { roles: ['LOCALITY_OFFICER'] }, /names no unit.*`localities`/],
    ['an officer of a place that does not exist', {}, { roles: ['LOCALITY_OFFICER'], localities: ['can-tho', 'atlantis'] }, /units that do not exist \(atlantis\)/],
  ])('%s', async (_what, _more, claims, why) => expect(await refused(await issuer.token(claims))).toEqual(forbidden(why)))
})

describe('a token that is refused', () => {
  it.each([
    ['expired', () => ({ exp: now() - 31 }), /has expired/],
    ['not good yet', () => ({ nbf: now() + 120 }), /is not good yet/],
    ['for ever', () => ({ exp: undefined }), /lacks the claim `exp`/],
    ['of nobody', () => ({ sub: undefined }), /lacks the claim `sub`/],
    ['of another issuer', () => ({ iss: 'https://evil.example' }), /claim `iss`/],
    ['of an issuer that only begins alike', () => ({ iss: `${issuer.url}/` }), /claim `iss`/],
    ['for another service', () => ({ aud: 'another' }), /claim `aud`/],
    ['for nobody', () => ({ aud: undefined }), /claim `aud`/],
    ['with an expiry that is no time', () => ({ exp: 'tomorrow' }), /claim `exp`|was changed/],
    ['an ID token of Keycloak', () => ({ typ: 'ID' }), /no access token/],
  ])('%s', async (_what, claims: () => Record<string, unknown>, why) => expect(await refused(await issuer.token(claims()))).toEqual(unauthenticated(why)))

  it.each([undefined, 'dpop+jwt', 'logout+jwt', 'id+jwt', 'at+jwt2'])('of the type %s', async (typ) => expect(await refused(await issuer.token({}, { header: { typ } }))).toEqual(unauthenticated(/an access token \(at\+jwt or JWT\) is needed/)))

  it('without a signature: alg none, in any spelling', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      const [, payload] = (await issuer.token()).split('.')
      const head = base64({ alg, typ: 'at+jwt', kid: 'first' })
      expect((await refused(`${head}.${payload}.`))[1], alg).toBe('UNAUTHENTICATED')
      expect((await refused(`${head}.${payload}.AAAA`))[1], alg).toBe('UNAUTHENTICATED')
    }
  })
  it('signed with the public key as if it were a secret', async () => {
    const [, payload] = (await issuer.token()).split('.')
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      for (const secret of [await exportSPKI(issuer.keys[0]!.publicKey), JSON.stringify(await exportJWK(issuer.keys[0]!.publicKey))]) {
        const signed = `${base64({ alg, typ: 'at+jwt', kid: 'first' })}.${payload}`
        expect(await refused(`${signed}.${createHmac(`sha${alg.slice(2)}`, secret).update(signed).digest('base64url')}`)).toEqual(unauthenticated(/signed in a way that is not accepted/))
      }
    }
  })
  it('forged: another key under the same id, or one that the token brings along', async () => {
    const forger = await issuer.makeKey('first')
    expect(await refused(await issuer.token({}, { key: forger }))).toEqual(unauthenticated(/is not one that .* signed, or was changed/))
    const jwk = await exportJWK(forger.publicKey)
    const jku = `${issuer.url}/evil`
    expect((await refused(await issuer.token({}, { key: { ...forger, kid: 'evil' }, header: { jwk, jku, x5u: jku } })))[1]).toBe('UNAUTHENTICATED')
    expect(await refused(await issuer.token({}, { key: { ...forger, kid: undefined as never } }))).toEqual(unauthenticated(/was changed/))
  })
  it('changed: one letter anywhere, or more power', async () => {
    const token = await issuer.token()
    const [head, payload, signature] = token.split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    expect((await refused(`${head}.${base64({ ...claims, roles: ['ADMIN'] })}.${signature}`))[1]).toBe('UNAUTHENTICATED')
    for (let i = 0; i < token.length - 1; i += 17) {
      const letter = token[i] === '.' ? '.' : token[i] === 'A' ? 'B' : 'A'
      if (letter !== '.') expect((await refused(token.slice(0, i) + letter + token.slice(i + 1)))[0], `letter ${i}`).toBe(401)
    }
  })
  it.each([['', '.', '..'], ['a.b.c', 'eyJhbGciOiJFUzI1NiJ9.e30.x', `${'a'.repeat(9_000)}.b.c`]])('rubbish: %s', async (...texts) => {
    for (const text of texts) expect((await api.ask(ME, { headers: { authorization: `Bearer ${text}` } })).status).toBe(401)
  })
  it('with an extension that must be understood', async () => {
    const [, payload, signature] = (await issuer.token()).split('.')
    expect((await refused(`${base64({ alg: 'ES256', typ: 'at+jwt', kid: 'first', crit: ['b64x'], b64x: true })}.${payload}.${signature}`))[1]).toBe('UNAUTHENTICATED')
  })
  it('where no provider is configured', async () => {
    const plain = await openApi({ isSeeded: false })
    expect((await plain.ask(ME, { key: await issuer.token() })).code).toBe('UNAUTHENTICATED')
    await plain.close()
  })
  it('and its text is in no log', async () => {
    const token = await issuer.token({ exp: now() - 100 })
    await refused(token)
    expect(api.log()).not.toContain(token)
    expect(api.log()).not.toContain(token.split('.')[2])
  })
})

describe('keys', () => {
  it('are fetched when the first token comes, and then kept', async () => {
    await Promise.all(Array.from({ length: 10 }, async () => me(await issuer.token())))
    expect(issuer.counts).toEqual({ discovery: 1, jwks: 1 })
  })
  it('that are turned over are found; those that were taken out open nothing any more', async () => {
    const [old] = issuer.keys
    await me(await issuer.token())
    const fresh = await issuer.makeKey('second')
    issuer.keys = [fresh]
    expect((await me(await issuer.token({}, { key: fresh }))).role).toBe('CURATOR')
    expect(issuer.counts.jwks).toBe(2)
    expect((await refused(await issuer.token({}, { key: old! })))[1]).toBe('UNAUTHENTICATED')
    issuer.keys = [old!]
  })
  it('are not fetched for every forged id', async () => {
    renew({ cooldownMs: 60_000 })
    await me(await issuer.token())
    for (let i = 0; i < 50; i += 1) await refused(await issuer.token({}, { header: { kid: `unknown-${i}` } }))
    expect(issuer.counts).toEqual({ discovery: 1, jwks: 1 })
  })
  it.each<[string, () => void]>([
    ['fails', () => { issuer.answers.jwks = () => ({ status: 500, body: 'no' }) }],
    ['tells rubbish', () => { issuer.answers.jwks = () => ({ status: 200, body: '<html>' }) }],
    ['tells no keys', () => { issuer.answers.jwks = () => ({ status: 200, body: '{"keys":3}' }) }],
    ['tells without end', () => { issuer.answers.jwks = () => ({ status: 200, body: `{"keys":[],"x":"${'x'.repeat(600_000)}"}` }) }],
    ['is another one', () => { issuer.answers.discovery = (body) => ({ ...body, issuer: 'https://evil.example' }) }],
    ['does not say where', () => { issuer.answers.discovery = () => ({ issuer: issuer.url }) }],
  ])('of a provider that %s: 503, without a flood of calls, and better when it is better', async (_what, breakIt) => {
    renew({ retryMs: 400 })
    breakIt()
    const token = await issuer.token()
    for (let i = 0; i < 20; i += 1) expect(await refused(token)).toEqual([503, 'SERVICE_UNAVAILABLE', expect.stringMatching(/identity provider .* does not answer as it should/)])
    expect(issuer.counts.discovery).toBeLessThanOrEqual(4)
    expect((await api.ask('{ viewer { name } }')).body).toEqual({ data: { viewer: null } })
    issuer.answers = {}
    await expect.poll(async () => (await api.ask(ME, { key: token })).status, { timeout: 5_000 }).toBe(200)
  })
  it('of a provider that is away: 503 for tokens, nothing for anybody else', async () => {
    const gone = await startIssuer()
    await gone.close()
    renew({ issuer: gone.url })
    expect((await refused(await gone.token()))[0]).toBe(503)
    expect((await api.ask('{ topics { key } }')).status).toBe(200)
  })
})
