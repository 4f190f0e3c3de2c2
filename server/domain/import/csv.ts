/** CSV in whatever dialect a spreadsheet saves: comma, semicolon, tab; UTF-8, UTF-16, or an old Vietnamese code page when the headings are read under it. */
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { errorAt, ImportFileError, warningAt } from './fault.ts'
import type { ImportLimits } from './limits.ts'
import { assertColumns, Bounds, findHeading, type Heading, HEADING_SEARCHED, type ImportTable, noHeading, type RawRow } from './table.ts'
import { decodings, type DecodedText, fromTcvn3 } from './text.ts'

const DELIMITERS = [',', ';', '\t', '|'] as const
/** Handed to the parser at once; between two pieces other work goes on. */
const PIECE = 64 * 1024
/** What export puts before a cell that a spreadsheet would take for a formula. */
const GUARD = /^'(?='*[=+\-@\t\r])/
const FORMULA = /^=|^[+@-][A-Za-z][\w.]*\(/

/** The cell with an apostrophe where a spreadsheet would run it; reading takes the apostrophe off again. */
export const guardFormula = (text: string): string => (/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text)

/** The rows of a CSV file. @throws ImportFileError */
export async function readCsv(bytes: Uint8Array, limits: ImportLimits): Promise<ImportTable> {
  const candidates = decodings(bytes)
  // Text of an old font is TCVN3 in whatever encoding it was saved.
  if (candidates[0]!.encoding.startsWith('UTF')) candidates.push({ text: fromTcvn3(candidates[0]!.text), encoding: 'TCVN3' })
  let seen: string[] = []
  for (const decoded of candidates) {
    for (const delimiter of byLikelihood(decoded.text)) {
      const head = await readHead(decoded.text, delimiter)
      const heading = findHeading(head)
      if (heading) return readBody(decoded, delimiter, heading, limits)
      if (seen.length < (head[0]?.length ?? 0)) seen = head[0]!
    }
  }
  if (bytes.length === 0) throw new ImportFileError('EMPTY', 'The file is empty.')
  if (!candidates[0]!.encoding.startsWith('UTF')) throw new ImportFileError('ENCODING', 'This is not UTF-8, and its headings are not read as windows-1258 or TCVN3 either. Save the file as UTF-8 and send it again.')
  throw noHeading(seen)
}

/** The delimiters by how often they stand in the first lines. */
function byLikelihood(text: string): string[] {
  const head = text.slice(0, 4096)
  const count = (delimiter: string): number => head.split(delimiter).length
  return [...DELIMITERS].sort((a, b) => count(b) - count(a))
}

const options = (delimiter: string) => ({ delimiter, bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: false, max_record_size: 4 * 1024 * 1024 })

/** The first lines; a fault in them is found again, with its place, when the body is read. */
async function readHead(text: string, delimiter: string): Promise<string[][]> {
  const lines: string[][] = []
  // Kept as they are found: a stream that ends in an error forgets what it had.
  const parser = parse({ ...options(delimiter), to: HEADING_SEARCHED, on_record: (line: string[]) => { lines.push(line); return null } })
  parser.resume().end(text.slice(0, PIECE))
  await new Promise<void>((resolve) => { parser.once('error', () => resolve()).once('close', resolve).once('end', resolve) })
  parser.destroy()
  return lines
}

async function readBody({ text, encoding }: DecodedText, delimiter: string, { index, columns, issues }: Heading, limits: ImportLimits): Promise<ImportTable> {
  const known = columns.filter((key) => key !== undefined)
  assertColumns(known, index + 1)
  const bounds = new Bounds(limits)
  const rows: RawRow[] = []
  const parser = parse(options(delimiter))
  const source = Readable.from(pieces(text))
  source.pipe(parser)
  let row = 0
  try {
    for await (const line of parser as AsyncIterable<string[]>) {
      row += 1
      if (row <= index + 1) continue
      bounds.checkColumns(line.length, row)
      if (line.every((cell) => cell.trim() === '')) continue
      bounds.addRow(row)
      rows.push(toRow(line, row, columns, bounds))
    }
  } catch (error) {
    if (error instanceof ImportFileError) throw error
    if (error instanceof CsvError) throw explain(error, row + 1)
    throw error
  } finally {
    source.destroy()
    parser.destroy()
  }
  if (encoding !== 'UTF-8') issues.push(warningAt(0, [], 'ENCODING', `The file is ${encoding}; it was read as such. Look whether its words are right, or save it as UTF-8.`))
  return { rows, columns: known, issues }
}

function* pieces(text: string): Generator<string> {
  for (let i = 0; i < text.length; i += PIECE) yield text.slice(i, i + PIECE)
}

function toRow(line: readonly string[], row: number, columns: Heading['columns'], bounds: Bounds): RawRow {
  const raw: RawRow = { row, values: {}, issues: [] }
  line.forEach((cell, i) => {
    const key = columns[i]
    if (i >= columns.length && cell.trim() !== '') raw.issues.push(errorAt(row, [], 'COLUMN_COUNT', `The row has ${line.length} cells, the headings ${columns.length}: is a quotation mark or a separator missing?`))
    if (key === undefined || cell.trim() === '') return
    const long = bounds.cellFault(cell, row, key)
    if (long) raw.issues.push(long)
    else if (FORMULA.test(cell)) raw.issues.push(errorAt(row, [key], 'FORMULA', `"${cell.slice(0, 40)}" is a formula. Write its value, or an apostrophe before it when these very words are meant.`))
    else raw.values[key] = cell.replace(GUARD, '')
  })
  if (raw.issues.length > 1) raw.issues = raw.issues.filter((issue, i, all) => issue.code !== 'COLUMN_COUNT' || all.findIndex(({ code }) => code === 'COLUMN_COUNT') === i)
  return raw
}

function explain(error: CsvError, row: number): ImportFileError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return new ImportFileError('QUOTE_NOT_CLOSED', `A quotation mark that opens in row ${row} is never closed, so nothing after it can be read.`, row)
  if (error.code === 'CSV_MAX_RECORD_SIZE') return new ImportFileError('TOO_LONG', `Row ${row} is longer than any row should be: is a quotation mark not closed?`, row)
  return new ImportFileError('MALFORMED', `Row ${row} cannot be read: ${error.message}`, row)
}
