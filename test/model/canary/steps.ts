/** What is done to records, each time with a canary in every text. */
import type { SignedInViewer } from '../../../server/domain/viewer.ts'
import { AN, as, BINH, CHI } from '../../schema/model/editing.ts'
import { type Desk, nextCanary, pick, type Record_, take } from './desk.ts'

const STEP = 'model { revision editorialState }'
/** Does it; what is refused as data is counted and changes nothing. */
async function write(desk: Desk, who: SignedInViewer, mutation: string, input: Record<string, unknown>, success = STEP): Promise<any> {
  const payload = await as(desk.db, who).write(mutation, input, success)
  if (payload.__typename.endsWith('Success')) return payload
  desk.refused += 1
  return undefined
}
const cited = (canary: string) => [{ source: { title: `Nguồn ${canary}`, publisher: `Báo ${canary}` } }]

export async function create(desk: Desk): Promise<Record_> {
  const [canary, slugCanary] = [nextCanary(desk), nextCanary(desk)]
  const payload = await write(desk, AN, 'createModel', {
    name: `Tổ tự quản ${slugCanary}`, summary: `Về ${canary}.`, aliases: [`Tên khác ${canary}`], howItWorks: `Cách làm ${canary}.`, topics: [pick(desk, desk.world.topics)], reason: `vì ${canary}`,
    origin: { locality: pick(desk, [desk.world.provinces[0], desk.world.communes[0]]), placeAsWritten: `ấp ${canary}`, initiator: `hội ${canary}` }, sources: [{ title: `Nguồn ${canary}` }],
  }, 'model { id slug revision editorialState }')
  const record: Record_ = { ...payload.model, latest: 1, state: 'DRAFT', shown: null, published: new Set(), revisions: new Map(), slugCanary }
  desk.records.push(record)
  await take(desk, record, payload.model, canary)
  return record
}

export async function edit(desk: Desk, record: Record_): Promise<void> {
  const [canary, input] = [nextCanary(desk), { expectedRevision: record.latest }]
  const other = pick(desk, desk.records)
  const of = { ...input, modelId: record.id, reason: `vì ${canary}` }
  const [mutation, more] = pick<[string, Record<string, unknown>]>(desk, [
    ['updateModel', { ...input, id: record.id, summary: `Sửa ${canary}.`, name: `Tổ tự quản ${canary}`, aliases: [`Tên ${canary}`], topics: [pick(desk, desk.world.topics)], reason: `vì ${canary}` }],
    ['updateModel', { ...input, id: record.id, problem: `Vấn đề ${canary}.`, sources: [{ title: `Nguồn ${canary}` }], reason: `vì ${canary}` }],
    ['addResult', { ...of, statement: `Giảm 3 vụ ${canary}`, value: 3, countingUnit: 'CASE', citations: cited(canary), ...(other === record ? {} : { creditedTo: [other.id] }) }],
    ['addReplication', { ...of, placeAsWritten: `xóm ${canary}`, status: 'STOPPED', statusReason: `Dừng ${canary}`, locality: desk.world.communes[0], citations: cited(canary) }],
    ['addPoint', { ...of, name: `Điểm ${canary}`, citations: cited(canary) }],
    ['addSetback', { ...of, kind: 'STOPPED', text: `Hỏng ${canary}`, citations: cited(canary) }],
    ['addCost', { ...of, text: `Tốn ${canary}`, citations: cited(canary) }],
    ...(other === record ? [] : [['addRelation', { ...of, kind: 'SIMILAR_TO', model: other.id, note: `Giống ${canary}` }] satisfies [string, Record<string, unknown>]]),
  ])
  const payload = await write(desk, AN, mutation, more)
  if (payload) await take(desk, record, payload.model, canary)
}

