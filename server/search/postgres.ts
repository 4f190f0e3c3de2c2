/**
 * Postgres full text as an engine: one statement finds, counts facets and ranks roughly; the final order is made by our own code over
 * its candidates. Words come folded from fold.ts, so `simple` vectors and plain lexemes are all that is used of the database.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { COUNT_CAP, RERANKED, type FacetCounts, type FacetName, type Relaxation, type SearchAnswer, type SearchCandidate, type SearchEngine, type SearchRequest, type SearchStatus, type SuggestAnswer, type SuggestRequest } from './engine.ts'
import { KnowledgeHolder } from './knowledge.ts'
import { skeletonQuery } from './postgres-query.ts'
import { suggestFromPostgres } from './postgres-suggest.ts'
import { fallBack, type UnderstoodQuery } from './query.ts'
import { understand } from './understand.ts'

/** Search on the given database. `knowledge` may be shared with another engine of the same process. */
export class PostgresSearch implements SearchEngine {
  private readonly db: Kysely<Database>
  private readonly knowledge: KnowledgeHolder

  constructor(db: Kysely<Database>, knowledge = new KnowledgeHolder(db)) {
    this.db = db
    this.knowledge = knowledge
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const read = understand(request.text, await this.knowledge.get(), new Set(request.ignore))
    const { rows } = await skeletonQuery(read, request).execute(this.db)
    const row = rows[0]!
    this.knowledge.saw(row.versions)
    const understood = row.isPlaced ? read : fallBack(read)
    const candidates = (row.hits ?? []).map((hit): SearchCandidate => ({
      id: hit.id, name: hit.name, aliases: hit.aliases, words: { name: hit.nw, aliases: hit.aw, concepts: hit.cw, text: hit.tw }, tags: hit.tags, placed: hit.placed, prior: hit.prior, position: hit.n - 1, texts: hit.body ?? null,
    }))
    return {
      understood, parts: understood.parts, correctedQuery: understood.correctedQuery,
      window: candidates.filter((candidate) => !understood.isEmpty && candidate.position < RERANKED), beyond: candidates.filter((candidate) => understood.isEmpty || candidate.position >= RERANKED),
      total: Math.min(row.total, COUNT_CAP + 1), totalIsCapped: row.total > COUNT_CAP, facets: (row.facets ?? {}) as Partial<Record<FacetName, FacetCounts>>, relaxations: toRelaxations(row.relaxations, understood), engine: 'POSTGRES', isDegraded: false,
    }
  }

  async suggest(request: SuggestRequest): Promise<SuggestAnswer> {
    const understood = understand(request.text, await this.knowledge.get())
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
