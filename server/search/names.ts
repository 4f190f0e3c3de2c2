/**
 * What the rows in memory are called, for suggestions: names and their folded words as bytes, one after the other, and of each word the rows
 * that have it. Some 270 bytes a row.
 */
import { Bits } from './bits.ts'
import { lowerBound } from './lower-bound.ts'

/** Texts by row, as UTF-8 in one stretch of memory: a string each would take twice as much, and be looked at by each collection of garbage. */
class Texts {
  private bytes = Buffer.alloc(4096)
  private ends = new Uint32Array(256)
  private count = 0

  push(text: string): void {
    const from = this.startOf(this.count)
    const end = from + Buffer.byteLength(text)
    if (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes.subarray(0, from)], Math.ceil(1.25 * end))
    if (this.count === this.ends.length) this.ends = longer(this.ends)
    this.bytes.write(text, from)
    this.ends[this.count] = end
    this.count += 1
  }

  of(row: number): string {
    return this.bytes.toString('utf8', this.startOf(row), this.ends[row]!)
  }

  /** In the order of code points, which is that of the bytes. */
  compare(a: number, b: number): number {
    return this.bytes.compare(this.bytes, this.startOf(b), this.ends[b]!, this.startOf(a), this.ends[a]!)
  }

  private startOf(row: number): number {
    return row === 0 ? 0 : this.ends[row - 1]!
  }
}

function longer(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.ceil(1.25 * numbers.length) + 4)
  copy.set(numbers)
  return copy
}

export class Names {
  private readonly names = new Texts()
  private readonly words = new Texts()
  private readonly rowsByWord = new Map<string, { rows: Uint32Array; count: number }>()
  /** All words in order. Undefined until it is asked for. */
  private sorted: string[] | undefined
  private count = 0

  /** The next row; folded words stand between blanks, those of several aliases with bars between. */
  push(name: string, nameWords: string, aliasWords: string): void {
    const row = this.count++
    const words = `${nameWords}|${aliasWords}`
    this.names.push(name)
    this.words.push(words)
    for (const word of words.split(' ')) {
      if (word === '' || word === '|') continue
      let having = this.rowsByWord.get(word)
      if (having === undefined) {
        this.rowsByWord.set(word, (having = { rows: new Uint32Array(4), count: 0 }))
        this.sorted?.splice(placeOf(word, this.sorted), 0, word)
      }
      if (having.count > 0 && having.rows[having.count - 1] === row) continue
      if (having.count === having.rows.length) having.rows = longer(having.rows)
      having.rows[having.count++] = row
    }
  }

  nameOf(row: number): string {
    return this.names.of(row)
  }

  /** By name, as bytes: no database's collation has a say. */
  compare(a: number, b: number): number {
    return this.names.compare(a, b)
  }

  /** ` words of the name | words of an alias | of another `. */
  wordsOf(row: number): string {
    return this.words.of(row)
  }

  /** The rows, also those that are no more, that have the word, or one that begins so. */
  having(word: string, isPrefix: boolean): Bits {
    const found = new Bits(new Int32Array((this.count >>> 5) + 1))
    for (const one of isPrefix ? this.beginningWith(word) : [word]) {
      const having = this.rowsByWord.get(one)
      for (let i = 0; i < (having?.count ?? 0); i += 1) found.add(having!.rows[i]!)
    }
    return found
  }

  private *beginningWith(prefix: string): Generator<string> {
    const sorted = (this.sorted ??= [...this.rowsByWord.keys()].sort())
    for (let at = placeOf(prefix, sorted); at < sorted.length && sorted[at]!.startsWith(prefix); at += 1) yield sorted[at]!
  }
}

/** Where a word stands among those in order, or would. */
const placeOf = (word: string, sorted: readonly string[]): number => lowerBound(0, sorted.length, (at) => sorted[at]! < word)
