/** Holds the worker thread that PGlite runs in: opens it, gives it wire-protocol bytes, ends it when a statement is overdue. */
import { existsSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import type { Logger } from '../../logger.ts'
import { ServiceUnavailableError, StartupError, TimeoutError } from '../../errors.ts'
import { beginThread, takeBegun } from './ahead.mjs'

export interface EngineOptions {
  /** The cluster's directory; null keeps the database in memory. */
  directory: string | null
  /** A tar of `dump()` that a new database starts from. */
  template?: string | undefined
  /** SQL that a new database is made with. */
  creation?: string | undefined
  queryTimeoutMs: number
  logger?: Logger | undefined
}

interface Reply {
  id: number
  bytes?: Uint8Array
  /** What statement_timeout has become, when the statement changed it. */
  timeoutMs?: number
  message?: string
}

interface Pending {
  resolve: (reply: Reply) => void
  reject: (error: Error) => void
  timer?: NodeJS.Timeout
}

const WORKER = new URL('./worker.mjs', import.meta.url)
/** What the first thread of this process has compiled, for those after it: opening again then takes half of the processor's time. */
let compiled: WebAssembly.Module | null = null
/** Making a new cluster takes 2 to 6 s on a small machine; a recovery after a crash less. */
const OPEN_TIMEOUT_MS = 120_000
/** A timer that comes this late tells that the whole process was held up. */
const HELD_UP_MS = 1_000

export class EmbeddedEngine {
  readonly #options: EngineOptions
  readonly #completed = new SharedArrayBuffer(4)
  readonly #pending = new Map<number, Pending>()
  #worker: Promise<Worker> | undefined
  #timeoutMs: number
  #lastId = 0
  #isClosed = false
  #lost: Error | undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#timeoutMs = options.queryTimeoutMs
  }

  /** Resolves once the database answers; opens it when it is not open. */
  async ready(): Promise<void> {
    await this.#open()
  }

  /**
   * Runs whole protocol messages. Past the statement's deadline, counted from here, the worker is ended and reopened: the caller
   * gets a `TimeoutError`, and what was committed stays.
   */
  async run(bytes: Uint8Array): Promise<Uint8Array> {
    const reply = await this.#ask('run', bytes, this.#timeoutMs)
    if (reply.timeoutMs !== undefined) this.#timeoutMs = reply.timeoutMs
    return reply.bytes ?? new Uint8Array(0)
  }

  /**
   * A new session begins with these messages, and with the configured deadline; they themselves are no caller's statement. Were they held
   * to its deadline, a short one would end a database that is still warming up, again and again.
   */
  async startSession(bytes: Uint8Array): Promise<void> {
    await this.#ask('run', bytes, OPEN_TIMEOUT_MS)
    this.#timeoutMs = this.#options.queryTimeoutMs
  }

  /** The whole database as a tar, for `template`. */
  async dump(): Promise<Uint8Array> {
    return (await this.#ask('dump', undefined, 0)).bytes ?? new Uint8Array(0)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    const worker = await this.#worker?.catch(() => undefined)
    if (worker) await this.#ask('close', undefined, 10_000).catch(() => undefined)
    this.#isClosed = true
    // The deadline may have put another worker in its place meanwhile.
    await (await this.#worker?.catch(() => undefined))?.terminate()
  }

  async #ask(kind: 'run' | 'dump' | 'close', bytes: Uint8Array | undefined, timeoutMs: number): Promise<Reply> {
    const worker = await this.#open()
    const id = (this.#lastId = (this.#lastId % 2_000_000_000) + 1)
    return new Promise<Reply>((resolve, reject) => {
      const pending: Pending = { resolve, reject }
      this.#pending.set(id, pending)
      if (timeoutMs > 0) this.#keepTime(worker, id, timeoutMs)
      worker.postMessage({ id, kind, bytes })
    })
  }

  #open(): Promise<Worker> {
    if (this.#isClosed) return Promise.reject(new ServiceUnavailableError('The database was closed.'))
    if (this.#lost) return Promise.reject(this.#lost)
    this.#worker ??= this.#start().catch((error: unknown) => {
      this.#worker = undefined
      throw error
    })
    return this.#worker
  }

  #start(): Promise<Worker> {
    const { directory, template = null, creation = null } = this.#options
    Atomics.store(new Int32Array(this.#completed), 0, 0)
    const worker = takeBegun() ?? beginThread(WORKER, { compiled, isNew: !template && (directory === null || !existsSync(directory)) })
    worker.postMessage({ directory, template, creation, completed: this.#completed })
    worker.stdout.on('data', (text) => this.#options.logger?.debug({ part: 'pglite' }, String(text)))
    worker.stderr.on('data', (text) => this.#options.logger?.debug({ part: 'pglite' }, String(text)))
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => {
        clearTimeout(timer)
        void worker.terminate()
        reject(new StartupError(why))
      }
      const timer = setTimeout(() => refuse(`The embedded database did not open within ${OPEN_TIMEOUT_MS / 1000} s.`), OPEN_TIMEOUT_MS)
      worker.on('message', (message: Reply | { opened: boolean; message?: string; compiled?: WebAssembly.Module | null }) => {
        if (!('opened' in message)) return this.#settle(message)
        if (!message.opened) return refuse(openingFault(directory, message.message))
        clearTimeout(timer)
        compiled ??= message.compiled ?? null
        resolve(worker)
      })
      worker.on('error', (error) => refuse(openingFault(directory, error.message)))
      worker.on('exit', (code) => {
        refuse(openingFault(directory, `its thread ended with code ${code}`))
        this.#abandon(worker, new ServiceUnavailableError('The embedded database ended unexpectedly and is being reopened.'))
      })
    })
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id)
    if (!pending) return
    this.#pending.delete(reply.id)
    clearTimeout(pending.timer)
    if (reply.message !== undefined) pending.reject(new Error(`The embedded database failed: ${reply.message}`))
    else pending.resolve(reply)
  }

  #keepTime(worker: Worker, id: number, timeoutMs: number): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    const due = performance.now() + timeoutMs
    pending.timer = setTimeout(() => {
      // A process that was stopped, or whose machine slept, gave the statement no time either: it gets its time again.
      if (performance.now() - due > HELD_UP_MS) this.#keepTime(worker, id, timeoutMs)
      else this.#endOverdue(worker, id, timeoutMs)
    }, timeoutMs)
  }

  #endOverdue(worker: Worker, id: number, timeoutMs: number): void {
    // Done in time, only its message still waits behind other work of this thread.
    if (Atomics.load(new Int32Array(this.#completed), 0) === id) return
    this.#options.logger?.warn({ part: 'pglite', timeoutMs }, 'statement overdue; reopening the embedded database')
    const overdue = this.#pending.get(id)
    this.#pending.delete(id)
    this.#abandon(worker, new ServiceUnavailableError('The embedded database is being reopened.'))
    if (this.#options.directory === null) this.#lost = new ServiceUnavailableError('The database in memory was given up with an overdue statement.')
    // The next one opens the directory only when the old one can no longer write to it.
    else this.#worker = worker.terminate().then(() => this.#start()).catch((error: unknown) => { this.#worker = undefined; throw error })
    this.#worker?.catch(() => undefined)
    overdue?.reject(new TimeoutError(`The database gave this up at its deadline of ${timeoutMs / 1000} s. Ask for less at once.`))
  }

  /** Forgets a worker that has ended or is about to: nobody will answer what it was asked. */
  #abandon(worker: Worker, error: Error): void {
    worker.removeAllListeners('message')
    worker.removeAllListeners('exit')
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer)
      pending.reject(error)
    }
    this.#pending.clear()
    this.#worker = undefined
    if (this.#options.directory === null) void worker.terminate()
  }
}

function openingFault(directory: string | null, why: string | undefined): string {
  if (directory === null) return `The embedded database could not be opened in memory: ${why}`
  return `The embedded database in ${directory} cannot be opened: ${why}. Check that this user may read and write it and that the disk has room; if it is damaged, move it away and restore a backup (or let a new one be made and seeded).`
}
