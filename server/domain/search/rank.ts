/**
 * The final order of an engine's candidates, made by our own code, the same on both engines. Exact marks beat folded ones, a name beats
 * an alias, an alias a concept, a concept the text; what was meant counts beside the words; recognition and evidence decide between equals.
 */
import type { SearchCandidate } from '../../search/engine.ts'
import type { QueryConcept, QueryTerm, UnderstoodQuery } from '../../search/query.ts'
import type { TagCounts } from '../../search/tags.ts'
import { type Asked, askedOf } from './asked.ts'
import { type Facts, factsOf, has, MATCHED_FIELDS, type MatchedField, possibleOf, spelledOf, type Wanted } from './record-words.ts'

/** What is worth how much. Each was tried at 0.6 and 1.5 times its value over all classes of both sets of queries: none gains more than 0.01 so. */
export const WEIGHTS = {
  /** A word, by where it stands. */
  field: { name: 1, aliases: 0.85, concepts: 0.55, text: 0.4 } satisfies Record<MatchedField, number>,
  /** Two neighbouring words side by side, against the weaker of the two. */
  pair: 0.9,
  /** What was meant, against the words that say it, where concepts cover all of the text. */
  concepts: 0.8,
  /** The name itself; `begins`: it begins with what was typed; `letters`: its letters, from so many in common on. */
  likeness: 0.5,
  begins: 0.1,
  letters: 0.9,
  lettersFrom: 0.65,
  marks: 0.15,
  /** Being like the first hit, when its name is surely what was typed. */
  like: 0.8,
  sureFrom: 0.5,
  /** Born in a place that the text names; half of it for merely being there. */
  place: 0.3,
  /** Being near in meaning, where that is searched: less than a word in a name, more than a stray word of several in a text. */
  semantic: 0.6,
  prior: 0.03,
}

/** What a score is made of; they add up to it before it is scaled to 0..1. */
export interface ScoreParts { words: number; concepts: number; likeness: number; marks: number; place: number; prior: number; like: number; semantic?: number }

/** A concept that was meant and how strongly a record tells of it, by itself or `via` what stands in for it. */
interface Told { concept: QueryConcept; strength: number; via: string }

export class SearchHit {
  readonly id: string
  readonly candidate: SearchCandidate
  readonly parts: ScoreParts
  /** How nearly the query is its name, 0..1. */
  readonly likeness: number
  /** 0..1 within this answer's query: how much of what was asked is there, and where. */
  score: number
  private readonly query: UnderstoodQuery

  constructor(query: UnderstoodQuery, candidate: SearchCandidate, parts: ScoreParts, likeness: number, score: number) {
    this.id = candidate.id
    this.candidate = candidate
    this.parts = parts
    this.likeness = likeness
    this.score = score
    this.query = query
  }

  /** The words found, by where they stand. Made when somebody asks why: most candidates are never shown. */
  get matched(): Record<MatchedField, string[]> {
    const matched = { name: [], aliases: [], concepts: [], text: [] }
    const facts = factsOf(this.candidate)
    wordsOf(this.query, askedOf(this.query), this.candidate, facts, possibleIn(askedOf(this.query), facts), matched)
    return matched
  }

  /** Concepts that it tells of, the strongest first. */
  get concepts(): Told[] {
    return conceptsOf(this.query, this.candidate, factsOf(this.candidate)).filter(({ strength }) => strength > 0).sort((a, b) => b.strength * b.concept.weight - a.strength * a.concept.weight)
  }
}

/** Best first; equals by prior, then by id, so that the order is the same every time. */
export function rank(query: UnderstoodQuery, candidates: readonly SearchCandidate[]): SearchHit[] {
  const hits = candidates.map((candidate) => scoreOf(query, candidate)).sort(byScore)
  const first = hits[0]
  // Who types a name is shown what is like it next. How sure it is that the name was meant decides how much.
  if (!first || query.terms.length === 0 || first.likeness < WEIGHTS.sureFrom) return hits
  const sure = (WEIGHTS.like * (first.likeness - WEIGHTS.sureFrom)) / (1 - WEIGHTS.sureFrom)
  const rarities = new Map<string, number>()
  const rarity = (key: string): number => {
    const known = rarities.get(key) ?? query.rarity(key)
    rarities.set(key, known)
    return known
  }
  const like = vectorOf(first.candidate, rarity)
  const most = mostOf(query)
  for (const hit of hits) {
    if (hit === first) continue
    hit.parts.like = sure * cosine(like, hit.candidate, rarity)
    hit.score = Math.min(1, hit.score + hit.parts.like / most)
  }
  return [first, ...hits.slice(1).sort(byScore)]
}

