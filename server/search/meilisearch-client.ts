/** A Meilisearch server: who it is, whether it may be used, and calls that end in time. */
import { Meilisearch, MeilisearchApiError } from 'meilisearch'
import { sendAtOnce } from './one-write.ts'

export interface MeiliConfig {
  url: string
  searchKey?: string | undefined
  adminKey?: string | undefined
  /** Past this a search is answered by Postgres. */
  timeoutMs?: number
  /** A match of no more models than this is ranked whole by our own code; of a larger one, and when it is 0, those that Meilisearch proposes. 1,000 when absent. */
  rankedWhole?: number
}

export const MIN_MEILISEARCH = [1, 50] as const
const SEARCH_TIMEOUT_MS = 800
/** Ends a request to write; shorter than the lease of a writer, so that none is under way when another may write. */
export const ADMIN_TIMEOUT_MS = 8_000

export const searchClient = (config: MeiliConfig): Meilisearch =>
  new Meilisearch({ host: config.url, ...keyOf(config.searchKey ?? config.adminKey), timeout: config.timeoutMs ?? SEARCH_TIMEOUT_MS, httpClient })

const httpClient = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<unknown> => {
  const { status, statusText, body } = await sendAtOnce(new URL(String(input)), init)
  const told: unknown = body === '' ? undefined : JSON.parse(body)
  if (status < 200 || status > 299) throw new MeilisearchApiError(new Response(null, { status: status >= 200 ? status : 500, statusText }), told as never)
  return told
}
export const adminClient = (config: MeiliConfig): Meilisearch => new Meilisearch({ host: config.url, ...keyOf(config.adminKey ?? config.searchKey), timeout: ADMIN_TIMEOUT_MS })
const keyOf = (key: string | undefined) => (key === undefined || key === '' ? {} : { apiKey: key })

/** Names the server without its credentials: what an index belongs to. */
export function serverKey(url: string): string {
  const parsed = new URL(/^https?:\/\//.test(url) ? url : `http://${url}`)
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/$/, '')}`
}

export type Identity = { isUsable: true; version: string | null } | { isUsable: false; reason: string }

/** Is it Meilisearch, new enough, and does the key open it? Never throws. */
export async function identify(config: MeiliConfig): Promise<Identity> {
  const where = serverKey(config.url)
  const key = config.adminKey ?? config.searchKey
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${where}${path}`, { ...init, redirect: 'error', signal: AbortSignal.timeout(2000), headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) } })
  try {
    const response = await ask('/version')
    const body = await jsonOf(response)
    if (response.ok) {
      const version = body?.pkgVersion
      if (typeof version !== 'string' || typeof body?.commitSha !== 'string') return { isUsable: false, reason: `${where} answers, but not as Meilisearch does; set MEILI_URL to a Meilisearch server` }
      const [major = 0, minor = 0] = version.split('.').map(Number)
      if (major < MIN_MEILISEARCH[0] || (major === MIN_MEILISEARCH[0] && minor < MIN_MEILISEARCH[1])) return { isUsable: false, reason: `${where} is Meilisearch ${version}; at least ${MIN_MEILISEARCH.join('.')} is needed` }
      return { isUsable: true, version }
    }
    if ((response.status === 403 || response.status === 401) && typeof body?.code === 'string' && typeof body.link === 'string') {
      // A search key, or one for our indexes only, may not ask for the version; what it may do tells that it is a key at all.
      const probe = await ask('/multi-search', { method: 'POST', body: '{"queries":[]}' })
      const told = await jsonOf(probe)
      if (probe.ok && Array.isArray(told?.results)) return { isUsable: true, version: null }
      const other = await jsonOf(await ask('/indexes/models__probe'))
      if (other?.code === 'index_not_found') return { isUsable: true, version: null }
      return { isUsable: false, reason: `${where} refuses the key (${String(body.code)}); check MEILI_SEARCH_KEY and MEILI_ADMIN_KEY` }
    }
    return { isUsable: false, reason: `${where} answers ${response.status}, which Meilisearch does not; set MEILI_URL to a Meilisearch server` }
  } catch (error) {
    return { isUsable: false, reason: `${where} does not answer (${error instanceof Error ? ((error.cause as Error | undefined)?.message || error.message) : 'unknown'})` }
  }
}

async function jsonOf(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    const text = await response.text()
    const value: unknown = text.length > 100_000 ? undefined : JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The code that Meilisearch gave its error, such as `index_not_found`. */
export function errorCode(error: unknown): string | undefined {
  // What our own way of sending threw, the client wraps.
  const told = error instanceof MeilisearchApiError ? error : (error as { cause?: unknown } | undefined)?.cause
  return told instanceof MeilisearchApiError ? told.cause?.code : undefined
}
