/**
 * A new index beside the serving one: registered as a second target of the outbox, made, set up, *then* filled, drained, verified, and
 * cut over by the alias row. Live changes reach both meanwhile; a failure leaves the serving one as it was.
 */
import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Meilisearch } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { readSearchDocuments } from '../search/document.ts'
import { errorCode } from '../search/meilisearch-client.ts'
import { INDEX_SETTINGS, settingsHash, type MeiliDocument } from '../search/meilisearch-index.ts'
import { convert, drain } from './apply.ts'
import { enqueueFor } from './audit.ts'
import { readHeld } from './held.ts'
import { failureOf, TaskFailedError, waitForTask } from './send.ts'
import { cutOver, dropOutbox, listTargets, noteCreated, registerTarget, retire } from './target.ts'
import { IndexWriter, LEASE_MS } from './writer.ts'

const BATCH = 500
/** Payloads under way at once: Meilisearch indexes those that wait together. */
const IN_FLIGHT = 4

export interface RebuildReport { index: string; documents: number; milliseconds: number }
export interface RebuildOptions {
  onProgress?: ((done: number, total: number) => void) | undefined
  /** Called between two batches: whoever also keeps the serving index does it here, so that changes reach both. */
  onBatch?: (() => Promise<unknown>) | undefined
  signal?: AbortSignal | undefined
}

/**
 * Rebuilds the index of models on a server and lets it serve.
 * @throws RebuildRunningError when another process is at it
 */
export async function rebuild(db: Kysely<Database>, client: Meilisearch, server: string, options: RebuildOptions = {}): Promise<RebuildReport> {
  const started = performance.now()
  const name = `rebuild-${randomUUID()}`
  await retireAbandoned(db, server)
  const target = `models__${settingsHash()}__${Date.now().toString(36)}${randomUUID().slice(0, 4)}`
  await registerTarget(db, { target, settingsHash: settingsHash(), server, writer: name, leaseMs: LEASE_MS })
  const writer = new IndexWriter({ db, client, target, writer: name, signal: options.signal })
  try {
    const createdAt = await make(writer)
    await noteCreated(db, target, createdAt)
    const wanted = await fill(writer, options)
    writer.onApplied = (put, deleted) => {
      for (const { id, hash } of put) wanted.set(id, hash)
      for (const id of deleted) wanted.delete(id)
    }
    await drain(writer, createdAt)
    await verify(writer, wanted)
    await writer.hold()
    if (!(await cutOver(db, target, server, name))) throw new Error(`another process took the index ${target} over`)
    await writer.resign()
    return { index: target, documents: wanted.size, milliseconds: Math.round(performance.now() - started) }
  } catch (error) {
    await retire(db, target).catch(() => undefined)
    await drop(db, client, target).catch(() => undefined)
    throw error
  }
}

/** Makes the index and sets it up; when its server says that it was made. */
async function make(writer: IndexWriter): Promise<string> {
  const { client, target } = writer
  await writer.wait((await client.createIndex(target, { primaryKey: 'id' })).taskUid)
  await writer.wait((await client.index(target).updateSettings(INDEX_SETTINGS)).taskUid)
  return String((await client.getRawIndex(target)).createdAt)
}

/** Sends every published model; the hash of each by id. What is refused goes to the outbox, which knows how to tell the bad document from the good. */
async function fill(writer: IndexWriter, { onProgress, onBatch }: RebuildOptions): Promise<Map<string, string>> {
  const { db, target } = writer
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from model`.execute(db)
  const hashes = new Map<string, string>()
  const underWay: { task: number; documents: MeiliDocument[] }[] = []
  const finish = async ({ task, documents }: (typeof underWay)[number]): Promise<void> => {
    try {
      await writer.wait(task)
      for (const { id, hash } of documents) hashes.set(id, hash)
    } catch (error) {
      if (failureOf(error) === 'PASSING') throw error
      await enqueueFor(db, target, documents.map(({ id }) => id))
    }
  }
  let done = 0
  for (let after: string | undefined; ;) {
    const read = await readSearchDocuments(db, undefined, { limit: BATCH, ...(after === undefined ? {} : { after }) })
    const { documents, broken } = convert(read)
    await enqueueFor(db, target, [...broken.keys()])
    if (documents.length > 0) underWay.push({ task: await writer.put(documents), documents })
    while (underWay.length > (read.length > 0 ? IN_FLIGHT : 0)) await finish(underWay.shift()!)
    if (read.length === 0) return hashes
    after = read.at(-1)!.id
    done += read.length
    onProgress?.(done, Math.max(rows[0]!.n, done))
    await onBatch?.()
  }
}

/** @throws Error when the index does not hold what was sent, although every task succeeded */
async function verify({ client, target }: IndexWriter, wanted: ReadonlyMap<string, string>): Promise<void> {
  const held = await readHeld(client, target)
  const wrong = [...wanted].filter(([id, hash]) => held.get(id)?.hash !== hash).length + [...held.keys()].filter((id) => !wanted.has(id)).length
  if (wrong > 0) throw new Error(`the new index has ${held.size} documents, ${wrong} of them not as they were sent, though its tasks succeeded`)
}

/** Indexes whose filling was abandoned (its process died): they stop hearing of changes. */
async function retireAbandoned(db: Kysely<Database>, server: string): Promise<void> {
  for (const { target, state, isHeld } of await listTargets(db, server)) if (state === 'FILLING' && !isHeld) await retire(db, target)
}

/**
 * Deletes indexes that no longer serve. Their rows stay, so that one that comes back with restored data is known as ours and goes again;
 * one that can't be deleted now is tried again at the next call.
 */
export async function dropRetired(db: Kysely<Database>, client: Meilisearch, server: string): Promise<void> {
  const retired = (await listTargets(db, server)).filter(({ isDroppable }) => isDroppable)
  if (retired.length === 0) return
  const there = new Set((await client.getRawIndexes({ limit: 1000 })).results.map(({ uid }) => uid))
  for (const { target } of retired) if (there.has(target)) await drop(db, client, target).catch(() => undefined)
}

async function drop(db: Kysely<Database>, client: Meilisearch, target: string): Promise<void> {
  try {
    await waitForTask(client, (await client.deleteIndex(target)).taskUid)
  } catch (error) {
    if ((error instanceof TaskFailedError ? error.code : errorCode(error)) !== 'index_not_found') throw error
  }
  await dropOutbox(db, target)
}
