/** How two origins lie to each other: by territory where the units are known, else by what is written. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import type { PlaceRelation } from './compare.ts'
import type { Features } from './features.ts'

/** The units that overlap a place, and today's provinces that it lies in. */
interface Territory { units: Set<string>; provinces: Set<string>; isWide: boolean }
type Placed = Pick<Features, 'localityId' | 'placeHead' | 'placeWords'>

export class Places {
  private readonly territories: ReadonlyMap<string, Territory>

  constructor(territories: ReadonlyMap<string, Territory>) {
    this.territories = territories
  }

  between(a: Placed, b: Placed): PlaceRelation {
    const [one, other] = [this.territoryOf(a), this.territoryOf(b)]
    if (one !== undefined && other !== undefined) {
      if (a.localityId === b.localityId) return one.isWide ? 'PROVINCE' : 'SAME'
      // Whole provinces overlap with all that lies in them, which says little.
      if (!one.isWide && !other.isWide && (one.units.has(b.localityId!) || other.units.has(a.localityId!))) return 'SAME'
      return [...one.provinces].some((province) => other.provinces.has(province)) ? 'PROVINCE' : 'OTHER'
    }
    if (a.placeHead === null || b.placeHead === null) return 'UNKNOWN'
    if (a.placeHead === b.placeHead && a.placeHead.includes(' ')) return 'SAME'
    const shared = [...a.placeWords].filter((word) => b.placeWords.has(word) && !UNIT_WORDS.has(word)).length
    return shared >= Math.min(3, a.placeWords.size, b.placeWords.size) ? 'SAME' : 'UNKNOWN'
  }

  private territoryOf({ localityId }: Placed): Territory | undefined {
    return localityId === null ? undefined : this.territories.get(localityId)
  }
}

const UNIT_WORDS: ReadonlySet<string> = new Set('xa phuong thi tran huyen quan tinh thanh pho tp khu vuc ap thon ban lang to dan'.split(' '))

const territories = new Map<string, Territory>()
let version: string | undefined

/** The places of these records: no statement when they are all known. */
export async function readPlaces(db: Kysely<Database>, placed: readonly Placed[]): Promise<Places> {
  const ids = [...new Set(placed.map(({ localityId }) => localityId).filter((id) => id !== null))]
  if (ids.length === 0) return new Places(territories)
  const { rows: [told] } = await sql<{ version: string }>`select places_version::text as version from search_state`.execute(db)
  if (told!.version !== version) territories.clear()
  version = told!.version
  const missing = ids.filter((id) => !territories.has(id))
  if (missing.length > 0) {
    const { rows } = await sql<{ id: string; units: string[]; provinces: string[] | null; isWide: boolean }>`
      select c.place_id as id, array_agg(c.locality_id) filter (where l.level <> 'PROVINCE') as units, array_agg(c.locality_id) filter (where l.level = 'PROVINCE' and l.valid_until is null) as provinces,
        (select p.level = 'PROVINCE' from locality as p where p.id = c.place_id) as "isWide"
      from locality_cover as c join locality as l on l.id = c.locality_id where c.place_id = any(${missing}::uuid[]) group by c.place_id`.execute(db)
    for (const { id, units, provinces, isWide } of rows) territories.set(id, { units: new Set(units ?? []), provinces: new Set(provinces ?? []), isWide })
  }
  return new Places(territories)
}
