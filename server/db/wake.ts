/**
 * How a loop that waits for work in the database is woken: by this process at once, by others through Postgres' LISTEN. A wake carries
 * nothing, may come twice and may be lost: whoever is woken looks for what is due, and looks by itself now and then as well.
 */
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import type { Database } from './tables.ts'

export type Channel = 'imports'
const nameOf = (channel: Channel): string => `nhan_rong_${channel}`
const MAX_PAUSE_MS = 30_000

const listeners = new Map<Channel, Set<() => void>>()

/** Calls it whenever there may be work. @returns ends that */
export function onWake(channel: Channel, wake: () => void): () => void {
  const all = listeners.get(channel) ?? listeners.set(channel, new Set()).get(channel)!
  all.add(wake)
  return () => void all.delete(wake)
}

/** Wakes whoever waits in this process. Call it once the work is committed. */
export const wake = (channel: Channel): void => listeners.get(channel)?.forEach((one) => one())

/** Wakes those of other processes when the transaction commits. Only for what is rare: commits that notify wait for each other. */
export const notifyOthers = async (trx: Kysely<Database>, channel: Channel): Promise<void> => void (await sql`select pg_notify(${nameOf(channel)}, '')`.execute(trx))

/**
 * Wakes this process when another one says so, on a connection of its own that is made again when it breaks.
 * @returns ends that
 */
export function listenTo(connectionString: string, channel: Channel, onError: (error: Error) => void = () => {}): () => Promise<void> {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let isEnded = false
  let pause = 500
  const again = (error: Error): void => {
    client?.removeAllListeners()
    client?.on('error', () => {})
    void client?.end().catch(() => undefined)
    client = undefined
    if (isEnded) return
    onError(error)
    timer = setTimeout(() => void connect(), pause)
    timer.unref()
    pause = Math.min(pause * 2, MAX_PAUSE_MS)
  }
  const connect = async (): Promise<void> => {
    const made = new pg.Client({ connectionString, application_name: 'nhan-rong listens', connectionTimeoutMillis: 5_000, keepAlive: true })
    client = made
    made.on('error', again)
    made.on('notification', () => wake(channel))
    try {
      await made.connect()
      await made.query(`listen ${nameOf(channel)}`)
      pause = 500
      // Whatever was said while nobody listened.
      wake(channel)
    } catch (error) {
      if (client === made) again(error as Error)
    }
  }
  void connect()
  return async () => {
    isEnded = true
    clearTimeout(timer)
    client?.removeAllListeners('error')
    client?.on('error', () => {})
    await client?.end().catch(() => undefined)
  }
}

/** A sleep that can be ended. A wake that comes while nobody sleeps ends the next one. */
export class Sleeper {
  private isWoken = false
  private rise: (() => void) | undefined

  wake(): void {
    this.isWoken = true
    this.rise?.()
  }

  async sleep(ms: number): Promise<void> {
    if (!this.isWoken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        timer.unref()
        this.rise = () => { clearTimeout(timer); resolve() }
      })
    }
    this.rise = undefined
    this.isWoken = false
  }
}
