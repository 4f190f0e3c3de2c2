/** The stewards' queues and what is done with many of their items at once. Curator story 6. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cycleAt, cycleOfDay } from '../../../server/domain/review/cycle.ts'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, BINH, localityId, NEW_MODEL, officer, publish } from '../model/editing.ts'
import { listening } from '../../support/statements.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)
const ITEMS = 'items { id isDone revision error { __typename code message ... on ValidationError { issues { path code } } } } doneCount refusedCount'

describe('the review queue', () => {
  const QUEUE = 'query ($filter: ReviewQueueFilter, $first: Int, $after: String) { reviewQueue(filter: $filter, first: $first, after: $after) { totalCount nodes { id name state revision author isPublished assignee locality { slug } model { name } } pageInfo { hasNextPage endCursor } } }'
  const queue = async (viewer: Parameters<typeof as>[1], filter: object = {}, page: object = {}) => (await by(viewer).read(QUEUE, { filter, ...page })).reviewQueue

  it('shows what waits, the longest waiting first, by state, place, age and assignee; an officer sees their own', async () => {
    const drafts = []
    for (const [name, locality] of [['Chờ một', 'can-tho'], ['Chờ hai', 'can-tho'], ['Chờ ba', 'an-giang']]) {
      const draft = await by(AN).done('createModel', { ...NEW_MODEL, name, origin: { locality } })
      drafts.push(await by(AN).done('submitModel', { id: draft.id, expectedRevision: 1 }))
    }
    const [one, two, three] = drafts
    const all = await queue(BINH)
    expect(all.totalCount).toBe(3)
    expect(all.nodes.map(({ name }: any) => name)).toEqual(['Chờ một', 'Chờ hai', 'Chờ ba'])
    expect(all.nodes[0]).toEqual({ id: one.id, name: 'Chờ một', state: 'SUBMITTED', revision: 1, author: 'An', isPublished: false, assignee: null, locality: { slug: 'can-tho' }, model: null })
    const first = await queue(BINH, {}, { first: 2 })
    expect(first.pageInfo.hasNextPage).toBe(true)
    expect((await queue(BINH, {}, { first: 2, after: first.pageInfo.endCursor })).nodes.map(({ id }: any) => id)).toEqual([three.id])

    expect((await queue(officer(await localityId(opened.db, 'an-giang')))).nodes.map(({ id }: any) => id)).toEqual([three.id])
    expect((await queue(officer())).totalCount).toBe(0)
    expect((await queue(BINH, { localityIn: ['can-tho'] })).totalCount).toBe(2)
    expect((await queue(BINH, { stateIn: ['DRAFT'] })).totalCount).toBe(0)
    expect((await queue(BINH, { enteredBefore: '2020-01-01T00:00:00Z' })).totalCount).toBe(0)
    expect((await by(BINH).ask(QUEUE, { filter: { localityIn: ['can-thoo'] } })).errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('"can-tho"') }])
    expect((await by(BINH).ask(QUEUE, { filter: { stateIn: ['PUBLISHED'] } })).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }])
    expect((await by(ANYBODY).ask(QUEUE)).errors).toMatchObject([{ code: 'UNAUTHENTICATED' }])

    // Given to a reviewer: what cannot be is told, and stops nothing.
    const published = (await by(ANYBODY).read('{ model(slug: "camera-an-ninh") { id } }')).model
    const assigned = await by(AN).write('assignReviews', { ids: [two.id, published.id, 'rubbish'], assignee: BINH.id }, ITEMS)
    expect(assigned).toMatchObject({ doneCount: 1, refusedCount: 2, items: [{ id: two.id, isDone: true, revision: 1, error: null }, { isDone: false, error: { __typename: 'ConflictError' } }, { id: 'rubbish', isDone: false, error: { __typename: 'ValidationError', issues: [{ path: ['id'] }] } }] })
    expect((await queue(AN, { assigneeIn: [BINH.id] })).nodes).toMatchObject([{ id: two.id, assignee: BINH.id }])
    expect((await queue(AN, { isAssigned: false })).totalCount).toBe(2)
    expect(await by(AN).write('assignReviews', { ids: [two.id], assignee: 'key:00000000-0000-7000-8000-000000000000' }, ITEMS)).toMatchObject({ items: [{ error: { issues: [{ path: ['assignee'], code: 'UNKNOWN_REVIEWER' }] } }] })
    expect(await by(officer()).write('assignReviews', { ids: [two.id] }, ITEMS)).toMatchObject({ __typename: 'ForbiddenError' })

    // Each item is its own transaction: the stale one is a conflict, the others have gone on.
    const started = await by(BINH).write('advanceModels', { step: 'START_REVIEW', items: [{ id: one.id, expectedRevision: 1 }, { id: two.id, expectedRevision: 9 }, { id: three.id, expectedRevision: 1 }] }, ITEMS)
    expect(started).toMatchObject({ doneCount: 2, items: [{ isDone: true }, { isDone: false, error: { __typename: 'ConflictError', code: 'CONFLICT' } }, { isDone: true }] })
    expect((await queue(BINH, { stateIn: ['IN_REVIEW'] })).totalCount).toBe(2)
    expect(await by(BINH).write('advanceModels', { step: 'REJECT', items: [{ id: one.id, expectedRevision: 1 }] }, ITEMS)).toMatchObject({ items: [{ error: { issues: [{ code: 'REASON_REQUIRED' }] } }] })
    expect(await by(officer()).write('advanceModels', { step: 'PUBLISH', items: [{ id: published.id, expectedRevision: 1 }] }, ITEMS)).toMatchObject({ items: [{ error: { __typename: 'ForbiddenError' } }] })
    expect(await by(BINH).write('advanceModels', { step: 'PUBLISH', items: [] }, ITEMS)).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['items'] }] })
  })
})

describe('curator story 6', () => {
  it('lists active models with no review this cycle; one is retired with a reason; its history remains', async () => {
    const DUE = 'query ($cycle: Int, $filter: ModelFilter) { dueReviews(cycle: $cycle, filter: $filter, first: 3) { totalCount nodes { slug operationalStatus reviews { cycle } } } }'
    const due = async (variables: Record<string, unknown> = {}, viewer: Parameters<typeof as>[1] = AN) => (await by(viewer).read(DUE, variables)).dueReviews
    const active = (await by(ANYBODY).read('{ models(filter: { operationalStatusIn: [ACTIVE] }) { totalCount } }')).models.totalCount
    const before = await due()
    expect(before.totalCount).toBe(active)
    for (const { operationalStatus, reviews } of before.nodes) expect([operationalStatus, reviews]).toEqual(['ACTIVE', []])

    const slug = before.nodes[0].slug
    const model = (await by(ANYBODY).read(`{ model(slug: "${slug}") { id revision history { totalCount } } }`)).model
    const cycle = cycleAt(new Date())
    const reviewed = await by(AN).write('recordReview', { modelId: model.id, expectedRevision: model.revision, cycle, decision: 'RETIRE', decisionReason: 'Không còn địa bàn nào làm.', reviewedOn: '2026' }, 'model { id revision }')
    const retired = await by(AN).done('updateModel', { id: model.id, expectedRevision: reviewed.model.revision, operationalStatus: 'RETIRED', reason: 'Thanh loại theo kết quả sơ kết.' })
    // Nothing is decided before it is published.
    expect((await due()).totalCount).toBe(active)
    await publish(opened.db, retired)
    expect((await due()).totalCount).toBe(active - 1)
    expect((await due({ filter: { operationalStatusIn: ['RETIRED'] } })).nodes.map((node: any) => node.slug)).not.toContain(slug)
    expect((await due({ cycle: cycle - 1, filter: { operationalStatusIn: ['RETIRED'] } })).nodes.map((node: any) => node.slug)).toContain(slug)
    const after = (await by(ANYBODY).read(`{ model(slug: "${slug}") { operationalStatus reviews { cycle decision reason } history { totalCount nodes { number reason } } } }`)).model
    expect(after).toMatchObject({ operationalStatus: 'RETIRED', reviews: [{ cycle, decision: 'RETIRE', reason: 'Không còn địa bàn nào làm.' }], history: { totalCount: model.history.totalCount + 1, nodes: [{ reason: 'Thanh loại theo kết quả sơ kết.' }, { number: model.revision }] } })

    const own = await due({ filter: { originLocalityIn: ['can-tho'] } })
    expect((await due({}, officer(await localityId(opened.db, 'can-tho')))).totalCount).toBeLessThanOrEqual(own.totalCount)
    expect((await due({}, officer())).totalCount).toBe(0)
    expect((await by(AN).ask(DUE, { cycle: 3 })).errors).toMatchObject([{ code: 'BAD_USER_INPUT' }])
  })

  it('counts the reporting year from 15/11 to 14/11, by the clock of Vietnam', () => {
    expect(['2024-11-14', '2024-11-15', '2024-12-31', '2025-01-01', '2025-11-14', '2025-11-15'].map(cycleOfDay)).toEqual([2024, 2025, 2025, 2025, 2025, 2026])
    expect([cycleAt(new Date('2025-11-14T16:59:59Z')), cycleAt(new Date('2025-11-14T17:00:00Z'))]).toEqual([2025, 2026])
  })
})

describe('dead letters', () => {
  it('are shown with what went wrong, and sent again', async () => {
    const { id } = await opened.db.selectFrom('model_record').select('id').where('slug', '=', 'tieng-keng-an-ninh').executeTakeFirstOrThrow()
    await sql`insert into outbox (target, kind, record_id, attempts, last_error, dead_at) values ('models__x', 'model', ${id}::uuid, 12, 'invalid document', now()), ('models__y', 'model', ${id}::uuid, 1, null, null)`.execute(opened.db)
    const READ = '{ deadLetters { totalCount nodes { id index recordKind name attempts error model { slug } } } }'
    const { nodes: [letter], totalCount } = (await by(AN).read(READ)).deadLetters
    expect([totalCount, letter]).toEqual([1, { id: expect.any(String), index: 'models__x', recordKind: 'model', name: 'Tiếng kẻng an ninh', attempts: 12, error: 'invalid document', model: { slug: 'tieng-keng-an-ninh' } }])
    expect(await by(AN).write('retryDeadLetters', { ids: [letter.id, '999999', 'x'] }, ITEMS)).toMatchObject({ items: [{ isDone: true }, { error: { __typename: 'NotFoundError' } }, { error: { __typename: 'NotFoundError' } }] })
    expect((await by(AN).read(READ)).deadLetters.totalCount).toBe(0)
    const { rows } = await sql`select attempts, dead_at, available_at <= now() as "isDue" from outbox where target = 'models__x'`.execute(opened.db)
    expect(rows).toEqual([{ attempts: 0, dead_at: null, isDue: true }])
    expect((await by(officer()).ask(READ)).errors).toMatchObject([{ code: 'FORBIDDEN' }])
  })
})

describe('what records lack', () => {
  it('unsourced facts are told with what they lack, and their counts add up', async () => {
    const READ = 'query ($filter: UnsourcedFactFilter) { unsourcedFacts(filter: $filter, first: 5) { totalCount nodes { id kind gap text model { slug } } } }'
    const facts = async (filter: object = {}) => (await by(AN).read(READ, { filter })).unsourcedFacts
    const all = await facts()
    const counts = await Promise.all(['NO_CITATION', 'RECORD_ONLY', 'NO_ADDRESS'].map(async (gap) => (await facts({ gapIn: [gap] })).totalCount))
    expect(all.totalCount).toBeGreaterThan(0)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all.totalCount)
    // Our own reading of conditions has no source, and says so.
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from condition where citation_id is null`.execute(opened.db)
    const conditions = await facts({ gapIn: ['NO_CITATION'], kindIn: ['CONDITION'] })
    expect(conditions.totalCount).toBe(rows[0]!.n)
    for (const { kind, gap, text } of conditions.nodes) expect([kind, gap, text.length > 0]).toEqual(['CONDITION', 'NO_CITATION', true])
  })

  it('an unresolved place gets its unit in the next revision; several of one record follow each other', async () => {
    const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Nơi chưa rõ', origin: { placeAsWritten: 'một xã ở Cần Thơ' } })
    const citations = [{ source: { title: 'Báo cáo' } }]
    await by(AN).done('addReplication', { modelId: draft.id, expectedRevision: 1, placeAsWritten: 'một xã ở An Giang', citations })
    await publish(opened.db, { id: draft.id, revision: 2 })
    const READ = 'query ($after: String) { unresolvedPlaces(first: 100, after: $after) { totalCount nodes { id kind placeAsWritten model { id slug } } pageInfo { hasNextPage endCursor } } }'
    const readAll = async (): Promise<any[]> => {
      const nodes: any[] = []
      for (let after: string | null = null; ;) {
        const { unresolvedPlaces: page } = await by(AN).read(READ, { after })
        nodes.push(...page.nodes)
        if (!page.pageInfo.hasNextPage) { expect(nodes).toHaveLength(page.totalCount); return nodes }
        after = page.pageInfo.endCursor
      }
    }
    const mine = (await readAll()).filter(({ model }) => model.slug === 'noi-chua-ro')
    expect(mine.map(({ kind, placeAsWritten }) => [kind, placeAsWritten]).sort()).toEqual([['ORIGIN', 'một xã ở Cần Thơ'], ['REPLICATION', 'một xã ở An Giang']])
    const [origin, replication] = [mine.find(({ kind }) => kind === 'ORIGIN')!, mine.find(({ kind }) => kind === 'REPLICATION')!]
    const item = { modelId: draft.id, expectedRevision: 2 }
    const done = await by(AN).write('resolvePlaces', { items: [{ ...item, id: origin.id, locality: 'can-tho' }, { ...item, id: replication.id, locality: 'an-giangg' }, { ...item, id: replication.id, locality: 'an-giang' }], reason: 'Báo cáo nói rõ.' }, ITEMS)
    expect(done).toMatchObject({ doneCount: 2, items: [{ isDone: true, revision: 3 }, { isDone: false, error: { issues: [{ path: ['locality'], code: 'UNKNOWN_LOCALITY' }] } }, { isDone: true, revision: 4 }] })
    // Only once it is reviewed does anybody read it.
    expect((await readAll()).filter(({ model }) => model.slug === 'noi-chua-ro')).toHaveLength(2)
    await publish(opened.db, { id: draft.id, revision: 4 })
    expect((await readAll()).filter(({ model }) => model.slug === 'noi-chua-ro')).toEqual([])
    expect((await by(ANYBODY).read('{ model(slug: "noi-chua-ro") { origin { placeAsWritten localityThen { slug } } replications { nodes { localityThen { slug } } } } }')).model).toEqual({
      origin: { placeAsWritten: 'một xã ở Cần Thơ', localityThen: { slug: 'can-tho' } }, replications: { nodes: [{ localityThen: { slug: 'an-giang' } }] },
    })
  })
})

it('each queue is one statement', async () => {
  let statements = 0
  const counted = listening(opened.db, () => { statements += 1 })
  for (const [field, nodes] of [
    ['reviewQueue', 'id name locality { slug } model { name }'], ['dueReviews', 'slug reviews { cycle citations { source { title } } }'], ['deadLetters', 'id model { slug }'],
    ['unsourcedFacts', 'id kind gap model { slug origin { placeAsWritten } }'], ['unresolvedPlaces', 'id placeAsWritten model { slug }'],
  ]) {
    statements = 0
    await as(counted, AN).read(`{ ${field} { totalCount nodes { ${nodes} } pageInfo { endCursor } } }`)
    expect([field, statements]).toEqual([field, 1])
  }
})
