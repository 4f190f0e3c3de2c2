/** `npm run doctor`: compares what search holds with what the database says, and tells; exit code 1 when they differ. */
import { defineCommand, runMain } from 'citty'
import { loadConfig, readEnvironment } from '../config.ts'
import { examine, type DoctorReport, type IndexComparison } from '../indexer/doctor.ts'
import { explained, openForCommand } from './command.ts'
import { isStarted } from './started.ts'

const n = (value: number): string => value.toLocaleString('en')
const age = (seconds: number | null): string => (seconds === null ? '' : `, the oldest for ${n(seconds)} s`)

/** Some ids, so that a person can look one up. */
const some = (ids: readonly string[]): string => `${n(ids.length)}${ids.length === 0 ? '' : ` (${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''})`}`

function tellComparison(c: IndexComparison): string[] {
  const wrong = [['missing', c.missing], ['not as they should be', c.stale], ['too many', c.extra]] as const
  return [`${n(c.documents)} documents`, ...wrong.filter(([, ids]) => ids.length > 0).map(([what, ids]) => `${what}: ${some(ids)}`), ...(c.waiting > 0 ? [`${n(c.waiting)} on their way`] : [])]
}

/** The report in words. */
export function tell({ isHealthy, published, postgres, meilisearch, outbox, otherServers, vectors, fixed }: DoctorReport): string {
  const lines = [
    `${n(published)} models are published.`,
    `Postgres' own index: ${[...tellComparison(postgres), ...(postgres.vocabularyDifferences > 0 ? [`${n(postgres.vocabularyDifferences)} words of the vocabulary counted wrong`] : [])].join('; ')}.`,
  ]
  if (meilisearch === null) lines.push('Meilisearch is not configured (MEILI_URL).')
  else if (meilisearch.problem !== null) lines.push(`Meilisearch at ${meilisearch.server}: ${meilisearch.problem}.`)
  else {
    const drift = meilisearch.settingsDrift.length > 0 ? [`settings changed by somebody: ${meilisearch.settingsDrift.join(', ')} (the indexer sets them back)`] : []
    lines.push(`Meilisearch at ${meilisearch.server}, index ${meilisearch.index}: ${[...tellComparison(meilisearch), ...drift, ...(meilisearch.failedTasks > 0 ? [`${n(meilisearch.failedTasks)} failed tasks`] : [])].join('; ')}.`)
    lines.push(`Outbox: ${n(outbox.waiting)} waiting${age(outbox.oldestSeconds)}.`)
  }
  for (const { id, error } of outbox.dead) lines.push(`Refused by Meilisearch: ${id}: ${error ?? 'no reason given'}. Correct the record, or try again with --fix.`)
  for (const { server, waiting, oldestSeconds } of otherServers) lines.push(`Another server has an index too: ${server}, ${n(waiting)} waiting${age(oldestSeconds)}.`)
  if (vectors.model !== null) lines.push(`Vectors of ${vectors.model}: ${n(vectors.vectors)}, ${n(vectors.waiting)} records waiting.`)
  for (const { id, error } of vectors.refused) lines.push(`Without a vector: ${id}: ${error ?? 'no reason given'}. It is tried again by itself, at once with --fix.`)
  for (const { model, vectors: count } of vectors.others) lines.push(`Vectors of ${model}, which is not configured: ${n(count)}.${vectors.model === null ? '' : ' --fix drops them.'}`)
  for (const what of fixed) lines.push(`Done: ${what}.`)
  lines.push(isHealthy ? 'Search and database agree.' : 'Search and database differ.')
  return lines.join('\n')
}

async function doctor({ isFixing, isJson }: { isFixing: boolean; isJson: boolean }): Promise<void> {
  const config = loadConfig(readEnvironment())
  const { db, close } = await openForCommand(config)
  try {
    const report = await examine(db, { meili: config.meili, embeddings: config.embeddings, fix: isFixing })
    process.stdout.write(`${isJson ? JSON.stringify(report, null, 2) : tell(report)}\n`)
    if (!report.isHealthy) process.exitCode = 1
  } finally {
    await close()
  }
}

const command = defineCommand({
  meta: { name: 'npm run doctor', description: 'Compare what search holds with what the database says, both ways; exit code 1 when they differ.' },
  args: {
    fix: { type: 'boolean', default: false, description: "Write Postgres' own rows again, and enqueue for Meilisearch what differs there or was refused, and drop vectors of other embedding models" },
    json: { type: 'boolean', default: false, description: 'Print the whole report as JSON' },
  },
  run: ({ args }) => explained(() => doctor({ isFixing: args.fix, isJson: args.json })),
})

if (isStarted(import.meta.url)) await runMain(command)
