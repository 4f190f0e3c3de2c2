/** One batch of the outbox into one index: claim, read the rows as they are now, send, finish on the server's `succeeded`. */
import type { Kysely } from 'kysely'
import type { Meilisearch } from 'meilisearch'
import type { Database } from '../db/tables.ts'
import { claim, markSent, type Claim } from '../outbox/claim.ts'
import { complete } from '../outbox/complete.ts'
import { fail } from '../outbox/fail.ts'
import { readSearchDocuments } from '../search/document.ts'
import { toMeiliDocument } from '../search/meilisearch-index.ts'
import { becomeWriter } from './target.ts'
import { deleteDocuments, putDocuments, TaskFailedError } from './send.ts'

export const LEASE_MS = 90_000
const BATCH = 200

/** Applies up to one batch; how many rows were taken. A passing failure gives them back and is thrown. */
export async function applyBatch(db: Kysely<Database>, client: Meilisearch, target: string, writer: string): Promise<number> {
  if (!(await becomeWriter(db, target, writer, LEASE_MS))) return 0
  const claims = await claim(db, { target, limit: BATCH, leaseMs: LEASE_MS })
  if (claims.length > 0) await applyClaims(db, client, target, claims)
  return claims.length
}

async function applyClaims(db: Kysely<Database>, client: Meilisearch, target: string, claims: Claim[]): Promise<void> {
  try {
    const ids = claims.map((c) => c.recordId)
    const documents = await readSearchDocuments(db, ids)
    const there = new Set(documents.map((document) => document.id))
    await putDocuments(client, target, documents.map(toMeiliDocument), (uid) => markSent(db, claims, uid))
    // A record that is gone or hidden is deleted, so a replay does no harm.
    await deleteDocuments(client, target, ids.filter((id) => !there.has(id)))
    await complete(db, claims)
  } catch (error) {
    const isFinal = error instanceof TaskFailedError && error.isFinal
    if (isFinal && claims.length > 1) {
      // One bad document fails its whole payload: halve until it stands alone.
      const middle = Math.ceil(claims.length / 2)
      await applyClaims(db, client, target, claims.slice(0, middle))
      await applyClaims(db, client, target, claims.slice(middle))
      return
    }
    await fail(db, claims, { error: error instanceof Error ? error.message : String(error), isFinal })
    if (!isFinal) throw error
  }
}

/** Applies until nothing is due. */
export async function drain(db: Kysely<Database>, client: Meilisearch, target: string, writer: string): Promise<number> {
  let total = 0
  for (;;) {
    const applied = await applyBatch(db, client, target, writer)
    if (applied === 0) return total
    total += applied
  }
}
