/**
 * The floor of a write: the statements that our own write sent for a record, in their order, with pg in one transaction. Only what must
 * differ from call to call is put in: the revision, the new text, and the next entry of the audit chain, whose hash the database checks.
 * `tsx write-floor.ts STATEMENTS.json`
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import pg from 'pg'
import { digestOf, type EntryHeader, hashOf } from '../../../server/domain/audit/chain.ts'

export interface CapturedWrite {
  /** Revision that was expected, and text that was written, when the statements were written down. */
  expectedRevision: number
  summary: string
  statements: { sql: string; parameters: unknown[] }[]
}
/** By the record's id in the database. */
export type CapturedWrites = Record<string, CapturedWrite>
export interface WriteAsked { id: string; expectedRevision: number; summary: string }

const HEAD = /from audit_head for update/
const ENTRY = /^\s*insert into audit_entry/

const main = (): void => {
  const captured = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as CapturedWrites
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 })
  const names = new Map<string, string>()
  const nameOf = (sql: string): string => {
    const known = names.get(sql) ?? createHash('sha1').update(sql).digest('hex')
    names.set(sql, known)
    return known
  }

  const write = async ({ id, expectedRevision, summary }: WriteAsked): Promise<unknown[]> => {
    const { expectedRevision: before, summary: text, statements } = captured[id]!
    const [from, to] = [JSON.stringify(text).slice(1, -1), JSON.stringify(summary).slice(1, -1)]
    const filled = (value: unknown): unknown => {
      if (value === before) return expectedRevision
      if (value === before + 1) return expectedRevision + 1
      return typeof value === 'string' && value.includes(from) ? value.replaceAll(from, to) : value
    }
    const client = await pool.connect()
    try {
      let head: { seq: string; hash: string; at: string } | undefined
      const rows: unknown[] = []
      for (const { sql, parameters } of statements) {
        const values = ENTRY.test(sql) ? [nextEntry(parameters[0] as string, head!, expectedRevision + 1)] : parameters.map(filled)
        // Prepared once per connection, as a hand-written server would have them; begin and commit take no name.
        const result = await client.query(values.length === 0 && !/^\s*select/.test(sql) ? { text: sql } : { name: nameOf(sql), text: sql, values })
        if (HEAD.test(sql)) head = result.rows[0] as typeof head
        rows.push(result.rows)
      }
      return rows
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      throw error
    } finally {
      client.release()
    }
  }

  createServer((request, response) => {
    if (request.method === 'GET') return void response.end('ready')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      write(JSON.parse(Buffer.concat(chunks).toString()) as WriteAsked).then(
        (rows) => {
          const json = JSON.stringify({ data: rows })
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }).end(json)
        },
        (error: Error) => response.writeHead(500).end(error.message),
      )
    })
  }).listen(Number(process.env.PORT), '127.0.0.1')
}

/** The written-down entry as the next one of the chain. */
function nextEntry(json: string, head: { seq: string; hash: string; at: string }, revision: number): string {
  const [entry] = JSON.parse(json) as Record<string, string>[]
  const header: EntryHeader = {
    seq: Number(head.seq) + 1, at: head.at, actorId: entry!.actor_id!, actorRole: entry!.actor_role!, action: entry!.action!, recordKind: entry!.record_kind!, recordId: entry!.record_id!,
    revision, payloadDigest: digestOf(entry!.payload_salt!, entry!.payload!), previousHash: head.hash,
  }
  return JSON.stringify([{ ...entry, seq: header.seq, at: header.at, revision, payload_digest: header.payloadDigest, previous_hash: head.hash, hash: hashOf(header) }])
}

if (process.argv[1]?.endsWith('write-floor.ts')) main()
