/** Sending again what was given up. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { NotFoundError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { assertAccess, type SignedInViewer } from '../viewer.ts'

/** Makes a dead letter due again, at once and with all its attempts. @throws NotFoundError when it is none, or was sent since */
export async function retryDeadLetter(db: Kysely<Database>, viewer: SignedInViewer, id: string): Promise<void> {
  assertAccess(viewer, 'CURATOR')
  const none = (): never => { throw new NotFoundError(`No dead letter has the id ${JSON.stringify(id.slice(0, 40))}; it may have been sent since.`) }
  if (!/^[1-9]\d{0,14}$/.test(id)) none()
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ kind: string; recordId: string; target: string; error: string | null }>`
      update outbox set dead_at = null, attempts = 0, available_at = now(), leased_until = null, task_uid = null where id = ${Number(id)} and dead_at is not null returning kind, record_id as "recordId", target, last_error as error`.execute(trx)
    const letter = rows[0] ?? none()
    await recordAudit(trx, { viewer, action: 'DEAD_LETTER_RETRIED', recordKind: letter.kind, recordId: letter.recordId, details: { index: letter.target, error: letter.error } })
  })
}
