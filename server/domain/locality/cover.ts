/**
 * Which place counts for which locality: the pairs of `locality_cover`, computed from the units and their successions.
 *
 * Territory is counted in atoms: (first unit, commune of today) of every path of succession, so a former commune that was split has one
 * atom for each part. Units overlap when they share an atom. A place P matches a filter on L when
 *   P lies in L's subtree, or they overlap and P is not strictly broader than L: P is a commune, or all of P's atoms are L's.
 * `isWhole` = all of P's atoms are L's (for its own subtree always). Atoms of P that no unit of today has (a unit ended, and nothing took its
 * place) are asked for only where P has no others: what is gone is nobody's, and keeps nothing from being whole.
 *
 * An atom starts at a unit without predecessors, and at a former unit that existed before its known predecessors joined it (no
 * `validFrom`). A district's territory is its communes'; only one without communes, or one that ended before its communes did, takes it
 * from what succeeded it.
 *
 * In TypeScript rather than SQL: the embedded database took 6 s for what this does in 0.2 s.
 */
import { type Kysely, sql } from 'kysely'
import { arrayLiteral } from '../../db/bulk.ts'
import type { Database, LocalityLevel } from '../../db/tables.ts'

/** A unit by its place in the list of units. */
export interface CoverUnit { level: LocalityLevel; parent: number | undefined; isFormer: boolean; hasKnownStart: boolean }
export interface CoverPairs { localities: number[]; places: number[]; areWhole: boolean[] }

/** Successions longer than this would be a circle. */
const MAX_STEPS = 12

