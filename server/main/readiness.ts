/** What `/readyz` says: the database reached, migrated and seeded; search only ever "degraded", since Postgres answers without it. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/tables.ts'
import { knownMigrations } from '../db/migrate.ts'
import type { Readiness } from '../http/health.ts'
import type { SearchEngine } from '../search/engine.ts'

/** One statement per check. */
export function createReadiness(db: Kysely<Database>, search: SearchEngine): () => Promise<Readiness> {
  const wanted = knownMigrations()
  return async () => {
    const { rows } = await sql<{ missing: string[]; seeded: boolean }>`
      select array(select name from unnest(${wanted}::text[]) as name where name not in (select m.name from migration as m)) as missing,
        exists (select from setting where key = 'seed.applied') as seeded`.execute(db)
    const { missing, seeded } = rows[0]!
    return {
      database: true,
      migrated: missing.length === 0 || `missing: ${missing.join(', ')}; restart this server, which applies them`,
      seeded: seeded || 'no catalogue yet; npm run seed brings it in',
      search: search.status().isDegraded ? 'degraded' : true,
    }
  }
}
