/** Parsing of what callers write for our scalars. Messages say what is expected; GraphQL adds where. */
import { GraphQLError } from 'graphql'

const fail = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}
const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 40) ?? String(value)

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

export function parseDate(value: unknown): string {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && value > '0001' && isDay(value)) return value
  return fail(`${shown(value)} is not a Date; expected a day such as "2025-07-28".`)
}

export function parsePartialDate(value: unknown): string {
  if (typeof value === 'string' && /^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?$/.test(value) && (value.length < 10 || isDay(value))) return value
  return fail(`${shown(value)} is not a PartialDate; expected "2012", "2012-08" or "2012-08-18".`)
}

export function parseDateTime(value: unknown): string {
  const pattern = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/
  if (typeof value === 'string' && pattern.test(value) && isDay(value.slice(0, 10))) {
    const instant = new Date(value.toUpperCase())
    if (!Number.isNaN(instant.getTime())) return instant.toISOString()
  }
  return fail(`${shown(value)} is not a DateTime; expected RFC 3339 such as "2026-04-30T17:00:00Z".`)
}

export function parseUrl(value: unknown): string {
  if (typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)) return value
  return fail(`${shown(value)} is not a URL; expected an address that begins with http:// or https://.`)
}
