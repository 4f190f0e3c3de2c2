/**
 * What searches are measured on: one database and one Meilisearch per size, kept between runs under node_modules/.cache, since generating
 * 100,000 records takes a quarter of an hour. Their names follow from what they are made from, so that a change makes new ones.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import pg from 'pg'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import { startIndexer } from '../../server/indexer/run.ts'
import { serverKey } from '../../server/search/meilisearch-client.ts'
import { seed } from '../../seed/seed.ts'
import { freePort, pinned, stopChild } from '../support/processes.ts'
import { startThrowawayPostgres } from '../support/postgres-server.ts'
import { generateModels } from './generate.ts'

export interface SizedStore {
  databaseUrl: string
  models: number
  /** Undefined where there is no Meilisearch. */
  meiliUrl: string | undefined
}

export interface SearchStores {
  version: string
  /** Opens what holds so many models; makes it when it isn't there. Ends the Meilisearch of the size before. */
  open(size: number): Promise<SizedStore>
  close(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE = join(ROOT, 'node_modules/.cache/nhan-rong-bench')
const MADE_FROM = ['seed/data', 'server/db/migrations', 'test/bench/generate.ts', ...['document', 'field-tokens', 'fold', 'grammar', 'postgres-index', 'tags', 'thesaurus'].map((name) => `server/search/${name}.ts`)]
/** 100,000 models take 3 GB. */
const KEPT = 2

export const openSearchStores = async ({ cores, withMeilisearch, say }: { cores: string | undefined; withMeilisearch: boolean; say(line: string): void }): Promise<SearchStores> => {
  const key = hashOf(MADE_FROM)
  dropOthers(key)
  const folder = join(CACHE, key)
  mkdirSync(folder, { recursive: true })
  utimesSync(folder, new Date(), new Date())
  const postgres = await startThrowawayPostgres(cores, join(folder, 'postgres'))
  const admin = new pg.Pool({ connectionString: postgres.url, max: 1 })
  // When the server stops, that is no fault.
  admin.on('error', () => {})
  let meilisearch: { url: string; stop(): Promise<void> } | undefined
  const { rows } = await admin.query<{ version: string }>(`select current_setting('server_version') as version`)

  const databaseOf = async (size: number): Promise<string> => {
    const name = `models_${size}`
    const url = new URL(postgres.url)
    url.pathname = `/${name}`
    const known = await admin.query(`select from pg_database where datname = $1`, [name])
    if (known.rowCount) return url.href
    say(`Generating ${size.toLocaleString('en')} models; the next run finds them …`)
    await admin.query(`drop database if exists making`)
    await admin.query(`create database making template template0 encoding 'UTF8'`)
    const { db, close } = await openDatabase({ databaseUrl: Object.assign(new URL(url), { pathname: '/making' }).href, queryTimeoutMs: 600_000 })
    try {
      await migrateToLatest(db)
      await seed(db)
      await generateModels(db, { size })
    } finally {
      await close()
    }
    await admin.query(`alter database making rename to ${name}`)
    return url.href
  }

  return {
    version: rows[0]!.version,
    async open(size) {
      await meilisearch?.stop()
      meilisearch = undefined
      const databaseUrl = await databaseOf(size)
      const { db, close } = await openDatabase({ databaseUrl, queryTimeoutMs: 600_000 })
      try {
        await migrateToLatest(db)
        if (withMeilisearch) {
          meilisearch = await startMeilisearch(join(folder, `meilisearch-${size}`), cores)
          // The same data behind another port is the same server.
          await sql`update search_index set server_key = ${serverKey(meilisearch.url)}, writer = null, writer_until = null`.execute(db)
          const indexer = startIndexer({ db, meili: { url: meilisearch.url }, start: false, onRebuilt: () => say('Meilisearch is filled.') })
          await indexer.runOnce()
          await indexer.close()
        }
        const { models } = await db.selectFrom('model').select(({ fn }) => fn.countAll<number>().as('models')).executeTakeFirstOrThrow()
        return { databaseUrl, models: Number(models), meiliUrl: meilisearch?.url }
      } finally {
        await close()
      }
    },
    async close() {
      await meilisearch?.stop()
      await admin.end()
      await postgres.stop()
    },
  }
}

const startMeilisearch = async (folder: string, cores: string | undefined): Promise<{ url: string; stop(): Promise<void> }> => {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const [command, args] = pinned(cores, 'meilisearch', ['--http-addr', `127.0.0.1:${port}`, '--no-analytics', '--log-level', 'WARN', '--max-indexing-memory', '2GiB', '--db-path', join(folder, 'data'), '--dump-dir', join(folder, 'dumps'), '--snapshot-dir', join(folder, 'snapshots')])
  const child: ChildProcess = spawn(command, args, { cwd: folder, stdio: 'ignore' })
  const end = Date.now() + 60_000
  for (;;) {
    if (await fetch(`${url}/health`).then((answer) => answer.ok, () => false)) break
    if (child.exitCode !== null || Date.now() > end) throw new Error(`Meilisearch did not start in ${folder}.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { url, stop: () => stopChild(child) }
}

const hashOf = (paths: readonly string[]): string => {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else hash.update(path.slice(ROOT.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  for (const path of paths) add(join(ROOT, path))
  return hash.digest('hex').slice(0, 16)
}

/** The stores of other versions, but for those used last: another run may be reading one of them. */
const dropOthers = (key: string): void => {
  const others = existsSync(CACHE) ? readdirSync(CACHE).filter((name) => name !== key).map((name) => ({ name, usedAt: statSync(join(CACHE, name)).mtimeMs })) : []
  for (const { name } of others.sort((a, b) => b.usedAt - a.usedAt).slice(KEPT - 1)) rmSync(join(CACHE, name), { recursive: true, force: true })
}
