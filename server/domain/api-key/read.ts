/** Reads of keys: whose key this is, and the list for administrators. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { localityShape } from '../locality/shape.ts'
import { ordering } from '../ordering.ts'
import { type ConnectionRows, isUuid, type PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, computed, connection, many, newScope, one, readJson, type RowOf, type Shape } from '../shape.ts'
import { assertAccess, type Role, type SignedInViewer, type Viewer } from '../viewer.ts'
import { hashKey } from './key.ts'

export const API_KEY_STATES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const
export type ApiKeyState = (typeof API_KEY_STATES)[number]

const apiKeyColumns = {
  id: column<string>('id'),
  name: column<string>('name'),
  prefix: column<string>('prefix'),
  role: column<Role>('role'),
  state: computed<ApiKeyState>((k) => sql`case when ${sql.id(k, 'revoked_at')} is not null then 'REVOKED' when ${sql.id(k, 'expires_at')} <= now() then 'EXPIRED' else 'ACTIVE' end`),
  createdAt: column<string>('created_at'),
  createdBy: column<string>('created_by'),
  expiresAt: column<string | null>('expires_at'),
  revokedAt: column<string | null>('revoked_at'),
  revokedBy: column<string | null>('revoked_by'),
  lastUsedAt: column<string | null>('last_used_at'),
}
export const apiKeyShape: Shape<typeof apiKeyColumns> = {
  table: 'api_key',
  columns: apiKeyColumns,
  relations: {
    localities: (key, related, scope) => many(localityShape, related.selection, scope, (t) => ({
      join: sql`join api_key_locality as ${sql.id(`${t}k`)} on ${sql.id(`${t}k`, 'locality_id')} = ${sql.id(t, 'id')}`,
      where: [sql`${sql.id(`${t}k`, 'api_key_id')} = ${sql.id(key, 'id')}`],
      orderBy: sql.id(t, 'slug'),
    })),
  },
}
export type ApiKeyRow = RowOf<typeof apiKeyShape>

/** Ids are of version 7: in order of time. */
const newestFirst = ordering('API_KEY DESC', 'DESC', [{ sql: (k) => sql.id(k, 'id'), cast: 'uuid', check: isUuid }])

/** All keys, the newest first, those that are no longer good too. @throws ForbiddenError for others than admins */
export function listApiKeys(db: Kysely<Database>, viewer: Viewer, args: PageArgs, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'ADMIN')
  const scope = newScope(viewer)
  return readJson(db, scope, connection(apiKeyShape, selection, args, scope, () => ({ where: [], ordering: newestFirst })))
}

/** One key that is known to be there. */
export function readApiKey(db: Kysely<Database>, viewer: Viewer, id: string, selection: Selection): Promise<ApiKeyRow> {
  const scope = newScope(viewer)
  return readJson(db, scope, one(apiKeyShape, selection, scope, (k) => ({ where: [sql`${sql.id(k, 'id')} = ${id}::uuid`] })))
}

export interface KeyHolder { keyId: string; viewer: SignedInViewer; state: ApiKeyState; lastUsedAt: Date | null }

/** Whose key this is, and whether it is still good; undefined for one that was never given. */
export async function findKeyHolder(db: Kysely<Database>, key: string): Promise<KeyHolder | undefined> {
  const { rows } = await sql<{ id: string; name: string; role: Role; state: ApiKeyState; last_used_at: Date | null; localities: string[] }>`
    select k.id, k.name, k.role, ${apiKeyColumns.state('k', newScope(null))} as state, k.last_used_at, array(select locality_id::text from api_key_locality where api_key_id = k.id order by locality_id) as localities
    from api_key as k where k.hash = ${hashKey(key)}`.execute(db)
  const row = rows[0]
  return row && { keyId: row.id, state: row.state, lastUsedAt: row.last_used_at, viewer: { id: `key:${row.id}`, name: row.name, role: row.role, localities: row.localities } }
}
