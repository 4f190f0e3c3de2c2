/** Who asks, and what they may see and do. The one place that decides visibility, as SQL, so that counts are right too. */
import { type RawBuilder, sql } from 'kysely'
import { ForbiddenError, UnauthenticatedError } from '../errors.ts'

/** From the narrowest to the widest: who has a role may all that those before it may, an officer in their own units only. */
export const ROLES = ['LOCALITY_OFFICER', 'CURATOR', 'ADMIN'] as const
export type Role = (typeof ROLES)[number]

/** The caller with an identity; `null` is anybody. */
export interface SignedInViewer {
  id: string
  name: string
  role: Role
  /** Ids of the units that an officer speaks for, each with all that lies in it; empty for other roles. */
  localities: string[]
}
export type Viewer = SignedInViewer | null

/** Who may use a field: anybody, whoever has an identity, or the role and those above it. */
export const ACCESS_RULES = ['ANYONE', 'SIGNED_IN', 'CURATOR', 'ADMIN'] as const
export type Access = (typeof ACCESS_RULES)[number]

/** Whether the viewer passes the rule. */
export function canAccess(viewer: Viewer, access: Access): boolean {
  if (access === 'ANYONE') return true
  if (!viewer) return false
  return access === 'SIGNED_IN' || ROLES.indexOf(viewer.role) >= ROLES.indexOf(access)
}

/** @throws UnauthenticatedError for anybody, ForbiddenError for a role that does not reach */
export function assertAccess(viewer: Viewer, access: Access): void {
  if (canAccess(viewer, access)) return
  const { role } = assertSignedIn(viewer)
  throw new ForbiddenError(`This takes the role ${access}; yours is ${role}.`)
}

/** The viewer as one with an identity, for what cannot be done without. @throws UnauthenticatedError */
export function assertSignedIn(viewer: Viewer): SignedInViewer {
  if (viewer) return viewer
  throw new UnauthenticatedError('This takes an identity: send `Authorization: Bearer <key or token>`.')
}

/**
 * True for the rows of `model` (under the given table alias) that the viewer may see. The table holds published revisions only, so
 * this adds that the record still stands: an archived, merged or rejected one is gone from every list, count and relation at once.
 */
export function visibleModels(_viewer: Viewer, alias: string): RawBuilder<boolean> {
  return sql<boolean>`exists (select from model_record as v where v.id = ${sql.ref(`${alias}.id`)} and v.published_revision = ${sql.ref(`${alias}.revision`)} and v.editorial_state not in ('ARCHIVED', 'MERGED', 'REJECTED'))`
}

/**
 * True where the viewer may write of the place: everywhere for a curator, for an officer on the whole territory of their own units (what
 * lies in them, and the former units that went into them altogether), nowhere for anybody. An unknown place is nobody's own.
 * @param place SQL of a locality's id
 */
export function ownsPlace(viewer: Viewer, place: RawBuilder<unknown>): RawBuilder<boolean> {
  if (canAccess(viewer, 'CURATOR')) return sql<boolean>`true`
  if (!viewer || viewer.localities.length === 0) return sql<boolean>`false`
  return sql<boolean>`exists (select from locality_cover as own where own.locality_id = any(${viewer.localities}::uuid[]) and own.place_id = ${place} and own.is_whole)`
}

/** True for the rows of `model_record` (under the given table alias) whose working revision the viewer may read and edit. */
export const editableRecords = (viewer: Viewer, alias: string): RawBuilder<boolean> => ownsPlace(viewer, sql.ref(`${alias}.origin_locality_id`))
