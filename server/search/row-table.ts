/** Search rows as a process keeps them in memory: small columns, one number per written row, and the sets of rows that conditions hold for. */
import { Bits } from './bits.ts'
import { FACETS, type FacetName } from './engine.ts'
import { lowerBound } from './lower-bound.ts'
import { Names } from './names.ts'

/** A row as it is read: its number, what it is ordered by, what it is called, what it is filtered and counted by. */
export type RowValues = [seq: number, id: string, prior: number, updatedAt: number, startedYear: number | null, hasResults: boolean, hasReplications: boolean, hasCosts: boolean,
  name: string, nameWords: string, aliasWords: string, topics: string[], settings: string[], participants: string[], provinces: string[], operationalStatus: string, evidenceLevel: string, recognitionLevels: string[]]
export type Flag = 'hasResults' | 'hasReplications' | 'hasCosts'

export interface FacetValue { code: number; rows: Bits }

/** Rows that are a condition, up to the row of the number `seq`. */
export interface Held { rows: Bits; seq: number }

/** Bytes of conditions: some 5,000 at 100,000 models. */
const MAX_BYTES = 64e6
/** As many rows that are no more, and half of all: then everything is read anew. */
const MAX_DEAD = 1000
/** More new rows than these are sorted with all others. */
const MAX_PLACED = 100

export class RowTable {
  /** Every row was read once. */
  isWhole = false
  /** All that was written up to this number is here. */
  lastSeq = 0
  /** What places meant when conditions of places were read. */
  territories = ''
  /** Which words of vocabularies went into which, by kind and key, and the version that this is of. */
  merged: ReadonlyMap<string, string> = new Map()
  terms = ''
  readonly ids: string[] = []
  readonly seqs: number[] = []
  readonly priors: number[] = []
  readonly updated: number[] = []
  readonly years: (number | null)[] = []
  readonly names = new Names()
  /** The rows that there are; the others were written anew, or went. */
  readonly live = new Bits()
  readonly flags: Record<Flag, Bits> = { hasResults: new Bits(), hasReplications: new Bits(), hasCosts: new Bits() }
  /** Values of facets, each with its code and its rows. */
  readonly facets = new Map<FacetName, Map<string, FacetValue>>(FACETS.map((name) => [name, new Map()]))
  /** The codes of all rows, one row after the other, and where each row's begin. */
  private codes = new Uint32Array(1024)
  private readonly starts = [0]
  private codeCount = 0
  private readonly byModel = new Map<string, number>()
  private readonly conditions = new Map<string, Held>()
  private bytes = 0
  private dead = 0
  /** With rows that are no more. Undefined when it has to be made. */
  private order: number[] | undefined
  private placesInOrder: Int32Array | undefined
  private scores = new Float64Array(0)

  get isWornOut(): boolean {
    return this.dead > MAX_DEAD && this.dead > this.ids.length / 2
  }

  addAll(rows: readonly RowValues[]): void {
    if (rows.length > MAX_PLACED) this.order = undefined
    for (const row of rows) this.add(row)
  }

  private add([seq, id, prior, updatedAt, year, hasResults, hasReplications, hasCosts, name, nameWords, aliasWords, ...values]: RowValues): void {
    // Numbers rise, so what isn't higher was told before.
    if (seq <= (this.seqs.at(-1) ?? 0)) return
    this.drop(id)
    const row = this.ids.push(id) - 1
    this.seqs.push(seq)
    this.priors.push(prior)
    this.updated.push(updatedAt)
    this.years.push(year)
    this.names.push(name, nameWords, aliasWords)
    this.byModel.set(id, row)
    this.live.add(row)
    if (hasResults) this.flags.hasResults.add(row)
    if (hasReplications) this.flags.hasReplications.add(row)
    if (hasCosts) this.flags.hasCosts.add(row)
    const codes = FACETS.flatMap((name, i) => [...new Set([values[i]!].flat())].map((value) => this.code(name, value, row)))
    const [start] = this.starts.slice(-1)
    const end = start! + codes.length
    if (end > this.codes.length) {
      const longer = new Uint32Array(2 * end)
      longer.set(this.codes)
      this.codes = longer
    }
    this.codes.set(codes, start)
    this.starts.push(end)
    if (this.order) this.order.splice(this.placeOf(row, this.order), 0, row)
    this.placesInOrder = undefined
  }

  private code(facet: FacetName, value: string, row: number): number {
    const values = this.facets.get(facet)!
    const known = values.get(value) ?? { code: this.codeCount++, rows: new Bits() }
    values.set(value, known)
    known.rows.add(row)
    return known.code
  }

  /** The first row whose number is not below this. Numbers mostly come in order: from the last one on it is a few steps. */
  private firstFrom(seq: number, last: number): number {
    const { seqs } = this
    let [low, high] = [0, seqs.length]
    if (last < high && seqs[last]! < seq) {
      low = last + 1
      for (let step = 1; low + step < high; step *= 2) {
        if (seqs[low + step - 1]! >= seq) {
          high = low + step
          break
        }
        low += step
      }
    } else high = Math.min(high, last + 1)
    return lowerBound(low, high, (at) => seqs[at]! < seq)
  }

