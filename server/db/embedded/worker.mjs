// @ts-check
/**
 * The thread that PGlite runs in: a query blocks its thread, so it must not be the one that answers HTTP.
 * JavaScript, not TypeScript: Node 20 starts a worker from a file without asking the loader that runs the rest.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { dataDir } from '@electric-sql/pglite-prepopulatedfs'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { parseTar } from 'nanotar'

/**
 * What to open, the first message. `completed` holds the number of the last request that was done, readable by the other thread even while messages wait.
 * @typedef {{ directory: string | null, template: string | null, creation: string | null, completed: SharedArrayBuffer }} Order
 * Every later one, once it is open.
 * @typedef {{ id: number, kind: 'run' | 'dump' | 'close', bytes?: Uint8Array }} Request
 */
/** @type {{ compiled: WebAssembly.Module | null, isNew: boolean }} */
const { compiled, isNew } = workerData
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
const extensions = { pg_trgm }
/**
 * Postgres fills its shared buffers with zeros whenever it begins, and each new segment of its log: 128 MB and 48 MB at a first start, for a
 * catalogue of 60 MB.
 */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=64MB', '-c', 'wal_init_zero=off']
const READY_FOR_QUERY = 'Z'.charCodeAt(0)
const IDLE = 'I'.charCodeAt(0)

// Node's types know it as a name only.
const { WebAssembly: wasm } = /** @type {{ WebAssembly: { compile(bytes: Uint8Array): Promise<WebAssembly.Module> } }} */ (/** @type {unknown} */ (globalThis))
/** Postgres itself. Where this process has compiled it before, that code is run on, with all that V8 has made better since; else it is compiled while the files are made ready. */
const compiling = compiled ? Promise.resolve(compiled) : wasm.compile(readFileSync(new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'))))
/** Read while the order is still being thought about, as the thread would only wait. */
let cluster = isNew ? emptyCluster() : undefined
cluster?.catch(() => {})
/** @type {{ pglite: PGlite, done: Int32Array } | undefined} */
let database
// One listener for good: a port without any no longer keeps its thread alive.
port.on('message', (/** @type {Order | Request} */ message) => void ('completed' in message ? obey(message) : answer(message)))

/** @param {Order} order */
async function obey(order) {
  try {
    database = { pglite: await open(order), done: new Int32Array(order.completed) }
    // 40 MB.
    cluster = undefined
    port.postMessage({ opened: true, compiled: compiled ? null : await compiling })
  } catch (error) {
    port.postMessage({ opened: false, message: String(error instanceof Error ? error.message : error) })
  }
}

/** @param {Order} order */
async function open({ directory, template, creation }) {
  const newCluster = async () => (template ? asBuffer(readFileSync(template)) : cluster ?? emptyCluster())
  if (!directory) return filled(await PGlite.create({ extensions, startParams, loadDataDir: asBlob(await newCluster()), pgliteWasmModule: await compiling }), creation)
  // A directory that was only half made would look like a database on the next start: the marker tells.
  const unfinished = `${directory}.unfinished`
  if (existsSync(unfinished)) rmSync(directory, { recursive: true, force: true })
  if (existsSync(directory)) {
    rmSync(unfinished, { force: true })
    return PGlite.create({ dataDir: directory, extensions, startParams, pgliteWasmModule: await compiling })
  }
  writeFileSync(unfinished, 'This database is being made; delete it with its marker if no process is at work.\n')
  unpack(await newCluster(), directory)
  const fresh = await filled(await PGlite.create({ dataDir: directory, extensions, startParams, pgliteWasmModule: await compiling }), creation)
  rmSync(unfinished)
  return fresh
}

/**
 * What PGlite asks of a blob. A real one gives its bytes out in pieces of 64 KB and puts them together again: half a second for 100 MB.
 * @param {ArrayBuffer} tar
 */
function asBlob(tar) {
  return /** @type {Blob} */ (/** @type {unknown} */ ({ type: 'application/x-tar', arrayBuffer: async () => tar }))
}

/** The tar of an empty cluster, ready-made with a package of PGlite's: initdb takes two seconds more. */
async function emptyCluster() {
  const packed = await (await dataDir()).arrayBuffer()
  // A gzip ends with the length of what is in it: one piece, instead of many that are then copied into one.
  return asBuffer(gunzipSync(packed, { chunkSize: new DataView(packed).getUint32(packed.byteLength - 4, true) }))
}

/** What is small shares its memory with others. @param {Buffer} bytes @returns {ArrayBuffer} */
function asBuffer(bytes) {
  return /** @type {ArrayBuffer} */ (bytes.length === bytes.buffer.byteLength ? bytes.buffer : new Uint8Array(bytes).buffer)
}

/** PGlite would unpack it through its own file system, and bit by bit, which takes 0.7 s more. @param {ArrayBuffer} tar @param {string} into */
function unpack(tar, into) {
  mkdirSync(into, { recursive: true })
  for (const { name, type, data } of parseTar(tar)) {
    if (type === 'directory') mkdirSync(join(into, name), { recursive: true })
    else writeFileSync(join(into, name), data ?? '')
  }
}

/** @param {PGlite} pglite @param {string | null} creation */
async function filled(pglite, creation) {
  if (creation) await pglite.exec(creation)
  return pglite
}

/** @param {Request} request */
async function answer({ id, kind, bytes }) {
  const { pglite, done } = /** @type {NonNullable<typeof database>} */ (database)
  try {
    if (kind === 'run' && bytes) {
      const reply = await pglite.execProtocolRaw(bytes)
      const timeoutMs = await changedTimeout(pglite, bytes, reply)
      Atomics.store(done, 0, id)
      port.postMessage({ id, bytes: reply, timeoutMs }, [/** @type {ArrayBuffer} */ (reply.buffer)])
      return
    }
    const dump = kind === 'dump' ? new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer()) : undefined
    if (kind === 'close') await pglite.close()
    Atomics.store(done, 0, id)
    port.postMessage({ id, bytes: dump }, dump ? [/** @type {ArrayBuffer} */ (dump.buffer)] : [])
  } catch (error) {
    Atomics.store(done, 0, id)
    port.postMessage({ id, message: String(error instanceof Error ? error.message : error) })
  }
}

/** True while a SET of this session or transaction is in force, so that its end is noticed too. */
let isTimeoutChanged = false

/**
 * PGlite never fires statement_timeout, so the other thread keeps the time; this tells it what the setting has become.
 * @param {PGlite} pglite @param {Uint8Array} bytes @param {Uint8Array} reply
 */
async function changedTimeout(pglite, bytes, reply) {
  const asksForIt = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('statement_timeout')
  const isReady = reply.at(-6) === READY_FOR_QUERY
  if (!isReady || (!asksForIt && !(isTimeoutChanged && reply.at(-1) === IDLE))) return undefined
  isTimeoutChanged = asksForIt
  if (reply.at(-1) === 'E'.charCodeAt(0)) return undefined
  const { rows } = await pglite.query(`select setting::int as ms from pg_settings where name = 'statement_timeout'`)
  return /** @type {{ ms: number }} */ (rows[0]).ms
}
