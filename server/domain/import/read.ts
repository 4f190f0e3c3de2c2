/** A file of any of the formats as rows. */
import { ImportFileError } from './fault.ts'
import { CATALOGUE_VERSION, readJson, readNdjson } from './json.ts'
import { readCsv } from './csv.ts'
import { IMPORT_LIMITS, type ImportLimits } from './limits.ts'
import type { ImportTable } from './table.ts'
import { readXlsx } from './xlsx.ts'

export { CATALOGUE_VERSION }
export const IMPORT_FORMATS = ['CSV', 'XLSX', 'JSON', 'NDJSON'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** The rows of a file. @throws ImportFileError when nothing of it can be read */
export async function readTable(format: ImportFormat, bytes: Uint8Array, limits: ImportLimits = IMPORT_LIMITS): Promise<ImportTable> {
  if (bytes.length > limits.bytes) throw new ImportFileError('TOO_LARGE', `At most ${limits.bytes} bytes are read at once; there are ${bytes.length}. Split the file.`)
  if (format !== 'XLSX' && bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) throw new ImportFileError('WRONG_FORMAT', `This is a workbook or an archive, not ${format}. Give the format XLSX, or unpack it.`)
  if (format !== 'XLSX' && bytes[0] === 0x1f && bytes[1] === 0x8b) throw new ImportFileError('WRONG_FORMAT', 'This is packed by gzip. Unpack it.')
  const table = format === 'XLSX' ? await readXlsx(bytes, limits) : format === 'CSV' ? await readCsv(bytes, limits) : format === 'JSON' ? readJson(bytes, limits) : readNdjson(bytes, limits)
  if (table.rows.length === 0 && !table.catalogue) throw new ImportFileError('EMPTY', 'Under the headings stands no row.')
  return table
}
