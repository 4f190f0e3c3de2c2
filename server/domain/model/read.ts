/** Reads of models. Each gives what was selected, by one statement. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { assertText } from '../names.ts'
import type { ConnectionRows, PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { connection, connectionRows, newAlias, newScope, one, readJson, type Scope, type Shape, type Sql } from '../shape.ts'
import type { Slot } from '../statement.ts'
import { type Viewer, visibleModels } from '../viewer.ts'
import { filterFaults, type ModelFilter, modelFilter } from './filter.ts'
import { modelOrdering, type ModelOrder } from './order.ts'
import { findPublishedAt, findWorking, readHeldModel, readHeldPart } from './overlay.ts'
import { type ModelRow, modelShape } from './shape.ts'

/** The model that bears the slug, or into which the record that bore it went. */
const idOfSlug = (slug: string): Sql => sql`coalesce((select id from model where slug = ${slug}),
  (select f_model_now(coalesce((select id from model_record where slug = ${slug}), (select model_id from slug_redirect where slug = ${slug})))))`

/** The model of a slug, old or new, as published now; undefined when there is none that the viewer may see. */
export async function findModel(db: Kysely<Database>, viewer: Viewer, slug: string, selection: Selection): Promise<ModelRow | undefined> {
  assertText('slug', slug)
  const scope = newScope(viewer)
  const row = await readJson<ModelRow | null>(db, scope, one(modelShape, selection, scope, (m) => ({ where: [sql`${sql.id(m, 'id')} = ${idOfSlug(slug)}`, visibleModels(viewer, m)] })))
  return row ?? undefined
}

/** The revision that was published under the slug at that moment, units under the names of its day; undefined when there was none. */
export async function findModelAsOf(db: Kysely<Database>, viewer: Viewer, slug: string, asOf: string, selection: Selection): Promise<ModelRow | undefined> {
  assertText('slug', slug)
  const held = await findPublishedAt(db, viewer, slug, asOf)
  return held && readHeldModel(db, viewer, held, selection, asOf)
}

/** The working revision, for those who may edit; undefined for others, as if there were none. */
export async function findWorkingModel(db: Kysely<Database>, viewer: Viewer, id: string, selection: Selection): Promise<ModelRow | undefined> {
  const held = await findWorking(db, viewer, id)
  return held && readHeldModel(db, viewer, held, selection)
}

/** One part of the working revision, such as a result. */
export async function readWorkingPart(db: Kysely<Database>, viewer: Viewer, modelId: string, of: Shape, partId: string, selection: Selection): Promise<unknown> {
  const held = await findWorking(db, viewer, modelId)
  return held === undefined ? null : readHeldPart(db, viewer, held, of, partId, selection)
}

export interface ListModelsArgs extends PageArgs {
  filter?: ModelFilter | null
  orderBy?: ModelOrder | null
}

/** A page of the models that the viewer may see. The selection is that of the connection type. */
export function listModels(db: Kysely<Database>, viewer: Viewer, args: ListModelsArgs, selection: Selection): Promise<ConnectionRows> {
  const scope = newScope(viewer)
  scope.faults.push(...filterFaults(args.filter))
  return readJson(db, scope, connection(modelShape, selection, args, scope, (m) => ({ where: [visibleModels(viewer, m), ...modelFilter(args.filter, m)], ordering: modelOrdering(args.orderBy) })))
}

/** Models whose ids and order came from elsewhere, such as a search engine, as an expression; those that are gone or hidden are left out, each row carries `$id`. */
export function rowsOfIds(ids: Slot, connectionSelection: Selection, scope: Scope): { rows: Sql; isMulti: boolean } {
  const m = newAlias(scope)
  const { list, isMulti } = connectionRows(modelShape, m, connectionSelection, scope)
  const rows = sql`(select coalesce(json_agg(o), '[]') from (select ${sql.join([...list, sql`${sql.id(m, 'id')} as "$id"`])} from unnest(${ids}::uuid[]) with ordinality as i (id, position) join model as ${sql.id(m)} on ${sql.id(m, 'id')} = i.id where ${visibleModels(scope.viewer, m)} order by i.position) as o)`
  return { rows, isMulti }
}
