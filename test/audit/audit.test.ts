/** The audit log on a real database: it only grows, it hangs together, and whatever is done to it behind its back is found. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { recordAudit, recordAudits } from '../../server/domain/audit/append.ts'
import { formatSeqs, namesSeq } from '../../server/domain/audit/chain.ts'
import { eraseAudit } from '../../server/domain/audit/erase.ts'
import { type AuditReport, verifyAudit } from '../../server/domain/audit/verify.ts'
import type { SignedInViewer } from '../../server/domain/viewer.ts'
import { createTestDatabase, TEST_DATABASE_URL, type TestDatabase } from '../support/database.ts'

const admin: SignedInViewer = { id: 'admin', name: 'Nguyễn Văn Ấ', role: 'ADMIN', localities: [] }
let database: TestDatabase
const write = (n: number, details: object = { n }): Promise<number> =>
  database.db.transaction().execute((trx) => recordAudit(trx, { viewer: admin, action: 'TESTED', recordKind: 'test', recordId: `r${n}`, revision: n, reason: `vì ${n}`, details }))
const verify = (): Promise<AuditReport> => verifyAudit(database.db)
const kinds = ({ faults }: AuditReport): string[] => faults.map(({ kind, seq }) => `${kind} ${seq}`)
/** What an administrator of the database can do to it: triggers off, then anything. */
async function behindItsBack(statement: ReturnType<typeof sql>): Promise<void> {
  await database.db.transaction().execute(async (trx) => {
    await sql`alter table audit_entry disable trigger all`.execute(trx)
    await sql`alter table audit_head disable trigger all`.execute(trx)
    await statement.execute(trx)
    await sql`alter table audit_entry enable trigger all`.execute(trx)
    await sql`alter table audit_head enable trigger all`.execute(trx)
  })
}

beforeAll(async () => { database = await createTestDatabase() })
afterAll(() => database.close())
beforeEach(async () => {
  await behindItsBack(sql`with gone as (delete from audit_entry) update audit_head set seq = 0, hash = repeat('0', 64)`)
  for (let n = 1; n <= 8; n += 1) await write(n)
})

describe('appending', () => {
  it('keeps who, what, why and when, and holds together', async () => {
    expect(await verify()).toMatchObject({ entries: 8, erased: 0, faults: [], head: { seq: 8 } })
    const row = await database.db.selectFrom('audit_entry').selectAll().where('seq', '=', 3).executeTakeFirstOrThrow()
    expect(row).toMatchObject({ actor_id: 'admin', actor_role: 'ADMIN', action: 'TESTED', record_kind: 'test', record_id: 'r3', revision: 3 })
    expect(JSON.parse(row.payload!)).toEqual({ actorName: admin.name, reason: 'vì 3', details: { n: 3 } })
  })
  it('is undone with its change', async () => {
    await expect(database.db.transaction().execute(async (trx) => {
      await recordAudit(trx, { viewer: null, action: 'TESTED', recordKind: 'test', recordId: 'x' })
      throw new Error('the change failed')
    })).rejects.toThrow('the change failed')
    expect(await verify()).toMatchObject({ entries: 8, faults: [] })
    expect(await write(9)).toBe(9)
    expect(await verify()).toMatchObject({ entries: 9, faults: [] })
  })
  it('is refused outside of a transaction', async () => {
    await expect(recordAudit(database.db, { viewer: null, action: 'TESTED', recordKind: 'test', recordId: 'x' })).rejects.toThrow('transaction of the change')
  })
  it('gives many writers at once one order without gaps', async () => {
    const seqs = await Promise.all(Array.from({ length: 40 }, (_, n) => database.db.transaction().execute((trx) =>
      recordAudits(trx, [{ viewer: admin, action: 'A', recordKind: 'test', recordId: `${n}` }, { viewer: null, action: 'B', recordKind: 'test', recordId: `${n}`, details: { thứ: 'tự', a: [1.5, null, '\u{1F600}'] } }]))))
    expect(seqs.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, n) => 9 + n))
    expect(seqs.every(([a, b]) => b === a! + 1)).toBe(true)
    expect(await verify()).toMatchObject({ entries: 88, faults: [], head: { seq: 88 } })
  })
})

