/** Imports at length: 10,000 fuzzed files, 10,000 rows against the clock, and a server that is killed in the middle of a job. */
import { afterEach, expect, it } from 'vitest'
import { findImport, startImport } from '../../server/domain/import/job.ts'
import { startImports } from '../../server/domain/import/run.ts'
import { readFuzzed } from '../import/fuzz.ts'
import { createPlace, startServer } from '../main/support.ts'
import { createSeededDatabase } from '../support/database.ts'
import { killPrograms, poll } from '../support/programs.ts'

const MB = 1024 * 1024
const ADMIN_KEY = 'the-first-admins-key-0123'
const rowsOf = (count: number): string => `Tên mô hình;Tóm tắt;Lĩnh vực;Bắt đầu từ;Mã đơn vị hành chính;Nguồn;Đường dẫn;Kết quả;Số liệu\n${Array.from({ length: count }, (_, i) =>
  `Tổ tự quản số ${i} xóm ${i % 97};Các hộ thay nhau trực đêm ở xóm ${i % 97}, báo nhau qua kẻng số ${i}.;An toàn giao thông;${1 + (i % 28)}/8/2022;can-tho;Báo cáo ${i % 500};https://bao.example.vn/${i % 500};Giảm vụ việc ở xóm ${i};${i}`).join('\n')}\n`
afterEach(killPrograms)

it('10,000 fuzzed files: no crash, memory bounded', async () => {
  for (let seed = 1; seed <= 300; seed += 1) await readFuzzed(seed)
  const before = process.memoryUsage().rss
  let most = 0
  for (let seed = 1; seed <= 10_000; seed += 1) {
    await readFuzzed(seed)
    if (seed % 100 === 0) most = Math.max(most, process.memoryUsage().rss)
  }
  console.log(`10,000 fuzzed files: RSS + ${((most - before) / MB).toFixed(0)} MB`)
  expect(most - before).toBeLessThan(200 * MB)
}, 1_800_000)

it('10,000 rows within a minute', async () => {
  const { db, close } = await createSeededDatabase()
  const viewer = { id: 'soak', name: 'soak', role: 'CURATOR' as const, localities: [] }
  const id = await startImport(db, viewer, { format: 'CSV', content: Buffer.from(rowsOf(10_000)).toString('base64') })
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  await startImports({ db, start: false }).runOnce()
  const [seconds, used] = [(performance.now() - started) / 1000, process.cpuUsage(cpu)]
  console.log(`10,000 rows: ${seconds.toFixed(1)} s, ${((used.user + used.system) / 1e6).toFixed(1)} s of processor time`)
  expect(await findImport(db, viewer, id)).toMatchObject({ state: 'SUCCEEDED', created: 10_000, refused: 0 })
  await close()
  expect(seconds).toBeLessThan(60)
}, 600_000)

it('a server killed in the middle of a job: nothing twice, nothing lost', async () => {
  const place = await createPlace('seeded')
  const input = { format: 'CSV', content: Buffer.from(rowsOf(1500)).toString('base64') }
  const ask = async (address: string, query: string, variables: object): Promise<any> => (await (await fetch(`${address}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_KEY}` }, body: JSON.stringify({ query, variables }) })).json() as { data: any }).data
  let server = await startServer(place, { ADMIN_KEY })
  const { runImport } = await ask(server.address, 'mutation($input: RunImportInput!) { runImport(input: $input) { ... on RunImportSuccess { import { id } } } }', { input })
  const { id } = runImport.import
  const look = async (): Promise<any> => (await ask(server.address, 'query($id: ID!) { import(id: $id) { state progress created refused } }', { id })).import
  for (let kills = 0; kills < 3; kills += 1) {
    const from = (await look()).progress
    await poll(async (): Promise<any> => { const now = await look(); return now.progress > from || now.state === 'SUCCEEDED' ? now : undefined }, 'the job goes on', 120_000)
    await server.stop('SIGKILL')
    server = await startServer(place, { ADMIN_KEY })
  }
  const done = await poll(async (): Promise<any> => { const now = await look(); return now.state === 'SUCCEEDED' ? now : undefined }, 'the job ends', 240_000)
  expect(done).toEqual({ state: 'SUCCEEDED', progress: 1, created: 1500, refused: 0 })
  await server.stop()
  const { db, close } = await place.open()
  const drafts = await db.selectFrom('model_record').select('id').where('editorial_state', '=', 'DRAFT').execute()
  const rows = await db.selectFrom('import_row').select(['row', 'model_id']).execute()
  const made = await db.selectFrom('audit_entry').select('seq').where('action', '=', 'MODEL_CREATE').execute()
  expect([drafts.length, new Set(rows.map(({ model_id }) => model_id)).size, rows.length, made.length]).toEqual([1500, 1500, 1500, 1500])
  await close()
  await place.drop()
}, 900_000)
