/** A revision that was made by a merge holds parts of the record that it took in. Once the merge was undone they are that record's again. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { deterministicId } from '../ids.ts'
import type { ModelDocument } from './document.ts'
import { PARTS } from './parts.ts'

/**
 * The document of an earlier revision with ids of its own for what it tells after a record that stands by itself again: a part lies in one
 * record, and the database refuses the second. Said once more, they keep these ids.
 */
export async function withOwnParts(trx: Kysely<Database>, id: string, document: ModelDocument): Promise<ModelDocument> {
  const { rows } = await sql<{ document: ModelDocument }>`
    select v.document from model_merge as g join model_revision as v on v.model_id = g.source_id and v.revision = g.source_revision
    where g.target_id = ${id}::uuid and g.undone_at is not null and f_model_now(g.source_id) <> ${id}::uuid`.execute(trx)
  if (rows.length === 0) return document
  const lent = new Set(rows.flatMap((row) => PARTS.flatMap(({ of }) => of(row.document).map((part) => part.id))))
  const changed = PARTS.flatMap(({ of }) => of(document).map((part) => part.id)).filter((partId) => lent.has(partId))
  if (changed.length === 0) return document
  return JSON.parse(changed.reduce((text, partId) => text.replaceAll(partId, deterministicId('restored-part', `${id}:${partId}`)), JSON.stringify(document))) as ModelDocument
}
