/** Errors outside of a GraphQL operation, in the shape that GraphQL clients read: `{ errors: [{ message, extensions }] }`. */
import { HeaderMap } from '@apollo/server'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import { AppError, type ErrorCode, RateLimitedError } from '../errors.ts'
import { databaseFault } from './database-fault.ts'
import { maskedError } from './format-error.ts'

/** Fastify's error handler: the caller's faults are said, ours are masked under an incident id. */
export function answerHttpError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const planned: unknown = error
  if (planned instanceof AppError) {
    if (planned instanceof RateLimitedError) void reply.header('retry-after', Math.ceil(planned.retryAfterSeconds))
    return send(reply, STATUS[planned.code] ?? 500, planned.message, planned.code)
  }
  const fault = databaseFault(error)
  if (fault) return send(reply, fault.code === 'TIMEOUT' ? 504 : 503, fault.message, fault.code)
  const status = error.statusCode ?? 500
  if (status < 500) return send(reply, status, explain(error, request), 'BAD_USER_INPUT')
  return reply.code(500).send({ errors: [maskedError(request.log as never, error)] })
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  TIMEOUT: 504,
  SERVICE_UNAVAILABLE: 503,
}

/** Wraps what went wrong before an operation began, so that Apollo answers it with its HTTP status. */
export function withStatus(error: unknown): GraphQLError {
  const original = error instanceof Error ? error : new Error(String(error))
  const code = original instanceof AppError ? original.code : databaseFault(original)?.code
  const headers = new HeaderMap()
  if (original instanceof RateLimitedError) headers.set('retry-after', String(Math.ceil(original.retryAfterSeconds)))
  if (code === 'UNAUTHENTICATED') headers.set('www-authenticate', 'Bearer')
  return new GraphQLError(original.message, { originalError: original, extensions: { http: { status: (code && STATUS[code]) ?? 500, headers } } })
}

/** The answer where nothing is. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.url.split('?')[0] === '/graphql') {
    return send(reply.header('allow', 'GET, POST'), 405, 'GraphQL is answered to GET (queries only) and POST.', 'BAD_USER_INPUT')
  }
  return send(reply, 404, 'Nothing is here. GraphQL is at /graphql, an editor for it at /ide.', 'NOT_FOUND')
}

function explain(error: FastifyError, request: FastifyRequest): string {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return `The body is too large; at most ${request.server.initialConfig.bodyLimit} bytes are allowed.`
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'Send the operation as JSON, with the header content-type: application/json.'
  return error.message
}

function send(reply: FastifyReply, status: number, message: string, code: string): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] })
}
