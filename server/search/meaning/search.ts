/**
 * Semantic search, where an embeddings endpoint is configured: models that are near in meaning to what was typed match too, on whichever engine.
 * It only adds ids to a search before the engine counts, so filters, totals, facets and pages hold for them as for all others.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { Nearness, SearchAnswer, SearchEngine, SearchRequest, SearchStatus, SuggestAnswer, SuggestRequest } from '../engine.ts'
import type { KnowledgeHolder } from '../knowledge.ts'
import type { QueryPart } from '../query.ts'
import type { SearchLogger } from '../resilient.ts'
import { vectorSpace, type EmbeddingsConfig } from './client.ts'
import { QueryVectors, type QueryOutcome } from './query-vectors.ts'
import { VectorStore } from './vectors.ts'

/** At most so many join what the words find. */
export const MOST_NEAR = 30
/** For `ignore`. */
export const MEANING = 'meaning'

/** What operators are told. `reason`: why meaning is searched without just now. */
export interface MeaningStatus { model: string; vectors: number; leftOut: number; queries: Readonly<Record<QueryOutcome, number>>; reason: string | null }

export interface MeaningOptions {
  db: Kysely<Database>
  config: EmbeddingsConfig
  /** Whether a typed text may be sent to the endpoint. */
  mayLeave: (text: string) => boolean
  logger?: SearchLogger | undefined
  /** How long a search may wait for the vector of its text. */
  waitMs?: number
  maxNumbers?: number
}

/** What models mean, and which are near to a text. */
export class Meaning {
  readonly vectors: VectorStore
  private readonly queries: QueryVectors
  private readonly options: MeaningOptions
  private toldLeftOut = 0

  constructor(options: MeaningOptions) {
    const { db, config, mayLeave, logger, waitMs, maxNumbers } = options
    this.options = options
    this.vectors = new VectorStore(db, config, maxNumbers)
    this.queries = new QueryVectors({ config, mayLeave, logger, waitMs })
  }

  /** Models near to a text, the nearest first. Whatever goes wrong, none: never an error. */
  async near(text: string): Promise<Map<string, Nearness>> {
    const { config: { minSimilarity: least }, logger } = this.options
    try {
      await this.vectors.ready()
      if (this.vectors.leftOut !== this.toldLeftOut && this.vectors.leftOut > 0) logger?.warn({ kept: this.vectors.size, leftOut: this.vectors.leftOut }, 'there are more vectors than are held in memory: the others are not found by meaning')
      this.toldLeftOut = this.vectors.leftOut
      const vector = this.vectors.size === 0 ? undefined : await this.queries.of(text, this.vectors.dimensions)
      if (vector === undefined) return new Map()
      const found = this.vectors.nearest(vector, { least, most: MOST_NEAR })
      return new Map([...found].map(([id, similarity]) => [id, { similarity, worth: least >= 1 ? 1 : (similarity - least) / (1 - least) }]))
    } catch (error) {
      logger?.warn({ reason: String(error) }, 'meaning is not searched: vectors cannot be read')
      return new Map()
    }
  }

  /** Knows at once what was just written. */
  refresh(): Promise<void> {
    return this.vectors.refresh()
  }

  status(): MeaningStatus {
    return { model: vectorSpace(this.options.config), vectors: this.vectors.size, leftOut: this.vectors.leftOut, queries: this.queries.counts, reason: this.queries.reason }
  }

  close(): void {
    this.queries.close()
  }
}

/** An engine, and what is near in meaning beside what it finds. */
export class SemanticSearch implements SearchEngine {
  private readonly engine: SearchEngine
  private readonly meaning: Meaning
  private readonly knowledge: KnowledgeHolder

  constructor(engine: SearchEngine, meaning: Meaning, knowledge: KnowledgeHolder) {
    this.engine = engine
    this.meaning = meaning
    this.knowledge = knowledge
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const near = await this.near(request)
    if (near.size === 0) return this.engine.search(request)
    const answer = await this.engine.search({ ...request, near })
    const part: QueryPart = { id: MEANING, text: answer.understood.text, kind: 'MEANING', meaning: 'tìm cả những mô hình gần nghĩa' }
    return { ...answer, parts: [...answer.parts, part], window: answer.window.map((candidate) => ({ ...candidate, near: near.get(candidate.id) })) }
  }

  /** None for a text that asks for no words: a place alone, or nothing. */
  private async near({ text, ignore }: SearchRequest): Promise<Map<string, Nearness>> {
    if (ignore?.includes(MEANING)) return new Map()
    const { units } = await this.knowledge.understand(text, ignore)
    return units.length === 0 ? new Map() : this.meaning.near(text)
  }

  suggest(request: SuggestRequest): Promise<SuggestAnswer> {
    return this.engine.suggest(request)
  }

  status(): SearchStatus {
    return { ...this.engine.status(), meaning: this.meaning.status() }
  }

  async close(): Promise<void> {
    this.meaning.close()
    await this.engine.close()
  }
}
