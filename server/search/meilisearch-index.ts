/** What a Meilisearch index of models holds and how it is set up. The hash of the settings names the index: other settings, another index. */
import { createHash } from 'node:crypto'
import { priorOf, type SearchDocument } from './document.ts'
import { COUNT_CAP, FACETS, type FacetName } from './engine.ts'
import { fold } from './fold.ts'
import { NUMBER_WORDS } from './grammar.ts'
import { formulasOf, searchRowHash, searchTokensOf } from './postgres-index.ts'
import { weightOf } from './tags.ts'
import { openedWord, tagOf } from './thesaurus.ts'

export interface MeiliDocument {
  id: string
  name: string
  aliases: string[]
  concepts: string[]
  places: string[]
  /** Abbreviations that stand in the texts written out, and the other way round. */
  opened: string[]
  text: string[]
  /** Concepts that it tells of, as one word each, by how strongly: what is meant is searched like a word. */
  namedTags: string
  meantTags: string
  saidTags: string
  /** Every folded word of the record, its concepts, and what its abbreviations stand for: which models match is a filter, the same rule as on Postgres. */
  words: string[]
  topics: string[]; settings: string[]; participants: string[]; provinces: string[]
  operationalStatus: string; evidenceLevel: string; recognitionLevels: string[]
  localities: string[]; originLocalities: string[]; replicationLocalities: string[]
  startedYear: number | null; hasResults: boolean; hasReplications: boolean; hasCosts: boolean
  prior: number; updatedAt: number
  revision: number
  /** Hash of all of the above, and of the record that it was made from: what doctor and the indexer compare. */
  hash: string; source: string
}

/** The field that a facet counts. */
export const FACET_FIELDS: Record<FacetName, string> = {
  topics: 'topics', settings: 'settings', participants: 'participants', provinces: 'provinces',
  operationalStatuses: 'operationalStatus', evidenceLevels: 'evidenceLevel', recognitionLevels: 'recognitionLevels',
}

export const INDEX_SETTINGS = {
  searchableAttributes: ['name', 'aliases', 'namedTags', 'concepts', 'places', 'opened', 'meantTags', 'text', 'saidTags'],
  displayedAttributes: ['id', 'name', 'revision', 'hash', 'source'],
  filterableAttributes: [
    // `words` is only ever compared for equality or by its beginning: no order, no facet search.
    { attributePatterns: ['words'], features: { facetSearch: false, filter: { equality: true, comparison: false } } },
    ...[...FACETS.map((facet) => FACET_FIELDS[facet]), 'id', 'localities', 'originLocalities', 'replicationLocalities', 'startedYear', 'hasResults', 'hasReplications', 'hasCosts']
      .map((field) => ({ attributePatterns: [field], features: { facetSearch: false, filter: { equality: true, comparison: field === 'startedYear' } } })),
  ],
  sortableAttributes: ['prior', 'updatedAt', 'id'],
  rankingRules: ['words', 'typo', 'proximity', 'attribute', 'sort', 'exactness', 'prior:desc', 'updatedAt:desc'],
  proximityPrecision: 'byWord' as const,
  // Below these sizes a Vietnamese syllable has about seven valid neighbours. Our own vocabulary corrects the shorter ones.
  typoTolerance: { enabled: true, minWordSizeForTypos: { oneTypo: 6, twoTypos: 8 }, disableOnNumbers: true },
  synonyms: Object.fromEntries(NUMBER_WORDS.flatMap(([digits, word]) => [[digits, [word]], [word, [digits]]])),
  faceting: { maxValuesPerFacet: 500, sortFacetValuesBy: { '*': 'count' as const } },
  pagination: { maxTotalHits: COUNT_CAP + 1 },
  // As a new index has them; named, so that what somebody else sets is noticed and set back.
  stopWords: [], dictionary: [], separatorTokens: [], nonSeparatorTokens: [], distinctAttribute: null, localizedAttributes: null, prefixSearch: 'indexingTime' as const, facetSearch: true, searchCutoffMs: null,
}

/** Raised when documents change their shape, so that a rebuilt index takes over. */
const DOCUMENT_VERSION = 3

export const settingsHash = (): string => createHash('sha256').update(JSON.stringify([INDEX_SETTINGS, DOCUMENT_VERSION])).digest('hex').slice(0, 12)

/** A concept's tag as a word of letters only, as Meilisearch's tokens are; no Vietnamese or English word is like it. */
export const tagWord = (key: string): string => `zq${fold(key)}`

/** Pure: the document of one model. */
export function toMeiliDocument(document: SearchDocument): MeiliDocument {
  const words = new Set<string>()
  for (const value of Object.values(searchTokensOf(document)).flat()) {
    for (const { fold } of value) words.add(fold)
    for (const { word } of formulasOf(value)) words.add(word)
  }
  const { longs, shorts } = document.openings
  for (const short of shorts) words.add(openedWord(fold(short)))
  const tagged = (...weights: string[]): string => Object.entries(document.tags).filter(([, counts]) => weights.includes(weightOf(counts))).map(([key]) => tagWord(key)).join(' ')
  for (const key of Object.keys(document.tags)) words.add(tagOf(key))
  const content = {
    id: document.id, name: document.name, aliases: document.aliases, concepts: document.concepts, places: document.places, opened: [...longs, ...shorts], namedTags: tagged('A', 'B'), meantTags: tagged('C'), saidTags: tagged('D'),
    text: [document.summary, document.problem, document.howItWorks, ...document.facts].filter((text) => text !== null), words: [...words].sort(),
    topics: document.topics, settings: document.settings, participants: document.participants, provinces: document.provinces,
    operationalStatus: document.operationalStatus, evidenceLevel: document.evidenceLevel, recognitionLevels: document.recognitionLevels,
    localities: document.localities.any, originLocalities: document.localities.origin, replicationLocalities: document.localities.replication,
    startedYear: document.startedYear, hasResults: document.hasResults, hasReplications: document.hasReplications, hasCosts: document.hasCosts,
    prior: priorOf(document), updatedAt: Date.parse(document.updatedAt), revision: document.revision,
  }
  return { ...content, hash: createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16), source: searchRowHash(document) }
}

/** Names of settings that an index has otherwise than `INDEX_SETTINGS`; of objects only the parts that are set there. */
export function driftOf(settings: Record<string, unknown>): string[] {
  const isOrdered = (name: string) => name === 'rankingRules' || name === 'searchableAttributes'
  return Object.entries(INDEX_SETTINGS).filter(([name, want]) => !contains(settings[name], want, isOrdered(name))).map(([name]) => name)
}

function contains(have: unknown, want: unknown, isOrdered: boolean): boolean {
  if (Array.isArray(want)) {
    if (!Array.isArray(have) || have.length !== want.length) return false
    if (isOrdered) return want.every((value, i) => contains(have[i], value, true))
    const left = [...(have as unknown[])]
    return want.every((value: unknown) => {
      const at = left.findIndex((one) => contains(one, value, false))
      if (at >= 0) left.splice(at, 1)
      return at >= 0
    })
  }
  if (typeof want === 'object' && want !== null) return typeof have === 'object' && have !== null && Object.entries(want).every(([key, value]) => contains((have as Record<string, unknown>)[key], value, false))
  return (have ?? null) === want
}
