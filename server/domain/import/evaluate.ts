/**
 * What a batch of rows would do, in a few statements for all of them: which record each is of, what its names mean, whether the caller may,
 * what would change. Nothing is written; preview shows it, a job writes it.
 */
import { type Kysely, sql } from 'kysely'
import type { Database, EditorialState } from '../../db/tables.ts'
import { deterministicId, newId } from '../ids.ts'
import { isUuid } from '../page.ts'
import { contentHash, normaliseDocument } from '../model/canonical.ts'
import { type CitedAs, findSources } from '../model/cite.ts'
import { diffDocuments, type FieldChange } from '../model/diff.ts'
import { type ModelDocument, VOCABULARIES } from '../model/document.ts'
import { readInput } from '../model/draft.ts'
import { type DraftWrite, readOwnPlaces, readWorkingRecords, type WorkingRecord } from '../model/drafts.ts'
import { emptyDocument, placeOf, putFields, sourcesOf, termsOf } from '../model/fields.ts'
import { checkTerms, cleanTexts, Issues, type NamedPlace, type NamedTerm, type Path, resolvePlaces } from '../model/input.ts'
import { hasRight } from '../model/policy.ts'
import { HIDDEN_STATES, nextState } from '../model/workflow.ts'
import type { SignedInViewer } from '../viewer.ts'
import { writePeriod } from './cell.ts'
import type { ColumnKey } from './columns.ts'
import { errorAt, type RowIssue, warningAt } from './fault.ts'
import { type DuplicateFound, findDuplicates, inspectPrivacy, readStanding, type Standing } from './inspect.ts'
import { readRecord, type ReadRecord } from './record.ts'
import { type ReadRow, readRow, type RowResult } from './row.ts'
import type { ImportTable, RawRow } from './table.ts'
import { readVocabulary, type Vocabulary } from './vocabulary.ts'

export type RowKind = 'CREATE' | 'UPDATE' | 'UNCHANGED' | 'REFUSED'
export interface EvaluatedRow {
  row: number
  kind: RowKind
  /** The record that stands; null for a new one, or when the row is refused. */
  modelId: string | null
  issues: RowIssue[]
  changes: FieldChange[]
  duplicates: DuplicateFound[]
  /** What a job writes. */
  draft: DraftWrite | undefined
  sources: { path: Path; source: { title: string; publisher?: string | null | undefined; url?: string | null | undefined; publishedOn?: string | null | undefined } }[]
}

/** What holds for a whole file. Rows are evaluated in their order, each once. */
export interface Evaluation {
  table: Pick<ImportTable, 'columns'>
  vocabulary: Vocabulary
  standing: Standing
  /** Ids of new records are computed from it and the row, so that doing a row again cannot make a second record. */
  jobId: string
  /** Ids of the file's own records → ids here, for whole documents; and of others that are here. */
  ids: ReadonlyMap<string, string>
  slugs: Map<string, number>
  contents: Map<string, number>
}

export async function newEvaluation(db: Kysely<Database>, viewer: SignedInViewer, table: ImportTable, jobId: string): Promise<Evaluation> {
  return { table, jobId, vocabulary: await readVocabulary(db), standing: await readStanding(db, viewer), ids: await readIds(db, table.rows, jobId), slugs: new Map(), contents: new Map() }
}

/** Where the models that whole documents are of, or name, are in this database, or will be. */
async function readIds(db: Kysely<Database>, rows: readonly RawRow[], jobId: string): Promise<Map<string, string>> {
  const own = rows.flatMap(({ row, record }) => {
    const { id, slug } = (record ?? {}) as Record<string, unknown>
    return typeof id === 'string' && isUuid(id) ? [{ row, id, slug: typeof slug === 'string' && !slug.includes('\0') ? slug : '' }] : []
  })
  const named = [...new Set(rows.flatMap(({ record }) => namedIn(record)))].filter(isUuid)
  if (own.length + named.length === 0) return new Map()
  const { rows: found } = await sql<{ id: string; slug: string }>`select id, slug from model_record where id = any(${[...own.map(({ id }) => id), ...named]}::uuid[]) or slug = any(${own.map(({ slug }) => slug)}::text[])`.execute(db)
  const bySlug = new Map(found.map(({ id, slug }) => [slug, id]))
  const ids = new Map(found.map(({ id }) => [id, id]))
  for (const { row, id, slug } of own) if (!ids.has(id)) ids.set(id, bySlug.get(slug) ?? newRecordId(jobId, row))
  return ids
}

