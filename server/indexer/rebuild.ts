/**
 * A new index beside the serving one: made, set up, registered as a second target of the outbox, *then* filled, drained, verified, and
 * cut over by the alias row. Live changes reach both meanwhile; a failure leaves the serving one as it was.
 */
import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Meilisearch } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { readSearchDocuments } from '../search/document.ts'
import { errorCode } from '../search/meilisearch-client.ts'
import { INDEX_SETTINGS, settingsHash, toMeiliDocument } from '../search/meilisearch-index.ts'
import { drain, LEASE_MS } from './apply.ts'
import { putDocuments, waitForTask } from './send.ts'
import { becomeWriter, cutOver, forget, listTargets, registerTarget, resignWriter, retire, retireAbandoned } from './target.ts'

const BATCH = 500

export interface RebuildReport { index: string; documents: number; milliseconds: number }

/** Rebuilds the index of models on a server and lets it serve. */
export async function rebuild(db: Kysely<Database>, client: Meilisearch, server: string, onProgress?: (done: number, total: number) => void): Promise<RebuildReport> {
  const started = performance.now()
  const writer = `rebuild-${randomUUID()}`
  await retireAbandoned(db, server)
  const target = `models__${settingsHash()}__${Date.now().toString(36)}${randomUUID().slice(0, 4)}`
  await waitForTask(client, (await client.createIndex(target, { primaryKey: 'id' })).taskUid)
  try {
    await waitForTask(client, (await client.index(target).updateSettings(INDEX_SETTINGS)).taskUid)
    const { createdAt } = await client.getRawIndex(target)
    await registerTarget(db, { target, settingsHash: settingsHash(), server, indexCreatedAt: String(createdAt), writer, leaseMs: LEASE_MS })
    await backfill(db, client, target, writer, onProgress)
    await drain(db, client, target, writer)
    const documents = await verify(db, client, target)
    await resignWriter(db, target, writer)
    await cutOver(db, target, server)
    await dropRetired(db, client, server)
    return { index: target, documents, milliseconds: Math.round(performance.now() - started) }
  } catch (error) {
    await retire(db, target).catch(() => undefined)
    await client.deleteIndex(target).catch(() => undefined)
    throw error
  }
}

async function backfill(db: Kysely<Database>, client: Meilisearch, target: string, writer: string, onProgress?: (done: number, total: number) => void): Promise<void> {
  const total = await publishedCount(db)
  let done = 0
  let after: string | undefined
  for (;;) {
    const documents = await readSearchDocuments(db, undefined, { limit: BATCH, ...(after === undefined ? {} : { after }) })
    if (documents.length === 0) return
    if (!(await becomeWriter(db, target, writer, LEASE_MS))) throw new Error(`another process took the index ${target} over`)
    await putDocuments(client, target, documents.map(toMeiliDocument))
    after = documents.at(-1)!.id
    done += documents.length
    onProgress?.(done, total)
  }
}

async function publishedCount(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from model m join model_record v on v.id = m.id and v.published_revision = m.revision and v.editorial_state not in ('ARCHIVED', 'MERGED', 'REJECTED')`.execute(db)
  return rows[0]!.n
}

/** @throws Error when the index does not hold as many documents as there are published models, give or take what is being changed */
async function verify(db: Kysely<Database>, client: Meilisearch, target: string): Promise<number> {
  const { numberOfDocuments } = await client.index(target).getStats()
  const published = await publishedCount(db)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from outbox where target = ${target}`.execute(db)
  if (Math.abs(numberOfDocuments - published) > rows[0]!.n) throw new Error(`the new index has ${numberOfDocuments} documents, but ${published} models are published`)
  return numberOfDocuments
}

/** Deletes indexes that no longer serve. One that can't be deleted now is tried again after the next rebuild. */
async function dropRetired(db: Kysely<Database>, client: Meilisearch, server: string): Promise<void> {
  for (const { target, state } of await listTargets(db, server)) {
    if (state !== 'RETIRED') continue
    try {
      await waitForTask(client, (await client.deleteIndex(target)).taskUid)
    } catch (error) {
      if (errorCode(error) !== 'index_not_found' && !/not found/.test(String(error))) continue
    }
    await forget(db, target)
  }
}
