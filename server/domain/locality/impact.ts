/** What a decision on units moves: which unit becomes which, and where records roll up before and after. */
import { sql, type Kysely } from 'kysely'
import type { Database, PlaceRole } from '../../db/tables.ts'

export interface UnitOutline { slug: string; fullName: string; isWhole: boolean }
export interface UnitMoved { slug: string; fullName: string; becomes: UnitOutline[] }
/** One place of a published model. `place` is the unit that it was then, which stays. */
export interface RecordMoved { modelId: string; modelSlug: string; modelName: string; role: PlaceRole; place: string; before: string[]; after: string[] }
export interface LocalityImpact { changeId: string; units: UnitMoved[]; records: RecordMoved[]; modelCount: number }

/** Places of published models, with today's units that each counts for (as `localitiesNow` tells them), each with what it lies in. */
export async function readRecords(trx: Kysely<Database>, places: readonly string[]): Promise<(Omit<RecordMoved, 'before' | 'after'> & { key: string; now: string[] })[]> {
  const { rows } = await sql<Omit<RecordMoved, 'before' | 'after'> & { key: string; now: string[] }>`
    select p.model_id || ':' || p.role || ':' || p.locality_id as key, p.model_id as "modelId", m.slug as "modelSlug", m.name as "modelName", p.role, u.full_name as place,
      array(select concat_ws(', ', l.full_name, (select a.full_name from locality as a where a.id = l.parent_id)) from locality_cover as c join locality as l on l.id = c.locality_id
        where c.place_id = p.locality_id and l.valid_until is null and l.level = case when u.level = 'DISTRICT' and u.valid_until is not null then 'PROVINCE' else u.level end order by c.is_whole desc, l.slug) as now
    from model_place as p join model as m on m.id = p.model_id join locality as u on u.id = p.locality_id where p.locality_id = any(${[...places]}::uuid[]) order by m.slug, p.role, u.slug`.execute(trx)
  return rows
}
