/** What our server asks of Meilisearch and of Postgres for each search: each executed in this process, its calls written down. */
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { execute, parse } from 'graphql'
import { Kysely } from 'kysely'
import { schema } from '../../schema/index.ts'
import type { Context } from '../../server/context.ts'
import { Dialect, openPool } from '../../server/db/postgres.ts'
import type { Database } from '../../server/db/tables.ts'
import { openSearch } from '../../server/search/resilient.ts'
import { PUBLIC_URL } from './context.ts'
import { requestKey } from './peers/floor.ts'
import type { Call, CallsByRequest } from './peers/raw-search.ts'
import type { SearchOperation } from './search-workload.ts'

export interface Captured {
  /** What a search takes whose candidates are in memory: the floor. */
  calls: CallsByRequest
  /** Means of a running server, which has some candidates in memory and reads the rest, by operation. */
  statements: Map<string, number>
}

type Timed = Call & { from: number; to: number }

/** Executes every operation: once to fill what a process keeps, then counted, then for what it is made of. */
export const captureSearches = async ({ databaseUrl, meiliUrl, operations }: { databaseUrl: string; meiliUrl: string | undefined; operations: readonly SearchOperation[] }): Promise<Captured> => {
  let current: Timed[] = []
  const pool = await openPool({ url: databaseUrl, queryTimeoutMs: 60_000, poolSize: 2 })
  const db = new Kysely<Database>({
    dialect: new Dialect({ pool }),
    log: ({ level, query, queryDurationMillis }) => {
      const now = performance.now()
      // A look at whether knowledge is current comes behind an answer, and is none of its parts.
      if (level === 'query' && !/^select \(select json_build_array\(version.*\) as versions$/.test(query.sql)) current.push({ kind: 'SQL', sql: query.sql, parameters: [...query.parameters], from: now - queryDurationMillis, to: now })
    },
  })
  // The client sends with node:http; whoever imported its `request` gets this one from here on.
  const plainRequest = http.request
  http.request = ((url: URL, options: http.RequestOptions) => {
    const sent = plainRequest(url, options)
    if (!String(url).includes('/multi-search')) return sent
    const from = performance.now()
    const end = sent.end.bind(sent)
    sent.end = ((body: Buffer) => {
      sent.once('response', (response) => response.once('end', () => current.push({ kind: 'MEILISEARCH', body: body.toString(), from, to: performance.now() })))
      return end(body)
    }) as typeof sent.end
    return sent
  }) as typeof http.request
  syncBuiltinESMExports()
  const search = await openSearch({ db, meili: meiliUrl === undefined ? undefined : { url: meiliUrl, timeoutMs: 60_000 } })
  const contextValue: Context = { db, viewer: null, search, config: { publicUrl: PUBLIC_URL }, requestId: 'bench' }
  const captured: Captured = { calls: {}, statements: new Map() }
  try {
    if (search.status().isDegraded) throw new Error(`Meilisearch does not serve: ${search.status().reason}`)
    // On Postgres a suggestion doesn't wait until the rows are in memory, as those of a running server are; a search does.
    await search.search({ text: '', filter: {}, offset: 0, limit: 1 })
    for (const { id, operationName, query, variables } of operations) {
      const document = parse(query)
      const run = async (variableValues: Record<string, unknown>): Promise<Timed[]> => {
        current = []
        const { errors } = await execute({ schema, document, contextValue, variableValues })
        if (errors) throw new Error(`${requestKey(operationName, variableValues)}: ${errors.map(({ message }) => message).join('; ')}`)
        return current
      }
      for (const one of variables) await run(one)
      let statements = 0
      for (const one of variables) {
        statements += (await run(one)).filter(({ kind }) => kind === 'SQL').length
        captured.calls[requestKey(operationName, one)] = inOrder(await run(one))
      }
      captured.statements.set(id, statements / variables.length)
    }
    return captured
  } finally {
    http.request = plainRequest
    syncBuiltinESMExports()
    await search.close()
    await db.destroy()
  }
}

/** By when they were sent, those that waited for none before them marked. */
const inOrder = (calls: Timed[]): Call[] =>
  calls.sort((a, b) => a.from - b.from).map(({ from, to: _, ...call }, i, all) => ({ ...call, beside: i > 0 && calls.slice(0, i).some((before) => before.to > from + 0.2 && all.length > 1) }))
