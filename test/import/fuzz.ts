/** Files that nobody meant: made by a seed from whole ones, by cutting, flipping, splicing and lying. Whatever comes, it is read or refused, never a crash. */
import { ImportFileError } from '../../server/domain/import/fault.ts'
import { IMPORT_FORMATS, readTable } from '../../server/domain/import/read.ts'
import { readRecord } from '../../server/domain/import/record.ts'
import { readRow } from '../../server/domain/import/row.ts'
import { columnName, writeWorkbook } from '../../server/domain/export/workbook.ts'

/** mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const HEADINGS = ['Tên mô hình', 'Tóm tắt', 'Bắt đầu từ', 'Số liệu', 'Kết quả', 'Nguồn', 'Lĩnh vực', 'Nguồn khác', 'Mã mô hình', 'Thời gian của kết quả']
const NASTY = ['', ' ', '=1+1', '@SUM(A1)', "'=x", '\u0000', '\ud800', 'e\u0302\u0323', '31/2/2021', '2019-2020', 'quý II/2021', '1.234,5', '1,234', '__proto__', 'a|b|c|d|e', '\\', ';;;', '"', '"\n', '\t', '9'.repeat(400), 'x'.repeat(70_000), '🙂', 'https://x', 'javascript:alert(1)', '-1e999', 'NaN', '{"a":1}', '</t><f>', '\ufeff']

export async function makeFile(seed: number): Promise<{ format: (typeof IMPORT_FORMATS)[number]; bytes: Buffer }> {
  const random = randomOf(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const format = pick(IMPORT_FORMATS)
  const rows = Array.from({ length: Math.floor(random() * 6) }, () => HEADINGS.map(() => pick(NASTY)))
  let bytes: Buffer
  if (format === 'CSV') bytes = Buffer.from([HEADINGS, ...rows].map((row) => row.map((text) => (random() < 0.7 ? `"${text.replaceAll('"', '""')}"` : text)).join(pick([',', ';', '\t']))).join(pick(['\n', '\r\n'])), random() < 0.1 ? 'utf16le' : 'utf8')
  else if (format === 'XLSX') {
    const pieces: Buffer[] = []
    for await (const piece of writeWorkbook([{ name: pick(['Mô hình', ...NASTY.slice(0, 4)]), rows: [HEADINGS, ...rows], widths: [10] }], { title: columnName(seed % 900), rights: '' })) pieces.push(piece)
    bytes = Buffer.concat(pieces)
  } else {
    const objects = rows.map((row) => Object.fromEntries(row.map((text, i) => [pick([HEADINGS[i]!, 'name', 'origin', 'sources', '__proto__', 'x']), pick([text, 1, null, [text], { title: text }, true, [[[[]]]]])])))
    bytes = Buffer.from(format === 'JSON' ? JSON.stringify(random() < 0.3 ? { format: 'nhan-rong-catalogue', version: 1, models: objects } : objects) : objects.map((one) => JSON.stringify(one)).join('\n'))
  }
  return { format, bytes: mutate(bytes, random) }
}

function mutate(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes)
  const kind = random()
  if (kind < 0.2 || copy.length === 0) return copy
  if (kind < 0.4) return copy.subarray(0, Math.floor(random() * copy.length))
  if (kind < 0.8) {
    for (let i = 0; i < 1 + random() * 8; i += 1) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
    return copy
  }
  const at = Math.floor(random() * copy.length)
  return Buffer.concat([copy.subarray(at), copy.subarray(0, at), Buffer.from('[[[[[[[[[[[[')])
}

/** What was made of a file: rows, or the code that refused it. @throws what must never be thrown */
export async function readFuzzed(seed: number): Promise<string> {
  const { format, bytes } = await makeFile(seed)
  try {
    const table = await readTable(format, bytes)
    for (const raw of table.rows) {
      const { issues } = raw.record === undefined ? readRow(raw, table.columns) : readRecord(raw.row, raw.record)
      for (const { code, message, row } of issues) if (!/^[A-Z_]+$/.test(code) || message === '' || !Number.isInteger(row)) throw new Error(`seed ${seed}: an issue that says nothing`)
    }
    return 'READ'
  } catch (error) {
    if (error instanceof ImportFileError && /^[A-Z_]+$/.test(error.code)) return error.code
    throw new Error(`seed ${seed} (${format}): ${(error as Error).stack}`, { cause: error })
  }
}
