/** The model: one replicable method, with everything that is told of it. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { findModel, findModelAsOf, findWorkingModel, listModels } from '../server/domain/model/read.ts'
import { builder } from './builder.ts'
import { Confidence, EvidenceLevel, OperationalStatus, OriginKind, RelationKind, ReplicationStatus } from './enums.ts'
import { ModelFilter, ModelOrder } from './model-filter.ts'
import { RevisionConnection } from './model/history.ts'
import { WorkflowStepConnection } from './model/steps.ts'
import { EditorialState } from './model/workflow.ts'
import { Node } from './node.ts'
import { connectionType, pageArgs, pageCost, relatedConnection, toConnection } from './pagination.ts'
import {
  Adaptation, Alias, Citation, Condition, Cost, Evidence, LegalInstrument, Locality, LocalityShare, Model, ModelRelation, Origin, Participant,
  Recognition, Resource, Review, Setback, Setting, SimilarModel, Step, Topic,
} from './refs.ts'
import { PointConnection, ReplicationConnection } from './replication.ts'
import { ResultConnection } from './result.ts'
import { related, selectionOf } from './select.ts'
import { CitationConnection, SourceConnection } from './source.ts'

Evidence.implement({
  access: 'ANYONE',
  description: 'How far a model’s claims can be trusted, by which rules, and why.',
  fields: (t) => ({
    level: t.field({ type: EvidenceLevel, description: 'The level that the record reaches.', sql: ['evidenceLevel'], resolve: ({ evidenceLevel }) => evidenceLevel }),
    ruleVersion: t.exposeInt('evidenceRuleVersion', { description: 'Version of the rules that gave it.' }),
    reasons: t.exposeStringList('evidenceReasons', { description: 'Why, and what is missing for more, in Vietnamese.' }),
  }),
})

Origin.implement({
  access: 'ANYONE',
  description: 'Who started it, where (as then named) and when.',
  fields: (t) => ({
    kind: t.field({ type: OriginKind, description: 'How it was born.', sql: ['kind'], resolve: ({ kind }) => kind as never }),
    placeAsWritten: t.exposeString('placeAsWritten', { nullable: true, description: 'The place as its source wrote it.' }),
    localityThen: t.field({ type: Locality, nullable: true, description: 'The unit that the place was then; null when it could not be told.', sql: { relation: 'localityThen' }, resolve: related }),
    localitiesNow: t.field({ type: [LocalityShare], description: 'Today’s units on that territory; empty when the place could not be told.', sql: { relation: 'localitiesNow' }, resolve: related }),
    startedOn: t.expose('startedOn', { type: 'PartialDate', nullable: true, description: 'When it started, as precisely as told.' }),
    startedAsWritten: t.exposeString('startedAsWritten', { nullable: true, description: 'The source’s own words on when, when a date does not say it all.' }),
    initiator: t.exposeString('initiator', { nullable: true, description: 'Who started it: a body, never a private person.' }),
    confidence: t.field({ type: Confidence, description: 'How sure it is.', sql: ['confidence'], resolve: ({ confidence }) => confidence as never }),
    alternatives: t.field({ type: [Origin], description: 'Other origins that sources claim; they stay side by side.', sql: { relation: 'alternatives' }, resolve: related }),
    citations: t.field({ type: [Citation], description: 'Who says so.', sql: { relation: 'citations' }, resolve: related }),
  }),
})

ModelRelation.implement({
  access: 'ANYONE',
  description: 'How this model stands to another.',
  fields: (t) => ({
    id: t.id({ description: 'Names it within its record, for `updateRelation` and `removeRelation`.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('ModelRelation', id) }),
    kind: t.field({ type: RelationKind, description: 'The relation, read from this model to the other.', sql: ['kind'], resolve: ({ kind }) => kind as never }),
    model: t.field({ type: Model, description: 'The other model.', sql: { relation: 'model' }, resolve: related }),
    note: t.exposeString('note', { nullable: true, description: 'What else is told.' }),
    citations: t.field({ type: [Citation], description: 'Who says so; empty when it is our reading.', sql: { relation: 'citations' }, resolve: related }),
  }),
})

Model.implement({
  access: 'ANYONE',
  description: 'A replicable method (mô hình): what it is, where it came from, what it achieved, who copied it, and how far each claim can be trusted.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('Model', id) }),
    slug: t.exposeString('slug', { description: 'Stable name in addresses; an old one leads here for ever.' }),
    url: t.field({ type: 'URL', description: 'Its page on this installation.', sql: ['slug'], resolve: ({ slug }, _args, { config }) => `${config.publicUrl}/models/${slug}` }),
    revision: t.exposeInt('revision', { description: 'Number of the revision that is read, from 1; what `expectedRevision` of a mutation takes when it is the working one.' }),
    name: t.exposeString('name', { description: 'Official name, in Vietnamese.' }),
    aliases: t.field({ type: [Alias], description: 'Other names, with where and since when.', sql: { relation: 'aliases' }, resolve: related }),
    summary: t.exposeString('summary', { description: 'What it is, in a few sentences.' }),
    problem: t.exposeString('problem', { nullable: true, description: 'What it answers; null = not told.' }),
    howItWorks: t.exposeString('howItWorks', { nullable: true, description: 'The mechanism; null = not told.' }),
    leadBody: t.exposeString('leadBody', { nullable: true, description: 'Who leads it; null = not told.' }),
    implementationSteps: t.field({ type: [Step], description: 'How to do it, step by step, as places did.', sql: { relation: 'implementationSteps' }, resolve: related }),
    costs: t.field({ type: [Cost], description: 'What it cost, where told.', sql: { relation: 'costs' }, resolve: related }),
    legalBases: t.field({ type: [LegalInstrument], description: 'What it rests on.', sql: { relation: 'legalBases' }, resolve: related }),
    conditions: t.field({ type: [Condition], description: 'What must hold; `isEditorial` tells our reading from a source’s claim.', sql: { relation: 'conditions' }, resolve: related }),
    resources: t.field({ type: [Resource], description: 'What it takes besides money.', sql: { relation: 'resources' }, resolve: related }),
    adaptations: t.field({ type: [Adaptation], description: 'What places changed.', sql: { relation: 'adaptations' }, resolve: related }),
    setbacks: t.field({ type: [Setback], description: 'Where it stopped, broke down or went through the motions.', sql: { relation: 'setbacks' }, resolve: related }),
    topics: t.field({ type: [Topic], description: 'What it is about.', sql: { relation: 'topics' }, resolve: related }),
    settings: t.field({ type: [Setting], description: 'Where it works.', sql: { relation: 'settings' }, resolve: related }),
    participants: t.field({ type: [Participant], description: 'Who takes part.', sql: { relation: 'participants' }, resolve: related }),
    operationalStatus: t.field({ type: OperationalStatus, description: 'Whether it runs today.', sql: ['operationalStatus'], resolve: ({ operationalStatus }) => operationalStatus as never }),
    evidence: t.field({ type: Evidence, description: 'How far its claims can be trusted.', resolve: (model) => model }),
    origin: t.field({ type: Origin, description: 'Where it came from.', sql: { relation: 'origin' }, resolve: related }),
    results: t.field({ type: ResultConnection, description: 'What it achieved: every claim credited to it, whichever record tells it.', args: pageArgs(), complexity: pageCost, sql: { relation: 'results' }, resolve: relatedConnection }),
    replications: t.field({
      type: ReplicationConnection, description: 'Where it went, failures included.', complexity: pageCost, sql: { relation: 'replications' }, resolve: relatedConnection,
      args: {
        statusIn: t.arg({ type: [ReplicationStatus], description: 'Only these outcomes.' }),
        localityIn: t.arg.stringList({ description: 'Only on the territory of these units: slugs, `code@date` or codes.' }),
        ...pageArgs(),
      },
    }),
    points: t.field({
      type: PointConnection, description: 'The sites that run it, as far as told.', complexity: pageCost, sql: { relation: 'points' }, resolve: relatedConnection,
      args: {
        statusIn: t.arg({ type: [ReplicationStatus], description: 'Only these states.' }),
        localityIn: t.arg.stringList({ description: 'Only on the territory of these units: slugs, `code@date` or codes. Today’s ward shows what its predecessors had.' }),
        ...pageArgs(),
      },
    }),
    recognitions: t.field({ type: [Recognition], description: 'Who recognised it; annulled ones stay, marked so.', sql: { relation: 'recognitions' }, resolve: related }),
    sources: t.field({ type: SourceConnection, description: 'All sources of the record, in its own order.', args: pageArgs(), complexity: pageCost, sql: { relation: 'sources' }, resolve: relatedConnection }),
    citations: t.field({
      type: CitationConnection, description: 'What supports the record itself and its plain fields; facts carry their own citations.', complexity: pageCost, sql: { relation: 'citations' }, resolve: relatedConnection,
      args: { field: t.arg.string({ description: 'Only those of this field, such as `summary`.' }), ...pageArgs() },
    }),
    relations: t.field({ type: [ModelRelation], description: 'Variants, parts, successors and the like.', sql: { relation: 'relations' }, resolve: related }),
    similar: t.field({
      type: [SimilarModel], description: 'Models that tell of the same things, the likest first, with why. Nobody wrote this down: it is reckoned from the texts and vocabularies.', sql: { relation: 'similar' }, resolve: related,
      args: { first: t.arg.int({ description: 'At most so many: 1–20, 5 unless said. Errors: BAD_USER_INPUT.' }) },
      complexity: (args) => ({ field: 2, multiplier: Math.min(20, Math.max(1, args.first ?? 5)) }),
    }),
    reviews: t.field({ type: [Review], description: 'Yearly reviews of the record, as they were published.', sql: { relation: 'reviews' }, resolve: related }),
    history: t.field({ type: RevisionConnection, description: 'Its revisions, newest first: for anybody those that were published, for those who may edit it all.', args: pageArgs(), complexity: pageCost, sql: { relation: 'history' }, resolve: relatedConnection }),
    editorialState: t.field({ type: EditorialState, description: 'Where its working revision stands, for those who may edit it; for others it is PUBLISHED.', sql: ['editorialState'], resolve: ({ editorialState }) => editorialState as never }),
    workflowSteps: t.field({ type: WorkflowStepConnection, description: 'Its way through the workflow, newest step first, for those who may edit it: who did what, when and why, such as which changes were asked for. Empty for others. What the catalogue came with has none before its first edit.', args: pageArgs(), complexity: pageCost, sql: { relation: 'workflowSteps' }, resolve: relatedConnection }),
    draft: t.field({
      type: Model, nullable: true, description: 'The working revision, when it is not the published one, for those who may edit it; null for others.', sql: ['id', 'hasDraft'],
      resolve: (model, _args, { db, viewer }, info) => (model.hasDraft ? findWorkingModel(db, viewer, model.id, selectionOf(info)) : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the record was first published here.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the published record last changed.' }),
  }),
})

SimilarModel.implement({
  access: 'ANYONE',
  description: 'A model that is like another.',
  fields: (t) => ({
    model: t.field({ type: Model, description: 'The model.', sql: { relation: 'model' }, resolve: related }),
    score: t.exposeFloat('score', { description: 'How like, 0–1.' }),
    reasons: t.exposeStringList('reasons', { description: 'What they share, in Vietnamese.' }),
  }),
})

export const ModelConnection = connectionType(Model, 'models')

builder.queryFields((t) => ({
  model: t.field({
    access: 'ANYONE', type: Model, nullable: true,
    description: 'One model by its slug; a merged record’s old slug answers with the record it went into. Null when there is none.',
    args: {
      slug: t.arg.string({ required: true, description: 'Its slug, such as `cau-lac-bo-huong-thien`.' }),
      asOf: t.arg({ type: 'DateTime', description: 'Reads the revision that was published at that moment, its places under the names of that day; null when there was none. Other records that it names are told as of now.' }),
    },
    resolve: (_root, { slug, asOf }, { db, viewer }, info) => (asOf ? findModelAsOf(db, viewer, slug, asOf, selectionOf(info)) : findModel(db, viewer, slug, selectionOf(info))),
  }),
  models: t.field({
    access: 'ANYONE', type: ModelConnection,
    description: 'All models that the caller may see, page by page. For a text to look for use `searchModels`. Errors: BAD_USER_INPUT.',
    args: {
      filter: t.arg({ type: ModelFilter, description: 'Which models; all unless said.' }),
      orderBy: t.arg({ type: ModelOrder, description: 'In which order; by name unless said. Cursors belong to one ordering.' }),
      ...pageArgs(),
    },
    complexity: pageCost,
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listModels(db, viewer, args, selectionOf(info)), args),
  }),
}))
