/** The stewards' queues: what waits, what is due, what failed, what records lack. Each is one statement, counted and paged. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { type DeadLetterRow, listDeadLetters } from '../../server/domain/dead-letter/read.ts'
import { FACT_KINDS, listUnresolvedPlaces, listUnsourcedFacts, SOURCE_GAPS, type UnresolvedPlaceRow, type UnsourcedFactRow } from '../../server/domain/fact/read.ts'
import { listDueReviews, listReviewQueue, type ReviewItemRow } from '../../server/domain/review/read.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { globalId } from '../ids.ts'
import { ModelFilter, ModelOrder } from '../model-filter.ts'
import { ModelConnection } from '../model.ts'
import { EditorialState } from '../model/workflow.ts'
import { connectionType, pageArgs, pageCost, toConnection } from '../pagination.ts'
import { Locality, Model } from '../refs.ts'
import { related, selectionOf } from '../select.ts'

const OWN = 'Officers see those of records whose origin lies in the territory of their own units, curators all.'
const ERRORS = 'Errors: UNAUTHENTICATED, BAD_USER_INPUT.'

export const FactKind = labelledEnum('FactKind', 'What kind of fact of a record it is.', FACT_KINDS, {
  ORIGIN: ['Khởi nguồn', 'Where the model came from, or is claimed to.'], RESULT: ['Kết quả', 'A result.'], REPLICATION: ['Nhân rộng', 'A replication.'], POINT: ['Điểm', 'A site.'],
  RECOGNITION: ['Ghi nhận', 'A recognition.'], STEP: ['Bước thực hiện', 'A step of doing it.'], COST: ['Chi phí', 'A cost.'], RESOURCE: ['Nguồn lực', 'What it takes besides money.'],
  LEGAL_BASIS: ['Căn cứ', 'A paper that it rests on.'], CONDITION: ['Điều kiện', 'What must hold.'], ADAPTATION: ['Điều chỉnh', 'What a place changed.'], LINEAGE_FACT: ['Học từ đâu', 'Who learned from whom.'],
  SETBACK: ['Trở ngại', 'What went wrong.'], RELATION: ['Quan hệ', 'How it stands to another model.'], REVIEW: ['Sơ kết, xếp loại', 'A yearly review.'],
})
const SourceGap = labelledEnum('SourceGap', 'What a fact lacks of a source.', SOURCE_GAPS, {
  NO_CITATION: ['Chưa có trích dẫn', 'Nothing is cited for it: it is our own reading, or nobody said whose.'],
  RECORD_ONLY: ['Chỉ dẫn nguồn chung', 'Only the sources of the record as a whole stand for it.'],
  NO_ADDRESS: ['Nguồn chưa có địa chỉ', 'Every source that is cited for it is known by its title alone.'],
})

/** Global ids of facts that have one in this API. */
const FACT_TYPES: Record<string, string> = {
  RESULT: 'Result', REPLICATION: 'Replication', POINT: 'Point', RECOGNITION: 'Recognition', RELATION: 'ModelRelation', REVIEW: 'Review', STEP: 'Step', COST: 'Cost', RESOURCE: 'Resource', LEGAL_BASIS: 'LegalInstrument',
  CONDITION: 'Condition', ADAPTATION: 'Adaptation', SETBACK: 'Setback', ORIGIN: 'Origin', LINEAGE_FACT: 'LineageFact',
}
export const FACT_TYPE_NAMES: readonly string[] = Object.values(FACT_TYPES)

