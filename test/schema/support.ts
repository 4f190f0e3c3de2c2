/** Asks the schema as the server does, without HTTP: every query runs on graphql-js and on graphql-jit, and both must say the same. */
import { type ExecutionResult, type GraphQLError } from 'graphql'
import type { Kysely } from 'kysely'
import { schema } from '../../schema/index.ts'
import type { Context } from '../../server/context.ts'
import type { Database } from '../../server/db/tables.ts'
import { AppError } from '../../server/errors.ts'
import { createJitExecutor, createPlainExecutor } from '../../server/http/executor.ts'
import type { SearchEngine } from '../../server/search/engine.ts'
import { PostgresSearch } from '../../server/search/postgres.ts'
import { createSeededDatabase } from '../support/database.ts'
import { documentOf } from '../support/documents.ts'
import { listening } from '../support/statements.ts'

export const PUBLIC_URL = 'https://mo-hinh.example.vn'

export interface Answer {
  // Bodies are looked into freely: their shape is what the tests are about.
  data: any
  errors: { message: string; code: unknown; path: readonly (string | number)[] | undefined }[]
  /** SQL statements that graphql-js's run took. */
  statements: number
}
export interface World {
  db: Kysely<Database>
  ask(document: string, variables?: Record<string, unknown>): Promise<Answer>
  /** The data; fails on any error. */
  read(document: string, variables?: Record<string, unknown>): Promise<any>
  close(): Promise<void>
}

/** The seeded catalogue behind the schema. */
export async function openWorld(): Promise<World> {
  const opened = await createSeededDatabase()
  const world = createWorld(opened.db)
  return { ...world, close: () => opened.close() }
}

export function createWorld(db: Kysely<Database>, search?: SearchEngine): Omit<World, 'close'> {
  let statements = 0
  const counted = listening(db, () => { statements += 1 })
  const context: Context = { db: counted, viewer: null, search: search ?? new PostgresSearch(counted), config: { publicUrl: PUBLIC_URL }, requestId: 'test' }
  const plain = createPlainExecutor(schema)
  const jit = createJitExecutor(schema, { compileAt: 1 })

  const ask = async (document: string, variables: Record<string, unknown> = {}): Promise<Answer> => {
    const { document: parsed, faults } = documentOf(document)
    if (faults.length > 0) return { data: null, errors: faults.map(told), statements: 0 }
    const request = { document: parsed, documentHash: document, operationName: undefined, variables, context }
    statements = 0
    const result = await plain(request)
    const answer: Answer = { data: plainly(result.data), errors: (result.errors ?? []).map(told), statements }
    const again: ExecutionResult = await jit(request)
    const other = { data: plainly(again.data), errors: (again.errors ?? []).map(told) }
    if (JSON.stringify(other) !== JSON.stringify({ data: answer.data, errors: answer.errors })) {
      throw new Error(`graphql-jit answers otherwise:\n${JSON.stringify(other).slice(0, 2000)}\ngraphql-js:\n${JSON.stringify(answer).slice(0, 2000)}`)
    }
    return answer
  }
  return {
    db,
    ask,
    read: async (document, variables) => {
      const { data, errors } = await ask(document, variables)
      if (errors.length > 0) throw new Error(errors.map(({ message, path }) => `${path?.join('.')}: ${message}`).join('\n'))
      return data
    },
  }
}

const plainly = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))
const told = ({ message, originalError, extensions, path }: GraphQLError) => ({
  message,
  code: extensions.code ?? (originalError instanceof AppError ? originalError.code : undefined),
  path,
})
