/** The words of a document by field, cut once: its tags, its openings, its search row and Meilisearch's copy are all made from them. */
import { onceFor } from '../once.ts'
import type { Untagged } from './document.ts'
import { tokenize, type Token } from './fold.ts'

export interface FieldTokens {
  name: Token[][]
  aliases: Token[][]
  /** What it is filed under, and its places. */
  concepts: Token[][]
  /** Summary and problem. */
  lead: Token[][]
  /** How it works, and every fact. */
  text: Token[][]
}

/** Goes with its document. */
export const fieldTokensOf = onceFor((document: Untagged): FieldTokens => {
  const cut = (texts: readonly (string | null)[]): Token[][] => texts.filter((text) => text !== null).map(tokenize)
  return {
    name: cut([document.name]), aliases: cut(document.aliases), concepts: cut([...document.concepts, ...document.places]),
    lead: cut([document.summary, document.problem]), text: cut([document.howItWorks, ...document.facts]),
  }
})
