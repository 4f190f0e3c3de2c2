/** Models like a model, with why: part of the one statement that reads it. */
import { sql } from 'kysely'
import { BadUserInputError } from '../../errors.ts'
import { column, many, one, type Relation, type RowOf, type Shape } from '../shape.ts'
import { visibleModels } from '../viewer.ts'

const similarColumns = { score: column<number>('score'), reasons: column<string[]>('reasons') }
export type SimilarModelRow = RowOf<Shape<typeof similarColumns>>

const MAX_SIMILAR = 20
const DEFAULT_SIMILAR = 5

/** The relation `similar(first)`. `modelShape` is given late, since a model leads to models. */
export const similarModels = (modelShape: () => Shape): Relation => {
  const similarShape: Shape<typeof similarColumns> = {
    table: 'f_similar_models',
    columns: similarColumns,
    relations: { model: (similar, related, scope) => one(modelShape(), related.selection, scope, (t) => ({ where: [sql`${sql.id(t, 'id')} = ${sql.id(similar, 'model_id')}`] })) },
  }
  return (model, related, scope) => {
    const first = (related.args.first as number | null | undefined) ?? DEFAULT_SIMILAR
    if (first < 1 || first > MAX_SIMILAR) throw new BadUserInputError(`\`first\` must be from 1 to ${MAX_SIMILAR}, not ${first}.`)
    return many(similarShape, related.selection, scope, (t) => ({
      from: sql`f_similar_models(${sql.id(model, 'id')}, ${first}::int)`,
      join: sql`join model as ${sql.id(`${t}m`)} on ${sql.id(`${t}m`, 'id')} = ${sql.id(t, 'model_id')}`,
      where: [visibleModels(scope.viewer, `${t}m`)], orderBy: sql`${sql.id(t, 'score')} desc, ${sql.id(t, 'model_id')}`,
    }))
  }
}
