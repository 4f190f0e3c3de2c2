/** What is worth knowing of a parsed document more than once: which operation runs, what it costs, whether it looks at the schema. */
import { complexityFromQuery } from '@pothos/plugin-complexity'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  getOperationAST,
  getVariableValues,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'

export interface OperationFacts {
  operation: OperationDefinitionNode
  asksSchema: boolean
  /** The operation with the fragments, without the document's other operations. */
  alone: DocumentNode
  /** `alone` without `__typename`, which clients put everywhere and which costs nothing. */
  countable: DocumentNode
  /** The variables that @skip and @include look at; undefined when the operation has neither directive. */
  conditions: string[] | undefined
  /** By the sizes that the variables give. */
  costs: Map<string, number>
}

const known = new WeakMap<DocumentNode, Map<string, OperationFacts>>()

/** Facts of one operation of a document, found once as long as the document is kept. */
export function operationFacts(document: DocumentNode, operationName: string | null | undefined): OperationFacts | undefined {
  const key = operationName ?? ''
  const before = known.get(document)?.get(key)
  if (before) return before
  const operation = getOperationAST(document, operationName)
  if (!operation) return undefined
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] }
  const facts: OperationFacts = { operation, alone, countable: withoutTypenames(alone), asksSchema: asksSchema(alone), conditions: conditionsOf(alone), costs: new Map() }
  const ofDocument = known.get(document) ?? new Map<string, OperationFacts>()
  ofDocument.set(key, facts)
  known.set(document, ofDocument)
  return facts
}

type Coerced = ReturnType<typeof getVariableValues>
const coercedBefore = new WeakMap<object, { facts: OperationFacts; coerced: Coerced }>()

/** The variables as the operation takes them, or what is wrong with them: at most 50 errors, as in graphql-js's execution. Looked at once for cost and execution. */
export function coerceVariables(schema: GraphQLSchema, facts: OperationFacts, variables: Record<string, unknown> | undefined): Coerced {
  const before = variables && coercedBefore.get(variables)
  if (before?.facts === facts) return before.coerced
  const coerced = getVariableValues(schema, facts.operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 50 })
  if (variables) coercedBefore.set(variables, { facts, coerced })
  return coerced
}

const MAX_COSTS = 50

/** The number of objects that the operation may return, or undefined when its variables are wrong: execution says that better. */
export function operationCost(
  schema: GraphQLSchema,
  facts: OperationFacts,
  variables: Record<string, unknown> | undefined,
  context: object,
): number | undefined {
  const { coerced } = coerceVariables(schema, facts, variables)
  if (!coerced) return undefined
  const sizes = sizesOf(coerced)
  const before = facts.costs.get(sizes)
  if (before !== undefined) return before
  let cost: number
  try {
    cost = complexityFromQuery(facts.countable, { schema, ctx: context, variables: variables ?? {} }).complexity
  } catch {
    return undefined
  }
  if (facts.costs.size >= MAX_COSTS) facts.costs.clear()
  facts.costs.set(sizes, cost)
  return cost
}

/** All that a cost reads of variables: numbers, and how long lists are. A test holds every field of the schema to that. */
function sizesOf(coerced: Record<string, unknown>): string {
  return Object.entries(coerced).map(([name, value]) => (typeof value === 'number' ? `${name}=${value}` : Array.isArray(value) ? `${name}[${value.length}]` : '')).join()
}

/**
 * The operation as it is once @skip and @include have been decided, or undefined when that leaves a selection empty. The variables are
 * the coerced ones.
 */
export function decideConditions(facts: OperationFacts, variables: Record<string, unknown>): DocumentNode | undefined {
  let isWhole = true
  const decide = (node: FieldNode | InlineFragmentNode | FragmentSpreadNode) => {
    if (!node.directives?.length) return undefined
    for (const directive of node.directives) {
      const wanted = WANTED[directive.name.value]
      const value = directive.arguments?.[0]?.value
      if (wanted === undefined || !value) continue
      const is = value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.BOOLEAN && value.value
      if (is !== wanted) return null
    }
    return { ...node, directives: node.directives.filter((directive) => WANTED[directive.name.value] === undefined) }
  }
  const decided = visit(facts.alone, {
    Field: decide,
    InlineFragment: decide,
    FragmentSpread: decide,
    SelectionSet: {
      leave(node) {
        if (!node.selections.length) isWhole = false
      },
    },
  })
  return isWhole ? decided : undefined
}

function withoutTypenames(document: DocumentNode): DocumentNode {
  return visit(document, { Field: (node) => (node.name.value === '__typename' ? null : undefined) })
}

const WANTED: Record<string, boolean> = { include: true, skip: false }

function conditionsOf(document: DocumentNode): string[] | undefined {
  const names = new Set<string>()
  let isConditional = false
  visit(document, {
    Directive(node) {
      if (WANTED[node.name.value] === undefined) return
      isConditional = true
      const value = node.arguments?.[0]?.value
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return isConditional ? [...names].sort() : undefined
}

function asksSchema(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Field(node) {
      if (node.name.value === '__schema' || node.name.value === '__type') found = true
      return found ? false : undefined
    },
  })
  return found
}
