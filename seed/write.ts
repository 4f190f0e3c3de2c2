/** Writes what stands beside the models: vocabularies, sources, reviews of places and reported totals. What is known stays as it is, unless only the seed wrote it. */
import { sql, type Kysely } from 'kysely'
import type { Database, TermKind } from '../server/db/tables.ts'
import { deterministicId } from '../server/domain/ids.ts'
import { insertRows } from '../server/domain/model/project.ts'
import { resolvePlace, type DocumentContext } from './document.ts'
import type { SeedCatalogue, SharedSource } from './format.ts'

/** Who the seed's revisions are by. */
export const SEED_AUTHOR = 'seed'

/** Adds the terms that are new; labels and order of those that exist are the curators'. */
export async function writeTerms(trx: Kysely<Database>, terms: SeedCatalogue['terms']): Promise<number> {
  const known = new Set((await trx.selectFrom('term').select(['kind', 'key']).execute()).map((term) => `${term.kind}:${term.key}`))
  const rows = (Object.entries(terms) as [TermKind, SeedCatalogue['terms'][TermKind]][]).flatMap(([kind, list]) => list.map((term, position) => (
    { id: deterministicId('term', `${kind}:${term.key}`), kind, key: term.key, label_vi: term.labelVi, label_en: term.labelEn, description: term.description, synonyms: term.synonyms, position })))
  await insertRows(trx, 'term', rows.filter(({ kind, key }) => !known.has(`${kind}:${key}`)))
  return rows.length
}

/** The id of a source that the seed is the first to bring in. */
export const seededSourceId = (key: string): string => deterministicId('source', key)

/** Adds and corrects sources; returns the id by key. A source that somebody else revised, or brought in first, is left alone. */
export async function writeSources(trx: Kysely<Database>, sources: ReadonlyMap<string, SharedSource>): Promise<Map<string, string>> {
  const wanted = [...sources.values()].map(({ key, title, publisher, url, published }) => ({
    key, id: seededSourceId(key), url_key: key.startsWith('url:') ? key.slice('url:'.length) : null, document: { title, publisher, url, publishedOn: published },
  }))
  const { rows: known } = await sql<{ id: string; url_key: string | null; revision: number; author: string | null; isSame: boolean }>`
    select s.id, s.url_key, s.revision, r.author from source s left join source_revision r on r.source_id = s.id and r.revision = s.revision
    where s.id = any(${wanted.map((w) => w.id)}::uuid[]) or s.url_key = any(${wanted.flatMap((w) => w.url_key ?? [])}::text[])`.execute(trx)
  const byId = new Map(known.map((row) => [row.id, row]))
  const byUrl = new Map(known.flatMap((row) => (row.url_key === null ? [] : [[row.url_key, row] as const])))
  const ids = new Map<string, string>()
  const added: typeof wanted = []
  const seeded: typeof wanted = []
  for (const source of wanted) {
    const row = byId.get(source.id) ?? (source.url_key === null ? undefined : byUrl.get(source.url_key))
    ids.set(source.key, row?.id ?? source.id)
    if (row === undefined) added.push(source)
    else if (row.id === source.id && row.author === SEED_AUTHOR) seeded.push(source)
  }
  await insertRows(trx, 'source', added.map(({ id, url_key, document: { publishedOn, ...rest } }) => ({ id, revision: 1, url_key, ...rest, published_on: publishedOn, ...now() })))
  await insertRows(trx, 'source_revision', added.map(({ id, document }) => ({ source_id: id, revision: 1, document, author: SEED_AUTHOR, created_at: now().created_at })))
  if (seeded.length > 0) await correctSources(trx, seeded)
  return ids
}

const now = (): { created_at: string; updated_at: string } => {
  const at = new Date().toISOString()
  return { created_at: at, updated_at: at }
}

async function correctSources(trx: Kysely<Database>, sources: readonly { id: string; document: { title: string; publisher: string | null; url: string | null; publishedOn: string | null } }[]): Promise<void> {
  await sql`
    with given as (select id, document, document->>'title' as title, document->>'publisher' as publisher, document->>'url' as url, document->>'publishedOn' as published_on
      from json_to_recordset(${JSON.stringify(sources)}::json) as g(id uuid, document jsonb)),
    changed as (update source s set revision = s.revision + 1, title = g.title, publisher = g.publisher, url = g.url, published_on = g.published_on, updated_at = now() from given g
      where g.id = s.id and (s.title, s.publisher, s.url, s.published_on::text) is distinct from (g.title, g.publisher, g.url, g.published_on) returning s.id, s.revision, g.document)
    insert into source_revision (source_id, revision, document, author) select id, revision, document, ${SEED_AUTHOR} from changed`.execute(trx)
}

/** Reviews of whole places with their figures, and totals that coexist. Nobody edits them elsewhere, so they follow the files. */
export async function writeReports(trx: Kysely<Database>, { reviews, totals }: Pick<SeedCatalogue, 'reviews' | 'totals'>, context: DocumentContext): Promise<void> {
  const placeReviews: Record<string, unknown>[] = []
  const figures: Record<string, unknown>[] = []
  const place = (file: string, field: string, at: Parameters<typeof resolvePlace>[3], date: string | null) => {
    const { placeAsWritten, localityId } = resolvePlace(context, file, field, at, date, null)
    return { place_as_written: placeAsWritten, locality_id: localityId }
  }
  const figure = ({ label, value, qualifier, countingUnit, unit, note }: SeedCatalogue['reviews'][number]['counts'][number]) => ({ label, value, qualifier, counting_unit: countingUnit, unit, note })
  reviews.forEach((review, at) => {
    const id = deterministicId('place_review', review.slug)
    const year = review.year === null ? null : String(review.year)
    const where = place('reviews.yaml', `reviews[${at}]`, review.place, year)
    const source_id = context.sourceId(review.source)
    placeReviews.push({ id, slug: review.slug, text: review.text, ...where, year: review.year, source_id })
    review.counts.forEach((count, i) => {
      const slug = `${review.slug}.${i + 1}`
      figures.push({ id: deterministicId('reported_figure', slug), slug, place_review_id: id, position: i, ...where, as_of: year, ...figure(count), source_id })
    })
  })
  totals.forEach((total, i) => figures.push({
    id: deterministicId('reported_figure', total.slug), slug: total.slug, place_review_id: null, position: i, ...place('totals.yaml', `totals[${i}]`, total.place, total.asOf), as_of: total.asOf, ...figure(total), source_id: context.sourceId(total.source),
  }))
  await follow(trx, 'place_review', placeReviews)
  await follow(trx, 'reported_figure', figures)
}

/** Inserts what is new and sets what differs; equal rows are not written. */
async function follow(trx: Kysely<Database>, table: 'place_review' | 'reported_figure', rows: readonly Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return
  const names = Object.keys(rows[0]!)
  const list = (prefix?: string) => sql.join(names.map((name) => (prefix === undefined ? sql.id(name) : sql.id(prefix, name))))
  const set = sql.join(names.map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))
  await sql`insert into ${sql.id(table)} (${list()}) select ${list()} from json_populate_recordset(null::${sql.id(table)}, ${JSON.stringify(rows)}::json)
    on conflict (id) do update set ${set} where (${list(table)}) is distinct from (${list('excluded')})`.execute(trx)
}
