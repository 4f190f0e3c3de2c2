/** The one Pothos builder: scalars, the cost of a field, and how Relay's parts are named. Types are added by the files beside it. */
import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import RelayPlugin from '@pothos/plugin-relay'
import { getNamedType, getNullableType, type GraphQLField, isLeafType, isListType } from 'graphql'
import type { Context } from '../server/context.ts'
import { parseDate, parseDateTime, parsePartialDate, parseUrl } from './scalars.ts'
import './access.ts'
import './payload.ts'
import './select.ts'

/** How many rows a list without paging is taken to have. */
const LIST_ROWS = 5

export interface SchemaTypes {
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    Date: { Input: string; Output: string }
    PartialDate: { Input: string; Output: string }
    DateTime: { Input: string; Output: string | Date }
    URL: { Input: string; Output: string }
  }
}

export const builder = new SchemaBuilder<SchemaTypes>({
  // The first is the outermost: what a rule refuses is data, too.
  plugins: ['payload', 'access', 'sql', RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodeTypeOptions: { access: 'ANYONE', description: 'Anything that has an identity of its own and can be fetched again by it.' },
    idFieldOptions: { description: 'Identity over the whole API; opaque, and stable for ever.' },
    pageInfoTypeOptions: { access: 'ANYONE', description: 'Where a page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follows after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether something stands before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first row of this page, for `before`; null when the page is empty.' },
    endCursorFieldOptions: { description: 'Cursor of the last row of this page, for `after`; null when the page is empty.' },
  },
  complexity: {
    fieldComplexity: (_args, _context, field) => costOf(field as GraphQLField<unknown, unknown>),
    // The HTTP part measures each operation once, before it runs, and refuses with QUERY_TOO_COSTLY.
    disabled: true,
  },
})

/** An object costs 1, a plain value nothing, an unpaged list as if it had a few rows: the cost is the number of objects. */
function costOf(field: GraphQLField<unknown, unknown>): { field: number; multiplier: number } {
  if (isLeafType(getNamedType(field.type))) return { field: 0, multiplier: 1 }
  return { field: 1, multiplier: isListType(getNullableType(field.type)) ? LIST_ROWS : 1 }
}

builder.queryType({ description: 'Everything that may be read.' })

builder.scalarType('Date', {
  description: 'A day of the calendar, as `2025-07-28`.',
  serialize: (value) => String(value),
  parseValue: parseDate,
})
builder.scalarType('PartialDate', {
  description: 'A date as precise as its source tells it: `2012`, `2012-08` or `2012-08-18`. Nothing is filled in.',
  serialize: (value) => String(value),
  parseValue: parsePartialDate,
})
builder.scalarType('DateTime', {
  description: 'An instant as RFC 3339 in UTC, such as `2026-04-30T17:00:00.000Z`.',
  serialize: (value) => (value instanceof Date ? value : new Date(value as string)).toISOString(),
  parseValue: parseDateTime,
})
builder.scalarType('URL', {
  description: 'An address that begins with `http://` or `https://`.',
  serialize: (value) => String(value),
  parseValue: parseUrl,
})
