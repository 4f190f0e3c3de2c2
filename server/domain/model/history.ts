/** The history of a record: its revisions, who wrote them, why, and what each changed. */
import { sql } from 'kysely'
import { ordering } from '../ordering.ts'
import { isInt } from '../page.ts'
import { column, computed, connection, type Relation, type RowOf, type Scope, shape, type Sql } from '../shape.ts'
import { canAccess, editableRecords, visibleModels } from '../viewer.ts'
import type { ModelDocument } from './document.ts'

/** Anybody sees what was published; who may edit the record sees every revision. */
const seen = (t: string, { viewer, day }: Scope): Sql => {
  const isPublished = day === undefined ? sql`${sql.id(t, 'published_at')} is not null` : sql`${sql.id(t, 'published_at')} < ${day}::date + 1`
  return viewer === null ? isPublished : sql`(${isPublished} or exists (select from model_record as e where e.id = ${sql.id(t, 'model_id')} and ${editableRecords(viewer, 'e')}))`
}

/**
 * Why a next revision was turned down is for those who may edit the record: the published one that stands again carries it, and is read
 * by everybody.
 */
const told = (t: string, { viewer }: Scope): Sql => {
  const mayEdit = viewer === null ? sql`false` : sql`exists (select from model_record as e where e.id = ${sql.id(t, 'model_id')} and ${editableRecords(viewer, 'e')})`
  return sql`case when not exists (select from model_step as s where s.model_id = ${sql.id(t, 'model_id')} and s.revision = ${sql.id(t, 'revision')} and s.step = 'REJECT') or ${mayEdit} then ${sql.id(t, 'reason')} end`
}

/** The revision before, of those that the viewer sees: a diff must not tell what lay between two published ones. */
const before = (t: string, scope: Scope): Sql => sql`(select ${sql.id(`${t}b`, 'document')} from model_revision as ${sql.id(`${t}b`)}
  where ${sql.id(`${t}b`, 'model_id')} = ${sql.id(t, 'model_id')} and ${sql.id(`${t}b`, 'revision')} < ${sql.id(t, 'revision')} and ${seen(`${t}b`, scope)} order by ${sql.id(`${t}b`, 'revision')} desc limit 1)`

/** Ids of other models that the two documents name and the viewer cannot see: they are left out of a diff. */
const hidden = (t: string, scope: Scope): Sql => canAccess(scope.viewer, 'CURATOR') ? sql`'[]'::json` : sql`(
  select coalesce(json_agg(distinct n.id), '[]') from (values (${sql.id(t, 'document')}), (${before(t, scope)})) as d (document),
    lateral (select x->>'modelId' as id from jsonb_array_elements(d.document->'relations') as x union all select jsonb_array_elements_text(x->'alsoCreditedTo') from jsonb_array_elements(d.document->'results') as x) as n
  where not exists (select from model as m where m.id::text = n.id and ${visibleModels(scope.viewer, 'm')}))`

export const revisionShape = shape({
  table: 'model_revision',
  columns: {
    number: column<number>('revision'),
    author: computed<string | null>((t, { viewer }) => (viewer === null ? sql`null::text` : sql`coalesce(${sql.id(t, 'author_name')}, ${sql.id(t, 'author')})`)),
    reason: computed<string | null>(told),
    createdAt: column<string>('created_at'),
    publishedAt: column<string | null>('published_at'),
    erasedAt: column<string | null>('erased_at'),
    document: column<ModelDocument>('document'),
    documentBefore: computed<ModelDocument | null>(before),
    hiddenModels: computed<string[]>(hidden),
  },
  relations: {},
})
export type RevisionRow = RowOf<typeof revisionShape>

const newestFirst = ordering('history', 'DESC', [{ sql: (t) => sql.id(t, 'revision'), cast: 'int', check: isInt }])

export const historyOfModel: Relation = (model, related, scope) =>
  connection(revisionShape, related.selection, related.args, scope, (t) => ({ where: [sql`${sql.id(t, 'model_id')} = ${sql.id(model, 'id')}`, seen(t, scope)], ordering: newestFirst }))
