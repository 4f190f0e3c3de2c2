/** What the search index was not told: rows of the outbox that nobody will send again by itself. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { modelShape } from '../model/shape.ts'
import { givenList } from '../names.ts'
import { ordering } from '../ordering.ts'
import { type ConnectionRows, isInt, type PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, computed, connection, newScope, one, readJson, type RowOf, type Shape } from '../shape.ts'
import { assertAccess, type Viewer, visibleModels } from '../viewer.ts'

const deadLetterColumns = {
  id: column<number>('id'),
  index: column<string>('target'),
  recordKind: column<string>('kind'),
  recordId: column<string>('record_id'),
  name: computed<string | null>((t) => sql`(select w.document ->> 'name' from model_record as r join model_revision as w on w.model_id = r.id and w.revision = r.latest_revision where r.id = ${sql.id(t, 'record_id')})`),
  attempts: column<number>('attempts'),
  error: column<string | null>('last_error'),
  enqueuedAt: column<string>('enqueued_at'),
  failedAt: column<string>('dead_at'),
}
const deadLetterShape: Shape<typeof deadLetterColumns> = {
  table: 'outbox',
  columns: deadLetterColumns,
  relations: { model: (letter, related, scope) => one(modelShape, related.selection, scope, (m) => ({ where: [sql`${sql.id(m, 'id')} = ${sql.id(letter, 'record_id')}`, visibleModels(scope.viewer, m)] })) },
}
export type DeadLetterRow = RowOf<typeof deadLetterShape>

const oldestFirst = ordering('DEAD_LETTERS', 'ASC', [{ sql: (t) => sql.id(t, 'id'), cast: 'int', check: isInt }])

/** The oldest first. @throws ForbiddenError for others than curators */
export function listDeadLetters(db: Kysely<Database>, viewer: Viewer, { indexIn, failedBefore, ...args }: PageArgs & { indexIn?: string[] | null; failedBefore?: string | null }, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'CURATOR')
  const indexes = givenList('indexIn', indexIn)
  const scope = newScope(viewer)
  return readJson(db, scope, connection(deadLetterShape, selection, args, scope, (t) => ({
    where: [
      sql`${sql.id(t, 'dead_at')} is not null`,
      ...(indexes ? [sql`${sql.id(t, 'target')} = any(${indexes}::text[])`] : []), ...(failedBefore == null ? [] : [sql`${sql.id(t, 'dead_at')} < ${failedBefore}::timestamptz`]),
    ],
    ordering: oldestFirst,
  })))
}
