/** The queries of one search on Meilisearch, which go out as one `multi-search`, and how their answers are read. */
import type { MultiSearchQuery } from 'meilisearch'
import { FACET_FILTERS, MAX_OFFSET, RERANKED, toFacetCounts, type FacetCounts, type FacetName, type SearchCandidate, type SearchRequest } from './engine.ts'
import type { Lexicon } from './lexicon.ts'
import { among, matchFilter, type MeiliFilter } from './meilisearch-filter.ts'
import { FACET_FIELDS, tagWord } from './meilisearch-index.ts'
import { ENOUGH, isTag, looseRule, placeFilter, placeIds, type QueryTerm, type QueryUnit, type UnderstoodQuery } from './query.ts'

/** Meilisearch reads ten words and silently drops the rest. */
const MAX_WORDS = 10
/** Candidates that each weighty word, and each pair of neighbours, may propose to a loose match. */
const PROPOSALS = 20
/** Concepts that propose by themselves. */
const MAX_TAGS = 12
/** Ranking one takes our own code some 5 µs; a catalogue of a few hundred models is asked for nothing but counts and ids. */
const RANKED_WHOLE = 1000
export const BROWSE = ['prior:desc', 'updatedAt:desc', 'id:asc']

export interface Hit { id: string; hash: string; name?: string }
export interface Result { hits: Hit[]; facetDistribution?: Record<string, Record<string, number>>; estimatedTotalHits?: number }

export interface Skeleton {
  window: { id: string; hash: string; position: number; placed: number }[]
  page: { id: string; hash: string; position: number }[]
  total: number
  facets: Partial<Record<FacetName, FacetCounts>>
  /** What matches, as a filter; `match` is the text's part of it. */
  filter: string[]
  match: string[]
  /** Do the text's places confine it? */
  isPlaced: boolean
  /** More match than the words' counts told, and not all were asked for. */
  isCut: boolean
  /** Does a proposed candidate match? */
  accepts(candidate: SearchCandidate): boolean
}
export interface Plan { queries: MultiSearchQuery[]; read(results: Result[]): Skeleton }

/** The text that Meilisearch gets: clean folded words only, so that quotes and dashes are never operators; the weightiest ten. */
export function wordsFor(wanted: readonly QueryTerm[]): string {
  // A corrected spelling goes in place of the typed one, since both would be demanded.
  const terms = wanted.map((term) => ({ term, words: (term.isCorrected ? term.forms[1]! : term.forms[0]!).words }))
  let kept = terms
  while (kept.reduce((sum, { words }) => sum + words.length, 0) > MAX_WORDS && kept.length > 1) {
    const least = kept.reduce((a, b) => (b.term.weight < a.term.weight ? b : a))
    kept = kept.filter((entry) => entry !== least)
  }
  const text = kept.map(({ words }) => words.join(' ')).join(' ')
  return kept.at(-1)?.term.isPrefix ? text : `${text} `
}

/** The concepts of a query as words, the weightiest first, those that stand in for them last. */
function tagsFor({ concepts }: UnderstoodQuery): string {
  const own = [...concepts].sort((a, b) => b.weight - a.weight).map(({ key }) => key)
  const others = concepts.flatMap(({ others: all }) => all).sort((a, b) => b.factor - a.factor).map(({ key }) => key)
  return `${[...new Set([...own, ...others])].slice(0, MAX_WORDS).map(tagWord).join(' ')} `
}

interface Way { counts: number; own: { facet: FacetName; at: number }[]; match: string[]; filter: string[]; proposals: number[]; meant?: number }
/** Ways over the same places. `strictCount`: how many have everything asked for; `looseCount`: how many match at all. Both whatever the caller's filter says. */
interface Side { strict: Way | undefined; loose: Way | undefined; strictCount: number | undefined; looseCount: number | undefined }

