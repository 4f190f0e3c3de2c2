/** JSON and NDJSON: a list of rows in the words of `createModel` (or of the columns), or a catalogue that export wrote, with whole documents. */
import { type ColumnKey, columnOf } from './columns.ts'
import { errorAt, ImportFileError, type RowIssue, warningAt } from './fault.ts'
import type { ImportLimits } from './limits.ts'
import { Bounds, type ImportTable, type RawRow } from './table.ts'
import { decodeUnicode } from './text.ts'

/** What the first line of a catalogue says of itself. */
export const CATALOGUE_FORMAT = 'nhan-rong-catalogue'
/** Raised when older programs could not read what newer ones write. */
export const CATALOGUE_VERSION = 1

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value)

/** The rows of a JSON file: a list, an object that holds one as `models` or `rows`, or one row. @throws ImportFileError */
export function readJson(bytes: Uint8Array, limits: ImportLimits): ImportTable {
  const { text } = decodeUnicode(bytes)
  if (text.trim() === '') throw new ImportFileError('EMPTY', 'The file is empty.')
  const value = parseBounded(text, limits, 0)
  if (isFields(value) && value.format === CATALOGUE_FORMAT) {
    const { models, end, ...header } = value
    if (!Array.isArray(models)) throw new ImportFileError('MALFORMED', 'This catalogue has no list of `models`.')
    return { ...tableOf(models.map((record, i) => [i + 1, record]), limits, true), catalogue: { header: checkHeader(header), end: isFields(end) ? end : undefined } }
  }
  const list = Array.isArray(value) ? value : isFields(value) ? [value.models, value.rows, value.nodes].find((inner) => Array.isArray(inner)) ?? [value] : undefined
  if (!list) throw new ImportFileError('MALFORMED', 'Expected a list of objects, one for each model.')
  return tableOf((list as unknown[]).map((entry, i) => [i + 1, entry]), limits, false)
}

/** The rows of an NDJSON file: one object a line. A line that is broken is a fault of its row alone. @throws ImportFileError */
export function readNdjson(bytes: Uint8Array, limits: ImportLimits): ImportTable {
  const { text } = decodeUnicode(bytes)
  const entries: [number, unknown][] = []
  const broken: RawRow[] = []
  const bounds = new Bounds(limits)
  let catalogue: ImportTable['catalogue']
  let row = 0
  for (const line of text.split('\n')) {
    row += 1
    if (line.trim() === '') continue
    let value: unknown
    try {
      value = parseBounded(line, limits, row)
    } catch (error) {
      if (!(error instanceof ImportFileError)) throw error
      bounds.addRow(row)
      broken.push({ row, values: {}, issues: [errorAt(row, [], error.code, error.message)] })
      continue
    }
    if (isFields(value) && value.format === CATALOGUE_FORMAT && entries.length === 0) catalogue = { header: checkHeader(value), end: undefined }
    else if (catalogue && isFields(value) && isFields(value.end)) catalogue.end = value.end
    else entries.push([row, value])
  }
  if (entries.length === 0 && broken.length === 0 && !catalogue) throw new ImportFileError('EMPTY', 'The file is empty.')
  if (entries.length === 0 && broken.length > 0 && !catalogue) throw new ImportFileError(broken[0]!.issues[0]!.code, `No line is a JSON object: ${broken[0]!.issues[0]!.message}`, broken[0]!.row)
  const table = tableOf(entries, limits, catalogue !== undefined)
  return { ...table, rows: [...table.rows, ...broken].sort((a, b) => a.row - b.row), ...(catalogue ? { catalogue } : {}) }
}

function checkHeader(header: Fields): Fields {
  if (header.version === CATALOGUE_VERSION) return header
  throw new ImportFileError('VERSION', `This catalogue has version ${JSON.stringify(header.version)}; this program reads version ${CATALOGUE_VERSION}.`)
}

/** Parsed, no deeper than allowed, without keys that would change what an object is. @throws ImportFileError */
function parseBounded(text: string, limits: ImportLimits, row: number): unknown {
  assertDepth(text, limits.depth, row)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ImportFileError('MALFORMED', `This is no JSON: ${(error as Error).message.slice(0, 160)}`, row)
  }
  return withoutPrototypes(value)
}

