/** What a record tells of concepts: how often, in which of its fields. Kept with the record's search rows, so that a query counts it at once. */
import type { SearchDocument, Untagged } from './document.ts'
import { fieldTokensOf } from './field-tokens.ts'
import type { Token } from './fold.ts'
import type { Thesaurus } from './thesaurus.ts'

/** Occurrences in: name, other names, what it is filed under (2 = first of its kind), summary and problem, everything else. */
export type TagCounts = [name: number, aliases: number, filed: number, lead: number, text: number]
export type Tags = Record<string, TagCounts>

/** Tags of a document, by concept. Pure. */
export function tagsOf(document: Untagged, thesaurus: Thesaurus): Tags {
  const tags: Record<string, TagCounts> = {}
  const at = (key: string): TagCounts => (tags[key] ??= [0, 0, 0, 0, 0])
  const { name, aliases, lead, text } = fieldTokensOf(document)
  ;[name, aliases, [], lead, text].forEach((values, field) => {
    const counts = new Map<string, number>()
    for (const tokens of values) thesaurus.tally(tokens, counts)
    for (const [key, count] of counts) at(key)[field] = Math.min(count, 99)
  })
  for (const [kind, keys] of [['TOPIC', document.topics], ['SETTING', document.settings], ['PARTICIPANT', document.participants]] as const) {
    keys.forEach((key, i) => {
      const concept = thesaurus.byTerm.get(`${kind}:${key}`)
      for (const filed of concept ? [concept.key, ...concept.broader] : []) at(filed)[2] = Math.max(at(filed)[2], i === 0 ? 2 : 1)
    })
  }
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Long forms that the texts write short, and short forms that they write out: both are found by either. */
export function openingsOf(document: Untagged, thesaurus: Thesaurus): SearchDocument['openings'] {
  const { name, aliases, concepts, lead, text } = fieldTokensOf(document)
  const wordsOf = (values: readonly (readonly Token[])[]): string => values.map((tokens) => ` ${tokens.map(({ fold }) => fold).join(' ')} `).join('|')
  const called = wordsOf([...name, ...aliases])
  const words = `${called}|${wordsOf([...concepts, ...lead, ...text])}`
  // A text is searched only for what it has all words of: a hundredth of the forms.
  const known = new Set<string>()
  for (const values of [name, aliases, concepts, lead, text]) for (const tokens of values) for (const { fold } of tokens) known.add(fold)
  const has = (form: readonly string[]): boolean => form.every((word) => known.has(word)) && words.includes(` ${form.join(' ')} `)
  const longs = new Set<string>()
  const shorts = new Set<string>()
  const named = new Set<string>()
  for (const [key, { short, longs: forms }] of thesaurus.shorts) {
    if (has(key.split(' '))) for (const form of forms) longs.add(form.join(' '))
    const written = forms.filter(has)
    if (written.length > 0) shorts.add(short)
    if (written.some((form) => called.includes(` ${form.join(' ')} `))) named.add(short)
  }
  return { longs: [...longs], shorts: [...shorts], named: [...named] }
}

/** How sure each place makes it that a record is about a concept; repeated mentions approach `lead` and `text`. */
export const STRENGTH = { name: 0.7, aliases: 0.6, filedFirst: 0.45, filed: 0.35, lead: 0.5, leadHalf: 0.7, text: 0.35, textHalf: 2 }

/** How strongly a record tells of a concept, 0..1: a name says most, a mention in passing little. */
export function strengthOf([name, aliases, filed, lead, text]: TagCounts): number {
  const s = STRENGTH
  const misses = (name > 0 ? 1 - s.name : 1) * (aliases > 0 ? 1 - s.aliases : 1) * (filed === 2 ? 1 - s.filedFirst : filed === 1 ? 1 - s.filed : 1)
  return 1 - misses * (1 - (s.lead * lead) / (lead + s.leadHalf)) * (1 - (s.text * text) / (text + s.textHalf))
}

/** Where a tag stands among the weights of a tsvector. */
export function weightOf([name, aliases, filed, lead, text]: TagCounts): 'A' | 'B' | 'C' | 'D' {
  if (name > 0) return 'A'
  if (aliases > 0) return 'B'
  return filed > 0 || lead > 0 || text > 3 ? 'C' : 'D'
}
