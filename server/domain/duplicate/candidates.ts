/**
 * Records that a document may be the same as, each with reasons. One document or ten thousand: what the catalogue says is read once,
 * an index finds the few that share something, only those are compared.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { inStretches } from '../../stretches.ts'
import { normaliseUrl } from '../source/key.ts'
import { canAccess, editableRecords, type Viewer } from '../viewer.ts'
import { type Asked, type Catalogue, type Entry, readCatalogue } from './catalogue.ts'
import { compare, reasonsOf, type Verdict } from './compare.ts'
import { type DuplicateDocument, featuresOf } from './features.ts'
import { type Places, readPlaces } from './place.ts'

export type { DuplicateDocument } from './features.ts'
export { VERDICTS, type Verdict } from './compare.ts'

export interface Candidate {
  modelId: string
  slug: string
  name: string
  /** Never published: only those who may edit it know of it. */
  isDraft: boolean
  /** 0..1, by which they are ordered. */
  score: number
  /** Vietnamese sentences: what speaks for it, then what against. */
  reasons: string[]
  verdict: Verdict
}
export interface CandidateOptions {
  /** At most so many for each document. */
  first: number
  /** Records that are no candidates, such as the one that the document is of. */
  excludeIds?: readonly string[]
  /** Who asks: drafts are candidates only for those who may edit them. */
  viewer: Viewer
}

/** Below this a candidate is noise. */
const LEAST_SCORE = 0.3
/** So much behind the first, a record is another one. */
const CLEARLY = 0.05
/** Documents compared before others get their turn. */
const BATCH = 50

/** For each document the records that it may be the same as, the likest first. Two to five statements, however many documents. */
export async function duplicateCandidates(db: Kysely<Database>, documents: readonly DuplicateDocument[], { first, excludeIds = [], viewer }: CandidateOptions): Promise<Candidate[][]> {
  if (documents.length === 0) return []
  const catalogue = await readCatalogue(db)
  const sources = await readSourceIds(db, documents)
  const asked = documents.map((document): Asked => ({ features: featuresOf(document, catalogue.thesaurus), sources: new Set((document.sourceUrls ?? []).flatMap((url) => sources.get(keyOfUrl(url)) ?? [])) }))
  const excluded = new Set([...excludeIds, ...(await readHiddenDrafts(db, viewer, catalogue))])
  const places = await readPlaces(db, [...asked, ...catalogue.entries].map(({ features }) => features))
  // Ten thousand rows take seconds: nobody else should wait that long.
  return inStretches(asked, BATCH, (one) => candidatesIn(catalogue, one, places, first, (entry) => excluded.has(entry.id)))
}

/** The best of one. Pure. */
export function candidatesIn(catalogue: Catalogue, asked: Asked, places: Places, first: number, isExcluded: (entry: Entry) => boolean): Candidate[] {
  return catalogue.near(asked).filter((entry) => !isExcluded(entry))
    .map((entry) => ({ entry, ...compare(asked, entry, catalogue, places.between(asked.features, entry.features)) }))
    .filter(({ score }) => score >= LEAST_SCORE).sort((a, b) => b.score - a.score || (a.entry.id < b.entry.id ? -1 : 1)).slice(0, first)
    // What is the same as the first, clearly, is at most a variant of the ones behind it.
    .map((one, i, all) => (i > 0 && one.verdict === 'SAME' && all[0]!.verdict === 'SAME' && all[0]!.score - one.score > CLEARLY ? { ...one, verdict: 'VARIANT' as const } : one))
    .map(({ entry, score, verdict, signals }) => ({ modelId: entry.id, slug: entry.slug, name: entry.name, isDraft: entry.isDraft, score, reasons: reasonsOf(signals, asked, entry, catalogue), verdict }))
}

function keyOfUrl(url: string): string {
  try {
    return normaliseUrl(url)
  } catch {
    return ''
  }
}

async function readSourceIds(db: Kysely<Database>, documents: readonly DuplicateDocument[]): Promise<Map<string, string>> {
  const keys = [...new Set(documents.flatMap(({ sourceUrls }) => sourceUrls ?? []).map(keyOfUrl))].filter((key) => key !== '')
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ id: string; key: string }>`select id, url_key as key from source where url_key = any(${keys}::text[])`.execute(db)
  return new Map(rows.map(({ id, key }) => [key, id]))
}

/** Drafts that the viewer may not know of. */
export async function readHiddenDrafts(db: Kysely<Database>, viewer: Viewer, catalogue: Catalogue): Promise<string[]> {
  const drafts = catalogue.entries.filter(({ isDraft }) => isDraft).map(({ id }) => id)
  if (drafts.length === 0 || canAccess(viewer, 'CURATOR')) return []
  if (viewer === null) return drafts
  const { rows } = await sql<{ id: string }>`select r.id from model_record as r where r.id = any(${drafts}::uuid[]) and not ${editableRecords(viewer, 'r')}`.execute(db)
  return rows.map(({ id }) => id)
}
