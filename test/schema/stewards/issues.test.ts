/** Voices from below: anybody reports, curators resolve, nothing changes by itself and nothing is kept of who reported. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ReportAllowance, REPORTS_PER_HOUR } from '../../../server/domain/issue/allowance.ts'
import { type Api, openApi } from '../../identity/support.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let api: Api
let curator: string
beforeAll(async () => {
  api = await openApi()
  curator = (await api.makeKey('CURATOR')).key
})
afterAll(() => api?.close())

const REPORT = 'mutation ($input: ReportIssueInput!) { reportIssue(input: $input) { __typename ... on ReportIssueSuccess { reference } ... on ValidationError { issues { path code } } ... on UserError { code } } }'
const report = async (input: Record<string, unknown>, headers: Record<string, string> = {}) => api.ask(REPORT, { variables: { input }, headers })
const QUEUE = 'query ($filter: ReportedIssueFilter) { reportedIssues(filter: $filter) { totalCount nodes { id kind name field text locality { slug } model { slug revision } outcome resolution resolvedBy reportedAt } } }'
const queue = async (filter: object = {}, key = curator) => (await api.ask(QUEUE, { key, variables: { filter } })).body.data.reportedIssues

it('anybody reports; a curator sees it with the record and field, and resolves it with a reason', async () => {
  const { model } = (await api.ask('{ model(slug: "tieng-keng-an-ninh") { id revision updatedAt results(first: 1) { nodes { id } } } }')).body.data
  const said = await report({ kind: 'POINT_STOPPED', modelId: model.id, field: 'replications.status', locality: 'can-tho', text: ' Điểm ở khu vực 2 đã dừng từ đầu năm. ' })
  expect(said.body.data.reportIssue).toEqual({ __typename: 'ReportIssueSuccess', reference: expect.stringMatching(/^[0-9a-f]{12}$/) })
  expect((await api.ask('{ model(slug: "tieng-keng-an-ninh") { id revision updatedAt results(first: 1) { nodes { id } } } }')).body.data.model).toEqual(model)

  const open = await queue()
  expect(open).toEqual({ totalCount: 1, nodes: [{
    id: expect.any(String), kind: 'POINT_STOPPED', name: 'Tiếng kẻng an ninh', field: 'replications.status', text: 'Điểm ở khu vực 2 đã dừng từ đầu năm.', locality: { slug: 'can-tho' }, model: { slug: 'tieng-keng-an-ninh', revision: model.revision },
    outcome: null, resolution: null, resolvedBy: null, reportedAt: expect.any(String),
  }] })
  expect((await queue({ kindIn: ['FIGURE_WRONG'] })).totalCount).toBe(0)
  expect((await queue({ modelId: model.id, localityIn: ['can-tho'] })).totalCount).toBe(1)
  expect((await queue({ localityIn: ['lai-chau'] })).totalCount).toBe(0)
  // The officer of the place sees it, another one does not; nobody without a key does.
  expect((await queue({}, (await api.makeKey('LOCALITY_OFFICER', { localities: ['can-tho'] })).key)).totalCount).toBe(1)
  expect((await queue({}, (await api.makeKey('LOCALITY_OFFICER', { localities: ['lai-chau'] })).key)).totalCount).toBe(0)
  expect((await api.ask(QUEUE)).code).toBe('UNAUTHENTICATED')

  const RESOLVE = 'mutation ($input: ResolveIssueInput!) { resolveIssue(input: $input) { __typename ... on ResolveIssueSuccess { issue { outcome resolution resolvedAt } } ... on ValidationError { issues { path code } } ... on UserError { code message } } }'
  const resolve = async (input: object, key = curator) => (await api.ask(RESOLVE, { key, variables: { input: { id: open.nodes[0].id, ...input } } })).body.data.resolveIssue
  expect(await resolve({ outcome: 'CORRECTED', reason: ' ' })).toMatchObject({ issues: [{ path: ['reason'], code: 'REASON_REQUIRED' }] })
  expect(await resolve({ outcome: 'CORRECTED', reason: 'Công an phường xác nhận.' })).toEqual({ __typename: 'ResolveIssueSuccess', issue: { outcome: 'CORRECTED', resolution: 'Công an phường xác nhận.', resolvedAt: expect.any(String) } })
  expect(await resolve({ outcome: 'UNFOUNDED', reason: 'x' })).toMatchObject({ __typename: 'ConflictError', message: expect.stringContaining('CORRECTED') })
  expect(await resolve({ id: Buffer.from('ReportedIssue:00000000-0000-7000-8000-000000000000').toString('base64'), outcome: 'NOTED', reason: 'x' })).toMatchObject({ __typename: 'NotFoundError' })
  expect((await queue()).totalCount).toBe(0)
  expect((await queue({ outcomeIn: ['CORRECTED'] })).totalCount).toBe(1)
})

it('refuses contact data, unknown fields, and records that nobody sees', async () => {
  const { model } = (await api.ask('{ model(slug: "camera-an-ninh") { id } }')).body.data
  const refused = async (input: object) => (await report({ kind: 'OTHER', modelId: model.id, text: 'Sai.', ...input })).body.data.reportIssue
  expect(await refused({ text: 'Gọi tôi: 0912 345 678' })).toMatchObject({ issues: [{ path: ['text'], code: 'PERSONAL_DATA' }] })
  expect(await refused({ field: 'anything', locality: 'can-thoo', text: ' ' })).toMatchObject({ issues: [{ path: ['text'], code: 'REQUIRED' }, { path: ['field'], code: 'UNKNOWN_FIELD' }, { path: ['locality'], code: 'UNKNOWN_LOCALITY' }] })
  expect(await refused({ modelId: Buffer.from('Model:00000000-0000-7000-8000-000000000000').toString('base64') })).toMatchObject({ __typename: 'NotFoundError' })
})

it.each(['Liên hệ a.b@c.vn', 'gọi +84 91 234 5678', 'số 0292.3.821.115', 'CCCD 092 090 012 345', 'Ông Nguyễn Văn Tèo đã nghỉ'])('refuses %j', async (text) => {
  const { model } = (await api.ask('{ model(slug: "camera-an-ninh") { id } }')).body.data
  // With a key, so that reports without one are counted by the next test alone.
  const { reportIssue } = (await api.ask(REPORT, { key: curator, variables: { input: { kind: 'OTHER', modelId: model.id, text } } })).body.data
  expect(new Set(reportIssue.issues.map(({ code }: { code: string }) => code))).toEqual(new Set(['PERSONAL_DATA']))
})

it('takes so many an hour from one address, and keeps nothing of it', async () => {
  const { model } = (await api.ask('{ model(slug: "camera-an-ninh") { id } }')).body.data
  const codes: unknown[] = []
  for (let n = 0; n < REPORTS_PER_HOUR + 2; n += 1) codes.push((await report({ kind: 'WE_RUN_IT_TOO', modelId: model.id, text: `Phường chúng tôi cũng làm, lần ${n}.` })).code ?? 'TAKEN')
  expect(codes.at(-1)).toBe('RATE_LIMITED')
  expect(codes.filter((code) => code === 'TAKEN').length).toBeLessThanOrEqual(REPORTS_PER_HOUR)
  // Neither the table, nor the log of the database, nor that of the server knows from where.
  const { rows } = await sql<{ text: string }>`select json_agg(i)::text as text from issue_report i union all select json_agg(a)::text from audit_entry a where record_kind = 'issue_report'`.execute(api.database.db)
  expect(rows.map(({ text }) => text).join()).not.toMatch(/127\.0\.0\.1|::1|callerKey/)
})

it('counts by caller, and over all callers, and forgets after an hour', () => {
  let now = 0
  const allowance = new ReportAllowance(() => now)
  for (let n = 0; n < REPORTS_PER_HOUR; n += 1) allowance.spend('a')
  expect(() => allowance.spend('a')).toThrow(/go on in 3600 s/)
  allowance.spend('b')
  now = 3_600_001
  for (let n = 0; n < 300; n += 1) allowance.spend(`caller ${n}`)
  expect(() => allowance.spend('c')).toThrow(/RateLimited|At most/)
})
