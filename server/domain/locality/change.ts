/**
 * Applies a decision that merges, splits, renames or abolishes units. Units that end keep their row, their name and their records; what was
 * told of them counts for the new ones from then on, once. Everything that is read (who covers whom, rows of search, marks for the other
 * indexes) follows in the same transaction. A rename lets the unit live on under two official names, each for its time.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { ConflictError } from '../../errors.ts'
import { recordAudit } from '../audit/append.ts'
import { inTransaction } from '../dry-run.ts'
import { newId } from '../ids.ts'
import { followPlaces } from '../model/follow.ts'
import { cleanTexts, Issues } from '../model/input.ts'
import { insertRows } from '../model/project.ts'
import { assertAccess, type SignedInViewer } from '../viewer.ts'
import { updateLocalityCover } from './cover.ts'
import { type Decision, type LocalityChangeInput, readDecision, type StandingUnit } from './decision.ts'
import { type LocalityImpact, readRecords, type RecordMoved, type UnitMoved } from './impact.ts'
import { freeSlug, type UnitName } from './unit-name.ts'

export const LOCALITY_CHANGE_AUDIT_KIND = 'locality_change'
/** A decision of a whole province writes some thousand rows. */
const DEADLINE = '120s'

/** What the decision would do: it is applied, looked at, and taken back. @throws as `recordLocalityChange` */
export const previewLocalityChange = (db: Kysely<Database>, viewer: SignedInViewer, input: LocalityChangeInput): Promise<LocalityImpact> =>
  inTransaction(db, true, (trx) => apply(trx, viewer, input))

/**
 * Applies the decision, once.
 * @throws ForbiddenError for others than curators, ConflictError that names the decision which was applied to these units on that day before,
 * ValidationError with everything that is wrong
 */
export const recordLocalityChange = (db: Kysely<Database>, viewer: SignedInViewer, input: LocalityChangeInput): Promise<LocalityImpact> =>
  inTransaction(db, false, (trx) => apply(trx, viewer, input))

async function apply(trx: Kysely<Database>, viewer: SignedInViewer, given: LocalityChangeInput): Promise<LocalityImpact> {
  assertAccess(viewer, 'CURATOR')
  await sql`select set_config('statement_timeout', ${DEADLINE}, true)`.execute(trx)
  // The lock of whoever writes units: the seed, an import of units, another decision.
  await sql`select pg_advisory_xact_lock(hashtext('seed'))`.execute(trx)
  const issues = new Issues()
  const input = cleanTexts(given, issues)
  const decision = await readDecision(trx, input, issues)
  await assertNew(trx, decision.key)
  issues.assertNone()

  const places = (await sql<{ id: string }>`select distinct place_id as id from locality_cover where locality_id = any(${decision.units.map(({ id }) => id)}::uuid[])`.execute(trx)).rows.map(({ id }) => id)
  const before = await readRecords(trx, places)
  const changeId = await writeChange(trx, viewer, input, decision.key)
  const moved = input.kind === 'RENAME' ? await rename(trx, input.effectiveOn, decision) : await replace(trx, input, decision, changeId)
  const differing = input.kind === 'RENAME' ? [] : await updateLocalityCover(trx)
  const models = await followPlaces(trx, [...new Set([...places, ...differing])])
  const after = new Map((await readRecords(trx, places)).map((record) => [record.key, record.now]))
  const records = before.map(({ key, now, ...record }): RecordMoved => ({ ...record, before: now, after: after.get(key) ?? [] }))
  await recordAudit(trx, {
    viewer, action: 'LOCALITY_CHANGE_RECORDED', recordKind: LOCALITY_CHANGE_AUDIT_KIND, recordId: changeId, reason: input.note ?? null,
    details: { kind: input.kind, effectiveOn: input.effectiveOn, legalBasis: input.legalBasis, units: decision.units.map(({ slug }) => slug), into: moved.flatMap(({ becomes }) => becomes.map(({ slug }) => slug)).slice(0, 100), models: models.length },
  })
  return { changeId, units: moved, records, modelCount: models.length }
}

/** @throws ConflictError that names the first */
async function assertNew(trx: Kysely<Database>, key: string): Promise<void> {
  const { rows } = await sql<{ id: string; title: string; number: string | null; by: string; at: string }>`
    select c.id, i.title, i.number, c.recorded_by as by, to_char(c.recorded_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from locality_change as c left join legal_instrument as i on i.id = c.legal_instrument_id where c.decision_key = ${key}`.execute(trx)
  const first = rows[0]
  if (first) throw new ConflictError(`This was applied to these units already: ${[first.number, first.title].filter(Boolean).join(', ')}, recorded by ${first.by} on ${first.at} UTC (change ${first.id}).`)
}

async function writeChange(trx: Kysely<Database>, viewer: SignedInViewer, { kind, effectiveOn, legalBasis, note }: LocalityChangeInput, key: string): Promise<string> {
  const { number = null, title, issuer, issuedOn = null } = legalBasis
  await sql`insert into legal_instrument (id, number, title, issuer, issued_on) values (${newId()}::uuid, ${number}, ${title}, ${issuer}, ${issuedOn}) on conflict do nothing`.execute(trx)
  const id = newId()
  await sql`insert into locality_change (id, kind, effective_on, legal_instrument_id, note, decision_key, recorded_by, recorded_at)
    select ${id}::uuid, ${kind}, ${effectiveOn}::date, i.id, ${note ?? null}, ${key}, ${viewer.id}, clock_timestamp() from legal_instrument as i
    where i.title = ${title} and i.issuer = ${issuer} and i.number is not distinct from ${number} and i.issued_on is not distinct from ${issuedOn}::partial_date`.execute(trx)
  return id
}

