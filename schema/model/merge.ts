/** Two records of one idea, made one and two again. */
import { mergeModels, type Merged, undoMerge } from '../../server/domain/model/merge.ts'
import { MERGE_FIELDS } from '../../server/domain/model/merge-documents.ts'
import type { Written } from '../../server/domain/model/draft.ts'
import { findWorkingModel } from '../../server/domain/model/read.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { mutationPayload } from '../errors.ts'
import { globalId, localId } from '../ids.ts'
import { Model } from '../refs.ts'
import { selectionOf } from '../select.ts'
import { reasonField, workingModel } from './written.ts'

const MergeField = labelledEnum('MergeField', 'A field of which one value must be chosen when two records tell different ones.', MERGE_FIELDS, {
  name: ['Tên', 'The official name; the other one becomes an alias.'],
  summary: ['Tóm tắt', 'The summary.'],
  problem: ['Vấn đề', 'What the model answers.'],
  howItWorks: ['Cách làm', 'The mechanism.'],
  leadBody: ['Đơn vị chủ trì', 'Who leads it.'],
  operationalStatus: ['Tình trạng', 'Whether it runs today.'],
  origin: ['Khởi nguồn', 'Where it came from; the other one becomes an alternative.'],
})
const MergeSide = labelledEnum('MergeSide', 'One of the two records of a merge.', ['SOURCE', 'TARGET'], {
  SOURCE: ['Bản ghi được gộp', 'The record that goes into the other.'],
  TARGET: ['Bản ghi giữ lại', 'The record that stays.'],
})
const MergeChoice = builder.inputType('MergeChoice', {
  description: 'Which of two different values the merged record tells.',
  fields: (t) => ({
    field: t.field({ type: MergeField, required: true, description: 'The field.' }),
    from: t.field({ type: MergeSide, required: true, description: 'Whose value it takes.' }),
  }),
})
const MergeModelsInput = builder.inputType('MergeModelsInput', {
  description: 'Two records of one idea. Lists are united; of each field that the two tell differently one value must be chosen, else VALIDATION_FAILED names all of them.',
  fields: (t) => ({
    sourceId: t.id({ required: true, description: 'Global id of the record that goes into the other; its slug and id lead there from then on.' }),
    targetId: t.id({ required: true, description: 'Global id of the record that stays.' }),
    expectedSourceRevision: t.int({ required: true, description: 'The revision of the source that the caller read.' }),
    expectedTargetRevision: t.int({ required: true, description: 'The revision of the target that the caller read.' }),
    choices: t.field({ type: [MergeChoice], description: 'One for each field that the two tell differently.' }),
    reason: t.string({ required: true, description: 'Why they are one.' }),
  }),
})
const UndoMergeInput = builder.inputType('UndoMergeInput', {
  description: 'Which merge.',
  fields: (t) => ({ mergeId: t.id({ required: true, description: 'The `mergeId` that the merge answered with.' }), reason: reasonField(t, 'Why; stays with both records.') }),
})

const MergeModelsPayload = mutationPayload<Merged>('MergeModels', {
  access: 'ANYONE', description: 'The two are one. Of two published records the merged one is published; a draft’s becomes the target’s next draft.',
  fields: (t) => ({
    model: workingModel(t),
    mergeId: t.id({ description: 'Takes it back: `undoMerge`.', resolve: ({ mergeId }) => globalId('Merge', mergeId) }),
  }),
})
const UndoMergePayload = mutationPayload<{ source: Written; target: Written }>('UndoMerge', {
  access: 'ANYONE', description: 'Both records say again what they said before.',
  fields: (t) => ({
    source: t.field({ type: Model, description: 'The record that had gone into the other.', resolve: async ({ source }, _args, { db, viewer }, info) => (await findWorkingModel(db, viewer, source.modelId, selectionOf(info)))! }),
    target: t.field({ type: Model, description: 'The record that it had gone into.', resolve: async ({ target }, _args, { db, viewer }, info) => (await findWorkingModel(db, viewer, target.modelId, selectionOf(info)))! }),
  }),
})

builder.mutationFields((t) => ({
  mergeModels: t.field({
    type: MergeModelsPayload, access: 'CURATOR', description: 'Makes one record of two. Nothing is lost: parts keep their ids and their own citations, and `undoMerge` restores both.',
    args: { input: t.arg({ type: MergeModelsInput, required: true, description: 'Which two, and what is chosen.' }) },
    resolve: (_root, { input }, { db, viewer }) =>
      mergeModels(db, assertSignedIn(viewer), { ...input, sourceId: localId('Model', 'sourceId', input.sourceId), targetId: localId('Model', 'targetId', input.targetId) }),
  }),
  undoMerge: t.field({
    type: UndoMergePayload, access: 'CURATOR', description: 'Takes a merge back, exactly. A target that was edited since is a CONFLICT.',
    args: { input: t.arg({ type: UndoMergeInput, required: true, description: 'Which merge.' }) },
    resolve: (_root, { input }, { db, viewer }) => undoMerge(db, assertSignedIn(viewer), { ...input, mergeId: localId('Merge', 'mergeId', input.mergeId) }),
  }),
}))
