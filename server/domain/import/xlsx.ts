/** XLSX: the first visible sheet whose headings are known, row by row; formulas by the value that was saved with them. */
import type { ColumnKey } from './columns.ts'
import { errorAt, ImportFileError, type RowIssue, warningAt } from './fault.ts'
import type { ImportLimits } from './limits.ts'
import { assertColumns, Bounds, type Cell, findHeading, type Heading, HEADING_SEARCHED, type ImportTable, noHeading, type RawRow } from './table.ts'
import { readWorkbook, type Workbook } from './workbook.ts'
import { readXml } from './xml.ts'
import { Zip } from './zip.ts'

const MAX_SHEETS = 12
interface SheetRow { row: number; cells: Map<number, Cell>; issues: Map<number, [code: string, message: string]> }
type Merge = readonly [top: number, bottom: number, left: number, right: number]

/** The rows of a workbook. @throws ImportFileError */
export async function readXlsx(bytes: Uint8Array, limits: ImportLimits): Promise<ImportTable> {
  if (bytes.length === 0) throw new ImportFileError('EMPTY', 'The file is empty.')
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new ImportFileError('NOT_XLSX', 'This is an old XLS file, or one protected by a password. Save it as XLSX, without a password.')
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw new ImportFileError('NOT_XLSX', 'This is no XLSX file. Is it a CSV?')
  const zip = new Zip(bytes, limits.unpackedBytes)
  const workbook = await readWorkbook(zip)
  let seen: string[] = []
  for (const { part, name } of workbook.sheets.filter(({ isHidden }) => !isHidden).slice(0, MAX_SHEETS)) {
    const sheet = new Sheet(workbook, limits)
    await readXml(part, zip.open(part)!, sheet)
    const table = sheet.finish()
    if (table) return { ...table, issues: [...table.issues, ...otherSheets(workbook, name)] }
    seen = seen.length > 0 ? seen : sheet.firstTexts()
  }
  throw noHeading(seen)
}

/** Lists to choose from come with the template. */
const otherSheets = ({ sheets }: Workbook, read: string): RowIssue[] => {
  const others = sheets.filter(({ name, isHidden }) => name !== read && !isHidden && !KNOWN_SHEETS.includes(name)).map(({ name }) => `"${name.slice(0, 40)}"`)
  return others.length === 0 ? [] : [warningAt(0, [], 'OTHER_SHEETS', `Only the sheet "${read.slice(0, 40)}" is read; left out: ${others.slice(0, 5).join(', ')}.`)]
}
/** Sheets that template and export add for people. */
export const KNOWN_SHEETS = ['Hướng dẫn', 'Danh mục', 'Giấy phép']

/** Reads one sheet while its XML goes by. Rows are held back until the headings are found, then only what stands under them is kept. */
class Sheet {
  private readonly workbook: Workbook
  private readonly bounds: Bounds
  private readonly head: SheetRow[] = []
  private readonly rows: RawRow[] = []
  private readonly merges: Merge[] = []
  private heading: Heading | undefined
  private headingRow = 0
  private current: SheetRow | undefined
  private lastRow = 0
  private column = -1
  private cell = { type: 'n', style: 0, value: '', formula: false }
  private target: 'value' | 'formula' | undefined
  private isPhonetic = false

  constructor(workbook: Workbook, limits: ImportLimits) {
    this.workbook = workbook
    this.bounds = new Bounds(limits)
  }

