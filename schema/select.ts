/**
 * `sql`: a small Pothos plugin that turns a GraphQL selection into plain data, so that a root field can be read by one SQL statement.
 *
 * Each field says what it needs of its parent's row:
 *
 * ```ts
 * name: t.exposeString('name'),                                        // exposing a property is needing it
 * label: t.string({ sql: ['labelVi', 'labelEn'], resolve: … }),        // computed from other properties
 * results: t.field({ type: ResultConnection, sql: { relation: 'results' }, resolve: related }),    // rows of another table
 * ```
 *
 * A field of an object type that declares nothing is part of the same row: what is selected below it is needed of the parent.
 * `selectionOf(info)` walks fields, fragments, aliases, @skip, @include and variables and gives a `Selection`; nothing is read that
 * nobody asked for, and a resolver then only reads a property. No Kysely here and no SQL: the domain writes that.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import {
  type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, type SelectionNode, type SelectionSetNode, type ValueNode,
  getArgumentValues, getDirectiveValues, getNamedType, GraphQLIncludeDirective, GraphQLSkipDirective, isAbstractType, isCompositeType, isObjectType,
} from 'graphql'
import { emptySelection, relationKey, type Selection } from '../server/domain/selection.ts'

/** Properties of the row, or a relation (with, for a field that computes from both, properties as well). */
export type SqlNeed = readonly string[] | { relation: string; columns?: readonly string[] }

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> { sql: SqlPlugin<Types> }
    export interface FieldOptions { sql?: SqlNeed }
  }
}

/** Keeps each field's need on the built schema, as the extension `sql`. */
export class SqlPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const exposed = field.extensions?.pothosExposedField as string | undefined
    const need = (field.pothosOptions as { sql?: SqlNeed }).sql ?? (exposed === undefined ? undefined : [exposed])
    return need ? { ...field, extensions: { ...field.extensions, sql: need } } : field
  }
}
SchemaBuilder.registerPlugin('sql', SqlPlugin)

type Info = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues' | 'schema' | 'returnType'>
/** A walk notes whether a variable had a part in what it found. */
interface Walk extends Info { isFixed: boolean }

/** By the field as a compiled query holds it: the same array whenever that query runs, and an array of its own wherever documents are executed without compiling. */
const fixed = new WeakMap<readonly FieldNode[], Selection>()

/**
 * What the field being resolved needs of its rows. For a field of an abstract type, name the concrete type. Where no variable has a part in
 * it, a query that comes again is given the same object, which nobody may change.
 */
export function selectionOf({ fieldNodes, fragments, variableValues, schema, returnType }: Info, typeName?: string): Selection {
  const before = typeName === undefined ? fixed.get(fieldNodes) : undefined
  if (before) return before
  const type = typeName ? schema.getType(typeName) : getNamedType(returnType)
  if (!isObjectType(type)) throw new Error(`selectionOf needs a concrete type, not ${String(type)}`)
  const into = emptySelection()
  const info: Walk = { fieldNodes, fragments, variableValues, schema, returnType, isFixed: true }
  for (const node of fieldNodes) if (node.selectionSet) walk(node.selectionSet, type, into, info)
  if (info.isFixed && typeName === undefined) fixed.set(fieldNodes, into)
  return into
}

/** Does the node's own text, arguments and directives, look at a variable? */
const looksAtVariables = ({ directives = [], ...node }: SelectionNode): boolean => {
  const isVariable = (value: ValueNode): boolean =>
    value.kind === 'Variable' || (value.kind === 'ListValue' && value.values.some(isVariable)) || (value.kind === 'ObjectValue' && value.fields.some((field) => isVariable(field.value)))
  const given = [...(node.kind === 'Field' ? node.arguments ?? [] : []), ...directives.flatMap((directive) => directive.arguments ?? [])]
  return given.some(({ value }) => isVariable(value))
}

function walk(set: SelectionSetNode, type: GraphQLObjectType, into: Selection, info: Walk): void {
  for (const node of set.selections) {
    if (looksAtVariables(node)) info.isFixed = false
    if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if === true) continue
    if (getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if === false) continue
    if (node.kind === 'Field') {
      addField(node, type, into, info)
      continue
    }
    const fragment = node.kind === 'FragmentSpread' ? info.fragments[node.name.value] : node
    if (!fragment) continue
    const condition = fragment.typeCondition?.name.value
    if (condition === undefined || condition === type.name || applies(condition, type, info)) walk(fragment.selectionSet, type, into, info)
  }
}

function applies(condition: string, type: GraphQLObjectType, info: Info): boolean {
  const abstract = info.schema.getType(condition)
  return isAbstractType(abstract) && info.schema.isSubType(abstract, type)
}

function addField(node: FieldNode, type: GraphQLObjectType, into: Selection, info: Walk): void {
  const field = type.getFields()[node.name.value]
  if (!field) return
  const need = field.extensions.sql as SqlNeed | undefined
  const inner = getNamedType(field.type)
  const columns = need === undefined ? [] : 'relation' in need ? need.columns ?? [] : need
  for (const column of columns) into.columns.add(column)
  if (need !== undefined && !('relation' in need)) return
  if (need === undefined) {
    if (node.selectionSet && isObjectType(inner)) walk(node.selectionSet, inner, into, info)
    return
  }
  const key = relationKey(field.name, node.alias?.value ?? field.name)
  let related = into.relations.get(key)
  if (!related) {
    related = { relation: need.relation, args: getArgumentValues(field, node, info.variableValues), selection: emptySelection() }
    into.relations.set(key, related)
  }
  if (!node.selectionSet || !isCompositeType(inner)) return
  // The types of an interface that rows are read of share one table, so what any of them needs is read.
  for (const one of isObjectType(inner) ? [inner] : info.schema.getPossibleTypes(inner)) walk(node.selectionSet, one, related.selection, info)
}

/** Resolver of a relation: the rows are on the parent already. */
export function related(parent: object, _args: unknown, _context: unknown, info: Pick<GraphQLResolveInfo, 'fieldName' | 'path'>): never {
  return (parent as Record<string, never>)[relationKey(info.fieldName, String(info.path.key))] as never
}

/** The same field's selection, one level down: `info` of the fields of that name, for a field whose type is abstract. */
export function infoBelow(info: Info, fieldName: string): Info {
  const fieldNodes: FieldNode[] = []
  const collect = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if === true) continue
      if (getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if === false) continue
      if (node.kind !== 'Field') {
        const fragment = node.kind === 'FragmentSpread' ? info.fragments[node.name.value] : node
        if (fragment) collect(fragment.selectionSet)
      } else if (node.name.value === fieldName) fieldNodes.push(node)
    }
  }
  for (const node of info.fieldNodes) if (node.selectionSet) collect(node.selectionSet)
  return { ...info, fieldNodes }
}
