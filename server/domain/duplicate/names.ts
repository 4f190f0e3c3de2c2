/**
 * Names of models as the desk compares them: abbreviations opened, numbers of slogans in digits and tied to what they count, decoration
 * ("mô hình", a ward at the end) weighed down. Pure.
 */
import { damerau } from '../../search/spelling.ts'
import { fold, markedForm, nfc, type Token, tokenize } from '../../search/fold.ts'
import { FUNCTION_FOLDED, FUNCTION_WORDS, NUMBER_WORDS, SLOGAN_WORDS } from '../../search/grammar.ts'
import type { Thesaurus } from '../../search/thesaurus.ts'

export interface NameWord {
  fold: string
  /** With its marks; null in a name that was typed without any. */
  marked: string | null
  /** Capitals that no thesaurus opens: they may be the first letters of words of the other name. */
  isShort: boolean
  /** Names a unit ("xã Bình Trung"): says where, not what. */
  isPlace: boolean
  /** A number with what it counts, such as `5~khong`. */
  isSlogan: boolean
}
/** One way to read a name. */
export interface NameForm {
  text: string
  words: NameWord[]
  folds: ReadonlySet<string>
  /** Concepts of the thesaurus that the name says, `broader` ones apart. */
  concepts: string[]
  isAlias: boolean
  /** The whole name, or its core without what follows a dash, a comma or a colon. */
  isCore: boolean
}

const NUMBERS = new Map(NUMBER_WORDS.flatMap(([digits, word]) => [[markedForm(word), digits], [fold(word), digits]]))
const SLOGANS: ReadonlySet<string> = new Set([...[...SLOGAN_WORDS].map(fold), 'tich', 'gioi', 'ren', 'nhanh', 'cong', 'chu', 'tieu', 'lam'])
const UNITS: ReadonlySet<string> = new Set('xa phuong thon ap ban buon lang xom khom huyen quan tinh tp thanhpho thitran thixa pho khoi'.split(' '))
const SCHOOLS: ReadonlySet<string> = new Set('thpt thcs tieu hoc mam non dai'.split(' '))
/** Words about the name, not of it. */
const DECORATION: ReadonlySet<string> = new Set('mo hinh phong trao chien dich ke hoach de an chuong trinh'.split(' '))

/** Every way to read the name. */
export function readName(text: string, thesaurus: Thesaurus, isAlias: boolean): NameForm[] {
  const clean = nfc(text).replace(/\([^()]*\)/g, ' ')
  const forms = [clean, ...cores(clean)].map((part, i) => readForm(part, thesaurus, isAlias, i > 0)).filter(({ words }) => words.length > 0)
  return forms.length > 0 ? forms : [readForm(nfc(text), thesaurus, isAlias, false)].filter(({ words }) => words.length > 0)
}

/** What stands before a slogan that was put behind: "Tiếng kẻng an ninh, vì bình yên cuộc sống". A comma alone only lists: "phòng, chống". */
function cores(text: string): string[] {
  const [first = ''] = text.split(/\s[-–—]\s|:\s|,\s(?=(?:vì|góp phần|gắn với|hướng tới|với phương châm)\s)/i)
  return first !== text && tokenize(first).length >= 3 ? [first] : []
}

function readForm(text: string, thesaurus: Thesaurus, isAlias: boolean, isCore: boolean): NameForm {
  const tokens = openAbbreviations(withPlaces(tokenize(text), text), thesaurus)
  const hasMarks = tokens.some(({ marked, fold }) => marked !== fold)
  const isShouted = text === text.toUpperCase()
  const words: NameWord[] = []
  tokens.forEach((token, i) => {
    const [next, before] = [tokens[i + 1], tokens[i - 1]]
    const digits = /^\d+$/.test(token.fold) ? token.fold : numberOf(token, before, next, hasMarks)
    const plain = { marked: hasMarks ? token.marked : null, isShort: false, isPlace: token.isPlace, isSlogan: false }
    const isGrammar = (one: Token): boolean => (hasMarks ? FUNCTION_WORDS.has(one.text.toLowerCase()) : FUNCTION_FOLDED.has(one.fold))
    if (digits !== undefined) {
      const counted = next === undefined ? '' : /^\d+$/.test(next.fold) ? next.fold : numberOf(next, token, tokens[i + 2], hasMarks) ?? (isGrammar(next) && !SLOGANS.has(next.fold) ? '' : next.fold)
      words.push({ ...plain, fold: `${digits}~${counted}`, marked: null, isSlogan: !token.isPlace })
      return
    }
    const isFunction = isGrammar(token)
    if (isFunction || (DECORATION.has(token.fold) && i < 4 && words.length === 0)) return
    words.push({ ...plain, fold: token.fold, isShort: !isShouted && /^\p{Lu}{2,6}$/u.test(token.text) })
  })
  const spoken = tokens.map((token) => [token.fold])
  const concepts = new Set<string>()
  for (const { from, to, labels } of thesaurus.matches(spoken)) {
    for (const { concept, marked, isEnglish } of labels) if (!isEnglish && (!hasMarks || marked.every((word, i) => word === tokens[from + i]!.marked)) && to > from) concepts.add(concept.key)
  }
  return { text, words, folds: new Set(words.map(({ fold: word }) => word)), concepts: [...concepts], isAlias, isCore }
}

/** A number word is a number before what slogans count, and before another number ("năm" is a year, "ba" a father). */
function numberOf(token: Token, before: Token | undefined, next: Token | undefined, hasMarks: boolean): string | undefined {
  const digits = NUMBERS.get(hasMarks ? token.marked : token.fold)
  if (digits === undefined) return undefined
  if (before?.fold === 'thu' || (before?.fold === 'trong' && next === undefined)) return digits
  return next !== undefined && SLOGANS.has(next.fold) && !(hasMarks && token.fold === 'hai' && next.fold === 'dang') ? digits : undefined
}

