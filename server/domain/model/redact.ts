/** Taking a text out of whatever holds it: every string of a document that people wrote is looked through, ids, enum values and dates are not. Pure. */
import { isDate, isGiven } from '../privacy/fields.ts'

/** What stands where a text was erased. */
export const TOMBSTONE = '[đã xóa]'

export type Redact = (text: string) => string

/** Replaces each of the texts, however it is capitalised or its blanks are set, by the tombstone. */
export function createRedact(texts: readonly string[]): Redact {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map((text) => text.normalize('NFC').trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('\\s+')).join('|'), 'giu')
  return (text) => text.normalize('NFC').replace(pattern, TOMBSTONE)
}

/** The value with every text in it redacted, and the paths of those that changed (`results.statement`); the value itself when none did. */
export function redactValue<T>(value: T, redact: Redact): { value: T; paths: string[] } {
  const paths = new Set<string>()
  const walk = (inner: unknown, key: string, path: string): unknown => {
    if (isGiven(key)) return inner
    if (typeof inner === 'string') {
      const redacted = isDate(inner) ? inner : redact(inner)
      // Composing alone is no change.
      if (redacted === inner.normalize('NFC')) return inner
      paths.add(path)
      return redacted
    }
    if (Array.isArray(inner)) return inner.map((entry) => walk(entry, key, path))
    if (inner === null || typeof inner !== 'object') return inner
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, walk(one, name, path === '' ? name : `${path}.${name}`)]))
  }
  const redacted = walk(value, '', '') as T
  return paths.size === 0 ? { value, paths: [] } : { value: redacted, paths: [...paths].sort() }
}
