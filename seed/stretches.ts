/** Long work between other work. */
import { setImmediate } from 'node:timers/promises'

/** So many at a time, which takes some 20 ms. */
const STRETCH = 5

/** Maps a list a stretch at a time: the embedded database runs in a thread of its own, and its answers must not be kept waiting. */
export async function inStretches<T, R>(items: readonly T[], map: (item: T) => R | Promise<R>): Promise<R[]> {
  const mapped: R[] = []
  for (let at = 0; at < items.length; at += STRETCH) {
    mapped.push(...(await Promise.all(items.slice(at, at + STRETCH).map(map))))
    await setImmediate()
  }
  return mapped
}
