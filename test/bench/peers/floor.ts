/**
 * The floor: the statements of our own read layer, captured beforehand, executed with pg and sent as JSON by node:http.
 * No GraphQL, no validation, no limits: what the database and the network cost at least. `tsx floor.ts STATEMENTS.json`
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import pg from 'pg'

/** By `operationName` + variables as JSON: the statements in order. */
export type StatementsByRequest = Record<string, { sql: string; parameters: unknown[] }[]>

export const requestKey = (operationName: string, variables: unknown): string => `${operationName} ${JSON.stringify(variables)}`

const main = (): void => {
  const statements = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as StatementsByRequest
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 })
  // Named statements are prepared once per connection, as a hand-written server would have them.
  const names = new Map<string, string>()
  const nameOf = (sql: string): string => {
    const known = names.get(sql)
    if (known) return known
    const name = createHash('sha1').update(sql).digest('hex')
    names.set(sql, name)
    return name
  }
  const answer = async (body: string): Promise<string> => {
    const { operationName, variables } = JSON.parse(body) as { operationName: string; variables: unknown }
    const rows: unknown[] = []
    for (const { sql, parameters } of statements[requestKey(operationName, variables)] ?? []) {
      const result = await pool.query({ name: nameOf(sql), text: sql, values: parameters })
      rows.push(result.rows)
    }
    return JSON.stringify({ data: rows })
  }
  createServer((request, response) => {
    if (request.method === 'GET') return void response.end('ready')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      answer(Buffer.concat(chunks).toString()).then(
        (json) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }).end(json),
        (error: Error) => response.writeHead(500).end(error.message),
      )
    })
  }).listen(Number(process.env.PORT), '127.0.0.1')
}

if (process.argv[1]?.endsWith('floor.ts')) main()
