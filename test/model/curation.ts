/**
 * The workflow against a small model of it (fast-check `commands`): several people create, edit, review, publish, archive, restore, merge
 * and undo in any order. After every step the records stand where the model says, readers see what was published and nothing else (every
 * text that was ever written is a canary), and a step that must be refused leaves no trace.
 */
import fc from 'fast-check'
import { parse } from 'graphql'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { schema } from '../../schema/index.ts'
import type { Database } from '../../server/db/tables.ts'
import { createModel, restoreRevision, updateModel } from '../../server/domain/model/draft.ts'
import { mergeModels, undoMerge } from '../../server/domain/model/merge.ts'
import { MERGE_FIELDS } from '../../server/domain/model/merge-documents.ts'
import { takeStep } from '../../server/domain/model/transition.ts'
import type { Transition } from '../../server/domain/model/workflow.ts'
import type { SignedInViewer } from '../../server/domain/viewer.ts'
import { AppError } from '../../server/errors.ts'
import { createPlainExecutor } from '../../server/http/executor.ts'
import { PostgresSearch } from '../../server/search/postgres.ts'

const PEOPLE: SignedInViewer[] = ['an', 'binh', 'chi'].map((id) => ({ id, name: id, role: 'CURATOR', localities: [] }))

/** What the model knows of a record. Revisions are told by their canary. */
interface Known { id: string; state: string; texts: string[]; authors: string[]; published: number | null; everPublished: number[]; mergedInto: Known | null }
interface Merge { id: string; source: Known; target: Known; states: [string, string]; revisions: [number, number]; merged: number; isPublished: boolean; isUndone: boolean }
export interface Spec { records: Known[]; merges: Merge[] }
export interface Real { db: Kysely<Database>; nextCanary(): string; canaries: Set<string> }

const OPEN = ['DRAFT', 'SUBMITTED', 'IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED']
/** Written again by hand, so that a mistake in the program's own table is seen. */
const WAYS: Record<Transition, (state: string) => boolean> = {
  SUBMIT: (s) => s === 'DRAFT' || s === 'CHANGES_REQUESTED', START_REVIEW: (s) => s === 'SUBMITTED', REQUEST_CHANGES: (s) => ['SUBMITTED', 'IN_REVIEW', 'APPROVED'].includes(s),
  APPROVE: (s) => s === 'SUBMITTED' || s === 'IN_REVIEW', PUBLISH: (s) => s === 'APPROVED', REJECT: (s) => OPEN.includes(s), ARCHIVE: (s) => OPEN.includes(s) || s === 'PUBLISHED' || s === 'REJECTED',
}
const AFTER: Record<Transition, string> = { SUBMIT: 'SUBMITTED', START_REVIEW: 'IN_REVIEW', REQUEST_CHANGES: 'CHANGES_REQUESTED', APPROVE: 'APPROVED', PUBLISH: 'PUBLISHED', REJECT: 'REJECTED', ARCHIVE: 'ARCHIVED' }
const latest = (record: Known): number => record.texts.length
const sinceLast = (record: Known): string[] => record.authors.slice(record.everPublished.at(-1) ?? 0)
const publishNow = (record: Known): void => { record.published = latest(record); record.everPublished.push(latest(record)) }
const write = (record: Known, text: string, author: string): void => { record.texts.push(text); record.authors.push(author) }

/** Runs what must succeed, or must be refused with a documented error and leave everything as it was. */
async function run<T>(real: Real, mustSucceed: boolean, work: () => Promise<T>): Promise<T | undefined> {
  const before = mustSucceed ? undefined : await fingerprint(real.db)
  try {
    const result = await work()
    if (!mustSucceed) throw new Error('was allowed, and must not be')
    return result
  } catch (error) {
    if (mustSucceed || !(error instanceof AppError)) throw error
    const after = await fingerprint(real.db)
    if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(`a refused step left a trace: ${JSON.stringify([before, after])}`, { cause: error })
    return undefined
  }
}

