/** Names that a caller types (vocabulary keys, units): what is wrong with them, and what was perhaps meant. */
import { type RawBuilder, sql } from 'kysely'
import type { TermKind } from '../db/tables.ts'
import { BadUserInputError } from '../errors.ts'
import { MAX_PAGE_SIZE } from './page.ts'
import type { Slot } from './statement.ts'

/** A value of an argument that nothing bears. */
export interface NameFault { field: string; value: string; nearest: string[] }

/** @throws BadUserInputError for a NUL, which no text of the database can hold */
export function assertText(name: string, value: string): void {
  if (value.includes('\0')) throw new BadUserInputError(`\`${name}\` contains a NUL character.`)
}

/** The list, or undefined when it is absent or empty, which is the same. @throws BadUserInputError when it is too long */
export function givenList(name: string, list: unknown): string[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined
  if (list.length > MAX_PAGE_SIZE) throw new BadUserInputError(`\`${name}\` has ${list.length} entries; at most ${MAX_PAGE_SIZE} are allowed.`)
  for (const entry of list) assertText(name, String(entry))
  return list as string[]
}

/**
 * Query (field, value, nearest) for the keys that the vocabulary lacks. It rides in the statement that reads, so that names are checked
 * against the very state that is read, and at no extra round trip.
 */
export const termFaults = (field: string, kind: TermKind, keys: readonly string[] | Slot): RawBuilder<unknown> =>
  sql`select ${sql.lit(field)}::text as field, value, (select coalesce(json_agg(n.key), '[]') from (select t.key from term as t where t.kind = ${sql.lit(kind)} order by t.key <-> f_fold(left(value, 100)), t.key limit 3) as n) as nearest from unnest(${keys}::text[]) as value where not exists (select from term as t where t.kind = ${sql.lit(kind)} and t.key = value)`

/** The same for places: for what looks like a code the nearest codes of today, else the nearest slugs. */
export const placeFaults = (field: string, units: readonly string[] | Slot, asOf?: string | null): RawBuilder<unknown> =>
  sql`select ${sql.lit(field)}::text as field, value, case when value ~ '^[0-9]{1,9}(@|$)'
    then (select coalesce(json_agg(n.code), '[]') from (select l.code from locality as l where l.valid_until is null and l.code ~ '^[0-9]{1,9}$' order by abs(l.code::int - substring(value from '^[0-9]{1,9}')::int), l.code limit 3) as n)
    else (select coalesce(json_agg(n.slug), '[]') from (select l.slug from locality as l order by l.slug <-> f_fold(left(value, 100)), l.valid_until is not null, l.slug limit 3) as n) end as nearest
    from unnest(${units}::text[]) as value where f_locality(value, coalesce(${asOf ?? null}::date, current_date)) is null`

/** @throws BadUserInputError that names each unknown value and what was perhaps meant */
export function assertNoFaults(faults: readonly NameFault[] | null | undefined): void {
  if (!faults?.length) return
  const told = faults.map(({ field, value, nearest }) => `\`${field}\`: nothing is called "${value.slice(0, 60)}"${nearest.length ? `; nearest: ${nearest.map((name) => `"${name}"`).join(', ')}` : ''}.`)
  throw new BadUserInputError(told.join(' '))
}
