/** What every change of vocabularies and thesaurus shares: who may, the lock, the trial, what follows for records and search, the log. */
import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import type { Database } from '../db/tables.ts'
import { recordAudit } from './audit/append.ts'
import { inTransaction } from './dry-run.ts'
import { parseInput } from './input.ts'
import { retagModels } from './thesaurus/retag.ts'
import { assertAccess, type SignedInViewer } from './viewer.ts'

/** What a change touches: published models whose place in search, or whose vocabulary words, are others now. */
export interface VocabularyChanged { id: string; isDryRun: boolean; models: { id: string; slug: string; name: string }[]; modelCount: number }
export interface Trying { dryRun?: boolean | null | undefined; reason?: string | null | undefined }

/** Models that an answer names. */
const MAX_NAMED = 100
const reasonRule = z.string().normalize('NFC').trim().max(2_000, 'At most 2,000 characters.').refine((text) => !text.includes('\0'), 'Must not contain a NUL character.').nullish()

/** One change: who may, under the lock of whoever writes vocabularies, with what follows and its entry in the log. @param work gives the id of what changed, and the models that it touched itself */
export async function changeVocabulary(
  db: Kysely<Database>, viewer: SignedInViewer, action: string, recordKind: 'term' | 'concept', { dryRun, reason }: Trying, work: (trx: Kysely<Database>) => Promise<{ id: string; models?: readonly string[]; details?: object }>,
): Promise<VocabularyChanged> {
  assertAccess(viewer, 'CURATOR')
  const why = parseInput(z.object({ reason: reasonRule }), { reason }).reason
  const isDryRun = dryRun === true
  return inTransaction(db, isDryRun, async (trx) => {
    await sql`select set_config('statement_timeout', '120s', true)`.execute(trx)
    await sql`select pg_advisory_xact_lock(hashtext('seed'))`.execute(trx)
    const { id, models = [], details } = await work(trx)
    const touched = [...new Set([...models, ...(await retagModels(trx))])]
    const { rows } = await sql<{ id: string; slug: string; name: string }>`select id, slug, name from model where id = any(${touched}::uuid[]) order by slug limit ${MAX_NAMED}`.execute(trx)
    await recordAudit(trx, { viewer, action, recordKind, recordId: id, reason: why || null, details: { ...details, models: touched.length } })
    return { id, isDryRun, models: rows, modelCount: touched.length }
  })
}
