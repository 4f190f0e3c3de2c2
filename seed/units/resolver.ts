/** From the names that a source gives to the unit they meant at that time. */
import { foldedKey } from './names.ts'
import { parsePlaceText, type NamedUnit } from './place-text.ts'
import { createUnitIndex, type IndexedUnit, type UnitIndex, type UnitRows } from './unit-index.ts'

export interface PlaceInput {
  placeAsWritten?: string | null | undefined
  commune?: string | null | undefined
  district?: string | null | undefined
  province?: string | null | undefined
  /** When it was so: as precise as known. Without it the units before 1/7/2025 are meant, if they can be. */
  date?: string | null | undefined
  /** Where the record that speaks of this place is at home: looked at only where the place itself names no province. */
  near?: { district?: string | null | undefined; province?: string | null | undefined } | null | undefined
}
export interface PlaceResolution {
  localityId: string | null
  /** How it was found, or why not; starts with `broader:` when only a unit around the place is known. */
  reason: string
}
export interface PlaceResolver { resolve(place: PlaceInput): PlaceResolution }

type Era = 'THEN' | 'NOW'
const REFORM = '2025-07-01'

/** Resolves among the given units; it needs no database. */
export function createPlaceResolver(rows: UnitRows): PlaceResolver {
  const index = createUnitIndex(rows)
  return { resolve: (place) => resolvePlace(index, place) }
}

function resolvePlace(index: UnitIndex, place: PlaceInput): PlaceResolution {
  const text = place.placeAsWritten ? parsePlaceText(place.placeAsWritten) : null
  const hasFields = Boolean(place.commune || place.district)
  let { commune, district, province } = { commune: named(place.commune, 'COMMUNE'), district: named(place.district, 'DISTRICT'), province: place.province ?? null }
  let several = false
  if (!hasFields && text) {
    const inText = pick(index, text.units, province, text.isSeveral)
    commune = inText.commune
    district = inText.district
    several = inText.isSeveral
    province ??= inText.province
  }
  if (!commune && !district && !province) {
    if (text?.isNationwide) return none('nationwide')
    if (!text || text.units.length === 0) return none('no place is named')
  }
  const homes = province ? [{ province, district: null }] : place.near?.province ? [{ province: place.near.province, district: place.near.district ?? null }, null] : [null]
  let best: PlaceResolution | null = null
  for (const home of homes) {
    const found = withinHome(index, commune, district, home, place.date ?? null, several)
    if (found.localityId && !found.reason.startsWith('broader:')) return home && !province ? { ...found, reason: `${found.reason}, near ${home.province}` } : found
    if (home && !province) continue // a record's home is no reason to put an unknown place there
    best ??= found
  }
  return best ?? none('not found')
}

function withinHome(index: UnitIndex, commune: NamedUnit | null, district: NamedUnit | null, home: { province: string; district: string | null } | null, date: string | null, several: boolean): PlaceResolution {
  const eras: Era[] = district || !date || date < REFORM.slice(0, date.length) ? ['THEN', 'NOW'] : ['NOW', 'THEN']
  const provinces = home ? index.provinces(home.province) : []
  if (home && provinces.length === 0) return none(`unknown province "${home.province}"`)
  if (!home && !commune && !district) return none(several ? 'several places' : 'no unit is named')
  const reasons: string[] = []
  for (const era of eras) {
    const roots = provinces.filter((unit) => isOf(unit, era))
    if (home && roots.length === 0) continue
    const root = home ? roots : null
    if (!commune && !district) return exact(roots[0]!, several ? 'several places, their province' : 'province', several)
    const found = commune ? findCommune(index, commune, district, home?.district ?? null, root, era, date) : findDistrict(index, district!, root, date)
    if (found.unit) return exact(found.unit, several ? 'several communes, their district' : `${found.unit.level.toLowerCase()} of ${era === 'THEN' ? 'that time' : 'today'}${found.note}`, false)
    reasons.push(found.note)
  }
  const why = [...new Set(reasons)].join('; ')
  if (commune && district) {
    const around = findDistrict(index, district, home ? provinces.filter((unit) => isOf(unit, 'THEN')) : null, date)
    if (around.unit) return exact(around.unit, why, true)
  }
  const around = provinces.find((unit) => isOf(unit, eras[0]!)) ?? provinces[0]
  return around ? exact(around, why, true) : none(why)
}

interface Found { unit: IndexedUnit | null; note: string }

function findDistrict(index: UnitIndex, district: NamedUnit, roots: IndexedUnit[] | null, date: string | null): Found {
  return only(index.match('DISTRICT', district, (unit) => (!roots || roots.includes(unit.parent!))), `district "${label(district)}"`, date)
}

