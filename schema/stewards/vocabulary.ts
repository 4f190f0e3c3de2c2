/** Vocabularies and thesaurus, as curators keep them. Each change can be tried first: `dryRun`. */
import { CONCEPT_KINDS, createConcept, mergeConcepts, updateConcept } from '../../server/domain/concept/edit.ts'
import { type ConceptRow, listConcepts, readConcept } from '../../server/domain/concept/read.ts'
import { readTerm } from '../../server/domain/term/read.ts'
import { createTerm, deprecateTerm, mergeTerms, TERM_KINDS, updateTerm } from '../../server/domain/term/write.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import type { VocabularyChanged } from '../../server/domain/vocabulary.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { mutationPayload } from '../errors.ts'
import { globalId, localIdOf } from '../ids.ts'
import { connectionType, pageArgs, pageCost, toConnection } from '../pagination.ts'
import { Term } from '../refs.ts'
import { related, selectionOf } from '../select.ts'

const TERM_TYPES = { TOPIC: 'Topic', SETTING: 'Setting', PARTICIPANT: 'Participant' } as const
const termId = (argument: string, id: string): string => localIdOf(Object.values(TERM_TYPES), argument, id)

const TermKind = labelledEnum('TermKind', 'A vocabulary.', TERM_KINDS, { TOPIC: ['Lĩnh vực', 'Topics.'], SETTING: ['Môi trường', 'Settings.'], PARTICIPANT: ['Lực lượng tham gia', 'Participants.'] })
const ConceptKind = labelledEnum('ConceptKind', 'What kind of thing a concept of the thesaurus is.', CONCEPT_KINDS, {
  PROBLEM: ['Vấn đề', 'What people want to be rid of.'], TOPIC: ['Lĩnh vực', 'What a model is about.'], SETTING: ['Môi trường', 'Where a model works.'], PARTICIPANT: ['Lực lượng', 'Who takes part.'], MEANS: ['Phương tiện', 'What it is done with.'], ACTIVITY: ['Hoạt động', 'What is done.'],
})

const Concept = builder.objectRef<ConceptRow>('Concept')
const typed = (rows: { kind?: string }[]) => rows.map((row) => ({ ...row, __typename: TERM_TYPES[row.kind as keyof typeof TERM_TYPES] }))
Concept.implement({
  access: 'ANYONE', description: 'What people say for what the catalogue means: a concept of the thesaurus, by which queries are understood.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Names it; never changes.' }),
    kind: t.field({ type: ConceptKind, description: 'What kind of thing it is.', sql: ['kind'], resolve: ({ kind }) => kind }),
    labelVi: t.exposeString('labelVi', { description: 'Its Vietnamese name.' }), labelEn: t.exposeString('labelEn', { description: 'Its English name.' }),
    synonyms: t.exposeStringList('synonyms', { description: 'Vietnamese words that mean it, or are a case of it; looked for in records, too.' }),
    dialect: t.exposeStringList('dialect', { description: 'The same as people of one region, or in anger, say it.' }),
    english: t.exposeStringList('english', { description: 'English words that mean it.' }),
    broader: t.field({ type: [Concept], description: 'What is told of it is told of these, too.', sql: { relation: 'broader' }, resolve: related }),
    related: t.field({ type: [Concept], description: 'Who asks for it is helped by these.', sql: { relation: 'related' }, resolve: related }),
    same: t.field({ type: [Term], description: 'The word of a vocabulary that it is.', sql: { relation: 'same' }, resolve: (parent, args, context, info) => typed(related(parent, args, context, info)) as never }),
    leadsTo: t.field({ type: [Term], description: 'Words of vocabularies that it leads to.', sql: { relation: 'leadsTo' }, resolve: (parent, args, context, info) => typed(related(parent, args, context, info)) as never }),
    modelCount: t.exposeInt('modelCount', { description: 'How many published models tell of it.' }),
    mergedInto: t.exposeString('mergedInto', { nullable: true, description: 'Key of the concept that it went into; null = it stands.' }),
  }),
})
const ConceptConnection = connectionType(Concept, 'concepts')

builder.queryFields((t) => ({
  concepts: t.field({
    access: 'ANYONE', type: ConceptConnection, complexity: pageCost, description: 'The thesaurus, by key. Errors: BAD_USER_INPUT.',
    args: { text: t.arg.string({ description: 'Only concepts with this in one of their words, marks optional.' }), kindIn: t.arg({ type: [ConceptKind], description: 'Only these kinds.' }), ...pageArgs() },
    resolve: async (_root, args, { db }, info) => toConnection(await listConcepts(db, args, selectionOf(info)), args),
  }),
}))

