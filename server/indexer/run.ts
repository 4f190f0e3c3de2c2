/**
 * Keeps Meilisearch's index up to the database: makes and fills it when there is none (or its settings, its server or its data are not what
 * they were), then applies the outbox. Any number of processes may run this; one writes at a time.
 */
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { adminClient, errorCode, identify, serverKey, type MeiliConfig } from '../search/meilisearch-client.ts'
import { settingsHash } from '../search/meilisearch-index.ts'
import type { SearchLogger } from '../search/resilient.ts'
import { drain, LEASE_MS } from './apply.ts'
import { rebuild } from './rebuild.ts'
import { becomeWriter, listTargets, resignWriter, retire } from './target.ts'

/** Pause when nothing is due; a change is looked for this often. */
const POLL_MS = 250
/** How often the server is asked whether its index is still the one that was filled. */
const INSPECT_MS = 5000
const MAX_PAUSE_MS = 15_000

export interface Indexer {
  /** One round: inspect, rebuild if needed, apply what is due. For tests and commands that want it done now. */
  runOnce(): Promise<{ applied: number; rebuilt: boolean }>
  close(): Promise<void>
}

/** The indexer of a process; `start` false = only on `runOnce`. */
export function startIndexer(options: { db: Kysely<Database>; meili: MeiliConfig; logger?: SearchLogger | undefined; start?: boolean; onRebuilt?: () => void }): Indexer {
  const { db, meili, logger } = options
  const client = adminClient(meili)
  const server = serverKey(meili.url)
  const writer = `${process.pid}-${randomUUID()}`
  let isClosed = false
  let inspectedAt = 0
  let wake: (() => void) | undefined

  async function runOnce(): Promise<{ applied: number; rebuilt: boolean }> {
    let rebuilt = false
    if (Date.now() - inspectedAt >= INSPECT_MS || options.start === false) {
      rebuilt = await inspect()
      inspectedAt = Date.now()
    }
    let applied = 0
    for (const { target, state } of await listTargets(db, server)) if (state === 'SERVING') applied += await drain(db, client, target, writer)
    return { applied, rebuilt }
  }

  /** True when a new index had to be made. */
  async function inspect(): Promise<boolean> {
    const identity = await identify({ ...meili, searchKey: undefined, adminKey: meili.adminKey ?? meili.searchKey })
    if (!identity.isUsable) throw new Error(identity.reason)
    const serving = (await listTargets(db, server)).find(({ state }) => state === 'SERVING')
    let reason = 'there is none yet'
    if (serving) {
      if (!(await becomeWriter(db, serving.target, writer, LEASE_MS))) return false
      const createdAt = await client.getRawIndex(serving.target).then((index) => String(index.createdAt), (error: unknown) => {
        if (errorCode(error) === 'index_not_found') return undefined
        throw error
      })
      if (createdAt === serving.indexCreatedAt && serving.settingsHash === settingsHash()) return false
      reason = createdAt === undefined ? 'the server lost it' : createdAt !== serving.indexCreatedAt ? 'the server holds another one of its name' : 'its settings have changed'
      if (createdAt !== serving.indexCreatedAt) await retire(db, serving.target)
    }
    logger?.info({ reason }, 'building the search index')
    const report = await rebuild(db, client, server)
    logger?.info({ ...report }, 'the search index is built and serves')
    options.onRebuilt?.()
    return true
  }

  async function loop(): Promise<void> {
    let pause = POLL_MS
    while (!isClosed) {
      try {
        await runOnce()
        pause = POLL_MS
      } catch (error) {
        if (pause === POLL_MS) logger?.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the search index could not be brought up to date; trying again')
        inspectedAt = 0
        pause = Math.min(pause * 2, MAX_PAUSE_MS)
      }
      if (!isClosed) await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause)
        wake = () => { clearTimeout(timer); resolve() }
      })
    }
    for (const { target } of await listTargets(db, server).catch(() => [])) await resignWriter(db, target, writer).catch(() => undefined)
  }

  const running = options.start === false ? Promise.resolve() : loop()
  return {
    runOnce,
    async close() {
      isClosed = true
      wake?.()
      await running
    },
  }
}
