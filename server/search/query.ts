/**
 * What a typed text is understood as, before any engine sees it: words with their other spellings, abbreviations opened, number
 * slogans both ways, grammar weighed down, spelling corrected. Pure, the same for both engines.
 */
import { ABBREVIATIONS, FOLDED_CONTENT, FUNCTION_WORDS, NUMBER_WORDS, SLOGAN_WORDS } from './abbreviations.ts'
import { fold, nfc, tokenize, wellFormed, type Token } from './fold.ts'
import type { Lexicon } from './lexicon.ts'
import { decodeKeys, isSyllable } from './spelling.ts'

/** Longer texts are cut here, and `understood` says so. */
export const MAX_QUERY_LENGTH = 1200
export const MAX_QUERY_WORDS = 40

export type QueryPartKind = 'ABBREVIATION' | 'NUMBER' | 'SPELLING' | 'FUNCTION_WORDS' | 'CUT'
/** One thing that was read into the text; its id in `ignore` drops it. */
export interface QueryPart { id: string; text: string; kind: QueryPartKind; meaning: string }

/** One way to write a term: its folded words in a row. */
export interface Form { words: string[]; factor: number }

/** One thing asked for: found when any of its forms is. */
export interface QueryTerm {
  forms: Form[]
  /** As typed with marks, when it has any. */
  marked: string | null
  weight: number
  isRequired: boolean
  /** The word is still being typed: anything that begins so counts. */
  isPrefix: boolean
  /** The catalogue lacks the word as typed: its second form is what was probably meant. */
  isCorrected: boolean
  /** Span in `UnderstoodQuery.text`. */
  start: number
  end: number
}

export interface UnderstoodQuery {
  text: string
  terms: QueryTerm[]
  /** Neighbouring words: Vietnamese words are mostly two syllables, so a pair tells more than its parts. */
  pairs: { forms: Form[]; weight: number }[]
  parts: QueryPart[]
  correctedQuery: string | null
  isEmpty: boolean
}

const words = (text: string) => tokenize(text).map((token) => token.fold)
const SHORT = new Map<string, { short: string; longs: string[][]; meaning: string; needsCapitals: boolean }>()
const LONG = new Map<string, { long: string[]; short: string }[]>()
for (const [shorts, longs] of ABBREVIATIONS) {
  const longForms = [...new Set(longs.split('|').map((long) => words(long).join(' ')))].map((long) => long.split(' '))
  for (const short of shorts.split('|')) {
    const key = fold(short)
    SHORT.set(key, { short, longs: longForms, meaning: longs.split('|')[0]!, needsCapitals: isSyllable(key) })
    for (const long of longForms) LONG.set(long[0]!, [...(LONG.get(long[0]!) ?? []), { long, short: key }].sort((a, b) => b.long.length - a.long.length))
  }
}
const NUMBER_TO_WORD = new Map(NUMBER_WORDS)
const WORD_TO_NUMBER = new Map(NUMBER_WORDS.map(([digits, word]) => [fold(word), digits]))
const SLOGAN_FOLDED = new Set([...SLOGAN_WORDS].map(fold))
const FUNCTION_FOLDED = new Set([...FUNCTION_WORDS].map(fold).filter((word) => !FOLDED_CONTENT.has(word)))

