/**
 * How a command asks the API as an administrator: the running server, with ADMIN_KEY, since the embedded database has one process only; or,
 * where there is a Postgres or no server runs, the same operations in this process.
 */
import type { Config } from '../config.ts'
import type { Context } from '../context.ts'
import type { SignedInViewer } from '../domain/viewer.ts'
import { AppError, StartupError } from '../errors.ts'
import { openForCommand } from './command.ts'

export interface Desk {
  /** The data of an operation. @throws StartupError with what the API refused, in its own words */
  ask<T>(document: string, variables?: Record<string, unknown>): Promise<T>
  close(): Promise<void>
  /** The database itself, where no server answers for it. */
  db?: Context['db']
}

interface GraphqlAnswer { data?: unknown; errors?: readonly { message: string }[] }

/**
 * @param command what the audit log calls this program where no key says who it is
 * @param server the address of a running server, when the caller named one
 */
export async function openDesk(config: Config, command: string, server?: string | undefined): Promise<Desk> {
  const { address, isAnswering } = await findServer(config, server)
  if (address !== undefined && isAnswering) return remoteDesk(address, config.adminKey)
  const viewer: SignedInViewer = { id: 'command', name: command, role: 'ADMIN', localities: [] }
  const { db, close } = await openForCommand(config).catch((error: unknown) => Promise.reject(withHint(error, address)))
  // Only who answers by himself needs all of it: a second less for who asks a server.
  const [{ graphql }, { schema }, { PostgresSearch }] = await Promise.all([import('graphql'), import('../../schema/index.ts'), import('../search/postgres.ts')])
  const context: Context = { db, viewer, search: new PostgresSearch(db), config: { publicUrl: config.publicUrl ?? '' }, requestId: command }
  return {
    ask: async (document, variables) => dataOf(await graphql({ schema, source: document, variableValues: variables, contextValue: context })),
    close,
    db,
  }
}

/** Where a server would be that holds the embedded database, and whether it answers. @throws StartupError when the caller named one that doesn't */
export async function findServer(config: Config, server?: string | undefined): Promise<{ address: string | undefined; isAnswering: boolean }> {
  const address = server?.replace(/\/+$/, '') ?? (config.databaseUrl === undefined && config.port !== 0 ? localAddress(config) : undefined)
  const isAnswering = address !== undefined && (await isRunning(address))
  if (server !== undefined && !isAnswering) throw new StartupError(`No server answers at ${server}. Start it, or correct the address.`)
  return { address, isAnswering }
}

/** Asks a running server. @throws StartupError with what it refused */
export async function askServer<T>(address: string, adminKey: string | undefined, document: string, variables?: Record<string, unknown>): Promise<T> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(adminKey === undefined ? {} : { authorization: `Bearer ${adminKey}` }) }, body: JSON.stringify({ query: document, variables }), redirect: 'error',
  }).catch((error: unknown) => Promise.reject(new StartupError(`The server at ${address} went away: ${(error as Error).message}`)))
  const answer = await response.json().catch(() => undefined)
  if (answer === undefined || response.status === 404) throw new StartupError(`What listens at ${address} is not this program (status ${response.status}). Set PORT or --server to where it runs.`)
  if (response.status === 401) throw new StartupError(`The server at ${address} does not know this ADMIN_KEY. Set it to the one that the server was started with.`)
  return dataOf(answer as GraphqlAnswer)
}

function remoteDesk(address: string, adminKey: string | undefined): Desk {
  if (adminKey === undefined) throw new StartupError(`The server at ${address} holds the database. Set ADMIN_KEY to its first administrator's key, so that this command can ask it, or stop the server.`)
  return {
    ask: (document, variables) => askServer(address, adminKey, document, variables),
    close: async () => {},
  }
}

/** Only what calls itself alive like ours is told the key. */
async function isRunning(address: string): Promise<boolean> {
  const response = await fetch(`${address}/schema.graphql`, { redirect: 'error', signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  return response?.status === 200 && (await response.text()).includes('createApiKey')
}

function dataOf<T>({ data, errors }: { data?: unknown; errors?: readonly { message: string; originalError?: unknown }[] }): T {
  if (!errors?.length) return data as T
  const bug = errors.map(({ originalError }) => originalError).find((error) => error instanceof Error && !(error instanceof AppError))
  throw bug ?? new StartupError(errors.map(({ message }) => message).join('\n'))
}

function localAddress({ host, port }: Config): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function withHint(error: unknown, address: string | undefined): unknown {
  if (!(error instanceof StartupError) || address === undefined || !error.message.includes('is in use by')) return error
  return new StartupError(`${error.message} This command asks a running server by itself when it finds it: nothing answers at ${address}, so set PORT and HOST as for the server, or give --server, and set ADMIN_KEY.`)
}
