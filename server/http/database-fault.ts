/** Tells a database that is away, or a query past its deadline, from a mistake of ours. */

export interface DatabaseFault {
  code: 'SERVICE_UNAVAILABLE' | 'TIMEOUT'
  message: string
}

const AWAY_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', '57P01', '57P02', '57P03', '53300'])
const AWAY_TEXTS = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/
const QUERY_CANCELED = '57014'

/** The fault that an error of `pg` (or of the network under it) means to a caller, or undefined when it means none. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  if (!(error instanceof Error)) return undefined
  const code = String((error as { code?: unknown }).code ?? '')
  if (code === QUERY_CANCELED) {
    return { code: 'TIMEOUT', message: 'The database gave this up at its deadline. Ask for less at once.' }
  }
  const isAway = AWAY_CODES.has(code) || code.startsWith('08') || AWAY_TEXTS.test(error.message)
  return isAway ? { code: 'SERVICE_UNAVAILABLE', message: 'The database does not answer at the moment. Try again shortly.' } : undefined
}
