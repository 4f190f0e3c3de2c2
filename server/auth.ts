/** Says who a caller is, from the key that came along. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Viewer } from './domain/viewer.ts'
import { UnauthenticatedError } from './errors.ts'

export interface AuthOptions {
  /** The first admin's key, taken verbatim; without it nobody can sign in. */
  adminKey?: string | undefined
}

/** Finds the viewer of a request from its `Authorization` header. */
export type Authenticate = (authorization: string | undefined) => Promise<Viewer>

/** No header: anybody (`null`). A header that proves nothing is an error, so that nobody reads as anybody while thinking they are signed in. */
export function createAuthenticate({ adminKey }: AuthOptions): Authenticate {
  const admin = adminKey ? digest(adminKey) : undefined
  return async (authorization) => {
    if (authorization === undefined) return null
    const key = /^Bearer +(\S.*)$/i.exec(authorization)?.[1]?.trim()
    if (key === undefined) throw new UnauthenticatedError('The Authorization header must be `Bearer <key>`.')
    if (admin && timingSafeEqual(admin, digest(key))) return { id: 'admin', name: 'ADMIN_KEY', role: 'ADMIN', localities: [] }
    throw new UnauthenticatedError('This key is unknown or no longer valid. Leave the Authorization header out to read without one.')
  }
}

/** Digests have one length, so that comparing them tells nothing of the key's. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
