/**
 * Erasing what a record says of a person (Law 91/2025/QH15): out of every revision that was ever kept, published or not, and whatever hangs
 * on it. Each revision that lost a text keeps a mark that says when, and which entry of the audit log says who did so and why. The chain of
 * the log holds: its entries cover no document, and payloads that hold the text go as `eraseAudit` takes them.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import { wellFormed } from '../../search/fold.ts'
import { recordAudit } from '../audit/append.ts'
import { eraseAudit } from '../audit/erase.ts'
import { inTransaction } from '../dry-run.ts'
import { redactImports } from '../import/erase.ts'
import { assertValid } from '../input.ts'
import { assertAccess, type SignedInViewer } from '../viewer.ts'
import { contentHash, normaliseDocument } from './canonical.ts'
import type { ModelDocument, SourceDocument } from './document.ts'
import { lockRows, MODEL_AUDIT_KIND } from './record.ts'
import { createRedact, type Redact, redactValue } from './redact.ts'
import { reproject } from './write.ts'

export interface ErasePersonalData { modelId: string; texts: readonly string[]; reason: string; dryRun?: boolean | null | undefined }
/** What was, or would be, changed. */
export interface Erased {
  isDryRun: boolean
  revisions: number[]
  /** Fields of documents, as `FieldChange.path`. */
  paths: string[]
  sources: number
  auditEntries: number
  /** Reasons of revisions, steps and merges, and what people reported of the record. */
  notes: number
  /** Imports whose reports, or waiting files, held them. */
  imports: number
}

/**
 * Replaces the texts wherever the record, its history, its sources and the log hold them. It cannot be undone.
 * @throws ForbiddenError for others than admins, ValidationError, NotFoundError when nothing holds them
 */
export async function erasePersonalData(db: Kysely<Database>, viewer: SignedInViewer, { modelId, texts, reason, dryRun }: ErasePersonalData): Promise<Erased> {
  assertAccess(viewer, 'ADMIN')
  const wanted = texts.map((text) => text.normalize('NFC').trim())
  assertValid([
    ...(wanted.length >= 1 && wanted.length <= 20 ? [] : [{ path: ['texts'], code: 'TOO_MANY', message: 'Give 1 to 20 texts.' }]),
    ...wanted.flatMap((text, i) => (text.length >= 3 && text.length <= 300 && !text.includes('\0') && text === wellFormed(text) && /[\p{L}\p{N}]/u.test(text) ? [] : [{ path: ['texts', i], code: 'INVALID', message: 'A text to erase has 3 to 300 characters, letters or digits among them: a shorter one stands in too much else.' }])),
    ...(reason.trim() !== '' && reason.length <= 2_000 && !reason.includes('\0') ? [] : [{ path: ['reason'], code: 'REQUIRED', message: 'Say why, and by what right, in at most 2,000 characters; no personal data: it is kept.' }]),
    ...(createRedact(wanted.filter(Boolean).length > 0 ? wanted.filter(Boolean) : ['\0'])(reason) === reason.normalize('NFC') ? [] : [{ path: ['reason'], code: 'NOT_ALLOWED', message: 'The reason is kept, so it must not say what is to be erased.' }]),
  ])
  const isDryRun = dryRun === true
  return inTransaction(db, isDryRun, async (trx) => ({ ...(await eraseFrom(trx, viewer, modelId, wanted, reason.trim())), isDryRun }))
}

async function eraseFrom(trx: Kysely<Database>, viewer: SignedInViewer, modelId: string, texts: readonly string[], reason: string): Promise<Erased> {
  if (!(await lockRows(trx, viewer, [modelId])).has(modelId)) throw new NotFoundError(`No model has the id ${modelId}.`)
  const redact = createRedact(texts)
  const { revisions, paths, sourceIds, isPublished } = await redactRevisions(trx, modelId, redact)
  const sources = await redactSources(trx, sourceIds, redact)
  const notes = await redactNotes(trx, modelId, redact)
  const imports = await redactImports(trx, viewer, redact)
  const logged = await findPayloads(trx, modelId, redact)
  if (revisions.length + sources.length + notes + imports.length + logged.length === 0) throw new NotFoundError('Nothing that is kept of this record says any of these texts.')

  const auditEntries = logged.length === 0 ? 0 : await eraseAudit(trx, viewer, { subject: { seqs: logged }, reason })
  const touched = isPublished ? [modelId] : []
  await reproject(trx, [...new Set([...touched, ...(await citing(trx, sources))])])
  const seq = await recordAudit(trx, { viewer, action: 'MODEL_ERASED', recordKind: MODEL_AUDIT_KIND, recordId: modelId, reason, details: { revisions, paths, sources: sources.length, auditEntries, notes, imports } })
  await sql`update model_revision set erased_at = clock_timestamp(), erased_by = ${seq} where model_id = ${modelId}::uuid and revision = any(${revisions}::int[])`.execute(trx)
  return { isDryRun: false, revisions, paths, sources: sources.length, auditEntries, notes, imports: imports.length }
}

