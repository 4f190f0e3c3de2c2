/** What anybody reports of a record, and what came of it. */
import { ReportAllowance, REPORTS_PER_HOUR } from '../../server/domain/issue/allowance.ts'
import { ISSUE_KINDS, ISSUE_OUTCOMES, type IssueRow, listIssues, readIssue } from '../../server/domain/issue/read.ts'
import { MAX_REPORT, reportIssue, resolveIssue } from '../../server/domain/issue/write.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { mutationPayload } from '../errors.ts'
import { globalId, localId, localIdOf } from '../ids.ts'
import { connectionType, pageArgs, pageCost, toConnection } from '../pagination.ts'
import { Locality, Model } from '../refs.ts'
import { infoBelow, related, selectionOf } from '../select.ts'
import { FACT_TYPE_NAMES } from './queues.ts'

const IssueKind = labelledEnum('IssueKind', 'What is the matter with a record.', ISSUE_KINDS, {
  FIGURE_WRONG: ['Số liệu sai', 'A figure is wrong.'], POINT_STOPPED: ['Điểm đã dừng', 'A site no longer runs.'], WE_RUN_IT_TOO: ['Chúng tôi cũng làm', 'The model runs at another place, too.'], OTHER: ['Khác', 'Something else.'],
})
const IssueOutcome = labelledEnum('IssueOutcome', 'What came of a report.', ISSUE_OUTCOMES, {
  CORRECTED: ['Đã sửa', 'The record is, or will be, corrected.'], NOTED: ['Đã ghi nhận', 'True, or may be, and nothing is to be changed yet.'], UNFOUNDED: ['Không có căn cứ', 'Nothing bears it out.'], DUPLICATE: ['Trùng', 'Reported before.'],
})

const ReportedIssue = builder.objectRef<IssueRow>('ReportedIssue').implement({
  access: 'SIGNED_IN',
  description: 'What somebody reported of a record. Nothing is kept of who did.',
  fields: (t) => ({
    id: t.id({ description: 'For `resolveIssue`.', sql: ['id'], resolve: ({ id }) => globalId('ReportedIssue', id) }),
    kind: t.field({ type: IssueKind, description: 'What is the matter.', sql: ['kind'], resolve: ({ kind }) => kind }),
    modelId: t.id({ description: 'Global id of the model that it is about.', sql: ['modelId'], resolve: ({ modelId }) => globalId('Model', modelId) }),
    name: t.exposeString('name', { description: 'Name of the model.' }),
    model: t.field({ type: Model, nullable: true, description: 'The model as it is published, or the one that it went into; null when it is not any more.', sql: { relation: 'model' }, resolve: related }),
    field: t.exposeString('field', { nullable: true, description: 'The field, as `FieldChange.path`; null = the record as a whole.' }),
    partId: t.exposeString('partId', { nullable: true, description: 'The part that the field is in, as the database names it.' }),
    locality: t.field({ type: Locality, nullable: true, description: 'The unit that it concerns.', sql: { relation: 'locality' }, resolve: related }),
    text: t.exposeString('text', { description: 'What they wrote.' }),
    reportedAt: t.expose('reportedAt', { type: 'DateTime', description: 'When.' }),
    outcome: t.field({ type: IssueOutcome, nullable: true, description: 'What came of it; null = it is open.', sql: ['outcome'], resolve: ({ outcome }) => outcome }),
    resolution: t.exposeString('resolution', { nullable: true, description: 'Why, in the curator’s words.' }),
    resolvedBy: t.exposeString('resolvedBy', { nullable: true, description: 'The `actorId` of the curator.' }),
    resolvedAt: t.expose('resolvedAt', { type: 'DateTime', nullable: true, description: 'When it was resolved.' }),
  }),
})
const ReportedIssueConnection = connectionType(ReportedIssue, 'reports')
const ReportedIssueFilter = builder.inputType('ReportedIssueFilter', {
  description: 'Which reports: AND between fields, OR inside a list.',
  fields: (t) => ({
    isResolved: t.boolean({ description: 'Whether something came of them; false unless said, or `outcomeIn` is.' }),
    kindIn: t.field({ type: [IssueKind], description: 'Only these kinds.' }),
    outcomeIn: t.field({ type: [IssueOutcome], description: 'Only those resolved so.' }),
    localityIn: t.stringList({ description: 'Only of places, or of models born, on the territory of these units: slugs, `code@date` or codes.' }),
    modelId: t.id({ description: 'Only of this model.' }),
    reportedBefore: t.field({ type: 'DateTime', description: 'Only those reported before this moment: by age.' }),
  }),
})

