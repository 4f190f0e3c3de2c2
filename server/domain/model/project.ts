/** From published documents to the tables that are read: few statements, whatever the number of models. */
import { sql, type Kysely } from 'kysely'
import type { Database, PlaceRole } from '../../db/tables.ts'
import { ValidationError, type ValidationIssue } from '../../errors.ts'
import { deterministicId } from '../ids.ts'
import { type Citation, type ModelDocument, VOCABULARIES } from './document.ts'
import { nameKey } from './name-key.ts'
import { MODEL_KIND, type Part, PARTS, toColumns } from './parts.ts'
import { creditsOf, readRedirects, type Redirects, relationsOf } from './redirect.ts'
import type { Assessed } from './surroundings.ts'

/** What stands of a record beside its document. */
export interface Standing { slug: string; revision: number; createdAt: string; updatedAt: string }
export interface Projected extends Assessed { standing: Standing }
export type Row = Record<string, unknown>

const OWNED_TABLES = ['model_term', 'model_place', 'model_source', ...PARTS.map((part) => part.table), 'citation']
/** Results of other records stand after a record's own. */
const CREDITED_FROM_OTHERS = 1000


/** Replaces the projections of these models by those of their documents; in the transaction that publishes them. */
export async function project(trx: Kysely<Database>, models: readonly Projected[]): Promise<void> {
  const rows = await readRows(trx, models)
  await clear(trx, models.map((m) => m.id))
  const { model, ...parts } = rows
  await upsertModels(trx, model!)
  for (const [table, rows] of Object.entries(parts)) await insertRows(trx, table, rows)
}

/** The rows of each table that these documents make; nothing is written. */
export async function readRows(db: Kysely<Database>, models: readonly Projected[]): Promise<Record<string, Row[]>> {
  const terms = await readTerms(db, models)
  return toRows(models, terms, await readRedirects(db, models.map(({ document }) => document)))
}

/** Empties the tables of these models, but for the model's own row: search keeps count of its words by it. */
export async function clear(trx: Kysely<Database>, ids: readonly string[]): Promise<void> {
  const known = await trx.selectFrom('model').select('id').where(sql<boolean>`id = any(${[...ids]}::uuid[])`).execute()
  if (known.length === 0) return
  const deletions = OWNED_TABLES.map((table, i) => sql`${sql.id(`d${i}`)} as (delete from ${sql.id(table)} where model_id = any(${known.map((k) => k.id)}::uuid[]))`)
  await sql`with ${sql.join(deletions)} select 1`.execute(trx)
}

/** Inserts rows that all have the same columns; the table itself says their types (by a row of it: `point` alone is another type). */
export async function insertRows(trx: Kysely<Database>, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const columns = sql.join(Object.keys(rows[0]!).map((name) => sql.id(name)))
  await sql`insert into ${sql.id(table)} (${columns}) select ${columns} from json_populate_recordset((select t from ${sql.id(table)} as t limit 0), ${JSON.stringify(rows)}::json)`.execute(trx)
}

async function upsertModels(trx: Kysely<Database>, rows: readonly Row[]): Promise<void> {
  const names = Object.keys(rows[0]!)
  const columns = sql.join(names.map((name) => sql.id(name)))
  const changes = sql.join(names.filter((name) => name !== 'id').map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))
  await sql`insert into model (${columns}) select ${columns} from json_populate_recordset(null::model, ${JSON.stringify(rows)}::json) on conflict (id) do update set ${changes}`.execute(trx)
}

