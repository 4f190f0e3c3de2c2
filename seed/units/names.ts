/** Names of administrative units: the type word apart from the name, and the keys that two spellings of one name share. */
import type { LocalityLevel } from '../../server/db/tables.ts'

/** A unit's name taken apart: `Xã Xà Phiên` → kind `xã`, name `Xà Phiên`. */
export interface UnitName {
  kind: string
  name: string
  fullName: string
}

const KINDS = ['thành phố', 'thị trấn', 'thị xã', 'đặc khu', 'phường', 'huyện', 'quận', 'tỉnh', 'xã'] as const

/** Text as we keep it: NFC, single blanks. The package has some names in NFD. */
export function clean(text: string): string {
  return text.normalize('NFC').replace(/[\s\u00a0]+/g, ' ').trim()
}

/** Takes a full name apart; `fallbackKind` is for names written without a type word (`Cao Bằng`). A numbered unit keeps its type: `Phường 1`. */
export function parseUnitName(text: string, fallbackKind?: string): UnitName {
  const written = clean(text)
  const lower = written.toLowerCase()
  const kind = KINDS.find((word) => lower.startsWith(`${word} `))
  if (!kind) {
    if (!fallbackKind) throw new Error(`unit name without a type word: "${written}"`)
    return { kind: fallbackKind, name: written, fullName: `${capitalise(fallbackKind)} ${written}` }
  }
  const rest = written.slice(kind.length + 1)
  const fullName = `${capitalise(kind)} ${rest}`
  return { kind, name: /^\d+$/.test(rest) ? fullName : rest, fullName }
}

/** Lower case, decomposed, đ → d kept apart from marks: cheap, since some 60,000 names pass through it at a load. */
const decompose = (text: string): string => text.toLowerCase().normalize('NFD')

/** A load asks for the keys of the same few hundred districts and provinces thousands of times. */
function remembered(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    let value = known.get(text)
    if (value === undefined) known.set(text, value = compute(text))
    return value
  }
}

/** `xa-xa-phien`: folded words joined by hyphens. */
export const slugPart = remembered((text) => foldedWords(text).replaceAll(' ', '-'))

/** Lower case without marks, words apart by one blank; equal to `f_fold` of the database on names of places, punctuation aside. */
export function foldedWords(text: string): string {
  return decompose(text).replace(/[\u0300-\u036f’'`´]/g, '').replace(/đ/g, 'd').replace(/[^a-z0-9]+/g, ' ').trim()
}

/** Folded letters without blanks: `Cư M’gar` = `Cư Mgar`. Numbers lose leading zeros (`Phường 03`). */
export function foldedKey(text: string): string {
  return foldedWords(text).replace(/\b0+(?=\d)/g, '').replaceAll(' ', '')
}

/** Like `foldedKey` with the marks kept and both tone styles one (`Hoà` = `Hòa`): the tone stands at the end of its word. */
export const markedKey = remembered((text) =>
  decompose(text).replace(/([\u0300\u0301\u0303\u0309\u0323])([\p{L}\u0300-\u036f]+)/gu, '$2$1').replace(/[^\p{L}\p{N}\u0300-\u036f ]+/gu, '').replace(/\b0+(?=\d)/g, '').replace(/\s+/g, ''))

/** The level a type word stands at; `thành phố` may be a province or a district. */
export function levelsOfKind(kind: string): LocalityLevel[] {
  if (kind === 'tỉnh') return ['PROVINCE']
  if (kind === 'thành phố') return ['DISTRICT', 'PROVINCE']
  if (kind === 'huyện' || kind === 'quận' || kind === 'thị xã') return ['DISTRICT']
  return ['COMMUNE']
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
