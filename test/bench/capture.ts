/** The SQL of our own read layer: each request executed once in this process, with its statements written down. */
import { type DocumentNode, execute, type ExecutionResult, parse } from 'graphql'
import { type Kysely, Kysely as KyselyInstance, PostgresDialect } from 'kysely'
import pg from 'pg'
import { schema } from '../../schema/index.ts'
import type { Context } from '../../server/context.ts'
import type { Database } from '../../server/db/tables.ts'
import { requestKey, type StatementsByRequest } from './peers/floor.ts'
import type { Workload } from './workload.ts'

/** Executes every request of the workloads and returns its statements in order. */
export const captureStatements = async (databaseUrl: string, workloads: readonly Workload[], contextOf: (db: Kysely<Database>) => Promise<Context> | Context): Promise<StatementsByRequest> => {
  let current: StatementsByRequest[string] = []
  const db = new KyselyInstance<Database>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: databaseUrl, max: 1 }) }),
    log: ({ level, query }) => {
      if (level === 'query') current.push({ sql: query.sql, parameters: [...query.parameters] })
    },
  })
  const captured: StatementsByRequest = {}
  try {
    const contextValue = await contextOf(db)
    for (const { operationName, query, variables } of workloads) {
      const document: DocumentNode = parse(query)
      // The first execution may fill caches of the process (vocabularies); the second is what a running server does.
      await execute({ schema, document, contextValue, variableValues: variables[0]! })
      for (const variableValues of variables) {
        current = []
        const result: ExecutionResult = await execute({ schema, document, contextValue, variableValues })
        if (result.errors) throw new Error(`${requestKey(operationName, variableValues)}: ${result.errors.map(({ message }) => message).join('; ')}`)
        captured[requestKey(operationName, variableValues)] = current
      }
    }
  } finally {
    await db.destroy()
  }
  return captured
}
