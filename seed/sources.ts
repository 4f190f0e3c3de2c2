/** One source out of how several records cite it. */
import type { SharedSource } from './format.ts'

export { normaliseUrl, sourceKey } from '../server/domain/source/key.ts'

const isDescription = (title: string): boolean => title.startsWith('[')

/**
 * One source out of how several records cite it. A headline wins over a [description], an earlier record over a later one, https over
 * http, and the more precise date of publication over the vaguer.
 */
export function mergeSources(key: string, citations: ReadonlyArray<Omit<SharedSource, 'key'>>): SharedSource {
  const merged: SharedSource = { key, ...citations[0]! }
  for (const { title, publisher, url, published } of citations.slice(1)) {
    if (isDescription(merged.title) && !isDescription(title)) merged.title = title
    merged.publisher ??= publisher
    if (url?.startsWith('https:') && merged.url?.startsWith('http:')) merged.url = url
    if (published !== null && (merged.published === null || published.length > merged.published.length)) merged.published = published
  }
  return merged
}
