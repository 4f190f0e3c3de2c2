/**
 * Folding and tokens: the one place that decides when two Vietnamese spellings are the same word. Index and query both go
 * through it, so what one engine's database believes about letters (locale, unaccent rules) never matters.
 *
 * Folding goes code point by code point over NFC, so a span found on folded text is a span on the original.
 */

/** Characters that belong to no word yet do not break one: soft hyphen, joiners, BOM, direction marks. */
const INVISIBLE = '\\u00AD\\u061C\\u200C-\\u200F\\u202A-\\u202E\\u2060-\\u2069\\uFEFF\\uFE00-\\uFE0F'
const TOKEN = new RegExp(`[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}${INVISIBLE}]*`, 'gu')
const NOT_WORD = /[^\p{L}\p{N}]/gu
const TONES = ['\u0300', '\u0301', '\u0303', '\u0309', '\u0323']

/** One word of a text: `[start, end)` in code units of `nfc(text)`. */
export interface Token {
  /** As written. */
  text: string
  /** Lower case, marks and đ folded away: what engines match. */
  fold: string
  /** Lower case with its marks, the tone moved to the end (hoà = hòa = `hoa2`): what exact spelling is compared by. */
  marked: string
  start: number
  end: number
}

const LONE_SURROGATE = /[\uD800-\uDFFF]/gu
const ANY_LONE_SURROGATE = /[\uD800-\uDFFF]/u

/** Without half characters, which no engine and no JSON takes. */
export function wellFormed(text: string): string {
  return ANY_LONE_SURROGATE.test(text) ? text.replace(LONE_SURROGATE, '\uFFFD') : text
}

/** Well-formed NFC text without NUL: the form that everything else here works on. */
export function nfc(text: string): string {
  return wellFormed(text).replaceAll('\0', ' ').normalize('NFC')
}

/** đ, Đ, and eth, which looks the same as a capital and is often pasted for it. */
const D_LIKE = /[đð]/g

const foldCache = new Map<string, string>()

/** Folds one code point of NFC text to one (or to none, for a mark that stands alone). */
export function foldChar(char: string): string {
  const known = foldCache.get(char)
  if (known !== undefined) return known
  const bare = char.toLowerCase().normalize('NFKD').replace(NOT_WORD, '').replace(D_LIKE, 'd')
  const folded = [...bare].length <= 1 ? bare : char.toLowerCase()
  if (foldCache.size < 4096) foldCache.set(char, folded)
  return folded
}

/** Folds a word or text: lower case, no marks, đ → d; what is no letter or digit is dropped. */
export function fold(text: string): string {
  let folded = ''
  for (const char of nfc(text)) folded += foldChar(char)
  return folded
}

/** Lower case with marks, the tone at the end as a digit, so that both tone styles (hoà, hòa) are one spelling. */
export function markedForm(word: string): string {
  let tone = 0
  let base = ''
  for (const char of word.toLowerCase().normalize('NFD')) {
    const index = TONES.indexOf(char)
    if (index >= 0) tone = index + 1
    else base += char
  }
  base = base.normalize('NFC').replace(/ð/g, 'đ').replace(/[^\p{L}\p{N}]/gu, '')
  return tone > 0 ? base + tone : base
}

/** Vietnamese is written with some 7,000 different syllables: nearly every word of a text was folded before. */
const formsCache = new Map<string, readonly [fold: string, marked: string]>()
const MAX_CACHED_FORMS = 20_000

function formsOf(word: string): readonly [fold: string, marked: string] {
  const known = formsCache.get(word)
  if (known !== undefined) return known
  const forms = [fold(word), markedForm(word)] as const
  // Long ones are no syllables, and a cut-off keeps what callers send from staying.
  if (word.length <= 16 && formsCache.size < MAX_CACHED_FORMS) formsCache.set(word, forms)
  return forms
}

/** The words of a text, with their places in `nfc(text)`. */
export function tokenize(text: string): Token[] {
  const clean = nfc(text)
  const tokens: Token[] = []
  for (const match of clean.matchAll(TOKEN)) {
    const word = match[0]
    const [folded, marked] = formsOf(word)
    if (folded === '') continue
    tokens.push({ text: word, fold: folded, marked, start: match.index, end: match.index + word.length })
  }
  return tokens
}

/** Folded words joined by one blank, with a blank at both ends: `' huong thien '`, so that words and phrases are found by `includes`. */
export function foldedWords(text: string): string {
  const words = tokenize(text)
  return words.length === 0 ? ' ' : ` ${words.map((word) => word.fold).join(' ')} `
}

/** A piece of marked text: fragments joined give the text back. */
export interface Fragment {
  text: string
  isMatch: boolean
}

/** Cuts a text into fragments by spans `[start, end)`; spans may touch or overlap. */
export function toFragments(text: string, spans: readonly (readonly [number, number])[]): Fragment[] {
  const fragments: Fragment[] = []
  let at = 0
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (end <= at) continue
    const from = Math.max(start, at)
    const last = fragments.at(-1)
    if (from > at) fragments.push({ text: text.slice(at, from), isMatch: false })
    if (from === at && last?.isMatch) last.text += text.slice(from, end)
    else fragments.push({ text: text.slice(from, end), isMatch: true })
    at = end
  }
  if (at < text.length) fragments.push({ text: text.slice(at), isMatch: false })
  return fragments
}
