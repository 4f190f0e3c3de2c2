/** Names that the gate found in a record: which of them a curator has let pass, and that no record goes on its way with one that was not. */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database } from '../../db/tables.ts'
import { NotFoundError, ValidationError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { newId } from '../ids.ts'
import type { ModelDocument } from '../model/document.ts'
import { assertRevision, assertRight, inWrite, lockRows, MODEL_AUDIT_KIND, readDocument, requiredReason, requireRecord } from '../model/record.ts'
import type { SignedInViewer } from '../viewer.ts'
import { type Finding, inspectPersonalData, isRefused } from './gate.ts'
import { issueOf } from './refuse.ts'

export interface Release { reason: string; releasedBy: string; releasedAt: string }
export interface HeldFinding extends Finding { isBlocking: boolean; release: Release | null }

/** What the gate finds in a revision of the record, with what was let pass. */
export async function readFindings(db: Kysely<Database>, modelId: string, document: ModelDocument): Promise<HeldFinding[]> {
  const findings = inspectPersonalData(document)
  if (findings.length === 0) return []
  const { rows } = await sql<Release & { key: string }>`
    select finding_key as key, reason, released_by_name as "releasedBy", ${asInstant(sql`released_at`)} as "releasedAt"
    from privacy_release where model_id = ${modelId}::uuid and finding_key = any(${findings.map(({ key }) => key)}::text[])`.execute(db)
  const released = new Map(rows.map(({ key, ...release }) => [key, release]))
  return findings.map((finding) => ({ ...finding, release: released.get(finding.key) ?? null, isBlocking: isRefused(finding) || !released.has(finding.key) }))
}

/** @throws ValidationError for names that nobody has let pass */
export async function assertReleased(trx: Kysely<Database>, modelId: string, document: ModelDocument): Promise<void> {
  const issues = (await readFindings(trx, modelId, document)).filter(({ isBlocking }) => isBlocking).map((finding) => issueOf(finding))
  if (issues.length > 0) throw new ValidationError(`${issues.length} places of the record may name a person: change the text, or let a curator release them (\`privacyFindings\`, \`releasePrivacyFinding\`). The first: ${issues[0]!.message}`, issues)
}

export interface ReleaseInput { modelId: string; findingKey: string; expectedRevision: number; reason: string }

/** Lets a name pass, in this very text. @throws NotFoundError when the working revision has no such finding, ValidationError for what is never let pass */
export async function releaseFinding(db: Kysely<Database>, viewer: SignedInViewer, { modelId, findingKey, expectedRevision, reason }: ReleaseInput): Promise<{ modelId: string; revision: number }> {
  return inWrite(db, viewer, 'RELEASE_PRIVACY_FINDING', modelId, async (trx) => {
    const record = requireRecord(viewer, modelId, (await lockRows(trx, viewer, [modelId])).get(modelId))
    assertRight(viewer, 'REVIEW', record)
    await assertRevision(trx, record, expectedRevision)
    const why = requiredReason(reason)
    const finding = (await readFindings(trx, modelId, await readDocument(trx, modelId, record.latest))).find(({ key }) => key === findingKey)
    if (finding === undefined) throw new NotFoundError('The working revision has no such finding: the text may have changed since.')
    if (isRefused(finding)) throw new ValidationError('Only names can be released.', [{ path: ['findingId'], code: 'NOT_RELEASABLE', message: finding.reason }])
    if (finding.isBlocking) {
      await trx.insertInto('privacy_release').values({ id: newId(), model_id: modelId, finding_key: findingKey, kind: finding.kind, reason: why, released_by: viewer.id, released_by_name: viewer.name }).execute()
      await recordAudit(trx, { viewer, action: 'PRIVACY_FINDING_RELEASED', recordKind: MODEL_AUDIT_KIND, recordId: modelId, revision: record.latest, reason: why, details: { path: finding.path.join('.'), kind: finding.kind, finding: findingKey } })
    }
    return { modelId, revision: record.latest }
  })
}
