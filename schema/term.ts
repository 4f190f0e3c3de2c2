/** The three vocabularies: topics, settings, participants. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { listTerms } from '../server/domain/term/read.ts'
import { builder } from './builder.ts'
import { Language } from './enums.ts'
import { Node } from './node.ts'
import { Participant, Setting, Term, Topic } from './refs.ts'
import { selectionOf } from './select.ts'

Term.implement({
  access: 'ANYONE',
  description: 'A word of a controlled vocabulary. Its key never changes; labels and synonyms may.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'What filters take, such as `traffic-safety`.' }),
    label: t.string({
      description: 'What people read.', sql: ['labelVi', 'labelEn'],
      args: { language: t.arg({ type: Language, defaultValue: 'VI', required: true, description: 'Language of the label; Vietnamese unless said.' }) },
      resolve: (term, { language }) => (language === 'EN' ? term.labelEn : term.labelVi),
    }),
    description: t.exposeString('description', { nullable: true, description: 'What the word covers, in Vietnamese.' }),
    synonyms: t.exposeStringList('synonyms', { description: 'Other words that mean it in texts and searches.' }),
    deprecatedAt: t.expose('deprecatedAt', { type: 'DateTime', nullable: true, description: 'Since when it is out of use; null = it is in use.' }),
    mergedInto: t.exposeString('mergedInto', { nullable: true, description: 'Key of the word that it went into, and that its own key leads to; null = it stands by itself.' }),
  }),
})

for (const [ref, description] of [
  [Topic, 'What a model is about (lĩnh vực), such as traffic safety.'],
  [Setting, 'Where a model works (môi trường), such as schools.'],
  [Participant, 'Who takes part (lực lượng tham gia), such as the youth union.'],
] as const) {
  ref.implement({
    access: 'ANYONE',
    description, interfaces: [Node, Term],
    fields: (t) => ({ id: t.id({ description: 'Global id.', sql: ['id'], resolve: ({ id }) => encodeGlobalID(ref.name, id) }) }),
  })
}

builder.queryFields((t) => ({
  topics: t.field({ access: 'ANYONE', type: [Topic], description: 'All topics in use, in the vocabulary’s order.', resolve: (_root, _args, { db }, info) => listTerms(db, 'TOPIC', selectionOf(info)) }),
  settings: t.field({ access: 'ANYONE', type: [Setting], description: 'All settings in use, in the vocabulary’s order.', resolve: (_root, _args, { db }, info) => listTerms(db, 'SETTING', selectionOf(info)) }),
  participants: t.field({ access: 'ANYONE', type: [Participant], description: 'All kinds of participants in use, in the vocabulary’s order.', resolve: (_root, _args, { db }, info) => listTerms(db, 'PARTICIPANT', selectionOf(info)) }),
}))
