/** Connections: the arguments, the types and how rows of the domain become them. */
import type { ObjectRef } from '@pothos/core'
import { COUNT_CAP, encodeCursor, MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE, presentPage, type ConnectionRow, type ConnectionRows, type PageArgs, type PresentedPage } from '../server/domain/page.ts'
import { relationKey } from '../server/domain/selection.ts'
import type { GraphQLResolveInfo } from 'graphql'
import { builder } from './builder.ts'
import { related } from './select.ts'

/** What a connection type holds: the rows of the page, presented when somebody looks. */
export interface ConnectionValue { page: PresentedPage; total: number | undefined; isMulti: boolean }
interface EdgeValue { row: ConnectionRow; way: string; isMulti: boolean }

/** Makes the value of a connection field from what its SQL gave. */
export const toConnection = ({ rows = [], total, isMulti = false }: ConnectionRows, args: PageArgs): ConnectionValue => ({ page: presentPage(rows, args), total, isMulti })

/** Resolver of a nested connection: its rows are on the parent already. */
export const relatedConnection = (parent: object, args: PageArgs, context: unknown, info: GraphQLResolveInfo): ConnectionValue => toConnection(related(parent, args, context, info), args)

const cursorOf = (row: ConnectionRow | undefined): string | null => (row?.$cursor ? encodeCursor(row.$cursor) : null)
/** Objects that a page may have, for the cost. Sizes that are refused anyway count as the nearest allowed one. */
export const pageCost = (args: { first?: number | null | undefined; last?: number | null | undefined }) => ({ field: 1, multiplier: Math.min(MAX_PAGE_SIZE, Math.max(1, args.first ?? args.last ?? DEFAULT_PAGE_SIZE)) })
const free = { field: 0, multiplier: 1 }
const single = { field: 1, multiplier: 1 }

/** `first`, `after`, `last`, `before` as every connection takes them. */
export const pageArgs = () => builder.args((t) => ({
  first: t.int({ description: `Rows from the start, or after \`after\`: 1–${MAX_PAGE_SIZE}, ${DEFAULT_PAGE_SIZE} unless said. Not together with \`last\`; errors: BAD_USER_INPUT.` }),
  after: t.string({ description: 'Only what follows the row with this cursor. A cursor of another list or ordering is BAD_USER_INPUT.' }),
  last: t.int({ description: `Rows from the end, or before \`before\`: 1–${MAX_PAGE_SIZE}.` }),
  before: t.string({ description: 'Only what stands before the row with this cursor.' }),
}))

/**
 * The types `XConnection` and `XEdge` of a list of `X`.
 * @param what what is listed, in the plural, for the descriptions
 */
export function connectionType<T>(node: ObjectRef<never, T, T> | ObjectRef<any, T, T>, what: string) {
  const edge = builder.objectRef<EdgeValue>(`${node.name}Edge`).implement({
    access: 'ANYONE',
    description: `One of the ${what}, at its place in the list.`,
    fields: (t) => ({
      cursor: t.string({ description: 'This place in the list, for `after` and `before`; opaque.', sql: ['cursor'], resolve: ({ row }) => cursorOf(row) ?? '' }),
      node: t.field({
        type: node, description: 'The row itself.', sql: { relation: 'node' }, complexity: single,
        resolve: ({ row, way, isMulti }, _args, _context, info) => (isMulti ? row[`${way}.${relationKey('node', String(info.path.key))}`] : row) as never,
      }),
    }),
  })
  return builder.objectRef<ConnectionValue>(`${node.name}Connection`).implement({
    access: 'ANYONE',
    description: `A page of ${what}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge], description: 'The rows with their cursors.', sql: { relation: 'edges' }, complexity: free,
        resolve: ({ page, isMulti }, _args, _context, info) => { const way = relationKey('edges', String(info.path.key)); return page.rows.map((row) => ({ row, way, isMulti })) },
      }),
      nodes: t.field({
        type: [node], description: 'The rows without their cursors.', sql: { relation: 'nodes' }, complexity: single,
        resolve: ({ page, isMulti }, _args, _context, info) => { const way = relationKey('nodes', String(info.path.key)); return (isMulti ? page.rows.map((row) => row[way]) : page.rows) as never },
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(), description: 'Where this page stands.', sql: ['pageInfo'], complexity: free,
        resolve: ({ page }) => ({ hasNextPage: page.hasNextPage, hasPreviousPage: page.hasPreviousPage, startCursor: cursorOf(page.rows[0]), endCursor: cursorOf(page.rows.at(-1)) }),
      }),
      totalCount: t.int({ description: `How many there are on all pages; exact up to ${COUNT_CAP.toLocaleString('en')}, above it one more. Counted only when asked for.`, sql: ['totalCount'], resolve: ({ total }) => total! }),
      totalCountIsCapped: t.boolean({ description: `True when there are more than ${COUNT_CAP.toLocaleString('en')}.`, sql: ['totalCount'], resolve: ({ total }) => total! > COUNT_CAP }),
    }),
  })
}