  /** How many of these rows have each value, by its code. */
  counts(rows: Bits): Uint32Array {
    const counts = new Uint32Array(this.codeCount)
    const { codes, starts } = this
    rows.forEach((row) => { for (let at = starts[row]!; at < starts[row + 1]!; at += 1) counts[codes[at]!]! += 1 })
    return counts
  }

  /** Where a row belongs among those in order. */
  private placeOf(row: number, order: readonly number[]): number {
    return lowerBound(0, order.length, (at) => this.compare(order[at]!, row) < 0)
  }

  /** The model's row went at that number; one that was written since stays. */
  remove(seq: number, id: string): void {
    const row = this.byModel.get(id)
    if (row !== undefined && this.seqs[row]! < seq) this.drop(id)
  }

  private drop(id: string): void {
    const row = this.byModel.get(id)
    if (row === undefined) return
    this.byModel.delete(id)
    this.live.delete(row)
    this.dead += 1
  }

  rowOf(id: string): number | undefined {
    return this.byModel.get(id)
  }

  /** Of how many words, with so many conditions each, half of the memory holds the rows. */
  roomFor(conditions: number): number {
    return Math.floor(MAX_BYTES / 2 / conditions / Math.max(1, this.ids.length / 8))
  }

  /** The row of that very number. */
  rowAt(seq: number): number | undefined {
    const row = this.firstFrom(seq, 0)
    return this.seqs[row] === seq ? row : undefined
  }

  /** Undefined when it has to be read. One that is asked for stays longest. */
  condition(key: string): Held | undefined {
    const held = this.conditions.get(key)
    if (held === undefined) return undefined
    this.conditions.delete(key)
    this.conditions.set(key, held)
    return held
  }

  /** Keeps rows, by their numbers as `int8send` strung together gives them in base64, as those of a condition. */
  hold(key: string, seqs: string | null): Held {
    const rows = new Bits()
    let at = 0
    for (const seq of readSeqs(seqs)) {
      at = this.firstFrom(seq, at)
      if (this.seqs[at] === seq) rows.add(at)
    }
    return this.keep(key, rows, this.lastSeq)
  }

  /** Keeps rows as those of a condition, as far as the number. */
  keep(key: string, rows: Bits, seq: number): Held {
    this.forget(key)
    const held = { rows, seq }
    this.conditions.set(key, held)
    this.bytes += rows.bytes
    for (const oldest of this.conditions.keys()) {
      if (this.bytes <= MAX_BYTES || oldest === key) break
      this.forget(oldest)
    }
    return held
  }

  /** Takes a later row into a condition that was held. */
  extend(key: string, held: Held, seq: number): void {
    const row = this.firstFrom(seq, 0)
    const before = held.rows.bytes
    if (this.seqs[row] === seq) held.rows.add(row)
    // Pushed out meanwhile, it serves but this search.
    if (this.conditions.get(key) === held) this.bytes += held.rows.bytes - before
  }

  forget(key: string): void {
    const held = this.conditions.get(key)
    if (held === undefined) return
    this.conditions.delete(key)
    this.bytes -= held.rows.bytes
  }

  forgetWhere(isSuch: (key: string) => boolean): void {
    for (const key of [...this.conditions.keys()]) if (isSuch(key)) this.forget(key)
  }

  /** Order without a text, and between equals: recognised first, then the latest, then by id. */
  private compare(a: number, b: number): number {
    return this.priors[b]! - this.priors[a]! || this.updated[b]! - this.updated[a]! || (this.ids[a]! < this.ids[b]! ? -1 : 1)
  }

  /** All rows in that order, and some that are no more. */
  inOrder(): readonly number[] {
    if (this.order === undefined) {
      const order: number[] = []
      this.live.forEach((row) => order.push(row))
      this.order = order.sort((a, b) => this.compare(a, b))
    }
    return this.order
  }

  /** The place of each row in that order. */
  places(): Int32Array {
    if (this.placesInOrder === undefined) {
      this.placesInOrder = new Int32Array(this.ids.length)
      const places = this.placesInOrder
      this.inOrder().forEach((row, place) => { places[row] = place })
    }
    return this.placesInOrder
  }

  /** A zero for each row, to be written to at once: the next who asks gets the same memory. */
  blankScores(): Float64Array {
    if (this.scores.length < this.ids.length) this.scores = new Float64Array(Math.ceil(1.2 * this.ids.length))
    return this.scores.fill(0)
  }
}

function* readSeqs(text: string | null): Generator<number> {
  if (text === null) return
  const bytes = Buffer.from(text, 'base64')
  for (let at = 0; at < bytes.length; at += 8) yield bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
}
