import { describe, expect, it } from 'vitest'
import { createAuthenticate } from '../../server/auth.ts'
import { ServiceUnavailableError } from '../../server/errors.ts'
import { startTestServer } from './support.ts'

const KEY = 'an-admin-key-of-enough-length'

describe('who a caller is', () => {
  const authenticate = createAuthenticate({ adminKey: KEY })
  it('anybody without a header', async () => expect(await authenticate(undefined)).toBeNull())
  it('the first admin with ADMIN_KEY, verbatim', async () => {
    expect(await authenticate(`Bearer ${KEY}`)).toMatchObject({ role: 'ADMIN' })
    expect(await authenticate(`bearer  ${KEY}`)).toMatchObject({ role: 'ADMIN' })
  })
  it.each(['', 'Bearer', 'Bearer ', `Basic ${KEY}`, KEY, `Bearer ${KEY}x`, `Bearer ${KEY.slice(1)}`, 'Bearer \u0000', `Bearer ${'x'.repeat(10_000)}`])('nobody with %j', async (header) => {
    await expect(authenticate(header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
  it('nobody is admin where no key is set', async () => {
    await expect(createAuthenticate({})('Bearer undefined')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('what fails before an operation begins', () => {
  it('is answered with its status: a wrong key', async () => {
    const authenticate = createAuthenticate({ adminKey: KEY })
    const server = await startTestServer({ createContext: async ({ authorization, requestId }) => ({ viewer: await authenticate(authorization), requestId }) })
    const answer = await server.post({ query: '{ hello }' }, { authorization: 'Bearer wrong' })
    expect([answer.status, answer.body.errors![0]!.extensions.code, answer.headers['www-authenticate']]).toEqual([401, 'UNAUTHENTICATED', 'Bearer'])
    expect(answer.body.errors![0]!.message).toMatch(/^This key is unknown/)
    expect((await server.post({ query: '{ viewer }' }, { authorization: `Bearer ${KEY}` })).body.data).toEqual({ viewer: 'somebody' })
    expect(JSON.stringify(server.log)).not.toContain(KEY)
    await server.close()
  })
  it.each([
    ['a part that is away', () => new ServiceUnavailableError('The database is starting.'), 503, 'SERVICE_UNAVAILABLE', 'The database is starting.'],
    ['the database away', () => Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' }), 503, 'SERVICE_UNAVAILABLE', /database does not answer/],
    ['a bug', () => new TypeError('x is not a function'), 500, 'INTERNAL_SERVER_ERROR', /incident id/],
  ])('%s', async (_name, make, status, code, message) => {
    const server = await startTestServer({ createContext: async () => Promise.reject(make()) })
    const answer = await server.post({ query: '{ hello }' })
    expect([answer.status, answer.body.errors![0]!.extensions.code]).toEqual([status, code])
    expect(answer.body.errors![0]!.message).toMatch(message)
    expect(answer.text).not.toMatch(/10\.0\.0\.5|not a function/)
    await server.close()
  })
})
