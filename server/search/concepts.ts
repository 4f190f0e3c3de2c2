/** Which concepts a text speaks of: the rows of words that the thesaurus knows, the longest first, none over another. Pure. */
import type { Knowledge } from './knowledge.ts'
import type { QueryConcept, QueryPart, QueryPartKind } from './query.ts'
import { type Concept, type Label, tagOf } from './thesaurus.ts'
import type { Word, Words } from './words.ts'

/** A concept at words `[from, to)`. */
export interface ConceptMatch { from: number; to: number; concept: Concept; factor: number }

/** How much what is near a concept stands in for it. */
export const REACH = { broader: 0.5, related: 0.4, filed: 0.35 }

/** The concepts of the words. What `ignore` names is not seen, so that another reading may take its place. */
export function findConcepts({ words, hasMarks, isEnglish }: Words, { thesaurus }: Knowledge, ignore: ReadonlySet<string>): ConceptMatch[] {
  const all = thesaurus.matches(words.map(spellingsOf)).flatMap(({ from, to, labels }) => {
    const best = new Map<Concept, number>()
    for (const label of labels) {
      const factor = factorOf(label, words.slice(from, to), hasMarks, isEnglish)
      if (factor > 0 && !ignore.has(`concept:${label.concept.key}`)) best.set(label.concept, Math.max(best.get(label.concept) ?? 0, factor))
    }
    const likely = Math.max(0, ...best.values())
    // Typed without marks a word may be several: "phao" is a lifebuoy and a firecracker. Each then counts for less.
    const several = [...best].filter(([, factor]) => factor >= 0.7 * likely)
    return several.length === 0 ? [] : [{ from, to, likely, found: several.map(([concept, factor]) => ({ concept, factor: hasMarks || isEnglish ? factor : factor / Math.sqrt(several.length) })) }]
  })
  const taken = new Set<number>()
  return all.sort((a, b) => (b.to - b.from) * b.likely - (a.to - a.from) * a.likely || b.to - b.from - (a.to - a.from) || a.from - b.from)
    .filter(({ from, to }) => {
      for (let at = from; at < to; at += 1) if (taken.has(at)) return false
      for (let at = from; at < to; at += 1) taken.add(at)
      return true
    })
    .flatMap(({ from, to, found }) => found.slice(0, 3).map(({ concept, factor }) => ({ from, to, concept, factor })))
    .sort((a, b) => a.from - b.from || b.factor - a.factor || (a.concept.key < b.concept.key ? -1 : 1))
}

/** As typed, as corrected, and for English without the plural's s. */
function spellingsOf({ fold, corrections, isEnglish }: Word): string[] {
  return [fold, ...corrections, ...(isEnglish && fold.length > 3 && fold.endsWith('s') ? [fold.slice(0, -1)] : [])]
}

/** How sure a row of words says the label, 0..1. */
function factorOf(label: Label, words: readonly Word[], hasMarks: boolean, isEnglish: boolean): number {
  if (label.isEnglish) {
    const isLoan = words.every((word) => word.marked === word.fold)
    return isEnglish ? 1 : isLoan && !hasMarks && words.length > 1 ? 0.6 : 0
  }
  if (isEnglish) return label.marked.every((word, i) => word === label.folded[i]) ? 1 : 0
  const isCorrected = words.some((word, i) => word.fold !== label.folded[i])
  if (!hasMarks) return (words.length > 1 ? 1 : label.folded[0]!.length >= 4 ? 0.75 : label.folded[0]!.length === 3 ? 0.55 : 0) * (isCorrected ? 0.85 : 1)
  const wrong = words.filter((word, i) => word.marked !== label.marked[i] && word.corrections.length === 0).length
  if (words.length === 1) return wrong === 0 ? (isCorrected ? 0.7 : 1) : 0
  return wrong === 0 ? (isCorrected ? 0.9 : 1) : wrong * 2 <= words.length && words.every((word, i) => word.marked === label.marked[i] || word.marked === word.fold || word.corrections.length > 0 || words.length > 2) ? 0.6 : 0
}

/** The concept as it is ranked by. */
export function toQueryConcept({ concept, from, to, factor }: ConceptMatch, words: readonly Word[], { lexicon, thesaurus }: Knowledge): QueryConcept {
  const others = new Map<string, { key: string; factor: number; filedOnly: boolean }>()
  const add = (key: string, share: number, filedOnly = false): void => {
    if (key !== concept.key && !others.has(key)) others.set(key, { key, factor: share, filedOnly })
  }
  concept.broader.forEach((key, i) => add(key, REACH.broader / (i + 1)))
  for (const key of concept.related) add(key, REACH.related)
  for (const { kind, key, isSame } of concept.terms) {
    const filed = thesaurus.byTerm.get(`${kind}:${key}`)
    if (!isSame && filed) add(filed.key, REACH.filed, true)
  }
  const rarity = lexicon.count(tagOf(concept.key)) > 0 ? lexicon.weight(tagOf(concept.key)) : 0.7 * Math.max(0.5, ...[...others.values()].filter(({ filedOnly }) => !filedOnly).map(({ key }) => lexicon.weight(tagOf(key))).filter((weight) => weight < 6))
  return { key: concept.key, label: concept.labelVi, weight: (RARITY.base + Math.min(RARITY.most, rarity)) * factor * KIND_WEIGHT[concept.kind], others: [...others.values()], start: words[from]!.start, end: words[to - 1]!.end }
}

/** What a model is about tells more than who takes part in nearly all of them. */
export const RARITY = { base: 0.4, most: 4 }
export const KIND_WEIGHT: Record<Concept['kind'], number> = { PROBLEM: 1.2, MEANS: 1.1, TOPIC: 1, PARTICIPANT: 1, SETTING: 0.9, ACTIVITY: 0.65 }
const PART_KINDS: Record<Concept['kind'], QueryPartKind> = { PROBLEM: 'PROBLEM', MEANS: 'CONCEPT', TOPIC: 'TOPIC', PARTICIPANT: 'PARTICIPANT', SETTING: 'SETTING', ACTIVITY: 'CONCEPT' }

/** The concept as people are told of it; one part per concept, however often it is said. */
export function toConceptPart({ concept, from, to }: ConceptMatch, words: readonly Word[], text: string): QueryPart {
  return { id: `concept:${concept.key}`, text: text.slice(words[from]!.start, words[to - 1]!.end), kind: PART_KINDS[concept.kind], meaning: concept.labelVi }
}
