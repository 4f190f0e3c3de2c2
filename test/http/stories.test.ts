/**
 * What curators and frontends must be able to do, told through HTTP with keys of people who were given one: curator stories 1, 3, 4, 6 and
 * 7, frontend stories 5, 7 and 8. The operations are written as the contract writes them, so that a renamed argument fails here.
 */
import { isInterfaceType, isObjectType, isUnionType } from 'graphql'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { schema } from '../../schema/index.ts'
import { startIndexer } from '../../server/indexer/run.ts'
import { ADMIN_KEY, type Answer, type Api, openApi } from '../identity/support.ts'
import { describeMeilisearch } from '../support/describe-meilisearch.ts'
import { openMeilisearch } from '../support/meilisearch.ts'
import { poll } from '../support/programs.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
/** Found in time, on a machine that does much else besides: the two seconds themselves are measured by `npm run bench:freshness`. */
const FRESH_MS = 10_000
const STEPS = ['submitModel', 'startReview', 'requestChanges', 'approveModel', 'publishModel', 'archiveModel'] as const
const WRITES = ['createApiKey', 'createModel', 'updateModel', ...STEPS, 'mergeModels', 'undoMerge'] as const
const payloadOf = (mutation: string, of = 'Payload'): string => `${mutation[0]!.toUpperCase()}${mutation.slice(1)}${of}`
const REFUSED = '... on UserError { code message } ... on ValidationError { issues { path code message } } ... on ConflictError { expectedRevision actualRevision fields expected { summary } actual { summary } }'

/** Somebody with a key. */
interface Person {
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>
  read(query: string, variables?: Record<string, unknown>): Promise<any>
  /** One mutation; what it answers, refusals too. */
  write(mutation: string, input: Record<string, unknown>, success?: string): Promise<any>
  /** The same, which must succeed. */
  done(mutation: string, input: Record<string, unknown>, success?: string): Promise<any>
}
function personOf(api: Api, key?: string): Person {
  const ask: Person['ask'] = (query, variables = {}) => api.ask(query, { key, variables })
  const read: Person['read'] = async (query, variables) => {
    const { status, body } = await ask(query, variables)
    expect([status, body.errors]).toEqual([200, undefined])
    return body.data
  }
  const write: Person['write'] = async (mutation, input, success = 'model { id slug revision editorialState }') =>
    (await read(`mutation ($input: ${payloadOf(mutation, 'Input')}!) { ${mutation}(input: $input) { __typename ... on ${payloadOf(mutation, 'Success')} { ${success} } ${REFUSED} } }`, { input }))[mutation]
  return {
    ask, read, write,
    done: async (mutation, input, success) => {
      const payload = await write(mutation, input, success)
      expect(payload).toMatchObject({ __typename: payloadOf(mutation, 'Success') })
      return success === undefined ? payload.model : payload
    },
  }
}
/** A key of a new name, as the first administrator makes it. */
async function invite(api: Api, name: string, role: string, localities?: string[]): Promise<Person> {
  const { createApiKey } = (await api.ask(`mutation ($name: String!, $role: Role!, $localities: [String!], $expiresAt: DateTime) { createApiKey(input: { name: $name, role: $role, localities: $localities, expiresAt: $expiresAt }) { ... on CreateApiKeySuccess { key apiKey { id name role } } } }`,
    { key: ADMIN_KEY, variables: { name, role, localities, expiresAt: '2099-01-01T00:00:00Z' } })).body.data
  expect(createApiKey).toMatchObject({ key: expect.any(String), apiKey: { name, role } })
  return personOf(api, createApiKey.key)
}
/** From a draft to what everybody reads. */
async function publish(model: { id: string; revision: number }, author: Person, reviewer: Person): Promise<any> {
  const input = { id: model.id, expectedRevision: model.revision }
  await author.done('submitModel', input)
  await reviewer.done('startReview', input)
  await reviewer.done('approveModel', input)
  return reviewer.done('publishModel', input)
}

