/**
 * Databases that tests start from, made once per run: one that is migrated, one that is seeded as well. On the embedded database they
 * are dumps, each with a data directory beside it, kept under node_modules/.cache by the hash of everything they are made from; on
 * Postgres they are template databases.
 */
import { createHash } from 'node:crypto'
import { constants, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import pg from 'pg'
import { seed } from '../../seed/seed.ts'
import { openDatabase, type OpenDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'

export type TemplateName = 'migrated' | 'seeded'
/** Paths of dumps, or names of template databases. */
export type Templates = Record<TemplateName, string>

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE = join(ROOT, 'node_modules/.cache/nhan-rong')
/** Two dumps and two directories a version. */
const KEPT = 12
/** A run that takes longer than this since it asked for its templates may lose them. */
const IN_USE_MS = 2 * 3_600_000

export async function makeTemplates(databaseUrl: string | undefined): Promise<{ templates: Templates; drop(): Promise<void> }> {
  return databaseUrl === undefined ? { templates: await makeDumps(), drop: async () => {} } : makeDatabases(databaseUrl)
}

/** The data directory beside a dump: its `postgres` is what opening the dump there would make. */
const directoryBeside = (dump: string): string => dump.replace(/\.tar$/, '')

/** Puts a ready-made embedded database where a test wants one on disk: copying its files takes a tenth of making it of the dump. */
export function copyDirectory(dump: string, dataDir: string): void {
  cpSync(directoryBeside(dump), dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE })
}

async function makeDumps(): Promise<Templates> {
  const key = hashOf(['server', 'seed', 'package-lock.json', 'test/support/templates.ts'])
  const templates: Templates = { migrated: join(CACHE, `${key}.migrated.tar`), seeded: join(CACHE, `${key}.seeded.tar`) }
  const files = Object.values(templates).flatMap((dump) => [dump, directoryBeside(dump)])
  mkdirSync(CACHE, { recursive: true })
  dropOld(key)
  if (files.every((file) => existsSync(file))) {
    for (const file of files) utimesSync(file, new Date(), new Date())
    return templates
  }
  const opened = await openDatabase({})
  await migrateToLatest(opened.db)
  await keep(opened, templates.migrated)
  await seed(opened.db)
  await keep(opened, templates.seeded)
  await opened.close()
  return templates
}

async function keep({ db, dump }: OpenDatabase, file: string): Promise<void> {
  // Else each test that opens it does again, from the log, all that was written since Postgres last did this by itself.
  await sql`checkpoint`.execute(db)
  const { rows } = await sql<{ from: string; to: string }>`select redo_wal_file as "from", pg_walfile_name(pg_current_wal_lsn()) as "to" from pg_control_checkpoint()`.execute(db)
  const part = `${file}.${process.pid}`
  // What is half written must never be taken for a whole one.
  writeFileSync(part, withoutSpareLog(await dump(), rows[0]!))
  renameSync(part, file)
  await (await openDatabase({ dataDir: `${part}.directory`, template: file })).close()
  try {
    renameSync(`${part}.directory`, directoryBeside(file))
  } catch (error) {
    // Another run that began at the same time was first: its tests may be copying it already.
    rmSync(`${part}.directory`, { recursive: true, force: true })
    if (!existsSync(directoryBeside(file))) throw error
  }
}

const TAR_BLOCK = 512

/** The tar without the files of 16 MB each that Postgres keeps to write its log into later: of them it makes new ones when it needs any. */
function withoutSpareLog(tar: Uint8Array, needed: { from: string; to: string }): Uint8Array {
  const text = (at: number, length: number): string => Buffer.from(tar.buffer, tar.byteOffset + at, length).toString('latin1').replace(/\0.*$/s, '')
  const kept: Uint8Array[] = []
  for (let at = 0; at < tar.length;) {
    const log = /pg_wal\/([0-9A-F]{24})$/.exec(text(at, 100))?.[1]
    const end = at + TAR_BLOCK * (1 + Math.ceil((parseInt(text(at + 124, 12), 8) || 0) / TAR_BLOCK))
    if (log === undefined || (log >= needed.from && log <= needed.to)) kept.push(tar.subarray(at, end))
    at = end
  }
  return Buffer.concat(kept)
}

/** Keeps the versions that were used last: another run, of another version of the files, may be reading one of them. */
function dropOld(key: string): void {
  const others = readdirSync(CACHE).filter((name) => !name.startsWith(key)).map((name) => ({ file: join(CACHE, name), usedAt: statSync(join(CACHE, name)).mtimeMs }))
  for (const { file, usedAt } of others.sort((a, b) => b.usedAt - a.usedAt).slice(KEPT)) if (Date.now() - usedAt > IN_USE_MS) rmSync(file, { recursive: true, force: true })
}

async function makeDatabases(databaseUrl: string): Promise<{ templates: Templates; drop(): Promise<void> }> {
  const prefix = `nr_template_${process.pid}_${Date.now().toString(36)}`
  const templates: Templates = { migrated: `${prefix}_migrated`, seeded: `${prefix}_seeded` }
  await administer(databaseUrl, `create database ${templates.migrated} template template0 encoding 'UTF8'`)
  await withDatabase(databaseUrl, templates.migrated, (db) => migrateToLatest(db))
  await administer(databaseUrl, `create database ${templates.seeded} template ${templates.migrated}`)
  await withDatabase(databaseUrl, templates.seeded, (db) => seed(db))
  return {
    templates,
    drop: async () => {
      for (const name of Object.values(templates)) await administer(databaseUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

async function withDatabase(databaseUrl: string, name: string, work: (db: Awaited<ReturnType<typeof openDatabase>>['db']) => Promise<unknown>): Promise<void> {
  const { db, close } = await openDatabase({ databaseUrl: urlOf(databaseUrl, name) })
  try {
    await work(db)
  } finally {
    await close()
  }
}

/** The URL of another database of the same server. */
export function urlOf(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Runs one statement on the server's own database. */
export async function administer(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Deployment files and texts beside the code change no database. */
const MADE_FROM = /^(?!server\/compose).*\.(?:ts|mjs|sql|yaml)$|^package-lock\.json$/

function hashOf(paths: string[]): string {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    const full = join(ROOT, path)
    if (statSync(full).isDirectory()) return readdirSync(full).sort().forEach((name) => add(`${path}/${name}`))
    if (MADE_FROM.test(path)) hash.update(`\0${path}\0`).update(readFileSync(full))
  }
  paths.forEach(add)
  return hash.digest('hex').slice(0, 16)
}
