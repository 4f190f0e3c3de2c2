/** Ids: new ones in order of time, and those that are computed from a key, so that seeding twice gives the same record. */
import { hash } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { BadUserInputError } from '../errors.ts'
import { isUuid } from './page.ts'

/**
 * The id of a record that is known by a key before any database is: a UUID of version 8 (custom) from SHA-256 of `kind:key`.
 * The same kind and key give the same id on every machine.
 */
export function deterministicId(kind: string, key: string): string {
  const hex = hash('sha256', `${kind}:${key}`, 'hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The id of something that is made now: a UUID of version 7, so that new rows stand together in an index. */
export function newId(): string {
  return uuidv7()
}

/** The id inside a global id of that type, for what `node` does not answer. @throws BadUserInputError for anything else */
export function parseGlobalId(argument: string, globalId: string, type: string): string {
  const [of, id, ...more] = /^[A-Za-z0-9+/]{1,200}={0,2}$/.test(globalId) ? Buffer.from(globalId, 'base64').toString('latin1').split(':') : []
  if (of === type && isUuid(id) && more.length === 0) return id
  throw new BadUserInputError(`\`${argument}\`: ${JSON.stringify(globalId.slice(0, 60))} is not the id of a record of type ${type}; give an \`id\` that this API answered with.`)
}
