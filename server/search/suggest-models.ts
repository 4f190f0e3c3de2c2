/** Which models to suggest, among the rows in memory: by the same rule as the statement of postgres-suggest.ts, which takes 35 ms at 100,000. */
import { Bits } from './bits.ts'
import type { Names } from './names.ts'
import { isTag, type Form, type UnderstoodQuery } from './query.ts'
import type { RowTable } from './row-table.ts'

/** Of the models that match, so many of the notable ones are looked at closely: "to" alone begins a word in most names. */
export const MAX_CANDIDATES = 500

/** 0: the name begins with what was typed, 1: has it; 2: an alias has it; 3: there are all its words. */
export interface PlacedModel { id: string; text: string; place: number }

/** As typed, but folded; each word in the first of its spellings. */
export const typedWords = ({ terms }: UnderstoodQuery): string => terms.map(({ forms }) => forms[0]!.words.join(' ')).join(' ')

/** Pure. Best first, of the `most` notable ones; `query` is not empty. */
export function suggestModels(table: RowTable, query: UnderstoodQuery, limit: number, most = MAX_CANDIDATES): PlacedModel[] {
  const { names } = table
  const typed = ` ${typedWords(query)}`
  // The word being typed is a prefix even when a blank follows it nowhere; earlier words are whole.
  const wanted = query.terms.map(({ forms }, i) => wantedOf(names, forms.filter((form) => !isTag(form)), i === query.terms.length - 1))
  const rows = wanted.reduce((all, one) => all.and(one.rows), table.live)
  const doubtful = wanted.filter(({ phrases }) => phrases.length > 0)
  const candidates: { row: number; place: number; prior: number }[] = []
  for (const row of table.inOrder()) {
    if (!rows.has(row)) continue
    const words = names.wordsOf(row)
    if (!doubtful.every(({ sure, phrases }) => sure.has(row) || phrases.some((phrase) => words.includes(phrase)))) continue
    const at = words.indexOf(typed)
    candidates.push({ row, prior: table.priors[row]!, place: at === 0 ? 0 : at < 0 ? 3 : at < words.indexOf('|') ? 1 : 2 })
    if (candidates.length === most) break
  }
  type Candidate = (typeof candidates)[number]
  const roughly = (a: Candidate, b: Candidate): number => a.place - b.place || b.prior - a.prior
  const byId = (a: Candidate, b: Candidate): number => (table.ids[a.row]! < table.ids[b.row]! ? -1 : 1)
  candidates.sort(roughly)
  // Names are compared only where they decide: among hundreds that are otherwise equal.
  const last = candidates[limit - 1]
  const chosen = candidates.filter((one) => last === undefined || roughly(one, last) <= 0).sort((a, b) => roughly(a, b) || names.compare(a.row, b.row) || byId(a, b)).slice(0, limit)
  // Of those the short ones come first.
  return chosen.map((one) => ({ ...one, text: names.nameOf(one.row) }))
    .sort((a, b) => roughly(a, b) || [...a.text].length - [...b.text].length || names.compare(a.row, b.row) || byId(a, b))
    .map(({ row, text, place }) => ({ id: table.ids[row]!, text, place }))
}

/** What one term asks of a row: to be among the sure, or among `rows` and to have one of the phrases. */
interface Wanted { rows: Bits; sure: Bits; phrases: string[] }

function wantedOf(names: Names, forms: readonly Form[], isPrefix: boolean): Wanted {
  const sure = Bits.any(forms.filter(({ words }) => words.length === 1).map(({ words }) => names.having(words[0]!, isPrefix)))
  const long = forms.filter(({ words }) => words.length > 1).map(({ words }) => ({
    rows: words.map((word, i) => names.having(word, isPrefix && i === words.length - 1)).reduce((all, one) => all.and(one)),
    phrase: ` ${words.join(' ')}${isPrefix ? '' : ' '}`,
  }))
  return { rows: Bits.any([sure, ...long.map(({ rows }) => rows)]), sure, phrases: long.map(({ phrase }) => phrase) }
}
