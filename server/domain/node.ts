/** Anything by its global identity, many at once, of many types: one statement. */
import { type Kysely, sql } from 'kysely'
import type { Database, TermKind } from '../db/tables.ts'
import { BadUserInputError } from '../errors.ts'
import { localityShape } from './locality/shape.ts'
import { findWorkingModel } from './model/read.ts'
import { modelShape, resultShape } from './model/shape.ts'
import { isUuid, MAX_PAGE_SIZE } from './page.ts'
import { pointShape, replicationShape } from './replication/read.ts'
import type { Selection } from './selection.ts'
import { many, newScope, readJson, type Scope, type Shape, type Sql } from './shape.ts'
import { sourceShape } from './source/read.ts'
import { termShape } from './term/read.ts'
import { type Viewer, visibleModels } from './viewer.ts'

interface NodeKind { shape: Shape; visible(alias: string, scope: Scope): Sql }

const always = (): Sql => sql`true`
/** A part is seen with the model whose document holds it. */
const withItsModel = (t: string, scope: Scope): Sql =>
  sql`exists (select from model as ${sql.id(`${t}o`)} where ${sql.id(`${t}o`, 'id')} = ${sql.id(t, 'model_id')} and ${visibleModels(scope.viewer, `${t}o`)})`
/** A source is seen with a model that names it, and when it tells figures of a place: one that only a draft names is not. */
const withAModel = (t: string, scope: Scope): Sql => sql`(
  exists (select from model_source as ${sql.id(`${t}s`)} join model as ${sql.id(`${t}o`)} on ${sql.id(`${t}o`, 'id')} = ${sql.id(`${t}s`, 'model_id')} where ${sql.id(`${t}s`, 'source_id')} = ${sql.id(t, 'id')} and ${visibleModels(scope.viewer, `${t}o`)})
  or exists (select from citation as ${sql.id(`${t}c`)} join model as ${sql.id(`${t}o`)} on ${sql.id(`${t}o`, 'id')} = ${sql.id(`${t}c`, 'model_id')} where ${sql.id(`${t}c`, 'source_id')} = ${sql.id(t, 'id')} and ${visibleModels(scope.viewer, `${t}o`)})
  or exists (select from reported_figure where source_id = ${sql.id(t, 'id')})
  or exists (select from place_review where source_id = ${sql.id(t, 'id')}))`
const term = (kind: TermKind): NodeKind => ({ shape: termShape, visible: (t) => sql`${sql.id(t, 'kind')} = ${sql.lit(kind)}` })

const KINDS = {
  Model: { shape: modelShape, visible: (t, scope) => visibleModels(scope.viewer, t) },
  Result: { shape: resultShape, visible: withItsModel },
  Replication: { shape: replicationShape, visible: withItsModel },
  Point: { shape: pointShape, visible: withItsModel },
  Source: { shape: sourceShape, visible: withAModel },
  Locality: { shape: localityShape, visible: always },
  Topic: term('TOPIC'),
  Setting: term('SETTING'),
  Participant: term('PARTICIPANT'),
} satisfies Record<string, NodeKind>
export type NodeType = keyof typeof KINDS
export interface NodeId { type: NodeType; id: string }
/** A row with the GraphQL type that it is of. */
export type NodeRow = Record<string, unknown> & { __typename: NodeType; id: string }

/** The record that a global id names. @throws BadUserInputError for a text that is no id of ours */
export function parseNodeId(argument: string, globalId: string): NodeId {
  const [type, id, ...more] = /^[A-Za-z0-9+/]{1,200}={0,2}$/.test(globalId) ? Buffer.from(globalId, 'base64').toString('latin1').split(':') : []
  if (type !== undefined && Object.hasOwn(KINDS, type) && isUuid(id) && more.length === 0) return { type: type as NodeType, id }
  throw new BadUserInputError(`\`${argument}\`: ${JSON.stringify(globalId.slice(0, 60))} is not an id of this API; give an \`id\` that it answered with.`)
}

/** The rows in the order of the ids, undefined where there is none that the viewer may see. `selectionFor` tells what to read of a type. */
export async function readNodes(db: Kysely<Database>, viewer: Viewer, ids: readonly NodeId[], selectionFor: (type: NodeType) => Selection): Promise<(NodeRow | undefined)[]> {
  if (ids.length > MAX_PAGE_SIZE) throw new BadUserInputError(`\`ids\` has ${ids.length} entries; at most ${MAX_PAGE_SIZE} are allowed.`)
  if (ids.length === 0) return []
  const scope = newScope(viewer)
  const types = [...new Set(ids.map(({ type }) => type))]
  const lists = types.map((type) => {
    const { shape, visible }: NodeKind = KINDS[type]
    const selection = selectionFor(type)
    selection.columns.add('id')
    const wanted = ids.filter((id) => id.type === type).map(({ id }) => id)
    const rows = many(shape, selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = any(${type === 'Model' ? sql`${wanted}::uuid[] || array(select model_id from (${mergedFrom(wanted)}) as w)` : sql`${wanted}::uuid[]`})`, visible(t, scope)], orderBy: sql.id(t, 'id') }))
    return sql`${rows} as ${sql.id(type)}`
  })
  const found = await readJson<Record<NodeType, NodeRow[]> & { $merged?: Record<string, string> | null }>(db, scope, sql`(select to_json(n) from (select ${sql.join([...lists, ...merged(ids)])}) as n)`)
  const byType = new Map(types.map((type) => [type, new Map(found[type].map((row) => [row.id, row]))]))
  const rows = ids.map(({ type, id }) => {
    const row = byType.get(type)!.get(id) ?? byType.get(type)!.get(found.$merged?.[id] ?? id)
    return row && Object.assign(row, { __typename: type })
  })
  return viewer === null ? rows : withDrafts(db, viewer, ids, rows, selectionFor)
}

const modelsOf = (ids: readonly NodeId[]): string[] => ids.filter(({ type }) => type === 'Model').map(({ id }) => id)
/** Where merged records went, which answer for them. */
const mergedFrom = (models: readonly string[]): Sql => sql`select source_id, f_model_now(source_id) as model_id from model_merge where undone_at is null and source_id = any(${models}::uuid[])`
const merged = (ids: readonly NodeId[]): Sql[] => {
  const models = modelsOf(ids)
  return models.length === 0 ? [] : [sql`(select json_object_agg(source_id, model_id) from (${mergedFrom(models)}) as w) as "$merged"`]
}

/** Records that were never published, or no longer are, for those who may edit them. */
async function withDrafts(db: Kysely<Database>, viewer: Viewer, ids: readonly NodeId[], rows: (NodeRow | undefined)[], selectionFor: (type: NodeType) => Selection): Promise<(NodeRow | undefined)[]> {
  for (const [i, { type, id }] of ids.entries()) {
    if (type !== 'Model' || rows[i]) continue
    const selection = selectionFor(type)
    selection.columns.add('id')
    const draft = await findWorkingModel(db, viewer, id, selection)
    rows[i] = draft && Object.assign(draft as unknown as NodeRow, { __typename: type })
  }
  return rows
}