const byScore = (a: SearchHit, b: SearchHit): number => b.score - a.score || b.candidate.prior - a.candidate.prior || (a.id < b.id ? -1 : 1)

/** What a record is about: its concepts by strength and rarity. */
interface Vector { values: ReadonlyMap<string, number>; size: number }
function vectorOf(candidate: SearchCandidate, rarity: (key: string) => number): Vector {
  const values = new Map<string, number>()
  let squares = 0
  for (const [key, strength] of factsOf(candidate).strengths) {
    const value = strength * rarity(key)
    values.set(key, value)
    squares += value * value
  }
  return { values, size: Math.sqrt(squares) }
}

/** How alike two records are in what they are about, 0..1. */
function cosine(one: Vector, other: SearchCandidate, rarity: (key: string) => number): number {
  let both = 0
  let squares = 0
  for (const [key, strength] of factsOf(other).strengths) {
    const value = strength * rarity(key)
    squares += value * value
    both += value * (one.values.get(key) ?? 0)
  }
  const sizes = one.size * Math.sqrt(squares)
  return sizes === 0 ? 0 : both / sizes
}

/** How much of the query a candidate answers, and where. */
export function scoreOf(query: UnderstoodQuery, candidate: SearchCandidate): SearchHit {
  const asked = askedOf(query)
  const facts = factsOf(candidate)
  const meant = shareOf(conceptsOf(query, candidate, facts).map(({ concept, strength }) => [concept.weight, strength]))
  const share = WEIGHTS.concepts * query.conceptShare
  const possible = possibleIn(asked, facts)
  const words = wordsOf(query, asked, candidate, facts, possible)
  const isBrowse = query.terms.length === 0
  const likeness = nameLikeness(asked, facts, possible)
  const parts: ScoreParts = {
    words: (1 - share) * words,
    concepts: share * meant,
    likeness: WEIGHTS.likeness * likeness,
    marks: WEIGHTS.marks * exactMarks(asked, candidate),
    place: WEIGHTS.place * candidate.placed,
    prior: isBrowse ? candidate.prior : WEIGHTS.prior * candidate.prior,
    like: 0,
    ...(candidate.near === undefined ? {} : { semantic: WEIGHTS.semantic * candidate.near.worth }),
  }
  const total = parts.words + parts.concepts + parts.likeness + parts.marks + parts.place + parts.prior + (parts.semantic ?? 0)
  return new SearchHit(query, candidate, parts, likeness, Math.min(1, total / mostOf(query)))
}

/** The most that a score can add up to, but for what resembles the first. */
const mostOf = (query: UnderstoodQuery): number => (query.terms.length === 0 ? 1 : 1 + WEIGHTS.likeness * (1 + WEIGHTS.begins) + WEIGHTS.marks + WEIGHTS.prior + (query.places.length > 0 ? WEIGHTS.place : 0))

/** What a hit's score is made of, as it is shown to those who tune it. */
export const scorePartsOf = ({ parts, concepts, candidate }: SearchHit): { name: string; value: number; detail: string | null }[] => Object.entries(parts).map(([name, value]: [string, number]) => ({
  name, value, detail: name === 'concepts' && concepts.length > 0 ? concepts.map(({ concept, strength, via }) => `${concept.label}${via === concept.key ? '' : ` (${via})`} ${strength.toFixed(2)}`).join(', ') : name === 'semantic' && candidate.near ? `độ gần ${candidate.near.similarity.toFixed(3)}` : null,
}))

const shareOf = (weighed: readonly (readonly [weight: number, value: number])[]): number => {
  const most = weighed.reduce((sum, [weight]) => sum + weight, 0)
  return most === 0 ? 0 : weighed.reduce((sum, [weight, value]) => sum + weight * value, 0) / most
}

/** How strongly the candidate tells of each concept, by itself or by what stands in for it. */
function conceptsOf(query: UnderstoodQuery, candidate: SearchCandidate, { strengths }: Facts): Told[] {
  return query.concepts.map((concept) => {
    let [strength, via] = [strengths.get(concept.key) ?? 0, concept.key]
    for (const { key, factor, filedOnly } of concept.others) {
      const other = factor * (filedOnly ? ((candidate.tags[key] as TagCounts | undefined)?.[2] ?? 0) / 2 : strengths.get(key) ?? 0)
      if (other > strength) [strength, via] = [other, key]
    }
    return { concept, strength, via }
  })
}

