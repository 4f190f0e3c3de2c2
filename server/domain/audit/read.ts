/** Reading the audit log, for administrators: the newest first, of one caller or of one record. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { BadUserInputError } from '../../errors.ts'
import { assertText } from '../names.ts'
import { ordering } from '../ordering.ts'
import { type ConnectionRows, isInt, type PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, computed, connection, newScope, readJson, type RowOf, type Shape, type Sql } from '../shape.ts'
import { assertAccess, type Viewer } from '../viewer.ts'

const ofPayload = (name: string) => (e: string): Sql => sql`(${sql.id(e, 'payload')}::json ->> ${sql.lit(name)})`
const auditEntryColumns = {
  seq: column<number>('seq'),
  at: column<string>('at'),
  actorId: column<string | null>('actor_id'),
  actorRole: column<string | null>('actor_role'),
  actorName: computed<string | null>(ofPayload('actorName')),
  action: column<string>('action'),
  recordKind: column<string>('record_kind'),
  recordId: column<string>('record_id'),
  revision: column<number | null>('revision'),
  reason: computed<string | null>(ofPayload('reason')),
  details: computed<string | null>(ofPayload('details')),
  erasedBy: column<number | null>('erased_by'),
  hash: column<string>('hash'),
}
const auditEntryShape: Shape<typeof auditEntryColumns> = { table: 'audit_entry', columns: auditEntryColumns, relations: {} }
export type AuditEntryRow = RowOf<typeof auditEntryShape>

const newestFirst = ordering('AUDIT DESC', 'DESC', [{ sql: (e) => sql.id(e, 'seq'), cast: 'int', check: isInt }])

export interface ListAuditArgs extends PageArgs { actorId?: string | null; recordKind?: string | null; recordId?: string | null }

/** A page of the log. @throws ForbiddenError for others than admins, BadUserInputError for a record without its kind */
export function listAuditEntries(db: Kysely<Database>, viewer: Viewer, args: ListAuditArgs, selection: Selection): Promise<ConnectionRows> {
  assertAccess(viewer, 'ADMIN')
  const { actorId, recordKind, recordId } = args
  for (const [name, value] of Object.entries({ actorId, recordKind, recordId })) if (value != null) assertText(name, value)
  if (recordId != null && recordKind == null) throw new BadUserInputError('`recordId` needs `recordKind`: ids of different kinds may be alike.')
  const scope = newScope(viewer)
  return readJson(db, scope, connection(auditEntryShape, selection, args, scope, (e) => ({
    where: ([['actor_id', actorId], ['record_kind', recordKind], ['record_id', recordId]] as const).flatMap(([name, value]) => (value == null ? [] : [sql`${sql.id(e, name)} = ${value}`])),
    ordering: newestFirst,
  })))
}