/** @param rankedWhole A match of no more models than this is ranked whole; of a larger one, and when it is 0, those that Meilisearch's own ranking proposes. */
export function planOf(index: string, understood: UnderstoodQuery, request: SearchRequest, filter: MeiliFilter, lexicon: Lexicon, rankedWhole = RANKED_WHOLE): Plan {
  const queries: MultiSearchQuery[] = []
  const add = (query: Omit<MultiSearchQuery, 'indexUid'>) => queries.push({ indexUid: index, attributesToRetrieve: ['id', 'hash'], ...query }) - 1
  const facets = request.facets ?? []
  const plain = facets.filter((facet) => !filter.own.has(facet))
  const conditions = [...filter.others.values(), ...filter.own.values()]
  const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)

  /** Counts of one match: the total with the facets that don't filter, and one query per facet that does. */
  const way = (match: string[], page: Partial<MultiSearchQuery>): Way => ({
    counts: add({ q: '', filter: [...match, ...conditions], facets: plain.map((facet) => FACET_FIELDS[facet]), ...page }),
    own: facets.filter((facet) => filter.own.has(facet)).map((facet) => ({
      facet, at: add({ q: '', limit: 0, facets: [FACET_FIELDS[facet]], filter: [...match, ...filter.others.values(), ...[...filter.own].filter(([name]) => name !== facet).map(([, condition]) => condition)] }),
    })),
    match, filter: [...match, ...conditions], proposals: [],
  })

  if (understood.isEmpty) {
    const browse = way([], { sort: BROWSE, offset, limit: request.limit })
    return { queries, read: (results) => ({ ...countsOf(results, browse, plain), window: [], page: results[browse.counts]!.hits.map((hit, i) => ({ ...hit, position: offset + i })), filter: browse.filter, match: [], isPlaced: false, isCut: false, accepts: () => true }) }
  }

  const required = understood.terms.filter((term) => term.isRequired)
  const rule = looseRule(understood)
  const { heavy, atLeast } = rule
  const looseMatch = matchFilter(heavy, atLeast)
  const strictMatch = matchFilter(understood.units, understood.units.length)
  const named = placeIds(understood)
  const meant = understood.units.length === 0 ? [] : [...(request.near?.keys() ?? [])]
  const orMeant = (match: string[]): string[] => (meant.length === 0 || match.length === 0 ? match : [`${among('id', meant)} OR (${match.map((condition) => `(${condition})`).join(' AND ')})`])
  const isConfined = placeFilter(understood).length > 0

  // What the words' counts tell beforehand isn't asked: each query of a search takes Meilisearch about a millisecond.
  const isLooser = JSON.stringify(looseMatch) !== JSON.stringify(strictMatch)
  const { strict: mostStrict, loose: mostLoose, leastStrict } = boundsOf(understood, rule, lexicon)
  const asksStrict = !isLooser || mostStrict >= ENOUGH
  const asksLoose = isLooser && (!asksStrict || isConfined || leastStrict < ENOUGH)
  const isWhole = rankedWhole > 0 && (asksLoose ? mostLoose : mostStrict) + meant.length <= rankedWhole

  /** Strict and loose over the same places. Whether a place confines, and whether looser matches join, the text alone decides: a filter must not change what a facet promised. */
  const side = (place: string[]): Side => {
    const take = (match: string[], isStrict: boolean): Way => {
      const one = way([...orMeant(match), ...place], { limit: isWhole ? rankedWhole : 0 })
      if (isWhole) one.proposals.push(one.counts)
      else propose(one, place, isStrict)
      return one
    }
    const strict = asksStrict ? take(strictMatch, true) : undefined
    const loose = asksLoose ? take(looseMatch, false) : undefined
    const isPlain = conditions.length === 0
    const loosest = loose ?? strict!
    return {
      strict, loose,
      // What is near in meaning makes words no more than they are: it doesn't keep looser matches out.
      strictCount: !strict || !loose ? undefined : isPlain && meant.length === 0 ? strict.counts : add({ q: '', filter: [...strictMatch, ...place], limit: 0 }),
      looseCount: place.length === 0 ? undefined : isPlain ? loosest.counts : add({ q: '', filter: loosest.match, limit: 0 }),
    }
  }
  const propose = (to: Way, place: string[], isStrict: boolean): void => {
    // The rule of a loose match is long, so it isn't repeated here: what is proposed in vain is dropped afterwards.
    const within = isStrict ? to.filter : [...place, ...conditions]
    if (meant.length > 0) to.meant = add({ q: '', filter: [among('id', meant), ...place, ...conditions], limit: meant.length })
    const ask = (query: Partial<MultiSearchQuery>): void => void to.proposals.push(add({ filter: within, limit: RERANKED, ...query }))
    if (required.length > 0) ask({ q: wordsFor(required), matchingStrategy: 'frequency' })
    if (understood.concepts.length > 0) ask({ q: tagsFor(understood), matchingStrategy: 'last', attributesToSearchOn: ['namedTags', 'meantTags', 'saidTags'] })
    if (required.length === 0) ask({ q: wordsFor(understood.terms), matchingStrategy: 'last' })
    if (isStrict) return
    // What stands in for a concept proposes too: else what resembles the best hit would be no candidate.
    const keys = new Set(understood.concepts.flatMap(({ key, others }) => [key, ...others.map((other) => other.key)]))
    for (const key of [...keys].slice(0, MAX_TAGS)) ask({ q: `${tagWord(key)} `, matchingStrategy: 'all', attributesToSearchOn: ['namedTags', 'meantTags', 'saidTags'], limit: 2 * PROPOSALS })
    const weighty = [...required].sort((a, b) => b.weight - a.weight).slice(0, heavy.length)
    for (const [i, term] of required.entries()) {
      const next = required[i + 1]
      if (next && (weighty.includes(term) || weighty.includes(next))) ask({ q: wordsFor([term, next]), matchingStrategy: 'all', limit: PROPOSALS })
    }
    for (const term of weighty) ask({ q: wordsFor([term]), matchingStrategy: 'all', limit: PROPOSALS })
  }

  const there = isConfined ? side([among('localities', placeFilter(understood))]) : undefined
  const anywhere = side([])
  // Who is there, and who was born there: these come first, and are candidates even where other words are rarer.
  const near = (field: string): number[] => {
    if (named.length === 0) return []
    const by = [among(field, named), ...conditions]
    const matching = add({ q: '', filter: [...orMeant(asksLoose ? looseMatch : strictMatch), ...by], ...(isWhole ? { limit: rankedWhole } : { sort: BROWSE, limit: RERANKED }) })
    return isWhole ? [matching] : [matching, add({ q: wordsFor(required), matchingStrategy: 'frequency', filter: by, limit: RERANKED })]
  }
  const [lifted, born] = [near('localities'), near('originLocalities')]
  const [sought, soughtHeavy] = [understood.units.map(toSought), heavy.map(toSought)]
  const accepts = (candidate: SearchCandidate): boolean => {
    let left = atLeast
    for (let i = 0; left > 0 && i < soughtHeavy.length; i += 1) if (standsIn(candidate, soughtHeavy[i]!)) left -= 1
    return left <= 0
  }
  return {
    queries,
    read: (results) => {
      const total = (at: number): number => results[at]!.estimatedTotalHits ?? 0
      const isPlaced = there?.looseCount !== undefined && total(there.looseCount) > 0
      const { strict, loose, strictCount } = isPlaced ? there! : anywhere
      const chosen = strict && (!loose || total(strictCount!) >= ENOUGH) ? strict : loose!
      const lists = chosen.proposals.map((at) => results[at]!.hits)
      const idsOf = (...queried: number[]): Set<string> => new Set(queried.flatMap((at) => results[at]!.hits.map(({ id }) => id)))
      // All of them, before any other's second.
      const nearest = chosen.meant === undefined ? [] : results[chosen.meant]!.hits
      const isNear = new Set(nearest.map(({ id }) => id))
      const [isThere, isBorn] = [idsOf(...lifted), idsOf(...born)]
      if (!isWhole) lists.push(...[...born, ...lifted].map((at) => results[at]!.hits))
      const window = unionOf([...nearest.map((hit) => [hit]), ...lists], isWhole ? rankedWhole : 3 * RERANKED).map((hit) => ({ ...hit, placed: isBorn.has(hit.id) ? 1 : isPlaced || isThere.has(hit.id) ? 0.5 : 0 }))
      const hasWords = isWhole || (chosen === strict && lifted.length === 0) ? () => true : chosen === strict ? (candidate: SearchCandidate) => sought.every((unit) => standsIn(candidate, unit)) : accepts
      return { ...countsOf(results, chosen, plain), window, page: [], filter: chosen.filter, match: chosen.match, isPlaced, isCut: isWhole && total(chosen.counts) > rankedWhole, accepts: (candidate) => isNear.has(candidate.id) || hasWords(candidate) }
    },
  }
}

