/** What people write of each kind of part. */
import type { InputFieldMap, ObjectRef } from '@pothos/core'
import { builder } from '../builder.ts'
import { Attribution, Confidence, CountingUnit, Effect, Qualifier, RecognitionLevel, RelationKind, ReplicationStatus, ReviewDecision, SetbackKind, Spread } from '../enums.ts'
import { Adaptation, Alias, Condition, Cost, LegalInstrument, ModelRelation, Point, Recognition, Replication, Resource, Result, Setback, Step } from '../refs.ts'
import { CitationInput } from './input.ts'
import type { InputFields } from './written.ts'

const PeriodInput = builder.inputType('PeriodInput', {
  description: 'A time span, as precisely as its source tells it.',
  fields: (t) => ({
    from: t.field({ type: 'PartialDate', description: 'Its beginning, or the one date told.' }),
    to: t.field({ type: 'PartialDate', description: 'Its end, included.' }),
    asWritten: t.string({ description: 'The source’s own words, when dates do not say it all.' }),
  }),
})
const BaselineInput = builder.inputType('BaselineInput', {
  description: 'What a figure is compared with.',
  fields: (t) => ({
    value: t.float({ description: 'The figure before; null = only a period is told.' }),
    period: t.field({ type: PeriodInput, description: 'The time before.' }),
  }),
})

const citations = (t: InputFields, isNew: boolean) => ({ citations: t.field({ type: [CitationInput], required: isNew ? { list: true, items: true } : { list: false, items: true }, description: 'Who says so; at least one. Given, they replace those that are there.' }) })
const place = (t: InputFields) => ({
  placeAsWritten: t.string({ description: 'The place as its source writes it.' }),
  locality: t.string({ description: 'The unit that the place was then: a slug, `code@date`, or a code as of the date that the part tells. An unknown one is refused, with the nearest.' }),
})
const dated = (t: InputFields) => ({
  date: t.field({ type: 'PartialDate', description: 'When.' }),
  dateTo: t.field({ type: 'PartialDate', description: 'Until when.' }),
  dateAsWritten: t.string({ description: 'The source’s own words on when.' }),
})

/** What all told facts share: a text, a place, a date. */
const told = (t: InputFields, isNew: boolean) => ({ text: t.string({ required: isNew, description: 'The fact in our own words, in Vietnamese.' }), ...place(t), ...dated(t) })
const amounts = (t: InputFields, of: string) => ({ amount: t.float({ description: `How many${of}.` }), unit: t.string({ description: 'Of what, in Vietnamese.' }) })
const paper = (t: InputFields, of: string) => ({ number: t.string({ description: `Number of the document${of}, such as \`523/QĐ-CP\`.` }), issuer: t.string({ description: 'Who issued it.' }) })

export interface PartKind { noun: string; what: string; list: string; ref: ObjectRef<any, any, any>; fields: (t: InputFields, isNew: boolean) => InputFieldMap }

