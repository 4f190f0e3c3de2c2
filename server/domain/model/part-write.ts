/**
 * Parts of a record: added, changed and taken away by one mechanism, whatever the part. The list's own schema says what a part holds;
 * here stands only what people write otherwise than documents keep it: places and models by name, sources as they are called, a part's own reason
 * as `why`, since `reason` is that of the revision.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { NotFoundError } from '../../errors.ts'
import { newId } from '../ids.ts'
import { refusedIn } from '../privacy/refuse.ts'
import type { SignedInViewer } from '../viewer.ts'
import { registerSources, type SourceInput } from './cite.ts'
import { type Citation, modelDocument, type ModelDocument } from './document.ts'
import { type Editing, editModel, type Expected, type Written } from './draft.ts'
import { cleanTexts, type Issues, resolvePlaces } from './input.ts'
import type { ListName, Part } from './parts.ts'

/** A citation as people write it: a source that is known by its id, or told. */
export interface CitationInput { sourceId?: string | null | undefined; source?: SourceInput | null | undefined; locator?: string | null | undefined }
/** The fields of a part, with `locality`, `model`, `creditedTo` and `citations` in their written forms. */
export type PartInput = Record<string, unknown> & { locality?: string | null | undefined; citations?: CitationInput[] | null | undefined }
export interface PartOf { modelId: string; expectedRevision: number; reason?: string | null | undefined }
export interface PartWritten extends Written { partId: string }

const expectedOf = ({ modelId, expectedRevision, reason }: PartOf): Expected => ({ id: modelId, expectedRevision, reason })
const partsOf = (document: Record<string, unknown>, list: ListName): readonly Part[] => (document[list] ?? []) as readonly Part[]

/** @throws ValidationError with everything that is wrong, SOURCE_REQUIRED when no source tells it */
export async function addPart(db: Kysely<Database>, viewer: SignedInViewer, list: ListName, { modelId, expectedRevision, reason, ...given }: PartInput & PartOf): Promise<PartWritten> {
  const partId = newId()
  const written = await editModel(db, viewer, expectedOf({ modelId, expectedRevision, reason }), 'EDIT', async (document, editing) => {
    const next = await withInput(editing, document, list, { id: partId, ...(list === 'conditions' ? { citations: [] } : {}) }, given)
    return { ...next.document, [list]: [...partsOf(document, list), next.part] }
  })
  return { ...written, partId }
}

/** Undefined keeps, null clears. @throws NotFoundError when the record has no such part */
export async function updatePart(db: Kysely<Database>, viewer: SignedInViewer, list: ListName, { modelId, expectedRevision, reason, id: partId, ...given }: PartInput & PartOf & { id: string }): Promise<PartWritten> {
  const written = await editModel(db, viewer, expectedOf({ modelId, expectedRevision, reason }), 'EDIT', async (document, editing) => {
    const next = await withInput(editing, document, list, findPart(document, list, partId), given)
    return { ...next.document, [list]: partsOf(document, list).map((part) => (part.id === partId ? next.part : part)) }
  })
  return { ...written, partId }
}

/** Takes a part out of the next revision; those before keep it. @throws NotFoundError when the record has no such part */
export async function removePart(db: Kysely<Database>, viewer: SignedInViewer, list: ListName, { id: partId, ...of }: PartOf & { id: string }): Promise<PartWritten> {
  const written = await editModel(db, viewer, expectedOf(of), 'EDIT', async (document) => {
    findPart(document, list, partId)
    return { ...document, [list]: partsOf(document, list).filter((part) => part.id !== partId) }
  })
  return { ...written, partId }
}

/** One review a cycle: another one of the same cycle corrects it. */
export async function recordReview(db: Kysely<Database>, viewer: SignedInViewer, { modelId, expectedRevision, reason, decisionReason, ...told }: PartInput & PartOf & { cycle: number; decisionReason?: string | null }): Promise<PartWritten> {
  let partId = newId()
  const given: PartInput = { ...told, ...(decisionReason === undefined ? {} : { reason: decisionReason }) }
  const written = await editModel(db, viewer, expectedOf({ modelId, expectedRevision, reason }), 'EDIT', async (document, editing) => {
    const reviews = partsOf(document, 'reviews')
    const known = reviews.find((review) => review.cycle === given.cycle)
    partId = known?.id ?? partId
    const next = await withInput(editing, document, 'reviews', known ?? { id: partId }, given)
    return { ...next.document, reviews: known ? reviews.map((review) => (review === known ? next.part : review)) : [...reviews, next.part] }
  })
  return { ...written, partId }
}

