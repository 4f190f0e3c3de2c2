/** Search and suggestions: what was found, in which order and why, and the counts for every next choice. */
import type { EvidenceLevel as EvidenceLevelValue, OperationalStatus as OperationalStatusValue, RecognitionLevel as RecognitionLevelValue } from '../server/db/tables.ts'
import { COUNT_CAP } from '../server/domain/page.ts'
import { type FacetValue, type ModelSearchPage, type PresentedHit, type ScorePart as ScorePartValue, searchModels } from '../server/domain/search/models.ts'
import type { Relaxation as RelaxationValue } from '../server/search/engine.ts'
import type { Highlight as HighlightValue } from '../server/domain/search/highlight.ts'
import { suggest, type Suggestion as SuggestionValue } from '../server/domain/search/suggest.ts'
import type { LocalityRow } from '../server/domain/locality/shape.ts'
import { relationKey } from '../server/domain/selection.ts'
import type { TermRow } from '../server/domain/term/read.ts'
import type { Fragment } from '../server/search/fold.ts'
import type { QueryPart as QueryPartValue } from '../server/search/query.ts'
import { builder } from './builder.ts'
import { EvidenceLevel, OperationalStatus, RecognitionLevel } from './enums.ts'
import { ModelFilter } from './model-filter.ts'
import { pageCost } from './pagination.ts'
import { Locality, Model, Term, Topic } from './refs.ts'
import { infoBelow, related, selectionOf } from './select.ts'

const SearchEngine = builder.enumType('SearchEngine', {
  description: 'What answers searches.',
  values: {
    MEILISEARCH: { description: 'Meilisearch, where the installation has one.' },
    POSTGRES: { description: 'The database’s own full text: the engine without Meilisearch, and its stand-in.' },
  },
})
const SuggestionKind = builder.enumType('SuggestionKind', {
  description: 'What a suggestion leads to.',
  values: { MODEL: { description: 'A model.' }, LOCALITY: { description: 'A unit of administration.' }, TOPIC: { description: 'A topic.' } },
})
const QueryPartKind = builder.enumType('QueryPartKind', {
  description: 'What a part of a text was taken for.',
  values: {
    ABBREVIATION: { description: 'A short form, opened: “ANTT”.' },
    NUMBER: { description: 'A number, looked for in digits and in words: “3 không”.' },
    SPELLING: { description: 'A word that the catalogue lacks, taken for its nearest ones.' },
    FUNCTION_WORDS: { description: 'Words of grammar, which count only a little.' },
    CUT: { description: 'What was left out because the text is too long.' },
    PLACE: { description: 'A unit of administration, of today or former: “Hậu Giang cũ”. With a cue (a province, “xã”, “ở”, the unit around it) it confines the search; else what is there comes first.' },
    TOPIC: { description: 'What models are about: “an toàn giao thông”.' },
    SETTING: { description: 'A kind of place: “nhà trọ”.' },
    PARTICIPANT: { description: 'Who takes part or is cared for: “cựu binh”.' },
    PROBLEM: { description: 'What is wrong: “mất trộm”.' },
    CONCEPT: { description: 'Anything else that the thesaurus knows, such as a means or a form of work: “kẻng”, “tuần tra”.' },
    MEANING: { description: 'The whole text: models that are near to it in meaning were searched too, where the installation has that and it answered.' },
  },
})

const HighlightFragment = builder.objectRef<Fragment>('HighlightFragment').implement({
  access: 'ANYONE',
  description: 'A piece of a text. The pieces joined are the text; never HTML.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'The piece, as written.' }),
    isMatch: t.exposeBoolean('isMatch', { description: 'True when it is what was looked for.' }),
  }),
})
const Highlight = builder.objectRef<HighlightValue>('Highlight').implement({
  access: 'ANYONE',
  description: 'A text of the record with what was looked for marked; long ones are cut around the first match.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Which text: `name`, `aliases`, `summary`, `problem` or `howItWorks`.' }),
    fragments: t.field({ type: [HighlightFragment], description: 'Its pieces, in order.', resolve: ({ fragments }) => fragments }),
  }),
})
const QueryPart = builder.objectRef<QueryPartValue>('QueryPart').implement({
  access: 'ANYONE',
  description: 'Something that was read into the text. Give its id in `ignore` to search without it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For `ignore`; the same text gives the same id.' }),
    text: t.exposeString('text', { description: 'The part of the text, as typed.' }),
    kind: t.field({ type: QueryPartKind, description: 'What it was taken for.', resolve: ({ kind }) => kind }),
    meaning: t.exposeString('meaning', { description: 'What was made of it, in Vietnamese.' }),
  }),
})

