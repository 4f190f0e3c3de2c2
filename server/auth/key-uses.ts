/** Remembers which keys were used, and writes it now and then, so that no read waits for it. What is lost with a killed process is a minute. */
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { touchApiKeys } from '../domain/api-key/write.ts'
import type { Logger } from '../logger.ts'

const ONCE_IN_MS = 60_000
const DELAY_MS = 2_000

export interface KeyUses {
  note(id: string, lastUsedAt: Date | null): void
  /** Writes what is still to be written. */
  close(): Promise<void>
}

export function createKeyUses(db: Kysely<Database>, { logger, delayMs = DELAY_MS }: { logger?: Logger | undefined; delayMs?: number } = {}): KeyUses {
  const pending = new Map<string, Date>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const uses = [...pending].map(([id, at]) => ({ id, at }))
    pending.clear()
    writing = writing.then(() => touchApiKeys(db, uses)).catch((error: unknown) => logger?.warn({ err: error }, 'when keys were used could not be written'))
    return writing
  }
  return {
    note(id, lastUsedAt) {
      const now = new Date()
      if (pending.has(id) || (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < ONCE_IN_MS)) return
      pending.set(id, now)
      timer ??= setTimeout(() => void flush(), delayMs).unref()
    },
    close: flush,
  }
}
