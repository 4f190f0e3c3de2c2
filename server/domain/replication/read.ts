/** Where a model went: replications (edges to a place) and points (the sites that run it). */
import { sql } from 'kysely'
import { localitiesNowOf, localityOf, placedIn } from '../locality/shape.ts'
import { adaptationShape } from '../model/facts.ts'
import { givenList, placeFaults } from '../names.ts'
import { ordering } from '../ordering.ts'
import { isInt, isUuid } from '../page.ts'
import { column, connection, many, type Relation, type RowOf, type Scope, shape, type Sql } from '../shape.ts'
import { citationsOfFact } from '../source/read.ts'

export const replicationShape = shape({
  table: 'replication',
  columns: {
    id: column<string>('id'),
    spread: column<string>('spread'),
    placeAsWritten: column<string>('place_as_written'),
    startedOn: column<string | null>('started_on'),
    endedOn: column<string | null>('ended_on'),
    startedAsWritten: column<string | null>('started_as_written'),
    status: column<string>('status'),
    statusReason: column<string | null>('status_reason'),
    mandate: column<string | null>('mandate'),
    sites: column<number | null>('sites'),
    members: column<number | null>('members'),
    note: column<string | null>('note'),
    confidence: column<string>('confidence'),
  },
  relations: {
    localityThen: localityOf('locality_id'),
    localitiesNow: localitiesNowOf('locality_id'),
    citations: citationsOfFact,
    /** What was changed at this very place: the record tells adaptations by place. */
    adaptations: (replication, related, scope) =>
      many(adaptationShape, related.selection, scope, (t) => ({
        where: [sql`${sql.id(t, 'model_id')} = ${sql.id(replication, 'model_id')}`, sql`case when ${sql.id(replication, 'locality_id')} is not null then ${sql.id(t, 'locality_id')} = ${sql.id(replication, 'locality_id')} else f_fold(${sql.id(t, 'place_as_written')}) = f_fold(${sql.id(replication, 'place_as_written')}) end`],
        orderBy: sql`${sql.id(t, 'position')}, ${sql.id(t, 'id')}`,
      })),
  },
})
export type ReplicationRow = RowOf<typeof replicationShape>

export const pointShape = shape({
  table: 'point',
  columns: {
    id: column<string>('id'),
    name: column<string>('name'),
    placeAsWritten: column<string | null>('place_as_written'),
    startedOn: column<string | null>('started_on'),
    status: column<string>('status'),
    groupCount: column<number | null>('group_count'),
  },
  relations: {
    localityThen: localityOf('locality_id'),
    localitiesNow: localitiesNowOf('locality_id'),
    citations: citationsOfFact,
  },
})
export type PointRow = RowOf<typeof pointShape>

const byPosition = (name: string) => ordering(name, 'ASC', [
  { sql: (t) => sql.id(t, 'position'), cast: 'int', check: isInt },
  { sql: (t) => sql.id(t, 'id'), cast: 'uuid', check: isUuid },
])
const replicationsByPosition = byPosition('replications')
const pointsByPosition = byPosition('points')

/** `statusIn` and `localityIn`, each absent when empty. */
function own(t: string, model: string, args: Record<string, unknown>, scope: Scope): Sql[] {
  const statusIn = givenList('statusIn', args.statusIn)
  const localityIn = givenList('localityIn', args.localityIn)
  if (localityIn) scope.faults.push(placeFaults('localityIn', localityIn))
  return [
    sql`${sql.id(t, 'model_id')} = ${sql.id(model, 'id')}`,
    ...(statusIn ? [sql`${sql.id(t, 'status')} = any(${statusIn}::text[])`] : []),
    ...(localityIn ? [placedIn(sql.id(t, 'locality_id'), localityIn)] : []),
  ]
}

export const replicationsOfModel: Relation = (model, related, scope) =>
  connection(replicationShape, related.selection, related.args, scope, (t) => ({ where: own(t, model, related.args, scope), ordering: replicationsByPosition }))

export const pointsOfModel: Relation = (model, related, scope) =>
  connection(pointShape, related.selection, related.args, scope, (t) => ({ where: own(t, model, related.args, scope), ordering: pointsByPosition }))
