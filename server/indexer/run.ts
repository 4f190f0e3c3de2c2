/**
 * Keeps Meilisearch's index up to the database: makes and fills it when there is none (or its settings, its server or its data are not what
 * they were), then applies the outbox. Any number of processes may run this; one writes at a time.
 */
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Meilisearch } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { Sleeper } from '../db/wake.ts'
import { adminClient, identify, serverKey, type MeiliConfig } from '../search/meilisearch-client.ts'
import { settingsHash } from '../search/meilisearch-index.ts'
import type { SearchLogger } from '../search/resilient.ts'
import { drain } from './apply.ts'
import { audit } from './audit.ts'
import { checkIdentity, mendSettings, TaskWatch } from './inspect.ts'
import { dropRetired, rebuild } from './rebuild.ts'
import { listTargets, RebuildRunningError, retire, type IndexTarget } from './target.ts'
import { IndexLostError, IndexWriter } from './writer.ts'

/** Pause when nothing is due; a change is looked for this often: every write would have to notify, and commits that notify wait for each other. */
const POLL_MS = 250
/** How often the server is asked whether its index is still the one that was filled. */
const INSPECT_MS = 5000
/** How often the whole index is compared without a reason. */
const AUDIT_MS = 600_000
const MAX_PAUSE_MS = 4000

export interface Indexer {
  /** One round: inspect, rebuild if needed, apply what is due. For tests and commands that want it done now. */
  runOnce(): Promise<{ applied: number; rebuilt: boolean }>
  close(): Promise<void>
}

export interface IndexerOptions {
  db: Kysely<Database>
  meili: MeiliConfig
  logger?: SearchLogger | undefined
  /** False: only on `runOnce`, which then always inspects. */
  start?: boolean
  onRebuilt?: () => void
}

/** The indexer of a process. */
export function startIndexer(options: IndexerOptions): Indexer {
  const runner = new Runner(options)
  const running = options.start === false ? Promise.resolve() : runner.loop()
  return {
    runOnce: () => runner.runOnce(),
    async close() {
      runner.stop()
      await running
      await runner.resign()
    },
  }
}

class Runner {
  private readonly options: IndexerOptions
  private readonly server: string
  private readonly name = `${process.pid}-${randomUUID()}`
  private readonly startedAt = new Date()
  private readonly stopping = new AbortController()
  private readonly client: Meilisearch
  /** The serving index, its writer, and who else wrote to it. */
  private kept: { writer: IndexWriter; watch: TaskWatch | undefined; auditedAt: number } | undefined
  private last: Promise<unknown> = Promise.resolve()
  private inspectedAt = 0
  private told: string | undefined
  private readonly sleeper = new Sleeper()

  constructor(options: IndexerOptions) {
    this.options = options
    this.server = serverKey(options.meili.url)
    this.client = adminClient(options.meili)
  }

  /** One round after the other, whoever asks: two at once would not know each other's requests from a stranger's. */
  runOnce(): Promise<{ applied: number; rebuilt: boolean }> {
    const round = this.last.then(() => this.round())
    this.last = round.catch(() => undefined)
    return round
  }

  private async round(): Promise<{ applied: number; rebuilt: boolean }> {
    let rebuilt = false
    if (Date.now() - this.inspectedAt >= INSPECT_MS || this.options.start === false) {
      rebuilt = await this.inspect()
      this.inspectedAt = Date.now()
    }
    const serving = await this.findServing()
    // Documents of another version of this program would not fit the settings: its own processes write them.
    const applied = serving?.settingsHash === settingsHash() ? await drain(this.writerOf(serving), serving.indexCreatedAt) : 0
    return { applied, rebuilt }
  }

