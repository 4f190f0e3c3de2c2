/**
 * Meilisearch as an engine: one `multi-search` per search. Which models match is a filter over their folded words, by the rule that Postgres
 * follows too, so totals and facets agree; its own ranking proposes candidates; what a text means and the final order are ours.
 */
import type { Kysely } from 'kysely'
import type { Meilisearch, MultiSearchQuery } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { COUNT_CAP, MAX_OFFSET, RERANKED, type FacetCounts, type FacetName, type SearchAnswer, type SearchCandidate, type SearchRequest, type SuggestAnswer, type SuggestRequest } from './engine.ts'
import type { LexiconHolder } from './lexicon.ts'
import { FACET_FIELDS } from './meilisearch-index.ts'
import { among, filterOf, matchFilter, type MeiliFilter } from './meilisearch-filter.ts'
import { suggestFromPostgres } from './postgres-suggest.ts'
import { ENOUGH, looseRule, understand, type QueryTerm, type UnderstoodQuery } from './query.ts'
import { WordsCache } from './words-cache.ts'

/** Meilisearch reads ten words and silently drops the rest. */
const MAX_WORDS = 10
/** Candidates that each weighty word, and each pair of neighbours, may propose to a loose match. */
const PROPOSALS = 15
const BROWSE = ['prior:desc', 'updatedAt:desc', 'id:asc']

interface Hit { id: string; hash: string; name?: string }
interface Result { hits: Hit[]; facetDistribution?: Record<string, Record<string, number>>; estimatedTotalHits?: number }

/** The searching half; which index serves is the caller's business. */
export class MeiliSearch {
  private readonly db: Kysely<Database>
  private readonly client: Meilisearch
  private readonly lexicon: LexiconHolder
  private readonly words: WordsCache

  constructor(db: Kysely<Database>, client: Meilisearch, lexicon: LexiconHolder) {
    this.db = db
    this.client = client
    this.lexicon = lexicon
    this.words = new WordsCache(db)
  }

  async search(index: string, request: SearchRequest): Promise<SearchAnswer> {
    const understood = understand(request.text, await this.lexicon.get(), new Set(request.ignore))
    const filter = await filterOf(this.db, request.filter)
    const plan = planOf(index, understood, request, filter)
    const skeleton = plan.read(await this.run(plan.queries))
    const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)
    const window = (await this.words.candidates(skeleton.window)).filter((candidate) => skeleton.accepts(candidate)).slice(0, RERANKED)
    const from = Math.max(offset, window.length)
    let beyond = skeleton.page
    if (!understood.isEmpty && offset + request.limit > window.length && skeleton.total > window.length) {
      // Past the ranked window the rest follows in the order of browsing.
      const [rest] = await this.run([{ indexUid: index, q: '', filter: [...skeleton.filter, `NOT ${among('id', window.map(({ id }) => id))}`], sort: BROWSE, offset: from - window.length, limit: offset + request.limit - from, attributesToRetrieve: ['id', 'hash'] }])
      beyond = rest!.hits.map((hit, i) => ({ ...hit, position: from + i }))
    }
    this.lexicon.check()
    const candidates = await this.words.candidates(beyond)
    return {
      understood, parts: understood.parts, correctedQuery: understood.correctedQuery, engine: 'MEILISEARCH', isDegraded: false,
      window, beyond: candidates,
      total: Math.min(skeleton.total, COUNT_CAP + 1), totalIsCapped: skeleton.total > COUNT_CAP, facets: skeleton.facets,
    }
  }

  async suggest(index: string, request: SuggestRequest): Promise<SuggestAnswer> {
    const understood = understand(request.text, await this.lexicon.get())
    if (understood.isEmpty) return { suggestions: [], understood, engine: 'MEILISEARCH', isDegraded: false }
    const [[models], others] = await Promise.all([
      this.run([{ indexUid: index, q: wordsFor(understood.terms).trimEnd(), limit: request.limit, attributesToSearchOn: ['name', 'aliases'], attributesToRetrieve: ['id', 'name'], matchingStrategy: 'all' }]),
      suggestFromPostgres(this.db, understood, request.limit, ['TOPIC', 'LOCALITY']),
    ])
    const named = models!.hits.map((hit) => ({ kind: 'MODEL' as const, id: hit.id, text: hit.name ?? '' }))
    const room = Math.min(others.length, Math.max(2, request.limit - named.length))
    return { suggestions: [...named.slice(0, request.limit - room), ...others.slice(0, room)], understood, engine: 'MEILISEARCH', isDegraded: false }
  }

  private async run(queries: MultiSearchQuery[]): Promise<Result[]> {
    const answer: unknown = await this.client.multiSearch({ queries })
    const results = (answer as { results?: unknown } | undefined)?.results
    // Something else may answer on that port: what isn't shaped as an answer is none.
    if (!Array.isArray(results) || results.length !== queries.length || !results.every((result) => Array.isArray((result as Result)?.hits))) throw new Error('the answer is not one of Meilisearch')
    return results as Result[]
  }
}

/** The text that Meilisearch gets: clean folded words only, so that quotes and dashes are never operators; the weightiest ten. */
export function wordsFor(wanted: readonly QueryTerm[]): string {
  // A corrected spelling goes in place of the typed one, since both would be demanded.
  const terms = wanted.map((term) => ({ term, words: (term.isCorrected ? term.forms[1]! : term.forms[0]!).words }))
  let kept = terms
  while (kept.reduce((sum, { words }) => sum + words.length, 0) > MAX_WORDS && kept.length > 1) {
    const least = kept.reduce((a, b) => (b.term.weight < a.term.weight ? b : a))
    kept = kept.filter((entry) => entry !== least)
  }
  const text = kept.map(({ words }) => words.join(' ')).join(' ')
  return kept.at(-1)?.term.isPrefix ? text : `${text} `
}

