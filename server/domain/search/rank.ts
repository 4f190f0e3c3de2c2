/**
 * The final order of an engine's candidates, made by our own code, the same on both engines. Exact marks beat folded ones, a name beats
 * an alias, an alias a concept, a concept the text; what was meant counts beside the words; recognition and evidence decide between equals.
 */
import type { SearchCandidate } from '../../search/engine.ts'
import { isTag, type QueryConcept, type UnderstoodQuery } from '../../search/query.ts'
import { strengthOf, type TagCounts } from '../../search/tags.ts'
import { factsOf, has, MATCHED_FIELDS, type MatchedField, mayHave, type Possible, possibleIn, spelledOf, stands, trigramsOf } from './record-words.ts'

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

export interface SearchHit {
  id: string
  /** 0..1 within this answer's query: how much of what was asked is there, and where. */
  score: number
  parts: ScoreParts
  /** How nearly the query is its name, 0..1. */
  likeness: number
  candidate: SearchCandidate
  matched: Record<MatchedField, string[]>
  /** Concepts that it tells of, the strongest first. */
  concepts: { concept: QueryConcept; strength: number; via: string }[]
}

/** Best first; equals by prior, then by id, so that the order is the same every time. */
export function rank(query: UnderstoodQuery, candidates: readonly SearchCandidate[]): SearchHit[] {
  const typed = typedOf(query)
  const hits = candidates.map((candidate) => scoreOf(query, candidate, typed)).sort(byScore)
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
  for (const hit of hits) {
    if (hit === first) continue
    hit.parts.like = sure * cosine(like, vectorOf(hit.candidate, rarity))
    hit.score = Math.min(1, hit.score + hit.parts.like / mostOf(query))
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
function cosine(a: Vector, b: Vector): number {
  let both = 0
  for (const [key, value] of b.values) both += value * (a.values.get(key) ?? 0)
  const sizes = a.size * b.size
  return sizes === 0 ? 0 : both / sizes
}

const tagStrength = (candidate: SearchCandidate, key: string): number => {
  const counts = candidate.tags[key]
  return counts === undefined ? 0 : strengthOf(counts)
}

/** How much of the query a candidate answers, and where. */
export function scoreOf(query: UnderstoodQuery, candidate: SearchCandidate, typed = typedOf(query)): SearchHit {
  const matched: SearchHit['matched'] = { name: [], aliases: [], concepts: [], text: [] }
  const concepts = conceptsOf(query, candidate)
  const meant = shareOf(query.concepts.map(({ weight }, i) => [weight, concepts[i]!.strength]))
  const share = WEIGHTS.concepts * query.conceptShare
  const possible = possibleIn(query, factsOf(candidate).bits)
  const words = wordsOf(query, candidate, possible, matched)
  const isBrowse = query.terms.length === 0
  const likeness = nameLikeness(query, candidate, possible, typed)
  const parts: ScoreParts = {
    words: (1 - share) * words,
    concepts: share * meant,
    likeness: WEIGHTS.likeness * likeness,
    marks: WEIGHTS.marks * exactMarks(query, candidate),
    place: WEIGHTS.place * candidate.placed,
    prior: isBrowse ? candidate.prior : WEIGHTS.prior * candidate.prior,
    like: 0,
    ...(candidate.near === undefined ? {} : { semantic: WEIGHTS.semantic * candidate.near.worth }),
  }
  const total = parts.words + parts.concepts + parts.likeness + parts.marks + parts.place + parts.prior + (parts.semantic ?? 0)
  return { id: candidate.id, score: Math.min(1, total / mostOf(query)), parts, likeness, candidate, matched, concepts: concepts.filter(({ strength }) => strength > 0).sort((a, b) => b.strength * b.concept.weight - a.strength * a.concept.weight) }
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
function conceptsOf(query: UnderstoodQuery, candidate: SearchCandidate): SearchHit['concepts'] {
  return query.concepts.map((concept) => {
    let best = { concept, strength: tagStrength(candidate, concept.key), via: concept.key }
    for (const { key, factor, filedOnly } of concept.others) {
      const strength = factor * (filedOnly ? ((candidate.tags[key] as TagCounts | undefined)?.[2] ?? 0) / 2 : tagStrength(candidate, key))
      if (strength > best.strength) best = { concept, strength, via: key }
    }
    return best
  })
}

/** The share of the words, and of neighbours side by side, that stand in the candidate, by where they stand. */
function wordsOf(query: UnderstoodQuery, candidate: SearchCandidate, possible: Possible, matched: SearchHit['matched']): number {
  const weighed: [number, number][] = []
  const { bits } = factsOf(candidate)
  for (const [i, term] of query.terms.entries()) {
    let best = 0
    const { whole, begun } = possible[i]!
    // Fields by their worth: where a form stands first is where it counts.
    for (const field of whole.length + begun.length === 0 ? [] : MATCHED_FIELDS) {
      let here = 0
      for (const form of whole) if (form.factor > here && stands(candidate, field, form, false)) here = form.factor
      for (const form of begun) if (0.85 * form.factor > here && stands(candidate, field, form, true)) here = 0.85 * form.factor
      if (here === 0) continue
      if (term.isRequired && best === 0) matched[field].push(query.text.slice(term.start, term.end))
      best = Math.max(best, WEIGHTS.field[field] * here)
      if (here >= 0.85) break
    }
    for (const form of term.forms) if (isTag(form)) best = Math.max(best, form.factor * tagStrength(candidate, form.words[0]!.slice(1)))
    weighed.push([term.weight, best])
  }
  query.pairs.forEach((pair, i) => {
    const isPrefix = i === query.pairs.length - 1 && query.terms.at(-1)?.isPrefix === true
    let best = 0
    const forms = pair.forms.filter((form) => mayHave(bits, form, isPrefix))
    for (const field of forms.length === 0 ? [] : MATCHED_FIELDS) {
      for (const form of forms) if (form.factor * WEIGHTS.field[field] > best && stands(candidate, field, form, isPrefix)) best = WEIGHTS.field[field] * form.factor
      if (best > 0) break
    }
    weighed.push([WEIGHTS.pair * pair.weight, best])
  })
  return shareOf(weighed)
}

/** How nearly the query *is* the name or an alias: 1 when it is the whole of it. */
function nameLikeness(query: UnderstoodQuery, candidate: SearchCandidate, possible: Possible, typed: Typed): number {
  let best = 0
  for (const [i, { words, length, trigrams }] of factsOf(candidate).names.entries()) {
    let found = 0
    let asked = 0
    let at = 0
    for (const [n, term] of query.terms.entries()) {
      asked += term.weight
      const form = possible[n]!.whole.find((f) => has(words, f, false)) ?? possible[n]!.begun.find((f) => has(words, f, true))
      if (form) {
        found += term.weight * form.factor
        at += form.words.length
      }
    }
    if (asked === 0) continue
    const covered = Math.min(1, at / length)
    const begins = words.startsWith(typed.words) ? WEIGHTS.begins : 0
    const byWords = (found / asked) ** 2 * (0.5 + 0.5 * covered)
    // Letters in common see through slips that make another word: "do an ninh" for "đội an ninh".
    const byLetters = Math.max(0, likeLetters(typed.trigrams, trigrams) - WEIGHTS.lettersFrom) / (1 - WEIGHTS.lettersFrom)
    best = Math.max(best, (Math.max(byWords, WEIGHTS.letters * byLetters) + begins) * (i === 0 ? 1 : 0.96))
  }
  return best
}

/** The typed words as names have them. */
interface Typed { words: string; trigrams: Set<string> }
const typedOf = (query: UnderstoodQuery): Typed => {
  const words = query.terms.map((term) => (term.isCorrected ? term.forms[1] : term.forms[0])!.words.join(' ')).join(' ')
  return { words: ` ${words}${query.terms.at(-1)?.isPrefix ? '' : ' '}`, trigrams: trigramsOf(words) }
}

function likeLetters(a: Set<string>, b: Set<string>): number {
  let both = 0
  for (const trigram of a) if (b.has(trigram)) both += 1
  return a.size + b.size === 0 ? 0 : (2 * both) / (a.size + b.size)
}

/** The part of the words typed with marks that name or alias has with these very marks. */
function exactMarks(query: UnderstoodQuery, candidate: SearchCandidate): number {
  const marked = query.terms.filter((term) => term.marked !== null && term.isRequired)
  if (marked.length === 0) return 0
  const spelled = spelledOf(candidate)
  const exact = marked.filter((term) => spelled.has(term.marked!) || (term.isPrefix && [...spelled].some((word) => word.startsWith(term.marked!.replace(/\d$/, '')))))
  return exact.length / marked.length
}
