/** "These two are not one": a decision of a curator that keeps the pair from being asked again, until it is withdrawn. */
import { sql, type Kysely } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database } from '../../db/tables.ts'
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts'
import { recordAudits } from '../audit/append.ts'
import { newId } from '../ids.ts'
import { assertRight, inWrite, lockRows, MODEL_AUDIT_KIND, requiredReason, requireRecord } from '../model/record.ts'
import type { SignedInViewer } from '../viewer.ts'

export interface Distinction { id: string; sourceId: string; targetId: string; reason: string; recordedBy: string; recordedAt: string }

const columns = sql`d.id, d.source_id as "sourceId", d.target_id as "targetId", d.reason, d.recorded_by_name as "recordedBy", ${asInstant(sql`d.recorded_at`)} as "recordedAt"`

/** Remembers that two records are two ideas. Saying it twice changes nothing. @throws ValidationError, NotFoundError */
export async function recordDistinct(db: Kysely<Database>, viewer: SignedInViewer, { sourceId, targetId, reason }: { sourceId: string; targetId: string; reason: string }): Promise<Distinction> {
  return inWrite(db, viewer, 'RECORD_DISTINCT', targetId, async (trx) => {
    if (sourceId === targetId) throw new ValidationError('A record is not distinct from itself.', [{ path: ['targetId'], code: 'TO_ITSELF', message: 'A record is not distinct from itself.' }])
    const rows = await lockRows(trx, viewer, [sourceId, targetId])
    for (const id of [sourceId, targetId]) {
      const record = requireRecord(viewer, id, rows.get(id))
      assertRight(viewer, 'REVIEW', record)
      if (record.state === 'MERGED') throw new ConflictError('One of the two went into another record: answer for that one.')
    }
    const why = requiredReason(reason)
    const known = (await sql<Distinction>`select ${columns} from model_distinction as d where least(source_id, target_id) = least(${sourceId}::uuid, ${targetId}::uuid) and greatest(source_id, target_id) = greatest(${sourceId}::uuid, ${targetId}::uuid) and withdrawn_at is null`.execute(trx)).rows[0]
    if (known) return known
    const id = newId()
    await trx.insertInto('model_distinction').values({ id, source_id: sourceId, target_id: targetId, reason: why, recorded_by: viewer.id, recorded_by_name: viewer.name }).execute()
    await auditBoth(trx, viewer, 'MODELS_RECORDED_DISTINCT', { id, sourceId, targetId }, why)
    return findDistinction(trx, id)
  })
}

/** Takes the decision back: the pair may be asked again. @throws NotFoundError, ConflictError when it was taken back already */
export async function withdrawDistinction(db: Kysely<Database>, viewer: SignedInViewer, { distinctionId, reason }: { distinctionId: string; reason: string }): Promise<Distinction> {
  return inWrite(db, viewer, 'WITHDRAW_DISTINCTION', distinctionId, async (trx) => {
    const row = await trx.selectFrom('model_distinction').select(['withdrawn_at']).where('id', '=', distinctionId).forUpdate().executeTakeFirst()
    if (row === undefined) throw new NotFoundError('There is no such decision.')
    if (row.withdrawn_at !== null) throw new ConflictError('This decision was withdrawn already.')
    const why = requiredReason(reason)
    await sql`update model_distinction set withdrawn_at = clock_timestamp(), withdrawn_by = ${viewer.id}, withdrawal_reason = ${why} where id = ${distinctionId}::uuid`.execute(trx)
    const distinction = await findDistinction(trx, distinctionId)
    await auditBoth(trx, viewer, 'MODELS_DISTINCTION_WITHDRAWN', distinction, why)
    return distinction
  })
}

const findDistinction = async (db: Kysely<Database>, id: string): Promise<Distinction> => (await sql<Distinction>`select ${columns} from model_distinction as d where d.id = ${id}::uuid`.execute(db)).rows[0]!

async function auditBoth(trx: Kysely<Database>, viewer: SignedInViewer, action: string, { id, sourceId, targetId }: Pick<Distinction, 'id' | 'sourceId' | 'targetId'>, reason: string): Promise<void> {
  await recordAudits(trx, [[sourceId, targetId], [targetId, sourceId]].map(([recordId, other]) => ({ viewer, action, recordKind: MODEL_AUDIT_KIND, recordId: recordId!, reason, details: { distinctionId: id, other } })))
}

/** Pairs that stand as distinct, each record under what it is now. @param of only those of this record */
export async function readDistinctions(db: Kysely<Database>, of?: string): Promise<Distinction[]> {
  const { rows } = await sql<Distinction>`
    select d.id, s.now as "sourceId", t.now as "targetId", d.reason, d.recorded_by_name as "recordedBy", ${asInstant(sql`d.recorded_at`)} as "recordedAt"
    from model_distinction as d, lateral (select f_model_now(d.source_id) as now) as s, lateral (select f_model_now(d.target_id) as now) as t
    where d.withdrawn_at is null and s.now <> t.now ${of === undefined ? sql`` : sql`and ${of}::uuid in (s.now, t.now)`} order by d.recorded_at desc, d.id`.execute(db)
  return rows
}
