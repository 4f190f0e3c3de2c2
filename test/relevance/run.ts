/** Runs judged queries through the public API on an engine: the schema, executed in this process. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { graphql } from 'graphql'
import type { Kysely } from 'kysely'
import { schema } from '../../schema/index.ts'
import type { Context } from '../../server/context.ts'
import type { Database } from '../../server/db/tables.ts'
import type { EngineName, SearchEngine } from '../../server/search/engine.ts'
import type { JudgedQuery, Run } from './score.ts'

/** The judged queries of the project, and our own paraphrases, written before any result was looked at. */
export const SETS = ['queries', 'paraphrases'] as const
export type SetName = (typeof SETS)[number]
export const readSet = (name: SetName): JudgedQuery[] => JSON.parse(readFileSync(fileURLToPath(new URL(`./${name}.json`, import.meta.url)), 'utf8'))

const SEARCH = `query ($query: String!) { searchModels(query: $query, first: 20) { engine isDegraded nodes { slug } } }`

/** @throws Error when another engine answers than the one that is meant, or none does */
export async function runQueries(db: Kysely<Database>, search: SearchEngine, engine: EngineName, queries: readonly JudgedQuery[]): Promise<Run> {
  const context: Context = { db, viewer: null, search, config: { publicUrl: 'http://localhost' }, requestId: 'relevance' }
  const run = new Map<string, string[]>()
  for (const { id, q } of queries) {
    const { data, errors } = await graphql({ schema, source: SEARCH, variableValues: { query: q }, contextValue: context })
    const found = (data as { searchModels?: { engine: EngineName; isDegraded: boolean; nodes: { slug: string }[] } } | null | undefined)?.searchModels
    if (!found || errors?.length) throw new Error(`query ${id} failed: ${errors?.map((error) => error.message).join('; ')}`)
    if (found.engine !== engine || found.isDegraded) throw new Error(`query ${id} was answered by ${found.engine}, not ${engine}`)
    run.set(id, found.nodes.map(({ slug }) => slug))
  }
  return run
}
