/** What became of a batch's rows, in the transaction that writes them. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { insertRows } from '../model/project.ts'
import type { EvaluatedRow } from './evaluate.ts'
import type { JobRow } from './job.ts'
import { noteBatch } from './lease.ts'
import { assertStanding } from './stop.ts'

const OUTCOMES = { CREATE: 'CREATED', UPDATE: 'UPDATED', UNCHANGED: 'UNCHANGED', REFUSED: 'REFUSED' } as const

/** Notes the batch, writes it, and keeps what is to be said of its rows. */
export async function keepRows(trx: Kysely<Database>, job: JobRow, evaluated: readonly Pick<EvaluatedRow, 'row' | 'kind' | 'issues' | 'duplicates' | 'draft' | 'modelId'>[], write?: () => Promise<void>): Promise<void> {
  const count = (kind: EvaluatedRow['kind']): number => evaluated.filter((one) => one.kind === kind).length
  // First: whoever lost the lease, or the right, must not write.
  await assertStanding(trx, job)
  await noteBatch(trx, job, { done: evaluated.length, created: count('CREATE'), updated: count('UPDATE'), unchanged: count('UNCHANGED'), refused: count('REFUSED') })
  await write?.()
  await insertRows(trx, 'import_row', evaluated.map(({ row, kind, issues, duplicates, draft, modelId }) => ({ job_id: job.id, row, outcome: OUTCOMES[kind], model_id: draft?.id ?? modelId, issues, duplicates })))
}