let api: Api
let [admin, an, binh, officer, stranger, anybody]: Person[] = []
beforeAll(async () => {
  api = await openApi()
  admin = personOf(api, ADMIN_KEY)
  anybody = personOf(api)
  an = await invite(api, 'An', 'CURATOR')
  binh = await invite(api, 'Bình', 'CURATOR')
  officer = await invite(api, 'Công an Cần Thơ', 'LOCALITY_OFFICER', ['can-tho'])
  stranger = await invite(api, 'Công an An Giang', 'LOCALITY_OFFICER', ['an-giang'])
})
afterAll(() => api?.close())
const P = () => ({ admin: admin!, an: an!, binh: binh!, officer: officer!, stranger: stranger!, anybody: anybody! })

describe('the contract of writing', () => {
  it('every mutation is a verb and a noun with one input, and answers with its success or with any of the four errors', () => {
    const error = schema.getType('UserError')
    if (!isInterfaceType(error)) throw new Error('UserError is no interface')
    expect(Object.values(error.getFields()).map(({ name, type }) => `${name}: ${type}`).sort()).toEqual(['code: String!', 'message: String!'])
    for (const mutation of WRITES) {
      const field = schema.getMutationType()!.getFields()[mutation]!
      expect([mutation, field.args.map(({ name, type }) => `${name}: ${type}`)]).toEqual([mutation, [`input: ${payloadOf(mutation, 'Input')}!`]])
      expect(String(field.type)).toBe(`${payloadOf(mutation)}!`)
      const union = schema.getType(payloadOf(mutation))
      if (!isUnionType(union)) throw new Error(`${payloadOf(mutation)} is no union`)
      expect(union.getTypes().map(({ name }) => name).sort()).toEqual(['ConflictError', 'ForbiddenError', 'NotFoundError', 'ValidationError', payloadOf(mutation, 'Success')].sort())
      for (const type of union.getTypes()) if (type.name.endsWith('Error')) expect([type.name, schema.isSubType(error, type)]).toEqual([type.name, true])
    }
    const model = schema.getType('Model')
    if (!isObjectType(model)) throw new Error('Model is no type')
    expect(['editorialState', 'draft', 'duplicateCandidates'].map((name) => String(model.getFields()[name]!.type))).toEqual(['EditorialState!', 'Model', '[DuplicateCandidate!]!'])
  })

  it('every operation runs as it is written there, optional fields given or left out', async () => {
    const { an, binh } = P()
    const CREATE = `mutation ($name: String!, $summary: String!, $aliases: [String!], $howItWorks: String, $topics: [String!], $settings: [String!], $participants: [String!], $placeAsWritten: String, $locality: String, $startedOn: PartialDate, $initiator: String,
      $title: String!, $publisher: String, $url: URL, $publishedOn: PartialDate) { createModel(input: { name: $name, summary: $summary, aliases: $aliases, howItWorks: $howItWorks, topics: $topics, settings: $settings, participants: $participants,
      origin: { placeAsWritten: $placeAsWritten, locality: $locality, startedOn: $startedOn, initiator: $initiator }, sources: [{ title: $title, publisher: $publisher, url: $url, publishedOn: $publishedOn }] }) {
      ... on CreateModelSuccess { model { id slug revision editorialState draft { id } aliases { name } topics { key } settings { key } participants { key } origin { placeAsWritten localityThen { slug } startedOn initiator } sources { nodes { title publisher url publishedOn } } } } ... on UserError { message code } } }`
    const terms = await an.read('{ topics { key } settings { key } participants { key } }')
    const [topic, setting, participant] = [terms.topics[0].key, terms.settings[0].key, terms.participants[0].key]
    const whole = { name: 'Bến đò bình yên', summary: 'Người dân giữ trật tự ở bến.', aliases: ['Bến đò văn hóa'], howItWorks: 'Mỗi bến một tổ.', topics: [topic], settings: [setting], participants: [participant], placeAsWritten: 'xã Tân Lộc', locality: 'can-tho', startedOn: '2019-05', initiator: 'Hội Nông dân', title: 'Bài báo', publisher: 'Báo Cần Thơ', url: 'https://baocantho.com.vn/bai-bao', publishedOn: '2020-06-01' }
    const { model } = (await an.read(CREATE, whole)).createModel
    expect(model).toMatchObject({
      revision: 1, editorialState: 'DRAFT', aliases: [{ name: 'Bến đò văn hóa' }], topics: [{ key: topic }], settings: [{ key: setting }], participants: [{ key: participant }],
      origin: { placeAsWritten: 'xã Tân Lộc', localityThen: { slug: 'can-tho' }, startedOn: '2019-05', initiator: 'Hội Nông dân' }, sources: { nodes: [{ title: 'Bài báo', publisher: 'Báo Cần Thơ', url: 'https://baocantho.com.vn/bai-bao', publishedOn: '2020-06-01' }] },
    })
    const least = (await an.read('mutation { createModel(input: { name: "Tổ chỉ có tên", summary: "Và một câu." }) { ... on CreateModelSuccess { model { id revision editorialState } } } }')).createModel.model
    expect(least).toMatchObject({ revision: 1, editorialState: 'DRAFT' })
    const updated = await an.read('mutation ($id: ID!) { updateModel(input: { id: $id, expectedRevision: 1, name: "Bến đò yên bình", summary: "Câu khác.", aliases: [], howItWorks: null, topics: [], settings: [], participants: [], origin: { placeAsWritten: "xã Tân Lộc", startedOn: "2018", initiator: "Hội Phụ nữ" }, sources: [{ title: "Bài khác" }] }) { ... on UpdateModelSuccess { model { revision name aliases { name } howItWorks topics { key } } } ... on UserError { message code } } }', { id: model.id })
    expect(updated.updateModel.model).toEqual({ revision: 2, name: 'Bến đò yên bình', aliases: [], howItWorks: null, topics: [] })
    const states: string[] = []
    for (const [step, person] of [['submitModel', an], ['startReview', binh], ['requestChanges', binh], ['submitModel', an], ['startReview', binh], ['approveModel', binh], ['publishModel', binh], ['archiveModel', binh]] as const) {
      const answer = await person.read(`mutation ($id: ID!, $expectedRevision: Int!, $reason: String) { ${step}(input: { id: $id, expectedRevision: $expectedRevision, reason: $reason }) { __typename ... on ${payloadOf(step, 'Success')} { model { editorialState revision } } ... on UserError { message code } } }`, { id: model.id, expectedRevision: 2, reason: 'Theo quy định.' })
      states.push(answer[step].model?.editorialState ?? JSON.stringify(answer))
    }
    expect(states).toEqual(['SUBMITTED', 'IN_REVIEW', 'CHANGES_REQUESTED', 'SUBMITTED', 'IN_REVIEW', 'APPROVED', 'PUBLISHED', 'ARCHIVED'])
  })

  it('without an identity each is UNAUTHENTICATED at the top, with too little right a ForbiddenError in the union; ADMIN_KEY opens verbatim', async () => {
    const { officer, anybody, admin } = P()
    const { nodes: [model] } = (await anybody.read('{ models(first: 1, filter: { originLocalityIn: ["can-tho"] }) { nodes { id revision } } }')).models
    const step = { id: model.id, expectedRevision: model.revision, reason: 'x' }
    const INPUTS: Record<string, Record<string, unknown>> = {
      createApiKey: { name: 'x', role: 'CURATOR' }, createModel: { name: 'x', summary: 'x' }, updateModel: { id: model.id, expectedRevision: model.revision, summary: 'x' }, ...Object.fromEntries(STEPS.map((name) => [name, step])),
      mergeModels: { sourceId: model.id, targetId: model.id, expectedSourceRevision: 1, expectedTargetRevision: 1, reason: 'x' }, undoMerge: { mergeId: Buffer.from('ModelMerge:00000000-0000-7000-8000-000000000000').toString('base64') },
    }
    for (const mutation of WRITES) {
      const document = `mutation ($input: ${payloadOf(mutation, 'Input')}!) { ${mutation}(input: $input) { __typename ... on UserError { message code } } }`
      const { body, code } = await anybody.ask(document, { input: INPUTS[mutation] })
      expect([mutation, code, body.data ?? null]).toEqual([mutation, 'UNAUTHENTICATED', null])
      if (['updateModel', 'submitModel'].includes(mutation)) continue
      expect([mutation, (await officer.read(document, { input: INPUTS[mutation] }))[mutation]]).toEqual([mutation, { __typename: 'ForbiddenError', code: 'FORBIDDEN', message: expect.any(String) }])
    }
    expect((await admin.read('{ viewer { role } }')).viewer).toEqual({ role: 'ADMIN' })
    expect((await personOf(api, `${ADMIN_KEY}x`).ask('{ viewer { role } }')).code).toBe('UNAUTHENTICATED')
  })
})

