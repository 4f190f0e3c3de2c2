/** A small schema with every behaviour that the HTTP part must cope with, and a server that answers it without a socket. */
import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { pino } from 'pino'
import { NotFoundError } from '../../server/errors.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../server/http.ts'

interface Item {
  id: string
  name: string
}

export const SECRET = 'password=hunter2 at /srv/secret/path.ts'

/** Items nest without end, so that documents of any depth and cost can be written. */
export function createTestSchema(): GraphQLSchema {
  const builder = new SchemaBuilder<{ Context: { viewer: unknown; requestId: string } }>({
    plugins: [ComplexityPlugin],
  })
  const named = builder.interfaceRef<Item>('Named').implement({ fields: (t) => ({ name: t.exposeString('name') }) })
  const colour = builder.enumType('Colour', { values: ['RED', 'GREEN'] as const })
  const item = builder.objectRef<Item>('Item')
  const choice = builder.inputType('Choice', { isOneOf: true, fields: (t) => ({ id: t.string(), name: t.string() }) })
  const children = (count: number): Item[] => Array.from({ length: count }, (_, n) => ({ id: String(n + 1), name: `item ${n + 1}` }))
  item.implement({
    interfaces: [named],
    isTypeOf: () => true,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      child: t.field({ type: item, resolve: (parent) => parent }),
      items: t.field({
        type: [item],
        args: { first: t.arg.int({ defaultValue: 2 }) },
        complexity: (args) => ({ field: 1, multiplier: args.first ?? 2 }),
        resolve: (_parent, args) => children(args.first ?? 2),
      }),
      later: t.string({ resolve: async (parent) => `later ${parent.name}` }),
      failing: t.string({ resolve: () => { throw new Error(SECRET) } }),
      failingHard: t.string({ nullable: false, resolve: async () => { throw new Error(SECRET) } }),
      nullHard: t.string({ nullable: false, resolve: () => null as never }),
    }),
  })
  builder.queryType({
    fields: (t) => ({
      hello: t.string({ args: { name: t.arg.string() }, resolve: (_root, args) => `xin chào ${args.name ?? 'bạn'}` }),
      number: t.int({ args: { value: t.arg.int({ required: true }) }, resolve: (_root, args) => args.value }),
      colour: t.field({ type: colour, args: { colour: t.arg({ type: colour }) }, resolve: (_root, args) => args.colour }),
      chosen: t.string({ args: { choice: t.arg({ type: choice, required: true }) }, resolve: (_root, args) => JSON.stringify(args.choice) }),
      item: t.field({ type: item, resolve: () => ({ id: '1', name: 'item 1' }) }),
      items: t.field({
        type: [item],
        args: { first: t.arg.int({ defaultValue: 2 }) },
        complexity: (args) => ({ field: 1, multiplier: args.first ?? 2 }),
        resolve: async (_root, args) => children(args.first ?? 2),
      }),
      named: t.field({ type: named, resolve: () => ({ id: '1', name: 'item 1' }) }),
      viewer: t.string({ resolve: (_root, _args, context) => (context.viewer ? 'somebody' : null) }),
      boom: t.string({ resolve: () => { throw new Error(SECRET) } }),
      missing: t.string({ resolve: () => { throw new NotFoundError('There is no such item.') } }),
      refused: t.string({ resolve: () => { throw new GraphQLError('first must be 1 to 100.', { extensions: { code: 'BAD_USER_INPUT' } }) } }),
      databaseAway: t.string({ resolve: () => { throw Object.assign(new Error(`connect ECONNREFUSED ${SECRET}`), { code: 'ECONNREFUSED' }) } }),
      databaseLate: t.string({ resolve: () => { throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }) } }),
      wait: t.int({
        args: { ms: t.arg.int({ required: true }) },
        resolve: (_root, { ms }) => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms)),
      }),
    }),
  })
  builder.mutationType({ fields: (t) => ({ change: t.string({ resolve: () => 'changed' }) }) })
  return builder.toSchema()
}

export interface TestServer extends HttpServer {
  /** What was logged, parsed. */
  log: Record<string, unknown>[]
  post(body: object, headers?: Record<string, string>): Promise<Answer>
}

export interface Answer {
  status: number
  headers: Record<string, unknown>
  text: string
  body: { data?: Record<string, unknown> | null; errors?: { message: string; path?: unknown; extensions: { code: string; incidentId?: string } }[] }
}

/** Builds a server over the test schema; close it when done. */
export async function startTestServer(options: Partial<HttpServerOptions> = {}): Promise<TestServer> {
  const log: Record<string, unknown>[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) })
  const server = await createHttpServer({
    schema: createTestSchema(),
    logger,
    createContext: async ({ authorization, requestId }) => ({ viewer: authorization === 'Bearer key' ? { id: '1' } : null, requestId }),
    checkReadiness: async () => ({ database: true, migrated: true, seeded: true, search: true }),
    exampleQuery: '{ hello(name: "<Nhân Rộng>") }',
    ...options,
  })
  const post = async (body: object, headers: Record<string, string> = {}): Promise<Answer> => {
    const reply = await server.app.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers }, payload: body })
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, body: safeJson(reply.body) }
  }
  return { ...server, log, post }
}

function safeJson(text: string): Answer['body'] {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
