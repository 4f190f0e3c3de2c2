/** Units of administration as they are read: each over one interval, with what it was made of and what became of it. */
import { sql } from 'kysely'
import type { LocalityLevel } from '../../db/tables.ts'
import { column, many, one, type Relation, type RowOf, type Scope, type Shape, type Sql } from '../shape.ts'

const localityColumns = {
  id: column<string>('id'),
  slug: column<string>('slug'),
  code: column<string | null>('code'),
  name: column<string>('name'),
  fullName: column<string>('full_name'),
  level: column<LocalityLevel>('level'),
  kind: column<string>('kind'),
  validFrom: column<string | null>('valid_from'),
  validUntil: column<string | null>('valid_until'),
}
const sharesFrom = (from: (locality: string, scope: Scope) => Sql): Relation => (locality, related, scope) =>
  many(localityShareShape, related.selection, scope, (t) => ({
    from: from(locality, scope),
    join: sql`join locality as ${sql.id(`${t}l`)} on ${sql.id(`${t}l`, 'id')} = ${sql.id(t, 'locality_id')}`,
    where: [],
    orderBy: sql`${sql.id(t, 'is_whole')} desc, ${sql.id(`${t}l`, 'slug')}`,
  }))

export const localityShape: Shape<typeof localityColumns> = {
  table: 'locality',
  columns: localityColumns,
  relations: {
    parent: (locality, related, scope) => one(localityShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(locality, 'parent_id')}`] })),
    predecessors: sharesFrom((locality) => sql`(select predecessor_id as locality_id, is_whole from locality_succession where successor_id = ${sql.id(locality, 'id')})`),
    successors: sharesFrom((locality) => sql`(select successor_id as locality_id, is_whole from locality_succession where predecessor_id = ${sql.id(locality, 'id')})`),
    localitiesNow: sharesFrom((locality, scope) => unitsNow(sql.id(locality, 'id'), scope)),
  },
}
export type LocalityRow = RowOf<typeof localityShape>

const shareColumns = { isWhole: column<boolean>('is_whole') }
/** A unit, and whether the whole of the territory in question lies in it. */
export const localityShareShape: Shape<typeof shareColumns> = {
  table: 'locality_succession',
  columns: shareColumns,
  relations: {
    locality: (share, related, scope) => one(localityShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(share, 'locality_id')}`] })),
  },
}
export type LocalityShareRow = RowOf<typeof localityShareShape>

/** The unit that a column names. */
export const localityOf = (foreignKey: string): Relation => (parent, related, scope) =>
  one(localityShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(parent, foreignKey)}`] }))

/** Today's units on the territory of the unit that a column names. */
export const localitiesNowOf = (foreignKey: string): Relation => sharesFrom((parent, scope) => unitsNow(sql.id(parent, foreignKey), scope))

/** Today's units (or those of the statement's day) of the same level; for a former district, whose level is no more, the province. */
const unitsNow = (place: Sql, { day }: Scope): Sql => {
  const stands = day === undefined ? sql`l.valid_until is null` : sql`(l.valid_from is null or l.valid_from <= ${day}::date) and (l.valid_until is null or l.valid_until > ${day}::date)`
  const isGone = day === undefined ? sql`p.valid_until is not null` : sql`p.valid_until <= ${day}::date`
  return sql`(select c.locality_id, c.is_whole
  from locality_cover as c join locality as p on p.id = c.place_id join locality as l on l.id = c.locality_id
  where c.place_id = ${place} and ${stands} and l.level = case when p.level = 'DISTRICT' and ${isGone} then 'PROVINCE' else p.level end)`
}

/** True when a place lies on the territory of one of the units that the caller named (slug, `code@date` or code). */
export const placedIn = (place: Sql, units: readonly string[]): Sql =>
  sql`${place} in (select c.place_id from locality_cover as c where c.locality_id in (select f_locality(unit, current_date) from unnest(${units}::text[]) as unit))`