const SearchRelaxation = builder.objectRef<RelaxationValue>('SearchRelaxation').implement({
  access: 'ANYONE',
  description: 'One condition to drop from a search that found nothing, and what that would give.',
  fields: (t) => ({
    drop: t.exposeString('drop', { description: 'Which: a field of `filter` such as `topicIn`, the id of an understood part (for `ignore`), or `query` for the whole text.' }),
    totalCount: t.exposeInt('total', { description: 'How many would be found without it.' }),
  }),
})
const ScorePart = builder.objectRef<ScorePartValue>('ScorePart').implement({
  access: 'ANYONE',
  description: 'One part of a score, for those who tune the ranking.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`words`, `concepts`, `likeness` (to the name), `marks`, `place`, `prior`, `like` (the first hit) or, where meaning is searched, `semantic`.' }),
    value: t.exposeFloat('value', { description: 'What it adds, before the sum is scaled to 0–1.' }),
    detail: t.exposeString('detail', { nullable: true, description: 'What it comes from, in Vietnamese, where there is more to tell.' }),
  }),
})

const COUNT = { description: `How many models one gets by choosing it, every other condition kept; at most ${(COUNT_CAP + 1).toLocaleString('en')}.` }
const TERM_TYPES: Record<string, string> = { TOPIC: 'Topic', SETTING: 'Setting', PARTICIPANT: 'Participant' }
const TermFacet = builder.objectRef<FacetValue>('TermFacet').implement({
  access: 'ANYONE',
  description: 'A word of a vocabulary and how many models have it.',
  fields: (t) => ({
    term: t.field({ type: Term, description: 'The word.', sql: { relation: 'term' }, resolve: ({ row }, args, context, info): TermRow => Object.assign(related(row!, args, context, info), { __typename: TERM_TYPES[String(row!.kind)] }) }),
    count: t.exposeInt('count', COUNT),
  }),
})
const LocalityFacet = builder.objectRef<FacetValue>('LocalityFacet').implement({
  access: 'ANYONE',
  description: 'A province of today and how many models were born, replicated or have a point on its territory.',
  fields: (t) => ({
    locality: t.field({ type: Locality, description: 'The province.', sql: { relation: 'locality' }, resolve: ({ row }, args, context, info): LocalityRow => related(row!, args, context, info) }),
    count: t.exposeInt('count', COUNT),
  }),
})
const OperationalStatusFacet = builder.objectRef<FacetValue>('OperationalStatusFacet').implement({
  access: 'ANYONE',
  description: 'An operational status and how many models have it.',
  fields: (t) => ({ value: t.field({ type: OperationalStatus, description: 'The status.', resolve: ({ value }) => value as OperationalStatusValue }), count: t.exposeInt('count', COUNT) }),
})
const EvidenceLevelFacet = builder.objectRef<FacetValue>('EvidenceLevelFacet').implement({
  access: 'ANYONE',
  description: 'A level of evidence and how many models have it.',
  fields: (t) => ({ value: t.field({ type: EvidenceLevel, description: 'The level.', resolve: ({ value }) => value as EvidenceLevelValue }), count: t.exposeInt('count', COUNT) }),
})
const RecognitionLevelFacet = builder.objectRef<FacetValue>('RecognitionLevelFacet').implement({
  access: 'ANYONE',
  description: 'A level of recognition and how many models were recognised there; annulled recognitions don’t count.',
  fields: (t) => ({ value: t.field({ type: RecognitionLevel, description: 'The level.', resolve: ({ value }) => value as RecognitionLevelValue }), count: t.exposeInt('count', COUNT) }),
})

