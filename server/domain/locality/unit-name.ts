/** Names of units: the type word apart from the name, the level that it stands at, and the slug that a new unit gets. Pure. */
import type { LocalityLevel } from '../../db/tables.ts'
import { foldedWords } from '../../search/fold.ts'

/** `Xã Xà Phiên` → kind `xã`, name `Xà Phiên`. */
export interface UnitName { kind: string; name: string; fullName: string }

const LEVELS: Record<string, readonly LocalityLevel[]> = {
  'thành phố': ['PROVINCE', 'DISTRICT'], tỉnh: ['PROVINCE'], huyện: ['DISTRICT'], quận: ['DISTRICT'], 'thị xã': ['DISTRICT'], 'thị trấn': ['COMMUNE'], 'đặc khu': ['COMMUNE'], phường: ['COMMUNE'], xã: ['COMMUNE'],
}
/** Words that a unit's full name begins with. */
export const UNIT_KINDS = Object.keys(LEVELS)

/** The name taken apart; undefined for one that begins with no word for a unit of that level. A numbered unit keeps its type: `Phường 1`. */
export function readUnitName(text: string, level: LocalityLevel): UnitName | undefined {
  const written = text.normalize('NFC').replace(/\s+/g, ' ').trim()
  const kind = UNIT_KINDS.find((word) => written.toLowerCase().startsWith(`${word} `))
  const rest = kind === undefined ? '' : written.slice(kind.length + 1)
  if (kind === undefined || !LEVELS[kind]!.includes(level) || !/[\p{L}\p{N}]/u.test(rest) || written.length > 100 || /\p{Cc}/u.test(written)) return undefined
  const fullName = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${rest}`
  return { kind, name: /^\d+$/.test(rest) ? fullName : rest, fullName }
}

const slugPart = (text: string): string => foldedWords(text).trim().replaceAll(' ', '-')

/**
 * The first free slug of a new unit: `phuong-ninh-kieu-can-tho`, and where a former one has that, `phuong-ninh-kieu-can-tho-tu-2026`.
 * @param above names of the units that it lies in, the nearest first
 */
export function freeSlug(unit: UnitName, level: LocalityLevel, above: readonly string[], since: string, isTaken: (slug: string) => boolean): string {
  const plain = [level === 'PROVINCE' ? unit.name : unit.fullName, ...above].map(slugPart).join('-')
  for (const slug of [plain, `${plain}-tu-${since.slice(0, 4)}`, `${plain}-tu-${since}`]) if (!isTaken(slug)) return slug
  for (let n = 2; ; n += 1) if (!isTaken(`${plain}-tu-${since}-${n}`)) return `${plain}-tu-${since}-${n}`
}