/** Understands a text. `ignore` holds ids of parts that the caller drops. */
export function understand(text: string, lexicon: Lexicon, ignore: ReadonlySet<string> = new Set()): UnderstoodQuery {
  const whole = nfc(text)
  let cut = whole
  if (cut.length > MAX_QUERY_LENGTH) cut = cut.slice(0, MAX_QUERY_LENGTH).replace(/\S*$/, '') || cut.slice(0, MAX_QUERY_LENGTH)
  cut = wellFormed(cut)
  let tokens = tokenize(cut).map((token) => (token.fold.length > 64 ? { ...token, fold: token.fold.slice(0, 64) } : token))
  const parts: QueryPart[] = []
  if (tokens.length > MAX_QUERY_WORDS) tokens = tokens.slice(0, MAX_QUERY_WORDS)
  if (cut.length < whole.length || tokens.at(-1) && tokens.length === MAX_QUERY_WORDS && tokenize(cut).length > MAX_QUERY_WORDS) {
    parts.push({ id: 'cut', text: wellFormed(whole.slice(tokens.at(-1)?.end ?? cut.length).slice(0, 80)), kind: 'CUT', meaning: `chỉ dùng ${tokens.length} từ đầu` })
  }
  const hasMarks = tokens.some((token) => token.marked !== token.fold)
  const isTyping = tokens.length > 0 && tokens.at(-1)!.end === cut.length && cut.length === whole.length
  const groups: QueryTerm[] = []
  const replaced: { start: number; end: number; by: string }[] = []
  const functionWords: string[] = []

  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i]!
    const term = (forms: Form[], over: Partial<QueryTerm> = {}): QueryTerm => ({
      forms, marked: token.marked === token.fold ? null : token.marked, weight: Math.max(...forms.map((form) => formWeight(form, lexicon))), isRequired: true, isCorrected: false,
      isPrefix: isTyping && i === tokens.length - 1, start: token.start, end: token.end, ...over,
    })

    const compound = compoundAt(tokens, i, cut)
    if (compound > 1) {
      const run = tokens.slice(i, i + compound)
      groups.push(term([{ words: run.map((t) => t.fold), factor: 1 }], { end: run.at(-1)!.end, isPrefix: false }))
      i += compound - 1
      continue
    }

    const short = SHORT.get(token.fold)
    if (short && (!short.needsCapitals || token.text === token.text.toUpperCase()) && !ignore.has(`abbreviation:${token.fold}`)) {
      parts.push({ id: `abbreviation:${token.fold}`, text: token.text, kind: 'ABBREVIATION', meaning: short.meaning })
      groups.push(term([{ words: [token.fold], factor: 1 }, ...short.longs.map((long) => ({ words: long, factor: 1 }))], { isPrefix: false, marked: null }))
      continue
    }

    const long = LONG.get(token.fold)?.find(({ long: l }) => l.every((word, k) => tokens[i + k]?.fold === word))
    if (long) {
      for (let k = 0; k < long.long.length; k += 1) {
        const part = tokens[i + k]!
        groups.push(term([{ words: [part.fold], factor: 1 }, { words: [long.short], factor: 0.95 }], {
          start: part.start, end: part.end, marked: part.marked === part.fold ? null : part.marked, weight: formWeight({ words: [part.fold], factor: 1 }, lexicon), isPrefix: isTyping && i + k === tokens.length - 1 }))
      }
      i += long.long.length - 1
      continue
    }

    const number = numberForms(tokens, i)
    if (number && !ignore.has(`number:${token.fold}`)) {
      if (!parts.some((part) => part.id === `number:${token.fold}`)) parts.push({ id: `number:${token.fold}`, text: token.text, kind: 'NUMBER', meaning: number })
      groups.push(term([{ words: [token.fold], factor: 1 }, { words: [fold(number)], factor: 0.9 }], { isPrefix: false }))
      continue
    }

    const afterNumber = i > 0 && (/^\d+$/.test(tokens[i - 1]!.fold) || WORD_TO_NUMBER.has(tokens[i - 1]!.fold) && SLOGAN_FOLDED.has(token.fold))
    const isFunction = !afterNumber && (hasMarks ? FUNCTION_WORDS.has(token.text.toLowerCase().normalize('NFC')) : FUNCTION_FOLDED.has(token.fold))
    if (isFunction && !ignore.has('function-words') && !(isTyping && i === tokens.length - 1 && tokens.length <= 3)) {
      functionWords.push(token.text)
      groups.push(term([{ words: [token.fold], factor: 1 }], { isRequired: false, isPrefix: false, weight: 0.25 * Math.min(1, lexicon.weight(token.fold)) }))
      continue
    }

    const last = isTyping && i === tokens.length - 1
    const forms: Form[] = [{ words: [token.fold], factor: 1 }]
    if (lexicon.count(token.fold) === 0 && !(last && lexicon.hasPrefix(token.fold)) && !ignore.has(`spelling:${token.fold}`)) {
      const decoded = decodeKeys(token.fold).filter((word) => lexicon.count(word) > 0)
      const near = decoded.length > 0 ? decoded : lexicon.nearest(token.fold)
      for (const [k, word] of near.entries()) forms.push({ words: [word], factor: k === 0 ? 0.9 : 0.6 })
      if (near.length > 0) {
        parts.push({ id: `spelling:${token.fold}`, text: token.text, kind: 'SPELLING', meaning: near.join(', ') })
        replaced.push({ start: token.start, end: token.end, by: near[0]! })
      }
    }
    groups.push(term(forms, forms.length > 1 ? { weight: formWeight(forms[1]!, lexicon), marked: null, isCorrected: true } : {}))
  }

  if (!groups.some((term) => term.isRequired)) {
    for (const term of groups) {
      term.isRequired = true
      term.weight = lexicon.weight(term.forms[0]!.words[0]!)
    }
  } else if (functionWords.length > 0) {
    parts.push({ id: 'function-words', text: functionWords.join(' '), kind: 'FUNCTION_WORDS', meaning: 'từ nối, chỉ tính nhẹ' })
  }
  return { text: cut, terms: groups, pairs: pairsOf(groups), parts, correctedQuery: replaced.length > 0 ? replaceSpans(cut, replaced) : null, isEmpty: groups.length === 0 }
}

