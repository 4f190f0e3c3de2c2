/**
 * Keeps the vectors of published models up to their texts: finds those that are missing or whose text has changed, asks the endpoint in batches,
 * and writes what it tells. No transaction is open while it is asked. Any number of processes may run this; one asks at a time.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { embed, EmbeddingsError, vectorSpace, type EmbeddingsConfig } from '../search/meaning/client.ts'
import type { SearchLogger } from '../search/resilient.ts'
import { becomeAsker, knownDimensions, readDue, resignAsker, writeRefused, writeSame, writeVector, type DueText } from './embed-rows.ts'

/** Pause when nothing is due. */
const POLL_MS = 2000
const MAX_PAUSE_MS = 60_000
/** Texts at once, and characters: about what a small endpoint takes in one request. */
const BATCH = 32
const BATCH_CHARACTERS = 48_000
/** Long: an endpoint without a graphics card takes seconds for a batch. Shorter than the lease, so that no other asks the same meanwhile. */
const TIMEOUT_MS = 60_000
const LEASE_MS = 90_000
/** What any endpoint takes: if not even this, a refusal says nothing of the text that was refused. */
const CONTROL = 'an ninh trật tự'

export interface EmbedderStatus { written: number; refused: number; failures: number; reason: string | null }
/** `asked`: texts that a vector was written for; `refused`: those that the endpoint will not take. */
export interface EmbedRound { written: number; refused: number; same: number }
export interface Embedder {
  /** Does all that is due, and ends. @throws EmbeddingsError when the endpoint is not usable */
  runOnce(): Promise<EmbedRound>
  status(): EmbedderStatus
  close(): Promise<void>
}

export interface EmbedderOptions {
  db: Kysely<Database>
  config: EmbeddingsConfig
  logger?: SearchLogger | undefined
  /** False: only on `runOnce`. */
  start?: boolean
  /** Called after each batch that is written. */
  onWritten?: (() => Promise<void>) | undefined
}

/** The one who asks, of a process. */
export function startEmbedder(options: EmbedderOptions): Embedder {
  const runner = new Runner(options)
  const running = options.start === false ? Promise.resolve() : runner.loop()
  return {
    runOnce: () => runner.runOnce(),
    status: () => runner.status,
    async close() {
      runner.stopping.abort()
      await running
      await resignAsker(options.db, vectorSpace(options.config), runner.name).catch(() => undefined)
    },
  }
}

class Runner {
  readonly name = `${process.pid}-${randomUUID()}`
  readonly stopping = new AbortController()
  readonly status: EmbedderStatus = { written: 0, refused: 0, failures: 0, reason: null }
  private readonly options: EmbedderOptions
  private readonly space: string

  constructor(options: EmbedderOptions) {
    this.options = options
    this.space = vectorSpace(options.config)
  }

  async runOnce(): Promise<EmbedRound> {
    const { db, logger, onWritten } = this.options
    const round: EmbedRound = { written: 0, refused: 0, same: 0 }
    for (;;) {
      // Most looks find nothing, so this one writes nothing.
      const due = this.stopping.signal.aborted ? [] : await readDue(db, this.space)
      if (due.length === 0 || !(await becomeAsker(db, this.space, this.name, LEASE_MS))) break
      const same = due.filter((text) => text.hash === text.keptHash && !text.isRetry)
      await writeSame(db, this.space, same)
      round.same += same.length
      for (const batch of batchesOf(due.filter((text) => !same.includes(text)))) {
        if (!(await becomeAsker(db, this.space, this.name, LEASE_MS))) return round
        await this.ask(batch, await knownDimensions(db, this.space), round)
        await onWritten?.()
      }
    }
    if (round.written + round.refused > 0) logger?.info({ model: this.space, ...round }, 'vectors are up to the records')
    return round
  }

  /** One bad text fails its whole batch: halve until it stands alone. */
  private async ask(batch: readonly DueText[], dimensions: number | undefined, round: EmbedRound): Promise<void> {
    const { db, logger } = this.options
    try {
      const vectors = await this.send(batch.map(({ text }) => text), dimensions)
      for (const [i, text] of batch.entries()) await writeVector(db, this.space, text, vectors[i]!)
      round.written += batch.length
      this.status.written += batch.length
    } catch (error) {
      if (!(error instanceof EmbeddingsError) || error.failure === 'AWAY') throw error
      if (batch.length > 1) {
        const middle = Math.ceil(batch.length / 2)
        await this.ask(batch.slice(0, middle), dimensions, round)
        await this.ask(batch.slice(middle), dimensions, round)
        return
      }
      // A wrong model, size or program on that port refuses everything: that is no text's fault.
      await this.send([CONTROL], dimensions).catch((other: unknown) => Promise.reject(other instanceof EmbeddingsError && other.failure !== 'AWAY' ? error : other))
      const text = batch[0]!
      const reason = this.reasonOf(error)
      await writeRefused(db, this.space, text, reason)
      round.refused += 1
      this.status.refused += 1
      logger?.warn({ model: this.space, record: text.id, reason }, 'no vector of a record: the endpoint does not take its text; it is tried again later')
    }
  }

  private async send(texts: readonly string[], dimensions: number | undefined): Promise<Float32Array[]> {
    const vectors = await embed(this.options.config, texts, { timeoutMs: TIMEOUT_MS, signal: this.stopping.signal })
    const size = vectors[0]!.length
    if (dimensions !== undefined && size !== dimensions) throw new EmbeddingsError('BROKEN', `the endpoint's vectors have ${size} numbers, those kept of ${this.space} have ${dimensions}; another model needs another EMBEDDINGS_MODEL or EMBEDDINGS_DIMENSIONS`)
    return vectors
  }

  /** The endpoint's own words with it, for they are about texts of ours; never the key, which some endpoints repeat. */
  private reasonOf(error: unknown): string {
    const { key } = this.options.config
    const reason = error instanceof EmbeddingsError ? [error.message, error.told].filter(Boolean).join(': ') : String(error)
    return key === undefined ? reason : reason.replaceAll(key, '…')
  }

  async loop(): Promise<void> {
    const { logger } = this.options
    const { signal } = this.stopping
    let pause = POLL_MS
    while (!signal.aborted) {
      try {
        await this.runOnce()
        if (this.status.reason !== null) logger?.info({}, 'vectors are kept up again')
        this.status.reason = null
        pause = POLL_MS
      } catch (error) {
        if (signal.aborted) return
        const reason = this.reasonOf(error)
        if (reason !== this.status.reason) logger?.warn({ reason }, 'vectors could not be brought up to the records; trying again')
        this.status.reason = reason
        this.status.failures += 1
        pause = Math.max(Math.min(pause * 2, MAX_PAUSE_MS), (error instanceof EmbeddingsError && error.retryAfterMs) || 0)
      }
      await setTimeout(pause, undefined, { ref: false, signal }).catch(() => undefined)
    }
  }
}

function batchesOf(texts: readonly DueText[]): DueText[][] {
  const batches: DueText[][] = []
  let characters = 0
  for (const text of texts) {
    const last = batches.at(-1)
    characters += text.text.length
    if (last !== undefined && last.length < BATCH && characters <= BATCH_CHARACTERS) last.push(text)
    else {
      batches.push([text])
      characters = text.text.length
    }
  }
  return batches
}
