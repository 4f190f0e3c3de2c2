/** The rows of vectors: which are due, and each written by itself, so that no lock is held on two records at once. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { SearchCandidate } from '../search/engine.ts'
import { textHash, textOfModel } from '../search/meaning/text.ts'
import { toBytes } from '../search/meaning/vectors.ts'

/** `isRetry`: the same text was refused before, and its pause is over. */
export interface DueText { id: string; seq: number; text: string; hash: string; keptHash: string | null; isRetry: boolean }

const PAGE = 256
/** A text that is refused is tried again after a minute, then four times as long, at last daily. */
const MAX_RETRY_S = 86_400

/** Published models without a vector of their present text, the notable ones first. Search rows hold what is published and nothing else. */
export async function readDue(db: Kysely<Database>, space: string): Promise<DueText[]> {
  const { rows } = await sql<{ id: string; seq: number; name: string; aliases: string[]; body: NonNullable<SearchCandidate['texts']>; keptHash: string | null; isRetry: boolean }>`
    select s.model_id as id, s.seq, s.name, s.aliases, s.body, e.text_hash as "keptHash", coalesce(e.retry_at <= now(), false) as "isRetry"
    from model_search s left join model_embedding e on e.model_id = s.model_id and e.embedding_model = ${space}
    where e.model_id is null or e.source_seq <> s.seq or e.retry_at <= now()
    order by s.prior desc, s.model_id limit ${PAGE}`.execute(db)
  return rows.map(({ id, seq, keptHash, isRetry, ...row }) => {
    const text = textOfModel(row)
    return { id, seq: Number(seq), text, hash: textHash(text), keptHash, isRetry }
  })
}

/** Numbers in the vectors that are kept; all of one model have as many. */
export async function knownDimensions(db: Kysely<Database>, space: string): Promise<number | undefined> {
  const { rows } = await sql<{ dimensions: number }>`select dimensions from model_embedding where embedding_model = ${space} and vector is not null limit 1`.execute(db)
  return rows[0]?.dimensions
}

/** The record was written again, its text is the same: the vector stays. */
export async function writeSame(db: Kysely<Database>, space: string, texts: readonly DueText[]): Promise<void> {
  if (texts.length === 0) return
  await sql`update model_embedding e set source_seq = t.seq from unnest(${texts.map(({ id }) => id)}::uuid[], ${texts.map(({ seq }) => seq)}::bigint[]) as t (id, seq)
    where e.model_id = t.id and e.embedding_model = ${space}`.execute(db)
}

/** One that is not published any more gets none. */
export async function writeVector(db: Kysely<Database>, space: string, { id, seq, hash }: DueText, vector: Float32Array): Promise<void> {
  await sql`
    insert into model_embedding (model_id, embedding_model, source_seq, text_hash, vector, dimensions)
    select s.model_id, ${space}, ${seq}::bigint, ${hash}, decode(${toBytes(vector)}, 'base64'), ${vector.length}::int from model_search s where s.model_id = ${id}::uuid for key share
    on conflict (model_id, embedding_model) do update set source_seq = excluded.source_seq, text_hash = excluded.text_hash, vector = excluded.vector, dimensions = excluded.dimensions,
      asked_at = now(), seq = excluded.seq, error = null, attempts = 0, retry_at = null`.execute(db)
}

/** What its text meant before is no longer true. */
export async function writeRefused(db: Kysely<Database>, space: string, { id, seq, hash }: DueText, error: string): Promise<void> {
  await sql`
    insert into model_embedding as e (model_id, embedding_model, source_seq, text_hash, error, attempts, retry_at)
    select s.model_id, ${space}, ${seq}::bigint, ${hash}, left(${error}, 1000), 1, now() + interval '1 minute' from model_search s where s.model_id = ${id}::uuid for key share
    on conflict (model_id, embedding_model) do update set source_seq = excluded.source_seq, text_hash = excluded.text_hash, vector = null, dimensions = null, asked_at = now(), seq = excluded.seq, error = excluded.error,
      attempts = case when e.text_hash = excluded.text_hash then e.attempts + 1 else 1 end,
      retry_at = now() + least(${MAX_RETRY_S}, 60 * 4 ^ case when e.text_hash = excluded.text_hash then least(e.attempts, 10) else 0 end) * interval '1 second'`.execute(db)
}

/** One process asks for the vectors of one embedding model at a time; true when it is this one, for `leaseMs` more. */
export async function becomeAsker(db: Kysely<Database>, space: string, holder: string, leaseMs: number): Promise<boolean> {
  const { rows } = await sql`
    insert into embedding_lease as l (embedding_model, holder, held_until) values (${space}, ${holder}, now() + ${leaseMs}::int * interval '1 millisecond')
    on conflict (embedding_model) do update set holder = excluded.holder, held_until = excluded.held_until where l.holder = excluded.holder or l.held_until < now() returning holder`.execute(db)
  return rows.length === 1
}

/** Lets another process follow at once. */
export async function resignAsker(db: Kysely<Database>, space: string, holder: string): Promise<void> {
  await sql`delete from embedding_lease where embedding_model = ${space} and holder = ${holder}`.execute(db)
}
