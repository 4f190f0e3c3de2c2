/** What every mutation over many items answers: one entry an item, done or refused. */
import type { BulkOutcome } from '../../server/domain/bulk.ts'
import { builder } from '../builder.ts'
import { asUserError, mutationPayload, UserError } from '../errors.ts'

export const BulkItemResult = builder.objectRef<BulkOutcome>('BulkItemResult').implement({
  access: 'ANYONE',
  description: 'What became of one item of a mutation over many.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The item, as the caller named it.' }),
    isDone: t.boolean({ description: 'True = done, in a transaction of its own; false = refused, and nothing of it was changed.', resolve: ({ error }) => error === null }),
    revision: t.exposeInt('revision', { nullable: true, description: 'The working revision that came of it, where it concerns a record; null for one that was refused.' }),
    error: t.field({ type: UserError, nullable: true, description: 'Why it was refused; null = it was not.', resolve: ({ error }) => (error === null ? null : (asUserError(error) as never)) }),
  }),
})

/** The types `XSuccess` and `XPayload` of a mutation over many items. */
export const bulkPayload = (mutation: string, description: string) => mutationPayload<{ outcomes: BulkOutcome[] }>(mutation, {
  access: 'ANYONE', description,
  fields: (t) => ({
    items: t.field({ type: [BulkItemResult], description: 'One for each item, in their order.', resolve: ({ outcomes }) => outcomes }),
    doneCount: t.int({ description: 'How many were done.', resolve: ({ outcomes }) => outcomes.filter(({ error }) => error === null).length }),
    refusedCount: t.int({ description: 'How many were refused.', resolve: ({ outcomes }) => outcomes.filter(({ error }) => error !== null).length }),
  }),
})
