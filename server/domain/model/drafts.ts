/** Many drafts at once, for imports: the same rows that one edit writes, in a few statements. */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database, EditorialState } from '../../db/tables.ts'
import { recordAudits } from '../audit/append.ts'
import { ownsPlace, type SignedInViewer, type Viewer } from '../viewer.ts'
import { contentHash } from './canonical.ts'
import type { ModelDocument } from './document.ts'
import { insertRows } from './project.ts'
import { auditAction, type LockedRecord, MODEL_AUDIT_KIND, readClock } from './record.ts'
import { insertRecords } from './slug.ts'

/** A record with its working revision. */
export interface WorkingRecord extends LockedRecord { document: ModelDocument }

export interface DraftWrite {
  id: string
  /** Undefined = the record is new. */
  record: WorkingRecord | undefined
  /** Slug that a new record should have, when it is free. */
  slug: string | null
  to: EditorialState
  document: ModelDocument
}

/** The records of these slugs or ids, by slug. Locked ones stay as they are until the transaction ends, in one order for all. */
export async function readWorkingRecords(db: Kysely<Database>, viewer: Viewer, { slugs = [], ids = [], isLocked }: { slugs?: readonly string[]; ids?: readonly string[]; isLocked: boolean }): Promise<WorkingRecord[]> {
  if (slugs.length + ids.length === 0) return []
  const { rows } = await sql<WorkingRecord>`
    select r.id, r.slug, r.editorial_state as state, r.latest_revision as latest, r.published_revision as published, ${asInstant(sql`r.created_at`)} as "createdAt",
      ${ownsPlace(viewer, sql`r.origin_locality_id`)} as "isOwnPlace", v.document
    from model_record as r join model_revision as v on v.model_id = r.id and v.revision = r.latest_revision
    where r.slug = any(${[...slugs]}::text[]) or r.id = any(${[...ids]}::uuid[]) order by r.id ${isLocked ? sql`for update of r` : sql``}`.execute(db)
  return rows
}

/** Which of these places the viewer may write of; no place is a curator's alone. */
export async function readOwnPlaces(db: Kysely<Database>, viewer: Viewer, places: readonly (string | null)[]): Promise<Set<string | null>> {
  const { rows } = await sql<{ place: string | null }>`select p.place from unnest(${[...new Set(places)]}::uuid[]) as p (place) where ${ownsPlace(viewer, sql`p.place`)}`.execute(db)
  return new Set(rows.map(({ place }) => place))
}

/**
 * Keeps each document as the next revision of its record, with its step and its entry in the audit log. Who calls has checked rights,
 * revisions and documents, with the records locked.
 */
export async function writeDrafts(trx: Kysely<Database>, viewer: SignedInViewer, drafts: readonly DraftWrite[], reason: string, details: Record<string, unknown>): Promise<void> {
  if (drafts.length === 0) return
  const at = await readClock(trx)
  await insertRecords(trx, drafts.filter(({ record }) => record === undefined), at)
  const rows = drafts.map(({ id, record, to, document }) => ({ id, record, to, document, revision: (record?.latest ?? 0) + 1 }))
  await insertRows(trx, 'model_revision', rows.map(({ id, revision, document }) => (
    { model_id: id, revision, document, content_hash: contentHash(document), author: viewer.id, author_name: viewer.name, reason, created_at: at })))
  const set = rows.map(({ id, revision, to, document }) => ({ id, revision, state: to, place: document.origin.localityId }))
  await sql`
    update model_record as r set latest_revision = s.revision, origin_locality_id = s.place, updated_at = ${at}::timestamptz,
      state_changed_at = case when r.editorial_state = s.state then r.state_changed_at else ${at}::timestamptz end, editorial_state = s.state
    from json_to_recordset(${JSON.stringify(set)}::json) as s (id uuid, revision int, state text, place uuid) where r.id = s.id`.execute(trx)
  const steps = rows.map(({ id, record, revision, to }) => ({ id, revision, step: record === undefined ? 'CREATE' as const : 'EDIT' as const, from: record?.state ?? null, to }))
  await sql`
    insert into model_step (model_id, revision, step, from_state, to_state, actor, actor_name, reason, at)
    select s.id, s.revision, s.step, s."from", s."to", ${viewer.id}, ${viewer.name}, ${reason}, ${at}::timestamptz
    from json_to_recordset(${JSON.stringify(steps)}::json) as s (id uuid, revision int, step text, "from" text, "to" text)`.execute(trx)
  await recordAudits(trx, steps.map(({ id, revision, step, from, to }) => (
    { viewer, action: auditAction(step), recordKind: MODEL_AUDIT_KIND, recordId: id, revision, reason, details: { from, to, ...details } })))
}