describe('changing it', () => {
  it.each([
    ['an update', sql`update audit_entry set action = 'OTHER' where seq = 2`],
    ['erasing without the function', sql`update audit_entry set payload = null, payload_salt = null, erased_by = 8 where seq = 2`],
    ['a delete', sql`delete from audit_entry where seq = 8`],
    ['a truncate', sql`truncate audit_entry cascade`],
    ['an update of its end', sql`update audit_head set seq = 4`],
    ['a delete of its end', sql`delete from audit_head`],
    ['a truncate of its end', sql`truncate audit_head`],
    ['an entry at another place', sql`insert into audit_entry select 12, at, actor_id, actor_role, action, record_kind, record_id, revision, payload, payload_salt, payload_digest, null, hash, repeat('a', 64) from audit_entry where seq = 8`],
    ['a second entry after the same one', sql`insert into audit_entry select 9, at, actor_id, actor_role, action, record_kind, record_id, revision, payload, payload_salt, payload_digest, null, previous_hash, repeat('a', 64) from audit_entry where seq = 8`],
    ['an erasure that nothing explains', sql`select audit_erase(8, array[2])`],
    ['an erasure after one was allowed', sql`select set_config('audit.erasing', 'on', true), audit_erase(8, array[2])`],
  ])('is refused: %s', async (_name, statement) => {
    await expect(statement.execute(database.db)).rejects.toMatchObject({ code: '23000' })
    expect(await verify()).toMatchObject({ entries: 8, faults: [] })
  })
  it('is refused even where a session says that it erases', async () => {
    await database.db.transaction().execute(async (trx) => {
      await sql`select set_config('audit.erasing', 'on', true)`.execute(trx)
      await sql`savepoint s`.execute(trx)
      for (const statement of [sql`update audit_entry set action = 'X' where seq = 2`, sql`update audit_entry set payload = '{}' where seq = 2`, sql`delete from audit_entry`, sql`update audit_head set seq = 3`]) {
        await expect(statement.execute(trx)).rejects.toMatchObject({ code: '23000' })
        await sql`rollback to s`.execute(trx)
      }
    })
    expect(await verify()).toMatchObject({ entries: 8, faults: [] })
  })
})

describe('the verifier finds', () => {
  it.each(['at', 'actor_id', 'actor_role', 'action', 'record_kind', 'record_id', 'revision', 'payload', 'payload_salt', 'payload_digest', 'previous_hash', 'hash'])('one changed %s', async (column) => {
    const value = column === 'at' ? sql`at + interval '1 microsecond'` : column === 'revision' ? sql`revision + 1` : sql`overlay(${sql.ref(column)} placing case when right(${sql.ref(column)}, 1) = '0' then '1' else '0' end from length(${sql.ref(column)}))`
    await behindItsBack(sql`update audit_entry set ${sql.ref(column)} = ${value} where seq = 4`)
    const report = await verify()
    expect(kinds(report)).toContain('CHANGED 4')
    expect(report.faults.every(({ seq }) => seq === 4 || seq === 5)).toBe(true)
  })
  it.each([[1, 'MISSING 1'], [5, 'MISSING 5'], [8, 'MISSING 8']])('entry %i missing', async (seq, fault) => {
    await behindItsBack(sql`delete from audit_entry where seq = ${seq}`)
    expect(kinds(await verify())).toEqual([fault])
  })
  it('all of them missing', async () => {
    await behindItsBack(sql`delete from audit_entry`)
    expect(await verify()).toMatchObject({ entries: 0, faults: [{ kind: 'MISSING', seq: 1, message: 'Entries 1 to 8 are missing at the end.' }] })
  })
  it('a payload that was emptied behind its back', async () => {
    await behindItsBack(sql`update audit_entry set payload = null, payload_salt = null, erased_by = 8 where seq = 4`)
    expect(kinds(await verify())).toEqual(['UNEXPLAINED_ERASURE 4'])
  })
  it('a log that was written anew, by an anchor kept elsewhere', async () => {
    const { head: anchor } = await verify()
    expect((await verifyAudit(database.db, { anchor })).faults).toEqual([])
    await behindItsBack(sql`with gone as (delete from audit_entry) update audit_head set seq = 0, hash = repeat('0', 64)`)
    for (let n = 1; n <= 9; n += 1) await write(n)
    expect(kinds(await verify())).toEqual([])
    expect(kinds(await verifyAudit(database.db, { anchor }))).toEqual(['WRONG_ANCHOR 8'])
    expect(kinds(await verifyAudit(database.db, { anchor: { ...anchor, seq: 30 } }))).toEqual(['WRONG_ANCHOR 30'])
  })
})

