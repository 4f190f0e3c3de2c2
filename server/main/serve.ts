/** The composition root: database → catalogue → search → schema → HTTP → a clean stop. Read it from top to bottom to know the program. */
import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'
import { type PreparedSeed, seed } from '../../seed/seed.ts'
import { createAuthenticate, oncePerCaller } from '../auth.ts'
import { createKeyUses } from '../auth/key-uses.ts'
import { createTokenVerifier } from '../auth/tokens.ts'
import type { Config } from '../config.ts'
import type { Context } from '../context.ts'
import type { OpenDatabase } from '../db/database.ts'
import { migrateToLatest } from '../db/migrate.ts'
import { startImports } from '../domain/import/run.ts'
import { inspectPersonalData } from '../domain/privacy/gate.ts'
import { type Embedder, startEmbedder } from '../indexer/embed.ts'
import { startIndexer } from '../indexer/run.ts'
import { Meaning } from '../search/meaning/search.ts'
import { openSearch } from '../search/resilient.ts'
import { listen } from './listen.ts'
import { onParentEnd } from './parent.ts'
import { createReadiness } from './readiness.ts'
import { EXAMPLE_QUERY, type StartReporter } from './report.ts'

/** Time for whoever waits for the start to ask first. */
const WARM_UP_AFTER_MS = 300

export interface Start {
  config: Config
  logger: Logger
  report: StartReporter
  opening: Promise<OpenDatabase>
  /** What is being prepared for a new embedded database. */
  prepared: PreparedSeed | undefined
}

/** Resolves once the server answers. @throws what keeps it from it, with the database closed */
export async function serve({ config, logger, report, opening, prepared }: Start): Promise<void> {
  // Schema and HTTP are needed last, so they are loaded beside all of this; after what the database will wait for.
  const isReady = prepared?.drafted.then(() => {}, () => {})
  const loading = (isReady ?? Promise.resolve()).then(() => Promise.all([import('../../schema/index.ts'), import('../http.ts')]))
  const database = await opening
  const { db } = database
  // From here on whatever fails must still let go of the database, or its lock outlives a start that was refused.
  try {
    await report.step('checking the tables', (tell) => migrateToLatest(db, tell))
    // What may lead to a person is looked for by the gate's own rules, and not sent to the endpoint.
    const meaning = config.embeddings && new Meaning({ db, config: config.embeddings, mayLeave: (text) => inspectPersonalData(text).length === 0, logger: logger.child({ part: 'search' }) })
    const search = await openSearch({ db, meili: config.meili, meaning, logger: logger.child({ part: 'search' }) })
    const uses = createKeyUses(db, { logger: logger.child({ part: 'keys' }) })
    const authenticate = createAuthenticate({ adminKey: config.adminKey, keys: { db, uses }, verifyToken: config.oidc && createTokenVerifier({ ...config.oidc, db }) })
    const viewerOf = oncePerCaller(authenticate)
    // The address is known once the server listens, which is before anybody asks.
    const shared = { db, search, config: { publicUrl: config.publicUrl ?? '' } }
    let embedder: Embedder | undefined
    // Made while the database is at work with the catalogue.
    const building = loading.then(([{ schema }, { createHttpServer }]) => createHttpServer({
      schema,
      logger,
      createContext: async (caller): Promise<Context & Record<string, unknown>> => ({ ...shared, viewer: await viewerOf(caller), requestId: caller.requestId, callerKey: caller.callerKey }),
      checkReadiness: createReadiness(db, search),
      exampleQuery: EXAMPLE_QUERY,
      meaning: meaning && { status: () => meaning.status(), embedder: config.runIndexer ? () => embedder?.status() : undefined },
      isProduction: config.nodeEnv === 'production',
      introspection: config.introspection,
      corsOrigins: config.corsOrigins,
      rateLimit: config.rateLimit,
      exports: { db, viewerOf },
      identifyCaller: (caller) => viewerOf(caller).then((viewer) => viewer?.id, () => undefined),
      trustProxy: config.trustProxy,
    }))
    building.catch(() => {})
    const { models } = await report.step('bringing in the catalogue', (tell) => seed(db, { onProgress: tell, prepared }))
    const server = await building
    const indexer = config.meili && config.runIndexer ? startIndexer({ db, meili: config.meili, logger: logger.child({ part: 'indexer' }) }) : undefined
    if (meaning && config.embeddings && config.runIndexer) embedder = startEmbedder({ db, config: config.embeddings, logger: logger.child({ part: 'embedder' }), onWritten: () => meaning.refresh() })
    const imports = startImports({ db, listen: database.listen, logger: logger.child({ part: 'imports' }) })
    const address = await listen(server.app, config)
    shared.config.publicUrl = config.publicUrl ?? address
    // What searching needs to know is read before the first search, but not before the first answer.
    setTimeout(() => void Promise.all([search.suggest({ text: 'a', limit: 1 }), meaning?.refresh()]).catch(() => undefined), WARM_UP_AFTER_MS).unref()
    report.ready({ address, models: models.added + models.updated + models.unchanged + models.kept.length, search: search.status() })

    closeWithGrace({ delay: 10_000 + config.drainMs, logger: false }, async ({ signal, err }) => {
      if (err) logger.fatal({ err }, 'unexpected error; stopping')
      logger.info({ signal }, 'stopping')
      server.drain()
      // A balancer needs a moment to see 503 at /readyz, and open connections to learn that they end.
      await new Promise((resolve) => setTimeout(resolve, config.drainMs))
      await server.close()
      await imports.close()
      await indexer?.close()
      await embedder?.close()
      await uses.close()
      await search.close()
      await database.close()
      logger.info('stopped')
    })
    onParentEnd(process.env, () => process.kill(process.pid, 'SIGTERM'))
  } catch (error) {
    await database.close()
    throw error
  }
}
