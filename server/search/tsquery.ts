/** Words as Postgres' text queries. */
import type { Form } from './query.ts'
import { isTyped } from './thesaurus.ts'

/** A word, or whatever begins with it. It is letters and digits, or one that nobody types, so quoting it is enough. */
export const toLexeme = (word: string, isPrefix: boolean): string => `'${word}'${isPrefix && isTyped(word) ? ':*' : ''}`

/** One of the forms, each with its words in a row; of the last word the beginning is enough when it is a prefix. */
export const toTsQuery = (forms: readonly Form[], isPrefix: boolean): string =>
  forms.map(({ words }) => `(${words.map((word, i) => toLexeme(word, isPrefix && i === words.length - 1)).join(' <-> ')})`).join(' | ')
