/** The API as a caller meets it: the finished schema behind HTTP, on a real database, with keys of every kind. */
import { pino } from 'pino'
import { schema } from '../../schema/index.ts'
import { createAuthenticate, oncePerCaller } from '../../server/auth.ts'
import { createKeyUses } from '../../server/auth/key-uses.ts'
import type { TokenVerifier } from '../../server/auth/tokens.ts'
import type { Role } from '../../server/domain/viewer.ts'
import { createHttpServer } from '../../server/http.ts'
import type { MeiliConfig } from '../../server/search/meilisearch-client.ts'
import { openSearch } from '../../server/search/resilient.ts'
import { createSeededDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts'

export const ADMIN_KEY = 'the-first-admins-key-0123'

export interface Answer { status: number; headers: Record<string, unknown>; body: any; code: string | undefined }
export interface Api {
  database: TestDatabase
  /** Everything that was logged, as one text. */
  log(): string
  ask(query: string, options?: { key?: string | undefined; variables?: Record<string, unknown>; headers?: Record<string, string> }): Promise<Answer>
  /** A key made by the first admin. */
  makeKey(role: Role, more?: { name?: string; localities?: string[]; expiresAt?: string }): Promise<{ key: string; id: string }>
  revokeKey(id: string): Promise<void>
  /** Where it listens, for what cannot be injected. */
  listen(): Promise<string>
  /** Writes when keys were used, at once. */
  flushUses(): Promise<void>
  close(): Promise<void>
}

export async function openApi({ isSeeded = true, verifyToken, rateLimit, meili }: { isSeeded?: boolean; verifyToken?: (database: TestDatabase) => TokenVerifier; rateLimit?: number; meili?: MeiliConfig } = {}): Promise<Api> {
  const database = isSeeded ? await createSeededDatabase() : await createTestDatabase()
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const { db } = database
  const uses = createKeyUses(db, { logger, delayMs: 600_000 })
  const viewerOf = oncePerCaller(createAuthenticate({ adminKey: ADMIN_KEY, keys: { db, uses }, verifyToken: verifyToken?.(database) }))
  const search = await openSearch({ db, meili })
  const server = await createHttpServer({
    schema, logger,
    createContext: async (caller) => ({ db, viewer: await viewerOf(caller), search, config: { publicUrl: 'https://mo-hinh.example.vn' }, requestId: caller.requestId, callerKey: caller.callerKey }),
    exports: { db, viewerOf },
    identifyCaller: (caller) => viewerOf(caller).then((viewer) => viewer?.id, () => undefined),
    checkReadiness: async () => ({ database: true, migrated: true, seeded: true, search: true }),
    exampleQuery: '{ viewer { name } }',
    ...(rateLimit === undefined ? {} : { rateLimit }),
  })
  const ask: Api['ask'] = async (query, { key, variables, headers = {} } = {}) => {
    const reply = await server.app.inject({
      method: 'POST', url: '/graphql', payload: { query, variables },
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
    })
    const body = JSON.parse(reply.body)
    return { status: reply.statusCode, headers: reply.headers, body, code: body.errors?.[0]?.extensions?.code }
  }
  return {
    database, ask,
    log: () => lines.join(''),
    async makeKey(role, more = {}) {
      const input = { name: `khóa ${role}`, role, ...(role === 'LOCALITY_OFFICER' ? { localities: ['can-tho'] } : {}), ...more }
      const { body } = await ask('mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeySuccess { key apiKey { id } } ... on UserError { message } } }', { key: ADMIN_KEY, variables: { input } })
      if (!body.data?.createApiKey?.key) throw new Error(JSON.stringify(body))
      return { key: body.data.createApiKey.key, id: body.data.createApiKey.apiKey.id }
    },
    async revokeKey(id) {
      await ask('mutation($id: ID!) { revokeApiKey(input: { id: $id }) { ... on RevokeApiKeySuccess { apiKey { state } } } }', { key: ADMIN_KEY, variables: { id } })
    },
    listen: () => server.app.listen({ port: 0, host: '127.0.0.1' }),
    flushUses: () => uses.close(),
    async close() {
      await server.close()
      await search.close()
      await uses.close()
      await database.close()
    },
  }
}
