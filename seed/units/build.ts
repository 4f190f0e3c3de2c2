/**
 * Package + overlay → the set of units. Identity is a unit over an interval, decided so:
 *
 * - A province whose territory stayed on 1/7/2025 (Hà Nội, Huế, Lai Châu … 11 in all) lives through; one that took in others is a new
 *   unit, and its namesake of before is a former one.
 * - A district ended on 1/7/2025. A commune of today is always a new unit: even where name and land stayed, its parent did not.
 * - A unit that only changes its type (tỉnh → thành phố, xã → phường) or its name lives on, with two official names.
 */
import { deterministicId } from '../../server/domain/ids.ts'
import type { LocalityChangeKind } from '../../server/db/tables.ts'
import { parseUnitName } from '../../server/domain/locality/unit-name.ts'
import { foldedKey, markedKey } from './names.ts'
import type { Overlay } from './overlay.ts'
import type { PackageUnits } from './package.ts'
import { assignSlugs, unitId, type DraftLink, type DraftUnit, type UnitAlias, type UnitChange, type UnitSet, type UnitSuccession } from './unit-set.ts'

/** The day on which 63 provinces became 34, districts ended and 10,035 communes became 3,321. */
export const REFORM_DAY = '2025-07-01'
/** Older communes of the package have no date; nearly all of them ended with the mergers in force on 1/1/2025 or before. */
export const LATEST_OLD_END = '2025-01-01'

const bare = (province: string): string => province.replace(/^(Tỉnh|Thành phố) /, '')

interface Upgrade { draft: DraftUnit; since: string; before: string; after: string }

