/** What an operation costs is kept by the sizes that its variables give: no cost may read anything else, and a kept one is the one that is counted anew. */
import { complexityFromQuery } from '@pothos/plugin-complexity'
import { getNullableType, GraphQLInt, isListType, isObjectType, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { operationCost, operationFacts } from '../../server/http/document-facts.ts'

const fields = Object.values(schema.getTypeMap()).filter(isObjectType).flatMap((type) => Object.values(type.getFields()).map((field) => ({ path: `${type.name}.${field.name}`, field })))

describe('a cost', () => {
  it('reads of arguments only numbers and how long lists are', () => {
    let counted = 0
    for (const { path, field } of fields) {
      const cost: unknown = field.extensions.complexity
      if (typeof cost !== 'function') continue
      counted += 1
      const read = new Set<string>()
      const list = new Proxy([], { get: (of, name) => (name === 'length' ? 3 : expect.fail(`${path} reads ${String(name)} of a list, not only its length: ${of}`)) })
      const args = new Proxy({}, { get: (_, name) => { read.add(String(name)); return isListType(getNullableType(field.args.find((arg) => arg.name === name)?.type)) ? list : undefined } })
      cost(args, {}, field)
      for (const name of read) {
        const type = getNullableType(field.args.find((arg) => arg.name === name)?.type)
        expect(type === undefined || type === GraphQLInt || isListType(type), `${path} reads ${name}, which is ${String(type)}`).toBe(true)
      }
    }
    expect(counted).toBeGreaterThan(100)
  })

  it('is the same when it was counted before', () => {
    const document = parse('query ($n: Int, $ids: [ID!]!, $q: String!, $inner: Int = 2) { searchModels(query: $q, first: $n) { nodes { results(first: $inner) { nodes { statement } } } } nodes(ids: $ids) { id } }')
    const facts = operationFacts(document, undefined)!
    const seen = new Set<number>()
    for (const variables of [{ n: 1, ids: ['a'], q: 'x' }, { n: 50, ids: ['a'], q: 'x' }, { n: 50, ids: ['a', 'b', 'c'], q: 'y' }, { ids: ['a', 'b', 'c'], q: 'y' }, { n: null, ids: 'a', q: '' }, { n: 50, ids: ['a'], q: 'z', inner: 7 }]) {
      const anew = complexityFromQuery(document, { schema, ctx: {}, variables }).complexity
      for (const time of [1, 2]) expect(operationCost(schema, facts, { ...variables }, {}), `${JSON.stringify(variables)}, time ${time}`).toBe(anew)
      seen.add(anew)
    }
    expect(seen.size).toBe(4)
    // Wrong variables are execution's to tell, known sizes or not.
    expect(operationCost(schema, facts, { n: 50, ids: ['a'], q: null }, {})).toBeUndefined()
    expect(operationCost(schema, facts, { n: 'many', ids: ['a'], q: 'x' }, {})).toBeUndefined()
  })
})