/** Before parsing: what nests a million deep must not be built first. */
function assertDepth(text: string, most: number, row: number): void {
  let depth = 0
  let isInText = false
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i)
    if (isInText) {
      if (char === 0x5c) i += 1
      else if (char === 0x22) isInText = false
    } else if (char === 0x22) isInText = true
    else if (char === 0x7b || char === 0x5b) {
      if ((depth += 1) > most) throw new ImportFileError('TOO_DEEP', `JSON may nest ${most} deep; this nests deeper.`, row)
    } else if (char === 0x7d || char === 0x5d) depth -= 1
  }
}

const DANGEROUS = ['__proto__', 'constructor', 'prototype']

function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) for (const inner of value) withoutPrototypes(inner)
  else if (isFields(value)) {
    for (const key of DANGEROUS) if (Object.hasOwn(value, key)) delete value[key]
    for (const inner of Object.values(value)) withoutPrototypes(inner)
  }
  return value
}

function tableOf(entries: readonly (readonly [number, unknown])[], limits: ImportLimits, isCatalogue: boolean): ImportTable {
  const bounds = new Bounds(limits)
  const columns = new Set<ColumnKey>()
  const unknown = new Map<string, number>()
  const rows = entries.map(([row, value]): RawRow => {
    bounds.addRow(row)
    if (!isFields(value)) return { row, values: {}, issues: [errorAt(row, [], 'TYPE', 'Expected an object with the fields of one model.')] }
    if (isCatalogue) return { row, values: {}, record: value, issues: [] }
    const raw = rowOf(value, row, bounds, unknown)
    for (const key of raw.columns!) columns.add(key)
    return raw
  })
  const issues: RowIssue[] = [...unknown].slice(0, 20).map(([key, row]) => warningAt(row, [key.slice(0, 60)], 'UNKNOWN_COLUMN', `The field "${key.slice(0, 60)}" is not known and is left out.`))
  if (!isCatalogue && rows.length > 0 && rows.every(({ columns: own }) => own?.length === 0)) throw new ImportFileError('MISSING_COLUMN', `No entry has the field "name" or "slug"${unknown.size > 0 ? `; there are ${[...unknown.keys()].slice(0, 8).map((key) => `"${key.slice(0, 40)}"`).join(', ')}` : ''}.`)
  return { rows, columns: [...columns], issues }
}

/** Nested fields of `createModel`'s input, by the column that holds the same. */
const NESTED: Record<string, Record<string, ColumnKey>> = {
  origin: { kind: 'originKind', placeAsWritten: 'originPlace', locality: 'originLocality', startedOn: 'startedOn', startedAsWritten: 'startedAsWritten', initiator: 'initiator', confidence: 'confidence' },
}

function rowOf(value: Fields, row: number, bounds: Bounds, unknown: Map<string, number>): RawRow {
  const raw: RawRow & { columns: ColumnKey[] } = { row, values: {}, columns: [], issues: [] }
  const keys = Object.keys(value)
  bounds.checkColumns(keys.length, row)
  const put = (key: ColumnKey, cell: unknown): void => {
    if (raw.columns.includes(key)) return void raw.issues.push(errorAt(row, [key], 'COLUMN_TWICE', `Two fields mean the column "${key}". Keep one.`))
    raw.columns.push(key)
    if (cell === null || cell === undefined || cell === '') return
    const long = typeof cell === 'string' ? bounds.cellFault(cell, row, key) : undefined
    if (long) raw.issues.push(long)
    else raw.values[key] = cell
  }
  for (const key of keys) {
    const nested = Object.hasOwn(NESTED, key) ? NESTED[key] : undefined
    if (nested && isFields(value[key])) {
      for (const [inner, cell] of Object.entries(value[key])) {
        if (Object.hasOwn(nested, inner)) put(nested[inner]!, cell)
        else unknown.set(`${key}.${inner}`, row)
      }
    } else if (key === 'sources' && Array.isArray(value[key])) put('moreSources', value[key])
    else {
      const column = columnOf(key)
      if (column) put(column, value[key])
      else if (!unknown.has(key)) unknown.set(key, row)
    }
  }
  if (!raw.columns.includes('name') && !raw.columns.includes('slug') && raw.columns.length > 0) raw.issues.push(errorAt(row, ['name'], 'REQUIRED', 'A model has a name; give "name".'))
  return raw
}

