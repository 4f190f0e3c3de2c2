/** All units in memory, found by name in steps: as written, then with another type word, then without marks, then i for y. */
import type { Kysely } from 'kysely'
import type { Database, LocalityLevel } from '../../server/db/tables.ts'
import { foldedKey, markedKey } from './names.ts'
import type { UnitSet } from './unit-set.ts'

export interface IndexedUnit {
  id: string; slug: string; level: LocalityLevel; kind: string; name: string; fullName: string
  parent: IndexedUnit | null; validFrom: string | null; validUntil: string | null
}
export interface UnitIndex {
  /** Provinces, of today and former, by any of their names. */
  provinces(name: string): IndexedUnit[]
  /** Units of a level with that name that pass the test; those of the first step that has any. */
  match(level: LocalityLevel, named: { kind: string | null; name: string }, test: (unit: IndexedUnit) => boolean): IndexedUnit[]
  /** Whether a former commune's land lay in that older district, by what became of the district. */
  isWithin(commune: IndexedUnit, district: IndexedUnit): boolean
}

/** One name of a unit. */
interface Entry { unit: IndexedUnit; kind: string | null; name: string }
/** The key of the last step, which all that any step finds have in common. */
const looseKey = (name: string): string => foldedKey(name).replaceAll('y', 'i')
const KEYS = [markedKey, foldedKey, looseKey]

/** What each step asks of an entry, in their order. */
function stepsOf({ kind, name }: { kind: string | null; name: string }): ((entry: Entry) => boolean)[] {
  return KEYS.flatMap((keyOf) => {
    const key = keyOf(name)
    const isNamed = (entry: Entry): boolean => keyOf(entry.name) === key
    return kind === null ? [isNamed] : [(entry) => entry.kind === kind && isNamed(entry), isNamed]
  })
}

/** What the index is made from. */
export interface UnitRows {
  units: { id: string; slug: string; level: LocalityLevel; kind: string; name: string; full_name: string; parent_id: string | null; valid_from: string | null; valid_until: string | null }[]
  names: { locality_id: string; name: string }[]
  /** Former districts with the former communes that took their land over. */
  olderDistricts: { predecessor_id: string; successor_id: string }[]
}

/** Reads units, names and the successions of older districts: three statements. */
export async function readUnitRows(db: Kysely<Database>): Promise<UnitRows> {
  return {
    units: await db.selectFrom('locality').select(['id', 'slug', 'level', 'kind', 'name', 'full_name', 'parent_id', 'valid_from', 'valid_until']).orderBy('slug').execute(),
    names: await db.selectFrom('locality_name').select(['locality_id', 'name']).execute(),
    olderDistricts: await db.selectFrom('locality_succession as s').innerJoin('locality as p', 'p.id', 's.predecessor_id').innerJoin('locality as n', 'n.id', 's.successor_id')
      .select(['s.predecessor_id', 's.successor_id']).where('p.level', '=', 'DISTRICT').where('n.valid_until', 'is not', null).execute(),
  }
}

/** The same of a set that is only being written, for a database that holds no other units. */
export function unitRowsOf({ units, aliases, successions }: UnitSet): UnitRows {
  const byId = new Map(units.map((unit) => [unit.id, unit]))
  return {
    units: [...units].sort((a, b) => (a.slug < b.slug ? -1 : 1)),
    names: aliases,
    olderDistricts: successions.filter(({ predecessor_id, successor_id }) => byId.get(predecessor_id)!.level === 'DISTRICT' && byId.get(successor_id)!.valid_until !== null),
  }
}

export function createUnitIndex({ units: rows, names: aliases, olderDistricts: older }: UnitRows): UnitIndex {
  const byId = new Map<string, IndexedUnit>()
  for (const row of rows) byId.set(row.id, { id: row.id, slug: row.slug, level: row.level, kind: row.kind, name: row.name, fullName: row.full_name, parent: null, validFrom: row.valid_from, validUntil: row.valid_until })
  for (const row of rows) if (row.parent_id) byId.get(row.id)!.parent = byId.get(row.parent_id) ?? null

  const index: Record<LocalityLevel, Map<string, Entry[]>> = { PROVINCE: new Map(), DISTRICT: new Map(), COMMUNE: new Map() }
  const add = (unit: IndexedUnit, kind: string | null, name: string): void => {
    const key = looseKey(name)
    const list = index[unit.level].get(key)
    if (list) list.push({ unit, kind, name })
    else index[unit.level].set(key, [{ unit, kind, name }])
  }
  for (const unit of byId.values()) add(unit, unit.kind, bareName(unit.kind, unit.name))
  for (const alias of aliases) {
    const unit = byId.get(alias.locality_id)!
    const kind = /^(thành phố|thị trấn|thị xã|đặc khu|phường|huyện|quận|tỉnh|xã)\s+/iu.exec(alias.name)
    add(unit, kind ? kind[1]!.toLowerCase() : null, kind ? alias.name.slice(kind[0].length) : alias.name)
  }
  const within = new Set(older.map((row) => `${row.successor_id}|${row.predecessor_id}`))

  const match: UnitIndex['match'] = (level, named, test) => {
    const entries = (index[level].get(looseKey(named.name)) ?? []).filter(({ unit }) => test(unit))
    if (entries.length === 0) return []
    for (const isOfStep of stepsOf(named)) {
      const found = entries.filter(isOfStep)
      if (found.length > 0) return [...new Set(found.map(({ unit }) => unit))]
    }
    return []
  }
  return {
    match,
    provinces: (name) => match('PROVINCE', { kind: null, name: name.replace(/^(tỉnh|thành phố)\s+/iu, '') }, () => true),
    isWithin: (commune, district) => within.has(`${commune.id}|${district.id}`),
  }
}

/** `Phường 1` keeps its type word in `name`; here it is the number. */
const bareName = (kind: string, name: string): string => name.toLowerCase().startsWith(`${kind} `) ? name.slice(kind.length + 1) : name
