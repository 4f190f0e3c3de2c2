/** A decision that changes units, before it is applied: what it names, and everything that is wrong with it. */
import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Database, LocalityLevel } from '../../db/tables.ts'
import type { Issues } from '../model/input.ts'
import { resolvePlaces } from '../model/input.ts'
import { readUnitName, UNIT_KINDS, type UnitName } from './unit-name.ts'

export const LOCALITY_DECISIONS = ['MERGE', 'SPLIT', 'RENAME', 'ABOLISH'] as const
export type LocalityDecision = (typeof LOCALITY_DECISIONS)[number]

export interface NewUnitInput { name: string; code?: string | null | undefined; parent?: string | null | undefined }
export interface LocalityChangeInput {
  kind: LocalityDecision
  /** Day on which it takes effect: the first of the new units, the first without the old ones. */
  effectiveOn: string
  legalBasis: { number?: string | null | undefined; title: string; issuer: string; issuedOn?: string | null | undefined }
  units: readonly string[]
  into?: readonly NewUnitInput[] | null | undefined
  note?: string | null | undefined
}

export interface StandingUnit { id: string; slug: string; code: string | null; level: LocalityLevel; kind: string; name: string; fullName: string; parentId: string | null; validFrom: string | null; validUntil: string | null; children: number }
export interface PlannedUnit extends UnitName { code: string | null; parentId: string | null }
export interface Decision { units: StandingUnit[]; into: PlannedUnit[]; key: string }

/** How many units each kind takes, and how many come of it. */
const ARITY: Record<LocalityDecision, { units: [least: number, most: number, said: string]; into: [least: number, most: number, said: string] }> = {
  MERGE: { units: [2, 100, 'two or more'], into: [1, 1, 'one new unit'] },
  SPLIT: { units: [1, 1, 'one'], into: [2, 100, 'two or more new units'] },
  RENAME: { units: [1, 1, 'one'], into: [1, 1, 'its new name'] },
  ABOLISH: { units: [1, 100, 'one or more'], into: [0, 0, 'nothing: what the territory becomes part of is a MERGE or a SPLIT'] },
}

/**
 * Reads the decision against the units as they stand. Units are meant as of the day before it takes effect, so that a code means the same
 * whether it was applied or not. Faults are added to the issues; without any the decision can be applied.
 */
