/**
 * The indexer's own look at its index, light enough to be done whenever something may have gone wrong: compares what each document was
 * made from with the hash that Postgres keeps of it. Doctor compares the documents themselves.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { readHeld } from './held.ts'
import type { IndexWriter } from './writer.ts'

/** Ids of records; the database takes no others, but a stranger may have written documents with any. */
export const isRecordId = (id: string): boolean => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)

/** Enqueues every record that the index holds otherwise, or not, or too much; how many there were. What can be no record is deleted at once. */
export async function audit(writer: IndexWriter): Promise<number> {
  const { db, client, target } = writer
  const { rows } = await sql<{ id: string; hash: string }>`select model_id as id, hash from model_search`.execute(db)
  const wanted = new Map(rows.map(({ id, hash }) => [id, hash]))
  const held = await readHeld(client, target)
  const wrong = [...new Set([...wanted.keys(), ...held.keys()])].filter((id) => !held.has(id) || !wanted.has(id) || held.get(id)!.source !== wanted.get(id))
  await enqueueFor(db, target, wrong.filter(isRecordId))
  const strange = wrong.filter((id) => !isRecordId(id))
  if (strange.length > 0) await writer.wait(await writer.delete(strange))
  return wrong.length
}

/** Enqueues records for one index: what waits already stays as it is, and so does what the engine refused, unless it is to be tried again. */
export async function enqueueFor(db: Kysely<Database>, target: string, ids: readonly string[], options: { revives?: boolean } = {}): Promise<void> {
  if (ids.length === 0) return
  await sql`
    insert into outbox (target, kind, record_id) select ${target}, 'model', id from unnest(${[...ids].sort()}::uuid[]) id
    on conflict (target, kind, record_id) do update set version = outbox.version + 1, available_at = now(), leased_until = null, attempts = 0, dead_at = null where ${options.revives === true}::boolean`.execute(db)
}
