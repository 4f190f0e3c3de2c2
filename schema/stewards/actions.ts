/** Actions on many at once. Each item stands by itself: what one is refused with stops no other. */
import { forEachItem } from '../../server/domain/bulk.ts'
import { retryDeadLetter } from '../../server/domain/dead-letter/write.ts'
import { createPlaceResolving } from '../../server/domain/model/place-write.ts'
import { takeStep } from '../../server/domain/model/transition.ts'
import { assignReview } from '../../server/domain/review/write.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { localId, localIdOf } from '../ids.ts'
import { expectedRevision, modelIdField } from '../model/written.ts'
import { bulkPayload } from './bulk.ts'
import { FACT_TYPE_NAMES } from './queues.ts'

const STEPS = ['SUBMIT', 'START_REVIEW', 'REQUEST_CHANGES', 'APPROVE', 'PUBLISH', 'REJECT', 'ARCHIVE'] as const
const EditorialStep = labelledEnum('EditorialStep', 'A step of a record’s way, each as its own mutation takes it.', STEPS, {
  SUBMIT: ['Trình', 'As `submitModel`.'], START_REVIEW: ['Bắt đầu thẩm định', 'As `startReview`.'], REQUEST_CHANGES: ['Yêu cầu chỉnh sửa', 'As `requestChanges`; needs a reason.'], APPROVE: ['Duyệt', 'As `approveModel`.'],
  PUBLISH: ['Công bố', 'As `publishModel`.'], REJECT: ['Không duyệt', 'As `rejectModel`; needs a reason.'], ARCHIVE: ['Lưu trữ', 'As `archiveModel`; needs a reason.'],
})

const AdvanceModelsItem = builder.inputType('AdvanceModelsItem', { description: 'One record.', fields: (t) => ({ id: modelIdField(t), expectedRevision: expectedRevision(t) }) })
const AdvanceModelsInput = builder.inputType('AdvanceModelsInput', {
  description: 'Which step, of which records.',
  fields: (t) => ({
    step: t.field({ type: EditorialStep, required: true, description: 'The step; the same for all.' }),
    items: t.field({ type: [AdvanceModelsItem], required: true, description: '1 to 100 records.' }),
    reason: t.string({ description: 'Why; stays with each record.' }),
  }),
})
const AssignReviewsInput = builder.inputType('AssignReviewsInput', {
  description: 'Which records are whose to review.',
  fields: (t) => ({
    ids: t.idList({ required: true, description: 'Global ids of 1 to 100 models with an open revision.' }),
    assignee: t.string({ description: 'The reviewer’s `actorId`, such as `viewer` tells it; null takes them back from whoever has them.' }),
  }),
})
const RetryDeadLettersInput = builder.inputType('RetryDeadLettersInput', { description: 'Which ones.', fields: (t) => ({ ids: t.idList({ required: true, description: 'The `id`s of 1 to 100 dead letters.' }) }) })
const ResolvePlacesItem = builder.inputType('ResolvePlacesItem', {
  description: 'One place of a record.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The `id` of the unresolved place.' }),
    modelId: t.id({ required: true, description: 'Global id of the model whose record tells it.' }),
    expectedRevision: t.int({ required: true, description: 'The `revision` of the working revision that the caller read; places of one record follow each other within one call.' }),
    locality: t.string({ required: true, description: 'The unit that the place was then: a slug, `code@date`, or a code as of the date that the fact tells. An unknown one is refused, with the nearest.' }),
  }),
})
const ResolvePlacesInput = builder.inputType('ResolvePlacesInput', {
  description: 'Which places, and which units they were.',
  fields: (t) => ({ items: t.field({ type: [ResolvePlacesItem], required: true, description: '1 to 100 places.' }), reason: t.string({ description: 'Why; stays with each revision.' }) }),
})

builder.mutationFields((t) => ({
  advanceModels: t.field({
    type: bulkPayload('AdvanceModels', 'Each record was taken the step, or told why not.'), access: 'SIGNED_IN',
    description: 'Takes many records the same step, each by itself and by the same rules as the step’s own mutation: such as the start of the review of all that was handed in.',
    args: { input: t.arg({ type: AdvanceModelsInput, required: true, description: 'The step, and the records.' }) },
    resolve: async (_root, { input: { step, items, reason } }, { db, viewer }) => {
      const by = assertSignedIn(viewer)
      return { outcomes: await forEachItem(items, ({ id, expectedRevision }) => takeStep(db, by, step, { id: localId('Model', 'id', id), expectedRevision, reason })) }
    },
  }),
  assignReviews: t.field({
    type: bulkPayload('AssignReviews', 'Each record is that reviewer’s, or told why not.'), access: 'CURATOR',
    description: 'Gives open revisions to a reviewer. Whoever they are given to must still not have written a part of them.',
    args: { input: t.arg({ type: AssignReviewsInput, required: true, description: 'Which, and whose.' }) },
    resolve: async (_root, { input: { ids, assignee } }, { db, viewer }) => {
      const by = assertSignedIn(viewer)
      return { outcomes: await forEachItem(ids.map((id) => ({ id })), ({ id }) => assignReview(db, by, { id: localId('Model', 'id', id), assignee: assignee ?? null })) }
    },
  }),
  retryDeadLetters: t.field({
    type: bulkPayload('RetryDeadLetters', 'Each is due again, or told why not.'), access: 'CURATOR',
    description: 'Sends again what a search index was not told. What fails again for good becomes a dead letter again.',
    args: { input: t.arg({ type: RetryDeadLettersInput, required: true, description: 'Which ones.' }) },
    resolve: async (_root, { input: { ids } }, { db, viewer }) => {
      const by = assertSignedIn(viewer)
      return { outcomes: await forEachItem(ids.map((id) => ({ id })), ({ id }) => retryDeadLetter(db, by, id)) }
    },
  }),
  resolvePlaces: t.field({
    type: bulkPayload('ResolvePlaces', 'Each place has its unit in the record’s next revision, or told why not.'), access: 'SIGNED_IN',
    description: 'Says which units places were, each in the next revision of its record, which is reviewed like any other. What the source wrote stays.',
    args: { input: t.arg({ type: ResolvePlacesInput, required: true, description: 'Which places.' }) },
    resolve: async (_root, { input: { items, reason } }, { db, viewer }) => {
      const resolve = createPlaceResolving(db, assertSignedIn(viewer))
      return { outcomes: await forEachItem(items, ({ id, modelId, ...item }) => resolve({ ...item, reason, modelId: localId('Model', 'modelId', modelId), partId: localIdOf(FACT_TYPE_NAMES, 'id', id) })) }
    },
  }),
}))
