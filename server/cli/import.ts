/** `npm run import -- FILE`: looks at a file first, and with --run brings it in; through the running server, or on the database itself. */
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineCommand, runMain } from 'citty'
import { loadConfig, readEnvironment } from '../config.ts'
import { startImports } from '../domain/import/run.ts'
import { IMPORT_LIMITS } from '../domain/import/limits.ts'
import { IMPORT_FORMATS } from '../domain/import/read.ts'
import { StartupError } from '../errors.ts'
import { type Desk, openDesk } from './ask.ts'
import { explained, refuseUnknown } from './command.ts'
import { startProgress } from './progress.ts'
import { isStarted } from './started.ts'

const COUNTS = 'id state isRestore rows progress created updated unchanged refused issueCount'
const FIELDS = `${COUNTS} issues { row path code message severity } duplicates(first: 50) { row candidates { row verdict score reasons model { slug } } }`
const POLL_MS = 300
/** As shells say of what Ctrl-C ended. */
const INTERRUPTED = 130

interface Counts { id: string | null; state: string; isRestore: boolean; rows: number | null; progress: number; created: number; updated: number; unchanged: number; refused: number; issueCount: number }
interface Import extends Counts {
  issues: { row: number; path: string[]; code: string; message: string; severity: string }[]
  duplicates: { row: number; candidates: { row: number | null; verdict: string; score: number; reasons: string[]; model: { slug: string } | null }[] }[]
}

const n = (value: number): string => value.toLocaleString('en')
const isOver = ({ state }: Counts): boolean => state === 'SUCCEEDED' || state === 'FAILED' || state === 'STOPPED'
const hasErrors = ({ issues }: Import): boolean => issues.some(({ severity }) => severity === 'ERROR')

/** The report in words, one issue and one suspicion a line. */
export function tell(report: Import): string {
  const { state, isRestore, rows, created, updated, unchanged, refused, issueCount, issues, duplicates } = report
  const lines = issues.map(({ row, path, code, message, severity }) => [row === 0 ? 'file' : `row ${row}`, path.join('.'), severity === 'ERROR' ? code : `${code} (warning)`, message].join('\t'))
  if (issueCount > issues.length) lines.push(`… and ${n(issueCount - issues.length)} more.`)
  for (const { row, candidates } of duplicates) {
    for (const { row: other, verdict, reasons, model } of candidates) lines.push([`row ${row}`, `perhaps ${other === null ? (model?.slug ?? 'a record that is gone') : `row ${other}`}`, verdict, reasons[0] ?? ''].join('\t'))
  }
  const will = state === 'PREVIEW' ? 'would be ' : ''
  const counts = `${n(created)} ${will}${isRestore ? 'restored' : 'created as drafts'}, ${n(updated)} ${will}changed, ${n(unchanged)} unchanged, ${n(refused)} refused`
  const decided = created + updated + unchanged + refused
  if (decided === 0 && (state === 'FAILED' || (state === 'PREVIEW' && hasErrors(report)))) lines.push(state === 'FAILED' ? 'Nothing was imported.' : 'Nothing of it can be imported.')
  else if (state === 'PREVIEW' || state === 'SUCCEEDED') lines.push(`${n(rows ?? 0)} rows: ${counts}.`)
  else lines.push(`${n(decided)} of ${n(rows ?? 0)} rows: ${counts}.`)
  if (state === 'PREVIEW' && created + updated > 0) lines.push('Nothing was written. To import it, say --run.')
  return lines.join('\n')
}

interface Args { format?: string | undefined; run: boolean; key?: string | undefined; json: boolean; server?: string | undefined }

