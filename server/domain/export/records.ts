/** Everything that the viewer may see, page by page by the slug, so that memory stays flat and nobody waits for a slow reader. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { type CatalogueRecord, placeIdsOf, sourceIdsOf } from '../import/record.ts'
import type { ModelDocument, SourceDocument } from '../model/document.ts'
import { filterFaults, type ModelFilter, modelFilter } from '../model/filter.ts'
import { modelsNamed, relationsOf } from '../model/redirect.ts'
import { asInstant } from '../../db/instant.ts'
import { HIDDEN_STATES } from '../model/workflow.ts'
import { assertNoFaults, type NameFault } from '../names.ts'
import { assertSignedIn, editableRecords, type Viewer, visibleModels } from '../viewer.ts'

export interface ExportOptions {
  filter?: ModelFilter | undefined
  /** The working revisions of what the viewer may edit, instead of what is published. */
  drafts?: boolean
}

const PAGE = 50
interface Page { id: string; slug: string; revision: number; state?: string; createdAt: string; updatedAt: string; document: ModelDocument; formerSlugs: string[] }

/** The records in the order of their slugs. @throws BadUserInputError for names in the filter that nothing bears; UnauthenticatedError for drafts without an identity */
export async function* exportRecords(db: Kysely<Database>, viewer: Viewer, options: ExportOptions = {}): AsyncGenerator<CatalogueRecord> {
  if (options.drafts) assertSignedIn(viewer)
  for (const fault of filterFaults(options.filter)) assertNoFaults((await sql<NameFault>`${fault}`.execute(db)).rows)
  for (let after = ''; ;) {
    const page = await readPage(db, viewer, options, after)
    yield* await complete(db, viewer, page)
    if (page.length < PAGE) return
    after = page.at(-1)!.slug
  }
}

/** Former slugs are addresses that were public: one of a draft that was merged tells its name. In the order of code points, which every database sorts alike. */
async function readPage(db: Kysely<Database>, viewer: Viewer, { filter, drafts }: ExportOptions, after: string): Promise<Page[]> {
  const former = (id: string) => sql`(select coalesce(json_agg(f.slug order by f.slug collate "C"), '[]') from (
    select d.slug from slug_redirect as d where d.model_id = ${sql.ref(id)} union select g.slug from model_merge as g_ join model_record as g on g.id = g_.source_id where g_.target_id = ${sql.ref(id)} and g_.undone_at is null and exists (select from model_revision as p where p.model_id = g.id and p.published_at is not null)) as f) as "formerSlugs"`
  const statement = drafts
    ? sql<Page>`select r.id, r.slug, v.revision, r.editorial_state as state, ${asInstant(sql`r.created_at`)} as "createdAt", ${asInstant(sql`v.created_at`)} as "updatedAt", v.document, ${former('r.id')}
        from model_record as r join model_revision as v on v.model_id = r.id and v.revision = r.latest_revision
        where r.slug collate "C" > ${after} and r.editorial_state <> all(${[...HIDDEN_STATES]}::text[]) and ${editableRecords(viewer, 'r')} order by r.slug collate "C" limit ${PAGE}`
    : sql<Page>`select m.id, m.slug, m.revision, ${asInstant(sql`m.created_at`)} as "createdAt", ${asInstant(sql`m.updated_at`)} as "updatedAt", v.document, ${former('m.id')}
        from model as m join model_revision as v on v.model_id = m.id and v.revision = m.revision
        where m.slug collate "C" > ${after} and ${visibleModels(viewer, 'm')} ${sql.join(modelFilter(filter, 'm').map((condition) => sql`and ${condition}`), sql` `)} order by m.slug collate "C" limit ${PAGE}`
  return (await statement.execute(db)).rows
}

/** With the sources and units that the documents name; without relations and credits to records that the viewer cannot see. */
async function complete(db: Kysely<Database>, viewer: Viewer, page: readonly Page[]): Promise<CatalogueRecord[]> {
  if (page.length === 0) return []
  const idsOf = (of: (document: ModelDocument) => string[]): string[] => [...new Set(page.flatMap(({ document }) => of(document)))]
  const { rows: sources } = await sql<SourceDocument & { id: string }>`select id, title, publisher, url, published_on as "publishedOn" from source where id = any(${idsOf(sourceIdsOf)}::uuid[])`.execute(db)
  const { rows: places } = await sql<{ id: string; slug: string }>`select id, slug from locality where id = any(${idsOf(placeIdsOf)}::uuid[])`.execute(db)
  const { rows: models } = await sql<{ id: string; now: string }>`
    select n.id, f_model_now(n.id) as now from unnest(${idsOf(modelsNamed)}::uuid[]) as n (id) where exists (select from model as m where m.id = f_model_now(n.id) and ${visibleModels(viewer, 'm')})`.execute(db)
  const sourceOf = new Map(sources.map((source) => [source.id, source]))
  const slugOf = new Map(places.map(({ id, slug }) => [id, slug]))
  const now = new Map(models.map(({ id, now }) => [id, now]))
  return page.map(({ id, slug, revision, state, createdAt, updatedAt, formerSlugs, document: kept }) => {
    const seen = { ...kept, relations: kept.relations.filter(({ modelId }) => now.has(modelId)) }
    const document: ModelDocument = inOrder({
      ...seen, relations: relationsOf(id, seen, now),
      results: kept.results.map((result) => ({ ...result, alsoCreditedTo: [...new Set(result.alsoCreditedTo.flatMap((other) => now.get(other) ?? []))].filter((other) => other !== id).sort() })),
    })
    return {
      id, slug, revision, ...(state === undefined ? {} : { state }), createdAt, updatedAt, formerSlugs, document,
      sources: [...new Set(sourceIdsOf(document))].map((sourceId) => sourceOf.get(sourceId)!).filter(Boolean),
      localities: Object.fromEntries([...new Set(placeIdsOf(document))].flatMap((placeId) => (slugOf.has(placeId) ? [[placeId, slugOf.get(placeId)!]] : []))),
    }
  })
}

/** jsonb keeps keys by their length: the same document has the same text, whichever database it comes from. */
const inOrder = <T>(value: T): T => (Array.isArray(value) ? value.map(inOrder) as T
  : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)])) as T : value)
