/** Every write path, killed at each of its statements in turn, leaves no trace; only whole does it leave one. */
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Database } from '../../server/db/tables.ts'
import { createModel, restoreRevision, updateModel, type Written } from '../../server/domain/model/draft.ts'
import { mergeModels, undoMerge } from '../../server/domain/model/merge.ts'
import { addPart, recordReview, removePart, updatePart } from '../../server/domain/model/part-write.ts'
import { addSource, removeSource, updateSource } from '../../server/domain/model/source-write.ts'
import { takeStep } from '../../server/domain/model/transition.ts'
import type { Transition } from '../../server/domain/model/workflow.ts'
import type { SignedInViewer } from '../../server/domain/viewer.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { fingerprint } from './curation.ts'
import { listening } from '../support/statements.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createTestDatabase() })
afterAll(() => opened?.close())
const [AN, BINH] = ['an', 'binh'].map((id): SignedInViewer => ({ id, name: id, role: 'CURATOR', localities: [] })) as [SignedInViewer, SignedInViewer]

class Killed extends Error {}
/** The same database, whose nth statement from now on fails. */
function killing(db: Kysely<Database>, at: number): Kysely<Database> {
  let n = 0
  return listening(db, () => { if ((n += 1) === at) throw new Killed() })
}
const state = async () => [await fingerprint(opened.db), await opened.db.selectFrom('audit_entry').select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirst()]

/** Kills it at its first statement, its second …, until it comes through. */
async function killAtEach<T>(path: string, write: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const before = await state()
  for (let at = 1; ; at += 1) {
    try {
      const done = await write(killing(opened.db, at))
      expect(at, `${path} has statements to kill`).toBeGreaterThan(3)
      expect(await state(), path).not.toEqual(before)
      return done
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      expect(await state(), `${path}, killed at statement ${at}`).toEqual(before)
    }
  }
}

it('create, edit, parts, sources, review, publish, archive, restore, merge, undo', async () => {
  const source = (title: string) => [{ source: { title } }]
  const make = async (name: string): Promise<Written> => killAtEach('create', (db) => createModel(db, AN, { name, summary: `Về ${name}.`, aliases: [`${name} khác`], sources: [{ title: `Nguồn ${name}` }] }))
  const go = async (step: Transition, { modelId, revision }: Written, by = BINH) => killAtEach(step, (db) => takeStep(db, by, step, { id: modelId, expectedRevision: revision, reason: 'lý do' }))
  const publish = async (written: Written): Promise<Written> => { for (const step of ['SUBMIT', 'START_REVIEW', 'APPROVE', 'PUBLISH'] as const) await go(step, written); return written }

  let a = await make('Một')
  const of = () => ({ modelId: a.modelId, expectedRevision: a.revision })
  a = await killAtEach('update', (db) => updateModel(db, AN, { id: a.modelId, expectedRevision: a.revision, problem: 'Vấn đề.' }))
  const result = await killAtEach('addPart', (db) => addPart(db, AN, 'results', { ...of(), statement: 'Giảm 5 vụ', value: 5, countingUnit: 'CASE', citations: source('Báo cáo') }))
  a = result
  a = await killAtEach('updatePart', (db) => updatePart(db, AN, 'results', { ...of(), id: result.partId, value: 6 }))
  const added = await killAtEach('addSource', (db) => addSource(db, AN, { ...of(), title: 'Nguồn thêm' }))
  a = added
  const changed = await killAtEach('updateSource', (db) => updateSource(db, AN, { ...of(), id: added.partId, title: 'Nguồn khác' }))
  a = changed
  a = await killAtEach('removeSource', (db) => removeSource(db, AN, { ...of(), id: changed.partId }))
  a = await killAtEach('recordReview', (db) => recordReview(db, AN, { ...of(), cycle: 2025, decision: 'MAINTAIN' }))
  await publish(a)
  a = await killAtEach('removePart', (db) => removePart(db, AN, 'results', { ...of(), id: result.partId }))
  await go('SUBMIT', a)
  await go('REQUEST_CHANGES', a)
  a = await go('REJECT', a)

  const b = await publish(await make('Hai'))
  const merged = await killAtEach('merge', (db) => mergeModels(db, BINH, {
    sourceId: b.modelId, targetId: a.modelId, expectedSourceRevision: b.revision, expectedTargetRevision: a.revision, reason: 'trùng', choices: [{ field: 'name', from: 'TARGET' }, { field: 'summary', from: 'SOURCE' }],
  }))
  const undone = await killAtEach('undo', (db) => undoMerge(db, AN, { mergeId: merged.mergeId }))
  await go('ARCHIVE', undone.source)
  await killAtEach('restore', (db) => restoreRevision(db, AN, { id: undone.source.modelId, expectedRevision: undone.source.revision, revision: 1 }))
})
