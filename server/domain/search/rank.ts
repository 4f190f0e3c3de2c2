/**
 * The final order of an engine's candidates, made by our own code, the same on both engines. Exact marks beat folded ones, a name beats
 * an alias, an alias a concept, a concept the text; recognition and evidence decide between equals.
 */
import type { SearchCandidate } from '../../search/engine.ts'
import { tokenize } from '../../search/fold.ts'
import type { Form, UnderstoodQuery } from '../../search/query.ts'

export type MatchedField = 'name' | 'aliases' | 'concepts' | 'text'
/** What a match is worth where it stands. */
const FIELD_WORTH: Record<MatchedField, number> = { name: 1, aliases: 0.85, concepts: 0.55, text: 0.4 }
export const MATCHED_FIELDS: readonly MatchedField[] = ['name', 'aliases', 'concepts', 'text']
/** What two neighbouring words found side by side are worth, against the weaker of the two. */
const PAIR_WORTH = 0.9

export interface SearchHit {
  id: string
  /** 0..1 within this answer's query: how much of what was asked is there, and where. */
  score: number
  candidate: SearchCandidate
  matched: Record<MatchedField, string[]>
}

/** Best first; equals by prior, then by the engine's order and id, so that the order is the same every time. */
export function rank(query: UnderstoodQuery, candidates: readonly SearchCandidate[]): SearchHit[] {
  return candidates.map((candidate) => scoreOf(query, candidate)).sort((a, b) => b.score - a.score || b.candidate.prior - a.candidate.prior || (a.id < b.id ? -1 : 1))
}

function has(words: string, form: Form, isPrefix: boolean): boolean {
  return words.includes(` ${form.words.join(' ')}${isPrefix ? '' : ' '}`)
}

/** How much of the query a candidate answers, and where. */
export function scoreOf(query: UnderstoodQuery, candidate: SearchCandidate): SearchHit {
  const matched: SearchHit['matched'] = { name: [], aliases: [], concepts: [], text: [] }
  let score = 0
  let possible = 0
  for (const term of query.terms) {
    possible += term.weight
    let best = 0
    for (const field of MATCHED_FIELDS) {
      for (const form of term.forms) {
        const isWhole = has(candidate.words[field], form, false)
        if (!isWhole && !(term.isPrefix && has(candidate.words[field], form, true))) continue
        if (term.isRequired && matched[field].at(-1) !== query.text.slice(term.start, term.end)) matched[field].push(query.text.slice(term.start, term.end))
        best = Math.max(best, FIELD_WORTH[field] * form.factor * (isWhole ? 1 : 0.85))
      }
    }
    score += term.weight * best
  }
  for (const pair of query.pairs) {
    possible += PAIR_WORTH * pair.weight
    let best = 0
    for (const field of MATCHED_FIELDS) for (const form of pair.forms) if (has(candidate.words[field], form, query.terms.at(-1)?.isPrefix === true && pair === query.pairs.at(-1))) best = Math.max(best, FIELD_WORTH[field] * form.factor)
    score += PAIR_WORTH * pair.weight * best
  }
  const share = possible === 0 ? 0 : score / possible
  const total = share + 0.5 * nameLikeness(query, candidate) + 0.15 * exactMarks(query, candidate) + 0.03 * candidate.prior
  return { id: candidate.id, score: possible === 0 ? candidate.prior : Math.min(1, total / 1.68), candidate, matched }
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
