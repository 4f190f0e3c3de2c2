/**
 * Meilisearch with Postgres behind it. A search never fails because Meilisearch does: it is answered by Postgres within the same request,
 * says that it is degraded, and Meilisearch is left alone until a probe behind some later answer finds it well again.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import type { SearchAnswer, SearchEngine, SearchRequest, SearchStatus, SuggestAnswer, SuggestRequest } from './engine.ts'
import { KnowledgeHolder } from './knowledge.ts'
import { SemanticSearch, type Meaning } from './meaning/search.ts'
import { errorCode, identify, serverKey, type MeiliConfig } from './meilisearch-client.ts'
import { settingsHash } from './meilisearch-index.ts'
import { MeiliSearch } from './meilisearch.ts'
import { PostgresSearch } from './postgres.ts'

/** How long a server that failed is left alone before it is asked again. */
const REST_MS = 500
/** How often the name of the serving index is read again. */
const ALIAS_MS = 2000
/** How often a server that failed is asked when nobody searches. */
const PROBE_MS = 3000
/** An index that lags further behind the records is not answered from. */
const MAX_LAG_S = 10

/** What is told to the log; a pino logger is one. */
export interface SearchLogger { info(facts: object, message: string): void; warn(facts: object, message: string): void }

type State = { kind: 'SERVING'; index: string } | { kind: 'DOWN'; reason: string }

/** The search engine of a process: Postgres, or Meilisearch with Postgres behind it; either with meaning. Waits for the first look at Meilisearch. */
export async function openSearch(options: { db: Kysely<Database>; meili?: MeiliConfig | undefined; meaning?: Meaning | undefined; logger?: SearchLogger | undefined }): Promise<SearchEngine> {
  const knowledge = new KnowledgeHolder(options.db)
  const postgres = new PostgresSearch(options.db, knowledge)
  const withMeaning = (engine: SearchEngine): SearchEngine => (options.meaning === undefined ? engine : new SemanticSearch(engine, options.meaning, knowledge))
  if (options.meili === undefined) return withMeaning(postgres)
  const engine = new ResilientSearch(options.db, options.meili, postgres, knowledge, options.logger)
  await engine.probe()
  return withMeaning(engine)
}

export class ResilientSearch implements SearchEngine {
  private readonly db: Kysely<Database>
  private readonly config: MeiliConfig
  private readonly postgres: PostgresSearch
  private readonly meili: MeiliSearch
  private readonly logger: SearchLogger | undefined
  private state: State = { kind: 'DOWN', reason: 'not asked yet' }
  private checkedAt = 0
  private probing: Promise<void> | undefined
  private watching: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(db: Kysely<Database>, config: MeiliConfig, postgres: PostgresSearch, knowledge: KnowledgeHolder, logger?: SearchLogger) {
    this.db = db
    this.config = config
    this.postgres = postgres
    this.meili = new MeiliSearch(db, config, knowledge)
    this.logger = logger
  }

  search(request: SearchRequest): Promise<SearchAnswer> {
    return this.attempt((index) => this.meili.search(index, request), () => this.postgres.search(request))
  }

  suggest(request: SuggestRequest): Promise<SuggestAnswer> {
    return this.attempt((index) => this.meili.suggest(index, request), () => this.postgres.suggest(request))
  }

  private async attempt<Answer extends { isDegraded: boolean }>(primary: (index: string) => Promise<Answer>, secondary: () => Promise<Answer>): Promise<Answer> {
    if (this.state.kind === 'SERVING') {
      try {
        const answer = await this.withNewName(this.state.index, primary)
        if (Date.now() - this.checkedAt > ALIAS_MS) void this.probe('alias')
        return answer
      } catch (error) {
        // The caller's mistakes and the database's troubles would be the same on Postgres, and say nothing about Meilisearch.
        if (error instanceof AppError || isOfDatabase(error)) throw error
        this.checkedAt = Date.now()
        this.turn({ kind: 'DOWN', reason: this.reasonOf(error) })
      }
    } else if (Date.now() - this.checkedAt > REST_MS) void this.probe()
    return { ...(await secondary()), isDegraded: true }
  }