/** Fewer models than this have every word asked for: then looser matches join them. By the text alone, so that a filter changes no promise. */
export const ENOUGH = 10
/** The weightiest words that a looser match is judged by. */
const MAX_HEAVY = 8

/** A looser match has at least `atLeast` of the `heavy` terms. The same rule on both engines, so that both count alike. */
export function looseRule(query: UnderstoodQuery): { heavy: QueryTerm[]; atLeast: number } {
  const required = query.terms.filter((term) => term.isRequired)
  const heavy = [...required].sort((a, b) => b.weight - a.weight || a.start - b.start).slice(0, MAX_HEAVY)
  return { heavy, atLeast: required.length < 3 ? 1 : required.length < 7 ? 2 : 3 }
}

/** How many tokens from `i` on are written as one number formula: `12/1`, `1+5`, `20.10`. */
function compoundAt(tokens: Token[], i: number, text: string): number {
  let length = 1
  while (/^\d+$/.test(tokens[i + length - 1]!.fold) && tokens[i + length] && /^\d+$/.test(tokens[i + length]!.fold) && /^[/+.,-]$/.test(text.slice(tokens[i + length - 1]!.end, tokens[i + length]!.start))) length += 1
  return length
}

/** The other way to write the number at `i`, when it stands in a slogan. */
function numberForms(tokens: Token[], i: number): string | undefined {
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

function pairsOf(terms: QueryTerm[]): UnderstoodQuery['pairs'] {
  const pairs: UnderstoodQuery['pairs'] = []
  for (let i = 0; i + 1 < terms.length; i += 1) {
    const [a, b] = [terms[i]!, terms[i + 1]!]
    if (!a.isRequired && !b.isRequired) continue
    const forms: Form[] = []
    for (const left of a.forms.slice(0, 3)) {
      for (const right of b.forms.slice(0, 3)) {
        if (left.words.length === 1 && right.words.length === 1 && left.words[0] === right.words[0] && left.factor < 1) forms.push(left)
        else if (left.words.length + right.words.length <= 6) forms.push({ words: [...left.words, ...right.words], factor: left.factor * right.factor })
      }
    }
    if (forms.length > 0) pairs.push({ forms, weight: Math.min(a.weight, b.weight) })
  }
  return pairs
}

function replaceSpans(text: string, spans: { start: number; end: number; by: string }[]): string {
  let corrected = ''
  let at = 0
  for (const { start, end, by } of spans) {
    corrected += text.slice(at, start) + by
    at = end
  }
  return corrected + text.slice(at)
}
