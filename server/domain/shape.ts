/**
 * How a noun is read: its table, the SQL of each property, and its relations. From a shape and a selection comes one expression that
 * gives JSON, nested as deep as the selection; so a root field is one statement, and dates and numbers arrive through one decoder,
 * JSON, whatever the driver. `json` rather than `jsonb`: nothing is taken apart again before it is sent.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../db/tables.ts'
import { assertNoFaults, type NameFault } from './names.ts'
import { encodeOrderedKeys, type Ordering } from './ordering.ts'
import { COUNT_CAP, type PageArgs, parsePage } from './page.ts'
import type { RelationSelection, Selection } from './selection.ts'
import type { Viewer } from './viewer.ts'

export type Sql = RawBuilder<unknown>
/** What all parts of one statement share. */
export interface Scope {
  viewer: Viewer
  /** Numbers the table aliases, so that equal selections give equal texts. */
  aliases: number
  /** Queries of (field, value, nearest) for names in the arguments that nothing bears; they ride in the same statement. */
  faults: Sql[]
  /** Tables that stand, for this statement, before those of the same names: how a revision is read that is not in the tables. */
  overlay?: Sql
  /** Units that stood on this day count as today's. */
  day?: string | undefined
}
export const newScope = (viewer: Viewer): Scope => ({ viewer, aliases: 0, faults: [] })
export const newAlias = (scope: Scope): string => `t${scope.aliases++}`

/** The SQL of one property, and (at compile time only) the type that JSON gives it. */
export interface Column<T> { (alias: string, scope: Scope): Sql; type?: T }
export type Relation = (parent: string, related: RelationSelection, scope: Scope) => Sql
export interface Shape<Columns extends Record<string, Column<unknown>> = Record<string, Column<unknown>>> {
  table: string
  columns: Columns
  relations: Record<string, Relation>
}
/** The row that a shape gives; only what was selected is there. */
export type RowOf<S extends Shape> = { [K in keyof S['columns']]: S['columns'][K] extends Column<infer T> ? T : never }

export const shape = <Columns extends Record<string, Column<unknown>>>(definition: Shape<Columns>): Shape<Columns> => definition
/** A column of the table itself. */
export const column = <T>(name: string): Column<T> => (alias) => sql.id(alias, name)
/** A property computed in SQL. */
export const computed = <T>(expression: (alias: string, scope: Scope) => Sql): Column<T> => expression

/**
 * Runs one root field: one statement, one row, one JSON value.
 * @throws BadUserInputError when an argument names something that doesn't exist
 */
export async function readJson<T>(db: Kysely<Database>, scope: Scope, data: Sql): Promise<T> {
  return dataOf((await rootStatement<T>(scope, data).execute(db)).rows)
}

/** What a root field's statement gives. */
export interface RootRow<T> { data: T; faults?: NameFault[] | null }

/** The statement of a root field. */
export function rootStatement<T>(scope: Scope, data: Sql): RawBuilder<RootRow<T>> {
  const faults = scope.faults.length === 0 ? sql`` : sql`, (select json_agg(f) from (${sql.join(scope.faults, sql` union all `)}) as f) as faults`
  return sql<RootRow<T>>`${scope.overlay === undefined ? sql`` : sql`with ${scope.overlay} `}select ${data} as data${faults}`
}

/** @throws BadUserInputError when an argument names something that doesn't exist */
export function dataOf<T>(rows: readonly RootRow<T>[]): T {
  assertNoFaults(rows[0]!.faults)
  return rows[0]!.data
}

/** `expression as "property", …` for everything selected. */
export function selectList(of: Shape, alias: string, selection: Selection, scope: Scope): Sql[] {
  const list: Sql[] = []
  for (const name of selection.columns) {
    const found = of.columns[name]
    if (!found) throw new Error(`${of.table} has no property ${name}`)
    list.push(sql`${found(alias, scope)} as ${sql.id(name)}`)
  }
  for (const [key, related] of selection.relations) {
    const found = of.relations[related.relation]
    if (!found) throw new Error(`${of.table} has no relation ${related.relation}`)
    list.push(sql`${found(alias, related, scope)} as ${sql.id(key)}`)
  }
  return list
}

