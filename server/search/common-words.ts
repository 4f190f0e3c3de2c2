/** The rows of common words, whole and as beginnings of others, gathered from the words of all rows one row after the other. */
import { Bits } from './bits.ts'
import { isTyped } from './thesaurus.ts'
import { toLexeme } from './tsquery.ts'

interface WordRows { word: string; folded: Bits; named: Bits }

export class CommonWords {
  /** Sets of rows for each word: in all texts and in names, whole and begun. */
  static readonly SETS = 4
  private readonly whole: Map<string, WordRows>
  private readonly begun: Map<string, WordRows>
  /** Which sets a word belongs to: the same words come in many rows. */
  private readonly setsOf = new Map<string, WordRows[]>()

  constructor(words: readonly string[]) {
    const rowsOf = (all: readonly string[]): Map<string, WordRows> => new Map(all.map((word) => [word, { word, folded: new Bits(), named: new Bits() }]))
    this.whole = rowsOf(words)
    // What nobody types is never begun.
    this.begun = rowsOf(words.filter(isTyped))
  }

  /** @param named the words of its names, which are among `all` */
  add(row: number, all: readonly string[], named: readonly string[]): void {
    for (const word of all) for (const set of this.wordRows(word)) set.folded.add(row)
    for (const word of named) for (const set of this.wordRows(word)) set.named.add(row)
  }

  private wordRows(word: string): readonly WordRows[] {
    let known = this.setsOf.get(word)
    if (known === undefined) {
      known = [this.whole.get(word), ...Array.from(word, (_, i) => this.begun.get(word.slice(0, i + 1)))].filter((set) => set !== undefined)
      this.setsOf.set(word, known)
    }
    return known
  }

  /** As conditions, those of the first words last: what is kept last is kept longest. */
  *sets(): Generator<{ kind: 'folded' | 'named'; query: string; rows: Bits }> {
    for (const [sets, isPrefix] of [[this.begun, true], [this.whole, false]] as const) {
      for (const { word, folded, named } of [...sets.values()].reverse()) {
        const query = toLexeme(word, isPrefix)
        yield { kind: 'named', query, rows: named }
        yield { kind: 'folded', query, rows: folded }
      }
    }
  }
}