/** Ids of other models in a document that nobody has looked at yet. */
function namedIn(record: unknown): string[] {
  const { relations, results } = (((record ?? {}) as Record<string, unknown>).document ?? {}) as Record<string, unknown>
  const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter((inner) => inner !== null && typeof inner === 'object') : [])
  return [...list(relations).map(({ modelId }) => modelId), ...list(results).flatMap(({ alsoCreditedTo }) => (Array.isArray(alsoCreditedTo) ? alsoCreditedTo as unknown[] : []))].filter((id) => typeof id === 'string')
}

/** A row on its way. */
interface Pending {
  raw: RawRow
  read: ReadRow | undefined
  whole: ReadRecord | undefined
  issues: RowIssue[]
  record: WorkingRecord | undefined
  document: ModelDocument | undefined
}

export const isRefused = (issues: readonly RowIssue[]): boolean => issues.some(({ severity }) => severity === 'ERROR')

/** Reads rows for what later ones are compared with, when a job that was interrupted has decided them already. */
export function skipRows(evaluation: Evaluation, rows: readonly RawRow[]): void {
  for (const raw of rows) {
    note(evaluation, toPending(evaluation, raw))
    // What they made is in the catalogue by now, and still theirs.
    evaluation.standing.rows.set(newRecordId(evaluation.jobId, raw.row), raw.row)
  }
}

export async function evaluateRows(db: Kysely<Database>, viewer: SignedInViewer, evaluation: Evaluation, rows: readonly RawRow[], { isLocked }: { isLocked: boolean }): Promise<EvaluatedRow[]> {
  const pending = rows.map((raw) => toPending(evaluation, raw))
  for (const one of pending) note(evaluation, one)
  await findRecords(db, viewer, pending, isLocked)
  await makeDocuments(db, evaluation, pending)
  await checkRights(db, viewer, pending)
  const fresh = pending.filter(({ document, issues, record }) => document !== undefined && record === undefined && !isRefused(issues))
  const found = await findDuplicates(db, evaluation.standing, fresh.map(({ raw: { row }, document }) => ({ id: newRecordId(evaluation.jobId, row), row, document: document! })))
  const duplicates = new Map(fresh.map((one, i) => [one, found[i]!]))
  return pending.map((one) => finish(evaluation, one, duplicates.get(one) ?? []))
}

function toPending(evaluation: Evaluation, raw: RawRow): Pending {
  if (raw.record !== undefined) {
    const { record: whole, issues } = readRecord(raw.row, raw.record)
    return { raw, read: undefined, whole, issues, record: undefined, document: undefined }
  }
  const read = readRow(raw, evaluation.table.columns)
  const issues = new Issues()
  read.fields = cleanTexts(read.fields, issues)
  if (read.result) read.result = cleanTexts(read.result, issues, ['results', 0])
  const { keyOf } = evaluation.vocabulary
  for (const list of ['topics', 'settings', 'participants'] as const) {
    if (read.fields[list]) read.fields[list] = [...new Set(read.fields[list].map((word) => keyOf(VOCABULARIES[list], word)))]
  }
  return { raw, read, whole: undefined, issues: [...read.issues, ...toRowIssues({ raw, read }, issues.list)], record: undefined, document: undefined }
}