/** Makes the set; throws when the overlay speaks of a unit that does not exist. */
export function buildUnits(source: PackageUnits, overlay: Overlay): UnitSet {
  const drafts: DraftUnit[] = []
  const add = (draft: DraftUnit): DraftUnit => { drafts.push(draft); return draft }
  const upgrades: Upgrade[] = []
  const upgrade = (draft: DraftUnit, since: string, kind: string): void => {
    const before = draft.fullName
    Object.assign(draft, { ...parseUnitName(draft.name, kind), name: draft.name })
    upgrades.push({ draft, since, before, after: draft.fullName })
  }

  // Today's provinces, and the former ones that they were made of
  const formersOf = new Map<string, Map<string, string>>() // code → bare name → full name
  const provinceOfCommune = new Map(source.communes.map((commune) => [commune.code, commune.provinceCode]))
  for (const former of source.formers) {
    const code = provinceOfCommune.get(former.newCode)!
    formersOf.set(code, (formersOf.get(code) ?? new Map()).set(bare(former.province), former.province))
  }
  const provinceNow = new Map<string, DraftUnit>()
  const provinceThen = new Map<string, DraftUnit>()
  const links: DraftLink[] = []
  for (const province of source.provinces) {
    const name = parseUnitName(province.name, 'tỉnh')
    const formers = [...formersOf.get(province.code)!]
    const livesThrough = formers.length === 1 && markedKey(formers[0]![0]) === markedKey(name.name)
    const draft = add({ ...name, code: province.code, level: 'PROVINCE', parent: null, validFrom: livesThrough ? null : REFORM_DAY, validUntil: null })
    provinceNow.set(province.code, draft)
    for (const [former, full] of formers) {
      if (livesThrough) { provinceThen.set(markedKey(former), draft); continue }
      const own = Object.entries(overlay.formerProvinceCodes).find(([key]) => markedKey(key) === markedKey(former))
      if (!own) throw new Error(`overlay.yaml: formerProvinceCodes lacks "${former}"`)
      const before = add({ ...parseUnitName(full), name: own[0], fullName: full.replace(former, own[0]), code: own[1], level: 'PROVINCE', parent: null, validFrom: null, validUntil: REFORM_DAY })
      provinceThen.set(markedKey(former), before)
      links.push({ from: before, to: draft, whole: true })
    }
  }

  // Today's communes
  const communeNow = new Map<string, DraftUnit>()
  for (const commune of source.communes) {
    const code = overlay.codes[commune.code] ?? commune.code
    communeNow.set(code, add({ ...parseUnitName(commune.name), code, level: 'COMMUNE', parent: provinceNow.get(commune.provinceCode)!, validFrom: REFORM_DAY, validUntil: null }))
  }
  const current = (code: string): DraftUnit => {
    const draft = communeNow.get(code)
    if (!draft) throw new Error(`overlay.yaml: no commune of today has the code ${code}`)
    return draft
  }

  // Former districts and communes
  const province = (name: string): DraftUnit => {
    const draft = provinceThen.get(markedKey(bare(name)))
    if (!draft) throw new Error(`overlay.yaml: no former province "${name}"`)
    return draft
  }
  const districts = new Map<string, DraftUnit>()
  const formers = new Map<string, DraftUnit>()
  const districtKey = (name: string, provinceName: string): string => `${markedKey(name)}|${markedKey(bare(provinceName))}`
  const addDistrict = (name: string, provinceName: string, until: string): DraftUnit => {
    const key = districtKey(name, provinceName)
    const known = districts.get(key)
    if (known) return known
    const draft = add({ ...parseUnitName(name), code: null, level: 'DISTRICT', parent: province(provinceName), validFrom: null, validUntil: until })
    districts.set(key, draft)
    return draft
  }
  const addFormer = (name: string, district: DraftUnit, provinceName: string, code: string | null, until: string, from: string | null = null): DraftUnit => {
    const key = `${markedKey(name)}|${districtKey(district.fullName, provinceName)}`
    const known = formers.get(key)
    if (known) return known
    const draft = add({ ...parseUnitName(name), code, level: 'COMMUNE', parent: district, validFrom: from, validUntil: until })
    formers.set(key, draft)
    return draft
  }
  const find = (reference: string): DraftUnit => {
    if (/^\d+$/.test(reference)) return current(reference)
    const [name, district, provinceName] = reference.split(', ') as [string, string, string]
    const draft = formers.get(`${markedKey(name)}|${districtKey(district, provinceName)}`)
    if (!draft) throw new Error(`overlay.yaml: no former commune "${reference}"`)
    return draft
  }

  const dropped = new Set(overlay.drop.map((entry) => `${entry.from.split(', ').map((part, i) => i === 2 ? markedKey(bare(part)) : markedKey(part)).join('|')}|${entry.to}`))
  const targets = new Map<DraftUnit, { to: DraftUnit; whole?: boolean | undefined }[]>()
  const linkTo = (from: DraftUnit, to: DraftUnit, whole?: boolean): void => {
    const list = targets.get(from) ?? []
    if (!list.some((entry) => entry.to === to)) list.push({ to, whole })
    targets.set(from, list)
  }
  // Communes of 30/6/2025 first: a row without a code may repeat one of them.
  const rows = [...source.formers].sort((a, b) => Number(a.code === null) - Number(b.code === null))
  for (const row of rows) {
    const newCode = overlay.codes[row.newCode] ?? row.newCode
    const district = addDistrict(row.district, row.province, REFORM_DAY)
    const key = `${markedKey(row.name)}|${districtKey(row.district, row.province)}`
    const isDropped = dropped.has(`${key}|${newCode}`)
    // Such a repetition is sometimes a true split and sometimes not: the overlay says which.
    if (row.code === null && (isDropped || formers.get(key)?.code)) continue
    const former = addFormer(row.name, district, row.province, row.code, row.code ? REFORM_DAY : LATEST_OLD_END)
    if (!isDropped) linkTo(former, current(newCode))
  }
  for (const entry of overlay.districts) {
    const district = addDistrict(entry.name, entry.province, entry.until ?? REFORM_DAY)
    district.validFrom = entry.since
    for (const name of entry.communes) {
      const [communeName, later] = name.split(', ') as [string, string | undefined]
      const moved = later ? find(`${communeName}, ${later}, ${entry.province}`) : undefined
      if (!moved) throw new Error(`overlay.yaml: districts "${entry.name}": write "${name}, <its later district>"`)
      formers.delete(`${markedKey(communeName)}|${districtKey(later!, entry.province)}`)
      moved.parent = district
      formers.set(`${markedKey(communeName)}|${districtKey(entry.name, entry.province)}`, moved)
    }
  }
  for (const entry of overlay.communes) {
    const district = districts.get(districtKey(entry.district, entry.province))
    if (!district) throw new Error(`overlay.yaml: communes "${entry.name}": no district "${entry.district}, ${entry.province}"`)
    addFormer(entry.name, district, entry.province, entry.code, entry.until ?? (entry.code ? REFORM_DAY : LATEST_OLD_END), entry.since)
  }
  for (const entry of overlay.communes) for (const to of entry.into) linkTo(find(`${entry.name}, ${entry.district}, ${entry.province}`), find(to), entry.whole)
  for (const entry of overlay.link) for (const to of entry.to) linkTo(find(entry.from), find(to), entry.whole)
  for (const [from, list] of targets) for (const { to, whole } of list) links.push({ from, to, whole: whole ?? list.length === 1 })

  // A district is succeeded by the communes of today that its own became part of
  const ofDistrict = new Map<DraftUnit, Set<DraftUnit>>()
  for (const entry of overlay.districts) ofDistrict.set(districts.get(districtKey(entry.name, entry.province))!, new Set(entry.into.map(find)))
  for (const { from, to } of links) {
    const district = from.parent
    if (from.level === 'COMMUNE' && district?.level === 'DISTRICT' && to.validUntil === null) ofDistrict.set(district, (ofDistrict.get(district) ?? new Set()).add(to))
  }
  for (const [district, set] of ofDistrict) for (const to of set) links.push({ from: district, to, whole: set.size === 1 })

  for (const entry of overlay.upgrades) {
    if (entry.province) upgrade(provinceNow.get(entry.province)!, entry.since, entry.kind)
    for (const code of entry.communes) upgrade(current(code), entry.since, entry.kind)
  }
  return finish(drafts, links, upgrades, overlay)
}

