/** Two records of one idea as one document. Pure. Nothing is overwritten: where both say something else, somebody must have chosen. */
import { canonicalJson } from './canonical.ts'
import type { Citation, ModelDocument } from './document.ts'
import { deterministicId } from '../ids.ts'
import type { Issues } from './input.ts'
import { LIST_PARTS, type Part } from './parts.ts'

/** The fields of which one value must be chosen when the two records differ. */
export const MERGE_FIELDS = ['name', 'summary', 'problem', 'howItWorks', 'leadBody', 'operationalStatus', 'origin'] as const
export type MergeField = (typeof MERGE_FIELDS)[number]
export type MergeSide = 'SOURCE' | 'TARGET'
export type Choices = ReadonlyMap<MergeField, MergeSide>
interface Side { id: string; document: ModelDocument }

/** Text, and `UNKNOWN` where nothing is told; an origin that says nothing beyond its own id says nothing. */
const says = (field: MergeField, document: ModelDocument): unknown => {
  if (field === 'operationalStatus') return document.operationalStatus === 'UNKNOWN' ? null : document.operationalStatus
  if (field !== 'origin') return document[field]
  const { id: _id, citations: _citations, kind, confidence: _confidence, ...told } = document.origin
  return kind === 'UNKNOWN' && Object.values(told).every((value) => value === null) ? null : { kind, ...told }
}

/** The fields of which the two tell different things. */
export const conflictsOf = (source: ModelDocument, target: ModelDocument): MergeField[] => MERGE_FIELDS.filter((field) => {
  const [a, b] = [says(field, source), says(field, target)]
  return a !== null && b !== null && canonicalJson(a) !== canonicalJson(b)
})

/**
 * The merged document: the target's identity, one value of each field, all parts of both with their ids and their own citations. The name
 * that was not chosen lives on as an alias, the origin that was not chosen as an alternative. Undecided conflicts are issues.
 */
export function mergeDocuments(source: Side, target: Side, choices: Choices, issues: Issues): ModelDocument {
  const [from, into] = [source.document, target.document]
  for (const field of conflictsOf(from, into)) {
    if (!choices.has(field)) issues.add(['choices'], 'CHOICE_REQUIRED', `The two records tell another \`${field}\`: choose SOURCE (${show(says(field, from))}) or TARGET (${show(says(field, into))}).`)
  }
  const sideOf = (field: MergeField): MergeSide => (says(field, into) === null && says(field, from) !== null ? 'SOURCE' : says(field, from) === null ? 'TARGET' : choices.get(field) ?? 'TARGET')
  const pick = <K extends Exclude<MergeField, 'origin'>>(field: K): ModelDocument[K] => (sideOf(field) === 'SOURCE' ? from : into)[field]
  const origin = mergedOrigins(source, target, sideOf('origin'))
  const lists = Object.fromEntries(LIST_PARTS.map(({ list, of }) => [list, union(of(into), of(from))]))
  const other = { SOURCE: into, TARGET: from }[sideOf('name')].name
  const merged = {
    ...into, ...lists,
    name: pick('name'), summary: pick('summary'), problem: pick('problem'), howItWorks: pick('howItWorks'), leadBody: pick('leadBody'), operationalStatus: pick('operationalStatus'),
    topics: [...new Set([...into.topics, ...from.topics])], settings: [...new Set([...into.settings, ...from.settings])], participants: [...new Set([...into.participants, ...from.participants])],
    ...origin,
    sources: [...into.sources, ...from.sources.filter((s) => !into.sources.some((t) => t.sourceId === s.sourceId))],
    citations: mergedCitations(from, into, sideOf),
  } as ModelDocument
  const names = new Set([merged.name, ...merged.aliases.map((alias) => alias.name)])
  return {
    ...merged,
    aliases: names.has(other) ? merged.aliases : [...merged.aliases, { id: deterministicId('alias', `${source.id}:${target.id}:${other}`), name: other, usedIn: null, usedSince: null }],
    relations: mergedRelations(merged.relations, source.id, target.id), reviews: mergedReviews(into, from, issues),
    // A claim of one of the two that was credited to the other is its own now.
    results: merged.results.map((result) => ({ ...result, alsoCreditedTo: result.alsoCreditedTo.filter((id) => id !== source.id && id !== target.id) })),
  }
}

const show = (value: unknown): string => JSON.stringify(value).slice(0, 120)

/** All parts of both; one that both tell in the same words, with the same sources, stays once. */
function union(into: readonly Part[], from: readonly Part[]): Part[] {
  const told = new Set(into.map(content))
  return [...into, ...from.filter((part) => !told.has(content(part)))]
}
const content = ({ id: _id, ...rest }: Part): string => canonicalJson(rest)

function mergedOrigins(source: Side, target: Side, side: MergeSide): Pick<ModelDocument, 'origin' | 'originAlternatives'> {
  const [chosen, other] = side === 'SOURCE' ? [source, target] : [target, source]
  const alternatives = [...target.document.originAlternatives, ...source.document.originAlternatives]
  const isTold = says('origin', other.document) !== null && content(other.document.origin) !== content(chosen.document.origin)
  return { origin: chosen.document.origin, originAlternatives: isTold ? [...alternatives, other.document.origin] : alternatives }
}

/** What a source says of a text that was not chosen does not support the one that was: it supports the record as a whole. */
function mergedCitations(from: ModelDocument, into: ModelDocument, sideOf: (field: MergeField) => MergeSide): Citation[] {
  const kept = (document: ModelDocument, side: MergeSide): Citation[] => document.citations.map((citation) => {
    const isOfOther = (MERGE_FIELDS as readonly (string | null)[]).includes(citation.field) && sideOf(citation.field as MergeField) !== side && says(citation.field as MergeField, document) !== null
    return isOfOther && canonicalJson(says(citation.field as MergeField, from)) !== canonicalJson(says(citation.field as MergeField, into)) ? { ...citation, field: null, precision: 'RECORD' as const } : citation
  })
  const told = new Set<string>()
  return [...kept(into, 'TARGET'), ...kept(from, 'SOURCE')].filter((citation) => {
    const key = canonicalJson(citation)
    return !told.has(key) && told.add(key)
  })
}

function mergedRelations(relations: ModelDocument['relations'], source: string, target: string): ModelDocument['relations'] {
  const told = new Set<string>()
  return relations.filter(({ kind, modelId }) => {
    const key = `${kind}:${modelId}`
    return modelId !== source && modelId !== target && !told.has(key) && told.add(key)
  })
}

/** One review a cycle: two that say different things of one cycle must be settled before. */
function mergedReviews(into: ModelDocument, from: ModelDocument, issues: Issues): ModelDocument['reviews'] {
  const reviews = union(into.reviews as readonly Part[], from.reviews as readonly Part[]) as unknown as ModelDocument['reviews']
  for (const review of into.reviews) {
    if (reviews.filter((other) => other.cycle === review.cycle).length > 1) issues.add(['choices'], 'REVIEWS_DIFFER', `Both records have a review of the cycle ${review.cycle}. Make them say the same, or remove one, before the merge.`)
  }
  return reviews
}
