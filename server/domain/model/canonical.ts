/** One form for one content: what is kept, hashed and compared. */
import { createHash } from 'node:crypto'
import { modelDocument, type ModelDocument } from './document.ts'
import { collapse, LIST_PARTS, type Part } from './parts.ts'

/**
 * The document as it is kept: parsed (every field there, unknown as null), nested objects that say nothing as null, no key or source
 * named twice, credits in order of id; frozen. @throws ZodError with every fault and its path
 */
export function normaliseDocument(input: unknown): ModelDocument {
  if (input !== null && typeof input === 'object' && canonical.has(input)) return input as ModelDocument
  const document = modelDocument.parse(input)
  for (const { of } of LIST_PARTS) for (const part of of(document)) collapse(part as Part)
  for (const list of ['topics', 'settings', 'participants'] as const) document[list] = [...new Set(document[list])]
  for (const result of document.results) result.alsoCreditedTo = [...new Set(result.alsoCreditedTo)].sort()
  document.sources = [...new Map([...document.sources].reverse().map((s) => [s.sourceId, s])).values()].reverse()
  canonical.add(freeze(document))
  return document
}

/** Documents that went through here. They are frozen, so a second time through is saved. */
const canonical = new WeakSet<object>()

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (inner !== null && typeof inner === 'object') freeze(inner)
  return Object.freeze(value)
}

/** JSON with sorted keys: equal content gives equal text. A replacer that sorts gives the same in twice the time. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value))

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(sorted)
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return sorted(toJSON.call(value))
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted((value as Record<string, unknown>)[key])]))
}

/** SHA-256 of the canonical JSON. */
export const contentHash = (value: unknown): string => createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')
