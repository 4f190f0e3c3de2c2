/** Interleaved rounds: in each round every peer gets the same load once, in turning order, and the ratios are taken within the round. */
import { prepareRequest, runLoad, type PreparedRequest } from './load.ts'
import type { BenchDatabase } from './postgres.ts'
import { usageOf, type RunningServer } from '../support/processes.ts'
import { percentile, spreadOf, type Spread } from './statistics.ts'
import type { CheckedAnswer } from './verify.ts'
import type { Workload } from './workload.ts'

export type PeerName = 'ours' | 'floor' | 'apollo'

export interface Contender {
  name: PeerName
  server: RunningServer
  answers: readonly CheckedAnswer[]
}

export interface PeerFigures {
  requestsPerSecond: Spread
  p50: number
  p99: number
  /** CPU seconds per 1,000 requests; null where this system does not tell. */
  serverCpu: number | null
  postgresCpu: number | null
  rssMegabytes: number | null
  statementsPerRequest: number | null
  medianBytes: number
}

export interface Measurement {
  workload: Workload['id']
  title: string
  connections: number
  rounds: number
  seconds: number
  variableSets: number
  peers: Record<PeerName, PeerFigures>
  /** Requests per second of ours over the peer's, within each round. */
  ratios: { overFloor: Spread; overApollo: Spread; cpuOverFloor: number | null }
  targets: Workload['targets']
}

interface Sample {
  requests: number
  requestsPerSecond: number
  latencies: number[]
  serverCpu: number | undefined
  postgresCpu: number | undefined
  rssBytes: number | undefined
  statements: number | undefined
}

export interface MeasureOptions {
  workload: Workload
  contenders: readonly Contender[]
  database: BenchDatabase
  connections: number
  rounds: number
  seconds: number
}

/** Runs all rounds of one workload at one number of connections. */
export const measure = async ({ workload, contenders, database, connections, rounds, seconds }: MeasureOptions): Promise<Measurement> => {
  const loads = contenders.map(({ server, answers }) => ({
    port: server.port,
    connections,
    requests: answers.map((answer, index): PreparedRequest =>
      prepareRequest(server.port, { query: workload.query, operationName: workload.operationName, variables: workload.variables[index] }, answer.bytes)),
  }))
  const samples: Sample[][] = contenders.map(() => [])
  // A warm-up is for the just-in-time compiler and the connection pools, and is not counted.
  for (const load of loads) await runLoad({ ...load, seconds: Math.min(1.5, seconds) })
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = (round + turn) % contenders.length
      samples[index]!.push(await sampleOnce({ ...loads[index]!, seconds }, contenders[index]!, database, workload.id))
    }
  }
  const peers = Object.fromEntries(contenders.map(({ name, answers }, index) => [name, figuresOf(samples[index]!, answers)])) as Record<PeerName, PeerFigures>
  const rates = Object.fromEntries(contenders.map(({ name }, index) => [name, samples[index]!.map((sample) => sample.requestsPerSecond)])) as Record<PeerName, number[]>
  const over = (peer: PeerName): Spread => spreadOf(rates.ours.map((rate, round) => rate / rates[peer][round]!))
  return {
    workload: workload.id, title: workload.title, connections, rounds, seconds, variableSets: workload.variables.length, peers,
    ratios: {
      overFloor: over('floor'), overApollo: over('apollo'),
      cpuOverFloor: peers.ours.serverCpu !== null && peers.floor.serverCpu ? peers.ours.serverCpu / peers.floor.serverCpu : null,
    },
    targets: workload.targets,
  }
}

const sampleOnce = async (load: Parameters<typeof runLoad>[0], { name, server }: Contender, database: BenchDatabase, id: string): Promise<Sample> => {
  const statementsBefore = await database.countStatements()
  const backendsBefore = await database.backendCpu()
  const usageBefore = usageOf(server.pid)
  const result = await runLoad(load)
  const usageAfter = usageOf(server.pid)
  const backendsAfter = await database.backendCpu()
  const statementsAfter = await database.countStatements()
  if (result.faults.length > 0) throw new Error(`${id}, ${name}: wrong answers under load: ${result.faults.slice(0, 3).join('; ')}`)
  let postgresCpu = 0
  for (const [pid, seconds] of backendsAfter) postgresCpu += seconds - (backendsBefore.get(pid) ?? 0)
  return {
    requests: result.requests,
    requestsPerSecond: result.requests / result.seconds,
    latencies: result.latencies,
    serverCpu: usageBefore && usageAfter && usageAfter.cpuSeconds - usageBefore.cpuSeconds,
    postgresCpu: backendsAfter.size > 0 ? postgresCpu : undefined,
    rssBytes: usageAfter?.rssBytes,
    statements: statementsBefore === undefined || statementsAfter === undefined ? undefined : statementsAfter - statementsBefore,
  }
}

const figuresOf = (samples: readonly Sample[], answers: readonly CheckedAnswer[]): PeerFigures => {
  const latencies = samples.flatMap((sample) => sample.latencies)
  const requests = samples.reduce((total, sample) => total + sample.requests, 0)
  const perRequest = (pick: (sample: Sample) => number | undefined): number | null => {
    const values = samples.map(pick)
    return values.some((value) => value === undefined) ? null : (values as number[]).reduce((total, value) => total + value, 0) / requests
  }
  const perThousand = (value: number | null): number | null => (value === null ? null : value * 1000)
  const rss = Math.max(...samples.map((sample) => sample.rssBytes ?? 0))
  return {
    requestsPerSecond: spreadOf(samples.map((sample) => sample.requestsPerSecond)),
    p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99),
    serverCpu: perThousand(perRequest((sample) => sample.serverCpu)), postgresCpu: perThousand(perRequest((sample) => sample.postgresCpu)),
    rssMegabytes: rss > 0 ? rss / 1e6 : null, statementsPerRequest: perRequest((sample) => sample.statements),
    medianBytes: percentile(answers.map((answer) => answer.bytes), 0.5),
  }
}