export const and = (conditions: readonly Sql[]): Sql => (conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `))

export interface Rows {
  /** Read from this instead of the table itself, under the same alias. */
  from?: Sql
  /** Further joins, when the link to the parent stands in another table. */
  join?: Sql
  where: Sql[]
}
const source = (of: Shape, alias: string, { from, join }: Rows): Sql => sql`${from ?? sql.table(of.table)} as ${sql.id(alias)} ${join ?? sql``}`

/** One related row, or null. */
export function one(of: Shape, selection: Selection, scope: Scope, rows: (alias: string) => Rows): Sql {
  const alias = newAlias(scope)
  const read = rows(alias)
  return sql`(select to_json(o) from (select ${sql.join(selectList(of, alias, selection, scope))} from ${source(of, alias, read)} where ${and(read.where)} limit 1) as o)`
}

/** All related rows, in order; an empty list when there are none. */
export function many(of: Shape, selection: Selection, scope: Scope, rows: (alias: string) => Rows & { orderBy: Sql; limit?: number }): Sql {
  const alias = newAlias(scope)
  const read = rows(alias)
  const limit = read.limit === undefined ? sql`` : sql` limit ${read.limit}`
  return sql`(select coalesce(json_agg(o), '[]') from (select ${sql.join(selectList(of, alias, selection, scope))} from ${source(of, alias, read)} where ${and(read.where)} order by ${read.orderBy}${limit}) as o)`
}

/**
 * A page of rows as `ConnectionRows`. The selection is that of the connection type: properties `totalCount`, `pageInfo`, `cursor` and
 * the ways to the rows, `nodes` and `edges`.
 */
export function connection(of: Shape, selection: Selection, args: PageArgs, scope: Scope, rows: (alias: string) => Rows & { ordering: Ordering }): Sql {
  const alias = newAlias(scope)
  const read = rows(alias)
  const { where, ordering } = read
  const page = parsePage(args, ordering.name, ordering.keys.map((key) => key.check))
  const from = sql`from ${source(of, alias, read)}`
  const parts: Sql[] = []
  const { list, isMulti, needsRows, needsCursor } = connectionRows(of, alias, selection, scope)
  const needsPageInfo = selection.columns.has('pageInfo')
  if (needsRows || needsPageInfo) {
    if (needsCursor || needsPageInfo) list.push(sql`${encodeOrderedKeys(ordering, alias)} as "$cursor"`)
    const bounds = [page.after && ordering.beyond(alias, page.after, false), page.before && ordering.beyond(alias, page.before, true)].filter((bound) => bound !== undefined)
    const limit = page.limit + (needsPageInfo ? 1 : 0)
    parts.push(sql`(select coalesce(json_agg(o), '[]') from (select ${sql.join(list)} ${from} where ${and([...where, ...bounds])} order by ${ordering.orderBy(alias, page.isBackward)} limit ${limit}) as o) as "rows"`)
  }
  if (selection.columns.has('totalCount')) {
    parts.push(sql`(select count(*) from (select ${from} where ${and(where)} limit ${sql.lit(COUNT_CAP + 1)}) as c) as "total"`)
  }
  if (isMulti) parts.push(sql`true as "isMulti"`)
  return sql`(select to_json(p) from (select ${sql.join(parts)}) as p)`
}

/** What each row of a connection holds: the selected properties, or one object per way when rows are asked for in several ways. */
export function connectionRows(of: Shape, alias: string, selection: Selection, scope: Scope): { list: Sql[]; isMulti: boolean; needsRows: boolean; needsCursor: boolean } {
  const ways = waysToRows(selection)
  const isMulti = ways.length > 1
  const list = isMulti
    ? ways.map((way) => sql`(select to_json(w) from (select ${sql.join(selectList(of, alias, way.selection, scope))}) as w) as ${sql.id(way.key)}`)
    : ways.flatMap((way) => selectList(of, alias, way.selection, scope))
  return { list, isMulti, needsRows: ways.length > 0, needsCursor: ways.some((way) => way.needsCursor) }
}

/** One way to the rows of a connection. */
export interface Way { key: string; selection: Selection; needsCursor: boolean }

/** Each `nodes`, and each `node` inside each `edges`: nearly always one. */
export function waysToRows(connectionSelection: Selection): Way[] {
  const ways: Way[] = []
  for (const [key, way] of connectionSelection.relations) {
    if (way.relation === 'nodes') ways.push({ key, selection: way.selection, needsCursor: false })
    else {
      const needsCursor = way.selection.columns.has('cursor')
      const inner = [...way.selection.relations]
      if (inner.length === 0) ways.push({ key, selection: { columns: new Set(), relations: new Map() }, needsCursor })
      for (const [nodeKey, node] of inner) ways.push({ key: `${key}.${nodeKey}`, selection: node.selection, needsCursor })
    }
  }
  return ways
}
