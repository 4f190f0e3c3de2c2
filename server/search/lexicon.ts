/** The words of the catalogue and how rare each is, in memory: what a typed word is corrected to and weighed by. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { damerau } from './spelling.ts'
import { isTyped } from './thesaurus.ts'

/** Words beyond this many are left out (the rarest first): memory stays bounded whatever is imported. */
const MAX_WORDS = 60_000

/** The vocabulary at one version. */
export class Lexicon {
  readonly version: number
  readonly modelCount: number
  private readonly counts: Map<string, number>
  /** No word that isn't here stands in more models. */
  private readonly unlisted: number
  private readonly byLength = new Map<number, { word: string; letters: number; count: number }[]>()
  private readonly corrections = new Map<string, string[]>()

  /** @param counts the most frequent first */
  constructor(version: number, modelCount: number, counts: Map<string, number>) {
    this.version = version
    this.modelCount = modelCount
    this.counts = counts
    this.unlisted = counts.size < MAX_WORDS ? 0 : Math.min(...counts.values())
    for (const [word, count] of counts) {
      if (!isTyped(word)) continue
      const entry = { word, letters: lettersOf(word), count }
      const bucket = this.byLength.get(word.length)
      if (bucket) bucket.push(entry)
      else this.byLength.set(word.length, [entry])
    }
  }

  /** How many models have the word. */
  count(word: string): number {
    return this.counts.get(word) ?? 0
  }

  /** Words that so many models have, the most frequent first. */
  *common(models: number): Generator<string> {
    for (const [word, count] of this.counts) {
      if (count < models) return
      yield word
    }
  }

  /** No more models than this have the word: of the rarest of a large catalogue that is all that is known. */
  atMost(word: string): number {
    return this.counts.get(word) ?? this.unlisted
  }

  /** How much a word tells: 0 for one that every model has, about 6 for one that a single model of 324 has. */
  weight(word: string): number {
    return weightOf(this.count(word), this.modelCount)
  }

  hasPrefix(prefix: string): boolean {
    for (const word of this.counts.keys()) if (word.startsWith(prefix)) return true
    return false
  }

  /** The nearest words of the catalogue: Damerau distance 1, or 2 above four letters; nearest first, then the more frequent. */
  nearest(word: string, limit = 3): string[] {
    const known = this.corrections.get(word)
    if (known) return known.slice(0, limit)
    const allowed = word.length > 4 ? 2 : 1
    if (word.length < 3 || word.length > 24 || /\d/.test(word)) return []
    const letters = lettersOf(word)
    const found: { word: string; distance: number; count: number }[] = []
    for (let length = word.length - allowed; length <= word.length + allowed; length += 1) {
      for (const entry of this.byLength.get(length) ?? []) {
        if (entry.word.length < 2 || bitCount(entry.letters ^ letters) > 2 * allowed) continue
        const distance = damerau(word, entry.word, allowed)
        if (distance <= allowed) found.push({ word: entry.word, distance, count: entry.count })
      }
    }
    // A first letter is rarely mistyped: without this "nihn" would be as near to "linh" as to "ninh".
    const rank = (f: { word: string; distance: number; count: number }) => f.distance + (f.word[0] === word[0] ? 0 : 0.5) + (sameLetters(f.word, word) ? -0.4 : 0) - Math.min(0.3, Math.log10(f.count + 1) / 10)
    found.sort((a, b) => rank(a) - rank(b) || (a.word < b.word ? -1 : 1))
    const best = found.filter((f) => rank(f) <= rank(found[0]!) + 0.6).map((f) => f.word).slice(0, 5)
    if (this.corrections.size < 2000) this.corrections.set(word, best)
    return best.slice(0, limit)
  }
}

export const weightOf = (count: number, modelCount: number): number => Math.log(1 + (modelCount - Math.min(count, modelCount) + 0.5) / (count + 0.5))

const sameLetters = (a: string, b: string) => a.length === b.length && [...a].sort().join('') === [...b].sort().join('')

function lettersOf(word: string): number {
  let bits = 0
  for (let i = 0; i < word.length; i += 1) bits |= 1 << (word.charCodeAt(i) % 31)
  return bits
}

function bitCount(bits: number): number {
  let n = bits >>> 0
  let count = 0
  for (; n; n &= n - 1) count += 1
  return count
}

/** Reads the lexicon: one statement. */
export async function loadLexicon(db: Kysely<Database>): Promise<Lexicon> {
  const { rows } = await sql<{ version: number; models: number; words: string[]; counts: number[] }>`
    select (select version::int from search_state) as version, (select count(*)::int from model_search) as models,
      coalesce(array_agg(word), '{}') as words, coalesce(array_agg(model_count), '{}') as counts
    from (select word, model_count from search_vocabulary order by model_count desc, word limit ${MAX_WORDS}) v`.execute(db)
  const row = rows[0]!
  return new Lexicon(row.version, row.models, new Map(row.words.map((word, i) => [word, row.counts[i]!])))
}
