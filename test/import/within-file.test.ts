/** Rows of one file that are one model: suspected as records of the catalogue are, with their numbers; those of one family are not taken for one. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Seen } from '../../server/domain/duplicate/seen.ts'
import { readCatalogue } from '../../server/domain/duplicate/catalogue.ts'
import { featuresOf } from '../../server/domain/duplicate/features.ts'
import { startImport } from '../../server/domain/import/job.ts'
import { startImports } from '../../server/domain/import/run.ts'
import { AN, as } from '../schema/model/editing.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())

const FIELDS = 'duplicates { row candidates { row verdict reasons model { id slug } } } issues { row code } created'
const csv = (rows: readonly (readonly string[])[]) => ({ format: 'CSV' as const, content: Buffer.from(['Tên mô hình;Tóm tắt;Nơi bắt đầu', ...rows.map((row) => row.join(';'))].join('\n')).toString('base64') })
const preview = async (rows: readonly (readonly string[])[]): Promise<any> => (await as(opened.db, AN).write('previewImport', csv(rows), `import { ${FIELDS} }`)).import
/** `later~earlier verdict` of every suspicion between rows. */
const between = ({ duplicates }: any): string[] => duplicates.flatMap(({ row, candidates }: any) => candidates.filter((one: any) => one.row !== null).map((one: any) => `${row}~${one.row} ${one.verdict}`))

const TWINS = [
  ['Chuông vàng báo động xóm chài', 'Mỗi ghe treo một chuông đồng, có trộm thì rung cho cả xóm chài cùng ra.', 'xã Đất Mũi, huyện Ngọc Hiển, tỉnh Cà Mau'],
  ['Vườn rau nghĩa tình của phạm nhân cũ', 'Người ra tù được giao đất trồng rau, hội phụ nữ bao tiêu.', 'phường 5, thành phố Vĩnh Long'],
  ['chuong vang bao dong xom chai', 'Moi ghe treo mot chuong dong, co trom thi rung cho ca xom chai cung ra.', 'xã Đất Mũi, huyện Ngọc Hiển, tỉnh Cà Mau'],
  ['Mô hình “Xóm chài chuông vàng báo động”', 'Ghe nào cũng treo chuông đồng, thấy trộm thì rung chuông.', 'xã Đất Mũi, Cà Mau'],
]
/** One pattern, different ideas or other numbers: each is a row of its own. */
const FAMILY = [
  ['Tổ liên gia tự quản số 1', 'Mười hộ ở hẻm 12 thay nhau trực đêm.', 'phường An Hòa'], ['Tổ liên gia tự quản số 2', 'Chín hộ ở hẻm 40 thay nhau trực đêm.', 'phường An Hòa'],
  ['Tổ tự quản bến phà', 'Chủ phà giữ trật tự, ghi biển số xe qua đêm.', 'xã Tân Lộc'], ['Tổ tự quản nghĩa địa', 'Người dân trông mộ, ngăn trộm lư đồng.', 'xã Tân Lộc'], ['Tổ tự quản chợ nổi', 'Thương hồ nhắc nhau neo ghe, phòng móc túi.', 'xã Tân Lộc'],
  ['5 không 3 sạch ở trường học', 'Học sinh ký cam kết không bạo lực.', 'trường THCS'], ['3 không 5 sạch ở trường học', 'Học sinh cam kết không ma túy.', 'trường THPT'],
]

it('are told at preview, with the row that stands before; the catalogue’s are told beside them', async () => {
  const told = await preview([...TWINS, ['CLB Hướng Thiện', 'Giúp người mãn hạn tù có việc làm.', '']])
  expect(told.created).toBe(5)
  expect(between(told)).toEqual(expect.arrayContaining(['4~2 SAME', expect.stringMatching(/^5~[24] (SAME|VARIANT)$/)]))
  expect(between(told).filter((one) => !/^[45]~[24] /.test(one))).toEqual([])
  const [fourth] = told.duplicates.filter(({ row }: any) => row === 4)
  expect(fourth.candidates[0]).toMatchObject({ row: 2, model: null, reasons: expect.arrayContaining([expect.stringContaining('“Chuông vàng báo động xóm chài”')]) })
  expect(told.duplicates.find(({ row }: any) => row === 6).candidates[0]).toMatchObject({ row: null, model: { slug: 'cau-lac-bo-huong-thien' }, verdict: 'SAME' })
})

it('of one family are not called the same', async () => {
  const told = await preview(FAMILY)
  expect(told.created).toBe(FAMILY.length)
  expect(between(told).filter((one) => one.endsWith('SAME'))).toEqual([])
})

it('lead to the drafts that they became, after an interruption too', async () => {
  const rows = [...TWINS.slice(0, 2), ...Array.from({ length: 130 }, (_, i) => [`Việc riêng ${'abcdefghij'[i % 10]}${i} của làng`, `Chuyện thứ ${i}.`, '']), TWINS[2]!]
  const id = await startImport(opened.db, AN, csv(rows))
  let batches = 0
  await startImports({ db: opened.db, start: false, onBatch: () => { if ((batches += 1) === 1) throw new Error('the process died') } }).runOnce().catch(() => undefined)
  await startImports({ db: opened.db, start: false }).runOnce()
  const { import: told } = await as(opened.db, AN).read(`query ($id: ID!) { import(id: $id) { state ${FIELDS} } }`, { id: Buffer.from(`Import:${id}`).toString('base64') })
  expect(told.state).toBe('SUCCEEDED')
  const [last] = told.duplicates.filter(({ row }: any) => row === 134)
  expect(last.candidates[0]).toMatchObject({ row: 2, verdict: 'SAME', model: { slug: 'chuong-vang-bao-dong-xom-chai' } })
})

it('are few that are looked at, however many share their words', async () => {
  const catalogue = await readCatalogue(opened.db)
  const seen = new Seen(catalogue)
  const entry = (i: number) => ({ id: `row-${i}`, slug: '', name: `Tổ tự quản số ${i}`, isDraft: true, sources: new Set<string>(), relatesTo: new Set<string>(), features: featuresOf({ name: `Tổ tự quản số ${i % 700}`, summary: 'Các hộ trong xóm thay nhau trực đêm, có trộm thì đánh kẻng.' }, catalogue.thesaurus) })
  for (let i = 0; i < 1500; i += 1) {
    const one = entry(i)
    const near = seen.near(one)
    expect(near.length).toBeLessThanOrEqual(6)
    if (i >= 700) expect(near[0]!.id).toBe(`row-${i % 700}`)
    seen.add(one)
    seen.add(one)
  }
})
