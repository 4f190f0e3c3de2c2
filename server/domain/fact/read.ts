/** What published records still lack: facts without a source of their own, and places that lead to no unit. Officers see their own records. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { placedIn } from '../locality/shape.ts'
import { PARTS, type PartTable } from '../model/parts.ts'
import { modelShape } from '../model/shape.ts'
import { givenList, placeFaults } from '../names.ts'
import { ordering } from '../ordering.ts'
import { type ConnectionRows, isUuid, type PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, connection, newScope, one, readJson, type Relation, type RowOf, type Shape, type Sql } from '../shape.ts'
import { assertAccess, editableRecords, type Viewer, visibleModels } from '../viewer.ts'

/** What says of a part what it is, when it has no text of its own. */
const SAYS: Record<string, string> = {
  origin: `concat_ws(', ', place_as_written, initiator)`, result: 'statement', replication: 'place_as_written', point: 'name', recognition: `concat_ws(', ', form, "by")`,
  model_relation: `concat_ws(': ', kind, note)`, review: `concat_ws(': ', cycle::text, class, reason)`,
}
/** Kinds of facts, as citations call their subjects. Other names of a model need no source. */
export const FACT_KINDS = ['ORIGIN', 'RESULT', 'REPLICATION', 'POINT', 'RECOGNITION', 'STEP', 'COST', 'RESOURCE', 'LEGAL_BASIS', 'CONDITION', 'ADAPTATION', 'LINEAGE_FACT', 'SETBACK', 'RELATION', 'REVIEW'] as const
export type FactKind = (typeof FACT_KINDS)[number]
/** Weakest first: nothing is cited; only the record's sources as a whole; every source cited is known by its title alone. */
export const SOURCE_GAPS = ['NO_CITATION', 'RECORD_ONLY', 'NO_ADDRESS'] as const
export type SourceGap = (typeof SOURCE_GAPS)[number]

/** One query over all tables of facts. @param columns beside id, model_id, kind and text */
function unionOf(columns: (part: PartTable) => Sql, where: (part: PartTable) => Sql | null): Sql {
  return sql.join(PARTS.flatMap((part) => {
    const condition = part.kind === 'ALIAS' ? null : where(part)
    return condition === null ? [] : [sql`select id, model_id, ${sql.lit(part.kind)} as kind, ${sql.raw(SAYS[part.table] ?? 'text')} as text${columns(part)} from ${sql.table(part.table)} where ${condition}`]
  }), sql` union all `)
}

const factColumns = { id: column<string>('id'), modelId: column<string>('model_id'), kind: column<FactKind>('kind'), text: column<string>('text') }
const model: Relation = (fact, related, scope) => one(modelShape, related.selection, scope, (m) => ({ where: [sql`${sql.id(m, 'id')} = ${sql.id(fact, 'model_id')}`] }))

const unsourcedColumns = { ...factColumns, gap: column<SourceGap>('gap') }
const unsourcedShape: Shape<typeof unsourcedColumns> = { table: 'citation', columns: unsourcedColumns, relations: { model } }
export type UnsourcedFactRow = RowOf<typeof unsourcedShape>

const placeColumns = { ...factColumns, placeAsWritten: column<string>('place_as_written') }
const placeShape: Shape<typeof placeColumns> = { table: 'origin', columns: placeColumns, relations: { model } }
export type UnresolvedPlaceRow = RowOf<typeof placeShape>

/** Record by record, so that one is put right after the other. */
const byRecord = (name: string) => ordering(name, 'ASC', [{ sql: (t) => sql.id(t, 'model_id'), cast: 'uuid', check: isUuid }, { sql: (t) => sql.id(t, 'id'), cast: 'uuid', check: isUuid }])
const [unsourcedOrder, placeOrder] = [byRecord('UNSOURCED_FACTS'), byRecord('UNRESOLVED_PLACES')]

export interface FactFilter { kindIn?: string[] | null; localityIn?: string[] | null }

/** Facts of records that anybody reads and the viewer may edit. */
function ofRecords(viewer: Viewer, t: string, filter: FactFilter | null | undefined): Sql[] {
  const [kinds, units] = [givenList('kindIn', filter?.kindIn), givenList('localityIn', filter?.localityIn)]
  return [
    ...(kinds ? [sql`${sql.id(t, 'kind')} = any(${kinds}::text[])`] : []),
    sql`exists (select from model as m join model_record as held on held.id = m.id where m.id = ${sql.id(t, 'model_id')} and ${visibleModels(viewer, 'm')} and ${editableRecords(viewer, 'held')}${units ? sql` and ${placedIn(sql`held.origin_locality_id`, units)}` : sql``})`,
  ]
}
const placesOf = (filter: FactFilter | null | undefined): Sql[] => {
  const units = givenList('localityIn', filter?.localityIn)
  return units ? [placeFaults('localityIn', units)] : []
}

/** A page of facts that lack a source of their own, with what they lack. */
export function listUnsourcedFacts(db: Kysely<Database>, viewer: Viewer, { filter, ...args }: PageArgs & { filter?: (FactFilter & { gapIn?: string[] | null }) | null }, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'SIGNED_IN')
  const gaps = givenList('gapIn', filter?.gapIn)
  const scope = newScope(viewer)
  scope.faults.push(...placesOf(filter))
  const facts = unionOf(() => sql``, () => sql`true`)
  const from = sql`(
    with cited as (select c.subject_id, bool_and(c.precision = 'RECORD') as is_record, bool_and(s.url is null) as is_title from citation as c join source as s on s.id = c.source_id group by 1)
    select f.*, case when c.subject_id is null then 'NO_CITATION' when c.is_record then 'RECORD_ONLY' else 'NO_ADDRESS' end as gap
    from (${facts}) as f left join cited as c on c.subject_id = f.id where c.subject_id is null or c.is_record or c.is_title)`
  return readJson(db, scope, connection(unsourcedShape, selection, args, scope, (t) => ({
    from, where: [...ofRecords(viewer, t, filter), ...(gaps ? [sql`${sql.id(t, 'gap')} = any(${gaps}::text[])`] : [])], ordering: unsourcedOrder,
  })))
}

/** A page of places as their sources write them, of which the unit is not known. */
export function listUnresolvedPlaces(db: Kysely<Database>, viewer: Viewer, { filter, ...args }: PageArgs & { filter?: FactFilter | null }, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'SIGNED_IN')
  const scope = newScope(viewer)
  scope.faults.push(...placesOf(filter))
  const isPlaced = (part: PartTable): boolean => 'locality_id' in part.columns
  const from = sql`(${unionOf(() => sql`, place_as_written`, (part) => (isPlaced(part) ? sql`place_as_written is not null and locality_id is null` : null))})`
  return readJson(db, scope, connection(placeShape, selection, args, scope, (t) => ({ from, where: ofRecords(viewer, t, filter), ordering: placeOrder })))
}
