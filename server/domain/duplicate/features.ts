/** What the desk compares of a record: its names, what its text says, where it was born, what it rests on. Pure. */
import { foldedWords, tokenize } from '../../search/fold.ts'
import { FUNCTION_FOLDED } from '../../search/grammar.ts'
import type { Thesaurus } from '../../search/thesaurus.ts'
import { type NameForm, readName } from './names.ts'

/** A record, stored or not yet, as far as the desk reads it. */
export interface DuplicateDocument {
  name: string
  aliases?: readonly string[] | null | undefined
  summary?: string | null | undefined
  problem?: string | null | undefined
  howItWorks?: string | null | undefined
  /** The place of origin as it is written. */
  originPlace?: string | null | undefined
  /** The unit that it was, when it is known. */
  originLocalityId?: string | null | undefined
  /** Addresses of its sources. */
  sourceUrls?: readonly string[] | null | undefined
  /** Keys of the vocabularies, as far as they were filed. */
  topics?: readonly string[] | null | undefined
  settings?: readonly string[] | null | undefined
  participants?: readonly string[] | null | undefined
}

export interface Features {
  names: NameForm[]
  /** Folded words of its text and each two in a row; those of its names too, under `nameGrams`. */
  grams: ReadonlySet<string>
  nameGrams: ReadonlySet<string>
  /** Concepts said anywhere, the broader ones too. */
  concepts: ReadonlySet<string>
  /** Concepts said in its names or its summary, the broader ones apart. */
  lead: ReadonlySet<string>
  /** Concepts that its texts say and its names do not. */
  told: ReadonlySet<string>
  /** Words of its place. */
  placeWords: ReadonlySet<string>
  /** The first part of the place as written: `cho ben thanh`. */
  placeHead: string | null
  localityId: string | null
}

/** Reads a document once; comparing is cheap then. */
export function featuresOf(document: DuplicateDocument, thesaurus: Thesaurus): Features {
  const names = [...readName(document.name, thesaurus, false), ...(document.aliases ?? []).flatMap((alias) => readName(alias, thesaurus, true))]
  const texts = [document.summary, document.problem, document.howItWorks].filter((text): text is string => Boolean(text))
  const concepts = new Set<string>()
  const lead = new Set<string>()
  const say = (key: string, into: Set<string>): void => {
    into.add(key)
    concepts.add(key)
    for (const over of thesaurus.concepts.get(key)?.broader ?? []) concepts.add(over)
  }
  for (const { concepts: said } of names) for (const key of said) say(key, lead)
  for (const key of [document.name, ...(document.aliases ?? [])].flatMap((name) => conceptsIn(name, thesaurus))) say(key, lead)
  const named = new Set(lead)
  for (const [i, text] of [document.name, ...texts].entries()) for (const key of conceptsIn(text, thesaurus)) say(key, i < 2 ? lead : new Set())
  for (const [kind, keys] of [['TOPIC', document.topics], ['SETTING', document.settings], ['PARTICIPANT', document.participants]] as const) {
    for (const key of keys ?? []) { const concept = thesaurus.byTerm.get(`${kind}:${key}`); if (concept) say(concept.key, new Set()) }
  }
  const place = document.originPlace ?? ''
  const [head = ''] = place.split(/[,;(]/)
  return {
    names, concepts, lead, told: new Set([...lead].filter((key) => !named.has(key))), localityId: document.originLocalityId ?? null,
    grams: new Set(texts.flatMap((text) => gramsOf(text, thesaurus))), nameGrams: new Set([document.name, ...(document.aliases ?? [])].flatMap((text) => gramsOf(text, thesaurus))),
    placeWords: new Set(tokenize(place).map(({ fold: word }) => word)), placeHead: head.trim() === '' ? null : foldedWords(head).trim(),
  }
}

function conceptsIn(text: string, thesaurus: Thesaurus): string[] {
  const tokens = tokenize(text)
  const counts = new Map<string, number>()
  if (tokens.some(({ marked, fold }) => marked !== fold)) thesaurus.tally(tokens, counts)
  // Without marks one syllable may be anything; two in a row rarely are.
  else for (const { from, to, labels } of thesaurus.matches(tokens.map((token) => [token.fold]))) if (to - from > 1) for (const { concept, isEnglish } of labels) if (!isEnglish) counts.set(concept.key, 1)
  return [...counts.keys()]
}

/** Folded words and pairs of them, abbreviations opened, words of grammar left out. */
function gramsOf(text: string, thesaurus: Thesaurus): string[] {
  const words = tokenize(text).flatMap((token) => {
    const known = thesaurus.shorts.get(token.fold)
    return known && (!known.needsCapitals || /^\p{Lu}+\d*$/u.test(token.text)) ? known.longs[0]! : [token.fold]
  }).filter((word) => !FUNCTION_FOLDED.has(word))
  return words.flatMap((word, i) => (i === 0 ? [word] : [word, `${words[i - 1]} ${word}`]))
}
