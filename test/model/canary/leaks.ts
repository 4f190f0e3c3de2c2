/**
 * Drafts stay invisible: every text that is ever written carries a canary, a word that nothing else has. After each step of a random history
 * everything that can be read is read, by anybody and by an officer of another province, and no canary may be in it but those of revisions
 * that were published of records that stand. What may be seen is reckoned here from what the mutations answered, never from the
 * tables that readers read.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../../server/db/tables.ts'
import { exportRecords } from '../../../server/domain/export/records.ts'
import type { Viewer } from '../../../server/domain/viewer.ts'
import { NotFoundError } from '../../../server/errors.ts'
import { as } from '../../schema/model/editing.ts'
import { CANARY, type Desk, globalId, pick, type Record_, standsFor } from './desk.ts'
import { ANYBODY_ASKS, OFFICER_ASKS } from './readings.ts'

export interface Leak { path: string; who: string; what: string }

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