/** The pairs, in no order. `successions` are (predecessor, successor) by their places in `units`. */
export function computeCover(units: readonly CoverUnit[], successions: readonly (readonly [number, number])[]): CoverPairs {
  const hasChild = new Set(units.flatMap(({ parent }) => (parent === undefined ? [] : [parent])))
  const next = new Map<number, number[]>()
  const isReached = new Set<number>()
  for (const [from, to] of successions) {
    const [a, b] = [units[from]!, units[to]!]
    const carriesTerritory = b.level === 'COMMUNE' && (a.level === 'COMMUNE' || (a.level === 'DISTRICT' && (b.isFormer || !hasChild.has(from))))
    if (!carriesTerritory) continue
    push(next, from, to)
    isReached.add(to)
  }
  const { atomsOf, lost } = assignAtoms(units, next, isReached)
  const membersOf = new Map<number, number[]>()
  atomsOf.forEach((atoms, unit) => { for (const atom of atoms) push(membersOf, atom, unit) })

  const pairs: CoverPairs = { localities: [], places: [], areWhole: [] }
  for (let place = 0; place < units.length; place += 1) {
    const atoms = standing(atomsOf[place]!, lost)
    const shared = new Map<number, number>()
    for (const atom of atoms) for (const locality of membersOf.get(atom)!) shared.set(locality, (shared.get(locality) ?? 0) + 1)
    const whole = new Map<number, boolean>()
    for (const [locality, count] of shared) if (count === atoms.size || units[place]!.level === 'COMMUNE') whole.set(locality, count === atoms.size)
    for (let up: number | undefined = place; up !== undefined; up = units[up]!.parent) whole.set(up, true)
    for (const [locality, isWhole] of whole) {
      pairs.localities.push(locality)
      pairs.places.push(place)
      pairs.areWhole.push(isWhole)
    }
  }
  return pairs
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/** What is asked for of a place's territory: what of it is some unit's of today; all of it, when nothing is. */
function standing(atoms: ReadonlySet<number>, lost: ReadonlySet<number>): ReadonlySet<number> {
  const live = new Set([...atoms].filter((atom) => !lost.has(atom)))
  return live.size === 0 ? atoms : live
}

/** The atoms of each unit: its own, and those of everything in it; and those that no unit of today has, since what ended has no successor. */
function assignAtoms(units: readonly CoverUnit[], next: ReadonlyMap<number, number[]>, isReached: ReadonlySet<number>): { atomsOf: Set<number>[]; lost: Set<number> } {
  const lost = new Set<number>()
  const atomsOf = units.map(() => new Set<number>())
  const numbers = new Map<string, number>()
  for (let first = 0; first < units.length; first += 1) {
    const unit = units[first]!
    const isOnTheWay = unit.level === 'COMMUNE' || next.has(first)
    const startsAtoms = !isReached.has(first) || (!unit.hasKnownStart && unit.isFormer)
    if (!isOnTheWay || !startsAtoms) continue
    const walk = (at: number, trail: readonly number[]): void => {
      const onward = next.get(at)
      if (onward === undefined) {
        if (units[at]!.level !== 'COMMUNE') return
        const key = `${first}:${at}`
        const atom = numbers.get(key) ?? numbers.size
        numbers.set(key, atom)
        if (units[at]!.isFormer) lost.add(atom)
        for (const passed of [...trail, at]) for (let up: number | undefined = passed; up !== undefined; up = units[up]!.parent) atomsOf[up]!.add(atom)
        return
      }
      if (trail.length < MAX_STEPS) for (const to of onward) walk(to, [...trail, at])
    }
    walk(first, [])
  }
  return { atomsOf, lost }
}

/** Pairs with the ids that their numbers stand for. */
export interface Cover { ids: string[]; pairs: CoverPairs }

/** Units numbered in order of their ids, from 0. */
const UNITS = sql`select id, level, parent_id, valid_until is not null as former, valid_from is not null as started, (row_number() over (order by id))::int - 1 as n from locality`

/** The pairs as they should be, by numbers of units; undefined without units. */
async function readWanted(trx: Kysely<Database>): Promise<Cover | undefined> {
  const { rows } = await sql<{ ids: string[]; levels: LocalityLevel[]; parents: number[]; former: boolean[]; started: boolean[]; from: number[]; to: number[] }>`
    with unit as (${UNITS}),
    list as (select array_agg(u.id order by u.n) as ids, array_agg(u.level order by u.n) as levels, array_agg(coalesce(p.n, -1) order by u.n) as parents, array_agg(u.former order by u.n) as former, array_agg(u.started order by u.n) as started
      from unit u left join unit p on p.id = u.parent_id),
    way as (select array_agg(a.n) as "from", array_agg(b.n) as "to" from locality_succession s join unit a on a.id = s.predecessor_id join unit b on b.id = s.successor_id)
    select list.*, way.* from list, way`.execute(trx)
  const { ids, levels, parents, former, started, from, to } = rows[0]!
  if (ids === null) return undefined
  const units = levels.map((level, i): CoverUnit => ({ level, parent: parents[i]! < 0 ? undefined : parents[i], isFormer: former[i]!, hasKnownStart: started[i]! }))
  return { ids, pairs: computeCover(units, (from ?? []).map((a, i) => [a, to[i]!] as const)) }
}

/** Ids once, then their numbers: a fifth of the bytes. Array subscripts begin at 1. */
const rowsOf = ({ ids, pairs: { localities, places, areWhole } }: Cover) =>
  sql`select u.ids[p.locality + 1] as locality_id, u.ids[p.place + 1] as place_id, p.whole as is_whole from (select ${arrayLiteral(ids)}::uuid[] as ids) as u,
    unnest(${arrayLiteral(localities)}::int[], ${arrayLiteral(places)}::int[], ${arrayLiteral(areWhole)}::bool[]) as p (locality, place, whole)`

/** Rebuilds `locality_cover`; to be called in the transaction that changes units or their successions. Returns the number of pairs. */
export async function refreshLocalityCover(trx: Kysely<Database>): Promise<number> {
  const wanted = await readWanted(trx)
  return wanted === undefined ? 0 : writeLocalityCover(trx, wanted)
}

/** Puts these pairs in the place of those that are there. Returns their number. */
export async function writeLocalityCover(trx: Kysely<Database>, wanted: Cover): Promise<number> {
  await sql`delete from locality_cover`.execute(trx)
  await sql`insert into locality_cover (locality_id, place_id, is_whole) ${rowsOf(wanted)}`.execute(trx)
  return wanted.pairs.places.length
}

/** The same for a change of few units: writes only the pairs that differ. Returns the places whose pairs did. */
export async function updateLocalityCover(trx: Kysely<Database>): Promise<string[]> {
  const wanted = await readWanted(trx)
  if (wanted === undefined) return []
  const { ids, pairs } = wanted
  const { rows } = await sql<{ localities: number[] | null; places: number[]; areWhole: boolean[] }>`
    with unit as (${UNITS}) select array_agg(a.n) as localities, array_agg(b.n) as places, array_agg(c.is_whole) as "areWhole" from locality_cover c join unit a on a.id = c.locality_id join unit b on b.id = c.place_id`.execute(trx)
  const kept = rows[0]!
  // Compared here: the planner, which cannot know how many rows an array has, compared each with each in 25 s.
  const before = new Map((kept.localities ?? []).map((locality, i) => [locality * ids.length + kept.places[i]!, kept.areWhole[i]!]))
  const come: CoverPairs = { localities: [], places: [], areWhole: [] }
  const gone: CoverPairs = { localities: [], places: [], areWhole: [] }
  const add = (to: CoverPairs, locality: number, place: number, isWhole: boolean): void => { to.localities.push(locality); to.places.push(place); to.areWhole.push(isWhole) }
  pairs.places.forEach((place, i) => {
    const key = pairs.localities[i]! * ids.length + place
    if (before.get(key) !== pairs.areWhole[i]) add(come, pairs.localities[i]!, place, pairs.areWhole[i]!)
    before.delete(key)
  })
  for (const [key, isWhole] of before) add(gone, Math.floor(key / ids.length), key % ids.length, isWhole)
  if (gone.places.length > 0) await sql`delete from locality_cover as c using (${rowsOf({ ids, pairs: gone })}) as g where c.place_id = g.place_id and c.locality_id = g.locality_id`.execute(trx)
  if (come.places.length > 0) await sql`insert into locality_cover (locality_id, place_id, is_whole) ${rowsOf({ ids, pairs: come })} on conflict (place_id, locality_id) do update set is_whole = excluded.is_whole`.execute(trx)
  return [...new Set([...come.places, ...gone.places])].map((place) => ids[place]!)
}
