/** One batch of the outbox into one index: claim, read the rows as they are now, send, finish on the server's `succeeded`. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { claim, markSent, type Claim } from '../outbox/claim.ts'
import { complete } from '../outbox/complete.ts'
import { fail } from '../outbox/fail.ts'
import { release } from '../outbox/release.ts'
import { readSearchDocuments, type SearchDocument } from '../search/document.ts'
import { toMeiliDocument, type MeiliDocument } from '../search/meilisearch-index.ts'
import { failureOf } from './send.ts'
import { LEASE_MS, type IndexWriter } from './writer.ts'

const BATCH = 200
/** A server that stumbles this often over a batch may stumble over one document of it: then each is sent alone. */
const ISOLATE_AFTER = 3
/** A document that the server still stumbles over, sent alone this often, is a dead letter. */
const GIVE_UP_AFTER = 12

/** Applies up to one batch; how many rows were taken. A passing failure gives them back and is thrown. */
export async function applyBatch(writer: IndexWriter, createdAt: string | null): Promise<number> {
  const { db, target } = writer
  // Most looks find nothing, so this one writes nothing.
  if (!(await hasDue(db, target)) || !(await writer.tryHold())) return 0
  await writer.checkIndex(createdAt)
  const claims = await claim(db, { target, limit: BATCH, leaseMs: LEASE_MS })
  if (claims.length > 0) await applyClaims(writer, claims)
  return claims.length
}

async function hasDue(db: Kysely<Database>, target: string): Promise<boolean> {
  const { rows } = await sql`select from outbox where target = ${target} and dead_at is null and available_at <= now() and (leased_until is null or leased_until < now()) limit 1`.execute(db)
  return rows.length > 0
}

async function applyClaims(writer: IndexWriter, claims: Claim[]): Promise<void> {
  const { db } = writer
  try {
    const ids = claims.map((c) => c.recordId)
    const { documents, broken } = convert(await readSearchDocuments(db, ids))
    const there = new Set(documents.map((document) => document.id))
    // A record that is gone or hidden is deleted, so a replay does no harm.
    const gone = ids.filter((id) => !there.has(id) && !broken.has(id))
    // Both go out before either is waited for: what is sent must not be older than what was read just now.
    const tasks: number[] = []
    for (const [count, put] of [[documents.length, () => writer.put(documents)], [gone.length, () => writer.delete(gone)]] as const) if (count > 0) tasks.push(await put())
    if (tasks.length > 0) await markSent(db, claims, tasks.at(-1)!)
    for (const task of tasks) await writer.wait(task)
    writer.onApplied?.(documents, gone)
    await complete(db, claims.filter((c) => !broken.has(c.recordId)))
    for (const c of claims) if (broken.has(c.recordId)) await fail(db, [c], { error: broken.get(c.recordId)!, isFinal: true })
  } catch (error) {
    await settle(writer, claims, error)
  }
}

/** Documents of records; one that none can be made of must not hold up the others. */
export function convert(read: SearchDocument[]): { documents: MeiliDocument[]; broken: Map<string, string> } {
  const documents: MeiliDocument[] = []
  const broken = new Map<string, string>()
  for (const document of read) {
    try {
      documents.push(toMeiliDocument(document))
    } catch (error) {
      broken.set(document.id, `no document can be made of it: ${messageOf(error)}`)
    }
  }
  return { documents, broken }
}

async function settle(writer: IndexWriter, claims: Claim[], error: unknown): Promise<void> {
  const failure = failureOf(error)
  if (failure === 'PASSING') {
    await release(writer.db, claims, messageOf(error)).catch(() => undefined)
    throw error
  }
  const attempts = Math.min(...claims.map((c) => c.attempts))
  if (claims.length > 1 && (failure === 'DOCUMENT' || attempts >= ISOLATE_AFTER)) {
    // One bad document fails its whole payload: halve until it stands alone.
    const middle = Math.ceil(claims.length / 2)
    await applyClaims(writer, claims.slice(0, middle))
    await applyClaims(writer, claims.slice(middle))
    return
  }
  await fail(writer.db, claims, { error: messageOf(error), isFinal: failure === 'DOCUMENT' || (claims.length === 1 && attempts >= GIVE_UP_AFTER) })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Applies until nothing is due. */
export async function drain(writer: IndexWriter, createdAt: string | null): Promise<number> {
  let total = 0
  for (;;) {
    const applied = await applyBatch(writer, createdAt)
    if (applied === 0) return total
    total += applied
  }
}
