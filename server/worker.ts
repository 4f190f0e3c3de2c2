/** `npm run worker`: the indexer alone, beside API nodes that don't run one (INDEXER=false). It keeps Meilisearch up to date until SIGTERM. */
import { defineCommand, runMain } from 'citty'
import closeWithGrace from 'close-with-grace'
import { openForCommand, explained } from './cli/command.ts'
import { loadConfig, readEnvironment } from './config.ts'
import { StartupError } from './errors.ts'
import { startIndexer } from './indexer/run.ts'
import { createLogger } from './logger.ts'

async function work(): Promise<void> {
  const config = loadConfig(readEnvironment())
  const { meili, databaseUrl } = config
  if (meili === undefined) throw new StartupError('There is nothing to keep up to date: MEILI_URL is not set, so Postgres is the search engine, and its index follows by itself.')
  if (databaseUrl === undefined) {
    throw new StartupError('The worker needs a real Postgres (DATABASE_URL). The embedded database has one process, the server, which keeps Meilisearch up to date itself: run `npm start`.')
  }
  const logger = createLogger({ level: config.logLevel, secrets: [config.adminKey, meili.adminKey, meili.searchKey] })
  const database = await openForCommand(config, logger)
  const indexer = startIndexer({ db: database.db, meili, logger: logger.child({ part: 'indexer' }) })
  logger.info('the worker runs')
  closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
    if (err) logger.fatal({ err }, 'unexpected error; stopping')
    logger.info({ signal }, 'stopping')
    await indexer.close()
    await database.close()
    logger.info('stopped')
  })
}

const command = defineCommand({
  meta: { name: 'npm run worker', description: 'Keep Meilisearch up to date with the Postgres of DATABASE_URL, apart from the API. Several may run: one writes at a time. Stop it by SIGTERM.' },
  run: () => explained(work),
})

await runMain(command)
