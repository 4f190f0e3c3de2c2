/** The way of a record, through the API: curator stories 1, 6 and 7, frontend stories 5 and 8, and every step's refusals. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, BINH, CHI, localityId, NEW_MODEL, officer, publish } from './editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)
const idOf = async (slug: string): Promise<{ id: string; revision: number }> => (await by(ANYBODY).read(`{ model(slug: "${slug}") { id revision } }`)).model

describe('a new record', () => {
  it('is written, handed in, reviewed by another, and read by everybody', async () => {
    const draft = await by(AN).done('createModel', NEW_MODEL, 'id slug revision editorialState name aliases { name } topics { key } origin { placeAsWritten startedOn initiator citations { source { title } precision } } sources { nodes { title url } } history { nodes { number author publishedAt } }')
    expect(draft).toMatchObject({
      slug: 'to-tu-quan-ben-do', revision: 1, editorialState: 'DRAFT', name: 'Tổ tự quản bến đò', aliases: [{ name: 'Bến đò an toàn' }], topics: [{ key: 'traffic-safety' }],
      origin: { placeAsWritten: 'xã Tân Lộc', startedOn: '2019-05', initiator: 'Hội Nông dân', citations: [{ source: { title: 'Bến đò bình yên' }, precision: 'RECORD' }] },
      sources: { nodes: [{ title: 'Bến đò bình yên', url: 'https://baocantho.com.vn/ben-do-binh-yen' }] }, history: { nodes: [{ number: 1, author: 'An', publishedAt: null }] },
    })
    const input = { id: draft.id, expectedRevision: 1 }
    expect(await by(AN).done('submitModel', input)).toMatchObject({ editorialState: 'SUBMITTED', revision: 1 })
    expect(await by(BINH).done('startReview', input)).toMatchObject({ editorialState: 'IN_REVIEW' })
    expect(await by(BINH).write('requestChanges', input)).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['reason'], code: 'REASON_REQUIRED' }] })
    expect(await by(BINH).done('requestChanges', { ...input, reason: 'Thiếu kết quả.' })).toMatchObject({ editorialState: 'CHANGES_REQUESTED' })
    expect(await by(AN).done('updateModel', { ...input, howItWorks: 'Mỗi bến một tổ.' })).toMatchObject({ editorialState: 'CHANGES_REQUESTED', revision: 2 })
    const again = { id: draft.id, expectedRevision: 2 }
    await by(AN).done('submitModel', again)
    await by(BINH).done('startReview', again)
    expect(await by(ANYBODY).read('{ model(slug: "to-tu-quan-ben-do") { id } }')).toEqual({ model: null })
    expect(await by(BINH).done('approveModel', again)).toMatchObject({ editorialState: 'APPROVED' })
    expect(await by(BINH).done('publishModel', again)).toMatchObject({ editorialState: 'PUBLISHED', revision: 2 })
    expect((await by(ANYBODY).read('{ model(slug: "to-tu-quan-ben-do") { revision howItWorks editorialState draft { id } history { totalCount nodes { number author reason } } } searchModels(query: "to tu quan ben do") { nodes { slug } } }'))).toMatchObject({
      model: { revision: 2, howItWorks: 'Mỗi bến một tổ.', editorialState: 'PUBLISHED', draft: null, history: { totalCount: 1, nodes: [{ number: 2, author: null }] } },
      searchModels: { nodes: expect.arrayContaining([{ slug: 'to-tu-quan-ben-do' }]) },
    })
  })

  it('tells everything that is wrong at once, with what was perhaps meant', async () => {
    const refused = await by(AN).write('createModel', { name: ' ', summary: 'x\0', topics: ['trafic-safety'], settings: ['school'], origin: { locality: 'can-thoo' }, sources: [{ title: 'Báo', url: 'https://a.vn/x' }, { title: '' }] })
    expect(refused).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' })
    expect(refused.issues.map((issue: { path: string[]; code: string }) => `${issue.path.join('.')}: ${issue.code}`).sort()).toEqual(['name: INVALID', 'origin.locality: UNKNOWN_LOCALITY', 'sources.1.title: INVALID', 'summary: BAD_TEXT', 'topics.0: UNKNOWN_TERM'])
    expect(refused.issues.find((issue: { code: string }) => issue.code === 'UNKNOWN_TERM').message).toContain('"traffic-safety"')
    expect(refused.issues.find((issue: { code: string }) => issue.code === 'UNKNOWN_LOCALITY').message).toContain('can-tho')
  })

  it('of a name that is taken gets the place into its slug', async () => {
    const first = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Bến đò ba an toàn' })
    const second = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Bến đò ba an toàn', origin: { locality: 'can-tho' } })
    expect([first.slug, second.slug]).toEqual(['ben-do-ba-an-toan', 'ben-do-ba-an-toan-can-tho'])
  })
})

describe('curator story 1', () => {
  it('an author cannot approve their own draft; the denial is a typed error and is logged', async () => {
    const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Tự duyệt' })
    await by(BINH).done('updateModel', { id: draft.id, expectedRevision: 1, problem: 'Sửa thêm.' })
    const input = { id: draft.id, expectedRevision: 2 }
    await by(AN).done('submitModel', input)
    await by(AN).done('startReview', input)
    for (const author of [AN, BINH]) expect(await by(author).write('approveModel', input)).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN', message: expect.stringContaining('somebody else') })
    const { rows } = await sql<{ actor_id: string; action: string }>`select actor_id, action from audit_entry where record_id = ${Buffer.from(draft.id, 'base64').toString().split(':')[1]} order by seq`.execute(opened.db)
    expect(rows.map(({ actor_id, action }) => `${actor_id} ${action}`)).toEqual(['key-an MODEL_CREATE', 'key-binh MODEL_EDIT', 'key-an MODEL_SUBMIT', 'key-an MODEL_START_REVIEW', 'key-an MODEL_APPROVE_DENIED', 'key-binh MODEL_APPROVE_DENIED'])
    expect(await by(CHI).done('approveModel', input)).toMatchObject({ editorialState: 'APPROVED' })
    expect(await by(AN).done('publishModel', input)).toMatchObject({ editorialState: 'PUBLISHED' })
  })
})

describe('a published record', () => {
  it('stays as it is while its next revision is edited, and is swapped whole, relations included', async () => {
    const before = await idOf('camera-an-ninh')
    const other = await idOf('tieng-keng-an-ninh')
    const edited = await by(AN).done('updateModel', { id: before.id, expectedRevision: before.revision, name: 'Camera an ninh toàn dân', topics: [] })
    expect(edited).toMatchObject({ editorialState: 'DRAFT', revision: before.revision + 1 })
    const related = await by(AN).done('addRelation', { modelId: before.id, expectedRevision: edited.revision, kind: 'SIMILAR_TO', model: other.id })
    const READ = '{ model(slug: "camera-an-ninh") { name revision topics { key } relations { kind model { slug } } draft { name revision relations { model { slug } } } } }'
    expect((await by(ANYBODY).read(READ)).model).toMatchObject({ name: 'Camera an ninh', revision: before.revision, relations: [], draft: null })
    expect((await by(AN).read(READ)).model).toMatchObject({ name: 'Camera an ninh', draft: { name: 'Camera an ninh toàn dân', revision: related.revision, relations: [{ model: { slug: 'tieng-keng-an-ninh' } }] } })
    await publish(opened.db, related)
    expect((await by(ANYBODY).read(READ)).model).toMatchObject({ name: 'Camera an ninh toàn dân', revision: related.revision, topics: [], relations: [{ kind: 'SIMILAR_TO', model: { slug: 'tieng-keng-an-ninh' } }], draft: null })
    const history = (await by(ANYBODY).read('{ model(slug: "camera-an-ninh") { history { nodes { number diff { path before after } } } } }')).model.history.nodes
    expect(history.map((revision: { number: number }) => revision.number)).toEqual([related.revision, before.revision])
    expect(history[0].diff).toContainEqual({ path: 'name', before: 'Camera an ninh', after: 'Camera an ninh toàn dân' })
    expect(history[1].diff).toEqual([])

    const restored = await by(AN).done('restoreRevision', { id: before.id, expectedRevision: related.revision, revision: before.revision })
    await publish(opened.db, restored)
    expect((await by(ANYBODY).read(READ)).model).toMatchObject({ name: 'Camera an ninh', relations: [] })
  })

  it('rejecting its next revision needs a reason and changes nothing that is read', async () => {
    const before = await idOf('tieng-keng-an-ninh')
    const READ = '{ model(slug: "tieng-keng-an-ninh") { name summary updatedAt revision results(first: 100) { nodes { id statement } } } }'
    const shown = (await by(ANYBODY).read(READ)).model
    const edited = await by(AN).done('updateModel', { id: before.id, expectedRevision: before.revision, name: 'Sai' })
    expect(await by(BINH).write('rejectModel', { id: before.id, expectedRevision: edited.revision })).toMatchObject({ issues: [{ code: 'REASON_REQUIRED' }] })
    const back = await by(BINH).done('rejectModel', { id: before.id, expectedRevision: edited.revision, reason: 'Không có nguồn.' })
    expect(back).toMatchObject({ editorialState: 'PUBLISHED', revision: edited.revision + 1 })
    expect((await by(ANYBODY).read(READ)).model).toEqual({ ...shown, updatedAt: expect.any(String), revision: back.revision })
  })

  it('archived with a reason is gone from every list and search; its history remains, and it comes back as a draft', async () => {
    const before = await idOf('3-quan-3-giup')
    const total = (await by(ANYBODY).read('{ models { totalCount } }')).models.totalCount
    expect(await by(AN).write('archiveModel', { id: before.id, expectedRevision: before.revision })).toMatchObject({ issues: [{ code: 'REASON_REQUIRED' }] })
    expect(await by(AN).done('archiveModel', { id: before.id, expectedRevision: before.revision, reason: 'Thanh loại.' })).toMatchObject({ editorialState: 'ARCHIVED' })
    expect(await by(ANYBODY).read('query ($id: ID!) { model(slug: "3-quan-3-giup") { id } node(id: $id) { id } models { totalCount } searchModels(query: "3 quản 3 giúp") { nodes { slug } } }', { id: before.id })).toEqual({
      model: null, node: null, models: { totalCount: total - 1 }, searchModels: { nodes: expect.not.arrayContaining([{ slug: '3-quan-3-giup' }]) },
    })
    expect((await by(AN).read('query ($id: ID!) { node(id: $id) { ... on Model { slug editorialState history { totalCount } results { totalCount } } } }', { id: before.id })).node).toMatchObject({ slug: '3-quan-3-giup', editorialState: 'ARCHIVED', history: { totalCount: 1 } })
    const restored = await by(AN).done('restoreRevision', { id: before.id, expectedRevision: before.revision, revision: before.revision })
    expect(restored).toMatchObject({ editorialState: 'DRAFT', revision: before.revision + 1 })
    expect((await by(ANYBODY).read('{ model(slug: "3-quan-3-giup") { id } }')).model).toBeNull()
    await publish(opened.db, restored)
    expect((await by(ANYBODY).read('{ models { totalCount } searchModels(query: "3 quản 3 giúp") { nodes { slug } } }'))).toMatchObject({ models: { totalCount: total }, searchModels: { nodes: expect.arrayContaining([{ slug: '3-quan-3-giup' }]) } })
  })
})

describe('frontend story 8', () => {
  it('a stale revision is a conflict that tells both versions and what differs', async () => {
    const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Hai người cùng sửa' })
    await by(BINH).done('updateModel', { id: draft.id, expectedRevision: 1, summary: 'Bản của Bình.', leadBody: 'Công an xã' })
    const conflict = await by(AN).read(`mutation ($input: UpdateModelInput!) { updateModel(input: $input) { ... on ConflictError { code message expectedRevision actualRevision fields expected { summary revision } actual { summary revision } changes { path before after } } } }`, { input: { id: draft.id, expectedRevision: 1, summary: 'Bản của An.' } })
    expect(conflict.updateModel).toMatchObject({
      code: 'CONFLICT', expectedRevision: 1, actualRevision: 2, fields: ['summary', 'leadBody'].sort().reverse(), expected: { summary: NEW_MODEL.summary, revision: 1 }, actual: { summary: 'Bản của Bình.', revision: 2 },
      changes: expect.arrayContaining([{ path: 'leadBody', before: null, after: 'Công an xã' }]),
    })
    for (const step of ['submitModel', 'archiveModel']) expect(await by(AN).write(step, { id: draft.id, expectedRevision: 1, reason: 'x' })).toMatchObject({ __typename: 'ConflictError', actualRevision: 2 })
    expect(await by(AN).write('updateModel', { id: draft.id, expectedRevision: 99, summary: 'x' })).toMatchObject({ __typename: 'ConflictError', fields: [] })
  })

  it('a step that does not lead on from here, a record that is not there, a caller without the right or without an identity', async () => {
    const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Sai bước' })
    const input = { id: draft.id, expectedRevision: 1 }
    for (const step of ['startReview', 'approveModel', 'publishModel']) expect(await by(AN).write(step, input)).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['id'], code: 'WRONG_STATE' }] })
    const none = Buffer.from('Model:00000000-0000-7000-8000-000000000000').toString('base64')
    expect(await by(AN).write('submitModel', { ...input, id: none })).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
    expect(await by(AN).write('submitModel', { ...input, id: 'rubbish' })).toMatchObject({ __typename: 'ValidationError' })
    const stranger = officer(await localityId(opened.db, 'an-giang'))
    expect(await by(stranger).write('submitModel', input)).toMatchObject({ __typename: 'NotFoundError' })
    expect(await by(stranger).write('publishModel', input)).toMatchObject({ __typename: 'ForbiddenError' })
    const { errors } = await by(ANYBODY).ask('mutation ($input: SubmitModelInput!) { submitModel(input: $input) { __typename } }', { input })
    expect(errors).toMatchObject([{ code: 'UNAUTHENTICATED', path: ['submitModel'] }])
  })
})

describe('an officer', () => {
  it('writes of their own territory, hands in, and decides nothing', async () => {
    const own = officer(await localityId(opened.db, 'can-tho'))
    expect(await by(own).write('createModel', NEW_MODEL)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await by(own).write('createModel', { ...NEW_MODEL, origin: { locality: 'an-giang' } })).toMatchObject({ __typename: 'ForbiddenError' })
    const draft = await by(own).done('createModel', { ...NEW_MODEL, name: 'Bến phà an toàn', origin: { locality: 'can-tho' } })
    const input = { id: draft.id, expectedRevision: 1 }
    expect(await by(own).write('updateModel', { ...input, origin: { locality: 'an-giang' } })).toMatchObject({ __typename: 'ForbiddenError' })
    expect((await by(officer(await localityId(opened.db, 'an-giang'))).read('query ($id: ID!) { node(id: $id) { id } }', { id: draft.id })).node).toBeNull()
    expect(await by(own).done('submitModel', input)).toMatchObject({ editorialState: 'SUBMITTED' })
    for (const step of ['startReview', 'approveModel', 'publishModel', 'archiveModel', 'rejectModel', 'requestChanges']) expect(await by(own).write(step, { ...input, reason: 'x' })).toMatchObject({ __typename: 'ForbiddenError' })
    const published = (await by(ANYBODY).read('{ models(filter: { originLocalityIn: ["an-giang"] }, first: 1) { nodes { id revision } } }')).models.nodes[0]
    expect(await by(own).write('updateModel', { id: published.id, expectedRevision: published.revision, summary: 'x' })).toMatchObject({ __typename: 'ForbiddenError' })
    expect((await by(own).read('query ($id: ID!) { node(id: $id) { ... on Model { editorialState draft { id } } } }', { id: published.id })).node).toEqual({ editorialState: 'PUBLISHED', draft: null })
  })
})
