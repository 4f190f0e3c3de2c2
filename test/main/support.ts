/** The whole server as a process of its own, on a data directory (or, on the other lane, a database) of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { openDatabase, type OpenDatabase } from '../../server/db/database.ts'
import { createSeededDatabase, TEST_DATABASE_URL } from '../support/database.ts'
import { type Program, startProgram } from '../support/programs.ts'
import { administer, copyDirectory, urlOf } from '../support/templates.ts'

export const isEmbedded = TEST_DATABASE_URL === undefined

export interface Place {
  /** DATA_DIR or DATABASE_URL. */
  env: Record<string, string>
  /** For a look inside while no server runs. */
  open(): Promise<OpenDatabase>
  drop(): Promise<void>
}

export async function createPlace(kind: 'empty' | 'seeded'): Promise<Place> {
  if (isEmbedded) {
    const dataDir = mkdtempSync(join(tmpdir(), 'nr-main-'))
    if (kind === 'seeded') copyDirectory(inject('templates').seeded, dataDir)
    return { env: { DATA_DIR: dataDir }, open: () => openDatabase({ dataDir }), drop: async () => rmSync(dataDir, { recursive: true, force: true }) }
  }
  if (kind === 'seeded') {
    const { url, close } = await createSeededDatabase()
    return { env: { DATABASE_URL: url! }, open: () => openDatabase({ databaseUrl: url! }), drop: close }
  }
  const name = `nr_main_${process.pid}_${Date.now().toString(36)}`
  await administer(TEST_DATABASE_URL!, `create database ${name} template template0 encoding 'UTF8'`)
  const databaseUrl = urlOf(TEST_DATABASE_URL!, name)
  return { env: { DATABASE_URL: databaseUrl }, open: () => openDatabase({ databaseUrl }), drop: () => administer(TEST_DATABASE_URL!, `drop database ${name} with (force)`) }
}

export interface Answer { status: number; headers: Headers; body: any }
export interface RunningServer extends Program {
  address: string
  ask(query: string, headers?: Record<string, string>): Promise<Answer>
  get(path: string): Promise<Answer>
}

/** Starts it on any free port and waits until it has said where it listens. */
export async function startServer(place: Place, env: Record<string, string> = {}): Promise<RunningServer> {
  const program = launch(place, env)
  await program.until(/One query to try:\n.+\n/, 180_000)
  const address = program.output().match(/GraphQL {3}(http:\S+)\/graphql/)![1]!
  const read = async (response: Response): Promise<Answer> => {
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text }
  }
  return {
    ...program,
    address,
    ask: async (query, headers = {}) => read(await fetch(`${address}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) })),
    get: async (path) => read(await fetch(`${address}${path}`)),
  }
}

/** Starts it and waits for nothing. */
export const launch = (place: Place, env: Record<string, string> = {}): Program => startProgram('server/main.ts', { env: { PORT: '0', ...place.env, ...env } })
