/** The fake's searching: the part of Meilisearch's filter language, matching, sorting and facets that we use. */
import { onceForText } from '../../server/once.ts'

/** A refusal as Meilisearch words it. */
export class FakeError extends Error {
  readonly status: number
  readonly code: string
  readonly type: string
  constructor(status: number, code: string, type: string, message: string) {
    super(message)
    this.status = status
    this.code = code
    this.type = type
  }
}

export type FakeDocument = { id: string } & Record<string, unknown>

export interface FakeQuery {
  q?: string; filter?: string[]; sort?: string[]; offset?: number; limit?: number; facets?: string[]; attributesToRetrieve?: string[]; attributesToSearchOn?: string[]; matchingStrategy?: 'all' | 'last' | 'frequency'
}

const invalid = (code: string, message: string): FakeError => new FakeError(400, code, 'invalid_request', message)

export function search(documents: FakeDocument[], settings: Record<string, unknown>, query: FakeQuery): object {
  const { q = '', filter = [], sort = [], offset = 0, limit = 20, facets = [] } = query
  const filterable = new Set((settings.filterableAttributes as (string | { attributePatterns: string[] })[]).flatMap((rule) => (typeof rule === 'string' ? [rule] : rule.attributePatterns)))
  const sortable = settings.sortableAttributes as string[]
  for (const facet of facets) if (!filterable.has(facet)) throw invalid('invalid_search_facets', `Invalid facet distribution: Attribute \`${facet}\` is not filterable.`)
  for (const rule of sort) if (!sortable.includes(rule.split(':')[0]!)) throw invalid('invalid_search_sort', `Attribute \`${rule.split(':')[0]}\` is not sortable.`)
  const conditions = filter.map((text) => parseFilter(text, filterable))
  const words = q.trim() === '' ? [] : fold(q).split(/\s+/).filter(Boolean)
  const isPrefix = !q.endsWith(' ')
  const attributes = query.attributesToSearchOn ?? (settings.searchableAttributes as string[])
  const found = documents.filter((document) => conditions.every((holds) => holds(document)) && matches(document, attributes, words, isPrefix, query.matchingStrategy ?? 'last'))
  found.sort((a, b) => {
    for (const rule of [...sort, 'id:asc']) {
      const [field, direction] = rule.split(':') as [string, string]
      const [left, right] = [a[field] as string | number, b[field] as string | number]
      if (left !== right) return (left < right ? -1 : 1) * (direction === 'desc' ? -1 : 1)
    }
    return 0
  })
  const maxTotalHits = (settings.pagination as { maxTotalHits: number }).maxTotalHits
  const reachable = found.slice(0, maxTotalHits)
  const fields = query.attributesToRetrieve
  return {
    query: q, offset, limit, estimatedTotalHits: reachable.length,
    hits: reachable.slice(offset, offset + limit).map((document) => (fields ? Object.fromEntries(Object.entries(document).filter(([key]) => fields.includes(key))) : document)),
    ...(facets.length === 0 ? {} : { facetDistribution: Object.fromEntries(facets.map((facet) => [facet, countBy(found, facet)])), facetStats: {} }),
  }
}

function countBy(documents: FakeDocument[], facet: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const document of documents) for (const value of new Set(valuesOf(document, facet))) counts[String(value)] = (counts[String(value)] ?? 0) + 1
  return counts
}

const fold = onceForText((text) => text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replaceAll('đ', 'd'))
const wordsOf = onceForText((text) => fold(text).split(/[^a-z0-9]+/))

function matches(document: FakeDocument, attributes: string[], words: string[], isPrefix: boolean, strategy: string): boolean {
  if (words.length === 0) return true
  const there = attributes.flatMap((field) => valuesOf(document, field).flatMap((value) => wordsOf(String(value))))
  const has = (word: string, i: number): boolean => there.includes(word) || (isPrefix && i === words.length - 1 && there.some((one) => one.startsWith(word)))
  return strategy === 'all' ? words.every(has) : words.some(has)
}

const valuesOf = (document: FakeDocument, field: string): unknown[] => {
  const value = document[field]
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

type Holds = (document: FakeDocument) => boolean

/** Recursive descent over: OR, AND, NOT, parentheses, IN [..], =, >=, <=, STARTS WITH, IS NULL. */
function parseFilter(text: string, filterable: ReadonlySet<string>): Holds {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|>=|<=|[()[\],=]|[^\s()[\],=<>]+/g) ?? []
  let at = 0
  const fail = (): never => { throw invalid('invalid_search_filter', `the filter \`${text}\` cannot be read at ${tokens.slice(at, at + 3).join(' ')}`) }
  const take = (wanted: string): boolean => (tokens[at] === wanted ? ((at += 1), true) : false)
  const expect = (wanted: string): void => void (take(wanted) || fail())
  const value = (): string => {
    const token = tokens[at++] ?? fail()
    return token.startsWith('"') ? (JSON.parse(token) as string) : token
  }
  // Values are compared folded and in lower case.
  const same = (a: unknown, b: string): boolean => fold(String(a)) === fold(b)
  const either = (): Holds => {
    const parts = [both()]
    while (take('OR')) parts.push(both())
    return (document) => parts.some((holds) => holds(document))
  }
  const both = (): Holds => {
    const parts = [one()]
    while (take('AND')) parts.push(one())
    return (document) => parts.every((holds) => holds(document))
  }
  const one = (): Holds => {
    if (take('NOT')) {
      const holds = one()
      return (document) => !holds(document)
    }
    if (take('(')) {
      const holds = either()
      expect(')')
      return holds
    }
    const field = value()
    if (!filterable.has(field)) throw invalid('invalid_search_filter', `Attribute \`${field}\` is not filterable.`)
    if (take('IN')) {
      expect('[')
      const wanted = new Set<string>()
      while (!take(']')) {
        wanted.add(fold(value()))
        take(',')
      }
      return (document) => valuesOf(document, field).some((held) => wanted.has(fold(String(held))))
    }
    if (take('IS')) {
      expect('NULL')
      return (document) => document[field] === null
    }
    if (take('STARTS')) {
      expect('WITH')
      const start = fold(value())
      return (document) => valuesOf(document, field).some((held) => fold(String(held)).startsWith(start))
    }
    const sign = ['=', '>=', '<='].find(take) ?? fail()
    const wanted = value()
    if (sign === '=') return (document) => valuesOf(document, field).some((held) => same(held, wanted))
    return (document) => valuesOf(document, field).some((held) => typeof held === 'number' && (sign === '>=' ? held >= Number(wanted) : held <= Number(wanted)))
  }
  const holds = either()
  if (at < tokens.length) fail()
  return holds
}
