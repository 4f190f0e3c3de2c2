/** `SearchFilter` as SQL over `model_search`, in two halves: what a facet counts, one condition per facet, and the rest. */
import { sql, type RawBuilder } from 'kysely'
import type { TermKind } from '../db/tables.ts'
import type { FacetName, SearchFilter } from './engine.ts'

const given = (list: readonly string[] | null | undefined): list is readonly string[] => list != null && list.length > 0

/** Ids of the units that references mean (a slug, `code@date`, a bare code); a subquery, so that resolving costs no statement of its own. */
export function localityIds(references: readonly string[]): RawBuilder<string> {
  return sql<string>`(select f_locality(unit, current_date) from unnest(${[...references]}::text[]) as unit)`
}

/** Keys of vocabularies as records are filed now: one that went into another leads there. A subquery of its own, which runs once. */
const keysNow = (kind: TermKind, keys: readonly string[]) => sql`array(select coalesce(n.key, k.key) from unnest(${[...keys]}::text[]) as k (key)
  left join term as t on t.kind = ${sql.lit(kind)} and t.key = k.key left join term as n on n.id = t.merged_into)`

const placed = (references: readonly string[], role: 'ORIGIN' | 'REPLICATION' | null) => sql<boolean>`s.model_id in (
  select p.model_id from locality_cover c join model_place p on p.locality_id = c.place_id
  where c.locality_id in ${localityIds(references)} ${role === null ? sql`` : sql`and p.role = ${role}`})`

/** Conditions that a facet stands for: its own counts leave its own condition out. */
export function facetConditions(filter: SearchFilter): Map<FacetName, RawBuilder<boolean>> {
  const conditions = new Map<FacetName, RawBuilder<boolean>>()
  if (given(filter.topicIn)) conditions.set('topics', sql<boolean>`s.topics && ${keysNow('TOPIC', filter.topicIn)}`)
  if (given(filter.settingIn)) conditions.set('settings', sql<boolean>`s.settings && ${keysNow('SETTING', filter.settingIn)}`)
  if (given(filter.participantIn)) conditions.set('participants', sql<boolean>`s.participants && ${keysNow('PARTICIPANT', filter.participantIn)}`)
  if (given(filter.localityIn)) conditions.set('provinces', placed(filter.localityIn, null))
  if (given(filter.operationalStatusIn)) conditions.set('operationalStatuses', sql<boolean>`s.operational_status = any(${[...filter.operationalStatusIn]}::text[])`)
  if (given(filter.evidenceLevelIn)) conditions.set('evidenceLevels', sql<boolean>`s.evidence_level = any(${[...filter.evidenceLevelIn]}::text[])`)
  if (given(filter.recognitionLevelIn)) conditions.set('recognitionLevels', sql<boolean>`s.recognition_levels && ${[...filter.recognitionLevelIn]}::text[]`)
  return conditions
}

/** Conditions that no facet stands for, by the field of the filter. */
export function otherConditions(filter: SearchFilter): Map<keyof SearchFilter, RawBuilder<boolean>> {
  const conditions = new Map<keyof SearchFilter, RawBuilder<boolean>>()
  if (given(filter.originLocalityIn)) conditions.set('originLocalityIn', placed(filter.originLocalityIn, 'ORIGIN'))
  if (given(filter.replicatedInLocalityIn)) conditions.set('replicatedInLocalityIn', placed(filter.replicatedInLocalityIn, 'REPLICATION'))
  const { from, to } = filter.startedRange ?? {}
  if (from != null || to != null) conditions.set('startedRange', sql<boolean>`(${from == null ? sql`true` : sql`s.started_year >= ${from}`} and ${to == null ? sql`true` : sql`s.started_year <= ${to}`})`)
  if (filter.hasResults != null) conditions.set('hasResults', sql<boolean>`s.has_results = ${filter.hasResults}`)
  if (filter.hasReplications != null) conditions.set('hasReplications', sql<boolean>`s.has_replications = ${filter.hasReplications}`)
  if (filter.hasCosts != null) conditions.set('hasCosts', sql<boolean>`s.has_costs = ${filter.hasCosts}`)
  return conditions
}

/** In one of these units, in the given role or in whatever one; `row` is what the models are called in the statement. */
export const placedIn = (unitIds: readonly string[], role: 'ORIGIN' | null = null, row = 's'): RawBuilder<boolean> => sql<boolean>`${sql.ref(`${row}.model_id`)} in (
  select p.model_id from locality_cover c join model_place p on p.locality_id = c.place_id where c.locality_id = any(${[...unitIds]}::uuid[])${role === null ? sql`` : sql` and p.role = ${role}`})`

/** The field of the filter that a facet stands for. */
export const FACET_FILTERS: Record<FacetName, keyof SearchFilter> = {
  topics: 'topicIn', settings: 'settingIn', participants: 'participantIn', provinces: 'localityIn',
  operationalStatuses: 'operationalStatusIn', evidenceLevels: 'evidenceLevelIn', recognitionLevels: 'recognitionLevelIn',
}
