/**
 * Pages by keyset: a cursor holds the sort keys of a row and the ordering that they belong to, so that a page costs the same however
 * deep it lies, and stays in place while records are inserted.
 */
import { BadUserInputError } from '../errors.ts'

export const DEFAULT_PAGE_SIZE = 20
export const MAX_PAGE_SIZE = 100
/** Totals are counted up to this; above it `totalCount` is one more and `totalCountIsCapped`. */
export const COUNT_CAP = 10_000

export interface PageArgs {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

export type CursorKey = string | number
type KeyCheck = (value: unknown) => value is CursorKey

export interface Page {
  limit: number
  /** Read from the end (`last`): rows arrive in reverse. */
  isBackward: boolean
  after: CursorKey[] | undefined
  before: CursorKey[] | undefined
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)
export const isInt = (value: unknown): value is number => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31
export const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0')
export const isInstant = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value) && !Number.isNaN(Date.parse(value))

/**
 * Checks the arguments of a connection.
 * @param ordering name that the cursors are bound to
 * @param checks one per sort key, in their order
 * @throws BadUserInputError for sizes outside 1–100, `first` with `last`, and cursors that are not of this ordering
 */
export function parsePage(args: PageArgs, ordering: string, checks: readonly KeyCheck[]): Page {
  if (args.first != null && args.last != null) throw new BadUserInputError('Give either `first` or `last`, not both.')
  const isBackward = args.last != null
  return {
    limit: pageSize(isBackward ? 'last' : 'first', args.last ?? args.first),
    isBackward,
    after: args.after == null ? undefined : decodeCursor('after', args.after, ordering, checks),
    before: args.before == null ? undefined : decodeCursor('before', args.before, ordering, checks),
  }
}

/** The size asked for, or the default. @throws BadUserInputError outside 1–100 */
export function pageSize(name: string, size: number | null | undefined): number {
  if (size == null) return DEFAULT_PAGE_SIZE
  if (Number.isInteger(size) && size >= 1 && size <= MAX_PAGE_SIZE) return size
  throw new BadUserInputError(`\`${name}\` is ${size}; it must be between 1 and ${MAX_PAGE_SIZE}.`)
}

/** Opaque to callers: the ordering's name and the row's sort keys. */
export function encodeCursor(parts: readonly [string, ...CursorKey[]]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function decodeCursor(name: string, cursor: string, ordering: string, checks: readonly KeyCheck[]): CursorKey[] {
  const parts = readCursor(cursor)
  if (!parts) throw new BadUserInputError(`\`${name}\` is not a cursor; give an \`endCursor\`, \`startCursor\` or \`cursor\` of an earlier page of this list.`)
  const [of, ...keys] = parts
  if (of !== ordering || keys.length !== checks.length || !checks.every((check, i) => check(keys[i]))) {
    throw new BadUserInputError(`\`${name}\` is a cursor of another list or ordering; this list needs one of its own (${ordering}). Start again without a cursor.`)
  }
  return keys as CursorKey[]
}

function readCursor(cursor: string): unknown[] | undefined {
  if (cursor.length > 2000 || !/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) && typeof parts[0] === 'string' ? parts : undefined
  } catch {
    return undefined
  }
}

/** What a connection's SQL gives: rows (one more than asked for when somebody wants to know if more follow), and the total if selected. */
export interface ConnectionRows {
  rows?: ConnectionRow[]
  total?: number
  /** Rows are asked for in several ways (`nodes` and `edges`): each row holds one object per way. */
  isMulti?: boolean
}
/** A row of the list's own type, with `$cursor` when somebody reads cursors. */
export type ConnectionRow = Record<string, unknown> & { $cursor?: [string, ...CursorKey[]] }

export interface PresentedPage { rows: ConnectionRow[]; hasNextPage: boolean; hasPreviousPage: boolean }

/** Cuts the extra row, turns a page that was read from the end, and answers what `PageInfo` asks. */
export function presentPage(rows: readonly ConnectionRow[], args: PageArgs): PresentedPage {
  const isBackward = args.last != null
  const limit = args.last ?? args.first ?? DEFAULT_PAGE_SIZE
  const hasMore = rows.length > limit
  const kept = hasMore ? rows.slice(0, limit) : [...rows]
  if (isBackward) kept.reverse()
  return { rows: kept, hasNextPage: isBackward ? args.before != null : hasMore, hasPreviousPage: isBackward ? hasMore : args.after != null }
}
