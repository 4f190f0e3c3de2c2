/** `npm run export`: everything published, or with a key all that it may see, into a file; from the running server, or from the database itself. */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { defineCommand, runMain } from 'citty'
import { loadConfig, readEnvironment } from '../config.ts'
import { EXPORT_FORMATS, type ExportFormat, writeExport } from '../domain/export/formats.ts'
import { StartupError } from '../errors.ts'
import { findServer } from './ask.ts'
import { explained, openForCommand } from './command.ts'

interface ExportReport { file: string; format: ExportFormat; bytes: number; sha256: string }

async function exportTo(args: { format: string; out?: string | undefined; drafts: boolean; json: boolean; server?: string | undefined; filter?: string | undefined }): Promise<void> {
  const format = EXPORT_FORMATS.find((one) => one === args.format)
  if (!format) throw new StartupError(`--format must be one of ${EXPORT_FORMATS.join(', ')}.`)
  const file = args.out ?? `nhan-rong.${format}`
  const config = loadConfig(readEnvironment())
  const { address, isAnswering } = await findServer(config, args.server)
  const parameters = new URLSearchParams(args.filter ?? '')
  if (args.drafts) parameters.set('drafts', 'true')
  const { body, close } = address !== undefined && isAnswering ? await fromServer(address, config.adminKey, format, parameters) : await fromDatabase(config, format, parameters)
  const hash = createHash('sha256')
  let bytes = 0
  const count = async function* (pieces: AsyncIterable<Buffer | string>) {
    for await (const piece of pieces) {
      bytes += Buffer.byteLength(piece)
      hash.update(piece)
      yield piece
    }
  }
  try {
    await pipeline(body, count, file === '-' ? process.stdout : createWriteStream(file))
  } finally {
    await close()
  }
  const report: ExportReport = { file, format, bytes, sha256: hash.digest('hex') }
  process[file === '-' ? 'stderr' : 'stdout'].write(args.json ? `${JSON.stringify(report, null, 2)}\n` : `${file}: ${bytes.toLocaleString('en')} bytes, SHA-256 ${report.sha256}\n`)
}

async function fromServer(address: string, adminKey: string | undefined, format: ExportFormat, parameters: URLSearchParams) {
  if (parameters.has('drafts') && adminKey === undefined) throw new StartupError('Drafts are shown to those who may edit them: set ADMIN_KEY.')
  const response = await fetch(`${address}/export.${format}?${parameters}`, { redirect: 'error', headers: adminKey === undefined ? {} : { authorization: `Bearer ${adminKey}` } })
  if (!response.ok || !response.body) throw new StartupError(((await response.json().catch(() => undefined)) as { errors?: { message: string }[] } | undefined)?.errors?.[0]?.message ?? `The server at ${address} answered ${response.status}.`)
  return { body: Readable.fromWeb(response.body as never), close: async () => {} }
}

async function fromDatabase(config: ReturnType<typeof loadConfig>, format: ExportFormat, parameters: URLSearchParams) {
  const { readExportQuery } = await import('../http/export.ts')
  const { db, close } = await openForCommand(config)
  const query = Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]))
  return { body: Readable.from(writeExport(db, { id: 'command', name: 'npm run export', role: 'ADMIN', localities: [] }, format, readExportQuery(query))), close }
}

const command = defineCommand({
  meta: { name: 'npm run export', description: 'Write the catalogue into a file: csv, xlsx (one row a model), json or ndjson (whole documents, from which it can be restored).' },
  args: {
    format: { type: 'string', default: 'ndjson', description: EXPORT_FORMATS.join(', ') },
    out: { type: 'string', description: 'The file, - for standard output; nhan-rong.FORMAT unless said', valueHint: 'FILE' },
    filter: { type: 'string', description: 'Parameters of GET /export, such as topicIn=traffic-safety&localityIn=can-tho', valueHint: 'QUERY' },
    drafts: { type: 'boolean', default: false, description: 'The working revisions instead of what is published' },
    json: { type: 'boolean', default: false, description: 'Report as JSON' },
    server: { type: 'string', description: 'Ask the server at this address; unless said the one at HOST and PORT, or the database itself', valueHint: 'URL' },
  },
  run: ({ args }) => explained(() => exportTo(args)),
})

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(command)
