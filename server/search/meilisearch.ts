/**
 * Meilisearch as an engine: one `multi-search` per search. It finds candidates and counts; what a text means and the final order are
 * ours, as on Postgres.
 */
import { sql, type Kysely } from 'kysely'
import type { Meilisearch, MultiSearchQuery } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { COUNT_CAP, MAX_OFFSET, RERANKED, type FacetCounts, type FacetName, type SearchAnswer, type SearchCandidate, type SearchFilter, type SearchRequest, type SuggestAnswer, type SuggestRequest } from './engine.ts'
import { localityIds } from './filter.ts'
import type { LexiconHolder } from './lexicon.ts'
import { FACET_FIELDS, type MeiliDocument } from './meilisearch-index.ts'
import { suggestFromPostgres } from './postgres-suggest.ts'
import { understand, type UnderstoodQuery } from './query.ts'

/** Meilisearch reads ten words and silently drops the rest. */
const MAX_WORDS = 10
/** As on Postgres: fewer models than this with every word, and the looser matches join them. */
const ENOUGH = 10
const HIT_FIELDS = ['id', 'name', 'aliases', 'words', 'prior'] as const

type Hit = Pick<MeiliDocument, 'id' | 'name' | 'aliases' | 'words' | 'prior'> & Partial<Pick<MeiliDocument, 'texts'>>
interface Result { hits: Hit[]; facetDistribution?: Record<string, Record<string, number>>; totalHits?: number; estimatedTotalHits?: number }

/** The searching half; which index serves is the caller's business. */
export class MeiliSearch {
  private readonly db: Kysely<Database>
  private readonly client: Meilisearch
  private readonly lexicon: LexiconHolder

  constructor(db: Kysely<Database>, client: Meilisearch, lexicon: LexiconHolder) {
    this.db = db
    this.client = client
    this.lexicon = lexicon
  }

  async search(index: string, request: SearchRequest): Promise<SearchAnswer> {
    const understood = understand(request.text, await this.lexicon.get(), new Set(request.ignore))
    const plan = planOf(index, understood, request, await filterOf(this.db, request.filter))
    const results = await this.run(plan.queries)
    this.lexicon.check()
    return { understood, parts: understood.parts, correctedQuery: understood.correctedQuery, ...plan.read(results), alsoRead: null, engine: 'MEILISEARCH', isDegraded: false }
  }