function findCommune(index: UnitIndex, commune: NamedUnit, district: NamedUnit | null, nearDistrict: string | null, roots: IndexedUnit[] | null, era: Era, date: string | null): Found {
  const what = `commune "${label(commune)}"`
  const inRoot = (unit: IndexedUnit): boolean => isOf(unit, era) && (!roots || roots.includes(unit.parent!) || roots.includes(unit.parent!.parent!))
  if (era === 'NOW') {
    // A district named beside a commune of today says that it is none, except where the commune bears the district's name.
    return district ? { unit: null, note: `${what} not found` } : only(index.match('COMMUNE', commune, inRoot), what, date)
  }
  if (district) {
    const around = index.match('DISTRICT', district, (unit) => !roots || roots.includes(unit.parent!))
    const inside = index.match('COMMUNE', commune, (unit) => isOf(unit, era) && around.some((one) => unit.parent === one || index.isWithin(unit, one)))
    if (inside.length > 0) return only(inside, what, date)
    if (around.length > 0) return { unit: null, note: `${what} not found in ${around[0]!.fullName}` }
    const elsewhere = only(index.match('COMMUNE', commune, inRoot), what, date)
    return elsewhere.unit ? { unit: elsewhere.unit, note: `, district "${label(district)}" unknown` } : { unit: null, note: `district "${label(district)}" unknown; ${elsewhere.note}` }
  }
  const all = index.match('COMMUNE', commune, inRoot)
  const close = nearDistrict ? all.filter((unit) => foldedKey(unit.parent!.name) === foldedKey(nearDistrict) || foldedKey(unit.parent!.fullName) === foldedKey(nearDistrict)) : []
  return only(close.length > 0 ? close : all, what, date)
}

/** The one unit, or one of several that existed on the day and others did not. */
function only(units: IndexedUnit[], what: string, date: string | null): Found {
  if (units.length === 1) return { unit: units[0]!, note: '' }
  if (units.length === 0) return { unit: null, note: `${what} not found` }
  const day = date ? date.padEnd(10, '-01') : null
  const alive = day ? units.filter((unit) => (!unit.validUntil || unit.validUntil > day) && (!unit.validFrom || unit.validFrom <= day)) : []
  if (alive.length === 1) return { unit: alive[0]!, note: '' }
  return { unit: null, note: `${what} is ambiguous: ${units.slice(0, 4).map((unit) => unit.slug).join(', ')}${units.length > 4 ? ' …' : ''}` }
}

/** Which of the names in a text is the commune, which the district, which the province; the innermost of each. */
function pick(index: UnitIndex, units: NamedUnit[], province: string | null, isSeveral: boolean): { commune: NamedUnit | null; district: NamedUnit | null; province: string | null; isSeveral: boolean } {
  let rest = [...units]
  let found = province
  const last = rest.at(-1)
  if (last && last.levels.includes('PROVINCE')) {
    const same = index.provinces(last.name)
    const isDistrictToo = last.levels.includes('DISTRICT') && province && !index.provinces(province).some((unit) => same.includes(unit))
    if (same.length > 0 && !isDistrictToo && !(last.kind === null && rest.length === 1 && province)) {
      found ??= last.name
      rest = rest.slice(0, -1)
    }
  }
  const communes = rest.filter((unit) => unit.kind !== null && unit.levels.includes('COMMUNE'))
  const districts = rest.filter((unit) => unit.kind !== null && unit.levels.includes('DISTRICT'))
  const bare = rest.filter((unit) => unit.kind === null)
  const district = districts.length === 1 ? districts[0]! : districts.length === 0 && communes.length > 0 ? bare.filter((unit) => rest.indexOf(unit) > rest.indexOf(communes[0]!)).at(-1) ?? null : null
  const commune = communes.length === 1 && !isSeveral && districts.length <= 1 ? communes[0]! : null
  // A lone bare name is a place of some level: a district more often than a commune.
  const lone = !commune && !district && communes.length === 0 && districts.length === 0 && bare.length > 0 ? bare.at(-1)! : null
  if (lone && index.match('DISTRICT', lone, () => true).length > 0) return { commune: null, district: lone, province: found, isSeveral: false }
  return { commune, district, province: found, isSeveral: communes.length > 1 || districts.length > 1 || isSeveral }
}

function named(text: string | null | undefined, level: 'COMMUNE' | 'DISTRICT'): NamedUnit | null {
  const trimmed = text?.normalize('NFC').trim()
  if (!trimmed) return null
  const kind = /^(thành phố|thị trấn|thị xã|đặc khu|phường|huyện|quận|xã)\s+/iu.exec(trimmed)
  return kind ? { kind: kind[1]!.toLowerCase(), name: trimmed.slice(kind[0].length), levels: [level] } : { kind: null, name: trimmed, levels: [level] }
}

const isOf = (unit: IndexedUnit, era: Era): boolean => era === 'NOW' ? unit.validUntil === null : unit.validUntil !== null || unit.validFrom === null
const label = (unit: NamedUnit): string => unit.kind ? `${unit.kind} ${unit.name}` : unit.name
const none = (reason: string): PlaceResolution => ({ localityId: null, reason })
const exact = (unit: IndexedUnit, reason: string, isBroader: boolean): PlaceResolution => ({ localityId: unit.id, reason: isBroader ? `broader: ${reason}` : reason })
