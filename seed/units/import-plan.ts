/**
 * Compares an official table with the units that are known. A unit of the table is a known one when its names and places say so, or when it
 * bore the same code in the same province at the same time; a code alone never decides, since codes were given out again.
 */
import { deterministicId } from '../../server/domain/ids.ts'
import { damerau } from '../../server/search/spelling.ts'
import { eventsOf, LATEST_OLD_END, REFORM_DAY } from './build.ts'
import type { KnownUnits } from './known-units.ts'
import { parseUnitName } from '../../server/domain/locality/unit-name.ts'
import { foldedKey, markedKey } from './names.ts'
import type { OfficialTable } from './official-table.ts'
import { assignSlugs, unitId, type DraftLink, type DraftUnit, type UnitAlias, type UnitSet } from './unit-set.ts'

export interface ImportPlan {
  /** What is new. */
  set: UnitSet
  /** Codes of known units that had none. */
  codes: { id: string; code: string }[]
  /** Known successions that turn out to be of a part, or of the whole. */
  wholes: { predecessorId: string; successorId: string; isWhole: boolean }[]
  /** The table contradicts what is known: nothing may be written. */
  problems: string[]
  /** Parts of the table that are no units, as they are written there. */
  leftOut: string[]
  /** Older units of the table whose land it traces to no commune of today. */
  withoutSuccessor: number
}

/** Two spellings of one name, for units that bore one code in one province: `Qui Hướng`, `Quy Hướng`; `NT Việt Trung`, `Nông trường Việt Trung`. */
function isOneName(a: string, b: string): boolean {
  const [one, other] = [a, b].map((name) => foldedKey(name.replace(/^N\.?\s?T\.?\s/i, 'Nông trường ')).replaceAll('y', 'i')) as [string, string]
  if (one === other) return true
  const limit = Math.min(one.length, other.length) >= 6 ? 2 : 1
  return !/\d/.test(one + other) && damerau(one, other, limit) <= limit
}

type Former = OfficialTable['communes'][number]['formedFrom'][number]
type Historic = OfficialTable['historicNames'][number]

