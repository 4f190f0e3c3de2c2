/**
 * Calls whose head and body leave in one write. Node's `fetch` sends them apart, and the second part of a search then waits some 40 ms for
 * the acknowledgement of the first: a call took 52 ms at the median, and takes 7 so (measured on Meilisearch 1.50, loopback).
 */
import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) }

export interface WholeAnswer { status: number; statusText: string; headers: IncomingHttpHeaders; body: string }
/** The answer is longer than whoever asked will read. */
export class TooLargeError extends Error {}

/** Sends it over a kept connection and reads the whole answer; redirects are not followed. A connection that ended while it was idle is tried once more: a search may be sent twice. */
export async function sendAtOnce(url: URL, init: RequestInit = {}, maxBytes = Number.POSITIVE_INFINITY): Promise<WholeAnswer> {
  try {
    return await send(url, init, maxBytes)
  } catch (error) {
    if ((error as { isStale?: boolean }).isStale) return send(url, init, maxBytes)
    throw error
  }
}

function send(url: URL, { method = 'GET', headers, body, signal }: RequestInit, maxBytes: number): Promise<WholeAnswer> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : undefined
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? httpsRequest : httpRequest)(url, {
      method, agent: isSecure ? agents.https : agents.http, ...(signal ? { signal } : {}),
      headers: { ...Object.fromEntries(new Headers(headers)), ...(bytes ? { 'content-length': bytes.length } : {}) },
    })
    sent.once('response', (response: IncomingMessage) => {
      read(response, maxBytes).then((body) => resolve({ status: response.statusCode ?? 0, statusText: response.statusMessage ?? '', headers: response.headers, body }), reject)
    })
    sent.once('error', (error: NodeJS.ErrnoException) => reject(sent.reusedSocket && error.code === 'ECONNRESET' ? Object.assign(error, { isStale: true }) : error))
    sent.end(bytes)
  })
}

async function read(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) throw new TooLargeError(`an answer of more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
