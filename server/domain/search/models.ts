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
import { givenNames, listFaults, type ModelFilter } from '../model/filter.ts'
import { rowsOfIds } from '../model/read.ts'
import { givenList } from '../names.ts'
import { type ConnectionRow, encodeCursor, isInt, parsePage } from '../page.ts'
import type { RelationSelection, Selection } from '../selection.ts'
import { column, dataOf, many, newScope, one, type RootRow, rootStatement, type Scope, type Shape, type Sql } from '../shape.ts'
import { type Prepared, prepare, runPrepared, Slot } from '../statement.ts'
import { termShape } from '../term/read.ts'
import type { Viewer } from '../viewer.ts'
import { highlightsOf, type Highlight, whyMatched } from './highlight.ts'
import { rank, scoreOf, scorePartsOf, type SearchHit } from './rank.ts'

export interface SearchModelsArgs { query: string; filter?: ModelFilter | null; ignore?: string[] | null; first?: number | null; after?: string | null }

/** One hit as it is presented; `row` holds what was selected of the model. Marks, reasons and the like are made when somebody looks at them. */
export interface PresentedHit { row: ConnectionRow; readonly cursor: string; score: number; readonly scoreParts: ScorePart[]; readonly highlights: Highlight[]; readonly whyMatched: string[] }
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
  const names = givenNames(filter)
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
    // Facets and names are told with the first rows; another round only fills up the page.
    const statement = hydration(db, viewer, selection, rowsSelection, round === 0 ? asked.relations : [], round === 0 ? [...names.keys()] : [])
    const values = new Map<string, unknown>([...names, ...asked.relations.map(([key, { relation }]): [string, string[]] => [key, valuesOf(answer, relation as FacetName).map(({ value }) => value)]), ['ids', found.map(({ hit }) => hit.id)]])
    const { rows, ...facetRows } = dataOf(await runPrepared<RootRow<HydratedRows>>(db, statement, values))
    if (round === 0) facets = presentFacets(asked.relations, answer, facetRows)
    isMulti = statement.facts.isMulti
    const byId = new Map(rows.map((row) => [row.$id, row]))
    for (const { hit, at } of found) {
      const row = byId.get(hit.id)
      if (!row) continue
      hits.push({
        row, score: hit.score,
        get cursor() { return cursorAt(at + 1) },
        get scoreParts() { return scorePartsOf(hit) },
        get highlights() { return highlightsOf(answer.understood, hit.candidate) },
        get whyMatched() { return whyMatched(hit) },
      })
    }
    offset += wanted
    hasNextPage = offset < Math.min(answer.total, MAX_OFFSET) && found.length > 0
  }
  const { total, totalIsCapped, correctedQuery, parts, relaxations, engine: by, isDegraded } = first!
  return { hits, isMulti, hasNextPage, hasPreviousPage: start > 0, total, totalIsCapped, facets, correctedQuery, understood: parts, relaxations, engine: by, isDegraded }
}

/** What hydration gives: the rows, and what facets lead to under their keys. */
type HydratedRows = { rows: (ConnectionRow & { $id: string })[] } & Record<string, Record<string, unknown>[]>

/** The rows of a page, what facets lead to and the check of the filter's names. Slots: `ids`, each given list under its field, each facet's values under its key. */
function hydration(db: Kysely<Database>, viewer: Viewer, selection: Selection, rowsSelection: Selection, facets: readonly [string, RelationSelection][], given: string[]): Prepared<{ isMulti: boolean }> {
  const scope = newScope(viewer)
  return prepare(db, selection, scope, `${facets.length} ${given.sort().join()}`, () => {
    scope.faults.push(...listFaults(new Map(given.map((field) => [field, new Slot(field)]))))
    const { rows, isMulti } = rowsOfIds(new Slot('ids'), rowsSelection, scope)
    return { statement: rootStatement(scope, sql`(select to_json(s) from (select ${sql.join([sql`${rows} as "rows"`, ...facetRowsOf(facets, scope)])}) as s)`), facts: { isMulti } }
  })
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

/** What a facet's values, the slot under its key, lead to; nothing for enum values. */
function facetRowsOf(relations: readonly [string, RelationSelection][], scope: Scope): Sql[] {
  return relations.flatMap(([key, { relation, selection }]) => {
    const kind = TERM_FACETS[relation as FacetName]
    const wanted: Selection = { columns: new Set(kind === undefined ? ['value'] : ['value', 'kind']), relations: selection.relations }
    if (selection.relations.size === 0 || (kind === undefined && relation !== 'provinces')) return []
    const list = kind === undefined
      ? many(localityFacetShape, wanted, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = any(${new Slot(key)}::uuid[])`], orderBy: sql.id(t, 'id') }))
      : many(termFacetShape, wanted, scope, (t) => ({ where: [sql`${sql.id(t, 'kind')} = ${sql.lit(kind)}`, sql`${sql.id(t, 'key')} = any(${new Slot(key)}::text[])`], orderBy: sql.id(t, 'key') }))
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
