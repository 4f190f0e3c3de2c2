/** Every operation of client-examples/signed-in, run as it stands by who it is for, over HTTP. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startImports } from '../../server/domain/import/run.ts'
import { ADMIN_KEY, type Answer, type Api, openApi } from './support.ts'

const FOLDER = fileURLToPath(new URL('../../client-examples/signed-in/', import.meta.url))
const names = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql')).map((file) => file.replace('.graphql', ''))

let api: Api
beforeAll(async () => { api = await openApi() })
afterAll(() => api.close())

const run = async (name: string, variables?: Record<string, unknown>, key = ADMIN_KEY): Promise<any> => {
  const json = `${FOLDER}${name}.json`
  const { status, body }: Answer = await api.ask(readFileSync(`${FOLDER}${name}.graphql`, 'utf8'), { key, variables: variables ?? (existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : {}) })
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data
}

/** A record that the first admin begins. */
const draft = async (input: object): Promise<string> => (await api.ask('mutation ($input: CreateModelInput!) { createModel(input: $input) { ... on CreateModelSuccess { model { id } } } }', { key: ADMIN_KEY, variables: { input } })).body.data.createModel.model.id

const EXPECTED: Record<string, () => Promise<void>> = {
  'who-am-i': async () => {
    const { key } = await api.makeKey('LOCALITY_OFFICER', { name: 'Công an Cần Thơ' })
    expect(await run('who-am-i', {}, key)).toEqual({ viewer: { name: 'Công an Cần Thơ', role: 'LOCALITY_OFFICER', localities: [{ slug: 'can-tho', fullName: 'Thành phố Cần Thơ' }] } })
  },
  'create-api-key': async () => expect((await run('create-api-key')).createApiKey).toMatchObject({ __typename: 'CreateApiKeySuccess', apiKey: { role: 'LOCALITY_OFFICER', localities: [{ fullName: 'Thành phố Cần Thơ' }] } }),
  'list-api-keys': async () => {
    const { id } = await api.makeKey('CURATOR', { name: 'mới nhất' })
    expect((await run('list-api-keys')).apiKeys.nodes[0]).toEqual(expect.objectContaining({ id, name: 'mới nhất', state: 'ACTIVE', createdBy: 'admin', lastUsedAt: null }))
  },
  'revoke-api-key': async () => {
    const { id } = await api.makeKey('CURATOR')
    expect((await run('revoke-api-key', { id, reason: 'mất máy' })).revokeApiKey).toEqual({ __typename: 'RevokeApiKeySuccess', apiKey: { state: 'REVOKED', revokedAt: expect.any(String) } })
  },
  'read-audit-log': async () => {
    const { id } = await api.makeKey('CURATOR', { name: 'Bà C' })
    const recordId = Buffer.from(id, 'base64').toString().slice('ApiKey:'.length)
    const { auditEntries } = await run('read-audit-log', { recordKind: 'api_key', recordId })
    expect(auditEntries).toEqual({ totalCount: 1, nodes: [{ entry: expect.any(Number), at: expect.any(String), actorName: 'ADMIN_KEY', actorRole: 'ADMIN', action: 'API_KEY_CREATED', reason: null, details: expect.stringContaining('Bà C'), erasedBy: null }], pageInfo: { hasNextPage: false, endCursor: expect.any(String) } })
  },
  'erase-from-audit-log': async () => {
    const { id } = await api.makeKey('CURATOR', { name: 'Bà D' })
    const recordId = Buffer.from(id, 'base64').toString().slice('ApiKey:'.length)
    const input = { recordKind: 'api_key', recordId, reason: 'Theo yêu cầu, Luật 91/2025/QH15', correction: '{"name":"một cán bộ"}' }
    expect((await run('erase-from-audit-log', { input })).eraseAuditEntries).toEqual({ __typename: 'EraseAuditEntriesSuccess', erasedCount: 1 })
    const { auditEntries } = await run('read-audit-log', { recordKind: 'api_key', recordId })
    expect(auditEntries.nodes).toEqual([expect.objectContaining({ action: 'API_KEY_CREATED', actorName: null, details: null, erasedBy: expect.any(Number) })])
    const { auditEntries: newest } = await run('read-audit-log', { recordKind: 'audit_entry' })
    expect(newest.nodes.slice(0, 2).map(({ action, reason, details }: any) => [action, reason, details])).toEqual([
      ['AUDIT_RECTIFIED', input.reason, '{"name":"một cán bộ"}'], ['AUDIT_ERASED', input.reason, null]])
    expect((await run('verify-audit-log', {})).auditVerification).toMatchObject({ isWhole: true, erasedCount: 1 })
    // What is wrong with an input, and what is left to do the second time.
    const again = async (more: object) => (await run('erase-from-audit-log', { input: { reason: 'x', ...more } })).eraseAuditEntries
    expect(await again({ recordKind: 'api_key', recordId })).toMatchObject({ __typename: 'NotFoundError' })
    expect(await again({})).toMatchObject({ __typename: 'ValidationError', issues: [{ path: [], message: expect.stringContaining('exactly one of') }] })
    expect(await again({ entries: [1], actorId: 'admin' })).toMatchObject({ __typename: 'ValidationError' })
    expect(await again({ entries: [1], recordKind: 'api_key' })).toMatchObject({ __typename: 'ValidationError' })
    expect(await again({ entries: [1], correction: '[1]', reason: 'a\0' })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['correction'] }, { path: ['reason'] }] })
    expect(await again({ entries: [1], reason: ' ' })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['reason'] }] })
  },
  'preview-import': async () => expect((await run('preview-import')).previewImport).toMatchObject({ __typename: 'PreviewImportSuccess', import: { rows: 2, created: 1, refused: 1, issues: [{ row: 3, path: ['startedOn'], code: 'INVALID_DATE' }] } }),
  'run-import': async () => expect((await run('run-import')).runImport).toEqual({ __typename: 'RunImportSuccess', import: { id: expect.any(String), state: expect.stringMatching(/^(QUEUED|SUCCEEDED)$/) } }),
  'follow-import': async () => {
    const { id } = (await run('run-import')).runImport.import
    await startImports({ db: api.database.db, start: false }).runOnce()
    expect((await run('follow-import', { id })).import).toMatchObject({ state: 'SUCCEEDED', progress: 1, rows: 2, created: 1, refused: 1, issues: [{ row: 3 }] })
  },
  'resume-import': async () => {
    const { id } = (await api.ask('mutation ($input: RunImportInput!) { runImport(input: $input) { ... on RunImportSuccess { import { id } } } }', { key: ADMIN_KEY, variables: { input: { format: 'CSV', content: Buffer.from('Tên mô hình;Tóm tắt\nTổ giữ kênh;Giữ kênh.\n').toString('base64') } } })).body.data.runImport.import
    await api.database.db.updateTable('import_job').set({ state: 'STOPPED', stopped_at: new Date() }).where('state', '=', 'QUEUED').execute()
    expect((await run('resume-import', { id })).resumeImport).toEqual({ __typename: 'ResumeImportSuccess', import: { id, state: 'QUEUED', progress: 0 } })
  },
  'why-changes': async () => {
    const id = await draft({ name: 'Tổ giữ đò', summary: 'Giữ trật tự bến đò.' })
    const step = async (mutation: string, input: object) => (await api.ask(`mutation ($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { __typename } }`, { key: ADMIN_KEY, variables: { input: { id, expectedRevision: 1, ...input } } })).body.data[mutation]
    await step('submitModel', {})
    await step('requestChanges', { reason: 'Thiếu nguồn của số liệu.' })
    expect((await run('why-changes', { id })).node).toMatchObject({ editorialState: 'CHANGES_REQUESTED', workflowSteps: { totalCount: 3, nodes: [{ kind: 'REQUEST_CHANGES', from: 'SUBMITTED', reason: 'Thiếu nguồn của số liệu.', mergeId: null }, {}, { kind: 'CREATE', from: null, to: 'DRAFT' }] } })
  },
  'find-duplicates': async () => {
    const id = await draft({ name: 'CLB Hướng Thiện', summary: 'Giúp người mãn hạn tù có việc làm.' })
    expect((await run('find-duplicates', { id })).node.duplicateCandidates[0]).toMatchObject({ verdict: 'SAME', reasons: expect.arrayContaining([expect.stringContaining('Hướng thiện')]), model: { slug: 'cau-lac-bo-huong-thien' } })
  },
  'work-through-duplicates': async () => {
    const { duplicatePairs } = await run('work-through-duplicates')
    expect(duplicatePairs.nodes.length).toBeGreaterThan(0)
    for (const { verdict, source, target } of duplicatePairs.nodes) expect([verdict === 'UNSURE', source.id === target.id]).toEqual([false, false])
  },
  'record-distinct-models': async () => {
    const [sourceId, targetId] = [await draft({ name: 'Tổ tự quản', summary: 'Của một bến đò.' }), await draft({ name: 'Tổ tự quản', summary: 'Của một chung cư.' })]
    expect((await run('record-distinct-models', { input: { sourceId, targetId, reason: 'Bến đò, chung cư.' } })).recordDistinctModels).toMatchObject({ __typename: 'RecordDistinctModelsSuccess', distinction: { sourceId, targetId, reason: 'Bến đò, chung cư.' } })
  },
  'release-privacy-finding': async () => {
    const modelId = await draft({ name: 'Tổ giúp nhau', summary: 'Mang tên cụ Đỗ Văn Thành.' })
    const { node } = (await api.ask('query ($id: ID!) { node(id: $id) { ... on Model { privacyFindings { id } } } }', { key: ADMIN_KEY, variables: { id: modelId } })).body.data
    const input = { modelId, expectedRevision: 1, findingId: node.privacyFindings[0].id, reason: 'Người lập làng.' }
    expect((await run('release-privacy-finding', { input })).releasePrivacyFinding.model.privacyFindings).toMatchObject([{ text: 'Đỗ Văn Thành', isBlocking: false, release: { reason: 'Người lập làng.', releasedBy: 'ADMIN_KEY' } }])
  },
  'verify-audit-log': async () => {
    await api.makeKey('CURATOR')
    const { auditVerification: first } = await run('verify-audit-log', {})
    expect(first).toMatchObject({ isWhole: true, faults: [] })
    await api.makeKey('CURATOR')
    expect((await run('verify-audit-log', { anchor: first.anchor })).auditVerification).toMatchObject({ isWhole: true, entryCount: first.entryCount + 1 })
  },
}

it('each one is here, and in the index', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(names.sort())
  const index = readFileSync(`${FOLDER}README.md`, 'utf8')
  expect(names.filter((name) => !index.includes(`\`${name}\``))).toEqual([])
})
it.each(names)('%s', (name) => EXPECTED[name]!())
