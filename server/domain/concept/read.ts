/** Concepts of the thesaurus: what people say for what the catalogue means. */
import { type Kysely, sql } from 'kysely'
import type { ConceptKind, ConceptRelationKind, Database } from '../../db/tables.ts'
import { assertText, givenList } from '../names.ts'
import { ordering } from '../ordering.ts'
import { type ConnectionRows, isText, isUuid, type PageArgs } from '../page.ts'
import type { Selection } from '../selection.ts'
import { column, computed, connection, many, newScope, one, readJson, type Relation, type RowOf, type Shape } from '../shape.ts'
import { termShape } from '../term/read.ts'

const conceptColumns = {
  id: column<string>('id'),
  key: column<string>('key'),
  kind: column<ConceptKind>('kind'),
  labelVi: column<string>('label_vi'),
  labelEn: column<string>('label_en'),
  synonyms: column<string[]>('synonyms'),
  dialect: column<string[]>('dialect'),
  english: column<string[]>('english'),
  modelCount: computed<number>((c) => sql`coalesce((select v.model_count from search_vocabulary as v where v.word = '#' || ${sql.id(c, 'key')}), 0)`),
  mergedInto: computed<string | null>((c) => sql`(select n.key from concept as n where n.id = ${sql.id(c, 'merged_into')})`),
}
const related = (kind: ConceptRelationKind): Relation => (concept, wanted, scope) => many(conceptShape, wanted.selection, scope, (t) => ({
  join: sql`join concept_relation as ${sql.id(`${t}r`)} on ${sql.id(`${t}r`, 'to_id')} = ${sql.id(t, 'id')}`,
  where: [sql`${sql.id(`${t}r`, 'concept_id')} = ${sql.id(concept, 'id')}`, sql`${sql.id(`${t}r`, 'kind')} = ${sql.lit(kind)}`, sql`${sql.id(t, 'merged_into')} is null`],
  orderBy: sql.id(t, 'key'),
}))
/** The words of vocabularies that it is (at most one is the very same), or leads to. */
const terms = (isSame: boolean): Relation => (concept, wanted, scope) => {
  const selection = { ...wanted.selection, columns: new Set([...wanted.selection.columns, 'kind']) }
  return many(termShape, selection, scope, (t) => ({
    join: sql`join concept_term as ${sql.id(`${t}c`)} on ${sql.id(`${t}c`, 'term_id')} = ${sql.id(t, 'id')}`,
    where: [sql`${sql.id(`${t}c`, 'concept_id')} = ${sql.id(concept, 'id')}`, sql`${sql.id(`${t}c`, 'is_same')} = ${sql.lit(isSame)}`], orderBy: sql`${sql.id(t, 'kind')}, ${sql.id(t, 'position')}`,
  }))
}
export const conceptShape: Shape<typeof conceptColumns> = {
  table: 'concept', columns: conceptColumns, relations: { broader: related('BROADER'), related: related('RELATED'), same: terms(true), leadsTo: terms(false) },
}
export type ConceptRow = RowOf<typeof conceptShape>

const byKey = ordering('CONCEPTS', 'ASC', [{ sql: (c) => sql`${sql.id(c, 'key')} collate "C"`, cast: 'text', check: isText }, { sql: (c) => sql.id(c, 'id'), cast: 'uuid', check: isUuid }])

/** By key. `text` keeps those that have it in one of their words, marks optional. */
export function listConcepts(db: Kysely<Database>, { text, kindIn, ...args }: PageArgs & { text?: string | null; kindIn?: string[] | null }, selection: Selection): Promise<ConnectionRows> {
  if (text != null) assertText('text', text)
  const kinds = givenList('kindIn', kindIn)
  const scope = newScope(null)
  return readJson(db, scope, connection(conceptShape, selection, args, scope, (c) => ({
    where: [
      sql`${sql.id(c, 'merged_into')} is null`, ...(kinds ? [sql`${sql.id(c, 'kind')} = any(${kinds}::text[])`] : []),
      ...(text?.trim() ? [sql`position(f_fold(${text.trim().slice(0, 100)}) in f_fold(concat_ws(' | ', ${sql.id(c, 'key')}, ${sql.id(c, 'label_vi')}, ${sql.id(c, 'label_en')}, array_to_string(${sql.id(c, 'synonyms')} || ${sql.id(c, 'dialect')} || ${sql.id(c, 'english')}, ' | ')))) > 0`] : []),
    ],
    ordering: byKey,
  })))
}

/** One concept that is known to be there. */
export function readConcept(db: Kysely<Database>, id: string, selection: Selection): Promise<ConceptRow | null> {
  const scope = newScope(null)
  return readJson(db, scope, one(conceptShape, selection, scope, (c) => ({ where: [sql`${sql.id(c, 'id')} = ${id}::uuid`] })))
}
