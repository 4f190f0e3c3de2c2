/** `npm run reindex`: writes Postgres' own search rows again, and builds a new index on Meilisearch beside the serving one, then cuts over. */
import { defineCommand, runMain } from 'citty'
import { sql, type Kysely } from 'kysely'
import { loadConfig, readEnvironment, type Config } from '../config.ts'
import type { Database } from '../db/tables.ts'
import { StartupError } from '../errors.ts'
import { rebuildVocabulary, refreshRows } from '../indexer/fix.ts'
import { rebuild, type RebuildReport } from '../indexer/rebuild.ts'
import { RebuildRunningError } from '../indexer/target.ts'
import { adminClient, identify, serverKey } from '../search/meilisearch-client.ts'
import { explained, openForCommand } from './command.ts'
import { startProgress } from './progress.ts'
import { isStarted } from './started.ts'

const ENGINES = ['all', 'postgres', 'meilisearch']

interface ReindexReport { postgres: { rows: number; milliseconds: number } | null; meilisearch: RebuildReport | null }

async function reindex(engine: string, isJson: boolean): Promise<void> {
  if (!ENGINES.includes(engine)) throw new StartupError(`--engine must be one of ${ENGINES.join(', ')}.`)
  const config = loadConfig(readEnvironment())
  if (engine === 'meilisearch' && config.meili === undefined) throw new StartupError('MEILI_URL is not set: there is no Meilisearch to index into.')
  const { db, close } = await openForCommand(config)
  try {
    const report: ReindexReport = {
      postgres: engine === 'meilisearch' ? null : await reindexPostgres(db),
      meilisearch: engine === 'postgres' || config.meili === undefined ? null : await reindexMeilisearch(db, config.meili),
    }
    if (isJson) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  } finally {
    await close()
  }
}

async function reindexPostgres(db: Kysely<Database>): Promise<NonNullable<ReindexReport['postgres']>> {
  const started = performance.now()
  const progress = startProgress("Postgres' own index")
  const { rows } = await sql<{ id: string }>`select id from model union select model_id from model_search`.execute(db)
  await refreshRows(db, rows.map(({ id }) => id), (done) => progress.set(done, rows.length))
  await rebuildVocabulary(db)
  const milliseconds = Math.round(performance.now() - started)
  progress.end(`${rows.length.toLocaleString('en')} records in ${(milliseconds / 1000).toFixed(1)} s`)
  return { rows: rows.length, milliseconds }
}

async function reindexMeilisearch(db: Kysely<Database>, meili: NonNullable<Config['meili']>): Promise<RebuildReport> {
  const identity = await identify(meili)
  if (!identity.isUsable) throw new StartupError(`Meilisearch cannot be used: ${identity.reason}.`)
  const progress = startProgress('Meilisearch')
  try {
    const report = await rebuild(db, adminClient(meili), serverKey(meili.url), { onProgress: (done, total) => progress.set(done, total) })
    progress.end(`${report.index} serves ${report.documents.toLocaleString('en')} models after ${(report.milliseconds / 1000).toFixed(1)} s`)
    return report
  } catch (error) {
    progress.fail('nothing was changed')
    if (error instanceof RebuildRunningError) throw new StartupError('Another process is building an index on this Meilisearch now: the server or a worker, or this command elsewhere. Wait until it is done.', { cause: error })
    throw error
  }
}

const command = defineCommand({
  meta: { name: 'npm run reindex', description: 'Write the search indexes anew from the records. Search goes on meanwhile: a new index on Meilisearch serves only once it is whole.' },
  args: {
    engine: { type: 'string', default: 'all', description: 'all, postgres or meilisearch' },
    json: { type: 'boolean', default: false, description: 'Print what was done as JSON' },
  },
  run: ({ args }) => explained(() => reindex(args.engine, args.json)),
})

if (isStarted(import.meta.url)) await runMain(command)
