/** Compares what search holds with what the database says, both ways, and tells; `fix` only enqueues (or refreshes Postgres' own rows). */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { readSearchDocuments, type SearchDocument } from '../search/document.ts'
import { adminClient, errorCode, identify, serverKey, type MeiliConfig } from '../search/meilisearch-client.ts'
import { driftOf, settingsHash, toMeiliDocument } from '../search/meilisearch-index.ts'
import type { EmbeddingsConfig } from '../search/meaning/client.ts'
import { searchRowHash } from '../search/postgres-index.ts'
import { isRecordId } from './audit.ts'
import { fix } from './fix.ts'
import { readHeld } from './held.ts'
import { listTargets } from './target.ts'
import { examineVectors, fixVectors, type VectorsReport } from './vectors-report.ts'

/** `waiting`: how many records differ, but are in the outbox; they are no difference yet. */
export interface IndexComparison { documents: number; missing: string[]; stale: string[]; extra: string[]; waiting: number }
export interface MeilisearchReport extends IndexComparison { server: string; index: string | null; problem: string | null; settingsDrift: string[]; failedTasks: number }
export interface OutboxReport { waiting: number; oldestSeconds: number | null; dead: { id: string; error: string | null }[] }
export interface DoctorReport {
  isHealthy: boolean
  published: number
  postgres: IndexComparison & { vocabularyDifferences: number }
  meilisearch: MeilisearchReport | null
  /** Of the index that serves. */
  outbox: OutboxReport
  /** Other Meilisearch servers that still have an index here; nobody looks at them from this process. */
  otherServers: { server: string; waiting: number; oldestSeconds: number | null }[]
  vectors: VectorsReport
  fixed: string[]
}

const PAGE = 1000
const LOOKS = 3
/** What an outbox that is kept up never reaches. */
export const LATE_AFTER_S = 60

/** Examines both engines. */
export async function examine(db: Kysely<Database>, options: { meili?: MeiliConfig | undefined; embeddings?: EmbeddingsConfig | undefined; fix?: boolean } = {}): Promise<DoctorReport> {
  const before = await look(db, options)
  if (options.fix !== true) return before
  // What Postgres' own rows lack is written at once; what Meilisearch lacks is enqueued for the indexer.
  const fixed = [...(await fix(db, before)), ...(await fixVectors(db, before.vectors))]
  return { ...(fixed.length === 0 ? before : await look(db, options)), fixed }
}

async function look(db: Kysely<Database>, { meili, embeddings }: { meili?: MeiliConfig | undefined; embeddings?: EmbeddingsConfig | undefined }): Promise<DoctorReport> {
  const rows = new Map<string, string>()
  const documents = new Map<string, string>()
  const note = (document: SearchDocument) => {
    rows.set(document.id, searchRowHash(document))
    if (meili) documents.set(document.id, toMeiliDocument(document).hash)
  }
  for (let after: string | undefined; ;) {
    const page = await readSearchDocuments(db, undefined, { limit: PAGE, ...(after === undefined ? {} : { after }) })
    page.forEach(note)
    if (page.length < PAGE) break
    after = page.at(-1)!.id
  }
  const refresh = async (ids: string[]) => {
    for (const id of ids) for (const map of [rows, documents]) map.delete(id)
    ;(await readSearchDocuments(db, ids.filter(isRecordId))).forEach(note)
  }
  const postgres = await lookAtPostgres(db, rows, refresh)
  const meilisearch = meili ? await lookAtMeilisearch(db, meili, documents, refresh) : null
  const outbox = await lookAtOutbox(db, meilisearch?.index ?? null)
  const otherServers = await lookAtOthers(db, meilisearch?.server ?? null)
  const differences = (c: IndexComparison) => c.missing.length + c.stale.length + c.extra.length
  const isHealthy = differences(postgres) + postgres.vocabularyDifferences === 0 && outbox.dead.length === 0 && (outbox.oldestSeconds ?? 0) < LATE_AFTER_S
    && (meilisearch === null || (differences(meilisearch) === 0 && meilisearch.problem === null && meilisearch.settingsDrift.length === 0))
  return { isHealthy, published: rows.size, postgres, meilisearch, outbox, otherServers, vectors: await examineVectors(db, embeddings), fixed: [] }
}

function compare(wanted: ReadonlyMap<string, string>, held: ReadonlyMap<string, string>): Omit<IndexComparison, 'waiting'> {
  return {
    documents: held.size,
    missing: [...wanted.keys()].filter((id) => !held.has(id)),
    stale: [...wanted].filter(([id, hash]) => held.has(id) && held.get(id) !== hash).map(([id]) => id),
    extra: [...held.keys()].filter((id) => !wanted.has(id)),
  }
}

