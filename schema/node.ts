/** Global identity: `node`, `nodes` and the `id` of every type that has one. */
import { parseNodeId, readNodes } from '../server/domain/node.ts'
import { MAX_PAGE_SIZE } from '../server/domain/page.ts'
import { builder } from './builder.ts'
import { selectionOf } from './select.ts'

export const Node = builder.nodeInterfaceRef()

builder.queryFields((t) => ({
  node: t.field({
    access: 'ANYONE', type: Node, nullable: true,
    description: 'Whatever has this global id; null when there is nothing, or nothing that the caller may see. Errors: BAD_USER_INPUT for a text that is no id of this API.',
    args: { id: t.arg.id({ required: true, description: 'A global `id` as some answer of this API gave it.' }) },
    resolve: async (_root, { id }, { db, viewer }, info) => (await readNodes(db, viewer, [parseNodeId('id', id)], (type) => selectionOf(info, type)))[0] as never,
  }),
  nodes: t.field({
    access: 'ANYONE', type: [Node], nullable: { list: false, items: true },
    description: `The same for up to ${MAX_PAGE_SIZE} ids at once, in their order, null where there is nothing.`,
    args: { ids: t.arg.idList({ required: true, description: `Global ids, at most ${MAX_PAGE_SIZE}.` }) },
    complexity: (args) => ({ field: 1, multiplier: Math.min(MAX_PAGE_SIZE, Math.max(1, args.ids.length)) }),
    resolve: async (_root, { ids }, { db, viewer }, info) => (await readNodes(db, viewer, ids.map((id) => parseNodeId('ids', id)), (type) => selectionOf(info, type))) as never,
  }),
}))
