/**
 * `access`: a small Pothos plugin that says who may use a field, and refuses everybody else before the field does anything.
 *
 * ```ts
 * apiKeys: t.field({ type: [ApiKey], access: 'ADMIN', … })                 // fields of Query and Mutation say it themselves
 * ApiKey.implement({ access: 'ADMIN', fields: … })                         // fields of other types have their type's, unless they say more
 * ```
 *
 * What anybody may read is not wrapped and costs nothing. The rule stands on the built schema as the extension `access` of each field. A
 * field without one fails the build: nothing is open because somebody forgot to close it.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql'
import { type Access, assertAccess, type Viewer } from '../server/domain/viewer.ts'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> { access: AccessPlugin<Types> }
    export interface BaseTypeOptions { access?: Access }
    export interface FieldOptions { access?: Access }
  }
}

/** What is new there is a new thing to do: each field says for itself who may. */
const ROOTS: readonly string[] = ['Query', 'Mutation', 'Subscription']

export class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  readonly #open: string[] = []

  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const access = this.#ruleOf(field)
    if (access) return { ...field, extensions: { ...field.extensions, access } }
    this.#open.push(`${field.parentType}.${field.name}`)
    return field
  }

  override afterBuild(schema: GraphQLSchema): GraphQLSchema {
    if (this.#open.length > 0) throw new Error(`Nobody said who may use ${this.#open.join(', ')}: give the field, or its type, an \`access\`.`)
    return schema
  }

  override wrapResolve(resolver: GraphQLFieldResolver<unknown, Types['Context'], object>, field: PothosOutputFieldConfig<Types>): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const access = field.extensions?.access as Access | undefined
    if (!access || access === 'ANYONE') return resolver
    return (parent, args, context, info) => {
      assertAccess((context as { viewer: Viewer }).viewer, access)
      return resolver(parent, args, context, info)
    }
  }

  #ruleOf(field: PothosOutputFieldConfig<Types>): Access | undefined {
    const own = (field.pothosOptions as { access?: Access }).access
    if (own || ROOTS.includes(field.kind)) return own
    return (this.builder.configStore.getTypeConfig(field.parentType).pothosOptions as { access?: Access }).access
  }
}
SchemaBuilder.registerPlugin('access', AccessPlugin)
