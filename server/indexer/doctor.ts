/** Compares what search holds with what the database says, both ways, and tells; `fix` only enqueues (or refreshes Postgres' own rows). */
import { sql, type Kysely } from 'kysely'
import type { Meilisearch } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { readSearchDocuments } from '../search/document.ts'
import { adminClient, errorCode, identify, serverKey, type MeiliConfig } from '../search/meilisearch-client.ts'
import { INDEX_SETTINGS, toMeiliDocument } from '../search/meilisearch-index.ts'
import { refreshSearchDocuments, searchRowHash } from '../search/postgres-index.ts'
import { listTargets } from './target.ts'

export interface IndexComparison { documents: number; missing: string[]; stale: string[]; extra: string[] }
export interface DoctorReport {
  isHealthy: boolean
  published: number
  postgres: IndexComparison & { vocabularyDifferences: number }
  meilisearch: null | (IndexComparison & { server: string; index: string | null; problem: string | null; settingsDrift: string[]; failedTasks: number })
  outbox: { waiting: number; dead: number; oldestSeconds: number | null }
  fixed: string[]
}

const PAGE = 1000

/** Examines both engines. */
export async function examine(db: Kysely<Database>, options: { meili?: MeiliConfig | undefined; fix?: boolean } = {}): Promise<DoctorReport> {
  const rowHashes = new Map<string, string>()
  const documentHashes = new Map<string, string>()
  for (let after: string | undefined; ;) {
    const documents = await readSearchDocuments(db, undefined, { limit: PAGE, ...(after === undefined ? {} : { after }) })
    for (const document of documents) {
      rowHashes.set(document.id, searchRowHash(document))
      if (options.meili) documentHashes.set(document.id, toMeiliDocument(document).hash)
    }
    if (documents.length < PAGE) break
    after = documents.at(-1)!.id
  }
  const postgres = await examinePostgres(db, rowHashes)
  const meilisearch = options.meili ? await examineMeilisearch(db, options.meili, documentHashes) : null
  const outbox = await examineOutbox(db)
  const fixed = options.fix ? await fix(db, postgres, meilisearch) : []
  const differences = (c: IndexComparison | null) => (c === null ? 0 : c.missing.length + c.stale.length + c.extra.length)
  const isHealthy = differences(postgres) + postgres.vocabularyDifferences + differences(meilisearch) + outbox.dead === 0 && (meilisearch === null || (meilisearch.problem === null && meilisearch.settingsDrift.length === 0))
  return { isHealthy, published: rowHashes.size, postgres, meilisearch, outbox, fixed }
}

function compare(wanted: ReadonlyMap<string, string>, held: ReadonlyMap<string, string>): IndexComparison {
  return {
    documents: held.size,
    missing: [...wanted.keys()].filter((id) => !held.has(id)),
    stale: [...wanted].filter(([id, hash]) => held.has(id) && held.get(id) !== hash).map(([id]) => id),
    extra: [...held.keys()].filter((id) => !wanted.has(id)),
  }
}

async function examinePostgres(db: Kysely<Database>, wanted: ReadonlyMap<string, string>): Promise<DoctorReport['postgres']> {
  const { rows } = await sql<{ id: string; hash: string }>`select model_id as id, hash from model_search`.execute(db)
  const words = await sql<{ n: number }>`
    select count(*)::int as n from (select word, count(*)::int as n from model_search, unnest(tsvector_to_array(folded)) word group by 1) held
      full join search_vocabulary v using (word) where v.model_count is distinct from held.n`.execute(db)
  return { ...compare(wanted, new Map(rows.map((row) => [row.id, row.hash]))), vocabularyDifferences: words.rows[0]!.n }
}

