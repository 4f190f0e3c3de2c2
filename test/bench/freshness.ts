/**
 * How long it takes until a change is found: on a real Postgres, a real Meilisearch and the worker as its own process, at a given number of
 * writes per second. Each write gives a model a word that nothing else has; it is found when a search for that word finds it.
 */
import { fileURLToPath } from 'node:url'
import { defineCommand, runMain } from 'citty'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import { adminClient, searchClient, type MeiliConfig } from '../../server/search/meilisearch-client.ts'
import { openSearch } from '../../server/search/resilient.ts'
import { seed } from '../../seed/seed.ts'
import { createCatalogue, idOf } from '../indexer/support.ts'
import { openMeilisearch } from '../support/meilisearch.ts'
import { startThrowawayPostgres } from '../support/postgres-server.ts'
import { killPrograms, poll, startProgram } from '../support/programs.ts'
import { generateModels } from './generate.ts'

export interface FreshnessOptions { rate: number; seconds: number; size: number; onProgress?: (told: string) => void }
export interface FreshnessReport {
  models: number
  writes: number
  writesPerSecond: number
  /** Milliseconds from commit to found, each write asked of Meilisearch itself. */
  found: { p50: number; p95: number; p99: number; max: number }
  /** The same for one write in each second, asked as the API asks. */
  throughSearch: { p50: number; p99: number; max: number; degraded: number }
  /** What Meilisearch itself took per task, which is the floor, and how long tasks waited for it. */
  tasks: { count: number; p50: number; p99: number; waitedP50: number; waitedP99: number }
}

const RECORDS = 200
const LOOK_MS = 20
const MAX_WRITES = 5

export async function measureFreshness({ rate, seconds, size, onProgress = () => {} }: FreshnessOptions): Promise<FreshnessReport> {
  const [postgres, meilisearch] = [await startThrowawayPostgres(), await openMeilisearch()]
  const { db, close } = await openDatabase({ databaseUrl: postgres.url })
  const { config } = meilisearch
  try {
    await migrateToLatest(db)
    onProgress('the catalogue is brought in')
    await seed(db)
    if (size > 324) await generateModels(db, { size, onProgress: (done, total) => onProgress(`${done} of ${total} copies`) })
    const catalogue = createCatalogue(db)
    for (let i = 0; i < RECORDS; i += 1) await catalogue.publish(`r${i}`)
    const worker = startProgram('server/worker.ts', { env: { DATABASE_URL: postgres.url, MEILI_URL: config.url, MEILI_SEARCH_KEY: config.searchKey!, MEILI_ADMIN_KEY: config.adminKey!, LOG_LEVEL: 'info' } })
    onProgress('the index is filled')
    await worker.until(/is built and serves/, 600_000)
    const engine = await openSearch({ db, meili: { ...config, timeoutMs: 2000 } })
    const measured = await measure({ catalogue, config, index: (await catalogue.servingIndex())!, rate, seconds, engine })
    const tasks = await tasksOf(config, (await catalogue.servingIndex())!)
    const models = Number((await db.selectFrom('model').select(({ fn }) => fn.countAll().as('n')).executeTakeFirstOrThrow()).n)
    await engine.close()
    return { models, ...measured, tasks }
  } finally {
    await killPrograms()
    await close()
    await Promise.all([meilisearch.close(), postgres.stop()])
  }
}

interface Measuring { catalogue: Pick<ReturnType<typeof createCatalogue>, 'publish'>; config: MeiliConfig; index: string; rate: number; seconds: number; engine: Awaited<ReturnType<typeof openSearch>> }

