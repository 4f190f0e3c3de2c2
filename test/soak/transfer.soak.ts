/** `npm run import` and `npm run export` at length: every format there and back, reports, and beside a server that holds the database. test/cli/transfer.test.ts is a sample. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { file, folder, run, start } from '../cli/transfer.ts'
import { createPlace, type Place, startServer } from '../main/support.ts'
import { freePort, killPrograms } from '../support/programs.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 })
const KEY = 'the-first-admins-key-0123'
let place: Place
beforeAll(async () => { place = await createPlace('seeded') })
afterAll(async () => {
  await killPrograms()
  await place.drop()
  rmSync(folder, { recursive: true, force: true })
})

it('what is exported in each format says nothing new when it is looked at', async () => {
  for (const format of ['csv', 'xlsx', 'json', 'ndjson']) {
    const out = join(folder, `all.${format}`)
    const exported = await run(place, 'export', ['--format', format, '--out', out, '--json'])
    expect([exported.code, exported.stderr]).toEqual([0, ''])
    expect(JSON.parse(exported.stdout)).toEqual({ file: out, format, bytes: readFileSync(out).length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const { code, stdout } = await run(place, 'import', [out, '--json'])
    expect([format, code]).toEqual([format, 0])
    const { state, created, updated, refused, unchanged } = JSON.parse(stdout)
    expect({ state, created, updated, refused }).toEqual({ state: 'PREVIEW', created: 0, updated: 0, refused: 0 })
    expect(unchanged).toBeGreaterThan(50)
  }
})

it('rows are told with what they may be the same as, in the catalogue and in the file; nothing is written until it is asked for', async () => {
  const path = file('few.csv', 'Tên mô hình;Tóm tắt;Bắt đầu từ\nCLB Hướng Thiện;Giúp người mãn hạn tù.;\nChuông đồng xóm chài;Rung chuông khi có trộm.;\nchuong dong xom chai;Rung chuong.;\nSai;x;31/2/2021\n')
  const looked = await run(place, 'import', [path])
  expect(looked.code).toBe(1)
  expect(looked.stdout).toMatch(/row 5\tstartedOn\tINVALID_DATE\t/)
  expect(looked.stdout).toMatch(/row 2\tperhaps cau-lac-bo-huong-thien\tSAME\t/)
  expect(looked.stdout).toMatch(/row 4\tperhaps row 3\tSAME\t/)
  expect(looked.stdout).toMatch(/4 rows: 3 would be created as drafts, 0 would be changed, 0 unchanged, 1 refused\.\nNothing was written\. To import it, say --run\.\n$/)
  const done = await run(place, 'import', [path, '--run'])
  expect([done.code, done.stdout]).toEqual([1, expect.stringMatching(/4 rows: 3 created as drafts, 0 changed, 0 unchanged, 1 refused\.\n$/)])
  // The same again is the same job.
  const again = await run(place, 'import', [path, '--run', '--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({ state: 'SUCCEEDED', created: 3, refused: 1 })
})

it('it does the job, and goes on when the command is interrupted; without its key the command says what to do', async () => {
  const port = String(await freePort())
  const server = await startServer(place, { PORT: port, ADMIN_KEY: KEY })
  const env = { PORT: port, ADMIN_KEY: KEY }
  const lines = file('lines.ndjson', Array.from({ length: 1200 }, (_, i) => JSON.stringify({ name: `Tổ bờ sông ${i} bến ${i % 89}`, summary: `Giữ bờ ${i}.` })).join('\n'))
  expect(await run(place, 'import', [lines], { PORT: port })).toMatchObject({ code: 1, stderr: expect.stringContaining('ADMIN_KEY') })
  const begun = start(place, 'import', [lines, '--run'], env)
  const { code, stderr } = await begun.until(/import: 1,200 rows/, 120_000).then(() => begun.stop('SIGINT', 60_000))
  expect([code, stderr]).toEqual([130, expect.stringContaining('The server goes on with it')])
  const done = await run(place, 'import', [lines, '--run', '--json'], env)
  expect([done.code, JSON.parse(done.stdout)]).toEqual([0, expect.objectContaining({ state: 'SUCCEEDED', created: 1200 })])
  const exported = await run(place, 'export', ['--format', 'ndjson', '--out', '-', '--drafts'], env)
  expect([exported.code, exported.stdout.split('\n').filter((line) => line.includes('"Tổ bờ sông ')).length]).toEqual([0, 1200])
  expect(exported.stderr).toMatch(/^-: [\d,]+ bytes, SHA-256 /)
  await server.stop()
})
