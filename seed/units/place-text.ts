/** Takes a place as a source wrote it apart: which communes, districts and provinces its words name, outermost last. */
import type { LocalityLevel } from '../../server/db/tables.ts'

/** One unit named in a text; `kind` null = written without a type word. */
export interface NamedUnit { kind: string | null; name: string; levels: LocalityLevel[] }
export interface PlaceText { units: NamedUnit[]; isNationwide: boolean; isSeveral: boolean }

/** A type word as written → the kind and the levels it may stand at. Longest first. */
const TYPE_WORDS: [pattern: string, kind: string, levels: LocalityLevel[]][] = [
  ['thị trấn', 'thị trấn', ['COMMUNE']], ['thị xã', 'thị xã', ['DISTRICT']], ['thành phố', 'thành phố', ['DISTRICT', 'PROVINCE']], ['đặc khu', 'đặc khu', ['COMMUNE']],
  ['phường', 'phường', ['COMMUNE']], ['huyện', 'huyện', ['DISTRICT']], ['quận', 'quận', ['DISTRICT']], ['tỉnh', 'tỉnh', ['PROVINCE']], ['xã', 'xã', ['COMMUNE']],
  ['t\\.?p\\.?', 'thành phố', ['DISTRICT', 'PROVINCE']], ['t\\.?x\\.?', 'thị xã', ['DISTRICT']], ['t\\.?t\\.?', 'thị trấn', ['COMMUNE']],
  ['h\\.', 'huyện', ['DISTRICT']], ['q\\.', 'quận', ['DISTRICT']], ['p\\.', 'phường', ['COMMUNE']], ['x\\.', 'xã', ['COMMUNE']],
]
const TYPE = new RegExp(`(?<![\\p{L}\\p{N}])(${TYPE_WORDS.map(([pattern]) => pattern).join('|')})(?![\\p{L}])\\s*`, 'giu')
/** Words of a name begin with a capital or are numbers; particles of names of the highlands may be small (`Cư M’gar`). */
const NAME = /^(?:(?:\p{Lu}[\p{L}\p{M}’'`-]*|\d+[A-Z]?)(?:\s+(?=\p{Lu}|\d)|(?=[^\p{L}\p{N}’'`-]|$)))+/u
const ENTIRE_COUNTRY = /toàn quốc|cả nước|nhiều (tỉnh|địa phương)|các tỉnh|các địa phương/iu
const UNTIL_NOW = /\s*\((?:[^)]*)\)|[,;]?\s*(?:nay (?:là|thuộc)|trước (?:đây|kia)? ?(?:là|thuộc)?|\bcũ\b).*$/giu

/** Reads the names; what is in brackets or after "nay là" speaks of another time and is left out. */
export function parsePlaceText(text: string): PlaceText {
  const written = text.normalize('NFC').replace(/\s+/g, ' ').replace(/T\.P\b/g, 'TP').replace(UNTIL_NOW, ' ').trim()
  const units: NamedUnit[] = []
  let isSeveral = false
  for (const segment of written.split(/[,;]|\s[–-]\s/)) {
    const part = segment.trim()
    const matches = [...part.matchAll(TYPE)]
    let found = 0
    for (const match of matches) {
      const rest = part.slice(match.index + match[0].length)
      const name = NAME.exec(rest)?.[0].trim()
      if (!name) continue
      const [, kind, levels] = TYPE_WORDS.find(([pattern]) => new RegExp(`^${pattern}$`, 'iu').test(match[1]!))!
      units.push({ kind, name, levels })
      found++
      if (/^\s*(và|\/|\+|đến)\s*\p{Lu}/u.test(rest.slice(name.length))) isSeveral = true
      if (/(?<![\p{L}\p{N}])([2-9]|[1-9]\d+|các|nhiều|một số|hai|ba|bốn|năm)\s*$/iu.test(part.slice(0, match.index))) isSeveral = true
    }
    if (found === 0 && /^\p{Lu}/u.test(part) && part.length < 40) {
      const name = NAME.exec(part)?.[0].trim()
      if (name && name.length === part.length) units.push({ kind: null, name, levels: ['COMMUNE', 'DISTRICT', 'PROVINCE'] })
    }
  }
  return { units, isSeveral, isNationwide: ENTIRE_COUNTRY.test(written) }
}
