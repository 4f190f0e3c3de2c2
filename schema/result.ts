/** Results: one claim each. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { Attribution, CountingUnit, Effect, EvidenceLevel, Qualifier } from './enums.ts'
import { Node } from './node.ts'
import { connectionType } from './pagination.ts'
import { Baseline, Citation, Locality, Model, Period, Result } from './refs.ts'
import { related } from './select.ts'

Baseline.implement({
  access: 'ANYONE',
  description: 'What a result is compared with.',
  fields: (t) => ({
    value: t.exposeFloat('value', { nullable: true, description: 'The figure before, in the unit of the result; null when only the period is told.' }),
    period: t.field({ type: Period, nullable: true, description: 'When that was.', resolve: ({ period }) => period }),
  }),
})

Result.implement({
  access: 'ANYONE',
  description: 'One claim about what a model achieved: a figure, how exact, when, where, and who says so. Two sources that disagree are two results.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('Result', id) }),
    statement: t.exposeString('statement', { description: 'The claim in one sentence, in Vietnamese.' }),
    indicator: t.exposeString('indicator', { nullable: true, description: 'What is counted, in words.' }),
    indicatorKey: t.exposeString('indicatorKey', { nullable: true, description: 'A key shared by results that count the same thing.' }),
    value: t.exposeFloat('value', { nullable: true, description: 'The figure in `unit`; negative for a decrease; null when the claim has none (never 0 for unknown).' }),
    valueMax: t.exposeFloat('valueMax', { nullable: true, description: 'Upper end, when a range is told.' }),
    outOf: t.exposeFloat('outOf', { nullable: true, description: 'The whole that the figure is part of, when told: 6 of 37.' }),
    qualifier: t.field({ type: Qualifier, description: 'How exact the figure is.', sql: ['qualifier'], resolve: ({ qualifier }) => qualifier as never }),
    unit: t.exposeString('unit', { nullable: true, description: 'Unit of the figure, in Vietnamese.' }),
    countingUnit: t.field({ type: CountingUnit, description: 'Kind of thing that is counted; figures of different kinds are never added.', sql: ['countingUnit'], resolve: ({ countingUnit }) => countingUnit as never }),
    period: t.field({ type: Period, nullable: true, description: 'The time that the figure covers.', sql: ['period'], resolve: ({ period }) => period }),
    asOf: t.expose('asOf', { type: 'PartialDate', nullable: true, description: 'The day that the figure was true, for what is counted at one moment.' }),
    baseline: t.field({ type: Baseline, nullable: true, description: 'What it is compared with; null when nothing is told.', sql: ['baseline'], resolve: ({ baseline }) => baseline }),
    comparisonAsWritten: t.exposeString('comparisonAsWritten', { nullable: true, description: 'The source’s own words on comparison or counting.' }),
    placeAsWritten: t.exposeString('placeAsWritten', { nullable: true, description: 'The place as its source wrote it.' }),
    localityThen: t.field({ type: Locality, nullable: true, description: 'The unit that the place was then; null when it could not be told.', sql: { relation: 'localityThen' }, resolve: related }),
    creditedTo: t.field({ type: [Model], description: 'All models that this very claim is reported for, the one whose record holds it first.', sql: { relation: 'creditedTo' }, resolve: related }),
    attribution: t.field({ type: Attribution, description: 'Whether it says anything of the model’s effect.', sql: ['attribution'], resolve: ({ attribution }) => attribution as never }),
    effect: t.field({ type: Effect, description: 'Which way it points.', sql: ['effect'], resolve: ({ effect }) => effect as never }),
    evidenceLevel: t.field({ type: EvidenceLevel, description: 'How far this claim can be trusted.', sql: ['evidenceLevel'], resolve: ({ evidenceLevel }) => evidenceLevel as never }),
    disputedBy: t.field({ type: [Result], description: 'Results of other sources that tell another figure for the same indicator, place and time. Neither is averaged away.', sql: { relation: 'disputedBy' }, resolve: related }),
    citations: t.field({ type: [Citation], description: 'Who says so; never empty.', sql: { relation: 'citations' }, resolve: related }),
  }),
})

export const ResultConnection = connectionType(Result, 'results')
