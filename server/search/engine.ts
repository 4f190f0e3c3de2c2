/**
 * The one interface of search: a text and a filter in, *ids, counts and what is needed to rank and mark them* out; never records.
 * Postgres and Meilisearch implement it; what the API holds is one of them, or Meilisearch with Postgres behind it.
 */
import type { MeaningStatus } from './meaning/search.ts'
import type { QueryPart, UnderstoodQuery } from './query.ts'
import type { Tags } from './tags.ts'

/** `ModelFilter` of the API as plain data; an empty or absent list doesn't filter. */
export interface SearchFilter {
  topicIn?: readonly string[] | null
  settingIn?: readonly string[] | null
  participantIn?: readonly string[] | null
  operationalStatusIn?: readonly string[] | null
  evidenceLevelIn?: readonly string[] | null
  recognitionLevelIn?: readonly string[] | null
  localityIn?: readonly string[] | null
  originLocalityIn?: readonly string[] | null
  replicatedInLocalityIn?: readonly string[] | null
  startedRange?: { from?: number | null; to?: number | null } | null
  hasResults?: boolean | null
  hasReplications?: boolean | null
  hasCosts?: boolean | null
}

export const FACETS = ['topics', 'settings', 'participants', 'provinces', 'operationalStatuses', 'evidenceLevels', 'recognitionLevels'] as const
export type FacetName = (typeof FACETS)[number]
/** The field of the filter that a facet stands for. */
export const FACET_FILTERS: Record<FacetName, keyof SearchFilter> = {
  topics: 'topicIn', settings: 'settingIn', participants: 'participantIn', provinces: 'localityIn',
  operationalStatuses: 'operationalStatusIn', evidenceLevels: 'evidenceLevelIn', recognitionLevels: 'recognitionLevelIn',
}
/** Value (vocabulary key, locality id or enum value) and how many models have it, most first. */
export type FacetCounts = { value: string; count: number }[]

export interface SearchRequest {
  text: string
  filter: SearchFilter
  /** Ids of understood parts that the caller drops. */
  ignore?: readonly string[]
  /** Hits wanted: `[offset, offset + limit)` of the final order. */
  offset: number
  limit: number
  /** Facets to count; none costs nothing. */
  facets?: readonly FacetName[]
  /** Whether the texts to mark are wanted with the hits. */
  withTexts?: boolean
  /** Whether to count, should nothing be found, what each condition keeps out. */
  withRelaxations?: boolean
  /** Ids of models that match by their meaning, the nearest first, beside those that the text's words find; a text without words finds all anyway. */
  near?: ReadonlyMap<string, Nearness>
}

/** Cosine of two meanings, and what it is worth: 0 for the least that counts as near, 1 for the same. */
export interface Nearness { similarity: number; worth: number }

/** What dropping one condition would give: a field of the filter, the id of a part for `ignore`, or `query` for the whole text. */
export interface Relaxation { drop: string; total: number }

/** One candidate with what the final ranking reads. `words` are folded, between blanks. */
export interface SearchCandidate {
  id: string
  name: string
  aliases: string[]
  words: { name: string; aliases: string; concepts: string; text: string }
  tags: Tags
  /** 1 when it was born in a place that the text names, 0.5 when it is only there, else 0. */
  placed: number
  prior: number
  /** Place in the engine's own order, from 0; final beyond the window. */
  position: number
  texts: { summary: string; problem: string | null; howItWorks: string | null } | null
  /** Where meaning is searched: how near it is, if it is. */
  near?: Nearness | undefined
}

export type EngineName = 'POSTGRES' | 'MEILISEARCH'

export interface SearchAnswer {
  understood: UnderstoodQuery
  parts: QueryPart[]
  correctedQuery: string | null
  /** What our own code ranks: the places from 0 up to `window.length` are theirs. */
  window: SearchCandidate[]
  /** Candidates of the page asked for that lie beyond the window, each at its final place. */
  beyond: SearchCandidate[]
  total: number
  totalIsCapped: boolean
  facets: Partial<Record<FacetName, FacetCounts>>
  /** Only when asked for and nothing was found; most first. */
  relaxations: Relaxation[]
  engine: EngineName
  isDegraded: boolean
}

export interface SuggestRequest { text: string; limit: number }
export type SuggestionKind = 'MODEL' | 'LOCALITY' | 'TOPIC'
export interface EngineSuggestion { kind: SuggestionKind; id: string; text: string }
export interface SuggestAnswer { suggestions: EngineSuggestion[]; understood: UnderstoodQuery; engine: EngineName; isDegraded: boolean }

export interface SearchEngine {
  search(request: SearchRequest): Promise<SearchAnswer>
  suggest(request: SuggestRequest): Promise<SuggestAnswer>
  /** What an operator is told: the engine that answers, and why when it isn't the configured one. */
  status(): SearchStatus
  close(): Promise<void>
}
export interface SearchStatus { engine: EngineName; configured: EngineName; isDegraded: boolean; reason: string | null; meaning?: MeaningStatus }

/** How many candidates are ranked by our own code; below them the engine's own order stands. */
export const RERANKED = 100
/** Counts above this are told as "more than". */
export const COUNT_CAP = 10_000
export const capped = (count: number): number => Math.min(count, COUNT_CAP + 1)
/** Counts of a facet's values as they are told: capped, none of 0, most first. */
export const toFacetCounts = (counts: Iterable<readonly [value: string, count: number]>): FacetCounts =>
  [...counts].filter(([, count]) => count > 0).map(([value, count]) => ({ value, count: capped(count) })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
/** Paging ends here on both engines. */
export const MAX_OFFSET = 10_000
