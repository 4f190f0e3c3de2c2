/**
 * Postgres full text as an engine: one statement finds, counts facets and ranks roughly; the final order is made by our own code over
 * its candidates. Words come folded from fold.ts, so `simple` vectors and plain lexemes are all that is used of the database.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Database } from '../db/tables.ts'
import { COUNT_CAP, MAX_OFFSET, RERANKED, type FacetCounts, type FacetName, type SearchAnswer, type SearchCandidate, type SearchEngine, type SearchRequest, type SearchStatus, type SuggestAnswer, type SuggestRequest } from './engine.ts'
import { FACET_COLUMNS, facetConditions, otherConditions } from './filter.ts'
import { LexiconHolder } from './lexicon.ts'
import { suggestFromPostgres } from './postgres-suggest.ts'
import { ENOUGH, looseRule, understand, type QueryTerm, type UnderstoodQuery } from './query.ts'

/** Ranked at all: the counts are exact, the ranking stops here. */
const MAX_RANKED = 1000

/** A lexeme is letters and digits only (fold.ts), so quoting it is enough. */
function toTsQuery(forms: QueryTerm['forms'], isPrefix: boolean, weights = ''): string {
  return forms.map((form) => form.words.map((word, i) => {
    const flags = (isPrefix && i === form.words.length - 1 ? '*' : '') + weights
    return `'${word}'${flags === '' ? '' : `:${flags}`}`
  }).join(' <-> ')).map((form) => `(${form})`).join(' | ')
}

interface Row {
  total: number
  version: number
  facets: Record<string, FacetCounts> | null
  hits: { id: string; n: number; name: string; aliases: string[]; nw: string; aw: string; cw: string; tw: string; prior: number; body: SearchCandidate['texts'] }[] | null
}

/** Search on the given database. `lexicon` may be shared with another engine of the same process. */
export class PostgresSearch implements SearchEngine {
  private readonly db: Kysely<Database>
  private readonly lexicon: LexiconHolder

  constructor(db: Kysely<Database>, lexicon = new LexiconHolder(db)) {
    this.db = db
    this.lexicon = lexicon
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const understood = understand(request.text, await this.lexicon.get(), new Set(request.ignore))
    const { rows } = await skeletonQuery(understood, request).execute(this.db)
    const row = rows[0]!
    this.lexicon.saw(row.version)
    const candidates = (row.hits ?? []).map((hit): SearchCandidate => ({
      id: hit.id, name: hit.name, aliases: hit.aliases, words: { name: hit.nw, aliases: hit.aw, concepts: hit.cw, text: hit.tw }, prior: hit.prior, position: hit.n - 1, texts: hit.body ?? null,
    }))
    return {
      understood, parts: understood.parts, correctedQuery: understood.correctedQuery,
      window: candidates.filter((candidate) => !understood.isEmpty && candidate.position < RERANKED), beyond: candidates.filter((candidate) => understood.isEmpty || candidate.position >= RERANKED),
      total: Math.min(row.total, COUNT_CAP + 1), totalIsCapped: row.total > COUNT_CAP, facets: (row.facets ?? {}) as Partial<Record<FacetName, FacetCounts>>, engine: 'POSTGRES', isDegraded: false,
    }
  }

  async suggest(request: SuggestRequest): Promise<SuggestAnswer> {
    const understood = understand(request.text, await this.lexicon.get())
    return { suggestions: await suggestFromPostgres(this.db, understood, request.limit), understood, engine: 'POSTGRES', isDegraded: false }
  }

  status(): SearchStatus {
    return { engine: 'POSTGRES', configured: 'POSTGRES', isDegraded: false, reason: null }
  }

  async close(): Promise<void> {}
}

