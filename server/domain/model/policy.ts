/** Who may do what with a model's record. Pure: asked inside the row lock, with what the lock found. */
import { canAccess, type Viewer } from '../viewer.ts'

/** `EDIT` also submits; `REVIEW` is everything that decides what is published. */
export type Right = 'EDIT' | 'REVIEW'

/** @param isOwnPlace whether the record's origin lies in the territory of the viewer's units; nothing is a curator's alone */
export function hasRight(viewer: Viewer, right: Right, isOwnPlace: boolean): boolean {
  if (canAccess(viewer, 'CURATOR')) return true
  return right === 'EDIT' && viewer !== null && isOwnPlace
}

/** Nobody approves what they wrote a part of. @param authors who wrote the revisions since the last published one */
export const canApprove = (viewer: Viewer, authors: readonly string[]): boolean => hasRight(viewer, 'REVIEW', false) && !authors.includes(viewer!.id)
