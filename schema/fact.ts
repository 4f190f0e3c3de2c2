/** What a record tells beside results and replications: names, steps, costs, resources, conditions, changes, setbacks, recognitions. */
import type { Period as PeriodValue } from '../server/domain/model/facts.ts'
import { builder } from './builder.ts'
import { Qualifier, RecognitionLevel, ReviewDecision, SetbackKind } from './enums.ts'
import { globalId } from './ids.ts'
import { Adaptation, Alias, Citation, Condition, Cost, LegalInstrument, Locality, Period, Recognition, Resource, Review, Setback, Step } from './refs.ts'
import { related } from './select.ts'

Period.implement({
  access: 'ANYONE',
  description: 'A time span, as precisely as its source tells it.',
  fields: (t) => ({
    from: t.expose('from', { type: 'PartialDate', nullable: true, description: 'Its beginning, or the one date told.' }),
    to: t.expose('to', { type: 'PartialDate', nullable: true, description: 'Its end, included.' }),
    asWritten: t.exposeString('asWritten', { nullable: true, description: 'The source’s own words, when dates do not say it all.' }),
  }),
})

Alias.implement({
  access: 'ANYONE',
  description: 'Another name of the same model.',
  fields: (t) => ({
    id: t.id({ description: 'Names it within its record, for `updateAlias` and `removeAlias`.', sql: ['id'], resolve: ({ id }) => globalId('Alias', id) }),
    name: t.exposeString('name', { description: 'The name.' }),
    usedIn: t.exposeString('usedIn', { nullable: true, description: 'Where it is used, as written.' }),
    usedSince: t.expose('usedSince', { type: 'PartialDate', nullable: true, description: 'Since when.' }),
  }),
})

