/** A Meilisearch for tests and benches: the server of MEILI_URL, or one of our own when the program is on PATH. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MeiliConfig } from '../../server/search/meilisearch-client.ts'

export interface TestMeilisearch { config: MeiliConfig; close(): Promise<void> }

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    server.close(() => resolve(port))
  })
})

/** Is there one to be had? */
export const hasMeilisearch = (): boolean => Boolean(process.env.MEILI_URL) || spawnSync('meilisearch', ['--version'], { stdio: 'ignore' }).status === 0

/** Undefined when there is none. */
export async function openMeilisearch(): Promise<TestMeilisearch | undefined> {
  const { MEILI_URL: url, MEILI_ADMIN_KEY: adminKey, MEILI_SEARCH_KEY: searchKey } = process.env
  if (url) return { config: { url, adminKey: adminKey || undefined, searchKey: searchKey || undefined, timeoutMs: 5000 }, close: async () => {} }
  if (!hasMeilisearch()) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'nhan-rong-meilisearch-'))
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn('meilisearch', ['--http-addr', address, '--db-path', join(folder, 'data'), '--no-analytics', '--max-indexing-threads', '1'], { stdio: 'ignore', cwd: folder })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for (const deadline = Date.now() + 20_000; ;) {
    if (await fetch(`http://${address}/health`).then((response) => response.ok, () => false)) break
    if (Date.now() > deadline || child.exitCode !== null) {
      await close()
      throw new Error(`meilisearch did not come up on ${address}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { config: { url: `http://${address}`, timeoutMs: 5000 }, close }
}
