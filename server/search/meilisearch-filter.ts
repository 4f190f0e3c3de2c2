/** What matches, in Meilisearch's filter language: the caller's filter, and the rule of which models have enough of the words. */
import { sql, type Kysely } from 'kysely'
import type { Database, TermKind } from '../db/tables.ts'
import type { FacetName, SearchFilter } from './engine.ts'
import type { QueryUnit } from './query.ts'
import { isTyped } from './thesaurus.ts'

/** Conditions that facets stand for, and the rest by the field of the caller's filter. */
export interface MeiliFilter { own: Map<FacetName, string>; others: Map<keyof SearchFilter, string> }

/** A value inside a filter; a lone surrogate or quote must not end it. */
const quote = (value: string): string => JSON.stringify(value.replace(/[\uD800-\uDFFF]/gu, '\uFFFD'))

/** The field has one of the values; of none, nothing. */
export const among = (field: string, values: readonly string[]): string => (values.length === 0 ? 'id IS NULL' : `${field} IN [${values.map(quote).join(', ')}]`)

/** Units by how callers name them (slug, `code@date`, code); what is in memory costs no statement. */
export type ResolveUnits = (references: readonly string[]) => Promise<string[]>

const MAX_REFERENCES = 5000

/** Resolves by the database, and keeps what it told until units change (`version`) or another hour begins: from some day on a code may mean another unit. */
export function createUnitResolver(db: Kysely<Database>, version: () => Promise<string>): ResolveUnits {
  const known = new Map<string, string | null>()
  let of = ''
  return async (references) => {
    const now = `${await version()} ${new Date().toISOString().slice(0, 13)}`
    if (of !== now || known.size > MAX_REFERENCES) known.clear()
    of = now
    const missing = references.filter((reference) => !known.has(reference))
    if (missing.length > 0) {
      const { rows } = await sql<{ unit: string; id: string | null }>`select unit, f_locality(unit, current_date)::text as id from unnest(${[...new Set(missing)]}::text[]) as unit`.execute(db)
      for (const { unit, id } of rows) known.set(unit, id)
    }
    return references.flatMap((reference) => known.get(reference) ?? [])
  }
}

/**
 * The filter over ids and enum values, fields from an allow-list, each condition its own array element.
 * @param keysOf keys of a vocabulary with those that they went into: the index may still have the old ones
 */
export async function filterOf(resolve: ResolveUnits, filter: SearchFilter, keysOf: (kind: TermKind, keys: readonly string[]) => string[] = (_kind, keys) => [...keys]): Promise<MeiliFilter> {
  const own = new Map<FacetName, string>()
  const others: MeiliFilter['others'] = new Map()
  const given = (list: readonly string[] | null | undefined) => list != null && list.length > 0
  if (given(filter.topicIn)) own.set('topics', among('topics', keysOf('TOPIC', filter.topicIn!)))
  if (given(filter.settingIn)) own.set('settings', among('settings', keysOf('SETTING', filter.settingIn!)))
  if (given(filter.participantIn)) own.set('participants', among('participants', keysOf('PARTICIPANT', filter.participantIn!)))
  if (given(filter.operationalStatusIn)) own.set('operationalStatuses', among('operationalStatus', filter.operationalStatusIn!))
  if (given(filter.evidenceLevelIn)) own.set('evidenceLevels', among('evidenceLevel', filter.evidenceLevelIn!))
  if (given(filter.recognitionLevelIn)) own.set('recognitionLevels', among('recognitionLevels', filter.recognitionLevelIn!))
  const places = [['localityIn', 'localities'], ['originLocalityIn', 'originLocalities'], ['replicatedInLocalityIn', 'replicationLocalities']] as const
  for (const [name, field] of places) {
    if (!given(filter[name])) continue
    const condition = among(field, await resolve(filter[name]!))
    if (name === 'localityIn') own.set('provinces', condition)
    else others.set(name, condition)
  }
  const { from, to } = filter.startedRange ?? {}
  const years = [...(from == null ? [] : [`startedYear >= ${Math.trunc(from)}`]), ...(to == null ? [] : [`startedYear <= ${Math.trunc(to)}`])]
  if (years.length > 0) others.set('startedRange', years.join(' AND '))
  for (const name of ['hasResults', 'hasReplications', 'hasCosts'] as const) if (filter[name] != null) others.set(name, `${name} = ${filter[name] === true}`)
  return { own, others }
}

/**
 * At least `atLeast` of the units stand in the record. "One of b, c or d" is one `IN` over the forms of all three, so two of eight takes
 * seven clauses and three of eight twenty-one.
 */
export function matchFilter(terms: readonly QueryUnit[], atLeast: number): string[] {
  if (terms.length === 0) return []
  if (atLeast >= terms.length) return terms.map((term) => anyOf([term]))
  const clauses = (from: number, k: number): string[] => {
    if (k <= 1) return from < terms.length ? [anyOf(terms.slice(from))] : []
    return terms.slice(from, terms.length - k + 1).flatMap((term, i) => clauses(from + i + 1, k - 1).map((rest) => `${anyOf([term])} AND ${rest}`))
  }
  return [clauses(0, atLeast).map((clause) => `(${clause})`).join(' OR ')]
}

/** One of the terms' words stands in the record. */
function anyOf(terms: readonly QueryUnit[]): string {
  const values = [...new Set(terms.flatMap(({ words }) => words))]
  const prefixes = terms.filter(({ isPrefix }) => isPrefix).flatMap(({ words }) => words.filter(isTyped).map((word) => `words STARTS WITH ${quote(word)}`))
  return prefixes.length === 0 ? among('words', values) : `(${[among('words', values), ...prefixes].join(' OR ')})`
}
