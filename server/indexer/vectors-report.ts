/** What doctor says of vectors. Search never needs them, so what is missing makes nothing unhealthy. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { vectorSpace, type EmbeddingsConfig } from '../search/meaning/client.ts'

/** `waiting`: published models whose present text was not compared with a vector yet. `others`: vectors of embedding models that are not configured. */
export interface VectorsReport { model: string | null; vectors: number; waiting: number; refused: { id: string; error: string | null }[]; others: { model: string; vectors: number }[] }

export async function examineVectors(db: Kysely<Database>, config: EmbeddingsConfig | undefined): Promise<VectorsReport> {
  const model = config === undefined ? null : vectorSpace(config)
  const { rows: [found] } = await sql<Omit<VectorsReport, 'model'>>`
    select (select count(*)::int from model_embedding where embedding_model = ${model} and vector is not null) as vectors,
      (select count(*)::int from model_search s left join model_embedding e on e.model_id = s.model_id and e.embedding_model = ${model} where ${model}::text is not null and (e.model_id is null or e.source_seq <> s.seq)) as waiting,
      coalesce((select json_agg(json_build_object('id', model_id, 'error', error) order by model_id) from model_embedding where embedding_model = ${model} and vector is null), '[]') as refused,
      coalesce((select json_agg(json_build_object('model', embedding_model, 'vectors', n) order by embedding_model) from (
        select embedding_model, count(*)::int as n from model_embedding where embedding_model is distinct from ${model} group by 1) o), '[]') as others`.execute(db)
  return { model, ...found! }
}

/** Drops what other embedding models told, which costs money to ask again and so is never dropped by itself, and lets refused texts be tried at once; in words. */
export async function fixVectors(db: Kysely<Database>, { model, refused, others }: VectorsReport): Promise<string[]> {
  const done: string[] = []
  // Where none is configured nobody knows which are wanted.
  if (model !== null && others.length > 0) {
    await sql`delete from model_embedding where embedding_model <> ${model}`.execute(db)
    done.push(`vectors of ${others.map((other) => other.model).join(', ')} dropped`)
  }
  if (refused.length > 0) {
    await sql`update model_embedding set retry_at = now() where embedding_model = ${model} and vector is null`.execute(db)
    done.push(`${refused.length} texts without a vector are tried again`)
  }
  return done
}
