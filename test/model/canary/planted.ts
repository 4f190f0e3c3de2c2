/** Leaks that are made on purpose, each in a transaction that is rolled back: what finds none must be shown to find those. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../../server/db/tables.ts'
import { projectPublished } from '../../../server/domain/model/write.ts'
import { AN, as, BINH } from '../../schema/model/editing.ts'
import { type Desk, keepUp, localId, nextCanary, type Record_ } from './desk.ts'
import { findLeaks, type Leak } from './leaks.ts'
import { create, edit, publishWhole, step } from './steps.ts'

export interface Stage { published: Record_; draft: Record_; archived: Record_ }
const idOf = ({ id }: { id: string }): string => localId(id)

/** A published record whose next revision waits for review, a draft, an archived record; each with parts, and led to by the first. */
export async function setStage(desk: Desk): Promise<Stage> {
  const [published, draft, archived] = [await create(desk), await create(desk), await create(desk)]
  const write = async (record: Record_, mutation: string, more: Record<string, unknown>): Promise<void> => {
    const payload = await as(desk.db, AN).write(mutation, { expectedRevision: record.latest, ...more })
    if (!payload.model) throw new Error(`${mutation}: ${JSON.stringify(payload)}`)
    await keepUp(desk, record, payload.model)
  }
  for (const record of [published, draft, archived]) {
    const canary = nextCanary(desk)
    const of = { modelId: record.id, citations: [{ source: { title: `Nguồn ${canary}` } }] }
    await write(record, 'addResult', { ...of, statement: `Giảm 3 vụ ${canary}`, value: 3, countingUnit: 'CASE' })
    await write(record, 'addReplication', { ...of, placeAsWritten: `xóm ${canary}` })
  }
  const ofDraft = nextCanary(desk)
  await write(draft, 'updateModel', { id: draft.id, name: `Tổ tự quản ${ofDraft}`, problem: `Theo ông Nguyễn Văn C${ofDraft.slice(1)} kể.`, operationalStatus: 'ACTIVE', topics: desk.world.topics })
  for (const other of [draft, archived]) await write(published, 'addRelation', { modelId: published.id, kind: 'SIMILAR_TO', model: other.id, note: `Giống ${nextCanary(desk)}` })
  await write(archived, 'updateModel', { id: archived.id, name: `Tổ tự quản ${nextCanary(desk)}` })
  for (const record of [archived, published]) await publishWhole(desk, record)
  const { __typename } = await as(desk.db, null).write('reportIssue', { modelId: archived.id, kind: 'OTHER', text: 'Thử xem.' }, '__typename')
  if (__typename !== 'ReportIssueSuccess') throw new Error(__typename)
  desk.reports = 9
  await step(desk, archived, 'archiveModel', BINH)
  const next = nextCanary(desk)
  await write(published, 'updateModel', { id: published.id, name: `Tổ tự quản ${next}`, summary: `Bản sau ${next}.` })
  await step(desk, published, 'submitModel', AN)
  await edit(desk, draft)
  return { published, draft, archived }
}

export type Plant = (trx: Kysely<Database>, desk: Desk, stage: Stage) => Promise<unknown>

/** A draft stands in the tables that are read, as if it were published: a projection at the wrong time. */
const projected: Plant = async (trx, _desk, { draft }) => {
  await sql`update model_record set published_revision = latest_revision where id = ${idOf(draft)}::uuid`.execute(trx)
  const row = await trx.selectFrom('model_revision').select('document').where('model_id', '=', idOf(draft)).where('revision', '=', draft.latest).executeTakeFirstOrThrow()
  await projectPublished(trx, [{ id: idOf(draft), document: row.document as never, standing: { slug: draft.slug, revision: draft.latest, createdAt: '2026-01-01T00:00:00.000000Z', updatedAt: '2026-01-01T00:00:00.000000Z' } }])
}
/** The other province is taken for this one: the predicate of who may edit says yes to a stranger. */
const covered: Plant = (trx, { world }) => sql`insert into locality_cover (locality_id, place_id, is_whole) select ${world.officers[1].localities[0]}::uuid, place_id, true from locality_cover where locality_id = ${world.officers[0].localities[0]}::uuid on conflict do nothing`.execute(trx)
/** Revisions that nobody published say that they were. */
const dated: Plant = (trx) => sql`update model_revision set published_at = created_at, superseded_at = now() + interval '1 day' where published_at is null`.execute(trx)
const both: Plant = async (...all) => { await projected(...all); await covered(...all) }
const text: Plant = async (trx, desk, { published }) => sql`update result set statement = ${desk.canaries.at(-1)!} where model_id = ${idOf(published)}::uuid`.execute(trx)
const source: Plant = async (trx, _desk, { published, draft }) => sql`
  insert into model_source (model_id, source_id, position) select ${idOf(published)}::uuid, (s ->> 'sourceId')::uuid, 90 from model_revision r, jsonb_array_elements(r.document -> 'sources') s where r.model_id = ${idOf(draft)}::uuid and r.revision = ${draft.latest} on conflict do nothing`.execute(trx)
/** Which leak each way of reading is shown to find, and the record that is asked for by its own id. */
export const PLANTS: Record<string, [Plant, keyof Stage]> = {
  node: [projected, 'draft'], nodes: [projected, 'draft'], slug: [projected, 'draft'], models: [projected, 'draft'], totalCount: [projected, 'draft'], filter: [projected, 'draft'], facets: [projected, 'draft'],
  search: [projected, 'draft'], highlights: [projected, 'draft'], spelling: [projected, 'draft'], suggestions: [projected, 'draft'], prefix: [projected, 'draft'], similar: [projected, 'published'], relations: [projected, 'published'],
  parts: [text, 'published'], sources: [source, 'published'], history: [dated, 'published'], asOf: [dated, 'draft'],
  draft: [covered, 'published'], workflowSteps: [covered, 'published'], duplicates: [covered, 'draft'], privacy: [covered, 'draft'], reviewQueue: [covered, 'published'], export: [projected, 'draft'], exportOfDrafts: [covered, 'draft'], candidates: [covered, 'draft'], reportedIssues: [covered, 'archived'], refusals: [covered, 'draft'],
  dueReviews: [both, 'draft'], unsourcedFacts: [both, 'draft'], unresolvedPlaces: [both, 'draft'],
}

class RolledBack extends Error {}
/** What is found once the leak is there; it is gone again afterwards. */
export async function findPlanted(desk: Desk, stage: Stage, [plant, about]: [Plant, keyof Stage]): Promise<Leak[]> {
  let leaks: Leak[] = []
  await desk.db.transaction().execute(async (trx) => {
    await plant(trx, desk, stage)
    // What is written on the way (a refusal that is no refusal) is part of this transaction.
    const inside = new Proxy(trx, { get: (of, key) => (key === 'transaction' ? () => ({ execute: (work: (db: unknown) => unknown) => work(inside) }) : Reflect.get(of, key, of) instanceof Function ? (Reflect.get(of, key, of) as (...args: unknown[]) => unknown).bind(of) : Reflect.get(of, key, of)) }) as typeof trx
    leaks = await findLeaks(desk, stage[about], inside)
    throw new RolledBack()
  }).catch((error: unknown) => { if (!(error instanceof RolledBack)) throw error })
  return leaks
}
