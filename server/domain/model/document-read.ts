/** The document of a published model, put together again from its tables: what shows that the projection loses nothing. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { Citation, ModelDocument } from './document.ts'
import { fromColumns, LIST_PARTS, ORIGIN_PART, type PartTable } from './parts.ts'

type Row = Record<string, unknown>

/** Documents by id of the model, in canonical form but for the order of keys; a model that is not published has none. */
export async function readProjectedDocuments(db: Kysely<Database>, ids: readonly string[]): Promise<Map<string, ModelDocument>> {
  const rowsOf = async (table: string): Promise<Map<string, Row[]>> => group(await select(db, table, ids), 'model_id')
  const models = await sql<Row>`select * from model where id = any(${[...ids]}::uuid[])`.execute(db)
  const terms = group((await sql<Row>`select mt.model_id, t.kind, t.key from model_term mt join term t on t.id = mt.term_id where mt.model_id = any(${[...ids]}::uuid[]) order by mt.position`.execute(db)).rows, 'model_id')
  const sources = await rowsOf('model_source')
  const citations = group(await select(db, 'citation', ids), 'subject_id')
  const credits = group((await sql<Row>`select c.result_id, c.model_id from result_credit c join result r on r.id = c.result_id where r.model_id = any(${[...ids]}::uuid[]) and c.model_id <> r.model_id order by c.model_id`.execute(db)).rows, 'result_id')
  const parts = new Map<PartTable | (typeof LIST_PARTS)[number], Map<string, Row[]>>()
  for (const part of [ORIGIN_PART, ...LIST_PARTS]) parts.set(part, await rowsOf(part.table))

  const cited = (subject: string): Citation[] => (citations.get(subject) ?? []).map((c) => ({ sourceId: c.source_id, locator: c.locator, field: c.field, precision: c.precision }) as Citation)
  const partsOf = (part: PartTable | (typeof LIST_PARTS)[number], model: string): Row[] =>
    (parts.get(part)!.get(model) ?? []).map((row) => ({
      id: row.id, ...fromColumns(row, part.columns), ...(part.cited === 'never' ? {} : { citations: cited(row.id as string) }),
      ...(part.table === 'result' ? { alsoCreditedTo: (credits.get(row.id as string) ?? []).map((c) => c.model_id) } : {}),
    }))

  return new Map(models.rows.map((m) => {
    const model = m.id as string
    const keys = (kind: string): unknown[] => (terms.get(model) ?? []).filter((t) => t.kind === kind).map((t) => t.key)
    const [origin, ...originAlternatives] = partsOf(ORIGIN_PART, model)
    const document = {
      name: m.name, summary: m.summary, problem: m.problem, howItWorks: m.how_it_works, leadBody: m.lead_body, operationalStatus: m.operational_status,
      topics: keys('TOPIC'), settings: keys('SETTING'), participants: keys('PARTICIPANT'),
      origin, originAlternatives, ...Object.fromEntries(LIST_PARTS.map((part) => [part.list, partsOf(part, model)])),
      sources: (sources.get(model) ?? []).map((s) => ({ sourceId: s.source_id, titleAsCited: s.title_as_cited })), citations: cited(model),
    }
    return [model, document as unknown as ModelDocument]
  }))
}

const select = async (db: Kysely<Database>, table: string, ids: readonly string[]): Promise<Row[]> =>
  (await sql<Row>`select * from ${sql.id(table)} where model_id = any(${[...ids]}::uuid[]) order by model_id, position`.execute(db)).rows

function group(rows: readonly Row[], by: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = row[by] as string
    const found = groups.get(key)
    if (found) found.push(row)
    else groups.set(key, [row])
  }
  return groups
}
