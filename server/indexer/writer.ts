/**
 * The right to write to one index, and the sending itself. A request goes out only while the lease has more time left than a request may
 * take, so that two processes never write at once, however long one of them was paused.
 */
import type { Kysely } from 'kysely'
import type { EnqueuedTask, Meilisearch } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { ADMIN_TIMEOUT_MS, errorCode } from '../search/meilisearch-client.ts'
import type { MeiliDocument } from '../search/meilisearch-index.ts'
import { waitForTask } from './send.ts'
import { becomeWriter, noteTask, resignWriter } from './target.ts'

/** A killed writer is followed after this. */
export const LEASE_MS = 20_000

/** Another process writes to the index now, or nobody may any more. */
export class LeaseLostError extends Error {}
/** The server's data is not what the index was filled into. */
export class IndexLostError extends Error {}

export interface WriterOptions { db: Kysely<Database>; client: Meilisearch; target: string; writer: string; signal?: AbortSignal | undefined; leaseMs?: number }

export class IndexWriter {
  readonly db: Kysely<Database>
  readonly client: Meilisearch
  readonly target: string
  /** Tasks of this writer: any other on its index is a stranger's, or a request of ours that was given up and arrived after all. */
  readonly tasks = new Set<number>()
  /** Called with what the index was brought to hold. */
  onApplied: ((put: readonly MeiliDocument[], deleted: readonly string[]) => void) | undefined
  private readonly writer: string
  private readonly signal: AbortSignal | undefined
  private readonly leaseMs: number
  private heldUntil = 0

  constructor({ db, client, target, writer, signal, leaseMs = LEASE_MS }: WriterOptions) {
    this.db = db
    this.client = client
    this.target = target
    this.writer = writer
    this.signal = signal
    this.leaseMs = leaseMs
  }

  /** Takes or keeps the right to write. */
  async tryHold(): Promise<boolean> {
    this.signal?.throwIfAborted()
    const asked = performance.now()
    if (this.heldUntil - asked > this.leaseMs / 2) return true
    const { isWriter, isNew } = await becomeWriter(this.db, this.target, this.writer, this.leaseMs)
    this.heldUntil = isWriter ? asked + this.leaseMs : 0
    if (isWriter && isNew) this.tasks.clear()
    return isWriter
  }

  async hold(): Promise<void> {
    if (!(await this.tryHold())) throw new LeaseLostError(`another process writes to ${this.target}`)
  }

  /** @throws IndexLostError when the server has no index of this name, or one that was made at another moment */
  async checkIndex(createdAt: string | null): Promise<void> {
    const now = await this.client.getRawIndex(this.target).then((index) => String(index.createdAt), (error: unknown) => {
      if (errorCode(error) === 'index_not_found') return undefined
      throw error
    })
    if (now === undefined) throw new IndexLostError('the server lost it')
    if (now !== createdAt) throw new IndexLostError('the server holds another one of its name')
  }

  /** Puts whole documents; the task is still to be waited for. */
  put(documents: MeiliDocument[]): Promise<number> {
    return this.send(() => this.client.index(this.target).addDocuments(documents, { primaryKey: 'id' }))
  }

  delete(ids: string[]): Promise<number> {
    return this.send(() => this.client.index(this.target).deleteDocuments(ids))
  }

  private async send(post: () => Promise<EnqueuedTask>): Promise<number> {
    await this.hold()
    // Looked at again without a pause before the request: this process may have slept since the database answered.
    if (this.heldUntil - performance.now() < ADMIN_TIMEOUT_MS) throw new LeaseLostError(`the right to write to ${this.target} ends too soon`)
    const task = await post()
    if (!Number.isInteger(task?.taskUid)) throw new Error('the server took documents, but names no task')
    this.tasks.add(task.taskUid)
    if (!(await noteTask(this.db, this.target, this.writer, { uid: task.taskUid, enqueuedAt: String(task.enqueuedAt) }))) {
      this.heldUntil = 0
      throw new LeaseLostError(`another process writes to ${this.target}`)
    }
    return task.taskUid
  }

  wait(uid: number): Promise<void> {
    return waitForTask(this.client, uid, { signal: this.signal, onWait: () => this.hold() })
  }

  async resign(): Promise<void> {
    this.heldUntil = 0
    await resignWriter(this.db, this.target, this.writer)
  }
}
