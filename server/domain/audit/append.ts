/** Writes one entry of the audit log, in the transaction of what it tells. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { SignedInViewer } from '../viewer.ts'

export interface AuditEntry {
  viewer: SignedInViewer
  /** What was done, such as `model.publish`. */
  action: string
  recordKind: string
  recordId: string
  revision?: number | undefined
  reason?: string | null | undefined
  details?: Record<string, unknown> | undefined
}

/** A stand-in of the same signature, until the log itself is there. */
export async function recordAudit(_trx: Kysely<Database>, _entry: AuditEntry): Promise<void> {}
