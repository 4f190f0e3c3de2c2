/** From a typed text to words: cut to size, each with its other spellings where nothing that is known is written so. Pure. */
import { nfc, tokenize, wellFormed, type Token } from './fold.ts'
import { FUNCTION_FOLDED, FUNCTION_WORDS } from './grammar.ts'
import type { Knowledge } from './knowledge.ts'
import { MAX_QUERY_LENGTH, MAX_QUERY_WORDS, type QueryPart } from './query.ts'
import { damerau, decodeKeys, isSyllable } from './spelling.ts'

export interface Word extends Token {
  /** What it was probably meant to be, the likeliest first; empty when it is known as it is. */
  corrections: string[]
  isFunction: boolean
  isEnglish: boolean
}
export interface Words {
  /** The text as it is searched. */
  text: string
  words: Word[]
  hasMarks: boolean
  isEnglish: boolean
  /** The last word may go on. */
  isTyping: boolean
  parts: QueryPart[]
  correctedQuery: string | null
}

/** Cuts a text into words and corrects their spelling. */
export function readWords(typed: string, { lexicon, thesaurus, places }: Knowledge, ignore: ReadonlySet<string>): Words {
  const { text, tokens, parts, isWhole } = cut(typed)
  const hasMarks = tokens.some((token) => token.marked !== token.fold)
  const isTyping = tokens.length > 0 && tokens.at(-1)!.end === text.length && isWhole
  // English is what has no marks and is mostly made of words that the thesaurus has as English and Vietnamese has not.
  const english = tokens.filter((token) => ENGLISH_FUNCTION.has(token.fold) || thesaurus.isEnglishWord(token.fold))
  const isEnglish = !hasMarks && english.length >= tokens.length / 2 && english.some((token) => !isSyllable(token.fold) || ENGLISH_FUNCTION.has(token.fold))
  const replaced: { start: number; end: number; by: string }[] = []
  const words = tokens.map((token, i): Word => {
    const isLast = isTyping && i === tokens.length - 1
    const { fold } = token
    const isFunction = isEnglish ? ENGLISH_FUNCTION.has(fold) : hasMarks ? FUNCTION_WORDS.has(token.text.toLowerCase()) : FUNCTION_FOLDED.has(fold)
    const word: Word = { ...token, corrections: [], isFunction, isEnglish: isEnglish && thesaurus.isEnglishWord(fold) }
    const isKnown = lexicon.count(fold) > 0 || thesaurus.hasWord(fold) || places.hasWord(fold) || thesaurus.shorts.has(fold) || (isLast && lexicon.hasPrefix(fold))
    if (isKnown || isFunction || word.isEnglish || /^\d+$/.test(fold) || ignore.has(`spelling:${fold}`)) return word
    const decoded = isEnglish ? [] : decodeKeys(fold).filter((candidate) => lexicon.count(candidate) > 0 || thesaurus.hasWord(candidate))
    word.corrections = decoded.length > 0 ? decoded : isEnglish ? nearestEnglish(fold, thesaurus.english) : lexicon.nearest(fold)
    const [best] = word.corrections
    if (best === undefined) return word
    if (isEnglish) word.isEnglish = true
    parts.push({ id: `spelling:${fold}`, text: token.text, kind: 'SPELLING', meaning: word.corrections.join(', ') })
    replaced.push({ start: token.start, end: token.end, by: best })
    return word
  })
  return { text, words, hasMarks, isEnglish, isTyping, parts, correctedQuery: replaced.length > 0 ? replaceSpans(text, replaced) : null }
}

const ENGLISH_FUNCTION: ReadonlySet<string> = new Set(
  'the of a an and or for in on at to with by from against is are be was were how what which who when where can do does our my we they their this that these those it its about into after before without using use who whose want need needs help stop keep make get model models idea ideas'.split(' '))

function cut(typed: string): { text: string; tokens: Token[]; parts: QueryPart[]; isWhole: boolean } {
  const whole = nfc(typed)
  let text = whole
  if (text.length > MAX_QUERY_LENGTH) text = text.slice(0, MAX_QUERY_LENGTH).replace(/\S*$/, '') || text.slice(0, MAX_QUERY_LENGTH)
  text = wellFormed(text)
  const all = tokenize(text)
  const tokens = all.slice(0, MAX_QUERY_WORDS).map((token) => (token.fold.length > 64 ? { ...token, fold: token.fold.slice(0, 64) } : token))
  const isWhole = text.length === whole.length && all.length === tokens.length
  const parts: QueryPart[] = isWhole ? [] : [{ id: 'cut', text: wellFormed(whole.slice(tokens.at(-1)?.end ?? text.length).slice(0, 80)), kind: 'CUT', meaning: `chỉ dùng ${tokens.length} từ đầu` }]
  return { text, tokens, parts, isWhole }
}

function nearestEnglish(word: string, known: ReadonlySet<string>): string[] {
  if (word.length < 4) return []
  const allowed = word.length > 6 ? 2 : 1
  return [...known].map((other) => ({ other, distance: damerau(word, other, allowed) })).filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.other < b.other ? -1 : 1)).slice(0, 2).map(({ other }) => other)
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
