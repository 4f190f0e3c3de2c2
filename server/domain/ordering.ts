/** Orderings of lists: total (the id breaks ties), so that a keyset cursor names one place in the list, from both ends. */
import { sql } from 'kysely'
import type { CursorKey } from './page.ts'
import type { Sql } from './shape.ts'

export interface OrderKey {
  /** The SQL of the key; never null, or rows would fall out of the list. */
  sql(alias: string): Sql
  /** The key as the cursor holds it, when JSON alone would lose precision. */
  asJson?(alias: string): Sql
  /** The cast of a cursor's value. */
  cast: 'text' | 'int' | 'uuid' | 'timestamptz'
  check(value: unknown): value is CursorKey
}

export interface Ordering {
  /** What the cursors are bound to. */
  name: string
  keys: OrderKey[]
  orderBy(alias: string, isBackward: boolean): Sql
  /** True for the rows after (or before) the row that the keys name. */
  beyond(alias: string, keys: readonly CursorKey[], isBefore: boolean): Sql
}

/** All keys run in the same direction, so that one row comparison, and one index, serves each page. */
export function ordering(name: string, direction: 'ASC' | 'DESC', keys: OrderKey[]): Ordering {
  return {
    name,
    keys,
    orderBy: (alias, isBackward) => {
      const word = (direction === 'DESC') !== isBackward ? sql`desc` : sql`asc`
      return sql.join(keys.map((key) => sql`${key.sql(alias)} ${word}`))
    },
    beyond: (alias, values, isBefore) => {
      const operator = (direction === 'DESC') !== isBefore ? sql`<` : sql`>`
      return sql`(${sql.join(keys.map((key) => key.sql(alias)))}) ${operator} (${sql.join(keys.map((key, i) => sql`${values[i]}::${sql.raw(key.cast)}`))})`
    },
  }
}

/** The cursor's content: the ordering's name and the keys. */
export const encodeOrderedKeys = (of: Ordering, alias: string): Sql =>
  sql`json_build_array(${sql.lit(of.name)}, ${sql.join(of.keys.map((key) => (key.asJson ?? key.sql)(alias)))})`
