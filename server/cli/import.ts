/** `npm run import -- FILE`: looks at a file first, and with --run brings it in; through the running server, or on the database itself. */
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineCommand, runMain } from 'citty'
import { loadConfig, readEnvironment } from '../config.ts'
import { startImports } from '../domain/import/run.ts'
import { IMPORT_FORMATS } from '../domain/import/read.ts'
import { StartupError } from '../errors.ts'
import { type Desk, openDesk } from './ask.ts'
import { explained } from './command.ts'
import { startProgress } from './progress.ts'

const FIELDS = 'id state isRestore rows progress created updated unchanged refused issueCount issues { row path code message severity } duplicates(first: 50) { row candidates { reasons model { slug } } }'
const POLL_MS = 300

interface Import {
  id: string | null; state: string; isRestore: boolean; rows: number | null; progress: number; created: number; updated: number; unchanged: number; refused: number; issueCount: number
  issues: { row: number; path: string[]; code: string; message: string; severity: string }[]
  duplicates: { row: number; candidates: { reasons: string[]; model: { slug: string } | null }[] }[]
}

const n = (value: number): string => value.toLocaleString('en')

/** The report in words, one issue a line. */
export function tell({ state, isRestore, rows, created, updated, unchanged, refused, issueCount, issues, duplicates }: Import): string {
  const lines = issues.map(({ row, path, code, message, severity }) => [row === 0 ? 'file' : `row ${row}`, path.join('.'), severity === 'ERROR' ? code : `${code} (warning)`, message].join('\t'))
  if (issueCount > issues.length) lines.push(`… and ${n(issueCount - issues.length)} more.`)
  for (const { row, candidates } of duplicates) lines.push(`row ${row}\tperhaps the same as ${candidates.map(({ model }) => model?.slug).filter(Boolean).join(', ')}\t${candidates[0]?.reasons[0] ?? ''}`)
  const will = state === 'PREVIEW' ? 'would be ' : ''
  lines.push(state === 'FAILED' ? 'Nothing was imported.' : `${n(rows ?? 0)} rows: ${n(created)} ${will}${isRestore ? 'restored' : 'created as drafts'}, ${n(updated)} ${will}changed, ${n(unchanged)} unchanged, ${n(refused)} refused.`)
  if (state === 'PREVIEW' && created + updated > 0) lines.push('Nothing was written. To import it, say --run.')
  return lines.join('\n')
}

async function importFile(file: string, args: { format?: string | undefined; run: boolean; key?: string | undefined; json: boolean; server?: string | undefined }): Promise<void> {
  const given = (args.format ?? extname(file).slice(1)).toUpperCase()
  const format = IMPORT_FORMATS.find((one) => one === given)
  if (!format) throw new StartupError(`--format must be one of ${IMPORT_FORMATS.join(', ').toLowerCase()}; the name of the file does not tell.`)
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => Promise.reject(new StartupError(`${file} cannot be read (${error.code}).`)))
  const config = loadConfig(readEnvironment())
  const desk = await openDesk(config, 'npm run import', args.server)
  try {
    const name = args.run ? 'RunImport' : 'PreviewImport'
    const field = args.run ? 'runImport' : 'previewImport'
    const input = { format, content: bytes.toString('base64'), ...(args.key ? { idempotencyKey: args.key } : {}) }
    const payload = (await desk.ask<Record<string, { message?: string; import?: Import }>>(`mutation($input: ${name}Input!) { ${field}(input: $input) { ... on UserError { message } ... on ${name}Success { import { ${FIELDS} } } } }`, { input }))[field]!
    if (!payload.import) throw new StartupError(payload.message ?? 'The import was refused.')
    const done = args.run ? await follow(desk, payload.import) : payload.import
    process.stdout.write(`${args.json ? JSON.stringify(done, null, 2) : tell(done)}\n`)
    if (done.state === 'FAILED' || done.refused > 0 || (done.state === 'PREVIEW' && done.issues.some(({ severity }) => severity === 'ERROR'))) process.exitCode = 1
  } finally {
    await desk.close()
  }
}

async function follow(desk: Desk, begun: Import): Promise<Import> {
  const progress = startProgress('import')
  // Where no server runs, nobody else does the job.
  const runner = desk.db && startImports({ db: desk.db, start: false })
  const working = runner?.runOnce()
  try {
    for (let now = begun; ;) {
      progress.set(Math.round(now.progress * (now.rows ?? 0)), now.rows ?? 0)
      if (now.state === 'SUCCEEDED' || now.state === 'FAILED') {
        progress.end(now.state === 'SUCCEEDED' ? 'done' : 'failed')
        return now
      }
      if (working) await Promise.race([working, new Promise((resolve) => setTimeout(resolve, POLL_MS))])
      else await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      now = (await desk.ask<{ import: Import }>(`query($id: ID!) { import(id: $id) { ${FIELDS} } }`, { id: now.id })).import
    }
  } finally {
    await working?.catch(() => undefined)
  }
}

const command = defineCommand({
  meta: { name: 'npm run import -- FILE', description: 'Look at a file of models (csv, xlsx, json, ndjson): what is wrong with which row, what would change, what the catalogue may have already. With --run it is imported, as drafts; a whole catalogue from `npm run export` into a database without records is restored as it was.' },
  args: {
    file: { type: 'positional', required: true, description: 'The file' },
    run: { type: 'boolean', default: false, description: 'Import it; without this nothing is written' },
    format: { type: 'string', description: 'csv, xlsx, json or ndjson; unless said, by the name of the file' },
    key: { type: 'string', description: 'A name for this import: the same again changes nothing', valueHint: 'TEXT' },
    json: { type: 'boolean', default: false, description: 'Print the whole report as JSON' },
    server: { type: 'string', description: 'Ask the server at this address, with ADMIN_KEY; unless said the one at HOST and PORT, or the database itself', valueHint: 'URL' },
  },
  run: ({ args }) => explained(() => importFile(args.file, args)),
})

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(command)
