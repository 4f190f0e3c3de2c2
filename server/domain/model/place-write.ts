/** Says which unit a place of a record was, wherever in the record it stands. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { NotFoundError } from '../../errors.ts'
import type { SignedInViewer } from '../viewer.ts'
import { editModel, type Written } from './draft.ts'
import { resolvePlaces } from './input.ts'
import { dateOf } from './part-write.ts'
import { LIST_PARTS, type Part } from './parts.ts'

export interface ResolvePlace { modelId: string; expectedRevision: number; partId: string; locality: string; reason?: string | null | undefined }

/**
 * Gives the part its unit, in the record's next revision; what the source wrote stays.
 * @param locality a slug, `code@date`, or a code as of the date that the part tells
 * @throws NotFoundError for a part that the record doesn't have, ValidationError for a unit that doesn't exist
 */
export function resolvePlace(db: Kysely<Database>, viewer: SignedInViewer, { modelId, expectedRevision, partId, locality, reason }: ResolvePlace): Promise<Written> {
  return editModel(db, viewer, { id: modelId, expectedRevision, reason }, 'EDIT', async (document, { trx, issues }) => {
    let isFound = false
    const placed = async (part: Part): Promise<Part> => {
      if (part.id !== partId || !('localityId' in part)) return part
      isFound = true
      return { ...part, localityId: (await resolvePlaces(trx, [{ path: ['locality'], name: locality, on: dateOf(part) }], issues))[0] ?? null }
    }
    const each = async (parts: unknown): Promise<Part[]> => {
      const list: Part[] = []
      for (const part of (parts ?? []) as Part[]) list.push(await placed(part))
      return list
    }
    const next: Record<string, unknown> = { ...document, origin: await placed(document.origin as Part), originAlternatives: await each(document.originAlternatives) }
    for (const { list } of LIST_PARTS) next[list] = await each(document[list])
    if (!isFound) throw new NotFoundError('The record has no such part with a place.')
    issues.assertNone()
    return next
  })
}

/** The same for several in one call: places of one record, read at one revision, follow each other. */
export function createPlaceResolving(db: Kysely<Database>, viewer: SignedInViewer): (place: ResolvePlace) => Promise<Written> {
  const ours = new Map<string, number>()
  return async (place) => {
    const read = `${place.modelId}:${place.expectedRevision}`
    const written = await resolvePlace(db, viewer, { ...place, expectedRevision: ours.get(read) ?? place.expectedRevision })
    ours.set(read, written.revision)
    return written
  }
}
