/** What people are shown of a match: the words marked in the original text, and the reasons in Vietnamese. */
import { toFragments, type Fragment } from '../../search/fold.ts'
import type { SearchCandidate } from '../../search/engine.ts'
import type { UnderstoodQuery } from '../../search/query.ts'
import { cutText, type CutText, cutTextsOf } from './cut-texts.ts'
import type { SearchHit } from './rank.ts'
import { MATCHED_FIELDS, type MatchedField } from './record-words.ts'

/** One field of a hit with the words that match. */
export interface Highlight { field: string; fragments: Fragment[] }

/** Longer texts are cut around their first match. */
const SNIPPET = 260

/** Marks what was asked for in a text of ours: spans on the original, since matching was done on folded words of the same places. */
export const highlight = (query: UnderstoodQuery, text: string): Fragment[] | null => mark(query, cutText(text))

function mark(query: UnderstoodQuery, { text, folds, places }: CutText): Fragment[] | null {
  const spans: [number, number][] = []
  for (const { forms, isPrefix, isRequired } of query.terms) {
    if (!isRequired) continue
    for (const { words } of forms) {
      const [first] = words
      const last = words.at(-1)!
      // The one word of a form that may go on is compared by its beginning; any other form is looked for by its first word.
      const isBegun = isPrefix && words.length === 1
      for (let i = isBegun ? 0 : folds.indexOf(first!); i >= 0 && i + words.length <= folds.length; i = isBegun ? i + 1 : folds.indexOf(first!, i + 1)) {
        if (!stands(folds, i, words, isPrefix)) continue
        const at = i + words.length - 1
        const end = isPrefix && folds[at] !== last ? prefixEnd(text, places[2 * at]!, last.length) : places[2 * at + 1]!
        spans.push([places[2 * i]!, end])
      }
    }
  }
  return spans.length === 0 ? null : toFragments(text, spans)
}

function stands(folds: readonly string[], at: number, words: readonly string[], isPrefix: boolean): boolean {
  for (let k = 0; k < words.length; k += 1) {
    const have = folds[at + k]!
    if (have !== words[k] && !(isPrefix && k === words.length - 1 && have.startsWith(words[k]!))) return false
  }
  return true
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
  return cutTextsOf(candidate).flatMap(([field, cut]) => {
    const fragments = mark(query, cut)
    return fragments === null ? [] : [{ field, fragments: snippet(fragments) }]
  })
}

const FIELD_NAMES: Record<MatchedField, string> = { name: 'Tên mô hình có', aliases: 'Tên gọi khác có', concepts: 'Lĩnh vực, nơi hoặc lực lượng có', text: 'Nội dung có' }

/** Why a hit is there, in Vietnamese: each word once, where it counts most; then what it tells of in other words. */
export function whyMatched(hit: SearchHit): string[] {
  const told = new Set<string>()
  const words = MATCHED_FIELDS.flatMap((field) => {
    const found = hit.matched[field].filter((word) => !told.has(word.toLowerCase()))
    for (const word of found) told.add(word.toLowerCase())
    return found.length === 0 ? [] : [`${FIELD_NAMES[field]}: ${[...new Set(found)].map((word) => `“${word}”`).join(', ')}`]
  })
  const own = hit.concepts.filter(({ concept, via }) => via === concept.key)
  const near = hit.concepts.filter(({ concept, via }) => via !== concept.key)
  const list = (concepts: typeof own): string => concepts.slice(0, 4).map(({ concept }) => concept.label.toLocaleLowerCase('vi')).join('; ')
  return [
    ...words,
    ...(own.length > 0 ? [`Nói về: ${list(own)}`] : []),
    ...(near.length > 0 ? [`Gần với: ${list(near)}`] : []),
    ...(hit.parts.place > 0 ? ['Có ở nơi được nêu'] : []),
    ...(hit.candidate.near === undefined ? [] : ['Gần nghĩa với điều bạn tìm']),
  ]
}
