/**
 * The Postgres that a benchmark runs on: the server of DATABASE_URL, or a throwaway one made from this machine's own binaries.
 * Either way in a database of its own, dropped at the end, so that generated records never reach anybody's catalogue.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort, pinned, stopChild, usageOf } from './processes.ts'

export const NEEDS_POSTGRES =
  'The benchmark needs a Postgres ≥ 15: on the embedded database both peers would share one thread and the figures would mean nothing.\n' +
  'Set DATABASE_URL to a server where a database may be created, or install the Postgres server binaries (initdb and postgres).'

export interface BenchDatabase {
  url: string
  version: string
  /** Statements executed in the database so far; undefined without pg_stat_statements. */
  countStatements(): Promise<number | undefined>
  /** CPU seconds of each of its backends by process id; empty when the server is not on this machine. */
  backendCpu(): Promise<Map<number, number>>
  close(): Promise<void>
}

interface PostgresServer {
  url: string
  stop(): Promise<void>
}

/** Opens an empty database for this run. */
export const openBenchDatabase = async (databaseUrl: string | undefined, cores: string | undefined): Promise<BenchDatabase> => {
  const server = databaseUrl ? { url: databaseUrl, stop: async () => {} } : await startThrowawayPostgres(cores)
  try {
    return await createDatabase(server)
  } catch (error) {
    await server.stop()
    throw error
  }
}

const createDatabase = async (server: PostgresServer): Promise<BenchDatabase> => {
  const name = `nhan_rong_bench_${process.pid}_${Date.now().toString(36)}`
  const admin = new pg.Pool({ connectionString: server.url, max: 1 })
  admin.on('error', () => {})
  await admin.query(`create database ${name} template template0 encoding 'UTF8'`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.href, max: 1, idleTimeoutMillis: 0 })
  pool.on('error', () => {})
  const { rows } = await pool.query<{ version: string; is_local: boolean; pid: number }>(
    `select current_setting('server_version') as version, coalesce(inet_server_addr() << '127.0.0.0/8', true) as is_local, pg_backend_pid() as pid`,
  )
  const { version, is_local: isLocal, pid } = rows[0]!
  // A loopback address may be a tunnel: only a process of that id that is visible here counts as local.
  const seesBackends = isLocal && usageOf(pid) !== undefined
  const countsStatements = await pool
    .query('create extension pg_stat_statements')
    .then(() => pool.query('select 1 from pg_stat_statements limit 1'))
    .then(() => true, () => false)
  let ownStatements = 0

  return {
    url: url.href,
    version,
    async countStatements() {
      if (!countsStatements) return undefined
      const counted = await pool.query<{ calls: string }>(
        `select coalesce(sum(calls), 0) as calls from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())`,
      )
      return Number(counted.rows[0]!.calls) - ownStatements++
    },
    async backendCpu() {
      const cpu = new Map<number, number>()
      if (!seesBackends) return cpu
      const backends = await pool.query<{ pid: number }>(`select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
      ownStatements++
      for (const { pid: backend } of backends.rows) cpu.set(backend, usageOf(backend)?.cpuSeconds ?? 0)
      return cpu
    },
    async close() {
      await pool.end()
      await admin.query(`drop database if exists ${name} with (force)`).catch(() => {})
      await admin.end()
      await server.stop()
    },
  }
}

/** Where the server binaries are: PATH, or the places where packages put them. */
const findBinaries = (): string | undefined => {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim()
  const folders = [...(process.env.PATH ?? '').split(':'), ...(asked ? [asked] : []), ...versions.map((version) => join(debian, version, 'bin'))]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** Postgres refuses to run as root; then it runs as its package's user, or as nobody. */
const unprivileged = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout?.trim())
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  return {}
}

const startThrowawayPostgres = async (cores: string | undefined): Promise<PostgresServer> => {
  const binaries = findBinaries()
  if (!binaries) throw new Error(NEEDS_POSTGRES)
  const owner = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'nhan-rong-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid!)
  const data = join(folder, 'data')
  const made = ['C.UTF-8', 'en_US.UTF-8', 'C'].some(
    (locale) => spawnSync(join(binaries, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync', `--locale=${locale}`], { ...owner, cwd: folder }).status === 0,
  )
  if (!made) {
    remove()
    throw new Error(`initdb in ${binaries} could not make a database.\n${NEEDS_POSTGRES}`)
  }
  const port = await freePort()
  // No fsync: reads are measured, and generating 100,000 records should not take the evening.
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`, 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off',
    'shared_buffers=256MB', 'max_wal_size=4GB', 'max_connections=60', 'shared_preload_libraries=pg_stat_statements']
  const start = async (withStatements: boolean): Promise<PostgresServer> => {
    const used = withStatements ? settings : settings.slice(0, -1)
    const [command, args] = pinned(cores, join(binaries, 'postgres'), ['-D', data, ...used.flatMap((setting) => ['-c', setting])])
    const child = spawn(command, args, { ...owner, cwd: folder, stdio: 'ignore' })
    const url = `postgres://bench@127.0.0.1:${port}/postgres`
    for (let tries = 0; ; tries++) {
      const client = new pg.Client({ connectionString: url })
      const reached = await client.connect().then(() => true, () => false)
      await client.end().catch(() => {})
      if (reached) break
      // The contrib package may be missing: then without the statement counter.
      if (child.exitCode !== null && withStatements) return start(false)
      if (child.exitCode !== null || tries > 100) throw new Error(`The throwaway Postgres did not start.\n${NEEDS_POSTGRES}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return {
      url,
      async stop() {
        await stopChild(child, 'SIGINT')
        remove()
      },
    }
  }
  return start(true)
}
