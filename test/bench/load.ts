/**
 * A closed loop over keep-alive sockets: each connection sends its next request when the answer to the last one is whole.
 *
 * Raw sockets, because node's own HTTP client costs more CPU per request than the servers measured here, and would set the pace.
 */
import { connect, type Socket } from 'node:net'

/** One request as bytes, and the length its answer must have (checked on every answer: an error reply is short and fast). */
export interface PreparedRequest {
  bytes: Buffer
  answerLength: number
}

export interface Load {
  port: number
  requests: readonly PreparedRequest[]
  connections: number
  seconds: number
}

export interface LoadResult {
  requests: number
  seconds: number
  /** Milliseconds, one per answered request, in order of arrival. */
  latencies: number[]
  /** Answers that were not 200 or had another length than the one compared before the run. */
  faults: string[]
}

interface Answer {
  status: number
  length: number
}

/** The HTTP request that a GraphQL client sends: POST with JSON, the whole document each time. */
export const prepareRequest = (port: number, body: object, answerLength: number): PreparedRequest => {
  const json = Buffer.from(JSON.stringify(body))
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: ${json.length}\r\n\r\n`
  return { bytes: Buffer.concat([Buffer.from(head), json]), answerLength }
}

/** Reads one answer at a time from a socket; answers need a content-length (no peer here streams). */
class AnswerReader {
  #head = ''
  #status = 0
  #length = -1
  #missing = 0

  /** The finished answer, or undefined while bytes are missing. */
  push(chunk: Buffer): Answer | undefined {
    let body = chunk.length
    if (this.#length < 0) {
      const before = this.#head.length
      this.#head += chunk.toString('latin1')
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return undefined
      const head = this.#head.slice(0, end)
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)
      if (!length) throw new Error(`an answer without content-length cannot be measured:\n${head}`)
      this.#status = Number(head.slice(9, 12))
      this.#length = Number(length[1])
      this.#missing = this.#length
      body = chunk.length - (end + 4 - before)
    }
    this.#missing -= body
    if (this.#missing > 0) return undefined
    const answer = { status: this.#status, length: this.#length }
    this.#head = ''
    this.#length = -1
    return answer
  }
}

/** Runs the loop for the given time and returns every latency. */
export const runLoad = async ({ port, requests, connections, seconds }: Load): Promise<LoadResult> => {
  const latencies: number[] = []
  const faults: string[] = []
  const sockets: Socket[] = []
  let next = 0
  const started = performance.now()
  const deadline = started + seconds * 1000

  const loop = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      sockets.push(socket)
      const reader = new AnswerReader()
      let request: PreparedRequest
      let sentAt = 0
      const send = (): void => {
        request = requests[next++ % requests.length]!
        sentAt = performance.now()
        socket.write(request.bytes)
      }
      socket.once('connect', send)
      socket.on('data', (chunk) => {
        try {
          const answer = reader.push(chunk)
          if (!answer) return
          const now = performance.now()
          latencies.push(now - sentAt)
          if ((answer.status !== 200 || answer.length !== request.answerLength) && faults.length < 10) {
            faults.push(`status ${answer.status}, ${answer.length} bytes instead of ${request.answerLength}`)
          }
          if (now < deadline) send()
          else socket.end(resolve)
        } catch (error) {
          reject(error as Error)
        }
      })
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('the server closed a keep-alive connection during the run')))
    })

  try {
    await Promise.all(Array.from({ length: connections }, loop))
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  return { requests: latencies.length, seconds: (performance.now() - started) / 1000, latencies, faults }
}
