/** The facts of a record that are told in one text, with a place and a date: steps, costs, resources, adaptations, setbacks … */
import { sql } from 'kysely'
import { localityOf } from '../locality/shape.ts'
import { type Column, column, computed, many, type Relation, type RowOf, type Shape, shape } from '../shape.ts'
import { citationsOfFact } from '../source/read.ts'

export interface Period { from: string | null; to: string | null; asWritten: string | null }

const told = {
  id: column<string>('id'),
  text: column<string>('text'),
  placeAsWritten: column<string | null>('place_as_written'),
}
const dated = {
  date: column<string | null>('date'),
  period: computed<Period | null>((t) => sql`case when coalesce(${sql.id(t, 'date')}, ${sql.id(t, 'date_to')}, ${sql.id(t, 'date_as_written')}) is not null then json_build_object('from', ${sql.id(t, 'date')}, 'to', ${sql.id(t, 'date_to')}, 'asWritten', ${sql.id(t, 'date_as_written')}) end`),
}
const relations = { locality: localityOf('locality_id'), citations: citationsOfFact }
const fact = <C extends Record<string, Column<unknown>>>(table: string, columns: C): Shape<typeof told & typeof dated & C> =>
  shape({ table, columns: { ...told, ...dated, ...columns }, relations })

export const stepShape = fact('step', {})
export type StepRow = RowOf<typeof stepShape>
export const costShape = fact('cost', {
  amount: column<number | null>('amount'),
  amountMax: column<number | null>('amount_max'),
  qualifier: column<string>('qualifier'),
  currency: column<string | null>('currency'),
  unitAsWritten: column<string | null>('unit_as_written'),
  per: column<string | null>('per'),
  payer: column<string | null>('payer'),
})
export type CostRow = RowOf<typeof costShape>
export const resourceShape = fact('resource', { amount: column<number | null>('amount'), unit: column<string | null>('unit') })
export type ResourceRow = RowOf<typeof resourceShape>
export const legalBasisShape = fact('legal_basis', { number: column<string | null>('number'), issuer: column<string | null>('issuer') })
export type LegalBasisRow = RowOf<typeof legalBasisShape>
export const conditionShape = fact('condition', {
  isEditorial: column<boolean>('is_editorial'),
  amount: column<number | null>('amount'),
  unit: column<string | null>('unit'),
  number: column<string | null>('number'),
  issuer: column<string | null>('issuer'),
})
export type ConditionRow = RowOf<typeof conditionShape>
export const adaptationShape = fact('adaptation', { reason: column<string | null>('reason') })
export type AdaptationRow = RowOf<typeof adaptationShape>
export const setbackShape = fact('setback', {
  kind: column<string>('kind'),
  reason: column<string | null>('reason'),
  amount: column<number | null>('amount'),
  unit: column<string | null>('unit'),
  stillWorking: column<number | null>('still_working'),
})
export type SetbackRow = RowOf<typeof setbackShape>

export const recognitionShape = shape({
  table: 'recognition',
  columns: {
    ...dated,
    id: column<string>('id'),
    level: column<string>('level'),
    by: column<string | null>('by'),
    form: column<string>('form'),
    annulledOn: column<string | null>('annulled_on'),
    annulmentReason: column<string | null>('annulment_reason'),
  },
  relations: { citations: citationsOfFact },
})
export type RecognitionRow = RowOf<typeof recognitionShape>

export const aliasShape = shape({
  table: 'alias',
  columns: { id: column<string>('id'), name: column<string>('name'), usedIn: column<string | null>('used_in'), usedSince: column<string | null>('used_since') },
  relations: {},
})
export type AliasRow = RowOf<typeof aliasShape>

export const reviewShape = shape({
  table: 'review',
  columns: {
    id: column<string>('id'), cycle: column<number>('cycle'), class: column<string | null>('class'), score: column<number | null>('score'), decision: column<string | null>('decision'),
    reason: column<string | null>('reason'), reviewedOn: column<string | null>('reviewed_on'), nextDueOn: column<string | null>('next_due_on'),
  },
  relations: { citations: citationsOfFact },
})
export type ReviewRow = RowOf<typeof reviewShape>

/** All of a model's facts of one kind, in the record's order. */
export const factsOfModel = (of: Shape): Relation => (model, related, scope) =>
  many(of, related.selection, scope, (t) => ({
    where: [sql`${sql.id(t, 'model_id')} = ${sql.id(model, 'id')}`],
    orderBy: sql`${sql.id(t, 'position')}, ${sql.id(t, 'id')}`,
  }))
