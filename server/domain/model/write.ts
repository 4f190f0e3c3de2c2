/** Publishing: whole documents become the next revisions, and everything that is read follows in the same transaction. */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database, EditorialState } from '../../db/tables.ts'
import { assertNoIdentifiers } from '../privacy/refuse.ts'
import { tellSearch } from '../tell-search.ts'
import { contentHash, normaliseDocument } from './canonical.ts'
import type { ModelDocument } from './document.ts'
import { clear, insertRows, project, updateDependents, type Standing } from './project.ts'
import { readClock } from './record.ts'
import { assess, type Held, readPublished } from './surroundings.ts'

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
/** A document that is whole, canonical and free of what is never kept, with its hash. */
export type Publishable = Omit<PublishItem, 'document'> & { document: ModelDocument; hash: string }

interface RecordRow { id: string; slug: string; latest: number; createdAt: string }

/**
 * Publishes each document as the next revision of its record, which is made when it is new, and replaces its projection. Search and the
 * outbox follow. Nothing is compared: whoever must not overwrite looks first, under `lockRecords`.
 * @throws ZodError for a document that is not valid, ValidationError for sources and terms that do not exist, and for personal data that is never kept
 */
export async function publishModels(trx: Kysely<Database>, items: readonly PublishItem[]): Promise<Published[]> {
  return publishPrepared(trx, items.map(preparePublication))
}

/** What needs no database. @throws ZodError for a document that is not valid, ValidationError for personal data that is never kept */
export function preparePublication(item: PublishItem): Publishable {
  const document = normaliseDocument(item.document)
  assertNoIdentifiers(document)
  return { ...item, document, hash: contentHash(document) }
}

/** `publishModels` for what was prepared before, while the database was at other work. */
export async function publishPrepared(trx: Kysely<Database>, prepared: readonly Publishable[]): Promise<Published[]> {
  if (prepared.length === 0) return []
  const ids = prepared.map((item) => item.id)
  const records = await lockRecords(trx, ids)
  const at = await readClock(trx)

  const published = prepared.map((item) => {
    const before = records.get(item.id)
    const standing: Standing = { slug: before?.slug ?? item.slug, revision: (before?.latest ?? 0) + 1, createdAt: before?.createdAt ?? at, updatedAt: at }
    return { ...item, standing }
  })
  await writeRecords(trx, published.map(({ id, document, standing, hash, isSeed }) => ({ id, standing, originLocalityId: document.origin.localityId, seedHash: isSeed ? hash : null })))
  await sql`update model_revision set superseded_at = ${at}::timestamptz where model_id = any(${ids}::uuid[]) and published_at is not null and superseded_at is null`.execute(trx)
  await insertRows(trx, 'model_revision', published.map(({ id, document, hash, author, reason, standing }) => (
    { model_id: id, revision: standing.revision, document, content_hash: hash, author, reason: reason ?? null, created_at: at, published_at: at })))

  await projectPublished(trx, published)
  return published.map(({ id, hash, standing: { slug, revision } }) => ({ id, slug, revision, contentHash: hash }))
}

/** Replaces the projections of these documents, brings whoever their results are credited to up to date, and tells search. */
export async function projectPublished(trx: Kysely<Database>, published: readonly (Held & { standing: Standing })[]): Promise<void> {
  const { batch, others } = await assess(trx, published)
  await project(trx, batch.map((assessed, i) => ({ ...assessed, standing: published[i]!.standing })))
  await updateDependents(trx, [...batch, ...others])
  await tellSearch(trx, [...batch, ...others].map(({ id }) => id))
}

/** Projects published records anew from the documents that they have: after a merge, what they name may lie elsewhere. */
export async function reproject(trx: Kysely<Database>, ids: readonly string[]): Promise<void> {
  const { rows } = await sql<Held & { standing: Standing }>`
    select m.id, r.document, json_build_object('slug', m.slug, 'revision', m.revision, 'createdAt', ${asInstant(sql`m.created_at`)}, 'updatedAt', ${asInstant(sql`m.updated_at`)}) as standing
    from model m join model_revision r on r.model_id = m.id and r.revision = m.revision where m.id = any(${[...ids]}::uuid[]) order by m.id`.execute(trx)
  if (rows.length > 0) await projectPublished(trx, rows)
}