export async function readDecision(trx: Kysely<Database>, { kind, effectiveOn, units: names, into: given, legalBasis }: LocalityChangeInput, issues: Issues): Promise<Decision> {
  const arity = ARITY[kind]
  const into = given ?? []
  if (names.length < arity.units[0] || names.length > arity.units[1]) issues.add(['units'], 'WRONG_COUNT', `${kind} takes ${arity.units[2]}; there are ${names.length}.`)
  if (into.length < arity.into[0] || into.length > arity.into[1]) issues.add(['into'], 'WRONG_COUNT', `Into what: ${kind} takes ${arity.into[2]}; there are ${into.length}.`)
  if (!legalBasis.title?.trim()) issues.add(['legalBasis', 'title'], 'REQUIRED', 'Name the decision by its title.')
  if (!legalBasis.issuer?.trim()) issues.add(['legalBasis', 'issuer'], 'REQUIRED', 'Say who issued the decision.')
  const today = (await sql<{ day: string }>`select current_date::text as day`.execute(trx)).rows[0]!.day
  if (effectiveOn > today) issues.add(['effectiveOn'], 'NOT_YET', `It takes effect on ${effectiveOn}; today is ${today}. Record it from that day on: until then the units stand as they are.`)
  const before = new Date(Date.parse(`${effectiveOn}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  const ids = await resolvePlaces(trx, names.map((name, i) => ({ path: ['units', i], name, on: before })), issues)
  const units = await readUnits(trx, ids)
  const key = createHash('sha256').update(JSON.stringify([kind, effectiveOn, [...new Set(units.map(({ id }) => id))].sort()])).digest('hex')
  checkUnits(kind, effectiveOn, ids, units, issues)
  const planned = new Set(units.map(({ level }) => level)).size !== 1 ? [] : await planUnits(trx, kind, units, into, before, issues)
  return { units, into: planned, key }
}

async function readUnits(trx: Kysely<Database>, ids: readonly (string | null)[]): Promise<StandingUnit[]> {
  const { rows } = await sql<StandingUnit>`
    select l.id, l.slug, l.code, l.level, l.kind, l.name, l.full_name as "fullName", l.parent_id as "parentId", l.valid_from as "validFrom", l.valid_until as "validUntil",
      (select count(*)::int from locality as c where c.parent_id = l.id and c.valid_until is null) as children
    from locality as l where l.id = any(${ids.filter((id) => id !== null)}::uuid[]) order by l.slug`.execute(trx)
  return rows
}

function checkUnits(kind: LocalityDecision, effectiveOn: string, ids: readonly (string | null)[], units: readonly StandingUnit[], issues: Issues): void {
  const at = (unit: StandingUnit) => ['units', ids.indexOf(unit.id)]
  if (units.length < ids.filter((id) => id !== null).length) issues.add(['units'], 'TWICE', 'A unit is named twice.')
  for (const unit of units) {
    if (unit.validUntil !== null) issues.add(at(unit), 'ENDED', `${unit.fullName} (${unit.slug}) ended on ${unit.validUntil}.`)
    else if (unit.validFrom !== null && unit.validFrom >= effectiveOn) issues.add(at(unit), 'NOT_THEN', `${unit.fullName} (${unit.slug}) began on ${unit.validFrom}, and so did not stand before ${effectiveOn}.`)
    if ((kind === 'SPLIT' || kind === 'ABOLISH') && unit.children > 0) issues.add(at(unit), 'HAS_UNITS', `${unit.children} units lie in ${unit.fullName}: record first what becomes of each.`)
  }
  if (new Set(units.map(({ level }) => level)).size > 1) issues.add(['units'], 'LEVELS_DIFFER', 'The units are of different levels: one decision merges units of one.')
}

async function planUnits(trx: Kysely<Database>, kind: LocalityDecision, units: readonly StandingUnit[], into: readonly NewUnitInput[], before: string, issues: Issues): Promise<PlannedUnit[]> {
  const { level } = units[0]!
  const parents = [...new Set(units.map(({ parentId }) => parentId))]
  const planned: PlannedUnit[] = []
  for (const [i, { name, code, parent }] of into.entries()) {
    const read = readUnitName(name, level)
    if (read === undefined) issues.add(['into', i, 'name'], 'UNIT_NAME', `A full name begins with the word for a unit of the level ${level}, of ${UNIT_KINDS.join(', ')}: such as "Phường Ninh Kiều".`)
    if (code != null && !/^\d{1,9}$/.test(code)) issues.add(['into', i, 'code'], 'INVALID', 'A code has 1 to 9 digits.')
    else if (code != null) await checkCode(trx, level, code, units, ['into', i, 'code'], issues)
    const parentId = await parentOf(trx, kind, level, parents, parent, before, ['into', i, 'parent'], issues)
    if (read) planned.push({ ...read, code: code ?? null, parentId })
  }
  const same = planned.findIndex((unit, i) => planned.some((other, j) => j < i && other.fullName === unit.fullName && other.parentId === unit.parentId))
  if (same >= 0) issues.add(['into', same, 'name'], 'TWICE', 'Two new units have one name.')
  if (kind === 'RENAME' && planned[0]?.fullName === units[0]!.fullName) issues.add(['into', 0, 'name'], 'SAME', `It is called ${units[0]!.fullName} already.`)
  return planned
}

async function checkCode(trx: Kysely<Database>, level: LocalityLevel, code: string, units: readonly StandingUnit[], path: (string | number)[], issues: Issues): Promise<void> {
  const { rows } = await sql<{ id: string; slug: string }>`select id, slug from locality where level = ${level} and code = ${code} and valid_until is null`.execute(trx)
  const holder = rows.find(({ id }) => !units.some((unit) => unit.id === id))
  if (holder) issues.add(path, 'CODE_TAKEN', `The code ${code} is that of ${holder.slug}.`)
}

/** What the new unit lies in: what is said, else what all the old ones lie in. */
async function parentOf(trx: Kysely<Database>, kind: LocalityDecision, level: LocalityLevel, parents: readonly (string | null)[], given: string | null | undefined, before: string, path: (string | number)[], issues: Issues): Promise<string | null> {
  if (level === 'PROVINCE' || kind === 'RENAME') {
    if (given != null) issues.add(path, 'NOT_ALLOWED', kind === 'RENAME' ? 'A unit that is renamed stays where it is.' : 'A province lies in nothing.')
    return parents[0]!
  }
  if (given == null) {
    if (parents.length > 1) issues.add(path, 'REQUIRED', 'The units lie in different ones: say which the new unit lies in.')
    return parents[0]!
  }
  const [id] = await resolvePlaces(trx, [{ path, name: given, on: before }], issues)
  if (id == null) return null
  const row = await trx.selectFrom('locality').select(['level', 'valid_until']).where('id', '=', id).executeTakeFirstOrThrow()
  const isAbove = row.level === 'PROVINCE' || (row.level === 'DISTRICT' && level === 'COMMUNE')
  if (row.valid_until !== null || !isAbove) issues.add(path, 'NOT_ALLOWED', 'It must stand today, and be of a level above.')
  return id
}
