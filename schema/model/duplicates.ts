/** The duplicate desk: what a record may be the same as, the queue of suspected pairs, and the answer "these are two". */
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../../server/context.ts'
import type { Candidate } from '../../server/domain/duplicate/candidates.ts'
import { VERDICTS } from '../../server/domain/duplicate/candidates.ts'
import { type Distinction as DistinctionRow, readDistinctions, recordDistinct, withdrawDistinction } from '../../server/domain/duplicate/distinct.ts'
import { candidatesOfModel } from '../../server/domain/duplicate/of-model.ts'
import { type DuplicatePair as DuplicatePairRow, listDuplicatePairs } from '../../server/domain/duplicate/pairs.ts'
import { findRevision } from '../../server/domain/model/overlay.ts'
import type { ModelRow } from '../../server/domain/model/shape.ts'
import { readNodes } from '../../server/domain/node.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { mutationPayload } from '../errors.ts'
import { globalId, localId } from '../ids.ts'
import { connectionType, pageArgs, pageCost, toConnection } from '../pagination.ts'
import { Model } from '../refs.ts'
import { infoBelow, related, selectionOf } from '../select.ts'

export const DuplicateVerdict = labelledEnum('DuplicateVerdict', 'What the desk thinks of two records. It never acts on it: a person answers.', VERDICTS, {
  SAME: ['Cùng một mô hình', 'Names and content agree and nothing speaks against it. If so: `mergeModels`.'],
  VARIANT: ['Có thể là biến thể', 'Much is alike, and something differs or is not told. If so: `addRelation` with VARIANT_OF.'],
  UNSURE: ['Chưa đủ căn cứ', 'Something is alike; a person must look.'],
})

/** Several models in the order of their ids, in one statement; null where one is gone meanwhile. */
const readModels = (ids: readonly string[], { db, viewer }: Context, info: GraphQLResolveInfo, field = 'model'): Promise<(ModelRow | undefined)[]> =>
  readNodes(db, viewer, ids.map((id) => ({ type: 'Model' as const, id })), () => selectionOf(infoBelow(info, field), 'Model')) as Promise<never>

const DuplicateCandidate = builder.objectRef<Candidate & { model: ModelRow }>('DuplicateCandidate').implement({
  access: 'ANYONE',
  description: 'A record that another one may be the same as, with why.',
  fields: (t) => ({
    model: t.field({ type: Model, description: 'The record: what is published of it, or the draft where nothing is.', resolve: ({ model }) => model }),
    score: t.exposeFloat('score', { description: 'How like, 0–1; the order of the list. Not a probability.' }),
    reasons: t.exposeStringList('reasons', { description: 'Sentences in Vietnamese: what speaks for it, then (“Khác: …”) what against.' }),
    verdict: t.field({ type: DuplicateVerdict, description: 'What follows from them.', resolve: ({ verdict }) => verdict }),
  }),
})

const DuplicatePair = builder.objectRef<DuplicatePairRow>('DuplicatePair').implement({
  access: 'ANYONE',
  description: 'Two records that may be one, and that nobody has answered for.',
  fields: (t) => ({
    source: t.field({ type: Model, description: 'The one that would go into the other: the draft, or the newer record.', sql: { relation: 'source' }, resolve: related }),
    target: t.field({ type: Model, description: 'The one that would stay.', sql: { relation: 'target' }, resolve: related }),
    score: t.float({ description: 'How like, 0–1.', sql: ['score'], resolve: ({ score }) => score }),
    reasons: t.stringList({ description: 'Sentences in Vietnamese: what speaks for it, then what against.', sql: ['reasons'], resolve: ({ reasons }) => reasons }),
    verdict: t.field({ type: DuplicateVerdict, description: 'What follows from them.', sql: ['verdict'], resolve: ({ verdict }) => verdict }),
  }),
})
const DuplicatePairConnection = connectionType(DuplicatePair, 'suspected pairs')

const ModelDistinction = builder.objectRef<DistinctionRow & { model?: ModelRow }>('ModelDistinction').implement({
  access: 'ANYONE',
  description: 'A decision that two records are two ideas. The desk does not ask again while it stands.',
  fields: (t) => ({
    id: t.id({ description: 'Takes it back: `withdrawDistinction`.', resolve: ({ id }) => globalId('ModelDistinction', id) }),
    sourceId: t.id({ description: 'Global id of one record.', resolve: ({ sourceId }) => globalId('Model', sourceId) }),
    targetId: t.id({ description: 'Global id of the other.', resolve: ({ targetId }) => globalId('Model', targetId) }),
    reason: t.exposeString('reason', { description: 'Why they are two.' }),
    recordedBy: t.exposeString('recordedBy', { description: 'Who decided.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When.' }),
  }),
})

