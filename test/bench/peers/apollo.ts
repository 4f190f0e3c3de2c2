/**
 * The usual way: Apollo Server as its documentation sets it up (`startStandaloneServer`, schema from SDL, one set of DataLoaders
 * per request), over the same tables, with the SDL that our own server prints. `tsx apollo.ts`
 */
import { readFileSync } from 'node:fs'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import pg from 'pg'
import { createLoaders, type Loaders } from './apollo-loaders.ts'
import { createResolvers } from './apollo-resolvers.ts'

export interface PeerContext {
  pool: pg.Pool
  loaders: Loaders
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 })
const typeDefs = readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8')
const server = new ApolloServer<PeerContext>({ typeDefs, resolvers: createResolvers({ publicUrl: process.env.PUBLIC_URL! }) })

await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
  context: async () => ({ pool, loaders: createLoaders(pool) }),
})
