// @ts-check
/**
 * A thread for the embedded database, begun before anybody knows which one it shall open: it loads and compiles Postgres (0.4 s) while the
 * program itself is still being put together. JavaScript, because the one who begins it runs before any TypeScript can.
 */
import { Worker } from 'node:worker_threads'

/** Of the process, not of this module: the program's bundle has a copy of its own. */
const BEGUN = Symbol.for('nhan-rong.embedded-thread')
const held = /** @type {{ [BEGUN]?: Worker | undefined }} */ (/** @type {unknown} */ (globalThis))

/**
 * @param {URL} file `worker.mjs`, which then waits for its `Order`
 * @param {{ compiled: WebAssembly.Module | null, isNew: boolean }} beginning Postgres as this process has compiled it before; `isNew`: an empty cluster will be needed
 */
export function beginThread(file, beginning) {
  return new Worker(file, { workerData: beginning, execArgv: [], stdout: true, stderr: true })
}

/** @param {boolean} isNew a guess: a wrong one costs 0.2 s */
export function beginAhead(isNew) {
  const thread = beginThread(new URL('./worker.mjs', import.meta.url), { compiled: null, isNew })
  held[BEGUN] = thread
  // One that dies before it is asked for is not handed out; the next one tells why.
  const forget = () => { if (held[BEGUN] === thread) held[BEGUN] = undefined }
  thread.once('error', forget).once('exit', forget)
  // A program that ends without a database doesn't wait for it.
  thread.unref()
}

/** The thread that was begun ahead, once. @returns {Worker | undefined} */
export function takeBegun() {
  const thread = held[BEGUN]
  held[BEGUN] = undefined
  thread?.ref()
  return thread
}
