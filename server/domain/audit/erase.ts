/** Erasing and rectifying what the audit log says of people: the entry stays, its payload goes, and an entry says who did so and why. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { NotFoundError, ValidationError } from '../../errors.ts'
import { assertValid } from '../input.ts'
import { assertAccess, type SignedInViewer } from '../viewer.ts'
import { recordAudit } from './append.ts'
import { ERASED, formatSeqs } from './chain.ts'

/** Which payloads: single entries, all that somebody did, or all that was done to a record. */
export type AuditSubject = { seqs: readonly number[] } | { actorId: string } | { recordKind: string; recordId: string }

export interface EraseAudit {
  subject: AuditSubject
  /** Why, and by what right; no personal data. */
  reason: string
  /** What should stand instead, to rectify: kept as the details of an entry of its own. */
  correction?: object | undefined
}

/**
 * Erases the payloads (names, reasons, values) of the entries. Who did what to which record, and when, stays: ids are no names.
 * @returns how many were erased
 * @throws ForbiddenError for others than admins, ValidationError without a reason, NotFoundError when nothing is left to erase
 */
export async function eraseAudit(trx: Kysely<Database>, viewer: SignedInViewer, { subject, reason, correction }: EraseAudit): Promise<number> {
  assertAccess(viewer, 'ADMIN')
  if (reason.trim() === '') throw new ValidationError('Erasing takes a reason.', [{ path: ['reason'], code: 'REQUIRED', message: 'Say why, and by what right.' }])
  const { rows } = await sql<{ seq: number }>`select seq from audit_entry where ${whereOf(subject)} and payload is not null and action <> ${ERASED} order by seq for update`.execute(trx)
  if (rows.length === 0) throw new NotFoundError('No entry of the audit log with something left to erase is meant by this.')
  const seqs = rows.map(({ seq }) => seq)
  const by = await recordAudit(trx, { viewer, action: ERASED, recordKind: 'audit_entry', recordId: formatSeqs(seqs), reason })
  const erased = (await sql<{ erased: number }>`select audit_erase(${by}, ${seqs}::bigint[]) as erased`.execute(trx)).rows[0]!.erased
  if (correction) await recordAudit(trx, { viewer, action: 'AUDIT_RECTIFIED', recordKind: 'audit_entry', recordId: formatSeqs(seqs), reason, details: correction })
  return erased
}

function whereOf(subject: AuditSubject) {
  if ('seqs' in subject) return sql`seq = any(${[...subject.seqs]}::bigint[])`
  if ('actorId' in subject) return sql`actor_id = ${subject.actorId}`
  return sql`record_kind = ${subject.recordKind} and record_id = ${subject.recordId}`
}

/** The same as callers write it: exactly one subject, the correction as JSON text. */
export interface EraseAuditInput {
  entries?: readonly number[] | null | undefined
  actorId?: string | null | undefined
  recordKind?: string | null | undefined
  recordId?: string | null | undefined
  reason: string
  correction?: string | null | undefined
}

/** Opens the transaction. @throws ValidationError for a subject that is none or several, and for a correction that is no JSON object */
export async function eraseAuditEntries(db: Kysely<Database>, viewer: SignedInViewer, { entries, actorId, recordKind, recordId, reason, correction }: EraseAuditInput): Promise<number> {
  assertAccess(viewer, 'ADMIN')
  const subjects: AuditSubject[] = []
  if (entries != null) subjects.push({ seqs: entries })
  if (actorId != null) subjects.push({ actorId })
  if (recordKind != null && recordId != null) subjects.push({ recordKind, recordId })
  const details = correction == null ? undefined : readObject(correction)
  assertValid([
    ...(subjects.length === 1 && (recordKind == null) === (recordId == null) ? [] : [{ path: [], code: 'ONE_SUBJECT', message: 'Give exactly one of `entries`, `actorId`, or `recordKind` with `recordId`.' }]),
    ...((entries?.length ?? 0) <= 1_000 ? [] : [{ path: ['entries'], code: 'TOO_BIG', message: 'At most 1,000 entries at once.' }]),
    ...(details === null ? [{ path: ['correction'], code: 'NOT_JSON', message: 'Must be a JSON object of at most 20,000 characters.' }] : []),
    ...([['actorId', actorId], ['recordKind', recordKind], ['recordId', recordId], ['reason', reason]] as const).flatMap(([name, text]) => (text?.includes('\0') ? [{ path: [name], code: 'NOT_ALLOWED', message: 'Must not contain a NUL character.' }] : [])),
  ])
  return db.transaction().execute((trx) => eraseAudit(trx, viewer, { subject: subjects[0]!, reason, correction: details ?? undefined }))
}

function readObject(text: string): object | null {
  try {
    const value: unknown = text.length <= 20_000 && !text.includes('\\u0000') && !text.includes('\0') ? JSON.parse(text) : null
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
