/** What is offered while somebody types: the engine's proposals with the matching letters marked, and what each leads to. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { SearchEngine, SuggestionKind } from '../../search/engine.ts'
import type { Fragment } from '../../search/fold.ts'
import { type NodeRow, type NodeType, readNodes } from '../node.ts'
import { pageSize } from '../page.ts'
import type { Selection } from '../selection.ts'
import type { Viewer } from '../viewer.ts'
import { highlight } from './highlight.ts'

const TARGETS = { MODEL: 'Model', LOCALITY: 'Locality', TOPIC: 'Topic' } as const satisfies Record<SuggestionKind, NodeType>
export const SUGGESTION_TARGETS = Object.values(TARGETS)

export interface Suggestion { kind: SuggestionKind; text: string; fragments: Fragment[]; target: NodeRow }

/** Suggestions, best first. What the engine names but the viewer may not see is left out. */
export async function suggest(db: Kysely<Database>, engine: SearchEngine, viewer: Viewer, args: { query: string; first?: number | null }, selectionFor: (type: NodeType) => Selection): Promise<Suggestion[]> {
  const { suggestions, understood } = await engine.suggest({ text: args.query, limit: args.first == null ? 10 : pageSize('first', args.first) })
  const targets = await readNodes(db, viewer, suggestions.map(({ kind, id }) => ({ type: TARGETS[kind], id })), selectionFor)
  return suggestions.flatMap(({ kind, text }, i) => {
    const target = targets[i]
    return target === undefined ? [] : [{ kind, text, fragments: highlight(understood, text) ?? [{ text, isMatch: false }], target }]
  })
}
