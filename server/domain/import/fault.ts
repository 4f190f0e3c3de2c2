/** What is wrong with a file as a whole, or with one row of it. */
import type { Path } from '../model/input.ts'

/** The file cannot be read: nothing of it is imported. `row` when the fault has a place. */
export class ImportFileError extends Error {
  readonly code: string
  readonly row: number

  constructor(code: string, message: string, row = 0) {
    super(message)
    this.name = 'ImportFileError'
    this.code = code
    this.row = row
  }
}

export interface RowIssue {
  /** As a spreadsheet counts: 1 is the first line of a table, or of NDJSON, and the first entry of a JSON list; 0 is the file as a whole. */
  row: number
  /** The column by its key, or the field from the record inwards. */
  path: Path
  code: string
  message: string
  /** A row with an error is refused; a warning says what was made of it. */
  severity: 'ERROR' | 'WARNING'
}

export const errorAt = (row: number, path: Path, code: string, message: string): RowIssue => ({ row, path, code, message, severity: 'ERROR' })
export const warningAt = (row: number, path: Path, code: string, message: string): RowIssue => ({ row, path, code, message, severity: 'WARNING' })
