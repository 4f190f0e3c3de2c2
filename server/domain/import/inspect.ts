/** What is asked of every document before it becomes a draft: whether it holds what identifies a person, and whether the catalogue has it already. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { ModelDocument } from '../model/document.ts'
import type { Viewer } from '../viewer.ts'

export interface DuplicateFound { modelId: string; score: number; reasons: string[]; verdict: string }

/** Faults that keep a row out, by the path of the text in the document. */
export function inspectPrivacy(_document: ModelDocument): { path: string; code: string; message: string }[] {
  return []
}

/** Records that each document may be a duplicate of, the likeliest first. */
export async function findDuplicates(_db: Kysely<Database>, _viewer: Viewer, documents: readonly ModelDocument[]): Promise<DuplicateFound[][]> {
  return documents.map(() => [])
}
