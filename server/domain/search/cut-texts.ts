/** Texts of a record cut into folded words, to mark matches in: made when it is first shown, kept as long as its words are. */
import type { SearchCandidate } from '../../search/engine.ts'
import { tokenize } from '../../search/fold.ts'

/** A text with its words; about 15 bytes a word, since folded words are shared by all texts. */
export interface CutText {
  /** As NFC has it: what the places count in. */
  text: string
  folds: readonly string[]
  /** Start and end of each word. */
  places: Uint32Array
}

export function cutText(text: string): CutText {
  const tokens = tokenize(text)
  const places = new Uint32Array(2 * tokens.length)
  tokens.forEach(({ start, end }, i) => places.set([start, end], 2 * i))
  return { text: text.normalize('NFC'), folds: tokens.map(({ fold }) => fold), places }
}

/** By the record's texts themselves: a record that changes has other ones. */
const known = new WeakMap<NonNullable<SearchCandidate['texts']>, [field: string, cut: CutText][]>()

/** Each text of a record that may be marked, under its field, name first. Summary, problem and how it works only where the texts were asked for. */
export function cutTextsOf({ name, aliases, texts }: SearchCandidate): [field: string, cut: CutText][] {
  const before = texts === null ? undefined : known.get(texts)
  if (before) return before
  const fields: [string, string | null][] = [['name', name], ...aliases.map((alias): [string, string] => ['aliases', alias])]
  if (texts) fields.push(['summary', texts.summary], ['problem', texts.problem], ['howItWorks', texts.howItWorks])
  const cut = fields.flatMap(([field, text]): [string, CutText][] => (text === null ? [] : [[field, cutText(text)]]))
  if (texts) known.set(texts, cut)
  return cut
}
