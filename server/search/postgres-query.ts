/** The one statement of a search on Postgres: what matches, how many, counts per facet, and the candidates to rank. */
import { sql, type RawBuilder } from 'kysely'
import { COUNT_CAP, MAX_OFFSET, RERANKED, type FacetCounts, type FacetName, type SearchCandidate, type SearchRequest } from './engine.ts'
import { FACET_COLUMNS, FACET_FILTERS, facetConditions, otherConditions, placedIn } from './filter.ts'
import { VERSIONS, type Versions } from './knowledge.ts'
import { ENOUGH, looseRule, placeFilter, placeIds, type Form, type UnderstoodQuery } from './query.ts'
import type { Tags } from './tags.ts'
import { tagOf } from './thesaurus.ts'

/** Ranked at all: the counts are exact, the ranking stops here. */
const MAX_RANKED = 1000

export interface SkeletonRow {
  total: number
  versions: Versions
  isPlaced: boolean
  facets: Record<string, FacetCounts> | null
  relaxations: Record<string, number> | null
  hits: { id: string; n: number; name: string; aliases: string[]; nw: string; aw: string; cw: string; tw: string; tags: Tags; placed: number; prior: number; body: SearchCandidate['texts'] }[] | null
}

/** A lexeme is letters and digits, or # and the key of a concept, so quoting it is enough. */
export function toTsQuery(forms: readonly Form[], isPrefix: boolean, weights = ''): string {
  return forms.map((form) => form.words.map((word, i) => {
    const flags = (isPrefix && i === form.words.length - 1 && !word.startsWith('#') ? '*' : '') + weights
    return `'${word}'${flags === '' ? '' : `:${flags}`}`
  }).join(' <-> ')).map((form) => `(${form})`).join(' | ')
}

/** Does a row match? `all` = it tells of everything, `any` = of enough. */
function matchConditions(query: UnderstoodQuery) {
  const all = query.units.map(({ forms, isPrefix }) => `(${toTsQuery(forms, isPrefix)})`).join(' & ')
  const { heavy, atLeast } = looseRule(query)
  const any = heavy.map(({ forms, isPrefix }) => `(${toTsQuery(forms, isPrefix)})`).join(' | ')
  const enough = sql<boolean>`${atLeast} <= (select count(*) from (select s.folded || ''::tsvector as v offset 0) d, unnest(${heavy.map((unit) => toTsQuery(unit.forms, unit.isPrefix))}::tsquery[]) query where d.v @@ query)`
  const isFree = query.units.length === 0
  return {
    all, any, isFree,
    strict: isFree ? sql<boolean>`true` : sql<boolean>`s.folded @@ ${all}::tsquery`,
    loose: isFree ? sql<boolean>`true` : sql<boolean>`(s.folded @@ ${any}::tsquery and ${atLeast <= 1 ? sql`true` : enough})`,
    enough: atLeast <= 1 ? sql<boolean>`true` : enough,
  }
}

