/** New records under the first free slug: the one asked for, the name, the name and its place, and only then a number that means nothing. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { foldedWords } from '../../search/fold.ts'
import type { ModelDocument } from './document.ts'

/** `Câu lạc bộ Hướng thiện` → `cau-lac-bo-huong-thien`. */
export const slugOf = (name: string): string => foldedWords(name).replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80).replace(/-+$/, '') || 'mo-hinh'

export interface NewRecord {
  id: string
  /** That it should have, when it is free. */
  slug: string | null
  document: ModelDocument
}
interface Named { id: string; slug: string }

/** Adds the rows of records that have no revision yet. */
export async function insertRecords(trx: Kysely<Database>, records: readonly NewRecord[], at: string): Promise<void> {
  if (records.length === 0) return
  const places = await readPlaceSlugs(trx, records.flatMap(({ document }) => document.origin.localityId ?? []))
  const wanted = records.map(({ id, slug, document }) => {
    const name = slugOf(document.name)
    const place = places.get(document.origin.localityId ?? '')
    return { id, slugs: [...(slug === null ? [] : [slug]), name, ...(place === undefined ? [] : [`${name}-${place}`]), withNumber(name, id)] }
  })
  const taken = new Set((await sql<{ slug: string }>`select slug from unnest(${wanted.flatMap(({ slugs }) => slugs)}::text[]) as slug
    where exists (select from model_record as r where r.slug = slug.slug) or exists (select from slug_redirect as d where d.slug = slug.slug)`.execute(trx)).rows.map(({ slug }) => slug))
  const named = wanted.map(({ id, slugs }): Named => {
    const slug = slugs.find((one) => !taken.has(one)) ?? slugs.at(-1)!
    taken.add(slug)
    return { id, slug }
  })
  const left = await tryInsert(trx, named, at)
  // Somebody else took a slug in this very moment.
  const still = left.length === 0 ? [] : await tryInsert(trx, left.map(({ id, slug }) => ({ id, slug: withNumber(slug.slice(0, 80).replace(/-+$/, ''), id) })), at)
  if (still.length > 0) throw new Error(`no free slug for the record ${still[0]!.id}`)
}

const withNumber = (slug: string, id: string): string => `${slug}-${id.slice(-12)}`

async function readPlaceSlugs(trx: Kysely<Database>, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  return new Map((await sql<Named>`select id, slug from locality where id = any(${[...new Set(ids)]}::uuid[])`.execute(trx)).rows.map(({ id, slug }) => [id, slug]))
}

/** Those whose slug was taken. */
async function tryInsert(trx: Kysely<Database>, records: readonly Named[], at: string): Promise<Named[]> {
  const { rows } = await sql<{ id: string }>`
    insert into model_record (id, slug, editorial_state, latest_revision, created_at, updated_at, state_changed_at)
    select r.id, r.slug, 'DRAFT', 0, ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz from json_to_recordset(${JSON.stringify(records)}::json) as r (id uuid, slug text) order by r.slug
    on conflict (slug) do nothing returning id`.execute(trx)
  const added = new Set(rows.map(({ id }) => id))
  return records.filter(({ id }) => !added.has(id))
}
