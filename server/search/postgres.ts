/**
 * Postgres full text as an engine: one statement finds, counts facets and ranks roughly; the final order is made by our own code over
 * its candidates. Words come folded from fold.ts, so `simple` vectors and plain lexemes are all that is used of the database.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { ServiceUnavailableError } from '../errors.ts'
import { COUNT_CAP, RERANKED, type FacetName, type Relaxation, type SearchAnswer, type SearchEngine, type SearchRequest, type SearchStatus, type SuggestAnswer, type SuggestRequest } from './engine.ts'
import { KnowledgeHolder } from './knowledge.ts'
import { FacetColumns, readSeqs } from './facet-columns.ts'
import { skeletonQuery, type SkeletonRow } from './postgres-query.ts'
import { suggestFromPostgres } from './postgres-suggest.ts'
import { fallBack, type UnderstoodQuery } from './query.ts'
import { WordsCache } from './words-cache.ts'

/** Looks for the same before a storm of writes is told. */
const MAX_TRIES = 5

/** Search on the given database. `knowledge` may be shared with another engine of the same process. */
export class PostgresSearch implements SearchEngine {
  private readonly db: Kysely<Database>
  private readonly knowledge: KnowledgeHolder
  private readonly words: WordsCache
  private readonly columns: FacetColumns

  constructor(db: Kysely<Database>, knowledge = new KnowledgeHolder(db)) {
    this.db = db
    this.knowledge = knowledge
    this.words = new WordsCache(db)
    this.columns = new FacetColumns(db)
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const read = await this.knowledge.understand(request.text, request.ignore)
    const { row, facets } = await this.find(read, request)
    this.knowledge.saw(row.versions)
    const understood = row.isPlaced ? read : fallBack(read)
    const candidates = await this.words.candidates((row.hits ?? []).map(({ id, seq, n, placed }) => ({ id, hash: String(seq), position: n - 1, placed })))
    return {
      understood, parts: understood.parts, correctedQuery: understood.correctedQuery,
      window: candidates.filter((candidate) => !understood.isEmpty && candidate.position < RERANKED), beyond: candidates.filter((candidate) => understood.isEmpty || candidate.position >= RERANKED),
      total: Math.min(row.total, COUNT_CAP + 1), totalIsCapped: row.total > COUNT_CAP, facets, relaxations: toRelaxations(row.relaxations, understood), engine: 'POSTGRES', isDegraded: false,
    }
  }

  /** The rows that match, with their counts. Looks again when one was rewritten before it could be counted. */
  private async find(read: UnderstoodQuery, request: SearchRequest): Promise<{ row: SkeletonRow; facets: SearchAnswer['facets'] }> {
    for (let tries = 1; ; tries += 1) {
      const row = (await skeletonQuery(read, request).execute(this.db)).rows[0]!
      if (!request.facets?.length) return { row, facets: {} }
      const failing = new Map(Object.entries(row.failing ?? {}).map(([facet, seqs]) => [facet as FacetName, readSeqs(seqs)]))
      const facets = await this.columns.count(request.facets, readSeqs(row.passing), failing)
      this.columns.warm()
      if (facets !== undefined) return { row, facets }
      if (tries >= MAX_TRIES) throw new ServiceUnavailableError('The catalogue changes faster than it can be counted; ask again.')
    }
  }

  async suggest(request: SuggestRequest): Promise<SuggestAnswer> {
    const understood = await this.knowledge.understand(request.text)
    return { suggestions: await suggestFromPostgres(this.db, understood, request.limit), understood, engine: 'POSTGRES', isDegraded: false }
  }

  status(): SearchStatus {
    return { engine: 'POSTGRES', configured: 'POSTGRES', isDegraded: false, reason: null }
  }

  async close(): Promise<void> {}
}

/** Conditions whose absence gives anything, most first; a place is told by the ids of its parts. */
export function toRelaxations(counts: Record<string, number> | null, query: UnderstoodQuery): Relaxation[] {
  return Object.entries(counts ?? {}).filter(([, total]) => total > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .flatMap(([drop, total]) => {
      if (drop !== 'place') return [{ drop, total }]
      // Of several places each alone only adds: dropping one would help nobody.
      const places = query.places.filter(({ isFilter }) => isFilter)
      return places.length === 1 ? [{ drop: places[0]!.id, total }] : []
    })
}
