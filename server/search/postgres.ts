/**
 * Postgres as an engine: its text index tells which rows have a word, once; what matches, counts and passes is worked out over the rows in
 * memory, and the final order is made by our own code over the candidates. Words come folded from fold.ts, so `simple` vectors and plain lexemes
 * are all that is used of the database.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { capped, COUNT_CAP, RERANKED, type Relaxation, type SearchAnswer, type SearchEngine, type SearchRequest, type SearchStatus, type SuggestAnswer, type SuggestRequest } from './engine.ts'
import { KnowledgeHolder } from './knowledge.ts'
import { conditionsOf, findIn } from './postgres-match.ts'
import { suggestFromPostgres, suggestFromRows } from './postgres-suggest.ts'
import { fallBack, type UnderstoodQuery } from './query.ts'
import { SearchRows } from './search-rows.ts'
import { WordsCache } from './words-cache.ts'

/** With fewer models any word's rows are found in a millisecond. */
const COMMON_FROM = 5000
/** A word that this part of all models has takes the longest to be looked up: 1,100 words of 100,000 models, of which memory has room for 640. */
const COMMON_SHARE = 0.01

/** Search on the given database. `knowledge` may be shared with another engine of the same process. */
export class PostgresSearch implements SearchEngine {
  private readonly db: Kysely<Database>
  private readonly knowledge: KnowledgeHolder
  private readonly words: WordsCache
  private readonly rows: SearchRows

  constructor(db: Kysely<Database>, knowledge = new KnowledgeHolder(db)) {
    this.db = db
    this.knowledge = knowledge
    this.words = new WordsCache(db)
    this.rows = new SearchRows(db, { common: async (models) => (models < COMMON_FROM ? [] : [...(await this.knowledge.get()).lexicon.common(models * COMMON_SHARE)]) })
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const read = await this.knowledge.understand(request.text, request.ignore)
    const { found, versions } = await this.rows.read(conditionsOf(read, request), (view) => ({ found: findIn(view, read, request), versions: view.versions }))
    this.knowledge.saw(versions)
    const understood = found.isPlaced ? read : fallBack(read)
    const candidates = await this.words.candidates(found.hits)
    return {
      understood, parts: understood.parts, correctedQuery: understood.correctedQuery,
      window: candidates.filter((candidate) => !understood.isEmpty && candidate.position < RERANKED), beyond: candidates.filter((candidate) => understood.isEmpty || candidate.position >= RERANKED),
      total: capped(found.total), totalIsCapped: found.total > COUNT_CAP, facets: found.facets, relaxations: toRelaxations(found.relaxations, understood), engine: 'POSTGRES', isDegraded: false,
    }
  }

  async suggest(request: SuggestRequest): Promise<SuggestAnswer> {
    const understood = await this.knowledge.understand(request.text)
    const found = await suggestFromRows(this.rows, understood, request.limit)
    if (found?.versions) this.knowledge.saw(found.versions)
    return { suggestions: found?.suggestions ?? (await suggestFromPostgres(this.db, understood, request.limit)), understood, engine: 'POSTGRES', isDegraded: false }
  }

  status(): SearchStatus {
    return { engine: 'POSTGRES', configured: 'POSTGRES', isDegraded: false, reason: null }
  }

  close(): Promise<void> {
    return this.rows.close()
  }
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