export const PARTS: readonly PartKind[] = [
  {
    noun: 'Result', what: 'a result', list: 'results', ref: Result,
    fields: (t, isNew) => ({
      statement: t.string({ required: isNew, description: 'The claim in our own words.' }),
      indicator: t.string({ description: 'What is measured.' }),
      value: t.float({ description: 'The figure, or the lower end of a range; null = the claim has none.' }),
      valueMax: t.float({ description: 'Upper end, when a range is told.' }),
      outOf: t.float({ description: 'The whole that the figure is part of.' }),
      qualifier: t.field({ type: Qualifier, description: 'How exact; EXACT unless said.' }),
      unit: t.string({ description: 'Unit of the figure, in Vietnamese.' }),
      countingUnit: t.field({ type: CountingUnit, description: 'Kind of thing that is counted; NONE without a figure, else OTHER unless said.' }),
      period: t.field({ type: PeriodInput, description: 'The time that it covers.' }),
      asOf: t.field({ type: 'PartialDate', description: 'The day that it was true.' }),
      baseline: t.field({ type: BaselineInput, description: 'What it is compared with.' }),
      comparisonAsWritten: t.string({ description: 'The source’s own words on comparison.' }),
      ...place(t),
      attribution: t.field({ type: Attribution, description: 'Whether it says anything of the model’s effect; CONTRIBUTION unless said.' }),
      effect: t.field({ type: Effect, description: 'Which way it points; UNKNOWN unless said.' }),
      creditedTo: t.idList({ description: 'Global ids of other models that this very claim is reported for; all of them.' }),
      ...citations(t, isNew),
    }) as InputFieldMap,
  },
  {
    noun: 'Replication', what: 'a replication', list: 'replications', ref: Replication,
    fields: (t, isNew) => ({
      spread: t.field({ type: Spread, description: 'How it came there; UNKNOWN unless said.' }),
      ...place(t), placeAsWritten: t.string({ required: isNew, description: 'The place as its source writes it.' }),
      startedOn: t.field({ type: 'PartialDate', description: 'When it started there.' }),
      endedOn: t.field({ type: 'PartialDate', description: 'When it ended there.' }),
      startedAsWritten: t.string({ description: 'The source’s own words on when.' }),
      status: t.field({ type: ReplicationStatus, description: 'What became of it; UNKNOWN unless said.' }),
      statusReason: t.string({ description: 'Why it stopped or failed.' }),
      mandate: t.string({ description: 'The plan or order behind it.' }),
      sites: t.int({ description: 'How many sites (điểm) run it there.' }),
      members: t.int({ description: 'How many people take part there.' }),
      note: t.string({ description: 'What else is told.' }),
      confidence: t.field({ type: Confidence, description: 'How sure it is; CLAIMED unless said.' }),
      ...citations(t, isNew),
    }) as InputFieldMap,
  },
  {
    noun: 'Point', what: 'a site', list: 'points', ref: Point,
    fields: (t, isNew) => ({
      name: t.string({ required: isNew, description: 'Name of the site.' }),
      ...place(t),
      startedOn: t.field({ type: 'PartialDate', description: 'When it started.' }),
      status: t.field({ type: ReplicationStatus, description: 'Whether it runs; UNKNOWN unless said.' }),
      groupCount: t.int({ description: 'Teams (tổ) at the site.' }),
      ...citations(t, isNew),
    }) as InputFieldMap,
  },
  {
    noun: 'Recognition', what: 'a recognition', list: 'recognitions', ref: Recognition,
    fields: (t, isNew) => ({
      level: t.field({ type: RecognitionLevel, required: isNew, description: 'Level of who recognised it.' }),
      by: t.string({ description: 'Who, as written; needed for the levels MINISTRY and NATIONAL.' }),
      form: t.string({ required: isNew, description: 'In which form.' }),
      ...dated(t),
      annulledOn: t.field({ type: 'PartialDate', description: 'When it was taken back; needs a reason. It stays in the record.' }),
      annulmentReason: t.string({ description: 'Why it was taken back.' }),
      ...citations(t, isNew),
    }) as InputFieldMap,
  },
  {
    noun: 'Alias', what: 'another name', list: 'aliases', ref: Alias,
    fields: (t, isNew) => ({
      name: t.string({ required: isNew, description: 'The name.' }),
      usedIn: t.string({ description: 'Where it is used.' }),
      usedSince: t.field({ type: 'PartialDate', description: 'Since when.' }),
    }) as InputFieldMap,
  },
  {
    noun: 'Relation', what: 'a relation', list: 'relations', ref: ModelRelation,
    fields: (t, isNew) => ({
      kind: t.field({ type: RelationKind, required: isNew, description: 'The relation, read from this record to the other.' }),
      model: t.id({ required: isNew, description: 'Global id of the other model.' }),
      note: t.string({ description: 'What else is told.' }),
      citations: t.field({ type: [CitationInput], description: 'Who says so; none when it is our reading.' }),
    }) as InputFieldMap,
  },
  { noun: 'Step', what: 'a step of doing it', list: 'steps', ref: Step, fields: (t, isNew) => ({ ...told(t, isNew), ...citations(t, isNew) }) as InputFieldMap },
  {
    noun: 'Cost', what: 'a cost', list: 'costs', ref: Cost,
    fields: (t, isNew) => ({
      ...told(t, isNew),
      amount: t.float({ description: 'Amount in `currency`, or in kind when that is null; the lower end of a range.' }),
      amountMax: t.float({ description: 'Upper end, when a range is told.' }),
      qualifier: t.field({ type: Qualifier, description: 'How exact; EXACT unless said.' }),
      currency: t.string({ description: 'ISO 4217, such as `VND`; null when paid in kind or not told.' }),
      unitAsWritten: t.string({ description: 'The unit as its source writes it.' }),
      per: t.string({ description: 'For what: a camera, a site, a year.' }),
      payer: t.string({ description: 'Who paid: a body, never a private person.' }),
      ...citations(t, isNew),
    }) as InputFieldMap,
  },
  { noun: 'Resource', what: 'what it takes besides money', list: 'resources', ref: Resource, fields: (t, isNew) => ({ ...told(t, isNew), ...amounts(t, ''), ...citations(t, isNew) }) as InputFieldMap },
  { noun: 'LegalBasis', what: 'a paper that it rests on', list: 'legalBases', ref: LegalInstrument, fields: (t, isNew) => ({ ...told(t, isNew), ...paper(t, ''), ...citations(t, isNew) }) as InputFieldMap },
  {
    noun: 'Condition', what: 'a condition', list: 'conditions', ref: Condition,
    fields: (t, isNew) => ({
      ...told(t, isNew),
      isEditorial: t.boolean({ required: isNew, description: 'True = our reading, which needs no source; false = a source tells it.' }),
      ...amounts(t, ', when there is a figure in it'), ...paper(t, ' that sets it'),
      citations: t.field({ type: [CitationInput], description: 'Who says so; at least one unless `isEditorial`. Given, they replace those that are there.' }),
    }) as InputFieldMap,
  },
  {
    noun: 'Adaptation', what: 'what a place changed', list: 'adaptations', ref: Adaptation,
    fields: (t, isNew) => ({ ...told(t, isNew), why: t.string({ description: 'Why the place changed it: its `reason`. (`reason` here is that of the revision.)' }), ...citations(t, isNew) }) as InputFieldMap,
  },
  {
    noun: 'Setback', what: 'a setback', list: 'setbacks', ref: Setback,
    fields: (t, isNew) => ({
      kind: t.field({ type: SetbackKind, required: isNew, description: 'What went wrong.' }),
      ...told(t, isNew), why: t.string({ description: 'Why it went wrong, as told: its `reason`. (`reason` here is that of the revision.)' }), ...amounts(t, ' are concerned'),
      stillWorking: t.float({ description: 'How many of them still work, when told.' }),
      ...citations(t, isNew),
    }) as InputFieldMap,
  },
]

export const reviewFields = (t: InputFields): InputFieldMap => ({
  cycle: t.int({ required: true, description: 'The year that the cycle ends in: 2025 runs from 15/11/2024 to 14/11/2025.' }),
  class: t.string({ description: 'The class that it was given, as written.' }),
  score: t.float({ description: 'The score.' }),
  decision: t.field({ type: ReviewDecision, description: 'What was decided; RETIRE needs a `decisionReason`.' }),
  decisionReason: t.string({ description: 'Why it was decided so.' }),
  reviewedOn: t.field({ type: 'PartialDate', description: 'When.' }),
  nextDueOn: t.field({ type: 'PartialDate', description: 'When the next one is due.' }),
  citations: t.field({ type: [CitationInput], description: 'Who says so.' }),
}) as InputFieldMap
