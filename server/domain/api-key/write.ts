/** Giving keys and taking them back. */
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { Database } from '../../db/tables.ts'
import { NotFoundError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { newId } from '../ids.ts'
import { assertValid, parseInput } from '../input.ts'
import { type NameFault, placeFaults } from '../names.ts'
import { assertAccess, ROLES, type SignedInViewer } from '../viewer.ts'
import { hashKey, makeKey, shownPart } from './key.ts'

const text = (most: number) => z.string().normalize('NFC').trim().min(1, 'Must not be empty.').max(most, `At most ${most} characters.`).refine((value) => !/\p{Cc}/u.test(value), 'Must not contain control characters.')

const createApiKeyInput = z.object({
  name: text(100),
  role: z.enum(ROLES),
  localities: z.array(text(100)).max(100, 'At most 100 units.').nullish().transform((units) => [...new Set(units ?? [])]),
  expiresAt: z.union([z.date(), z.string()]).nullish().transform((at) => (at == null ? null : new Date(at))).refine((at) => at === null || at.getTime() > Date.now(), { message: 'Must be in the future.', params: { code: 'NOT_IN_FUTURE' } }),
}).superRefine(({ role, localities }, ctx) => {
  if (role === 'LOCALITY_OFFICER' && localities.length === 0) ctx.addIssue({ code: 'custom', path: ['localities'], message: 'An officer’s key needs at least one unit.', params: { code: 'REQUIRED' } })
  if (role !== 'LOCALITY_OFFICER' && localities.length > 0) ctx.addIssue({ code: 'custom', path: ['localities'], message: `Units narrow an officer’s key only; a ${role} acts everywhere. Leave them out, or give the role LOCALITY_OFFICER.`, params: { code: 'NOT_ALLOWED' } })
})

export interface CreateApiKeyInput { name: string; role: string; localities?: readonly string[] | null | undefined; expiresAt?: string | Date | null | undefined }

/**
 * Makes a key. Its text is in this answer and nowhere else.
 * @throws ForbiddenError for others than admins, ValidationError for units that don't exist and the like
 */
export async function createApiKey(db: Kysely<Database>, viewer: SignedInViewer, input: CreateApiKeyInput): Promise<{ id: string; key: string }> {
  assertAccess(viewer, 'ADMIN')
  const { name, role, localities, expiresAt } = parseInput(createApiKeyInput, input)
  const [id, key] = [newId(), makeKey()]
  await db.transaction().execute(async (trx) => {
    const units = await resolveUnits(trx, localities)
    await trx.insertInto('api_key').values({ id, name, prefix: shownPart(key), hash: hashKey(key), role, created_by: viewer.id, expires_at: expiresAt }).execute()
    if (units.length > 0) await trx.insertInto('api_key_locality').values(units.map(({ id: unit }) => ({ api_key_id: id, locality_id: unit }))).execute()
    await recordAudit(trx, { viewer, action: 'API_KEY_CREATED', recordKind: 'api_key', recordId: id, details: { name, role, localities: units.map(({ slug }) => slug), expiresAt: expiresAt?.toISOString() ?? null } })
  })
  return { id, key }
}

/**
 * Takes a key back, from now on. One that was taken back before stays as it is.
 * @throws ForbiddenError for others than admins, NotFoundError for a key that was never given
 */
export async function revokeApiKey(db: Kysely<Database>, viewer: SignedInViewer, { id, reason }: { id: string; reason?: string | null | undefined }): Promise<void> {
  assertAccess(viewer, 'ADMIN')
  const why = parseInput(z.object({ reason: text(2_000).nullish() }), { reason }).reason
  await db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('api_key').select('revoked_at').where('id', '=', id).forUpdate().executeTakeFirst()
    if (!row) throw new NotFoundError('There is no such key.')
    if (row.revoked_at !== null) return
    await sql`update api_key set revoked_at = clock_timestamp(), revoked_by = ${viewer.id} where id = ${id}`.execute(trx)
    await recordAudit(trx, { viewer, action: 'API_KEY_REVOKED', recordKind: 'api_key', recordId: id, reason: why ?? null })
  })
}

/** Writes when a key was used last: at most once a minute, whoever else writes it too. */
export async function touchApiKeys(db: Kysely<Database>, uses: readonly { id: string; at: Date }[]): Promise<void> {
  if (uses.length === 0) return
  await sql`update api_key as k set last_used_at = u.at from json_to_recordset(${JSON.stringify(uses)}::json) as u (id uuid, at timestamptz)
    where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at - interval '59 seconds')`.execute(db)
}

async function resolveUnits(trx: Kysely<Database>, units: readonly string[]): Promise<{ id: string; slug: string }[]> {
  if (units.length === 0) return []
  const { rows } = await sql<NameFault>`${placeFaults('localities', units)}`.execute(trx)
  assertValid(rows.map(({ value, nearest }) => (
    { path: ['localities', units.indexOf(value)], code: 'UNKNOWN_LOCALITY', message: `Nothing is called "${value.slice(0, 60)}"${nearest.length ? `; nearest: ${nearest.map((name) => `"${name}"`).join(', ')}` : ''}.` })))
  return (await sql<{ id: string; slug: string }>`select distinct l.id, l.slug from unnest(${[...units]}::text[]) as unit join locality as l on l.id = f_locality(unit, current_date) order by l.slug`.execute(trx)).rows
}
