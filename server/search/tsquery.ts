/** Forms of words as Postgres' text queries. */
import type { Form } from './query.ts'

/** A lexeme is letters and digits, or # and the key of a concept, so quoting it is enough. */
export function toTsQuery(forms: readonly Form[], isPrefix: boolean): string {
  return forms.map((form) => form.words.map((word, i) => `'${word}'${isPrefix && i === form.words.length - 1 && !word.startsWith('#') ? ':*' : ''}`).join(' <-> ')).map((form) => `(${form})`).join(' | ')
}
