/**
 * Voices from below: anybody may say that a figure is wrong, that a site stopped, or that they run the model too. What they say waits in a
 * queue; it never changes a record by itself, and nothing is kept of who said it.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, IssueKind, IssueOutcome } from '../../db/tables.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { newId } from '../ids.ts'
import { modelDocument } from '../model/document.ts'
import { cleanTexts, Issues, resolvePlaces } from '../model/input.ts'
import { inspectText, isRefused } from '../privacy/gate.ts'
import { assertAccess, type SignedInViewer, type Viewer, visibleModels } from '../viewer.ts'

export const MAX_REPORT = 2_000
export const ISSUE_AUDIT_KIND = 'issue_report'

export interface ReportIssue { kind: IssueKind; modelId: string; field?: string | null | undefined; partId?: string | null | undefined; locality?: string | null | undefined; text: string }

/** Puts a report into the queue. @throws NotFoundError for a record that the caller cannot see, ValidationError; counts are kept by `ReportAllowance` */
export async function reportIssue(db: Kysely<Database>, viewer: Viewer, { kind, modelId, ...given }: ReportIssue): Promise<{ id: string }> {
  const issues = new Issues()
  const { field, partId, locality, text } = cleanTexts(given, issues)
  if (text === null) issues.add(['text'], 'REQUIRED', 'Say what is the matter.')
  else checkText(text, issues)
  if (field != null) checkField(field, issues)
  const id = newId()
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql`select from model as m where m.id = ${modelId}::uuid and ${visibleModels(viewer, 'm')}`.execute(trx)
    if (rows.length === 0) throw new NotFoundError('There is no such model.')
    const [localityId] = locality == null ? [null] : await resolvePlaces(trx, [{ path: ['locality'], name: locality, on: null }], issues)
    issues.assertNone()
    await trx.insertInto('issue_report').values({ id, kind, model_id: modelId, field: field ?? null, part_id: partId ?? null, locality_id: localityId ?? null, text, outcome: null, resolution: null, resolved_by: null }).execute()
    // Whoever reports without an identity has none in the log either; the words stay out of it.
    await recordAudit(trx, { viewer, action: 'ISSUE_REPORTED', recordKind: ISSUE_AUDIT_KIND, recordId: id, details: { kind, model: modelId } })
  })
  return { id }
}

function checkText(text: string, issues: Issues): void {
  if (text.length > MAX_REPORT) issues.add(['text'], 'TOO_LONG', `At most ${MAX_REPORT.toLocaleString('en')} characters are allowed; there are ${text.length}.`)
  // Nobody reviews a report before it is kept, so it may not even say names.
  for (const { text: found, reason } of inspectText(text)) issues.add(['text'], 'PERSONAL_DATA', `${JSON.stringify(found)}: ${reason}`)
}

/** A field of the document by its path, as `FieldChange.path` tells them: `summary`, `results.value`. */
function checkField(path: string, issues: Issues): void {
  const [first = '', ...rest] = path.split('.')
  const fields = Object.keys(modelDocument.shape)
  if (!fields.includes(first)) issues.add(['field'], 'UNKNOWN_FIELD', `A record has no field ${JSON.stringify(first.slice(0, 40))}; it has ${fields.join(', ')}.`)
  else if (path.length > 100 || !rest.every((step) => /^[a-z][A-Za-z]*$/.test(step))) issues.add(['field'], 'UNKNOWN_FIELD', 'A path goes inwards by names of fields, such as `results.value`.')
}

/** Says what came of a report, with a reason. @throws ForbiddenError for others than curators, ConflictError when it was resolved before */
export async function resolveIssue(db: Kysely<Database>, viewer: SignedInViewer, { id, outcome, ...given }: { id: string; outcome: IssueOutcome; reason: string }): Promise<{ id: string }> {
  assertAccess(viewer, 'CURATOR')
  const issues = new Issues()
  const { reason } = cleanTexts(given, issues)
  if (reason === null) issues.add(['reason'], 'REASON_REQUIRED', 'Say why: the reason stays with the report.')
  else if (reason.length > MAX_REPORT) issues.add(['reason'], 'TOO_LONG', `At most ${MAX_REPORT.toLocaleString('en')} characters are allowed; there are ${reason.length}.`)
  for (const { text: found, reason: why } of inspectText(reason ?? '').filter(isRefused)) issues.add(['reason'], 'PERSONAL_DATA', `${JSON.stringify(found)}: ${why}`)
  issues.assertNone()
  await db.transaction().execute(async (trx) => {
    const known = await trx.selectFrom('issue_report').select(['outcome', 'resolved_by']).where('id', '=', id).forUpdate().executeTakeFirst()
    if (known === undefined) throw new NotFoundError('There is no such report.')
    if (known.outcome !== null) throw new ConflictError(`The report was resolved before, as ${known.outcome}, by ${known.resolved_by}.`)
    await sql`update issue_report set outcome = ${outcome}, resolution = ${reason}, resolved_by = ${viewer.id}, resolved_at = clock_timestamp() where id = ${id}::uuid`.execute(trx)
    await recordAudit(trx, { viewer, action: 'ISSUE_RESOLVED', recordKind: ISSUE_AUDIT_KIND, recordId: id, reason, details: { outcome } })
  })
  return { id }
}
