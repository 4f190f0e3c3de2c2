/** Loading many rows into empty tables. */
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/**
 * Postgres' own text form of an array, for a parameter that is cast to the array's type. The driver makes the same of a JavaScript array,
 * at four times the cost, which counts from some ten thousand values on.
 */
export function arrayLiteral(values: readonly (string | number | boolean | null)[]): string {
  let text = '{'
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!
    if (i > 0) text += ','
    if (value === null) text += 'NULL'
    else if (typeof value === 'string') text += `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`
    else text += String(value)
  }
  return `${text}}`
}

interface Definition { table: string; drop: string; create: string }

/**
 * Runs `work` with the foreign keys and indexes of these tables taken off, then puts them back, which checks every row at once: a third of
 * the time of checking 15,000 rows one by one. A key that others refer to stays. Only when all of them are empty, since nobody can be kept from reading
 * an empty table; else `work` runs as it is. Statistics follow, because the embedded database has no autovacuum to make them.
 */
export async function bulkLoad<T>(trx: Kysely<Database>, tables: readonly (keyof Database)[], work: () => Promise<T>): Promise<T> {
  const { rows } = await sql<{ isEmpty: boolean }>`select ${sql.join(tables.map((table) => sql`not exists (select from ${sql.table(table)})`), sql` and `)} as "isEmpty"`.execute(trx)
  const definitions = rows[0]!.isEmpty ? await readDefinitions(trx, tables) : []
  if (definitions.length > 0) await sql.raw(definitions.map(({ drop }) => drop).join('; ')).execute(trx)
  const result = await work()
  if (definitions.length > 0) await sql.raw(definitions.map(({ create }) => create).join('; ')).execute(trx)
  await analyze(trx, tables)
  return result
}

/**
 * Statistics of these tables, from a sample of 3,000 rows each (Postgres' default takes 30,000, and ten times as long). On a real server
 * autovacuum looks again in its own time.
 */
export async function analyze(trx: Kysely<Database>, tables: readonly string[]): Promise<void> {
  await sql.raw(`set local default_statistics_target = 10; ${tables.map((table) => `analyze "${table}"`).join('; ')}; reset default_statistics_target`).execute(trx)
}

/** Foreign keys go before the keys and indexes that they lean on; all come back in the same order, since none leans on a key that goes. */
async function readDefinitions(trx: Kysely<Database>, tables: readonly string[]): Promise<Definition[]> {
  const { rows } = await sql<Definition>`
    select c.conrelid::regclass::text as table, format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop, format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as create
      from pg_constraint c where c.conrelid = any(${[...tables]}::regclass[])
        and (c.contype = 'f' or c.contype in ('p', 'u') and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = c.conindid))
    union all
    select i.indrelid::regclass::text, format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
      from pg_index i where i.indrelid = any(${[...tables]}::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
    order by 2`.execute(trx)
  return rows
}
