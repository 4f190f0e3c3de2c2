/** Many drafts at once, for imports: the same rows that one edit writes, in a few statements. */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database, EditorialState } from '../../db/tables.ts'
import { recordAudits } from '../audit/append.ts'
import { ownsPlace, type SignedInViewer, type Viewer } from '../viewer.ts'
import { contentHash } from './canonical.ts'
import type { ModelDocument } from './document.ts'
import { slugOf } from './draft.ts'
import { insertRows } from './project.ts'
import { auditAction, type LockedRecord, MODEL_AUDIT_KIND, readClock } from './record.ts'

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

interface NewRecord { id: string; slug: string }

/** The first free slug of each: the one asked for, the name, the name and its place, and only then a number that means nothing. */
async function insertRecords(trx: Kysely<Database>, drafts: readonly DraftWrite[], at: string): Promise<void> {
  if (drafts.length === 0) return
  const places = [...new Set(drafts.flatMap(({ document }) => document.origin.localityId ?? []))]
  const placeSlugs = new Map((await sql<{ id: string; slug: string }>`select id, slug from locality where id = any(${places}::uuid[])`.execute(trx)).rows.map(({ id, slug }) => [id, slug]))
  const wanted = drafts.map(({ id, slug, document }) => {
    const name = slugOf(document.name)
    const place = placeSlugs.get(document.origin.localityId ?? '')
    return { id, slugs: [...(slug === null ? [] : [slug]), name, ...(place === undefined ? [] : [`${name}-${place}`]), `${name}-${id.slice(-12)}`] }
  })
  const taken = new Set((await sql<{ slug: string }>`select slug from unnest(${wanted.flatMap(({ slugs }) => slugs)}::text[]) as slug
    where exists (select from model_record as r where r.slug = slug.slug) or exists (select from slug_redirect as d where d.slug = slug.slug)`.execute(trx)).rows.map(({ slug }) => slug))
  const records: NewRecord[] = wanted.map(({ id, slugs }) => {
    const slug = slugs.find((one) => !taken.has(one)) ?? slugs.at(-1)!
    taken.add(slug)
    return { id, slug }
  })
  const left = await tryInsert(trx, records, at)
  // Somebody else took a slug in this very moment.
  if (left.length > 0) await tryInsert(trx, left.map(({ id, slug }) => ({ id, slug: `${slug.slice(0, 80).replace(/-+$/, '')}-${id.slice(-12)}` })), at)
}

async function tryInsert(trx: Kysely<Database>, records: readonly NewRecord[], at: string): Promise<NewRecord[]> {
  const { rows } = await sql<{ id: string }>`
    insert into model_record (id, slug, editorial_state, latest_revision, created_at, updated_at, state_changed_at)
    select r.id, r.slug, 'DRAFT', 0, ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz from json_to_recordset(${JSON.stringify(records)}::json) as r (id uuid, slug text) order by r.slug
    on conflict (slug) do nothing returning id`.execute(trx)
  const added = new Set(rows.map(({ id }) => id))
  return records.filter(({ id }) => !added.has(id))
}
