/** Reads of units: by slug or code, and by name as typed. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { BadUserInputError } from '../../errors.ts'
import { assertText, placeFaults } from '../names.ts'
import { pageSize } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, many, newScope, one, readJson, type RowOf, type Shape } from '../shape.ts'
import { type LocalityRow, localityOf, localityShape } from './shape.ts'

export interface FindLocalityArgs { slug?: string | null; code?: string | null; asOf?: string | null }

/** No unit's name is longer; comparing letters of longer texts only takes time. */
const MAX_NAME = 200

/** Codes name units only on a day, so what looks like one is looked up on `asOf`. */
const CODE = /^\d{1,9}(@\d{4}-\d{2}-\d{2})?$/

/**
 * The unit of a slug, `code@date` or code (its holder on `asOf`, today unless said, else its last holder); undefined when there is none.
 * @throws BadUserInputError for a code that nobody holds, with the nearest ones
 */
export async function findLocality(db: Kysely<Database>, { slug, code, asOf }: FindLocalityArgs, selection: Selection): Promise<LocalityRow | undefined> {
  const name = slug != null ? 'slug' : 'code'
  const unit = (slug ?? code)?.trim()
  if (unit === undefined || (slug != null && code != null)) throw new BadUserInputError('Give either `slug` or `code`.')
  assertText(name, unit)
  const isCode = CODE.test(unit)
  if (!isCode && name === 'code') throw new BadUserInputError(`\`code\` is ${JSON.stringify(unit.slice(0, 60))}; expected digits, such as "92", or "92@2024-01-01". For a name use \`slug\` or \`localities(query:)\`.`)
  const scope = newScope(null)
  if (isCode) scope.faults.push(placeFaults(name, [unit], asOf))
  const row = await readJson<LocalityRow | null>(db, scope, one(localityShape, selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = (select f_locality(${unit}, coalesce(${asOf ?? null}::date, current_date)))`] })))
  return row ?? undefined
}

const matchColumns = { matchedName: column<string>('matched_name'), score: column<number>('score') }
/** A unit that was found by a name. */
export const localityMatchShape: Shape<typeof matchColumns> = {
  table: 'locality',
  columns: matchColumns,
  relations: { locality: localityOf('locality_id') },
}
export type LocalityMatchRow = RowOf<typeof localityMatchShape>

/** Units by name as typed, marks optional, best first. `asOf` keeps those that existed on that day. */
export async function searchLocalities(db: Kysely<Database>, { query, asOf, first }: { query: string; asOf?: string | null; first?: number | null }, selection: Selection): Promise<LocalityMatchRow[]> {
  assertText('query', query)
  const limit = pageSize('first', first)
  const scope = newScope(null)
  return readJson(db, scope, many(localityMatchShape, selection, scope, (t) => ({
    from: sql`(select * from f_search_localities(${query.slice(0, MAX_NAME)}, ${asOf ?? null}::date, ${limit}) with ordinality as f (locality_id, matched_name, score, position))`,
    where: [],
    orderBy: sql.id(t, 'position'),
  })))
}

/** The units of these ids, in order of their slugs; those that don't exist are left out. */
export async function listUnits(db: Kysely<Database>, ids: readonly string[], selection: Selection): Promise<LocalityRow[]> {
  if (ids.length === 0) return []
  const scope = newScope(null)
  return readJson(db, scope, many(localityShape, selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = any(${[...ids]}::uuid[])`], orderBy: sql.id(t, 'slug') })))
}