/** Makes the working revision of a locked record the published one. */
export async function publishWorking(trx: Kysely<Database>, record: { id: string; slug: string; createdAt: string }, revision: number, document: ModelDocument): Promise<void> {
  const at = await readClock(trx)
  await sql`update model_revision set superseded_at = ${at}::timestamptz where model_id = ${record.id}::uuid and published_at is not null and superseded_at is null`.execute(trx)
  await sql`update model_revision set published_at = ${at}::timestamptz where model_id = ${record.id}::uuid and revision = ${revision}`.execute(trx)
  await sql`update model_record set published_revision = ${revision} where id = ${record.id}::uuid`.execute(trx)
  await projectPublished(trx, [{ id: record.id, document, standing: { slug: record.slug, revision, createdAt: record.createdAt, updatedAt: at } }])
}

/**
 * Takes a record out of everything that is read: its projection, its words, its part in what others achieved. The truth stays. Its
 * state must be set before, to one that hides it.
 */
export async function withdraw(trx: Kysely<Database>, id: string): Promise<void> {
  const at = await readClock(trx)
  const credited = await sql<{ id: string }>`select distinct c.model_id as id from result r join result_credit c on c.result_id = r.id where r.model_id = ${id}::uuid and c.model_id <> r.model_id`.execute(trx)
  await sql`update model_revision set superseded_at = ${at}::timestamptz where model_id = ${id}::uuid and published_at is not null and superseded_at is null`.execute(trx)
  await sql`update model_record set published_revision = null where id = ${id}::uuid`.execute(trx)
  await clear(trx, [id])
  // Before its own row goes, by which search keeps count of its words.
  await tellSearch(trx, [id])
  await sql`delete from model where id = ${id}::uuid`.execute(trx)
  const { batch } = await assess(trx, await readPublished(trx, credited.rows.map((row) => row.id)))
  await updateDependents(trx, batch)
  await tellSearch(trx, batch.map((held) => held.id))
}

/** Holds these records until the transaction ends, in one order for all, and tells where they stand. */
export async function lockRecords(trx: Kysely<Database>, ids: readonly string[]): Promise<Map<string, RecordRow>> {
  const { rows } = await sql<RecordRow>`
    select id, slug, latest_revision as latest, ${asInstant(sql`created_at`)} as "createdAt"
    from model_record where id = any(${[...ids]}::uuid[]) order by id for update`.execute(trx)
  return new Map(rows.map((row) => [row.id, row]))
}

async function writeRecords(trx: Kysely<Database>, records: readonly { id: string; standing: Standing; originLocalityId: string | null; seedHash: string | null }[]): Promise<void> {
  const state: EditorialState = 'PUBLISHED'
  const rows = records.map(({ id, standing: { slug, revision, createdAt, updatedAt }, originLocalityId, seedHash }) => (
    { id, slug, editorial_state: state, latest_revision: revision, published_revision: revision, seed_hash: seedHash, created_at: createdAt, updated_at: updatedAt, origin_locality_id: originLocalityId, state_changed_at: updatedAt }))
  await sql`
    insert into model_record (id, slug, editorial_state, latest_revision, published_revision, seed_hash, created_at, updated_at, origin_locality_id, state_changed_at)
    select id, slug, editorial_state, latest_revision, published_revision, seed_hash, created_at, updated_at, origin_locality_id, state_changed_at from json_populate_recordset(null::model_record, ${JSON.stringify(rows)}::json)
    on conflict (id) do update set editorial_state = excluded.editorial_state, latest_revision = excluded.latest_revision, published_revision = excluded.published_revision,
      seed_hash = coalesce(excluded.seed_hash, model_record.seed_hash), updated_at = excluded.updated_at, origin_locality_id = excluded.origin_locality_id, state_changed_at = excluded.state_changed_at`.execute(trx)
}
