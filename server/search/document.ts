/**
 * What search knows of one model: the texts that are searched, by field, and the values that are filtered and counted. Read from the
 * published rows in one statement and tagged with the thesaurus; both engines are filled from this and from nothing else.
 */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../db/instant.ts'
import type { Database } from '../db/tables.ts'
import { openingsOf, tagsOf, type Tags } from './tags.ts'
import { readThesaurus } from './thesaurus.ts'

/** One published model as search sees it. */
export interface SearchDocument {
  id: string
  slug: string
  revision: number
  name: string
  nameKey: string
  aliases: string[]
  /** Vietnamese and English labels and synonyms of its topics, settings and participants. */
  concepts: string[]
  /** Places as written and as units, and the bodies that lead or began it. */
  places: string[]
  summary: string
  problem: string | null
  howItWorks: string | null
  /** Everything else that is told: results, steps, replications, setbacks … */
  facts: string[]
  topics: string[]
  settings: string[]
  participants: string[]
  /** Today's provinces (ids) that its places lie in. */
  provinces: string[]
  /** Units (ids) whose territory covers a place of the model, by role. */
  localities: { any: string[]; origin: string[]; replication: string[] }
  operationalStatus: string
  evidenceLevel: string
  recognitionLevels: string[]
  startedYear: number | null
  hasResults: boolean
  hasReplications: boolean
  hasCosts: boolean
  updatedAt: string
  /** What its texts tell of each concept of the thesaurus. */
  tags: Tags
  /** Long forms of what its texts write short, short forms of what they write out; `named`: those of them that a name of it writes out. */
  openings: { longs: string[]; shorts: string[]; named: string[] }
}

/** Reads the search documents of the given models, or of all when `modelIds` is undefined; an id that is not published gives none. */
export async function readSearchDocuments(db: Kysely<Database>, modelIds?: readonly string[], options: { after?: string; limit?: number } = {}): Promise<SearchDocument[]> {
  const { untagged, tag } = await readUntagged(db, modelIds, options)
  return untagged.map(tag)
}

export type Untagged = Omit<SearchDocument, 'tags' | 'openings'>

