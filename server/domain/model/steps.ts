/** A record's way through the workflow, step by step, for those who may edit it: who took it where, and why. */
import { sql } from 'kysely'
import type { EditorialState } from '../../db/tables.ts'
import { ordering } from '../ordering.ts'
import { isInt } from '../page.ts'
import { column, computed, connection, type Relation, type RowOf, shape, type Sql } from '../shape.ts'
import { editableRecords, type Viewer } from '../viewer.ts'
import { HIDDEN_STATES, type Step } from './workflow.ts'

/** Whoever may read the draft may know how it came there; for others there is no step. */
const seen = (t: string, viewer: Viewer): Sql => (viewer === null ? sql`false` : sql`exists (select from model_record as e where e.id = ${sql.id(t, 'model_id')} and ${editableRecords(viewer, 'e')})`)

const ofMerge = (t: string, what: Sql): Sql => sql`(select ${what} from model_merge as g where g.id = ${sql.id(t, 'merge_id')})`
/** The other record of the merge, unless it is a draft that the viewer may not know of. */
const mergedWith = (t: string, viewer: Viewer): Sql => sql`(select o.slug from model_merge as g join model_record as o on o.id = case g.source_id when ${sql.id(t, 'model_id')} then g.target_id else g.source_id end
  where g.id = ${sql.id(t, 'merge_id')} and ((o.published_revision is not null and o.editorial_state <> all(${[...HIDDEN_STATES]}::text[])) or ${editableRecords(viewer, 'o')}))`

export const workflowStepShape = shape({
  table: 'model_step',
  columns: {
    step: column<Step>('step'),
    from: column<EditorialState | null>('from_state'),
    to: column<EditorialState>('to_state'),
    revision: column<number>('revision'),
    actor: column<string>('actor_name'),
    reason: column<string | null>('reason'),
    at: column<string>('at'),
    mergeId: column<string | null>('merge_id'),
    mergedWith: computed<string | null>((t, { viewer }) => mergedWith(t, viewer)),
    mergeUndoneAt: computed<string | null>((t) => ofMerge(t, sql`g.undone_at`)),
  },
  relations: {},
})
export type WorkflowStepRow = RowOf<typeof workflowStepShape>

const newestFirst = ordering('workflowSteps', 'DESC', [{ sql: (t) => sql.id(t, 'id'), cast: 'int', check: isInt }])

export const stepsOfModel: Relation = (model, related, scope) =>
  connection(workflowStepShape, related.selection, related.args, scope, (t) => ({ where: [sql`${sql.id(t, 'model_id')} = ${sql.id(model, 'id')}`, seen(t, scope.viewer)], ordering: newestFirst }))
