/** The seed run: units, vocabularies, sources, models, reviews and totals, in one transaction that can be run again at any time. */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { analyze } from '../server/db/bulk.ts'
import type { Database, EditorialState } from '../server/db/tables.ts'
import { EVIDENCE_RULES_SETTING, FIRST_EVIDENCE_RULES } from '../server/domain/model/evidence-rules.ts'
import { preparePublication, type Publishable, publishPrepared } from '../server/domain/model/write.ts'
import { seededModelId, toModelDocument, type DocumentContext, type UnresolvedPlace } from './document.ts'
import type { SeedCatalogue } from './format.ts'
import { readSeedFiles, SEED_FOLDER, STRETCH } from './parse.ts'
import { ROW_VERSION } from '../server/search/postgres-index.ts'
import { retagModels } from '../server/domain/thesaurus/retag.ts'
import { inStretches } from '../server/stretches.ts'
import { writeThesaurus } from './thesaurus.ts'
import { loadUnits, prepareUnits, type PreparedUnits } from './units/load.ts'
import { createPlaceResolver, type PlaceResolver } from './units/resolver.ts'
import { readUnitRows, unitRowsOf } from './units/unit-index.ts'
import { SEED_AUTHOR, seededSourceId, writeReports, writeSources, writeTerms } from './write.ts'

export { SeedFileError } from './parse.ts'

export interface SeedOptions {
  /** Hears what is being done, as lines for people. */
  onProgress?: ((message: string) => void) | undefined
  /** Another folder in the same layout. */
  folder?: string | undefined
  /** Compares every record even when the files are those of the last run. */
  isForced?: boolean | undefined
  /** Begun before the database was open. */
  prepared?: PreparedSeed | undefined
}

/** What needs no database: the files read and checked, the units built, the records put together as they are on a database that holds no unit yet. */
export interface PreparedSeed { catalogue: Promise<SeedCatalogue>; units: Promise<PreparedUnits>; drafted: Promise<Draft> }

/**
 * Begins with what needs no database, for a start that is known to need it all, while the embedded one opens in its thread: the units, which
 * it asks for first, then the records.
 */
export function prepareSeed(folder = SEED_FOLDER): PreparedSeed {
  const units = new Promise<PreparedUnits>((resolve, reject) => void setImmediate(() => { try { resolve(prepareUnits()) } catch (error) { reject(error) } }))
  const catalogue = units.then(() => readSeedFiles(folder))
  const drafted = Promise.all([catalogue, units]).then(([files, { set }]) => draft(files, createPlaceResolver(unitRowsOf(set))))
  // Whoever seeds hears of a mistake; until then nobody listens.
  for (const work of [catalogue, units, drafted]) work.catch(() => {})
  return { catalogue, units, drafted }
}
export interface SeedReport {
  /** The files are those of the last run: nothing was looked at any further. */
  isUnchanged: boolean
  units: number
  terms: number
  concepts: number
  sources: number
  reviews: number
  totals: number
  /** `kept`: slugs of the records that a curator changed, which the seed leaves alone. */
  models: { added: number; updated: number; unchanged: number; kept: string[] }
  places: { named: number; resolved: number; unresolved: UnresolvedPlace[] }
  milliseconds: number
}

const SETTING = 'seed.applied'
/** What the seed fills and later reads join. */
const ANALYSED = ['model_record', 'model_revision', 'model', 'model_term', 'model_place', 'model_source', 'model_search', 'source', 'citation', 'alias', 'origin', 'result', 'result_credit', 'replication', 'recognition', 'term', 'search_vocabulary'] as const
/** Raised when the same files are to give other documents. */
const SEED_VERSION = 2

/**
 * Brings the catalogue of the files into the database. Ids are computed, so every machine gets the same records; a second run writes
 * nothing; a record whose latest revision is not the one that the seed wrote belongs to its curators, and stays.
 * @throws SeedFileError with every mistake of the files; then nothing was written
 */
export async function seed(db: Kysely<Database>, options: SeedOptions = {}): Promise<SeedReport> {
  const started = performance.now()
  const folder = options.folder ?? SEED_FOLDER
  const tell = options.onProgress ?? (() => {})
  const files = await fingerprint(folder)
  const done = (report: SeedReport): SeedReport => ({ ...report, milliseconds: Math.round(performance.now() - started) })

  return db.transaction().execute(async (trx) => {
    // The deadline of queries is for callers; this takes as long as it takes.
    await sql`set local statement_timeout = 0`.execute(trx)
    await sql`select pg_advisory_xact_lock(hashtext('seed'))`.execute(trx)
    const before = (await trx.selectFrom('setting').select('value').where('key', '=', SETTING).executeTakeFirst())?.value as { files: string; rows?: number; report: SeedReport } | undefined
    // Another version of this program made the rows that are searched.
    const areRowsOld = before !== undefined && before.rows !== ROW_VERSION
    const isKnown = before?.files === files && !areRowsOld && options.isForced !== true
    const isFirst = (await trx.selectFrom('locality').select('id').limit(1).executeTakeFirst()) === undefined
    // Where there are units already, theirs are what records are put together with.
    const prepared = isKnown || !isFirst ? undefined : options.prepared ?? prepareSeed(folder)
    const loading = loadUnits(trx, { onProgress: tell, prepared: await prepared?.units })
    loading.catch(() => {})
    // Records are put together while the database writes the units: the embedded one runs in a thread of its own.
    const drafted = await prepared?.drafted
    const units = await loading
    if (isKnown && units.isUnchanged) return done({ ...before.report, isUnchanged: true, models: { ...before.report.models, added: 0, updated: 0, unchanged: total(before.report) } })

    const catalogue = await (prepared?.catalogue ?? readSeedFiles(folder))
    const report = await write(trx, catalogue, drafted ?? (await draft(catalogue, createPlaceResolver(await readUnitRows(trx)))), units.units, areRowsOld || (!isFirst && !units.isUnchanged), tell)
    const value = JSON.stringify({ files, rows: ROW_VERSION, report })
    await trx.insertInto('setting').values({ key: SETTING, value }).onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: new Date() })).execute()
    // Else the first queries are planned as if every table were empty. The units' tables were analysed when they were loaded.
    await analyze(trx, ANALYSED)
    return done(report)
  })
}