/** Twice the same in one file is a slip of whoever made it. */
function note({ slugs, contents }: Evaluation, { raw, read, whole, issues }: Pending): void {
  const slug = read?.slug ?? whole?.slug
  const { row } = raw
  if (slug) {
    const first = slugs.get(slug)
    if (first === undefined) slugs.set(slug, row)
    else issues.push(errorAt(row, ['slug'], 'TWICE_IN_FILE', `Row ${first} is of "${slug}" already.`))
  }
  if (!read || slug) return
  const same = contentHash([read.fields, read.result])
  const first = contents.get(same)
  if (first !== undefined) return void issues.push(errorAt(row, [], 'DUPLICATE_ROW', `The row says the very same as row ${first}.`))
  contents.set(same, row)
}

export const newRecordId = (jobId: string, row: number): string => deterministicId('import', `${jobId}:${row}`)

async function findRecords(db: Kysely<Database>, viewer: SignedInViewer, pending: readonly Pending[], isLocked: boolean): Promise<void> {
  const slugs = pending.flatMap(({ read, whole }) => read?.slug ?? whole?.slug ?? [])
  const ids = pending.flatMap(({ whole }) => whole?.id ?? [])
  const records = await readWorkingRecords(db, viewer, { slugs, ids, isLocked })
  const bySlug = new Map(records.map((record) => [record.slug, record]))
  const byId = new Map(records.map((record) => [record.id, record]))
  for (const one of pending) {
    const record = (one.whole && byId.get(one.whole.id)) ?? bySlug.get(one.read?.slug ?? one.whole?.slug ?? '')
    if (!record) continue
    const isPublic = record.published !== null && !HIDDEN_STATES.includes(record.state as never)
    // One that the caller may not know of does not exist for them; a new record will just get another slug.
    if (!isPublic && !hasRight(viewer, 'EDIT', record.isOwnPlace)) continue
    one.record = record
    checkRecord(viewer, one, record)
  }
}

function checkRecord(viewer: SignedInViewer, { raw: { row }, read, whole, issues }: Pending, record: WorkingRecord): void {
  if (!hasRight(viewer, 'EDIT', record.isOwnPlace)) issues.push(errorAt(row, ['slug'], 'FORBIDDEN', `"${record.slug}" is a record of another place than yours: an officer may edit only records whose origin lies in the territory of their own units.`))
  if (nextState('EDIT', record.state, record.published !== null) === undefined) issues.push(errorAt(row, ['slug'], 'WRONG_STATE', `"${record.slug}" is ${record.state}: it cannot be edited.`))
  const expected = read?.revision ?? whole?.revision ?? null
  if (expected !== null && expected !== record.latest && !(whole && isSameContent(whole, record))) issues.push(errorAt(row, ['revision'], 'CONFLICT', `"${record.slug}" is at revision ${record.latest}, the file has revision ${expected}: somebody changed it meanwhile. Export it again.`))
}
const isSameContent = (whole: ReadRecord, record: WorkingRecord): boolean => contentHash(whole.document) === contentHash(record.document)

