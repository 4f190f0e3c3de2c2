/** `npm run seed` brings the catalogue into the database; `-- --unresolved` lists the places that stay as written; `-- --force` compares every record again; `-- --json` reports as JSON. */
import { parseArgs } from 'node:util'
import { loadConfig, readEnvironment } from '../server/config.ts'
import { openDatabase } from '../server/db/database.ts'
import { migrateToLatest } from '../server/db/migrate.ts'
import { AppError, StartupError } from '../server/errors.ts'
import { seed, SeedFileError, type SeedReport } from './seed.ts'

const USAGE = `npm run seed                     bring the catalogue of seed/data into the database
npm run seed -- --unresolved     list the places that stay as their source wrote them
npm run seed -- --force          compare every record, although the files are those of the last run
npm run seed -- --folder DIR     another folder in the same layout
npm run seed -- --json           the report as JSON on stdout (progress stays on stderr)

The database is that of DATABASE_URL, else the embedded one in DATA_DIR (stop the server first: one process at a time).`

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { unresolved: { type: 'boolean' }, force: { type: 'boolean' }, folder: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) return print(USAGE)
  const { dataDir, databaseUrl } = loadConfig(readEnvironment())
  const { db, close } = await openDatabase({ databaseUrl, dataDir })
  try {
    await migrateToLatest(db)
    const report = await seed(db, { folder: values.folder, isForced: values.force, onProgress: (message) => process.stderr.write(`  ${message}\n`) })
    if (values.json) print(JSON.stringify(report, null, 2))
    else print(values.unresolved ? tellUnresolved(report) : tell(report))
  } finally {
    await close()
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const n = (value: number): string => value.toLocaleString('en')

function tell({ isUnchanged, models, sources, units, places, milliseconds }: SeedReport): string {
  const { added, updated, unchanged, kept } = models
  const lines = [
    isUnchanged ? 'Nothing to do: the files are those of the last run.' : `${n(added)} models added, ${n(updated)} updated, ${n(unchanged)} unchanged, in ${(milliseconds / 1000).toFixed(1)} s.`,
    `${n(sources)} sources, ${n(units)} administrative units; ${n(places.resolved)} of ${n(places.named)} places found (npm run seed -- --unresolved lists the others).`,
  ]
  if (kept.length > 0) lines.push(`${n(kept.length)} left alone, since a curator changed them: ${kept.join(', ')}`)
  return lines.join('\n')
}

/** One line per place, tab-separated, those without any unit first. */
function tellUnresolved({ places: { unresolved, named } }: SeedReport): string {
  const nowhere = unresolved.filter((place) => place.around === null)
  const around = unresolved.filter((place) => place.around !== null)
  const rows = [...nowhere, ...around].map(({ file, field, place, reason, around: unit }) => [file, field, place, unit === null ? reason : `${reason}; found by the unit around it`].join('\t'))
  return [...rows, `${n(nowhere.length)} of ${n(named)} places stay as written; of ${n(around.length)} more only a unit around them is known.`].join('\n')
}

main().catch((error: unknown) => {
  // Planned faults say what to do; anything else is a bug, and its trace is wanted.
  const isPlanned = error instanceof SeedFileError || error instanceof StartupError || error instanceof AppError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  process.stderr.write(`${isPlanned ? (error as Error).message : (error as Error).stack}\n`)
  process.exitCode = 1
})
