/** The duplicate desk through the API, and how well it tells on pairs that were labelled before it was tuned. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { duplicateCandidates, type DuplicateDocument } from '../../server/domain/duplicate/candidates.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'
import { AN, ANYBODY, as, BINH, officer, publish } from '../schema/model/editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)

const CANDIDATES = 'query ($id: ID!, $first: Int) { node(id: $id) { ... on Model { id revision duplicateCandidates(first: $first) { model { id slug name editorialState } score reasons verdict } distinctions { id sourceId targetId reason recordedBy } } } }'
const candidatesOf = async (viewer: Parameters<typeof as>[1], id: string, first = 5) => (await by(viewer).read(CANDIDATES, { id, first })).node
const slugs = (node: any): string[] => node.duplicateCandidates.map((candidate: any) => candidate.model.slug)

interface Pair { half: 'TUNING' | 'HELD_OUT'; label: 'SAME' | 'VARIANT' | 'DIFFERENT'; of: string; name: string; summary: string; place?: string }
interface Drafted { name: string; summary: string; place: string }
const { pairs, drafts } = JSON.parse(readFileSync(new URL('./pairs.json', import.meta.url), 'utf8')) as { pairs: Pair[]; drafts: Record<string, Drafted> }
const documentOf = ({ name, summary, place }: Pick<Pair, 'name' | 'summary' | 'place'>): DuplicateDocument => ({ name, summary, originPlace: place })

describe('labelled pairs', () => {
  it('are told apart, those that it was tuned on and those held out', async () => {
    const ids = new Map<string, string>()
    for (const [key, { name, summary, place }] of Object.entries(drafts)) {
      const { id } = await by(AN).done('createModel', { name, summary, origin: { placeAsWritten: place } })
      ids.set(key, Buffer.from(id, 'base64').toString().slice('Model:'.length))
    }
    const found = await duplicateCandidates(opened.db, pairs.map(documentOf), { first: 5, viewer: AN })
    for (const half of ['TUNING', 'HELD_OUT'] as const) {
      const told = { same: 0, first: 0, among: 0, calledSame: 0, traps: 0, trapped: [] as string[], missed: [] as string[], variants: 0, calledVariant: 0, variantTraps: 0 }
      for (const [i, pair] of pairs.entries()) {
        if (pair.half !== half) continue
        const isRight = ({ slug, modelId }: { slug: string; modelId: string }): boolean => slug === pair.of || modelId === ids.get(pair.of)
        const right = found[i]!.findIndex(isRight)
        if (pair.label === 'SAME') {
          told.same += 1
          if (right === 0) told.first += 1
          if (right >= 0) told.among += 1
          else told.missed.push(pair.name)
          if (found[i]![right]?.verdict === 'SAME') told.calledSame += 1
        }
        if (pair.label === 'VARIANT') {
          told.variants += 1
          if (found[i]![right]?.verdict === 'VARIANT') told.calledVariant += 1
        }
        if (pair.label === 'DIFFERENT') {
          told.traps += 1
          if (found[i]![0]?.verdict === 'VARIANT') told.variantTraps += 1
          if (found[i]!.some(({ verdict }) => verdict === 'SAME')) told.trapped.push(pair.name)
        }
      }
      console.info(`duplicate desk, ${half}: of ${told.same} same ${told.first} first, ${told.among} among five, ${told.calledSame} called SAME; of ${told.traps} traps ${told.trapped.length} called SAME; precision of SAME ${(told.calledSame / Math.max(1, told.calledSame + told.trapped.length)).toFixed(3)}; of ${told.variants} variants ${told.calledVariant} called VARIANT, of the traps ${told.variantTraps}`, told.missed, told.trapped)
      expect(told.same + told.traps).toBeGreaterThanOrEqual(45)
      expect(told.among / told.same).toBeGreaterThanOrEqual(0.9)
      expect(told.calledSame / told.same).toBeGreaterThanOrEqual(0.75)
      expect(told.trapped).toEqual([])
      expect(told.calledVariant / told.variants).toBeGreaterThanOrEqual(0.6)
      expect(told.variantTraps / told.traps).toBeLessThanOrEqual(0.15)
    }
  })
})

describe('a draft', () => {
  it('of “CLB Hướng Thiện” suggests the record that is there, with reasons; of one that is answered nothing', async () => {
    const draft = await by(AN).done('createModel', { name: 'CLB Hướng Thiện', summary: 'Giúp người mãn hạn tù có việc làm.' })
    const node = await candidatesOf(AN, draft.id)
    expect(node.duplicateCandidates[0]).toMatchObject({ model: { slug: 'cau-lac-bo-huong-thien', editorialState: 'PUBLISHED' }, verdict: 'SAME' })
    expect(node.duplicateCandidates[0].reasons[0]).toContain('Trùng')
    expect(node.duplicateCandidates[0].reasons.length).toBeGreaterThanOrEqual(2)
    expect((await candidatesOf(AN, draft.id, 1)).duplicateCandidates).toHaveLength(1)
    expect((await by(AN).ask(CANDIDATES, { id: draft.id, first: 21 })).errors[0]!.code).toBe('BAD_USER_INPUT')
    // Found from the other side too, by a curator only.
    const target = (await by(AN).read('{ model(slug: "cau-lac-bo-huong-thien") { id revision } }')).model
    expect((await candidatesOf(AN, target.id)).duplicateCandidates[0].model.id).toBe(draft.id)
    expect((await candidatesOf(ANYBODY, target.id)).duplicateCandidates).toEqual([])
    expect((await candidatesOf(officer(), target.id)).duplicateCandidates).toEqual([])

    const decided = (await by(BINH).write('recordDistinctModels', { sourceId: draft.id, targetId: target.id, reason: 'Câu lạc bộ của một trường.' }, 'distinction { id reason recordedBy }'))
    expect(decided).toMatchObject({ distinction: { recordedBy: 'Bình' } })
    expect(slugs(await candidatesOf(AN, draft.id))).not.toContain('cau-lac-bo-huong-thien')
    const after = await candidatesOf(AN, target.id)
    expect(after.duplicateCandidates.map((candidate: any) => candidate.model.id)).not.toContain(draft.id)
    expect(after.distinctions).toEqual([{ id: decided.distinction.id, sourceId: draft.id, targetId: target.id, reason: 'Câu lạc bộ của một trường.', recordedBy: 'Bình' }])
    expect((await candidatesOf(ANYBODY, target.id)).distinctions).toEqual([])
    // Said twice, the other way round, it is the same decision.
    expect((await by(AN).write('recordDistinctModels', { sourceId: target.id, targetId: draft.id, reason: 'x' }, 'distinction { id }')).distinction.id).toBe(decided.distinction.id)
    expect(await by(AN).write('withdrawDistinction', { distinctionId: decided.distinction.id, reason: 'Xem lại.' }, 'distinction { id }')).toMatchObject({ distinction: { id: decided.distinction.id } })
    expect(await by(AN).write('withdrawDistinction', { distinctionId: decided.distinction.id, reason: 'Xem lại.' }, '__typename')).toMatchObject({ __typename: 'ConflictError' })
    expect(slugs(await candidatesOf(AN, draft.id))[0]).toBe('cau-lac-bo-huong-thien')
    const { rows } = await opened.db.selectFrom('audit_entry').select(['action']).where('action', 'like', 'MODELS_%').execute().then((all) => ({ rows: all.map(({ action }) => action) }))
    expect(rows).toEqual(['MODELS_RECORDED_DISTINCT', 'MODELS_RECORDED_DISTINCT', 'MODELS_DISTINCTION_WITHDRAWN', 'MODELS_DISTINCTION_WITHDRAWN'])
    expect(await by(AN).write('recordDistinctModels', { sourceId: draft.id, targetId: draft.id, reason: 'x' }, '__typename')).toMatchObject({ issues: [{ code: 'TO_ITSELF' }] })
    expect(await by(AN).write('recordDistinctModels', { sourceId: draft.id, targetId: target.id, reason: ' ' }, '__typename')).toMatchObject({ issues: [{ code: 'REASON_REQUIRED' }] })
    expect(await by(officer()).write('recordDistinctModels', { sourceId: draft.id, targetId: target.id, reason: 'x' }, '__typename')).toMatchObject({ __typename: 'ForbiddenError' })
  })

  it('that is the same goes into the other and is no candidate any more; a variant is related', async () => {
    const same = await by(AN).done('createModel', { name: 'Móc khoá an ninh', summary: 'In số trực ban lên móc khóa phát cho dân.' })
    const third = await by(AN).done('createModel', { name: 'Móc khóa tố giác tội phạm', summary: 'Phát móc khóa in số trực ban công an xã.' })
    expect((await candidatesOf(AN, third.id)).duplicateCandidates.map((candidate: any) => candidate.model.id)).toContain(same.id)
    const target = (await by(AN).read('{ model(slug: "moc-khoa-to-giac-toi-pham") { id revision } }')).model
    const merged = await by(AN).write('mergeModels', {
      sourceId: same.id, targetId: target.id, expectedSourceRevision: 1, expectedTargetRevision: target.revision, reason: 'Một mô hình.', choices: ['name', 'summary', 'problem', 'howItWorks', 'origin'].map((field) => ({ field, from: 'TARGET' })),
    }, 'mergeId')
    expect(merged.mergeId).toBeTruthy()
    const node = await candidatesOf(AN, third.id)
    expect(node.duplicateCandidates.map((candidate: any) => candidate.model.id)).not.toContain(same.id)
    expect(slugs(node)[0]).toBe('moc-khoa-to-giac-toi-pham')
    await by(AN).done('addRelation', { modelId: third.id, expectedRevision: 1, kind: 'VARIANT_OF', model: target.id })
    expect(slugs(await candidatesOf(AN, third.id))).not.toContain('moc-khoa-to-giac-toi-pham')
    const archived = await by(AN).done('archiveModel', { id: third.id, expectedRevision: 2, reason: 'Thử.' })
    expect(archived.editorialState).toBe('ARCHIVED')
    const again = await by(AN).done('createModel', { name: 'Móc khóa tố giác tội phạm', summary: 'Phát móc khóa in số trực ban công an xã.' })
    expect((await candidatesOf(AN, again.id, 20)).duplicateCandidates.map((candidate: any) => candidate.model.id)).not.toContain(third.id)
  })

  it('is a candidate only for those who may edit it', async () => {
    const [canTho, haNoi] = await Promise.all(['can-tho', 'ha-noi'].map((slug) => opened.db.selectFrom('locality').select(['id', 'slug']).where('slug', '=', slug).executeTakeFirstOrThrow()))
    const [mine, theirs] = [officer(canTho!.id), officer(haNoi!.id)]
    const hidden = await by(mine).done('createModel', { name: 'Chiếc nón CANARY gác phà', summary: 'Người lái phà đội nón vàng để dân nhận ra.', origin: { locality: 'can-tho' } })
    const other = await by(theirs).done('createModel', { name: 'Chiếc nón CANARY gác phà', summary: 'Người lái phà đội nón vàng để dân nhận ra.', origin: { locality: 'ha-noi' } })
    expect(JSON.stringify(await candidatesOf(theirs, other.id, 20))).not.toContain(hidden.id)
    expect((await by(ANYBODY).read('query ($id: ID!) { node(id: $id) { id } }', { id: other.id })).node).toBeNull()
    expect((await candidatesOf(AN, other.id)).duplicateCandidates[0]).toMatchObject({ model: { id: hidden.id, editorialState: 'DRAFT' }, verdict: 'SAME' })
    expect((await duplicateCandidates(opened.db, [{ name: 'Chiếc nón CANARY gác phà' }], { first: 20, viewer: null }))[0]!.map(({ name }) => name)).not.toContain('Chiếc nón CANARY gác phà')
  })
})

describe('the queue', () => {
  const PAIRS = 'query ($first: Int, $after: String, $last: Int, $before: String, $verdictIn: [DuplicateVerdict!]) { duplicatePairs(first: $first, after: $after, last: $last, before: $before, verdictIn: $verdictIn) { totalCount pageInfo { hasNextPage endCursor startCursor } edges { cursor node { score verdict reasons source { id slug name } target { slug } } } } }'
  it('pages through what nobody has answered, and forgets what somebody has', async () => {
    const all: any[] = []
    let after: string | null = null
    do {
      const { duplicatePairs } = await by(AN).read(PAIRS, { first: 47, after })
      all.push(...duplicatePairs.edges.map(({ node }: any) => node))
      after = duplicatePairs.pageInfo.hasNextPage ? duplicatePairs.pageInfo.endCursor : null
      if (after === null) expect(duplicatePairs.totalCount).toBe(all.length)
    } while (after !== null)
    expect(all.length).toBeGreaterThan(5)
    // The catalogue keeps its records apart on purpose: what the desk calls the same there are mostly its own mistakes.
    expect(all.filter(({ verdict }) => verdict === 'SAME').length).toBeLessThanOrEqual(16)
    expect(all.map(({ score }) => score)).toEqual([...all.map(({ score }) => score)].sort((a, b) => b - a))
    const [first] = all
    const { duplicatePairs: last } = await by(AN).read(PAIRS, { last: 2 })
    expect(last.edges.map(({ node }: any) => node)).toEqual(all.slice(-2))
    const target = (await by(AN).read('query ($slug: String!) { model(slug: $slug) { id } }', { slug: first.target.slug })).model
    if (target) {
      await by(AN).write('recordDistinctModels', { sourceId: first.source.id, targetId: target.id, reason: 'Hai mô hình.' }, '__typename')
      expect((await by(AN).read(PAIRS, { first: 1 })).duplicatePairs.totalCount).toBe(all.length - 1)
    }
    const { duplicatePairs: same } = await by(AN).read(PAIRS, { first: 100, verdictIn: ['SAME'] })
    expect(same.edges.every(({ node }: any) => node.verdict === 'SAME')).toBe(true)
    expect((await by(AN).ask(PAIRS, { first: 1, after: 'x' })).errors[0]!.code).toBe('BAD_USER_INPUT')
    expect((await by(officer()).ask(PAIRS, { first: 1 })).errors[0]!.code).toBe('FORBIDDEN')
    expect((await by(ANYBODY).ask(PAIRS, { first: 1 })).errors[0]!.code).toBe('UNAUTHENTICATED')
  })
})

describe('the privacy gate', () => {
  const FINDINGS = 'query ($id: ID!) { node(id: $id) { ... on Model { revision privacyFindings { id path start end text kind reason isBlocking release { reason releasedBy } } } } }'
  const findingsOf = async (viewer: Parameters<typeof as>[1], id: string) => (await by(viewer).read(FINDINGS, { id })).node?.privacyFindings

  it('refuses what leads to a person, wherever it is written', async () => {
    const refused = await by(AN).write('createModel', { name: 'Tổ báo tin', summary: 'Gọi 0912 345 678 để báo tin.', aliases: ['Tổ 1', 'thư to@gmail.com'], origin: { initiator: 'CCCD 079203001234' }, sources: [{ title: 'Báo cáo, STK 0071001234567' }] })
    expect(refused.issues.map(({ path, code }: any) => [path.join('.'), code]).sort()).toEqual([['aliases.1', 'PERSONAL_DATA'], ['origin.initiator', 'PERSONAL_DATA'], ['sources.0.title', 'PERSONAL_DATA'], ['summary', 'PERSONAL_DATA']])
    expect(refused.issues.find(({ path }: any) => path[0] === 'summary').message).toContain('Ký tự 5–16')
    const draft = await by(AN).done('createModel', { name: 'Tổ báo tin', summary: 'Gọi 113 để báo tin.' })
    expect(await by(AN).write('updateModel', { id: draft.id, expectedRevision: 1, problem: '０９１２\u200B３４５６７８' })).toMatchObject({ issues: [{ path: ['problem'], code: 'PERSONAL_DATA' }] })
    expect(await by(AN).write('addResult', { modelId: draft.id, expectedRevision: 1, statement: 'Ai cũng gọi 0912.345.678', citations: [{ source: { title: 'Báo' } }] }, '__typename')).toMatchObject({ issues: [{ path: ['statement'], code: 'PERSONAL_DATA' }] })
    expect(await by(AN).write('updateModel', { id: draft.id, expectedRevision: 1, problem: 'Trộm.', reason: 'Theo 0912345678' })).toMatchObject({ issues: [{ path: ['reason'], code: 'PERSONAL_DATA' }] })
    expect(await findingsOf(AN, draft.id)).toEqual([])
  })

  it('keeps a name in the draft until it is changed, or a curator lets it pass in that very text', async () => {
    const draft = await by(AN).done('createModel', { name: 'Tổ giúp nhau', summary: 'Ông Nguyễn Văn Tèo lập tổ. Tổ giúp nhau giữ xóm.', howItWorks: 'Mang tên cụ Đỗ Văn Thành.' })
    const findings = await findingsOf(AN, draft.id)
    expect(findings.map(({ path, text, kind, isBlocking, start, end }: any) => [path.join('.'), text, kind, isBlocking, start, end])).toEqual([['summary', 'Nguyễn Văn Tèo', 'PERSONAL_NAME', true, 4, 18], ['howItWorks', 'Đỗ Văn Thành', 'PERSONAL_NAME', true, 12, 24]])
    expect(await findingsOf(officer(), draft.id)).toBeUndefined()
    const step = { id: draft.id, expectedRevision: 1 }
    expect((await by(AN).write('submitModel', step)).issues.map(({ path, code }: any) => [path.join('.'), code])).toEqual([['summary', 'PERSONAL_NAME'], ['howItWorks', 'PERSONAL_NAME']])
    const changed = await by(AN).done('updateModel', { ...step, summary: 'Một người dân lập tổ. Tổ giúp nhau giữ xóm.' })
    const [left] = await findingsOf(AN, draft.id)
    const release = { modelId: draft.id, expectedRevision: changed.revision, findingId: left.id, reason: 'Nhân vật lịch sử của làng.' }
    expect(await by(officer()).write('releasePrivacyFinding', release)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await by(BINH).write('releasePrivacyFinding', { ...release, findingId: findings[0].id })).toMatchObject({ __typename: 'NotFoundError' })
    expect(await by(BINH).write('releasePrivacyFinding', { ...release, findingId: 'x' })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['findingId'] }] })
    expect(await by(BINH).write('releasePrivacyFinding', { ...release, expectedRevision: 1 })).toMatchObject({ __typename: 'ConflictError' })
    await by(BINH).done('releasePrivacyFinding', release)
    expect(await findingsOf(AN, draft.id)).toMatchObject([{ isBlocking: false, release: { reason: 'Nhân vật lịch sử của làng.', releasedBy: 'Bình' } }])
    await publish(opened.db, changed)
    expect((await by(ANYBODY).read(FINDINGS, { id: draft.id })).node.privacyFindings).toEqual([])
    // Another text is another matter.
    const edited = await by(AN).done('updateModel', { id: draft.id, expectedRevision: changed.revision, howItWorks: 'Mang tên cụ Đỗ Văn Thành ở xóm trên.' })
    expect(await by(AN).write('submitModel', { id: draft.id, expectedRevision: edited.revision })).toMatchObject({ issues: [{ code: 'PERSONAL_NAME' }] })
    const audit = await opened.db.selectFrom('audit_entry').select(['action', 'payload']).where('action', '=', 'PRIVACY_FINDING_RELEASED').execute()
    expect(audit).toHaveLength(1)
    expect(audit[0]!.payload).not.toContain('Thành')
  })
})
