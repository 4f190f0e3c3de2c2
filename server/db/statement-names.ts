/**
 * Names for statements that come again, so that a connection parses and plans them once: planning a nested page takes Postgres eight
 * times as long as running it. Few texts are named, since each stays prepared on every connection for as long as that lives.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'

const MAX_NAMED = 300
/** Texts that came once, to be named when they come again. */
const MAX_SEEN = 2_000
/** Shorter ones are planned at once. */
const MIN_LENGTH = 200

/** Lets the pool's clients name what is worth it. */
export function nameStatements(pool: pg.Pool): void {
  const names = new Map<string, string>()
  const seen = new Set<string>()
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || text.length < MIN_LENGTH || names.size >= MAX_NAMED) return known
    if (!seen.has(text)) {
      if (seen.size >= MAX_SEEN) seen.clear()
      seen.add(text)
      return undefined
    }
    seen.delete(text)
    const name = createHash('sha1').update(text).digest('hex')
    names.set(text, name)
    return name
  }
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    const named = (...args: unknown[]): unknown => {
      const [text, values] = args
      const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined
      return name === undefined ? query(...args) : query({ name, text, values }, ...args.slice(2))
    }
    client.query = named as typeof client.query
  })
}
