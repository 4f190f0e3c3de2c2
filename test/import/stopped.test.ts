/** A key that is revoked, expires or says less while its import runs: the job stops between two batches, and goes on for somebody who may. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { sql } from 'kysely'
import { findKeyHolder } from '../../server/domain/api-key/read.ts'
import { createApiKey, revokeApiKey } from '../../server/domain/api-key/write.ts'
import { verifyAudit } from '../../server/domain/audit/verify.ts'
import { startImport } from '../../server/domain/import/job.ts'
import { startImports } from '../../server/domain/import/run.ts'
import { endForgotten } from '../../server/domain/import/stop.ts'
import type { SignedInViewer } from '../../server/domain/viewer.ts'
import { furnish, type SmallWorld } from '../model/small-world.ts'
import { AN, as, CHI } from '../schema/model/editing.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
let world: SmallWorld
beforeAll(async () => { opened = await createTestDatabase(); world = await furnish(opened.db) })
afterAll(() => opened?.close())

const file = (what: string): string => Buffer.from(`Tên mô hình;Tóm tắt;Mã đơn vị hành chính\n${Array.from({ length: 250 }, (_, i) => `${what} ${i};Giữ xóm ${i}.;xa-tinh-dong`).join('\n')}\n`).toString('base64')
async function holder(role: 'LOCALITY_OFFICER' | 'CURATOR'): Promise<{ keyId: string; viewer: SignedInViewer }> {
  const { id, key } = await createApiKey(opened.db, CHI, { name: `khóa ${role}`, role, localities: role === 'CURATOR' ? [] : [...world.provinces] })
  return { keyId: id, viewer: (await findKeyHolder(opened.db, key))!.viewer }
}
const FIELDS = 'id state rows progress created refused issues { row code severity message } finishedAt'
const look = async (viewer: SignedInViewer, id: string): Promise<any> => (await as(opened.db, viewer).read(`query ($id: ID!) { import(id: $id) { ${FIELDS} } }`, { id })).import
/** Begins, and has something happen after the first batch. */
async function runUntil(viewer: SignedInViewer, what: string, happens: () => Promise<unknown>): Promise<string> {
  const id = await startImport(opened.db, viewer, { format: 'CSV', content: file(what) })
  await startImports({ db: opened.db, start: false, onBatch: async (_job, done) => { if (done === 100) await happens() } }).runOnce()
  return Buffer.from(`Import:${id}`).toString('base64')
}
const written = async (what: string): Promise<{ author: string; n: number }[]> => (await sql<{ author: string; n: number }>`select author, count(*)::int as n from model_revision where document->>'name' like ${`${what} %`} group by author order by 2 desc`.execute(opened.db)).rows

it('revoked: stops after the batch that stands, nothing half-written; a curator has it go on, and it is theirs from there', async () => {
  const { keyId, viewer } = await holder('LOCALITY_OFFICER')
  const id = await runUntil(viewer, 'Tổ bến', () => revokeApiKey(opened.db, CHI, { id: keyId, reason: 'mất máy' }))
  expect(await look(AN, id)).toEqual({ id, state: 'STOPPED', rows: 250, progress: 0.4, created: 100, refused: 0, finishedAt: null, issues: [{ row: 0, code: 'KEY_REVOKED', severity: 'ERROR', message: expect.stringContaining('resumeImport') }] })
  expect(await written('Tổ bến')).toEqual([{ author: viewer.id, n: 100 }])
  // Nobody takes it up by itself.
  await startImports({ db: opened.db, start: false }).runOnce()
  expect((await look(AN, id)).state).toBe('STOPPED')
  expect(await as(opened.db, world.officers[0]).write('resumeImport', { id }, '__typename')).toMatchObject({ __typename: 'NotFoundError' })

  expect(await as(opened.db, AN).write('resumeImport', { id }, 'import { state issues { code } }')).toEqual({ __typename: 'ResumeImportSuccess', import: { state: 'QUEUED', issues: [] } })
  expect(await as(opened.db, AN).write('resumeImport', { id }, '__typename')).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['id'], code: 'WRONG_STATE' }] })
  await startImports({ db: opened.db, start: false }).runOnce()
  expect(await look(AN, id)).toMatchObject({ state: 'SUCCEEDED', progress: 1, created: 250, refused: 0, issues: [] })
  expect(await written('Tổ bến')).toEqual([{ author: AN.id, n: 150 }, { author: viewer.id, n: 100 }])
  const { rows } = await sql<{ actor_id: string; action: string }>`select actor_id, action from audit_entry where record_kind = 'import' and record_id = ${Buffer.from(id, 'base64').toString().slice('Import:'.length)} order by seq`.execute(opened.db)
  expect(rows.map(({ actor_id, action }) => [actor_id, action])).toEqual([[viewer.id, 'IMPORT_STARTED'], [viewer.id, 'IMPORT_STOPPED'], [AN.id, 'IMPORT_RESUMED'], [AN.id, 'IMPORT_FINISHED']])
  expect((await verifyAudit(opened.db)).faults).toEqual([])
})

