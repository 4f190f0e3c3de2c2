/** Results: one claim each, with what it is credited to and who says otherwise. */
import { sql } from 'kysely'
import { localityOf } from '../locality/shape.ts'
import { ordering } from '../ordering.ts'
import { isInt, isUuid } from '../page.ts'
import { column, computed, connection, many, type Relation, type RowOf, type Scope, type Shape, type Sql } from '../shape.ts'
import { citationsOfFact } from '../source/read.ts'
import { visibleModels } from '../viewer.ts'

interface Period { from: string | null; to: string | null; asWritten: string | null }

const period = (from: string, to: string, asWritten: string) => (t: string): Sql =>
  sql`case when coalesce(${sql.id(t, from)}, ${sql.id(t, to)}, ${sql.id(t, asWritten)}) is not null then json_build_object('from', ${sql.id(t, from)}, 'to', ${sql.id(t, to)}, 'asWritten', ${sql.id(t, asWritten)}) end`

const resultColumns = {
  id: column<string>('id'),
  statement: column<string>('statement'),
  indicator: column<string | null>('indicator'),
  indicatorKey: column<string | null>('indicator_key'),
  value: column<number | null>('value'),
  valueMax: column<number | null>('value_max'),
  outOf: column<number | null>('out_of'),
  qualifier: column<string>('qualifier'),
  unit: column<string | null>('unit'),
  countingUnit: column<string>('counting_unit'),
  period: computed<Period | null>(period('period_from', 'period_to', 'period_as_written')),
  asOf: column<string | null>('as_of'),
  baseline: computed<{ value: number | null; period: Period | null } | null>((t) => sql`case when coalesce(${sql.id(t, 'baseline_value')}::text, ${sql.id(t, 'baseline_from')}, ${sql.id(t, 'baseline_to')}, ${sql.id(t, 'baseline_as_written')}) is not null then json_build_object('value', ${sql.id(t, 'baseline_value')}, 'period', ${period('baseline_from', 'baseline_to', 'baseline_as_written')(t)}) end`),
  comparisonAsWritten: column<string | null>('comparison_as_written'),
  placeAsWritten: column<string | null>('place_as_written'),
  attribution: column<string>('attribution'),
  effect: column<string>('effect'),
  evidenceLevel: column<string>('evidence_level'),
}
/** Results and models lead to each other: whoever knows both shapes joins them here. */
export const createResultShape = (modelShape: () => Shape): Shape<typeof resultColumns> => {
  const resultShape: Shape<typeof resultColumns> = {
    table: 'result',
    columns: resultColumns,
    relations: {
      localityThen: localityOf('locality_id'),
      citations: citationsOfFact,
      creditedTo: (result, related, scope) =>
        many(modelShape(), related.selection, scope, (t) => ({
          join: sql`join result_credit as ${sql.id(`${t}c`)} on ${sql.id(`${t}c`, 'model_id')} = ${sql.id(t, 'id')}`,
          where: [sql`${sql.id(`${t}c`, 'result_id')} = ${sql.id(result, 'id')}`, visibleModels(scope.viewer, t)],
          orderBy: sql`${sql.id(`${t}c`, 'model_id')} <> ${sql.id(result, 'model_id')}, ${sql.id(t, 'name_key')}, ${sql.id(t, 'id')}`,
        })),
      disputedBy: (result, related, scope) =>
        many(resultShape, related.selection, scope, (t) => ({
          where: [contradicts(t, result), visibleResults(scope, t)],
          orderBy: sql`${sql.id(t, 'as_of')} nulls last, ${sql.id(t, 'id')}`,
        })),
    },
  }
  return resultShape
}
export type ResultRow = RowOf<ReturnType<typeof createResultShape>>

/** A result is seen with the model whose document holds it. */
export const visibleResults = (scope: Scope, t: string): Sql =>
  sql`exists (select from model as ${sql.id(`${t}o`)} where ${sql.id(`${t}o`, 'id')} = ${sql.id(t, 'model_id')} and ${visibleModels(scope.viewer, `${t}o`)})`

/**
 * `other` says something else than `result` about the same thing: the same indicator, counted in the same unit, of the same place and
 * (where both tell it) the same year, credited to a model in common, with another figure, from sources none of which they share.
 */
function contradicts(other: string, result: string): Sql {
  const a = (name: string): Sql => sql.id(other, name)
  const b = (name: string): Sql => sql.id(result, name)
  const year = (of: (name: string) => Sql): Sql => sql`left(coalesce(${of('as_of')}, ${of('period_to')}, ${of('period_from')}), 4)`
  return sql`${a('id')} <> ${b('id')}
    and ${a('id')} in (select c1.result_id from result_credit as c1 join result_credit as c2 on c2.model_id = c1.model_id where c2.result_id = ${b('id')})
    and case when ${b('indicator_key')} is not null then ${a('indicator_key')} = ${b('indicator_key')} else ${a('indicator_key')} is null and f_fold(${a('indicator')}) = f_fold(${b('indicator')}) end
    and ${a('counting_unit')} = ${b('counting_unit')}
    and ${a('value')} is not null and ${b('value')} is not null
    and (${a('value')}, ${a('value_max')}, ${a('qualifier')}) is distinct from (${b('value')}, ${b('value_max')}, ${b('qualifier')})
    and case when ${b('locality_id')} is not null then ${a('locality_id')} = ${b('locality_id')} else ${a('locality_id')} is null and f_fold(coalesce(${a('place_as_written')}, '')) = f_fold(coalesce(${b('place_as_written')}, '')) end
    and coalesce(${year(a)} = ${year(b)}, true)
    and not exists (select from citation as s1 join citation as s2 on s2.source_id = s1.source_id where s1.subject_id = ${a('id')} and s2.subject_id = ${b('id')})`
}

const byPosition = ordering('results', 'ASC', [
  { sql: (t) => sql.id(`${t}c`, 'position'), cast: 'int', check: isInt },
  { sql: (t) => sql.id(t, 'id'), cast: 'uuid', check: isUuid },
])

/** Every result credited to the model, whichever record tells it. */
export const resultsOfModel = (resultShape: Shape): Relation => (model, related, scope) =>
  connection(resultShape, related.selection, related.args, scope, (t) => ({
    join: sql`join result_credit as ${sql.id(`${t}c`)} on ${sql.id(`${t}c`, 'result_id')} = ${sql.id(t, 'id')}`,
    where: [sql`${sql.id(`${t}c`, 'model_id')} = ${sql.id(model, 'id')}`, sql`(${sql.id(t, 'model_id')} = ${sql.id(model, 'id')} or ${visibleResults(scope, t)})`],
    ordering: byPosition,
  }))
