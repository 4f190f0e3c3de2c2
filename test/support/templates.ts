/**
 * Databases that tests start from, made once per run: one that is migrated, one that is seeded as well. On the embedded database they
 * are dumps, kept under node_modules/.cache by the hash of everything they are made from; on Postgres they are template databases.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { seed } from '../../seed/seed.ts'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'

export type TemplateName = 'migrated' | 'seeded'
/** Paths of dumps, or names of template databases. */
export type Templates = Record<TemplateName, string>

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE = join(ROOT, 'node_modules/.cache/nhan-rong')
/** Two a version. */
const KEPT_DUMPS = 6
/** A run that takes longer than this since it asked for its dumps may lose them. */
const IN_USE_MS = 2 * 3_600_000

export async function makeTemplates(databaseUrl: string | undefined): Promise<{ templates: Templates; drop(): Promise<void> }> {
  return databaseUrl === undefined ? { templates: await makeDumps(), drop: async () => {} } : makeDatabases(databaseUrl)
}

async function makeDumps(): Promise<Templates> {
  const key = hashOf(['server', 'seed', 'package-lock.json'])
  const templates: Templates = { migrated: join(CACHE, `${key}.migrated.tar`), seeded: join(CACHE, `${key}.seeded.tar`) }
  mkdirSync(CACHE, { recursive: true })
  dropOldDumps(key)
  if (existsSync(templates.migrated) && existsSync(templates.seeded)) {
    for (const file of Object.values(templates)) utimesSync(file, new Date(), new Date())
    return templates
  }
  const { db, dump, close } = await openDatabase({})
  const keep = async (file: string): Promise<void> => {
    // A file that is half written must never be taken for a whole one.
    writeFileSync(`${file}.${process.pid}`, await dump())
    renameSync(`${file}.${process.pid}`, file)
  }
  await migrateToLatest(db)
  await keep(templates.migrated)
  await seed(db)
  await keep(templates.seeded)
  await close()
  return templates
}

/** Keeps the pairs that were used last: another run, of another version of the files, may be reading one of them. */
function dropOldDumps(key: string): void {
  const dumps = readdirSync(CACHE).filter((name) => !name.startsWith(key)).map((name) => ({ file: join(CACHE, name), usedAt: statSync(join(CACHE, name)).mtimeMs }))
  for (const { file, usedAt } of dumps.sort((a, b) => b.usedAt - a.usedAt).slice(KEPT_DUMPS)) if (Date.now() - usedAt > IN_USE_MS) rmSync(file, { force: true })
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