  /** Another process may have cut over to another index and dropped this one since its name was read. */
  private async withNewName<Answer>(index: string, primary: (index: string) => Promise<Answer>): Promise<Answer> {
    try {
      return await primary(index)
    } catch (error) {
      if (errorCode(error) !== 'index_not_found') throw error
      const found = await this.findIndex()
      if (found.index === undefined || found.index === index) throw error
      const answer = await primary(found.index)
      this.turn({ kind: 'SERVING', index: found.index })
      return answer
    }
  }

  /** Looks at the server and at which index serves; never throws. */
  probe(what: 'server' | 'alias' = 'server'): Promise<void> {
    this.probing ??= this.look(what).catch((error: unknown) => this.turn({ kind: 'DOWN', reason: this.reasonOf(error) })).finally(() => {
      this.checkedAt = Date.now()
      this.probing = undefined
    })
    return this.probing
  }

  private async look(what: 'server' | 'alias'): Promise<void> {
    if (what === 'server') {
      const identity = await identify(this.config)
      if (!identity.isUsable) return this.turn({ kind: 'DOWN', reason: identity.reason })
    }
    const found = await this.findIndex()
    if (found.index === undefined) return this.turn({ kind: 'DOWN', reason: found.reason })
    // A server that lies (truncated answers, another program's JSON) is found out by a search, not by its health.
    if (this.state.kind === 'DOWN') await this.meili.search(found.index, { text: '', filter: {}, offset: 0, limit: 1 })
    this.turn({ kind: 'SERVING', index: found.index })
  }

  /** The index to ask, or why none can be. */
  private async findIndex(): Promise<{ index: string } | { index: undefined; reason: string }> {
    const { rows } = await sql<{ target: string; settingsHash: string; lag: number }>`
      select target, settings_hash as "settingsHash", (
        -- A row that fails again and again is one document's trouble, not the index's.
        select coalesce(extract(epoch from clock_timestamp() - min(enqueued_at)), 0)::int from outbox o where o.target = i.target and dead_at is null and attempts <= 3) as lag
      from search_index i where kind = 'model' and state = 'SERVING' and server_key = ${serverKey(this.config.url)}`.execute(this.db)
    const row = rows[0]
    if (row === undefined) return { index: undefined, reason: 'its index is being filled' }
    if (row.settingsHash !== settingsHash()) return { index: undefined, reason: 'its index was made by another version of this program and is being made anew' }
    if (row.lag > MAX_LAG_S) return { index: undefined, reason: `its index is more than ${MAX_LAG_S} s behind` }
    return { index: row.target }
  }

  private turn(next: State): void {
    const before = this.state
    this.state = next
    if (next.kind === 'DOWN') this.watch()
    else clearInterval(this.watching)
    if (next.kind === 'SERVING' && before.kind === 'DOWN') this.logger?.info({ index: next.index }, 'search is served by Meilisearch')
    if (next.kind === 'DOWN' && (before.kind === 'SERVING' || before.reason !== next.reason)) this.logger?.warn({ reason: next.reason }, 'search is served by Postgres: Meilisearch is not usable')
  }

  /** Finds it well again although nobody searches. */
  private watch(): void {
    clearInterval(this.watching)
    if (!this.isClosed) this.watching = setInterval(() => void this.probe(), PROBE_MS).unref()
  }

  private reasonOf(error: unknown): string {
    const code = errorCode(error)
    if (code === 'invalid_api_key' || code === 'missing_authorization_header') return `${serverKey(this.config.url)} refuses the key (${code}); check MEILI_SEARCH_KEY and MEILI_ADMIN_KEY`
    if (!(error instanceof Error)) return 'unknown failure'
    const cause = error.cause instanceof Error ? error.cause.message : undefined
    return [error.message, cause].filter(Boolean).join(': ').slice(0, 300)
  }

  status(): SearchStatus {
    if (this.state.kind === 'SERVING') return { engine: 'MEILISEARCH', configured: 'MEILISEARCH', isDegraded: false, reason: null }
    return { engine: 'POSTGRES', configured: 'MEILISEARCH', isDegraded: true, reason: this.state.reason }
  }

  async close(): Promise<void> {
    this.isClosed = true
    clearInterval(this.watching)
    await Promise.all([this.probing, this.postgres.close()])
  }
}

/** Errors that Postgres told, or its client. */
const isOfDatabase = (error: unknown): boolean => error instanceof Error && 'severity' in error
