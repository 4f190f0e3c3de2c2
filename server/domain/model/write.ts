/** Publishing: whole documents become the next revisions, and everything that is read follows in the same transaction. */
import { sql, type Kysely } from 'kysely'
import type { Database, EditorialState } from '../../db/tables.ts'
import { enqueue } from '../../outbox/enqueue.ts'
import { refreshSearchDocuments } from '../../search/postgres-index.ts'
import { contentHash, normaliseDocument } from './canonical.ts'
import type { ModelDocument } from './document.ts'
import { insertRows, project, updateDependents, type Standing } from './project.ts'
import { assess } from './surroundings.ts'

/** What search indexes call these records. */
export const MODEL_OUTBOX_KIND = 'model'

export interface PublishItem {
  id: string
  /** The slug of a new record; one that exists keeps its own. */
  slug: string
  /** Any valid document; it is kept in its canonical form. */
  document: unknown
  author: string
  reason?: string | null
  /** Written by the seed, which knows by this hash a record that nobody has changed since. */
  isSeed?: boolean
}
export interface Published { id: string; slug: string; revision: number; contentHash: string }

interface RecordRow { id: string; slug: string; latest: number; createdAt: string }

/**
 * Publishes each document as the next revision of its record, which is made when it is new, and replaces its projection. Search and the
 * outbox follow. Nothing is compared: whoever must not overwrite looks first, under `lockRecords`.
 * @throws ZodError for a document that is not valid, ValidationError for sources and terms that do not exist
 */
export async function publishModels(trx: Kysely<Database>, items: readonly PublishItem[]): Promise<Published[]> {
  if (items.length === 0) return []
  const prepared = items.map((item) => {
    const document: ModelDocument = normaliseDocument(item.document)
    return { ...item, document, hash: contentHash(document) }
  })
  const ids = prepared.map((item) => item.id)
  const records = await lockRecords(trx, ids)
  // Not the transaction's beginning: one that waited for another must not seem to come before it.
  const at = (await sql<{ at: string }>`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`.execute(trx)).rows[0]!.at

  const published = prepared.map((item) => {
    const before = records.get(item.id)
    const standing: Standing = { slug: before?.slug ?? item.slug, revision: (before?.latest ?? 0) + 1, createdAt: before?.createdAt ?? at, updatedAt: at }
    return { ...item, standing }
  })
  await writeRecords(trx, published.map(({ id, standing, hash, isSeed }) => ({ id, standing, seedHash: isSeed ? hash : null })))
  await sql`update model_revision set superseded_at = ${at}::timestamptz where model_id = any(${ids}::uuid[]) and published_at is not null and superseded_at is null`.execute(trx)
  await insertRows(trx, 'model_revision', published.map(({ id, document, hash, author, reason, standing }) => (
    { model_id: id, revision: standing.revision, document, content_hash: hash, author, reason: reason ?? null, created_at: at, published_at: at })))

  const { batch, others } = await assess(trx, published)
  await project(trx, batch.map((assessed, i) => ({ ...assessed, standing: published[i]!.standing })))
  await updateDependents(trx, [...batch, ...others])

  const touched = [...ids, ...others.map((other) => other.id)]
  await refreshSearchDocuments(trx, touched)
  await enqueue(trx, MODEL_OUTBOX_KIND, touched)
  return published.map(({ id, hash, standing: { slug, revision } }) => ({ id, slug, revision, contentHash: hash }))
}

/** Holds these records until the transaction ends, in one order for all, and tells where they stand. */
export async function lockRecords(trx: Kysely<Database>, ids: readonly string[]): Promise<Map<string, RecordRow>> {
  const { rows } = await sql<RecordRow>`
    select id, slug, latest_revision as latest, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt"
    from model_record where id = any(${[...ids]}::uuid[]) order by id for update`.execute(trx)
  return new Map(rows.map((row) => [row.id, row]))
}

async function writeRecords(trx: Kysely<Database>, records: readonly { id: string; standing: Standing; seedHash: string | null }[]): Promise<void> {
  const state: EditorialState = 'PUBLISHED'
  const rows = records.map(({ id, standing: { slug, revision, createdAt, updatedAt }, seedHash }) => (
    { id, slug, editorial_state: state, latest_revision: revision, published_revision: revision, seed_hash: seedHash, created_at: createdAt, updated_at: updatedAt }))
  await sql`
    insert into model_record (id, slug, editorial_state, latest_revision, published_revision, seed_hash, created_at, updated_at)
    select id, slug, editorial_state, latest_revision, published_revision, seed_hash, created_at, updated_at from json_populate_recordset(null::model_record, ${JSON.stringify(rows)}::json)
    on conflict (id) do update set editorial_state = excluded.editorial_state, latest_revision = excluded.latest_revision, published_revision = excluded.published_revision,
      seed_hash = coalesce(excluded.seed_hash, model_record.seed_hash), updated_at = excluded.updated_at`.execute(trx)
}
