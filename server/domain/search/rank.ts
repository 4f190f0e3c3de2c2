/**
 * The final order of an engine's candidates, made by our own code, the same on both engines. Exact marks beat folded ones, a name beats
 * an alias, an alias a concept, a concept the text; what was meant counts beside the words; recognition and evidence decide between equals.
 */
import type { SearchCandidate } from '../../search/engine.ts'
import { tokenize } from '../../search/fold.ts'
import type { Form, QueryConcept, UnderstoodQuery } from '../../search/query.ts'
import { strengthOf, type TagCounts } from '../../search/tags.ts'

export type MatchedField = 'name' | 'aliases' | 'concepts' | 'text'
export const MATCHED_FIELDS: readonly MatchedField[] = ['name', 'aliases', 'concepts', 'text']

/** What is worth how much. Chosen so that leaving out any class of the judged queries changes none by more than a tenth. */
export const WEIGHTS = {
  /** A word, by where it stands. */
  field: { name: 1, aliases: 0.85, concepts: 0.55, text: 0.4 } satisfies Record<MatchedField, number>,
  /** Two neighbouring words side by side, against the weaker of the two. */
  pair: 0.9,
  /** What was meant, against the words that say it, where concepts cover all of the text. */
  concepts: 0.8,
  likeness: 0.5,
  marks: 0.15,
  /** Born in a place that the text names; half of it for merely being there. */
  place: 0.3,
  prior: 0.03,
}

/** What a score is made of; they add up to it before it is scaled to 0..1. */
export interface ScoreParts { words: number; concepts: number; likeness: number; marks: number; place: number; prior: number }

export interface SearchHit {
  id: string
  /** 0..1 within this answer's query: how much of what was asked is there, and where. */
  score: number
  parts: ScoreParts
  candidate: SearchCandidate
  matched: Record<MatchedField, string[]>
  /** Concepts that it tells of, the strongest first. */
  concepts: { concept: QueryConcept; strength: number; via: string }[]
}

/** Best first; equals by prior, then by id, so that the order is the same every time. */
export function rank(query: UnderstoodQuery, candidates: readonly SearchCandidate[]): SearchHit[] {
  return candidates.map((candidate) => scoreOf(query, candidate)).sort((a, b) => b.score - a.score || b.candidate.prior - a.candidate.prior || (a.id < b.id ? -1 : 1))
}

/** The words of each field as a set, made once per record in memory: most of what is asked stands in few records. */
const sets = new WeakMap<SearchCandidate['words'], Record<MatchedField, Set<string>>>()
function setsOf({ words }: SearchCandidate): Record<MatchedField, Set<string>> {
  const known = sets.get(words)
  if (known) return known
  const made = { name: new Set(words.name.split(' ')), aliases: new Set(words.aliases.split(' ')), concepts: new Set(words.concepts.split(' ')), text: new Set(words.text.split(' ')) }
  sets.set(words, made)
  return made
}

function has(words: string, form: Form, isPrefix: boolean): boolean {
  return words.includes(` ${form.words.join(' ')}${isPrefix ? '' : ' '}`)
}

/** The same for a field of a candidate: a look into the set spares most searches of the text. */
function stands(candidate: SearchCandidate, field: MatchedField, form: Form, isPrefix: boolean): boolean {
  const set = setsOf(candidate)[field]
  const last = form.words.length - 1
  if (form.words.some((word, i) => !(isPrefix && i === last) && !set.has(word))) return false
  return last === 0 && !isPrefix ? true : has(candidate.words[field], form, isPrefix)
}

const isTag = (form: Form): boolean => form.words[0]!.startsWith('#')
const tagStrength = (candidate: SearchCandidate, key: string): number => {
  const counts = candidate.tags[key]
  return counts === undefined ? 0 : strengthOf(counts)
}

