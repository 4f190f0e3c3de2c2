/** Instants as every answer and every entry of the audit log spells them: microseconds, UTC. */
import { type RawBuilder, sql } from 'kysely'

/** `2026-04-30T17:00:00.000000Z` of a timestamptz. */
export const asInstant = (expression: RawBuilder<unknown>): RawBuilder<string> => sql<string>`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
