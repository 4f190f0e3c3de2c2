/** Checking the audit log: every byte of every entry, that none is missing, and that every erasure is explained. */
import { type Kysely, sql } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database } from '../../db/tables.ts'
import { type AuditAnchor, digestOf, ERASED, type EntryHeader, GENESIS_HASH, hashOf, namesSeq } from './chain.ts'

export const AUDIT_FAULT_KINDS = ['MISSING', 'CHANGED', 'UNLINKED', 'UNEXPLAINED_ERASURE', 'WRONG_END', 'WRONG_ANCHOR'] as const
export type AuditFaultKind = (typeof AUDIT_FAULT_KINDS)[number]
export interface AuditFault { kind: AuditFaultKind; /** The entry, or the first of those that are missing. */ seq: number; message: string }

export interface AuditReport {
  entries: number
  /** Entries whose payload was erased, with an explanation. */
  erased: number
  head: AuditAnchor
  /** The first hundred. */
  faults: AuditFault[]
}

interface Row extends EntryHeader { payload: string | null; salt: string | null; erasedBy: number | null; hash: string }

const BATCH = 2_000
const MAX_FAULTS = 100

/**
 * Reads the log from its beginning in short statements, so that a server goes on while it is checked; what is appended meanwhile is left out.
 * @param anchor what an earlier check told of its end
 */
export async function verifyAudit(db: Kysely<Database>, { anchor }: { anchor?: AuditAnchor | undefined } = {}): Promise<AuditReport> {
  const faults: AuditFault[] = []
  const tell = (kind: AuditFaultKind, seq: number, message: string): void => void (faults.length < MAX_FAULTS && faults.push({ kind, seq, message }))
  const head = (await sql<AuditAnchor>`select seq, hash from audit_head`.execute(db)).rows[0]
  const report: AuditReport = { entries: 0, erased: 0, head: head ?? { seq: 0, hash: GENESIS_HASH }, faults }
  if (!head) tell('WRONG_END', 0, 'The row that says where the log ends is missing.')

  const erasures: { seq: number; by: number }[] = []
  let [lastSeq, lastHash] = [0, GENESIS_HASH]
  for (;;) {
    const rows = await readEntries(db, lastSeq)
    for (const row of rows.filter(({ seq }) => !head || seq <= head.seq)) {
      if (row.seq > lastSeq + 1) tell('MISSING', lastSeq + 1, `${row.seq === lastSeq + 2 ? `Entry ${lastSeq + 1} is` : `Entries ${lastSeq + 1} to ${row.seq - 1} are`} missing.`)
      else if (row.previousHash !== lastHash) tell('UNLINKED', row.seq, `Entry ${row.seq} does not follow entry ${lastSeq}.`)
      if (hashOf(row) !== row.hash) tell('CHANGED', row.seq, `Entry ${row.seq} was changed: its hash is another one.`)
      if (row.erasedBy !== null) erasures.push({ seq: row.seq, by: row.erasedBy })
      else if (row.payload === null || row.salt === null || digestOf(row.salt, row.payload) !== row.payloadDigest) tell('CHANGED', row.seq, `The payload of entry ${row.seq} was changed: its digest is another one.`)
      if (anchor?.seq === row.seq && anchor.hash !== row.hash) tell('WRONG_ANCHOR', row.seq, `Entry ${row.seq} is not the one that the anchor names: the log was written anew.`)
      report.entries += 1
      lastSeq = row.seq
      lastHash = row.hash
    }
    if (rows.length < BATCH || (head && rows.at(-1)!.seq >= head.seq)) break
  }
  if (head && head.seq > lastSeq) tell('MISSING', lastSeq + 1, `${head.seq === lastSeq + 1 ? `Entry ${head.seq} is` : `Entries ${lastSeq + 1} to ${head.seq} are`} missing at the end.`)
  else if (head && head.hash !== lastHash) tell('WRONG_END', lastSeq, `The log ends with another entry than the one that was written last.`)
  if (anchor && anchor.seq > lastSeq) tell('WRONG_ANCHOR', anchor.seq, `Entry ${anchor.seq}, which the anchor names, is missing.`)
  report.erased = await checkErasures(db, erasures, tell)
  return report
}

/** Each erased payload must be named by an entry that says so, and that entry must be whole. It may be newer than the end that is checked. */
async function checkErasures(db: Kysely<Database>, erasures: readonly { seq: number; by: number }[], tell: (kind: AuditFaultKind, seq: number, message: string) => void): Promise<number> {
  const explanations = new Map<number, Row>()
  for (const by of new Set(erasures.map((one) => one.by))) {
    const [row] = await readEntries(db, by - 1, 1)
    if (row?.seq === by && row.action === ERASED && hashOf(row) === row.hash) explanations.set(by, row)
  }
  const explained = erasures.filter(({ seq, by }) => {
    const row = explanations.get(by)
    if (row && namesSeq(row.recordId, seq)) return true
    tell('UNEXPLAINED_ERASURE', seq, `The payload of entry ${seq} is gone, and no entry explains why.`)
    return false
  })
  return explained.length
}

async function readEntries(db: Kysely<Database>, after: number, limit = BATCH): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select seq, ${asInstant(sql`at`)} as at, actor_id as "actorId", actor_role as "actorRole", action, record_kind as "recordKind", record_id as "recordId", revision,
      payload, payload_salt as salt, payload_digest as "payloadDigest", erased_by as "erasedBy", previous_hash as "previousHash", hash
    from audit_entry where seq > ${after} order by seq limit ${limit}`.execute(db)
  return rows
}
