/** A record's way through the workflow: an author reads why changes were asked for, a curator finds a merge to take back, nobody else learns anything. */
import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, BINH, localityId, NEW_MODEL, officer, publish } from './editing.ts'
import { listening } from '../../support/statements.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)
const STEPS = 'workflowSteps(first: $first, after: $after, last: $last) { totalCount edges { cursor } nodes { kind from to revision actor reason at mergeId mergedWith mergeUndoneAt } pageInfo { hasNextPage endCursor } }'
const stepsOf = async (viewer: Parameters<typeof as>[1], id: string, page: object = {}) =>
  (await by(viewer).read(`query ($id: ID!, $first: Int, $after: String, $last: Int) { node(id: $id) { ... on Model { ${STEPS} } } }`, { id, ...page })).node?.workflowSteps
const brief = ({ nodes }: any) => nodes.map(({ kind, from, to, revision, actor, reason }: any) => [kind, from, to, revision, actor, reason])

it('an officer reads why changes to their draft were asked for; a stranger reads nothing, published or not', async () => {
  const [own, stranger] = [officer(await localityId(opened.db, 'can-tho')), { ...officer(await localityId(opened.db, 'ha-noi')), id: 'key-other', name: 'Người khác' }]
  const draft = await by(own).done('createModel', { ...NEW_MODEL, name: 'Bến phà ba không', origin: { locality: 'can-tho' }, reason: 'Theo báo cáo tháng 7' })
  const at = { id: draft.id, expectedRevision: 1 }
  await by(own).done('submitModel', at)
  await by(BINH).done('startReview', at)
  await by(BINH).done('requestChanges', { ...at, reason: 'Thiếu nguồn của số liệu.' })
  const told = [
    ['REQUEST_CHANGES', 'IN_REVIEW', 'CHANGES_REQUESTED', 1, 'Bình', 'Thiếu nguồn của số liệu.'], ['START_REVIEW', 'SUBMITTED', 'IN_REVIEW', 1, 'Bình', null],
    ['SUBMIT', 'DRAFT', 'SUBMITTED', 1, 'Công an phường', null], ['CREATE', null, 'DRAFT', 1, 'Công an phường', 'Theo báo cáo tháng 7'],
  ]
  for (const viewer of [own, AN]) expect(brief(await stepsOf(viewer, draft.id))).toEqual(told)
  for (const viewer of [stranger, ANYBODY]) expect(await stepsOf(viewer, draft.id)).toBeUndefined()

  await publish(opened.db, await by(own).done('updateModel', { ...at, problem: 'Phà quá tải.' }), own)
  expect((await stepsOf(own, draft.id)).nodes.slice(0, 5).map(({ kind }: any) => kind)).toEqual(['PUBLISH', 'APPROVE', 'SUBMIT', 'EDIT', 'REQUEST_CHANGES'])
  for (const viewer of [stranger, ANYBODY]) expect(await stepsOf(viewer, draft.id)).toEqual({ totalCount: 0, edges: [], nodes: [], pageInfo: { hasNextPage: false, endCursor: null } })
  const since = await by(ANYBODY).read(`query ($first: Int, $after: String, $last: Int) { model(slug: "ben-pha-ba-khong", asOf: "2999-01-01T00:00:00Z") { ${STEPS} } }`)
  expect(since.model.workflowSteps.nodes).toEqual([])
})

