/**
 * Q5: `updateModel` beside the same SQL in one transaction. Unlike a read, each call needs the revision that the last one left, so each
 * connection has records of its own and writes them in turn; and both servers share a database, so each has its half of the records.
 */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { type DocumentNode, execute, parse } from 'graphql'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { schema } from '../../schema/index.ts'
import { TYPES } from '../../server/db/postgres.ts'
import type { Database } from '../../server/db/tables.ts'
import { usageOf, type RunningServer } from '../support/processes.ts'
import { createBenchContext } from './context.ts'
import type { BenchDatabase } from './postgres.ts'
import type { CapturedWrites } from './peers/write-floor.ts'
import { percentile, spreadOf, type Spread } from './statistics.ts'

export const WRITES = { id: 'Q5', title: 'updateModel: revision, audit and outbox in one transaction', overFloor: 0.6 } as const
const QUERY = readFileSync(new URL('operations/update-model.graphql', import.meta.url), 'utf8')

export interface WriteRecord { id: string; globalId: string; revision: number }
export interface WriteFigures { writesPerSecond: Spread; p50: number; p99: number; serverCpu: number | null; statementsPerWrite: number | null }
export interface WriteMeasurement { connections: number; rounds: number; seconds: number; ours: WriteFigures; floor: WriteFigures; overFloor: Spread; cpuOverFloor: number | null }

const summaryOf = (id: string, revision: number): string => `Bản ghi thử ${id.slice(0, 8)}, lần sửa thứ ${revision}, để đo việc ghi.`

/** Writes each record once in this process, with its statements written down; the half of the floor. */
export const captureWrites = async (databaseUrl: string, records: readonly WriteRecord[]): Promise<CapturedWrites> => {
  let current: { sql: string; parameters: unknown[] }[] = []
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: databaseUrl, max: 1, types: TYPES }) }),
    log: ({ level, query }) => { if (level === 'query') current.push({ sql: query.sql, parameters: [...query.parameters] }) },
  })
  const document: DocumentNode = parse(QUERY)
  const contextValue = { ...createBenchContext(db), viewer: { id: 'bench', name: 'Bench', role: 'ADMIN' as const, localities: [] } }
  const captured: CapturedWrites = {}
  try {
    for (const record of records) {
      current = []
      const summary = summaryOf(record.id, record.revision)
      const { data, errors } = await execute({ schema, document, contextValue, variableValues: { input: { id: record.globalId, expectedRevision: record.revision, summary } } })
      const written = (data as { updateModel?: { __typename: string } } | null)?.updateModel?.__typename
      if (errors || written !== 'UpdateModelSuccess') throw new Error(`Q5: ${record.id} could not be written: ${JSON.stringify(errors ?? data)}`)
      captured[record.id] = { expectedRevision: record.revision, summary, statements: current }
      record.revision += 1
    }
  } finally {
    await db.destroy()
  }
  return captured
}

type Peer = { name: 'ours' | 'floor'; server: RunningServer; records: WriteRecord[] }
interface Sample { writes: number; perSecond: number; latencies: number[]; cpu: number | undefined; statements: number | undefined }

/** Interleaved rounds of a closed loop; every answer is parsed and must say the text that was sent. */
export const measureWrites = async (peers: readonly [Peer, Peer], { database, adminKey, connections, rounds, seconds }: { database: BenchDatabase; adminKey: string; connections: number; rounds: number; seconds: number }): Promise<WriteMeasurement> => {
  const samples: Record<Peer['name'], Sample[]> = { ours: [], floor: [] }
  for (const peer of peers) await load(peer, { adminKey, connections, seconds: Math.min(1.5, seconds) })
  for (let round = 0; round < rounds; round += 1) {
    for (const peer of round % 2 === 0 ? peers : [...peers].reverse()) {
      const [statements, usage] = [await database.countStatements(), usageOf(peer.server.pid)]
      const { latencies, elapsed } = await load(peer, { adminKey, connections, seconds })
      const [statementsAfter, usageAfter] = [await database.countStatements(), usageOf(peer.server.pid)]
      samples[peer.name].push({
        writes: latencies.length, perSecond: latencies.length / elapsed, latencies, cpu: usage && usageAfter && usageAfter.cpuSeconds - usage.cpuSeconds,
        statements: statements === undefined || statementsAfter === undefined ? undefined : statementsAfter - statements,
      })
    }
  }
  const [ours, floor] = [figuresOf(samples.ours), figuresOf(samples.floor)]
  return {
    connections, rounds, seconds, ours, floor, overFloor: spreadOf(samples.ours.map(({ perSecond }, i) => perSecond / samples.floor[i]!.perSecond)),
    cpuOverFloor: ours.serverCpu !== null && floor.serverCpu ? ours.serverCpu / floor.serverCpu : null,
  }
}

