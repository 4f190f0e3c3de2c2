/**
 * Drafts stay invisible: every text that is ever written carries a canary, a word that nothing else has. After each step of a random history
 * everything that can be read is read, by anybody and by an officer of another province, and no canary may be in it but those of revisions
 * that were published of records that stand. What may be seen is reckoned here from what the mutations answered, never from the
 * tables that readers read.
 */
import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../server/db/tables.ts'
import { exportRecords } from '../../server/domain/export/records.ts'
import { NotFoundError } from '../../server/errors.ts'
import type { SignedInViewer, Viewer } from '../../server/domain/viewer.ts'
import { randomOf } from '../indexer/interleaving.ts'
import { AN, as, BINH, CHI } from '../schema/model/editing.ts'
import { furnish, type SmallWorld } from './small-world.ts'

export interface Leak { path: string; who: string; what: string }
interface Kept { texts: string[]; topics: string[]; reason: string | null }
export interface Record_ {
  id: string
  slug: string
  state: string
  latest: number
  /** The published revision, while the record stands. */
  shown: number | null
  /** Numbers of all revisions that were ever published. */
  published: Set<number>
  revisions: Map<number, Kept>
  /** The canary that its slug was made from, which stays whatever becomes of the name. */
  slugCanary: string
}
export interface Desk {
  db: Kysely<Database>
  world: SmallWorld
  records: Record_[]
  merges: { id: string; source: Record_; target: Record_ }[]
  /** Global ids of parts and sources that were ever made. */
  parts: string[]
  sources: string[]
  /** The officer's own draft, which resembles everything. */
  own: string
  canaries: string[]
  steps: number
  refused: number
  reports: number
  random: () => number
}

const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64')
const localId = (id: string): string => Buffer.from(id, 'base64').toString().split(':')[1]!
/** Letters only, so that search takes it for one word; no two alike, so that none is a misspelling of another. */
const canaryOf = (n: number): string => `canary${[...createHash('sha256').update(String(n)).digest().subarray(0, 12)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')}x`
const CANARY = /canary[a-z]{12}x/gi
export const pick = <T>(desk: Pick<Desk, 'random'>, of: readonly T[]): T => of[Math.floor(desk.random() * of.length)]!

export async function openDesk(db: Kysely<Database>, seed: number): Promise<Desk> {
  const world = await furnish(db)
  const { id: own } = await as(db, world.officers[1]).done('createModel', { name: 'Tổ tự quản của tôi', summary: 'Bản nháp của tôi.', origin: { locality: world.provinces[1] } })
  return { db, world, records: [], merges: [], parts: [], sources: [], own, canaries: [], steps: 0, refused: 0, reports: 0, random: randomOf(seed) }
}

export function nextCanary(desk: Desk): string {
  const canary = canaryOf(desk.canaries.length)
  desk.canaries.push(canary)
  return canary
}

/** Looks once, as it is written, at what a revision says. */
async function keep(desk: Desk, record: Record_, revision: number, reason: string | null): Promise<void> {
  if (record.revisions.has(revision)) return
  const { document } = await desk.db.selectFrom('model_revision').select('document').where('model_id', '=', localId(record.id)).where('revision', '=', revision).executeTakeFirstOrThrow()
  const text = JSON.stringify(document)
  const sourceIds = [...new Set([...text.matchAll(/"sourceId":"([0-9a-f-]{36})"/g)].map(([, id]) => id!))]
  const titles = sourceIds.length === 0 ? [] : await sql<{ title: string }>`select title from source where id = any(${sourceIds}::uuid[])`.execute(desk.db).then(({ rows }) => rows.map(({ title }) => title))
  record.revisions.set(revision, { texts: [...`${text} ${titles.join(' ')}`.matchAll(CANARY)].map(([word]) => word.toLowerCase()), topics: (document as { topics: string[] }).topics, reason })
  const { results, replications, points } = document as Record<'results' | 'replications' | 'points', { id: string }[]>
  desk.parts = [...new Set([...results.map(({ id }) => globalId('Result', id)), ...replications.map(({ id }) => globalId('Replication', id)), ...points.map(({ id }) => globalId('Point', id)), ...desk.parts])].slice(0, 60)
  desk.sources = [...new Set([...sourceIds.map((id) => globalId('Source', id)), ...desk.sources])].slice(0, 40)
}