/** Rough order of the candidates: everything counts more where it stands in a name, less in a text. Ours comes after it. */
function scoreOf(query: UnderstoodQuery): RawBuilder<number> {
  const plain = (forms: readonly Form[]): Form[] => forms.filter(({ words }) => !words[0]!.startsWith('#'))
  const rows = [
    ...query.terms.map(({ forms, isPrefix, weight }) => ({ forms: plain(forms), isPrefix, weight })),
    ...query.concepts.map(({ key, weight }) => ({ forms: [{ words: [tagOf(key)], factor: 1 }], isPrefix: false, weight: 2 * weight })),
    ...query.concepts.filter(({ others }) => others.length > 0).map(({ others, weight }) => ({ forms: others.map(({ key }) => ({ words: [tagOf(key)], factor: 1 })), isPrefix: false, weight: 0.6 * weight })),
  ]
  if (rows.length === 0) return sql<number>`0`
  const asked = query.terms.filter((term) => term.isRequired).map((term) => `(${toTsQuery(plain(term.forms), term.isPrefix)})`).join(' | ')
  const totalWeight = query.terms.reduce((sum, term) => sum + (term.isRequired ? term.weight : 0), 0)
  const marked = query.terms.flatMap((term) => (term.marked === null || term.isPrefix ? [] : [`'${term.marked}'`])).join(' | ')
  const queries = (weights: string): string[] => rows.map(({ forms, isPrefix }) => toTsQuery(forms, isPrefix, weights))
  return sql<number>`(
      select coalesce(sum(t.weight * (1 + 0.7 * (d.v @@ t.named)::int + 0.4 * (d.v @@ t.meant)::int)), 0)${asked === '' ? sql`` : sql` + 0.02 * ${totalWeight}::float8 * ts_rank_cd(d.v, ${asked}::tsquery, 1)`}
      from (select s.folded || ''::tsvector as v offset 0) d,
        unnest(${queries('')}::tsquery[], ${queries('AB')}::tsquery[], ${queries('ABC')}::tsquery[], ${rows.map(({ weight }) => weight)}::float8[]) t(query, named, meant, weight)
      where d.v @@ t.query group by d.v)${marked === '' ? sql`` : sql` + 0.1 * ts_rank('{0.1, 0.4, 0.7, 1}', s.marked, ${marked}::tsquery)`}`
}

export function skeletonQuery(query: UnderstoodQuery, request: SearchRequest): RawBuilder<SkeletonRow> {
  const own = facetConditions(request.filter)
  const others = otherConditions(request.filter)
  const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)
  const isBrowse = query.isEmpty
  const facets = request.facets ?? []
  const match = matchConditions(query)
  const within = placeFilter(query)
  const named = placeIds(query)
  const isWithin = within.length === 0 ? undefined : placedIn(within)
  // A place that would leave nothing only lifts. By the text alone, as with the looser match: a filter must not change what a facet promised.
  const mode = isBrowse ? sql`select true as is_strict, false as is_placed` : sql`
    select p.is_placed, (select count(*) from (select from model_search s where ${match.strict} ${isWithin === undefined ? sql`` : sql`and (not p.is_placed or ${isWithin})`} limit ${ENOUGH}) e) >= ${ENOUGH} as is_strict
    from (select ${isWithin === undefined ? sql`false` : sql`exists (select from model_search s where ${match.loose} and ${isWithin})`} as is_placed) p`
  const matches = isBrowse || match.isFree ? sql`` : sql`
      and s.folded @@ (select case when is_strict then ${match.all}::tsquery else ${match.any}::tsquery end from mode)
      and ((select is_strict from mode) or ${match.enough})`
  const placeCondition = isWithin === undefined ? undefined : sql<boolean>`(not (select is_placed from mode) or ${isWithin})`

  // Every condition whose own absence is to be counted; the others are plain.
  const counted = new Map<string, RawBuilder<boolean>>([...own].map(([facet, condition]) => [FACET_FILTERS[facet], condition]))
  if (request.withRelaxations) {
    for (const [field, condition] of others) counted.set(field, condition)
    if (placeCondition) counted.set('place', placeCondition)
  }
  const plain = request.withRelaxations ? [] : [...others.values(), ...(placeCondition ? [placeCondition] : [])]
  const fails = counted.size === 0 ? sql<number>`0` : sql<number>`${sql.join([...counted.values()].map((condition) => sql`(not coalesce(${condition}, false))::int`), sql` + `)}`
  const score = isBrowse ? sql<number>`0` : scoreOf(query)
  const order = sql`prior desc, updated_at desc, model_id`

  return sql<SkeletonRow>`
    with mode as materialized (${mode}),
    m as materialized (
      select s.model_id, s.prior, s.updated_at${sql.join(facets.map((facet) => sql`, s.${sql.ref(FACET_COLUMNS[facet].column)}`), sql``)}${sql.join([...counted].map(([field, condition]) => sql`, coalesce(${condition}, false) as ${sql.ref(`passes_${field}`)}`), sql``)}, ${fails} as fails
      from model_search s where true ${matches} ${sql.join(plain.map((condition) => sql`and ${condition}`), sql` `)}
        ${counted.size === 0 ? sql`` : sql`and ${fails} <= ${request.withRelaxations || facets.some((facet) => own.has(facet)) ? 1 : 0}`}
    ),
    capped as (select model_id, prior, updated_at from m where fails = 0 order by ${order} limit ${isBrowse ? offset + request.limit : Math.max(MAX_RANKED, offset + request.limit)}),
    ranked as (
      select model_id, row_number() over (order by score desc, ${order}) as n
      from (select c.*, ${score} as score from capped c join model_search s using (model_id) offset 0) x
    )
    select (select count(*)::int from (select from m where fails = 0 limit ${COUNT_CAP + 1}) t) as total, ${VERSIONS} as versions, (select is_placed from mode) as "isPlaced",
      ${facets.length === 0 ? sql`null` : sql`(select json_object_agg(facet, counts) from (${sql.join(facets.map((facet) => facetCounts(facet, own)), sql` union all `)}) f)`} as facets,
      ${request.withRelaxations ? relaxations([...counted.keys()], counted, query) : sql`null`} as relaxations,
      (select json_agg(json_build_object('id', s.model_id, 'n', r.n, 'name', s.name, 'aliases', s.aliases, 'nw', s.name_words, 'aw', s.alias_words, 'cw', s.concept_words, 'tw', s.text_words, 'tags', s.tags,
          'placed', ${named.length === 0 ? sql`0` : sql`case when ${placedIn(named, 'ORIGIN')} then 1 when ${placedIn(named)} then 0.5 else 0 end`}, 'prior', s.prior${request.withTexts ? sql`, 'body', s.body` : sql``}) order by r.n)
        from ranked r join model_search s using (model_id)
        where ${isBrowse ? sql`` : sql`r.n <= ${RERANKED} or`} (r.n > ${offset} and r.n <= ${offset + request.limit})) as hits`
}

