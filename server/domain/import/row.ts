/** From a row's cells to the fields of a record, as `createModel` takes them: every fault of the row told at once. Nothing is looked up yet. */
import type { ModelFields, OriginInput } from '../model/fields.ts'
import type { SourceInput } from '../model/cite.ts'
import { foldedWords, wellFormed } from '../../search/fold.ts'
import type { ReadPeriod } from '../result/parse-date.ts'
import { type CellFault, type Read, readDateCell, readNumberCell, readPeriodCell } from './cell.ts'
import { readList, readSources } from './cells.ts'
import { COLUMN, type ColumnKey } from './columns.ts'
import { errorAt, type RowIssue, warningAt } from './fault.ts'
import type { RawRow } from './table.ts'

export interface RowResult { statement: string; indicator: string | null; qualifier: string | null; value: number | null; unit: string | null; period: ReadPeriod | null }
export interface ReadRow {
  row: number
  slug: string | null
  revision: number | null
  /** Terms are as written: keys, labels or synonyms. */
  fields: ModelFields
  result: RowResult | null
  /** The row tells of one source only: those that the record has stay. */
  addsSources: boolean
  issues: RowIssue[]
}

/** Room for what a field may have is checked with the document; this bounds what is looked at. */
const MAX_LIST = 100

class RowReader {
  readonly issues: RowIssue[]
  private readonly raw: RawRow
  private readonly columns: ReadonlySet<ColumnKey>

  constructor(raw: RawRow, columns: readonly ColumnKey[]) {
    this.raw = raw
    this.columns = new Set(raw.columns ?? columns)
    this.issues = [...raw.issues]
  }

  has(...keys: ColumnKey[]): boolean {
    return keys.some((key) => this.columns.has(key))
  }

  error(key: ColumnKey, code: string, message: string): undefined {
    this.issues.push(errorAt(this.raw.row, [key], code, message))
  }

  private told<T>(key: ColumnKey, { value, fault }: Read<T>): T | undefined {
    if (fault) this.tell(key, fault)
    return value
  }

  private tell(key: ColumnKey, { code, message, isWarning }: CellFault): void {
    this.issues.push((isWarning ? warningAt : errorAt)(this.raw.row, [key], code, message))
  }

  /** Composed and trimmed; null when the cell says nothing. */
  text(key: ColumnKey): string | null {
    const cell = this.raw.values[key]
    if (cell === undefined) return null
    if (typeof cell !== 'string' && typeof cell !== 'number' && typeof cell !== 'boolean') return this.error(key, 'TYPE', 'Expected a text.') ?? null
    const text = String(cell).normalize('NFC').replace(/\r\n?/g, '\n').trim()
    if (text.includes('\0')) return this.error(key, 'BAD_TEXT', 'A NUL character cannot be kept.') ?? null
    if (text !== wellFormed(text)) return this.error(key, 'BAD_TEXT', 'Half of a surrogate pair cannot be kept.') ?? null
    return text === '' ? null : text
  }

  date(key: ColumnKey): string | null {
    const text = this.text(key)
    return text === null ? null : this.told(key, readDateCell(text)) ?? null
  }

  period(key: ColumnKey): ReadPeriod | null {
    const text = this.text(key)
    return text === null ? null : this.told(key, readPeriodCell(text)) ?? null
  }

  number(key: ColumnKey): { value: number | null; isPercent: boolean } {
    const cell = this.raw.values[key]
    if (typeof cell === 'number') return Number.isFinite(cell) ? { value: cell, isPercent: false } : { value: this.error(key, 'INVALID_NUMBER', 'This number is too large.') ?? null, isPercent: false }
    const text = this.text(key)
    if (text === null) return { value: null, isPercent: false }
    const read = readNumberCell(text)
    return { value: this.told(key, read) ?? null, isPercent: read.isPercent === true }
  }

  integer(key: ColumnKey): number | null {
    const { value } = this.number(key)
    if (value === null || (Number.isInteger(value) && value > 0 && value < 2 ** 31)) return value
    return this.error(key, 'INVALID_NUMBER', `${value} is no whole number above zero.`) ?? null
  }

  /** The value of a choice, by itself or by its label. */
  choice(key: ColumnKey): string | null {
    const text = this.text(key)
    if (text === null) return null
    const choices = COLUMN.get(key)!.choices!
    const folded = foldedWords(text)
    const found = Object.entries(choices).find(([value, label]) => value.toLowerCase() === text.toLowerCase() || foldedWords(label) === folded)
    return found?.[0] ?? this.error(key, 'UNKNOWN_CHOICE', `"${text.slice(0, 60)}" is none of: ${Object.values(choices).join(', ')}.`) ?? null
  }

  list(key: ColumnKey): string[] {
    const cell = this.raw.values[key]
    const entries = Array.isArray(cell) ? this.texts(key, cell) : readList(this.text(key) ?? '')
    if (entries.length > MAX_LIST) this.error(key, 'TOO_MANY', `At most ${MAX_LIST} entries are allowed; there are ${entries.length}.`)
    return [...new Set(entries.slice(0, MAX_LIST))]
  }

  private texts(key: ColumnKey, cells: readonly unknown[]): string[] {
    if (!cells.slice(0, MAX_LIST + 1).every((cell) => typeof cell === 'string')) return this.error(key, 'TYPE', 'Expected a list of texts.') ?? []
    return (cells as string[]).map((cell) => cell.normalize('NFC').trim()).filter((cell) => cell !== '')
  }

  url(key: ColumnKey, text: string | null): string | null {
    if (text === null) return null
    if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text
    return this.error(key, 'INVALID_URL', `"${text.slice(0, 60)}" is no address; it begins with http:// or https://.`) ?? null
  }