async function makeDocuments(db: Kysely<Database>, evaluation: Evaluation, pending: readonly Pending[]): Promise<void> {
  const terms: NamedTerm[] = []
  const places: NamedPlace[] = []
  const sources: { path: Path; source: ReturnType<typeof sourcesOf>[number]['source'] }[] = []
  const at = (i: number, path: Path): Path => [i, ...path]
  pending.forEach(({ read, whole, record }, i) => {
    if (read) {
      terms.push(...termsOf(read.fields).map((term) => ({ ...term, path: at(i, term.path) })))
      const place = placeOf((record?.document ?? emptyDocument()) as unknown as Record<string, unknown>, read.fields)
      if (place) places.push({ ...place, path: at(i, place.path) })
      sources.push(...sourcesOf(read.fields).map(({ path, source }) => ({ path: at(i, path), source })))
    }
    if (whole) {
      terms.push(...whole.terms.map((term) => ({ ...term, path: at(i, term.path) })))
      places.push(...whole.places.map((place) => ({ ...place, path: at(i, place.path) })))
      sources.push(...whole.sources.map(({ source }, n) => ({ path: at(i, ['sources', n]), source })))
    }
  })
  const issues = new Issues()
  await checkTerms(db, terms, issues)
  const placeIds = await resolvePlaces(db, places, issues)
  const cited = await findSources(db, sources, issues)
  const of = <T>(given: readonly { path: Path }[], found: readonly T[], i: number): T[] => found.filter((_, n) => given[n]!.path[0] === i)
  pending.forEach((one, i) => {
    const { raw: { row }, read, whole, record } = one
    const own = issues.list.filter(({ path }) => path[0] === i).map((issue) => ({ ...issue, path: issue.path.slice(1) }))
    one.issues.push(...toRowIssues(one, own))
    const newId = newRecordId(evaluation.jobId, row)
    for (const [n, id] of (whole?.models ?? []).entries()) if (!evaluation.ids.has(id)) one.issues.push(errorAt(row, ['document', 'models', n], 'UNKNOWN_MODEL', `No model has the id ${id}, here or in the file.`))
    const found = { sources: of(sources, cited, i), places: of(places, placeIds, i) }
    const input = read ? fromFields(read, record, found.sources, found.places[0]) : whole?.toInput({ ...found, record, newId, modelId: (id) => evaluation.ids.get(id) })
    if (!input) return
    const told = new Issues()
    one.document = readInput(input, record?.id ?? newId, told)
    // What is wrong with a cell is told once, in the cell's words.
    one.issues.push(...toRowIssues(one, told.list).filter((issue) => !one.issues.some(({ path, severity }) => severity === 'ERROR' && String(path) === String(issue.path))))
    for (const { path, kind, reason, isRefused: isError } of one.document ? inspectPrivacy(one.document) : []) {
      one.issues.push((isError ? errorAt : warningAt)(row, read ? toColumn(path) : ['document', ...path], `PERSONAL_DATA_${kind}`, reason))
    }
  })
}

/** The record's document with the row's fields in it. What says the same as before stays as it was, citations and all. */
function fromFields({ fields, result, addsSources }: ReadRow, record: WorkingRecord | undefined, cited: readonly (CitedAs | undefined)[], localityId: string | null | undefined): Record<string, unknown> | undefined {
  const before = record?.document
  const base = (before ?? emptyDocument()) as Record<string, unknown>
  let sources: readonly (CitedAs | undefined)[] | undefined = fields.sources === undefined ? undefined : cited
  if (before && sources) {
    const named = new Set(sources.map((source) => source?.sourceId))
    if (addsSources) sources = [...before.sources.filter(({ sourceId }) => !named.has(sourceId)), ...sources]
    if (isSameSources(before.sources, sources)) sources = undefined
  }
  const next = putFields(base, fields, { sources, localityId: fields.origin?.locality == null ? (fields.origin?.locality as null | undefined) : localityId })
  if (before && isSameOrigin(before.origin, next.origin as ModelDocument['origin'])) next.origin = before.origin
  if (result) next.results = withResult(before?.results ?? [], result, cited[0] ?? before?.sources[0])
  return next
}

const isSameSources = (before: readonly CitedAs[], after: readonly (CitedAs | undefined)[]): boolean => before.length === after.length && before.every(({ sourceId, titleAsCited }, i) => after[i]?.sourceId === sourceId && after[i]?.titleAsCited === titleAsCited)
const isSameOrigin = ({ citations: _a, ...before }: ModelDocument['origin'], { citations: _b, ...after }: ModelDocument['origin']): boolean => contentHash(before) === contentHash(after)

