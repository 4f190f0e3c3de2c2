/** Brings the database to this program's structure: the SQL files of migrations/, in order, in one transaction, one runner at a time. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { StartupError } from '../errors.ts'
import type { Database } from './tables.ts'

const FOLDER = fileURLToPath(new URL('migrations/', import.meta.url))
/** A migration waits this long for readers of a table, then gives up: waiting longer would keep new readers out as well. */
const LOCK_TIMEOUT_MS = 10_000

/** Names of this program's migrations, in order. */
export const knownMigrations = (): string[] => readdirSync(FOLDER).filter((file) => file.endsWith('.sql')).map((file) => file.replace('.sql', '')).sort()

const readMigration = (name: string): string => `set local statement_timeout = 0; set local lock_timeout = ${LOCK_TIMEOUT_MS};\n${readFileSync(`${FOLDER}${name}.sql`, 'utf8')}`

const readMigrations = (): Record<string, Migration> => Object.fromEntries(knownMigrations().map((name) => [name, { up: async (db: Kysely<unknown>) => void (await sql.raw(readMigration(name)).execute(db)) }]))

/**
 * All migrations as one text for a database that is empty and nobody else's, with the tables that the migrator keeps. The thread of the
 * embedded database runs it while this one loads the program: through the migrator its fifty statements would each wait for that.
 */
export function creationScript(): string {
  const names = knownMigrations()
  const at = new Date().toISOString()
  return [
    'begin',
    `create table "migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null)`,
    `create table "migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null)`,
    `insert into "migration_lock" values ('migration_lock', 0)`,
    ...names.map(readMigration),
    `insert into "migration" values ${names.map((name) => `('${name}', '${at}')`).join(', ')}`,
    'commit',
  ].join(';\n')
}

// Their order is looked at below, by their names: Kysely's check goes by the clocks of the machines that applied them.
const migratorOf = (db: Kysely<Database>): Migrator => new Migrator({ db, provider: { getMigrations: async () => readMigrations() }, migrationTableName: 'migration', migrationLockTableName: 'migration_lock', allowUnorderedMigrations: true })

/** Applies what is missing; the names of what was applied. @throws StartupError when a right is missing or the database is newer than the program */
export async function migrateToLatest(db: Kysely<Database>, onProgress?: (message: string) => void): Promise<string[]> {
  const pending = await pendingMigrations(db)
  if (pending.length === 0) return []
  onProgress?.(pending.length === knownMigrations().length ? 'making the tables' : `bringing the tables up to date: ${pending.join(', ')}`)
  // Another runner may hold the lock for as long as its migrations take: the deadline of queries is for callers.
  const { error, results } = await withoutDeadline(db, (connection) => migratorOf(connection).migrateToLatest())
  if (error !== undefined) {
    const failed = results?.find(({ status }) => status === 'Error')?.migrationName
    throw migratingFault(error, failed)
  }
  return (results ?? []).map(({ migrationName }) => migrationName)
}

async function withoutDeadline<T>(db: Kysely<Database>, work: (connection: Kysely<Database>) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{ before: string }>`select current_setting('statement_timeout') as before`.execute(connection)
    const set = (value: string): Promise<unknown> => sql`select set_config('statement_timeout', ${value}, false)`.execute(connection)
    await set('0')
    try {
      return await work(connection)
    } finally {
      // It fails only when the connection is gone, and the setting with it.
      await set(rows[0]!.before).catch(() => undefined)
    }
  })
}

/**
 * What is missing, by one look at the table that the migrator keeps: its own look reads the whole catalogue of the database.
 * @throws StartupError when the database has migrations that this program does not know
 */
export async function pendingMigrations(db: Kysely<Database>): Promise<string[]> {
  const known = knownMigrations()
  const { rows } = await sql<{ exists: boolean }>`select to_regclass('migration') is not null as exists`.execute(db)
  if (!rows[0]!.exists) return known
  const applied = (await sql<{ name: string }>`select name from migration order by name`.execute(db).catch((error: unknown) => Promise.reject(migratingFault(error, undefined)))).rows.map(({ name }) => name)
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new StartupError(`The database was made by a newer version of this program (it has ${unknown.join(', ')}). Use that version or a newer one, or another database.`)
  const pending = known.filter((name) => !applied.includes(name))
  const skipped = pending.filter((name) => applied.length > 0 && name < applied.at(-1)!)
  if (skipped.length > 0) throw new StartupError(`Migration ${skipped.join(', ')} was never applied, although later ones were: somebody changed the table "migration", or the database is of another program. Nothing was changed; restore a backup, or use another database.`)
  return pending
}

function migratingFault(error: unknown, migration: string | undefined): Error {
  const { code, message } = error as { code?: string; message: string }
  if (code === '42501') return new StartupError(`The user of DATABASE_URL may not change the database (${message}). Make it the owner (alter database … owner to …), or grant it create on the database and on schema public.`, { cause: error })
  if (code === '25006') return new StartupError(`The database is read-only (${message}). Point DATABASE_URL at the primary, not at a standby, or let it be written to.`, { cause: error })
  if (code === '0A000' || code === '58P01') return new StartupError(`The server lacks an extension (${message}). Install Postgres' contrib package: pg_trgm is needed.`, { cause: error })
  if (code === '55P03') return new StartupError(`Migration ${migration ?? ''} waited ${LOCK_TIMEOUT_MS / 1000} s for other users of the database and gave up; nothing was changed. Try again when fewer are at work.`, { cause: error })
  return migration === undefined ? (error as Error) : new Error(`Migration ${migration} failed; nothing was changed: ${message}`, { cause: error })
}
