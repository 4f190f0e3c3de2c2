/** `ModelFilter` as SQL: AND between fields, OR inside a list, an empty list as if absent; unknown names are named, with the nearest. */
import { sql } from 'kysely'
import type { PlaceRole, TermKind } from '../../db/tables.ts'
import { givenList, placeFaults, termFaults } from '../names.ts'
import type { Sql } from '../shape.ts'
import type { Slot } from '../statement.ts'

export interface ModelFilter {
  topicIn?: string[] | null
  settingIn?: string[] | null
  participantIn?: string[] | null
  operationalStatusIn?: string[] | null
  evidenceLevelIn?: string[] | null
  recognitionLevelIn?: string[] | null
  localityIn?: string[] | null
  originLocalityIn?: string[] | null
  replicatedInLocalityIn?: string[] | null
  startedRange?: { from?: number | null; to?: number | null } | null
  hasResults?: boolean | null
  hasReplications?: boolean | null
  hasCosts?: boolean | null
}

const TERM_FIELDS = { topicIn: 'TOPIC', settingIn: 'SETTING', participantIn: 'PARTICIPANT' } as const satisfies Record<string, TermKind>
const PLACE_FIELDS = { localityIn: undefined, originLocalityIn: 'ORIGIN', replicatedInLocalityIn: 'REPLICATION' } as const satisfies Record<string, PlaceRole | undefined>
const COUNT_FIELDS = { hasResults: 'result_count', hasReplications: 'replication_count', hasCosts: 'cost_count' } as const
const COLUMN_FIELDS = { operationalStatusIn: 'operational_status', evidenceLevelIn: 'evidence_level' } as const
const keysOf = <T extends object>(of: T): (keyof T)[] => Object.keys(of) as (keyof T)[]

function givenLists(filter: ModelFilter | null | undefined): Map<string, string[]> {
  const lists = new Map<string, string[]>()
  for (const [field, value] of Object.entries(filter ?? {})) {
    const list = givenList(field, value)
    if (list) lists.set(field, list)
  }
  return lists
}

/** Conditions on `model` under the alias. The names in the filter must be known: see `filterFaults`. */
export function modelFilter(filter: ModelFilter | null | undefined, m: string): Sql[] {
  const lists = givenLists(filter)
  const conditions: Sql[] = []
  for (const field of keysOf(TERM_FIELDS)) {
    const keys = lists.get(field)
    if (keys) conditions.push(sql`${sql.id(m, 'id')} in (select mt.model_id from model_term as mt join term as t on coalesce(t.merged_into, t.id) = mt.term_id where t.kind = ${sql.lit(TERM_FIELDS[field])} and t.key = any(${keys}::text[]))`)
  }
  for (const field of keysOf(COLUMN_FIELDS)) {
    const values = lists.get(field)
    if (values) conditions.push(sql`${sql.id(m, COLUMN_FIELDS[field])} = any(${values}::text[])`)
  }
  const levels = lists.get('recognitionLevelIn')
  if (levels) conditions.push(sql`${sql.id(m, 'recognition_levels')} && ${levels}::text[]`)
  for (const field of keysOf(PLACE_FIELDS)) {
    const units = lists.get(field)
    const role = PLACE_FIELDS[field]
    if (units) conditions.push(sql`${sql.id(m, 'id')} in (select mp.model_id from model_place as mp join locality_cover as c on c.place_id = mp.locality_id where c.locality_id in (select f_locality(unit, current_date) from unnest(${units}::text[]) as unit)${role ? sql` and mp.role = ${sql.lit(role)}` : sql``})`)
  }
  if (filter?.startedRange?.from != null) conditions.push(sql`${sql.id(m, 'started_year')} >= ${filter.startedRange.from}`)
  if (filter?.startedRange?.to != null) conditions.push(sql`${sql.id(m, 'started_year')} <= ${filter.startedRange.to}`)
  for (const field of keysOf(COUNT_FIELDS)) {
    const wanted = filter?.[field]
    if (wanted != null) conditions.push(sql`${sql.id(m, COUNT_FIELDS[field])} ${wanted ? sql`>` : sql`=`} 0`)
  }
  return conditions
}

/** Queries for the names in the filter that nothing bears. */
export const filterFaults = (filter: ModelFilter | null | undefined): Sql[] => listFaults(givenLists(filter))

/** Those of the filter's lists that hold names, which may be of nothing. @throws BadUserInputError when any of its lists is too long */
export const givenNames = (filter: ModelFilter | null | undefined): Map<string, string[]> => new Map([...givenLists(filter)].filter(([field]) => field in TERM_FIELDS || field in PLACE_FIELDS))

/** The faults of lists of names, or of slots for them. */
export function listFaults(lists: ReadonlyMap<string, string[] | Slot>): Sql[] {
  const faults: Sql[] = []
  for (const field of keysOf(TERM_FIELDS)) {
    const keys = lists.get(field)
    if (keys) faults.push(termFaults(field, TERM_FIELDS[field], keys))
  }
  for (const field of keysOf(PLACE_FIELDS)) {
    const units = lists.get(field)
    if (units) faults.push(placeFaults(field, units))
  }
  return faults
}
