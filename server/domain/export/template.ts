/** The table to fill in: every column with its help, and the lists that its cells are chosen from. columns.md says the same. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { COLUMNS } from '../import/columns.ts'
import { LICENCE } from './licence.ts'
import { type Choice, columnName, writeWorkbook } from './workbook.ts'

const LISTS = 'Danh mục'

/** The bytes of the template. Terms are offered by their Vietnamese label, which import understands. */
export async function writeTemplate(db: Kysely<Database>): Promise<AsyncGenerator<Buffer>> {
  const terms = await db.selectFrom('term').select(['kind', 'label_vi']).where('deprecated_at', 'is', null).orderBy('kind').orderBy('position').execute()
  const lists = COLUMNS.flatMap(({ label, choices, vocabulary }, column) => {
    const values = choices ? Object.values(choices) : terms.filter(({ kind }) => kind === vocabulary).map(({ label_vi }) => label_vi)
    return values.length > 0 ? [{ label, column, values }] : []
  })
  const choices = lists.map(({ column, values }, i): Choice => ({ column, sheet: LISTS, from: columnName(i), count: values.length }))
  const longest = Math.max(...lists.map(({ values }) => values.length))
  return writeWorkbook([
    { name: 'Mô hình', rows: [COLUMNS.map(({ label }) => label)], widths: COLUMNS.map(({ label }) => Math.max(14, label.length + 2)), choices },
    { name: LISTS, rows: [lists.map(({ label }) => label), ...Array.from({ length: longest }, (_, i) => lists.map(({ values }) => values[i]))], widths: lists.map(() => 34) },
    { name: 'Hướng dẫn', rows: [['Cột', 'Bắt buộc', 'Ghi thế nào'], ...COLUMNS.map(({ label, isRequired, help }) => [label, isRequired ? 'có' : '', help])], widths: [26, 10, 100] },
  ], { title: 'Nhân Rộng: bảng nhập mô hình', rights: LICENCE.text })
}