Step.implement({ access: 'ANYONE', description: 'One step of doing it, as a place did it.' })
Cost.implement({
  access: 'ANYONE',
  description: 'What something cost, somewhere.',
  fields: (t) => ({
    amount: t.exposeFloat('amount', { nullable: true, description: 'Amount in `currency`, or in kind when that is null; the lower end of a range.' }),
    amountMax: t.exposeFloat('amountMax', { nullable: true, description: 'Upper end, when a range is told.' }),
    qualifier: t.field({ type: Qualifier, description: 'How exact the amount is.', sql: ['qualifier'], resolve: ({ qualifier }) => qualifier as never }),
    asOf: t.expose('date', { type: 'PartialDate', nullable: true, description: 'When it cost that much.' }),
    currency: t.exposeString('currency', { nullable: true, description: 'ISO 4217, such as `VND`; null when paid in kind or not told.' }),
    unit: t.exposeString('unitAsWritten', { nullable: true, description: 'The unit as its source writes it.' }),
    per: t.exposeString('per', { nullable: true, description: 'For what: a camera, a site, a year.' }),
    payer: t.exposeString('payer', { nullable: true, description: 'Who paid.' }),
  }),
})
Resource.implement({
  access: 'ANYONE',
  description: 'What it takes besides money: people, equipment, documents.',
  fields: (t) => ({
    amount: t.exposeFloat('amount', { nullable: true, description: 'How many.' }),
    unit: t.exposeString('unit', { nullable: true, description: 'Of what.' }),
  }),
})
LegalInstrument.implement({
  access: 'ANYONE',
  description: 'A decision, plan or law that a model rests on, as its source names it.',
  fields: (t) => ({
    number: t.exposeString('number', { nullable: true, description: 'Its number, such as `523/QĐ-CP`.' }),
    issuer: t.exposeString('issuer', { nullable: true, description: 'Who issued it.' }),
    issuedOn: t.expose('date', { type: 'PartialDate', nullable: true, description: 'When it was issued.' }),
  }),
})
Condition.implement({
  access: 'ANYONE',
  description: 'What must hold for the model to work.',
  fields: (t) => ({
    isEditorial: t.exposeBoolean('isEditorial', { description: 'True = our reading; false = a source tells it, and is cited.' }),
    amount: t.exposeFloat('amount', { nullable: true, description: 'The figure in it, when there is one.' }),
    unit: t.exposeString('unit', { nullable: true, description: 'Unit of the figure.' }),
    number: t.exposeString('number', { nullable: true, description: 'Number of the document that sets it.' }),
    issuer: t.exposeString('issuer', { nullable: true, description: 'Who set it.' }),
  }),
})
Adaptation.implement({
  access: 'ANYONE',
  description: 'What a place changed when it took the model over.',
  fields: (t) => ({ reason: t.exposeString('reason', { nullable: true, description: 'Why.' }) }),
})
Setback.implement({
  access: 'ANYONE',
  description: 'A site that stopped, broke down or went through the motions: what a locality most needs to know.',
  fields: (t) => ({
    kind: t.field({ type: SetbackKind, description: 'What went wrong.', sql: ['kind'], resolve: ({ kind }) => kind as never }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, as told.' }),
    amount: t.exposeFloat('amount', { nullable: true, description: 'How many are concerned.' }),
    unit: t.exposeString('unit', { nullable: true, description: 'Of what.' }),
    stillWorking: t.exposeFloat('stillWorking', { nullable: true, description: 'How many of them still work, when told.' }),
    occurredOn: t.expose('date', { type: 'PartialDate', nullable: true, description: 'When.' }),
  }),
})
Recognition.implement({
  access: 'ANYONE',
  description: 'Somebody in charge noted, commended or recognised the model, or told others to replicate it.',
  fields: (t) => ({
    id: t.id({ description: 'Names it within its record, for `updateRecognition` and `removeRecognition`.', sql: ['id'], resolve: ({ id }) => globalId('Recognition', id) }),
    level: t.field({ type: RecognitionLevel, description: 'Level of who recognised it.', sql: ['level'], resolve: ({ level }) => level as never }),
    by: t.exposeString('by', { nullable: true, description: 'Who, as written.' }),
    form: t.exposeString('form', { description: 'In which form: certificate, letter, “noted and replicated nationwide” …' }),
    recognizedOn: t.expose('date', { type: 'PartialDate', nullable: true, description: 'When.' }),
    annulledOn: t.expose('annulledOn', { type: 'PartialDate', nullable: true, description: 'When it was taken back; the record stays.' }),
    annulmentReason: t.exposeString('annulmentReason', { nullable: true, description: 'Why it was taken back.' }),
  }),
})

Review.implement({
  access: 'ANYONE',
  description: 'What a yearly review found (sơ kết, xếp loại), and what it decided.',
  fields: (t) => ({
    id: t.id({ description: 'Names it within its record.', sql: ['id'], resolve: ({ id }) => globalId('Review', id) }),
    cycle: t.exposeInt('cycle', { description: 'The year that the cycle ends in: 2025 runs from 15/11/2024 to 14/11/2025.' }),
    class: t.exposeString('class', { nullable: true, description: 'The class that it was given, as written.' }),
    score: t.exposeFloat('score', { nullable: true, description: 'The score, when there is one.' }),
    decision: t.field({ type: ReviewDecision, nullable: true, description: 'What was decided.', sql: ['decision'], resolve: ({ decision }) => decision as never }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.' }),
    reviewedOn: t.expose('reviewedOn', { type: 'PartialDate', nullable: true, description: 'When.' }),
    nextDueOn: t.expose('nextDueOn', { type: 'PartialDate', nullable: true, description: 'When the next one is due.' }),
    citations: t.field({ type: [Citation], description: 'Who says so.', sql: { relation: 'citations' }, resolve: related }),
  }),
})

interface Told { id: string; text: string; placeAsWritten: string | null }
interface Dated { period: PeriodValue | null }
type Ref<T> = ReturnType<typeof builder.objectRef<T>>

for (const ref of [Step, Cost, Resource, LegalInstrument, Condition, Adaptation, Setback] as unknown as Ref<Told>[]) {
  builder.objectFields(ref, (t) => ({
    id: t.id({ description: 'Names it within its record, for the mutations that change it and take it away.', sql: ['id'], resolve: ({ id }) => globalId(ref.name, id) }),
    text: t.exposeString('text', { description: 'The fact in our own words, in Vietnamese.' }),
    placeAsWritten: t.exposeString('placeAsWritten', { nullable: true, description: 'The place as its source wrote it.' }),
    locality: t.field({ type: Locality, nullable: true, description: 'The unit that the place was then; null when it could not be told.', sql: { relation: 'locality' }, resolve: related }),
  }))
}
for (const ref of [Step, Cost, Resource, LegalInstrument, Condition, Adaptation, Setback, Recognition] as unknown as Ref<Dated>[]) {
  builder.objectFields(ref, (t) => ({
    period: t.field({ type: Period, nullable: true, description: 'When, as precisely as told.', sql: ['period'], resolve: ({ period }) => period }),
    citations: t.field({ type: [Citation], description: 'Who says so; never empty for what a source tells.', sql: { relation: 'citations' }, resolve: related }),
  }))
}
