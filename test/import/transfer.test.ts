/** Import and export as callers meet them: over HTTP, on a real database. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { startImport } from '../../server/domain/import/job.ts'
import { startImports } from '../../server/domain/import/run.ts'
import { type ExportFormat, writeExport } from '../../server/domain/export/formats.ts'
import { loadUnits } from '../../seed/units/load.ts'
import { ADMIN_KEY, type Api, openApi } from '../identity/support.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const FIELDS = 'id state isRestore rows progress created updated unchanged refused issueCount issues { row path code message severity } duplicates { row candidates { reasons model { slug } } } changes { row kind modelId fields { path before after } }'
const admin = { id: 'admin', name: 'ADMIN_KEY', role: 'ADMIN' as const, localities: [] }

let api: Api
beforeAll(async () => { api = await openApi() }, 300_000)
afterAll(() => api.close())

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64')
async function call(name: 'previewImport' | 'runImport', input: object, key: string | undefined = ADMIN_KEY): Promise<any> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}`
  const { body } = await api.ask(`mutation($input: ${type}Input!) { ${name}(input: $input) { __typename ... on UserError { message code } ... on ValidationError { issues { path code } } ... on ${type}Success { import { ${FIELDS} } } } }`, { key, variables: { input } })
  return body.data?.[name] ?? body
}
const finish = async (id: string, key = ADMIN_KEY): Promise<any> => {
  await startImports({ db: api.database.db, start: false }).runOnce()
  return (await api.ask(`query($id: ID!) { import(id: $id) { ${FIELDS} } }`, { key, variables: { id } })).body.data.import
}
const collect = async (pieces: AsyncIterable<string | Buffer>): Promise<Buffer> => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(Buffer.from(piece))
  return Buffer.concat(all)
}
const count = async (): Promise<number> => Number((await sql<{ n: number }>`select count(*) as n from model_record`.execute(api.database.db)).rows[0]!.n)
const exported = (format: ExportFormat, db = api.database.db): Promise<Buffer> => collect(writeExport(db, null, format))

describe('a table', () => {
  const table = `Tên mô hình;Tóm tắt;Lĩnh vực;Bắt đầu từ;Mã đơn vị hành chính;Nguồn;Kết quả;Số liệu\nTổ thử nghiệm A;Một tổ;An toàn giao thông;18/8/2022;can-tho;Báo cáo 1;Giảm vụ việc;1.234,5\nTổ B;x;không có;31/2/2021;khong-dau;;;\nCLB Hướng thiện;Giúp người lầm lỗi tái hòa nhập cộng đồng;;;;;;\nTổ C;Gọi 0912 345 678;;;;;;\n`
  const input = { format: 'CSV', content: base64(table) }

  it('is looked at without writing, every row told', async () => {
    const before = await count()
    const { import: seen } = await call('previewImport', input)
    expect(seen).toMatchObject({ id: null, state: 'PREVIEW', rows: 4, created: 2, refused: 2 })
    expect(seen.issues.filter(({ row }: { row: number }) => row === 3).map(({ path, code }: any) => [path[0], code]).sort()).toEqual([['originLocality', 'UNKNOWN_LOCALITY'], ['startedOn', 'INVALID_DATE'], ['topics', 'UNKNOWN_TERM']])
    expect(seen.issues.find(({ row }: { row: number }) => row === 5)).toMatchObject({ code: expect.stringContaining('PERSONAL_DATA'), severity: 'ERROR' })
    expect(seen.duplicates.find(({ row }: { row: number }) => row === 4).candidates.map(({ model }: any) => model.slug)).toContain('cau-lac-bo-huong-thien')
    expect(await count()).toBe(before)
  }, 60_000)
  it('becomes drafts of the caller, once', async () => {
    const before = await count()
    const { import: begun } = await call('runImport', { ...input, idempotencyKey: 'k1' })
    expect(['QUEUED', 'RUNNING']).toContain(begun.state)
    expect(await finish(begun.id)).toMatchObject({ state: 'SUCCEEDED', progress: 1, created: 2, refused: 2 })
    expect(await count()).toBe(before + 2)
    expect((await call('runImport', { ...input, idempotencyKey: 'k1' })).import.id).toBe(begun.id)
    expect(await call('runImport', { format: 'CSV', content: base64(`${table}D;y;;;;;;\n`), idempotencyKey: 'k1' })).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT' })
    // Without a key the content is its own.
    const [first, second] = [await call('runImport', input), await call('runImport', input)]
    expect(first.import.id).toBe(second.import.id)
    const { rows } = await sql<{ state: string; author: string; document: any }>`select r.editorial_state as state, v.author, v.document from model_record as r join model_revision as v on v.model_id = r.id where v.document->>'name' = 'Tổ thử nghiệm A' limit 1`.execute(api.database.db)
    expect(rows[0]).toMatchObject({ state: 'DRAFT', author: 'admin', document: { topics: ['traffic-safety'], origin: { startedOn: '2022-08-18' }, results: [{ value: 1234.5, statement: 'Giảm vụ việc' }] } })
    await finish(first.import.id)
  }, 60_000)
  it('takes an identity, and an officer’s own place', async () => {
    expect((await api.ask(`mutation { previewImport(input: { format: CSV, content: "eA==" }) { __typename } }`)).code).toBe('UNAUTHENTICATED')
    const { key } = await api.makeKey('LOCALITY_OFFICER')
    const { import: seen } = await call('previewImport', { format: 'CSV', content: base64('Tên mô hình,Tóm tắt,Mã đơn vị hành chính\nA,a,can-tho\nB,b,ha-noi\nC,c,\n') }, key)
    expect(seen).toMatchObject({ created: 1, refused: 2 })
    expect(seen.issues.map(({ row, code }: any) => [row, code])).toEqual([[3, 'FORBIDDEN'], [4, 'FORBIDDEN']])
    const { import: theirs } = await call('runImport', { format: 'CSV', content: base64('Tên mô hình,Tóm tắt\nX,x\n') })
    expect((await api.ask(`query($id: ID!) { import(id: $id) { id } }`, { key, variables: { id: theirs.id } })).body.data.import).toBeNull()
    await finish(theirs.id)
  }, 60_000)
  it('is refused in words when it is no file', async () => {
    expect(await call('previewImport', { format: 'CSV', content: '%%%' })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['content'], code: 'NOT_BASE64' }] })
    expect((await call('previewImport', { format: 'XLSX', content: base64('a,b') })).import.issues).toEqual([expect.objectContaining({ row: 0, code: 'NOT_XLSX' })])
    const { import: begun } = await call('runImport', { format: 'JSON', content: base64('{') })
    expect(await finish(begun.id)).toMatchObject({ state: 'FAILED', created: 0, issues: [{ code: 'MALFORMED' }] })
  }, 60_000)
})

describe('what was exported', () => {
  it.each(['csv', 'xlsx', 'ndjson'] as const)('as %s says nothing new to the same catalogue', async (format) => {
    const { import: seen } = await call('previewImport', { format: format.toUpperCase(), content: base64(await exported(format)) })
    expect([seen.refused, seen.updated, seen.created, seen.issues.filter(({ severity }: any) => severity === 'ERROR').slice(0, 3)]).toEqual([0, 0, 0, []])
    expect(seen.unchanged).toBeGreaterThan(50)
  }, 60_000)
  it('as CSV says what was edited in it, and whose edit it would undo', async () => {
    const text = (await exported('csv')).toString()
    const line = text.split('\r\n').find((one) => one.startsWith('cau-lac-bo-huong-thien,'))!
    const [head] = text.split('\r\n')
    const edited = `${head}\r\n${line.replace('Câu lạc bộ Hướng thiện', 'Câu lạc bộ Hướng thiện mới')}\r\n`
    expect((await call('previewImport', { format: 'CSV', content: base64(edited) })).import).toMatchObject({ updated: 1, changes: [{ row: 2, kind: 'UPDATE', fields: [{ path: 'name', before: 'Câu lạc bộ Hướng thiện', after: 'Câu lạc bộ Hướng thiện mới' }] }] })
    const stale = edited.replace(/,1,("?MIT)/, ',7,$1')
    expect((await call('previewImport', { format: 'CSV', content: base64(stale) })).import.issues).toEqual([expect.objectContaining({ row: 2, path: ['revision'], code: 'CONFLICT' })])
  }, 60_000)
})

describe('into an empty database', () => {
  let empty: TestDatabase
  beforeAll(async () => {
    empty = await createTestDatabase()
    await empty.db.transaction().execute((trx) => loadUnits(trx, {}))
  }, 300_000)
  afterAll(() => empty.close())

  it('a whole catalogue comes back published, byte for byte, after an interruption too', async () => {
    const [ndjson, json, csv] = [await exported('ndjson'), await exported('json'), await exported('csv')]
    await startImport(empty.db, admin, { format: 'NDJSON', content: base64(ndjson) })
    let batches = 0
    const interrupted = startImports({ db: empty.db, start: false, onBatch: () => { if ((batches += 1) === 2) throw new Error('the process died') } })
    await expect(interrupted.runOnce()).rejects.toThrow('the process died')
    await startImports({ db: empty.db, start: false }).runOnce()
    const job = await empty.db.selectFrom('import_job').select(['state', 'mode', 'created_count', 'issues']).executeTakeFirstOrThrow()
    expect(job).toMatchObject({ state: 'SUCCEEDED', mode: 'RESTORE', issues: [] })
    const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
    expect(hashOf(await exported('ndjson', empty.db))).toBe(hashOf(ndjson))
    expect(hashOf(await exported('json', empty.db))).toBe(hashOf(json))
    expect(hashOf(await exported('csv', empty.db))).toBe(hashOf(csv))
  }, 180_000)
})

describe('the downloads', () => {
  const get = async (path: string): Promise<Response> => fetch(`${address}${path}`)
  let address: string
  beforeAll(async () => { address = await api.listen() })
  it('have their type, are filtered, and refuse in words', async () => {
    const csv = await get('/export.csv?localityIn=can-tho')
    expect([csv.status, csv.headers.get('content-type'), csv.headers.get('content-disposition')]).toEqual([200, 'text/csv; charset=utf-8', 'attachment; filename="nhan-rong.csv"'])
    const bytes = Buffer.from(await csv.arrayBuffer())
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf')
    const { body } = await api.ask('{ models(filter: { localityIn: ["can-tho"] }) { totalCount } }')
    const lines = (await (await get('/export.ndjson?localityIn=can-tho')).text()).trim().split('\n').map((line) => JSON.parse(line))
    expect([lines.length - 2, lines.at(-1).end.models, lines[0].licence.name]).toEqual([body.data.models.totalCount, body.data.models.totalCount, 'MIT'])
    expect((await get('/export.csv?nope=1')).status).toBe(400)
    expect(await (await get('/export.csv?topicIn=nope')).json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('nearest') }] })
    expect((await get('/export.csv?drafts=true')).status).toBe(401)
    expect((await get('/import-template.xlsx')).status).toBe(200)
  }, 60_000)
  it('show no draft to those who may not edit it', async () => {
    expect((await (await get('/export.json')).text()).includes('Tổ thử nghiệm A')).toBe(false)
    const drafts = await fetch(`${address}/export.ndjson?drafts=true`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } })
    expect((await drafts.text()).includes('Tổ thử nghiệm A')).toBe(true)
  }, 60_000)
  it('of large bodies only imports of the signed-in are read', async () => {
    const post = (query: string, headers: object, content = 'A'.repeat(2_000_000)) => fetch(`${address}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query, variables: { input: { format: 'CSV', content } } }) })
    const preview = 'mutation($input: PreviewImportInput!) { previewImport(input: $input) { __typename } }'
    expect((await post(preview, {})).status).toBe(413)
    expect((await post('{ __typename }', { authorization: `Bearer ${ADMIN_KEY}` })).status).toBe(413)
    expect((await post(preview, { authorization: `Bearer ${ADMIN_KEY}` })).status).toBe(200)
  }, 60_000)
})