builder.objectFields(Model, (t) => ({
  duplicateCandidates: t.field({
    type: [DuplicateCandidate], sql: ['id', 'revision'],
    description: 'Records that this one may be the same as, the likest first, without those that were answered for (distinct, related). For those who may edit it; empty for others. Drafts are among them where the caller may edit those too.',
    args: { first: t.arg.int({ description: 'At most so many: 1–20, 5 unless said. Errors: BAD_USER_INPUT.' }) },
    complexity: (args) => ({ field: 5, multiplier: Math.min(20, Math.max(1, args.first ?? 5)) }),
    resolve: async (model, { first }, context, info) => {
      const candidates = await candidatesOfModel(context.db, context.viewer, model, first ?? undefined)
      const models = await readModels(candidates.map(({ modelId }) => modelId), context, info)
      return candidates.flatMap((candidate, i) => (models[i] ? [{ ...candidate, model: models[i] }] : []))
    },
  }),
  distinctions: t.field({
    type: [ModelDistinction], sql: ['id', 'revision'], description: 'Records that somebody found to be another idea than this one, newest decision first. For those who may edit it; empty for others.',
    resolve: async ({ id, revision }, _args, { db, viewer }) => (viewer !== null && (await findRevision(db, viewer, id, revision)) !== undefined ? readDistinctions(db, id) : []),
  }),
}))

builder.queryFields((t) => ({
  duplicatePairs: t.field({
    access: 'CURATOR', type: DuplicatePairConnection,
    description: 'The queue of the duplicate desk: pairs of records that may be one, the likest first, drafts too. Answer each by `mergeModels` (the same), `addRelation` (a variant) or `recordDistinctModels` (another idea): it is gone from here then. Errors: BAD_USER_INPUT.',
    args: { verdictIn: t.arg({ type: [DuplicateVerdict], description: 'Only these; all unless said.' }), ...pageArgs() },
    complexity: pageCost,
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listDuplicatePairs(db, assertSignedIn(viewer), args, selectionOf(info)), args),
  }),
}))

const RecordDistinctModelsInput = builder.inputType('RecordDistinctModelsInput', {
  description: 'Two records that are two ideas.',
  fields: (t) => ({
    sourceId: t.id({ required: true, description: 'Global id of one record.' }),
    targetId: t.id({ required: true, description: 'Global id of the other.' }),
    reason: t.string({ required: true, description: 'What tells them apart.' }),
  }),
})
const WithdrawDistinctionInput = builder.inputType('WithdrawDistinctionInput', {
  description: 'Which decision.',
  fields: (t) => ({ distinctionId: t.id({ required: true, description: 'Its `id`.' }), reason: t.string({ required: true, description: 'Why it is taken back.' }) }),
})
const distinctionField = { access: 'ANYONE' as const }
const RecordDistinctModelsPayload = mutationPayload<DistinctionRow>('RecordDistinctModels', {
  ...distinctionField, description: 'The pair is not asked again.', fields: (t) => ({ distinction: t.field({ type: ModelDistinction, description: 'The decision; an earlier one that stands is answered as it is.', resolve: (distinction) => distinction }) }),
})
const WithdrawDistinctionPayload = mutationPayload<DistinctionRow>('WithdrawDistinction', {
  ...distinctionField, description: 'The pair may be asked again.', fields: (t) => ({ distinction: t.field({ type: ModelDistinction, description: 'The decision that was taken back.', resolve: (distinction) => distinction }) }),
})

builder.mutationFields((t) => ({
  recordDistinctModels: t.field({
    type: RecordDistinctModelsPayload, access: 'CURATOR', description: 'Remembers that two records are two ideas, so that the desk does not ask again. `withdrawDistinction` takes it back.',
    args: { input: t.arg({ type: RecordDistinctModelsInput, required: true, description: 'Which two, and why.' }) },
    resolve: (_root, { input }, { db, viewer }) => recordDistinct(db, assertSignedIn(viewer), { ...input, sourceId: localId('Model', 'sourceId', input.sourceId), targetId: localId('Model', 'targetId', input.targetId) }),
  }),
  withdrawDistinction: t.field({
    type: WithdrawDistinctionPayload, access: 'CURATOR', description: 'Takes back that two records are two ideas. The decision stays in the audit log.',
    args: { input: t.arg({ type: WithdrawDistinctionInput, required: true, description: 'Which decision, and why.' }) },
    resolve: (_root, { input }, { db, viewer }) => withdrawDistinction(db, assertSignedIn(viewer), { ...input, distinctionId: localId('ModelDistinction', 'distinctionId', input.distinctionId) }),
  }),
}))