describe('curators', () => {
  it('1: an author cannot approve their own draft; the denial is a typed error and is logged', async () => {
    const { an, binh, admin } = P()
    const draft = await an.done('createModel', { name: 'Tự duyệt lấy', summary: 'Một bản nháp.', sources: [{ title: 'Nguồn' }] })
    const input = { id: draft.id, expectedRevision: 1 }
    await an.done('submitModel', input)
    await an.done('startReview', input)
    expect(await an.write('approveModel', input)).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN', message: expect.stringContaining('somebody else') })
    const recordId = Buffer.from(draft.id, 'base64').toString().split(':')[1]
    const { auditEntries } = await admin.read('query ($recordId: String) { auditEntries(recordKind: "model", recordId: $recordId) { nodes { action actorName } } }', { recordId })
    expect(auditEntries.nodes[0]).toEqual({ action: 'MODEL_APPROVE_DENIED', actorName: 'An' })
    expect(await binh.done('approveModel', input)).toMatchObject({ editorialState: 'APPROVED' })
  })

  it('3: pasting “CLB Hướng Thiện” as a new model suggests the record that is there, with reasons', async () => {
    const { an } = P()
    const { model } = await an.done('createModel', { name: 'CLB Hướng Thiện', summary: 'Giúp người lầm lỗi tái hòa nhập cộng đồng.' }, 'model { id duplicateCandidates(first: 3) { score reasons verdict model { slug name } } }')
    expect(model.duplicateCandidates[0]).toMatchObject({ model: { slug: 'cau-lac-bo-huong-thien', name: 'Câu lạc bộ Hướng thiện' }, verdict: expect.stringMatching(/^(SAME|VARIANT|UNSURE)$/), score: expect.any(Number) })
    expect(model.duplicateCandidates[0].reasons.length).toBeGreaterThan(0)
    // The suggestion is there for whoever opens the draft later, too.
    expect((await an.read('query ($id: ID!) { node(id: $id) { ... on Model { duplicateCandidates { model { slug } } } } }', { id: model.id })).node.duplicateCandidates[0].model.slug).toBe('cau-lac-bo-huong-thien')
  })

  it('4: two records are merged; old slugs and ids lead to the one; undoing it restores both', async () => {
    const { an, binh, anybody } = P()
    const make = async (name: string) => publish(await an.done('createModel', { name, summary: `Về ${name}.`, aliases: [`${name} ở khu phố`], sources: [{ title: `Nguồn của ${name}` }] }), an, binh)
    const [source, target] = [await make('Tổ xung kích chữa cháy thử'), await make('Đội xung kích chữa cháy thử')]
    const READ = `query ($a: String!, $b: String!, $id: ID!) { a: model(slug: $a) { id slug name summary aliases { name } sources { nodes { title } } } b: model(slug: $b) { id slug name summary aliases { name } sources { nodes { title } } } node(id: $id) { ... on Model { slug } } }`
    const variables = { a: source.slug, b: target.slug, id: source.id }
    const before = await anybody.read(READ, variables)
    const input = { sourceId: source.id, targetId: target.id, expectedSourceRevision: source.revision, expectedTargetRevision: target.revision, reason: 'Một mô hình.' }
    const undecided = await binh.write('mergeModels', input)
    expect(undecided).toMatchObject({ __typename: 'ValidationError', issues: expect.arrayContaining([expect.objectContaining({ code: 'CHOICE_REQUIRED' })]) })
    const merged = await binh.done('mergeModels', { ...input, choices: [{ field: 'name', from: 'TARGET' }, { field: 'summary', from: 'TARGET' }] }, 'mergeId model { slug revision }')
    expect(merged.mergeId).toEqual(expect.any(String))
    const during = await anybody.read(READ, variables)
    expect([during.a.slug, during.b.slug, during.node.slug]).toEqual([target.slug, target.slug, target.slug])
    expect(during.a.aliases.map(({ name }: any) => name)).toContain(source.name ?? 'Tổ xung kích chữa cháy thử')
    // A second curator, who was not told the id, can undo it as well.
    const undone = await an.done('undoMerge', { mergeId: merged.mergeId }, 'source { slug editorialState } target { slug editorialState }')
    expect(undone).toMatchObject({ source: { slug: source.slug, editorialState: 'PUBLISHED' }, target: { slug: target.slug, editorialState: 'PUBLISHED' } })
    expect(await anybody.read(READ, variables)).toEqual(before)
    expect(await an.write('undoMerge', { mergeId: merged.mergeId }, '__typename')).toMatchObject({ __typename: 'ValidationError' })
  })

  it('6: active models without a review of this cycle are listed; one is retired with a reason, and its history remains', async () => {
    const { an, binh, anybody } = P()
    const DUE = 'query ($after: String) { dueReviews(first: 100, after: $after, filter: { operationalStatusIn: [ACTIVE] }) { totalCount nodes { id slug revision } pageInfo { hasNextPage endCursor } } }'
    const due = async (): Promise<any[]> => {
      const all: any[] = []
      for (let after: string | null = null; ;) {
        const { dueReviews } = await an.read(DUE, { after })
        all.push(...dueReviews.nodes)
        if (!dueReviews.pageInfo.hasNextPage) { expect(all).toHaveLength(dueReviews.totalCount); return all }
        after = dueReviews.pageInfo.endCursor
      }
    }
    const before = await due()
    const one = before[7]
    const cycle = new Date(Date.now() + 7 * 3_600_000 + 47 * 86_400_000).getUTCFullYear()
    const reviewed = await an.done('recordReview', { modelId: one.id, expectedRevision: one.revision, cycle, decision: 'RETIRE', decisionReason: 'Ba năm không còn điểm nào hoạt động.', reason: 'Thanh loại' }, 'model { id revision }')
    const retired = await an.done('updateModel', { id: one.id, expectedRevision: reviewed.model.revision, operationalStatus: 'RETIRED' })
    expect((await anybody.read('query ($slug: String!) { model(slug: $slug) { operationalStatus } }', { slug: one.slug })).model).toEqual({ operationalStatus: 'ACTIVE' })
    await publish(retired, an, binh)
    expect((await due()).map(({ slug }) => slug)).toEqual(before.map(({ slug }) => slug).filter((slug) => slug !== one.slug))
    const { model } = await anybody.read('query ($slug: String!) { model(slug: $slug) { operationalStatus reviews { cycle decision reason } history { totalCount nodes { number diff { path before after } } } } }', { slug: one.slug })
    expect(model).toMatchObject({ operationalStatus: 'RETIRED', reviews: expect.arrayContaining([{ cycle, decision: 'RETIRE', reason: 'Ba năm không còn điểm nào hoạt động.' }]), history: { totalCount: 2 } })
    expect(model.history.nodes[0].diff).toContainEqual({ path: 'operationalStatus', before: 'ACTIVE', after: 'RETIRED' })
  })

  it('7: a recognition by a ministry needs who gave it and a source; an annulment keeps the history', async () => {
    const { an, binh, anybody } = P()
    const { model } = await anybody.read('{ model(slug: "camera-an-ninh") { id revision } }')
    const input = { modelId: model.id, expectedRevision: model.revision, level: 'MINISTRY', form: 'Ghi nhận, nhân rộng thử', date: '2026-03' }
    expect(await an.write('addRecognition', { ...input, citations: [{ source: { title: 'Công văn' } }] })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['by'] }] })
    expect(await an.write('addRecognition', { ...input, by: 'Bộ Công an', citations: [] })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['citations'] }] })
    const given = await an.done('addRecognition', { ...input, by: 'Bộ Công an', citations: [{ source: { title: 'Công văn 1/BCA' } }] }, 'recognition { id } model { id revision }')
    await publish(given.model, an, binh)
    const annulled = await an.done('updateRecognition', { modelId: model.id, expectedRevision: given.model.revision, id: given.recognition.id, annulledOn: '2026-09', annulmentReason: 'Cấp nhầm.' }, 'model { id revision }')
    await publish(annulled.model, an, binh)
    const now = (await anybody.read('{ model(slug: "camera-an-ninh") { recognitions { id by form annulledOn annulmentReason citations { source { title } } } history { nodes { number diff { path before after } } } } }')).model
    expect(now.recognitions).toContainEqual({ id: given.recognition.id, by: 'Bộ Công an', form: 'Ghi nhận, nhân rộng thử', annulledOn: '2026-09', annulmentReason: 'Cấp nhầm.', citations: [{ source: { title: 'Công văn 1/BCA' } }] })
    expect(now.history.nodes[0].diff).toContainEqual({ path: 'recognitions.annulledOn', before: null, after: '2026-09' })
  })
})

