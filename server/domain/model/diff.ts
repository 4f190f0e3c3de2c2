/** What differs between two revisions, field by field. Parts are told apart by their ids, so one that moved in its list has not changed. */
import { canonicalJson } from './canonical.ts'
import type { ModelDocument } from './document.ts'

export interface FieldChange {
  /** From the document inwards: `summary`, `origin.startedOn`, `results.value`. */
  path: string
  /** The part that it is in, when it is in one of a list. */
  partId: string | null
  /** Undefined = was not there. */
  before: unknown
  after: unknown
}

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value)
const isPartList = (value: unknown): value is (Fields & { id: string })[] => Array.isArray(value) && value.length > 0 && value.every((part) => isFields(part) && typeof part.id === 'string')
const isSame = (a: unknown, b: unknown): boolean => a === b || canonicalJson(a) === canonicalJson(b)

/** None when the two say the same. */
export function diffDocuments(before: ModelDocument, after: ModelDocument): FieldChange[] {
  const changes: FieldChange[] = []
  compareFields('', null, before as unknown as Fields, after as unknown as Fields, changes)
  return changes
}

function compareFields(prefix: string, partId: string | null, before: Fields, after: Fields, into: FieldChange[]): void {
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [a, b] = [before[field], after[field]]
    if (isSame(a, b)) continue
    const path = prefix === '' ? field : `${prefix}.${field}`
    if (isPartList(a) || isPartList(b)) compareParts(path, (a ?? []) as (Fields & { id: string })[], (b ?? []) as (Fields & { id: string })[], into)
    else if (isFields(a) && isFields(b)) compareFields(path, partId, a, b, into)
    else into.push({ path, partId, before: a, after: b })
  }
}

function compareParts(path: string, before: readonly (Fields & { id: string })[], after: readonly (Fields & { id: string })[], into: FieldChange[]): void {
  const earlier = new Map(before.map((part) => [part.id, part]))
  const later = new Map(after.map((part) => [part.id, part]))
  for (const [id, part] of earlier) {
    const now = later.get(id)
    if (now === undefined) into.push({ path, partId: id, before: part, after: undefined })
    else compareFields(path, id, part, now, into)
  }
  for (const [id, part] of later) if (!earlier.has(id)) into.push({ path, partId: id, before: undefined, after: part })
  const order = (ids: Iterable<string>, others: ReadonlyMap<string, unknown>): string[] => [...ids].filter((id) => others.has(id))
  const [was, is] = [order(earlier.keys(), later), order(later.keys(), earlier)]
  if (!isSame(was, is)) into.push({ path, partId: null, before: was, after: is })
}
