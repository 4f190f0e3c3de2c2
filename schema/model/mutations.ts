/** Writing a record: made, changed, brought back to what it said before. */
import { createModel, restoreRevision, updateModel, type Written } from '../../server/domain/model/draft.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { mutationPayload } from '../errors.ts'
import { modelFields } from './input.ts'
import { expectedRevision, modelIdField, reasonField, withModelId, workingModel } from './written.ts'

const CreateModelInput = builder.inputType('CreateModelInput', {
  description: 'A new record. An officer’s must have its origin in the territory of their own units.',
  fields: (t) => ({ ...modelFields(t, true), reason: reasonField(t) }),
})
const UpdateModelInput = builder.inputType('UpdateModelInput', {
  description: 'New values of plain fields. What is left out stays as it is; null clears.',
  fields: (t) => ({ id: modelIdField(t), expectedRevision: expectedRevision(t), ...modelFields(t, false), reason: reasonField(t) }),
})
const RestoreRevisionInput = builder.inputType('RestoreRevisionInput', {
  description: 'Which revision is to be said again.',
  fields: (t) => ({ id: modelIdField(t), expectedRevision: expectedRevision(t), revision: t.int({ required: true, description: 'Number of the revision whose content becomes the next one’s.' }), reason: reasonField(t) }),
})

const CreateModelPayload = mutationPayload<Written>('CreateModel', { access: 'ANYONE', description: 'The record is there, as a draft.', fields: (t) => ({ model: workingModel(t) }) })
const UpdateModelPayload = mutationPayload<Written>('UpdateModel', { access: 'ANYONE', description: 'The working revision says it. What is published stays as it was.', fields: (t) => ({ model: workingModel(t) }) })
const RestoreRevisionPayload = mutationPayload<Written>('RestoreRevision', { access: 'ANYONE', description: 'The working revision says what the earlier one said.', fields: (t) => ({ model: workingModel(t) }) })

builder.mutationFields((t) => ({
  createModel: t.field({
    type: CreateModelPayload, access: 'SIGNED_IN', description: 'Makes a record, as a draft that only those who may edit it see.',
    args: { input: t.arg({ type: CreateModelInput, required: true, description: 'What it says.' }) },
    resolve: (_root, { input }, { db, viewer }) => createModel(db, assertSignedIn(viewer), input),
  }),
  updateModel: t.field({
    type: UpdateModelPayload, access: 'SIGNED_IN', description: 'Changes plain fields of a record, in its next revision. A revision that was handed in or approved becomes a draft again.',
    args: { input: t.arg({ type: UpdateModelInput, required: true, description: 'What is to change.' }) },
    resolve: (_root, { input }, { db, viewer }) => updateModel(db, assertSignedIn(viewer), withModelId(input)),
  }),
  restoreRevision: t.field({
    type: RestoreRevisionPayload, access: 'SIGNED_IN', description: 'Says again what an earlier revision said, as a new draft. An archived or rejected record comes back so; that takes a curator.',
    args: { input: t.arg({ type: RestoreRevisionInput, required: true, description: 'Which revision.' }) },
    resolve: (_root, { input }, { db, viewer }) => restoreRevision(db, assertSignedIn(viewer), withModelId(input)),
  }),
}))
