/** A whole catalogue into an empty one: published as it was, under its own ids. Only an administrator, and only while there is no record. */
import { setImmediate } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { beginRestore, isCatalogueEmpty, type RestoredTerm, restoreRecords } from '../model/restore.ts'
import { canAccess, type SignedInViewer } from '../viewer.ts'
import { ImportFileError } from './fault.ts'
import type { JobRow } from './job.ts'
import { keepRows } from './keep-rows.ts'
import { type CatalogueRecord, readRecord } from './record.ts'
import type { ImportRunnerOptions } from './run.ts'
import type { ImportTable } from './table.ts'

const BATCH = 50

/** Whether the file is a catalogue, the caller an administrator and the database without records. */
export async function wantsRestore(db: Kysely<Database>, viewer: SignedInViewer, { catalogue }: ImportTable): Promise<boolean> {
  return catalogue !== undefined && canAccess(viewer, 'ADMIN') && (await isCatalogueEmpty(db))
}

/** SHA-256 of the records, a line each: what export tells at its end. */
export function catalogueHash(): { add(line: string): void; end(): string } {
  const hash = createHash('sha256')
  return { add: (line) => void hash.update(line).update('\n'), end: () => hash.digest('hex') }
}

/** Everything is read and checked before anything is written. @throws ImportFileError with the first fault */
function checkCatalogue({ rows, catalogue }: ImportTable): CatalogueRecord[] {
  const { end } = catalogue!
  if (!end) throw new ImportFileError('TRUNCATED', 'The catalogue has no end: the file was cut off. Export it again.')
  const hash = catalogueHash()
  const records = rows.map(({ row, record: value, issues: [broken] }) => {
    if (broken) throw new ImportFileError(broken.code, broken.message, row)
    hash.add(JSON.stringify(value))
    const { record, issues: [issue] } = readRecord(row, value)
    if (!record) throw new ImportFileError(issue!.code, `${issue!.path.join('.')}: ${issue!.message}`, row)
    if (record.record.state !== undefined && record.record.state !== 'PUBLISHED') throw new ImportFileError('WRONG_STATE', 'This catalogue holds drafts; only what was published is restored as such. Export without drafts.', row)
    return record.record
  })
  if (end.models !== records.length) throw new ImportFileError('TRUNCATED', `The catalogue says that it has ${JSON.stringify(end.models)} models; the file has ${records.length}.`)
  if (end.sha256 !== hash.end()) throw new ImportFileError('DAMAGED', 'The records are not those that were exported: their hash is another. To bring in changed records, import into a catalogue that has some: they become drafts.')
  return records
}

function termsOf({ catalogue }: ImportTable): RestoredTerm[] {
  const { vocabularies } = catalogue!.header
  return Array.isArray(vocabularies) ? (vocabularies as RestoredTerm[]) : []
}

/** False when it was interrupted between two batches. */
export async function restoreCatalogue({ db, onBatch }: ImportRunnerOptions, viewer: SignedInViewer, job: JobRow, table: ImportTable, signal: AbortSignal): Promise<boolean> {
  const records = checkCatalogue(table)
  for (let done = job.done; done < records.length;) {
    if (signal.aborted) return false
    const batch = records.slice(done, done + BATCH)
    await db.transaction().execute((trx) => keepRows(trx, job, batch.map(({ id }, i) => ({ row: table.rows[done + i]!.row, kind: 'CREATE', issues: [], duplicates: [], draft: undefined, modelId: id })), async () => {
      if (done === 0) await beginRestore(trx, termsOf(table), records)
      await restoreRecords(trx, viewer, batch)
    }))
    done += batch.length
    await onBatch?.(job.id, done)
    await setImmediate()
  }
  return true
}
