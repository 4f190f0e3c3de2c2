/** Every operation of client-examples/signed-in/stewards, run as it stands by who it is for. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Viewer } from '../../../server/domain/viewer.ts'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, BINH, CHI, NEW_MODEL } from '../model/editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
const FOLDER = fileURLToPath(new URL('../../../client-examples/signed-in/stewards/', import.meta.url))
const names = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql')).map((file) => file.replace('.graphql', ''))
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())

const run = async (name: string, input?: Record<string, unknown>, viewer: Viewer = AN): Promise<any> => {
  const json = `${FOLDER}${name}.json`
  const data = await as(opened.db, viewer).read(readFileSync(`${FOLDER}${name}.graphql`, 'utf8'), input ? { input } : existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : {})
  return Object.values(data)[0]
}
const read = async (query: string): Promise<any> => Object.values(await as(opened.db, ANYBODY).read(query))[0]
const handIn = async (name: string) => as(opened.db, AN).done('submitModel', { id: (await as(opened.db, AN).done('createModel', { ...NEW_MODEL, name, origin: { locality: 'can-tho' } })).id, expectedRevision: 1 })
const camera = (): Promise<{ id: string; revision: number }> => read('{ model(slug: "camera-an-ninh") { id revision } }')
const topics = (): Promise<{ id: string; key: string }[]> => read('{ topics { id key } }')

/** In this order: some stand on what others left. */
const EXPECTED: Record<string, () => Promise<void>> = {
  'review-queue': async () => {
    const { id } = await handIn('Chờ duyệt')
    expect(await run('review-queue')).toMatchObject({ totalCount: 1, nodes: [{ id, name: 'Chờ duyệt', state: 'SUBMITTED', locality: { fullName: 'Thành phố Cần Thơ' } }] })
  },
  'due-reviews': async () => expect((await run('due-reviews')).totalCount).toBeGreaterThan(0),
  'dead-letters': async () => expect((await run('dead-letters')).totalCount).toBe(0),
  'unsourced-facts': async () => { for (const { gap } of (await run('unsourced-facts')).nodes) expect(gap).toBe('NO_ADDRESS') },
  'unresolved-places': async () => expect((await run('unresolved-places')).totalCount).toBeGreaterThan(0),
  'reported-issues': async () => expect((await run('reported-issues')).totalCount).toBe(0),
  concepts: async () => expect((await run('concepts', undefined, ANYBODY)).nodes[0].modelCount).toBeGreaterThan(0),
  'assign-reviews': async () => expect(await run('assign-reviews', { ids: [(await handIn('Giao việc')).id], assignee: BINH.id })).toMatchObject({ doneCount: 1 }),
  'advance-models': async () => expect(await run('advance-models', { step: 'START_REVIEW', items: [{ id: (await handIn('Xem xét')).id, expectedRevision: 1 }] }, BINH)).toMatchObject({ doneCount: 1, items: [{ isDone: true, error: null }] }),
  'retry-dead-letters': async () => {
    const { rows } = await sql<{ id: number }>`insert into outbox (target, kind, record_id, dead_at) select 'models__x', 'model', id, now() from model limit 1 returning id`.execute(opened.db)
    expect(await run('retry-dead-letters', { ids: [String(rows[0]!.id)] })).toMatchObject({ doneCount: 1 })
  },
  'resolve-places': async () => {
    const { nodes: [place] } = await run('unresolved-places')
    expect(await run('resolve-places', { items: [{ id: place.id, modelId: place.model.id, expectedRevision: place.model.revision, locality: 'can-tho' }] })).toMatchObject({ doneCount: 1, items: [{ revision: place.model.revision + 1 }] })
  },
  'add-cost': async () => {
    const { id, revision } = await camera()
    expect(await run('add-cost', { modelId: id, expectedRevision: revision, text: 'Mỗi camera khoảng 2 triệu đồng.', amount: 2_000_000, qualifier: 'ABOUT', currency: 'VND', per: 'camera', date: '2024', citations: [{ source: { title: 'Kế hoạch của phường' } }] })).toMatchObject({ cost: { amount: 2_000_000, currency: 'VND' }, model: { editorialState: 'DRAFT' } })
  },
  'report-issue': async () => expect(await run('report-issue', { kind: 'POINT_STOPPED', modelId: (await camera()).id, field: 'points', locality: 'can-tho', text: 'Điểm ở khu vực này đã dừng.' }, ANYBODY)).toMatchObject({ __typename: 'ReportIssueSuccess' }),
  'resolve-issue': async () => {
    const { nodes: [issue] } = await run('reported-issues')
    expect(await run('resolve-issue', { id: issue.id, outcome: 'NOTED', reason: 'Chờ công an phường xác nhận.' })).toMatchObject({ issue: { outcome: 'NOTED' } })
  },
  'preview-locality-change': async () => expect(await run('preview-locality-change')).toMatchObject({ __typename: 'PreviewLocalityChangeSuccess', units: [{}, {}] }),
  'record-locality-change': async () => expect(await run('record-locality-change')).toMatchObject({ __typename: 'RecordLocalityChangeSuccess', units: [{ becomes: [{ slug: 'phuong-tay-do-can-tho' }] }, {}] }),
  'create-term': async () => expect(await run('create-term')).toMatchObject({ term: { key: 'waterway-safety' } }),
  'update-term': async () => expect(await run('update-term', { id: (await topics())[0]!.id, labelVi: 'Tên khác', dryRun: true })).toMatchObject({ isDryRun: true, modelCount: expect.any(Number) }),
  'deprecate-term': async () => expect(await run('deprecate-term', { id: (await topics()).find(({ key }) => key === 'waterway-safety')!.id, isDeprecated: true })).toMatchObject({ term: { key: 'waterway-safety' } }),
  'merge-terms': async () => { const [a, b] = await topics(); expect(await run('merge-terms', { sourceId: a!.id, targetId: b!.id, reason: 'Một lĩnh vực.' })).toMatchObject({ term: { key: b!.key } }) },
  'create-concept': async () => expect(await run('create-concept')).toMatchObject({ concept: { key: 'horse-patrol' } }),
  'update-concept': async () => expect(await run('update-concept', { key: 'horse-patrol', english: ['mounted patrol'] })).toMatchObject({ concept: { english: ['mounted patrol'] } }),
  'merge-concepts': async () => {
    await as(opened.db, AN).write('createConcept', { key: 'mounted-team', kind: 'MEANS', labelVi: 'Đội ngựa', labelEn: 'Mounted team' }, '__typename')
    expect(await run('merge-concepts', { sourceKey: 'mounted-team', targetKey: 'horse-patrol' })).toMatchObject({ concept: { key: 'horse-patrol', synonyms: expect.arrayContaining(['Đội ngựa']) } })
  },
  'erase-personal-data': async () => {
    const { id } = await as(opened.db, AN).done('createModel', { ...NEW_MODEL, name: 'Có tên người', problem: 'Theo ông Nguyễn Văn Bỏ.' })
    expect(await run('erase-personal-data', { modelId: id, texts: ['Nguyễn Văn Bỏ'], reason: 'Theo yêu cầu, Luật 91/2025/QH15' }, CHI)).toMatchObject({ isDryRun: false, revisions: [1], paths: ['problem'] })
  },
}

it('each one is here, and in the index', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(names.sort())
  const index = readFileSync(`${FOLDER}README.md`, 'utf8')
  expect(names.filter((name) => !index.includes(`\`${name}\``))).toEqual([])
  for (const name of names) expect(readFileSync(`${FOLDER}${name}.graphql`, 'utf8')).toMatch(/^# \S/)
})
it.each(Object.keys(EXPECTED))('%s', (name) => EXPECTED[name]!())