/** Takes over where a mutation says that the record stands now. */
async function take(desk: Desk, record: Record_, { revision, editorialState }: { revision: number; editorialState: string }, reason: string | null): Promise<void> {
  Object.assign(record, { latest: revision, state: editorialState })
  await keep(desk, record, revision, reason)
  if (editorialState === 'PUBLISHED') {
    record.published.add(revision)
    record.shown = revision
  } else if (['ARCHIVED', 'MERGED', 'REJECTED'].includes(editorialState)) record.shown = null
}

/** The same, for a step that was taken elsewhere. */
export const keepUp = (desk: Desk, record: Record_, told: { revision: number; editorialState: string }): Promise<void> => take(desk, record, told, null)

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

const BRIEF = 'id name summary aliases { name }'
const WHOLE = `${BRIEF} revision editorialState problem howItWorks topics { key } origin { placeAsWritten initiator } evidence { reasons } results(first: 50) { totalCount nodes { statement creditedTo { id name } citations { source { title publisher } } } }
  replications(first: 20) { nodes { placeAsWritten statusReason } } points(first: 20) { nodes { name } } costs { text } setbacks { text } sources(first: 50) { totalCount nodes { title } } citations(first: 50) { nodes { source { title } } }`
const EVERYBODY: Record<string, string> = {
  node: `node(id: $id) { ... on Model { ${WHOLE} } }`,
  nodes: `nodes(ids: $ids) { ... on Model { ${WHOLE} } }`,
  draft: 'nodes(ids: $ids) { ... on Model { draft { id name summary } } }',
  relations: `nodes(ids: $ids) { ... on Model { relations { note model { ${BRIEF} } } } }`,
  similar: `nodes(ids: $ids) { ... on Model { similar(first: 20) { reasons model { ${BRIEF} } } } }`,
  history: 'nodes(ids: $ids) { ... on Model { history(first: 100) { totalCount nodes { number reason diff { before after } } } } }',
  workflowSteps: 'nodes(ids: $ids) { ... on Model { workflowSteps(first: 100) { totalCount nodes { reason actor mergedWith mergeId } } } }',
  duplicates: `nodes(ids: $ids) { ... on Model { duplicateCandidates(first: 20) { reasons model { ${BRIEF} } } distinctions { reason } } }`,
  privacy: 'nodes(ids: $ids) { ... on Model { privacyFindings { text } } }',
  parts: 'nodes(ids: $parts) { ... on Result { statement creditedTo { id name } citations { source { title } } } ... on Replication { placeAsWritten statusReason } ... on Point { name } }',
  sources: 'nodes(ids: $sources) { ... on Source { title publisher } }',
  slug: `model(slug: $slug) { ${WHOLE} }`,
  asOf: `model(slug: $slug, asOf: $at) { ${WHOLE} history(first: 50) { nodes { reason diff { before after } } } relations { note model { ${BRIEF} } } }`,
  models: `models(first: 50, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { ${BRIEF} } }`,
  totalCount: 'models { totalCount }',
  filter: 'models(filter: { topicIn: [$topic] }) { totalCount }',
  search: `searchModels(query: $text, first: 20) { totalCount nodes { ${BRIEF} } }`,
  highlights: 'searchModels(query: $text, first: 20) { edges { whyMatched highlights { fragments { text } } } }',
  facets: 'searchModels(query: "") { totalCount facets { topics { count term { key } } } }',
  spelling: 'searchModels(query: $typo) { correctedQuery understood { text meaning } relaxations { totalCount drop } }',
  suggestions: 'suggestions(query: $text) { text }',
  prefix: 'suggestions(query: $prefix) { text }',
}
const OFFICERS: Record<string, string> = {
  reviewQueue: 'reviewQueue(first: 50) { totalCount nodes { name slug } }',
  dueReviews: 'dueReviews(first: 50) { nodes { id name summary } }',
  unsourcedFacts: 'unsourcedFacts(first: 50) { nodes { text model { name } } }',
  unresolvedPlaces: 'unresolvedPlaces(first: 50) { nodes { text placeAsWritten model { name } } }',
  reportedIssues: 'reportedIssues(first: 50) { nodes { name text } }',
  candidates: `node(id: $own) { ... on Model { duplicateCandidates(first: 20) { reasons model { ${BRIEF} } } } }`,
}
/** Every way in which something is read, by name. */
export const PATHS = [...Object.keys(EVERYBODY), ...Object.keys(OFFICERS), 'export', 'exportOfDrafts', 'refusals'] as const
const documentOf = (paths: Record<string, string>): string => `query ($id: ID!, $ids: [ID!]!, $parts: [ID!]!, $sources: [ID!]!, $slug: String!, $at: DateTime!, $text: String!, $typo: String!, $prefix: String!, $topic: String!, $own: ID!) {
  ${Object.entries(paths).map(([name, field]) => `${name}: ${field}`).join('\n')} own: node(id: $own) { id } }`
