/** A pool on a real Postgres, and what it must be to be used: new enough, in UTF-8. */
import { type Driver, PostgresDialect, type PostgresDialectConfig, PostgresDriver } from 'kysely'
import pg from 'pg'
import { StartupError } from '../errors.ts'
import { nameStatements } from './statement-names.ts'

export const MIN_POSTGRES = 15
/** One process needs few: each statement is a whole root field. */
const POOL_SIZE = 8
const CONNECT_TIMEOUT_MS = 5_000

export interface PostgresOptions {
  url: string
  queryTimeoutMs: number
  poolSize?: number | undefined
  onIdleError?: ((error: Error) => void) | undefined
}

/** What `postgres` and the embedded database share: how values of each type arrive (see tables.ts). */
export const TYPES: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const text = (value: string): string => value
    if (oid === pg.types.builtins.DATE) return text
    if (oid === pg.types.builtins.INT8) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

/** Opens the pool and looks at the server once. @throws StartupError that says what to do */
export async function openPool({ url, queryTimeoutMs, poolSize = POOL_SIZE, onIdleError }: PostgresOptions): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    statement_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: 120_000,
    application_name: 'nhan-rong',
    // Compiling a nested JSON statement takes longer than running it.
    options: '-c jit=off',
    types: TYPES,
  })
  keepAlive(pool, (error) => onIdleError?.(error))
  nameStatements(pool)
  try {
    await examine(pool, url)
    return pool
  } catch (error) {
    await pool.end().catch(() => undefined)
    throw error
  }
}

/** A connection that breaks must not end the process, idle or in use: whoever asks something of it is told by the answer. */
export function keepAlive(pool: pg.Pool, onError: (error: Error) => void): void {
  pool.on('error', onError)
  // pg emits it on the client as well, and the pool listens only while the client is idle.
  pool.on('connect', (client) => client.on('error', () => {}))
}

/** Kysely's dialect for Postgres, except that a transaction fails with the reason that ended it. */
export class Dialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig

  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new TransactionDriver(this.#config)
  }
}

class TransactionDriver extends PostgresDriver {
  override async rollbackTransaction(connection: Parameters<PostgresDriver['rollbackTransaction']>[0]): Promise<void> {
    // It fails only when the connection is gone, and the transaction with it; thrown, it would hide why.
    await super.rollbackTransaction(connection).catch(() => {})
  }
}

async function examine(pool: pg.Pool, url: string): Promise<void> {
  const where = placeOf(url)
  const { rows } = await pool
    .query<{ number: number; version: string; encoding: string }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as version, pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`,
    )
    .catch((error: unknown) => Promise.reject(new StartupError(connectingFault(error, where), { cause: error })))
  const { number, version, encoding } = rows[0]!
  if (number < MIN_POSTGRES * 10_000) throw new StartupError(`The server at ${where} is Postgres ${version}; at least ${MIN_POSTGRES} is needed. Update it, or point DATABASE_URL at another one.`)
  if (encoding !== 'UTF8') throw new StartupError(`The database at ${where} is encoded in ${encoding}. Make one in UTF-8: create database nhan_rong encoding 'UTF8' template template0;`)
}

/** Server and database without user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host || 'the local socket'}${pathname === '/' ? '' : pathname}`
}

function connectingFault(error: unknown, where: string): string {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (code === '28P01' || code === '28000') return `Postgres at ${where} refuses this user or password (${message}). Correct DATABASE_URL.`
  if (code === '3D000') return `${message} at ${where}. Make it (createdb), or correct DATABASE_URL.`
  if (code === '42501') return `The user of DATABASE_URL lacks a right at ${where}: ${message}. Grant it: grant connect, create on database … to …;`
  if (code === '53300') return `Postgres at ${where} has no connection left. Raise max_connections, or end other clients.`
  return `No Postgres answers at ${where} (${message || code || 'no reason given'}). Start it, or correct DATABASE_URL; without DATABASE_URL the embedded database is used.`
}