/** Counts of one facet over the models that pass every condition but its own. */
function facetCounts(facet: FacetName, own: ReadonlyMap<FacetName, unknown>): RawBuilder<unknown> {
  const { column, isList } = FACET_COLUMNS[facet]
  const passes = own.has(facet) ? sql`(fails = 0 or (fails = 1 and not ${sql.ref(`passes_${FACET_FILTERS[facet]}`)}))` : sql`fails = 0`
  return sql`select ${facet}::text as facet, coalesce(json_agg(json_build_object('value', value, 'count', n) order by n desc, value), '[]') as counts
    from (select value::text as value, least(count(*), ${COUNT_CAP + 1})::int as n from m${isList ? sql`, unnest(${sql.ref(`m.${column}`)}) as value where ` : sql` cross join lateral (select ${sql.ref(`m.${column}`)} as value) v where `}${passes} group by 1) c`
}

/** For nothing found: how many each condition alone keeps out, and how many pass them all without the text. */
function relaxations(fields: readonly string[], counted: ReadonlyMap<string, RawBuilder<boolean>>, query: UnderstoodQuery): RawBuilder<unknown> {
  const one = (field: string): RawBuilder<unknown> => sql`${field}::text, (select count(*)::int from (select from m where fails = 1 and not ${sql.ref(`passes_${field}`)} limit ${COUNT_CAP + 1}) t)`
  const filters = [...counted].filter(([field]) => field !== 'place').map(([, condition]) => sql`coalesce(${condition}, false)`)
  const withoutText = query.isEmpty ? [] : [sql`'query', (select count(*)::int from (select from model_search s where ${filters.length === 0 ? sql`true` : sql.join(filters, sql` and `)} limit ${COUNT_CAP + 1}) t)`]
  const pairs = [...fields.map(one), ...withoutText]
  return sql`(select case when exists (select from m where fails = 0) then null else json_build_object(${sql.join(pairs)}) end)`
}