/** The one statement of a search. */
export function skeletonQuery(query: UnderstoodQuery, request: SearchRequest): RawBuilder<Row> {
  const own = facetConditions(request.filter)
  const others = otherConditions(request.filter)
  const fails = own.size === 0 ? sql<number>`0` : sql<number>`${sql.join([...own.values()].map((condition) => sql`(not coalesce(${condition}, false))::int`), sql` + `)}`
  const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)
  const isBrowse = query.isEmpty
  const facets = request.facets ?? []
  const required = query.terms.filter((term) => term.isRequired)
  const all = required.map((term) => `(${toTsQuery(term.forms, term.isPrefix)})`).join(' & ')
  const totalWeight = required.reduce((sum, term) => sum + term.weight, 0)
  const { heavy, atLeast } = looseRule(query)
  const any = heavy.map((term) => `(${toTsQuery(term.forms, term.isPrefix)})`).join(' | ')
  const asked = required.map((term) => `(${toTsQuery(term.forms, term.isPrefix)})`).join(' | ')
  const marked = query.terms.flatMap((term) => (term.marked === null || term.isPrefix ? [] : [`'${term.marked}'`])).join(' | ')

  const mode = isBrowse ? sql`select true as is_strict` : sql`select (select count(*) from (select from model_search where folded @@ ${all}::tsquery limit ${ENOUGH}) e) >= ${ENOUGH} as is_strict`
  const matches = isBrowse ? sql`` : sql`
      and s.folded @@ (select case when is_strict then ${all}::tsquery else ${any}::tsquery end from mode)
      and ((select is_strict from mode) or ${atLeast} <= 1 or ${atLeast} <= (
        select count(*) from (select s.folded || ''::tsvector as v offset 0) d, unnest(${heavy.map((t) => toTsQuery(t.forms, t.isPrefix))}::tsquery[]) query where d.v @@ query))`
  // Everything where the weight lies in a name counts three times, in a concept twice; a word with its own marks a little more.
  const score = isBrowse ? sql<number>`0` : sql<number>`(
      select coalesce(sum(t.weight * (1 + 0.7 * (d.v @@ t.named)::int + 0.4 * (d.v @@ t.meant)::int)), 0) + 0.02 * ${totalWeight}::float8 * ts_rank_cd(d.v, ${asked}::tsquery, 1)
      from (select s.folded || ''::tsvector as v offset 0) d,
        unnest(${query.terms.map((t) => toTsQuery(t.forms, t.isPrefix))}::tsquery[], ${query.terms.map((t) => toTsQuery(t.forms, t.isPrefix, 'AB'))}::tsquery[], ${query.terms.map((t) => toTsQuery(t.forms, t.isPrefix, 'ABC'))}::tsquery[], ${query.terms.map((t) => t.weight)}::float8[]) t(query, named, meant, weight)
      where d.v @@ t.query group by d.v) ${marked === '' ? sql`` : sql`+ 0.1 * ts_rank('{0.1, 0.4, 0.7, 1}', s.marked, ${marked}::tsquery)`}`

  return sql<Row>`
    with mode as materialized (${mode}),
    m as materialized (
      select s.model_id, s.prior, s.updated_at${sql.join(facets.map((facet) => sql`, s.${sql.ref(FACET_COLUMNS[facet].column)}`), sql``)}${sql.join([...own].map(([facet, condition]) => sql`, coalesce(${condition}, false) as ${sql.ref(`passes_${facet}`)}`), sql``)}, ${fails} as fails
      from model_search s where true ${matches} ${sql.join(others.map((condition) => sql`and ${condition}`), sql` `)}
        ${own.size === 0 ? sql`` : sql`and ${fails} <= ${facets.some((facet) => own.has(facet)) ? 1 : 0}`}
    ),
    capped as (select model_id, prior, updated_at from m where fails = 0 order by prior desc, updated_at desc, model_id limit ${isBrowse ? offset + request.limit : Math.max(MAX_RANKED, offset + request.limit)}),
    ranked as (
      select model_id, row_number() over (order by score desc, prior desc, updated_at desc, model_id) as n
      from (select c.*, ${score} as score from capped c join model_search s using (model_id) offset 0) x
    )
    select (select count(*)::int from (select from m where fails = 0 limit ${COUNT_CAP + 1}) t) as total, (select version::int from search_state) as version,
      ${facets.length === 0 ? sql`null` : sql`(select json_object_agg(facet, counts) from (${sql.join(facets.map((facet) => facetCounts(facet, own)), sql` union all `)}) f)`} as facets,
      (select json_agg(json_build_object('id', s.model_id, 'n', r.n, 'name', s.name, 'aliases', s.aliases, 'nw', s.name_words, 'aw', s.alias_words, 'cw', s.concept_words, 'tw', s.text_words, 'prior', s.prior
          ${request.withTexts ? sql`, 'body', s.body` : sql``}) order by r.n)
        from ranked r join model_search s using (model_id)
        where ${isBrowse ? sql`` : sql`r.n <= ${RERANKED} or`} (r.n > ${offset} and r.n <= ${offset + request.limit})) as hits`
}

/** Counts of one facet over the models that pass every condition but its own. */
function facetCounts(facet: FacetName, own: ReadonlyMap<FacetName, unknown>): RawBuilder<unknown> {
  const { column, isList } = FACET_COLUMNS[facet]
  const passes = own.has(facet) ? sql`(fails = 0 or (fails = 1 and not ${sql.ref(`passes_${facet}`)}))` : sql`fails = 0`
  return sql`select ${facet}::text as facet, coalesce(json_agg(json_build_object('value', value, 'count', n) order by n desc, value), '[]') as counts
    from (select value::text as value, least(count(*), ${COUNT_CAP + 1})::int as n from m${isList ? sql`, unnest(${sql.ref(`m.${column}`)}) as value where ` : sql` cross join lateral (select ${sql.ref(`m.${column}`)} as value) v where `}${passes} group by 1) c`
}