describe('frontends', () => {
  it('5: a draft does not exist for others: by no id, slug, list, count, facet, search, suggestion, relation, history or candidate', async () => {
    const { officer, stranger, anybody, an, binh } = P()
    const word = 'Canarixanh'
    const draft = await officer.done('createModel', { name: `Tổ ${word} bến sông`, summary: `${word} giữ bến.`, topics: ['traffic-safety'], origin: { locality: 'can-tho' }, sources: [{ title: `Nguồn ${word}`, url: 'https://a.vn/canarixanh' }] })
    const part = await officer.done('addResult', { modelId: draft.id, expectedRevision: 1, statement: `${word} giảm 3 vụ`, value: 3, countingUnit: 'CASE', citations: [{ source: { title: `Nguồn ${word}`, url: 'https://a.vn/canarixanh' } }] }, 'result { id citations { source { id } } } model { revision }')
    // A published record leads to it.
    const { model: camera } = await anybody.read('{ model(slug: "tieng-keng-an-ninh") { id revision } }')
    await publish((await an.done('addRelation', { modelId: camera.id, expectedRevision: camera.revision, kind: 'SIMILAR_TO', model: draft.id, note: 'gần giống' }, 'model { id revision }')).model, an, binh)
    const ids = [draft.id, part.result.id, part.result.citations[0].source.id]
    const READ = `query ($ids: [ID!]!, $id: ID!, $slug: String!, $text: String!) { node(id: $id) { id } nodes(ids: $ids) { id } model(slug: $slug) { id } then: model(slug: $slug, asOf: "2099-01-01T00:00:00Z") { id }
      models(filter: { topicIn: ["traffic-safety"] }) { totalCount } searchModels(query: $text) { totalCount correctedQuery nodes { name } edges { highlights { fragments { text } } } facets { topics { count term { key } } } understood { text meaning } } suggestions(query: $text) { text }
      keng: model(slug: "tieng-keng-an-ninh") { relations { note model { id name } } similar { model { name } } history { nodes { diff { before after } } } } }`
    const look = (person: Person) => person.read(READ, { ids, id: draft.id, slug: draft.slug, text: word })
    for (const person of [anybody, stranger]) {
      const seen = await look(person)
      expect(seen).toMatchObject({ node: null, nodes: [null, null, null], model: null, then: null, searchModels: { totalCount: 0, nodes: [] }, suggestions: [], keng: { relations: [] } })
      expect(JSON.stringify({ ...seen, searchModels: { ...seen.searchModels, understood: [] } }).toLowerCase()).not.toContain('canarixanh')
      expect(JSON.stringify(seen)).not.toContain(draft.id)
    }
    // Its own people see it, and only by its id.
    for (const person of [officer, an]) expect(await look(person)).toMatchObject({ node: { id: draft.id }, model: null, searchModels: { totalCount: 0 }, suggestions: [] })
    const total = (await look(anybody)).models.totalCount
    const namesake = await stranger.done('createModel', { name: `Tổ ${word} bến sông`, summary: `${word} giữ bến.`, origin: { locality: 'an-giang' } }, 'model { duplicateCandidates(first: 20) { model { id } } }')
    expect(namesake.model.duplicateCandidates.map(({ model }: any) => model.id)).not.toContain(draft.id)
    // Once it is published everything is there, the relation too; taken back, all of it is gone.
    await publish({ id: draft.id, revision: part.model.revision }, officer, binh)
    expect(await look(anybody)).toMatchObject({ node: { id: draft.id }, nodes: ids.map((id) => ({ id })), model: { id: draft.id }, then: { id: draft.id }, models: { totalCount: total + 1 }, searchModels: { totalCount: 1 }, keng: { relations: [{ model: { id: draft.id } }] } })
    await binh.done('archiveModel', { id: draft.id, expectedRevision: part.model.revision, reason: 'Thử xong.' })
    const seen = await look(anybody)
    expect(seen).toMatchObject({ node: null, nodes: [null, null, null], model: null, then: null, models: { totalCount: total }, searchModels: { totalCount: 0 }, suggestions: [], keng: { relations: [] } })
    expect(JSON.stringify(seen)).not.toContain(draft.id)
  })

  it('8: every refusal is data with a code; a stale revision is a conflict that tells both versions', async () => {
    const { an, binh } = P()
    const invalid = await an.write('createModel', { name: ' ', summary: 'x', topics: ['trafic-safety'], sources: [{ title: '' }] })
    expect(invalid).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED' })
    expect(invalid.issues.map(({ path }: any) => path.join('.')).sort()).toEqual(['name', 'sources.0.title', 'topics.0'])
    const draft = await an.done('createModel', { name: 'Hai người một bản', summary: 'Bản đầu.' })
    await binh.done('updateModel', { id: draft.id, expectedRevision: 1, summary: 'Bản của Bình.' })
    expect(await an.write('updateModel', { id: draft.id, expectedRevision: 1, summary: 'Bản của An.' })).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT', expectedRevision: 1, actualRevision: 2, fields: ['summary'], expected: { summary: 'Bản đầu.' }, actual: { summary: 'Bản của Bình.' } })
    for (const step of STEPS) expect([step, await an.write(step, { id: draft.id, expectedRevision: 1, reason: 'x' })]).toMatchObject([step, { __typename: 'ConflictError', actualRevision: 2 }])
    const none = Buffer.from('Model:00000000-0000-7000-8000-000000000000').toString('base64')
    for (const step of STEPS) expect([step, await an.write(step, { id: none, expectedRevision: 1, reason: 'x' })]).toMatchObject([step, { __typename: 'NotFoundError', code: 'NOT_FOUND' }])
  })
})

