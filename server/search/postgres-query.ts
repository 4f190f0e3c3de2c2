/** The one statement of a search on Postgres: what matches, how many, counts per facet, and the candidates to rank. */
import { sql, type RawBuilder } from 'kysely'
import { COUNT_CAP, MAX_OFFSET, RERANKED, type FacetName, type SearchRequest } from './engine.ts'
import { FACET_FILTERS, facetConditions, otherConditions, placedIn } from './filter.ts'
import { VERSIONS, type Versions } from './knowledge.ts'
import { ENOUGH, isTag, looseRule, placeFilter, placeIds, type Form, type UnderstoodQuery } from './query.ts'
import { tagOf } from './thesaurus.ts'

/** Looked at closely: the counts are exact, the ranking stops here. Beyond it what was asked for must stand in the name, or the record be a notable one. */
const MAX_RANKED = 300

export interface SkeletonRow {
  total: number
  versions: Versions
  isPlaced: boolean
  /** Numbers of the rows that pass every condition, and of those that fail the facet's own alone; see readSeqs(). */
  passing: string | null
  failing: Partial<Record<FacetName, string | null>> | null
  relaxations: Record<string, number> | null
  hits: { id: string; n: number; seq: number; placed: number }[] | null
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
  const isFree = query.units.length === 0
  // The index answers the rule by itself; counted row by row, each vector would be taken apart.
  const loose = atLeast <= 1 ? any : pairsOf(heavy.map(({ forms, isPrefix }) => `(${toTsQuery(forms, isPrefix)})`))
  return {
    all, any: loose, isFree,
    loose: isFree ? sql<boolean>`true` : sql<boolean>`s.folded @@ ${loose}::tsquery`,
    strict: isFree ? sql<boolean>`true` : sql<boolean>`s.folded @@ ${all}::tsquery`,
  }
}

/** At least two of them. */
function pairsOf(queries: readonly string[]): string {
  return queries.slice(0, -1).map((one, i) => `(${one} & (${queries.slice(i + 1).join(' | ')}))`).join(' | ')
}

/** Rough order of the candidates: everything counts more where it stands in a name, less in a text. Ours comes after it. */
function scoreOf(query: UnderstoodQuery): RawBuilder<number> {
  const plain = (forms: readonly Form[]): Form[] => forms.filter((form) => !isTag(form))
  const rows = [
    ...query.terms.map(({ forms, isPrefix, weight }) => ({ forms: plain(forms), isPrefix, weight })),
    ...query.concepts.map(({ key, weight }) => ({ forms: [{ words: [tagOf(key)], factor: 1 }], isPrefix: false, weight: 2 * weight })),
    ...query.concepts.filter(({ others }) => others.length > 0).map(({ others, weight }) => ({ forms: others.map(({ key }) => ({ words: [tagOf(key)], factor: 1 })), isPrefix: false, weight: 0.6 * weight })),
  ]
  if (rows.length === 0) return sql<number>`0`
  const marked = query.terms.flatMap((term) => (term.marked === null || term.isPrefix ? [] : [`'${term.marked}'`])).join(' | ')
  const queries = (weights: string): string[] => rows.map(({ forms, isPrefix }) => toTsQuery(forms, isPrefix, weights))
  return sql<number>`(
      select coalesce((select sum(t.weight * (1 + 0.7 * (d.v @@ t.named)::int + 0.4 * (d.v @@ t.meant)::int))
        from unnest(${queries('')}::tsquery[], ${queries('AB')}::tsquery[], ${queries('ABC')}::tsquery[], ${rows.map(({ weight }) => weight)}::float8[]) t(query, named, meant, weight)
        where d.v @@ t.query), 0)
      from (select s.folded || ''::tsvector as v offset 0) d)${marked === '' ? sql`` : sql` + 0.1 * ts_rank('{0.1, 0.4, 0.7, 1}', s.marked, ${marked}::tsquery)`}`
}

/** How much of what was asked for stands in the name: cheap enough to be told of every row that matches. */
function namedOf(query: UnderstoodQuery): RawBuilder<number> {
  const terms = query.terms.filter((term) => term.isRequired && !isTag(term.forms[0]!)).slice(0, 8)
  if (terms.length === 0) return sql<number>`0`
  return sql<number>`(${sql.join(terms.map((term) => sql`${term.weight}::float4 * (f.name_words like ${`% ${(term.isCorrected ? term.forms[1]! : term.forms[0]!).words.join(' ')}${term.isPrefix ? '' : ' '}%`})::int`), sql` + `)})`
}

