/** What an import would do, told without doing it. */
import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { newId } from '../ids.ts'
import type { FieldChange } from '../model/diff.ts'
import type { SignedInViewer } from '../viewer.ts'
import { evaluateRows, newEvaluation } from './evaluate.ts'
import { ImportFileError, type RowIssue, warningAt } from './fault.ts'
import { decodeContent, type ImportInput, type ImportView, MAX_TOLD } from './job.ts'
import { readTable } from './read.ts'
import type { ImportTable } from './table.ts'

/** What a row does to the catalogue. */
export interface RowChange { row: number; kind: 'CREATE' | 'UPDATE'; modelId: string | null; changes: FieldChange[] }

const BATCH = 200
/** An operation has ten seconds; what is looked at by then is told. */
const BUDGET_MS = 7000

/** A dry run. Files that cannot be read are told as issues, like everything else. */
export async function previewImport(db: Kysely<Database>, viewer: SignedInViewer, { format, content }: ImportInput): Promise<ImportView> {
  const started = performance.now()
  const view: ImportView = { id: null, state: 'PREVIEW', mode: 'DRAFTS', format, rows: 0, done: 0, created: 0, updated: 0, unchanged: 0, refused: 0, issueCount: 0, issues: [], duplicates: [], changes: [], createdAt: null, finishedAt: null }
  const tell = (issues: readonly RowIssue[]): void => {
    view.issueCount += issues.length
    view.issues.push(...issues.slice(0, MAX_TOLD - view.issues.length))
  }
  let table: ImportTable
  try {
    table = await readTable(format, decodeContent(content))
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error
    tell([fileIssue(error)])
    return view
  }
  view.rows = table.rows.length
  tell(table.issues)
  if (table.issues.some(({ severity }) => severity === 'ERROR')) return view
  const evaluation = await newEvaluation(db, viewer, table, newId())
  for (let i = 0; i < table.rows.length; i += BATCH) {
    if (performance.now() - started > BUDGET_MS) {
      tell([warningAt(0, [], 'PREVIEW_CUT', `Only the first ${view.done} of ${table.rows.length} rows were looked at in the time that a preview has; \`runImport\` checks every row.`)])
      break
    }
    for (const { row, kind, issues, changes, duplicates, modelId } of await evaluateRows(db, viewer, evaluation, table.rows.slice(i, i + BATCH), { isLocked: false })) {
      view[COUNTS[kind]] += 1
      view.done += 1
      tell(issues)
      if (duplicates.length > 0 && view.duplicates.length < MAX_TOLD) view.duplicates.push({ row, candidates: duplicates })
      if ((kind === 'CREATE' || kind === 'UPDATE') && view.changes.length < MAX_TOLD) view.changes.push({ row, kind, modelId, changes })
    }
    await setImmediate()
  }
  return view
}

const COUNTS = { CREATE: 'created', UPDATE: 'updated', UNCHANGED: 'unchanged', REFUSED: 'refused' } as const

export const fileIssue = ({ row, code, message }: ImportFileError): RowIssue => ({ row, path: [], code, message, severity: 'ERROR' })