/** Story 7, on whichever engine: found and gone in time; sent again, nothing is there twice. */
async function freshness({ an, binh, anybody }: { an: Person; binh: Person; anybody: Person }, engine: string, again: () => Promise<void>): Promise<void> {
  const word = 'Xuonghen'
  const SEARCH = '{ searchModels(query: "Xuonghen") { engine isDegraded totalCount nodes { slug revision } facets { operationalStatuses { count } } } suggestions(query: "Xuonghen") { text } }'
  const within = async (count: number): Promise<number> => {
    const from = performance.now()
    await poll(async () => { const { searchModels } = await anybody.read(SEARCH); return searchModels.engine === engine && !searchModels.isDegraded && searchModels.totalCount === count ? true : undefined }, `${count} found on ${engine}`, FRESH_MS)
    return performance.now() - from
  }
  const draft = await an.done('createModel', { name: `Tổ ${word}`, summary: 'Một tổ.', sources: [{ title: 'Nguồn' }] })
  const input = { id: draft.id, expectedRevision: 1 }
  expect(await within(0)).toBeLessThan(FRESH_MS)
  await publish(draft, an, binh)
  expect(await within(1)).toBeLessThan(FRESH_MS)
  // The same call again is refused, and whatever is told to the index again changes nothing.
  expect(await binh.write('publishModel', input)).toMatchObject({ __typename: 'ValidationError', issues: [{ code: 'WRONG_STATE' }] })
  const once = await anybody.read(SEARCH)
  await again()
  expect(await anybody.read(SEARCH)).toEqual(once)
  expect(once).toMatchObject({ searchModels: { totalCount: 1, nodes: [{ slug: 'to-xuonghen', revision: 1 }] }, suggestions: [{ text: `Tổ ${word}` }] })
  expect(once.searchModels.facets.operationalStatuses.reduce((sum: number, { count }: any) => sum + count, 0)).toBe(1)
  await binh.done('archiveModel', { ...input, reason: 'Thử xong.' })
  expect(await within(0)).toBeLessThan(FRESH_MS)
  await again()
  expect(await anybody.read(SEARCH)).toMatchObject({ searchModels: { totalCount: 0, nodes: [] }, suggestions: [] })
}

