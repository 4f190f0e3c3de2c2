/** Files are sent inside a GraphQL operation, as base64: for those who are signed in, and for the two operations that take them, a body may be larger. */
import { Transform } from 'node:stream'
import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler, preParsingAsyncHookHandler } from 'fastify'
import type { Caller } from '../http.ts'

/** 10 MB are 14 MB in base64. */
export const IMPORT_BODY_BYTES = 15 * 1024 * 1024

const tooLarge = (most: number): Error => Object.assign(new Error(`The body is too large; at most ${most} bytes are allowed. \`previewImport\` and \`runImport\` take files of up to 10 MB from callers who are signed in, as a variable.`), { statusCode: 413 })

/** Before the body is read: who isn't signed in may send no more than anybody. */
export function limitBody(most: number, isSignedIn: (request: FastifyRequest) => Promise<boolean>): preParsingAsyncHookHandler {
  return async (request, _reply, payload) => {
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    if (length <= most) return payload
    if (request.headers.authorization !== undefined && (await isSignedIn(request))) return payload
    if (length > most) throw tooLarge(most)
    let count = 0
    const counting = new Transform({
      transform(piece: Buffer, _encoding, done) {
        count += piece.length
        done(count > most ? tooLarge(most) : null, piece)
      },
    })
    payload.on('error', (error: Error) => counting.destroy(error))
    return payload.pipe(counting)
  }
}

/** After it is parsed: a large one must be an import. Its file is in the variables; the document stays small. */
export function refuseLargeBody(most: number): preHandlerAsyncHookHandler {
  return async (request: FastifyRequest, _reply: FastifyReply) => {
    const body = request.body as { query?: unknown; variables?: unknown } | null | undefined
    if (request.method !== 'POST' || typeof body !== 'object' || body === null) return
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    if (length <= most) return
    if (Number.isNaN(length) && JSON.stringify(body).length <= most) return
    const isImport = typeof body.query === 'string' && body.query.length <= most / 8 && /\b(?:previewImport|runImport)\b/.test(body.query)
    if (!isImport) throw tooLarge(most)
  }
}

export const isSignedInBy = (callerOf: (request: FastifyRequest) => Caller, identify: ((caller: Caller) => Promise<string | undefined>) | undefined) =>
  async (request: FastifyRequest): Promise<boolean> => (await identify?.(callerOf(request))) !== undefined