/** Counts and digests of everything that a write touches, the audit log of denials apart. */
export async function fingerprint(db: Kysely<Database>): Promise<unknown> {
  const tables = ['model_record', 'model_revision', 'model_step', 'model_merge', 'model', 'model_search', 'source', 'source_revision', 'citation', 'model_source', 'model_relation', 'result', 'result_credit', 'outbox', 'search_vocabulary']
  const parts = tables.map((table) => sql`(select json_build_array(count(*), coalesce(sum(hashtext(t::text)), 0)) from ${sql.table(table)} as t) as ${sql.id(table)}`)
  return (await sql`select ${sql.join(parts)}`.execute(db)).rows[0]
}

const plain = createPlainExecutor(schema)
const LOOK = parse(`query ($ids: [ID!]!, $text: String!) {
  nodes(ids: $ids) { ... on Model { id name summary revision editorialState aliases { name } draft { id } sources { nodes { title } } history(first: 100) { nodes { reason diff { before after } } } relations { model { name } } } }
  models(first: 100, orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount nodes { name summary aliases { name } results { nodes { creditedTo { name } } } } }
  searchModels(query: $text) { totalCount nodes { name summary } edges { highlights { fragments { text } } } facets { topics { count } } } suggestions(query: $text) { text }
}`)

/** What anybody reads of these records, through every way in. */
async function look(real: Real, spec: Spec, text: string): Promise<any> {
  const ids = spec.records.map(({ id }) => Buffer.from(`Model:${id}`).toString('base64'))
  const context = { db: real.db, viewer: null, search: new PostgresSearch(real.db), config: { publicUrl: 'https://x.vn' }, requestId: 'test' }
  const { data, errors } = await plain({ document: LOOK, documentHash: 'look', operationName: undefined, variables: { ids, text }, context })
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  return JSON.parse(JSON.stringify(data))
}

/** The law that holds after every step. */
async function check(spec: Spec, real: Real): Promise<void> {
  if (spec.records.length === 0) return
  const { rows } = await sql<{ id: string; state: string; latest: number; published: number | null }>`select id, editorial_state as state, latest_revision as latest, published_revision as published from model_record where id = any(${spec.records.map(({ id }) => id)}::uuid[])`.execute(real.db)
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const record of spec.records) {
    const row = byId.get(record.id)!
    const told = { state: row.state, latest: row.latest, published: row.published }
    const meant = { state: record.state, latest: latest(record), published: record.published }
    if (JSON.stringify(told) !== JSON.stringify(meant)) throw new Error(`the record stands at ${JSON.stringify(told)}, not at ${JSON.stringify(meant)}`)
  }
  const unread = spec.records.flatMap((record) => record.texts).at(-1)!
  const shown = await look(real, spec, unread)
  spec.records.forEach((record, i) => {
    let at = record
    while (at.state === 'MERGED') at = at.mergedInto!
    const text = at.published === null ? undefined : at.texts[at.published - 1]
    if (shown.nodes[i]?.summary !== text) throw new Error(`readers see ${shown.nodes[i]?.summary}, not ${text}`)
    if (shown.nodes[i] && (shown.nodes[i].editorialState !== 'PUBLISHED' || shown.nodes[i].draft !== null)) throw new Error('readers see that a draft is there')
  })
  // Texts of records that stand, from revisions that were published; no other text of ours may be anywhere in the answer.
  const allowed = new Set(spec.records.filter((record) => record.published !== null).flatMap((record) => record.everPublished.map((revision) => record.texts[revision - 1])))
  const mine = new Set(spec.records.flatMap(({ texts }) => texts))
  for (const found of JSON.stringify(shown).match(/canary[a-z0-9]+/gi) ?? []) if (mine.has(found) && !allowed.has(found)) throw new Error(`${found} leaks`)
}

type Command = fc.AsyncCommand<Spec, Real>
const command = (name: string, act: (spec: Spec, real: Real) => Promise<void>): Command => ({
  check: (spec) => name.startsWith('create') || spec.records.length > 0,
  run: async (spec, real) => { await act(spec, real); await check(spec, real) },
  toString: () => name,
})
const pick = <T>(list: readonly T[], at: number): T => list[at % list.length]!

