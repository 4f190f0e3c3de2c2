/** Sources and citations: who says so. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { CitationPrecision } from './enums.ts'
import { Node } from './node.ts'
import { connectionType } from './pagination.ts'
import { Citation, Source } from './refs.ts'
import { related } from './select.ts'

Source.implement({
  access: 'ANYONE',
  description: 'A report, article, decision or book that says something of models. One record, however many models cite it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('Source', id) }),
    title: t.exposeString('title', { description: 'Title as published.' }),
    publisher: t.exposeString('publisher', { nullable: true, description: 'Who published it.' }),
    url: t.expose('url', { type: 'URL', nullable: true, description: 'Where it can be read; null when it is known by its title only.' }),
    publishedOn: t.expose('publishedOn', { type: 'PartialDate', nullable: true, description: 'When it was published, as precisely as known.' }),
  }),
})

Citation.implement({
  access: 'ANYONE',
  description: 'A source, the place in it, and what it supports.',
  fields: (t) => ({
    source: t.field({ type: Source, description: 'The source.', sql: { relation: 'source' }, resolve: related }),
    locator: t.exposeString('locator', { nullable: true, description: 'Where in the source: page, section, paragraph.' }),
    field: t.exposeString('field', { nullable: true, description: 'The field of the record that it supports, such as `summary`; null = all of it.' }),
    precision: t.field({ type: CitationPrecision, description: 'Whether it supports this very fact or the record as a whole.', sql: ['precision'], resolve: ({ precision }) => precision }),
  }),
})

export const SourceConnection = connectionType(Source, 'sources')
export const CitationConnection = connectionType(Citation, 'citations')