  async suggest(index: string, request: SuggestRequest): Promise<SuggestAnswer> {
    const understood = understand(request.text, await this.lexicon.get())
    if (understood.isEmpty) return { suggestions: [], understood, engine: 'MEILISEARCH', isDegraded: false }
    const words = wordsFor(understood).trimEnd()
    const [[models], others] = await Promise.all([
      this.run([{ indexUid: index, q: words, limit: request.limit, attributesToSearchOn: ['name', 'aliases'], attributesToRetrieve: ['id', 'name'], matchingStrategy: 'all' }]),
      suggestFromPostgres(this.db, understood, request.limit, ['TOPIC', 'LOCALITY']),
    ])
    const named = models!.hits.map((hit) => ({ kind: 'MODEL' as const, id: hit.id, text: hit.name }))
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
export function wordsFor(query: UnderstoodQuery): string {
  const wanted = query.terms.filter((term) => term.isRequired)
  // A corrected spelling goes in place of the typed one, since both would be demanded.
  const terms = wanted.map((term) => ({ term, words: (term.forms[1] && term.forms[1].factor >= 0.9 && query.parts.some((part) => part.kind === 'SPELLING' && part.id === `spelling:${term.forms[0]!.words[0]}`) ? term.forms[1] : term.forms[0]!).words }))
  let kept = terms
  while (kept.reduce((sum, { words }) => sum + words.length, 0) > MAX_WORDS && kept.length > 1) {
    const least = kept.reduce((a, b) => (b.term.weight < a.term.weight ? b : a))
    kept = kept.filter((entry) => entry !== least)
  }
  const text = kept.map(({ words }) => words.join(' ')).join(' ')
  return kept.at(-1)?.term.isPrefix ? text : `${text} `
}

interface Plan { queries: MultiSearchQuery[]; read(results: Result[]): Pick<SearchAnswer, 'candidates' | 'total' | 'totalIsCapped' | 'facets'> }

function planOf(index: string, understood: UnderstoodQuery, request: SearchRequest, filter: MeiliFilter): Plan {
  const queries: MultiSearchQuery[] = []
  const add = (query: Omit<MultiSearchQuery, 'indexUid'>) => queries.push({ indexUid: index, ...query }) - 1
  const q = wordsFor(understood)
  const facets = request.facets ?? []
  const plain = facets.filter((facet) => !filter.own.has(facet))
  const all = [...filter.others, ...filter.own.values()]
  const fields = { attributesToRetrieve: [...HIT_FIELDS, ...(request.withTexts ? ['texts'] : [])] }
  const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)

  /** The queries of one matching strategy: window, page beyond it, and one count per filtered facet. */
  const way = (matchingStrategy: 'all' | 'frequency') => {
    const base = { q, matchingStrategy, filter: all }
    const window = understood.isEmpty
      ? add({ filter: all, sort: ['prior:desc', 'updatedAt:desc', 'id:asc'], offset, limit: request.limit, facets: plain.map((facet) => FACET_FIELDS[facet]), ...fields })
      : add({ ...base, page: 1, hitsPerPage: RERANKED, facets: plain.map((facet) => FACET_FIELDS[facet]), ...fields })
    const from = Math.max(offset, RERANKED)
    const beyond = !understood.isEmpty && offset + request.limit > RERANKED ? add({ ...base, offset: from, limit: offset + request.limit - from, ...fields }) : -1
    const own = facets.filter((facet) => filter.own.has(facet)).map((facet) => ({
      facet, at: add({ q: understood.isEmpty ? '' : q, matchingStrategy, filter: [...filter.others, ...[...filter.own].filter(([name]) => name !== facet).map(([, condition]) => condition)], limit: 0, facets: [FACET_FIELDS[facet]] }),
    }))
    return { window, beyond, own }
  }

  const strict = way('all')
  const isLoose = !understood.isEmpty && understood.terms.filter((term) => term.isRequired).length > 1
  const loose = isLoose ? way('frequency') : strict
  // Whether the looser matches join depends on the text alone: a filter must not change what a facet promised.
  const everything = isLoose && all.length > 0 ? add({ q, matchingStrategy: 'all', page: 1, hitsPerPage: 1, attributesToRetrieve: ['id'] }) : strict.window

  const read: Plan['read'] = (results) => {
    const chosen = (results[everything]!.totalHits ?? ENOUGH) >= ENOUGH ? strict : loose
    const window = results[chosen.window]!
    const total = window.totalHits ?? window.estimatedTotalHits ?? window.hits.length
    const start = understood.isEmpty ? offset : 0
    const candidates = window.hits.map((hit, i) => candidateOf(hit, start + i))
    if (chosen.beyond >= 0) for (const [i, hit] of results[chosen.beyond]!.hits.entries()) candidates.push(candidateOf(hit, Math.max(offset, RERANKED) + i))
    const counted: Partial<Record<FacetName, FacetCounts>> = {}
    for (const facet of plain) counted[facet] = countsOf(window, facet)
    for (const { facet, at } of chosen.own) counted[facet] = countsOf(results[at]!, facet)
    return { candidates, total: Math.min(total, COUNT_CAP + 1), totalIsCapped: total > COUNT_CAP, facets: counted }
  }
  return { queries, read }
}

const candidateOf = (hit: Hit, position: number): SearchCandidate => ({ id: hit.id, name: hit.name, aliases: hit.aliases, words: hit.words, prior: hit.prior, position, texts: hit.texts ?? null })

function countsOf(result: Result, facet: FacetName): FacetCounts {
  return Object.entries(result.facetDistribution?.[FACET_FIELDS[facet]] ?? {}).map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

interface MeiliFilter { own: Map<FacetName, string>; others: string[] }

/** A value inside a filter; a lone surrogate or quote must not end it. */
const quote = (value: string): string => JSON.stringify(value.replace(/[\uD800-\uDFFF]/gu, '\uFFFD'))

/** The filter over ids and enum values, fields from an allow-list, each condition its own array element. */
export async function filterOf(db: Kysely<Database>, filter: SearchFilter): Promise<MeiliFilter> {
  const own = new Map<FacetName, string>()
  const others: string[] = []
  const given = (list: readonly string[] | null | undefined) => list != null && list.length > 0
  const among = (field: string, values: readonly string[]) => (values.length === 0 ? 'id IS NULL' : `${field} IN [${values.map(quote).join(', ')}]`)
  if (given(filter.topicIn)) own.set('topics', among('topics', filter.topicIn!))
  if (given(filter.settingIn)) own.set('settings', among('settings', filter.settingIn!))
  if (given(filter.participantIn)) own.set('participants', among('participants', filter.participantIn!))
  if (given(filter.operationalStatusIn)) own.set('operationalStatuses', among('operationalStatus', filter.operationalStatusIn!))
  if (given(filter.evidenceLevelIn)) own.set('evidenceLevels', among('evidenceLevel', filter.evidenceLevelIn!))
  if (given(filter.recognitionLevelIn)) own.set('recognitionLevels', among('recognitionLevels', filter.recognitionLevelIn!))
  const places = [['localityIn', 'localities'], ['originLocalityIn', 'originLocalities'], ['replicatedInLocalityIn', 'replicationLocalities']] as const
  if (places.some(([name]) => given(filter[name]))) {
    const { rows } = await sql<Record<string, string[]>>`select ${sql.join(places.map(([name]) => sql`array(select id::text from ${localityIds(filter[name] ?? [])} as unit(id) where id is not null) as ${sql.ref(name)}`))}`.execute(db)
    for (const [name, field] of places) {
      if (!given(filter[name])) continue
      const condition = among(field, rows[0]![name]!)
      if (name === 'localityIn') own.set('provinces', condition)
      else others.push(condition)
    }
  }
  const { from, to } = filter.startedRange ?? {}
  if (from != null) others.push(`startedYear >= ${Math.trunc(from)}`)
  if (to != null) others.push(`startedYear <= ${Math.trunc(to)}`)
  for (const name of ['hasResults', 'hasReplications', 'hasCosts'] as const) if (filter[name] != null) others.push(`${name} = ${filter[name] === true}`)
  return { own, others }
}
