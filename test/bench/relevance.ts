/**
 * `npm run bench:relevance`: how well judged queries are answered, per class and engine, through the public API. Compared with the
 * run that was committed last (relevance.json); `--save` makes this run that one.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineCommand, runMain } from 'citty'
import type { Kysely } from 'kysely'
import { seed } from '../../seed/seed.ts'
import { loadConfig } from '../../server/config.ts'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import type { Database } from '../../server/db/tables.ts'
import { startEmbedder } from '../../server/indexer/embed.ts'
import { startIndexer } from '../../server/indexer/run.ts'
import type { EngineName } from '../../server/search/engine.ts'
import { Meaning } from '../../server/search/meaning/search.ts'
import { openSearch } from '../../server/search/resilient.ts'
import { readSet, runQueries, SETS, type SetName } from '../relevance/run.ts'
import { scoreQuery, scoreRun, type JudgedQuery, type Scores } from '../relevance/score.ts'
import { NO_MEILISEARCH, openMeilisearch } from '../support/meilisearch.ts'
import { makeTemplates } from '../support/templates.ts'

const FILE = fileURLToPath(new URL('./relevance.json', import.meta.url))
/** Set → engine → class → scores. */
type Report = Partial<Record<SetName, Partial<Record<EngineName, Record<string, Scores>>>>>

async function openCatalogue(): Promise<{ db: Kysely<Database>; close(): Promise<void> }> {
  const databaseUrl = process.env.DATABASE_URL || undefined
  if (databaseUrl === undefined) return openDatabase({ template: (await makeTemplates(undefined)).templates.seeded })
  const opened = await openDatabase({ databaseUrl })
  await migrateToLatest(opened.db)
  await seed(opened.db)
  return opened
}

/** Meaning, where the environment names an endpoint. Quality is measured, not speed: a slow one is waited for. */
async function openMeaning(db: Kysely<Database>): Promise<Meaning | undefined> {
  const { embeddings: config } = loadConfig(process.env)
  if (config === undefined) return undefined
  const embedder = startEmbedder({ db, config, start: false })
  const { written, refused } = await embedder.runOnce()
  await embedder.close()
  process.stderr.write(`Meaning by ${config.model}: ${written} texts asked for, ${refused} refused; cosine from ${config.minSimilarity}.\n`)
  return new Meaning({ db, config, mayLeave: () => true, waitMs: 60_000 })
}

interface Measured { report: Report; worst: string[] }

async function measure(sets: readonly SetName[], only: EngineName | undefined, listed: number): Promise<Measured> {
  const { db, close } = await openCatalogue()
  const report: Report = {}
  const worst: string[] = []
  const run = async (engine: EngineName, search: Awaited<ReturnType<typeof openSearch>>): Promise<void> => {
    for (const set of sets) {
      const queries: JudgedQuery[] = readSet(set)
      const answers = await runQueries(db, search, engine, queries)
      ;(report[set] ??= {})[engine] = Object.fromEntries(scoreRun(queries, answers))
      const scored = queries.map((query) => ({ query, ...scoreQuery(query, answers.get(query.id)!) })).sort((a, b) => a.ndcg - b.ndcg).slice(0, listed)
      for (const { query, ndcg } of scored) worst.push(`${ndcg.toFixed(2)} ${engine} ${query.class} “${query.q}” → ${answers.get(query.id)!.slice(0, 6).map((slug) => `${slug}(${query.grades[slug] ?? 0})`).join(' ')}`)
    }
  }
  try {
    const meaning = await openMeaning(db)
    if (only !== 'MEILISEARCH') await run('POSTGRES', await openSearch({ db, meaning }))
    const meili = only === 'POSTGRES' || NO_MEILISEARCH !== undefined ? undefined : await openMeilisearch()
    if (only === 'MEILISEARCH' && !meili) throw new Error('There is no Meilisearch: put the program on PATH, or set MEILI_URL.')
    if (meili) {
      try {
        const indexer = startIndexer({ db, meili: meili.config, start: false })
        await indexer.runOnce()
        const search = await openSearch({ db, meili: { ...meili.config, timeoutMs: 30_000 }, meaning })
        await run('MEILISEARCH', search)
        await search.close()
        await indexer.close()
      } finally {
        await meili.close()
      }
    }
  } finally {
    await close()
  }
  return { report, worst }
}

const FIELDS = ['ndcg', 'mrr', 'success', 'recall'] as const

/** One table per set and engine, each figure with its difference to the committed run. */
function formatReport(report: Report, before: Report): string {
  return Object.entries(report).flatMap(([set, engines]) => Object.entries(engines).map(([engine, classes]) => {
    const known = before[set as SetName]?.[engine as EngineName]
    const lines = Object.entries(classes).map(([name, scores]) => {
      const cells = FIELDS.map((field) => {
        const change = known?.[name] === undefined ? '' : (scores[field] - known[name][field]).toFixed(3)
        return `${scores[field].toFixed(3).padStart(8)}${(change === '' || /^-?0\.000$/.test(change) ? '' : change.startsWith('-') ? change : `+${change}`).padStart(8)}`
      })
      return `${name.padEnd(14)}${String(scores.n).padStart(3)} ${cells.join(' ')}`
    })
    return `${set}, ${engine}\n${'class'.padEnd(14)}  n ${['nDCG@10', 'MRR@10', 'S@1', 'R@20'].map((head) => head.padStart(8) + ' '.repeat(8)).join(' ')}\n${lines.join('\n')}`
  })).join('\n\n')
}

const command = defineCommand({
  meta: { name: 'bench:relevance', description: 'How well judged queries are answered, per class and engine, through the public API. EMBEDDINGS_URL and EMBEDDINGS_MODEL: with meaning, beside the figures kept without. DATABASE_URL: that Postgres instead of an embedded database; Meilisearch too when MEILI_URL is set or the program is on PATH.' },
  args: {
    json: { type: 'boolean', description: 'Print the figures as JSON' },
    save: { type: 'boolean', description: 'Keep this run in test/bench/relevance.json, to compare with' },
    set: { type: 'string', description: `Only this set: ${SETS.join(' or ')}`, valueHint: 'NAME' },
    engine: { type: 'string', description: 'Only this engine: postgres or meilisearch', valueHint: 'NAME' },
    worst: { type: 'string', description: 'List so many of the worst answers of our own paraphrases', valueHint: 'N' },
  },
  async run({ args }) {
    const sets = args.set === undefined ? SETS : SETS.filter((name) => name === args.set)
    const engine = args.engine?.toUpperCase()
    if (sets.length === 0 || (engine !== undefined && engine !== 'POSTGRES' && engine !== 'MEILISEARCH')) throw new Error(`--set is ${SETS.join(' or ')}; --engine is postgres or meilisearch.`)
    if (args.save && process.env.EMBEDDINGS_URL) throw new Error('What is kept is what anybody gets: save without EMBEDDINGS_URL.')
    // Answers to the judged queries are not shown: nobody shall tune to one of them.
    const { report, worst } = await measure(args.worst ? ['paraphrases'] : sets, engine, Number(args.worst ?? 0))
    const before: Report = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}
    process.stdout.write(args.json ? `${JSON.stringify(report, null, 2)}\n` : `${formatReport(report, before)}\n${worst.map((line) => `${line}\n`).join('')}`)
    if (args.save) writeFileSync(FILE, `${JSON.stringify(rounded({ ...before, ...report }), null, 2)}\n`)
  },
})

const rounded = (value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)])) : value

void runMain(command)
