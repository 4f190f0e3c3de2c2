/** What doctor does about what it found. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { refreshSearchDocuments } from '../search/postgres-index.ts'
import { enqueueFor, isRecordId } from './audit.ts'
import type { DoctorReport } from './doctor.ts'

/** Writes Postgres' own rows again, and enqueues for Meilisearch what differs there and what it had refused; in words. */
export async function fix(db: Kysely<Database>, { postgres, meilisearch, outbox }: DoctorReport): Promise<string[]> {
  const done: string[] = []
  const own = [...postgres.missing, ...postgres.stale, ...postgres.extra]
  if (own.length > 0) {
    await refreshRows(db, own)
    done.push(`${own.length} rows of Postgres' own index written again`)
  }
  if (postgres.vocabularyDifferences > 0) {
    await rebuildVocabulary(db)
    done.push('the vocabulary counted again')
  }
  if (meilisearch?.index != null) {
    const dead = outbox.dead.map(({ id }) => id)
    const theirs = meilisearch.problem !== null ? [] : [...new Set([...meilisearch.missing, ...meilisearch.stale, ...meilisearch.extra])].filter((id) => isRecordId(id) && !dead.includes(id))
    await enqueueFor(db, meilisearch.index, [...theirs, ...dead], { revives: true })
    if (theirs.length > 0) done.push(`${theirs.length} documents enqueued for ${meilisearch.index}`)
    if (dead.length > 0) done.push(`${dead.length} refused documents enqueued again for ${meilisearch.index}`)
  }
  return done
}

/** Brings Postgres' own search rows up to the records, some thousand at a time. */
export async function refreshRows(db: Kysely<Database>, ids: readonly string[], onProgress?: (done: number) => void): Promise<void> {
  for (let at = 0; at < ids.length; at += 1000) {
    await db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = 0`.execute(trx)
      await refreshSearchDocuments(trx, ids.slice(at, at + 1000))
    })
    onProgress?.(Math.min(at + 1000, ids.length))
  }
}

/** Counts the vocabulary again from the vectors. */
export async function rebuildVocabulary(db: Kysely<Database>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local statement_timeout = 0`.execute(trx)
    await sql`lock table search_vocabulary in share row exclusive mode`.execute(trx)
    await sql`delete from search_vocabulary`.execute(trx)
    await sql`insert into search_vocabulary select word, count(*)::int from model_search, unnest(tsvector_to_array(folded)) word group by 1`.execute(trx)
    await sql`update search_state set version = version + 1`.execute(trx)
  })
}
