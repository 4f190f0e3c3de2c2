/**
 * Grows the catalogue to any size by copies of its own models, so that growth can be measured on records of the real shape.
 *
 * Each copy is a whole published record: its own ids, slug and name, its places moved to other communes, its evidence, facts and
 * citations as in the model that it was copied from. Everything follows from the seed, so two machines measure the same records.
 */
import { fileURLToPath } from 'node:url'
import { defineCommand, runMain } from 'citty'
import { type Kysely, sql, type Transaction } from 'kysely'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import type { Database } from '../../server/db/tables.ts'
import { refreshSearchDocuments } from '../../server/search/postgres-index.ts'
import { seed as seedCatalogue } from '../../seed/seed.ts'

export interface GenerateOptions {
  /** Published models that the catalogue should have in the end. */
  size: number
  seed?: number
  /** Models copied per transaction. */
  batch?: number
  onProgress?: (done: number, total: number) => void
}

/** Parents first; `citation` before the facts, although their keys are deferred, so that any order of checks holds. */
const TABLES = ['model_record', 'model_revision', 'model', 'citation', 'alias', 'model_term', 'model_source', 'origin', 'result', 'result_credit', 'replication', 'point',
  'recognition', 'step', 'cost', 'resource', 'legal_basis', 'condition', 'adaptation', 'lineage_fact', 'setback', 'review', 'model_place'] as const

/** Ids that are given anew: a pure function of the old id and the number of the copy. */
const remapped = (column: string): string => `md5(t.${column}::text || ':' || c.n)::uuid`
/** A commune of today for each place that is known; the same old place always moves to the same new one within a copy. */
const moved = (column: string): string =>
  `(select id from bench_commune where at = abs(hashtextextended(t.${column}::text, c.n) % (select count(*) from bench_commune)))`

/** The select list of one table: what changes in a copy, everything else as it is. */
const expressionFor = (table: string, column: string): string => {
  if (table === 'model_record' && column === 'id') return 'c.model_id'
  if (table === 'model' && column === 'id') return 'c.model_id'
  if (column === 'model_id') return 'c.model_id'
  if (column === 'id' || column === 'citation_id' || column === 'result_id') return remapped(column)
  if (column === 'subject_id') return `case when t.subject_id = t.model_id then c.model_id else ${remapped(column)} end`
  if (column === 'locality_id') return moved(column)
  if (column === 'slug') return `t.slug || '-' || c.n`
  if (table === 'model' && column === 'name') return `t.name || ' ' || c.place`
  if (table === 'model' && column === 'name_key') return `t.name_key || ' ' || lpad(c.n::text, 9, '0')`
  if (table === 'model' && column === 'updated_at') return `t.updated_at - make_interval(secs => c.n)`
  if (column === 'document') return `jsonb_set(t.document, '{name}', to_jsonb((t.document ->> 'name') || ' ' || c.place))`
  if (column === 'seed_hash') return 'null'
  return `t.${column}`
}

/** Adds copies until `size` models are published, and brings the search rows up to date. Returns how many were added. */
export const generateModels = async (db: Kysely<Database>, { size, seed = 1986, batch = 1000, onProgress }: GenerateOptions): Promise<number> => {
  const { there } = await db.selectFrom('model').select(({ fn }) => fn.countAll<number>().as('there')).executeTakeFirstOrThrow()
  const missing = size - Number(there)
  if (missing <= 0) return 0
  const { seeded } = await db.selectFrom('model_record').where('seed_hash', 'is not', null).select(({ fn }) => fn.countAll<number>().as('seeded')).executeTakeFirstOrThrow()
  const copies = Math.max(0, Number(there) - Number(seeded))
  const statements = await insertStatements(db)
  for (let from = 0; from < missing; from += batch) {
    const to = Math.min(from + batch, missing)
    await db.transaction().execute(async (trx) => {
      const ids = await planCopies(trx, copies + from + 1, copies + to, seed)
      for (const statement of statements) await sql.raw(statement).execute(trx)
      await refreshSearchDocuments(trx, ids)
    })
    onProgress?.(to, missing)
  }
  await sql`vacuum analyze`.execute(db)
  return missing
}

