/** Numbers as Vietnamese reports write them, and the words that say how exact they are. */
import type { QUALIFIERS } from '../model/document.ts'

export type Qualifier = (typeof QUALIFIERS)[number]

const FACTORS: Record<string, number> = { nghìn: 1e3, ngàn: 1e3, vạn: 1e4, triệu: 1e6, tỷ: 1e9, tỉ: 1e9 }
const WORDS: Record<string, number> = { một: 1, hai: 2, ba: 3, bốn: 4, tư: 4, năm: 5, sáu: 6, bảy: 7, tám: 8, chín: 9, mười: 10 }

export interface FoundNumber {
  /** As written, and with `nghìn`, `triệu`, `tỷ` counted in where they follow. */
  value: number
  scaled: number
  start: number
  end: number
}

/** `1.500` is fifteen hundred, `12,3` has a decimal. */
export function readNumber(written: string): number | null {
  if (/^\d{1,3}(\.\d{3})+(,\d+)?$/.test(written)) return Number(written.replaceAll('.', '').replace(',', '.'))
  if (/^\d+,\d+$/.test(written)) return Number(written.replace(',', '.'))
  return /^\d+(\.\d+)?$/.test(written) ? Number(written) : null
}

/** Every number of a sentence, digits and small number words alike. */
export function findNumbers(text: string): FoundNumber[] {
  const found: FoundNumber[] = []
  const pattern = /(?<![\p{L}\d])(\d+(?:[.,]\d+)*|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)(?![\p{L}\d])(?:\s*(nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\p{L}))?/giu
  for (const m of text.matchAll(pattern)) {
    const value = WORDS[m[1]!.toLowerCase()] ?? readNumber(m[1]!)
    if (value === null) continue
    // "năm" is five, but more often a year: "hai năm", "năm 2017".
    if (/^năm$/iu.test(m[1]!) && (/^\s+\d/.test(text.slice(m.index + 3)) || /(?:\d|một|hai|ba|bốn|sáu|bảy|tám|chín|mười|mỗi|cả|trong|từng|hằng)\s+$/iu.test(text.slice(0, m.index)))) continue
    found.push({ value, scaled: value * (m[2] === undefined ? 1 : FACTORS[m[2].toLowerCase()]!), start: m.index, end: m.index + m[0].length })
  }
  return found
}

// No \b: it knows ASCII letters only. The longer words stand first.
const BEFORE: ReadonlyArray<[Qualifier, RegExp]> = [
  ['ABOUT', /(?:^|[^\p{L}])(?:khoảng(?: gần| hơn| trên)?|chừng|độ|ước(?: tính)?|xấp xỉ|tầm|gần như)\s*$/iu],
  ['OVER', /(?:^|[^\p{L}])(?:hơn|trên|quá|ít nhất|tối thiểu|không dưới|vượt)\s*$/iu],
  ['NEARLY', /(?:^|[^\p{L}])(?:gần|ngót|suýt|sắp|dưới|chưa đến|chưa tới|chưa đầy|không quá|tối đa|nhiều nhất|tới)\s*$/iu],
]

/** The qualifier that stands right before a number, or right behind it ("40 hộ trở lên"). */
export function qualifierAt(text: string, number: FoundNumber): Qualifier | null {
  const before = text.slice(0, number.start)
  for (const [qualifier, pattern] of BEFORE) {
    const match = pattern.exec(before)
    // "trên" and "hơn" also mean "on" and "than": after a measure word ("2.800 mắt trên 3 km") they place, they do not qualify.
    if (match && !(/tới\s*$/iu.test(match[0]) && !/lên tới\s*$/iu.test(before))) return qualifier
  }
  return /^[^,.;(]{0,12}trở lên/iu.test(text.slice(number.end)) ? 'OVER' : null
}

/** Words that stand for the qualifier of the whole figure, in a comparison or a unit: `khoảng`, `số ước gần; lúc đầu 10`, `người (hơn)`. */
export function qualifierAlone(text: string): Qualifier | null {
  const part = text.split(/[;,]/)[0]!.trim()
  const bare = /^(?:số ước\s+)?(gần|hơn|trên|khoảng|ít nhất)$/iu.exec(part) ?? /\((?:đồng\s+)?(gần|hơn|trên|khoảng|ít nhất)\)/iu.exec(text)
  if (bare) return { gần: 'NEARLY', hơn: 'OVER', trên: 'OVER', khoảng: 'ABOUT', 'ít nhất': 'OVER' }[bare[1]!.toLowerCase()] as Qualifier
  return /^số ước(?: khoảng)?$/iu.test(part) || /số ước khoảng/iu.test(text) ? 'ABOUT' : null
}