const TouchedModel = builder.objectRef<VocabularyChanged['models'][number]>('TouchedModel').implement({
  access: 'ANYONE', description: 'A published model that a change touches.',
  fields: (t) => ({ id: t.id({ description: 'Global id.', resolve: ({ id }) => globalId('Model', id) }), slug: t.exposeString('slug', { description: 'Its slug.' }), name: t.exposeString('name', { description: 'Its name.' }) }),
})
const touched = (t: any) => ({
  isDryRun: t.exposeBoolean('isDryRun', { description: 'True = this is what would be done; nothing was.' }),
  modelCount: t.exposeInt('modelCount', { description: 'How many published models are filed or found otherwise: each was brought up to date, in search too.' }),
  models: t.field({ type: [TouchedModel], description: 'The first hundred of them, by slug.', resolve: ({ models }: VocabularyChanged) => models }),
})
const termPayload = (mutation: string, description: string) => mutationPayload<VocabularyChanged>(mutation, {
  access: 'ANYONE', description,
  fields: (t) => ({
    ...touched(t),
    term: t.field({ type: Term, nullable: true, description: 'The word as it stands now; of a dry run as it stood before, null for one that would be new.', resolve: async ({ id }, _args, { db }) => { const row = await readTerm(db, id); return row === null ? null : (typed([row])[0] as never) } }),
  }),
})
const conceptPayload = (mutation: string, description: string) => mutationPayload<VocabularyChanged>(mutation, {
  access: 'ANYONE', description,
  fields: (t) => ({
    ...touched(t),
    concept: t.field({ type: Concept, nullable: true, description: 'The concept as it stands now; of a dry run as it stood before, null for one that would be new.', resolve: ({ id }, _args, { db }, info) => readConcept(db, id, selectionOf(info)) }),
  }),
})

type Inputs = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]
const trying = (t: Inputs) => ({ dryRun: t.boolean({ description: 'True = say what would be touched, and change nothing.' }), reason: t.string({ description: 'Why, for the audit log: at most 2,000 characters.' }) })
const termFields = (t: Inputs, isNew: boolean) => ({
  labelVi: t.string({ required: isNew, description: 'What people read, in Vietnamese.' }), labelEn: t.string({ required: isNew, description: 'The same in English.' }),
  description: t.string({ description: 'What the word covers, in Vietnamese.' }), synonyms: t.stringList({ description: 'Other words that mean it in texts and searches; all of them.' }),
})
const conceptFields = (t: Inputs, isNew: boolean) => ({
  labelVi: t.string({ required: isNew, description: 'Its Vietnamese name.' }), labelEn: t.string({ required: isNew, description: 'Its English name.' }),
  synonyms: t.stringList({ description: 'Vietnamese words that mean it; all of them.' }), dialect: t.stringList({ description: 'The same as people of one region say it; all of them.' }), english: t.stringList({ description: 'English words that mean it; all of them.' }),
  broader: t.stringList({ description: 'Keys of the concepts that it is a case of; all of them.' }), related: t.stringList({ description: 'Keys of the concepts that help who asks for it; all of them.' }),
  sameTermId: t.id({ description: 'Global id of the word of a vocabulary that it is; null = none.' }), leadsToTermIds: t.idList({ description: 'Global ids of the words of vocabularies that it leads to; all of them.' }),
})
const CreateTermInput = builder.inputType('CreateTermInput', {
  description: 'A new word of a vocabulary.',
  fields: (t) => ({ kind: t.field({ type: TermKind, required: true, description: 'The vocabulary.' }), key: t.string({ required: true, description: 'What filters take, such as `traffic-safety`; never changes.' }), ...termFields(t, true), ...trying(t) }),
})
const UpdateTermInput = builder.inputType('UpdateTermInput', {
  description: 'What a word is to say. What is left out stays as it is; null clears the description.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Global id of the topic, setting or participant.' }), ...termFields(t, false), position: t.int({ description: 'Its place in the vocabulary’s order, from 0.' }), ...trying(t) }),
})
const DeprecateTermInput = builder.inputType('DeprecateTermInput', {
  description: 'Which word.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Global id of the topic, setting or participant.' }), isDeprecated: t.boolean({ required: true, defaultValue: true, description: 'False takes it back into use.' }), ...trying(t) }),
})
const MergeTermsInput = builder.inputType('MergeTermsInput', {
  description: 'Two words of one vocabulary that mean one thing.',
  fields: (t) => ({ sourceId: t.id({ required: true, description: 'Global id of the word that goes into the other; its key leads there for ever.' }), targetId: t.id({ required: true, description: 'Global id of the word that stays.' }), ...trying(t) }),
})
const CreateConceptInput = builder.inputType('CreateConceptInput', {
  description: 'A new concept.',
  fields: (t) => ({ key: t.string({ required: true, description: 'Names it; never changes.' }), kind: t.field({ type: ConceptKind, required: true, description: 'What kind of thing it is.' }), ...conceptFields(t, true), ...trying(t) }),
})
const UpdateConceptInput = builder.inputType('UpdateConceptInput', {
  description: 'What a concept is to say. What is left out stays as it is.',
  fields: (t) => ({ key: t.string({ required: true, description: 'Its key.' }), ...conceptFields(t, false), ...trying(t) }),
})
const MergeConceptsInput = builder.inputType('MergeConceptsInput', {
  description: 'Two concepts that are one.',
  fields: (t) => ({ sourceKey: t.string({ required: true, description: 'Key of the concept that goes into the other.' }), targetKey: t.string({ required: true, description: 'Key of the concept that stays.' }), ...trying(t) }),
})
/** Fields of inputs are given or not; null says the same as not, where nothing can be cleared. */
const given = <T extends object>(input: T, ...clearable: string[]) => Object.fromEntries(Object.entries(input).filter(([name, value]) => value !== undefined && (value !== null || clearable.includes(name)))) as never

