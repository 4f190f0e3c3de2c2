/** Candidates for one stored record: what it may be the same as, without what was answered already. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { BadUserInputError } from '../../errors.ts'
import type { ModelDocument } from '../model/document.ts'
import { findRevision } from '../model/overlay.ts'
import type { Viewer } from '../viewer.ts'
import { type Candidate, duplicateCandidates } from './candidates.ts'
import { asDuplicateDocument, sourcesOf } from './catalogue.ts'
import { readDistinctions } from './distinct.ts'

export const MAX_CANDIDATES = 20
export const DEFAULT_CANDIDATES = 5

/** Candidates for a revision of a record; none for those who may not edit it. @throws BadUserInputError */
export async function candidatesOfModel(db: Kysely<Database>, viewer: Viewer, { id, revision }: { id: string; revision: number }, first: number = DEFAULT_CANDIDATES): Promise<Candidate[]> {
  if (first < 1 || first > MAX_CANDIDATES) throw new BadUserInputError(`\`first\` must be from 1 to ${MAX_CANDIDATES}, not ${first}.`)
  const held = viewer === null ? undefined : await findRevision(db, viewer, id, revision)
  if (held === undefined) return []
  const answered = (await readDistinctions(db, id)).map(({ sourceId, targetId }) => (sourceId === id ? targetId : sourceId))
  const document = { ...asDuplicateDocument(held.document), sourceUrls: await readUrls(db, held.document) }
  const [candidates] = await duplicateCandidates(db, [document], { first, viewer, excludeIds: [id, ...answered, ...held.document.relations.map(({ modelId }) => modelId)] })
  return candidates!
}

async function readUrls(db: Kysely<Database>, document: ModelDocument): Promise<string[]> {
  const { rows } = await sql<{ url: string }>`select url from source where id = any(${sourcesOf(document)}::uuid[]) and url is not null`.execute(db)
  return rows.map(({ url }) => url)
}
