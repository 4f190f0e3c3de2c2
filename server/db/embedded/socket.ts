/** What pg's Client takes for a network socket: its bytes go to the embedded engine, so parsers and pool are production's own. */
import { Duplex } from 'node:stream'
import type { EmbeddedEngine } from './engine.ts'

const AUTHENTICATION_OK = [0x52, 0, 0, 0, 8, 0, 0, 0, 0]
const READY_FOR_QUERY = [0x5a, 0, 0, 0, 5, 0x49]
/** Query, Sync, Flush, CopyDone, CopyFail: the messages after which a server must answer. */
const ASKS_FOR_ANSWER = new Set(['Q', 'S', 'H', 'c', 'f'].map((letter) => letter.charCodeAt(0)))
const TERMINATE = 'X'.charCodeAt(0)

export class EmbeddedSocket extends Duplex {
  readonly #engine: EmbeddedEngine
  readonly #sessionStart: Uint8Array
  #isStarted = false
  #held: Buffer[] = []

  constructor(engine: EmbeddedEngine, queryTimeoutMs: number) {
    super()
    this.#engine = engine
    // One engine has one session for ever: what an earlier client left behind (open transaction, settings) ends here.
    this.#sessionStart = Buffer.concat([simpleQuery('rollback'), simpleQuery('discard all'), simpleQuery(`set statement_timeout = ${queryTimeoutMs}`)])
  }

  /** pg calls it with port and host, which the embedded database has none of. */
  connect(): this {
    this.#connect().then(
      () => this.emit('connect'),
      (error: Error) => this.destroy(error),
    )
    return this
  }

  async #connect(): Promise<void> {
    await this.#engine.ready()
    await this.#engine.startSession(this.#sessionStart)
  }

  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#send([chunk]).then(() => callback(), callback)
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#send(chunks.map(({ chunk }) => chunk)).then(() => callback(), callback)
  }

  override _final(callback: () => void): void {
    this.push(null)
    callback()
  }

  async #send(chunks: Buffer[]): Promise<void> {
    const bytes = Buffer.concat([...this.#held, ...chunks])
    this.#held = []
    if (!this.#isStarted) {
      // The start-up packet has no type letter. The engine's session is long open.
      this.#isStarted = true
      this.push(Buffer.from([...AUTHENTICATION_OK, ...READY_FOR_QUERY]))
      return
    }
    if (bytes[0] === TERMINATE) return
    if (!asksForAnswer(bytes)) {
      this.#held = [bytes]
      return
    }
    const reply = await this.#engine.run(bytes)
    if (reply.length > 0) this.push(Buffer.from(reply.buffer, reply.byteOffset, reply.length))
  }
}

function asksForAnswer(bytes: Buffer): boolean {
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readUInt32BE(at + 1)) {
    if (ASKS_FOR_ANSWER.has(bytes[at]!)) return true
  }
  return false
}

function simpleQuery(text: string): Buffer {
  const body = Buffer.from(`${text}\0`)
  const head = Buffer.alloc(5)
  head[0] = 'Q'.charCodeAt(0)
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
