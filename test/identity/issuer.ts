/** An identity provider of one's own, over node:http: discovery and keys, which can be turned, broken and counted. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface SigningKey { kid: string; alg: string; privateKey: CryptoKey; publicKey: CryptoKey }

export interface Issuer {
  url: string
  /** What is answered; change it at will. */
  keys: SigningKey[]
  answers: { discovery?: (body: Record<string, unknown>) => unknown; jwks?: () => { status: number; body: string } }
  counts: { discovery: number; jwks: number }
  makeKey(kid: string, alg?: string): Promise<SigningKey>
  /** A token as this provider would write it, with what is given instead. `undefined` leaves a claim out. */
  token(claims?: Record<string, unknown>, options?: { key?: SigningKey; header?: Record<string, unknown> }): Promise<string>
  close(): Promise<void>
}

export const AUDIENCE = 'nhan-rong'

export async function startIssuer(): Promise<Issuer> {
  const counts = { discovery: 0, jwks: 0 }
  const server = createServer(async (request, response) => {
    const send = (status: number, body: string): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    if (request.url === '/.well-known/openid-configuration') {
      counts.discovery += 1
      const body = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }
      return send(200, JSON.stringify(issuer.answers.discovery?.(body) ?? body))
    }
    counts.jwks += 1
    if (issuer.answers.jwks) {
      const { status, body } = issuer.answers.jwks()
      return send(status, body)
    }
    const keys = await Promise.all(issuer.keys.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' })))
    send(200, JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const makeKey: Issuer['makeKey'] = async (kid, alg = 'ES256') => ({ kid, alg, ...(await generateKeyPair(alg, { extractable: true })) })
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: [await makeKey('first')], answers: {}, counts, makeKey,
    token(claims = {}, { key = issuer.keys[0]!, header = {} } = {}) {
      const now = Math.floor(Date.now() / 1000)
      const payload: Record<string, unknown> = { iss: issuer.url, aud: AUDIENCE, sub: 'u-1', name: 'Trần Thị B', iat: now, exp: now + 300, roles: ['CURATOR'], ...claims }
      for (const name of Object.keys(payload)) if (payload[name] === undefined) delete payload[name]
      const protectedHeader: Record<string, unknown> = { alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header }
      for (const name of Object.keys(protectedHeader)) if (protectedHeader[name] === undefined) delete protectedHeader[name]
      return new SignJWT(payload as JWTPayload).setProtectedHeader(protectedHeader as never).sign(key.privateKey)
    },
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
  return issuer
}