interface Skeleton {
  window: { id: string; hash: string; position: number }[]
  page: { id: string; hash: string; position: number }[]
  total: number
  facets: Partial<Record<FacetName, FacetCounts>>
  /** What matches, as a filter. */
  filter: string[]
  /** Does a proposed candidate match? */
  accepts(candidate: SearchCandidate): boolean
}

function planOf(index: string, understood: UnderstoodQuery, request: SearchRequest, filter: MeiliFilter): { queries: MultiSearchQuery[]; read(results: Result[]): Skeleton } {
  const queries: MultiSearchQuery[] = []
  const add = (query: Omit<MultiSearchQuery, 'indexUid'>) => queries.push({ indexUid: index, attributesToRetrieve: ['id', 'hash'], ...query }) - 1
  const facets = request.facets ?? []
  const plain = facets.filter((facet) => !filter.own.has(facet))
  const conditions = [...filter.others, ...filter.own.values()]
  const required = understood.terms.filter((term) => term.isRequired)
  const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)

  /** Counts of one match: the total with the facets that don't filter, and one query per facet that does. */
  const way = (match: string[], page: Partial<MultiSearchQuery> = { limit: 0 }) => ({
    counts: add({ q: '', filter: [...match, ...conditions], facets: plain.map((facet) => FACET_FIELDS[facet]), ...page }),
    own: facets.filter((facet) => filter.own.has(facet)).map((facet) => ({
      facet, at: add({ q: '', limit: 0, facets: [FACET_FIELDS[facet]], filter: [...match, ...filter.others, ...[...filter.own].filter(([name]) => name !== facet).map(([, condition]) => condition)] }),
    })),
    filter: [...match, ...conditions], proposals: [] as number[],
  })

  if (understood.isEmpty) {
    const browse = way([], { sort: BROWSE, offset, limit: request.limit })
    return { queries, read: (results) => ({ ...countsOf(results, browse, plain), window: [], page: results[browse.counts]!.hits.map((hit, i) => ({ ...hit, position: offset + i })), filter: browse.filter, accepts: () => true }) }
  }

  const strict = way(matchFilter(required, required.length))
  strict.proposals.push(add({ q: wordsFor(required), matchingStrategy: 'frequency', filter: strict.filter, limit: RERANKED }))
  let loose = strict
  let decision = strict.counts
  let accepts: Skeleton['accepts'] = () => true
  if (required.length > 1) {
    const { heavy, atLeast } = looseRule(understood)
    loose = way(matchFilter(heavy, atLeast))
    accepts = (candidate) => heavy.filter((term) => standsIn(candidate, term)).length >= atLeast
    // The rule of the match is long, so it isn't repeated here: what is proposed in vain is dropped afterwards.
    loose.proposals.push(add({ q: wordsFor(required), matchingStrategy: 'frequency', filter: conditions, limit: 40 }))
    for (const [i, term] of required.entries()) {
      const next = required[i + 1]
      if (next && (heavy.includes(term) || heavy.includes(next))) loose.proposals.push(add({ q: wordsFor([term, next]), matchingStrategy: 'all', filter: conditions, limit: PROPOSALS }))
    }
    for (const term of heavy) loose.proposals.push(add({ q: wordsFor([term]), matchingStrategy: 'all', filter: conditions, limit: PROPOSALS }))
    // Whether looser matches join is decided by the text alone: a filter must not change what a facet promised.
    if (conditions.length > 0) decision = add({ q: '', filter: matchFilter(required, required.length), limit: 0 })
  }
  return {
    queries,
    read: (results) => {
      const chosen = (results[decision]!.estimatedTotalHits ?? 0) >= ENOUGH ? strict : loose
      return { ...countsOf(results, chosen, plain), window: unionOf(chosen.proposals.map((at) => results[at]!.hits)), page: [], filter: chosen.filter, accepts: chosen === strict ? () => true : accepts }
    },
  }
}

function standsIn({ words }: SearchCandidate, term: QueryTerm): boolean {
  const all = `${words.name}|${words.aliases}|${words.concepts}|${words.text}`
  return term.forms.some((form) => all.includes(` ${form.words.join(' ')}${term.isPrefix ? '' : ' '}`))
}

/** Hits of several proposals in turns: the first of each, the second of each … */
function unionOf(lists: Hit[][]): Skeleton['window'] {
  const window = new Map<string, Skeleton['window'][number]>()
  for (let i = 0; i < Math.max(...lists.map((list) => list.length)) && window.size < 2 * RERANKED; i += 1) {
    for (const list of lists) {
      const hit = list[i]
      if (hit && !window.has(hit.id) && window.size < 2 * RERANKED) window.set(hit.id, { id: hit.id, hash: hit.hash, position: window.size })
    }
  }
  return [...window.values()]
}

function countsOf(results: Result[], way: { counts: number; own: { facet: FacetName; at: number }[] }, plain: FacetName[]): Pick<Skeleton, 'total' | 'facets'> {
  const facets: Skeleton['facets'] = {}
  const read = (result: Result, facet: FacetName): FacetCounts =>
    Object.entries(result.facetDistribution?.[FACET_FIELDS[facet]] ?? {}).map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  for (const facet of plain) facets[facet] = read(results[way.counts]!, facet)
  for (const { facet, at } of way.own) facets[facet] = read(results[at]!, facet)
  return { total: results[way.counts]!.estimatedTotalHits ?? 0, facets }
}