interface FacetsValue { page: ModelSearchPage; key: string }
const valuesAt = ({ page, key }: FacetsValue, info: { fieldName: string; path: { key: string | number } }): FacetValue[] => page.facets.get(`${key}.${relationKey(info.fieldName, String(info.path.key))}`) ?? []
const ModelFacets = builder.objectRef<FacetsValue>('ModelFacets').implement({
  access: 'ANYONE',
  description: 'Counts for every next choice, most first. A facet’s counts ignore its own filter, so that another of its values may be chosen. Values with none are left out.',
  fields: (t) => ({
    topics: t.field({ type: [TermFacet], description: 'By topic.', sql: { relation: 'topics' }, resolve: (value, _args, _context, info) => valuesAt(value, info) }),
    settings: t.field({ type: [TermFacet], description: 'By setting.', sql: { relation: 'settings' }, resolve: (value, _args, _context, info) => valuesAt(value, info) }),
    participants: t.field({ type: [TermFacet], description: 'By participant.', sql: { relation: 'participants' }, resolve: (value, _args, _context, info) => valuesAt(value, info) }),
    provinces: t.field({ type: [LocalityFacet], description: 'By today’s province; its own filter is `localityIn`.', sql: { relation: 'provinces' }, resolve: (value, _args, _context, info) => valuesAt(value, info) }),
    operationalStatuses: t.field({ type: [OperationalStatusFacet], description: 'By operational status.', sql: { relation: 'operationalStatuses' }, resolve: (value, _args, _context, info) => valuesAt(value, info) }),
    evidenceLevels: t.field({ type: [EvidenceLevelFacet], description: 'By level of evidence.', sql: { relation: 'evidenceLevels' }, resolve: (value, _args, _context, info) => valuesAt(value, info) }),
    recognitionLevels: t.field({ type: [RecognitionLevelFacet], description: 'By level of recognition.', sql: { relation: 'recognitionLevels' }, resolve: (value, _args, _context, info) => valuesAt(value, info) }),
  }),
})

interface EdgeValue { hit: PresentedHit; way: string; isMulti: boolean }
const ModelSearchEdge = builder.objectRef<EdgeValue>('ModelSearchEdge').implement({
  access: 'ANYONE',
  description: 'A model that was found, and why.',
  fields: (t) => ({
    cursor: t.string({ description: 'This place in the answer, for `after`; it stays good when another engine answers.', sql: ['cursor'], resolve: ({ hit }) => hit.cursor }),
    node: t.field({
      type: Model, description: 'The model.', sql: { relation: 'node' }, complexity: { field: 1, multiplier: 1 },
      resolve: ({ hit, way, isMulti }, _args, _context, info) => (isMulti ? hit.row[`${way}.${relationKey('node', String(info.path.key))}`] : hit.row) as never,
    }),
    score: t.float({ description: 'How well it fits this search, 0–1; not comparable between searches.', sql: ['score'], resolve: ({ hit }) => hit.score }),
    highlights: t.field({ type: [Highlight], description: 'Its texts with the words marked, the name first; empty when only words of its facts match, or its meaning.', sql: ['highlights'], resolve: ({ hit }) => hit.highlights }),
    scoreParts: t.field({ type: [ScorePart], description: 'What the score is made of; for debugging, and free to change.', sql: ['score'], resolve: ({ hit }) => hit.scoreParts }),
    whyMatched: t.stringList({ description: 'Why it was found, in Vietnamese, the weightiest reason first.', sql: ['whyMatched'], resolve: ({ hit }) => hit.whyMatched }),
  }),
})

