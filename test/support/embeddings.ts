/**
 * A stand-in for an embeddings endpoint: OpenAI's way of asking, vectors with a meaning of their own (words hashed, and a few things that are said
 * in different words), and every way to fail. It keeps what it was sent.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { foldedWords } from '../../server/search/fold.ts'
import type { EmbeddingsConfig } from '../../server/search/meaning/client.ts'

/** Ways to say the same: each line is one direction of the space. */
export const SAME_MEANING = [
  ['trộm', 'kẻ gian', 'nhà vắng người', 'voleurs'],
  ['cháy', 'hỏa hoạn', 'khói lửa', 'incendie'],
  ['ma túy', 'chất trắng', 'hút chích'],
  ['lừa đảo', 'gạt tiền', 'arnaque'],
]
const WORD_DIRECTIONS = 120
export const DIMENSIONS = SAME_MEANING.length + WORD_DIRECTIONS
/** What words alone have in common counts little beside what is meant. */
const WORD_WEIGHT = 0.4

/** Deterministic: what a text means. */
export function meaningOf(text: string, dimensions = DIMENSIONS): number[] {
  const words = foldedWords(text)
  const meant = SAME_MEANING.map((ways) => (ways.some((way) => words.includes(foldedWords(way))) ? 1 : 0))
  const said = new Array<number>(dimensions - meant.length).fill(0)
  for (const word of words.split(' ')) {
    if (word === '') continue
    let hash = 2166136261
    for (const char of word) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619) >>> 0
    said[hash % said.length]! += hash & 1024 ? 1 : -1
  }
  const scale = (numbers: number[], to: number): number[] => { const length = Math.hypot(...numbers); return numbers.map((n) => (length === 0 ? 0 : (n * to) / length)) }
  return [...scale(meant, 1), ...scale(said, WORD_WEIGHT)]
}

/** `well` · `hang` takes everything and never answers · `reset` breaks the connection · `truncated`, `html`, `nan`, `short`, `few`, `flood` answer nonsense · or a status. */
export type Behaviour = 'well' | 'hang' | 'reset' | 'html' | 'truncated' | 'nan' | 'zero' | 'short' | 'few' | 'flood' | { status: number; headers?: Record<string, string>; message?: string }

export interface TestEmbeddings {
  config: EmbeddingsConfig
  behaviour: Behaviour
  /** Every text of every call, in order, answered or not. */
  readonly texts: string[]
  /** Texts of each call. */
  readonly calls: string[][]
  readonly authorizations: (string | undefined)[]
  /** Calls with such a text are refused as a whole. */
  refuses: (text: string) => boolean
  /** Numbers in a vector where none are asked for. */
  dimensions: number
  /** Lets what hangs go on. */
  letGo(): void
  forget(): void
  /** From now on every connection is reset, until `open`. Its port stays its own: one that is given back may be somebody else's when it is wanted again. */
  shut(): void
  open(): void
  close(): Promise<void>
}

export async function openEmbeddings(more: Partial<EmbeddingsConfig> = {}): Promise<TestEmbeddings> {
  let hanging: (() => void)[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/v1/embeddings') return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such address"}}')
      const { model, input, dimensions } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { model: string; input: string[]; dimensions?: number }
      endpoint.calls.push(input)
      endpoint.texts.push(...input)
      endpoint.authorizations.push(request.headers.authorization)
      answer(response, model, input, dimensions)
    })
  })
  const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  const answer = (response: ServerResponse, model: string, input: string[], asked: number | undefined): void => {
    const { behaviour } = endpoint
    if (behaviour === 'reset') return void response.socket!.resetAndDestroy()
    if (behaviour === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>It works!</title>')
    if (behaviour === 'flood') {
      response.writeHead(200, { 'content-type': 'application/json' })
      const pour = (): void => { while (!response.destroyed && response.write(' '.repeat(2 ** 20))); if (!response.destroyed) response.once('drain', pour) }
      return pour()
    }
    if (typeof behaviour === 'object') return json(response, behaviour.status, { error: { message: behaviour.message ?? 'no' } }, behaviour.headers)
    if (input.some((text) => endpoint.refuses(text))) return json(response, 400, { error: { message: `cannot read “${input.find((text) => endpoint.refuses(text))!.slice(0, 20)}”` } })
    // Another model has other directions.
    const turn = [...model].reduce((sum, char) => sum + char.codePointAt(0)!, 0)
    const size = asked ?? endpoint.dimensions
    const data = input.map((text, index) => {
      const vector = meaningOf(text, size).map((_, i, all) => all[(i + turn) % all.length]!)
      return { object: 'embedding', index, embedding: behaviour === 'nan' ? vector.map((n, i) => (i === 3 ? null : n)) : behaviour === 'zero' ? vector.map(() => 0) : behaviour === 'short' ? vector.slice(1) : vector }
    }).reverse()
    const body = JSON.stringify({ object: 'list', model, data: behaviour === 'few' ? data.slice(1) : data, usage: { prompt_tokens: 1, total_tokens: 1 } })
    const send = (): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(behaviour === 'truncated' ? body.slice(0, body.length / 2) : body)
    if (behaviour === 'hang') hanging.push(send)
    else send()
  }
  let isShut = false
  server.on('connection', (socket) => { if (isShut) socket.resetAndDestroy() })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const endpoint: TestEmbeddings = {
    config: { url: `http://127.0.0.1:${port}/v1`, model: 'stand-in', minSimilarity: 0.5, ...more },
    behaviour: 'well', texts: [], calls: [], authorizations: [], refuses: () => false, dimensions: DIMENSIONS,
    letGo() { for (const send of hanging) send(); hanging = [] },
    forget() { for (const list of [endpoint.texts, endpoint.calls, endpoint.authorizations]) list.length = 0 },
    shut() { isShut = true; server.closeAllConnections() },
    open() { isShut = false },
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
  }
  return endpoint
}
