/** `npm run understand -- "text"`: what a text is understood as, from the database that the server uses. */
import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { AppError, StartupError } from '../errors.ts'
import { loadKnowledge } from '../search/knowledge.ts'
import type { UnderstoodQuery } from '../search/query.ts'
import { understand } from '../search/understand.ts'

const USAGE = `npm run understand -- "TEXT"            what the text is understood as: words, concepts, places, and what a record must tell of
npm run understand -- "TEXT" --json     the same as JSON
npm run understand -- "TEXT" --ignore ID    without that part; may be given again

The embedded database is read by one process at a time: while the server runs on it, ask the server instead (field "understood" of searchModels).`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, ignore: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } } })
  const text = positionals.join(' ')
  if (values.help || text === '') {
    process.stdout.write(`${USAGE}\n`)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const { dataDir, databaseUrl } = loadConfig(process.env)
  const { db, close } = await openDatabase({ databaseUrl, dataDir })
  try {
    const query = understand(text, await loadKnowledge(db), new Set(values.ignore))
    process.stdout.write(values.json ? `${JSON.stringify(query, null, 2)}\n` : tell(query))
  } finally {
    await close()
  }
}

const form = ({ words }: { words: string[] }): string => words.join(' ')

function tell(query: UnderstoodQuery): string {
  const weight = (value: number): string => value.toFixed(2).padStart(5)
  const sections: [string, string[]][] = [
    ['Parts (give the id in `ignore` to drop one)', query.parts.map(({ id, kind, text, meaning }) => `${kind.padEnd(14)} “${text}” → ${meaning}   [${id}]`)],
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