const ReportIssueInput = builder.inputType('ReportIssueInput', {
  description: 'What is the matter. Without names, telephone numbers, addresses or anything else by which a person can be found.',
  fields: (t) => ({
    kind: t.field({ type: IssueKind, required: true, description: 'What kind of matter.' }),
    modelId: t.id({ required: true, description: 'Global id of the model.' }),
    field: t.string({ description: 'The field, as `FieldChange.path`: `summary`, `results.value`, `points`.' }),
    partId: t.id({ description: 'The `id` of the result, replication, site or other part that it is in.' }),
    locality: t.string({ description: 'The unit that it concerns, such as the ward that runs it too: a slug, `code@date` or code.' }),
    text: t.string({ required: true, description: `What is the matter, in at most ${MAX_REPORT.toLocaleString('en')} characters.` }),
  }),
})
const ReportIssuePayload = mutationPayload<{ id: string }>('ReportIssue', {
  access: 'ANYONE', description: 'A curator will look at it. The record is as it was.',
  fields: (t) => ({ reference: t.string({ description: 'By which the report can be spoken of; it opens nothing.', resolve: ({ id }) => id.slice(-12) }) }),
})
const ResolveIssueInput = builder.inputType('ResolveIssueInput', {
  description: 'What came of a report.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The `id` of the report.' }),
    outcome: t.field({ type: IssueOutcome, required: true, description: 'What came of it.' }),
    reason: t.string({ required: true, description: 'Why; stays with the report.' }),
  }),
})
const ResolveIssuePayload = mutationPayload<{ issue: IssueRow }>('ResolveIssue', {
  access: 'CURATOR', description: 'The report is resolved. A record is corrected by its own mutations.',
  fields: (t) => ({ issue: t.field({ type: ReportedIssue, description: 'The report as it is now.', resolve: ({ issue }) => issue }) }),
})

/** Of this process. */
const allowance = new ReportAllowance()

builder.queryFields((t) => ({
  reportedIssues: t.field({
    access: 'SIGNED_IN', type: ReportedIssueConnection, complexity: pageCost,
    description: 'What people reported of records, the oldest first. Officers see what concerns records and places of their own units, curators all. Errors: UNAUTHENTICATED, BAD_USER_INPUT.',
    args: { filter: t.arg({ type: ReportedIssueFilter, description: 'Which of them; those that are open unless said.' }), ...pageArgs() },
    resolve: async (_root, { filter, ...page }, { db, viewer }, info) =>
      toConnection(await listIssues(db, viewer, { ...page, filter: filter && { ...filter, modelId: filter.modelId == null ? null : localId('Model', 'modelId', filter.modelId) } }, selectionOf(info)), page),
  }),
}))

builder.mutationFields((t) => ({
  reportIssue: t.field({
    access: 'ANYONE', type: ReportIssuePayload,
    description: `Says that something is the matter with a record; for anybody, without a key. It waits for a curator and changes nothing by itself. Nothing is kept of who reports, and texts with names, numbers or addresses of people are refused (PERSONAL_DATA). At most ${REPORTS_PER_HOUR} an hour from one address, else RATE_LIMITED at the top of the answer.`,
    args: { input: t.arg({ type: ReportIssueInput, required: true, description: 'What is the matter.' }) },
    resolve: async (_root, { input }, { db, viewer, callerKey }) => {
      const ids = { modelId: localId('Model', 'modelId', input.modelId), partId: input.partId == null ? null : localIdOf(FACT_TYPE_NAMES, 'partId', input.partId) }
      allowance.spend(viewer?.id ?? callerKey?.() ?? 'unknown')
      return reportIssue(db, viewer, { ...input, ...ids })
    },
  }),
  resolveIssue: t.field({
    access: 'CURATOR', type: ResolveIssuePayload, description: 'Says what came of a report, and why. For curators.',
    args: { input: t.arg({ type: ResolveIssueInput, required: true, description: 'Which report, and what came of it.' }) },
    resolve: async (_root, { input }, { db, viewer }, info) => {
      const { id } = await resolveIssue(db, assertSignedIn(viewer), { ...input, id: localId('ReportedIssue', 'id', input.id) })
      return { issue: await readIssue(db, viewer, id, selectionOf(infoBelow(info, 'issue'), 'ReportedIssue')) }
    },
  }),
}))
