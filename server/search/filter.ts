/** What a filter names, as SQL and by facet. */
import { sql } from 'kysely'
import type { TermKind } from '../db/tables.ts'
import type { FacetName, SearchFilter } from './engine.ts'

/** Keys of vocabularies as records are filed now: one that went into another leads there. */
export const keysNow = (kind: TermKind, keys: readonly string[]) => sql`array(select coalesce(n.key, k.key) from unnest(${[...keys]}::text[]) as k (key)
  left join term as t on t.kind = ${sql.lit(kind)} and t.key = k.key left join term as n on n.id = t.merged_into)`

/** The field of the filter that a facet stands for. */
export const FACET_FILTERS: Record<FacetName, keyof SearchFilter> = {
  topics: 'topicIn', settings: 'settingIn', participants: 'participantIn', provinces: 'localityIn',
  operationalStatuses: 'operationalStatusIn', evidenceLevels: 'evidenceLevelIn', recognitionLevels: 'recognitionLevelIn',
}
