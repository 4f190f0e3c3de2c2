/** What is asked of every document before it becomes a draft: whether it holds what identifies a person, and whether the catalogue, or the file itself, has it already. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { inStretches } from '../../stretches.ts'
import { readHiddenDrafts, type Verdict } from '../duplicate/candidates.ts'
import { asDuplicateDocument, type Catalogue, type Entry, readCatalogue, sourcesOf } from '../duplicate/catalogue.ts'
import { compare, reasonsOf } from '../duplicate/compare.ts'
import { featuresOf } from '../duplicate/features.ts'
import { readPlaces } from '../duplicate/place.ts'
import { Seen } from '../duplicate/seen.ts'
import type { ModelDocument } from '../model/document.ts'
import { type Finding, inspectPersonalData, isRefused } from '../privacy/gate.ts'
import type { Viewer } from '../viewer.ts'

export interface DuplicateFound {
  modelId: string
  /** The row of the same file, when the record is one that the file makes. */
  row: number | null
  score: number
  reasons: string[]
  verdict: Verdict
}

/** What identifies a person keeps a row out; a name may stand in a draft until it is handed in, and is told. */
export const inspectPrivacy = (document: ModelDocument): (Finding & { isRefused: boolean })[] => inspectPersonalData(document).map((finding) => ({ ...finding, isRefused: isRefused(finding) }))

/** Told of each row; more of them help nobody to decide. */
const MAX_CANDIDATES = 3
/** Compared for each row, of those that share the most with it: a desk that is asked about one record looks further. */
const LOOKED_AT = 12
/** Below this a candidate that nothing is sure about is noise in a list of thousands. */
const UNSURE_FROM = 0.5
/** Rows compared before others get their turn. */
const STRETCH = 25

/** The catalogue as it stood when the import began, and the rows of the file that were read since. */
export interface Standing {
  catalogue: Catalogue
  hidden: ReadonlySet<string>
  seen: Seen
  /** Rows of the file by the id of the record that they make. */
  rows: Map<string, number>
}
export async function readStanding(db: Kysely<Database>, viewer: Viewer): Promise<Standing> {
  const catalogue = await readCatalogue(db)
  return { catalogue, hidden: new Set(await readHiddenDrafts(db, viewer, catalogue)), seen: new Seen(catalogue), rows: new Map() }
}

/** A row that makes a new record. */
export interface NewRow { id: string; row: number; document: ModelDocument }

/** Records, and rows before it, that each row may be a duplicate of, the likeliest first. */
export async function findDuplicates(db: Kysely<Database>, { catalogue, hidden, seen, rows }: Standing, asked: readonly NewRow[]): Promise<DuplicateFound[][]> {
  const entries = asked.map(({ id, document }): Entry => ({
    id, slug: '', name: document.name, isDraft: true, features: featuresOf(asDuplicateDocument(document), catalogue.thesaurus), sources: new Set(sourcesOf(document)), relatesTo: new Set(document.relations.map(({ modelId }) => modelId)),
  }))
  const places = await readPlaces(db, [...entries, ...catalogue.entries].map(({ features }) => features))
  return inStretches(entries, STRETCH, (one, i): DuplicateFound[] => {
    const { row } = asked[i]!
    rows.set(one.id, row)
    // A batch that is done again finds its own rows there.
    const before = seen.near(one).filter(({ id }) => id !== one.id && rows.get(id)! < row)
    seen.add(one)
    const suspects = [...before, ...catalogue.near(one).filter(({ id }) => !hidden.has(id) && id !== one.id).slice(0, LOOKED_AT)]
      .map((entry) => ({ entry, ...compare(one, entry, catalogue, places.between(one.features, entry.features)) }))
      .filter(({ verdict, score }) => verdict !== 'UNSURE' || score >= UNSURE_FROM).sort((a, b) => b.score - a.score || (a.entry.id < b.entry.id ? -1 : 1)).slice(0, MAX_CANDIDATES)
    return suspects.map(({ entry, score, verdict, signals }) => ({ modelId: entry.id, row: rows.get(entry.id) ?? null, score, verdict, reasons: reasonsOf(signals, one, entry, catalogue) }))
  })
}
