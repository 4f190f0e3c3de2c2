/** Files as people send them: read, or refused with what to do. No database. */
import { deflateRawSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CHOICES, COLUMNS } from '../../server/domain/import/columns.ts'
import { readDateCell, readNumberCell, readPeriodCell, writeNumber, writePeriod } from '../../server/domain/import/cell.ts'
import { readList, readSources, writeList, writeSources } from '../../server/domain/import/cells.ts'
import { readTable } from '../../server/domain/import/read.ts'
import { readRow } from '../../server/domain/import/row.ts'
import { fromTcvn3 } from '../../server/domain/import/text.ts'
import { writeWorkbook } from '../../server/domain/export/workbook.ts'
import { writeZip } from '../../server/domain/export/zip.ts'
import { Confidence, OperationalStatus, OriginKind, Qualifier } from '../../schema/enums.ts'
import { schema } from '../../schema/index.ts'
import { readFuzzed } from './fuzz.ts'

const csv = (text: string, encoding: BufferEncoding = 'utf8') => readTable('CSV', Buffer.from(text, encoding))
const refused = async (work: Promise<unknown>): Promise<string> => work.then(() => 'READ', (error: { code: string }) => error.code)
const collect = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
const HEAD = 'Tên mô hình,Tóm tắt'

it.each([['18/8/2022', '2022-08-18'], ['8/2022', '2022-08'], ['tháng 8 năm 2022', '2022-08'], ['năm 2012', '2012'], ['2022-08-18', '2022-08-18'], ['ngày 1/1/2020', '2020-01-01']])('the date %s is %s', (text, value) => expect(readDateCell(text)).toEqual({ value }))
it.each([['31/2/2021', 'INVALID_DATE'], ['31/2', 'INVALID_DATE'], ['8/18/2022', 'INVALID_DATE'], ['2019-2020', 'AMBIGUOUS_DATE'], ['quý II/2021', 'AMBIGUOUS_DATE'], ['1/2/21', 'AMBIGUOUS_DATE'], ['hôm qua', 'INVALID_DATE']])('the date %s is %s', (text, code) => expect(readDateCell(text).fault?.code).toBe(code))
it.each([['2019-2020', '2019', '2020'], ['quý II/2021', '2021-04', '2021-06'], ['Quý 4 năm 2020', '2020-10', '2020-12'], ['2021', '2021', '2021'], ['6 tháng đầu 2015', '2015-01', '2015-06']])('the period %s runs from %s to %s, and comes back as written', (text, from, to) => {
  const { value } = readPeriodCell(text)
  expect(value).toMatchObject({ from, to })
  expect(readPeriodCell(writePeriod(value!)!).value).toEqual(value)
})
it.each([['1.234,5', 1234.5], ['1,234.5', 1234.5], ['1.234.567', 1234567], ['1,234,567', 1234567], ['0,125', 0.125], ['0.125', 0.125], ['12,3', 12.3], ['11,9%', 11.9], ['-5', -5]])('the number %s is %d', (text, value) => expect(readNumberCell(text).value).toBe(value))
it.each([['1,234', 'AMBIGUOUS_NUMBER'], ['hơn 110', 'INVALID_NUMBER'], ['1e5', 'INVALID_NUMBER'], ['9'.repeat(30), 'INVALID_NUMBER']])('the number %s is %s', (text, code) => expect(readNumberCell(text).fault?.code).toBe(code))
it('numbers, lists and sources come back', () => {
  for (const value of [0, 1, 1.5, 1.234, 1234.5, 0.125, -3.75, 1e9, 11.9]) expect(readNumberCell(writeNumber(value)).value).toBe(value)
  const list = ['a; b', 'c\\', 'd\ne', 'f|g']
  expect(readList(writeList(list)!)).toEqual(list)
  const sources = [{ title: 'A | B', publisher: null, url: 'https://x.vn/?a=1;b', publishedOn: '2020' }, { title: 'C\\n', publisher: 'P', url: null, publishedOn: null }]
  expect(readSources(writeSources(sources)!).map(({ more: _, ...source }) => source)).toEqual(sources)
})
it('the labels of choices are those of the schema, and the doc has every column', () => {
  const labels = (type: { name?: string } & object, values: object) => Object.fromEntries((schema.getType(String(type)) as unknown as { getValues(): { name: string; extensions: { labelVi?: string } }[] }).getValues().filter(({ name }) => name in values).map(({ name, extensions }) => [name, extensions.labelVi]))
  for (const [type, values] of [['OperationalStatus', CHOICES.operationalStatus], ['OriginKind', CHOICES.originKind], ['Confidence', CHOICES.confidence], ['Qualifier', CHOICES.qualifier]] as const) expect(labels(new String(type) as never, values)).toEqual(values)
  expect([OperationalStatus, OriginKind, Confidence, Qualifier].length).toBe(4)
  const doc = readFileSync(new URL('../../server/domain/export/columns.md', import.meta.url), 'utf8')
  for (const { key, label, isRequired, help } of COLUMNS) expect(doc).toContain(`| \`${key}\` | ${label} | ${isRequired ? 'có' : ''} | ${help} |`)
})

