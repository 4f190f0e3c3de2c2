/** Brings an official table of units into the database: what is missing is added, what is known keeps its id, nothing is taken away. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../server/db/tables.ts'
import { refreshLocalityCover } from '../../server/domain/locality/cover.ts'
import { retagModels } from '../../server/domain/thesaurus/retag.ts'
import { planImport } from './import-plan.ts'
import { readKnownUnits } from './known-units.ts'
import { loadUnits, writeUnits } from './load.ts'
import { UnitTableError, type OfficialTable } from './official-table.ts'

export interface ImportUnitsOptions {
  /** For messages. */
  file: string
  onProgress?: ((message: string) => void) | undefined
  /** Does everything, tells what it was, and takes it back. */
  isDryRun?: boolean | undefined
}
export interface ImportUnitsReport {
  isDryRun: boolean
  asOf: string
  /** In the table. */
  provinces: number
  communes: number
  /** What was new. */
  added: { provinces: number; districts: number; communes: number; formerCommunes: number; names: number; codes: number; successions: number }
  /** Successions that were thought to be of the whole unit, and are of a part. */
  corrected: number
  leftOut: string[]
  withoutSuccessor: number
  /** Pairs of places and the localities they count for, after the import; null when nothing changed. */
  covered: number | null
  /** Models whose search rows tell of other places since. */
  refreshed: number
  milliseconds: number
}

class TakenBack extends Error {}

/** One transaction. @throws UnitTableError when the table contradicts what is known; then nothing was written */
export async function importUnits(db: Kysely<Database>, table: OfficialTable, { file, onProgress = () => {}, isDryRun = false }: ImportUnitsOptions): Promise<ImportUnitsReport> {
  const started = performance.now()
  let report: ImportUnitsReport | undefined
  await db.transaction().execute(async (trx) => {
    // The deadline of queries is for callers. The same lock as the seed's: both write units.
    await sql`set local statement_timeout = 0`.execute(trx)
    await sql`select pg_advisory_xact_lock(hashtext('seed'))`.execute(trx)
    // What the table is compared with; there already when the catalogue was seeded.
    const loaded = await loadUnits(trx, { onProgress })
    onProgress('comparing with the units that are known')
    const plan = planImport(await readKnownUnits(trx), table)
    if (plan.problems.length > 0) throw new UnitTableError(file, plan.problems)

    const { set, codes, wholes } = plan
    onProgress(`${set.units.length.toLocaleString('en')} new units, ${set.successions.length.toLocaleString('en')} new links, ${set.aliases.length.toLocaleString('en')} new names`)
    const written = await writeUnits(trx, set)
    if (codes.length > 0) await sql`update locality l set code = n.code from unnest(${codes.map(({ id }) => id)}::uuid[], ${codes.map(({ code }) => code)}::text[]) as n (id, code) where l.id = n.id and l.code is null`.execute(trx)
    if (wholes.length > 0) {
      await sql`update locality_succession s set is_whole = n.whole from unnest(${wholes.map((w) => w.predecessorId)}::uuid[], ${wholes.map((w) => w.successorId)}::uuid[], ${wholes.map((w) => w.isWhole)}::bool[]) as n (predecessor, successor, whole)
        where s.predecessor_id = n.predecessor and s.successor_id = n.successor`.execute(trx)
    }
    const hasNewTerritory = set.units.length + set.successions.length + wholes.length > 0
    if (hasNewTerritory) onProgress('computing which places count for which localities')
    const covered = hasNewTerritory ? await refreshLocalityCover(trx) : null
    // Search holds for each model which units its places count for, and other indexes must hear of it.
    if (covered !== null || !loaded.isUnchanged) onProgress('bringing search up to it')
    const refreshed = covered !== null || !loaded.isUnchanged ? (await retagModels(trx)).length : 0
    const countOf = (test: (unit: (typeof set.units)[number]) => boolean): number => set.units.filter(test).length
    report = {
      isDryRun, asOf: table.asOf, provinces: table.provinces.length, communes: table.communes.length,
      added: {
        provinces: countOf(({ level }) => level === 'PROVINCE'), districts: countOf(({ level }) => level === 'DISTRICT'),
        communes: countOf(({ level, valid_until }) => level === 'COMMUNE' && valid_until === null), formerCommunes: countOf(({ level, valid_until }) => level === 'COMMUNE' && valid_until !== null),
        names: written.names, codes: codes.length, successions: written.successions,
      },
      corrected: wholes.length, leftOut: plan.leftOut, withoutSuccessor: plan.withoutSuccessor, covered, refreshed, milliseconds: 0,
    }
    if (isDryRun) throw new TakenBack()
  }).catch((error: unknown) => {
    if (!(error instanceof TakenBack)) throw error
  })
  return { ...report!, milliseconds: Math.round(performance.now() - started) }
}
