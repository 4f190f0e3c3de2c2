/** What is asked of every document before it becomes a draft: whether it holds what identifies a person, and whether the catalogue has it already. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { candidatesIn, readHiddenDrafts, type Verdict } from '../duplicate/candidates.ts'
import { asDuplicateDocument, type Catalogue, readCatalogue } from '../duplicate/catalogue.ts'
import { featuresOf } from '../duplicate/features.ts'
import { readPlaces } from '../duplicate/place.ts'
import type { ModelDocument } from '../model/document.ts'
import type { Viewer } from '../viewer.ts'

export interface DuplicateFound { modelId: string; score: number; reasons: string[]; verdict: Verdict }

/** Faults that keep a row out, by the path of the text in the document. */
export function inspectPrivacy(_document: ModelDocument): { path: string; code: string; message: string }[] {
  return []
}

/** Told of each row; more of them help nobody to decide. */
const MAX_CANDIDATES = 3

/** The catalogue as it stood when the import began: what the import itself adds is compared by name as its rows are read. */
export interface Standing { catalogue: Catalogue; hidden: ReadonlySet<string> }
export async function readStanding(db: Kysely<Database>, viewer: Viewer): Promise<Standing> {
  const catalogue = await readCatalogue(db)
  return { catalogue, hidden: new Set(await readHiddenDrafts(db, viewer, catalogue)) }
}

/** Records that each document may be a duplicate of, the likeliest first. */
export async function findDuplicates(db: Kysely<Database>, { catalogue, hidden }: Standing, documents: readonly ModelDocument[]): Promise<DuplicateFound[][]> {
  const asked = documents.map((document) => ({ features: featuresOf(asDuplicateDocument(document), catalogue.thesaurus), sources: new Set(document.sources.map(({ sourceId }) => sourceId)) }))
  const places = await readPlaces(db, [...asked, ...catalogue.entries].map(({ features }) => features))
  return asked.map((one) => candidatesIn(catalogue, one, places, MAX_CANDIDATES, ({ id }) => hidden.has(id)).map(({ modelId, score, reasons, verdict }) => ({ modelId, score, reasons, verdict })))
}