/** How much of the query a candidate answers, and where. */
export function scoreOf(query: UnderstoodQuery, candidate: SearchCandidate): SearchHit {
  const matched: SearchHit['matched'] = { name: [], aliases: [], concepts: [], text: [] }
  const concepts = conceptsOf(query, candidate)
  const meant = shareOf(query.concepts.map(({ weight }, i) => [weight, concepts[i]!.strength]))
  const share = WEIGHTS.concepts * query.conceptShare
  const words = wordsOf(query, candidate, matched)
  const isBrowse = query.terms.length === 0
  const parts: ScoreParts = {
    words: (1 - share) * words,
    concepts: share * meant,
    likeness: WEIGHTS.likeness * nameLikeness(query, candidate),
    marks: WEIGHTS.marks * exactMarks(query, candidate),
    place: WEIGHTS.place * candidate.placed,
    prior: isBrowse ? candidate.prior : WEIGHTS.prior * candidate.prior,
  }
  const total = parts.words + parts.concepts + parts.likeness + parts.marks + parts.place + parts.prior
  const most = isBrowse ? 1 : 1 + WEIGHTS.likeness + WEIGHTS.marks + WEIGHTS.prior + (query.places.length > 0 ? WEIGHTS.place : 0)
  return { id: candidate.id, score: Math.min(1, total / most), parts, candidate, matched, concepts: concepts.filter(({ strength }) => strength > 0).sort((a, b) => b.strength * b.concept.weight - a.strength * a.concept.weight) }
}

/** What a hit's score is made of, as it is shown to those who tune it. */
export const scorePartsOf = ({ parts, concepts }: SearchHit): { name: string; value: number; detail: string | null }[] => Object.entries(parts).map(([name, value]: [string, number]) => ({
  name, value, detail: name === 'concepts' && concepts.length > 0 ? concepts.map(({ concept, strength, via }) => `${concept.label}${via === concept.key ? '' : ` (${via})`} ${strength.toFixed(2)}`).join(', ') : null,
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
function wordsOf(query: UnderstoodQuery, candidate: SearchCandidate, matched: SearchHit['matched']): number {
  const weighed: [number, number][] = []
  for (const term of query.terms) {
    let best = 0
    // Fields by their worth: where a form stands first is where it counts.
    for (const field of MATCHED_FIELDS) {
      let here = 0
      for (const form of term.forms) {
        if (isTag(form) || form.factor <= here) continue
        if (stands(candidate, field, form, false)) here = form.factor
        else if (term.isPrefix && stands(candidate, field, form, true)) here = Math.max(here, 0.85 * form.factor)
      }
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
    for (const field of MATCHED_FIELDS) {
      for (const form of pair.forms) if (form.factor * WEIGHTS.field[field] > best && stands(candidate, field, form, isPrefix)) best = WEIGHTS.field[field] * form.factor
      if (best > 0) break
    }
    weighed.push([WEIGHTS.pair * pair.weight, best])
  })
  return shareOf(weighed)
}

/** How nearly the query *is* the name or an alias: 1 when it is the whole of it. */
function nameLikeness(query: UnderstoodQuery, candidate: SearchCandidate): number {
  let best = 0
  const names = [candidate.words.name, ...candidate.words.aliases.split(' | ').map((words) => ` ${words.trim()} `)]
  for (const [i, words] of names.entries()) {
    const length = words.trim() === '' ? 0 : words.trim().split(' ').length
    if (length === 0) continue
    let found = 0
    let asked = 0
    let at = 0
    for (const term of query.terms) {
      asked += term.weight
      const form = term.forms.find((f) => has(words, f, false)) ?? (term.isPrefix ? term.forms.find((f) => has(words, f, true)) : undefined)
      if (form) {
        found += term.weight * form.factor
        at += form.words.length
      }
    }
    if (asked === 0) continue
    const covered = Math.min(1, at / length)
    best = Math.max(best, (found / asked) ** 2 * (0.5 + 0.5 * covered) * (i === 0 ? 1 : 0.96))
  }
  return best
}

/** The part of the words typed with marks that name or alias has with these very marks. */
function exactMarks(query: UnderstoodQuery, candidate: SearchCandidate): number {
  const marked = query.terms.filter((term) => term.marked !== null && term.isRequired)
  if (marked.length === 0) return 0
  const spelled = new Set([candidate.name, ...candidate.aliases].flatMap((name) => tokenize(name).map((token) => token.marked)))
  const exact = marked.filter((term) => spelled.has(term.marked!) || (term.isPrefix && [...spelled].some((word) => word.startsWith(term.marked!.replace(/\d$/, '')))))
  return exact.length / marked.length
}
