/** What was erased is nowhere: every column of every table is looked through, by the database's own list of them. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { sql } from 'kysely'
import { verifyAudit } from '../../server/domain/audit/verify.ts'
import { startImport } from '../../server/domain/import/job.ts'
import { startImports } from '../../server/domain/import/run.ts'
import { furnish } from '../model/small-world.ts'
import { AN, ANYBODY, as, BINH, CHI, publish } from '../schema/model/editing.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createTestDatabase(); await furnish(opened.db) })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)

/** `table.column` of all that holds one of the words, folded or not, text or bytes. */
async function holding(words: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ table: string; column: string; type: string }>`
    select c.table_name as table, c.column_name as column, c.data_type as type from information_schema.columns as c join information_schema.tables as t using (table_schema, table_name)
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' order by 1, 2`.execute(opened.db)
  const found: string[] = []
  for (const { table, column, type } of rows) {
    const at = words.map((word) => (type === 'bytea' ? sql`position(convert_to(${word}, 'UTF8') in ${sql.id(column)}) > 0` : sql`position(f_fold(${word}) in f_fold(${sql.id(column)}::text)) > 0`))
    const { rows: [told] } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)} where ${sql.join(at, sql` or `)}`.execute(opened.db)
    if (told!.n > 0) found.push(`${table}.${column}`)
  }
  return found
}

// The gate knows names by their title or their shape; in small letters it does not, and no word of it is any other.
const NAME = 'zoaquyx bỉnhx'
const rows = `Tên mô hình;Tóm tắt;Nguồn;Lĩnh vực;${NAME};Kết quả\n`
  + `Tổ canh lúa;Do ${NAME} dựng nên;Phỏng vấn ${NAME};an-ninh;x;${NAME} kể rằng bớt trộm\nTổ canh cá;Cá của ấp.;Báo cáo;${NAME};;\nTổ canh lúa;Do ${NAME} dựng;;;;\nTổ canh bò;Bò của ấp.;Sổ tay;;;\n`
const content = (text: string): string => Buffer.from(text).toString('base64')

it('an import’s text: out of records and their history, reports and files; the same call is still the same job', async () => {
  const given = { format: 'CSV' as const, content: content(rows), idempotencyKey: `tệp của ${NAME}` }
  const done = await startImport(opened.db, { ...AN, name: `Máy của ${NAME}` }, given)
  await startImports({ db: opened.db, start: false }).runOnce()
  const { import: told } = await by(BINH).read('query ($id: ID!) { import(id: $id) { state created refused issues { row code message path } } }', { id: Buffer.from(`Import:${done}`).toString('base64') })
  expect(told).toMatchObject({ state: 'SUCCEEDED', created: 3, refused: 1 })
  expect(JSON.stringify(told.issues)).toContain(NAME)
  const { rows: [record] } = await sql<{ id: string; slug: string }>`select id, slug from model_record where slug = 'to-canh-lua'`.execute(opened.db)
  const id = Buffer.from(`Model:${record!.id}`).toString('base64')
  // Published, searched, edited, commented on and reported, too.
  await publish(opened.db, { id, revision: 1 })
  await by(AN).done('updateModel', { id, expectedRevision: 1, problem: `Theo ${NAME}.`, reason: `Hỏi ${NAME}` })
  await by(ANYBODY).write('reportIssue', { modelId: id, kind: 'OTHER', text: `Gặp ${NAME} để rõ.` }, '__typename')
  await by(BINH).done('archiveModel', { id, expectedRevision: 2, reason: `Do ${NAME} xin thôi` })
  await by(BINH).done('restoreRevision', { id, expectedRevision: 2, revision: 2, reason: `${NAME} xin lại` })
  // Erasing is of a record; the others bear the name of who imported them.
  const others = await sql<{ id: string }>`select id from model_record where slug <> 'to-canh-lua'`.execute(opened.db)
  // Two that are not done: one waits, one was stopped.
  const [waiting, stopped, other] = [await startImport(opened.db, BINH, { format: 'NDJSON', content: content(`${JSON.stringify({ name: 'Tổ canh gà', summary: `Gà của ${NAME}.` })}\n`) }), await startImport(opened.db, AN, { format: 'CSV', content: content(`Tên mô hình;Tóm tắt\n${NAME};x\n`) }), await startImport(opened.db, AN, { format: 'CSV', content: content('Tên mô hình;Tóm tắt\nTổ canh vịt;x\n') })]
  await sql`update import_job set state = 'STOPPED', stopped_at = now() where id = ${stopped}::uuid`.execute(opened.db)

  const words = [NAME, ...NAME.split(' ')]
  const before = await holding(words)
  expect(before).toEqual(expect.arrayContaining([
    'audit_entry.payload', 'import_job.actor_name', 'import_job.content', 'import_job.issues', 'import_row.issues', 'issue_report.text', 'model_revision.document', 'model_revision.reason', 'model_step.reason', 'source.title', 'source_revision.document',
  ]))
  // What a caller called the import is kept as a digest from the first.
  expect(before).not.toContain('import_job.idempotency_key')

  const erase = (modelId: string, dryRun = false) => by(CHI).write('erasePersonalData', { modelId, texts: [NAME], reason: 'Theo yêu cầu, Luật 91/2025/QH15', dryRun }, 'isDryRun revisions noteCount importCount')
  expect(await erase(id, true)).toMatchObject({ isDryRun: true, importCount: 3 })
  expect(await holding(words)).toEqual(before)
  expect(await erase(id)).toMatchObject({ __typename: 'ErasePersonalDataSuccess', importCount: 3 })
  for (const { id: one } of others.rows) expect(await erase(Buffer.from(`Model:${one}`).toString('base64'))).toMatchObject({ __typename: 'ErasePersonalDataSuccess' })
  expect(await holding(words)).toEqual([])
  expect((await verifyAudit(opened.db)).faults).toEqual([])

  const states = async () => Object.fromEntries((await sql<{ id: string; state: string; issues: { code: string }[]; isKept: boolean }>`select id, state, issues, content is not null as "isKept" from import_job`.execute(opened.db)).rows.map(({ id: job, state, issues, isKept }) => [job, [state, isKept, issues.at(-1)?.code]]))
  expect(await states()).toMatchObject({ [waiting]: ['FAILED', false, 'ERASED'], [stopped]: ['FAILED', false, 'ERASED'], [other]: ['QUEUED', true, undefined], [done]: ['SUCCEEDED', false, 'UNKNOWN_COLUMN'] })
  // The same call is the same job, and nothing comes back; a job that had nothing to do with it is done.
  expect(await startImport(opened.db, AN, given)).toBe(done)
  expect(await startImport(opened.db, AN, { format: 'CSV', content: content(`Tên mô hình;Tóm tắt\n${NAME};x\n`) })).toBe(stopped)
  await startImports({ db: opened.db, start: false }).runOnce()
  expect((await states())[other]).toEqual(['SUCCEEDED', false, undefined])
  expect(await holding(words)).toEqual([])
})

it('a job that runs meanwhile ends: what it brought in before stays, and nothing more comes', async () => {
  const many = `Tên mô hình;Tóm tắt\n${Array.from({ length: 250 }, (_, i) => `Tổ giếng ${i};${i === 240 ? 'Giếng nhà kwyzau tửx.' : `Giếng ${i}.`}`).join('\n')}\n`
  const id = await startImport(opened.db, AN, { format: 'CSV', content: content(many) })
  const model = await by(AN).done('createModel', { name: 'Giếng làng', summary: 'Nhà kwyzau tửx đào.' })
  await startImports({ db: opened.db, start: false, onBatch: async () => { await by(CHI).write('erasePersonalData', { modelId: model.id, texts: ['kwyzau tửx'], reason: 'Theo yêu cầu' }, 'importCount') } }).runOnce()
  const { rows } = await sql`select state, created_count as created, content is null as "isGone" from import_job where id = ${id}::uuid`.execute(opened.db)
  expect(rows).toEqual([{ state: 'FAILED', created: 100, isGone: true }])
  expect(await holding(['kwyzau'])).toEqual([])
})
