/** Two people at one record: what the second one is told. */
import { ConflictError } from '../../errors.ts'
import type { FieldChange } from './diff.ts'

/** The record has another revision than the one that the caller read. */
export class RevisionConflictError extends ConflictError {
  readonly recordId: string
  readonly expectedRevision: number
  readonly actualRevision: number
  /** From the expected revision to the actual one; empty when the expected one never was. */
  readonly changes: FieldChange[]

  constructor({ recordId, expectedRevision, actualRevision, changes }: { recordId: string; expectedRevision: number; actualRevision: number; changes: FieldChange[] }) {
    const fields = [...new Set(changes.map(({ path }) => path))]
    super(`\`expectedRevision\` is ${expectedRevision}, but the record is at revision ${actualRevision}${fields.length > 0 ? `; these fields differ: ${fields.join(', ')}` : ''}. Read it again, then repeat with ${actualRevision}.`)
    this.recordId = recordId
    this.expectedRevision = expectedRevision
    this.actualRevision = actualRevision
    this.changes = changes
  }
}
