/** What waits for a reviewer: open revisions, and published models whose yearly review is due. Officers see those of their own territory. */
import { type Kysely, sql } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database, EditorialState } from '../../db/tables.ts'
import { BadUserInputError } from '../../errors.ts'
import { localityOf, placedIn } from '../locality/shape.ts'
import { filterFaults, type ModelFilter, modelFilter } from '../model/filter.ts'
import { modelOrdering, type ModelOrder } from '../model/order.ts'
import { modelShape } from '../model/shape.ts'
import { givenList, placeFaults } from '../names.ts'
import { ordering, type OrderKey } from '../ordering.ts'
import { type ConnectionRows, isInstant, isUuid, type PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, computed, connection, newScope, one, readJson, type RowOf, type Shape, type Sql } from '../shape.ts'
import { assertAccess, editableRecords, type Viewer, visibleModels } from '../viewer.ts'
import { cycleAt } from './cycle.ts'

/** Of the working revision, which readers may not know: who asks was checked for the record. */
const working = (select: Sql) => (t: string): Sql => sql`(select ${select} from model_revision as w where w.model_id = ${sql.id(t, 'id')} and w.revision = ${sql.id(t, 'latest_revision')})`
const assignment = (name: string) => (t: string): Sql => sql`(select a.${sql.id(name)} from model_assignment as a where a.model_id = ${sql.id(t, 'id')})`

const reviewItemColumns = {
  id: column<string>('id'),
  slug: column<string>('slug'),
  state: column<EditorialState>('editorial_state'),
  since: column<string>('state_changed_at'),
  revision: column<number>('latest_revision'),
  name: computed<string>(working(sql`w.document ->> 'name'`)),
  author: computed<string>(working(sql`coalesce(w.author_name, w.author)`)),
  isPublished: computed<boolean>((t) => sql`${sql.id(t, 'published_revision')} is not null`),
  assignee: computed<string | null>(assignment('assignee')),
  assignedAt: computed<string | null>(assignment('assigned_at')),
}
const reviewItemShape: Shape<typeof reviewItemColumns> = {
  table: 'model_record',
  columns: reviewItemColumns,
  relations: {
    locality: localityOf('origin_locality_id'),
    model: (item, related, scope) => one(modelShape, related.selection, scope, (m) => ({ where: [sql`${sql.id(m, 'id')} = ${sql.id(item, 'id')}`, visibleModels(scope.viewer, m)] })),
  },
}
export type ReviewItemRow = RowOf<typeof reviewItemShape>

/** What is nobody's turn but a reviewer's. */
export const REVIEWERS_TURN = ['SUBMITTED', 'IN_REVIEW', 'APPROVED'] as const satisfies readonly EditorialState[]
/** What may be asked for: whatever is open. */
export const OPEN_STATES = ['DRAFT', 'SUBMITTED', 'IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED'] as const satisfies readonly EditorialState[]

export interface ReviewQueueFilter { stateIn?: string[] | null; localityIn?: string[] | null; assigneeIn?: string[] | null; isAssigned?: boolean | null; enteredBefore?: string | null }

const instant = (name: string): OrderKey => ({
  sql: (t) => sql.id(t, name), asJson: (t) => asInstant(sql.id(t, name)), cast: 'timestamptz', check: isInstant,
})
const longestWaiting = ordering('REVIEW_QUEUE', 'ASC', [instant('state_changed_at'), { sql: (t) => sql.id(t, 'id'), cast: 'uuid', check: isUuid }])

/** Open revisions, what waits longest first. @throws ForbiddenError and UnauthenticatedError for anybody without an identity */
export function listReviewQueue(db: Kysely<Database>, viewer: Viewer, { filter, ...args }: PageArgs & { filter?: ReviewQueueFilter | null }, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'SIGNED_IN')
  const [states, units, assignees] = [givenList('stateIn', filter?.stateIn) ?? REVIEWERS_TURN, givenList('localityIn', filter?.localityIn), givenList('assigneeIn', filter?.assigneeIn)]
  const closed = states.filter((state) => !(OPEN_STATES as readonly string[]).includes(state))
  if (closed.length > 0) throw new BadUserInputError(`\`stateIn\`: ${closed.join(', ')} waits for nobody; ask for ${OPEN_STATES.join(', ')}.`)
  const scope = newScope(viewer)
  if (units) scope.faults.push(placeFaults('localityIn', units))
  return readJson(db, scope, connection(reviewItemShape, selection, args, scope, (t) => ({
    where: [
      sql`${sql.id(t, 'editorial_state')} = any(${[...states]}::text[])`, editableRecords(viewer, t),
      ...(units ? [placedIn(sql.id(t, 'origin_locality_id'), units)] : []),
      ...(assignees ? [sql`${sql.id(t, 'id')} in (select a.model_id from model_assignment as a where a.assignee = any(${assignees}::text[]))`] : []),
      ...(filter?.isAssigned == null ? [] : [sql`exists (select from model_assignment as a where a.model_id = ${sql.id(t, 'id')}) = ${filter.isAssigned}`]),
      ...(filter?.enteredBefore == null ? [] : [sql`${sql.id(t, 'state_changed_at')} < ${filter.enteredBefore}::timestamptz`]),
    ],
    ordering: longestWaiting,
  })))
}

export interface DueReviewsArgs extends PageArgs { cycle?: number | null; filter?: ModelFilter | null; orderBy?: ModelOrder | null }

/** Published models without a published review of the cycle: those that run, unless the filter asks for another status. */
export function listDueReviews(db: Kysely<Database>, viewer: Viewer, args: DueReviewsArgs, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'SIGNED_IN')
  const cycle = args.cycle ?? cycleAt(new Date())
  if (cycle < 1990 || cycle > 2200) throw new BadUserInputError(`\`cycle\` is ${cycle}; expected the year that it ends in, such as 2025.`)
  const filter: ModelFilter = { ...args.filter, operationalStatusIn: args.filter?.operationalStatusIn?.length ? args.filter.operationalStatusIn : ['ACTIVE'] }
  const scope = newScope(viewer)
  scope.faults.push(...filterFaults(filter))
  return readJson(db, scope, connection(modelShape, selection, args, scope, (m) => ({
    where: [
      visibleModels(viewer, m), ...modelFilter(filter, m), sql`not exists (select from review as due where due.model_id = ${sql.id(m, 'id')} and due.cycle = ${cycle}::int)`,
      sql`exists (select from model_record as held where held.id = ${sql.id(m, 'id')} and ${editableRecords(viewer, 'held')})`,
    ],
    ordering: modelOrdering(args.orderBy),
  })))
}
