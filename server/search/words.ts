/** From a typed text to words: cut to size, each with its other spellings where nothing that is known is written so. Pure. */
import { markedForm, nfc, tokenize, wellFormed, type Token } from './fold.ts'
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
export function readWords(typed: string, knowledge: Knowledge, ignore: ReadonlySet<string>): Words {
  const { lexicon, thesaurus, places } = knowledge
  const { text, tokens: written, parts, isWhole } = cut(typed)
  const replaced: { start: number; end: number; by: string }[] = []
  const tokens = written.flatMap((token) => {
    const pieces = ignore.has(`spelling:${token.fold}`) ? [token] : pulledApart(token, knowledge)
    if (pieces.length === 1) return pieces
    const by = pieces.map((piece) => piece.text).join(' ')
    parts.push({ id: `spelling:${token.fold}`, text: token.text, kind: 'SPELLING', meaning: by })
    replaced.push({ start: token.start, end: token.end, by })
    return pieces
  })
  const hasMarks = tokens.some((token) => token.marked !== token.fold)
  const isTyping = tokens.length > 0 && tokens.at(-1)!.end === text.length && isWhole
  // English is what has no marks and is mostly made of words that the thesaurus has as English and Vietnamese has not.
  const english = tokens.filter((token) => ENGLISH_FUNCTION.has(token.fold) || thesaurus.isEnglishWord(token.fold))
  const isEnglish = !hasMarks && english.length >= tokens.length / 2 && english.some((token) => !isSyllable(token.fold) || ENGLISH_FUNCTION.has(token.fold))
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
  return { text, words, hasMarks, isEnglish, isTyping, parts, correctedQuery: replaced.length > 0 ? replaceSpans(text, replaced.sort((a, b) => a.start - b.start)) : null }
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

/** A word that nothing knows, written together from syllables that the catalogue has: `huongthien`. */
function pulledApart(token: Token, { lexicon, thesaurus, places }: Knowledge): Token[] {
  const { fold, text } = token
  if (fold.length < 5 || fold.length > 40 || fold.length !== text.length || !/^[a-z]+$/.test(fold) || isSyllable(fold) || lexicon.count(fold) > 0 || thesaurus.hasWord(fold) || thesaurus.isEnglishWord(fold) || places.hasWord(fold) || thesaurus.shorts.has(fold)) return [token]
  // The best way to reach each letter: few pieces, of frequent words.
  const best: ({ cost: number; from: number } | undefined)[] = [{ cost: 0, from: -1 }]
  for (let to = 2; to <= fold.length; to += 1) {
    for (let from = Math.max(0, to - 7); from <= to - 2; from += 1) {
      const before = best[from]
      const piece = fold.slice(from, to)
      if (!before || !isSyllable(piece) || lexicon.count(piece) < 2) continue
      const cost = before.cost + 2 + lexicon.weight(piece) / 4
      const known = best[to]
      if (!known || cost < known.cost) best[to] = { cost, from }
    }
  }
  const pieces: Token[] = []
  for (let to = fold.length; to > 0 && best[to]; to = best[to]!.from) {
    const from = best[to]!.from
    const piece = text.slice(from, to)
    pieces.unshift({ text: piece, fold: fold.slice(from, to), marked: markedForm(piece), start: token.start + from, end: token.start + to })
  }
  // Two of six letters may be chance, and a slip in one word is likelier then.
  if (pieces.length < 2 || pieces.map((piece) => piece.fold).join('') !== fold || fold.length / pieces.length < 2.5) return [token]
  return pieces
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
