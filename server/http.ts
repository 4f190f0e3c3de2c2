/** The HTTP server: GraphQL, the IDE, health and metrics. It receives the finished schema and knows nothing of what is asked. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import fastifyCompress from '@fastify/compress'
import fastifyCors from '@fastify/cors'
import fastifyHelmet from '@fastify/helmet'
import fastifyRateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import type { Logger } from 'pino'
import { RateLimitedError } from './errors.ts'
import type { Executor } from './http/executor.ts'
import { answerHttpError, answerNotFound, withStatus } from './http/http-errors.ts'
import { createGraphqlServer, operationRecord, type OperationContext, type OperationRecord } from './http/graphql.ts'
import { type ExportRoutes, registerExport } from './http/export.ts'
import { registerHealth, type Readiness } from './http/health.ts'
import { registerHome } from './http/home.ts'
import { IMPORT_BODY_BYTES, isSignedInBy, limitBody, refuseLargeBody } from './http/import-body.ts'
import { registerIde } from './http/ide.ts'
import { DEFAULT_LIMITS, type Limits } from './http/limits.ts'
import { watchConnections } from './http/connections.ts'
import { createMetrics, type MeaningSources, observeMeaning } from './http/metrics.ts'
import { observeRequests } from './http/request-log.ts'
import { onceFor } from './once.ts'

/** What is known of a caller before anybody decides who it is. */
export interface Caller {
  authorization: string | undefined
  requestId: string
  /** Digest of the address under a secret of this process, made when it is asked for: what must be counted by caller is counted by it, and the address goes no further. */
  callerKey(): string
}

export interface HttpServerOptions {
  schema: GraphQLSchema
  logger: Logger
  /** Makes the context of one operation; what it throws is answered like any other error. */
  createContext: (caller: Caller) => Promise<OperationContext>
  checkReadiness: () => Promise<Readiness>
  /** Shown at `/` and in the IDE. */
  exampleQuery: string
  limits?: Partial<Limits>
  isProduction?: boolean
  introspection?: boolean
  /** Origins of web pages that may read answers; `*` is any. None by default. */
  corsOrigins?: readonly string[]
  executor?: 'jit' | 'graphql-js' | Executor
  /** Calls per minute and caller; 0 = no limit. */
  rateLimit?: number
  /**
   * Who a caller with an Authorization header is; undefined for one that proves nothing, who is counted by address like anybody. It is
   * given the very object that `createContext` is given afterwards, so that one look can serve both.
   */
  identifyCaller?: (caller: Caller) => Promise<string | undefined>
  /** Whether a proxy says where calls come from. */
  trustProxy?: boolean
  /** What downloads are read from; without it there are none. */
  exports?: ExportRoutes
  /** Semantic search, for the metrics; without it there are none of it. */
  meaning?: MeaningSources | undefined
}

export interface HttpServer {
  app: FastifyInstance
  /** From now on `/readyz` says 503 and every connection is closed after its answer; requests are still answered. */
  drain(): void
  /** Takes no new connection, waits for the answers under way, then ends. */
  close(): Promise<void>
}

/** Builds the server; `app.listen` starts it. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { schema, logger, isProduction = false, introspection = !isProduction, corsOrigins = [], executor = 'jit', rateLimit = 0, trustProxy = false } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const metrics = createMetrics()
  if (options.meaning) observeMeaning(metrics, options.meaning)
  let isStopping = false

  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: 30_000,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    // A request that slips in while the server closes is answered, not refused.
    return503OnClosing: false,
    // The nearest proxy's word only: what stands further left in X-Forwarded-For, the caller may have written.
    trustProxy: trustProxy ? (_address: string, hop: number) => hop === 0 : false,
    routerOptions: { ignoreTrailingSlash: false },
  }) as unknown as FastifyInstance

  app.setErrorHandler(answerHttpError)
  app.setNotFoundHandler(answerNotFound)
  observeRequests(app, metrics)
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id)
  })
  // At the end of a request: one that began before the stop must not leave an open connection behind either.
  app.addHook('onSend', async (_request, reply) => {
    if (isStopping) void reply.header('connection', 'close')
  })
  const connections = watchConnections(app.server)
  await app.register(fastifyHelmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } }, strictTransportSecurity: isProduction })
  await app.register(fastifyCors, {
    origin: corsOrigins.includes('*') ? '*' : [...corsOrigins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'x-query-cost', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
    maxAge: 86_400,
  })
  // Brotli at its default quality costs a hundred times what quality 4 does.
  await app.register(fastifyCompress, { threshold: 1_024, brotliOptions: { params: { 0: 0, 1: 4 } }, zlibOptions: { level: 5 } })

  registerHealth(app, { checkReadiness: options.checkReadiness, metrics, isStopping: () => isStopping })
  registerHome(app, options.exampleQuery)
  await registerIde(app, options.exampleQuery)
  // Printed when first asked for: it takes 0.15 s, and few ask.
  let sdl: string | undefined
  app.get('/schema.graphql', async (_request, reply) => reply.type('text/plain; charset=utf-8').send((sdl ??= printSchema(lexicographicSortSchema(schema)))))

  const apollo = createGraphqlServer({ schema, limits, logger, metrics, isProduction, introspection, executor })
  await apollo.start()
  const secret = randomBytes(32)
  const callerOf = onceFor((request: FastifyRequest): Caller => ({
    authorization: request.headers.authorization, requestId: request.id,
    callerKey: () => createHmac('sha256', secret).update(request.ip).digest('base64url'),
  }))
  const answer = fastifyApolloHandler(apollo, {
    context: async (request) => {
      const context = await options.createContext(callerOf(request as FastifyRequest)).catch((error: unknown) => Promise.reject(withStatus(error)))
      return Object.assign(context, { [operationRecord]: request.operation })
    },
  })
  if (rateLimit > 0) {
    await app.register(fastifyRateLimit, {
      global: false,
      max: rateLimit,
      timeWindow: 60_000,
      enableDraftSpec: true,
      // Never by the header itself: whoever makes up a new key for each call would never meet the limit.
      keyGenerator: async (request) => (request.headers.authorization && (await options.identifyCaller?.(callerOf(request)))) || request.ip,
      errorResponseBuilder: (_request, { max, ttl }) => new RateLimitedError(`At most ${max} calls a minute are answered; go on in ${Math.ceil(ttl / 1_000)} s.`, ttl / 1_000),
    })
  }
  const config = rateLimit > 0 ? { rateLimit: {} } : {}
  app.route({
    method: ['GET', 'POST'], url: '/graphql', config, bodyLimit: Math.max(limits.bodyBytes, IMPORT_BODY_BYTES), handler: answer,
    preParsing: limitBody(limits.bodyBytes, isSignedInBy(callerOf, options.identifyCaller)), preHandler: refuseLargeBody(limits.bodyBytes),
  })
  if (options.exports) registerExport(app, options.exports, callerOf, config)
  app.addHook('onClose', async () => apollo.stop())

  return {
    app,
    drain: () => {
      isStopping = true
    },
    close: async () => {
      isStopping = true
      const stopWaiting = connections.endIdle()
      await app.close().finally(stopWaiting)
    },
  }
}

/** A proxy's id is kept when it is harmless in a log. */
function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID()
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Filled while a GraphQL operation is answered. */
    operation: OperationRecord
  }
}
