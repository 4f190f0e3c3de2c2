/** What a search finds among the rows in memory: which match and pass, how many, facet by facet, and the candidates in a rough order. */
import type { TermKind } from '../db/tables.ts'
import { onceFor } from '../once.ts'
import { Bits } from './bits.ts'
import { capped, FACET_FILTERS, FACETS, MAX_OFFSET, RERANKED, toFacetCounts, type FacetCounts, type FacetName, type SearchFilter, type SearchRequest } from './engine.ts'
import { ENOUGH, isTag, looseRule, placeFilter, placeIds, type QueryUnit, type UnderstoodQuery, lookupWords } from './query.ts'
import type { Condition, View } from './search-rows.ts'
import { tagOf } from './thesaurus.ts'
import { toLexeme } from './tsquery.ts'

/** One candidate, at its place in the rough order; `hash` names this state of the row. */
export interface FoundRow { id: string; hash: string; position: number; placed: number }
export interface Found {
  total: number
  isPlaced: boolean
  facets: Partial<Record<FacetName, FacetCounts>>
  /** When nothing passes: how many each condition alone keeps out, and how many pass without the text. */
  relaxations: Record<string, number> | null
  hits: FoundRow[]
}

const given = (list: readonly string[] | null | undefined): readonly string[] => list ?? []
const folded = (word: string, isPrefix: boolean): Condition => ({ kind: 'folded', query: toLexeme(word, isPrefix) })
const named = (word: string, isPrefix: boolean): Condition => ({ kind: 'named', query: toLexeme(word, isPrefix) })

/** What the rough order counts: everything more where it stands in a name. Ours, over the candidates, comes after it. */
interface Worth { words: string[]; isPrefix: boolean; weight: number }
const NAMED_WORTH = 0.7
const worthsOf = onceFor(({ terms, concepts }: UnderstoodQuery): Worth[] => [
  // Words of grammar stand in nearly every record, and tell nothing of any.
  ...terms.filter(({ isRequired }) => isRequired).map(({ forms, isPrefix, weight }) => ({ words: lookupWords(forms.filter((form) => !isTag(form))), isPrefix, weight })),
  ...concepts.map(({ key, weight }) => ({ words: [tagOf(key)], isPrefix: false, weight: 2 * weight })),
  ...concepts.filter(({ others }) => others.length > 0).map(({ others, weight }) => ({ words: others.map(({ key }) => tagOf(key)), isPrefix: false, weight: 0.6 * weight })),
])

const place = (which: Pick<Extract<Condition, { kind: 'place' }>, 'references' | 'ids'>, role: 'ORIGIN' | 'REPLICATION' | null = null): Condition => ({ kind: 'place', ...which, role })
const PLACE_FILTERS = [['localityIn', null], ['originLocalityIn', 'ORIGIN'], ['replicatedInLocalityIn', 'REPLICATION']] as const
const filteredPlaces = (filter: SearchFilter): [field: string, condition: Condition][] =>
  PLACE_FILTERS.flatMap(([field, role]) => (given(filter[field]).length > 0 ? [[field, place({ references: filter[field]! }, role)]] : []))

/** What has to be looked up for a search. */
export function conditionsOf(query: UnderstoodQuery, { filter }: SearchRequest): Condition[] {
  const units = query.isEmpty ? [] : query.units.flatMap(({ words, wider, isPrefix }) => [...words, ...lookupWords(wider)].map((word) => folded(word, isPrefix)))
  const worths = query.isEmpty ? [] : worthsOf(query).flatMap(({ words, isPrefix }) => words.flatMap((word) => [folded(word, isPrefix), named(word, isPrefix)]))
  const ids = placeIds(query)
  return [
    ...units, ...worths, ...filteredPlaces(filter).map(([, condition]) => condition),
    ...(ids.length > 0 ? [place({ ids }), place({ ids }, 'ORIGIN')] : []), ...(placeFilter(query).length > 0 ? [place({ ids: placeFilter(query) })] : []),
  ]
}

