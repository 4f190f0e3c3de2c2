/**
 * `npm run bench:search`: how long a search with all facets and a suggestion take, by size and engine, beside the calls to Meilisearch and
 * the statements that they are made of, in the same run. A benchmark, never a timed test: only figures of one run compare.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineCommand, runMain } from 'citty'
import { openDatabase } from '../../server/db/database.ts'
import type { EngineName } from '../../server/search/engine.ts'
import { pinThisProcess, planPinning, type RunningServer, startServer, usageOf } from '../support/processes.ts'
import { NO_MEILISEARCH_TO_KILL } from '../support/meilisearch.ts'
import { prepareRequest, runLoad } from './load.ts'
import { requestKey } from './peers/floor.ts'
import { captureSearches } from './search-capture.ts'
import { openSearchStores, type SizedStore } from './search-store.ts'
import { createSearchOperations, type SearchOperation } from './search-workload.ts'
import { median, percentile } from './statistics.ts'
import { askAll, assertFloorCarries, type CheckedAnswer } from './verify.ts'

interface Options { sizes: number[]; engines: EngineName[]; only: string[]; seconds: number; rounds: number; connections: number; pin: boolean; say(line: string): void }
/** Milliseconds; `perSecond` and `busyP50` at so many connections as asked, the rest with one. */
interface Figures { p50: number; p99: number; busyP50: number; perSecond: number }
export interface SearchMeasurement { operation: SearchOperation['id']; engine: EngineName; models: number; ours: Figures; floor: Figures; ratio: number; calls: number; statements: number; rssMegabytes: number | null }

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const runSearchBench = async ({ sizes, engines, only, seconds, rounds, connections, pin, say }: Options): Promise<SearchMeasurement[]> => {
  const pinning = pin ? planPinning() : undefined
  if (pinning) pinThisProcess(pinning.rest)
  const folder = mkdtempSync(join(tmpdir(), 'nhan-rong-bench-search-'))
  const stores = await openSearchStores({ cores: pinning?.rest, withMeilisearch: engines.includes('MEILISEARCH'), say })
  const measured: SearchMeasurement[] = []
  const interrupted = (): void => void stores.close().finally(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    for (const size of sizes) {
      const store = await stores.open(size)
      say(`\nPostgres ${stores.version}${store.meiliUrl ? ' and Meilisearch' : ''}, ${store.models.toLocaleString('en')} models`)
      const totals = new Map<string, unknown[]>()
      for (const engine of engines) {
        if (engine === 'MEILISEARCH' && !store.meiliUrl) continue
        for (const one of await measureEngine({ store, engine, only, seconds, rounds, connections, cores: pinning?.server, folder, totals })) {
          measured.push(one)
          say(lineOf(one))
        }
      }
    }
    return measured
  } finally {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
    await stores.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface EngineRun { store: SizedStore; engine: EngineName; only: string[]; seconds: number; rounds: number; connections: number; cores: string | undefined; folder: string; totals: Map<string, unknown[]> }

const measureEngine = async ({ store, engine, only, seconds, rounds, connections, cores, folder, totals }: EngineRun): Promise<SearchMeasurement[]> => {
  const meiliUrl = engine === 'MEILISEARCH' ? store.meiliUrl! : ''
  const operations = await operationsOf(store.databaseUrl, only)
  const { calls, statements } = await captureSearches({ databaseUrl: store.databaseUrl, meiliUrl: meiliUrl || undefined, operations })
  const file = join(folder, `calls-${engine}.json`)
  writeFileSync(file, JSON.stringify(calls))
  const env = { DATABASE_URL: store.databaseUrl, MEILI_URL: meiliUrl, INDEXER: 'false', RATE_LIMIT: '0', LOG_LEVEL: 'fatal', PUBLIC_URL: 'http://127.0.0.1:4000' }
  const servers: RunningServer[] = []
  try {
    const [ours, floor] = [
      await startServer({ name: 'ours', script: here('../../server/main.ts'), env, cores, readyPath: '/readyz', timeoutSeconds: 180 }).then((server) => (servers.push(server), server)),
      await startServer({ name: 'floor', script: here('peers/raw-search.ts'), args: [file], env, cores, readyPath: '/' }).then((server) => (servers.push(server), server)),
    ]
    const results: SearchMeasurement[] = []
    await waitForRows(ours.port)
    for (const operation of operations) {
      const contenders = await Promise.all([ours, floor].map(async (server) => ({ server, answers: await askAll(server.name, server.port, operation) })))
      check(operation, engine, contenders[0]!.answers, contenders[1]!.answers, totals)
      const loads = contenders.map(({ server, answers }) => ({
        port: server.port, requests: answers.map((answer, i) => prepareRequest(server.port, { query: operation.query, operationName: operation.operationName, variables: operation.variables[i] }, answer.bytes)),
      }))
      for (const load of loads) await runLoad({ ...load, connections: 1, seconds: Math.min(2, seconds) })
      const latencies: number[][] = [[], []]
      const busy: number[][] = [[], []]
      const rates: number[][] = [[], []]
      for (let round = 0; round < rounds; round += 1) {
        for (let turn = 0; turn < 2; turn += 1) {
          const at = (round + turn) % 2
          for (const [count, keep] of [[1, true], [connections, false]] as const) {
            const result = await runLoad({ ...loads[at]!, connections: count, seconds })
            if (result.faults.length > 0) throw new Error(`${operation.id}, ${contenders[at]!.server.name}: wrong answers under load: ${result.faults.slice(0, 3).join('; ')}`)
            if (keep) latencies[at]!.push(...result.latencies)
            else {
              busy[at]!.push(...result.latencies)
              rates[at]!.push(result.requests / result.seconds)
            }
          }
        }
      }
      const figures = [0, 1].map((at): Figures => ({ p50: percentile(latencies[at]!, 0.5), p99: percentile(latencies[at]!, 0.99), busyP50: percentile(busy[at]!, 0.5), perSecond: median(rates[at]!) }))
      const made = operation.variables.map((variables) => calls[requestKey(operation.operationName, variables)]!)
      const sent = made.reduce((sum, list) => sum + list.filter(({ kind }) => kind === 'MEILISEARCH').length, 0) / made.length
      results.push({
        operation: operation.id, engine, models: store.models, ours: figures[0]!, floor: figures[1]!, ratio: median(rates[0]!.map((rate, i) => rate / rates[1]![i]!)),
        calls: sent, statements: statements.get(operation.id)!, rssMegabytes: rssOf(ours.pid),
      })
    }
    return results
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** As in a server that has run for a minute: a search waits until the rows are in memory, a suggestion doesn't. */
const waitForRows = async (port: number): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await askAll('ours', port, { id: 'Wait', query: 'query Wait { searchModels(query: "") { totalCount } }', operationName: 'Wait', variables: [{}] })
      return
    } catch (error) {
      // A busy machine needs longer for 100,000 than a request may take; they are read on behind the answer.
      if (tries === 12) throw error
    }
  }
}

const operationsOf = async (databaseUrl: string, only: readonly string[]): Promise<SearchOperation[]> => {
  const { db, close } = await openDatabase({ databaseUrl })
  try {
    return (await createSearchOperations(db)).filter(({ id }) => only.includes(id))
  } finally {
    await close()
  }
}

/** Error-free bodies that hold what their rows say; and searches that count the same on both engines, facet by facet. */
const check = (operation: SearchOperation, engine: EngineName, ours: readonly CheckedAnswer[], floor: readonly CheckedAnswer[], totals: Map<string, unknown[]>): void => {
  if (operation.id !== 'Q3') return
  assertFloorCarries(operation, ours, floor)
  const counted = ours.map(({ data }) => {
    const { totalCount, facets } = (data as { searchModels: { totalCount: number; facets: unknown } }).searchModels
    return { totalCount, facets }
  })
  if (counted.every(({ totalCount }) => totalCount === 0)) throw new Error('Q3 finds nothing: there is nothing to measure.')
  for (const [other, theirs] of totals) {
    const at = counted.findIndex((one, i) => JSON.stringify(one) !== JSON.stringify(theirs[i]))
    if (at >= 0) throw new Error(`Q3: ${engine} and ${other} count differently for ${JSON.stringify(operation.variables[at])}: ${JSON.stringify(counted[at]).slice(0, 600)} and ${JSON.stringify(theirs[at]).slice(0, 600)}`)
  }
  totals.set(engine, counted)
}

const rssOf = (pid: number): number | null => {
  const bytes = usageOf(pid)?.rssBytes
  return bytes === undefined ? null : bytes / 1e6
}

const ms = (value: number): string => value.toFixed(2).padStart(9)
const HEAD = `${'models'.padStart(8)}  engine          ${['p50', 'p99', 'floor p50', 'floor p99', 'busy p50', 'its floor'].map((head) => ` ${head}`.padStart(10)).join('')}     req/s   floor  ratio  calls    SQL  RSS MB`
const lineOf = ({ operation, engine, models, ours, floor, ratio, calls, statements, rssMegabytes }: SearchMeasurement): string =>
  `${operation} ${models.toLocaleString('en').padStart(8)}  ${engine.padEnd(11)} ${ms(ours.p50)} ${ms(ours.p99)} ${ms(floor.p50)} ${ms(floor.p99)} ${ms(ours.busyP50)} ${ms(floor.busyP50)} ${ours.perSecond.toFixed(0).padStart(9)} ${floor.perSecond.toFixed(0).padStart(7)} ${ratio.toFixed(2).padStart(6)} ${calls.toFixed(2).padStart(6)} ${statements.toFixed(2).padStart(6)} ${(rssMegabytes?.toFixed(0) ?? '–').padStart(7)}`

const signed = (value: number): string => `${value < 0 ? '−' : '+'} ${Math.abs(value).toFixed(2)}`

/** One table over all sizes and engines, each with what was promised. */
const tableOf = (measured: readonly SearchMeasurement[]): string => [
  HEAD, ...measured.map(lineOf), '',
  ...measured.map((one) => {
    const [added, busy] = [one.ours.p50 - one.floor.p50, one.ours.busyP50 - one.floor.busyP50]
    const met = one.engine === 'MEILISEARCH' ? added <= 1 && one.ratio >= 0.85 : one.ours.p50 <= 15 && one.ours.p99 <= 150
    const told = one.engine === 'MEILISEARCH' ? `p50 is floor ${signed(added)} ms (target +1), while busy floor ${signed(busy)} ms, ${one.ratio.toFixed(2)} of its req/s (target 0.85)` : `p50 ${one.ours.p50.toFixed(1)} ms (target 15), p99 ${one.ours.p99.toFixed(1)} ms (target 150)`
    return `${one.operation}, ${one.models.toLocaleString('en')}, ${one.engine}: ${told}: ${met ? 'met' : 'not met'}`
  }),
].join('\n')

const command = defineCommand({
  meta: { name: 'bench:search', description: 'Latency of searches with all facets (Q3) and of suggestions (Q4), by size and engine, beside the calls and statements they are made of. Needs Postgres binaries; Meilisearch too when the program is on PATH.' },
  args: {
    sizes: { type: 'string', default: '324,10000', description: 'Models; generated once, then kept under node_modules/.cache (100000 takes a quarter of an hour and 3 GB)' },
    engines: { type: 'string', default: 'postgres,meilisearch', description: 'Which' },
    only: { type: 'string', default: 'Q3,Q4', description: 'Which operations' },
    seconds: { type: 'string', default: '3', description: 'Seconds of load per server, round and number of connections' },
    rounds: { type: 'string', default: '3', description: 'Interleaved rounds' },
    connections: { type: 'string', default: '8', description: 'Connections for req/s; latency is taken with one' },
    pin: { type: 'boolean', default: true, description: 'Server on one core, load and engines on the others, where taskset exists', negativeDescription: 'Leave the processes to the scheduler' },
    json: { type: 'boolean', default: false, description: 'Print the figures as JSON' },
  },
  async run({ args }) {
    try {
      const engines = args.engines.toUpperCase().split(',').filter((name): name is EngineName => name === 'POSTGRES' || (name === 'MEILISEARCH' && NO_MEILISEARCH_TO_KILL === undefined))
      const say = (line: string): void => void (args.json ? process.stderr : process.stdout).write(`${line}\n`)
      if (args.engines.includes('meili') && !engines.includes('MEILISEARCH')) say(`Only Postgres is measured: ${NO_MEILISEARCH_TO_KILL}.`)
      const measured = await runSearchBench({
        engines, say, pin: args.pin, only: args.only.toUpperCase().split(','), sizes: args.sizes.split(',').map(Number).filter((size) => size >= 1),
        seconds: Number(args.seconds), rounds: Math.max(1, Math.trunc(Number(args.rounds))), connections: Math.max(1, Math.trunc(Number(args.connections))),
      })
      process.stdout.write(args.json ? `${JSON.stringify(measured, null, 2)}\n` : `\n${tableOf(measured)}\n\nMilliseconds with one connection; req/s, and p50 while busy, with ${args.connections}. floor: the same calls and statements, sent by node:http. Node ${process.version}, ${availableParallelism()} cores.\n`)
    } catch (error) {
      process.stderr.write(`${(error as Error).stack}\n`)
      process.exitCode = 1
    }
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(command)