export function skeletonQuery(query: UnderstoodQuery, request: SearchRequest): RawBuilder<SkeletonRow> {
  const own = facetConditions(request.filter)
  const others = otherConditions(request.filter)
  const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)
  const isBrowse = query.isEmpty
  const facets = request.facets ?? []
  const ownFacets = facets.filter((facet) => own.has(facet))
  const match = matchConditions(query)
  const within = placeFilter(query)
  const named = placeIds(query)
  // By the text alone, too. Ahead of all others while candidates are chosen: their rank is decided by our own code.
  const near = isBrowse || match.isFree ? [] : [...(request.near?.keys() ?? [])]
  const isNear = sql<boolean>`model_id = any(${near}::uuid[])`
  const nearFirst = near.length === 0 ? sql`` : sql`${isNear} desc, `
  const orNear = (words: RawBuilder<boolean>): RawBuilder<boolean> => (near.length === 0 ? words : sql<boolean>`(s.${isNear} or ${words})`)
  const isWithin = within.length === 0 ? undefined : placedIn(within)
  // A place that would leave nothing only lifts. By the text alone, as with the looser match: a filter must not change what a facet promised.
  const mode = isBrowse ? sql`select true as is_strict, false as is_placed` : sql`
    select p.is_placed, (select count(*) from (select from model_search s where ${match.strict} ${isWithin === undefined ? sql`` : sql`and (not p.is_placed or ${isWithin})`} limit ${ENOUGH}) e) >= ${ENOUGH} as is_strict
    from (select ${isWithin === undefined ? sql`false` : sql`exists (select from model_search s where ${orNear(match.loose)} and ${isWithin})`} as is_placed) p`
  const matches = isBrowse || match.isFree ? sql`` : sql`
      and ${orNear(sql<boolean>`s.folded @@ (select case when is_strict then ${match.all}::tsquery else ${match.any}::tsquery end from mode)`)}`
  const placeCondition = isWithin === undefined ? undefined : sql<boolean>`(not (select is_placed from mode) or ${isWithin})`

  // Every condition whose own absence is to be counted; the others are plain.
  const counted = new Map<string, RawBuilder<boolean>>([...own].map(([facet, condition]) => [FACET_FILTERS[facet], condition]))
  if (request.withRelaxations) {
    for (const [field, condition] of others) counted.set(field, condition)
    if (placeCondition) counted.set('place', placeCondition)
  }
  const plain = request.withRelaxations ? [] : [...others.values(), ...(placeCondition ? [placeCondition] : [])]
  const passes = (field: string): RawBuilder<boolean> => sql<boolean>`${sql.ref(`passes_${field}`)}`
  const fails = counted.size === 0 ? sql<number>`0` : sql<number>`${sql.join([...counted.keys()].map((field) => sql`(not ${passes(field)})::int`), sql` + `)}`
  const score = isBrowse ? sql<number>`0` : scoreOf(query)
  const order = sql`prior desc, updated_at desc, model_id`

  return sql<SkeletonRow>`
    with mode as materialized (${mode}),
    m as materialized (
      select f.*, ${isBrowse ? sql`0` : sql`case when f.fails = 0 then ${namedOf(query)} end`} as named
      from (
        select s.*, ${fails} as fails
        -- Each condition is tried once a row; a row that fails two tells nobody anything.
        from (select s.model_id, s.seq, s.prior, s.updated_at, s.name_words${sql.join([...counted].map(([field, condition]) => sql`, coalesce(${condition}, false) as ${passes(field)}`), sql``)}
          from model_search s where true ${matches} ${sql.join(plain.map((condition) => sql`and ${condition}`), sql` `)} offset 0) s
      ) f
      ${counted.size === 0 ? sql`` : sql`where f.fails <= ${request.withRelaxations || ownFacets.length > 0 ? 1 : 0}`}
    ),
    capped as (select model_id, seq, prior, updated_at from m where fails = 0 order by ${nearFirst}named desc, ${order} limit ${isBrowse ? offset + request.limit : Math.max(MAX_RANKED, offset + request.limit)}),
    ranked as (
      select model_id, seq, row_number() over (order by ${nearFirst}score desc, ${order}) as n
      from (select c.*, ${isBrowse ? score : sql`case when (select count(*) from capped) > ${RERANKED} then ${score} else 0 end`} as score from capped c join model_search s using (model_id) offset 0) x
    )
    select (select count(*)::int from (select from m where fails = 0 limit ${COUNT_CAP + 1}) t) as total, ${VERSIONS} as versions, (select is_placed from mode) as "isPlaced",
      ${facets.length === 0 ? sql`null` : seqsWhere(sql`fails = 0`)} as passing,
      ${ownFacets.length === 0 ? sql`null` : sql`json_build_object(${sql.join(ownFacets.map((facet) => sql`${facet}::text, ${seqsWhere(sql`fails = 1 and not ${sql.ref(`passes_${FACET_FILTERS[facet]}`)}`)}`))})`} as failing,
      ${request.withRelaxations ? relaxations([...counted.keys()], counted, query) : sql`null`} as relaxations,
      (select json_agg(json_build_object('id', r.model_id, 'n', r.n, 'seq', r.seq,
          'placed', ${named.length === 0 ? sql`0` : sql`case when ${placedIn(named, 'ORIGIN', 'r')} then 1 when ${placedIn(named, null, 'r')} then 0.5 else 0 end`}) order by r.n)
        from ranked r where ${isBrowse ? sql`` : sql`r.n <= ${RERANKED} or`} (r.n > ${offset} and r.n <= ${offset + request.limit})) as hits`
}

/** Numbers of the rows that match so, eight bytes each. */
const seqsWhere = (condition: RawBuilder<unknown>): RawBuilder<unknown> => sql`(select encode(string_agg(int8send(seq), ''::bytea), 'base64') from m where ${condition})`

/** For nothing found: how many each condition alone keeps out, and how many pass them all without the text. */
function relaxations(fields: readonly string[], counted: ReadonlyMap<string, RawBuilder<boolean>>, query: UnderstoodQuery): RawBuilder<unknown> {
  const one = (field: string): RawBuilder<unknown> => sql`${field}::text, (select count(*)::int from (select from m where fails = 1 and not ${sql.ref(`passes_${field}`)} limit ${COUNT_CAP + 1}) t)`
  const filters = [...counted].filter(([field]) => field !== 'place').map(([, condition]) => sql`coalesce(${condition}, false)`)
  const withoutText = query.isEmpty ? [] : [sql`'query', (select count(*)::int from (select from model_search s where ${filters.length === 0 ? sql`true` : sql.join(filters, sql` and `)} limit ${COUNT_CAP + 1}) t)`]
  const pairs = [...fields.map(one), ...withoutText]
  return sql`(select case when exists (select from m where fails = 0) then null else json_build_object(${sql.join(pairs)}) end)`
}
