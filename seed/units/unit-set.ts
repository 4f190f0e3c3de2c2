/** A set of units in memory, as it is written to the tables: the one shape that the build makes and the load reads. */
import { deterministicId } from '../../server/domain/ids.ts'
import type { LocalityChangeKind, LocalityLevel, LocalityNameKind } from '../../server/db/tables.ts'
import { slugPart, type UnitName } from '../../server/domain/locality/unit-name.ts'

export interface Unit {
  id: string; slug: string; code: string | null; level: LocalityLevel; kind: string; name: string; full_name: string
  parent_id: string | null; valid_from: string | null; valid_until: string | null
}
export interface UnitAlias { id: string; locality_id: string; name: string; kind: LocalityNameKind; valid_from: string | null; valid_until: string | null }
export interface UnitChange { id: string; kind: LocalityChangeKind; effective_on: string | null; legal_instrument_id: string | null; note: string | null }
export interface UnitSuccession { predecessor_id: string; successor_id: string; change_id: string; is_whole: boolean }
export interface UnitInstrument { id: string; number: string; title: string; issuer: string; issued_on: string | null }
export interface UnitSet { units: Unit[]; aliases: UnitAlias[]; changes: UnitChange[]; successions: UnitSuccession[]; instruments: UnitInstrument[] }

/** A unit before it has a slug: with its parent as an object. */
export interface DraftUnit extends UnitName {
  code: string | null; level: LocalityLevel; parent: DraftUnit | null; validFrom: string | null; validUntil: string | null
}
export interface DraftLink { from: DraftUnit; to: DraftUnit; whole: boolean }

/**
 * Gives every draft its slug, unique among them all and `taken`, the same on each machine and whatever the order of drafts:
 * province `can-tho` (a former one of the same name `can-tho-den-2025`), district `quan-ninh-kieu-can-tho`,
 * commune `xa-xa-phien-can-tho`, former commune `xa-thuan-hung-long-my-hau-giang`. Where two still share one, the code is added.
 */
export function assignSlugs(drafts: readonly DraftUnit[], taken: ReadonlySet<string> = new Set()): Map<DraftUnit, string> {
  const slugs = new Map<DraftUnit, string>()
  const used = new Set(taken)
  // Today's units first: the short slug is theirs.
  const order = [...drafts].sort((a, b) => Number(a.validUntil !== null) - Number(b.validUntil !== null))
  const tails = new Map<DraftUnit, string>()
  const plains = order.map((draft) => plainSlug(draft, tails))
  const wanted = [new Map<string, number>(), new Map<string, number>()] as const
  const among = (draft: DraftUnit): Map<string, number> => wanted[draft.validUntil === null ? 0 : 1]
  order.forEach((draft, i) => among(draft).set(plains[i]!, (among(draft).get(plains[i]!) ?? 0) + 1))
  for (const [i, draft] of order.entries()) {
    const plain = plains[i]!
    const isShared = among(draft).get(plain)! > 1
    const slug = freeSlug(draft, plain, isShared, used)
    used.add(slug)
    slugs.set(draft, slug)
  }
  return slugs
}

/** The id of the unit with that slug. */
export const unitId = (slug: string): string => deterministicId('locality', slug)

function freeSlug(draft: DraftUnit, plain: string, isShared: boolean, used: ReadonlySet<string>): string {
  const tries = isShared ? [] : [plain, ...(draft.validUntil ? [`${plain}-den-${draft.validUntil.slice(0, 4)}`] : [])]
  if (draft.code) tries.push(`${plain}-${draft.code}`)
  for (const slug of tries) if (!used.has(slug)) return slug
  const long = longSlug(draft)
  for (let n = 1; ; n++) {
    const slug = n === 1 ? long : `${long}-${n}`
    if (!used.has(slug)) return slug
  }
}

function plainSlug(draft: DraftUnit, tails: Map<DraftUnit, string>): string {
  if (draft.level === 'PROVINCE') return slugPart(draft.name)
  let tail = tails.get(draft.parent!)
  if (tail === undefined) {
    tail = `-${slugPart(draft.parent!.name)}${draft.parent!.parent ? `-${slugPart(draft.parent!.parent.name)}` : ''}`
    tails.set(draft.parent!, tail)
  }
  return slugPart(draft.fullName) + tail
}

/** With the type words of the parents: two districts of one name (huyện, thị xã Long Mỹ) have communes of one name. */
function longSlug(draft: DraftUnit): string {
  const names = [draft.fullName]
  for (let parent = draft.parent; parent; parent = parent.parent) names.push(parent.level === 'PROVINCE' ? parent.name : parent.fullName)
  return names.map(slugPart).join('-')
}
