/** What every mutation of a record shares: the arguments that say which revision was read, and the record as it stands afterwards. */
import { findWorkingModel } from '../../server/domain/model/read.ts'
import type { Written } from '../../server/domain/model/draft.ts'
import { builder } from '../builder.ts'
import { localId } from '../ids.ts'
import { Model } from '../refs.ts'
import { selectionOf } from '../select.ts'

type ObjectFields<T extends object> = Parameters<Parameters<typeof builder.objectFields<any>>[1]>[0] & { $?: T }
export type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]

/** The field `model` of a success: the working revision, read after the change was committed. */
export const workingModel = (t: ObjectFields<Written>) => t.field({
  type: Model, description: 'The working revision, as it stands now.',
  resolve: async ({ modelId }: Written, _args: unknown, { db, viewer }: any, info: any) => (await findWorkingModel(db, viewer, modelId, selectionOf(info)))!,
})

export const expectedRevision = (t: InputFields) => t.int({ required: true, description: 'The `revision` of the working revision that the caller read; another one is a CONFLICT that tells what differs.' })
export const reasonField = (t: InputFields, description = 'Why; stays with the revision.') => t.string({ description })
export const modelIdField = (t: InputFields) => t.id({ required: true, description: 'Global id of the model.' })

/** The input with the model's own id in place of the global one. */
export const withModelId = <T extends { id: string }>(input: T): T => ({ ...input, id: localId('Model', 'id', input.id) })