it('CSV: separators, marks, titles above, capital headings, decomposed letters', async () => {
  const { rows, columns } = await csv(`DANH SÁCH MÔ HÌNH;;\n\nTÊN MÔ HÌNH (*);Tóm tắt;Năm bắt đầu\n${'Tổ tự quản'.normalize('NFD')};"Một; tổ";2019\n`)
  expect(columns).toEqual(['name', 'summary', 'startedOn'])
  expect(rows.map(({ row }) => row)).toEqual([4])
  expect(readRow(rows[0]!, columns).fields).toMatchObject({ name: 'Tổ tự quản', summary: 'Một; tổ', origin: { startedOn: '2019' } })
})
it('CSV: UTF-16, windows-1258 and TCVN3 are told and read', async () => {
  const text = 'Tên mô hình,Tóm tắt\nTổ tự quản,Giữ gìn an ninh\n'
  const utf16 = await readTable('CSV', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))
  expect([utf16.rows[0]!.values.name, utf16.issues[0]]).toEqual(['Tổ tự quản', expect.objectContaining({ code: 'ENCODING', row: 0 })])
  // "Tên mô hình,Tóm tắt" and a row, in the codes of TCVN3.
  const tcvn3 = Buffer.from('T\u00aan m\u00ab h\u00d7nh,T\u00e3m t\u00be' + 't\nT\u00e6 t\u00f9 qu\u00b6n,Gi\u00f7 g\u00d7n\n', 'latin1')
  const read = await readTable('CSV', tcvn3)
  expect([read.rows[0]!.values.name, read.issues[0]?.message]).toEqual(['Tổ tự quản', expect.stringContaining('TCVN3')])
  expect((await csv(`${fromTcvn3('x')}T\u00aan m\u00ab h\u00d7nh,T\u00e3m t\u00bet\na,b`.slice(1))).rows[0]!.values.name).toBe('a')
  const cp1258 = Buffer.from([...'Tên mô hi'].map((c) => c.charCodeAt(0)).concat([0xcc], [...'nh,To'].map((c) => c.charCodeAt(0)), [0xec], [...'m tã'].slice(0, 3).map((c) => c.charCodeAt(0)), [0xe3, 0xec, 0x74], [...'\nA,B\n'].map((c) => c.charCodeAt(0))))
  expect((await readTable('CSV', cp1258)).issues[0]?.message).toContain('windows-1258')
})
it('CSV: what is wrong with a file is said with its row', async () => {
  expect(await refused(csv(`${HEAD}\n"a,b\nc,d`))).toBe('QUOTE_NOT_CLOSED')
  expect(await refused(csv('Tên mô hình\na'))).toBe('MISSING_COLUMN')
  expect(await refused(csv('x,y\na,b'))).toBe('MISSING_COLUMN')
  expect(await refused(csv(HEAD))).toBe('EMPTY')
  expect(await refused(readTable('CSV', Buffer.alloc(11 * 1024 * 1024)))).toBe('TOO_LARGE')
  expect(await refused(readTable('CSV', Buffer.from([0x80, 0x81, 0xff, 0x2c])))).toBe('ENCODING')
  expect(await refused(csv(`${HEAD}\n${'a,b\n'.repeat(50_001)}`))).toBe('TOO_MANY_ROWS')
  const { rows } = await csv(`${HEAD}\na,b,c\n=cmd(),b\n'=x,b\na\0,b`)
  expect(rows.map((raw) => readRow(raw, ['name', 'summary']).issues[0]?.code)).toEqual(['COLUMN_COUNT', 'FORMULA', undefined, 'BAD_TEXT'])
  expect(rows[2]!.values.name).toBe('=x')
})
it('JSON: depth, prototypes, types, broken lines', async () => {
  const read = (format: 'JSON' | 'NDJSON', text: string) => readTable(format, Buffer.from(text))
  expect(await refused(read('JSON', '['.repeat(1_000_000)))).toBe('TOO_DEEP')
  expect(await refused(read('JSON', '{'))).toBe('MALFORMED')
  expect(await refused(read('JSON', '[]'))).toBe('EMPTY')
  const { rows } = await read('JSON', '[{"__proto__":{"isAdmin":true},"name":"a","summary":5,"origin":{"startedOn":2019},"sources":[{"title":"t"}]}, 3]')
  expect(readRow(rows[0]!, []).fields).toMatchObject({ name: 'a', summary: '5', origin: { startedOn: '2019' }, sources: [{ title: 't' }] })
  expect(({} as { isAdmin?: true }).isAdmin).toBeUndefined()
  expect(rows[1]!.issues[0]?.code).toBe('TYPE')
  const lines = await read('NDJSON', '{"name":"a","summary":"b"}\n{broken\n{"name":"c","summary":"d"}')
  expect(lines.rows.map(({ row, issues }) => [row, issues[0]?.code])).toEqual([[1, undefined], [2, 'MALFORMED'], [3, undefined]])
})

