/**
 * The Postgres that a benchmark runs on: the server of DATABASE_URL, or a throwaway one made from this machine's own binaries.
 * Either way in a database of its own, dropped at the end, so that generated records never reach anybody's catalogue.
 */
import pg from 'pg'
import { type PostgresServer, startThrowawayPostgres } from '../support/postgres-server.ts'
import { usageOf } from '../support/processes.ts'

export interface BenchDatabase {
  url: string
  version: string
  /** Statements executed in the database so far; undefined without pg_stat_statements. */
  countStatements(): Promise<number | undefined>
  /** CPU seconds of each of its backends by process id; empty when the server is not on this machine. */
  backendCpu(): Promise<Map<number, number>>
  close(): Promise<void>
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
