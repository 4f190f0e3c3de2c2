/**
 * Vectors of typed texts. Search waits a moment for one and no longer: whatever the endpoint does, the answer is the plain one, and the endpoint
 * is left alone until it has rested. What was asked once is remembered, so the next page costs nothing and stays the same while it is away.
 */
import type { SearchLogger } from '../resilient.ts'
import { embed, EmbeddingsError, type EmbeddingsConfig } from './client.ts'
import { textOfQuery } from './text.ts'

/** What a search may wait. */
const WAIT_MS = 300
/** An answer that comes later serves the next one who asks the same: a local endpoint may first have to load its model. */
const LATE_MS = 10_000
const MAX_LATE = 16
const FIRST_REST_MS = 500
const MAX_REST_MS = 30_000
/** About 4 kB each. */
const MAX_REMEMBERED = 1000

/** ASKED: answered in time. REMEMBERED: without a call. WITHHELD: it may hold what identifies a person, and was not sent. FAILED, RESTING: searched without. */
export const QUERY_OUTCOMES = ['ASKED', 'REMEMBERED', 'WITHHELD', 'FAILED', 'RESTING'] as const
export type QueryOutcome = (typeof QUERY_OUTCOMES)[number]

export interface QueryVectorsOptions {
  config: EmbeddingsConfig
  /** Whether a text may leave this installation. */
  mayLeave: (text: string) => boolean
  logger?: SearchLogger | undefined
  waitMs?: number | undefined
}

export class QueryVectors {
  readonly counts: Record<QueryOutcome, number> = { ASKED: 0, REMEMBERED: 0, WITHHELD: 0, FAILED: 0, RESTING: 0 }
  /** Why meaning is searched without, until it works again. */
  reason: string | null = null
  private readonly options: QueryVectorsOptions
  private readonly remembered = new Map<string, Float32Array>()
  private readonly underWay = new Map<string, Promise<Float32Array>>()
  private readonly stopping = new AbortController()
  private restMs = 0
  private restsUntil = 0
  private isTrying = false

  constructor(options: QueryVectorsOptions) {
    this.options = options
  }

  /** The vector of a typed text, or undefined where there is none in time. Never throws. */
  async of(typed: string, dimensions: number): Promise<Float32Array | undefined> {
    const text = textOfQuery(typed)
    const known = this.remembered.get(text)
    if (known?.length === dimensions) {
      this.remember(text, known)
      return this.count('REMEMBERED', known)
    }
    if (!this.options.mayLeave(text)) return this.count('WITHHELD', undefined)
    // One tries whether it is well again, the others go on without.
    if (Date.now() < this.restsUntil || this.isTrying || this.underWay.size >= MAX_LATE) return this.count('RESTING', undefined)
    this.isTrying = this.restMs > 0
    try {
      const vector = await this.inTime(this.ask(text, dimensions))
      if (this.reason !== null) this.options.logger?.info({}, 'meaning is searched again')
      this.restMs = 0
      this.reason = null
      return this.count('ASKED', vector)
    } catch (error) {
      this.rest(error)
      return this.count('FAILED', undefined)
    } finally {
      this.isTrying = false
    }
  }

  private count(outcome: QueryOutcome, vector: Float32Array | undefined): Float32Array | undefined {
    this.counts[outcome] += 1
    return vector
  }

  private ask(text: string, dimensions: number): Promise<Float32Array> {
    const known = this.underWay.get(text)
    if (known) return known
    const asking = embed(this.options.config, [text], { timeoutMs: LATE_MS, signal: this.stopping.signal }).then(([vector]) => {
      if (vector!.length !== dimensions) throw new EmbeddingsError('BROKEN', `a query's vector has ${vector!.length} numbers, those of records have ${dimensions}`)
      this.remember(text, vector!)
      return vector!
    }).finally(() => this.underWay.delete(text))
    // Nobody may wait for it any more.
    asking.catch(() => undefined)
    this.underWay.set(text, asking)
    return asking
  }

  private remember(text: string, vector: Float32Array): void {
    this.remembered.delete(text)
    this.remembered.set(text, vector)
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!)
  }

  private async inTime(asking: Promise<Float32Array>): Promise<Float32Array> {
    const { waitMs = WAIT_MS } = this.options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new EmbeddingsError('AWAY', `no vector of a query within ${waitMs} ms`)), waitMs)
    })
    try {
      return await Promise.race([asking, late])
    } finally {
      clearTimeout(timer)
    }
  }

  private rest(error: unknown): void {
    const { message, retryAfterMs = 0 } = error instanceof EmbeddingsError ? error : new EmbeddingsError('BROKEN', String(error))
    // Of several that failed together only the first makes the rest longer.
    if (Date.now() >= this.restsUntil) {
      this.restMs = Math.min(this.restMs === 0 ? FIRST_REST_MS : 2 * this.restMs, MAX_REST_MS)
      this.restsUntil = Date.now() + this.restMs
    }
    this.restsUntil = Math.max(this.restsUntil, Date.now() + Math.min(retryAfterMs, 2 * MAX_REST_MS))
    if (message !== this.reason) this.options.logger?.warn({ reason: message }, 'meaning is not searched: the embeddings endpoint is not usable')
    this.reason = message
  }

  close(): void {
    this.stopping.abort()
  }
}
