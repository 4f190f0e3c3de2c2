/**
 * Tokens of an identity provider (OpenID Connect), checked as RFC 8725 asks: signature by keys of the configured issuer only, algorithms
 * from a list without `none` and without shared secrets, issuer, audience, type, and times. What a token grants is read from two claims.
 */
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { type Kysely, sql } from 'kysely'
import { createHash } from 'node:crypto'
import type { Database } from '../db/tables.ts'
import { ROLES, type Role, type SignedInViewer } from '../domain/viewer.ts'
import { ForbiddenError, UnauthenticatedError } from '../errors.ts'
import { createKeySource, type KeySourceOptions } from './issuer-keys.ts'

export type TokenVerifier = (token: string) => Promise<SignedInViewer>

export interface TokenOptions extends KeySourceOptions {
  audience: string
  /** The claim that holds the caller's roles: its name, or a path such as `realm_access.roles`. */
  roleClaim: string
  /** What the provider's roles mean here; others mean nothing. */
  roles: Readonly<Record<string, Role>>
  /** The claim that holds an officer's units: slugs or codes. */
  localitiesClaim: string
  db: Kysely<Database>
}

/** Signatures by a key pair; never `none`, never a secret that both sides know. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Access tokens by RFC 9068, and what most providers write. */
const TYPES = ['at+jwt', 'jwt']
/** Clocks differ by a little. */
const LEEWAY_SECONDS = 30
const LEAVE_OUT = 'Leave the Authorization header out to read without one.'

export function createTokenVerifier(options: TokenOptions): TokenVerifier {
  const keyFor = createKeySource(options)
  return async (token) => {
    const { payload, protectedHeader } = await jwtVerify(token, keyFor, {
      issuer: options.issuer, audience: options.audience, algorithms: ALGORITHMS, clockTolerance: LEEWAY_SECONDS, requiredClaims: ['exp', 'sub'],
    }).catch((error: unknown) => Promise.reject(tokenFault(error, options)))
    assertAccessToken(protectedHeader.typ, payload)
    return viewerOf(payload, options)
  }
}

/** An ID token tells who somebody is to the program that they signed in to; here it would be another's. */
function assertAccessToken(typ: unknown, payload: JWTPayload): void {
  const type = String(typ ?? 'none').toLowerCase().replace(/^application\//, '')
  if (!TYPES.includes(type)) throw new UnauthenticatedError(`This token is of the type ${JSON.stringify(type.slice(0, 40))}; an access token (at+jwt or JWT) is needed. ${LEAVE_OUT}`)
  if (payload.typ !== undefined && payload.typ !== 'Bearer') throw new UnauthenticatedError(`This is no access token. ${LEAVE_OUT}`)
}

async function viewerOf(payload: JWTPayload, { issuer, roleClaim, roles, localitiesClaim, db }: TokenOptions): Promise<SignedInViewer> {
  const granted = listOf(claimOf(payload, roleClaim)).map((name) => (Object.hasOwn(roles, name) ? roles[name]! : undefined))
  const role = [...ROLES].reverse().find((one) => granted.includes(one))
  if (!role) throw new ForbiddenError(`This token is good, but grants no role here. Whoever runs the identity provider gives roles in the claim \`${roleClaim}\`. ${LEAVE_OUT}`)
  return {
    // The subject may be a person's number or address; where records name who did something, a digest does.
    id: `oidc:${createHash('sha256').update(JSON.stringify([issuer, payload.sub])).digest('hex').slice(0, 32)}`,
    name: nameOf(payload),
    role,
    localities: role === 'LOCALITY_OFFICER' ? await unitsOf(listOf(claimOf(payload, localitiesClaim)), localitiesClaim, db) : [],
  }
}

async function unitsOf(names: readonly string[], claim: string, db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ name: string; id: string | null }>`select name, f_locality(name, current_date) as id from unnest(${names.slice(0, 100)}::text[]) as name`.execute(db)
  const unknown = rows.filter(({ id }) => id === null).map(({ name }) => name.slice(0, 60))
  if (unknown.length > 0) throw new ForbiddenError(`This token names units that do not exist (${unknown.join(', ')}). Whoever runs the identity provider corrects the claim \`${claim}\`: slugs, \`code@date\` or codes. ${LEAVE_OUT}`)
  if (rows.length === 0) throw new ForbiddenError(`This token grants an officer's role, but names no unit. Whoever runs the identity provider adds the claim \`${claim}\`: slugs, \`code@date\` or codes. ${LEAVE_OUT}`)
  return [...new Set(rows.map(({ id }) => id!))].sort()
}

const nameOf = ({ name, preferred_username: username }: JWTPayload): string =>
  ([name, username].find((text) => typeof text === 'string' && text.trim() !== '') as string | undefined)?.normalize('NFC').replace(/\p{Cc}/gu, '').trim().slice(0, 200) || 'OIDC'

/** The claim of that very name (which may hold dots, as addresses do), else what lies along the path. */
function claimOf(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path]
  return path.split('.').reduce<unknown>((at, name) => (at !== null && typeof at === 'object' && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined), payload)
}

/** A list, or a text of names between spaces, as `scope` is written. */
function listOf(claim: unknown): string[] {
  const list = typeof claim === 'string' ? claim.split(/\s+/) : Array.isArray(claim) ? claim : []
  return list.filter((name): name is string => typeof name === 'string' && name !== '' && !name.includes('\0'))
}

/** What a caller is told; which key or which value would have been right is not. */
function tokenFault(error: unknown, { issuer }: TokenOptions): unknown {
  if (error instanceof errors.JWTExpired) return new UnauthenticatedError(`This token has expired; get a new one. ${LEAVE_OUT}`)
  if (error instanceof errors.JWTClaimValidationFailed) {
    const why = error.claim === 'nbf' ? 'is not good yet' : error.reason === 'missing' ? `lacks the claim \`${error.claim}\`` : `is not meant for this service: its claim \`${error.claim}\` is another one`
    return new UnauthenticatedError(`This token ${why}. ${LEAVE_OUT}`)
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return new UnauthenticatedError(`This token is signed in a way that is not accepted; accepted are ${ALGORITHMS.join(', ')}. ${LEAVE_OUT}`)
  if (error instanceof errors.JOSEError || error instanceof TypeError) return new UnauthenticatedError(`This token is not one that ${issuer} signed, or was changed. ${LEAVE_OUT}`)
  return error
}
