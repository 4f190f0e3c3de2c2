/** What of a model is told to an embeddings endpoint: texts that search shows to anybody, read from its search row, so never a draft. */
import { createHash } from 'node:crypto'
import type { SearchCandidate } from '../engine.ts'
import { nfc } from '../fold.ts'

/** Longer texts are cut: some models read no more than about 512 tokens, few more than 8,000. The name and what is wrong come first. */
const MAX_TEXT = 4000
/** Of what a person types. */
const MAX_QUERY = 500

/** Pure: the text that stands for a model. */
export function textOfModel({ name, aliases, body }: { name: string; aliases: readonly string[]; body: NonNullable<SearchCandidate['texts']> }): string {
  return cut([[name, ...aliases].join('; '), body.problem, body.summary, body.howItWorks].filter(Boolean).join('\n'), MAX_TEXT)
}

/** A typed text as it is sent and remembered: blanks never make another text. */
export const textOfQuery = (typed: string): string => cut(nfc(typed).replace(/\s+/g, ' ').trim(), MAX_QUERY)

export const textHash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Without half a character at the end. */
const cut = (text: string, length: number): string => nfc(text).slice(0, length).replace(/[\uD800-\uDFFF]/gu, '')