/** The unit lives on: its name of until now becomes one of its names. */
async function rename(trx: Kysely<Database>, day: string, { units: [unit], into: [next] }: Decision): Promise<UnitMoved[]> {
  const { id, slug, fullName, validFrom } = unit!
  const { rows } = await sql<{ id: string }>`update locality_name set valid_until = ${day}::date where locality_id = ${id}::uuid and kind = 'OFFICIAL' and valid_until is null returning id`.execute(trx)
  const name = (text: string, from: string | null, until: string | null) => sql`(${newId()}::uuid, ${id}::uuid, ${text}, 'OFFICIAL', ${from}::date, ${until}::date)`
  await sql`insert into locality_name (id, locality_id, name, kind, valid_from, valid_until) values ${sql.join([...(rows.length === 0 ? [name(fullName, validFrom, day)] : []), name(next!.fullName, day, null)])}`.execute(trx)
  await sql`update locality set name = ${next!.name}, full_name = ${next!.fullName}, kind = ${next!.kind}, code = coalesce(${next!.code}, code) where id = ${id}::uuid`.execute(trx)
  return [{ slug, fullName, becomes: [{ slug, fullName: next!.fullName, isWhole: true }] }]
}

interface UnitRow { id: string; slug: string; code: string | null; level: string; kind: string; name: string; full_name: string; parent_id: string | null; valid_from: string; valid_until: null }

/** The units end, and new ones stand in their place. What lies in a unit that ends becomes, as it is, a unit that lies in the new one. */
async function replace(trx: Kysely<Database>, { kind, effectiveOn }: LocalityChangeInput, { units, into }: Decision, changeId: string): Promise<UnitMoved[]> {
  const ended: StandingUnit[] = [...units]
  for (let layer: readonly StandingUnit[] = units; layer.length > 0; ended.push(...layer)) layer = await readChildren(trx, layer.map(({ id }) => id))
  const ids = ended.map(({ id }) => id)
  await sql`update locality set valid_until = ${effectiveOn}::date where id = any(${ids}::uuid[])`.execute(trx)
  await sql`update locality_name set valid_until = ${effectiveOn}::date where locality_id = any(${ids}::uuid[]) and kind = 'OFFICIAL' and valid_until is null and (valid_from is null or valid_from < ${effectiveOn}::date)`.execute(trx)
  if (into.length === 0) return ended.map(({ slug, fullName }) => ({ slug, fullName, becomes: [] }))

  const slugs = await createSlugs(trx, effectiveOn)
  const rows: UnitRow[] = []
  const add = (unit: UnitName & { code: string | null }, level: StandingUnit['level'], parentId: string | null): UnitRow => {
    const row: UnitRow = { id: newId(), slug: slugs.next(unit, level, parentId), code: unit.code, level, kind: unit.kind, name: unit.name, full_name: unit.fullName, parent_id: parentId, valid_from: effectiveOn, valid_until: null }
    rows.push(row)
    slugs.know(row.id, row.name, parentId)
    return row
  }
  const successors = new Map<string, { row: UnitRow; isWhole: boolean }[]>()
  const made = into.map((unit) => add(unit, units[0]!.level, unit.parentId))
  for (const unit of units) successors.set(unit.id, made.map((row) => ({ row, isWhole: kind === 'MERGE' })))
  for (const child of ended.slice(units.length)) successors.set(child.id, [{ row: add(child, child.level, successors.get(child.parentId!)![0]!.row.id), isWhole: true }])

  await insertRows(trx, 'locality', rows as unknown as Record<string, unknown>[])
  await insertRows(trx, 'locality_succession', ended.flatMap(({ id }) => successors.get(id)!.map(({ row, isWhole }) => ({ predecessor_id: id, successor_id: row.id, change_id: changeId, is_whole: isWhole }))))
  return ended.map(({ id, slug, fullName }) => ({ slug, fullName, becomes: successors.get(id)!.map(({ row, isWhole }) => ({ slug: row.slug, fullName: row.full_name, isWhole })) }))
}

async function readChildren(trx: Kysely<Database>, parents: readonly string[]): Promise<StandingUnit[]> {
  return (await sql<StandingUnit>`select id, slug, code, level, kind, name, full_name as "fullName", parent_id as "parentId", valid_from as "validFrom", valid_until as "validUntil", 0 as children from locality where parent_id = any(${[...parents]}::uuid[]) and valid_until is null order by slug`.execute(trx)).rows
}

/** Gives slugs that nothing has had, knowing what the units of this decision lie in. */
async function createSlugs(trx: Kysely<Database>, since: string) {
  const { rows } = await sql<{ id: string; slug: string; name: string; parentId: string | null }>`select id, slug, name, parent_id as "parentId" from locality`.execute(trx)
  const taken = new Set(rows.map(({ slug }) => slug))
  const known = new Map(rows.map(({ id, name, parentId }) => [id, { name, parentId }]))
  const above = (id: string | null): string[] => { const unit = id === null ? undefined : known.get(id); return unit ? [unit.name, ...above(unit.parentId)] : [] }
  return {
    next: (unit: UnitName, level: StandingUnit['level'], parentId: string | null): string => {
      const slug = freeSlug(unit, level, above(parentId), since, (one) => taken.has(one))
      taken.add(slug)
      return slug
    },
    know: (id: string, name: string, parentId: string | null): void => void known.set(id, { name, parentId }),
  }
}