it.each([
  ['expired', 'KEY_EXPIRED', sql`update api_key set expires_at = clock_timestamp() - interval '1 second'`],
  ['of a lower role', 'RIGHTS_REDUCED', sql`update api_key set role = 'LOCALITY_OFFICER'`],
] as const)('%s: the same', async (what, code, change) => {
  const { keyId, viewer } = await holder('CURATOR')
  const id = await runUntil(viewer, `Tổ ${what}`, () => sql`${change} where id = ${keyId}::uuid`.execute(opened.db))
  expect(await look(viewer, id)).toMatchObject({ state: 'STOPPED', created: 100, issues: [{ code }] })
})

it('with fewer units: the same; one with others, or none of the kind, goes on', async () => {
  const { keyId, viewer } = await holder('LOCALITY_OFFICER')
  const lose = (slug: string) => () => sql`delete from api_key_locality where api_key_id = ${keyId}::uuid and locality_id = (select id from locality where slug = ${slug})`.execute(opened.db)
  const id = await runUntil(viewer, 'Tổ suối', lose(world.provinces[1]))
  expect(await look(AN, id)).toMatchObject({ state: 'STOPPED', issues: [{ code: 'RIGHTS_REDUCED' }] })
  // The same caller with what is left of their rights, which is enough for this file.
  const now = { ...viewer, localities: [world.officers[0].localities[0]!] }
  expect(await as(opened.db, now).write('resumeImport', { id }, 'import { state }')).toMatchObject({ import: { state: 'QUEUED' } })
  await startImports({ db: opened.db, start: false }).runOnce()
  expect(await look(now, id)).toMatchObject({ state: 'SUCCEEDED', created: 250 })
  const other = await runUntil(world.officers[0], 'Tổ đồi', async () => undefined)
  expect(await look(AN, other)).toMatchObject({ state: 'SUCCEEDED', created: 250 })
})

it('a catalogue that is restored takes an administrator to go on, and a file that nobody wants is not kept for ever', async () => {
  const { keyId, viewer } = await holder('CURATOR')
  const id = await runUntil(viewer, 'Tổ quên', () => revokeApiKey(opened.db, CHI, { id: keyId }))
  const local = Buffer.from(id, 'base64').toString().slice('Import:'.length)
  await sql`update import_job set mode = 'RESTORE' where id = ${local}::uuid`.execute(opened.db)
  expect(await as(opened.db, AN).write('resumeImport', { id }, '__typename')).toMatchObject({ __typename: 'ForbiddenError' })
  await sql`update import_job set stopped_at = now() - interval '29 days' where id = ${local}::uuid`.execute(opened.db)
  expect(await endForgotten(opened.db)).toBe(0)
  await sql`update import_job set stopped_at = now() - interval '31 days' where id = ${local}::uuid`.execute(opened.db)
  expect(await endForgotten(opened.db)).toBe(1)
  expect(await look(AN, id)).toMatchObject({ state: 'FAILED', created: 100, issues: [{ code: 'GIVEN_UP' }], finishedAt: expect.any(String) })
  expect((await sql<{ isKept: boolean }>`select content is not null as "isKept" from import_job where id = ${local}::uuid`.execute(opened.db)).rows).toEqual([{ isKept: false }])
})
