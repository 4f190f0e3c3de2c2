/** Sets of whole numbers from 0 on, a bit for each: what matches, what passes a condition. A set is as long as its greatest member needs. */

function bitCount(word: number): number {
  let n = (word - ((word >>> 1) & 0x55555555)) | 0
  n = ((n & 0x33333333) + ((n >>> 2) & 0x33333333)) | 0
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

export class Bits {
  private words: Int32Array

  constructor(words = new Int32Array(0)) {
    this.words = words
  }

  /** Memory held, in bytes. */
  get bytes(): number {
    return this.words.byteLength
  }

  has(n: number): boolean {
    return ((this.words[n >>> 5] ?? 0) & (1 << (n & 31))) !== 0
  }

  add(n: number): void {
    const at = n >>> 5
    if (at >= this.words.length) {
      const longer = new Int32Array(Math.max(at + 1, Math.ceil(this.words.length * 1.2)))
      longer.set(this.words)
      this.words = longer
    }
    this.words[at]! |= 1 << (n & 31)
  }

  delete(n: number): void {
    const at = n >>> 5
    if (at < this.words.length) this.words[at]! &= ~(1 << (n & 31))
  }

  count(): number {
    let count = 0
    for (const word of this.words) count += bitCount(word)
    return count
  }

  /** How many are in both. */
  countWith(other: Bits): number {
    const [a, b] = [this.words, other.words]
    const length = Math.min(a.length, b.length)
    let count = 0
    for (let i = 0; i < length; i += 1) count += bitCount(a[i]! & b[i]!)
    return count
  }

  and(other: Bits): Bits {
    const [a, b] = [this.words, other.words]
    const both = new Int32Array(Math.min(a.length, b.length))
    for (let i = 0; i < both.length; i += 1) both[i] = a[i]! & b[i]!
    return new Bits(both)
  }

  or(other: Bits): Bits {
    const [a, b] = this.words.length >= other.words.length ? [this.words, other.words] : [other.words, this.words]
    const either = new Int32Array(a)
    for (let i = 0; i < b.length; i += 1) either[i]! |= b[i]!
    return new Bits(either)
  }

  /** Without those in `other`. */
  minus(other: Bits): Bits {
    const left = new Int32Array(this.words)
    const length = Math.min(left.length, other.words.length)
    for (let i = 0; i < length; i += 1) left[i]! &= ~other.words[i]!
    return new Bits(left)
  }

  /** In rising order. */
  forEach(visit: (n: number) => void): void {
    for (let i = 0; i < this.words.length; i += 1) {
      for (let word = this.words[i]!; word !== 0; word &= word - 1) visit(32 * i + 31 - Math.clz32(word & -word))
    }
  }

  static of(numbers: Iterable<number>): Bits {
    const bits = new Bits()
    for (const n of numbers) bits.add(n)
    return bits
  }

  /** In at least one of them. */
  static any(sets: readonly Bits[]): Bits {
    return sets.length === 1 ? sets[0]! : sets.reduce((all, one) => all.or(one), new Bits())
  }

  /** In at least two of them. */
  static two(sets: readonly Bits[]): Bits {
    let [once, twice] = [new Bits(), new Bits()]
    for (const set of sets) {
      twice = twice.or(once.and(set))
      once = once.or(set)
    }
    return twice
  }
}
