/** Sources, and the citations that lead from a fact to them. */
import { sql } from 'kysely'
import { isInt, isUuid } from '../page.ts'
import { ordering } from '../ordering.ts'
import { column, connection, many, one, type Relation, type RowOf, shape } from '../shape.ts'

export const sourceShape = shape({
  table: 'source',
  columns: {
    id: column<string>('id'),
    title: column<string>('title'),
    publisher: column<string | null>('publisher'),
    url: column<string | null>('url'),
    publishedOn: column<string | null>('published_on'),
  },
  relations: {},
})
export type SourceRow = RowOf<typeof sourceShape>

export const citationShape = shape({
  table: 'citation',
  columns: {
    locator: column<string | null>('locator'),
    field: column<string | null>('field'),
    precision: column<'FACT' | 'RECORD'>('precision'),
  },
  relations: {
    source: (citation, related, scope) => one(sourceShape, related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(citation, 'source_id')}`] })),
  },
})
export type CitationRow = RowOf<typeof citationShape>

/** What supports this fact, best first. */
export const citationsOfFact: Relation = (fact, related, scope) =>
  many(citationShape, related.selection, scope, (t) => ({
    where: [sql`${sql.id(t, 'subject_id')} = ${sql.id(fact, 'id')}`],
    orderBy: sql`${sql.id(t, 'position')}, ${sql.id(t, 'id')}`,
  }))

/** What supports the record itself and its plain fields. */
export const citationsOfModel: Relation = (model, related, scope) =>
  connection(citationShape, related.selection, related.args, scope, (t) => ({
    where: [
      sql`${sql.id(t, 'subject_id')} = ${sql.id(model, 'id')}`,
      ...(related.args.field == null ? [] : [sql`${sql.id(t, 'field')} = ${related.args.field}`]),
    ],
    ordering: byPosition,
  }))

const byPosition = ordering('citations', 'ASC', [
  { sql: (t) => sql.id(t, 'position'), cast: 'int', check: isInt },
  { sql: (t) => sql.id(t, 'id'), cast: 'uuid', check: isUuid },
])

/** The sources that a record names, in its own order. */
export const sourcesOfModel: Relation = (model, related, scope) =>
  connection(sourceShape, related.selection, related.args, scope, (t) => ({
    join: sql`join model_source as ${sql.id(`${t}m`)} on ${sql.id(`${t}m`, 'source_id')} = ${sql.id(t, 'id')}`,
    where: [sql`${sql.id(`${t}m`, 'model_id')} = ${sql.id(model, 'id')}`],
    ordering: sourcesByPosition,
  }))

const sourcesByPosition = ordering('sources', 'ASC', [
  { sql: (t) => sql.id(`${t}m`, 'position'), cast: 'int', check: isInt },
  { sql: (t) => sql.id(t, 'id'), cast: 'uuid', check: isUuid },
])