describe('frontends 7: publishing and taking back reach search soon, and a replay makes no duplicates', () => {
  it('on Postgres', () => freshness(P(), 'POSTGRES', async () => {}))

  describeMeilisearch('on Meilisearch', () => {
    it('with every change of the outbox sent again', async () => {
      const meilisearch = await openMeilisearch()
      const meili = await openApi({ isSeeded: false, meili: meilisearch.config })
      const { db } = meili.database
      const indexer = startIndexer({ db, meili: meilisearch.config })
      try {
        const people = { an: await invite(meili, 'An', 'CURATOR'), binh: await invite(meili, 'Bình', 'CURATOR'), anybody: personOf(meili) }
        await poll(async () => { const { searchModels } = await people.anybody.read('{ searchModels(query: "") { engine isDegraded } }'); return searchModels.engine === 'MEILISEARCH' && !searchModels.isDegraded ? true : undefined }, 'the index serves', 60_000)
        await freshness(people, 'MEILISEARCH', async () => {
          const emptied = () => poll(async () => ((await sql`select from outbox`.execute(db)).rows.length === 0 ? true : undefined), 'the outbox empties')
          await emptied()
          const { rows } = await sql`insert into outbox (target, kind, record_id) select i.target, 'model', r.id from model_record r cross join search_index i where i.state = 'SERVING' on conflict do nothing returning id`.execute(db)
          expect(rows.length).toBeGreaterThan(0)
          await emptied()
        })
      } finally {
        await indexer.close()
        await meili.close()
        await meilisearch.close()
      }
    })
  })
})