describe('erasing', () => {
  const erase = (subject: Parameters<typeof eraseAudit>[2]['subject'], more: object = {}) => database.db.transaction().execute((trx) => eraseAudit(trx, admin, { subject, reason: 'Theo yêu cầu, Luật 91/2025/QH15', ...more }))

  it('takes the payload, keeps the entry, and the chain holds', async () => {
    expect(await erase({ seqs: [2, 3, 4, 7, 99] })).toBe(4)
    expect(await verify()).toMatchObject({ entries: 9, erased: 4, faults: [] })
    const rows = await database.db.selectFrom('audit_entry').selectAll().orderBy('seq').execute()
    expect(rows[2]).toMatchObject({ seq: 3, action: 'TESTED', record_id: 'r3', payload: null, payload_salt: null, erased_by: 9 })
    expect(rows[8]).toMatchObject({ action: 'AUDIT_ERASED', record_kind: 'audit_entry', record_id: '2-4,7' })
    expect(JSON.stringify(rows.filter(({ erased_by }) => erased_by))).not.toMatch(/vì|Nguyễn/)
  })
  it('rectifies by an entry of its own', async () => {
    await erase({ recordKind: 'test', recordId: 'r5' }, { correction: { n: 'năm' } })
    const last = await database.db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow()
    expect([last.action, last.record_id, JSON.parse(last.payload!).details]).toEqual(['AUDIT_RECTIFIED', '5', { n: 'năm' }])
    expect(await verify()).toMatchObject({ entries: 10, erased: 1, faults: [] })
  })
  it('takes all that somebody did, but not what explains an erasure', async () => {
    await erase({ seqs: [1] })
    expect(await erase({ actorId: 'admin' })).toBe(7)
    expect(await verify()).toMatchObject({ entries: 10, erased: 8, faults: [] })
  })
  it('is refused to others, without a reason, and where nothing is left', async () => {
    const curator: SignedInViewer = { ...admin, role: 'CURATOR' }
    await expect(database.db.transaction().execute((trx) => eraseAudit(trx, curator, { subject: { seqs: [1] }, reason: 'x' }))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(erase({ seqs: [1] }, { reason: ' ' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await erase({ seqs: [1] })
    await expect(erase({ seqs: [1] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await verify()).toMatchObject({ entries: 9, erased: 1, faults: [] })
  })
  it('leaves an erased entry checked: one changed byte of it is found', async () => {
    await erase({ seqs: [3] })
    await behindItsBack(sql`update audit_entry set record_id = 'r4' where seq = 3`)
    expect(kinds(await verify())).toEqual(['CHANGED 3'])
  })
  it('is found when its explanation is changed to name another entry', async () => {
    await erase({ seqs: [3] })
    await behindItsBack(sql`update audit_entry set payload = null, payload_salt = null, erased_by = 9 where seq = 4`)
    expect(kinds(await verify())).toEqual(['UNEXPLAINED_ERASURE 4'])
  })
})

it.skipIf(!TEST_DATABASE_URL)('appending waits for a writer whose transaction is open, and goes on after it', async () => {
  let [hasStarted, end] = [(): void => {}, (): void => {}]
  const started = new Promise<void>((resolve) => { hasStarted = resolve })
  const ended = new Promise<void>((resolve) => { end = resolve })
  const open = database.db.transaction().execute(async (trx) => {
    await recordAudit(trx, { viewer: null, action: 'FIRST', recordKind: 'test', recordId: 'a' })
    hasStarted()
    await ended
  })
  await started
  const second = write(20)
  end()
  await open
  expect(await second).toBe(10)
  expect(await verify()).toMatchObject({ entries: 10, faults: [] })
})

it('names entries by ranges', () => {
  expect(formatSeqs([9, 3, 4, 5, 1, 5])).toBe('1,3-5,9')
  expect([1, 2, 3, 4, 5, 6, 9, 10].filter((seq) => namesSeq('1,3-5,9', seq))).toEqual([1, 3, 4, 5, 9])
})