builder.mutationFields((t) => ({
  createTerm: t.field({
    access: 'CURATOR', type: termPayload('CreateTerm', 'The word is in the vocabulary.'), description: 'Adds a word to a vocabulary. For curators.', args: { input: t.arg({ type: CreateTermInput, required: true, description: 'The word.' }) },
    resolve: (_root, { input }, { db, viewer }) => createTerm(db, assertSignedIn(viewer), given(input)),
  }),
  updateTerm: t.field({
    access: 'CURATOR', type: termPayload('UpdateTerm', 'The word says it.'), description: 'Changes labels, synonyms or place of a word; its key stays. Records and searches follow at once. For curators.',
    args: { input: t.arg({ type: UpdateTermInput, required: true, description: 'What is to change.' }) },
    resolve: (_root, { input }, { db, viewer }) => updateTerm(db, assertSignedIn(viewer), given({ ...input, id: termId('id', input.id) }, 'description')),
  }),
  deprecateTerm: t.field({
    access: 'CURATOR', type: termPayload('DeprecateTerm', 'The word is out of use, or back in it.'), description: 'Takes a word out of use: menus offer it no more; records that are filed under it, and filters, keep it. For curators.',
    args: { input: t.arg({ type: DeprecateTermInput, required: true, description: 'Which word.' }) },
    resolve: (_root, { input }, { db, viewer }) => deprecateTerm(db, assertSignedIn(viewer), { ...input, id: termId('id', input.id) }),
  }),
  mergeTerms: t.field({
    access: 'CURATOR', type: termPayload('MergeTerms', 'The two are one. `term` is the one that stays.'), description: 'Makes one word of two. Records of both are filed under the one that stays; the other’s key leads there, in filters too. For curators.',
    args: { input: t.arg({ type: MergeTermsInput, required: true, description: 'Which two.' }) },
    resolve: (_root, { input }, { db, viewer }) => mergeTerms(db, assertSignedIn(viewer), { ...input, sourceId: termId('sourceId', input.sourceId), targetId: termId('targetId', input.targetId) }),
  }),
  createConcept: t.field({
    access: 'CURATOR', type: conceptPayload('CreateConcept', 'The concept is in the thesaurus.'), description: 'Adds a concept to the thesaurus. For curators.', args: { input: t.arg({ type: CreateConceptInput, required: true, description: 'The concept.' }) },
    resolve: (_root, { input }, { db, viewer }) => createConcept(db, assertSignedIn(viewer), given(withTerms(input), 'sameTermId')),
  }),
  updateConcept: t.field({
    access: 'CURATOR', type: conceptPayload('UpdateConcept', 'The concept says it.'), description: 'Changes words and ties of a concept. Queries are understood by it at once, and records are tagged anew. For curators.',
    args: { input: t.arg({ type: UpdateConceptInput, required: true, description: 'What is to change.' }) },
    resolve: (_root, { input }, { db, viewer }) => updateConcept(db, assertSignedIn(viewer), given(withTerms(input), 'sameTermId')),
  }),
  mergeConcepts: t.field({
    access: 'CURATOR', type: conceptPayload('MergeConcepts', 'The two are one. `concept` is the one that stays.'), description: 'Makes one concept of two: the words of both say the one that stays. For curators.',
    args: { input: t.arg({ type: MergeConceptsInput, required: true, description: 'Which two.' }) },
    resolve: (_root, { input }, { db, viewer }) => mergeConcepts(db, assertSignedIn(viewer), input),
  }),
}))

const withTerms = <T extends { sameTermId?: string | null | undefined; leadsToTermIds?: string[] | null | undefined }>(input: T): T => ({
  ...input, sameTermId: input.sameTermId && termId('sameTermId', input.sameTermId), leadsToTermIds: input.leadsToTermIds?.map((id) => termId('leadsToTermIds', id)),
})