export function planImport(known: KnownUnits, table: OfficialTable): ImportPlan {
  const plan: ImportPlan = { set: { units: [], aliases: [], changes: [], successions: [], instruments: [] }, codes: [], wholes: [], problems: [], leftOut: [], withoutSuccessor: 0 }
  const drafts: DraftUnit[] = []
  const names: { unit: DraftUnit; name: string; kind: UnitAlias['kind']; until: string | null }[] = []
  /** Successors that the table gives, and whether it says that only a part went there. */
  const successors = new Map<DraftUnit, Map<DraftUnit, boolean>>()

  const add = (draft: DraftUnit): DraftUnit => { drafts.push(draft); return known.add(draft) }
  const call = (unit: DraftUnit, name: string, kind: UnitAlias['kind'], until: string | null): void => {
    if (known.isCalled(unit, name)) return
    names.push({ unit, name, kind, until })
    known.addName(unit, name)
  }
  const setCode = (unit: DraftUnit, code: string | undefined): void => {
    if (unit.code !== null || code === undefined) return
    unit.code = code
    const id = known.ids.get(unit)
    if (id !== undefined) plan.codes.push({ id, code })
  }
  const link = (from: DraftUnit, to: DraftUnit, isPart: boolean): void => {
    const list = successors.get(from) ?? new Map<DraftUnit, boolean>()
    successors.set(from, list.set(to, isPart || (list.get(to) ?? false)))
  }
  const districtOf = (name: string, province: DraftUnit, until: string): DraftUnit =>
    known.district(name, province) ?? add({ ...parseUnitName(name, 'huyện'), code: null, level: 'DISTRICT', parent: province, validFrom: null, validUntil: until })

  table.provinces.forEach((entry, i) => {
    const now = known.provinceNow(entry.code)
    const isSame = now !== undefined && markedKey(now.name) === markedKey(parseUnitName(entry.name, now.kind).name)
    if (!isSame) plan.problems.push(`provinces[${i}]: ${now ? `"${entry.code}" is the code of ${now.fullName}, not of ${entry.name}` : `no province of today has the code "${entry.code}" (${entry.name})`}; correct the code or the name`)
    entry.formerProvinces.forEach((former, j) => {
      const then = known.provinceThen(former.name)
      if (!then) plan.problems.push(`provinces[${i}].formerProvinces[${j}]: no province of before 1/7/2025 is called "${former.name}"; correct the name`)
      else if (then !== now) {
        setCode(then, former.code)
        if (isSame) link(then, now, false)
      }
    })
  })
  if (plan.problems.length > 0) return plan

  const communes = new Map<string, DraftUnit>()
  table.communes.forEach((entry, i) => {
    const province = known.provinceNow(entry.province)
    if (!province) return plan.problems.push(`communes[${i}].province: no province of today has the code "${entry.province}"; correct the code`)
    const name = parseUnitName(entry.name, entry.type)
    const byCode = known.communeNow(entry.code)
    const byName = known.communeNowNamed(province, name.fullName)
    if (byCode && (byCode.parent !== province || (byCode !== byName && !known.isCalled(byCode, name.fullName)))) {
      return plan.problems.push(`communes[${i}]: "${entry.code}" is the code of ${byCode.fullName} (${byCode.parent!.fullName}), not of ${name.fullName} (${province.fullName}); correct the code, or if the unit was renamed, enter that change first`)
    }
    if (!byCode && byName?.code) return plan.problems.push(`communes[${i}]: ${name.fullName} (${province.fullName}) has the code "${byName.code}", not "${entry.code}"; correct the code`)
    const unit = byCode ?? byName ?? add({ ...name, code: entry.code, level: 'COMMUNE', parent: province, validFrom: REFORM_DAY, validUntil: null })
    setCode(unit, entry.code)
    for (const before of entry.formerly) call(unit, before, 'OFFICIAL', table.asOf)
    communes.set(entry.code, unit)
  })

  const formerOf = (entry: Former, province: DraftUnit): DraftUnit | undefined => {
    const named = known.formers(entry.name, entry.district, province).filter(({ validUntil }) => validUntil === REFORM_DAY)
    const exact = named.find(({ code }) => code === (entry.code ?? code)) ?? named.find(({ code }) => code === null)
    if (exact) return exact
    const borne = entry.code === undefined ? undefined : known.formerWithCode(entry.code, province)
    if (borne) call(borne, entry.name, 'SPELLING', null)
    return borne
  }
  table.communes.forEach((entry, i) => entry.formedFrom.forEach((former, j) => {
    const place = `communes[${i}].formedFrom[${j}]`
    const to = communes.get(entry.code)
    const province = known.provinceThen(former.province)
    if (!province) return plan.problems.push(`${place}.province: no province of before 1/7/2025 is called "${former.province}"; correct the name`)
    if (!to) return
    // Some island districts had no communes: the district itself became one.
    if (former.code === undefined) {
      const district = markedKey(former.name) === markedKey(former.district) ? known.district(former.district, province) : undefined
      if (district) link(district, to, former.part)
      else plan.leftOut.push(`${former.name}, ${former.district}, ${former.province}`)
      return
    }
    const unit = formerOf(former, province) ?? add({ ...parseUnitName(former.name, 'xã'), code: former.code, level: 'COMMUNE', parent: districtOf(former.district, province, REFORM_DAY), validFrom: null, validUntil: REFORM_DAY })
    setCode(unit, former.code)
    link(unit, to, former.part)
  }))

  table.historicNames.forEach((entry, i) => {
    const province = known.provinceThen(entry.province)
    if (!province) return plan.problems.push(`historicNames[${i}].province: no province of before 1/7/2025 is called "${entry.province}"; correct the name`)
    const unit = olderUnit(entry, province)
    if (!unit) return
    setCode(unit, entry.code)
    for (const code of entry.now) if (communes.has(code)) link(unit, communes.get(code)!, false)
    if (entry.now.length === 0 && !known.ids.has(unit)) plan.withoutSuccessor += 1
  })

  /** The unit of an older name; nothing when a unit that lived on to the reform only bore it before. */
  function olderUnit(entry: Historic, province: DraftUnit): DraftUnit | undefined {
    const named = known.formers(entry.name, entry.district, province)
    const own = named.find(({ code }) => code === entry.code) ?? named.find(({ code, validUntil }) => code === null && validUntil !== REFORM_DAY)
    if (own) return successors.has(own) ? undefined : own
    const later = known.formerWithCode(entry.code, province)
    if (later && isOneName(later.name, parseUnitName(entry.name, later.kind).name)) {
      call(later, entry.name, 'OFFICIAL', LATEST_OLD_END)
      return undefined
    }
    // The last month in which a list still had it is later than its end: lists lag behind.
    return add({ ...parseUnitName(entry.name, 'xã'), code: entry.code, level: 'COMMUNE', parent: districtOf(entry.district, province, LATEST_OLD_END), validFrom: null, validUntil: LATEST_OLD_END })
  }

  if (plan.problems.length === 0) finish()
  return plan

  function finish(): void {
    const slugs = new Map([...known.slugs, ...assignSlugs(drafts, new Set(known.slugs.values()))])
    const ids = new Map([...known.ids, ...drafts.map((draft) => [draft, unitId(slugs.get(draft)!)] as const)])
    plan.set.units = drafts.map((draft) => ({
      id: ids.get(draft)!, slug: slugs.get(draft)!, code: draft.code, level: draft.level, kind: draft.kind, name: draft.name, full_name: draft.fullName,
      parent_id: draft.parent === null ? null : ids.get(draft.parent)!, valid_from: draft.validFrom, valid_until: draft.validUntil,
    }))
    plan.set.aliases = names.map(({ unit, name, kind, until }) => ({ id: deterministicId('locality-name', `${slugs.get(unit)}|${kind}|${name}|`), locality_id: ids.get(unit)!, name, kind, valid_from: null, valid_until: until }))

    // A former district is succeeded by the communes of today that its own became part of.
    for (const [from, list] of [...successors]) {
      if (from.level === 'COMMUNE' && from.parent?.level === 'DISTRICT') for (const to of list.keys()) link(from.parent, to, false)
    }
    const links: DraftLink[] = []
    for (const [from, list] of successors) {
      const before = known.successors.get(ids.get(from)!) ?? new Map<string, boolean>()
      const all = new Set([...before.keys(), ...[...list.keys()].map((to) => ids.get(to)!)])
      const isWhole = all.size === 1 && ![...list.values()].includes(true)
      for (const to of list.keys()) if (!before.has(ids.get(to)!)) links.push({ from, to, whole: isWhole })
      // What was thought whole is a part once another successor is known.
      for (const [successorId, was] of before) if (was && !isWhole) plan.wholes.push({ predecessorId: ids.get(from)!, successorId, isWhole })
    }
    Object.assign(plan.set, eventsOf(links, ids, slugs))
  }
}
