/**
 * Every mutation of the schema, killed at its statements one after the other: whatever the statement was, the whole database says afterwards
 * what it said before. The recipes make, in this order, what the later ones need; a mutation without a recipe fails the test.
 */
import { parse } from 'graphql'
import { sql, type Kysely } from 'kysely'
import { expect } from 'vitest'
import { schema } from '../../schema/index.ts'
import type { Context } from '../../server/context.ts'
import type { Database } from '../../server/db/tables.ts'
import type { Viewer } from '../../server/domain/viewer.ts'
import { createPlainExecutor } from '../../server/http/executor.ts'
import { PostgresSearch } from '../../server/search/postgres.ts'
import { AN, ANYBODY, as, BINH, CHI } from '../schema/model/editing.ts'
import { furnish, type SmallWorld } from './small-world.ts'
import { listening } from '../support/statements.ts'

class Killed extends Error {}
interface Fuse { at: number; n: number; isBlown: boolean; commits: number }
/** The same database, whose nth statement from now on fails, unless the write stands by then: what is read for the answer is no write. */
function killing(db: Kysely<Database>, fuse: Fuse): Kysely<Database> {
  const fused = listening(db, () => {
    fuse.n += 1
    if (fuse.n !== fuse.at || fuse.commits > 0) return
    fuse.isBlown = true
    throw new Killed('killed')
  })
  const begin = fused.transaction.bind(fused)
  fused.transaction = () => {
    const builder = begin()
    const execute = builder.execute.bind(builder)
    builder.execute = async (work) => {
      const result = await execute(work)
      fuse.commits += 1
      return result
    }
    return builder
  }
  return fused
}

/** Number and digest of the rows of every table. */
async function dump(db: Kysely<Database>, tables: readonly string[]): Promise<string> {
  const parts = tables.map((table) => sql`(select json_build_array(count(*), coalesce(sum(hashtext(t::text)::bigint), 0)) from ${sql.table(table)} as t) as ${sql.id(table)}`)
  return JSON.stringify((await sql`select ${sql.join(parts)}`.execute(db)).rows[0])
}
const tablesOf = async (db: Kysely<Database>): Promise<string[]> => (await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`.execute(db)).rows.map(({ name }) => name)

const plain = createPlainExecutor(schema)
let reporters = 0
const REFUSED = '... on UserError { code message } ... on ValidationError { issues { path code message } }'
async function mutate(db: Kysely<Database>, viewer: Viewer, mutation: string, input: Record<string, unknown>, success: string): Promise<{ payload: any; errors: readonly { message: string; originalError?: unknown }[] }> {
  const name = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}`
  const document = `mutation ($input: ${name}Input!) { ${mutation}(input: $input) { __typename ... on ${name}Success { ${success} } ${REFUSED} } }`
  // Each comes from another address: what is allowed of one is not what is asked here.
  const key = `caller-${(reporters += 1)}`
  const context: Context = { db, viewer, search: new PostgresSearch(db), config: { publicUrl: 'https://x.vn' }, requestId: 'test', callerKey: () => key } as Context
  const { data, errors = [] } = await plain({ document: parse(document), documentHash: document, operationName: undefined, variables: { input }, context })
  return { payload: JSON.parse(JSON.stringify(data ?? {}))[mutation], errors }
}

interface Model { id: string; slug: string; revision: number }
interface Stage { db: Kysely<Database>; world: SmallWorld; model: Model; other: Model; kept: Record<string, any> }
interface Recipe { who: Viewer; input: Record<string, unknown>; success?: string; keep?(payload: any): void; isWithoutTrace?: boolean }
const MODEL = 'model { id slug revision }'
const cited = [{ source: { title: 'Báo cáo năm' } }]

