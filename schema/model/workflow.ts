/** The way of a record from draft to published: its state, and one mutation for each step. */
import type { Written } from '../../server/domain/model/draft.ts'
import { takeStep } from '../../server/domain/model/transition.ts'
import { EDITORIAL_STATES, needsReason, type Transition } from '../../server/domain/model/workflow.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { mutationPayload } from '../errors.ts'
import { expectedRevision, modelIdField, withModelId, workingModel } from './written.ts'

export const EditorialState = labelledEnum('EditorialState', 'Where the working revision of a record stands. Apart from whether the model itself runs.', EDITORIAL_STATES, {
  DRAFT: ['Bản nháp', 'Being written.'],
  SUBMITTED: ['Đã trình', 'Handed in; waits for a reviewer.'],
  IN_REVIEW: ['Đang thẩm định', 'A reviewer looks at it.'],
  CHANGES_REQUESTED: ['Yêu cầu chỉnh sửa', 'A reviewer asks for changes.'],
  APPROVED: ['Đã duyệt', 'Somebody who did not write it approved it.'],
  PUBLISHED: ['Đã công bố', 'It is what everybody reads.'],
  ARCHIVED: ['Đã lưu trữ', 'Taken out of everything that is read, with a reason; nothing is lost.'],
  REJECTED: ['Không duyệt', 'Turned down, with a reason; it was never published.'],
  MERGED: ['Đã gộp', 'Went into another record, which answers for it.'],
})

/** Each step with its mutation, what it does, and who may. */
const MUTATIONS: { mutation: string; step: Transition; access: 'SIGNED_IN' | 'CURATOR'; does: string; done: string }[] = [
  { mutation: 'SubmitModel', step: 'SUBMIT', access: 'SIGNED_IN', does: 'Hands a draft in for review.', done: 'It waits for a reviewer.' },
  { mutation: 'StartReview', step: 'START_REVIEW', access: 'CURATOR', does: 'Takes what was handed in for review.', done: 'It is in review.' },
  { mutation: 'RequestChanges', step: 'REQUEST_CHANGES', access: 'CURATOR', does: 'Asks the authors for changes; the reason says which.', done: 'The authors are asked.' },
  { mutation: 'ApproveModel', step: 'APPROVE', access: 'CURATOR', does: 'Approves the working revision. Nobody approves what they wrote a part of since it was last published: FORBIDDEN.', done: 'It can be published.' },
  { mutation: 'PublishModel', step: 'PUBLISH', access: 'CURATOR', does: 'Publishes what was approved: the whole record at once, relations included, for every list, count and search.', done: 'Everybody reads it.' },
  { mutation: 'RejectModel', step: 'REJECT', access: 'CURATOR', does: 'Turns the working revision down, with a reason. What is published stays.', done: 'It is turned down, and kept.' },
  { mutation: 'ArchiveModel', step: 'ARCHIVE', access: 'CURATOR', does: 'Takes a record out of everything that is read, with a reason. Nothing is deleted; `restoreRevision` brings it back as a draft.', done: 'Only those who may edit it see it.' },
]

builder.mutationFields((t) => Object.fromEntries(MUTATIONS.map(({ mutation, step, access, does, done }) => {
  const input = builder.inputType(`${mutation}Input`, {
    description: 'Which record, at which revision.',
    fields: (f) => ({ id: modelIdField(f), expectedRevision: expectedRevision(f), reason: f.string({ description: needsReason(step) ? 'Why; this step needs a reason.' : 'Why; stays with the record.' }) }),
  })
  const payload = mutationPayload<Written>(mutation, { access: 'ANYONE', description: done, fields: (f) => ({ model: workingModel(f) }) })
  return [`${mutation.charAt(0).toLowerCase()}${mutation.slice(1)}`, t.field({
    type: payload, access, description: does,
    args: { input: t.arg({ type: input, required: true, description: 'Which record, and why.' }) },
    resolve: (_root, args, { db, viewer }) => takeStep(db, assertSignedIn(viewer), step, withModelId(args.input)),
  })]
})))
