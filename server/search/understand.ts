/**
 * What a typed text is understood as, before any engine sees it: words with their other spellings, abbreviations opened, number slogans
 * both ways, grammar weighed down, places and concepts recognised. Pure, the same for both engines.
 */
import { findConcepts, toConceptPart, toQueryConcept, type ConceptMatch } from './concepts.ts'
import { fold, type Token } from './fold.ts'
import { FORMULA_LENGTH, NUMBER_WORDS, SLOGAN_WORDS } from './grammar.ts'
import type { Knowledge } from './knowledge.ts'
import type { Lexicon } from './lexicon.ts'
import { describePlace, type PlaceMatch } from './places.ts'
import { type Form, isTag, type QueryPart, type QueryTerm, type QueryUnit, type UnderstoodQuery, lookupWords } from './query.ts'
import { tagOf } from './thesaurus.ts'
import { readWords, type Words } from './words.ts'

const NUMBER_TO_WORD = new Map(NUMBER_WORDS)
const WORD_TO_NUMBER = new Map(NUMBER_WORDS.map(([digits, word]) => [fold(word), digits]))
const SLOGAN_FOLDED = new Set([...SLOGAN_WORDS].map(fold))
/** A word that only stands in a long description, beside what was recognised, tells little. */
const ASIDE_FROM = 5
export const WORDS = { aside: 0.45, tag: 0.65, place: 0.35 }

/** A term with the words that it was made of. */
interface Placed { term: QueryTerm; from: number; to: number }

/** Understands a text. `ignore` holds ids of parts that the caller drops. */
export function understand(typed: string, knowledge: Knowledge, ignore: ReadonlySet<string> = new Set()): UnderstoodQuery {
  const read = readWords(typed, knowledge, ignore)
  const { words, text } = read
  const parts = [...read.parts]
  const concepts = findConcepts(read, knowledge, ignore)
  const places = findPlaces(read, knowledge, concepts, ignore)
  for (const place of places) parts.push({ id: `place:${place.name}`, text: text.slice(words[place.from]!.start, words[place.to - 1]!.end), kind: 'PLACE', meaning: describePlace(place) })
  // A place's name means the place, not what its words mean elsewhere.
  const spoken = concepts.filter(({ from, to }) => !places.some((place) => place.isFilter && from < place.to && to > place.from))
  for (const match of spoken) if (!parts.some(({ id }) => id === `concept:${match.concept.key}`)) parts.push(toConceptPart(match, words, text))

  const placed = readTerms(read, knowledge, ignore, parts, spoken, places)
  const terms = placed.map(({ term }) => term)
  const said = spoken.map((match) => ({ ...match, query: toQueryConcept(match, words, knowledge) }))
  const content = placed.filter(({ term }) => term.isRequired)
  const covered = content.filter(({ from }) => said.some((match) => from >= match.from && from < match.to)).length
  return {
    text, terms, pairs: pairsOf(terms), concepts: distinct(said.map(({ query }) => query)), conceptShare: content.length === 0 ? 0 : covered / content.length,
    places: places.map(({ from, to, name, units, isFilter }) => ({ id: `place:${name}`, units, isFilter, start: words[from]!.start, end: words[to - 1]!.end })),
    units: unitsOf(content, said), parts, correctedQuery: read.correctedQuery, rarity: (key) => knowledge.lexicon.weight(tagOf(key)), isEmpty: words.length === 0,
  }
}

function findPlaces({ words, text, isEnglish }: Words, { places, lexicon }: Knowledge, concepts: readonly ConceptMatch[], ignore: ReadonlySet<string>): PlaceMatch[] {
  const isTaken = (from: number, to: number): boolean => concepts.some((match) => match.from < to && match.to > from)
  const found = places.find(words, text, lexicon, isTaken)
  return found.filter(({ name, isFilter, to, from }) => !ignore.has(`place:${name}`) && (!isEnglish || isFilter || to - from > 1))
}

