/**
 * Errors as data: what a mutation answers when it refuses.
 *
 * ```ts
 * const CreateModelPayload = mutationPayload<{ model: ModelRow }>('CreateModel', {
 *   access: 'SIGNED_IN', description: 'The new draft.',
 *   fields: (t) => ({ model: t.field({ type: Model, description: 'The draft.', resolve: ({ model }) => model }) }),
 * })
 * builder.mutationFields((t) => ({
 *   createModel: t.field({ type: CreateModelPayload, access: 'SIGNED_IN', …, resolve: async (_root, { input }, { db, viewer }) => ({ model: await createModel(db, assertSignedIn(viewer), input) }) }),
 * }))
 * ```
 *
 * The resolver just throws the classes of server/errors.ts: those that are members of the payload become its value (see payload.ts).
 * A subclass comes out as its nearest class here, so a conflict may carry more; fields for it are added with
 * `builder.objectFields(ConflictError, …)`. A missing identity is no member: it stays an error at the top.
 */
import type { ObjectFieldsShape, ObjectRef } from '@pothos/core'
import * as errors from '../server/errors.ts'
import type { Access } from '../server/domain/viewer.ts'
import { builder, type SchemaTypes } from './builder.ts'
import { type ErrorMember, valueOf } from './payload.ts'

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>

builder.mutationType({ description: 'Everything that may be changed. Each mutation takes one `input` and answers with its payload: success, or why not, as data.' })

export const UserError = builder.interfaceRef<errors.AppError>('UserError').implement({
  access: 'ANYONE',
  description: 'Why a mutation refused, and what to do about it.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'For whoever wrote the program that called; says what is allowed.' }),
    code: t.exposeString('code', { description: 'Stable name of the kind of refusal, for programs: VALIDATION_FAILED, CONFLICT, FORBIDDEN or NOT_FOUND.' }),
  }),
})

const ValidationIssue = builder.objectRef<errors.ValidationIssue>('ValidationIssue').implement({
  access: 'ANYONE',
  description: 'One thing to correct in an input.',
  fields: (t) => ({
    path: t.stringList({ description: 'Where, from the outside in; numbers are places in a list, from 0.', resolve: ({ path }) => path.map(String) }),
    code: t.exposeString('code', { description: 'Stable name of the rule that is broken.' }),
    message: t.exposeString('message', { description: 'What is wrong and what is allowed.' }),
  }),
})

export const ValidationError = builder.objectRef<errors.ValidationError>('ValidationError').implement({
  access: 'ANYONE', interfaces: [UserError],
  description: 'The input breaks rules. Nothing was changed.',
  fields: (t) => ({ issues: t.field({ type: [ValidationIssue], description: 'All of them at once.', resolve: ({ issues }) => issues }) }),
})
export const ConflictError = builder.objectRef<errors.ConflictError>('ConflictError').implement({
  access: 'ANYONE', interfaces: [UserError],
  description: 'Somebody else changed the record since the caller read it, or its state does not allow this any more. Nothing was changed.',
})
export const ForbiddenError = builder.objectRef<errors.ForbiddenError>('ForbiddenError').implement({
  access: 'ANYONE', interfaces: [UserError],
  description: 'The caller is known and may not do this. Nothing was changed.',
})
export const NotFoundError = builder.objectRef<errors.NotFoundError>('NotFoundError').implement({
  access: 'ANYONE', interfaces: [UserError],
  description: 'There is no such record, or none that the caller may see. Nothing was changed.',
})

/** The members that every payload has, with the class that each one stands for. */
const MEMBERS = [
  [ValidationError, errors.ValidationError],
  [ConflictError, errors.ConflictError],
  [ForbiddenError, errors.ForbiddenError],
  [NotFoundError, errors.NotFoundError],
] as const satisfies readonly ErrorMember[]

/** An error as the value of a field of type `UserError`. */
export const asUserError = (error: errors.AppError): object => valueOf(error, MEMBERS)!

/**
 * `union XPayload = XSuccess | ValidationError | ConflictError | ForbiddenError | NotFoundError` for a success type that stands already.
 * @param name such as `CreateModelPayload`
 */
export function payloadUnion<T extends object>(name: `${string}Payload`, success: ObjectRef<Types, T, T>) {
  return builder.unionType(name, {
    description: `What \`${name.charAt(0).toLowerCase()}${name.slice(1, -'Payload'.length)}\` answers: that it is done, or why not.`,
    types: [success, ...MEMBERS.map(([ref]) => ref)],
    resolveType: (value) => (value as { __typename?: string }).__typename ?? success.name,
    extensions: { errors: MEMBERS },
  })
}

/**
 * The types `XSuccess` and `XPayload` of the mutation `x`; gives the union.
 * @param mutation its name with a capital: `CreateModel`
 */
export function mutationPayload<T extends object>(mutation: string, options: { access: Access; description: string; fields: ObjectFieldsShape<Types, T> }) {
  return payloadUnion<T>(`${mutation}Payload`, builder.objectRef<T>(`${mutation}Success`).implement(options))
}
