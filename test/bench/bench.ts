/**
 * `npm run bench`: our server beside its floor and beside Apollo with DataLoader, in one run on one machine.
 * A benchmark, never a timed test: machines and moments differ by a factor of two, so only ratios within a round are compared.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeGlobalID } from '@pothos/plugin-relay'
import { defineCommand, runMain } from 'citty'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import { seed } from '../../seed/seed.ts'
import { captureStatements } from './capture.ts'
import { createBenchContext, PUBLIC_URL } from './context.ts'
import { generateModels } from './generate.ts'
import { type Contender, measure, type Measurement, type PeerName } from './measure.ts'
import { openBenchDatabase } from './postgres.ts'
import { pinThisProcess, planPinning, type RunningServer, startServer } from '../support/processes.ts'
import { formatMeasurement } from './report.ts'
import { askAll, assertFloorCarries, assertSameData } from './verify.ts'
import { createWorkloads, type Workload } from './workload.ts'
import { captureWrites, formatWrites, measureWrites, type WriteMeasurement, type WriteRecord, WRITES } from './writes.ts'

interface Options {
  seconds: number
  rounds: number
  connections: number[]
  size: number | undefined
  only: string[] | undefined
  pin: boolean
  say(line: string): void
}

interface Run {
  node: string
  postgres: string
  cores: number
  processor: string
  pinned: boolean
  models: number
  measurements: Measurement[]
  writes: WriteMeasurement[]
}

/** The key that writes are sent with; only the server of this run knows it. */
const ADMIN_KEY = randomBytes(24).toString('hex')
/** Enough for each connection to have several of its own. */
const WRITTEN_RECORDS = 512

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Sets the stage, compares the bodies, measures, and takes everything down again. */
export const runBench = async ({ seconds, rounds, connections, size, only, pin, say }: Options): Promise<Run> => {
  const pinning = pin ? planPinning() : undefined
  if (pinning) pinThisProcess(pinning.rest)
  const database = await openBenchDatabase(process.env.DATABASE_URL, pinning?.rest)
  const folder = mkdtempSync(join(tmpdir(), 'nhan-rong-bench-run-'))
  const servers: RunningServer[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const interrupted = (): void => void close().finally(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)

  try {
    say(`Postgres ${database.version}; filling the database …`)
    const { workloads, models, records } = await fillDatabase(database.url, size, only)
    say(`${models} models; writing down the statements of ${workloads.map(({ id }) => id).join(', ')} …`)
    const statementsFile = join(folder, 'statements.json')
    writeFileSync(statementsFile, JSON.stringify(await captureStatements(database.url, workloads, createBenchContext)))

    // After the reads were written down: the records that writes take are read by nobody here.
    const halves = { ours: records.filter((_record, i) => i % 2 === 0), floor: records.filter((_record, i) => i % 2 === 1) }
    const writesFile = join(folder, 'writes.json')
    const measuresWrites = !only || only.includes(WRITES.id)
    if (measuresWrites) writeFileSync(writesFile, JSON.stringify(await captureWrites(database.url, halves.floor)))

    const env = { ADMIN_KEY, DATABASE_URL: database.url, PUBLIC_URL, RATE_LIMIT: '0', LOG_LEVEL: 'fatal', MEILI_URL: '' }
    const cores = pinning?.server
    const start = async (name: PeerName, script: string, readyPath: string, args: string[] = []): Promise<RunningServer> => {
      const server = await startServer({ name, script, args, env, cores, readyPath })
      servers.push(server)
      return server
    }
    const started: Record<PeerName, RunningServer> = {
      ours: await start('ours', here('../../server/main.ts'), '/readyz'),
      floor: await start('floor', here('peers/floor.ts'), '/', [statementsFile]),
      apollo: await start('apollo', here('peers/apollo.ts'), '/graphql?query=%7B__typename%7D'),
    }

    say('Comparing bodies …')
    const contenders = new Map<Workload, Contender[]>()
    for (const workload of workloads) {
      const ours = await askAll('ours', started.ours.port, workload)
      const floor = await askAll('floor', started.floor.port, workload)
      const apollo = await askAll('apollo', started.apollo.port, workload)
      assertSameData(workload, ours, apollo, 'Apollo')
      assertFloorCarries(workload, ours, floor)
      contenders.set(workload, [
        { name: 'ours', server: started.ours, answers: ours },
        { name: 'floor', server: started.floor, answers: floor },
        { name: 'apollo', server: started.apollo, answers: apollo },
      ])
    }

    const measurements: Measurement[] = []
    for (const [workload, peers] of contenders) {
      for (const count of connections) {
        const measurement = await measure({ workload, contenders: peers, database, connections: count, rounds, seconds })
        measurements.push(measurement)
        say(`\n${formatMeasurement(measurement)}`)
      }
    }
    const writes: WriteMeasurement[] = []
    if (measuresWrites) {
      const floor = await start('floor', here('peers/write-floor.ts'), '/', [writesFile])
      for (const count of connections) {
        const measurement = await measureWrites([{ name: 'ours', server: started.ours, records: halves.ours }, { name: 'floor', server: floor, records: halves.floor }], { database, adminKey: ADMIN_KEY, connections: count, rounds, seconds })
        writes.push(measurement)
        say(`\n${formatWrites(measurement)}`)
      }
    }
    return {
      node: process.version, postgres: database.version, cores: availableParallelism(), processor: cpus()[0]?.model ?? 'unknown',
      pinned: pinning !== undefined, models, measurements, writes,
    }
  } finally {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
    await close()
  }
}

/** Migrates, seeds, generates up to the asked size, and plans what will be asked. */
const fillDatabase = async (databaseUrl: string, size: number | undefined, only: string[] | undefined): Promise<{ workloads: Workload[]; models: number; records: WriteRecord[] }> => {
  const { db, close } = await openDatabase({ databaseUrl })
  try {
    await migrateToLatest(db)
    await seed(db)
    if (size !== undefined) await generateModels(db, { size })
    const { models } = await db.selectFrom('model').select(({ fn }) => fn.countAll<number>().as('models')).executeTakeFirstOrThrow()
    const workloads = (await createWorkloads(db)).filter(({ id }) => !only || only.includes(id))
    const records = (await db.selectFrom('model').select(['id', 'revision']).orderBy('id').limit(WRITTEN_RECORDS).execute()).map(({ id, revision }) => ({ id, revision, globalId: encodeGlobalID('Model', id) }))
    return { workloads, models: Number(models), records }
  } finally {
    await close()
  }
}

const numbersOf = (name: string, text: string, least: number): number[] =>
  text.split(',').map((part) => {
    const value = Number(part)
    if (!Number.isFinite(value) || value < least) throw new Error(`--${name} takes numbers of at least ${least}, not “${part}”.`)
    return value
  })

const command = defineCommand({
  meta: {
    name: 'bench',
    description:
      'Measures our server against its floor (the same SQL, sent as JSON by node:http) and against Apollo with DataLoader, in one run. ' +
      'Uses a database of its own on the server of DATABASE_URL, or a throwaway Postgres made from local binaries.',
  },
  args: {
    seconds: { type: 'string', default: '3', description: 'Seconds of load per peer and round' },
    rounds: { type: 'string', default: '5', description: 'Interleaved rounds; ratios are taken within a round' },
    connections: { type: 'string', default: '8', description: 'Keep-alive connections of the closed loop; several as 1,8,32' },
    size: { type: 'string', description: 'Grow the catalogue to this many models by generated ones, such as 1000 or 100000' },
    only: { type: 'string', description: 'Only these workloads, such as Q1,Q2' },
    pin: { type: 'boolean', default: true, description: 'Server on one core, load and database on the others, where taskset exists', negativeDescription: 'Leave the processes to the scheduler' },
    json: { type: 'boolean', default: false, description: 'Print one JSON object instead of tables' },
  },
  async run({ args }) {
    try {
      const run = await runBench({
        seconds: numbersOf('seconds', args.seconds, 0.2)[0]!,
        rounds: Math.trunc(numbersOf('rounds', args.rounds, 1)[0]!),
        connections: numbersOf('connections', args.connections, 1),
        size: args.size === undefined ? undefined : numbersOf('size', args.size, 1)[0]!,
        only: args.only?.split(',').map((id) => id.trim().toUpperCase()),
        pin: args.pin,
        say: (line) => void (args.json ? process.stderr : process.stdout).write(`${line}\n`),
      })
      if (args.json) process.stdout.write(`${JSON.stringify(run, null, 2)}\n`)
      else process.stdout.write(`\nNode ${run.node}, ${run.cores} cores (${run.processor}), ${run.pinned ? 'server pinned to one core' : 'not pinned'}. Ratios within a round are what counts.\n`)
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`)
      process.exitCode = 1
    }
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(command)
