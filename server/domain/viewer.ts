/** Who asks, and what they may see. The one place that decides visibility, as SQL, so that counts are right too. */
import { type RawBuilder, sql } from 'kysely'

export type Role = 'LOCALITY_OFFICER' | 'CURATOR' | 'ADMIN'

/** The caller with an identity; `null` is anybody. */
export interface SignedInViewer { id: string; name: string; role: Role }
export type Viewer = SignedInViewer | null

/**
 * True for the rows of `model` (under the given table alias) that the viewer may see. The table holds published revisions only, so
 * this adds that the record still stands: an archived, merged or rejected one is gone from every list, count and relation at once.
 */
export function visibleModels(_viewer: Viewer, alias: string): RawBuilder<boolean> {
  return sql<boolean>`exists (select from model_record as v where v.id = ${sql.ref(`${alias}.id`)} and v.published_revision = ${sql.ref(`${alias}.revision`)} and v.editorial_state not in ('ARCHIVED', 'MERGED', 'REJECTED'))`
}
