/** Documents to an index and the wait for their task: done only when the server says `succeeded`. */
import type { Meilisearch } from 'meilisearch'
import type { MeiliDocument } from '../search/meilisearch-index.ts'

/** A task that the server ended without success. */
export class TaskFailedError extends Error {
  /** Another attempt with the same documents can't succeed. */
  readonly isFinal: boolean
  constructor(message: string, isFinal: boolean) {
    super(message)
    this.isFinal = isFinal
  }
}

/** Waits until a task succeeded. @throws TaskFailedError when it failed or was canceled (the client returns such tasks as if all were well) */
export async function waitForTask(client: Meilisearch, uid: number, timeoutMs = 60_000): Promise<void> {
  const end = Date.now() + timeoutMs
  for (let pause = 5; ; pause = Math.min(pause * 1.5, 250)) {
    const task = await client.tasks.getTask(uid)
    if (task.status === 'succeeded') return
    if (task.status === 'failed' || task.status === 'canceled') throw new TaskFailedError(`task ${uid} ${task.status}: ${task.error?.message ?? 'no reason given'}`, task.error?.type === 'invalid_request' && task.error.code !== 'index_not_found')
    if (Date.now() > end) throw new TaskFailedError(`task ${uid} did not end within ${timeoutMs} ms`, false)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** Puts whole documents; `onTask` learns the task before it is waited for. */
export async function putDocuments(client: Meilisearch, index: string, documents: MeiliDocument[], onTask?: (uid: number) => Promise<void>): Promise<void> {
  if (documents.length === 0) return
  const { taskUid } = await client.index(index).addDocuments(documents, { primaryKey: 'id' })
  await onTask?.(taskUid)
  await waitForTask(client, taskUid)
}

export async function deleteDocuments(client: Meilisearch, index: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  const { taskUid } = await client.index(index).deleteDocuments(ids)
  await waitForTask(client, taskUid)
}