type PlacedToken = Token & { isPlace: boolean }
const isCapital = (token: Token | undefined): boolean => token !== undefined && /^[\p{Lu}\d]/u.test(token.text)

/** Marks the words that say where: a word for a unit or a school and the capitals after it, but not where a name begins. */
function withPlaces(tokens: readonly Token[], text: string): PlacedToken[] {
  if (text === text.toUpperCase()) return tokens.map((token) => ({ ...token, isPlace: false }))
  let isPlace = false
  return tokens.map((token, i) => {
    const next = tokens[i + 1]
    const opens = i > 0 && ((UNITS.has(token.fold) && isCapital(next)) || (token.fold === 'truong' && next !== undefined && SCHOOLS.has(next.fold)))
    isPlace = opens || (isPlace && (isCapital(token) || SCHOOLS.has(token.fold)))
    return { ...token, isPlace }
  })
}

function openAbbreviations(tokens: readonly PlacedToken[], thesaurus: Thesaurus): PlacedToken[] {
  return tokens.flatMap((token) => {
    const known = thesaurus.shorts.get(token.fold)
    const isUpper = /^\p{Lu}+\d*$/u.test(token.text)
    if (!known || (known.needsCapitals && !isUpper)) return [token]
    return tokenize(known.meaning).map((word) => ({ ...word, start: token.start, end: token.end, isPlace: token.isPlace }))
  })
}

export interface NameMatch {
  /** Of both names' weight, how much the two share, 0..1. */
  shared: number
  /** Of this name's own weight, how much the other has, and the other way round. */
  ofMine: number
  ofTheirs: number
  /** How much the shared words tell: 2 for "tổ tự quản", 8 and more for a name of its own. */
  mass: number
  /** Words that only one of the two has, and that say what, not where. */
  extraMine: string[]
  extraTheirs: string[]
}

/**
 * How alike two names are.
 * @param weight how much a folded word tells
 * @param isExplained words that tell only where, since they are of the other record's place
 */
export function matchNames(mine: NameForm, theirs: NameForm, weight: (word: string) => number, isExplained: { mine(word: string): boolean; theirs(word: string): boolean }): NameMatch {
  const used = new Set<number>()
  const weigh = (word: NameWord, isPlace: boolean): number => weight(word.fold) * (word.isPlace || isPlace ? 0.12 : 1)
  const left: NameWord[] = []
  let [common, total, otherTotal] = [0, 0, 0]
  let mass = 0
  for (const word of mine.words) {
    const found = bestPartner(word, theirs.words, used)
    const own = weigh(word, found === undefined && isExplained.mine(word.fold))
    total += own
    if (found === undefined) {
      if (own > 1 && !word.isPlace && !isExplained.mine(word.fold)) left.push(word)
      continue
    }
    for (const at of found.at) used.add(at)
    common += own * found.likeness
    mass += (word.isPlace ? 0.12 : 1) * found.at.reduce((sum, at) => sum + weight(theirs.words[at]!.fold), 0) * found.likeness
  }
  const rest: NameWord[] = []
  theirs.words.forEach((word, at) => {
    const own = weigh(word, !used.has(at) && isExplained.theirs(word.fold))
    otherTotal += own
    if (!used.has(at) && own > 1 && !word.isPlace && !isExplained.theirs(word.fold)) rest.push(word)
  })
  let otherCommon = 0
  theirs.words.forEach((word, at) => { if (used.has(at)) otherCommon += weigh(word, false) })
  if (total === 0 || otherTotal === 0) return { shared: 0, ofMine: 0, ofTheirs: 0, mass: 0, extraMine: [], extraTheirs: [] }
  const likeness = Math.min(1, common / Math.max(0.01, otherCommon || 0.01))
  const theirsShared = otherCommon * Math.min(1, likeness)
  return {
    shared: (common + theirsShared) / (total + otherTotal), ofMine: common / total, ofTheirs: theirsShared / otherTotal, mass,
    extraMine: left.map(({ fold: word }) => word), extraTheirs: rest.map(({ fold: word }) => word),
  }
}

function bestPartner(word: NameWord, others: readonly NameWord[], used: ReadonlySet<number>): { at: number[]; likeness: number } | undefined {
  let best: { at: number[]; likeness: number } | undefined
  for (const [at, other] of others.entries()) {
    if (used.has(at)) continue
    if (other.fold === word.fold) {
      const likeness = word.marked !== null && other.marked !== null && word.marked !== other.marked ? 0.6 : 1
      if (!best || likeness > best.likeness) best = { at: [at], likeness }
    } else if (!best && !word.isSlogan && !other.isSlogan && word.fold.length > 4 && other.fold.length > 4 && word.fold[0] === other.fold[0] && damerau(word.fold, other.fold, 1) === 1) best = { at: [at], likeness: 0.75 }
    if (best?.likeness === 1) return best
  }
  return best ?? (word.isShort ? spelledOut(word.fold, others, used) : undefined)
}

/** Words in a row whose first letters the capitals are: "VK" = vũ khí. */
function spelledOut(short: string, others: readonly NameWord[], used: ReadonlySet<number>): { at: number[]; likeness: number } | undefined {
  for (let from = 0; from + short.length <= others.length; from += 1) {
    const at = [...short].map((_, i) => from + i)
    if (at.every((i, n) => !used.has(i) && others[i]!.fold[0] === short[n])) return { at, likeness: 0.9 }
  }
  return undefined
}
