/** The units of the database as an import looks for them: by what they were called and where, and by the code they bore. */
import type { Kysely } from 'kysely'
import type { Database, LocalityNameKind } from '../../server/db/tables.ts'
import { REFORM_DAY } from './build.ts'
import { parseUnitName } from '../../server/domain/locality/unit-name.ts'
import { foldedKey, markedKey } from './names.ts'
import type { DraftUnit } from './unit-set.ts'

export interface KnownUnits {
  ids: Map<DraftUnit, string>
  slugs: Map<DraftUnit, string>
  /** From a unit's id to its successors' ids. */
  successors: Map<string, Map<string, boolean>>
  byId(id: string): DraftUnit | undefined
  provinceNow(code: string): DraftUnit | undefined
  /** The province of that name before the reform of 2025; for one that lives through, the province of today. */
  provinceThen(name: string): DraftUnit | undefined
  communeNow(code: string): DraftUnit | undefined
  communeNowNamed(province: DraftUnit, fullName: string): DraftUnit | undefined
  district(name: string, province: DraftUnit): DraftUnit | undefined
  /** Former communes of that name in that district. */
  formers(name: string, district: string, province: DraftUnit): DraftUnit[]
  /** The commune of a former province that bore the code when districts ended. */
  formerWithCode(code: string, province: DraftUnit): DraftUnit | undefined
  /** Whether the unit goes by that name already, in any spelling of its tones. */
  isCalled(unit: DraftUnit, name: string): boolean
  add(unit: DraftUnit): DraftUnit
  addName(unit: DraftUnit, name: string): void
}

const bare = (name: string): string => name.replace(/^(Tỉnh|Thành phố) /i, '')
const loose = (name: string): string => foldedKey(name).replaceAll('y', 'i')

/** Three statements, whatever their number. */
export async function readKnownUnits(db: Kysely<Database>): Promise<KnownUnits> {
  const rows = await db.selectFrom('locality').select(['id', 'slug', 'code', 'level', 'kind', 'name', 'full_name', 'parent_id', 'valid_from', 'valid_until']).orderBy('slug').execute()
  const names = await db.selectFrom('locality_name').select(['locality_id', 'name', 'kind']).execute()
  const links = await db.selectFrom('locality_succession').select(['predecessor_id', 'successor_id', 'is_whole']).execute()

  const units = new Map(rows.map((row) => [row.id, { code: row.code, level: row.level, kind: row.kind, name: row.name, fullName: row.full_name, parent: null as DraftUnit | null, validFrom: row.valid_from, validUntil: row.valid_until } satisfies DraftUnit]))
  for (const row of rows) if (row.parent_id !== null) units.get(row.id)!.parent = units.get(row.parent_id)!
  const aliases = new Map<DraftUnit, { name: string; kind: LocalityNameKind }[]>()
  for (const { locality_id, name, kind } of names) {
    const unit = units.get(locality_id)!
    aliases.set(unit, [...(aliases.get(unit) ?? []), { name, kind }])
  }
  const successors = new Map<string, Map<string, boolean>>()
  for (const { predecessor_id, successor_id, is_whole } of links) successors.set(predecessor_id, (successors.get(predecessor_id) ?? new Map()).set(successor_id, is_whole))

  const provinces = { now: new Map<string, DraftUnit>(), then: new Map<string, DraftUnit>() }
  const communesNow = { byCode: new Map<string, DraftUnit>(), byName: new Map<string, DraftUnit>() }
  const districts = new Map<string, DraftUnit>()
  const formers = { byName: new Map<string, DraftUnit[]>(), byCode: new Map<string, DraftUnit>() }
  const numbers = new Map<DraftUnit, number>()
  const numberOf = (unit: DraftUnit): number => {
    if (!numbers.has(unit)) numbers.set(unit, numbers.size)
    return numbers.get(unit)!
  }
  const provinceOf = (unit: DraftUnit): DraftUnit => (unit.parent === null ? unit : provinceOf(unit.parent))
  const formerKey = (name: string, district: string, province: DraftUnit): string => `${markedKey(name)}|${loose(district)}|${numberOf(province)}`

  const add = (unit: DraftUnit): DraftUnit => {
    if (unit.level === 'PROVINCE') {
      if (unit.validUntil === null && unit.code !== null) provinces.now.set(unit.code, unit)
      if (unit.validUntil !== null || !provinces.then.has(markedKey(unit.name))) provinces.then.set(markedKey(unit.name), unit)
    } else if (unit.level === 'DISTRICT') {
      const key = `${loose(unit.fullName)}|${numberOf(unit.parent!)}`
      if ((districts.get(key)?.validUntil ?? '') < (unit.validUntil ?? '9999')) districts.set(key, unit)
    } else if (unit.validUntil === null) {
      if (unit.code !== null) communesNow.byCode.set(unit.code, unit)
      communesNow.byName.set(`${markedKey(unit.fullName)}|${numberOf(unit.parent!)}`, unit)
    } else {
      addFormerName(unit, unit.fullName)
      if (unit.code !== null && unit.validUntil === REFORM_DAY) formers.byCode.set(`${unit.code}|${numberOf(provinceOf(unit))}`, unit)
    }
    return unit
  }
  const addFormerName = (unit: DraftUnit, name: string): void => {
    const key = formerKey(name, unit.parent!.fullName, provinceOf(unit))
    const list = formers.byName.get(key) ?? []
    if (!list.includes(unit)) formers.byName.set(key, [...list, unit])
  }
  for (const unit of units.values()) add(unit)
  for (const [unit, list] of aliases) if (unit.level === 'COMMUNE' && unit.validUntil !== null) for (const { name } of list) addFormerName(unit, name)

  return {
    ids: new Map(rows.map(({ id }) => [units.get(id)!, id])),
    slugs: new Map(rows.map(({ id, slug }) => [units.get(id)!, slug])),
    successors,
    byId: (id) => units.get(id),
    provinceNow: (code) => provinces.now.get(code),
    provinceThen: (name) => provinces.then.get(markedKey(bare(name))) ?? [...aliases].find(([unit, list]) => unit.level === 'PROVINCE' && list.some((alias) => markedKey(alias.name) === markedKey(name) || markedKey(alias.name) === markedKey(bare(name))))?.[0],
    communeNow: (code) => communesNow.byCode.get(code),
    communeNowNamed: (province, fullName) => communesNow.byName.get(`${markedKey(fullName)}|${numberOf(province)}`),
    district: (name, province) => districts.get(`${loose(name)}|${numberOf(province)}`),
    formers: (name, district, province) => formers.byName.get(formerKey(name, district, province)) ?? [],
    formerWithCode: (code, province) => formers.byCode.get(`${code}|${numberOf(province)}`),
    isCalled: (unit, name) => [unit.fullName, ...(aliases.get(unit) ?? []).map((alias) => alias.name)].some((own) => markedKey(own) === markedKey(parseUnitName(name, unit.kind).fullName) || markedKey(own) === markedKey(name)),
    add,
    addName: (unit, name) => {
      aliases.set(unit, [...(aliases.get(unit) ?? []), { name, kind: 'SPELLING' }])
      if (unit.level === 'COMMUNE' && unit.validUntil !== null) addFormerName(unit, name)
    },
  }
}
