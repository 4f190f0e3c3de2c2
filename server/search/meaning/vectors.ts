/**
 * The vectors of all published models in this process' memory, compared one by one: at some thousand records that is faster than asking any
 * index, serves both engines with the same answer, and needs no extension. Kept up with the database by the numbers of their writings.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { vectorSpace, type EmbeddingsConfig } from './client.ts'

/** 80 MB, and 30 ms a query on a busy machine (0.5 ms for 324 records): 20,000 records of 1,024 numbers. What is more is left out, and said. */
export const MAX_NUMBERS = 20_480_000
/** How old the copy may grow before it is compared, behind an answer. */
const CHECK_MS = 2000
const BATCH = 500

interface Kept { seq: number; vector: Float32Array }

export class VectorStore {
  private readonly db: Kysely<Database>
  private readonly space: string
  private readonly maxNumbers: number
  private kept = new Map<string, Kept>()
  private state: string | undefined
  private checkedAt = 0
  private last: Promise<void> = Promise.resolve()
  /** How many are in the database and not here, for want of room. */
  leftOut = 0

  constructor(db: Kysely<Database>, config: EmbeddingsConfig, maxNumbers = MAX_NUMBERS) {
    this.db = db
    this.space = vectorSpace(config)
    this.maxNumbers = maxNumbers
  }

  get size(): number {
    return this.kept.size
  }
  /** Numbers in each; 0 while there is none. */
  get dimensions(): number {
    return this.kept.values().next().value?.vector.length ?? 0
  }

  /** Reads what is missing or changed. Waits only where nothing was ever read; else it looks behind the answer, at most every two seconds. @throws what the database throws, at the first time */
  async ready(): Promise<void> {
    if (this.state === undefined) return this.refresh()
    if (Date.now() - this.checkedAt <= CHECK_MS) return
    this.checkedAt = Date.now()
    this.refresh().catch(() => undefined)
  }

  /** Brings the copy up to the database. One after the other: a look that is under way may have missed what was just written. */
  refresh(): Promise<void> {
    const reading = this.last.then(() => this.read())
    this.last = reading.catch(() => undefined)
    return reading
  }

  private async read(): Promise<void> {
    this.checkedAt = Date.now()
    const { rows: [told] } = await sql<{ state: string; dimensions: number | null; count: number }>`
      select concat(count(*), ' ', sum(seq)) as state, (array_agg(dimensions order by seq))[1] as dimensions, count(*)::int as count from model_embedding where embedding_model = ${this.space} and vector is not null`.execute(this.db)
    if (told!.state === this.state) return
    const room = told!.dimensions === null ? 0 : Math.floor(this.maxNumbers / told!.dimensions)
    const { rows: wanted } = await sql<{ id: string; seq: number }>`
      select model_id as id, seq from model_embedding where embedding_model = ${this.space} and vector is not null and dimensions = ${told!.dimensions} order by model_id limit ${room}`.execute(this.db)
    const next = new Map<string, Kept>()
    for (const { id, seq } of wanted) {
      const known = this.kept.get(id)
      if (known?.seq === Number(seq)) next.set(id, known)
    }
    const missing = wanted.filter(({ id }) => !next.has(id)).map(({ id }) => id)
    for (let at = 0; at < missing.length; at += BATCH) {
      // As text, which every driver gives alike.
      const { rows } = await sql<{ id: string; seq: number; vector: string }>`
        select model_id as id, seq, encode(vector, 'base64') as vector from model_embedding where embedding_model = ${this.space} and vector is not null and dimensions = ${told!.dimensions} and model_id = any(${missing.slice(at, at + BATCH)}::uuid[])`.execute(this.db)
      for (const { id, seq, vector } of rows) next.set(id, { seq: Number(seq), vector: fromBytes(vector) })
    }
    this.kept = next
    this.leftOut = told!.count - wanted.length
    this.state = told!.state
  }

  /** Models whose vectors are at least so like the given one, at most so many, the nearest first; equals by id, so that the order is the same every time. */
  nearest(query: Float32Array, { least, most }: { least: number; most: number }): Map<string, number> {
    const found: [id: string, similarity: number][] = []
    for (const [id, { vector }] of this.kept) {
      if (vector.length !== query.length) return new Map()
      const sum = product(vector, query)
      if (sum >= least) found.push([id, Math.min(1, sum)])
    }
    return new Map(found.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most))
  }
}

/** Four sums side by side: twice as fast as one that waits for itself. */
function product(a: Float32Array, b: Float32Array): number {
  // One by one: taken from an array they would not be plain numbers to the compiler, at three times the cost.
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const whole = a.length & ~3
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  for (let i = whole; i < a.length; i += 1) s0 += a[i]! * b[i]!
  return s0 + s1 + s2 + s3
}

export const toBytes = (vector: Float32Array): string => {
  const bytes = Buffer.alloc(4 * vector.length)
  vector.forEach((n, i) => bytes.writeFloatLE(n, 4 * i))
  return bytes.toString('base64')
}

function fromBytes(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}
