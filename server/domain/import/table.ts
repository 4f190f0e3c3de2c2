/** Rows of a table as they stand in the file: found by their headings, not yet understood. */
import { COLUMNS, type ColumnKey, columnOf, headingKey } from './columns.ts'
import { errorAt, ImportFileError, type RowIssue, warningAt } from './fault.ts'
import type { ImportLimits } from './limits.ts'

export type Cell = string | number | boolean
export interface RawRow {
  row: number
  /** Cells that say something. A column that the file has and the row leaves empty is in `columns` of the table only. */
  values: Partial<Record<ColumnKey, unknown>>
  /** The columns that the row speaks of, when rows differ in them (JSON). */
  columns?: readonly ColumnKey[]
  /** A whole record of a catalogue export. */
  record?: unknown
  issues: RowIssue[]
}
export interface ImportTable {
  rows: RawRow[]
  columns: readonly ColumnKey[]
  /** About the file as a whole. */
  issues: RowIssue[]
  /** The header and the end of a catalogue export. */
  catalogue?: { header: Record<string, unknown>; end: Record<string, unknown> | undefined }
}

export interface Heading { index: number; columns: (ColumnKey | undefined)[]; issues: RowIssue[] }

/** Export says under it what may be done with the row. */
const LICENCE_HEADING = headingKey('Giấy phép')
/** Titles stand above headings; further down there are rows. */
export const HEADING_SEARCHED = 20

/** The line that has the most headings that are known; undefined when none has the name of a model, or its key. */
export function findHeading(lines: readonly (readonly string[])[]): Heading | undefined {
  let best: { index: number; columns: (ColumnKey | undefined)[]; known: number } | undefined
  for (const [index, line] of lines.slice(0, HEADING_SEARCHED).entries()) {
    const columns = line.map((text) => (text.length > 200 ? undefined : columnOf(text)))
    const known = new Set(columns.filter((key) => key !== undefined)).size
    if ((columns.includes('name') || columns.includes('slug')) && known > (best?.known ?? 0)) best = { index, columns, known }
  }
  if (!best) return undefined
  const { index, columns } = best
  const issues: RowIssue[] = []
  columns.forEach((key, i) => {
    const text = lines[index]![i]!.trim()
    const first = columns.indexOf(key)
    if (key === undefined && text !== '' && headingKey(text) !== LICENCE_HEADING) issues.push(warningAt(index + 1, [text.slice(0, 60)], 'UNKNOWN_COLUMN', `The column "${text.slice(0, 60)}" is not known and is left out.`))
    if (key !== undefined && first < i) {
      issues.push(errorAt(index + 1, [key], 'COLUMN_TWICE', `Two columns mean the same: "${lines[index]![first]!.trim()}" and "${text}". Keep one.`))
      columns[i] = undefined
    }
  })
  return { index, columns, issues }
}

/** @throws ImportFileError when records cannot be made of these columns */
export function assertColumns(columns: readonly ColumnKey[], row: number): void {
  if (columns.includes('slug')) return
  const missing = COLUMNS.filter(({ key, isRequired }) => isRequired && !columns.includes(key))
  if (missing.length > 0) throw new ImportFileError('MISSING_COLUMN', `These columns are missing: ${missing.map(({ label, key }) => `"${label}" (${key})`).join(', ')}. The template has them all.`, row)
}

export const noHeading = (seen: readonly string[]): ImportFileError => {
  const told = seen.map((text) => text.trim()).filter(Boolean).slice(0, 8).map((text) => `"${text.slice(0, 40)}"`).join(', ')
  return new ImportFileError('MISSING_COLUMN', `No line of the first ${HEADING_SEARCHED} has the column "Tên mô hình" (name)${told ? `; the first says ${told}` : ''}. Use the template's headings.`)
}

/** Holds a file to its limits while it is read. */
export class Bounds {
  rows = 0
  private readonly limits: ImportLimits

  constructor(limits: ImportLimits) {
    this.limits = limits
  }

  /** @throws ImportFileError */
  addRow(row: number): void {
    if ((this.rows += 1) > this.limits.rows) throw new ImportFileError('TOO_MANY_ROWS', `At most ${this.limits.rows.toLocaleString('en')} rows are read at once. Split the file.`, row)
  }

  /** @throws ImportFileError */
  checkColumns(count: number, row: number): void {
    if (count > this.limits.columns) throw new ImportFileError('TOO_MANY_COLUMNS', `At most ${this.limits.columns} columns are read; row ${row} has ${count}.`, row)
  }

  cellFault(text: string, row: number, key: ColumnKey): RowIssue | undefined {
    return text.length <= this.limits.cell ? undefined : errorAt(row, [key], 'TOO_LONG', `At most ${this.limits.cell.toLocaleString('en')} characters fit into a cell; there are ${text.length.toLocaleString('en')}.`)
  }
}
