/**
 * A search for models in its stages: skeleton (the engine's ids and counts) → our own order → hydration (rows, facet labels and the check
 * of names, one statement, under the same visibility as every read) → page. The engine is never asked for a record.
 */
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { FACETS, MAX_OFFSET, type EngineName, type FacetCounts, type FacetName, type Relaxation, type SearchAnswer, type SearchEngine } from '../../search/engine.ts'
import type { QueryPart } from '../../search/query.ts'
import { BadUserInputError } from '../../errors.ts'
import { localityShape } from '../locality/shape.ts'
import { filterFaults, type ModelFilter } from '../model/filter.ts'
import { rowsOfIds } from '../model/read.ts'
import { givenList } from '../names.ts'
import { type ConnectionRow, encodeCursor, isInt, parsePage } from '../page.ts'
import type { RelationSelection, Selection } from '../selection.ts'
import { column, many, newScope, one, readJson, type Scope, type Shape, type Sql } from '../shape.ts'
import { termShape } from '../term/read.ts'
import type { Viewer } from '../viewer.ts'
import { highlightsOf, type Highlight, whyMatched } from './highlight.ts'
import { rank, scoreOf, scorePartsOf, type SearchHit } from './rank.ts'

export interface SearchModelsArgs { query: string; filter?: ModelFilter | null; ignore?: string[] | null; first?: number | null; after?: string | null }

/** One hit as it is presented; `row` holds what was selected of the model. */
export interface PresentedHit { row: ConnectionRow; cursor: string; score: number; scoreParts: ScorePart[]; highlights: Highlight[]; whyMatched: string[] }
export interface ScorePart { name: string; value: number; detail: string | null }
/** A value with its count; for terms and places with what was selected of them. */
export interface FacetValue { value: string; count: number; row: Record<string, unknown> | undefined }
export interface ModelSearchPage {
  hits: PresentedHit[]
  isMulti: boolean
  hasNextPage: boolean
  hasPreviousPage: boolean
  total: number
  totalIsCapped: boolean
  /** By the property that each facet was asked for under. */
  facets: Map<string, FacetValue[]>
  correctedQuery: string | null
  understood: QueryPart[]
  relaxations: Relaxation[]
  engine: EngineName
  isDegraded: boolean
}

/** Answers asked of the engine until a page is full, when rows of its ids are gone or hidden. */
const MAX_REFILLS = 3

/**
 * Searches. `selection` is that of the connection type.
 * @throws BadUserInputError for sizes, cursors of another search, and names that don't exist
 */
export async function searchModels(db: Kysely<Database>, engine: SearchEngine, viewer: Viewer, args: SearchModelsArgs, selection: Selection): Promise<ModelSearchPage> {
  const ignore = givenList('ignore', args.ignore)
  const filter = args.filter ?? {}
  const faults = filterFaults(filter)
  const ordering = `SEARCH ${hashOf(args.query, filter, ignore)}`
  const page = parsePage({ first: args.first, after: args.after }, ordering, [isInt])
  const start = Number(page.after?.[0] ?? 0)
  if (start < 0 || start > MAX_OFFSET) throw new BadUserInputError(`Search pages end at hit ${MAX_OFFSET.toLocaleString('en')}; narrow the search by words or filters.`)

  const asked = askedFacets(selection)
  const edges = [...selection.relations.values()].filter(({ relation }) => relation === 'edges')
  const withTexts = edges.some((edge) => edge.selection.columns.has('highlights'))
  const rowsSelection: Selection = { columns: selection.columns, relations: new Map([...selection.relations].filter(([, { relation }]) => relation !== 'facets')) }
  const cursorAt = (offset: number) => encodeCursor([ordering, offset])

  const hits: PresentedHit[] = []
  let offset = start
  let first: SearchAnswer | undefined
  let facets: ModelSearchPage['facets'] = new Map()
  let isMulti = false
  let hasNextPage = true
  for (let round = 0; round <= MAX_REFILLS && hits.length < page.limit && hasNextPage; round += 1) {
    const wanted = page.limit - hits.length
    const answer = await engine.search({ text: args.query, filter, ...(ignore ? { ignore } : {}), offset, limit: wanted, facets: round === 0 ? asked.names : [], withTexts, withRelaxations: round === 0 && selection.columns.has('relaxations') })
    first ??= answer
    const found = presentOrder(answer, offset, wanted)
    const scope = newScope(viewer)
    if (round === 0) scope.faults.push(...faults)
    const read = rowsOfIds(found.map(({ hit }) => hit.id), rowsSelection, scope)
    const { rows, ...facetRows } = await readJson<{ rows: (ConnectionRow & { $id: string })[] } & Record<string, Record<string, unknown>[]>>(
      db, scope, sql`(select to_json(s) from (select ${sql.join([sql`${read.rows} as "rows"`, ...(round === 0 ? facetRowsOf(asked.relations, answer, scope) : [])])}) as s)`)
    if (round === 0) facets = presentFacets(asked.relations, answer, facetRows)
    isMulti = read.isMulti
    const byId = new Map(rows.map((row) => [row.$id, row]))
    for (const { hit, at } of found) {
      const row = byId.get(hit.id)
      if (row) hits.push({ row, cursor: cursorAt(at + 1), score: hit.score, scoreParts: scorePartsOf(hit), highlights: withTexts ? highlightsOf(answer.understood, hit.candidate) : [], whyMatched: whyMatched(hit) })
    }
    offset += wanted
    hasNextPage = offset < Math.min(answer.total, MAX_OFFSET) && found.length > 0
  }
  const { total, totalIsCapped, correctedQuery, parts, relaxations, engine: by, isDegraded } = first!
  return { hits, isMulti, hasNextPage, hasPreviousPage: start > 0, total, totalIsCapped, facets, correctedQuery, understood: parts, relaxations, engine: by, isDegraded }
}