const free = { field: 0, multiplier: 1 }
const ModelSearchConnection = builder.objectRef<ModelSearchPage>('ModelSearchConnection').implement({
  access: 'ANYONE',
  description: 'A page of what was found, best first.',
  fields: (t) => ({
    edges: t.field({
      type: [ModelSearchEdge], description: 'The hits with score, marks and reasons.', sql: { relation: 'edges' }, complexity: free,
      resolve: ({ hits, isMulti }, _args, _context, info) => { const way = relationKey('edges', String(info.path.key)); return hits.map((hit) => ({ hit, way, isMulti })) },
    }),
    nodes: t.field({
      type: [Model], description: 'The models alone.', sql: { relation: 'nodes' }, complexity: { field: 1, multiplier: 1 },
      resolve: ({ hits, isMulti }, _args, _context, info) => { const way = relationKey('nodes', String(info.path.key)); return hits.map(({ row }) => (isMulti ? row[way] : row)) as never },
    }),
    pageInfo: t.field({
      type: builder.pageInfoRef(), description: 'Where this page stands.', sql: ['pageInfo'], complexity: free,
      resolve: ({ hits, hasNextPage, hasPreviousPage }) => ({ hasNextPage, hasPreviousPage, startCursor: hits[0]?.cursor ?? null, endCursor: hits.at(-1)?.cursor ?? null }),
    }),
    totalCount: t.exposeInt('total', { description: `How many match; exact up to ${COUNT_CAP.toLocaleString('en')}, above it one more.` }),
    totalCountIsCapped: t.exposeBoolean('totalIsCapped', { description: `True when there are more than ${COUNT_CAP.toLocaleString('en')}.` }),
    facets: t.field({ type: ModelFacets, description: 'Counts for every next choice, over what the caller may see.', sql: { relation: 'facets' }, resolve: (page, _args, _context, info) => ({ page, key: relationKey('facets', String(info.path.key)) }) }),
    correctedQuery: t.exposeString('correctedQuery', { nullable: true, description: 'The text as it was searched, when a spelling was taken for another; else null.' }),
    understood: t.field({ type: [QueryPart], description: 'What was read into the text.', resolve: ({ understood }) => understood }),
    relaxations: t.field({ type: [SearchRelaxation], description: 'When nothing was found: which condition to drop, those that give most first. Else empty. Counted only when asked for.', sql: ['relaxations'], resolve: ({ relaxations }) => relaxations }),
    engine: t.field({ type: SearchEngine, description: 'What answered.', resolve: ({ engine }) => engine }),
    isDegraded: t.exposeBoolean('isDegraded', { description: 'True when the configured engine did not answer, or its index is still being filled, and Postgres did.' }),
  }),
})

const SuggestionTarget = builder.unionType('SuggestionTarget', {
  description: 'What a suggestion leads to.',
  types: [Model, Locality, Topic],
  resolveType: (target) => (target as unknown as { __typename: string }).__typename as never,
})
const Suggestion = builder.objectRef<SuggestionValue>('Suggestion').implement({
  access: 'ANYONE',
  description: 'Something to offer while a person types.',
  fields: (t) => ({
    kind: t.field({ type: SuggestionKind, description: 'What it leads to.', resolve: ({ kind }) => kind }),
    text: t.exposeString('text', { description: 'What to show.' }),
    fragments: t.field({ type: [HighlightFragment], description: 'The same text in pieces, what was typed marked.', resolve: ({ fragments }) => fragments }),
    target: t.field({ type: SuggestionTarget, description: 'Where it leads.', resolve: ({ target }) => target as never }),
  }),
})

builder.queryFields((t) => ({
  searchModels: t.field({
    access: 'ANYONE', type: ModelSearchConnection, nullable: true,
    description: 'Models for a text as people type it: a name or a problem in plain words, Vietnamese (marks optional) or English, abbreviations, slogans with numbers, spelling mistakes, places; what was read into it is `understood`. An empty text browses, the recognised and recent first. Errors: BAD_USER_INPUT for unknown names in the filter, sizes, and cursors of another search.',
    args: {
      query: t.arg.string({ required: true, description: 'The text; quotes, dashes and the like are no operators. The first 40 words count.' }),
      filter: t.arg({ type: ModelFilter, description: 'Which models; the same as for `models`.' }),
      ignore: t.arg.idList({ description: 'Ids of `understood` parts to search without.' }),
      first: t.arg.int({ description: 'Hits per page: 1–100, 20 unless said.' }),
      after: t.arg.string({ description: 'Only what follows the hit with this cursor.' }),
    },
    complexity: pageCost,
    resolve: (_root, args, { db, search, viewer }, info) => searchModels(db, search, viewer, args, selectionOf(info)),
  }),
  suggestions: t.field({
    access: 'ANYONE', type: [Suggestion],
    description: 'What to offer while somebody types, best first: models by name or other name, places of today and former ones, topics. Nothing for an empty text.',
    args: {
      query: t.arg.string({ required: true, description: 'What was typed so far.' }),
      first: t.arg.int({ description: 'At most so many: 1–100, 10 unless said.' }),
    },
    complexity: (args) => ({ field: 1, multiplier: Math.min(100, Math.max(1, args.first ?? 10)) }),
    resolve: (_root, args, { db, search, viewer }, info) => suggest(db, search, viewer, args, (type) => selectionOf(infoBelow(info, 'target'), type)),
  }),
}))