/** Which model each new one is a copy of, with its id and the place that its name ends in. */
const planCopies = async (trx: Transaction<Database>, from: number, to: number, seed: number): Promise<string[]> => {
  await sql`
    create temporary table bench_commune on commit drop as
    select row_number() over (order by slug) - 1 as at, id, full_name from locality where level = 'COMMUNE' and valid_until is null`.execute(trx)
  await sql`alter table bench_commune add primary key (at)`.execute(trx)
  // Only records that the seed wrote are copied, never a copy.
  await sql`
    create temporary table bench_copy on commit drop as
    with template as (select array_agg(m.id order by m.id) as ids from model m join model_record r on r.id = m.id where r.seed_hash is not null)
    select n, md5(${sql.lit(`model ${seed} `)} || n)::uuid as model_id,
      template.ids[1 + abs(hashint8extended(n, ${sql.lit(seed)}) % cardinality(template.ids))::int] as template_id,
      (select full_name from bench_commune where at = abs(hashint8extended(n, ${sql.lit(seed + 1)}) % (select count(*) from bench_commune))) as place
    from generate_series(${sql.lit(from)}::bigint, ${sql.lit(to)}::bigint) n, template`.execute(trx)
  await sql`analyze bench_copy`.execute(trx)
  const { rows } = await sql<{ model_id: string }>`select model_id from bench_copy`.execute(trx)
  return rows.map(({ model_id }) => model_id)
}

/** One INSERT … SELECT per table over all its stored columns, so that a column added later is copied without a change here. */
const insertStatements = async (db: Kysely<Database>): Promise<string[]> => {
  const { rows } = await sql<{ table_name: string; columns: string[] }>`
    select table_name, array_agg(column_name::text order by ordinal_position) as columns from information_schema.columns
    where table_schema = current_schema() and is_generated = 'NEVER' and is_identity = 'NO' group by table_name`.execute(db)
  const columnsOf = new Map(rows.map(({ table_name, columns }) => [table_name, columns]))
  return TABLES.map((table) => {
    const columns = columnsOf.get(table)!
    const key = table === 'model' || table === 'model_record' ? 'id' : 'model_id'
    const list = columns.map((column) => `"${column}"`).join(', ')
    const values = columns.map((column) => expressionFor(table, column)).join(', ')
    // A result that only credits this model belongs to another one, and is not copied with this one.
    const owned = table === 'result_credit' ? 'where exists (select from result r where r.id = t.result_id and r.model_id = t.model_id)' : ''
    return `insert into "${table}" (${list}) select ${values} from bench_copy c join "${table}" t on t.${key} = c.template_id ${owned} on conflict do nothing`
  })
}

const command = defineCommand({
  meta: { name: 'generate', description: 'Fills the database of DATABASE_URL with the catalogue and copies of its models. Made for benchmarks: never run it on a database that people use.' },
  args: {
    size: { type: 'positional', required: true, description: 'Published models in the end, such as 1000 or 100000' },
    seed: { type: 'string', default: '1986', description: 'Another seed gives other records' },
  },
  async run({ args }) {
    const databaseUrl = process.env.DATABASE_URL
    const size = Number(args.size)
    if (!databaseUrl || !Number.isInteger(size) || size < 1) {
      process.stderr.write('Set DATABASE_URL to an empty Postgres database made for this, and give a whole number of models.\n')
      process.exitCode = 1
      return
    }
    // The deadline of queries is for callers.
    const { db, close } = await openDatabase({ databaseUrl, queryTimeoutMs: 600_000 })
    try {
      await migrateToLatest(db)
      await seedCatalogue(db)
      const added = await generateModels(db, { size, seed: Number(args.seed), onProgress: (done, total) => void process.stderr.write(`\r${done} of ${total} models`) })
      process.stderr.write(`\n${added} models added.\n`)
    } finally {
      await close()
    }
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(command)
