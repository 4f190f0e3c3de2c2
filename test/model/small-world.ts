/** Two provinces with a commune each, a few words, and nothing else: what histories are played on. */
import type { Kysely } from 'kysely'
import type { Database } from '../../server/db/tables.ts'
import { newId } from '../../server/domain/ids.ts'
import { refreshLocalityCover } from '../../server/domain/locality/cover.ts'
import type { SignedInViewer } from '../../server/domain/viewer.ts'
import { as, CHI } from '../schema/model/editing.ts'

export interface SmallWorld {
  topics: string[]
  /** Slugs. */
  provinces: [string, string]
  communes: [string, string]
  /** Speaks for the first province, and for the second. */
  officers: [SignedInViewer, SignedInViewer]
}

/** Furnishes an empty database. */
export async function furnish(db: Kysely<Database>): Promise<SmallWorld> {
  if (await db.selectFrom('locality').select('id').executeTakeFirst()) throw new Error('a small world is a database of its own')
  const provinces = ['tinh-dong', 'tinh-tay'].map((slug, i) => ({ id: newId(), slug, code: `0${i + 1}`, level: 'PROVINCE' as const, kind: 'tỉnh', name: `Miền ${slug}`, full_name: `Tỉnh miền ${slug}`, parent_id: null }))
  const communes = provinces.map(({ id, slug }, i) => ({ id: newId(), slug: `xa-${slug}`, code: `0000${i + 1}`, level: 'COMMUNE' as const, kind: 'xã', name: `Làng ${slug}`, full_name: `Xã làng ${slug}`, parent_id: id }))
  await db.transaction().execute(async (trx) => {
    await trx.insertInto('locality').values([...provinces, ...communes]).execute()
    await trx.insertInto('locality_name').values([...provinces, ...communes].map(({ id, full_name }) => ({ id: newId(), locality_id: id, kind: 'OFFICIAL' as const, name: full_name }))).execute()
    await refreshLocalityCover(trx)
  })
  const topics = ['an-ninh', 'giao-thong', 'hoa-giai']
  for (const key of topics) {
    const { __typename } = await as(db, CHI).write('createTerm', { kind: 'TOPIC', key, labelVi: `Lĩnh vực ${key}`, labelEn: `Topic ${key}` }, '__typename')
    if (__typename !== 'CreateTermSuccess') throw new Error(__typename)
  }
  const officer = (i: number): SignedInViewer => ({ id: `officer-${i}`, name: `Công an ${i}`, role: 'LOCALITY_OFFICER', localities: [provinces[i]!.id] })
  return { topics, provinces: ['tinh-dong', 'tinh-tay'], communes: ['xa-tinh-dong', 'xa-tinh-tay'], officers: [officer(0), officer(1)] }
}