/** Pure, but for what the view gives. */
export function findIn({ table, rowsOf }: View, query: UnderstoodQuery, request: SearchRequest): Found {
  const { live } = table
  const isFree = query.isEmpty || query.units.length === 0
  const anyWord = ({ words, isPrefix }: Pick<QueryUnit, 'words' | 'isPrefix'>): Bits => Bits.any(words.map((word) => rowsOf(folded(word, isPrefix))))
  const near = isFree ? new Bits() : Bits.of([...(request.near?.keys() ?? [])].flatMap((id) => table.rowOf(id) ?? []))

  const { heavy, atLeast } = looseRule(query)
  const loose = isFree ? live : (atLeast <= 1 ? Bits.any : Bits.two)(heavy.map(anyWord)).and(live)
  const strict = isFree ? live : query.units.reduce((rows, unit) => rows.and(anyWord(unit)), live)
  const within = placeFilter(query).length > 0 ? rowsOf(place({ ids: placeFilter(query) })) : undefined
  // A place that would leave nothing only lifts. By the text alone, as with the looser match: a filter must not change what a facet promised.
  const isPlaced = within !== undefined && loose.or(near).countWith(within) > 0
  const confined = (rows: Bits): Bits => (isPlaced ? rows.and(within) : rows)
  const isStrict = confined(strict).count() >= ENOUGH
  const matching = isFree ? live : (isStrict ? strict : loose).or(near).and(live)

  const conditions = passingOf(request.filter, { table, rowsOf })
  if (isPlaced) conditions.set('place', within)
  const without = (left?: string): Bits => [...conditions].reduce((rows, [field, passing]) => (field === left ? rows : rows.and(passing)), matching)
  const passing = without()
  const total = passing.count()

  const facets = facetsOf()
  const offset = Math.min(Math.max(0, request.offset), MAX_OFFSET)
  return { total, isPlaced, facets, relaxations: request.withRelaxations && total === 0 ? relaxationsOf() : null, hits: hitsOf() }

  /** Values that some model has, most first. A facet's own condition doesn't count against its values. */
  function facetsOf(): Found['facets'] {
    const counted = new Map<Bits, Uint32Array>()
    const byRow = (rows: Bits): Uint32Array => counted.get(rows) ?? counted.set(rows, table.counts(rows)).get(rows)!
    return Object.fromEntries((request.facets ?? []).map((facet) => {
      const rows = conditions.has(FACET_FILTERS[facet]) ? without(FACET_FILTERS[facet]) : passing
      // Few rows are looked at one by one, many as sets: 0.5 ms of 4 at 100,000 models.
      const counts = rows.count() < table.ids.length / 32 ? byRow(rows) : undefined
      return [facet, toFacetCounts([...table.facets.get(facet)!].map(([value, { code, rows: having }]) => [value, counts ? counts[code]! : having.countWith(rows)]))]
    }))
  }

  function relaxationsOf(): Record<string, number> {
    const filters = [...conditions].filter(([field]) => field !== 'place').reduce((rows, [, one]) => rows.and(one), live)
    return Object.fromEntries([...[...conditions.keys()].map((field): [string, number] => [field, capped(without(field).count())]), ...(query.isEmpty ? [] : [['query', capped(filters.count())] as const])])
  }

  function hitsOf(): FoundRow[] {
    const rows = query.isEmpty ? browse() : bestOf(passing, scoresOf(), Math.max(RERANKED, offset + request.limit))
    const ids = placeIds(query)
    const [there, born] = ids.length === 0 ? [] : [rowsOf(place({ ids })), rowsOf(place({ ids }, 'ORIGIN'))]
    return rows.flatMap((row, i) => {
      const position = query.isEmpty ? offset + i : i
      if (!query.isEmpty && position >= RERANKED && (position < offset || position >= offset + request.limit)) return []
      return [{ id: table.ids[row]!, hash: String(table.seqs[row]), position, placed: born?.has(row) ? 1 : there?.has(row) ? 0.5 : 0 }]
    })
  }

  function browse(): number[] {
    const page: number[] = []
    let passed = 0
    for (const row of table.inOrder()) {
      if (page.length === request.limit) break
      if (passing.has(row) && (passed += 1) > offset) page.push(row)
    }
    return page
  }

  /** By row; those near in meaning are ahead of all others while candidates are chosen: their rank is decided by our own code. */
  function scoresOf(): Float64Array {
    const scores = table.blankScores()
    const add = (rows: Bits, worth: number): void => passing.and(rows).forEach((row) => { scores[row]! += worth })
    for (const { words, isPrefix, weight } of worthsOf(query)) {
      if (words.length === 0) continue
      add(anyWord({ words, isPrefix }), weight)
      add(Bits.any(words.map((word) => rowsOf(named(word, isPrefix)))), NAMED_WORTH * weight)
    }
    add(near, 1e6)
    return scores
  }

  /** The first of them: a heap of places in the general order, whose root is the last that is kept, since there may be a hundred thousand. */
  function bestOf(rows: Bits, scores: Float64Array, most: number): number[] {
    const order = table.inOrder()
    const isBehind = (a: number, b: number): boolean => scores[order[a]!]! < scores[order[b]!]! || (scores[order[a]!] === scores[order[b]!] && a > b)
    const heap: number[] = []
    const sink = (at: number): void => {
      for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
        if (child + 1 < heap.length && isBehind(heap[child + 1]!, heap[child]!)) child += 1
        if (!isBehind(heap[child]!, heap[at]!)) return
        ;[heap[at], heap[child]] = [heap[child]!, heap[at]!]
        at = child
      }
    }
    const meet = (i: number): void => {
      if (heap.length < most) {
        heap.push(i)
        if (heap.length === most) for (let at = most >> 1; at >= 0; at -= 1) sink(at)
      } else if (isBehind(heap[0]!, i)) {
        heap[0] = i
        sink(0)
      }
    }
    const places = table.places()
    rows.forEach((row) => meet(places[row]!))
    return heap.sort((a, b) => (isBehind(a, b) ? 1 : -1)).map((i) => order[i]!)
  }
}