const ANYBODY_ASKS = documentOf(EVERYBODY)
const OFFICER_ASKS = documentOf({ ...EVERYBODY, ...OFFICERS })

/** Words that may be read, slugs of what was never published but for the record's own not among them. */
const publicOf = (desk: Desk): Set<string> => new Set([
  ...desk.records.filter((record) => standsFor(desk, record)?.shown != null && (record.shown !== null || record.published.size > 0)).map(({ slugCanary }) => slugCanary),
  ...publicTexts(desk),
])
const publicTexts = (desk: Desk): string[] => desk.records.filter(({ shown }) => shown !== null).flatMap(({ revisions, published }) => [...published].flatMap((n) => { const { texts, reason } = revisions.get(n)!; return reason === null ? texts : [...texts, reason] }))

/** The catalogue as a file, record by record. */
async function exported(db: Kysely<Database>, viewer: Viewer, drafts: boolean): Promise<unknown[]> {
  const records: unknown[] = []
  for await (const record of exportRecords(db, viewer, { drafts })) records.push({ ...record, globalId: globalId('Model', record.id) })
  return records
}

/** Everything that leaks now. @param about the record that is asked for by its own id and slug */
export async function findLeaks(desk: Desk, about: Record_, db: Kysely<Database> = desk.db): Promise<Leak[]> {
  const leaks: Leak[] = []
  const allowed = publicOf(desk)
  const hiddenWords = new Set(desk.canaries.filter((word) => !allowed.has(word)))
  // What nobody may know of is not to be named either; a merged record's id leads on.
  const hiddenIds = desk.records.filter(({ shown, state }) => shown === null && state !== 'MERGED').map(({ id }) => id)
  const text = about.revisions.get(about.latest)!.texts.find((word) => !allowed.has(word)) ?? pick(desk, desk.canaries.slice(-200))
  const topic = pick(desk, desk.world.topics)
  const variables = {
    id: about.id, ids: desk.records.map(({ id }) => id), parts: desk.parts, sources: desk.sources, slug: about.slug, at: new Date(Date.now() + 60_000).toISOString(), text, typo: `${text.slice(0, -2)}q${text.slice(-1)}`, prefix: text.slice(0, -1), topic, own: desk.own,
  }
  const shown = desk.records.filter((record) => record.shown !== null)
  for (const [who, viewer, document] of [['anybody', null, ANYBODY_ASKS], ['officer', desk.world.officers[1], OFFICER_ASKS]] as [string, Viewer, string][]) {
    const { data, errors } = await as(db, viewer).ask(document, variables)
    if (errors.length > 0) throw new Error(errors.map(({ message, path }) => `${path?.join('.')}: ${message}`).join('\n'))
    data.export = await exported(db, viewer, false)
    if (viewer !== null) data.exportOfDrafts = await exported(db, viewer, true)
    for (const [path, value] of Object.entries(data)) {
      const told = JSON.stringify(value)
      for (const [word] of told.matchAll(CANARY)) if (hiddenWords.has(word.toLowerCase())) leaks.push({ path, who, what: word })
      for (const id of hiddenIds) if (told.includes(id)) leaks.push({ path, who, what: `id of ${id}` })
    }
    const expect = (path: string, found: unknown, meant: unknown): void => { if (JSON.stringify(found) !== JSON.stringify(meant)) leaks.push({ path, who, what: `${JSON.stringify(found)}, not ${JSON.stringify(meant)}` }) }
    expect('totalCount', data.totalCount.totalCount, shown.length)
    const withTopic = (key: string): number => shown.filter((record) => record.revisions.get(record.shown!)!.topics.includes(key)).length
    expect('filter', data.filter.totalCount, withTopic(topic))
    expect('facets', data.facets.totalCount, shown.length)
    for (const key of desk.world.topics) expect('facets', data.facets.facets.topics.find(({ term }: any) => term.key === key)?.count ?? 0, withTopic(key))
    expect('nodes', data.nodes.map((node: any) => node !== null), desk.records.map((record) => standsFor(desk, record)?.shown != null))
    expect('history', data.history.map((node: any) => node?.history.totalCount ?? 0), desk.records.map((record) => { const at = standsFor(desk, record); return at?.shown == null ? 0 : at.published.size }))
    // No record here is of the officer's own unit.
    expect('workflowSteps', data.workflowSteps.map((node: any) => node?.workflowSteps.totalCount ?? 0), desk.records.map(() => 0))
    expect('export', data.export.length, shown.length)
    if (!allowed.has(text)) expect('search', data.search.totalCount, 0)
    if (viewer !== null) expect('reviewQueue', data.reviewQueue.totalCount, 0)
  }
  leaks.push(...(await findTellingRefusals(desk, db, about)))
  return leaks
}

