/** `npm run worker`: what needs no caller, beside API nodes: it keeps Meilisearch and vectors up to date where they are configured, and does imports, until SIGTERM. */
import { defineCommand, runMain } from 'citty'
import closeWithGrace from 'close-with-grace'
import { openForCommand, explained } from './cli/command.ts'
import { loadConfig, readEnvironment } from './config.ts'
import { startImports } from './domain/import/run.ts'
import { StartupError } from './errors.ts'
import { startEmbedder } from './indexer/embed.ts'
import { startIndexer } from './indexer/run.ts'
import { createLogger } from './logger.ts'

async function work(): Promise<void> {
  const config = loadConfig(readEnvironment())
  const { meili, embeddings, databaseUrl } = config
  if (databaseUrl === undefined) {
    throw new StartupError('The worker needs a real Postgres (DATABASE_URL). The embedded database has one process, the server, which does all of this itself: run `npm start`.')
  }
  const logger = createLogger({ level: config.logLevel, secrets: [config.adminKey, meili?.adminKey, meili?.searchKey, embeddings?.key] })
  const database = await openForCommand(config, logger)
  const indexer = meili && startIndexer({ db: database.db, meili, logger: logger.child({ part: 'indexer' }) })
  const embedder = embeddings && startEmbedder({ db: database.db, config: embeddings, logger: logger.child({ part: 'embedder' }) })
  const imports = startImports({ db: database.db, listen: database.listen, logger: logger.child({ part: 'imports' }) })
  logger.info('the worker runs')
  closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
    if (err) logger.fatal({ err }, 'unexpected error; stopping')
    logger.info({ signal }, 'stopping')
    await imports.close()
    await indexer?.close()
    await embedder?.close()
    await database.close()
    logger.info('stopped')
  })
}

const command = defineCommand({
  meta: { name: 'npm run worker', description: 'Do imports, and keep Meilisearch and vectors up to date, on the Postgres of DATABASE_URL, apart from the API. Several may run. Stop it by SIGTERM.' },
  run: () => explained(work),
})

await runMain(command)