const sheet = async (xml: string, more: { name: string; content: string[] }[] = []) => collect(writeZip([
  { name: 'xl/workbook.xml', content: ['<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'] },
  { name: 'xl/styles.xml', content: ['<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'] },
  { name: 'xl/worksheets/sheet1.xml', content: [xml] }, ...more]))
const texts = (row: number, ...cells: string[]) => `<row r="${row}">${cells.map((text, i) => `<c r="${'ABCDEF'[i]}${row}" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`

it('XLSX: dates, saved values of formulas, merged cells', async () => {
  const bytes = await sheet(`<worksheet><sheetData>${texts(1, 'Tên mô hình', 'Tóm tắt', 'Bắt đầu từ')}<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" t="str"><f>A2</f><v>kept</v></c><c r="C2" s="1"><v>44791</v></c></row>
    ${texts(3, 'b', 'x')}<row r="4"><c r="A4" t="inlineStr"><is><t>c</t></is></c><c r="B4"><f>1+1</f></c></row></sheetData><mergeCells><mergeCell ref="B2:B3"/></mergeCells></worksheet>`)
  const { rows } = await readTable('XLSX', bytes)
  expect(rows[0]!.values).toEqual({ name: 'a', summary: 'kept', startedOn: '2022-08-18' })
  expect(rows.map(({ issues }) => issues.map(({ code, row, path }) => [code, row, path]))).toEqual([[], [['MERGED_CELLS', 3, ['summary']]], [['FORMULA', 4, ['summary']]]])
})
it('XLSX: bombs, doctypes, other files, lies', async () => {
  const read = (bytes: Buffer) => refused(readTable('XLSX', bytes))
  async function* zeros(): AsyncGenerator<string> { for (let i = 0; i < 100; i += 1) yield ' '.repeat(1024 * 1024) }
  const bomb = await collect(writeZip([{ name: 'xl/workbook.xml', content: ['<workbook><sheets><sheet name="A" sheetId="1"/></sheets></workbook>'] }, { name: 'xl/worksheets/sheet1.xml', content: zeros() }]))
  expect(bomb.length).toBeLessThan(200_000)
  expect(await read(bomb)).toBe('TOO_LARGE')
  expect(await read(await sheet('<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'))).toBe('MALFORMED')
  expect(await read(await sheet('<worksheet><sheetData>'))).toBe('MALFORMED')
  expect(await read(await sheet(`${'<a>'.repeat(50)}`))).toBe('TOO_DEEP')
  expect(await read(Buffer.from('PK\x03\x04 nothing'))).toBe('MALFORMED')
  expect(await read(Buffer.from('d0cf11e0', 'hex'))).toBe('NOT_XLSX')
  expect(await read(Buffer.from('a,b'))).toBe('NOT_XLSX')
  expect(await refused(readTable('CSV', bomb))).toBe('WRONG_FORMAT')
  const broken = await sheet('<worksheet/>')
  broken[broken.indexOf(deflateRawSync('<worksheet/>').subarray(0, 4))]! ^= 0xff
  expect(['MALFORMED', 'MISSING_COLUMN']).toContain(await read(broken))
})
it('XLSX: what is written is read, formulas as text', async () => {
  const rows = [['Tên mô hình', 'Tóm tắt'], ['=1+1', "a & <b> \"c\"\n'"]]
  const { rows: [row] } = await readTable('XLSX', await collect(writeWorkbook([{ name: 'Mô hình', rows, widths: [10] }], { title: '', rights: '' })))
  expect(row!.values).toEqual({ name: rows[1]![0], summary: rows[1]![1] })
})
it('400 fuzzed files are read or refused, never a crash', async () => {
  const outcomes = new Map<string, number>()
  for (let seed = 1; seed <= 400; seed += 1) {
    const outcome = await readFuzzed(seed)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  expect(outcomes.get('READ')).toBeGreaterThan(50)
  expect(outcomes.size).toBeGreaterThan(5)
}, 60_000)