/** The record that answers for it. */
function standsFor(desk: Desk, record: Record_): Record_ | undefined {
  if (record.state !== 'MERGED') return record
  const made = desk.merges.findLast(({ source }) => source === record)
  return made && standsFor(desk, made.target)
}

/** Nobody learns from a refusal that there is something: no record is told from one that never was. */
async function findTellingRefusals(desk: Desk, db: Kysely<Database>, about: Record_): Promise<Leak[]> {
  if (standsFor(desk, about)?.shown != null) return []
  const stranger = desk.world.officers[1]
  const asked: [string, () => Promise<any>][] = [
    ['updateModel', () => as(db, stranger).write('updateModel', { id: about.id, expectedRevision: about.latest + 7, summary: 'x' })],
    ['submitModel', () => as(db, stranger).write('submitModel', { id: about.id, expectedRevision: about.latest + 7 })],
    // Ten reports an hour are all that anybody gets.
    ...(desk.reports >= 9 ? [] : [['reportIssue', () => { desk.reports += 1; return as(db, null).write('reportIssue', { modelId: about.id, kind: 'OTHER', text: 'Thử xem.' }, '__typename') }] satisfies [string, () => Promise<any>]]),
  ]
  const leaks: Leak[] = []
  for (const [mutation, ask] of asked) {
    const payload = await ask().catch((error: unknown) => { throw new Error(`${mutation}: ${String(error)}`, { cause: error }) })
    if (payload.__typename !== NotFoundError.name) leaks.push({ path: 'refusals', who: mutation, what: JSON.stringify(payload) })
  }
  return leaks
}

/** Plays so many steps, and looks after every `lookEvery`th. Histories of 60 steps each have records of their own; what they leave stays, archived or not. @throws at the first leak */
export async function playHistories(desk: Desk, { steps, lookEvery = 1, onStep }: { steps: number; lookEvery?: number; onStep?: (n: number) => void }): Promise<{ looks: number }> {
  let looks = 0
  const told: string[] = []
  for (let n = 1; n <= steps; n += 1) {
    told.push(await anyStep(desk))
    if (n % lookEvery === 0) {
      const leaks = await findLeaks(desk, pick(desk, desk.records))
      looks += 1
      if (leaks.length > 0) throw new Error(`step ${n} (${told.slice(-12).join(', ')}): ${JSON.stringify(leaks.slice(0, 5), null, 1)}`)
    }
    if (n % 60 === 0) await begin(desk)
    onStep?.(n)
  }
  return { looks }
}

/** New records; the old ones are gone for readers, and are canaries for ever: three of them are asked for on and on, with what went into them. */
export async function begin(desk: Desk): Promise<void> {
  for (const record of desk.records) if (record.state !== 'MERGED' && record.state !== 'ARCHIVED') await step(desk, record, 'archiveModel', BINH)
  const kept = new Set(desk.records.filter(({ state }) => state === 'ARCHIVED').slice(-3))
  // When one of them stands again, the address that such a record once had in public leads to it.
  desk.records = desk.records.filter((record) => kept.has(standsFor(desk, record)!))
  desk.merges = desk.merges.filter(({ source }) => source.state === 'MERGED' && desk.records.includes(source))
}