/** Parts by the noun of their mutations: what is added, and what is changed. */
const PARTS: Record<string, [field: string, add: Record<string, unknown>, change: Record<string, unknown>]> = {
  Adaptation: ['adaptation', { text: 'Đổi giờ họp.', citations: cited }, { text: 'Đổi nơi họp.' }], Alias: ['alias', { name: 'Tên gọi khác' }, { name: 'Tên gọi khác nữa' }],
  Condition: ['condition', { text: 'Có nhà văn hóa.', isEditorial: false, citations: cited }, { text: 'Có sân.' }], Cost: ['cost', { text: 'Hai triệu đồng.', amount: 2e6, currency: 'VND', citations: cited }, { amount: 3e6 }],
  LegalBasis: ['legalBasis', { text: 'Kế hoạch 12.', citations: cited }, { text: 'Kế hoạch 13.' }], Point: ['point', { name: 'Điểm một', citations: cited }, { name: 'Điểm hai' }],
  Recognition: ['recognition', { level: 'PROVINCE', by: 'UBND tỉnh', form: 'Bằng khen', citations: cited }, { form: 'Giấy khen' }], Replication: ['replication', { placeAsWritten: 'xã bên', citations: cited }, { status: 'STOPPED' }],
  Resource: ['resource', { text: 'Một loa.', citations: cited }, { text: 'Hai loa.' }], Result: ['result', { statement: 'Giảm 5 vụ', value: 5, countingUnit: 'CASE', citations: cited }, { value: 6 }],
  Setback: ['setback', { kind: 'STOPPED', text: 'Đã dừng.', citations: cited }, { text: 'Đã dừng hẳn.' }], Step: ['step', { text: 'Họp dân.', citations: cited }, { text: 'Họp tổ.' }],
}
function partRecipes(noun: string): Record<string, (stage: Stage) => Recipe> {
  const [field, add, change] = PARTS[noun]!
  const of = ({ model }: Stage) => ({ modelId: model.id, expectedRevision: model.revision })
  const keep = (stage: Stage) => (payload: any): void => { stage.model = payload.model; if (payload[field]) stage.kept[noun] = payload[field].id }
  return {
    [`add${noun}`]: (stage) => ({ who: AN, input: { ...of(stage), ...add }, success: `${field} { id } ${MODEL}`, keep: keep(stage) }),
    [`update${noun}`]: (stage) => ({ who: AN, input: { ...of(stage), id: stage.kept[noun], ...change }, success: `${field} { id } ${MODEL}`, keep: keep(stage) }),
    [`remove${noun}`]: (stage) => ({ who: AN, input: { ...of(stage), id: stage.kept[noun] }, success: MODEL, keep: keep(stage) }),
  }
}
const termId = async ({ db }: Stage, key: string): Promise<string> => (await as(db, ANYBODY).read('{ topics { id key } }')).topics.find((topic: { key: string }) => topic.key === key).id
const made = async (stage: Stage, name: string, more: object = {}): Promise<Model> => as(stage.db, AN).done('createModel', { name, summary: `Về ${name}.`, sources: [{ title: `Nguồn ${name}` }], origin: { locality: stage.world.communes[0] }, ...more }, 'id slug revision')
const after = async (stage: Stage, model: Model, ...steps: [string, Viewer][]): Promise<Model> => {
  for (const [step, who] of steps) await as(stage.db, who).done(step, { id: model.id, expectedRevision: model.revision, reason: 'lý do' })
  return model
}
const published = async (stage: Stage, model: Model): Promise<Model> => after(stage, model, ['submitModel', AN], ['approveModel', CHI], ['publishModel', CHI])
/** A step of the workflow on a record that was brought to where it can be taken. */
const stepRecipe = (who: Viewer, ...before: [string, Viewer][]) => async (stage: Stage): Promise<Recipe> => {
  const { id, revision } = await after(stage, await made(stage, `Bước ${(stage.kept.steps = (stage.kept.steps ?? 0) + 1)}`), ...before)
  return { who, input: { id, expectedRevision: revision, reason: 'lý do' }, success: MODEL }
}

