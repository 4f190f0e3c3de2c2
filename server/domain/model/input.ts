/** What people write, before it is part of a document: texts made clean, names looked up, every fault told at once with where it stands. */
import { sql, type Kysely } from 'kysely'
import type { z } from 'zod'
import type { Database, TermKind } from '../../db/tables.ts'
import { ValidationError, type ValidationIssue } from '../../errors.ts'
import { wellFormed } from '../../search/fold.ts'
import { type NameFault, placeFaults, termFaults } from '../names.ts'

export type Path = readonly (string | number)[]
export const MAX_TEXT = 20_000
/** What has a limit of its own, by the field's name. */
const LIMITS: Record<string, number> = { name: 300, title: 600, slug: 120, unit: 100, indicator: 300, publisher: 300, locator: 300, url: 2000 }
const MAX_LIST = 100

/** Faults of one input, told together. */
export class Issues {
  readonly list: ValidationIssue[] = []

  add(path: Path, code: string, message: string): void {
    this.list.push({ path: [...path], code, message })
  }

  /** Those of a schema. @param toInput where in the input a field of the document came from */
  addZod(error: z.ZodError, toInput: (path: Path) => Path = (path) => path): void {
    for (const issue of error.issues) this.add(toInput(issue.path as (string | number)[]), issue.code === 'too_small' && issue.path.at(-1) === 'citations' ? 'SOURCE_REQUIRED' : 'INVALID', issue.message)
  }

  /** @throws ValidationError with all of them, if there are any */
  assertNone(): void {
    if (this.list.length === 0) return
    const [first] = this.list
    throw new ValidationError(this.list.length === 1 ? first!.message : `${this.list.length} things are to be corrected; the first: ${first!.message}`, this.list)
  }
}

/** The same value with every text composed (NFC) and trimmed; empty ones become null, keys that are undefined are left out. */
export function cleanTexts<T>(value: T, issues: Issues, path: Path = []): T {
  if (typeof value === 'string') return cleanText(value, issues, path) as T
  if (Array.isArray(value)) {
    if (value.length > MAX_LIST) issues.add(path, 'TOO_MANY', `At most ${MAX_LIST} entries are allowed; there are ${value.length}.`)
    return value.slice(0, MAX_LIST).map((entry, i) => cleanTexts(entry, issues, [...path, i])) as T
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => [key, cleanTexts(inner, issues, [...path, key])])) as T
}

function cleanText(text: string, issues: Issues, path: Path): string | null {
  const clean = text.normalize('NFC').trim()
  const field = [...path].reverse().find((step) => typeof step === 'string') ?? ''
  const limit = LIMITS[field] ?? MAX_TEXT
  if (clean.includes('\0')) issues.add(path, 'BAD_TEXT', 'A NUL character cannot be kept.')
  else if (clean !== wellFormed(clean)) issues.add(path, 'BAD_TEXT', 'Half of a surrogate pair cannot be kept.')
  if (clean.length > limit) issues.add(path, 'TOO_LONG', `At most ${limit} characters are allowed; there are ${clean.length}.`)
  return clean === '' ? null : clean
}

export interface NamedPlace { path: Path; name: string; on: string | null }
export interface NamedTerm { path: Path; kind: TermKind; key: string }

/** Units by what people call them (slug, `code@date`, or a code, which is that of the day it speaks of), in order; unknown ones are issues. */
export async function resolvePlaces(db: Kysely<Database>, places: readonly NamedPlace[], issues: Issues): Promise<(string | null)[]> {
  if (places.length === 0) return []
  const names = places.map(({ name }) => name)
  const { rows } = await sql<{ id: string | null }>`
    select f_locality(p.name, coalesce(p.day, current_date)) as id from unnest(${names}::text[], ${places.map(({ on }) => firstDay(on))}::date[]) with ordinality as p (name, day, position) order by p.position`.execute(db)
  const unknown = places.filter((_, i) => rows[i]!.id === null)
  const nearest = await readNearest(db, placeFaults('locality', [...new Set(unknown.map(({ name }) => name))]), unknown.length)
  for (const { path, name } of unknown) issues.add(path, 'UNKNOWN_LOCALITY', `No unit is called "${name.slice(0, 60)}"${offer(nearest.get(name))}.`)
  return rows.map((row) => row.id)
}

const firstDay = (date: string | null): string | null => (date === null ? null : `${date}-01-01`.slice(0, 10))

/** Keys of vocabularies that do not exist are issues, with the nearest that do. */
export async function checkTerms(db: Kysely<Database>, terms: readonly NamedTerm[], issues: Issues): Promise<void> {
  for (const kind of new Set(terms.map((term) => term.kind))) {
    const ofKind = terms.filter((term) => term.kind === kind)
    const faults = await readNearest(db, termFaults('term', kind, [...new Set(ofKind.map(({ key }) => key))]), ofKind.length)
    for (const { path, key } of ofKind) if (faults.has(key)) issues.add(path, 'UNKNOWN_TERM', `The vocabulary has no "${key.slice(0, 60)}"${offer(faults.get(key))}.`)
  }
}

async function readNearest(db: Kysely<Database>, faults: ReturnType<typeof termFaults>, count: number): Promise<Map<string, string[]>> {
  if (count === 0) return new Map()
  const { rows } = await sql<NameFault>`${faults}`.execute(db)
  return new Map(rows.map(({ value, nearest }) => [value, nearest]))
}

const offer = (nearest: readonly string[] | undefined): string => (nearest?.length ? `; nearest: ${nearest.map((name) => `"${name}"`).join(', ')}` : '')
