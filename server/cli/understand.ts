/** `npm run understand -- "text"`: what a text is understood as, from the database that the server uses. */
import { parseArgs } from 'node:util'
import { loadConfig, readEnvironment } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { AppError, StartupError } from '../errors.ts'
import { loadKnowledge } from '../search/knowledge.ts'
import type { UnderstoodQuery } from '../search/query.ts'
import { understand } from '../search/understand.ts'
import { askServer, findServer } from './ask.ts'

const USAGE = `npm run understand -- "TEXT"            what the text is understood as: words, concepts, places, and what a record must tell of
npm run understand -- "TEXT" --json     the same as JSON
npm run understand -- "TEXT" --ignore ID    without that part; may be given again
npm run understand -- "TEXT" --server URL   ask that server

The embedded database is read by one process at a time: a server that runs on it is asked instead, at PORT and HOST. It tells the parts
and the first hits, not the weights: for these stop it, or use DATABASE_URL.`

const ASK = `query ($query: String!, $ignore: [ID!]) {
  searchModels(query: $query, ignore: $ignore, first: 5) {
    correctedQuery engine totalCount understood { id kind text meaning }
    edges { score whyMatched scoreParts { name value } node { slug name } }
  }
}`
interface Told {
  correctedQuery: string | null; engine: string; totalCount: number; understood: UnderstoodQuery['parts']
  edges: { score: number; whyMatched: string[]; scoreParts: { name: string; value: number }[]; node: { slug: string; name: string } }[]
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, ignore: { type: 'string', multiple: true }, server: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  const text = positionals.join(' ')
  if (values.help || text === '') {
    process.stdout.write(`${USAGE}\n`)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const config = loadConfig(readEnvironment())
  const { address, isAnswering } = await findServer(config, values.server)
  if (address !== undefined && isAnswering) {
    const { searchModels } = await askServer<{ searchModels: Told }>(address, config.adminKey, ASK, { query: text, ignore: values.ignore ?? null })
    process.stdout.write(values.json ? `${JSON.stringify(searchModels, null, 2)}\n` : tellAsked(searchModels, address))
    return
  }
  const { dataDir, databaseUrl } = config
  const { db, close } = await openDatabase({ databaseUrl, dataDir })
  try {
    const query = understand(text, await loadKnowledge(db), new Set(values.ignore))
    process.stdout.write(values.json ? `${JSON.stringify(query, null, 2)}\n` : tell(query))
  } finally {
    await close()
  }
}

const form = ({ words }: { words: string[] }): string => words.join(' ')

const partLine = ({ id, kind, text, meaning }: UnderstoodQuery['parts'][number]): string => `${kind.padEnd(14)} “${text}” → ${meaning}   [${id}]`

function tellAsked({ correctedQuery, engine, totalCount, understood, edges }: Told, address: string): string {
  return [
    `Asked of ${address} (${engine === 'MEILISEARCH' ? 'Meilisearch' : 'Postgres'}): ${totalCount.toLocaleString('en')} models`, ...(correctedQuery === null ? [] : [`Searched as: ${correctedQuery}`]),
    'Parts (give the id in `ignore` to drop one)', ...understood.map((part) => `  ${partLine(part)}`),
    'First hits', ...edges.map(({ score, whyMatched, scoreParts, node }) => `  ${score.toFixed(2)}  ${node.name} (${node.slug})\n        ${scoreParts.filter(({ value }) => value > 0).map(({ name, value }) => `${name} ${value.toFixed(2)}`).join(', ')}${whyMatched.length > 0 ? `\n        ${whyMatched.join('; ')}` : ''}`),
  ].join('\n') + '\n'
}

function tell(query: UnderstoodQuery): string {
  const weight = (value: number): string => value.toFixed(2).padStart(5)
  const sections: [string, string[]][] = [
    ['Parts (give the id in `ignore` to drop one)', query.parts.map(partLine)],
    ['Words, by weight', query.terms.map((term) => `${weight(term.weight)}  ${term.forms.map(form).join(' | ')}${term.isPrefix ? '…' : ''}${term.isRequired ? '' : '   (not required)'}`)],
    ['Concepts, by weight', query.concepts.map(({ key, label, weight: w, others }) => `${weight(w)}  ${key} (${label})${others.length > 0 ? `   also, for less: ${others.map((other) => `${other.key} ${other.factor.toFixed(2)}`).join(', ')}` : ''}`)],
    ['A record must tell of each, or of enough', query.units.map((unit) => `${weight(unit.weight)}  ${unit.forms.map(form).join(' | ')}${unit.wider.length > 0 ? `   looser: ${unit.wider.map(form).join(' | ')}` : ''}`)],
    ['Places', query.places.map(({ id, units, isFilter }) => `${isFilter ? 'only there' : 'first there'}: ${units.map((unit) => unit.fullName + (unit.isFormer ? ' (cũ)' : '')).join(', ')}   [${id}]`)],
  ]
  const told = sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
  return `${query.correctedQuery === null ? '' : `Searched as: ${query.correctedQuery}\n\n`}${told.length === 0 ? 'Nothing to look for: an empty text browses.\n' : told.join('\n')}`
}

main().catch((error: unknown) => {
  const isPlanned = error instanceof StartupError || error instanceof AppError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  process.stderr.write(`${isPlanned ? (error as Error).message : (error as Error).stack}\n`)
  process.exitCode = 1
})
