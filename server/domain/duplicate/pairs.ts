/** The queue of the desk: pairs of records that may be one and that nobody has answered for, the likest first. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { inStretches } from '../../stretches.ts'
import { readNodes } from '../node.ts'
import { type ConnectionRows, isUuid, type PageArgs, parsePage } from '../page.ts'
import type { Selection } from '../selection.ts'
import { waysToRows } from '../shape.ts'
import type { SignedInViewer } from '../viewer.ts'
import { type Catalogue, type Entry, readCatalogue } from './catalogue.ts'
import { type Comparison, compare, reasonsOf, type Verdict } from './compare.ts'
import { readDistinctions } from './distinct.ts'
import { readPlaces } from './place.ts'

export interface DuplicatePair { sourceId: string; targetId: string; score: number; verdict: Verdict; reasons: string[] }

/** Below this a pair is not worth anybody's time. */
const LEAST_SCORE = 0.6
/** Records compared before others get their turn. */
const BATCH = 20
const ORDERING = 'duplicatePairs'
const isScore = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1

const pairsOf = new WeakMap<Catalogue, Promise<DuplicatePair[]>>()

/** Every suspected pair of the catalogue: found once for each state that it is in. */
async function findPairs(db: Kysely<Database>, catalogue: Catalogue): Promise<DuplicatePair[]> {
  const places = await readPlaces(db, catalogue.entries.map(({ features }) => features))
  const best = new Map<string, DuplicatePair>()
  await inStretches(catalogue.entries, BATCH, (entry) => {
    for (const other of catalogue.near(entry)) {
      if (other.id === entry.id || entry.relatesTo.has(other.id) || other.relatesTo.has(entry.id)) continue
      const comparison = compare(entry, other, catalogue, places.between(entry.features, other.features))
      if (comparison.score < LEAST_SCORE) continue
      const pair = pairOf(entry, other, comparison, catalogue)
      const key = [pair.sourceId, pair.targetId].join()
      if ((best.get(key)?.score ?? 0) < pair.score) best.set(key, pair)
    }
  })
  return [...best.values()].sort(inOrder)
}

/** A draft goes into what is published, the newer record into the older one. */
function pairOf(a: Entry, b: Entry, { score, verdict, signals }: Comparison, catalogue: Catalogue): DuplicatePair {
  const isTurned = a.isDraft === b.isDraft ? a.id < b.id : b.isDraft
  const [source, target] = isTurned ? [b, a] : [a, b]
  return { sourceId: source.id, targetId: target.id, score, verdict, reasons: reasonsOf(signals, a, b, catalogue) }
}

const inOrder = (a: DuplicatePair, b: DuplicatePair): number => b.score - a.score || (a.sourceId < b.sourceId ? -1 : a.sourceId > b.sourceId ? 1 : 0) || (a.targetId < b.targetId ? -1 : a.targetId > b.targetId ? 1 : 0)

/** A page of the pairs that nobody has answered for. Both records are read as they stand, drafts too. @throws BadUserInputError */
export async function listDuplicatePairs(db: Kysely<Database>, viewer: SignedInViewer, { verdictIn, ...args }: PageArgs & { verdictIn?: readonly Verdict[] | null | undefined }, selection: Selection): Promise<ConnectionRows> {
  const page = parsePage(args, ORDERING, [isScore, isUuid, isUuid])
  const catalogue = await readCatalogue(db)
  let found = pairsOf.get(catalogue)
  if (!found) {
    pairsOf.set(catalogue, (found = findPairs(db, catalogue)))
    found.catch(() => pairsOf.delete(catalogue))
  }
  const answered = new Set((await readDistinctions(db)).flatMap(({ sourceId, targetId }) => [`${sourceId},${targetId}`, `${targetId},${sourceId}`]))
  const open = (await found).filter(({ sourceId, targetId, verdict }) => !answered.has(`${sourceId},${targetId}`) && (!verdictIn?.length || verdictIn.includes(verdict)))
  const at = (keys: readonly unknown[]): DuplicatePair => ({ score: keys[0] as number, sourceId: keys[1] as string, targetId: keys[2] as string, verdict: 'UNSURE', reasons: [] })
  const within = open.filter((pair) => (!page.after || inOrder(pair, at(page.after)) > 0) && (!page.before || inOrder(pair, at(page.before)) < 0))
  const most = page.limit + 1
  const shown = page.isBackward ? within.slice(-most).reverse() : within.slice(0, most)
  const ways = waysToRows(selection)
  const rows: Record<string, unknown>[] = await Promise.all(ways.map((way) => withModels(db, viewer, shown, way.selection))).then((perWay) =>
    shown.map((pair, i) => ({ ...(ways.length > 1 ? Object.fromEntries(ways.map((way, w) => [way.key, perWay[w]![i]])) : perWay[0]?.[i] ?? {}), $cursor: [ORDERING, pair.score, pair.sourceId, pair.targetId] })))
  return { rows: rows as never, total: open.length, isMulti: ways.length > 1 }
}

/** The pairs with both records as they are selected: one statement for each side. */
async function withModels(db: Kysely<Database>, viewer: SignedInViewer, pairs: readonly DuplicatePair[], selection: Selection): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = pairs.map((pair) => ({ ...pair }))
  for (const [key, related] of selection.relations) {
    const side = related.relation === 'source' ? 'sourceId' : 'targetId'
    for (let from = 0; from < pairs.length; from += 100) {
      const models = await readNodes(db, viewer, pairs.slice(from, from + 100).map((pair) => ({ type: 'Model' as const, id: pair[side] })), () => related.selection)
      models.forEach((model, i) => { rows[from + i]![key] = model })
    }
  }
  return rows
}
