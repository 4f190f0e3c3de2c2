/** Writing the audit log: in the transaction of the change, so that there is no change without its entry and no entry without its change. */
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database } from '../../db/tables.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { SignedInViewer } from '../viewer.ts'
import { digestOf, type EntryHeader, hashOf } from './chain.ts'

export interface AuditRecord {
  /** Who did it; null = the program itself. */
  viewer: SignedInViewer | null
  /** What was done, as a constant: `API_KEY_CREATED`. */
  action: string
  /** What it was done to. */
  recordKind: string
  recordId: string
  revision?: number | null
  /** Why, in the words of whoever did it. May be erased. */
  reason?: string | null
  /** Whatever else should be known: plain JSON, no secrets. May be erased. */
  details?: object
}

/** The part of an entry that can be erased. */
export interface AuditPayload { actorName: string | null; reason: string | null; details: object | null }

/**
 * Appends one entry. Call it last in the transaction of the change: from here on, until the commit, every other writer waits.
 * @returns the entry's number
 */
export async function recordAudit(trx: Kysely<Database>, entry: AuditRecord): Promise<number> {
  return (await recordAudits(trx, [entry]))[0]!
}

/** Appends several entries, in their order. @returns their numbers */
export async function recordAudits(trx: Kysely<Database>, entries: readonly AuditRecord[]): Promise<number[]> {
  if (!trx.isTransaction) throw new Error('The audit log is written in the transaction of the change.')
  if (entries.length === 0) return []
  const { rows } = await sql<{ seq: number; hash: string; at: string }>`
    select seq, hash, ${asInstant(sql`clock_timestamp()`)} as at from audit_head for update`.execute(trx)
  let { seq, hash: previousHash } = rows[0]!
  const inserted = entries.map(({ viewer, action, recordKind, recordId, revision, reason, details }) => {
    const content: AuditPayload = { actorName: viewer?.name ?? null, reason: reason ?? null, details: details ?? null }
    const [payload, salt] = [canonicalJson(content), randomBytes(16).toString('hex')]
    const header: EntryHeader = {
      seq: (seq += 1), at: rows[0]!.at, actorId: viewer?.id ?? null, actorRole: viewer?.role ?? null, action, recordKind, recordId, revision: revision ?? null,
      payloadDigest: digestOf(salt, payload), previousHash,
    }
    const hash = hashOf(header)
    previousHash = hash
    return {
      seq, at: header.at, actor_id: header.actorId, actor_role: header.actorRole, action, record_kind: recordKind, record_id: recordId, revision: header.revision,
      payload, payload_salt: salt, payload_digest: header.payloadDigest, previous_hash: header.previousHash, hash,
    }
  })
  // As one JSON: a statement takes 65,535 parameters at most.
  await sql`insert into audit_entry (seq, at, actor_id, actor_role, action, record_kind, record_id, revision, payload, payload_salt, payload_digest, previous_hash, hash)
    select seq, at, actor_id, actor_role, action, record_kind, record_id, revision, payload, payload_salt, payload_digest, previous_hash, hash
    from json_populate_recordset(null::audit_entry, ${JSON.stringify(inserted)}::json) order by seq`.execute(trx)
  return inserted.map((row) => row.seq)
}