/** Rows that pass each condition of a filter, by its field. */
function passingOf(filter: SearchFilter, { table, rowsOf }: Omit<View, 'versions'>): Map<string, Bits> {
  const passing = new Map<string, Bits>()
  // One that went into another leads there.
  const keys = (kind: TermKind, list: readonly string[] | null | undefined): string[] => given(list).map((key) => table.merged.get(`${kind} ${key}`) ?? key)
  const values: Record<FacetName, readonly string[]> = {
    topics: keys('TOPIC', filter.topicIn), settings: keys('SETTING', filter.settingIn), participants: keys('PARTICIPANT', filter.participantIn), provinces: [],
    operationalStatuses: given(filter.operationalStatusIn), evidenceLevels: given(filter.evidenceLevelIn), recognitionLevels: given(filter.recognitionLevelIn),
  }
  for (const facet of FACETS) if (values[facet].length > 0) passing.set(FACET_FILTERS[facet], Bits.any(values[facet].map((value) => table.facets.get(facet)!.get(value)?.rows ?? new Bits())))
  for (const [field, condition] of filteredPlaces(filter)) passing.set(field, rowsOf(condition))
  for (const flag of ['hasResults', 'hasReplications', 'hasCosts'] as const) {
    const wanted = filter[flag]
    if (wanted != null) passing.set(flag, wanted ? table.flags[flag] : table.live.minus(table.flags[flag]))
  }
  const { from, to } = filter.startedRange ?? {}
  if (from != null || to != null) passing.set('startedRange', Bits.of(table.years.flatMap((year, row) => (year !== null && year >= (from ?? -Infinity) && year <= (to ?? Infinity) ? [row] : []))))
  return passing
}
