/**
 * What a caller asked for, as plain data: the only thing the domain knows of a GraphQL operation. `schema/select.ts` makes it,
 * the readers turn it into one SQL statement.
 */
export interface Selection {
  /** Properties of the row that some field reads. */
  columns: Set<string>
  /** Related rows, by the property that they arrive under (see `relationKey`). */
  relations: Map<string, RelationSelection>
}

export interface RelationSelection {
  /** Name of the relation in the domain, such as `results`. */
  relation: string
  /** Arguments as given, defaults and variables filled in. */
  args: Record<string, unknown>
  selection: Selection
}

export const emptySelection = (): Selection => ({ columns: new Set(), relations: new Map() })

/**
 * The property that a field's related rows arrive under: the field's name, and `name@alias` when aliased, so that one relation may
 * be asked for twice with different arguments. Postgres cuts identifiers at 63 bytes, so a long alias is cut here, with a checksum.
 */
export function relationKey(fieldName: string, responseKey: string): string {
  if (responseKey === fieldName) return fieldName
  const key = `${fieldName}@${responseKey}`
  if (key.length <= 60) return key
  let checksum = 7
  for (let i = 0; i < key.length; i++) checksum = (Math.imul(checksum, 31) + key.charCodeAt(i)) >>> 0
  return `${key.slice(0, 50)}~${checksum.toString(36)}`
}