function findPart(document: Record<string, unknown>, list: ListName, id: string): Part {
  const found = partsOf(document, list).find((part) => part.id === id)
  if (found === undefined) throw new NotFoundError(`The record has no part with this id among its ${list}.`)
  return found
}

/** The part with what was given in it, and the document with the sources that it newly cites. Faults stand at the input's own fields. */
async function withInput({ trx, viewer, issues }: Editing, document: Record<string, unknown>, list: ListName, before: Part, given: PartInput): Promise<{ part: Part; document: Record<string, unknown> }> {
  const { locality, citations, model, creditedTo, why, ...plain } = cleanTexts(given, issues) as PartInput & { model?: string; creditedTo?: string[]; why?: string | null }
  const part: Part = { ...before, ...plain }
  for (const [field, value] of Object.entries(plain)) if (value === null && isDefaulted(list, field)) delete part[field]
  if (why !== undefined) part.reason = why
  if (model !== undefined) part.modelId = model
  if (creditedTo !== undefined) part.alsoCreditedTo = creditedTo ?? []
  // Without a figure there is nothing to count.
  if (list === 'results' && (part.value ?? null) === null && plain.countingUnit === undefined) part.countingUnit = 'NONE'
  if (locality !== undefined) part.localityId = locality === null ? null : (await resolvePlaces(trx, [{ path: ['locality'], name: locality, on: dateOf(part) }], issues))[0] ?? null
  if (citations === undefined || citations === null) return checked(list, part, document, issues)
  const told = citations.flatMap((citation, i) => (citation.source ? [{ path: ['citations', i, 'source'], source: citation.source }] : []))
  const registered = await registerSources(trx, viewer, told, issues)
  let turn = 0
  part.citations = citations.flatMap(({ sourceId, source, locator }, i): Citation[] => {
    const id = source ? registered[turn++]?.sourceId : sourceId
    if (!source && !sourceId) issues.add(['citations', i], 'SOURCE_REQUIRED', 'Give `sourceId` or `source`.')
    return id ? [{ sourceId: id, locator: locator ?? null, field: null, precision: 'FACT' }] : []
  })
  const listed = (document.sources ?? []) as ModelDocument['sources']
  const added = registered.filter((source) => source !== undefined && !listed.some(({ sourceId }) => sourceId === source.sourceId))
  return checked(list, part, { ...document, sources: [...listed, ...added] }, issues)
}

/** The schema's own faults, at the fields of the part. */
function checked(list: ListName, part: Part, document: Record<string, unknown>, issues: Issues): { part: Part; document: Record<string, unknown> } {
  const read = modelDocument.shape[list].safeParse([part])
  if (!read.success) issues.addZod(read.error, ([, ...path]) => (path[0] === 'modelId' ? ['model'] : path))
  issues.list.push(...refusedIn(part))
  if (list === 'reviews' && part.decision === 'RETIRE' && (part.reason ?? null) === null) issues.add(['decisionReason'], 'REASON_REQUIRED', 'To retire a model needs a reason.')
  if (list === 'recognitions' && (part.by ?? null) === null && (part.level === 'MINISTRY' || part.level === 'NATIONAL')) issues.add(['by'], 'ISSUER_REQUIRED', 'A recognition of a ministry or of the state needs its issuer.')
  if (list === 'costs' && part.currency != null && !/^[A-Z]{3}$/.test(String(part.currency))) issues.add(['currency'], 'INVALID', 'A currency is three capital letters of ISO 4217, such as VND.')
  issues.assertNone()
  return { part, document }
}

/** Fields that are never null, but have a value that says nothing: cleared, they take it. */
const DEFAULTED = ['qualifier', 'countingUnit', 'attribution', 'effect', 'spread', 'status', 'confidence', 'alsoCreditedTo']
const isDefaulted = (_list: ListName, field: string): boolean => DEFAULTED.includes(field)

/** The day that a code of a unit is read on: what the part tells of. */
export const dateOf = (part: Part): string | null => ((part.asOf ?? part.startedOn ?? part.date ?? (part.period as { from?: string } | null)?.from ?? null) as string | null)