async function examineMeilisearch(db: Kysely<Database>, config: MeiliConfig, wanted: ReadonlyMap<string, string>): Promise<NonNullable<DoctorReport['meilisearch']>> {
  const server = serverKey(config.url)
  const nothing = { documents: 0, missing: [...wanted.keys()], stale: [], extra: [], server, index: null, settingsDrift: [], failedTasks: 0 }
  const identity = await identify(config)
  if (!identity.isUsable) return { ...nothing, problem: identity.reason }
  const client = adminClient(config)
  const target = (await listTargets(db, server)).find(({ state }) => state === 'SERVING')?.target
  if (target === undefined) return { ...nothing, problem: 'no index serves yet; run `npm run reindex`' }
  try {
    const held = await readHashes(client, target)
    const settings = (await client.index(target).getSettings()) as Record<string, unknown>
    const failed = await client.tasks.getTasks({ statuses: ['failed'], indexUids: [target], limit: 1 })
    return { ...compare(wanted, held), server, index: target, problem: null, settingsDrift: driftOf(settings), failedTasks: failed.total }
  } catch (error) {
    return { ...nothing, index: target, problem: errorCode(error) === 'index_not_found' ? `the server has lost ${target}; run \`npm run reindex\`` : error instanceof Error ? error.message : String(error) }
  }
}

async function readHashes(client: Meilisearch, target: string): Promise<Map<string, string>> {
  const held = new Map<string, string>()
  for (let offset = 0; ; offset += PAGE) {
    const { results } = await client.index(target).getDocuments<{ id: string; hash: string }>({ fields: ['id', 'hash'], limit: PAGE, offset })
    for (const { id, hash } of results) held.set(id, hash)
    if (results.length < PAGE) return held
  }
}

/** Names of settings that differ from ours, in the parts that we set. */
export function driftOf(settings: Record<string, unknown>): string[] {
  const contains = (have: unknown, want: unknown): boolean =>
    typeof want === 'object' && want !== null && !Array.isArray(want)
      ? typeof have === 'object' && have !== null && Object.entries(want).every(([key, value]) => contains((have as Record<string, unknown>)[key], value))
      : JSON.stringify(sorted(have)) === JSON.stringify(sorted(want))
  return Object.entries(INDEX_SETTINGS).filter(([name, want]) => {
    const isOrdered = name === 'rankingRules' || name === 'searchableAttributes'
    return isOrdered ? JSON.stringify(settings[name]) !== JSON.stringify(want) : !contains(settings[name], want)
  }).map(([name]) => name)
}
const sorted = (value: unknown): unknown => (Array.isArray(value) ? [...value].map(String).sort() : value)

async function examineOutbox(db: Kysely<Database>): Promise<DoctorReport['outbox']> {
  const { rows } = await sql<DoctorReport['outbox']>`
    select count(*) filter (where dead_at is null)::int as waiting, count(dead_at)::int as dead, extract(epoch from now() - min(enqueued_at) filter (where dead_at is null))::int as "oldestSeconds" from outbox`.execute(db)
  return rows[0]!
}

async function fix(db: Kysely<Database>, postgres: DoctorReport['postgres'], meilisearch: DoctorReport['meilisearch']): Promise<string[]> {
  const done: string[] = []
  const own = [...postgres.missing, ...postgres.stale, ...postgres.extra]
  if (own.length > 0) {
    await db.transaction().execute((trx) => refreshSearchDocuments(trx, own))
    done.push(`${own.length} rows of Postgres' own index written again`)
  }
  if (postgres.vocabularyDifferences > 0) {
    await rebuildVocabulary(db)
    done.push('the vocabulary counted again')
  }
  const theirs = meilisearch === null || meilisearch.index === null || meilisearch.problem !== null ? [] : [...meilisearch.missing, ...meilisearch.stale, ...meilisearch.extra]
  if (theirs.length > 0) {
    await sql`insert into outbox (target, kind, record_id) select ${meilisearch!.index}, 'model', id from unnest(${theirs}::uuid[]) id
      on conflict (target, kind, record_id) do update set version = outbox.version + 1, available_at = now(), attempts = 0, dead_at = null`.execute(db)
    done.push(`${theirs.length} documents enqueued for ${meilisearch!.index}`)
  }
  return done
}

/** Counts the vocabulary again from the vectors. */
export async function rebuildVocabulary(db: Kysely<Database>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`lock table search_vocabulary in share row exclusive mode`.execute(trx)
    await sql`delete from search_vocabulary`.execute(trx)
    await sql`insert into search_vocabulary select word, count(*)::int from model_search, unnest(tsvector_to_array(folded)) word group by 1`.execute(trx)
    await sql`update search_state set version = version + 1`.execute(trx)
  })
}