  open(tag: string, attributes: Readonly<Record<string, string>>): void {
    if (tag === 'row') {
      const row = Number(attributes.r ?? this.lastRow + 1)
      if (!Number.isInteger(row) || row <= this.lastRow || row > 2 ** 20) throw new ImportFileError('MALFORMED', `The rows of the sheet are out of order after row ${this.lastRow}.`)
      this.current = { row: (this.lastRow = row), cells: new Map(), issues: new Map() }
      this.column = -1
    } else if (tag === 'c' && this.current) {
      this.column = attributes.r ? columnNumber(attributes.r) : this.column + 1
      this.cell = { type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), value: '', formula: false }
    } else if (tag === 'v' || tag === 't') this.target = 'value'
    else if (tag === 'f') {
      this.cell.formula = true
      this.target = 'formula'
    } else if (tag === 'rPh') this.isPhonetic = true
    else if (tag === 'mergeCell') this.addMerge(attributes.ref ?? '')
  }

  text(text: string): void {
    if (this.target === 'value' && !this.isPhonetic) this.cell.value += text
  }

  close(tag: string): void {
    if (tag === 'v' || tag === 't' || tag === 'f') this.target = undefined
    else if (tag === 'rPh') this.isPhonetic = false
    else if (tag === 'c') this.endCell()
    else if (tag === 'row') this.endRow()
  }

  private endCell(): void {
    const { current, column, cell } = this
    if (!current || column < 0) return
    this.bounds.checkColumns(column + 1, current.row)
    if (cell.formula && cell.value === '') current.issues.set(column, ['FORMULA', 'This cell is a formula without a saved value. Copy it and paste values only.'])
    const value = this.valueOf(current, column)
    if (value !== undefined && value !== '') current.cells.set(column, value)
  }

  private valueOf(current: SheetRow, column: number): Cell | undefined {
    const { cell: { type, style, value }, workbook } = this
    if (type === 's') return value === '' ? undefined : workbook.texts[Number(value)] ?? this.fault(current, column, 'MALFORMED', 'This cell points to a text that the file does not have.')
    if (type === 'str' || type === 'inlineStr') return value
    if (type === 'b') return value === '1'
    if (type === 'd') return value.slice(0, 10)
    if (type === 'e') return this.fault(current, column, 'CELL_ERROR', `The spreadsheet could not compute this cell (${value.slice(0, 20)}).`)
    if (value === '') return undefined
    const number = Number(value)
    if (!Number.isFinite(number)) return this.fault(current, column, 'INVALID_NUMBER', `"${value.slice(0, 40)}" is no number.`)
    return workbook.dateStyles.has(style) ? dayOf(number, workbook.is1904) ?? this.fault(current, column, 'INVALID_DATE', `${value} is no day of the spreadsheet's calendar.`) : number
  }

  private fault(current: SheetRow, column: number, code: string, message: string): undefined {
    current.issues.set(column, [code, message])
  }

  private endRow(): void {
    const { current } = this
    this.current = undefined
    if (!current || (current.cells.size === 0 && current.issues.size === 0)) return
    if (this.heading) return this.keep(current)
    // Without a heading among the first lines there is none.
    if (this.head.length < HEADING_SEARCHED && this.head.push(current) === HEADING_SEARCHED) this.find()
  }

  private find(): void {
    const lines = this.head.map(({ cells }) => Array.from({ length: Math.max(-1, ...cells.keys()) + 1 }, (_, i) => String(cells.get(i) ?? '')))
    const heading = findHeading(lines)
    if (!heading) return
    this.headingRow = this.head[heading.index]!.row
    this.heading = { ...heading, issues: heading.issues.map((issue) => ({ ...issue, row: this.headingRow })) }
    for (const row of this.head.slice(heading.index + 1)) this.keep(row)
  }

  private keep({ row, cells, issues }: SheetRow): void {
    const raw: RawRow = { row, values: {}, issues: [] }
    this.heading!.columns.forEach((key, i) => {
      if (key === undefined) return
      const issue = issues.get(i)
      if (issue) raw.issues.push(errorAt(row, [key], ...issue))
      const cell = cells.get(i)
      if (cell === undefined || (typeof cell === 'string' && cell.trim() === '')) return
      const long = typeof cell === 'string' ? this.bounds.cellFault(cell, row, key) : undefined
      if (long) raw.issues.push(long)
      else raw.values[key] = cell
    })
    if (Object.keys(raw.values).length === 0 && raw.issues.length === 0) return
    this.bounds.addRow(row)
    this.rows.push(raw)
  }

  private addMerge(ref: string): void {
    const found = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(ref)
    if (found && this.merges.length < 10_000) this.merges.push([Number(found[2]), Number(found[4]), columnNumber(found[1]!), columnNumber(found[3]!)])
  }

  firstTexts(): string[] {
    return [...(this.head[0]?.cells.values() ?? [])].map(String)
  }

  /** Undefined when no line of the sheet has headings that are known. @throws ImportFileError when some are missing */
  finish(): ImportTable | undefined {
    if (!this.heading) this.find()
    if (!this.heading) return undefined
    const columns = this.heading.columns.filter((key) => key !== undefined)
    assertColumns(columns, this.headingRow)
    this.tellMerges()
    return { rows: this.rows, columns, issues: this.heading.issues }
  }

  /** Only the first cell of a merged range says anything; what the others mean is not ours to guess. */
  private tellMerges(): void {
    const byRow = new Map(this.rows.map((raw) => [raw.row, raw]))
    for (const [top, bottom, left, right] of this.merges) {
      const keys = this.heading!.columns.slice(left, right + 1).filter((key): key is ColumnKey => key !== undefined)
      if (keys.length === 0) continue
      for (let row = Math.max(top, this.headingRow) + 1; row <= Math.min(bottom, this.lastRow); row += 1) {
        byRow.get(row)?.issues.push(errorAt(row, [keys[0]!], 'MERGED_CELLS', `This cell is merged with those above it, so it says nothing of its own. Unmerge rows ${top} to ${bottom}, and fill in each.`))
      }
      if (keys.length > 1) byRow.get(top)?.issues.push(errorAt(top, [keys[1]!], 'MERGED_CELLS', 'Cells of several columns are merged here. Unmerge them, and fill in each.'))
    }
  }
}

/** `C5` → 2. */
function columnNumber(reference: string): number {
  let number = 0
  for (const char of reference) {
    if (char < 'A' || char > 'Z') break
    number = number * 26 + char.charCodeAt(0) - 64
  }
  return Math.min(number, 2 ** 20) - 1
}

/** The day of a spreadsheet's number; it believes that 1900 had a 29th of February. */
function dayOf(serial: number, is1904: boolean): string | undefined {
  const days = Math.floor(serial) + (is1904 ? 1462 : 0)
  if (days < 61 || days > 2_958_465) return undefined
  return new Date(Date.UTC(1899, 11, 30) + days * 86_400_000).toISOString().slice(0, 10)
}