/** The same before its texts are looked through, for whoever has other work to do between: `tag` makes a document whole. */
export async function readUntagged(db: Kysely<Database>, modelIds?: readonly string[], options: { after?: string; limit?: number } = {}): Promise<{ untagged: Untagged[]; tag(document: Untagged): SearchDocument }> {
  const wanted = sql`
    select m.* from model m join model_record v on v.id = m.id and v.published_revision = m.revision and v.editorial_state not in ('ARCHIVED', 'MERGED', 'REJECTED') where true
      ${modelIds === undefined ? sql`` : sql`and m.id = any(${[...modelIds]}::uuid[])`}
      ${options.after === undefined ? sql`` : sql`and m.id > ${options.after}::uuid`}
      order by m.id ${options.limit === undefined ? sql`` : sql`limit ${options.limit}::int`}`
  const { rows } = await sql<{ document: Untagged }>`
    with w as materialized (${wanted}),
    ids as (select id from w),
    terms as (
      select mt.model_id,
        array_agg(t.key order by mt.position) filter (where t.kind = 'TOPIC') as topics,
        array_agg(t.key order by mt.position) filter (where t.kind = 'SETTING') as settings,
        array_agg(t.key order by mt.position) filter (where t.kind = 'PARTICIPANT') as participants,
        jsonb_agg(array[t.label_vi, t.label_en] || t.synonyms) as labels
      from w join model_term mt on mt.model_id = w.id join term t on t.id = mt.term_id group by 1
    ),
    -- One line per fact; a fact's place stands with the places, its words with the texts.
    facts as (
      select model_id, 1 as part, position, concat_ws('. ', statement, indicator, comparison_as_written) as text, place_as_written as place from result join ids on ids.id = model_id
      union all select model_id, 2, position, text, place_as_written from step join ids on ids.id = model_id
      union all select model_id, 3, position, concat_ws('. ', text, reason), place_as_written from adaptation join ids on ids.id = model_id
      union all select model_id, 4, position, text, place_as_written from condition join ids on ids.id = model_id
      union all select model_id, 5, position, concat_ws('. ', text, reason), place_as_written from setback join ids on ids.id = model_id
      union all select model_id, 6, position, concat_ws('. ', note, mandate, status_reason), place_as_written from replication join ids on ids.id = model_id
      union all select model_id, 7, position, name, place_as_written from point join ids on ids.id = model_id
      union all select model_id, 8, position, concat_ws('. ', form, by), null from recognition join ids on ids.id = model_id
      union all select model_id, 9, position, text, place_as_written from lineage_fact join ids on ids.id = model_id
      union all select model_id, 10, position, text, place_as_written from cost join ids on ids.id = model_id
      union all select model_id, 11, position, text, place_as_written from resource join ids on ids.id = model_id
      union all select model_id, 12, position, concat_ws(' ', text, number, issuer), place_as_written from legal_basis join ids on ids.id = model_id
      union all select model_id, 13, position, null, concat_ws(', ', place_as_written, initiator) from origin join ids on ids.id = model_id
    ),
    told as (
      select model_id, jsonb_agg(text order by part, position) filter (where text <> '') as texts, jsonb_agg(distinct place) filter (where place <> '') as places
      from facts group by 1
    ),
    cover as (
      select p.model_id, array_agg(distinct c.locality_id) as any_role,
        array_agg(distinct c.locality_id) filter (where p.role = 'ORIGIN') as origin, array_agg(distinct c.locality_id) filter (where p.role = 'REPLICATION') as replication,
        array_agg(distinct l.id) filter (where l.level = 'PROVINCE' and l.valid_until is null) as provinces,
        array_agg(distinct l.full_name) filter (where l.level = 'PROVINCE') as province_names
      from w join model_place p on p.model_id = w.id join locality_cover c on c.place_id = p.locality_id join locality l on l.id = c.locality_id group by 1
    ),
    units as (
      select p.model_id, array_agg(distinct l.full_name) as names from w join model_place p on p.model_id = w.id join locality l on l.id = p.locality_id group by 1
    ),
    names as (select a.model_id, jsonb_agg(a.name order by a.position) as aliases from w join alias a on a.model_id = w.id group by 1)
    select jsonb_build_object(
      'id', w.id, 'slug', w.slug, 'revision', w.revision, 'name', w.name, 'nameKey', w.name_key, 'aliases', coalesce(names.aliases, '[]'),
      'concepts', coalesce((select jsonb_agg(distinct said.label) from jsonb_array_elements(terms.labels) one(list), jsonb_array_elements(one.list) said(label)), '[]'),
      'places', coalesce(told.places, '[]') || to_jsonb(coalesce(units.names, '{}') || coalesce(cover.province_names, '{}')) || case when w.lead_body is null then '[]' else jsonb_build_array(w.lead_body) end,
      'summary', w.summary, 'problem', w.problem, 'howItWorks', w.how_it_works, 'facts', coalesce(told.texts, '[]'),
      'topics', coalesce(terms.topics, '{}'), 'settings', coalesce(terms.settings, '{}'), 'participants', coalesce(terms.participants, '{}'),
      'provinces', coalesce(cover.provinces, '{}'),
      'localities', jsonb_build_object('any', coalesce(cover.any_role, '{}'), 'origin', coalesce(cover.origin, '{}'), 'replication', coalesce(cover.replication, '{}')),
      'operationalStatus', w.operational_status, 'evidenceLevel', w.evidence_level, 'recognitionLevels', to_jsonb(w.recognition_levels), 'startedYear', w.started_year,
      'hasResults', w.result_count > 0, 'hasReplications', w.replication_count > 0, 'hasCosts', w.cost_count > 0,
      'updatedAt', ${asInstant(sql`w.updated_at`)}) as document
    from w left join terms on terms.model_id = w.id left join told on told.model_id = w.id left join cover on cover.model_id = w.id
      left join units on units.model_id = w.id left join names on names.model_id = w.id
    order by w.id`.execute(db)
  if (rows.length === 0) return { untagged: [], tag: (document) => Object.assign(document, { tags: {}, openings: { longs: [], shorts: [], named: [] } }) }
  const thesaurus = await readThesaurus(db)
  return { untagged: rows.map(({ document }) => document), tag: (document) => Object.assign(document, { tags: tagsOf(document, thesaurus), openings: openingsOf(document, thesaurus) }) }
}

const RECOGNITION_WEIGHT: Record<string, number> = { NATIONAL: 1, MINISTRY: 0.9, PROVINCE: 0.6, DISTRICT: 0.4, COMMUNE: 0.3, OTHER: 0.2 }

/** Recognition and evidence as one mild number in 0..1: the order of browsing and the last word between equals. */
export function priorOf(document: Pick<SearchDocument, 'recognitionLevels' | 'evidenceLevel' | 'hasReplications' | 'hasResults'>): number {
  const recognition = Math.max(0, ...document.recognitionLevels.map((level) => RECOGNITION_WEIGHT[level] ?? 0))
  const evidence = Number(document.evidenceLevel.slice(1)) / 5
  return 0.6 * recognition + 0.2 * evidence + (document.hasReplications ? 0.1 : 0) + (document.hasResults ? 0.1 : 0)
}