/** Looks again at what differs: the catalogue goes on being changed while it is read. */
async function compareAgain(wanted: Map<string, string>, held: Map<string, string>, again: (ids: string[]) => Promise<Set<string>>): Promise<IndexComparison> {
  let { missing, stale, extra } = compare(wanted, held)
  let excused = new Set<string>()
  for (let round = 0; round < LOOKS && missing.length + stale.length + extra.length > 0; round += 1) {
    const suspects = [...missing, ...stale, ...extra, ...excused]
    const suspected = new Set(suspects)
    excused = await again(suspects)
    const found = compare(wanted, held)
    const left = (ids: string[]) => ids.filter((id) => suspected.has(id) && !excused.has(id))
    ;[missing, stale, extra] = [left(found.missing), left(found.stale), left(found.extra)]
  }
  return { documents: held.size, missing, stale, extra, waiting: excused.size }
}

async function lookAtPostgres(db: Kysely<Database>, wanted: Map<string, string>, refresh: (ids: string[]) => Promise<void>): Promise<DoctorReport['postgres']> {
  const read = async (ids?: string[]) => (await sql<{ id: string; hash: string }>`select model_id as id, hash from model_search ${ids === undefined ? sql`` : sql`where model_id = any(${ids}::uuid[])`}`.execute(db)).rows
  const held = new Map((await read()).map(({ id, hash }) => [id, hash]))
  const comparison = await compareAgain(wanted, held, async (ids) => {
    await refresh(ids)
    for (const id of ids) held.delete(id)
    for (const { id, hash } of await read(ids)) held.set(id, hash)
    return new Set()
  })
  const words = await sql<{ n: number }>`
    select count(*)::int as n from (select word, count(*)::int as n from model_search, unnest(tsvector_to_array(folded)) word group by 1) held
      full join search_vocabulary v using (word) where v.model_count is distinct from held.n`.execute(db)
  return { ...comparison, vocabularyDifferences: words.rows[0]!.n }
}

async function lookAtMeilisearch(db: Kysely<Database>, config: MeiliConfig, wanted: Map<string, string>, refresh: (ids: string[]) => Promise<void>): Promise<MeilisearchReport> {
  const server = serverKey(config.url)
  const nothing = { documents: 0, missing: [...wanted.keys()], stale: [], extra: [], waiting: 0, server, index: null, settingsDrift: [], failedTasks: 0 }
  const identity = await identify(config)
  if (!identity.isUsable) return { ...nothing, problem: identity.reason }
  const client = adminClient(config)
  const serving = (await listTargets(db, server)).find(({ state }) => state === 'SERVING')
  if (serving === undefined) return { ...nothing, problem: 'no index serves yet; the server or `npm run worker` makes one, or run `npm run reindex`' }
  const { target } = serving
  if (serving.settingsHash !== settingsHash()) return { ...nothing, index: target, problem: `${target} was made by another version of this program; run \`npm run reindex\`` }
  const hashes = async (ids?: string[]) => [...(await readHeld(client, target, ids)).values()].map(({ id, hash }) => [id, hash] as const)
  try {
    const held = new Map(await hashes())
    const comparison = await compareAgain(wanted, held, async (ids) => {
      const { rows } = await sql<{ id: string }>`select record_id as id from outbox where target = ${target} and record_id = any(${ids.filter(isRecordId)}::uuid[]) and dead_at is null`.execute(db)
      await refresh(ids)
      for (const id of ids) held.delete(id)
      for (const [id, hash] of await hashes(ids)) held.set(id, hash)
      return new Set(rows.map(({ id }) => id))
    })
    const settings = (await client.index(target).getSettings()) as Record<string, unknown>
    const failed = await client.tasks.getTasks({ statuses: ['failed'], indexUids: [target], limit: 1 })
    return { ...comparison, server, index: target, problem: null, settingsDrift: driftOf(settings), failedTasks: failed.total }
  } catch (error) {
    return { ...nothing, index: target, problem: errorCode(error) === 'index_not_found' ? `the server has lost ${target}; run \`npm run reindex\`` : error instanceof Error ? error.message : String(error) }
  }
}

async function lookAtOutbox(db: Kysely<Database>, target: string | null): Promise<OutboxReport> {
  const { rows } = await sql<OutboxReport>`
    select count(*) filter (where dead_at is null)::int as waiting, extract(epoch from now() - min(enqueued_at) filter (where dead_at is null))::int as "oldestSeconds",
      coalesce(jsonb_agg(jsonb_build_object('id', record_id, 'error', last_error)) filter (where dead_at is not null), '[]') as dead from outbox where target = ${target}`.execute(db)
  return rows[0]!
}

async function lookAtOthers(db: Kysely<Database>, server: string | null): Promise<DoctorReport['otherServers']> {
  const { rows } = await sql<DoctorReport['otherServers'][number]>`
    select i.server_key as server, count(o.id)::int as waiting, extract(epoch from now() - min(o.enqueued_at))::int as "oldestSeconds"
    from search_index i left join outbox o on o.target = i.target and o.dead_at is null where i.state <> 'RETIRED' and i.server_key is distinct from ${server} group by 1 order by 1`.execute(db)
  return rows
}
