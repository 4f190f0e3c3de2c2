/** Many items in one call, each in a transaction of its own: a bad one is told and stops no other. */
import { AppError, BadUserInputError, ConflictError, ForbiddenError, NotFoundError, ValidationError } from '../errors.ts'
import { MAX_PAGE_SIZE } from './page.ts'

/** What became of one item. */
export interface BulkOutcome {
  /** As the caller named it. */
  id: string
  /** The revision that came of it, where there are revisions. */
  revision: number | null
  error: AppError | null
}

/** What an item may be refused with; anything else is no item's fault, and ends the call. */
const REFUSALS = [ValidationError, BadUserInputError, ConflictError, ForbiddenError, NotFoundError]

/**
 * Does the work for each item, one after the other, in their order.
 * @throws ValidationError for no item, or more than a page of them
 */
export async function forEachItem<I extends { id: string }>(items: readonly I[], work: (item: I) => Promise<{ revision?: number } | void>): Promise<BulkOutcome[]> {
  if (items.length === 0 || items.length > MAX_PAGE_SIZE) {
    const message = `Give 1 to ${MAX_PAGE_SIZE} items at once; there are ${items.length}.`
    throw new ValidationError(message, [{ path: ['items'], code: 'TOO_MANY', message }])
  }
  const outcomes: BulkOutcome[] = []
  for (const item of items) {
    try {
      outcomes.push({ id: item.id, revision: (await work(item))?.revision ?? null, error: null })
    } catch (error) {
      if (!REFUSALS.some((refusal) => error instanceof refusal)) throw error
      outcomes.push({ id: item.id, revision: null, error: error as AppError })
    }
  }
  return outcomes
}
