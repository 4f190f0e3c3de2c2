/** The context of our schema without an HTTP server around it, to write down its statements. */
import type { Kysely } from 'kysely'
import type { Context } from '../../server/context.ts'
import type { Database } from '../../server/db/tables.ts'
import { PostgresSearch } from '../../server/search/postgres.ts'

/** The same address for every peer, so that bodies are equal to the byte. */
export const PUBLIC_URL = 'http://127.0.0.1:4000'

export const createBenchContext = (db: Kysely<Database>): Context => ({ db, viewer: null, search: new PostgresSearch(db), config: { publicUrl: PUBLIC_URL }, requestId: 'bench' })
