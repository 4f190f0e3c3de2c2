/** What a caller learns of an error: everything of a documented one, of any other only an incident id that is in the log. */
import { randomUUID } from 'node:crypto'
import { unwrapResolverError } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { AppError, RateLimitedError, ValidationError } from '../errors.ts'
import { databaseFault } from './database-fault.ts'

/** Codes that a GraphQLError may carry out to a caller: ours, and those of GraphQL servers in general. */
const PUBLIC_CODES = new Set([
  'BAD_USER_INPUT',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_COSTLY',
  'TOO_MANY_TOKENS',
  'TOO_MANY_ALIASES',
  'TOO_MANY_DIRECTIVES',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'VALIDATION_FAILED',
  'RATE_LIMITED',
  'TIMEOUT',
  'SERVICE_UNAVAILABLE',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

/** Made once per server: formats what Apollo found, logs what was masked. */
export function createErrorFormatter({ logger }: { logger: Logger }) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const place = { locations: formatted.locations, path: formatted.path }
    const known = knownError(formatted, error)
    return { message: known?.message ?? MASKED, ...place, extensions: known?.extensions ?? maskedExtensions(logger, error, formatted.path) }
  }
}

const MASKED = 'Something went wrong on the server. Whoever runs it can find the cause by the incident id.'

/** Logs an error that nobody planned for, and gives the id under which it is found. */
export function maskedExtensions(logger: Logger, error: unknown, path?: readonly (string | number)[]): { code: string; incidentId: string } {
  const incidentId = randomUUID()
  logger.error({ incidentId, path, err: originalOf(error) }, 'unexpected error')
  return { code: 'INTERNAL_SERVER_ERROR', incidentId }
}

/** The whole answer to an error that nobody planned for, outside of a GraphQL operation. */
export function maskedError(logger: Logger, error: unknown): GraphQLFormattedError {
  return { message: MASKED, extensions: maskedExtensions(logger, error) }
}

interface KnownError {
  message: string
  extensions: Record<string, unknown>
}

function knownError(formatted: GraphQLFormattedError, error: unknown): KnownError | undefined {
  const original = originalOf(error)
  if (original instanceof AppError) return { message: original.message, extensions: { code: original.code, ...detailsOf(original) } }
  const fault = databaseFault(original)
  if (fault) return { message: fault.message, extensions: { code: fault.code } }

  const code = String(formatted.extensions?.code)
  // Apollo puts its own code over the one that a validation rule gave.
  if (code === 'GRAPHQL_VALIDATION_FAILED' && original instanceof GraphQLError && original.extensions.code) {
    return { message: formatted.message, extensions: { ...formatted.extensions, code: original.extensions.code } }
  }
  if (code === 'GRAPHQL_PARSE_FAILED' && /more tha[nt] \d+ tokens/.test(formatted.message)) {
    return { message: `${formatted.message.replace('more that', 'more than')} Send several smaller operations instead.`, extensions: { code: 'TOO_MANY_TOKENS' } }
  }
  if (PUBLIC_CODES.has(code) && error instanceof GraphQLError) return { message: formatted.message, extensions: { ...formatted.extensions } }
  // graphql-js gives no code to an argument that only execution can check.
  if (original instanceof GraphQLError && original.message.startsWith('Argument "')) {
    return { message: original.message, extensions: { code: 'BAD_USER_INPUT' } }
  }
  return undefined
}

function detailsOf(error: AppError): Record<string, unknown> {
  if (error instanceof ValidationError) return { issues: error.issues }
  if (error instanceof RateLimitedError) return { retryAfterSeconds: error.retryAfterSeconds }
  return {}
}

/** The error that was thrown, under what graphql-js and Apollo wrapped around it. */
function originalOf(error: unknown): unknown {
  let inner = unwrapResolverError(error)
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError
  return inner
}
