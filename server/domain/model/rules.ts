/** What a document must keep beyond the shape of its fields: the same that the tables check, told before anything is written, with where it stands. */
import type { ModelDocument } from './document.ts'
import type { Issues, Path } from './input.ts'
import { LIST_PARTS } from './parts.ts'

/** As the tables compare: a year includes its months. */
const isInverted = (from: string | null | undefined, to: string | null | undefined): boolean => from != null && to != null && from > to && from.slice(0, 4) !== to.slice(0, 4)
const isBelow = (max: number | null, min: number | null): boolean => max !== null && min !== null && max < min

export function checkDocument(document: ModelDocument, owner: string, issues: Issues): void {
  document.results.forEach((r, i) => {
    const at = (field: string): Path => ['results', i, field]
    if (r.value === null && r.countingUnit !== 'NONE') issues.add(at('value'), 'VALUE_REQUIRED', 'A result that counts something needs a value; without one its countingUnit is NONE.')
    if (isBelow(r.valueMax, r.value)) issues.add(at('valueMax'), 'INVERTED', '`valueMax` is below `value`.')
    if (isInverted(r.period?.from, r.period?.to)) issues.add(at('period'), 'INVERTED', 'The period ends before it begins.')
  })
  document.replications.forEach((r, i) => { if (isInverted(r.startedOn, r.endedOn)) issues.add(['replications', i, 'endedOn'], 'INVERTED', 'It ends before it begins.') })
  document.costs.forEach((c, i) => { if (isBelow(c.amountMax, c.amount)) issues.add(['costs', i, 'amountMax'], 'INVERTED', '`amountMax` is below `amount`.') })
  document.recognitions.forEach((r, i) => {
    if ((r.annulledOn === null) !== (r.annulmentReason === null)) issues.add(['recognitions', i, r.annulledOn === null ? 'annulledOn' : 'annulmentReason'], 'REASON_REQUIRED', 'An annulment has a date and a reason.')
  })
  document.reviews.forEach((r, i) => { if (r.decision === 'RETIRE' && r.reason === null) issues.add(['reviews', i, 'reason'], 'REASON_REQUIRED', 'To retire a model needs a reason.') })
  checkUnique(document, owner, issues)
}

function checkUnique(document: ModelDocument, owner: string, issues: Issues): void {
  const once = (list: string, keys: readonly string[], field: string, message: string): void => keys.forEach((key, i) => {
    if (keys.indexOf(key) < i) issues.add([list, i, field], 'TWICE', message)
  })
  document.relations.forEach((r, i) => { if (r.modelId === owner) issues.add(['relations', i, 'model'], 'TO_ITSELF', 'A model has no relation to itself.') })
  once('relations', document.relations.map((r) => `${r.kind}:${r.modelId}`), 'model', 'This relation is told already.')
  once('reviews', document.reviews.map((r) => String(r.cycle)), 'cycle', 'The cycle has a review already.')
  for (const { list, of } of LIST_PARTS) once(list, of(document).map((part) => part.id), 'id', 'Two parts have one id.')
}
