/** The desk at which random histories are played: its records, and what of each revision may be read, reckoned from what mutations answered. */
import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../../server/db/tables.ts'
import { randomOf } from '../../indexer/interleaving.ts'
import { as } from '../../schema/model/editing.ts'
import { furnish, type SmallWorld } from '../small-world.ts'

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

export const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64')
export const localId = (id: string): string => Buffer.from(id, 'base64').toString().split(':')[1]!
/** Letters only, so that search takes it for one word; no two alike, so that none is a misspelling of another. */
const canaryOf = (n: number): string => `canary${[...createHash('sha256').update(String(n)).digest().subarray(0, 12)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')}x`
export const CANARY = /canary[a-z]{12}x/gi
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
export async function take(desk: Desk, record: Record_, { revision, editorialState }: { revision: number; editorialState: string }, reason: string | null): Promise<void> {
  Object.assign(record, { latest: revision, state: editorialState })
  await keep(desk, record, revision, reason)
  if (editorialState === 'PUBLISHED') {
    record.published.add(revision)
    record.shown = revision
  } else if (['ARCHIVED', 'MERGED', 'REJECTED'].includes(editorialState)) record.shown = null
}

/** The same, for a step that was taken elsewhere. */
export const keepUp = (desk: Desk, record: Record_, told: { revision: number; editorialState: string }): Promise<void> => take(desk, record, told, null)

/** The record that answers for it. */
export function standsFor(desk: Desk, record: Record_): Record_ | undefined {
  if (record.state !== 'MERGED') return record
  const made = desk.merges.findLast(({ source }) => source === record)
  return made && standsFor(desk, made.target)
}
