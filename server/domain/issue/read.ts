/** What people reported of records, for those who may edit them. */
import { type Kysely, sql } from 'kysely'
import type { Database, IssueKind, IssueOutcome } from '../../db/tables.ts'
import { localityOf, placedIn } from '../locality/shape.ts'
import { modelShape } from '../model/shape.ts'
import { givenList, placeFaults } from '../names.ts'
import { ordering } from '../ordering.ts'
import { type ConnectionRows, isUuid, type PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, computed, connection, newScope, one, readJson, type RowOf, type Shape, type Sql } from '../shape.ts'
import { assertAccess, editableRecords, ownsPlace, type Viewer, visibleModels } from '../viewer.ts'

export const ISSUE_KINDS = ['FIGURE_WRONG', 'POINT_STOPPED', 'WE_RUN_IT_TOO', 'OTHER'] as const satisfies readonly IssueKind[]
export const ISSUE_OUTCOMES = ['CORRECTED', 'NOTED', 'UNFOUNDED', 'DUPLICATE'] as const satisfies readonly IssueOutcome[]

const issueColumns = {
  id: column<string>('id'),
  kind: column<IssueKind>('kind'),
  modelId: column<string>('model_id'),
  name: computed<string>((t) => sql`(select w.document ->> 'name' from model_record as r join model_revision as w on w.model_id = r.id and w.revision = coalesce(r.published_revision, r.latest_revision) where r.id = ${sql.id(t, 'model_id')})`),
  field: column<string | null>('field'),
  partId: column<string | null>('part_id'),
  text: column<string>('text'),
  reportedAt: column<string>('reported_at'),
  outcome: column<IssueOutcome | null>('outcome'),
  resolution: column<string | null>('resolution'),
  resolvedBy: column<string | null>('resolved_by'),
  resolvedAt: column<string | null>('resolved_at'),
}
export const issueShape: Shape<typeof issueColumns> = {
  table: 'issue_report',
  columns: issueColumns,
  relations: {
    locality: localityOf('locality_id'),
    model: (issue, related, scope) => one(modelShape, related.selection, scope, (m) => ({ where: [sql`${sql.id(m, 'id')} = f_model_now(${sql.id(issue, 'model_id')})`, visibleModels(scope.viewer, m)] })),
  },
}
export type IssueRow = RowOf<typeof issueShape>

/** True for reports of records that the viewer may edit, and of places that are theirs. */
const ownIssues = (viewer: Viewer, t: string): Sql =>
  sql`(${ownsPlace(viewer, sql.ref(`${t}.locality_id`))} or exists (select from model_record as held where held.id = ${sql.id(t, 'model_id')} and ${editableRecords(viewer, 'held')}))`

export interface IssueFilter { kindIn?: string[] | null; outcomeIn?: string[] | null; isResolved?: boolean | null; localityIn?: string[] | null; modelId?: string | null; reportedBefore?: string | null }

/** Ids are of version 7: in order of time. */
const oldestFirst = ordering('REPORTED_ISSUES', 'ASC', [{ sql: (t) => sql.id(t, 'id'), cast: 'uuid', check: isUuid }])

/** The oldest first; those that are open, unless the filter says otherwise. */
export function listIssues(db: Kysely<Database>, viewer: Viewer, { filter, ...args }: PageArgs & { filter?: IssueFilter | null }, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'SIGNED_IN')
  const [kinds, outcomes, units] = [givenList('kindIn', filter?.kindIn), givenList('outcomeIn', filter?.outcomeIn), givenList('localityIn', filter?.localityIn)]
  const isResolved = filter?.isResolved ?? (outcomes ? null : false)
  const scope = newScope(viewer)
  if (units) scope.faults.push(placeFaults('localityIn', units))
  return readJson(db, scope, connection(issueShape, selection, args, scope, (t) => ({
    where: [
      ownIssues(viewer, t),
      ...(isResolved === null ? [] : [sql`(${sql.id(t, 'resolved_at')} is not null) = ${isResolved}`]),
      ...(kinds ? [sql`${sql.id(t, 'kind')} = any(${kinds}::text[])`] : []), ...(outcomes ? [sql`${sql.id(t, 'outcome')} = any(${outcomes}::text[])`] : []),
      ...(units ? [sql`(${placedIn(sql.id(t, 'locality_id'), units)} or exists (select from model_record as held where held.id = ${sql.id(t, 'model_id')} and ${placedIn(sql`held.origin_locality_id`, units)}))`] : []),
      ...(filter?.modelId == null ? [] : [sql`${sql.id(t, 'model_id')} = ${filter.modelId}::uuid`]),
      ...(filter?.reportedBefore == null ? [] : [sql`${sql.id(t, 'reported_at')} < ${filter.reportedBefore}::timestamptz`]),
    ],
    ordering: oldestFirst,
  })))
}

/** One report that is known to be there. */
export function readIssue(db: Kysely<Database>, viewer: Viewer, id: string, selection: Selection): Promise<IssueRow> {
  const scope = newScope(viewer)
  return readJson(db, scope, one(issueShape, selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${id}::uuid`] })))
}
