/** Long work between other work. */
import { setImmediate } from 'node:timers/promises'

/** Maps a list so many at a time, and lets whoever waits have a turn between: callers, and the embedded database, which runs in a thread of its own. */
export async function inStretches<T, R>(items: readonly T[], size: number, map: (item: T, i: number) => R | Promise<R>): Promise<R[]> {
  const mapped: R[] = []
  for (let at = 0; at < items.length; at += size) {
    mapped.push(...(await Promise.all(items.slice(at, at + size).map((item, i) => map(item, at + i)))))
    await setImmediate()
  }
  return mapped
}