const RECIPES: Record<string, (stage: Stage) => Recipe | Promise<Recipe>> = {
  createApiKey: (stage) => ({ who: CHI, input: { name: 'Khóa', role: 'LOCALITY_OFFICER', localities: [stage.world.provinces[0]] }, success: 'apiKey { id }', keep: ({ apiKey }) => { stage.kept.key = apiKey.id } }),
  revokeApiKey: (stage) => ({ who: CHI, input: { id: stage.kept.key, reason: 'mất máy' }, success: 'apiKey { id }' }),
  createModel: (stage) => ({ who: AN, input: { name: 'Tổ tự quản bến sông', summary: 'Giữ bến.', aliases: ['Bến an toàn'], topics: [stage.world.topics[0]], origin: { locality: stage.world.communes[0], placeAsWritten: 'bến sông' }, sources: [{ title: 'Bài báo' }] }, success: MODEL, keep: ({ model }) => { stage.model = model } }),
  updateModel: (stage) => ({ who: AN, input: { id: stage.model.id, expectedRevision: stage.model.revision, problem: 'Mất trộm.', sources: [{ title: 'Bài khác' }] }, success: MODEL, keep: ({ model }) => { stage.model = model } }),
  ...Object.assign({}, ...Object.keys(PARTS).map(partRecipes)),
  addSource: (stage) => ({ who: AN, input: { modelId: stage.model.id, expectedRevision: stage.model.revision, title: 'Nguồn thêm' }, success: `source { id } ${MODEL}`, keep: ({ model, source }) => { stage.model = model; stage.kept.source = source.id } }),
  updateSource: (stage) => ({ who: AN, input: { modelId: stage.model.id, expectedRevision: stage.model.revision, id: stage.kept.source, title: 'Nguồn thay' }, success: `source { id } ${MODEL}`, keep: ({ model, source }) => { stage.model = model; stage.kept.source = source.id } }),
  removeSource: (stage) => ({ who: AN, input: { modelId: stage.model.id, expectedRevision: stage.model.revision, id: stage.kept.source }, success: MODEL, keep: ({ model }) => { stage.model = model } }),
  addRelation: async (stage) => {
    stage.other = await published(stage, await made(stage, 'Tổ tự quản bến cảng'))
    return { who: AN, input: { modelId: stage.model.id, expectedRevision: stage.model.revision, kind: 'SIMILAR_TO', model: stage.other.id }, success: `relation { id } ${MODEL}`, keep: ({ model, relation }) => { stage.model = model; stage.kept.relation = relation.id } }
  },
  updateRelation: (stage) => ({ who: AN, input: { modelId: stage.model.id, expectedRevision: stage.model.revision, id: stage.kept.relation, note: 'gần giống' }, success: MODEL, keep: ({ model }) => { stage.model = model } }),
  removeRelation: (stage) => ({ who: AN, input: { modelId: stage.model.id, expectedRevision: stage.model.revision, id: stage.kept.relation }, success: MODEL, keep: ({ model }) => { stage.model = model } }),
  recordReview: (stage) => ({ who: AN, input: { modelId: stage.model.id, expectedRevision: stage.model.revision, cycle: 2025, decision: 'MAINTAIN' }, success: MODEL, keep: ({ model }) => { stage.model = model } }),
  restoreRevision: (stage) => ({ who: AN, input: { id: stage.model.id, expectedRevision: stage.model.revision, revision: 1 }, success: MODEL, keep: ({ model }) => { stage.model = model } }),
  submitModel: stepRecipe(AN), startReview: stepRecipe(BINH, ['submitModel', AN]), requestChanges: stepRecipe(BINH, ['submitModel', AN]), approveModel: stepRecipe(BINH, ['submitModel', AN]),
  publishModel: stepRecipe(BINH, ['submitModel', AN], ['approveModel', BINH]), rejectModel: stepRecipe(BINH, ['submitModel', AN]), archiveModel: stepRecipe(BINH, ['submitModel', AN], ['approveModel', BINH], ['publishModel', BINH]),
  advanceModels: async (stage) => { const { id, revision } = await after(stage, await made(stage, 'Nhiều một lúc'), ['submitModel', AN]); return { who: BINH, input: { step: 'START_REVIEW', items: [{ id, expectedRevision: revision }] }, success: 'doneCount' } },
  assignReviews: async (stage) => ({ who: CHI, input: { ids: [(await after(stage, await made(stage, 'Giao việc'), ['submitModel', AN])).id], assignee: BINH.id }, success: 'doneCount' }),
  resolvePlaces: async (stage) => {
    const model = await published(stage, await made(stage, 'Chưa rõ nơi', { origin: { placeAsWritten: 'ấp Chưa Rõ' } }))
    const { unresolvedPlaces } = await as(stage.db, AN).read('{ unresolvedPlaces(first: 100) { nodes { id model { id } } } }')
    return { who: AN, input: { items: [{ id: unresolvedPlaces.nodes.find((place: any) => place.model.id === model.id).id, modelId: model.id, expectedRevision: 1, locality: stage.world.communes[0] }] }, success: 'doneCount' }
  },
  retryDeadLetters: async (stage) => {
    const { rows } = await sql<{ id: number }>`insert into outbox (target, kind, record_id, dead_at) select 'models__x', 'model', id, now() from model limit 1 returning id`.execute(stage.db)
    return { who: CHI, input: { ids: [String(rows[0]!.id)] }, success: 'doneCount' }
  },
  mergeModels: async (stage) => {
    const [source, target] = [await published(stage, await made(stage, 'Gộp đi')), await published(stage, await made(stage, 'Gộp vào'))]
    return { who: BINH, input: { sourceId: source.id, targetId: target.id, expectedSourceRevision: 1, expectedTargetRevision: 1, reason: 'một', choices: ['name', 'summary'].map((field) => ({ field, from: 'TARGET' })) }, success: 'mergeId', keep: ({ mergeId }) => { stage.kept.merge = mergeId } }
  },
  undoMerge: (stage) => ({ who: BINH, input: { mergeId: stage.kept.merge }, success: 'source { id }' }),
  recordDistinctModels: (stage) => ({ who: BINH, input: { sourceId: stage.model.id, targetId: stage.other.id, reason: 'Bến sông, bến cảng.' }, success: 'distinction { id }', keep: ({ distinction }) => { stage.kept.distinction = distinction.id } }),
  withdrawDistinction: (stage) => ({ who: BINH, input: { distinctionId: stage.kept.distinction, reason: 'Nhầm.' }, success: 'distinction { id }' }),
  releasePrivacyFinding: async (stage) => {
    const { id } = (stage.kept.named = await made(stage, 'Có tên người', { problem: 'Theo ông Nguyễn Văn Bỏ kể.' }))
    const { node } = await as(stage.db, BINH).read('query ($id: ID!) { node(id: $id) { ... on Model { privacyFindings { id } } } }', { id })
    return { who: BINH, input: { modelId: id, expectedRevision: 1, findingId: node.privacyFindings[0].id, reason: 'Người lập làng.' }, success: MODEL }
  },
  erasePersonalData: (stage) => ({ who: CHI, input: { modelId: stage.kept.named.id, texts: ['Nguyễn Văn Bỏ'], reason: 'Theo yêu cầu' }, success: 'isDryRun' }),
  reportIssue: (stage) => ({ who: ANYBODY, input: { modelId: stage.other.id, kind: 'OTHER', text: 'Điểm này đã dừng.' }, success: '__typename' }),
  resolveIssue: async (stage) => ({ who: BINH, input: { id: (await as(stage.db, BINH).read('{ reportedIssues { nodes { id } } }')).reportedIssues.nodes[0].id, outcome: 'NOTED', reason: 'Đã hỏi.' }, success: 'issue { id }' }),
  previewImport: () => ({ who: AN, input: FILE, success: 'import { state }', isWithoutTrace: true }),
  runImport: (stage) => ({ who: AN, input: FILE, success: 'import { id state }', keep: (payload) => { stage.kept.import = payload.import.id } }),
  resumeImport: async (stage) => {
    await sql`update import_job set state = 'STOPPED', stopped_at = now()`.execute(stage.db)
    return { who: BINH, input: { id: stage.kept.import }, success: 'import { state }' }
  },
  createTerm: () => ({ who: BINH, input: { kind: 'TOPIC', key: 'duong-song', labelVi: 'Đường sông', labelEn: 'Waterways' }, success: 'term { key }' }),
  updateTerm: async (stage) => ({ who: BINH, input: { id: await termId(stage, stage.world.topics[0]!), labelVi: 'Tên mới', synonyms: ['trị an'] }, success: 'term { key }' }),
  deprecateTerm: async (stage) => ({ who: BINH, input: { id: await termId(stage, 'duong-song'), isDeprecated: true }, success: 'term { key }' }),
  mergeTerms: async (stage) => ({ who: BINH, input: { sourceId: await termId(stage, stage.world.topics[0]!), targetId: await termId(stage, stage.world.topics[1]!), reason: 'một' }, success: 'term { key }' }),
  createConcept: () => ({ who: BINH, input: { key: 'doi-ngua', kind: 'MEANS', labelVi: 'Đội ngựa', labelEn: 'Horse patrol', synonyms: ['kỵ binh'] }, success: 'concept { key }' }),
  updateConcept: () => ({ who: BINH, input: { key: 'doi-ngua', english: ['mounted patrol'] }, success: 'concept { key }' }),
  mergeConcepts: async (stage) => { await as(stage.db, BINH).write('createConcept', { key: 'to-ngua', kind: 'MEANS', labelVi: 'Tổ ngựa', labelEn: 'Mounted team' }, '__typename'); return { who: BINH, input: { sourceKey: 'to-ngua', targetKey: 'doi-ngua' }, success: 'concept { key }' } },
  previewLocalityChange: (stage) => ({ ...change(stage), isWithoutTrace: true }),
  recordLocalityChange: (stage) => change(stage),
  eraseAuditEntries: () => ({ who: CHI, input: { actorId: AN.id, reason: 'Theo yêu cầu' }, success: 'erasedCount' }),
}
const FILE = { format: 'CSV', content: Buffer.from('Tên mô hình;Tóm tắt\nTổ của tệp;Một tổ.\n').toString('base64') }
const change = ({ world }: Stage): Recipe => ({ who: BINH, input: { kind: 'RENAME', effectiveOn: '2026-07-01', legalBasis: { title: 'Nghị quyết', issuer: 'Quốc hội', number: '1/NQ' }, units: [world.communes[0]], into: [{ name: 'xã Tên Mới' }] }, success: 'units { slug }' })

