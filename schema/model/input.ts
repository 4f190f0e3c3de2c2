/** What people write of a model: the inputs that several mutations share. */
import { builder } from '../builder.ts'
import { Confidence, OperationalStatus, OriginKind } from '../enums.ts'
import type { InputFields } from './written.ts'

export const sourceFields = (t: InputFields) => ({
  title: t.string({ required: true, description: 'Its title.' }),
  publisher: t.string({ description: 'Who published it.' }),
  url: t.field({ type: 'URL', description: 'Where it can be read.' }),
  publishedOn: t.field({ type: 'PartialDate', description: 'When it was published, as precisely as known.' }),
})
export const SourceInput = builder.inputType('SourceInput', {
  description: 'A source as people call it. One with the same address, or without one the same title and publisher, is the same source, whoever cited it first.',
  fields: sourceFields,
})

export const CitationInput = builder.inputType('CitationInput', {
  description: 'Who says so: `sourceId` of a source that is known, or `source`.',
  fields: (t) => ({
    sourceId: t.id({ description: 'Global id of a source.' }),
    source: t.field({ type: SourceInput, description: 'A source by what it is called; the record names it from then on.' }),
    locator: t.string({ description: 'Where in the source: page, section, paragraph.' }),
  }),
})

export const OriginInput = builder.inputType('OriginInput', {
  description: 'Where a model came from. What is left out stays as it is; null clears.',
  fields: (t) => ({
    kind: t.field({ type: OriginKind, description: 'How it was born.' }),
    placeAsWritten: t.string({ description: 'The place as its source writes it.' }),
    locality: t.string({ description: 'The unit that the place was then: a slug, `code@date`, or a code as of `startedOn`. An unknown one is refused, with the nearest.' }),
    startedOn: t.field({ type: 'PartialDate', description: 'When it started, as precisely as told.' }),
    startedAsWritten: t.string({ description: 'The source’s own words on when.' }),
    initiator: t.string({ description: 'Who started it: a body, never a private person.' }),
    confidence: t.field({ type: Confidence, description: 'How sure it is.' }),
  }),
})

/** The plain fields of a model. */
export const modelFields = (t: InputFields, isNew: boolean) => ({
  name: t.string({ required: isNew, description: 'Official name, in Vietnamese.' }),
  summary: t.string({ required: isNew, description: 'What it is, in a few sentences.' }),
  aliases: t.stringList({ description: 'All other names; those that stay keep what else is known of them.' }),
  problem: t.string({ description: 'What it answers.' }),
  howItWorks: t.string({ description: 'The mechanism.' }),
  leadBody: t.string({ description: 'Who leads it.' }),
  operationalStatus: t.field({ type: OperationalStatus, description: 'Whether it runs today; UNKNOWN unless said.' }),
  topics: t.stringList({ description: 'Keys of topics, such as `traffic-safety`; all of them. Unknown ones are refused, with the nearest.' }),
  settings: t.stringList({ description: 'Keys of settings; all of them.' }),
  participants: t.stringList({ description: 'Keys of participants; all of them.' }),
  origin: t.field({ type: OriginInput, description: 'Where it came from.' }),
  sources: t.field({ type: [SourceInput], description: 'The sources of the record as a whole; all of them. A source that a fact rests on stays.' }),
})