const create = (who: number) => command(`create by ${who}`, async (spec, real) => {
  const [text, viewer] = [real.nextCanary(), pick(PEOPLE, who)]
  const { modelId } = await createModel(real.db, viewer, { name: `Tên ${text}`, summary: text, aliases: [`Tên khác ${text}`], sources: [{ title: `Nguồn ${text}` }], reason: `vì ${text}` })
  spec.records.push({ id: modelId, state: 'DRAFT', texts: [text], authors: [viewer.id], published: null, everPublished: [], mergedInto: null })
})

const edit = (which: number, who: number, isStale: boolean) => command(`edit ${which} by ${who}${isStale ? ', stale' : ''}`, async (spec, real) => {
  const [record, viewer, text] = [pick(spec.records, which), pick(PEOPLE, who), real.nextCanary()]
  const isAllowed = !isStale && [...OPEN, 'PUBLISHED'].includes(record.state)
  await run(real, isAllowed, () => updateModel(real.db, viewer, { id: record.id, expectedRevision: latest(record) - (isStale ? 1 : 0), summary: text, name: `Tên ${text}`, sources: [{ title: `Nguồn ${text}` }] }))
  if (!isAllowed) return
  write(record, text, viewer.id)
  if (record.state !== 'CHANGES_REQUESTED') record.state = 'DRAFT'
})

const step = (of: Transition, which: number, who: number) => command(`${of} ${which} by ${who}`, async (spec, real) => {
  const [record, viewer] = [pick(spec.records, which), pick(PEOPLE, who)]
  const isAllowed = WAYS[of](record.state) && (of !== 'APPROVE' || !sinceLast(record).includes(viewer.id))
  await run(real, isAllowed, () => takeStep(real.db, viewer, of, { id: record.id, expectedRevision: latest(record), reason: 'lý do' }))
  if (!isAllowed) return
  if (of === 'REJECT' && record.published !== null) {
    write(record, record.texts[record.published - 1]!, viewer.id)
    record.state = 'PUBLISHED'
    publishNow(record)
    return
  }
  record.state = AFTER[of]
  if (of === 'PUBLISH') publishNow(record)
  if (of === 'ARCHIVE') record.published = null
})

const restore = (which: number, who: number, revision: number) => command(`restore ${revision} of ${which} by ${who}`, async (spec, real) => {
  const [record, viewer] = [pick(spec.records, which), pick(PEOPLE, who)]
  const wanted = 1 + (revision % latest(record))
  const isAllowed = record.state !== 'MERGED'
  const isSame = record.texts[wanted - 1] === record.texts.at(-1) && (record.state === 'DRAFT' || record.state === 'CHANGES_REQUESTED')
  const written = await run(real, isAllowed, () => restoreRevision(real.db, viewer, { id: record.id, expectedRevision: latest(record), revision: wanted }))
  if (!isAllowed || (isSame && written!.revision === latest(record))) return
  write(record, record.texts[wanted - 1]!, viewer.id)
  if (record.state !== 'CHANGES_REQUESTED') record.state = 'DRAFT'
})

const merge = (a: number, b: number, who: number) => command(`merge ${a} into ${b} by ${who}`, async (spec, real) => {
  const [source, target, viewer] = [pick(spec.records, a), pick(spec.records, b), pick(PEOPLE, who)]
  const isMergeable = (record: Known): boolean => OPEN.includes(record.state) || record.state === 'PUBLISHED'
  const isOpenAndPublished = (record: Known): boolean => record.published !== null && record.state !== 'PUBLISHED'
  const isAllowed = source !== target && isMergeable(source) && isMergeable(target) && !isOpenAndPublished(source) && !(source.published !== null && (target.published === null || isOpenAndPublished(target)))
  const merged = await run(real, isAllowed, () => mergeModels(real.db, viewer, {
    sourceId: source.id, targetId: target.id, expectedSourceRevision: latest(source), expectedTargetRevision: latest(target), reason: 'trùng', choices: MERGE_FIELDS.map((field) => ({ field, from: 'TARGET' })),
  }))
  if (!merged) return
  const isPublished = source.published !== null
  spec.merges.push({ id: merged.mergeId, source, target, states: [source.state, target.state], revisions: [latest(source), latest(target)], merged: latest(target) + 1, isPublished, isUndone: false })
  write(target, target.texts.at(-1)!, viewer.id)
  target.state = isPublished ? 'PUBLISHED' : 'DRAFT'
  if (isPublished) publishNow(target)
  Object.assign(source, { state: 'MERGED', published: null, mergedInto: target })
})

