/** Exports in each format, as pieces to send: the flat form for spreadsheets, whole documents for programs and for restoring. */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { COLUMNS } from '../import/columns.ts'
import { CATALOGUE_FORMAT, CATALOGUE_VERSION } from '../import/json.ts'
import type { CatalogueRecord } from '../import/record.ts'
import type { Viewer } from '../viewer.ts'
import { csvHeading, csvLine, FLAT_HEADINGS, flatRow } from './flat.ts'
import { LICENCE } from './licence.ts'
import { exportRecords, type ExportOptions } from './records.ts'
import { writeWorkbook } from './workbook.ts'

export const EXPORT_FORMATS = ['csv', 'xlsx', 'json', 'ndjson'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]
export const MEDIA_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', json: 'application/json; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8',
}

/** The pieces of the file. Spreadsheets need the byte order mark to know that CSV is UTF-8. */
export function writeExport(db: Kysely<Database>, viewer: Viewer, format: ExportFormat, options: ExportOptions = {}): AsyncGenerator<string | Buffer> {
  const records = exportRecords(db, viewer, options)
  if (format === 'csv') return writeCsv(records)
  if (format === 'xlsx') return writeXlsx(records)
  return writeCatalogue(db, records, options, format === 'json')
}

async function* writeCsv(records: AsyncIterable<CatalogueRecord>): AsyncGenerator<string> {
  yield `\ufeff${csvHeading()}`
  for await (const record of records) yield csvLine(flatRow(record))
}

async function* flatRows(records: AsyncIterable<CatalogueRecord>): AsyncGenerator<(string | number | null | undefined)[]> {
  yield [...FLAT_HEADINGS]
  for await (const record of records) {
    const row = flatRow(record)
    yield [...COLUMNS.map(({ key }) => row[key]), LICENCE.short]
  }
}

const writeXlsx = (records: AsyncIterable<CatalogueRecord>): AsyncGenerator<Buffer> => writeWorkbook([
  { name: 'Mô hình', rows: flatRows(records), widths: FLAT_HEADINGS.map((heading) => Math.max(14, heading.length + 2)) },
  { name: 'Giấy phép', rows: [['Giấy phép', LICENCE.name], ['Nói rõ', LICENCE.text]], widths: [16, 120] },
], { title: 'Nhân Rộng', rights: LICENCE.text })

/** One record a line in both: JSON puts a list around them. The end says how many there were, and the hash of their lines. */
async function* writeCatalogue(db: Kysely<Database>, records: AsyncIterable<CatalogueRecord>, { filter, drafts }: ExportOptions, isJson: boolean): AsyncGenerator<string> {
  const vocabularies = await db.selectFrom('term').select(['kind', 'key', 'label_vi as labelVi', 'label_en as labelEn', 'description', 'synonyms', 'position']).orderBy('kind').orderBy('position').orderBy('key').execute()
  const header = { format: CATALOGUE_FORMAT, version: CATALOGUE_VERSION, licence: LICENCE, ...(filter && Object.keys(filter).length > 0 ? { filter } : {}), ...(drafts ? { drafts } : {}), vocabularies }
  yield isJson ? `${JSON.stringify(header).slice(0, -1)},"models":[` : `${JSON.stringify(header)}\n`
  const hash = createHash('sha256')
  let models = 0
  for await (const record of records) {
    const line = JSON.stringify(record)
    hash.update(line).update('\n')
    yield isJson ? `${models === 0 ? '' : ','}\n${line}` : `${line}\n`
    models += 1
  }
  const end = { models, sha256: hash.digest('hex') }
  yield isJson ? `\n],"end":${JSON.stringify(end)}}\n` : `${JSON.stringify({ end })}\n`
}
