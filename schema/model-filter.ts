/** What lists of models can be filtered and ordered by. */
import { builder } from './builder.ts'
import { EvidenceLevel, ModelOrderField, OperationalStatus, OrderDirection, RecognitionLevel } from './enums.ts'

const PLACES = 'Each a slug, `code@date`, or a bare code (its holder today, else its last one). Territories count, not names: predecessors and subtree are in. Unknown ones are BAD_USER_INPUT, with the nearest.'

export const YearRange = builder.inputType('YearRange', {
  description: 'Years, both ends included; either may be left out. What has no known year is outside.',
  fields: (t) => ({ from: t.int({ description: 'First year.' }), to: t.int({ description: 'Last year.' }) }),
})

export const ModelFilter = builder.inputType('ModelFilter', {
  description: 'AND between fields, OR inside a list; an empty list is as if absent.',
  fields: (t) => ({
    topicIn: t.stringList({ description: 'Keys of topics, such as `traffic-safety`. Unknown ones are BAD_USER_INPUT, with the nearest.' }),
    settingIn: t.stringList({ description: 'Keys of settings, such as `school`.' }),
    participantIn: t.stringList({ description: 'Keys of participants, such as `youth-union`.' }),
    operationalStatusIn: t.field({ type: [OperationalStatus], description: 'Whether it runs today.' }),
    evidenceLevelIn: t.field({ type: [EvidenceLevel], description: 'Level of the record as a whole.' }),
    recognitionLevelIn: t.field({ type: [RecognitionLevel], description: 'Recognised at one of these levels; annulled recognitions don’t count.' }),
    localityIn: t.stringList({ description: `Born, replicated or with a point there. ${PLACES}` }),
    originLocalityIn: t.stringList({ description: `Born there. ${PLACES}` }),
    replicatedInLocalityIn: t.stringList({ description: `Replicated there. ${PLACES}` }),
    startedRange: t.field({ type: YearRange, description: 'Year in which the origin started.' }),
    hasResults: t.boolean({ description: 'True: results are told; false: none is reported, which is not “no effect”.' }),
    hasReplications: t.boolean({ description: 'True: replications are told; false: none is reported.' }),
    hasCosts: t.boolean({ description: 'True: costs are told; false: none is reported.' }),
  }),
})

export const ModelOrder = builder.inputType('ModelOrder', {
  description: 'An ordering; equals are kept apart by id, so that paging is stable.',
  fields: (t) => ({
    field: t.field({ type: ModelOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC', description: 'Which way.' }),
  }),
})
