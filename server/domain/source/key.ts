/** When two names mean one source: by its address without what may vary, or by its title and publisher where no address is known. */

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
