/** One structured log (JSON lines) from which secrets are kept out, by the names of fields and by their known values. */
import { pino, type DestinationStream, type Logger } from 'pino'

export type { Logger }

const REDACTED = '[redacted]'
const SECRET_NAMES = ['authorization', 'cookie', '["set-cookie"]', '["x-api-key"]', 'password', 'secret', 'token', 'apiKey', 'adminKey', 'searchKey', 'databaseUrl', 'connectionString']
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => {
  const tail = name.startsWith('[') ? name : `.${name}`
  return [name, `*${tail}`, `*.*${tail}`, `*.*.*${tail}`]
})
/** Credentials in running text: user:password@ of a URL, and what follows Bearer. */
const CREDENTIALS_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"]+@/gi
const BEARER = /\b(Bearer\s+)[^\s"\\,]+/gi

export interface LoggerOptions {
  level?: string
  /** Values that must never be printed wherever they turn up, such as ADMIN_KEY. */
  secrets?: (string | undefined)[]
  destination?: DestinationStream
}

/** The root logger of a process; parts of it use `logger.child({ part })`. */
export function createLogger({ level = 'info', secrets = [], destination = pino.destination({ fd: 1, sync: true }) }: LoggerOptions = {}): Logger {
  // Shorter ones would blank out ordinary words.
  const values = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 6).map((secret) => JSON.stringify(secret).slice(1, -1))
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: SECRET_PATHS, censor: REDACTED } },
    { write: (line: string) => destination.write(withoutSecrets(line, values)) },
  )
}

function withoutSecrets(line: string, values: string[]): string {
  let told = line.replace(CREDENTIALS_IN_URL, `$1${REDACTED}@`).replace(BEARER, `$1${REDACTED}`)
  for (const value of values) told = told.replaceAll(value, REDACTED)
  return told
}
