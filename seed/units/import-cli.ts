/** `npm run units:import -- FILE` brings a fuller official table of units into the database. */
import { parseArgs } from 'node:util'
import { loadConfig, readEnvironment } from '../../server/config.ts'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import { AppError, StartupError } from '../../server/errors.ts'
import { importUnits, type ImportUnitsReport } from './import.ts'
import { readOfficialTable } from './official-table.ts'

const USAGE = `npm run units:import -- FILE              bring the units of an official table into the database
npm run units:import -- FILE --dry-run    say what would be new, and change nothing
npm run units:import -- FILE --json       the report as JSON on stdout (progress stays on stderr)

FILE is JSON in UTF-8: { asOf, provinces: [{ code, name, formerProvinces: [{ code, name }] }],
  communes: [{ code, name, type, province, formerly, formedFrom: [{ name, district, province, code, part }] }],
  historicNames: [{ name, district, province, code, lastSeen, now: [codes of communes] }] }
A unit that is known keeps its id and its slug; missing ones, their links, names and codes are added; nothing is taken away. It can be
run again at any time. Places of the catalogue are placed anew by: npm run seed -- --force
The database is that of DATABASE_URL, else the embedded one in DATA_DIR (stop the server first: one process at a time).`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) return print(USAGE)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new StartupError(`${file === undefined ? 'No file is given.' : `One file at a time, not ${positionals.length}.`}\n\n${USAGE}`)
  const table = await readOfficialTable(file)
  const { dataDir, databaseUrl } = loadConfig(readEnvironment())
  const { db, close } = await openDatabase({ databaseUrl, dataDir })
  const tell = (message: string): void => void process.stderr.write(`  ${message}\n`)
  try {
    await migrateToLatest(db, tell)
    const report = await importUnits(db, table, { file, isDryRun: values['dry-run'], onProgress: tell })
    print(values.json ? JSON.stringify(report, null, 2) : describe(report))
  } finally {
    await close()
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const n = (value: number): string => value.toLocaleString('en')

function describe({ isDryRun, asOf, communes, provinces, added, corrected, leftOut, withoutSuccessor, covered, refreshed, milliseconds }: ImportUnitsReport): string {
  const lines = [`The table of ${asOf}: ${n(communes)} communes in ${n(provinces)} provinces${isDryRun ? ' (dry run: nothing was changed)' : ''}.`]
  if (covered === null && added.names + added.codes === 0) lines.push('Nothing to do: all of it is known.')
  else {
    lines.push(`${isDryRun ? 'Would add' : 'Added'} ${n(added.communes)} communes, ${n(added.formerCommunes)} former communes, ${n(added.districts)} former districts, ${n(added.successions)} links between units, ${n(added.names)} names and ${n(added.codes)} codes; ${n(corrected)} links turned out to be of a part; ${(milliseconds / 1000).toFixed(1)} s.`)
  }
  if (refreshed > 0) lines.push(`${n(refreshed)} models ${isDryRun ? 'would be' : 'are'} found by other places now.`)
  if (withoutSuccessor > 0) lines.push(`${n(withoutSuccessor)} of the older units lead to no commune of today in the table.`)
  if (leftOut.length > 0) lines.push(`Left out, since they were no administrative units: ${leftOut.join('; ')}`)
  return lines.join('\n')
}

main().catch((error: unknown) => {
  // Planned faults say what to do; anything else is a bug, and its trace is wanted.
  const isPlanned = error instanceof StartupError || error instanceof AppError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  process.stderr.write(`${isPlanned ? (error as Error).message : (error as Error).stack}\n`)
  process.exitCode = 1
})
