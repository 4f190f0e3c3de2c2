/** What a task or a request of Meilisearch ended in, and what that says of the documents that it carried. */
import { MeilisearchApiError, type Meilisearch } from 'meilisearch'

/** A task that the server ended without success. */
export class TaskFailedError extends Error {
  readonly type: string
  readonly code: string
  constructor(message: string, type: string, code: string) {
    super(message)
    this.type = type
    this.code = code
  }
}

/**
 * DOCUMENT: these documents can never succeed. INTERNAL: the server stumbled over them, and may do so each time. PASSING: it says nothing
 * about them (away, full, restarting, a wrong key), so they are to be sent again as they are.
 */
export type Failure = 'DOCUMENT' | 'INTERNAL' | 'PASSING'

/** Refusals that are about the index or the server, though their type is the caller's fault. */
const NOT_THE_DOCUMENT = ['index_not_found', 'index_not_accessible', 'invalid_state', 'database_size_limit_reached', 'no_space_left_on_device', 'unretrievable_document']

export function failureOf(error: unknown): Failure {
  if (error instanceof TaskFailedError) {
    if (error.type === 'internal') return 'INTERNAL'
    return error.type === 'invalid_request' && !NOT_THE_DOCUMENT.includes(error.code) ? 'DOCUMENT' : 'PASSING'
  }
  // Before a task exists: too large or malformed is the payload's own fault.
  if (error instanceof MeilisearchApiError && (error.response.status === 413 || /document|payload/.test(error.cause?.code ?? ''))) return 'DOCUMENT'
  return 'PASSING'
}

export interface WaitOptions {
  /** Called between two looks, to stay the writer. */
  onWait?: (() => Promise<void>) | undefined
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
}

const WAIT_MS = 300_000

/** Waits until a task succeeded. @throws TaskFailedError when it failed or was canceled (the client returns such tasks as if all were well) */
export async function waitForTask(client: Meilisearch, uid: number, { onWait, signal, timeoutMs = WAIT_MS }: WaitOptions = {}): Promise<void> {
  const end = performance.now() + timeoutMs
  for (let pause = 5; ; pause = Math.min(pause * 1.5, 250)) {
    signal?.throwIfAborted()
    const task = await client.tasks.getTask(uid)
    if (task.status === 'succeeded') return
    if (task.status === 'failed' || task.status === 'canceled') throw new TaskFailedError(`task ${uid} ${task.status}: ${task.error?.message ?? 'no reason given'}`, task.error?.type ?? 'system', task.error?.code ?? 'canceled')
    if (task.status !== 'enqueued' && task.status !== 'processing') throw new Error(`task ${uid} is in no state that Meilisearch has`)
    if (performance.now() > end) throw new Error(`task ${uid} did not end within ${timeoutMs} ms`)
    await onWait?.()
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
