/**
 * Runs a validated operation: plain graphql-js, or graphql-jit for queries that come again. Apollo 5's documented place for another
 * executor is a gateway; its old `executor` option is ignored (apollo-server #7981).
 */
import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql'
import { compileQuery, type CompiledQuery, isCompiledQuery } from 'graphql-jit'
import { coerceVariables, decideConditions, operationFacts, type OperationFacts } from './document-facts.ts'
import { Lru } from './lru.ts'

export interface ExecutionRequest {
  document: DocumentNode
  /** Hash of the document's text; the key of what was compiled. */
  documentHash: string
  operationName: string | null | undefined
  variables: Record<string, unknown> | undefined
  context: unknown
}

export type Executor = (request: ExecutionRequest) => ExecutionResult | Promise<ExecutionResult>

export interface JitOptions {
  /** Compile when the same document comes for this many times: compiling costs more than one plain execution. */
  compileAt?: number
  maxCompiled?: number
}

/** Executes with graphql-js. */
export function createPlainExecutor(schema: GraphQLSchema): Executor {
  return ({ document, operationName, variables, context }) =>
    execute({ schema, document, operationName, variableValues: variables, contextValue: context })
}

/** Executes repeated queries with graphql-jit, everything else (mutations, introspection, what can't be compiled) with graphql-js. */
export function createJitExecutor(schema: GraphQLSchema, { compileAt = 2, maxCompiled = 250 }: JitOptions = {}): Executor {
  const plain = createPlainExecutor(schema)
  const seen = new Lru<number>(5_000)
  const compiled = new Lru<CompiledQuery | 'refused'>(maxCompiled)

  const compiledFor = (request: ExecutionRequest, facts: OperationFacts, coerced: Record<string, unknown>): CompiledQuery | undefined => {
    const variant = facts.conditions?.map((name) => (coerced[name] === true ? '1' : '0')).join('') ?? ''
    const key = `${request.documentHash}:${variant}:${request.operationName ?? ''}`
    const before = compiled.get(key)
    if (before) return before === 'refused' ? undefined : before
    const times = (seen.get(key) ?? 0) + 1
    if (times < compileAt) {
      seen.set(key, times)
      return undefined
    }
    seen.delete(key)
    const query = compile(schema, facts, coerced)
    compiled.set(key, query ?? 'refused')
    return query
  }

  return (request) => {
    const facts = operationFacts(request.document, request.operationName)
    if (!facts || facts.operation.operation !== OperationTypeNode.QUERY || facts.asksSchema) return plain(request)
    // graphql-jit's own checks answer bad variables as internal errors, and don't know @oneOf.
    const { errors, coerced } = coerceVariables(schema, facts, request.variables)
    if (errors) return { errors }
    const query = compiledFor(request, facts, coerced)
    if (!query) return plain(request)
    // The coerced ones: graphql-jit does not know defaults inside input objects.
    const result = query.query(undefined, request.context, coerced)
    return result instanceof Promise ? result.then((settled) => wrapErrors(settled, request)) : wrapErrors(result, request)
  }
}

/** The executor as Apollo takes it, every operation under the deadline. */
export function createGateway(schema: GraphQLSchema, executor: Executor, operationMs: number): ApolloServerOptionsWithGateway<never>['gateway'] {
  return {
    async load() {
      return {
        executor: (apollo) =>
          withDeadline(
            executor({
              document: apollo.document,
              documentHash: apollo.queryHash,
              operationName: apollo.request.operationName,
              variables: apollo.request.variables,
              context: apollo.context,
            }),
            operationMs,
          ) as never,
      }
    },
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' })
      return () => {}
    },
    async stop() {},
  }
}

/**
 * Compiles one operation with @skip and @include already decided: graphql-jit itself answers a field under a false @include when
 * another selection has its parent (0.8.9, with and without its path-based option).
 */
function compile(schema: GraphQLSchema, facts: OperationFacts, coerced: Record<string, unknown>): CompiledQuery | undefined {
  const document = facts.conditions ? decideConditions(facts, coerced) : facts.alone
  if (!document) return undefined
  try {
    const query = compileQuery(schema, document)
    return isCompiledQuery(query) ? query : undefined
  } catch {
    return undefined
  }
}

/** graphql-jit's errors only look like GraphQLErrors: Apollo's formatter needs real ones, with path and extensions. */
function wrapErrors(result: ExecutionResult, request: ExecutionRequest): ExecutionResult {
  if (!result.errors?.length) return result
  const source = request.document.loc?.source
  return {
    ...result,
    errors: firstPerNull(result).map((error) => {
      const original = error.originalError ?? undefined
      const extensions = (original as { extensions?: Record<string, unknown> } | undefined)?.extensions ?? error.extensions
      return new GraphQLError(error.message, {
        path: error.path,
        originalError: original,
        extensions,
        source,
        positions: source && error.locations?.map(({ line, column }) => positionOf(source.body, line, column)),
      })
    }),
  }
}

/**
 * Where a null went up because a field must not be null, one error says why. graphql-js stops there by itself; graphql-jit goes on
 * and reports every row of the list that is no longer in the answer.
 */
function firstPerNull({ data, errors = [] }: ExecutionResult): GraphQLError[] {
  const told = new Set<string>()
  return errors.filter((error) => {
    const path = error.path ?? []
    let at: unknown = data
    let length = 0
    while (length < path.length && at !== null && at !== undefined) at = (at as Record<string | number, unknown>)[path[length++]!]
    if (length === path.length) return true
    const place = path.slice(0, length).join('.')
    return !told.has(place) && told.add(place)
  })
}

function positionOf(body: string, line: number, column: number): number {
  const lineEnd = /\r\n|[\n\r]/g
  let start = 0
  for (let n = 1; n < line && lineEnd.exec(body); n++) start = lineEnd.lastIndex
  return start + column - 1
}

async function withDeadline(running: ExecutionResult | Promise<ExecutionResult>, ms: number): Promise<ExecutionResult> {
  if (!(running instanceof Promise)) return running
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timeoutError(ms)), ms)
  })
  try {
    return await Promise.race([running, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function timeoutError(ms: number): GraphQLError {
  return new GraphQLError(`This operation took longer than ${ms / 1000} seconds and was given up. Ask for less at once.`, {
    extensions: { code: 'TIMEOUT', http: { status: 504 } },
  })
}