/** Our own order for the ranked window, the engine's beyond it, so that the pages joined are the whole, once. */
function presentOrder({ understood, window, beyond }: SearchAnswer, offset: number, limit: number): { hit: SearchHit; at: number }[] {
  const ranked = rank(understood, window)
  const rest = new Map(beyond.map((candidate) => [candidate.position, candidate]))
  const found: { hit: SearchHit; at: number }[] = []
  for (let at = offset; at < offset + limit; at += 1) {
    const other = rest.get(at)
    const hit = ranked[at] ?? (other && scoreOf(understood, other))
    if (hit) found.push({ hit, at })
  }
  return found
}

/** Binds cursors to what was searched for, whichever engine answered. */
function hashOf(query: string, filter: ModelFilter, ignore: readonly string[] | undefined): string {
  const lists = Object.entries(filter).filter(([, value]) => value != null && !(Array.isArray(value) && value.length === 0)).sort(([a], [b]) => (a < b ? -1 : 1))
  const told = JSON.stringify([query.normalize('NFC').trim(), lists, [...(ignore ?? [])].sort()])
  return createHash('sha256').update(told).digest('base64url').slice(0, 10)
}

function askedFacets(selection: Selection): { names: FacetName[]; relations: [key: string, related: RelationSelection][] } {
  const relations = [...selection.relations].filter(([, { relation }]) => relation === 'facets')
    .flatMap(([key, facets]) => [...facets.selection.relations].map(([name, related]): [string, RelationSelection] => [`${key}.${name}`, related]))
  return { relations, names: FACETS.filter((name) => relations.some(([, { relation }]) => relation === name)) }
}

/** A term or unit as the row that a facet's value leads to. */
const termFacetShape: Shape = {
  table: 'term', columns: { value: column<string>('key'), kind: column<string>('kind') },
  relations: { term: (facet, related, scope) => one(termShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(facet, 'id')}`] })) },
}
const localityFacetShape: Shape = {
  table: 'locality', columns: { value: column<string>('id') },
  relations: { locality: (facet, related, scope) => one(localityShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(facet, 'id')}`] })) },
}
const TERM_FACETS: Partial<Record<FacetName, string>> = { topics: 'TOPIC', settings: 'SETTING', participants: 'PARTICIPANT' }

/** What a facet's values lead to, each list under its key; nothing for enum values. */
function facetRowsOf(relations: readonly [string, RelationSelection][], answer: SearchAnswer, scope: Scope): Sql[] {
  return relations.flatMap(([key, { relation, selection }]) => {
    const name = relation as FacetName
    const values = valuesOf(answer, name).map(({ value }) => value)
    const kind = TERM_FACETS[name]
    const wanted: Selection = { columns: new Set(kind === undefined ? ['value'] : ['value', 'kind']), relations: selection.relations }
    if (selection.relations.size === 0 || (kind === undefined && name !== 'provinces')) return []
    const list = kind === undefined
      ? many(localityFacetShape, wanted, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = any(${values}::uuid[])`], orderBy: sql.id(t, 'id') }))
      : many(termFacetShape, wanted, scope, (t) => ({ where: [sql`${sql.id(t, 'kind')} = ${sql.lit(kind)}`, sql`${sql.id(t, 'key')} = any(${values}::text[])`], orderBy: sql.id(t, 'key') }))
    return [sql`${list} as ${sql.id(key)}`]
  })
}

function presentFacets(relations: readonly [string, RelationSelection][], answer: SearchAnswer, rows: Record<string, Record<string, unknown>[]>): ModelSearchPage['facets'] {
  return new Map(relations.map(([key, { relation, selection }]) => {
    const byValue = new Map((rows[key] ?? []).map((row) => [row.value, row]))
    const values = valuesOf(answer, relation as FacetName).map(({ value, count }) => ({ value, count, row: byValue.get(value) }))
    // A term that was deprecated since the index was written leads nowhere.
    return [key, byValue.size === 0 || selection.relations.size === 0 ? values.filter(() => selection.relations.size === 0) : values.filter(({ row }) => row !== undefined)]
  }))
}

const valuesOf = (answer: SearchAnswer, name: FacetName): FacetCounts => answer.facets[name] ?? []
