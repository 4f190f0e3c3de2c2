/**
 * The public keys of the issuer: found by OpenID Connect discovery when the first token comes, kept for ten minutes, fetched again for a
 * key id that nobody knows, and however many forged tokens come, at most twice a minute.
 */
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import { ServiceUnavailableError } from '../errors.ts'

export interface KeySourceOptions {
  issuer: string
  /** For tests: how long after a fetch no other is made for an unknown key id, and how long after a failed one none at all. */
  cooldownMs?: number | undefined
  retryMs?: number | undefined
}

const TIMEOUT_MS = 5_000
const COOLDOWN_MS = 30_000
const RETRY_MS = 5_000
const MAX_AGE_MS = 600_000
/** Keys of a provider take a few kilobytes. */
const MAX_BYTES = 512 * 1024

export function createKeySource({ issuer, cooldownMs = COOLDOWN_MS, retryMs = RETRY_MS }: KeySourceOptions): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined
  let failedAt = -Infinity
  const open = async (): Promise<JWTVerifyGetKey> => createRemoteJWKSet(await discover(issuer), {
    timeoutDuration: TIMEOUT_MS, cooldownDuration: cooldownMs, cacheMaxAge: MAX_AGE_MS, [customFetch]: (url, init) => bounded(fetch(url, init)),
  })
  return async (header, token) => {
    if (performance.now() - failedAt < retryMs) throw unreachable(issuer)
    keys ??= open()
    try {
      return await (await keys)(header, token)
    } catch (error) {
      // These say something of the token; all others of the provider.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported) throw error
      failedAt = performance.now()
      keys = undefined
      throw unreachable(issuer, error)
    }
  }
}

async function discover(issuer: string): Promise<URL> {
  const response = await bounded(fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS), headers: { accept: 'application/json' } }))
  if (response.status !== 200) throw new Error(`discovery answered ${response.status}`)
  const { issuer: told, jwks_uri: address } = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown }
  if (told !== issuer) throw new Error(`discovery tells of another issuer: ${JSON.stringify(told)}`)
  const url = new URL(String(address))
  if (url.protocol !== 'https:' && new URL(issuer).protocol === 'https:') throw new Error('discovery leads from https to http')
  return url
}

/** The answer, refused when it is far too long. */
async function bounded(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > MAX_BYTES) throw new Error('the answer is too long')
    parts.push(part)
  }
  return new Response(Buffer.concat(parts), { status: response.status, headers: response.headers })
}

const unreachable = (issuer: string, cause?: unknown): ServiceUnavailableError =>
  new ServiceUnavailableError(`The identity provider ${issuer} does not answer as it should, so tokens cannot be checked at the moment. Try again shortly.`, { cause })
