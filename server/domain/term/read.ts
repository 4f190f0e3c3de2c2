/** Vocabulary terms: topics, settings, participants. */
import { type Kysely, sql } from 'kysely'
import type { Database, TermKind } from '../../db/tables.ts'
import type { Selection } from '../selection.ts'
import { column, computed, many, newScope, one, readJson, type Relation, type RowOf, shape } from '../shape.ts'

export const termShape = shape({
  table: 'term',
  columns: {
    id: column<string>('id'),
    key: column<string>('key'),
    labelVi: column<string>('label_vi'),
    labelEn: column<string>('label_en'),
    description: column<string | null>('description'),
    synonyms: column<string[]>('synonyms'),
    kind: column<TermKind>('kind'),
    deprecatedAt: column<string | null>('deprecated_at'),
    mergedInto: computed<string | null>((t) => sql`(select n.key from term as n where n.id = ${sql.id(t, 'merged_into')})`),
  },
  relations: {},
})
export type TermRow = RowOf<typeof termShape>

/** The terms of one kind that a model carries, in its own order. */
export const modelTerms = (kind: TermKind): Relation => (model, related, scope) =>
  many(termShape, related.selection, scope, (t) => ({
    join: sql`join model_term as ${sql.id(`${t}m`)} on ${sql.id(`${t}m`, 'term_id')} = ${sql.id(t, 'id')}`,
    where: [sql`${sql.id(`${t}m`, 'model_id')} = ${sql.id(model, 'id')}`, sql`${sql.id(t, 'kind')} = ${sql.lit(kind)}`],
    orderBy: sql`${sql.id(`${t}m`, 'position')}, ${sql.id(t, 'position')}`,
  }))

/** All terms of a kind that are still in use, in the vocabulary's order. */
export async function listTerms(db: Kysely<Database>, kind: TermKind, selection: Selection): Promise<TermRow[]> {
  const scope = newScope(null)
  const list = many(termShape, selection, scope, (t) => ({
    where: [sql`${sql.id(t, 'kind')} = ${sql.lit(kind)}`, sql`${sql.id(t, 'deprecated_at')} is null`],
    orderBy: sql`${sql.id(t, 'position')}, ${sql.id(t, 'key')}`,
  }))
  return readJson(db, scope, list)
}

/** One word with everything that is known of it, whether in use or not; null when there is none. */
export function readTerm(db: Kysely<Database>, id: string): Promise<TermRow | null> {
  const scope = newScope(null)
  return readJson(db, scope, one(termShape, { columns: new Set(Object.keys(termShape.columns)), relations: new Map() }, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${id}::uuid`] })))
}
