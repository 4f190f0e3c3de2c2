/** Records as another installation published them, with their ids, slugs and revisions: what a whole catalogue is restored from. */
import { sql, type Kysely } from 'kysely'
import type { Database, TermKind } from '../../db/tables.ts'
import { recordAudits } from '../audit/append.ts'
import { deterministicId } from '../ids.ts'
import { sourceKey } from '../source/key.ts'
import type { SignedInViewer } from '../viewer.ts'
import { contentHash, normaliseDocument } from './canonical.ts'
import type { SourceDocument } from './document.ts'
import { insertRows } from './project.ts'
import { MODEL_AUDIT_KIND } from './record.ts'
import { projectPublished } from './write.ts'

export interface RestoredRecord { id: string; slug: string; revision: number; createdAt: string; updatedAt: string; formerSlugs: readonly string[]; document: unknown; sources: readonly (SourceDocument & { id: string })[] }
export interface RestoredTerm { kind: TermKind; key: string; labelVi: string; labelEn: string; description: string | null; synonyms: readonly string[]; position: number }

/** Whether there is no record at all, not even a draft. */
export async function isCatalogueEmpty(db: Kysely<Database>): Promise<boolean> {
  return (await db.selectFrom('model_record').select('id').limit(1).executeTakeFirst()) === undefined
}

/** Adds the terms that are missing, and every record's row, so that records can name each other whichever comes first. */
export async function beginRestore(trx: Kysely<Database>, terms: readonly RestoredTerm[], records: readonly Pick<RestoredRecord, 'id' | 'slug' | 'createdAt'>[]): Promise<void> {
  const rows = terms.map(({ kind, key, labelVi, labelEn, description, synonyms, position }) => ({ id: deterministicId('term', `${kind}:${key}`), kind, key, label_vi: labelVi, label_en: labelEn, description, synonyms, position }))
  await sql`insert into term (id, kind, key, label_vi, label_en, description, synonyms, position) select id, kind, key, label_vi, label_en, description, synonyms, position from json_populate_recordset(null::term, ${JSON.stringify(rows)}::json) on conflict do nothing`.execute(trx)
  await insertRows(trx, 'model_record', records.map(({ id, slug, createdAt }) => ({ id, slug, editorial_state: 'DRAFT', latest_revision: 0, created_at: createdAt, updated_at: createdAt, state_changed_at: createdAt })))
}

/** Publishes each record under the number that it had. */
export async function restoreRecords(trx: Kysely<Database>, viewer: SignedInViewer, records: readonly RestoredRecord[]): Promise<void> {
  if (records.length === 0) return
  await restoreSources(trx, viewer, records.flatMap(({ sources }) => sources))
  const held = records.map(({ id, slug, revision, createdAt, updatedAt, document }) => ({ id, document: normaliseDocument(document), standing: { slug, revision, createdAt, updatedAt } }))
  await insertRows(trx, 'model_revision', held.map(({ id, document, standing: { revision, updatedAt } }) => (
    { model_id: id, revision, document, content_hash: contentHash(document), author: viewer.id, author_name: viewer.name, reason: null, created_at: updatedAt, published_at: updatedAt })))
  const standing = held.map(({ id, document, standing: { revision, updatedAt } }) => ({ id, revision, at: updatedAt, place: document.origin.localityId }))
  await sql`update model_record as r set editorial_state = 'PUBLISHED', latest_revision = s.revision, published_revision = s.revision, updated_at = s.at, state_changed_at = s.at, origin_locality_id = s.place
    from json_to_recordset(${JSON.stringify(standing)}::json) as s (id uuid, revision int, at timestamptz, place uuid) where r.id = s.id`.execute(trx)
  const redirects = records.flatMap(({ id, formerSlugs }) => formerSlugs.map((slug) => ({ slug, model_id: id })))
  await sql`insert into slug_redirect (slug, model_id) select slug, model_id from json_to_recordset(${JSON.stringify(redirects)}::json) as d (slug text, model_id uuid) on conflict do nothing`.execute(trx)
  await projectPublished(trx, held)
  await recordAudits(trx, held.map(({ id, standing: { revision } }) => ({ viewer, action: 'MODEL_RESTORED', recordKind: MODEL_AUDIT_KIND, recordId: id, revision, details: { from: null, to: 'PUBLISHED' } })))
}

async function restoreSources(trx: Kysely<Database>, viewer: SignedInViewer, sources: RestoredRecord['sources']): Promise<void> {
  const rows = [...new Map(sources.map((source) => [source.id, source])).values()].map(({ id, ...document }) => {
    const key = sourceKey(document)
    return { id, url_key: key.startsWith('url:') ? key.slice('url:'.length) : null, document }
  })
  await sql`
    with given as (select * from json_to_recordset(${JSON.stringify(rows)}::json) as g (id uuid, url_key text, document jsonb)),
    added as (insert into source (id, url_key, title, publisher, url, published_on)
      select id, url_key, document->>'title', document->>'publisher', document->>'url', document->>'publishedOn' from given order by id on conflict do nothing returning id)
    insert into source_revision (source_id, revision, document, author) select a.id, 1, g.document, ${viewer.id} from added as a join given as g on g.id = a.id`.execute(trx)
}
