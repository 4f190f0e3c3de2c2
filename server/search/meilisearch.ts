/**
 * Meilisearch as an engine: one `multi-search` per search. Which models match is a filter over their folded words, by the rule that Postgres
 * follows too, so totals and facets agree; its own ranking proposes candidates; what a text means and the final order are ours.
 */
import type { Kysely } from 'kysely'
import type { Meilisearch, MultiSearchQuery } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { capped, COUNT_CAP, MAX_OFFSET, type Relaxation, type SearchAnswer, type SearchRequest, type SuggestAnswer, type SuggestRequest } from './engine.ts'
import type { KnowledgeHolder } from './knowledge.ts'
import { searchClient, type MeiliConfig } from './meilisearch-client.ts'
import { among, createUnitResolver, filterOf, type MeiliFilter, type ResolveUnits } from './meilisearch-filter.ts'
import { BROWSE, planOf, relaxationsOf, wordsFor, type Result, type Skeleton } from './meilisearch-plan.ts'
import { toRelaxations } from './postgres.ts'
import { suggestFromPostgres } from './postgres-suggest.ts'
import { fallBack, type UnderstoodQuery } from './query.ts'
import { WordsCache } from './words-cache.ts'

/** The searching half; which index serves is the caller's business. */
export class MeiliSearch {
  private readonly db: Kysely<Database>
  private readonly client: Meilisearch
  private readonly knowledge: KnowledgeHolder
  private readonly words: WordsCache
  private readonly resolve: ResolveUnits
  private readonly rankedWhole: number | undefined

  constructor(db: Kysely<Database>, config: MeiliConfig, knowledge: KnowledgeHolder) {
    this.db = db
    this.client = searchClient(config)
    this.rankedWhole = config.rankedWhole
    this.knowledge = knowledge
    this.words = new WordsCache(db)
    this.resolve = createUnitResolver(db, async () => (await knowledge.get()).places.version)
  }

  async search(index: string, request: SearchRequest): Promise<SearchAnswer> {
    const { thesaurus, lexicon } = await this.knowledge.get()
    const read = await this.knowledge.understand(request.text, request.ignore)
    const filter = await filterOf(this.resolve, request.filter, (kind, keys) => thesaurus.keysOf(kind, keys))
    const ask = async (rankedWhole: number | undefined): Promise<Skeleton> => {
      const plan = planOf(index, read, request, filter, lexicon, rankedWhole)
      return plan.read(await this.run(plan.queries))
    }
    const found = await ask(this.rankedWhole)
    // The counts in memory are from before many models came: which are the best is then left to proposals.
    const skeleton = found.isCut ? await ask(0) : found
    const understood = skeleton.isPlaced ? read : fallBack(read)
    const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)
    const window = (await this.words.candidates(skeleton.window)).filter((candidate) => skeleton.accepts(candidate))
    const from = Math.max(offset, window.length)
    let beyond = skeleton.page
    if (!understood.isEmpty && offset + request.limit > window.length && skeleton.total > window.length) {
      // Past the ranked window the rest follows in the order of browsing.
      const [rest] = await this.run([{ indexUid: index, q: '', filter: [...skeleton.filter, `NOT ${among('id', window.map(({ id }) => id))}`], sort: BROWSE, offset: from - window.length, limit: offset + request.limit - from, attributesToRetrieve: ['id', 'hash'] }])
      beyond = rest!.hits.map((hit, i) => ({ ...hit, position: from + i, placed: skeleton.isPlaced ? 0.5 : 0 }))
    }
    this.knowledge.check()
    const candidates = await this.words.candidates(beyond)
    return {
      understood, parts: understood.parts, correctedQuery: understood.correctedQuery, engine: 'MEILISEARCH', isDegraded: false,
      window, beyond: candidates,
      total: capped(skeleton.total), totalIsCapped: skeleton.total > COUNT_CAP, facets: skeleton.facets,
      relaxations: request.withRelaxations && skeleton.total === 0 ? await this.relax(index, skeleton, filter, understood) : [],
    }
  }

  /** What each condition alone keeps out: one more `multi-search`, only when nothing was found. */
  private async relax(index: string, skeleton: Skeleton, filter: MeiliFilter, understood: UnderstoodQuery): Promise<Relaxation[]> {
    const wider = relaxationsOf(skeleton, filter)
    const results = await this.run(wider.map((one) => ({ indexUid: index, q: '', limit: 0, filter: one.filter })))
    return toRelaxations(Object.fromEntries(wider.map(({ drop }, i) => [drop, capped(results[i]!.estimatedTotalHits ?? 0)])), understood)
  }

  async suggest(index: string, request: SuggestRequest): Promise<SuggestAnswer> {
    const understood = await this.knowledge.understand(request.text)
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