/** A result is known again by its words. */
function withResult(results: ModelDocument['results'], told: RowResult, source: CitedAs | undefined): unknown[] {
  const { statement, indicator, value, unit } = told
  const known = results.find((result) => result.statement === statement)
  const qualifier = told.qualifier ?? known?.qualifier ?? 'EXACT'
  const isSamePeriod = known !== undefined && (known.period ? writePeriod(known.period) : null) === (told.period ? writePeriod(told.period) : null)
  const period = isSamePeriod ? known.period : told.period
  if (known) {
    if (known.value === value && known.unit === unit && known.indicator === indicator && known.qualifier === qualifier && isSamePeriod) return [...results]
    const countingUnit = value === null ? 'NONE' : known.countingUnit === 'NONE' ? 'OTHER' : known.countingUnit
    return results.map((result) => (result === known ? { ...result, indicator, value, unit, qualifier, period, countingUnit } : result))
  }
  const countingUnit = value === null ? 'NONE' : unit === '%' ? 'PERCENT' : 'OTHER'
  return [...results, { id: newId(), statement, indicator, value, unit, qualifier, period, countingUnit, citations: source ? [{ sourceId: source.sourceId }] : [] }]
}

async function checkRights(db: Kysely<Database>, viewer: SignedInViewer, pending: readonly Pending[]): Promise<void> {
  if (hasRight(viewer, 'EDIT', false)) return
  const own = await readOwnPlaces(db, viewer, pending.flatMap(({ document }) => (document ? [document.origin.localityId] : [])))
  for (const { document, raw, issues } of pending) {
    if (!document || own.has(document.origin.localityId)) continue
    const isUnsaid = document.origin.localityId === null
    issues.push(errorAt(raw.row, ['originLocality'], 'FORBIDDEN', isUnsaid ? 'An officer imports records of their own units only: say which unit the model was born in.' : 'An officer imports only records whose origin lies in the territory of their own units.'))
  }
}

function finish({ jobId }: Evaluation, { raw: { row }, read, whole, issues, record, document }: Pending, duplicates: DuplicateFound[]): EvaluatedRow {
  const refused: EvaluatedRow = { row, kind: 'REFUSED', modelId: null, issues, changes: [], duplicates, draft: undefined, sources: [] }
  if (!document || isRefused(issues)) return refused
  const sources = read ? sourcesOf(read.fields) : whole!.sources.map(({ source }, i) => ({ path: ['sources', i], source }))
  const to: EditorialState | undefined = record === undefined ? 'DRAFT' : nextState('EDIT', record.state, record.published !== null)
  if (record === undefined) {
    return { ...refused, kind: 'CREATE', sources, draft: { id: newRecordId(jobId, row), record, slug: read?.slug ?? whole?.slug ?? null, to: to!, document } }
  }
  const before = normaliseDocument(record.document)
  if (contentHash(before) === contentHash(document)) return { ...refused, kind: 'UNCHANGED', modelId: record.id }
  return { ...refused, kind: 'UPDATE', modelId: record.id, changes: diffDocuments(before, document), sources, draft: { id: record.id, record, slug: null, to: to!, document } }
}

const toRowIssues = ({ raw: { row }, read }: Pick<Pending, 'raw' | 'read'>, list: Issues['list']): RowIssue[] => list.map(({ path, code, message }) => errorAt(row, read ? toColumn(path) : path, code, message))

/** The column that a field of the input, or of the document, came from; else the path itself. */
function toColumn(path: Path): Path {
  const [head, ...rest] = path
  const field = rest.filter((step) => typeof step === 'string').at(-1) as string | undefined
  if (head === 'origin') return [ORIGIN_COLUMNS[field ?? ''] ?? 'originPlace']
  if (head === 'results') return field === 'citations' ? ['sourceTitle'] : [RESULT_COLUMNS[field ?? ''] ?? 'resultStatement']
  return path
}
const ORIGIN_COLUMNS: Record<string, ColumnKey> = { kind: 'originKind', placeAsWritten: 'originPlace', locality: 'originLocality', localityId: 'originLocality', startedOn: 'startedOn', startedAsWritten: 'startedAsWritten', initiator: 'initiator', confidence: 'confidence' }
const RESULT_COLUMNS: Record<string, ColumnKey> = { statement: 'resultStatement', indicator: 'resultIndicator', qualifier: 'resultQualifier', value: 'resultValue', unit: 'resultUnit', period: 'resultPeriod' }
