/** Curator story 4: merge two records; old slugs and ids redirect; undo restores both. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, BINH, NEW_MODEL, officer, publish } from './editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)

const ALL = `id slug name summary howItWorks problem operationalStatus aliases { id name } topics { key } settings { key } participants { key } evidence { level reasons }
  origin { placeAsWritten localityThen { slug } startedOn alternatives { placeAsWritten } } results(first: 100) { totalCount nodes { id statement creditedTo { slug } citations { source { title } } } }
  replications(first: 100) { nodes { id placeAsWritten citations { source { title } } } } recognitions { id form } sources(first: 100) { nodes { id title } } citations(first: 100) { nodes { field source { id } } } relations { kind model { slug } }`
const [SOURCE, TARGET] = ['camera-ho-gia-dinh-phong-chong-toi-pham', 'camera-an-ninh-ho-gia-dinh']
const readBoth = async () => {
  const { source, target, models, search } = await by(ANYBODY).read(`{ source: model(slug: "${SOURCE}") { revision ${ALL} } target: model(slug: "${TARGET}") { revision ${ALL} } models { totalCount } search: searchModels(query: "camera hộ gia đình", first: 100) { totalCount nodes { slug } } }`)
  return { source, target, total: models.totalCount, found: search.totalCount }
}
const content = ({ revision: _revision, ...rest }: any) => rest
const chosen = (fields: readonly string[]) => fields.map((field) => ({ field, from: 'TARGET' }))

describe('two published records', () => {
  it('become one, which answers for both, and two again, exactly', async () => {
    const before = await readBoth()
    // Another record tells something of the source.
    const third = (await by(ANYBODY).read('{ model(slug: "camera-an-ninh") { id revision } }')).model
    const related = await by(AN).done('addRelation', { modelId: third.id, expectedRevision: third.revision, kind: 'SIMILAR_TO', model: before.source.id })
    const told = await by(AN).done('addResult', { modelId: third.id, expectedRevision: related.revision, statement: 'Chung cho cả hai', value: 5, countingUnit: 'CASE', creditedTo: [before.source.id], citations: [{ source: { title: 'Báo cáo chung' } }] })
    await publish(opened.db, told)
    const shown = await readBoth()

    const input = { sourceId: shown.source.id, targetId: shown.target.id, expectedSourceRevision: shown.source.revision, expectedTargetRevision: shown.target.revision, reason: 'Cùng một mô hình.' }
    const undecided = await by(BINH).write('mergeModels', input)
    expect(undecided.__typename).toBe('ValidationError')
    const fields = undecided.issues.map((issue: { message: string }) => /`(\w+)`/.exec(issue.message)![1])
    expect(fields).toEqual(expect.arrayContaining(['name', 'summary']))
    expect(undecided.issues.every((issue: { code: string }) => issue.code === 'CHOICE_REQUIRED')).toBe(true)

    const merged = await by(BINH).write('mergeModels', { ...input, choices: chosen(fields) }, 'mergeId model { id revision editorialState }')
    expect(merged).toMatchObject({ model: { id: shown.target.id, editorialState: 'PUBLISHED' } })
    const now = await by(ANYBODY).read(`query ($id: ID!, $part: ID!) { model(slug: "${SOURCE}") { slug name aliases { name } results(first: 100) { nodes { id citations { source { title } } } } sources(first: 100) { nodes { id } } } node(id: $id) { ... on Model { slug } } part: node(id: $part) { ... on Result { creditedTo { slug } } }
      models { totalCount } third: model(slug: "camera-an-ninh") { relations { model { slug } } } }`, { id: shown.source.id, part: shown.source.results.nodes[0]?.id ?? shown.target.results.nodes[0].id })
    expect(now).toMatchObject({ model: { slug: TARGET, name: shown.target.name }, node: { slug: TARGET }, models: { totalCount: shown.total - 1 }, third: { relations: [{ model: { slug: TARGET } }] } })
    expect(now.model.aliases).toContainEqual({ name: shown.source.name })
    for (const { id, citations } of [...shown.source.results.nodes, ...shown.target.results.nodes]) expect(now.model.results.nodes).toContainEqual({ id, citations })
    for (const { id } of [...shown.source.sources.nodes, ...shown.target.sources.nodes]) expect(now.model.sources.nodes).toContainEqual({ id })

    expect(await by(AN).write('updateModel', { id: shown.source.id, expectedRevision: shown.source.revision, summary: 'x' })).toMatchObject({ issues: [{ code: 'WRONG_STATE' }] })
    const undone = await by(AN).write('undoMerge', { mergeId: merged.mergeId }, 'source { slug editorialState } target { slug editorialState }')
    expect(undone).toMatchObject({ source: { slug: SOURCE, editorialState: 'PUBLISHED' }, target: { slug: TARGET, editorialState: 'PUBLISHED' } })
    const after = await readBoth()
    expect(content(after.source)).toEqual(content(shown.source))
    expect(content(after.target)).toEqual(content(shown.target))
    expect([after.total, after.found]).toEqual([shown.total, shown.found])
    expect((await by(ANYBODY).read('{ model(slug: "camera-an-ninh") { relations { model { slug } } } }')).model).toEqual({ relations: [{ model: { slug: SOURCE } }] })
    expect(await by(AN).write('undoMerge', { mergeId: merged.mergeId }, '__typename')).toMatchObject({ issues: [{ code: 'ALREADY_UNDONE' }] })
  })

  it('cannot be taken apart once the target was edited, nor merged by an officer, nor into themselves', async () => {
    const { source, target } = await readBoth()
    const input = { sourceId: source.id, targetId: target.id, expectedSourceRevision: source.revision, expectedTargetRevision: target.revision, reason: 'Một.', choices: chosen(['name', 'summary', 'problem', 'howItWorks', 'leadBody', 'operationalStatus', 'origin']) }
    expect(await by(officer()).write('mergeModels', input)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await by(AN).write('mergeModels', { ...input, targetId: source.id })).toMatchObject({ issues: [{ code: 'TO_ITSELF' }] })
    expect(await by(AN).write('mergeModels', { ...input, expectedTargetRevision: 99 })).toMatchObject({ __typename: 'ConflictError' })
    const merged = await by(AN).write('mergeModels', input, 'mergeId model { revision }')
    await by(AN).done('updateModel', { id: target.id, expectedRevision: merged.model.revision, problem: 'Sửa sau khi gộp.' })
    expect(await by(AN).write('undoMerge', { mergeId: merged.mergeId }, '__typename')).toMatchObject({ __typename: 'ConflictError', fields: ['problem'] })
  })
})

describe('a merge that was undone', () => {
  it('can be said again by restoring its revision: the parts of the other record are told once more, under ids of their own', async () => {
    const make = async (name: string) => {
      const draft = await by(AN).done('createModel', { ...NEW_MODEL, name })
      const told = await by(AN).write('addResult', { modelId: draft.id, expectedRevision: 1, statement: `Kết quả của ${name}`, value: 5, countingUnit: 'CASE', citations: [{ source: { title: `Nguồn của ${name}` } }] }, 'model { id revision }')
      return publish(opened.db, told.model)
    }
    const [source, target] = [await make('Đội dân phòng bến cũ'), await make('Đội dân phòng bến mới')]
    const merged = await by(BINH).write('mergeModels', { sourceId: source.id, targetId: target.id, expectedSourceRevision: 2, expectedTargetRevision: 2, reason: 'Một.', choices: chosen(['name', 'summary', 'origin']) }, 'mergeId model { revision }')
    const { target: apart } = await by(BINH).write('undoMerge', { mergeId: merged.mergeId }, 'target { id revision }')
    const restored = await by(AN).done('restoreRevision', { id: target.id, expectedRevision: apart.revision, revision: merged.model.revision })
    await publish(opened.db, restored)
    const READ = 'query ($id: ID!) { node(id: $id) { ... on Model { aliases { id name } results { nodes { id statement citations { source { title } } } } } } }'
    const [{ node: one }, { node: two }] = [await by(ANYBODY).read(READ, { id: source.id }), await by(ANYBODY).read(READ, { id: target.id })]
    expect(one.results.nodes).toMatchObject([{ statement: 'Kết quả của Đội dân phòng bến cũ' }])
    expect(two.results.nodes.map(({ statement, citations }: any) => [statement, citations.length])).toEqual([['Kết quả của Đội dân phòng bến mới', 1], ['Kết quả của Đội dân phòng bến cũ', 1]])
    expect(two.results.nodes.map(({ id }: any) => id)).not.toContain(one.results.nodes[0].id)
    // The same once more changes nothing.
    expect(await by(AN).done('restoreRevision', { id: target.id, expectedRevision: restored.revision, revision: restored.revision })).toMatchObject({ revision: restored.revision + 1, editorialState: 'DRAFT' })
    expect((await by(AN).done('restoreRevision', { id: target.id, expectedRevision: restored.revision + 1, revision: merged.model.revision })).revision).toBe(restored.revision + 1)
  })
})

describe('a draft', () => {
  it('that goes into a published record brings nothing to readers before it is reviewed', async () => {
    const target = (await by(ANYBODY).read(`{ model(slug: "tieng-keng-an-ninh") { revision ${ALL} } }`)).model
    const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Tiếng kẻng CANARY' })
    const merged = await by(AN).write('mergeModels', {
      sourceId: draft.id, targetId: target.id, expectedSourceRevision: 1, expectedTargetRevision: target.revision, reason: 'Trùng.', choices: chosen(['name', 'summary', 'problem', 'howItWorks', 'origin']),
    }, 'mergeId model { revision editorialState aliases { name } }')
    expect(merged.model).toMatchObject({ editorialState: 'DRAFT', aliases: expect.arrayContaining([{ name: 'Tiếng kẻng CANARY' }]) })
    expect((await by(ANYBODY).read(`{ model(slug: "tieng-keng-an-ninh") { revision ${ALL} } }`)).model).toEqual(target)
    await by(AN).write('undoMerge', { mergeId: merged.mergeId }, 'source { slug }')
    expect(content((await by(ANYBODY).read(`{ model(slug: "tieng-keng-an-ninh") { revision ${ALL} } }`)).model)).toEqual(content(target))
    expect((await by(AN).read('query ($id: ID!) { node(id: $id) { ... on Model { name editorialState revision } } }', { id: draft.id })).node).toEqual({ name: 'Tiếng kẻng CANARY', editorialState: 'DRAFT', revision: 1 })
  })
})
