/** Says who a caller is, from the key or token that came along. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { KeyUses } from './auth/key-uses.ts'
import type { TokenVerifier } from './auth/tokens.ts'
import type { Database } from './db/tables.ts'
import { isLikeKey, isWellFormedKey } from './domain/api-key/key.ts'
import { findKeyHolder } from './domain/api-key/read.ts'
import type { SignedInViewer, Viewer } from './domain/viewer.ts'
import { UnauthenticatedError } from './errors.ts'
import { onceFor } from './once.ts'

export interface AuthOptions {
  /** The first admin's key, taken verbatim. */
  adminKey?: string | undefined
  /** Where keys are known; without it none is. */
  keys?: { db: Kysely<Database>; uses: KeyUses } | undefined
  /** Checks the tokens of an identity provider; without it none is accepted. */
  verifyToken?: TokenVerifier | undefined
}

/** Finds the viewer of a request from its `Authorization` header. */
export type Authenticate = (authorization: string | undefined) => Promise<Viewer>

/** The same answer for the same caller object: the limit of calls and the operation ask once. */
export const oncePerCaller = (authenticate: Authenticate): ((caller: { authorization: string | undefined }) => Promise<Viewer>) => onceFor(({ authorization }) => authenticate(authorization))

/** Longer ones are nobody's; checking them would only take time. */
const MAX_CREDENTIAL = 8_192
const TOKEN_FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/
const LEAVE_OUT = 'Leave the Authorization header out to read without one.'

/** No header: anybody (`null`). A header that proves nothing is an error, so that nobody reads as anybody while thinking they are signed in. */
export function createAuthenticate({ adminKey, keys, verifyToken }: AuthOptions): Authenticate {
  const admin = adminKey ? digest(adminKey) : undefined
  return async (authorization) => {
    if (authorization === undefined) return null
    const credential = /^Bearer +(\S.*)$/i.exec(authorization)?.[1]?.trim()
    if (credential === undefined) throw new UnauthenticatedError('The Authorization header must be `Bearer <key or token>`.')
    if (admin && timingSafeEqual(admin, digest(credential))) return { id: 'admin', name: 'ADMIN_KEY', role: 'ADMIN', localities: [] }
    if (credential.length > MAX_CREDENTIAL) throw new UnauthenticatedError(`This is longer than any key or token. ${LEAVE_OUT}`)
    if (keys && isLikeKey(credential)) return holderOf(credential, keys)
    if (verifyToken && TOKEN_FORM.test(credential)) return verifyToken(credential)
    throw new UnauthenticatedError(`This key is unknown or no longer valid. ${LEAVE_OUT}`)
  }
}

async function holderOf(key: string, { db, uses }: NonNullable<AuthOptions['keys']>): Promise<SignedInViewer> {
  if (!isWellFormedKey(key)) throw new UnauthenticatedError(`This key is mistyped or cut off: its last letters do not fit the others. ${LEAVE_OUT}`)
  const holder = await findKeyHolder(db, key)
  if (!holder) throw new UnauthenticatedError(`This key is unknown. ${LEAVE_OUT}`)
  if (holder.state !== 'ACTIVE') throw new UnauthenticatedError(`This key ${holder.state === 'EXPIRED' ? 'has expired' : 'was revoked'}; ask an administrator for a new one. ${LEAVE_OUT}`)
  uses.note(holder.keyId, holder.lastUsedAt)
  return holder.viewer
}

/** Digests have one length, so that comparing them tells nothing of the key's. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
