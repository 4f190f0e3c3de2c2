/** What happened to a record on its way, and why, for those who may edit it. */
import type { WorkflowStepRow } from '../../server/domain/model/steps.ts'
import { STEPS } from '../../server/domain/model/workflow.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { globalId } from '../ids.ts'
import { connectionType } from '../pagination.ts'
import { EditorialState } from './workflow.ts'

const WorkflowStepKind = labelledEnum('WorkflowStepKind', 'What was done with a record.', STEPS, {
  CREATE: ['Tạo', 'It was written for the first time.'],
  EDIT: ['Sửa', 'A next revision was written.'],
  RESTORE: ['Khôi phục', 'What an earlier revision said became the next one.'],
  SUBMIT: ['Trình', 'It was handed in for review.'],
  START_REVIEW: ['Nhận thẩm định', 'A reviewer took it.'],
  REQUEST_CHANGES: ['Yêu cầu chỉnh sửa', 'A reviewer asked for changes; the reason says which.'],
  APPROVE: ['Duyệt', 'Somebody who did not write it approved it.'],
  PUBLISH: ['Công bố', 'It became what everybody reads.'],
  REJECT: ['Không duyệt', 'The working revision was turned down; the reason says why.'],
  ARCHIVE: ['Lưu trữ', 'It was taken out of everything that is read; the reason says why.'],
  MERGE: ['Gộp', 'It went into another record, or another one into it.'],
  UNDO_MERGE: ['Bỏ gộp', 'A merge was taken back.'],
})

const WorkflowStep = builder.objectRef<WorkflowStepRow>('WorkflowStep').implement({
  access: 'SIGNED_IN',
  description: 'One step of a record’s way through the workflow. Nothing of it is ever changed but what is erased.',
  fields: (t) => ({
    kind: t.field({ type: WorkflowStepKind, description: 'What was done.', sql: ['step'], resolve: ({ step }) => step }),
    from: t.field({ type: EditorialState, nullable: true, description: 'Where the record stood before; null = it began to be.', sql: ['from'], resolve: ({ from }) => from }),
    to: t.field({ type: EditorialState, description: 'Where it stood then.', sql: ['to'], resolve: ({ to }) => to }),
    revision: t.exposeInt('revision', { description: 'The revision that it was done to, or that it wrote.' }),
    actor: t.exposeString('actor', { description: 'Who did it, as they were called then.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, as they said; null = not said.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    mergeId: t.id({ nullable: true, description: 'Of MERGE and UNDO_MERGE: which merge; what `undoMerge` takes.', sql: ['mergeId'], resolve: ({ mergeId }) => mergeId && globalId('Merge', mergeId) }),
    mergedWith: t.exposeString('mergedWith', { nullable: true, description: 'Of MERGE and UNDO_MERGE: slug of the other record; null when the caller may not see it.' }),
    mergeUndoneAt: t.expose('mergeUndoneAt', { type: 'DateTime', nullable: true, description: 'Of MERGE and UNDO_MERGE: when the merge was taken back; null = it stands.' }),
  }),
})
export const WorkflowStepConnection = connectionType(WorkflowStep, 'steps')
