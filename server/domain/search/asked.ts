/** What the ranking of all candidates looks at of a query, made once for it. */
import { onceFor } from '../../once.ts'
import { type Form, isTag, type QueryTerm, type UnderstoodQuery } from '../../search/query.ts'
import { trigramsOf, type Wanted, wantedOf } from './record-words.ts'

export interface Asked {
  terms: readonly AskedTerm[]
  /** Neighbours; of the last pair the last word may go on. */
  pairs: readonly { weight: number; forms: readonly Wanted[]; isPrefix: boolean }[]
  /** Terms whose marks tell something. */
  marked: readonly { marked: string; isPrefix: boolean }[]
  /** The typed words as names have them. */
  words: string
  trigrams: ReadonlySet<string>
}
export interface AskedTerm { term: QueryTerm; forms: readonly Wanted[]; concepts: readonly { key: string; factor: number }[] }

/** Goes with its query, which nobody changes. */
export const askedOf = onceFor(({ terms, pairs }: UnderstoodQuery): Asked => {
  const isTyping = terms.at(-1)?.isPrefix === true
  const typed = terms.map((term) => (term.isCorrected ? term.forms[1] : term.forms[0])!.words.join(' ')).join(' ')
  const plain = (forms: readonly Form[]): Wanted[] => forms.filter((form) => !isTag(form)).map(wantedOf)
  return {
    terms: terms.map((term) => ({ term, forms: plain(term.forms), concepts: term.forms.filter(isTag).map(({ words, factor }) => ({ key: words[0]!.slice(1), factor })) })),
    pairs: pairs.map(({ forms, weight }, i) => ({ weight, forms: forms.map(wantedOf), isPrefix: isTyping && i === pairs.length - 1 })),
    marked: terms.flatMap(({ marked, isRequired, isPrefix }) => (marked !== null && isRequired ? [{ marked, isPrefix }] : [])),
    words: ` ${typed}${isTyping ? '' : ' '}`, trigrams: trigramsOf(typed),
  }
})