/** Slugs, ids, and rows. */
function finish(drafts: DraftUnit[], links: DraftLink[], upgrades: Upgrade[], overlay: Overlay): UnitSet {
  const slugs = assignSlugs(drafts)
  const ids = new Map(drafts.map((draft) => [draft, unitId(slugs.get(draft)!)]))
  const units = drafts.map((draft) => ({
    id: ids.get(draft)!, slug: slugs.get(draft)!, code: draft.code, level: draft.level, kind: draft.kind, name: draft.name, full_name: draft.fullName,
    parent_id: draft.parent ? ids.get(draft.parent)! : null, valid_from: draft.validFrom, valid_until: draft.validUntil,
  }))

  const aliases: UnitAlias[] = []
  const addAlias = (slug: string, name: string, kind: UnitAlias['kind'], from: string | null, until: string | null): void => {
    aliases.push({ id: deterministicId('locality-name', `${slug}|${kind}|${name}|${from ?? ''}`), locality_id: unitId(slug), name, kind, valid_from: from, valid_until: until })
  }
  for (const { draft, since, before, after } of upgrades) {
    addAlias(slugs.get(draft)!, before, 'OFFICIAL', draft.validFrom, since)
    addAlias(slugs.get(draft)!, after, 'OFFICIAL', since, null)
  }
  const known = new Set(slugs.values())
  for (const entry of overlay.names) {
    if (!known.has(entry.unit)) throw new Error(`overlay.yaml: names: no unit "${entry.unit}"`)
    if (entry.official) addAlias(entry.unit, entry.official, 'OFFICIAL', entry.since, entry.until)
    for (const name of entry.spelling) addAlias(entry.unit, name, 'SPELLING', entry.since, entry.until)
    for (const name of entry.abbreviation) addAlias(entry.unit, name, 'ABBREVIATION', entry.since, entry.until)
  }

  const instruments = overlay.instruments.map((entry) => ({ id: deterministicId('legal-instrument', entry.key), number: entry.number, title: entry.title, issuer: entry.issuer, issued_on: entry.issuedOn }))
  return { units, aliases, instruments, ...eventsOf(links, ids, slugs) }
}

/** One change per successor and day (who became this unit), one per ended district. */
export function eventsOf(links: readonly DraftLink[], ids: ReadonlyMap<DraftUnit, string>, slugs: ReadonlyMap<DraftUnit, string>): { changes: UnitChange[]; successions: UnitSuccession[] } {
  const incoming = new Map<DraftUnit, number>()
  for (const { from, to } of links) if (from.level === to.level) incoming.set(to, (incoming.get(to) ?? 0) + 1)
  const changes = new Map<string, UnitChange>()
  const successions = links.map(({ from, to, whole }) => {
    const day = from.validUntil
    const isEnd = from.level !== to.level
    const key = `${slugs.get(isEnd ? from : to)}|${day}`
    const id = changes.get(key)?.id ?? deterministicId('locality-change', key)
    const isDayKnown = day !== LATEST_OLD_END || from.validFrom !== null
    const instrument = day !== REFORM_DAY ? null : isEnd ? 'nq-203' : to.level === 'PROVINCE' ? 'nq-202' : null
    if (!changes.has(key)) {
      changes.set(key, {
        id, kind: isEnd ? 'ABOLISH' : changeKind(from, to, whole, incoming.get(to)!), effective_on: isDayKnown ? day : null,
        legal_instrument_id: instrument && deterministicId('legal-instrument', instrument), note: isDayKnown ? null : 'Ngày sắp xếp chưa rõ; không muộn hơn đầu năm 2025.',
      })
    }
    return { predecessor_id: ids.get(from)!, successor_id: ids.get(to)!, change_id: id, is_whole: whole }
  })
  return { changes: [...changes.values()], successions }
}

function changeKind(from: DraftUnit, to: DraftUnit, whole: boolean, incoming: number): LocalityChangeKind {
  if (incoming > 1) return 'MERGE'
  if (!whole) return 'SPLIT'
  if (foldedKey(from.name) !== foldedKey(to.name)) return 'RENAME'
  return from.kind === to.kind ? 'TRANSFER' : 'UPGRADE'
}
