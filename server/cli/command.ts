/** What commands share: a database that is ready for them, and faults told without a stack when somebody planned for them. */
import type { Config } from '../config.ts'
import { isEmbeddedNew, openDatabase, type OpenDatabase } from '../db/database.ts'
import { pendingMigrations } from '../db/migrate.ts'
import { AppError, StartupError } from '../errors.ts'
import type { Logger } from '../logger.ts'

/** Opens the configured database; nothing is migrated. @throws StartupError when it isn't there or lacks this program's tables */
export async function openForCommand(config: Config, logger?: Logger): Promise<OpenDatabase> {
  if (isEmbeddedNew(config)) throw new StartupError(`There is no database in ${config.dataDir} yet. Start the server (npm start) or run \`npm run seed\` once, or set DATA_DIR or DATABASE_URL.`)
  const database = await openDatabase({ ...config, logger })
  try {
    const pending = await pendingMigrations(database.db)
    if (pending.length > 0) throw new StartupError(`The database does not have the tables of this version yet (${pending.join(', ')}). Start the server (npm start) or run \`npm run seed\` once: they make them.`)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Runs a command; what goes wrong ends it with exit code 1. Planned faults say what to do; anything else is a bug, and its trace is wanted. */
export async function explained(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const isPlanned = error instanceof StartupError || error instanceof AppError
    process.stderr.write(`${isPlanned ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
}

/** An option that is misspelt must not be taken for one that was left out. @throws StartupError */
export function refuseUnknown(rawArgs: readonly string[], known: object | undefined): void {
  const names = Object.keys(known ?? {})
  for (const arg of rawArgs) {
    if (arg === '--') return
    const name = /^--(?:no-)?([^=]+)/.exec(arg)?.[1]
    if (name !== undefined && !names.includes(name)) throw new StartupError(`There is no option --${name}. --help tells which there are.`)
  }
}
