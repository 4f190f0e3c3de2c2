/** The history of a record, and what a conflict tells: revisions and what differs between them. */
import { diffDocuments, type FieldChange as Change } from '../../server/domain/model/diff.ts'
import { findRevision, readHeldModel } from '../../server/domain/model/overlay.ts'
import type { RevisionRow } from '../../server/domain/model/history.ts'
import type { RevisionConflictError } from '../../server/domain/model/conflict.ts'
import type { Context } from '../../server/context.ts'
import type { GraphQLResolveInfo } from 'graphql'
import { builder } from '../builder.ts'
import { ConflictError } from '../errors.ts'
import { globalId } from '../ids.ts'
import { connectionType } from '../pagination.ts'
import { Model } from '../refs.ts'
import { selectionOf } from '../select.ts'

/** Which lists hold parts that have an id in this API. */
const PART_TYPES: Record<string, string> = {
  results: 'Result', replications: 'Replication', points: 'Point', aliases: 'Alias', recognitions: 'Recognition', relations: 'ModelRelation', reviews: 'Review',
  steps: 'Step', costs: 'Cost', resources: 'Resource', legalBases: 'LegalInstrument', conditions: 'Condition', adaptations: 'Adaptation', setbacks: 'Setback',
}
const ID_TYPES: Record<string, string> = { sourceId: 'Source', localityId: 'Locality', modelId: 'Model', alsoCreditedTo: 'Model' }

/** Text as it is, anything else as JSON, with the ids of this API. */
function present(value: unknown, list: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  const partType = PART_TYPES[list]
  return JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'id' && partType !== undefined && typeof inner === 'string') return globalId(partType, inner)
    const type = ID_TYPES[key]
    if (type === undefined) return inner
    return Array.isArray(inner) ? inner.map((id) => globalId(type, String(id))) : typeof inner === 'string' ? globalId(type, inner) : inner
  })
}
/** A field that holds an id by itself. */
const presentField = (path: string, value: unknown): string | null => {
  const [list = '', field = ''] = [path.split('.')[0], path.split('.').at(-1)]
  const type = ID_TYPES[field]
  if (type !== undefined && typeof value === 'string') return globalId(type, value)
  if (type !== undefined && Array.isArray(value)) return JSON.stringify(value.map((id) => globalId(type, String(id))))
  return present(value, list)
}

export const FieldChange = builder.objectRef<Change>('FieldChange').implement({
  access: 'ANYONE',
  description: 'One field that differs between two revisions.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The field, from the record inwards: `summary`, `origin.startedOn`, `results.value`. The name of a list alone: a part was added, removed, or moved.' }),
    partId: t.id({ nullable: true, description: 'The part that it is in, when it is in one of a list.', resolve: ({ path, partId }) => partId && globalId(PART_TYPES[path.split('.')[0]!] ?? 'Part', partId) }),
    before: t.string({ nullable: true, description: 'What the earlier one says: text as it is, anything else as JSON; null = nothing.', resolve: ({ path, before }) => presentField(path, before) }),
    after: t.string({ nullable: true, description: 'What the later one says, in the same form.', resolve: ({ path, after }) => presentField(path, after) }),
  }),
})

/** Changes without what names a record that the viewer cannot see. */
function withoutHidden(changes: readonly Change[], hidden: readonly string[]): Change[] {
  if (hidden.length === 0) return [...changes]
  const isHidden = (value: unknown): boolean => hidden.some((id) => JSON.stringify(value ?? null).includes(id))
  return changes.filter(({ before, after }) => !isHidden(before) && !isHidden(after))
}

const Revision = builder.objectRef<RevisionRow>('Revision').implement({
  access: 'ANYONE',
  description: 'One state of a whole record. Revisions are kept for ever.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'From 1, in the order of writing.' }),
    author: t.exposeString('author', { nullable: true, description: 'Who wrote it; null for callers without an identity.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, as the author said; null = not said. Why a revision was turned down is told only to those who may edit the record.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true, description: 'When it was published; null = never, which only those who may edit the record see.' }),
    erasedAt: t.expose('erasedAt', { type: 'DateTime', nullable: true, description: 'When personal data was erased from it: `[đã xóa]` stands where it was; null = never.' }),
    diff: t.field({
      type: [FieldChange], sql: ['document', 'documentBefore', 'hiddenModels'],
      description: 'What it changed, field by field, against the revision before it in this list; empty for the first. What names a record that the caller cannot see is left out.',
      resolve: ({ document, documentBefore, hiddenModels }) => (documentBefore === null ? [] : withoutHidden(diffDocuments(documentBefore, document), hiddenModels)),
    }),
  }),
})
export const RevisionConnection = connectionType(Revision, 'revisions')

type Conflict = Partial<Pick<RevisionConflictError, 'recordId' | 'expectedRevision' | 'actualRevision' | 'changes'>>
async function readConflicting({ recordId }: Conflict, revision: number | undefined, { db, viewer }: Context, info: GraphQLResolveInfo) {
  const held = recordId === undefined || revision === undefined ? undefined : await findRevision(db, viewer, recordId, revision)
  return held && readHeldModel(db, viewer, held, selectionOf(info))
}

builder.objectFields(ConflictError, (t) => ({
  expectedRevision: t.int({ nullable: true, description: 'The revision that the caller had read; null when revisions are not the matter.', resolve: (conflict) => (conflict as Conflict).expectedRevision }),
  actualRevision: t.int({ nullable: true, description: 'The revision that the record is at.', resolve: (conflict) => (conflict as Conflict).actualRevision }),
  expected: t.field({ type: Model, nullable: true, description: 'The record as the caller had read it; null when it never was.', resolve: (conflict, _args, context, info) => readConflicting(conflict as Conflict, (conflict as Conflict).expectedRevision, context, info) }),
  actual: t.field({ type: Model, nullable: true, description: 'The record as it is.', resolve: (conflict, _args, context, info) => readConflicting(conflict as Conflict, (conflict as Conflict).actualRevision, context, info) }),
  fields: t.stringList({ description: 'The fields that differ between the two, each once.', resolve: (conflict) => [...new Set(((conflict as Conflict).changes ?? []).map(({ path }) => path))] }),
  changes: t.field({ type: [FieldChange], description: 'What differs between the two, from the expected to the actual one.', resolve: (conflict) => (conflict as Conflict).changes ?? [] }),
}))
