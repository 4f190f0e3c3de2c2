/** Whether whoever began something long may still do it: a key that was revoked, has expired or says less than it said. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { isUuid } from '../page.ts'
import { type Role, ROLES, type SignedInViewer } from '../viewer.ts'
import type { ApiKeyState } from './read.ts'

export const LAPSES = {
  KEY_REVOKED: 'The key that this runs for was revoked.',
  KEY_EXPIRED: 'The key that this runs for has expired.',
  RIGHTS_REDUCED: 'The key that this runs for has another role, or fewer units, than when this was begun.',
} as const
export type Lapse = keyof typeof LAPSES

/**
 * What is no longer as it was when the viewer was told who they are; undefined when they may go on. The key stays as it is until the
 * transaction ends, so nothing is written after it was revoked. ADMIN_KEY and tokens are not kept here: who has one has it to its end.
 */
export async function findLapse(trx: Kysely<Database>, viewer: SignedInViewer): Promise<Lapse | undefined> {
  const id = viewer.id.startsWith('key:') ? viewer.id.slice('key:'.length) : ''
  if (!isUuid(id)) return undefined
  const { rows: [key] } = await sql<{ state: ApiKeyState; role: Role; localities: string[] }>`
    select case when k.revoked_at is not null then 'REVOKED' when k.expires_at <= clock_timestamp() then 'EXPIRED' else 'ACTIVE' end as state, k.role,
      array(select locality_id::text from api_key_locality where api_key_id = k.id) as localities
    from api_key as k where k.id = ${id}::uuid for share of k`.execute(trx)
  if (key === undefined || key.state === 'REVOKED') return 'KEY_REVOKED'
  if (key.state === 'EXPIRED') return 'KEY_EXPIRED'
  const isLess = ROLES.indexOf(key.role) < ROLES.indexOf(viewer.role) || (key.role === 'LOCALITY_OFFICER' && viewer.localities.some((unit) => !key.localities.includes(unit)))
  return isLess ? 'RIGHTS_REDUCED' : undefined
}
