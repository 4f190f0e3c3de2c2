/**
 * Erasing from what imports keep: what was said of rows goes wherever it holds the text, whichever record it was of, for a report is nobody's
 * record. A job that is not done keeps its file, which is not rewritten: the job ends, what it brought in stays, and whoever began it imports
 * the rest anew. The digests of key and content stay, so that a call that is repeated is still the same job.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { recordAudit } from '../audit/append.ts'
import { type Redact, redactValue } from '../model/redact.ts'
import type { SignedInViewer } from '../viewer.ts'
import { errorAt, type RowIssue } from './fault.ts'
import { type ImportFormat, readTable } from './read.ts'

/** Rows whose reports are looked through at once. */
const STRETCH = 2000
const ENDED: readonly RowIssue[] = [errorAt(0, [], 'ERASED', 'The file holds personal data that was erased, so this import was ended. What it brought in stays; import the other rows from a file without it.')]

/** Takes the text out; ids of the jobs that lost something. */
export async function redactImports(trx: Kysely<Database>, viewer: SignedInViewer, redact: Redact): Promise<string[]> {
  return [...new Set([...(await endUnfinished(trx, viewer, redact)), ...(await redactJobs(trx, redact)), ...(await redactRows(trx, redact))])]
}

/** Jobs that still have their file, when it holds the text. Their runner finds its lease gone, and stops. */
async function endUnfinished(trx: Kysely<Database>, viewer: SignedInViewer, redact: Redact): Promise<string[]> {
  const { rows } = await sql<{ id: string; format: ImportFormat; content: string }>`select id, format, encode(content, 'base64') as content from import_job where content is not null order by id for update`.execute(trx)
  const ended: string[] = []
  for (const { id, format, content } of rows) {
    const bytes = Buffer.from(content, 'base64')
    // What cannot be read as a table is looked at as it is.
    if (!holds(await readTable(format, bytes).catch(() => bytes.toString('utf8')), redact)) continue
    await sql`update import_job set state = 'FAILED', content = null, issues = ${JSON.stringify(ENDED)}::jsonb, lease_token = null, leased_until = null, stopped_at = null, finished_at = clock_timestamp() where id = ${id}::uuid`.execute(trx)
    await recordAudit(trx, { viewer, action: 'IMPORT_FAILED', recordKind: 'import', recordId: id, details: { erased: true } })
    ended.push(id)
  }
  return ended
}

/** Whether any text or number of the value says it, keys of objects too. */
function holds(value: unknown, redact: Redact): boolean {
  if (typeof value === 'string' || typeof value === 'number') return redact(String(value)) !== String(value).normalize('NFC')
  return value !== null && typeof value === 'object' && Object.entries(value).some(([name, inner]) => holds(inner, redact) || holds(name, redact))
}

async function redactJobs(trx: Kysely<Database>, redact: Redact): Promise<string[]> {
  const { rows } = await sql<{ id: string; issues: RowIssue[]; by: string; resumedBy: string | null }>`select id, issues, actor_name as by, resumed_by_name as "resumedBy" from import_job order by id for update`.execute(trx)
  const changed: string[] = []
  for (const { id, ...told } of rows) {
    const { value, paths } = redactValue(told, redact)
    if (paths.length === 0) continue
    await sql`update import_job set issues = ${JSON.stringify(value.issues)}::jsonb, actor_name = ${value.by}, resumed_by_name = ${value.resumedBy} where id = ${id}::uuid`.execute(trx)
    changed.push(id)
  }
  return changed
}

async function redactRows(trx: Kysely<Database>, redact: Redact): Promise<string[]> {
  const changed = new Set<string>()
  for (let after: { job: string; row: number } | undefined; ;) {
    const { rows } = await sql<{ job: string; row: number; issues: unknown; duplicates: unknown }>`
      select job_id as job, row, issues, duplicates from import_row where (issues <> '[]' or duplicates <> '[]') ${after === undefined ? sql`` : sql`and (job_id, row) > (${after.job}::uuid, ${after.row}::int)`}
      order by job_id, row limit ${STRETCH}`.execute(trx)
    for (const { job, row, ...told } of rows) {
      const { value, paths } = redactValue(told, redact)
      if (paths.length === 0) continue
      await sql`update import_row set issues = ${JSON.stringify(value.issues)}::jsonb, duplicates = ${JSON.stringify(value.duplicates)}::jsonb where job_id = ${job}::uuid and row = ${row}::int`.execute(trx)
      changed.add(job)
    }
    if (rows.length < STRETCH) return [...changed]
    after = rows.at(-1)!
  }
}