const ReviewItem = builder.objectRef<ReviewItemRow>('ReviewItem').implement({
  access: 'SIGNED_IN',
  description: 'An open revision that waits for somebody. `node(id)` reads it as the `Model` that it would be.',
  fields: (t) => ({
    id: t.id({ description: 'Global id of the model, for `node` and every step of its way.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('Model', id) }),
    slug: t.exposeString('slug', { description: 'Its slug.' }),
    name: t.exposeString('name', { description: 'Its name, as the open revision says it.' }),
    state: t.field({ type: EditorialState, description: 'Where it stands.', sql: ['state'], resolve: ({ state }) => state }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when it stands there.' }),
    revision: t.exposeInt('revision', { description: 'The open revision: what `expectedRevision` takes.' }),
    author: t.exposeString('author', { description: 'Who wrote it last.' }),
    isPublished: t.exposeBoolean('isPublished', { description: 'Whether an earlier revision is published, and stays so meanwhile.' }),
    assignee: t.exposeString('assignee', { nullable: true, description: 'The `actorId` of the reviewer that it was given to; null = nobody.' }),
    assignedAt: t.expose('assignedAt', { type: 'DateTime', nullable: true, description: 'When it was given to them.' }),
    locality: t.field({ type: Locality, nullable: true, description: 'The unit that the model was born in; null when it could not be told.', sql: { relation: 'locality' }, resolve: related }),
    model: t.field({ type: Model, nullable: true, description: 'What is published of it; null = nothing.', sql: { relation: 'model' }, resolve: related }),
  }),
})
const ReviewQueueFilter = builder.inputType('ReviewQueueFilter', {
  description: 'Which open revisions: AND between fields, OR inside a list.',
  fields: (t) => ({
    stateIn: t.field({ type: [EditorialState], description: 'Only these states, of those that are open (DRAFT, SUBMITTED, IN_REVIEW, CHANGES_REQUESTED, APPROVED); SUBMITTED, IN_REVIEW and APPROVED unless said.' }),
    localityIn: t.stringList({ description: 'Only models born on the territory of these units, such as a province: slugs, `code@date` or codes.' }),
    assigneeIn: t.stringList({ description: 'Only those given to these reviewers: `actorId`s.' }),
    isAssigned: t.boolean({ description: 'Whether they were given to anybody.' }),
    enteredBefore: t.field({ type: 'DateTime', description: 'Only what stands there since before this moment: by age.' }),
  }),
})

const DeadLetter = builder.objectRef<DeadLetterRow>('DeadLetter').implement({
  access: 'CURATOR',
  description: 'A change that a search index was not told of, because it failed for good.',
  fields: (t) => ({
    id: t.id({ description: 'For `retryDeadLetters`.', sql: ['id'], resolve: ({ id }) => String(id) }),
    index: t.exposeString('index', { description: 'The index that was to hear of it.' }),
    recordKind: t.exposeString('recordKind', { description: 'The kind of record that changed, such as `model`.' }),
    recordId: t.exposeString('recordId', { description: 'Its id within its kind, as the audit log has it.' }),
    name: t.exposeString('name', { nullable: true, description: 'Its name, as its working revision says it.' }),
    attempts: t.exposeInt('attempts', { description: 'How often it was sent.' }),
    error: t.exposeString('error', { nullable: true, description: 'What the index said last.' }),
    enqueuedAt: t.expose('enqueuedAt', { type: 'DateTime', description: 'When the record changed.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When it was given up.' }),
    model: t.field({ type: Model, nullable: true, description: 'The record, when it is published.', sql: { relation: 'model' }, resolve: related }),
  }),
})

const factFields = <T extends UnsourcedFactRow | UnresolvedPlaceRow>(t: any) => ({
  id: t.id({ description: 'The fact; for `resolvePlaces`, and for the mutations of its kind.', sql: ['kind', 'id'], resolve: ({ kind, id }: T) => globalId(FACT_TYPES[kind]!, id) }),
  kind: t.field({ type: FactKind, description: 'What kind of fact.', sql: ['kind'], resolve: ({ kind }: T) => kind }),
  text: t.exposeString('text', { description: 'What it says, shortly.' }),
  model: t.field({ type: Model, description: 'The record that tells it, as it is published.', sql: { relation: 'model' }, resolve: related }),
})
const UnsourcedFact = builder.objectRef<UnsourcedFactRow>('UnsourcedFact').implement({
  access: 'SIGNED_IN', description: 'A fact of a published record that has no source of its own, or none that can be looked up.',
  fields: (t) => ({ ...factFields<UnsourcedFactRow>(t), gap: t.field({ type: SourceGap, description: 'What it lacks.', sql: ['gap'], resolve: ({ gap }) => gap }) }),
})
const UnresolvedPlace = builder.objectRef<UnresolvedPlaceRow>('UnresolvedPlace').implement({
  access: 'SIGNED_IN', description: 'A place of a published record as its source writes it, of which nobody has said yet which unit it was.',
  fields: (t) => ({ ...factFields<UnresolvedPlaceRow>(t), placeAsWritten: t.exposeString('placeAsWritten', { description: 'The place, for `localities(query:)`.' }) }),
})
const localityIn = 'Only of models born on the territory of these units: slugs, `code@date` or codes.'
const UnsourcedFactFilter = builder.inputType('UnsourcedFactFilter', {
  description: 'Which facts: AND between fields, OR inside a list.',
  fields: (t) => ({ gapIn: t.field({ type: [SourceGap], description: 'Only what lacks this.' }), kindIn: t.field({ type: [FactKind], description: 'Only these kinds.' }), localityIn: t.stringList({ description: localityIn }) }),
})
const UnresolvedPlaceFilter = builder.inputType('UnresolvedPlaceFilter', {
  description: 'Which places: AND between fields, OR inside a list.',
  fields: (t) => ({ kindIn: t.field({ type: [FactKind], description: 'Only of these kinds of facts.' }), localityIn: t.stringList({ description: localityIn }) }),
})

const ReviewItemConnection = connectionType(ReviewItem, 'open revisions')
const DeadLetterConnection = connectionType(DeadLetter, 'dead letters')
const UnsourcedFactConnection = connectionType(UnsourcedFact, 'facts without a source of their own')
const UnresolvedPlaceConnection = connectionType(UnresolvedPlace, 'places that lead to no unit')

builder.queryFields((t) => ({
  reviewQueue: t.field({
    access: 'SIGNED_IN', type: ReviewItemConnection, complexity: pageCost,
    description: `What waits for a reviewer, the longest waiting first. ${OWN} ${ERRORS}`,
    args: { filter: t.arg({ type: ReviewQueueFilter, description: 'Which of them.' }), ...pageArgs() },
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listReviewQueue(db, viewer, args, selectionOf(info)), args),
  }),
  dueReviews: t.field({
    access: 'SIGNED_IN', type: ModelConnection, complexity: pageCost,
    description: `Published models that have no published review of the cycle (sơ kết, 15/11 to 14/11): active ones, unless the filter asks for another status. ${OWN} ${ERRORS}`,
    args: {
      cycle: t.arg.int({ description: 'The year that the cycle ends in: 2025 runs from 15/11/2024 to 14/11/2025. The one that today lies in, in Vietnam, unless said.' }),
      filter: t.arg({ type: ModelFilter, description: 'Which models; `operationalStatusIn` is [ACTIVE] unless said.' }),
      orderBy: t.arg({ type: ModelOrder, description: 'In which order; by name unless said.' }),
      ...pageArgs(),
    },
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listDueReviews(db, viewer, args, selectionOf(info)), args),
  }),
  deadLetters: t.field({
    access: 'CURATOR', type: DeadLetterConnection, complexity: pageCost,
    description: 'Changes that a search index was not told of for good, the oldest first; `retryDeadLetters` sends them again. Errors: UNAUTHENTICATED, FORBIDDEN for officers, BAD_USER_INPUT.',
    args: { indexIn: t.arg.stringList({ description: 'Only of these indexes.' }), failedBefore: t.arg({ type: 'DateTime', description: 'Only what was given up before this moment.' }), ...pageArgs() },
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listDeadLetters(db, viewer, args, selectionOf(info)), args),
  }),
  unsourcedFacts: t.field({
    access: 'SIGNED_IN', type: UnsourcedFactConnection, complexity: pageCost,
    description: `Facts of published records that have no source of their own, or none that can be looked up; record by record. ${OWN} ${ERRORS}`,
    args: { filter: t.arg({ type: UnsourcedFactFilter, description: 'Which of them.' }), ...pageArgs() },
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listUnsourcedFacts(db, viewer, args, selectionOf(info)), args),
  }),
  unresolvedPlaces: t.field({
    access: 'SIGNED_IN', type: UnresolvedPlaceConnection, complexity: pageCost,
    description: `Places of published records of which the unit is not known; record by record. \`resolvePlaces\` says which it was. ${OWN} ${ERRORS}`,
    args: { filter: t.arg({ type: UnresolvedPlaceFilter, description: 'Which of them.' }), ...pageArgs() },
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listUnresolvedPlaces(db, viewer, args, selectionOf(info)), args),
  }),
}))
