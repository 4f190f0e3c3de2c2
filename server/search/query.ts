/** A text as it was understood: plain data, the same for both engines. `understand.ts` makes it. */
import type { PlaceUnit } from './places.ts'
import { openedWord } from './thesaurus.ts'

/** Longer texts are cut here, and `understood` says so. */
export const MAX_QUERY_LENGTH = 1200
export const MAX_QUERY_WORDS = 40

export type QueryPartKind = 'ABBREVIATION' | 'NUMBER' | 'SPELLING' | 'FUNCTION_WORDS' | 'CUT' | 'PLACE' | 'TOPIC' | 'SETTING' | 'PARTICIPANT' | 'PROBLEM' | 'CONCEPT' | 'MEANING'
/** One thing that was read into the text; its id in `ignore` drops it. */
export interface QueryPart { id: string; text: string; kind: QueryPartKind; meaning: string }

/** One way to write a term: its folded words in a row. A word that begins with `#` is a concept's tag. */
export interface Form { words: string[]; factor: number }
/** A concept's tag, and no words. */
export const isTag = ({ words }: Form): boolean => words[0]!.startsWith('#')

/** One word asked for: found when any of its forms is. */
export interface QueryTerm {
  forms: Form[]
  /** As typed with marks, when it has any. */
  marked: string | null
  weight: number
  isRequired: boolean
  /** The word is still being typed: anything that begins so counts. */
  isPrefix: boolean
  /** The catalogue lacks the word as typed: its second form is what was probably meant. */
  isCorrected: boolean
  /** Span in `UnderstoodQuery.text`. */
  start: number
  end: number
}

/** Something that a row of words means; records tell of it in whatever words. */
export interface QueryConcept {
  key: string
  label: string
  weight: number
  /** What else helps who asks for it, and how much: what it is a case of, what is related. `filedOnly`: a word of the vocabularies it leads to. */
  others: { key: string; factor: number; filedOnly: boolean }[]
  start: number
  end: number
}

export interface QueryPlace { id: string; units: PlaceUnit[]; isFilter: boolean; start: number; end: number }

/** One thing that a record must tell of to match: any of the forms counts; a looser match takes the wider ones too. `words`: what records with one of the forms are found by. */
export interface QueryUnit { forms: Form[]; words: string[]; wider: Form[]; weight: number; isPrefix: boolean }

/** The single words that stand for these forms in what records are found by: a number formula is one, and who writes an abbreviation out has one for that. */
export function lookupWords(forms: readonly Form[]): string[] {
  const isOneWord = ({ words }: Form): boolean => words.length === 1 || /^\d/.test(words[0]!)
  const opened = forms.every(isOneWord) ? [] : forms.filter((form) => form.words.length === 1 && !isTag(form)).map(({ words }) => openedWord(words[0]!))
  return [...forms.filter(isOneWord).map(({ words }) => words.join('_')), ...opened]
}

export interface UnderstoodQuery {
  text: string
  terms: QueryTerm[]
  /** Neighbouring words: Vietnamese words are mostly two syllables, so a pair tells more than its parts. */
  pairs: { forms: Form[]; weight: number }[]
  concepts: QueryConcept[]
  /** The part of the words that concepts cover, 0..1. */
  conceptShare: number
  places: QueryPlace[]
  units: QueryUnit[]
  parts: QueryPart[]
  correctedQuery: string | null
  /** How rare a concept is in the catalogue, 0 for one that every model tells of. */
  rarity(key: string): number
  /** Nothing to look for: browse. */
  isEmpty: boolean
}

/** Ids of the units that the text's places confine the search to; empty when none does. */
export const placeFilter = (query: UnderstoodQuery): string[] => [...new Set(query.places.filter(({ isFilter }) => isFilter).flatMap(({ units }) => units.map(({ id }) => id)))]
/** The same of all places that were read: what is there is lifted. */
export const placeIds = (query: UnderstoodQuery): string[] => [...new Set(query.places.flatMap(({ units }) => units.map(({ id }) => id)))]

/** The same query where its places hold nothing: they only lift. */
export function fallBack(query: UnderstoodQuery): UnderstoodQuery {
  if (!query.places.some(({ isFilter }) => isFilter)) return query
  const places = query.places.map((place) => ({ ...place, isFilter: false }))
  const parts = query.parts.map((part) => (part.kind === 'PLACE' ? { ...part, meaning: part.meaning.replace(ONLY_THERE, NOTHING_THERE) } : part))
  return { ...query, places, parts }
}
/** How a place's part tells what it does. */
export const ONLY_THERE = 'chỉ tìm ở đó'
const NOTHING_THERE = 'ở đó không có gì khớp nên chỉ ưu tiên'

/** Fewer models than this have everything asked for: then looser matches join them. By the text alone, so that a filter changes no promise. */
export const ENOUGH = 50
/** The weightiest units that a looser match is judged by. */
const MAX_HEAVY = 8

/** A looser match has at least `atLeast` of the `heavy` units. The same rule on both engines, so that both count alike. */
export function looseRule(query: UnderstoodQuery): { heavy: QueryUnit[]; atLeast: number } {
  const heavy = query.units.map((unit, i) => ({ unit, i })).sort((a, b) => b.unit.weight - a.unit.weight || a.i - b.i).slice(0, MAX_HEAVY).map(({ unit }) => ({ ...unit, forms: [...unit.forms, ...unit.wider], words: [...unit.words, ...lookupWords(unit.wider)] }))
  return { heavy, atLeast: query.units.length < 4 ? Math.min(1, query.units.length) : 2 }
}
