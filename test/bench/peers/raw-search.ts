/**
 * The floor of a search: the calls to Meilisearch and the statements that our own server made for it, written down beforehand, sent again over
 * kept connections and answered as JSON by node:http. No GraphQL, nothing understood, nothing ranked. `tsx raw-search.ts CALLS.json`
 */
import { readFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import { createHash } from 'node:crypto'
import pg from 'pg'
import { requestKey } from './floor.ts'

/** By `operationName` + variables as JSON. Calls and statements are sent in the order in which ours sent them; `beside`: without waiting for the one before. */
export type CallsByRequest = Record<string, Call[]>
export type Call = ({ kind: 'SQL'; sql: string; parameters: unknown[] } | { kind: 'MEILISEARCH'; body: string }) & { beside?: boolean }

const main = (): void => {
  const calls = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as CallsByRequest
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8, options: '-c jit=off' })
  const agent = new Agent({ keepAlive: true })
  const meili = process.env.MEILI_URL ? new URL('/multi-search', process.env.MEILI_URL) : undefined
  const names = new Map<string, string>()
  const nameOf = (sql: string): string => {
    const known = names.get(sql) ?? createHash('sha1').update(sql).digest('hex')
    names.set(sql, known)
    return known
  }
  const search = (body: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const asked = request(meili!, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(Buffer.concat(chunks).toString())) : reject(new Error(`Meilisearch: ${response.statusCode}`))))
      })
      asked.once('error', reject)
      asked.end(body)
    })
  const run = (call: Call): Promise<unknown> => (call.kind === 'MEILISEARCH' ? search(call.body) : pool.query({ name: nameOf(call.sql), text: call.sql, values: call.parameters }).then(({ rows }) => rows))
  const answer = async (body: string): Promise<string> => {
    const { operationName, variables } = JSON.parse(body) as { operationName: string; variables: unknown }
    const answers: unknown[] = []
    let running: Promise<unknown>[] = []
    for (const call of calls[requestKey(operationName, variables)] ?? []) {
      if (!call.beside) answers.push(...(await Promise.all(running.splice(0))))
      running.push(run(call))
    }
    answers.push(...(await Promise.all(running)))
    // What Meilisearch found is read, as ours has to; what the database gave is sent.
    return JSON.stringify({ data: answers.filter((one) => Array.isArray(one)) })
  }
  createServer((incoming, response) => {
    if (incoming.method === 'GET') return void response.end('ready')
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      answer(Buffer.concat(chunks).toString()).then(
        (json) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }).end(json),
        (error: Error) => response.writeHead(500).end(error.message),
      )
    })
  }).listen(Number(process.env.PORT), '127.0.0.1')
}

if (process.argv[1]?.endsWith('raw-search.ts')) main()
