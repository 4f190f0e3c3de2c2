/**
 * A real Meilisearch of a test's own: the `meilisearch` on PATH, on a free port of this machine with its own folder and keys, so that it
 * can be killed and wiped; or the server of MEILI_URL (with MEILI_MASTER_KEY), which can't. Without either its tests are skipped, visibly.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MeiliConfig } from '../../server/search/meilisearch-client.ts'

export interface TestMeilisearch {
  /** With keys for searching and for writing, never the master key. */
  config: MeiliConfig
  /** May write like the admin key, but only to our indexes; such a key may not ask for the version. */
  scopedKey: string
  /** kill -9. */
  kill(): Promise<void>
  /** Starts it again on the same port, with its data. */
  start(): Promise<void>
  /** Starts it again on the same port, without any data. */
  wipe(): Promise<void>
  close(): Promise<void>
}

const BINARY = spawnSync('meilisearch', ['--version'], { encoding: 'utf8' }).stdout?.trim() || undefined
const URL_GIVEN = process.env.MEILI_URL || undefined

/** Why no real Meilisearch can be tested; undefined when it can. */
export const NO_MEILISEARCH = BINARY !== undefined || URL_GIVEN !== undefined ? undefined : 'no `meilisearch` on PATH and no MEILI_URL'
/** Why none can be killed and wiped. */
export const NO_MEILISEARCH_TO_KILL = BINARY !== undefined ? undefined : 'no `meilisearch` on PATH'

export const SEARCH_ACTIONS = ['search']
/** What the indexer needs and no more. */
export const ADMIN_ACTIONS = ['indexes.create', 'indexes.get', 'indexes.delete', 'documents.add', 'documents.get', 'documents.delete', 'settings.get', 'settings.update', 'tasks.get', 'stats.get']

export async function openMeilisearch(): Promise<TestMeilisearch> {
  if (BINARY === undefined) return openGiven(URL_GIVEN!)
  const folder = mkdtempSync(join(tmpdir(), 'nhan-rong-meili-'))
  const masterKey = randomBytes(24).toString('hex')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    // Two thirds of the machine's memory, the default, are laid out anew for every batch: 2 s on a machine of 24 GiB, 0.5 s with this.
    const memory = ['--max-indexing-memory', '512MiB']
    // Kept in sight: one that ends at once (a port taken meanwhile) must say why.
    let said = ''
    const started = spawn('meilisearch', ['--http-addr', `127.0.0.1:${port}`, '--master-key', masterKey, '--no-analytics', '--log-level', 'WARN', ...memory, '--db-path', join(folder, 'data'), '--dump-dir', join(folder, 'dumps'), '--snapshot-dir', join(folder, 'snapshots')],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-2000) })
    child = started
    const end = Date.now() + 20_000
    while (!(await isAlive(url))) {
      if (started.exitCode !== null || Date.now() > end) throw new Error(`Meilisearch did not start: ${said}`)
      await pause(20)
    }
  }
  const kill = async (): Promise<void> => {
    const killed = child
    if (killed === undefined || killed.exitCode !== null || killed.signalCode !== null) return
    await new Promise<void>((resolve) => {
      killed.once('exit', () => resolve())
      killed.kill('SIGKILL')
    })
  }
  const end = (): void => void child?.kill('SIGKILL')
  process.once('exit', end)
  const { scopedKey, ...keys } = await start().then(() => makeKeys(url, masterKey)).catch(async (error: unknown) => {
    await kill()
    throw error
  })
  return {
    config: { url, ...keys },
    scopedKey,
    kill,
    start,
    async wipe() {
      await kill()
      rmSync(join(folder, 'data'), { recursive: true, force: true })
      await start()
      // Keys follow from their ids and the master key, so the same ones are made again.
      await makeKeys(url, masterKey)
    },
    async close() {
      await kill()
      process.removeListener('exit', end)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function openGiven(url: string): Promise<TestMeilisearch> {
  const { scopedKey, ...keys } = await makeKeys(url, process.env.MEILI_MASTER_KEY)
  const cannot = (): Promise<never> => Promise.reject(new Error('the server of MEILI_URL is not the tests\' own'))
  return { config: { url, ...keys }, scopedKey, kill: cannot, start: cannot, wipe: cannot, close: async () => {} }
}

/** Keys with fixed ids, limited to what each is for. */
async function makeKeys(url: string, masterKey = ''): Promise<{ searchKey: string; adminKey: string; scopedKey: string }> {
  const make = async (uid: string, actions: string[], indexes: string[]): Promise<string> => {
    const ask = async (path: string, init: RequestInit) => (await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' } })).json() as Promise<{ key?: string; code?: string }>
    const made = await ask('/keys', { method: 'POST', body: JSON.stringify({ uid, name: `nhan-rong ${actions[0]}`, actions, indexes, expiresAt: null }) })
    const key = made.code === 'api_key_already_exists' ? (await ask(`/keys/${uid}`, {})).key : made.key
    if (key === undefined) throw new Error(`Meilisearch made no key: ${JSON.stringify(made)}`)
    return key
  }
  return {
    searchKey: await make('6f1b2a52-3c61-4f0e-9d7a-1f6f4f1f0a01', SEARCH_ACTIONS, ['models__*']),
    adminKey: await make('6f1b2a52-3c61-4f0e-9d7a-1f6f4f1f0a02', [...ADMIN_ACTIONS, 'version'], ['*']),
    scopedKey: await make('6f1b2a52-3c61-4f0e-9d7a-1f6f4f1f0a03', ADMIN_ACTIONS, ['models__*']),
  }
}

const isAlive = (url: string): Promise<boolean> => fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) }).then((answer) => answer.ok, () => false)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A port that nobody listens on now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