async function measure({ catalogue, config, index, rate, seconds, engine }: Measuring): Promise<Omit<FreshnessReport, 'models' | 'tasks'>> {
  const client = searchClient({ ...config, timeoutMs: 10_000 })
  const waiting = new Map<string, { id: string; at: number }>()
  const found: number[] = []
  const through: number[] = []
  const probes: Promise<void>[] = []
  let degraded = 0
  let isWriting = true

  const look = async (): Promise<void> => {
    while (isWriting || waiting.size > 0) {
      const asked = [...waiting].slice(0, 100)
      if (asked.length > 0) {
        const { results } = await client.multiSearch({ queries: asked.map(([word]) => ({ indexUid: index, q: '', filter: [`words IN ["${word}"]`], limit: 1, attributesToRetrieve: ['id'] })) })
        const now = performance.now()
        for (const [i, [word, { id, at }]] of asked.entries()) {
          if (results[i]?.hits[0]?.id !== id) continue
          waiting.delete(word)
          found.push(now - at)
        }
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }
  const probe = async (word: string, id: string, at: number): Promise<void> => {
    await poll(async () => {
      const answer = await engine.search({ text: word, filter: {}, offset: 0, limit: 5 })
      if (answer.isDegraded) degraded += 1
      return answer.engine === 'MEILISEARCH' && answer.window.some((hit) => hit.id === id) ? true : undefined
    }, `${word} is found`, 60_000, 50)
    through.push(performance.now() - at)
  }

  const looking = look()
  const started = performance.now()
  let writes = 0
  const inFlight = new Set<Promise<void>>()
  while (performance.now() - started < seconds * 1000) {
    // A database that can't keep up gets no more than it has connections; the report then tells the lower rate.
    while (inFlight.size >= MAX_WRITES) await Promise.race(inFlight)
    const n = (writes += 1)
    const [key, word] = [`r${n % RECORDS}`, `tu${started.toFixed(0)}x${n}`.replaceAll('.', '')]
    const write = catalogue.publish(key, `Mô hình ${word} an ninh`).then(() => {
      const at = performance.now()
      waiting.set(word, { id: idOf(key), at })
      if (n % rate === 0) probes.push(probe(word, idOf(key), at))
    })
    inFlight.add(write)
    void write.finally(() => inFlight.delete(write))
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, started + (writes * 1000) / rate - performance.now())))
  }
  await Promise.all(inFlight)
  const lasted = (performance.now() - started) / 1000
  isWriting = false
  await Promise.all([looking, ...probes])
  return {
    writes, writesPerSecond: Math.round((10 * writes) / lasted) / 10,
    found: { p50: at(found, 0.5), p95: at(found, 0.95), p99: at(found, 0.99), max: at(found, 1) },
    throughSearch: { p50: at(through, 0.5), p99: at(through, 0.99), max: at(through, 1), degraded },
  }
}

const at = (values: number[], p: number): number => Math.round([...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))] ?? Number.NaN)

async function tasksOf(config: MeiliConfig, index: string): Promise<FreshnessReport['tasks']> {
  const { results } = await adminClient(config).tasks.getTasks({ indexUids: [index], types: ['documentAdditionOrUpdate'], statuses: ['succeeded'], limit: 1000 })
  const between = (from: 'enqueuedAt' | 'startedAt', to: 'startedAt' | 'finishedAt') => results.map((task) => Date.parse(String(task[to])) - Date.parse(String(task[from])))
  const [took, waited] = [between('startedAt', 'finishedAt'), between('enqueuedAt', 'startedAt')]
  return { count: results.length, p50: at(took, 0.5), p99: at(took, 0.99), waitedP50: at(waited, 0.5), waitedP99: at(waited, 0.99) }
}

const command = defineCommand({
  meta: { name: 'npm run bench:freshness', description: 'Measure how long it takes until a change is found, on a throwaway Postgres and Meilisearch (both must be on PATH).' },
  args: {
    rate: { type: 'string', default: '20', description: 'Writes per second' },
    seconds: { type: 'string', default: '60', description: 'How long' },
    size: { type: 'string', default: '324', description: 'Published models' },
    json: { type: 'boolean', default: false, description: 'Print JSON' },
  },
  async run({ args }) {
    const report = await measureFreshness({ rate: Number(args.rate), seconds: Number(args.seconds), size: Number(args.size), onProgress: (told) => void process.stderr.write(`${told}\n`) })
    const { models, writes, writesPerSecond, found, throughSearch, tasks } = report
    process.stdout.write(args.json ? `${JSON.stringify(report, null, 2)}\n` : [
      `${writes} writes at ${writesPerSecond}/s into ${models} models`,
      `found in Meilisearch   p50 ${found.p50} ms   p95 ${found.p95} ms   p99 ${found.p99} ms   max ${found.max} ms`,
      `found through search   p50 ${throughSearch.p50} ms   p99 ${throughSearch.p99} ms   max ${throughSearch.max} ms   (${throughSearch.degraded} degraded answers)`,
      `Meilisearch's tasks    p50 ${tasks.p50} ms   p99 ${tasks.p99} ms, after waiting p50 ${tasks.waitedP50} ms   p99 ${tasks.waitedP99} ms   (${tasks.count})`, '',
    ].join('\n'))
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(command)