export const RECIPE_NAMES = Object.keys(RECIPES)
export const MUTATIONS = Object.keys(schema.getMutationType()!.getFields())

/** Kills every mutation at one statement of every `stride`, beginning with one of the first by chance, and lets it through in the end. Tells how many were killed. */
export async function killMutations(db: Kysely<Database>, { stride, random }: { stride: number; random: () => number }): Promise<{ mutations: number; kills: number }> {
  const stage: Stage = { db, world: await furnish(db), model: undefined as never, other: undefined as never, kept: {} }
  const tables = await tablesOf(db)
  let kills = 0
  for (const [mutation, recipe] of Object.entries(RECIPES)) {
    const { who, input, success = '__typename', keep, isWithoutTrace = false } = await recipe(stage)
    const before = await dump(db, tables)
    for (let at = 1 + Math.floor(random() * stride); ; at += stride) {
      const fuse: Fuse = { at, n: 0, isBlown: false, commits: 0 }
      const { payload, errors } = await mutate(killing(db, fuse), who, mutation, input, success)
      const now = await dump(db, tables)
      if (!fuse.isBlown) {
        expect([mutation, payload?.__typename ?? errors.map(({ message }) => message)], JSON.stringify(payload)).toEqual([mutation, `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Success`])
        // Two transactions are two writes, of which one can be left alone.
        expect([mutation, fuse.commits]).toEqual([mutation, isWithoutTrace ? 0 : 1])
        if (!isWithoutTrace && now === before) throw new Error(`${mutation} is answered with success, and changed nothing`)
        if (isWithoutTrace && now !== before) throw new Error(`${mutation} left a trace`)
        keep?.(payload)
        break
      }
      kills += 1
      if (now !== before) throw new Error(`${mutation}, killed at statement ${at}, left a trace: ${JSON.stringify(difference(before, now))}; answered ${JSON.stringify({ payload, errors: errors.map(({ message }) => message) })}`)
      if (payload?.__typename?.endsWith('Success') && payload.doneCount !== 0) throw new Error(`${mutation}, killed at statement ${at}, says that it is done`)
    }
  }
  return { mutations: Object.keys(RECIPES).length, kills }
}

function difference(before: string, now: string): Record<string, unknown> {
  const [a, b] = [JSON.parse(before), JSON.parse(now)] as Record<string, unknown>[]
  return Object.fromEntries(Object.keys(b!).filter((table) => JSON.stringify(a![table]) !== JSON.stringify(b![table])).map((table) => [table, [a![table], b![table]]]))
}