const total = ({ models: { added, updated, unchanged } }: SeedReport): number => added + updated + unchanged

/** Documents before their sources are known to the database, with the places that were named. */
export interface Draft { places: SeedReport['places']; context: DocumentContext; documents: Publishable[]; sourceIds: Map<string, string> }

async function draft(catalogue: SeedCatalogue, resolver: PlaceResolver, sourceIds = new Map([...catalogue.sources.keys()].map((key) => [key, seededSourceId(key)]))): Promise<Draft> {
  const places: SeedReport['places'] = { named: 0, resolved: 0, unresolved: [] }
  const context: DocumentContext = {
    resolver, sources: catalogue.sources, sourceId: (key) => sourceIds.get(key)!,
    onPlace: ({ localityId, unresolved }) => {
      places.named += 1
      if (localityId !== null) places.resolved += 1
      if (unresolved !== null) places.unresolved.push(unresolved)
    },
  }
  const documents = await inStretches(catalogue.models, STRETCH, (model): Publishable => preparePublication({ id: seededModelId(model.slug), slug: model.slug, document: toModelDocument(model, context), author: SEED_AUTHOR, isSeed: true }))
  return { places, context, documents, sourceIds }
}

async function write(trx: Kysely<Database>, catalogue: SeedCatalogue, drafted: Draft, units: number, areRowsOld: boolean, tell: (message: string) => void): Promise<SeedReport> {
  await trx.insertInto('setting').values({ key: EVIDENCE_RULES_SETTING, value: JSON.stringify(FIRST_EVIDENCE_RULES) }).onConflict((conflict) => conflict.column('key').doNothing()).execute()
  const terms = await writeTerms(trx, catalogue.terms)
  const isRetagged = await writeThesaurus(trx, catalogue.thesaurus)
  const sourceIds = await writeSources(trx, catalogue.sources)
  tell(`${sourceIds.size.toLocaleString('en')} sources`)

  // A source that somebody brought in before under an id of its own keeps it.
  const isOther = [...sourceIds].some(([key, id]) => drafted.sourceIds.get(key) !== id)
  const { places, context, documents } = isOther ? await draft(catalogue, drafted.context.resolver, sourceIds) : drafted
  const models = await writeModels(trx, documents)
  // What was written just now has its tags already.
  if ((isRetagged || areRowsOld) && models.added < documents.length) {
    const rewritten = await retagModels(trx)
    if (rewritten.length > 0) tell(`${rewritten.length.toLocaleString('en')} models made ready for search anew`)
  }
  tell(`${documents.length.toLocaleString('en')} models`)
  await writeReports(trx, catalogue, context)
  return { isUnchanged: false, units, terms, concepts: catalogue.thesaurus.concepts.length, sources: sourceIds.size, reviews: catalogue.reviews.length, totals: catalogue.totals.length, models, places, milliseconds: 0 }
}

interface Known { id: string; slug: string; state: EditorialState; seedHash: string | null; latestHash: string; isLatestPublished: boolean }

async function writeModels(trx: Kysely<Database>, documents: readonly Publishable[]): Promise<SeedReport['models']> {
  const { rows } = await sql<Known>`
    select m.id, m.slug, m.editorial_state as state, m.seed_hash as "seedHash", r.content_hash as "latestHash", m.published_revision is not distinct from m.latest_revision as "isLatestPublished"
    from model_record m join model_revision r on r.model_id = m.id and r.revision = m.latest_revision
    where m.id = any(${documents.map((d) => d.id)}::uuid[]) or m.slug = any(${documents.map((d) => d.slug)}::text[]) order by m.id for update of m`.execute(trx)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const bySlug = new Map(rows.map((row) => [row.slug, row]))
  const report: SeedReport['models'] = { added: 0, updated: 0, unchanged: 0, kept: [] }
  const items = documents.flatMap((item) => {
    const { id, slug, hash } = item
    const known = byId.get(id) ?? bySlug.get(slug)
    if (known === undefined) {
      report.added += 1
      return [item]
    }
    const isUntouched = known.id === id && known.state === 'PUBLISHED' && known.isLatestPublished && known.seedHash === known.latestHash
    if (!isUntouched) report.kept.push(slug)
    else if (known.seedHash === hash) report.unchanged += 1
    else {
      report.updated += 1
      return [item]
    }
    return []
  })
  await publishPrepared(trx, items)
  return report
}

/** Hash of every file of the seed, by path and content. */
async function fingerprint(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
  const hash = createHash('sha256').update(String(SEED_VERSION))
  const contents = await Promise.all(paths.map((path) => readFile(path)))
  paths.forEach((path, i) => hash.update(`\0${path.slice(folder.length)}\0`).update(contents[i]!))
  return hash.digest('hex')
}
