/**
 * Search as the API means it: the engine's candidates in our own final order, with the reasons. Exact marks beat folded ones, a name
 * beats an alias, an alias a concept, a concept the text; recognition and evidence decide between equals. The same on both engines.
 */
import { toFragments, tokenize, type Fragment } from '../search/fold.ts'
import type { SearchAnswer, SearchCandidate, SearchEngine, SearchRequest } from '../search/engine.ts'
import type { Form, UnderstoodQuery } from '../search/query.ts'

export type MatchedField = 'name' | 'aliases' | 'concepts' | 'text'
/** What a match is worth where it stands. */
const FIELD_WORTH: Record<MatchedField, number> = { name: 1, aliases: 0.85, concepts: 0.55, text: 0.4 }
const FIELDS: readonly MatchedField[] = ['name', 'aliases', 'concepts', 'text']
/** What two neighbouring words found side by side are worth, against the weaker of the two. */
const PAIR_WORTH = 0.9

export interface SearchHit {
  id: string
  /** 0..1 within this answer's query: how much of what was asked is there, and where. */
  score: number
  candidate: SearchCandidate
  matched: Record<MatchedField, string[]>
}

export interface SearchPage extends Omit<SearchAnswer, 'window' | 'beyond'> {
  hits: SearchHit[]
  hasNextPage: boolean
}

/** Searches and ranks: hits `[offset, offset + limit)`. */
export async function searchModels(engine: SearchEngine, request: SearchRequest): Promise<SearchPage> {
  const { window, beyond, ...answer } = await engine.search(request)
  const query = answer.understood
  const rest = new Map(beyond.map((candidate) => [candidate.position, candidate]))
  const ranked = rank(query, window)
  const hits: SearchHit[] = []
  // The engine's own order goes on where the ranked window ends, so that the pages joined are the whole, once.
  for (let place = request.offset; place < request.offset + request.limit; place += 1) {
    const other = rest.get(place)
    const hit = ranked[place] ?? (other && scoreOf(query, other))
    if (hit) hits.push(hit)
  }
  return { ...answer, hits, hasNextPage: hits.length === request.limit && request.offset + hits.length < answer.total }
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
    for (const field of FIELDS) {
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
    for (const field of FIELDS) for (const form of pair.forms) if (has(candidate.words[field], form, query.terms.at(-1)?.isPrefix === true && pair === query.pairs.at(-1))) best = Math.max(best, FIELD_WORTH[field] * form.factor)
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

/** One field of a hit with the words that match. */
export interface Highlight { field: string; fragments: Fragment[] }

/** Longer texts are cut around their first match. */
const SNIPPET = 260

/** Marks what was asked for in a text of ours: spans on the original, since matching was done on folded words of the same places. */
export function highlight(query: UnderstoodQuery, text: string): Fragment[] | null {
  const tokens = tokenize(text)
  const spans: [number, number][] = []
  for (const term of query.terms) {
    if (!term.isRequired) continue
    for (const form of term.forms) {
      for (let i = 0; i + form.words.length <= tokens.length; i += 1) {
        const isMatch = form.words.every((word, k) => {
          const have = tokens[i + k]!.fold
          return have === word || (term.isPrefix && k === form.words.length - 1 && have.startsWith(word))
        })
        if (!isMatch) continue
        const last = tokens[i + form.words.length - 1]!
        const length = term.isPrefix && last.fold !== form.words.at(-1) ? prefixEnd(text.normalize('NFC'), last.start, form.words.at(-1)!.length) : last.end
        spans.push([tokens[i]!.start, length])
      }
    }
  }
  return spans.length === 0 ? null : toFragments(text.normalize('NFC'), spans)
}

/** Where the first `letters` folded letters of the word at `start` end in the original: folding is one to one. */
function prefixEnd(text: string, start: number, letters: number): number {
  let at = start
  for (const char of text.slice(start)) {
    if (letters === 0) break
    at += char.length
    letters -= 1
  }
  return at
}

/** Cuts a long text around its first match, at word boundaries, with an ellipsis where something was left out. */
export function snippet(fragments: Fragment[]): Fragment[] {
  const length = fragments.reduce((sum, fragment) => sum + fragment.text.length, 0)
  if (length <= SNIPPET) return fragments
  let before = 0
  for (const fragment of fragments) {
    if (fragment.isMatch) break
    before += fragment.text.length
  }
  const from = Math.max(0, Math.min(before - 60, length - SNIPPET))
  const kept: Fragment[] = []
  let at = 0
  for (const fragment of fragments) {
    const start = Math.max(from - at, 0)
    const end = Math.min(from + SNIPPET - at, fragment.text.length)
    if (start < end) kept.push({ text: fragment.text.slice(start, end), isMatch: fragment.isMatch })
    at += fragment.text.length
  }
  const first = kept[0]
  if (from > 0 && first && !first.isMatch) first.text = `…${first.text.replace(/^\S*\s/, '')}`
  const last = kept.at(-1)
  if (from + SNIPPET < length && last && !last.isMatch) last.text = `${last.text.replace(/\s\S*$/, '')}…`
  return kept.filter((fragment) => fragment.text !== '')
}

/** Highlights of a hit, name first. Needs the texts to have been asked for. */
export function highlightsOf(query: UnderstoodQuery, candidate: SearchCandidate): Highlight[] {
  const fields: [string, string | null][] = [['name', candidate.name], ...candidate.aliases.map((alias): [string, string] => ['aliases', alias])]
  if (candidate.texts) fields.push(['summary', candidate.texts.summary], ['problem', candidate.texts.problem], ['howItWorks', candidate.texts.howItWorks])
  return fields.flatMap(([field, text]) => {
    const fragments = text === null ? null : highlight(query, text)
    return fragments === null ? [] : [{ field, fragments: snippet(fragments) }]
  })
}

const FIELD_NAMES: Record<MatchedField, string> = { name: 'Tên mô hình có', aliases: 'Tên gọi khác có', concepts: 'Lĩnh vực, nơi hoặc lực lượng có', text: 'Nội dung có' }

/** Why a hit is there, in Vietnamese: each word once, where it counts most. */
export function whyMatched(hit: SearchHit): string[] {
  const told = new Set<string>()
  return FIELDS.flatMap((field) => {
    const words = hit.matched[field].filter((word) => !told.has(word.toLowerCase()))
    for (const word of words) told.add(word.toLowerCase())
    return words.length === 0 ? [] : [`${FIELD_NAMES[field]}: ${[...new Set(words)].map((word) => `“${word}”`).join(', ')}`]
  })
}
