/** What a record's words are looked up by while it is ranked: made once per record in memory, kept as long as its words are. */
import type { SearchCandidate } from '../../search/engine.ts'
import { tokenize } from '../../search/fold.ts'
import type { Form } from '../../search/query.ts'
import { strengthOf } from '../../search/tags.ts'

export type MatchedField = 'name' | 'aliases' | 'concepts' | 'text'
export const MATCHED_FIELDS: readonly MatchedField[] = ['name', 'aliases', 'concepts', 'text']

/** What is looked up in a record again and again, made once per record in memory. */
export interface Facts { names: NameFacts[]; spelled: Set<string> | undefined; bits: Uint32Array; strengths: ReadonlyMap<string, number> }
interface NameFacts { words: string; length: number; trigrams: Set<string> }
const facts = new WeakMap<SearchCandidate['words'], Facts>()
export function factsOf({ words, tags }: SearchCandidate): Facts {
  const known = facts.get(words)
  if (known) return known
  const names = [words.name, ...words.aliases.split(' | ')].map((one) => one.trim()).filter((one) => one !== '')
  const made: Facts = {
    names: names.map((one) => ({ words: ` ${one} `, length: one.split(' ').length, trigrams: trigramsOf(one) })),
    spelled: undefined,
    bits: bitsOf([words.name, words.aliases, words.concepts, words.text]),
    strengths: new Map(Object.entries(tags).map(([key, counts]) => [key, strengthOf(counts)])),
  }
  facts.set(words, made)
  return made
}

/**
 * One bit per word of a record (a Bloom filter of 256 bytes): most of what is asked for stands in few records, and looking through the
 * texts of all the others was most of a ranking's time. Some 250 words set a ninth of the bits.
 */
const BITS = 2048
const bitOf = (word: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i += 1) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) & (BITS - 1)
}
function bitsOf(texts: readonly string[]): Uint32Array {
  const bits = new Uint32Array(BITS / 32)
  for (const text of texts) for (const word of text.split(' ')) if (word !== '') bits[bitOf(word) >> 5]! |= 1 << (bitOf(word) & 31)
  return bits
}

/** A form of words as it is looked for. */
export interface Wanted { words: string; count: number; factor: number; bits: readonly number[] }
export const wantedOf = ({ words, factor }: Form): Wanted => ({ words: words.join(' '), count: words.length, factor, bits: words.map(bitOf) })

/** False when a word of the form stands nowhere in the record; the last one may go on when it is a prefix. */
export function mayHave(bits: Uint32Array, { bits: wanted }: Wanted, isPrefix: boolean): boolean {
  for (let i = isPrefix ? wanted.length - 2 : wanted.length - 1; i >= 0; i -= 1) if ((bits[wanted[i]! >> 5]! & (1 << (wanted[i]! & 31))) === 0) return false
  return true
}

/** The forms that may stand in a record. */
export const possibleOf = (forms: readonly Wanted[], bits: Uint32Array, isPrefix: boolean): readonly Wanted[] => {
  // Of most terms none does.
  const first = forms.findIndex((form) => mayHave(bits, form, isPrefix))
  return first < 0 ? NONE : forms.filter((form, i) => i === first || (i > first && mayHave(bits, form, isPrefix)))
}
const NONE: readonly Wanted[] = []

/** The words of name and other names with their marks: only asked for when marks were typed. */
export function spelledOf(candidate: SearchCandidate): Set<string> {
  const known = factsOf(candidate)
  return (known.spelled ??= new Set([candidate.name, ...candidate.aliases].flatMap((one) => tokenize(one).map((token) => token.marked))))
}

export function trigramsOf(words: string): Set<string> {
  const found = new Set<string>()
  for (const word of words.split(' ')) for (let i = -2; i < word.length; i += 1) found.add(`  ${word} `.slice(i + 2, i + 5))
  return found
}

/** Do the words of the form stand in the text in a row? Looked for without the blank before them: blanks are everywhere, a letter is not. */
export function has(text: string, { words }: Wanted, isPrefix: boolean): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (text.charCodeAt(at - 1) === BLANK && (isPrefix || text.charCodeAt(at + words.length) === BLANK)) return true
  }
  return false
}
const BLANK = 32
