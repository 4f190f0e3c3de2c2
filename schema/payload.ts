/**
 * `payload`: a small Pothos plugin for mutations whose errors are data. The union that a field answers with says, as the extension
 * `errors`, which classes of server/errors.ts are members of it, and as which type; what the resolver (or the access rule) throws of
 * these becomes the field's value. Anything else, a missing identity above all, stays an error at the top of the answer. Unions are
 * made by errors.ts.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { type AppError, BadUserInputError, ValidationError } from '../server/errors.ts'

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
        const told = error instanceof BadUserInputError ? asValidation(error) : error
        const member = members.find(([, one]) => told instanceof one)
        if (!member) throw error
        return asValue(told as AppError, member)
      }
    }
  }
}
SchemaBuilder.registerPlugin('payload', PayloadPlugin)

/** An argument that cannot be read at all is one more thing to correct; such messages begin with its name in backquotes. */
function asValidation(error: BadUserInputError): ValidationError {
  const path = /^`([\w.]+)`/.exec(error.message)?.[1]?.split('.') ?? []
  return new ValidationError(error.message, [{ path, code: error.code, message: error.message }], { cause: error })
}

/** A plain object: graphql-js takes an `Error` that a resolver returns for one that it throws. */
const asValue = (error: AppError, [type]: ErrorMember): object => ({ ...error, message: error.message, __typename: type.name })
