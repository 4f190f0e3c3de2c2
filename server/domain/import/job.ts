/** Imports as jobs: begun, looked at. run.ts does them. */
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { asInstant } from '../../db/instant.ts'
import type { Database } from '../../db/tables.ts'
import { notifyOthers, wake } from '../../db/wake.ts'
import { ConflictError, ValidationError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { newId } from '../ids.ts'
import { canAccess, type Role, type SignedInViewer, type Viewer } from '../viewer.ts'
import type { RowIssue } from './fault.ts'
import type { DuplicateFound } from './inspect.ts'
import { IMPORT_LIMITS } from './limits.ts'
import type { ImportFormat } from './read.ts'
import type { RowChange } from './preview.ts'

export const IMPORT_STATES = ['PREVIEW', 'QUEUED', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED'] as const
export interface ImportInput { format: ImportFormat; content: string; idempotencyKey?: string | null | undefined }

/** An import as callers see it: a preview, or how far a job has come. */
export interface ImportView {
  /** Null for a preview, which leaves nothing behind. */
  id: string | null
  state: (typeof IMPORT_STATES)[number]
  mode: 'DRAFTS' | 'RESTORE'
  format: ImportFormat
  rows: number | null
  done: number
  created: number
  updated: number
  unchanged: number
  refused: number
  issueCount: number
  issues: RowIssue[]
  duplicates: { row: number; candidates: DuplicateFound[] }[]
  changes: RowChange[]
  createdAt: string | null
  finishedAt: string | null
}

/** Most that one answer holds of issues, duplicates and changes. */
export const MAX_TOLD = 1000

const invalid = (path: string, code: string, message: string): ValidationError => new ValidationError(message, [{ path: [path], code, message }])

/** The bytes of the file. @throws ValidationError for what is no base64, or too large */
export function decodeContent(content: string, most: number = IMPORT_LIMITS.bytes): Buffer {
  const plain = content.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(plain)) throw invalid('content', 'NOT_BASE64', '`content` must be the file in base64.')
  const size = Math.floor((plain.replace(/=+$/, '').length * 3) / 4)
  if (size > most) throw invalid('content', 'TOO_LARGE', `The file has ${size} bytes; at most ${most} are read at once. Split it.`)
  const bytes = Buffer.from(plain, 'base64')
  if (bytes.length !== size) throw invalid('content', 'NOT_BASE64', '`content` must be the file in base64; it is cut off, or mistyped.')
  if (bytes.length === 0) throw invalid('content', 'EMPTY', 'The file is empty.')
  return bytes
}

/**
 * Begins an import, or finds the one that this caller began with the same key and content. Without a key the content is its own: a file
 * that is sent twice by mistake is imported once.
 * @throws ConflictError for a key that was used with other content; ValidationError for content that is no file
 */
export async function startImport(db: Kysely<Database>, viewer: SignedInViewer, { format, content, idempotencyKey }: ImportInput, options: { mostBytes?: number } = {}): Promise<string> {
  const bytes = decodeContent(content, options.mostBytes)
  const hash = createHash('sha256').update(`${format}:`).update(bytes).digest('hex')
  const key = readKey(idempotencyKey) ?? `content:${hash}`
  const job = await db.transaction().execute(async (trx) => {
    const id = newId()
    const { rows } = await sql<{ id: string }>`
      insert into import_job (id, format, actor_id, actor_name, actor_role, actor_localities, idempotency_key, content_hash, byte_count, content)
      values (${id}::uuid, ${format}, ${viewer.id}, ${viewer.name}, ${viewer.role}, ${viewer.localities}::uuid[], ${key}, ${hash}, ${bytes.length}, decode(${bytes.toString('base64')}, 'base64'))
      on conflict (actor_id, idempotency_key) do nothing returning id`.execute(trx)
    if (rows.length === 0) return sameJob(trx, viewer, key, hash)
    await notifyOthers(trx, 'imports')
    await recordAudit(trx, { viewer, action: 'IMPORT_STARTED', recordKind: 'import', recordId: id, details: { format, bytes: bytes.length, sha256: hash } })
    return id
  })
  wake('imports')
  return job
}

async function sameJob(trx: Kysely<Database>, viewer: SignedInViewer, key: string, hash: string): Promise<string> {
  const job = await trx.selectFrom('import_job').select(['id', 'content_hash']).where('actor_id', '=', viewer.id).where('idempotency_key', '=', key).executeTakeFirstOrThrow()
  if (job.content_hash === hash) return job.id
  throw new ConflictError('This `idempotencyKey` was used for another file. Give another one, or leave it out.')
}

function readKey(key: string | null | undefined): string | null {
  const given = key?.trim()
  if (!given) return null
  if (given.length > 200 || given.includes('\0') || given.startsWith('content:')) throw invalid('idempotencyKey', 'BAD_TEXT', '`idempotencyKey` may have 200 characters, no NUL, and not begin with "content:".')
  // It may say anything, and is only ever compared.
  return `key:${createHash('sha256').update(given).digest('hex')}`
}

/** A job that this process does. */
export interface JobRow {
  id: string; format: ImportFormat; mode: 'DRAFTS' | 'RESTORE'
  /** Whom it runs for: who began it, or who had it go on. */
  actorId: string; actorName: string; actorRole: Role; actorLocalities: string[]; done: number; attempts: number; token: string
}

/** Whom a job runs for, with the rights that they had when they began it, or had it go on. */
export const runsFor = ({ actorId, actorName, actorRole, actorLocalities }: JobRow): SignedInViewer => ({ id: actorId, name: actorName, role: actorRole, localities: actorLocalities })

/** How far an import has come, for who began it or had it go on, and for curators; undefined for others, as if there were none. */
export async function findImport(db: Kysely<Database>, viewer: Viewer, id: string): Promise<ImportView | undefined> {
  if (!viewer) return undefined
  const mine = canAccess(viewer, 'CURATOR') ? sql`true` : sql`(j.actor_id = ${viewer.id} or j.resumed_by = ${viewer.id})`
  const { rows } = await sql<ImportView & { rowIssues: (Omit<RowIssue, 'row'> & { row: number })[]; fileIssues: RowIssue[] }>`
    select j.id, j.state, j.mode, j.format, j.row_count as rows, j.done_count as done, j.created_count as created, j.updated_count as updated, j.unchanged_count as unchanged, j.refused_count as refused,
      ${asInstant(sql`j.created_at`)} as "createdAt", ${asInstant(sql`j.finished_at`)} as "finishedAt", j.issues as "fileIssues",
      (select coalesce(sum(jsonb_array_length(r.issues)), 0)::int from import_row as r where r.job_id = j.id) as "issueCount",
      (select coalesce(json_agg(i.issue), '[]') from (select e.issue from import_row as r, jsonb_array_elements(r.issues) with ordinality as e (issue, n) where r.job_id = j.id order by r.row, e.n limit ${MAX_TOLD}) as i) as "rowIssues",
      (select coalesce(json_agg(json_build_object('row', d.row, 'candidates', d.duplicates) order by d.row), '[]') from (select r.row, r.duplicates from import_row as r where r.job_id = j.id and r.duplicates <> '[]' order by r.row limit ${MAX_TOLD}) as d) as duplicates,
      (select coalesce(json_agg(json_build_object('row', c.row, 'kind', c.kind, 'modelId', c.model_id, 'changes', '[]'::json) order by c.row), '[]') from (
        select r.row, r.model_id, case r.outcome when 'CREATED' then 'CREATE' else 'UPDATE' end as kind from import_row as r where r.job_id = j.id and r.outcome in ('CREATED', 'UPDATED') order by r.row limit ${MAX_TOLD}) as c) as changes
    from import_job as j where j.id = ${id}::uuid and ${mine}`.execute(db)
  const [row] = rows
  if (!row) return undefined
  const { rowIssues, fileIssues, issueCount, ...view } = row
  return { ...view, issueCount: issueCount + fileIssues.length, issues: [...fileIssues, ...rowIssues].slice(0, MAX_TOLD) }
}
