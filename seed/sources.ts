/** One source however it is named: by its address without what may vary, or by its title where no address is known. */
import type { SharedSource } from './format.ts'

/** Hosts with and without `www.` or `m.`, http and https, a slash at the end, a fragment and campaign parameters are all the same page. */
export function normaliseUrl(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url)
  const host = hostname.toLowerCase().replace(/^(www|m)\./, '')
  const parameters = [...searchParams].filter(([name]) => !/^(utm_\w+|fbclid|gclid|zarsrc)$/.test(name))
  const query = parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort().join('&')
  return `${host}${port === '' ? '' : `:${port}`}${pathname.replace(/\/+$/, '')}${query === '' ? '' : `?${query}`}`
}

const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase()

/** The key under which every record shares this source. Without an address, title and publisher must both agree. */
export function sourceKey(source: { title: string; publisher: string | null; url: string | null }): string {
  return source.url === null ? `title:${plain(source.title)}|${plain(source.publisher ?? '')}` : `url:${normaliseUrl(source.url)}`
}

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