  sources(): SourceInput[] {
    const title = this.text('sourceTitle')
    const [publisher, url, publishedOn] = [this.text('sourcePublisher'), this.url('sourceUrl', this.text('sourceUrl')), this.date('sourcePublishedOn')]
    const more = this.moreSources()
    if (title !== null) return [{ title, publisher, url, publishedOn }, ...more]
    // An address says well enough what it is.
    if (url !== null) return [{ title: url, publisher, url, publishedOn }, ...more]
    if (publisher !== null || publishedOn !== null) this.error('sourceTitle', 'REQUIRED', 'A source needs a title.')
    return more
  }

  private moreSources(): SourceInput[] {
    const cell = this.raw.values.moreSources
    if (Array.isArray(cell)) return this.sourceObjects(cell)
    return readSources(this.text('moreSources') ?? '').slice(0, MAX_LIST).map(({ title, publisher, url, publishedOn, more }) => {
      if (more > 0) this.error('moreSources', 'COLUMN_COUNT', `"${title.slice(0, 60)}": a source has four parts at most (title | publisher | address | date). Write \\| for a bar inside one.`)
      const date = publishedOn === null ? null : this.told('moreSources', readDateCell(publishedOn)) ?? null
      const address = this.url('moreSources', url)
      if (title === '' && address === null) this.error('moreSources', 'REQUIRED', 'A source needs a title.')
      return { title: title || address || '', publisher, url: address, publishedOn: date }
    })
  }

  private sourceObjects(cells: readonly unknown[]): SourceInput[] {
    if (cells.length > MAX_LIST) this.error('moreSources', 'TOO_MANY', `At most ${MAX_LIST} sources are allowed; there are ${cells.length}.`)
    return cells.slice(0, MAX_LIST).map((cell) => {
      const source = (typeof cell === 'string' ? { title: cell } : cell ?? {}) as Record<string, unknown>
      const part = (name: string): string | null => {
        const value = typeof source === 'object' && Object.hasOwn(source, name) ? source[name] : null
        if (value === null || value === undefined || value === '') return null
        if (typeof value === 'string' || typeof value === 'number') return String(value).normalize('NFC').trim() || null
        return this.error('moreSources', 'TYPE', `The \`${name}\` of a source is a text.`) ?? null
      }
      const date = part('publishedOn')
      const url = this.url('moreSources', part('url'))
      const title = part('title') ?? url
      if (title === null) this.error('moreSources', 'REQUIRED', 'A source needs a title.')
      return { title: title ?? '', publisher: part('publisher'), url, publishedOn: date === null ? null : this.told('moreSources', readDateCell(date)) ?? null }
    })
  }
}

const ORIGIN: readonly (readonly [ColumnKey, keyof OriginInput])[] = [['originPlace', 'placeAsWritten'], ['originLocality', 'locality'], ['startedAsWritten', 'startedAsWritten'], ['initiator', 'initiator']]

/** The row's fields; a column that the file lacks is absent, one that the row leaves empty is null. */
export function readRow(raw: RawRow, columns: readonly ColumnKey[]): ReadRow {
  const reader = new RowReader(raw, columns)
  const fields: ModelFields = {}
  for (const key of ['name', 'summary', 'problem', 'howItWorks', 'leadBody'] as const) if (reader.has(key)) fields[key] = reader.text(key)
  for (const key of ['aliases', 'topics', 'settings', 'participants'] as const) if (reader.has(key)) fields[key] = reader.list(key)
  if (reader.has('operationalStatus')) fields.operationalStatus = reader.choice('operationalStatus')
  const origin: OriginInput = {}
  for (const [key, field] of ORIGIN) if (reader.has(key)) origin[field] = reader.text(key)
  if (reader.has('startedOn')) origin.startedOn = reader.date('startedOn')
  if (reader.has('originKind')) origin.kind = reader.choice('originKind')
  if (reader.has('confidence')) origin.confidence = reader.choice('confidence')
  if (Object.keys(origin).length > 0) fields.origin = origin
  if (reader.has('sourceTitle', 'sourceUrl', 'moreSources')) fields.sources = reader.sources()
  const slug = reader.has('slug') ? reader.text('slug') : null
  if (slug !== null && !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug)) reader.error('slug', 'INVALID', `"${slug.slice(0, 60)}" is no key of a model: those are like cau-lac-bo-huong-thien. Leave it empty for a new model.`)
  for (const key of ['name', 'summary'] as const) {
    // Only a record that stands may leave its column out; an empty cell is empty for both.
    if (fields[key] === null || (fields[key] === undefined && slug === null)) if (!reader.issues.some(({ path }) => path[0] === key)) reader.error(key, 'REQUIRED', `A model has a ${key === 'name' ? 'name' : 'summary'}: fill in "${COLUMN.get(key)!.label}".`)
  }
  const result = readResult(reader)
  return { row: raw.row, slug, revision: reader.has('revision') ? reader.integer('revision') : null, fields, result, addsSources: !reader.has('moreSources'), issues: reader.issues }
}

function readResult(reader: RowReader): RowResult | null {
  const statement = reader.text('resultStatement')
  const { value, isPercent } = reader.number('resultValue')
  const rest = { indicator: reader.text('resultIndicator'), qualifier: reader.choice('resultQualifier'), value, unit: reader.text('resultUnit') ?? (isPercent ? '%' : null), period: reader.period('resultPeriod') }
  if (statement !== null) return { statement, ...rest }
  if (value !== null) reader.error('resultStatement', 'REQUIRED', 'A figure needs the words of its claim: fill in "Kết quả".')
  return null
}
