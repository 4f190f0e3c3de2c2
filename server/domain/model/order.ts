/** Orderings of `models`. What is unknown comes last in both directions, so its key stands at that end of the alphabet. */
import { sql } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import { ordering, type OrderKey, type Ordering } from '../ordering.ts'
import { isInstant, isInt, isText, isUuid } from '../page.ts'

export const MODEL_ORDER_FIELDS = ['NAME', 'STARTED_ON', 'UPDATED_AT', 'REPLICATION_COUNT'] as const
export type ModelOrderField = (typeof MODEL_ORDER_FIELDS)[number]
export type Direction = 'ASC' | 'DESC'
export interface ModelOrder { field: ModelOrderField; direction: Direction }

const id: OrderKey = { sql: (m) => sql.id(m, 'id'), cast: 'uuid', check: isUuid }
/** Collation "C": the key alone decides, not the database's locale. The same expressions stand in the indexes of 0004. */
const name: OrderKey = { sql: (m) => sql`${sql.id(m, 'name_key')} collate "C"`, cast: 'text', check: isText }
const startedOn = (unknown: string): OrderKey => ({ sql: (m) => sql`coalesce(${sql.id(m, 'started_on')}::text, ${sql.lit(unknown)}) collate "C"`, cast: 'text', check: isText })
const updatedAt: OrderKey = {
  sql: (m) => sql.id(m, 'updated_at'),
  // JSON's own form follows the session's time zone.
  asJson: (m) => asInstant(sql.id(m, 'updated_at')),
  cast: 'timestamptz',
  check: isInstant,
}
const replicationCount: OrderKey = { sql: (m) => sql.id(m, 'replication_count'), cast: 'int', check: isInt }

function keysOf({ field, direction }: ModelOrder): OrderKey[] {
  switch (field) {
    case 'NAME': return [name, id]
    case 'STARTED_ON': return [startedOn(direction === 'ASC' ? '~' : ''), id]
    case 'UPDATED_AT': return [updatedAt, id]
    case 'REPLICATION_COUNT': return [replicationCount, id]
  }
}

const orderings = new Map<string, Ordering>()
for (const field of MODEL_ORDER_FIELDS) {
  for (const direction of ['ASC', 'DESC'] as const) orderings.set(`${field} ${direction}`, ordering(`${field} ${direction}`, direction, keysOf({ field, direction })))
}

/** By name when nothing is asked for. */
export const modelOrdering = (order?: ModelOrder | null): Ordering => orderings.get(order ? `${order.field} ${order.direction}` : 'NAME ASC')!
