/** An OpenAI-compatible embeddings endpoint: texts in, one vector each out, and nothing believed that is not shaped as such. */
import { sendAtOnce, TooLargeError } from '../one-write.ts'

export interface EmbeddingsConfig {
  /** Base of the API: `/embeddings` is added. */
  url: string
  model: string
  key?: string | undefined
  /** Asked of the endpoint, and demanded of its answers. */
  dimensions?: number | undefined
  /** Cosine from which on a record counts as near. */
  minSimilarity: number
}

/**
 * What a failure says of the texts that were sent. AWAY: nothing (no answer, busy, a wrong key or address). REFUSED: the endpoint won't take them.
 * BROKEN: it stumbled, or its answer is none; one of the texts may be the reason.
 */
export type EmbeddingsFailure = 'AWAY' | 'REFUSED' | 'BROKEN'

export class EmbeddingsError extends Error {
  readonly failure: EmbeddingsFailure
  /** How long it asks to be left alone. */
  readonly retryAfterMs: number | undefined
  /** The endpoint's own words. They may repeat what was sent, so they are told of texts of ours only, never of what a person typed. */
  readonly told: string | undefined

  constructor(failure: EmbeddingsFailure, message: string, { retryAfterMs, told }: { retryAfterMs?: number | undefined; told?: string | undefined } = {}) {
    super(message)
    this.failure = failure
    this.retryAfterMs = retryAfterMs
    this.told = told
  }
}

/** A vector of a whole batch of long ones takes some 2 MB as JSON. */
const MAX_ANSWER_BYTES = 32 * 2 ** 20
const MAX_RETRY_AFTER_MS = 600_000

/** What vectors are kept under: those of two models, or of two sizes, cannot be compared. */
export const vectorSpace = ({ model, dimensions }: Pick<EmbeddingsConfig, 'model' | 'dimensions'>): string => (dimensions === undefined ? model : `${model}@${dimensions}`)

/** The endpoint without credentials, for people. */
export function endpointOf({ url }: Pick<EmbeddingsConfig, 'url'>): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}/embeddings`
}

/** Vectors of the texts, in their order, each of length one. @throws EmbeddingsError, and nothing else */
export async function embed(config: EmbeddingsConfig, texts: readonly string[], { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<Float32Array[]> {
  const where = endpointOf(config)
  const ending = new AbortController()
  const end = (): void => ending.abort()
  const timer = setTimeout(end, timeoutMs)
  signal?.addEventListener('abort', end)
  try {
    if (signal?.aborted) end()
    const address = new URL(config.url)
    address.pathname = `${address.pathname.replace(/\/+$/, '')}/embeddings`
    const { status, headers, body } = await sendAtOnce(address, {
      method: 'POST', signal: ending.signal,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...(config.key === undefined ? {} : { authorization: `Bearer ${config.key}` }) },
      body: JSON.stringify({ model: config.model, input: texts, ...(config.dimensions === undefined ? {} : { dimensions: config.dimensions }) }),
    }, MAX_ANSWER_BYTES)
    if (status < 200 || status > 299) throw refusal(where, status, headers['retry-after'], body)
    return readVectors(where, body, texts.length, config.dimensions)
  } catch (error) {
    if (error instanceof EmbeddingsError) throw error
    if (error instanceof TooLargeError) throw new EmbeddingsError('BROKEN', `${where} answers with more than any vectors take`)
    if (ending.signal.aborted) throw new EmbeddingsError('AWAY', signal?.aborted ? 'stopped' : `${where} does not answer within ${timeoutMs} ms`)
    throw new EmbeddingsError('AWAY', `${where} does not answer (${(error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : 'unknown')})`)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}

const HINTS: Record<number, string> = {
  401: ': it refuses the key; check EMBEDDINGS_KEY', 403: ': it refuses the key; check EMBEDDINGS_KEY',
  404: ': it has no such address or model; EMBEDDINGS_URL is the base of the API, such as http://127.0.0.1:11434/v1, EMBEDDINGS_MODEL a model that it serves',
}

function refusal(where: string, status: number, retryAfter: string | undefined, body: string): EmbeddingsError {
  const failure = [400, 413, 422].includes(status) ? 'REFUSED' : status < 500 || [502, 503, 504].includes(status) ? 'AWAY' : 'BROKEN'
  return new EmbeddingsError(failure, `${where} answers ${status}${HINTS[status] ?? ''}`, { retryAfterMs: waitOf(retryAfter), told: toldIn(body) })
}

/** Seconds or a date, as HTTP has it. */
function waitOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined
  const ms = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS) : undefined
}

function toldIn(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown }
    const told = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error
    return typeof told === 'string' ? told.slice(0, 300) : undefined
  } catch {
    return undefined
  }
}

function readVectors(where: string, body: string, count: number, dimensions: number | undefined): Float32Array[] {
  const broken = (what: string): EmbeddingsError => new EmbeddingsError('BROKEN', `${where} ${what}`)
  let data: unknown
  try {
    data = (JSON.parse(body) as { data?: unknown } | null)?.data
  } catch {
    throw broken('answers with something else than JSON')
  }
  if (!Array.isArray(data) || data.length !== count) throw broken(`does not answer with ${count} vectors`)
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined)
  for (const [i, entry] of (data as { index?: unknown; embedding?: unknown }[]).entries()) {
    const at = entry?.index ?? i
    if (typeof at !== 'number' || !Number.isInteger(at) || at < 0 || at >= count || vectors[at] !== undefined) throw broken('does not say which vector is whose')
    const numbers = entry?.embedding
    if (!Array.isArray(numbers) || numbers.length === 0 || !numbers.every((n) => typeof n === 'number' && Number.isFinite(n))) throw broken('answers with something else than vectors of numbers')
    const size = dimensions ?? (data[0] as { embedding: unknown[] }).embedding.length
    if (numbers.length !== size) throw broken(`answers with vectors of ${numbers.length} numbers instead of ${size}`)
    vectors[at] = unit(numbers as number[]) ?? raise(broken('answers with a vector of no length'))
  }
  return vectors as Float32Array[]
}

const raise = (error: Error): never => { throw error }

/** The vector at length one, so that a cosine is a sum of products. */
function unit(numbers: readonly number[]): Float32Array | undefined {
  const length = Math.sqrt(numbers.reduce((sum, n) => sum + n * n, 0))
  if (!(length > 0) || !Number.isFinite(length)) return undefined
  return Float32Array.from(numbers, (n) => n / length)
}