async function load({ name, server, records }: Peer, { adminKey, connections, seconds }: { adminKey: string; connections: number; seconds: number }): Promise<{ latencies: number[]; elapsed: number }> {
  const latencies: number[] = []
  const started = performance.now()
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const one = async (own: readonly WriteRecord[]): Promise<void> => {
    for (let i = 0; performance.now() - started < seconds * 1000; i += 1) {
      const record = own[i % own.length]!
      const asked = { id: name === 'ours' ? record.globalId : record.id, expectedRevision: record.revision, summary: summaryOf(record.id, record.revision) }
      const sent = performance.now()
      const { status, body } = await post(server.port, agent, adminKey, name === 'ours' ? { query: QUERY, operationName: 'UpdateModel', variables: { input: asked } } : asked)
      latencies.push(performance.now() - sent)
      if (status !== 200 || !isWritten(name, body, record.revision + 1, asked.summary)) throw new Error(`Q5, ${name}: status ${status}: ${body.slice(0, 600)}`)
      record.revision += 1
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, (_, n) => one(records.filter((_record, i) => i % connections === n))))
  } finally {
    agent.destroy()
  }
  return { latencies, elapsed: (performance.now() - started) / 1000 }
}

function isWritten(name: Peer['name'], body: string, revision: number, summary: string): boolean {
  const { data } = JSON.parse(body) as { data?: { updateModel?: { model?: { revision: number; summary: string } } } | unknown[] }
  // The floor's last statement reads the record again, as the payload does.
  if (name === 'floor') return JSON.stringify((data as unknown[]).at(-1)).includes(JSON.stringify(summary).slice(1, -1))
  const model = (data as { updateModel?: { model?: { revision: number; summary: string } } } | undefined)?.updateModel?.model
  return model?.summary === summary && model.revision === revision
}

const post = (port: number, agent: Agent, key: string, body: object): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const json = JSON.stringify(body)
    const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(json) } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(json)
  })

const figuresOf = (samples: readonly Sample[]): WriteFigures => {
  const latencies = samples.flatMap((sample) => sample.latencies)
  const writes = samples.reduce((total, sample) => total + sample.writes, 0)
  const perWrite = (pick: (sample: Sample) => number | undefined): number | null => {
    const values = samples.map(pick)
    return values.includes(undefined) ? null : (values as number[]).reduce((total, value) => total + value, 0) / writes
  }
  const cpu = perWrite(({ cpu }) => cpu)
  return { writesPerSecond: spreadOf(samples.map(({ perSecond }) => perSecond)), p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), serverCpu: cpu === null ? null : cpu * 1000, statementsPerWrite: perWrite(({ statements }) => statements) }
}

export const formatWrites = ({ connections, rounds, seconds, ours, floor, overFloor, cpuOverFloor }: WriteMeasurement): string => {
  const cell = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits)).padStart(9)
  const line = (name: string, { writesPerSecond, p50, p99, serverCpu, statementsPerWrite }: WriteFigures): string =>
    `  ${name.padEnd(38)}${cell(writesPerSecond.median, 0)}${cell(p50, 2)}${cell(p99, 2)}${cell(serverCpu, 2)}${cell(statementsPerWrite, 2)}`
  return [
    `${WRITES.id}  ${WRITES.title}`,
    `    ${connections} connections, ${rounds} rounds of ${seconds} s`,
    `  ${''.padEnd(38)}${['write/s', 'p50 ms', 'p99 ms', 'CPU s/1k', 'SQL/write'].map((head) => head.padStart(9)).join('')}`,
    line('ours', ours), line('floor (same SQL in one transaction)', floor),
    `  write/s ours ÷ floor ${overFloor.median.toFixed(2)} (${overFloor.min.toFixed(2)}–${overFloor.max.toFixed(2)}), target ≥ ${WRITES.overFloor.toFixed(2)}: ${overFloor.median >= WRITES.overFloor ? 'met' : 'not met'}`,
    ...(cpuOverFloor === null ? [] : [`  CPU     ours ÷ floor ${cpuOverFloor.toFixed(2)}`]),
  ].join('\n')
}