/** `kind:key` → id; a word that went into another one leads there. Documents keep the key that they were written with. */
async function readTerms(db: Kysely<Database>, models: readonly Projected[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom('term').select(['id', 'kind', 'key', 'merged_into']).execute()
  const terms = new Map(rows.map((row) => [`${row.kind}:${row.key}`, row.merged_into ?? row.id]))
  const issues: ValidationIssue[] = models.flatMap(({ document }) => Object.entries(VOCABULARIES).flatMap(([list, kind]) =>
    document[list as keyof typeof VOCABULARIES].flatMap((key, i) => (terms.has(`${kind}:${key}`) ? [] : [{ path: [list, i], code: 'UNKNOWN_TERM', message: `"${key}" is no key of ${list}.` }]))))
  if (issues.length > 0) throw new ValidationError(`${issues.length} keys of vocabularies do not exist.`, issues)
  return terms
}

function toRows(models: readonly Projected[], terms: ReadonlyMap<string, string>, redirects: Redirects): Record<string, Row[]> {
  const tables: Record<string, Row[]> = { model: [], model_term: [], model_place: [], model_source: [], citation: [] }
  for (const { table } of PARTS) tables[table] = []
  tables.result_credit = []
  const add = (table: string, row: Row): void => void tables[table]!.push(row)

  for (const held of models) {
    const { id: model_id, document, findings } = held
    add('model', modelRow(held))
    const filed = new Set(Object.entries(VOCABULARIES).flatMap(([list, kind]) => document[list as keyof typeof VOCABULARIES].map((key) => terms.get(`${kind}:${key}`))))
    ;[...filed].forEach((term_id, position) => add('model_term', { model_id, term_id, position }))
    for (const place of placesOf(document)) add('model_place', { model_id, ...place })
    document.sources.forEach(({ sourceId, titleAsCited }, i) => add('model_source', { model_id, source_id: sourceId, position: i, title_as_cited: titleAsCited }))

    const cite = (subject_kind: string, subject_id: string, citations: readonly Citation[]): string | null => {
      const ids = citations.map((_, i) => deterministicId('citation', `${subject_id}:${i}`))
      citations.forEach(({ sourceId, locator, field, precision }, i) => add('citation', { id: ids[i], model_id, subject_kind, subject_id, field, source_id: sourceId, locator, precision, position: i }))
      return ids[0] ?? null
    }
    cite(MODEL_KIND, model_id, document.citations)
    for (const { table, kind, columns, cited, of } of PARTS) {
      const parts = table === 'model_relation' ? (relationsOf(model_id, document, redirects) as readonly Part[]) : of(document)
      parts.forEach((part, i) => {
        const citation = cite(kind, part.id, part.citations ?? [])
        add(table, {
          id: part.id, model_id, position: i, ...toColumns(part, columns), ...(cited === 'always' ? { citation_id: citation } : {}),
          ...(table === 'result' ? { evidence_level: findings.resultLevels.get(part.id) } : {}),
        })
      })
    }
    document.results.forEach((result, i) => {
      add('result_credit', { result_id: result.id, model_id, position: i })
      for (const other of creditsOf(model_id, result, redirects)) add('result_credit', { result_id: result.id, model_id: other, position: CREDITED_FROM_OTHERS + i })
    })
  }
  return tables
}

function modelRow({ id, document, findings, standing }: Projected): Row {
  const { level, ruleVersion, reasons } = findings.assessment
  return {
    id, slug: standing.slug, revision: standing.revision, name: document.name, name_key: nameKey(document.name), summary: document.summary, problem: document.problem,
    how_it_works: document.howItWorks, lead_body: document.leadBody, operational_status: document.operationalStatus, started_on: document.origin.startedOn,
    evidence_level: level, evidence: { ruleVersion, reasons }, result_count: document.results.length, replication_count: document.replications.length, cost_count: document.costs.length,
    recognition_levels: [...new Set(document.recognitions.filter((r) => r.annulledOn === null).map((r) => r.level))], created_at: standing.createdAt, updated_at: standing.updatedAt,
  }
}

/** Where it was born, runs, or has a point. What else a source claims of its origin is told, but not filtered by. */
function placesOf(document: ModelDocument): { role: PlaceRole; locality_id: string }[] {
  const places = new Map<string, { role: PlaceRole; locality_id: string }>()
  const add = (role: PlaceRole, { localityId }: { localityId: string | null }): void => {
    if (localityId !== null) places.set(`${role}:${localityId}`, { role, locality_id: localityId })
  }
  add('ORIGIN', document.origin)
  for (const replication of document.replications) add('REPLICATION', replication)
  for (const point of document.points) add('POINT', point)
  return [...places.values()]
}

/** Brings what depends on other records' results up to date: the number of results, and the level with its reasons. */
export async function updateDependents(trx: Kysely<Database>, assessed: readonly Assessed[]): Promise<void> {
  if (assessed.length === 0) return
  const rows = assessed.map(({ id, findings: { assessment: { level, ruleVersion, reasons } } }) => ({ id, evidence_level: level, evidence: { ruleVersion, reasons } }))
  await sql`
    update model m set evidence_level = a.evidence_level, evidence = a.evidence, result_count = (select count(*) from result_credit c join result r on r.id = c.result_id where c.model_id = m.id)
    from json_to_recordset(${JSON.stringify(rows)}::json) as a(id uuid, evidence_level text, evidence jsonb)
    where m.id = a.id and (m.evidence_level, m.evidence, m.result_count) is distinct from
      (a.evidence_level, a.evidence, (select count(*) from result_credit c join result r on r.id = c.result_id where c.model_id = m.id))`.execute(trx)
}