/** The words as terms, in order. Adds what was read into them to `parts`. */
function readTerms(read: Words, knowledge: Knowledge, ignore: ReadonlySet<string>, parts: QueryPart[], concepts: readonly ConceptMatch[], places: readonly PlaceMatch[]): Placed[] {
  const { words, text, isTyping, isEnglish } = read
  const { lexicon, thesaurus } = knowledge
  const placed: Placed[] = []
  const functionWords: string[] = []
  const isAside = words.length >= ASIDE_FROM && concepts.length > 0
  const conceptsAt = (i: number): ConceptMatch[] => concepts.filter(({ from, to }) => i >= from && i < to)

  for (let i = 0; i < words.length; i += 1) {
    const word = words[i]!
    const isLast = isTyping && i === words.length - 1
    const spoken = conceptsAt(i)
    const put = (forms: Form[], over: Partial<QueryTerm> = {}, to = i + 1): void => {
      const weight = Math.max(...forms.map((form) => formWeight(form, lexicon)))
      const tags = spoken.map(({ concept, factor }) => ({ words: [tagOf(concept.key)], factor: WORDS.tag * factor }))
      placed.push({ from: i, to, term: {
        marked: word.marked === word.fold ? null : word.marked, weight: spoken.length === 0 && isAside ? WORDS.aside * weight : weight, isRequired: true, isCorrected: false, isPrefix: isLast,
        start: word.start, end: words[to - 1]!.end, ...over, forms: [...forms, ...tags] } })
    }

    const compound = compoundAt(words, i, text)
    if (compound > 1) {
      put([{ words: words.slice(i, i + compound).map((t) => t.fold), factor: 1 }], { isPrefix: false }, i + compound)
      i += compound - 1
      continue
    }
    const place = places.find(({ isFilter, from, to }) => isFilter && i >= from && i < to)
    if (place) {
      put([{ words: [word.fold], factor: 1 }], { isRequired: false, isPrefix: false, weight: WORDS.place * Math.min(2, lexicon.weight(word.fold)) })
      continue
    }

    const short = thesaurus.shorts.get(word.fold)
    if (short && (!short.needsCapitals || word.text === word.text.toUpperCase()) && !ignore.has(`abbreviation:${word.fold}`)) {
      parts.push({ id: `abbreviation:${word.fold}`, text: word.text, kind: 'ABBREVIATION', meaning: short.meaning })
      put([{ words: [word.fold], factor: 1 }, ...short.longs.map((long) => ({ words: long, factor: 1 }))], { isPrefix: false, marked: null })
      continue
    }
    const long = thesaurus.longs.get(word.fold)?.find(({ long: l }) => l.every((one, k) => words[i + k]?.fold === one))
    if (long) {
      for (const end = i + long.long.length - 1; ; i += 1) {
        const part = words[i]!
        const weight = formWeight({ words: [part.fold], factor: 1 }, lexicon)
        const tags = conceptsAt(i).map(({ concept, factor }) => ({ words: [tagOf(concept.key)], factor: WORDS.tag * factor }))
        placed.push({ from: i, to: i + 1, term: {
          forms: [{ words: [part.fold], factor: 1 }, { words: [long.short], factor: 0.95 }, ...tags], marked: part.marked === part.fold ? null : part.marked, weight,
          isRequired: true, isCorrected: false, isPrefix: isTyping && i === words.length - 1, start: part.start, end: part.end } })
        if (i === end) break
      }
      continue
    }
    const number = numberForms(words, i)
    if (number && !ignore.has(`number:${word.fold}`)) {
      if (!parts.some((part) => part.id === `number:${word.fold}`)) parts.push({ id: `number:${word.fold}`, text: word.text, kind: 'NUMBER', meaning: number })
      put([{ words: [word.fold], factor: 1 }, { words: [fold(number)], factor: 0.9 }], { isPrefix: false })
      continue
    }

    const afterNumber = i > 0 && (/^\d+$/.test(words[i - 1]!.fold) || WORD_TO_NUMBER.has(words[i - 1]!.fold) && SLOGAN_FOLDED.has(word.fold))
    if (word.isFunction && !afterNumber && spoken.length === 0 && !ignore.has('function-words') && !(isLast && words.length <= 3)) {
      functionWords.push(word.text)
      put([{ words: [word.fold], factor: 1 }], { isRequired: false, isPrefix: false, weight: 0.25 * Math.min(1, lexicon.weight(word.fold)) })
      continue
    }
    const forms: Form[] = [{ words: [word.fold], factor: 1 }, ...word.corrections.map((one, k) => ({ words: [one], factor: k === 0 ? 0.9 : 0.6 }))]
    // English words stand in no record: what they mean does, and a syllable that looks the same is another word.
    const isForeign = isEnglish && (word.isEnglish || lexicon.count(word.fold) === 0)
    const weight = isForeign ? { weight: 0.2 } : {}
    put(forms, word.corrections.length > 0 ? { weight: formWeight(forms[1]!, lexicon), marked: null, isCorrected: true, ...weight } : weight)
  }

  // Where nothing but grammar and places is left, grammar is what was meant.
  if (!placed.some(({ term }) => term.isRequired) && places.every(({ isFilter }) => !isFilter)) {
    for (const { term } of placed) Object.assign(term, { isRequired: true, weight: lexicon.weight(term.forms[0]!.words[0]!) })
  } else if (functionWords.length > 0) parts.push({ id: 'function-words', text: functionWords.join(' '), kind: 'FUNCTION_WORDS', meaning: 'từ nối, chỉ tính nhẹ' })
  return placed
}

