/** `npm run export`: everything published, or with a key all that it may see, into a file; from the running server, or from the database itself. */
import { createHash } from 'node:crypto'
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { defineCommand, runMain } from 'citty'
import { loadConfig, readEnvironment } from '../config.ts'
import { EXPORT_FORMATS, type ExportFormat, writeExport } from '../domain/export/formats.ts'
import { StartupError } from '../errors.ts'
import { findServer } from './ask.ts'
import { explained, openForCommand, refuseUnknown } from './command.ts'
import { isStarted } from './started.ts'

/** How far it is, is told this often; it is not known how much it will be. */
const LINE_MS = 5000

interface ExportReport { file: string; format: ExportFormat; bytes: number; sha256: string }

interface Args { format: string; out?: string | undefined; drafts: boolean; json: boolean; server?: string | undefined; filter?: string | undefined }

async function exportTo(args: Args): Promise<void> {
  const format = EXPORT_FORMATS.find((one) => one === args.format.toLowerCase())
  if (!format) throw new StartupError(`--format is ${args.format}; it must be one of ${EXPORT_FORMATS.join(', ')}.`)
  const file = args.out ?? `nhan-rong.${format}`
  const parameters = new URLSearchParams(args.filter ?? '')
  if (args.drafts) parameters.set('drafts', 'true')
  const config = loadConfig(readEnvironment())
  const { address, isAnswering } = await findServer(config, args.server)
  const { body, close } = address !== undefined && isAnswering ? await fromServer(address, config.adminKey, format, parameters) : await fromDatabase(config, format, parameters)
  const hash = createHash('sha256')
  let [bytes, toldAt] = [0, performance.now()]
  const count = async function* (pieces: AsyncIterable<Buffer | string>) {
    for await (const piece of pieces) {
      bytes += Buffer.byteLength(piece)
      hash.update(piece)
      yield piece
      if (performance.now() - toldAt < LINE_MS) continue
      toldAt = performance.now()
      process.stderr.write(`export: ${bytes.toLocaleString('en')} bytes\n`)
    }
  }
  try {
    if (file === '-') await pipeline(body, count, process.stdout)
    else await writeWhole(file, (part) => pipeline(body, count, createWriteStream(part)))
  } catch (error) {
    // Whoever reads it had enough.
    if (file === '-' && (error as NodeJS.ErrnoException).code === 'EPIPE') return
    throw error
  } finally {
    await close()
  }
  const report: ExportReport = { file, format, bytes, sha256: hash.digest('hex') }
  process[file === '-' ? 'stderr' : 'stdout'].write(args.json ? `${JSON.stringify(report, null, 2)}\n` : `${file}: ${bytes.toLocaleString('en')} bytes, SHA-256 ${report.sha256}\n`)
}

/** Beside it first, so that an export that fails, or is interrupted, leaves what was there before. @throws StartupError where nothing can be written */
async function writeWhole(file: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = `${file}.${process.pid}.part`
  const drop = (): void => rmSync(part, { force: true })
  const interrupt = (): never => { drop(); return process.exit(130) }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    await write(part)
    renameSync(part, file)
  } catch (error) {
    drop()
    const { code, syscall, path } = error as NodeJS.ErrnoException
    if (code !== undefined && (syscall === 'open' || syscall === 'write' || syscall === 'rename') && (path === undefined || path === part)) throw new StartupError(`${file} cannot be written (${code === 'ENOENT' ? 'there is no such folder' : code}).`)
    throw error
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt)
  }
}

async function fromServer(address: string, adminKey: string | undefined, format: ExportFormat, parameters: URLSearchParams) {
  if (parameters.has('drafts') && adminKey === undefined) throw new StartupError('Drafts are shown to those who may edit them: set ADMIN_KEY.')
  const response = await fetch(`${address}/export.${format}?${parameters}`, { redirect: 'error', headers: adminKey === undefined ? {} : { authorization: `Bearer ${adminKey}` } })
  if (!response.ok || !response.body) throw new StartupError(((await response.json().catch(() => undefined)) as { errors?: { message: string }[] } | undefined)?.errors?.[0]?.message ?? `The server at ${address} answered ${response.status}.`)
  const pieces = response.body as unknown as AsyncIterable<Uint8Array>
  return {
    body: Readable.from((async function* () {
      try {
        for await (const piece of pieces) yield Buffer.from(piece)
      } catch (error) {
        throw new StartupError(`The server at ${address} went away before the end (${(error as Error).message}); nothing was written.`, { cause: error })
      }
    })()),
    close: async () => {},
  }
}

async function fromDatabase(config: ReturnType<typeof loadConfig>, format: ExportFormat, parameters: URLSearchParams) {
  const { readExportQuery } = await import('../http/export.ts')
  const query = readExportQuery(Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)])))
  const { db, close } = await openForCommand(config)
  return { body: Readable.from(writeExport(db, { id: 'command', name: 'npm run export', role: 'ADMIN', localities: [] }, format, query)), close }
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
  run: ({ args, rawArgs, cmd }) => explained(async () => {
    refuseUnknown(rawArgs, cmd.args)
    await exportTo(args)
  }),
})

if (isStarted(import.meta.url)) await runMain(command)
