/** What one document may ask, whoever asks: sizes that are known before anything runs. */
import {
  type ASTNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

/** The limits of one server; each has its own error code. */
export interface Limits {
  /** Lexical tokens of a document: TOO_MANY_TOKENS. graphql-js overflows its stack at about 5,000 open braces. */
  tokens: number
  /** Nested fields, the leaf counted: QUERY_TOO_DEEP. */
  depth: number
  /** Aliases after fragments are opened: TOO_MANY_ALIASES. */
  aliases: number
  /** Directives after fragments are opened: TOO_MANY_DIRECTIVES. */
  directives: number
  /** Objects that the operation may return, list arguments and variables counted: QUERY_TOO_COSTLY. */
  cost: number
  /** Bytes of a request's body. */
  bodyBytes: number
  /** Milliseconds for one operation: TIMEOUT. The database's own deadline is shorter, so that it speaks first. */
  operationMs: number
}

export const DEFAULT_LIMITS: Limits = {
  tokens: 1_000,
  depth: 12,
  aliases: 15,
  directives: 10,
  cost: 10_000,
  bodyBytes: 1_048_576,
  operationMs: 10_000,
}

interface Size {
  depth: number
  aliases: number
  directives: number
}

/** One validation rule for depth, aliases and directives: one walk, fragments measured once each, however often they are spread. */
export function documentLimitsRule(limits: Pick<Limits, 'depth' | 'aliases' | 'directives'>): ValidationRule {
  return (context: ValidationContext) => ({
    Document(document) {
      const measure = createMeasure(context)
      for (const definition of document.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION) continue
        const size = measure(definition.selectionSet)
        const directives = size.directives + (definition.directives?.length ?? 0)
        const refuse = (code: string, message: string) =>
          context.reportError(new GraphQLError(message, { nodes: definition, extensions: { code } }))
        if (size.depth > limits.depth) {
          refuse('QUERY_TOO_DEEP', `This operation is ${size.depth} fields deep; at most ${limits.depth} are allowed, the innermost counted.`)
        }
        if (size.aliases > limits.aliases) {
          refuse('TOO_MANY_ALIASES', `This operation has ${size.aliases} aliases; at most ${limits.aliases} are allowed. Send several operations instead.`)
        }
        if (directives > limits.directives) {
          refuse('TOO_MANY_DIRECTIVES', `This operation has ${directives} directives; at most ${limits.directives} are allowed.`)
        }
      }
      return false
    },
  })
}

function createMeasure(context: ValidationContext): (selectionSet: SelectionSetNode) => Size {
  const known = new Map<FragmentDefinitionNode, Size>()
  const open = new Set<ASTNode>()

  const ofFragment = (fragment: FragmentDefinitionNode): Size => {
    const before = known.get(fragment)
    if (before) return before
    // A cycle is another rule's error; here it only must not loop.
    if (open.has(fragment)) return { depth: 0, aliases: 0, directives: 0 }
    open.add(fragment)
    const size = ofSet(fragment.selectionSet)
    open.delete(fragment)
    known.set(fragment, size)
    return size
  }

  const ofSelection = (selection: SelectionNode): Size => {
    const directives = selection.directives?.length ?? 0
    if (selection.kind === Kind.FIELD) {
      const aliases = selection.alias ? 1 : 0
      // Introspection nests deeply by nature; graphql-js bounds it by a rule of its own (MaxIntrospectionDepthRule).
      if (selection.name.value.startsWith('__')) return { depth: 1, aliases, directives }
      if (!selection.selectionSet) return { depth: 1, aliases, directives }
      const inner = ofSet(selection.selectionSet)
      return { depth: inner.depth + 1, aliases: inner.aliases + aliases, directives: inner.directives + directives }
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const inner = ofSet(selection.selectionSet)
      return { ...inner, directives: inner.directives + directives }
    }
    const fragment = context.getFragment(selection.name.value)
    const inner = fragment ? ofFragment(fragment) : { depth: 0, aliases: 0, directives: 0 }
    return { ...inner, directives: inner.directives + directives }
  }

  const ofSet = (selectionSet: SelectionSetNode): Size => {
    const total: Size = { depth: 0, aliases: 0, directives: 0 }
    for (const selection of selectionSet.selections) {
      const size = ofSelection(selection)
      total.depth = Math.max(total.depth, size.depth)
      total.aliases += size.aliases
      total.directives += size.directives
    }
    return total
  }

  return ofSet
}
