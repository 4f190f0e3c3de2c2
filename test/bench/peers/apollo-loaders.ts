/** One DataLoader per relation, made anew for each request, as DataLoader's documentation asks for. */
import DataLoader from 'dataloader'
import type pg from 'pg'

/** A row as pg returns it. */
export type Row = Record<string, unknown> & { id: string }

/** The rows of one parent, and how many there are in all. */
export interface Page {
  rows: Row[]
  total: number
}

/** Relations of a model that are plain child tables, ordered by position. */
const CHILD_TABLES = ['alias', 'origin', 'replication', 'point', 'recognition', 'step', 'cost', 'resource', 'legal_basis', 'condition', 'adaptation',
  'setback', 'model_relation'] as const
export type ChildTable = (typeof CHILD_TABLES)[number]

const byKey = (rows: readonly Row[], keys: readonly string[], column: string): Row[][] => {
  const groups = new Map<string, Row[]>(keys.map((key) => [key, []]))
  for (const row of rows) groups.get(row[column] as string)?.push(row)
  return keys.map((key) => groups.get(key)!)
}

const oneByKey = (rows: readonly Row[], keys: readonly string[]): (Row | undefined)[] => {
  const found = new Map(rows.map((row) => [row.id, row]))
  return keys.map((key) => found.get(key))
}

/** A page of children per parent: at most `first` of each, by a window, with the whole number. */
const pageLoader = (pool: pg.Pool, from: string, order: string): ((first: number) => DataLoader<string, Page>) => {
  const loaders = new Map<number, DataLoader<string, Page>>()
  return (first) => {
    let loader = loaders.get(first)
    if (!loader) {
      loader = new DataLoader<string, Page>(async (keys) => {
        const { rows } = await pool.query<Row>(
          `select * from (select children.*, row_number() over (partition by owner_id order by ${order}) as at, count(*) over (partition by owner_id) as total
             from (${from}) children) numbered where at <= $2 order by owner_id, at`,
          [keys, first],
        )
        return byKey(rows, keys, 'owner_id').map((group) => ({ rows: group, total: Number(group[0]?.total ?? 0) }))
      })
      loaders.set(first, loader)
    }
    return loader
  }
}

/** All loaders of one request. */
export const createLoaders = (pool: pg.Pool) => {
  const query = async (sql: string, keys: readonly string[]): Promise<Row[]> => (await pool.query<Row>(sql, [keys])).rows
  const children = Object.fromEntries(
    CHILD_TABLES.map((table) => [
      table,
      new DataLoader<string, Row[]>(async (keys) => byKey(await query(`select * from ${table} where model_id = any($1) order by position, id`, keys), keys, 'model_id')),
    ]),
  ) as Record<ChildTable, DataLoader<string, Row[]>>
  const one = (table: string) => new DataLoader<string, Row | undefined>(async (keys) => oneByKey(await query(`select * from ${table} where id = any($1)`, keys), keys))
  return {
    children,
    model: one('model'),
    source: one('source'),
    locality: one('locality'),
    term: one('term'),
    /** Today's units on the territory of a unit of then, each with whether the whole of it lies there. */
    localitiesNow: new DataLoader<string, Row[]>(async (keys) =>
      byKey(
        await query(
          `select c.place_id, c.is_whole, to_jsonb(l) as locality, l.id from locality_cover c join locality p on p.id = c.place_id join locality l on l.id = c.locality_id
             where c.place_id = any($1) and l.valid_until is null and l.level = case when p.level = 'DISTRICT' and p.valid_until is not null then 'PROVINCE' else p.level end
             order by c.is_whole desc, l.slug`,
          keys,
        ),
        keys,
        'place_id',
      ),
    ),
    terms: new DataLoader<string, Row[]>(async (keys) =>
      byKey(await query(`select mt.model_id, t.* from model_term mt join term t on t.id = mt.term_id where mt.model_id = any($1) order by mt.position, t.position`, keys), keys, 'model_id'),
    ),
    results: pageLoader(pool, 'select rc.model_id as owner_id, rc.position as credit_position, r.* from result_credit rc join result r on r.id = rc.result_id where rc.model_id = any($1)', 'credit_position, id'),
    replications: pageLoader(pool, 'select model_id as owner_id, replication.* from replication where model_id = any($1)', 'position, id'),
    points: pageLoader(pool, 'select model_id as owner_id, point.* from point where model_id = any($1)', 'position, id'),
    sources: pageLoader(pool, 'select ms.model_id as owner_id, ms.position as cited_position, ms.title_as_cited, s.* from model_source ms join source s on s.id = ms.source_id where ms.model_id = any($1)', 'cited_position, id'),
    modelCitations: pageLoader(pool, 'select subject_id as owner_id, citation.* from citation where subject_id = any($1)', 'position, id'),
    citations: new DataLoader<string, Row[]>(async (keys) => byKey(await query(`select * from citation where subject_id = any($1) order by position, id`, keys), keys, 'subject_id')),
    credits: new DataLoader<string, Row[]>(async (keys) =>
      byKey(await query(`select rc.result_id, m.* from result_credit rc join model m on m.id = rc.model_id where rc.result_id = any($1) order by rc.model_id <> (select r.model_id from result r where r.id = rc.result_id), m.name_key, m.id`, keys), keys, 'result_id'),
    ),
  }
}

export type Loaders = ReturnType<typeof createLoaders>
