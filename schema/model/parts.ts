/** Mutations of the parts of a record: `addX`, `updateX`, `removeX` for each kind of part, all made by one function. */
import type { InputFieldMap, ObjectRef } from '@pothos/core'
import type { GraphQLResolveInfo } from 'graphql'
import { addPart, type PartWritten, recordReview, removePart, updatePart } from '../../server/domain/model/part-write.ts'
import { readWorkingPart } from '../../server/domain/model/read.ts'
import { addSource, removeSource, updateSource } from '../../server/domain/model/source-write.ts'
import type { ListName } from '../../server/domain/model/parts.ts'
import { adaptationShape, aliasShape, conditionShape, costShape, legalBasisShape, recognitionShape, resourceShape, reviewShape, setbackShape, stepShape } from '../../server/domain/model/facts.ts'
import { modelRelationShape, resultShape } from '../../server/domain/model/shape.ts'
import { pointShape, replicationShape } from '../../server/domain/replication/read.ts'
import { sourceShape } from '../../server/domain/source/read.ts'
import type { Shape } from '../../server/domain/shape.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import type { Context } from '../../server/context.ts'
import { builder } from '../builder.ts'
import { mutationPayload } from '../errors.ts'
import { localId } from '../ids.ts'
import { Review, Source } from '../refs.ts'
import { selectionOf } from '../select.ts'
import { sourceFields } from './input.ts'
import { PARTS, reviewFields } from './part-inputs.ts'
import { expectedRevision, type InputFields, reasonField, workingModel } from './written.ts'

interface Named { modelId: string; id?: string; expectedRevision: number; [field: string]: unknown }
type Write = (db: Context['db'], viewer: NonNullable<Context['viewer']>, input: never) => Promise<PartWritten>

const SHAPES = {
  Result: resultShape, Replication: replicationShape, Point: pointShape, Recognition: recognitionShape, Alias: aliasShape, Relation: modelRelationShape, Source: sourceShape, Review: reviewShape,
  Step: stepShape, Cost: costShape, Resource: resourceShape, LegalBasis: legalBasisShape, Condition: conditionShape, Adaptation: adaptationShape, Setback: setbackShape,
} as Record<string, Shape>
const common = (t: InputFields) => ({
  modelId: t.id({ required: true, description: 'Global id of the model whose record holds it.' }), expectedRevision: expectedRevision(t), reason: reasonField(t),
})

/** One mutation: its input, its payload with the record and the part, and the field. */
function partMutation(verb: 'Add' | 'Update' | 'Remove' | 'Record', noun: string, ref: ObjectRef<any, any, any>, options: { says: string; fields: (t: InputFields) => InputFieldMap; write: Write }) {
  const name = `${verb}${noun}`
  const isKnown = verb === 'Update' || verb === 'Remove'
  const idField = (t: InputFields) => (isKnown ? { id: t.id({ required: true, description: 'Its `id`, as the record tells it.' }) } : {})
  const input = builder.inputType(`${name}Input`, { description: options.says, fields: (t) => ({ ...common(t), ...idField(t), ...options.fields(t) }) as InputFieldMap })
  const payload = mutationPayload<PartWritten>(name, {
    access: 'ANYONE', description: 'The working revision says it. What is published stays as it was.',
    fields: (t) => ({
      model: workingModel(t),
      ...(verb === 'Remove' ? {} : {
        [`${noun.charAt(0).toLowerCase()}${noun.slice(1)}`]: t.field({
          type: ref, description: 'The part, as it stands now.',
          resolve: (written: PartWritten, _args: object, { db, viewer }: Context, info: GraphQLResolveInfo) => readWorkingPart(db, viewer, written.modelId, SHAPES[noun]!, written.partId, selectionOf(info)) as never,
        }),
      }),
    }),
  })
  builder.mutationFields((t) => ({
    [`${name.charAt(0).toLowerCase()}${name.slice(1)}`]: t.field({
      type: payload, access: 'SIGNED_IN', description: options.says,
      args: { input: t.arg({ type: input, required: true, description: 'Which record, and what it says.' }) },
      resolve: (_root, args, { db, viewer }) => options.write(db, assertSignedIn(viewer), localised(args.input as unknown as Named, ref.name) as never),
    }),
  }))
}

/** The input with ids of the database in place of the global ones. */
function localised(input: Named, type: string): Named {
  const { model, creditedTo, citations } = input as { model?: string | null; creditedTo?: string[] | null; citations?: { sourceId?: string | null }[] | null }
  return {
    ...input, modelId: localId('Model', 'modelId', input.modelId),
    ...(input.id === undefined ? {} : { id: localId(type, 'id', input.id) }),
    ...(model ? { model: localId('Model', 'model', model) } : {}),
    ...(creditedTo ? { creditedTo: creditedTo.map((id) => localId('Model', 'creditedTo', id)) } : {}),
    ...(citations ? { citations: citations.map((one) => ({ ...one, sourceId: one.sourceId ? localId('Source', 'citations', one.sourceId) : undefined })) } : {}),
  }
}

for (const { noun, what, ref, list, fields } of PARTS) {
  const of = list as ListName
  partMutation('Add', noun, ref, { says: `Adds ${what} to a record, in its next revision.`, fields: (t) => fields(t, true), write: (db, viewer, input) => addPart(db, viewer, of, input) })
  partMutation('Update', noun, ref, { says: `Changes ${what} of a record, in its next revision. What is left out stays as it is; null clears.`, fields: (t) => fields(t, false), write: (db, viewer, input) => updatePart(db, viewer, of, input) })
  partMutation('Remove', noun, ref, { says: `Takes ${what} out of a record, in its next revision; the earlier ones keep it.`, fields: () => ({}), write: (db, viewer, input) => removePart(db, viewer, of, input) })
}
partMutation('Record', 'Review', Review, { says: 'Records the review of a cycle, in the next revision; another one of the same cycle corrects it.', fields: reviewFields, write: recordReview as Write })
partMutation('Add', 'Source', Source, { says: 'Adds a source that supports the record as a whole, in its next revision.', fields: sourceFields, write: addSource as Write })
partMutation('Update', 'Source', Source, {
  says: 'Names another source in the place of one, wherever the record cites it, in its next revision. The source itself is shared with other records and stays as it is.', fields: sourceFields, write: updateSource as Write,
})
partMutation('Remove', 'Source', Source, { says: 'Takes a source off a record, in its next revision. Refused with STILL_CITED while a fact rests on it.', fields: () => ({}), write: removeSource as Write })
