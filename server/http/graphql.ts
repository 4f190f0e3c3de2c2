/** The GraphQL side of the server: Apollo with our executor, our limits and our errors. */
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { operationCost, operationFacts } from './document-facts.ts'
import { createGateway, createJitExecutor, createPlainExecutor, type Executor } from './executor.ts'
import { createErrorFormatter } from './format-error.ts'
import { documentLimitsRule, type Limits } from './limits.ts'
import { Lru } from './lru.ts'
import type { Metrics } from './metrics.ts'

/** Where the HTTP part keeps its own record in a context that belongs to the resolvers. */
export const operationRecord = Symbol('operationRecord')

/** What the HTTP part itself reads of a request's context. */
export interface OperationContext extends BaseContext {
  viewer: unknown
  requestId: string
  [operationRecord]?: OperationRecord
}

/** Facts of one operation for the request's log line and for the metrics. */
export interface OperationRecord {
  name?: string
  type?: string
  cost?: number
  errors?: string[]
}

export interface GraphqlOptions {
  schema: GraphQLSchema
  limits: Limits
  logger: Logger
  metrics: Metrics
  isProduction: boolean
  /** Whether anybody may ask for the schema by introspection; those with a key always may. */
  introspection: boolean
  executor: 'jit' | 'graphql-js' | Executor
}

/** Builds the Apollo server; the caller starts and stops it. */
export function createGraphqlServer(options: GraphqlOptions): ApolloServer<OperationContext> {
  const { schema, limits, logger, isProduction } = options
  return new ApolloServer<OperationContext>({
    gateway: createGateway(schema, chooseExecutor(options), limits.operationMs),
    nodeEnv: isProduction ? 'production' : 'development',
    logger,
    // Ours, in the operation plugin: who has a key may introspect in production too, and parsed documents are shared by everybody.
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokens },
    maxRecursiveSelections: true,
    validationRules: [documentLimitsRule(limits)],
    // A source of 1 MB is one token when it is one string: bounded by characters, not only by count.
    documentStore: documentStore(500, 512 * 1024),
    formatError: createErrorFormatter({ logger }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      operationPlugin(options),
    ],
  })
}

function chooseExecutor({ executor, schema }: GraphqlOptions): Executor {
  if (executor === 'graphql-js') return createPlainExecutor(schema)
  return executor === 'jit' ? createJitExecutor(schema) : executor
}

/** Checks what needs variables or the caller, then measures. It must not define `willResolveField`: Apollo would wrap every field. */
function operationPlugin({ schema, limits, metrics, introspection }: GraphqlOptions): ApolloServerPlugin<OperationContext> {
  return {
    async requestDidStart({ contextValue }) {
      const stopTimer = metrics.operationSeconds.startTimer()
      const record: OperationRecord = contextValue[operationRecord] ?? {}
      return {
        async didResolveOperation({ document, request, operationName, response }) {
          const facts = operationFacts(document, request.operationName)
          if (!facts) return
          record.type = facts.operation.operation
          if (operationName) record.name = operationName
          if (facts.asksSchema && !introspection && !contextValue.viewer) throw introspectionError()
          const cost = operationCost(schema, facts, request.variables, contextValue)
          if (cost === undefined) return
          record.cost = cost
          response.http.headers.set('x-query-cost', String(cost))
          if (cost > limits.cost) throw costError(cost, limits.cost)
        },
        async willSendResponse({ request, response }) {
          const result = response.body.kind === 'single' ? response.body.singleResult : undefined
          const codes = (result?.errors ?? []).map((error) => String(error.extensions?.code ?? 'INTERNAL_SERVER_ERROR'))
          if (codes.length) record.errors = codes
          for (const code of codes) metrics.graphqlErrors.inc({ code })
          if (response.http.status === 400 && !saysStatus(request.http?.headers.get('accept'), codes)) response.http.status = 200
          stopTimer({ type: record.type ?? 'none', outcome: codes.length ? 'error' : 'ok' })
        },
      }
    },
  }
}

/**
 * GraphQL over HTTP: as `application/json` a well-formed request is answered 200 even when its document is refused; as
 * `application/graphql-response+json` the status tells.
 */
function saysStatus(accept: string | undefined, codes: string[]): boolean {
  return codes.includes('BAD_REQUEST') || (accept?.includes('application/graphql-response+json') ?? false)
}

function costError(cost: number, maxCost: number): GraphQLError {
  return new GraphQLError(
    `This operation may return ${cost} objects; at most ${maxCost} are allowed. Ask for smaller pages (\`first\`) or fewer nested lists.`,
    { extensions: { code: 'QUERY_TOO_COSTLY', cost, maxCost, http: { status: 400 } } },
  )
}

function introspectionError(): GraphQLError {
  return new GraphQLError('Introspection needs a key on this server. The whole schema is published at /schema.graphql.', {
    extensions: { code: 'FORBIDDEN', http: { status: 400 } },
  })
}

function documentStore(maxEntries: number, maxCharacters: number) {
  const documents = new Lru<DocumentNode>(maxEntries, maxCharacters)
  return {
    get: async (key: string) => documents.get(key),
    set: async (key: string, document: DocumentNode) => documents.set(key, document, document.loc?.source.body.length ?? 1),
    delete: async (key: string) => documents.delete(key),
  }
}