it('is paged, from both ends, in one statement', async () => {
  const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Sửa nhiều lần' })
  for (let revision = 1; revision < 7; revision += 1) await by(AN).done('updateModel', { id: draft.id, expectedRevision: revision, problem: `Lần ${revision}.` })
  const model = await publish(opened.db, { id: draft.id, revision: 7 })
  const whole = await stepsOf(AN, draft.id)
  expect([whole.totalCount, whole.nodes.length]).toEqual([10, 10])
  const paged: any[] = []
  for (let after: string | null = null; ;) {
    const page: any = await stepsOf(AN, draft.id, { first: 3, after })
    paged.push(...page.nodes)
    if (!page.pageInfo.hasNextPage) break
    after = page.pageInfo.endCursor
  }
  expect(paged).toEqual(whole.nodes)
  expect((await stepsOf(AN, draft.id, { last: 2 })).nodes).toEqual(whole.nodes.slice(-2))
  expect((await by(AN).ask(`query ($id: ID!, $first: Int, $after: String, $last: Int) { node(id: $id) { ... on Model { ${STEPS} } } }`, { id: draft.id, first: 101 })).errors[0]!.code).toBe('BAD_USER_INPUT')
  let statements = 0
  const counting = listening(opened.db, () => { statements += 1 })
  await as(counting, AN).read(`query ($first: Int, $after: String, $last: Int) { model(slug: "${model.slug}") { ${STEPS} } }`)
  expect(statements).toBe(1)
})

it('a curator finds the merge to take back; who may not know the other record is not told of it', async () => {
  const own = officer(await localityId(opened.db, 'can-tho'))
  const target = await publish(opened.db, await by(own).done('createModel', { ...NEW_MODEL, name: 'Đò ngang an toàn', origin: { locality: 'can-tho' } }), own)
  const source = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Đò dọc an toàn', origin: { locality: 'ha-noi' } })
  const merge = async (targetRevision: number): Promise<any> => by(BINH).write('mergeModels', {
    sourceId: source.id, targetId: target.id, expectedSourceRevision: 1, expectedTargetRevision: targetRevision, reason: 'Một mô hình.', choices: ['name', 'origin'].map((field) => ({ field, from: 'TARGET' })),
  }, 'mergeId model { revision }')
  const first = await merge(1)
  expect(first.__typename).toBe('MergeModelsSuccess')
  const [step] = (await stepsOf(BINH, target.id)).nodes
  expect(step).toMatchObject({ kind: 'MERGE', from: 'PUBLISHED', to: 'DRAFT', revision: 2, mergeId: first.mergeId, mergedWith: source.slug, mergeUndoneAt: null, reason: 'Một mô hình.' })
  expect((await stepsOf(own, target.id)).nodes[0]).toEqual({ ...step, mergedWith: null })
  await by(BINH).write('undoMerge', { mergeId: step.mergeId, reason: 'Hai bến khác nhau.' }, '__typename')
  const [undone, merged] = (await stepsOf(BINH, target.id)).nodes
  expect([undone, merged]).toMatchObject([{ kind: 'UNDO_MERGE', reason: 'Hai bến khác nhau.', mergeId: step.mergeId, mergedWith: source.slug }, { kind: 'MERGE', mergeUndoneAt: expect.any(String) }])
  expect(undone.mergeUndoneAt).toBe(merged.mergeUndoneAt)
  expect((await stepsOf(BINH, source.id)).nodes.map(({ kind, mergeId, mergedWith }: any) => [kind, mergeId, mergedWith])).toEqual([['UNDO_MERGE', step.mergeId, target.slug], ['MERGE', step.mergeId, target.slug], ['CREATE', null, null]])
  const second = await merge(3)
  expect((await stepsOf(BINH, target.id)).nodes[0].mergeId).toBe(second.mergeId)
  expect(second.mergeId).not.toBe(first.mergeId)

  // Of merges made before steps named theirs, the migration finds out which.
  const ids = async () => (await opened.db.selectFrom('model_step').select(['id', 'merge_id']).where('step', 'in', ['MERGE', 'UNDO_MERGE']).orderBy('id').execute())
  const before = await ids()
  expect(before).toHaveLength(6)
  await opened.db.updateTable('model_step').set({ merge_id: null }).execute()
  const [backfill] = /update model_step[^;]+;/.exec(readFileSync(new URL('../../../server/db/migrations/0013_curation.sql', import.meta.url), 'utf8'))!
  await sql.raw(backfill).execute(opened.db)
  expect(await ids()).toEqual(before)
})
