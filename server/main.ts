/** Starts the server. The database is opened first, in a thread or a process of its own; the rest of the program, `main/serve.ts`, loads meanwhile. */
import { loadConfig, readEnvironment } from './config.ts'
import { isEmbeddedNew, openDatabase } from './db/database.ts'
import { creationScript } from './db/migrate.ts'
import { createLogger } from './logger.ts'
import { assertPortFree } from './main/listen.ts'
import { explainStartup, startReporter } from './main/report.ts'

async function main(): Promise<void> {
  const report = startReporter()
  const config = loadConfig(readEnvironment())
  const logger = createLogger({ level: config.logLevel, secrets: [config.adminKey, config.meili?.adminKey, config.meili?.searchKey, config.embeddings?.key] })
  // Before anything long: a busy port is told at once.
  await assertPortFree(config)

  const isNew = isEmbeddedNew(config)
  const opening = report.step(isNew ? 'making the database' : 'opening the database', (tell) => {
    if (isNew) tell(`a new database in ${config.dataDir}`)
    return openDatabase({ ...config, creation: isNew ? creationScript() : undefined, logger: logger.child({ part: 'database' }) })
  })
  // Whoever waits for it hears of a fault.
  opening.catch(() => {})
  // A new database asks for the units as soon as it has tables: they come before everything else that is loaded or read.
  const prepared = isNew ? (await import('../seed/seed.ts')).prepareSeed() : undefined
  await prepared?.units.catch(() => {})
  const { serve } = await import('./main/serve.ts')
  await serve({ config, logger, report, opening, prepared })
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStartup(error)}\n`)
  process.exit(1)
})
