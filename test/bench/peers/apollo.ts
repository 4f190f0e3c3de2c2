/**
 * The usual way: Apollo Server as its documentation sets it up (`startStandaloneServer`, schema from SDL, one set of DataLoaders
 * per request), over the same tables, with the SDL that our own server prints. Search is the same engine: only what happens
 * around it is compared. `tsx apollo.ts`
 */
import { readFileSync } from 'node:fs'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from '../../../server/db/tables.ts'
import { highlight } from '../../../server/domain/search/highlight.ts'
import { PostgresSearch } from '../../../server/search/postgres.ts'
import { createLoaders, type Loaders, type Row } from './apollo-loaders.ts'
import { createResolvers } from './apollo-resolvers.ts'

export interface PeerContext {
  pool: pg.Pool
  loaders: Loaders
  suggest(text: string, limit: number): Promise<object[]>
}

// Days stay the text that they are stored as.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 })
const search = new PostgresSearch(new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }))

const TYPE_NAMES = { MODEL: 'Model', LOCALITY: 'Locality', TOPIC: 'Topic' }
const suggestWith = (loaders: Loaders) => async (text: string, limit: number): Promise<object[]> => {
  const { suggestions, understood } = await search.suggest({ text, limit })
  const targets = { MODEL: loaders.model, LOCALITY: loaders.locality, TOPIC: loaders.term }
  return Promise.all(
    suggestions.map(async ({ kind, id, text: found }) => ({
      kind,
      text: found,
      fragments: highlight(understood, found) ?? [{ text: found, isMatch: false }],
      target: { ...((await targets[kind].load(id)) as Row), __typename: TYPE_NAMES[kind] },
    })),
  )
}

const typeDefs = readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8')
const server = new ApolloServer<PeerContext>({ typeDefs, resolvers: createResolvers({ publicUrl: process.env.PUBLIC_URL! }) })

await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
  context: async () => {
    const loaders = createLoaders(pool)
    return { pool, loaders, suggest: suggestWith(loaders) }
  },
})
