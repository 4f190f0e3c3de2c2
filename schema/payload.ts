/**
 * `payload`: a small Pothos plugin for mutations whose errors are data. The union that a field answers with says, as the extension
 * `errors`, which classes of server/errors.ts are members of it, and as which type; what the resolver (or the access rule) throws of
 * these becomes the field's value. What a mutation forbids is told in the audit log, too. Anything else, a missing identity above all, stays an error at the top of the answer. Unions are
 * made by errors.ts.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { Context } from '../server/context.ts'
import { recordDenial } from '../server/domain/audit/denial.ts'
import { type AppError, BadUserInputError, ForbiddenError, ValidationError } from '../server/errors.ts'

/** A member of a payload: the GraphQL type and the class of error that it stands for. */
export type ErrorMember = readonly [type: { name: string }, of: abstract new (...args: never[]) => AppError]

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> { payload: PayloadPlugin<Types> }
  }
}

export class PayloadPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolver: GraphQLFieldResolver<unknown, Types['Context'], object>, field: PothosOutputFieldConfig<Types>): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.type.kind !== 'Union') return resolver
    const members = this.builder.configStore.getTypeConfig(field.type.ref).extensions?.errors as readonly ErrorMember[] | undefined
    if (!members) return resolver
    return async (parent, args, context, info) => {
      try {
        return await resolver(parent, args, context, info)
      } catch (error) {
        if (error instanceof ForbiddenError && field.parentType === 'Mutation') await tellDenial(context as DenialContext, field.name, args, error)
        const value = valueOf(error, members)
        if (!value) throw error
        return value
      }
    }
  }
}
SchemaBuilder.registerPlugin('payload', PayloadPlugin)

type DenialContext = Partial<Pick<Context, 'db' | 'viewer'>>

/** What rights or roles refuse is told in the audit log; a write that knows its record has told it itself. */
async function tellDenial({ db, viewer }: DenialContext, mutation: string, args: object, error: ForbiddenError): Promise<void> {
  if (!db || !viewer) return
  const action = `${mutation.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_DENIED`
  const input = ((args as { input?: unknown }).input ?? {}) as Record<string, unknown>
  const id = [input.id, input.modelId, input.targetId].find((one) => typeof one === 'string' && /^[\w+/=:-]{1,100}$/.test(one)) as string | undefined
  await recordDenial(db, { viewer, action, recordKind: 'mutation', recordId: id === undefined ? mutation : `${mutation}:${id}`, message: error.message }, error)
}

/** An argument that cannot be read at all is one more thing to correct; such messages begin with its name in backquotes. */
function asValidation(error: BadUserInputError): ValidationError {
  const path = /^`([\w.]+)`/.exec(error.message)?.[1]?.split('.') ?? []
  return new ValidationError(error.message, [{ path, code: error.code, message: error.message }], { cause: error })
}

/** The error as a value of the member that it is; undefined when it is none. */
export function valueOf(error: unknown, members: readonly ErrorMember[]): object | undefined {
  const told = error instanceof BadUserInputError ? asValidation(error) : error
  const member = members.find(([, one]) => told instanceof one)
  return member && asValue(told as AppError, member)
}

/** A plain object: graphql-js takes an `Error` that a resolver returns for one that it throws. */
const asValue = (error: AppError, [type]: ErrorMember): object => ({ ...error, message: error.message, __typename: type.name })