/** What a record must tell of: each concept as one thing, each other word by itself. */
function unitsOf(content: readonly Placed[], said: readonly (ConceptMatch & { query: UnderstoodQuery['concepts'][number] })[]): QueryUnit[] {
  const units: QueryUnit[] = []
  const spans = new Set<string>()
  for (const { term, from, to } of content) {
    const here = said.filter((match) => from >= match.from && from < match.to)
    if (here.length === 0) {
      units.push({ forms: term.forms, words: lookupWords(term.forms), wider: [], weight: term.weight, isPrefix: term.isPrefix })
      continue
    }
    const span = `${here[0]!.from}-${here[0]!.to}`
    if (spans.has(span)) continue
    spans.add(span)
    const tag = (key: string): Form => ({ words: [tagOf(key)], factor: 1 })
    const isSure = here.every(({ factor }) => factor >= 0.85)
    // A single word that may mean something else is looked for as it stands, too; so is a word that is still being typed.
    const forms = [...here.map(({ concept }) => tag(concept.key)), ...(here[0]!.to - here[0]!.from === 1 && (!isSure || term.isPrefix) ? term.forms.filter((form) => !isTag(form)) : [])]
    units.push({
      forms, words: lookupWords(forms),
      wider: here.flatMap(({ query }) => query.others.map(({ key }) => tag(key))),
      weight: Math.max(...here.map(({ query }) => query.weight)), isPrefix: term.isPrefix && to - from === 1 && here[0]!.to - here[0]!.from === 1,
    })
  }
  return units
}

function distinct(concepts: readonly UnderstoodQuery['concepts'][number][]): UnderstoodQuery['concepts'] {
  const best = new Map<string, UnderstoodQuery['concepts'][number]>()
  for (const concept of concepts) if ((best.get(concept.key)?.weight ?? -1) < concept.weight) best.set(concept.key, concept)
  return [...best.values()]
}

/** How many tokens from `i` on are written as one number formula: `12/1`, `1+5`, `20.10`. */
function compoundAt(tokens: readonly Token[], i: number, text: string): number {
  let length = 1
  while (length < FORMULA_LENGTH && /^\d+$/.test(tokens[i + length - 1]!.fold) && tokens[i + length] && /^\d+$/.test(tokens[i + length]!.fold) && /^[/+.,-]$/.test(text.slice(tokens[i + length - 1]!.end, tokens[i + length]!.start))) length += 1
  return length
}

/** The other way to write the number at `i`, when it stands in a slogan. */
function numberForms(tokens: readonly Token[], i: number): string | undefined {
  const token = tokens[i]!
  const word = NUMBER_TO_WORD.get(token.fold)
  if (word !== undefined) return word
  const next = tokens[i + 1]
  const digits = WORD_TO_NUMBER.get(token.fold)
  // Where marks were typed they must be the number's own: "năm" is 5, "nấm" is not.
  if (digits === undefined || !next || !SLOGAN_FOLDED.has(next.fold)) return undefined
  return token.marked === token.fold || NUMBER_WORDS.some(([, w]) => w === token.text.toLowerCase()) ? digits : undefined
}

/** A phrase is rarer than its rarest word. */
function formWeight(form: Form, lexicon: Lexicon): number {
  const weights = form.words.map((word) => lexicon.weight(word))
  return Math.max(...weights) * (form.words.length > 1 ? 1.2 : 1)
}

function pairsOf(terms: readonly QueryTerm[]): UnderstoodQuery['pairs'] {
  const pairs: UnderstoodQuery['pairs'] = []
  const plain = (term: QueryTerm): Form[] => term.forms.filter((form) => !isTag(form)).slice(0, 3)
  for (let i = 0; i + 1 < terms.length; i += 1) {
    const [a, b] = [terms[i]!, terms[i + 1]!]
    if (!a.isRequired && !b.isRequired) continue
    const forms: Form[] = []
    for (const left of plain(a)) {
      for (const right of plain(b)) {
        if (left.words.length === 1 && right.words.length === 1 && left.words[0] === right.words[0] && left.factor < 1) forms.push(left)
        else if (left.words.length + right.words.length <= 6) forms.push({ words: [...left.words, ...right.words], factor: left.factor * right.factor })
      }
    }
    if (forms.length > 0) pairs.push({ forms, weight: Math.min(a.weight, b.weight) })
  }
  return pairs
}