  /** True when a new index had to be made. */
  private async inspect(): Promise<boolean> {
    const { db, meili } = this.options
    const identity = await identify({ ...meili, searchKey: undefined, adminKey: meili.adminKey ?? meili.searchKey })
    if (!identity.isUsable) throw new Error(identity.reason)
    const serving = await this.findServing()
    if (serving === undefined) return this.rebuild('there is none yet')
    if (serving.settingsHash !== settingsHash()) {
      // Two versions of the program side by side must not undo each other's index: the one that started later decides.
      if (serving.servedAt !== null && serving.servedAt > this.startedAt) return false
      return this.rebuild('its settings have changed', serving)
    }
    const writer = this.writerOf(serving)
    if (!(await writer.tryHold())) return false
    try {
      await checkIdentity(this.client, writer, serving)
    } catch (error) {
      if (!(error instanceof IndexLostError)) throw error
      await retire(db, serving.target)
      return this.rebuild(error.message)
    }
    await this.look(writer, serving)
    await dropRetired(db, this.client, this.server)
    return false
  }

  private async look(writer: IndexWriter, serving: IndexTarget): Promise<void> {
    const { logger } = this.options
    const kept = this.kept!
    const drift = await mendSettings(this.client, writer)
    if (drift.length > 0) logger?.warn({ index: serving.target, settings: drift }, 'settings of the search index had been changed and were set back')
    kept.watch ??= new TaskWatch(serving.lastTaskUid ?? -1)
    const found = await kept.watch.check(this.client, writer)
    if (found !== null) logger?.warn({ index: serving.target, differences: found }, 'the search index was written to from elsewhere; what differs is sent again')
    if (Date.now() - kept.auditedAt < AUDIT_MS) return
    kept.auditedAt = Date.now()
    const wrong = await audit(writer)
    if (wrong > 0) logger?.warn({ index: serving.target, differences: wrong }, 'the search index differed from the database; what differs is sent again')
  }

  private async rebuild(reason: string, old?: IndexTarget): Promise<boolean> {
    const { db, logger } = this.options
    const writer = old && this.writerOf(old)
    const onBatch = writer && (() => drain(writer, old.indexCreatedAt).catch((error: unknown) => logger?.warn({ reason: String(error) }, 'the index that still serves could not be kept up')))
    try {
      logger?.info({ reason }, 'building the search index')
      const report = await rebuild(db, this.client, this.server, { onBatch, signal: this.stopping.signal })
      logger?.info({ ...report }, 'the search index is built and serves')
    } catch (error) {
      if (!(error instanceof RebuildRunningError)) throw error
      logger?.info({}, 'another process is building it')
      return false
    }
    this.options.onRebuilt?.()
    return true
  }

  private async findServing(): Promise<IndexTarget | undefined> {
    return (await listTargets(this.options.db, this.server)).find(({ state }) => state === 'SERVING')
  }

  private writerOf({ target }: IndexTarget): IndexWriter {
    if (this.kept?.writer.target !== target) {
      const writer = new IndexWriter({ db: this.options.db, client: this.client, target, writer: this.name, signal: this.stopping.signal })
      this.kept = { writer, watch: undefined, auditedAt: Date.now() }
    }
    return this.kept.writer
  }

  async loop(): Promise<void> {
    const { signal } = this.stopping
    let pause = POLL_MS
    while (!signal.aborted) {
      try {
        await this.runOnce()
        if (this.told !== undefined) this.options.logger?.info({}, 'the search index is kept up again')
        this.told = undefined
        pause = POLL_MS
      } catch (error) {
        if (signal.aborted) return
        const reason = error instanceof Error ? [error.message, (error.cause as Error | undefined)?.message].filter(Boolean).join(': ') : String(error)
        if (reason !== this.told) this.options.logger?.warn({ reason }, 'the search index could not be brought up to date; trying again')
        this.told = reason
        this.inspectedAt = 0
        pause = Math.min(pause * 2, MAX_PAUSE_MS)
      }
      if (!signal.aborted) await this.sleeper.sleep(pause)
    }
  }

  stop(): void {
    this.stopping.abort()
    this.sleeper.wake()
  }

  /** Lets another process follow at once. */
  async resign(): Promise<void> {
    await this.kept?.writer.resign().catch(() => undefined)
  }
}