const undo = (which: number, who: number) => command(`undo merge ${which} by ${who}`, async (spec, real) => {
  if (spec.merges.length === 0) return
  const [made, viewer] = [pick(spec.merges, which), pick(PEOPLE, who)]
  const { source, target } = made
  const isAllowed = !made.isUndone && latest(target) === made.merged && (made.isPublished ? target.state === 'PUBLISHED' : OPEN.includes(target.state))
  await run(real, isAllowed, () => undoMerge(real.db, viewer, { mergeId: made.id }))
  if (!isAllowed) return
  made.isUndone = true
  write(target, target.texts[made.revisions[1] - 1]!, viewer.id)
  target.state = made.states[1]
  if (target.state === 'PUBLISHED') publishNow(target)
  source.mergedInto = null
  source.state = made.states[0]
  if (source.state === 'PUBLISHED') {
    write(source, source.texts[made.revisions[0] - 1]!, viewer.id)
    publishNow(source)
  }
})

const at = fc.nat({ max: 5 })
/** Steps in proportion to how often they lead on. */
const anyCommands = fc.commands([
  at.map(create), fc.tuple(at, at, fc.boolean().map((b) => b)).map(([a, b, stale]) => edit(a, b, stale && a % 3 === 0)),
  ...(['SUBMIT', 'APPROVE', 'PUBLISH', 'PUBLISH', 'START_REVIEW', 'REQUEST_CHANGES', 'REJECT', 'ARCHIVE'] as const).map((of) => fc.tuple(at, at).map(([a, b]) => step(of, a, b))),
  fc.tuple(at, at).map(([a, b]) => publishWhole(a, b)), fc.tuple(at, at).map(([a, b]) => publishWhole(a, b)),
  fc.tuple(at, at, at).map(([a, b, c]) => restore(a, b, c)), fc.tuple(at, at, at).map(([a, b, c]) => merge(a, b, c)), fc.tuple(at, at).map(([a, b]) => undo(a, b)),
], { maxCommands: 14 })

/** All the way to published, as people mostly go. */
function publishWhole(which: number, who: number): Command {
  return command(`publish ${which} by ${who}`, async (spec, real) => {
    const record = pick(spec.records, which)
    if (record.state !== 'DRAFT') return
    const reviewer = PEOPLE.findIndex(({ id }) => !sinceLast(record).includes(id))
    if (reviewer < 0) return
    for (const of of ['SUBMIT', 'APPROVE', 'PUBLISH'] as const) await step(of, which, of === 'SUBMIT' ? who : reviewer).run(spec, real)
  })
}

/** Plays so many sequences on one database, each with records of its own. */
export async function playSequences(db: Kysely<Database>, { runs, seed, onRun }: { runs: number; seed: number; onRun?: (n: number) => void }): Promise<void> {
  let [count, played] = [0, 0]
  const real: Real = { db, canaries: new Set(), nextCanary: () => `canary${seed.toString(36)}x${(count += 1).toString(36)}` }
  await fc.assert(fc.asyncProperty(anyCommands, async (commands) => {
    await fc.asyncModelRun(() => ({ model: { records: [], merges: [] } as Spec, real }), commands)
    onRun?.(played += 1)
  }), { numRuns: runs, seed, endOnFailure: true })
}
