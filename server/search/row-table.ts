/** Search rows as a process keeps them in memory: small columns, one number per written row, and the sets of rows that conditions hold for. */
import { Bits } from './bits.ts'
import { FACETS, type FacetName } from './engine.ts'

/** A row as it is read: its number, what it is ordered by, what it is filtered and counted by. */
export type RowValues = [seq: number, id: string, prior: number, updatedAt: number, startedYear: number | null, hasResults: boolean, hasReplications: boolean, hasCosts: boolean,
  topics: string[], settings: string[], participants: string[], provinces: string[], operationalStatus: string, evidenceLevel: string, recognitionLevels: string[]]
export type Flag = 'hasResults' | 'hasReplications' | 'hasCosts'

/** Rows that are a condition, up to the row of the number `seq`. */
export interface Held { rows: Bits; seq: number }

/** Bytes of conditions: some 5,000 at 100,000 models. */
const MAX_BYTES = 64e6
/** As many rows that are no more, and half of all: then everything is read anew. */
const MAX_DEAD = 1000

export class RowTable {
  /** Every row was read once. */
  isWhole = false
  /** All that was written up to this number is here. */
  lastSeq = 0
  /** What places meant when conditions of places were read. */
  places = ''
  readonly ids: string[] = []
  readonly seqs: number[] = []
  readonly priors: number[] = []
  readonly updated: number[] = []
  readonly years: (number | null)[] = []
  /** The rows that there are; the others were written anew, or went. */
  readonly live = new Bits()
  readonly flags: Record<Flag, Bits> = { hasResults: new Bits(), hasReplications: new Bits(), hasCosts: new Bits() }
  readonly facets = new Map<FacetName, Map<string, Bits>>(FACETS.map((name) => [name, new Map()]))
  private readonly bySeq = new Map<number, number>()
  private readonly byModel = new Map<string, number>()
  private readonly conditions = new Map<string, Held>()
  private bytes = 0
  private dead = 0
  private order: number[] | undefined

  get isWornOut(): boolean {
    return this.dead > MAX_DEAD && this.dead > this.ids.length / 2
  }

  add([seq, id, prior, updatedAt, year, hasResults, hasReplications, hasCosts, ...values]: RowValues): void {
    if (this.bySeq.has(seq)) return
    this.drop(id)
    const row = this.ids.push(id) - 1
    this.seqs.push(seq)
    this.priors.push(prior)
    this.updated.push(updatedAt)
    this.years.push(year)
    this.bySeq.set(seq, row)
    this.byModel.set(id, row)
    this.live.add(row)
    if (hasResults) this.flags.hasResults.add(row)
    if (hasReplications) this.flags.hasReplications.add(row)
    if (hasCosts) this.flags.hasCosts.add(row)
    FACETS.forEach((name, i) => {
      const sets = this.facets.get(name)!
      for (const value of [values[i]!].flat()) {
        const rows = sets.get(value) ?? new Bits()
        rows.add(row)
        sets.set(value, rows)
      }
    })
    this.order = undefined
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
    this.order = undefined
  }

  rowOf(id: string): number | undefined {
    return this.byModel.get(id)
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
    this.forget(key)
    const rows = new Bits()
    for (const seq of readSeqs(seqs)) {
      const row = this.bySeq.get(seq)
      if (row !== undefined) rows.add(row)
    }
    const held = { rows, seq: this.lastSeq }
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
    const row = this.bySeq.get(seq)
    const before = held.rows.bytes
    if (row !== undefined) held.rows.add(row)
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
  compare(a: number, b: number): number {
    return this.priors[b]! - this.priors[a]! || this.updated[b]! - this.updated[a]! || (this.ids[a]! < this.ids[b]! ? -1 : 1)
  }

  /** All rows in that order. */
  inOrder(): readonly number[] {
    if (this.order === undefined) {
      const order: number[] = []
      this.live.forEach((row) => order.push(row))
      this.order = order.sort((a, b) => this.compare(a, b))
    }
    return this.order
  }
}

function* readSeqs(text: string | null): Generator<number> {
  if (text === null) return
  const bytes = Buffer.from(text, 'base64')
  for (let at = 0; at < bytes.length; at += 8) yield bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
}
