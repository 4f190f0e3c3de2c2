/** Where merged records went. Documents keep the id that they were written with; whoever projects or reads them asks here. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { ModelDocument } from './document.ts'

/** Id of a merged record → id of the record that it went into. Ids of others are not in it. */
export type Redirects = ReadonlyMap<string, string>
export const NO_REDIRECTS: Redirects = new Map()

/** Every model that a document names. */
export const modelsNamed = (document: ModelDocument): string[] => [...document.relations.map((r) => r.modelId), ...document.results.flatMap((r) => r.alsoCreditedTo)]

/** The redirects among the models that these documents name. */
export async function readRedirects(db: Kysely<Database>, documents: Iterable<ModelDocument>): Promise<Redirects> {
  const named = [...new Set([...documents].flatMap(modelsNamed))]
  if (named.length === 0) return NO_REDIRECTS
  const { rows } = await sql<{ from: string; to: string }>`select source_id as "from", f_model_now(source_id) as "to" from model_merge where undone_at is null and source_id = any(${named}::uuid[])`.execute(db)
  return new Map(rows.map(({ from, to }) => [from, to]))
}

/** What a result is credited to beside the model that tells it, and each other model once. */
export const creditsOf = (owner: string, result: { alsoCreditedTo: readonly string[] }, redirects: Redirects): string[] =>
  [...new Set(result.alsoCreditedTo.map((id) => redirects.get(id) ?? id))].filter((id) => id !== owner)

/** The relations as they stand after merges: none to the model itself, none twice. */
export function relationsOf(owner: string, document: ModelDocument, redirects: Redirects): ModelDocument['relations'] {
  const told = new Set<string>()
  return document.relations.flatMap((relation) => {
    const modelId = redirects.get(relation.modelId) ?? relation.modelId
    const key = `${relation.kind}:${modelId}`
    if (modelId === owner || told.has(key)) return []
    told.add(key)
    return [{ ...relation, modelId }]
  })
}
