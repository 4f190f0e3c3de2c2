/**
 * Records that stand nowhere yet, such as the rows of one file, kept in an index that grows as they are read: each is compared with those
 * before it, by the same rules as with the catalogue. What a key leads to is bounded, so that ten thousand rows take ten thousand times one.
 */
import type { Asked, Catalogue, Entry } from './catalogue.ts'
import type { Features } from './features.ts'

/** A word that more rows have says nothing among them; one that all have is the file's way of speaking. */
const MOST = 40
/** So many rows of one very name are looked at, the first ones: the hundredth is told of them too. */
const NAMESAKES = 3
/** Rows are compared in full with so many. */
const LOOKED_AT = 6
/** More are not kept: as many as the catalogue keeps of its own, some 100 MB. What comes later is still compared with these. */
const MAX_KEPT = 20_000

export class Seen {
  private readonly catalogue: Catalogue
  private readonly entries: Entry[] = []
  private readonly ids = new Set<string>()
  private readonly byKey = new Map<string, number[] | undefined>()
  private readonly byName = new Map<string, number[]>()

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue
  }

  /** Those that share the most with what is asked, roughly, the best first. */
  near({ features }: Asked): Entry[] {
    const score = new Map<number, number>()
    const add = (i: number, weight: number): void => void score.set(i, (score.get(i) ?? 0) + weight)
    for (const name of namesOf(features)) for (const i of this.byName.get(name) ?? []) add(i, 100)
    for (const [key, weight] of this.keysOf(features)) for (const i of this.byKey.get(key) ?? []) add(i, weight)
    return [...score].sort(([a, one], [b, other]) => other - one || a - b).slice(0, LOOKED_AT).map(([i]) => this.entries[i]!)
  }

  /** From now on what comes is compared with it, once. */
  add(entry: Entry): void {
    if (this.ids.has(entry.id) || this.entries.length >= MAX_KEPT) return
    const at = this.entries.push(entry) - 1
    this.ids.add(entry.id)
    for (const name of namesOf(entry.features)) {
      const same = this.byName.get(name)
      if (same === undefined) this.byName.set(name, [at])
      else if (same.length < NAMESAKES) same.push(at)
    }
    for (const [key] of this.keysOf(entry.features)) {
      const list = this.byKey.get(key)
      if (list !== undefined && list.length >= MOST) this.byKey.set(key, undefined)
      else if (list !== undefined) list.push(at)
      else if (!this.byKey.has(key)) this.byKey.set(key, [at])
    }
  }

  /** Words of names, and two words in a row of names and texts, with how much each tells. */
  private *keysOf({ names, nameGrams, grams }: Features): Iterable<[string, number]> {
    for (const word of new Set(names.flatMap(({ words }) => words.map(({ fold }) => fold)))) yield [`n ${word}`, 2 * this.catalogue.nameWeight(word)]
    for (const gram of nameGrams) if (gram.includes(' ')) yield [`g ${gram}`, this.catalogue.gramWeight(gram)]
    for (const gram of grams) if (gram.includes(' ')) yield [`t ${gram}`, 0.5 * this.catalogue.gramWeight(gram)]
  }
}

/** Names that are one whatever the order of their words. */
const namesOf = ({ names }: Features): Set<string> => new Set(names.filter(({ words }) => words.length > 0).map(({ words }) => words.map(({ fold }) => fold).sort().join(' ')))
