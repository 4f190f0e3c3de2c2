/** Global ids of what has one, and back. */
import { BadUserInputError } from '../server/errors.ts'
import { isUuid } from '../server/domain/page.ts'

export const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64')

/** The record that a global id names, which must be of this type. @throws BadUserInputError */
export function localId(type: string, argument: string, given: string): string {
  const [of, id, ...more] = Buffer.from(given, 'base64').toString('latin1').split(':')
  if (of === type && isUuid(id) && more.length === 0) return id
  throw new BadUserInputError(`\`${argument}\`: ${JSON.stringify(given.slice(0, 60))} is not the id of a ${type}; give an \`id\` that this API answered with.`)
}

/** The same for what may be of several types. @throws BadUserInputError */
export function localIdOf(types: readonly string[], argument: string, given: string): string {
  const [of = '', id, ...more] = Buffer.from(given, 'base64').toString('latin1').split(':')
  if (types.includes(of) && isUuid(id) && more.length === 0) return id
  throw new BadUserInputError(`\`${argument}\`: ${JSON.stringify(given.slice(0, 60))} is not the id of any of ${types.join(', ')}; give an \`id\` that this API answered with.`)
}