/** The forms of each term that may stand in a record, as they are and begun. */
type Possible = readonly { whole: readonly Wanted[]; begun: readonly Wanted[] }[]
const possibleIn = ({ terms }: Asked, { bits }: Facts): Possible => terms.map(({ term, forms }) => ({ whole: possibleOf(forms, bits, false), begun: term.isPrefix ? possibleOf(forms, bits, true) : [] }))

/** The share of the words, and of neighbours side by side, that stand in the candidate, by where they stand. What is found is put into `matched`. */
function wordsOf(query: UnderstoodQuery, asked: Asked, { words }: SearchCandidate, { bits, strengths }: Facts, possible: Possible, matched?: SearchHit['matched']): number {
  const weighed: [number, number][] = []
  for (const [i, { term, concepts }] of asked.terms.entries()) {
    let best = 0
    const { whole, begun } = possible[i]!
    // Fields by their worth: where a form stands first is where it counts.
    for (const field of whole.length + begun.length === 0 ? [] : MATCHED_FIELDS) {
      let here = 0
      for (const form of whole) if (form.factor > here && has(words[field], form, false)) here = form.factor
      for (const form of begun) if (0.85 * form.factor > here && has(words[field], form, true)) here = 0.85 * form.factor
      if (here === 0) continue
      if (term.isRequired && best === 0) matched?.[field].push(saidOf(query, term))
      best = Math.max(best, WEIGHTS.field[field] * here)
      if (here >= 0.85) break
    }
    for (const { key, factor } of concepts) best = Math.max(best, factor * (strengths.get(key) ?? 0))
    weighed.push([term.weight, best])
  }
  for (const pair of asked.pairs) {
    let best = 0
    const forms = possibleOf(pair.forms, bits, pair.isPrefix)
    for (const field of forms.length === 0 ? [] : MATCHED_FIELDS) {
      for (const form of forms) if (form.factor * WEIGHTS.field[field] > best && has(words[field], form, pair.isPrefix)) best = WEIGHTS.field[field] * form.factor
      if (best > 0) break
    }
    weighed.push([WEIGHTS.pair * pair.weight, best])
  }
  return shareOf(weighed)
}

/** A word as people are told of it: one that the catalogue lacks as it was typed, by what was taken for it. */
const saidOf = (query: UnderstoodQuery, { isCorrected, forms, start, end }: QueryTerm): string => (isCorrected ? forms[1]!.words.join(' ') : query.text.slice(start, end))

/** How nearly the query *is* the name or an alias: 1 when it is the whole of it. */
function nameLikeness(asked: Asked, { names }: Facts, possible: Possible): number {
  let best = 0
  for (const [i, { words, length, trigrams }] of names.entries()) {
    let found = 0
    let weight = 0
    let at = 0
    for (const [n, { term }] of asked.terms.entries()) {
      weight += term.weight
      const form = possible[n]!.whole.find((f) => has(words, f, false)) ?? possible[n]!.begun.find((f) => has(words, f, true))
      if (form) {
        found += term.weight * form.factor
        at += form.count
      }
    }
    if (weight === 0) continue
    const covered = Math.min(1, at / length)
    const begins = words.startsWith(asked.words) ? WEIGHTS.begins : 0
    const byWords = (found / weight) ** 2 * (0.5 + 0.5 * covered)
    // Letters in common see through slips that make another word: "do an ninh" for "đội an ninh".
    const byLetters = Math.max(0, likeLetters(asked.trigrams, trigrams) - WEIGHTS.lettersFrom) / (1 - WEIGHTS.lettersFrom)
    best = Math.max(best, (Math.max(byWords, WEIGHTS.letters * byLetters) + begins) * (i === 0 ? 1 : 0.96))
  }
  return best
}

/** The letters in common, 0..1; 0 as soon as they are too few to count. */
function likeLetters(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const all = a.size + b.size
  let left = Math.min(a.size, b.size)
  if (2 * left <= WEIGHTS.lettersFrom * all) return 0
  let both = 0
  left = a.size
  for (const trigram of a) {
    if (b.has(trigram)) both += 1
    left -= 1
    if (2 * (both + left) <= WEIGHTS.lettersFrom * all) return 0
  }
  return (2 * both) / all
}

/** The part of the words typed with marks that name or alias has with these very marks. */
function exactMarks({ marked }: Asked, candidate: SearchCandidate): number {
  if (marked.length === 0) return 0
  const spelled = spelledOf(candidate)
  const exact = marked.filter((term) => spelled.has(term.marked) || (term.isPrefix && [...spelled].some((word) => word.startsWith(term.marked.replace(/\d$/, '')))))
  return exact.length / marked.length
}