/** @throws StartupError for what is no file of ours, before anything is asked */
async function readInput(file: string, args: Args): Promise<{ format: string; content: string; idempotencyKey?: string }> {
  const formats = IMPORT_FORMATS.join(', ').toLowerCase()
  const format = IMPORT_FORMATS.find((one) => one === (args.format ?? extname(file).slice(1)).toUpperCase())
  const size = await stat(file).then((found) => (found.isFile() ? found.size : undefined), (error: NodeJS.ErrnoException) => Promise.reject(new StartupError(error.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${error.code}).`)))
  if (size === undefined) throw new StartupError(`${file} is no file.`)
  if (!format) throw new StartupError(args.format === undefined ? `The name ${file} does not tell what kind of file it is; say it: --format ${formats.replaceAll(', ', '|')}.` : `--format is ${args.format}; it must be one of ${formats}.`)
  if (size > IMPORT_LIMITS.bytes) throw new StartupError(`${file} has ${n(size)} bytes; at most ${n(IMPORT_LIMITS.bytes)} are read at once. Split it.`)
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => Promise.reject(new StartupError(`${file} cannot be read (${error.code}).`)))
  return { format, content: bytes.toString('base64'), ...(args.key ? { idempotencyKey: args.key } : {}) }
}

async function importFile(file: string, args: Args): Promise<void> {
  const input = await readInput(file, args)
  const desk = await openDesk(loadConfig(readEnvironment()), 'npm run import', args.server)
  try {
    const name = args.run ? 'RunImport' : 'PreviewImport'
    const field = args.run ? 'runImport' : 'previewImport'
    const payload = (await desk.ask<Record<string, { message?: string; import?: Import }>>(`mutation($input: ${name}Input!) { ${field}(input: $input) { ... on UserError { message } ... on ${name}Success { import { ${FIELDS} } } } }`, { input }))[field]!
    if (!payload.import) throw new StartupError(payload.message ?? 'The import was refused.')
    const done = args.run ? await follow(desk, payload.import) : payload.import
    process.stdout.write(`${args.json ? JSON.stringify(done, null, 2) : tell(done)}\n`)
    const isInterrupted = done.state === 'QUEUED' || done.state === 'RUNNING'
    if (isInterrupted) process.stderr.write(desk.db ? 'Interrupted. What was brought in stays; the same command goes on from there.\n' : 'The server goes on with it; the same command shows how far it is.\n')
    process.exitCode = isInterrupted ? INTERRUPTED : done.state === 'FAILED' || done.state === 'STOPPED' || done.refused > 0 || hasErrors(done) ? 1 : 0
  } finally {
    await desk.close()
  }
}

/** Until it is over, or until somebody interrupts: then between two batches. */
async function follow(desk: Desk, begun: Import): Promise<Import> {
  const progress = startProgress('import')
  const ask = async <T>(fields: string): Promise<T> => (await desk.ask<{ import: T }>(`query($id: ID!) { import(id: $id) { ${fields} } }`, { id: begun.id })).import
  // Where no server runs, nobody else does the job; one that a process left behind when it was killed is waited for.
  const runner = desk.db && startImports({ db: desk.db, logger: { info: () => {}, warn: ({ reason }: { reason?: unknown }, message) => progress.note(`${message}${reason === undefined ? '' : `: ${String(reason)}`}`) } })
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    let now: Counts = begun
    let isTold = false
    while (!isOver(now) && !interrupted.signal.aborted) {
      if (!isTold && now.rows !== null) progress.note(`${n(now.rows)} rows`)
      isTold ||= now.rows !== null
      progress.set(Math.round(now.progress * (now.rows ?? 0)), now.rows ?? 0)
      await sleep(POLL_MS, undefined, { signal: interrupted.signal }).catch(() => undefined)
      if (!interrupted.signal.aborted) now = await ask<Counts>(COUNTS)
    }
    await runner?.close()
    const done = await ask<Import>(FIELDS)
    if (done.state === 'SUCCEEDED') progress.end('done')
    else progress.fail(isOver(done) ? done.state.toLowerCase() : 'interrupted')
    return done
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt)
    await runner?.close()
  }
}

const command = defineCommand({
  meta: { name: 'npm run import -- FILE', description: 'Look at a file of models (csv, xlsx, json, ndjson): what is wrong with which row, what would change, what the catalogue may have already. With --run it is imported, as drafts; a whole catalogue from `npm run export` into a database without records is restored as it was. Ctrl-C leaves whole batches; the same command goes on. Ends with 0 when every row was taken, 1 when something was refused, 130 when interrupted.' },
  args: {
    file: { type: 'positional', required: true, description: 'The file' },
    run: { type: 'boolean', default: false, description: 'Import it; without this nothing is written' },
    format: { type: 'string', description: 'csv, xlsx, json or ndjson; unless said, by the name of the file' },
    key: { type: 'string', description: 'A name for this import: the same again changes nothing', valueHint: 'TEXT' },
    json: { type: 'boolean', default: false, description: 'Print the whole report as JSON' },
    server: { type: 'string', description: 'Ask the server at this address, with ADMIN_KEY; unless said the one at HOST and PORT, or the database itself', valueHint: 'URL' },
  },
  run: ({ args, rawArgs, cmd }) => explained(async () => {
    refuseUnknown(rawArgs, cmd.args)
    await importFile(args.file, args)
  }),
})

if (isStarted(import.meta.url)) await runMain(command)