export async function step(desk: Desk, record: Record_, mutation: string, who: SignedInViewer): Promise<boolean> {
  const canary = nextCanary(desk)
  const [shown, latest] = [record.shown, record.latest]
  const payload = await write(desk, who, mutation, { id: record.id, expectedRevision: record.latest, reason: `bởi ${canary}` })
  if (!payload) return false
  // Why a revision was turned down is the reviewers' and the author's, though what was published before stands again as a revision of its own.
  await take(desk, record, payload.model, null)
  if (mutation === 'rejectModel' && shown !== null && record.latest === latest) throw new Error('a rejected next revision is no revision')
  return true
}
export async function publishWhole(desk: Desk, record: Record_): Promise<void> {
  for (const [mutation, who] of [['submitModel', AN], ['approveModel', CHI], ['publishModel', BINH]] as const) if (!(await step(desk, record, mutation, who))) return
}
export async function restore(desk: Desk, record: Record_, revision = 1 + Math.floor(desk.random() * record.latest)): Promise<void> {
  const canary = nextCanary(desk)
  const payload = await write(desk, BINH, 'restoreRevision', { id: record.id, expectedRevision: record.latest, revision, reason: `bởi ${canary}` })
  if (payload) await take(desk, record, payload.model, payload.model.revision === record.latest ? null : canary)
}
export async function merge(desk: Desk, source: Record_, target: Record_): Promise<void> {
  const canary = nextCanary(desk)
  const fields = ['name', 'summary', 'problem', 'howItWorks', 'leadBody', 'operationalStatus', 'origin'].map((field) => ({ field, from: 'TARGET' }))
  const payload = await write(desk, BINH, 'mergeModels', { sourceId: source.id, targetId: target.id, expectedSourceRevision: source.latest, expectedTargetRevision: target.latest, reason: `trùng ${canary}`, choices: fields }, 'mergeId model { revision editorialState }')
  if (!payload) return
  Object.assign(source, { state: 'MERGED', shown: null })
  await take(desk, target, payload.model, canary)
  desk.merges.push({ id: payload.mergeId, source, target })
}
async function undo(desk: Desk): Promise<void> {
  const made = pick(desk, desk.merges)
  if (made === undefined) return
  const canary = nextCanary(desk)
  const payload = await write(desk, BINH, 'undoMerge', { mergeId: made.id, reason: `nhầm ${canary}` }, 'source { revision editorialState } target { revision editorialState }')
  if (!payload) return
  for (const [record, told] of [[made.target, payload.target], [made.source, payload.source]] as const) {
    const isNew = !record.revisions.has(told.revision)
    // A draft that was never published stands as it did; one that was published and lay open is open again.
    await take(desk, record, told, isNew ? canary : null)
  }
}

/** One step of a random history. */
export async function anyStep(desk: Desk): Promise<string> {
  desk.steps += 1
  if (desk.records.length < 2 || (desk.random() < 0.06 && desk.records.length < 8)) { await create(desk); return 'create' }
  const record = pick(desk, desk.records)
  const ways: [number, string, () => Promise<unknown>][] = [
    [30, 'edit', () => edit(desk, record)], [26, 'publish', () => publishWhole(desk, record)], [12, 'archive', () => step(desk, record, 'archiveModel', BINH)], [9, 'restore', () => restore(desk, record)],
    [6, 'reject', () => step(desk, record, 'rejectModel', BINH)], [4, 'submit', () => step(desk, record, 'submitModel', AN)], [3, 'changes', () => step(desk, record, 'requestChanges', BINH)], [3, 'start', () => step(desk, record, 'startReview', BINH)],
    [3, 'distinct', () => write(desk, BINH, 'recordDistinctModels', { sourceId: record.id, targetId: pick(desk, desk.records).id, reason: `khác ${nextCanary(desk)}` }, 'distinction { id }')],
    [8, 'merge', () => merge(desk, record, pick(desk, desk.records))], [6, 'undo', () => undo(desk)],
  ]
  let at = desk.random() * ways.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, name, act] of ways) if ((at -= weight) <= 0) { await act(); return name }
  throw new Error('no way was taken')
}