async function redactRevisions(trx: Kysely<Database>, modelId: string, redact: Redact) {
  const { rows } = await sql<{ revision: number; document: ModelDocument; isPublished: boolean }>`
    select v.revision, v.document, v.revision is not distinct from r.published_revision as "isPublished" from model_revision as v join model_record as r on r.id = v.model_id where v.model_id = ${modelId}::uuid order by v.revision for update of v`.execute(trx)
  const paths = new Set<string>()
  const revisions: number[] = []
  let isPublished = false
  for (const row of rows) {
    const redacted = redactValue(row.document, redact)
    if (redacted.paths.length === 0) continue
    const document = normaliseDocument(redacted.value)
    // Another hash than the seed's: it leaves the record alone from now on, and does not bring the text back.
    await sql`update model_revision set document = ${JSON.stringify(document)}::jsonb, content_hash = ${contentHash(document)} where model_id = ${modelId}::uuid and revision = ${row.revision}`.execute(trx)
    redacted.paths.forEach((path) => paths.add(path))
    revisions.push(row.revision)
    isPublished ||= row.isPublished
  }
  const sourceIds = [...new Set(rows.flatMap(({ document }) => document.sources.map(({ sourceId }) => sourceId)))]
  return { revisions, paths: [...paths].sort(), sourceIds, isPublished }
}

/** Sources that the record names, in any of its revisions, with all of theirs; ids of those that changed. */
async function redactSources(trx: Kysely<Database>, ids: readonly string[], redact: Redact): Promise<string[]> {
  const { rows } = await sql<{ id: string; revision: number; document: SourceDocument; isLatest: boolean }>`
    select v.source_id as id, v.revision, v.document, v.revision = s.revision as "isLatest" from source_revision as v join source as s on s.id = v.source_id where v.source_id = any(${[...ids]}::uuid[]) order by v.source_id, v.revision for update of v`.execute(trx)
  const changed = new Set<string>()
  for (const { id, revision, document, isLatest } of rows) {
    const redacted = redactValue(document, redact)
    if (redacted.paths.length === 0) continue
    changed.add(id)
    // Not the seed's any more, which would write the old words again.
    await sql`update source_revision set document = ${JSON.stringify(redacted.value)}::jsonb, author = case when author = 'seed' then 'erased' else author end where source_id = ${id}::uuid and revision = ${revision}`.execute(trx)
    if (isLatest) await sql`update source set title = ${redacted.value.title}, publisher = ${redacted.value.publisher}, updated_at = clock_timestamp() where id = ${id}::uuid`.execute(trx)
  }
  return [...changed]
}

/** Published records that show one of these sources. */
async function citing(trx: Kysely<Database>, sources: readonly string[]): Promise<string[]> {
  if (sources.length === 0) return []
  return (await sql<{ id: string }>`select model_id as id from model_source where source_id = any(${[...sources]}::uuid[]) union select model_id from citation where source_id = any(${[...sources]}::uuid[])`.execute(trx)).rows.map(({ id }) => id)
}

/** What people wrote about the record beside its documents. */
async function redactNotes(trx: Kysely<Database>, modelId: string, redact: Redact): Promise<number> {
  const NOTES = [
    ['model_revision', 'reason', 'model_id'], ['model_revision', 'author_name', 'model_id'], ['model_step', 'reason', 'model_id'], ['model_step', 'actor_name', 'model_id'],
    ['model_merge', 'reason', 'source_id'], ['model_merge', 'reason', 'target_id'], ['issue_report', 'text', 'model_id'], ['issue_report', 'resolution', 'model_id'],
    ['model_distinction', 'reason', 'source_id'], ['model_distinction', 'reason', 'target_id'], ['model_distinction', 'withdrawal_reason', 'source_id'], ['model_distinction', 'withdrawal_reason', 'target_id'], ['privacy_release', 'reason', 'model_id'],
  ] as const
  let count = 0
  for (const [table, column, key] of NOTES) {
    const { rows } = await sql<{ at: string; text: string }>`select ctid::text as at, ${sql.id(column)} as text from ${sql.table(table)} where ${sql.id(key)} = ${modelId}::uuid and ${sql.id(column)} is not null for update`.execute(trx)
    for (const { at, text } of rows) {
      const redacted = redact(text)
      if (redacted === text.normalize('NFC')) continue
      count += 1
      await sql`update ${sql.table(table)} set ${sql.id(column)} = ${redacted} where ctid = ${at}::tid`.execute(trx)
    }
  }
  return count
}

/** Entries of the log about the record, and about imports that brought in a revision of it, whose payload says it. */
async function findPayloads(trx: Kysely<Database>, modelId: string, redact: Redact): Promise<number[]> {
  const { rows } = await sql<{ seq: number; payload: string }>`select seq, payload from audit_entry
    where ((record_kind = ${MODEL_AUDIT_KIND} and record_id = ${modelId}) or (record_kind = 'import' and record_id in (select job_id::text from import_row where model_id = ${modelId}::uuid))) and payload is not null and action <> 'AUDIT_ERASED' order by seq`.execute(trx)
  if (rows.length > 10_000) throw new ConflictError('More than 10,000 entries of the audit log are about this record; erase them by `eraseAuditEntries` first.')
  return rows.filter(({ payload }) => redactValue(JSON.parse(payload) as unknown, redact).paths.length > 0).map(({ seq }) => seq)
}
