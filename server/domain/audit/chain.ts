/** How the entries of the audit log hang together: what each hash covers. Pure, and the same for whoever writes and whoever checks. */
import { createHash } from 'node:crypto'
import { BadUserInputError } from '../../errors.ts'

/** What stands before the first entry. */
export const GENESIS_HASH = '0'.repeat(64)
/** The action of an entry that explains why payloads are gone; its `recordId` names their entries. */
export const ERASED = 'AUDIT_ERASED'

/** What an entry's hash covers. The payload is covered by its digest, so that erasing it breaks nothing. */
export interface EntryHeader {
  seq: number
  /** Microseconds, UTC: `2026-04-30T17:00:00.000000Z`. */
  at: string
  actorId: string | null
  actorRole: string | null
  action: string
  recordKind: string
  recordId: string
  revision: number | null
  payloadDigest: string
  previousHash: string
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** SHA-256 of the header as a JSON array: one order, no names, nothing to be spelt in two ways. */
export const hashOf = (e: EntryHeader): string =>
  sha256(JSON.stringify([e.seq, e.at, e.actorId, e.actorRole, e.action, e.recordKind, e.recordId, e.revision, e.payloadDigest, e.previousHash]))

/** SHA-256 of salt and payload. Without the salt, which goes with the payload, nobody can try out what an erased one was. */
export const digestOf = (salt: string, payload: string): string => sha256(`${salt}:${payload}`)

/** `3,5-9`: numbers of entries as text; ascending. */
export function formatSeqs(seqs: readonly number[]): string {
  const runs: [number, number][] = []
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && last[1] === seq - 1) last[1] = seq
    else runs.push([seq, seq])
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',')
}

/** Whether the text of `formatSeqs` names the entry. */
export const namesSeq = (text: string, seq: number): boolean =>
  text.split(',').some((run) => {
    const [from, to = from] = run.split('-').map(Number)
    return from !== undefined && to !== undefined && seq >= from && seq <= to
  })

/** One moment of the chain, as an earlier check told it: kept elsewhere, it shows a log that was written anew as a whole. */
export interface AuditAnchor { seq: number; hash: string }

/** Reads `number:hash`. @throws BadUserInputError for any other text */
export function parseAnchor(text: string | null | undefined): AuditAnchor | undefined {
  if (text == null) return undefined
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? []
  if (seq === undefined || hash === undefined) throw new BadUserInputError(`\`anchor\` is ${JSON.stringify(text.slice(0, 90))}; expected what an earlier check printed: a number, a colon, 64 hexadecimal digits.`)
  return { seq: Number(seq), hash }
}
