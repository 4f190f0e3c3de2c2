/**
 * The second reader: a revision that is not in the tables (a draft, an earlier one) is read by the very SQL that reads the tables. Its
 * rows are made by the code that projects what is published, and stand, for the one statement, before the tables of the same names, with
 * everything else as it is. So the two readers cannot tell the same thing differently, and no field is written twice.
 */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database, EditorialState } from '../../db/tables.ts'
import type { Selection } from '../selection.ts'
import { newScope, one, readJson, type Scope, type Shape, type Sql } from '../shape.ts'
import { editableRecords, type Viewer } from '../viewer.ts'
import type { ModelDocument } from './document.ts'
import { readRows, type Row } from './project.ts'
import { type ModelRow, modelShape } from './shape.ts'
import { assess } from './surroundings.ts'
import { HIDDEN_STATES } from './workflow.ts'

/** A revision with what stands of its record. */
export interface HeldRevision { id: string; slug: string; state: EditorialState; revision: number; document: ModelDocument; createdAt: string; updatedAt: string }

const heldColumns = sql`r.id, r.slug, r.editorial_state as state, v.revision, v.document, ${asInstant(sql`r.created_at`)} as "createdAt", ${asInstant(sql`coalesce(v.published_at, v.created_at)`)} as "updatedAt"`

/** The working revision of a record, or of the one that it went into, for those who may edit; undefined for others, as if there were none. */
export async function findWorking(db: Kysely<Database>, viewer: Viewer, id: string): Promise<HeldRevision | undefined> {
  if (viewer === null) return undefined
  const { rows } = await sql<HeldRevision>`select ${heldColumns} from model_record as r join model_revision as v on v.model_id = r.id and v.revision = r.latest_revision where r.id = (select f_model_now(${id}::uuid)) and ${editableRecords(viewer, 'r')}`.execute(db)
  return rows[0]
}

/** Any revision, for those who may edit. */
export async function findRevision(db: Kysely<Database>, viewer: Viewer, id: string, revision: number): Promise<HeldRevision | undefined> {
  const { rows } = await sql<HeldRevision>`select ${heldColumns} from model_record as r join model_revision as v on v.model_id = r.id where r.id = ${id}::uuid and v.revision = ${revision} and ${editableRecords(viewer, 'r')}`.execute(db)
  return rows[0]
}

/**
 * What was published under the slug at that moment. A record that was merged since is answered as it was then; one that was archived or
 * rejected since only to those who may edit it.
 */
export async function findPublishedAt(db: Kysely<Database>, viewer: Viewer, slug: string, at: string): Promise<HeldRevision | undefined> {
  const { rows } = await sql<HeldRevision>`
    with named as (select coalesce((select id from model_record where slug = ${slug}), (select model_id from slug_redirect where slug = ${slug})) as id)
    select ${heldColumns} from named join model_record as r on r.id in (named.id, f_model_now(named.id)) join model_revision as v on v.model_id = r.id
    where v.published_at <= ${at}::timestamptz and (v.superseded_at is null or v.superseded_at > ${at}::timestamptz) and (r.editorial_state not in ('ARCHIVED', 'REJECTED') or ${editableRecords(viewer, 'r')})
    order by r.id <> named.id limit 1`.execute(db)
  return rows[0]
}

/** The model as that revision tells it. `asOf` (an instant) also names units as they were called on its day, and counts as today's those that stood then. */
export async function readHeldModel(db: Kysely<Database>, viewer: Viewer, held: HeldRevision, selection: Selection, asOf?: string): Promise<ModelRow> {
  const row = await readHeld<ModelRow & { editorialState?: EditorialState }>(db, viewer, held, (scope) => one(modelShape, selection, scope, (m) => ({ where: [sql`${sql.id(m, 'id')} = ${held.id}::uuid`] })), asOf)
  if (row.editorialState !== undefined && asOf === undefined) row.editorialState = held.state
  return row
}

/** One part of the revision, such as a result. */
export const readHeldPart = <T>(db: Kysely<Database>, viewer: Viewer, held: HeldRevision, of: Shape, id: string, selection: Selection): Promise<T | null> =>
  readHeld(db, viewer, held, (scope) => one(of, selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${id}::uuid`] })))

async function readHeld<T>(db: Kysely<Database>, viewer: Viewer, held: HeldRevision, build: (scope: Scope) => Sql, asOf?: string): Promise<T> {
  const { batch } = await assess(db, [held])
  const { slug, revision, createdAt, updatedAt } = held
  const rows = await readRows(db, batch.map((assessed) => ({ ...assessed, standing: { slug, revision, createdAt, updatedAt } })))
  const day = asOf?.slice(0, 10)
  const scope: Scope = { ...newScope(viewer), overlay: overlay(held, rows, day), day }
  return readJson<T>(db, scope, build(scope))
}

/** The tables of the statement: inside each, its own name is still the real table. */
function overlay({ id, revision }: HeldRevision, rows: Record<string, Row[]>, day: string | undefined): Sql {
  const { model, result_credit, ...parts } = rows
  const table = (name: string, own: readonly Row[], others: Sql): Sql => sql`${sql.id(name)} as not materialized (
    select * from json_populate_recordset((select t from ${sql.id(name)} as t limit 0), ${JSON.stringify(own)}::json) union all select * from ${sql.id(name)} as t where ${others})`
  return sql.join([
    recordAsIfPublished(id, revision),
    // Before `result`, which it must find as it is in the database.
    table('result_credit', result_credit!, sql`not exists (select from result as o where o.id = t.result_id and o.model_id = ${id}::uuid)`),
    table('model', model!, sql`t.id <> ${id}::uuid`),
    ...Object.entries(parts).map(([name, own]) => table(name, own, sql`t.model_id <> ${id}::uuid`)),
    ...(day === undefined ? [] : [localitiesOn(day)]),
  ])
}

/** As if this revision were the published one, so that what it tells of itself (results credited to it) is visible to it. */
function recordAsIfPublished(id: string, revision: number): Sql {
  const isThis = sql`t.id = ${id}::uuid`
  const state = sql`case when ${isThis} and t.editorial_state = any(${[...HIDDEN_STATES]}::text[]) then 'PUBLISHED' else t.editorial_state end as editorial_state`
  return sql`model_record as not materialized (select t.id, t.slug, ${state}, case when ${isThis} then ${revision}::int else t.published_revision end as published_revision, t.latest_revision, t.origin_locality_id from model_record as t)`
}

/** Units under the official names that they had on that day. */
const localitiesOn = (day: string): Sql => sql`locality as not materialized (
  select t.id, t.slug, t.code, t.level, t.kind, coalesce(regexp_replace(n.name, '^(tỉnh|thành phố|thị xã|thị trấn|quận|huyện|phường|xã|đặc khu)\\s+', '', 'i'), t.name) as name, coalesce(n.name, t.full_name) as full_name,
    t.parent_id, t.valid_from, t.valid_until, t.name_fold, t.full_name_fold
  from locality as t left join lateral (
    select o.name from locality_name as o where o.locality_id = t.id and o.kind = 'OFFICIAL' and (o.valid_from is null or o.valid_from <= ${day}::date) and (o.valid_until is null or o.valid_until > ${day}::date)
    order by o.valid_from desc nulls last limit 1) as n on true)`
