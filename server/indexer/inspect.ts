/** Is the serving index still the one that was filled, set up as we set it up, and written to by nobody else? Each check is one small request. */
import type { Meilisearch } from 'meilisearch'
import { errorCode } from '../search/meilisearch-client.ts'
import { driftOf, INDEX_SETTINGS } from '../search/meilisearch-index.ts'
import { audit } from './audit.ts'
import type { IndexTarget } from './target.ts'
import { IndexLostError, type IndexWriter } from './writer.ts'

const TASK_PAGE = 200
const MAX_TASK_PAGES = 5

/** @throws IndexLostError when its server was wiped or put back to an earlier state */
export async function checkIdentity(client: Meilisearch, writer: IndexWriter, serving: IndexTarget): Promise<void> {
  await writer.checkIndex(serving.indexCreatedAt)
  if (serving.lastTaskUid === null) return
  const task = await client.tasks.getTask(serving.lastTaskUid).catch((error: unknown) => {
    if (errorCode(error) === 'task_not_found') return undefined
    throw error
  })
  if (task === undefined || String(task.enqueuedAt) !== serving.lastTaskAt) throw new IndexLostError("the server's data went back to an earlier state")
}

/** Sets settings back that somebody else changed; their names. */
export async function mendSettings(client: Meilisearch, writer: IndexWriter): Promise<string[]> {
  const read = async () => driftOf((await client.index(writer.target).getSettings()) as Record<string, unknown>)
  const drift = await read()
  if (drift.length === 0) return []
  await writer.hold()
  const { taskUid } = await client.index(writer.target).updateSettings(INDEX_SETTINGS)
  writer.tasks.add(taskUid)
  await writer.wait(taskUid)
  const left = await read()
  if (left.length > 0) throw new Error(`settings of ${writer.target} cannot be set back: ${left.join(', ')}`)
  return drift
}

/** Looks for tasks that its writer didn't put. */
export class TaskWatch {
  private seenUid: number
  private isSuspect = false

  /** @param seenUid the newest task known when its writer took over */
  constructor(seenUid: number) {
    this.seenUid = seenUid
  }

  /**
   * Compares the index when a stranger wrote to it, or a request of ours that was given up arrived after all; how many records were
   * enqueued, or null when there was no reason to compare.
   */
  async check(client: Meilisearch, writer: IndexWriter): Promise<number | null> {
    let newest = this.seenUid
    let isBusy = false
    let from: number | undefined
    for (let page = 0; ; page += 1) {
      const { results, next } = await client.tasks.getTasks({ indexUids: [writer.target], limit: TASK_PAGE, ...(from === undefined ? {} : { from }) })
      const unseen = results.filter(({ uid }) => uid > this.seenUid)
      newest = Math.max(newest, ...unseen.map(({ uid }) => uid))
      const strange = unseen.filter(({ uid, type }) => !writer.tasks.has(uid) && type !== 'indexCreation')
      if (strange.length > 0) this.isSuspect = true
      if (strange.some(({ status }) => status === 'enqueued' || status === 'processing')) isBusy = true
      if (unseen.length < TASK_PAGE || next === null || next === undefined) break
      if (page === MAX_TASK_PAGES) {
        this.isSuspect = true
        break
      }
      from = next
    }
    // What is still under way is compared when it is done.
    if (isBusy) return null
    for (const uid of writer.tasks) if (uid <= newest) writer.tasks.delete(uid)
    this.seenUid = newest
    if (!this.isSuspect) return null
    const wrong = await audit(writer)
    this.isSuspect = false
    return wrong
  }
}
