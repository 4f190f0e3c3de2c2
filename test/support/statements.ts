/** Listening to what a database is asked. */
import type { Kysely, PluginTransformQueryArgs } from 'kysely'
import type { Database } from '../../server/db/tables.ts'

/** The same database; `hear` is called with each statement before it is sent, and what it throws the statement fails with. */
export const listening = (db: Kysely<Database>, hear: (statement: PluginTransformQueryArgs) => void): Kysely<Database> => db.withPlugin({
  transformQuery: (statement) => {
    hear(statement)
    return statement.node
  },
  transformResult: async ({ result }) => result,
})
