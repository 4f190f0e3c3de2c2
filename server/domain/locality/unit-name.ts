/** Names of units: the type word apart from the name, the level that it stands at, and the slug that a unit gets. Pure; the seed names its units by it, too. */
import type { LocalityLevel } from '../../db/tables.ts'
import { onceForText } from '../../once.ts'

/** `Xã Xà Phiên` → kind `xã`, name `Xà Phiên`. */
export interface UnitName { kind: string; name: string; fullName: string }

/** The levels that a type word stands at. */
const LEVELS: Record<string, readonly LocalityLevel[]> = {
  'thành phố': ['DISTRICT', 'PROVINCE'], tỉnh: ['PROVINCE'], huyện: ['DISTRICT'], quận: ['DISTRICT'], 'thị xã': ['DISTRICT'], 'thị trấn': ['COMMUNE'], 'đặc khu': ['COMMUNE'], phường: ['COMMUNE'], xã: ['COMMUNE'],
}
/** Words that a unit's full name begins with. */
export const UNIT_KINDS = Object.keys(LEVELS)
const KIND_PREFIXES = UNIT_KINDS.map((kind) => ({ kind, prefix: `${kind} ` }))

/** Text as we keep it: NFC, single blanks. */
export function clean(text: string): string {
  const composed = text.normalize('NFC')
  // Nearly every name is clean already, and one to look through costs a third of one to make anew.
  return /[^\S ]|  |^ | $/.test(composed) ? composed.replace(/\s+/g, ' ').trim() : composed
}
const capitalise = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** Takes a full name apart; undefined for one without a type word. A numbered unit keeps its type: `Phường 1`. */
export function splitUnitName(text: string): UnitName | undefined {
  const written = clean(text)
  const lower = written.toLowerCase()
  const kind = KIND_PREFIXES.find(({ prefix }) => lower.startsWith(prefix))?.kind
  if (kind === undefined) return undefined
  const rest = written.slice(kind.length + 1)
  const fullName = `${capitalise(kind)} ${rest}`
  return { kind, name: /^\d+$/.test(rest) ? fullName : rest, fullName }
}

/** The name of a unit that a table tells. @param fallbackKind for names written without a type word (`Cao Bằng`) @throws Error for one without */
export function parseUnitName(text: string, fallbackKind?: string): UnitName {
  const split = splitUnitName(text)
  if (split !== undefined) return split
  const written = clean(text)
  if (!fallbackKind) throw new Error(`unit name without a type word: "${written}"`)
  return { kind: fallbackKind, name: written, fullName: `${capitalise(fallbackKind)} ${written}` }
}

/** The name that somebody gives a new unit; undefined for one that begins with no word for a unit of that level, or is no name. */
export function readUnitName(text: string, level: LocalityLevel): UnitName | undefined {
  const split = splitUnitName(text)
  if (split === undefined || !LEVELS[split.kind]!.includes(level)) return undefined
  const rest = split.fullName.slice(split.kind.length + 1)
  return /[\p{L}\p{N}]/u.test(rest) && split.fullName.length <= 100 && !/\p{Cc}/u.test(split.fullName) ? split : undefined
}

/** Lower case, decomposed, đ → d kept apart from marks: cheap, since some 60,000 names pass through it at a load. */
export const decompose = (text: string): string => text.toLowerCase().normalize('NFD')

/**
 * Lower case without marks, words apart by one blank; equal to `f_fold` of the database on names of places, punctuation aside. An apostrophe
 * stands within a word (`Cư M’gar`, `Ea H'leo`): to search it parts two, in a name it is one that is also written without.
 */
export const foldedName = (text: string): string => decompose(text).replace(/[\u0300-\u036f’‘ʼ'`´]/g, '').replace(/đ/g, 'd').replace(/[^a-z0-9]+/g, ' ').trim()

/** `xa-xa-phien`: folded words joined by hyphens. */
export const slugPart = onceForText((text) => foldedName(text).replaceAll(' ', '-'))

/**
 * The first free slug of a new unit: `phuong-ninh-kieu-can-tho`, and where a former one has that, `phuong-ninh-kieu-can-tho-tu-2026`.
 * @param above names of the units that it lies in, the nearest first
 */
export function freeSlug(unit: UnitName, level: LocalityLevel, above: readonly string[], since: string, isTaken: (slug: string) => boolean): string {
  const plain = [level === 'PROVINCE' ? unit.name : unit.fullName, ...above].map(slugPart).join('-')
  for (const slug of [plain, `${plain}-tu-${since.slice(0, 4)}`, `${plain}-tu-${since}`]) if (!isTaken(slug)) return slug
  for (let n = 2; ; n += 1) if (!isTaken(`${plain}-tu-${since}-${n}`)) return `${plain}-tu-${since}-${n}`
}