/** What the words' counts tell of the numbers of models that match, wherever they are: at most so many, and of strict matches at least. */
function boundsOf({ units }: UnderstoodQuery, { heavy, atLeast }: ReturnType<typeof looseRule>, lexicon: Lexicon): { strict: number; loose: number; leastStrict: number } {
  const all = lexicon.modelCount
  const most = ({ words, isPrefix }: QueryUnit): number => (isPrefix ? all : words.reduce((sum, word) => sum + lexicon.atMost(word), 0))
  const least = ({ words }: QueryUnit): number => Math.max(0, ...words.map((word) => lexicon.count(word)))
  return {
    strict: Math.min(all, ...units.map(most)),
    loose: atLeast === 0 ? all : Math.min(all, heavy.reduce((sum, unit) => sum + most(unit), 0) / atLeast),
    // Of a common word and another one, so many must have both.
    leastStrict: units.reduce((sum, unit) => sum + least(unit) - all, all),
  }
}

/** Filters with one condition left out each, to count what it keeps out; and all of them without the text. */
export function relaxationsOf(skeleton: Pick<Skeleton, 'match' | 'isPlaced'>, filter: MeiliFilter): { drop: string; filter: string[] }[] {
  const named = new Map<string, string>([...[...filter.own].map(([facet, condition]): [string, string] => [FACET_FILTERS[facet], condition]), ...filter.others])
  const but = (name: string): string[] => [...named].filter(([other]) => other !== name).map(([, condition]) => condition)
  return [
    ...[...named.keys()].map((name) => ({ drop: name, filter: [...skeleton.match, ...but(name)] })),
    ...(skeleton.isPlaced ? [{ drop: 'place', filter: [...skeleton.match.filter((condition) => !condition.startsWith('localities')), ...named.values()] }] : []),
    ...(skeleton.match.length > 0 ? [{ drop: 'query', filter: [...named.values()] }] : []),
  ]
}

