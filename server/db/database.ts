/** Opens the database: a real Postgres, or the embedded one when no DATABASE_URL is given. From here on both are the same. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Kysely } from 'kysely'
import pg from 'pg'
import { StartupError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { takeBegun } from './embedded/ahead.mjs'
import { EmbeddedEngine } from './embedded/engine.ts'
import { takeLock } from './embedded/lock.ts'
import { EmbeddedSocket } from './embedded/socket.ts'
import { Dialect, keepAlive, openPool, TYPES } from './postgres.ts'
import { nameStatements } from './statement-names.ts'
import type { Database } from './tables.ts'
import { type Channel, listenTo } from './wake.ts'

/** The major version of PGlite's Postgres: a cluster of another one cannot be read. */
const EMBEDDED_MAJOR = '18'
const QUERY_TIMEOUT_MS = 8_000

export interface DatabaseOptions {
  /** A real Postgres; without it the embedded database. */
  databaseUrl?: string | undefined
  /** Where the embedded database lies; null (the default) keeps it in memory. */
  dataDir?: string | null | undefined
  /** A dump that a new embedded database starts from. */
  template?: string | undefined
  /** SQL that a new embedded database is made with; where it fails, none is made. */
  creation?: string | undefined
  queryTimeoutMs?: number | undefined
  poolSize?: number | undefined
  logger?: Logger | undefined
}

export interface OpenDatabase {
  db: Kysely<Database>
  kind: 'EMBEDDED' | 'POSTGRES'
  /** The whole embedded database as a tar; only there. */
  dump(): Promise<Uint8Array>
  /** Wakes this process when another one has work for it; the embedded database has no other. @returns ends that */
  listen(channel: Channel): () => Promise<void>
  close(): Promise<void>
}

const directoryOf = (dataDir: string): string => join(resolve(dataDir), 'postgres')

/** Whether opening will make a new embedded database. */
export const isEmbeddedNew = ({ databaseUrl, dataDir }: DatabaseOptions): boolean => databaseUrl === undefined && (dataDir == null || !existsSync(directoryOf(dataDir)))

/**
 * Opens it; nothing is migrated.
 * @throws StartupError when the server doesn't answer or is too old, or the directory is in use, unreadable or of another version
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  if (options.databaseUrl === undefined) return openEmbedded(options)
  // Begun for an embedded one, when the address stood in a file that had not been read yet.
  void takeBegun()?.terminate()
  return openPostgres(options.databaseUrl, options)
}

async function openPostgres(url: string, { queryTimeoutMs = QUERY_TIMEOUT_MS, poolSize, logger }: DatabaseOptions): Promise<OpenDatabase> {
  const pool = await openPool({ url, queryTimeoutMs, poolSize, onIdleError: (error) => logger?.warn({ err: error }, 'a connection to Postgres broke') })
  const db = new Kysely<Database>({ dialect: new Dialect({ pool }) })
  return {
    db,
    kind: 'POSTGRES',
    dump: () => Promise.reject(new Error('only the embedded database can be dumped; use pg_dump')),
    listen: (channel) => listenTo(url, channel, (error) => logger?.warn({ reason: error.message, channel }, 'nobody wakes this process; it looks by itself until the connection is back')),
    close: () => db.destroy(),
  }
}

async function openEmbedded({ dataDir = null, template, creation, queryTimeoutMs = QUERY_TIMEOUT_MS, logger }: DatabaseOptions): Promise<OpenDatabase> {
  const directory = dataDir === null ? null : directoryOf(dataDir)
  const release = directory === null ? () => {} : await holdDirectory(resolve(dataDir!), directory)
  const engine = new EmbeddedEngine({ directory, queryTimeoutMs, template, creation, logger })
  try {
    await engine.ready()
  } catch (error) {
    release()
    throw error
  }
  // One connection: PGlite has one session. What waits for it waits in the pool's queue.
  const pool = new pg.Pool({ max: 1, idleTimeoutMillis: 0, stream: () => new EmbeddedSocket(engine, queryTimeoutMs) as never, ssl: false, types: TYPES })
  keepAlive(pool, (error) => logger?.warn({ err: error }, 'the connection to the embedded database broke'))
  nameStatements(pool)
  const db = new Kysely<Database>({ dialect: new Dialect({ pool }) })
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await db.destroy()
    await engine.close()
    release()
  }
  return { db, kind: 'EMBEDDED', dump: () => engine.dump(), listen: () => async () => {}, close: () => (closing ??= close()) }
}

/** Makes the data directory if need be, takes its lock, and looks whether what lies there can be opened. */
async function holdDirectory(dataDir: string, directory: string): Promise<() => void> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const release = await takeLock(`${directory}.lock`, directory)
    try {
      checkVersion(directory)
      return release
    } catch (error) {
      release()
      throw error
    }
  } catch (error) {
    if (error instanceof StartupError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw new StartupError(`The data directory ${dataDir} cannot be used (${code ?? message}). Let this user read and write it, or set DATA_DIR to another directory.`, { cause: error })
  }
}

function checkVersion(directory: string): void {
  const file = join(directory, 'PG_VERSION')
  // One that was being made when its process died is made again.
  if (!existsSync(directory) || existsSync(`${directory}.unfinished`)) return
  if (!existsSync(file)) throw new StartupError(`${directory} exists, but holds no database. Move it away and start again, or set DATA_DIR to another directory.`)
  const major = readFileSync(file, 'utf8').trim()
  if (major !== EMBEDDED_MAJOR) {
    throw new StartupError(`The embedded database in ${directory} was written by Postgres ${major}; this version of the program reads ${EMBEDDED_MAJOR}. Use the version of the program that made it, or move it away and let a new one be made and seeded.`)
  }
}
