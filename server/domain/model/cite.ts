/** Sources as people name them. A source is a record of its own, shared by many models: it comes to be when it is first cited. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { deterministicId } from '../ids.ts'
import { refusedIn } from '../privacy/refuse.ts'
import { sourceKey } from '../source/key.ts'
import type { SignedInViewer } from '../viewer.ts'
import { sourceDocument, type SourceDocument } from './document.ts'
import type { Issues, Path } from './input.ts'

export interface SourceInput { title: string; publisher?: string | null | undefined; url?: string | null | undefined; publishedOn?: string | null | undefined }
/** One source of a document: `titleAsCited` when this record calls it otherwise than the source's own title. */
export interface CitedAs { sourceId: string; titleAsCited: string | null }

/**
 * The ids of these sources, in order; those that are new are written. One that nobody can see yet (only drafts name it) takes the words of
 * who names it now, so that a draft's wording never comes out through another record.
 */
export async function registerSources(trx: Kysely<Database>, viewer: SignedInViewer, given: readonly { path: Path; source: SourceInput }[], issues: Issues): Promise<(CitedAs | undefined)[]> {
  const parsed = parseSources(given, issues)
  return citedAs(parsed, await writeSources(trx, viewer, wantedOf(parsed)))
}

/** The same without writing anything: those that are new have the id that they would get. */
export async function findSources(db: Kysely<Database>, given: readonly { path: Path; source: SourceInput }[], issues: Issues): Promise<(CitedAs | undefined)[]> {
  const parsed = parseSources(given, issues)
  const rows = [...wantedOf(parsed)].map(([key, { title }]) => ({ key, id: deterministicId('source', key), url_key: urlKeyOf(key), title }))
  if (rows.length === 0) return parsed.map(() => undefined)
  const { rows: known } = await sql<Known>`select g.key, coalesce(s.id, g.id) as id, coalesce(s.title, g.title) as title
    from json_to_recordset(${JSON.stringify(rows)}::json) as g (key text, id uuid, url_key text, title text) left join source as s on s.id = g.id or s.url_key = g.url_key`.execute(db)
  return citedAs(parsed, new Map(known.map((row) => [row.key, row])))
}

function parseSources(given: readonly { path: Path; source: SourceInput }[], issues: Issues): (SourceDocument | undefined)[] {
  return given.map(({ path, source: { title, publisher, url, publishedOn } }) => {
    const read = sourceDocument.safeParse({ title: title ?? '', publisher: publisher ?? null, url: url ?? null, publishedOn: publishedOn ?? null })
    if (!read.success) issues.addZod(read.error, (inner) => [...path, ...inner])
    else issues.list.push(...refusedIn(read.data, (inner) => [...path, ...inner]))
    return read.data
  })
}
const wantedOf = (parsed: readonly (SourceDocument | undefined)[]): Map<string, SourceDocument> => new Map(parsed.flatMap((document) => (document === undefined ? [] : [[sourceKey(document), document] as const])))
const urlKeyOf = (key: string): string | null => (key.startsWith('url:') ? key.slice('url:'.length) : null)
const citedAs = (parsed: readonly (SourceDocument | undefined)[], known: ReadonlyMap<string, Known>): (CitedAs | undefined)[] => parsed.map((document) => {
  if (document === undefined) return undefined
  const { id, title } = known.get(sourceKey(document))!
  return { sourceId: id, titleAsCited: title === document.title ? null : document.title }
})

interface Known { key: string; id: string; title: string }

async function writeSources(trx: Kysely<Database>, viewer: SignedInViewer, wanted: ReadonlyMap<string, SourceDocument>): Promise<Map<string, Known>> {
  if (wanted.size === 0) return new Map()
  const rows = [...wanted].map(([key, document]) => ({ key, id: deterministicId('source', key), url_key: urlKeyOf(key), document }))
  // In one order, so that two writers of the same sources wait for each other instead of deadlocking.
  const { rows: known } = await sql<Known>`
    with given as (select g.* from json_to_recordset(${JSON.stringify(rows)}::json) as g (key text, id uuid, url_key text, document jsonb)),
    known as (select g.key, s.id, s.revision, s.title, s.publisher, s.url, s.published_on, g.document from given as g join source as s on s.id = g.id or s.url_key = g.url_key),
    added as (insert into source (id, url_key, title, publisher, url, published_on)
      select g.id, g.url_key, g.document->>'title', g.document->>'publisher', g.document->>'url', g.document->>'publishedOn' from given as g where g.key not in (select key from known) order by g.id
      on conflict do nothing returning id, title),
    reworded as (update source as s set revision = s.revision + 1, title = k.document->>'title', publisher = k.document->>'publisher', url = k.document->>'url', published_on = k.document->>'publishedOn', updated_at = now()
      from known as k where s.id = k.id and (s.title, s.publisher, s.url, s.published_on::text) is distinct from (k.document->>'title', k.document->>'publisher', k.document->>'url', k.document->>'publishedOn')
        and not exists (select from model_source as m where m.source_id = s.id) and not exists (select from citation as c where c.source_id = s.id)
        and not exists (select from reported_figure as f where f.source_id = s.id) and not exists (select from place_review as p where p.source_id = s.id) and not exists (select from source_revision as v where v.source_id = s.id and v.author = 'seed')
      returning s.id, s.revision, s.title, k.document),
    kept as (insert into source_revision (source_id, revision, document, author)
      select a.id, 1, g.document, ${viewer.id} from added as a join given as g on g.id = a.id union all select id, revision, document, ${viewer.id} from reworded)
    select k.key, k.id, coalesce(w.title, k.title) as title from known as k left join reworded as w on w.id = k.id union all select g.key, a.id, a.title from added as a join given as g on g.id = a.id`.execute(trx)
  const found = new Map(known.map((row) => [row.key, row]))
  // What another transaction added in this very moment.
  return found.size === wanted.size ? found : writeSources(trx, viewer, wanted)
}