/** A unit as records are looked through for it: concepts first, since they are told at once. */
interface Sought { concepts: string[]; words: string[] }
const toSought = ({ forms, isPrefix }: QueryUnit): Sought => ({
  concepts: forms.filter(isTag).map(({ words }) => words[0]!.slice(1)),
  words: forms.filter((form) => !isTag(form)).map(({ words }) => ` ${words.join(' ')}${isPrefix ? '' : ' '}`),
})

const FIELDS = ['name', 'aliases', 'concepts', 'text'] as const
const standsIn = ({ words, tags }: SearchCandidate, sought: Sought): boolean =>
  sought.concepts.some((key) => tags[key] !== undefined) || sought.words.some((wanted) => FIELDS.some((field) => words[field].includes(wanted)))

/** Hits of several proposals in turns: the first of each, the second of each … */
function unionOf(lists: Hit[][], most: number): { id: string; hash: string; position: number }[] {
  const window = new Map<string, { id: string; hash: string; position: number }>()
  const longest = Math.max(0, ...lists.map((list) => list.length))
  for (let i = 0; i < longest && window.size < most; i += 1) {
    for (const list of lists) {
      const hit = list[i]
      if (hit && !window.has(hit.id) && window.size < most) window.set(hit.id, { id: hit.id, hash: hit.hash, position: window.size })
    }
  }
  return [...window.values()]
}

function countsOf(results: Result[], way: { counts: number; own: { facet: FacetName; at: number }[] }, plain: FacetName[]): Pick<Skeleton, 'total' | 'facets'> {
  const facets: Skeleton['facets'] = {}
  const read = (result: Result, facet: FacetName): FacetCounts => toFacetCounts(Object.entries(result.facetDistribution?.[FACET_FIELDS[facet]] ?? {}))
  for (const facet of plain) facets[facet] = read(results[way.counts]!, facet)
  for (const { facet, at } of way.own) facets[facet] = read(results[at]!, facet)
  return { total: results[way.counts]!.estimatedTotalHits ?? 0, facets }
}
