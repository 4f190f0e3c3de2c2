/** The life of an index: made, filled, kept, and made again when its server is not what it was. On the fake and on the real engine. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { examine } from '../../server/indexer/doctor.ts'
import type { Indexer } from '../../server/indexer/run.ts'
import { adminClient, type MeiliConfig } from '../../server/search/meilisearch-client.ts'
import { waitForTask } from '../../server/indexer/send.ts'
import { describeMeilisearch } from '../support/describe-meilisearch.ts'
import { NO_MEILISEARCH_TO_KILL, openMeilisearch } from '../support/meilisearch.ts'
import { openFakeMeilisearch } from '../support/meilisearch-fake.ts'
import { heldBy, idOf, openCatalogue, openIndexer, settle, sorted, type Catalogue } from './support.ts'

interface Server { config: MeiliConfig; wipe(): void | Promise<void>; close(): Promise<void> }

function life(open: () => Promise<Server>): void {
  let server: Server
  let catalogue: Catalogue
  let indexer: Indexer
  const client = () => adminClient(server.config)

  beforeAll(async () => {
    ;[server, catalogue] = await Promise.all([open(), openCatalogue()])
    for (let i = 0; i < 12; i += 1) await catalogue.publish(`m${i}`)
    indexer = openIndexer(catalogue.db, server.config)
  })
  afterAll(async () => {
    await indexer?.close()
    await Promise.all([catalogue?.close(), server?.close()])
  })
  beforeEach(() => settle(catalogue, indexer))

  const expectEqual = async (): Promise<void> => {
    const index = (await catalogue.servingIndex())!
    expect(sorted(await heldBy(server.config, index))).toEqual(sorted(await catalogue.published()))
    const report = await examine(catalogue.db, { meili: server.config })
    expect(report).toMatchObject({ isHealthy: true, meilisearch: { index, problem: null, missing: [], stale: [], extra: [], settingsDrift: [] }, outbox: { waiting: 0, dead: [] } })
  }

  it('fills an index at first, and finds nothing to do then', async () => {
    await expectEqual()
    expect(await indexer.runOnce()).toEqual({ applied: 0, rebuilt: false })
  })

  it('brings a change, a hidden and a shown record', async () => {
    await catalogue.publish('m1', 'Đổi tên')
    await catalogue.hide('m2')
    await catalogue.publish('new')
    expect(await indexer.runOnce()).toEqual({ applied: 3, rebuilt: false })
    await expectEqual()
    await catalogue.show('m2')
    await indexer.runOnce()
    await expectEqual()
  })

  it('does no harm when everything is sent again, twice and shuffled', async () => {
    const index = await catalogue.servingIndex()
    for (const order of ['id desc', 'random()']) {
      await sql`insert into outbox (target, kind, record_id) select ${index}, 'model', id from model_record order by ${sql.raw(order)} on conflict do nothing`.execute(catalogue.db)
      await sql`insert into outbox (target, kind, record_id) select ${index}, 'model', gen_random_uuid()`.execute(catalogue.db)
      await indexer.runOnce()
    }
    await expectEqual()
  })

  it('makes the index again when its server was wiped', async () => {
    const before = await catalogue.servingIndex()
    await server.wipe()
    expect((await examine(catalogue.db, { meili: server.config })).meilisearch!.problem).toContain('has lost')
    await catalogue.publish('m3')
    expect((await indexer.runOnce()).rebuilt).toBe(true)
    expect(await catalogue.servingIndex()).not.toBe(before)
    await settle(catalogue, indexer)
    await expectEqual()
  })

  it('makes it again when another index took its name', async () => {
    const before = (await catalogue.servingIndex())!
    for (const { taskUid } of [await client().deleteIndex(before), await client().createIndex(before, { primaryKey: 'id' })]) await waitForTask(client(), taskUid)
    // Even a change that comes before anybody looked doesn't fill the foreign one.
    await catalogue.publish('m4')
    expect((await indexer.runOnce()).rebuilt).toBe(true)
    await settle(catalogue, indexer)
    await expectEqual()
    expect((await client().getRawIndexes({ limit: 100 })).results.map(({ uid }) => uid)).toEqual([await catalogue.servingIndex()])
  })

  it('sets settings back that somebody changed', async () => {
    const index = (await catalogue.servingIndex())!
    await waitForTask(client(), (await client().index(index).updateSettings({ stopWords: ['lan'], filterableAttributes: ['topics'] })).taskUid)
    const found = await examine(catalogue.db, { meili: server.config })
    expect(found).toMatchObject({ isHealthy: false, meilisearch: { settingsDrift: ['filterableAttributes', 'stopWords'] } })
    await indexer.runOnce()
    expect(await catalogue.servingIndex()).toBe(index)
    await settle(catalogue, indexer)
    await expectEqual()
  })

  it('notices documents that somebody else wrote, and sends the right ones again', async () => {
    const index = (await catalogue.servingIndex())!
    const strange = { id: idOf('m5'), name: 'Bị sửa tay', hash: 'x' }
    await waitForTask(client(), (await client().index(index).addDocuments([strange, { id: 'nobody', name: 'Không có thật' }])).taskUid)
    await waitForTask(client(), (await client().index(index).deleteDocuments([idOf('m6')])).taskUid)
    await indexer.runOnce()
    await settle(catalogue, indexer)
    await expectEqual()
  })

  it('lets doctor see the differences, and mend them without a rebuild', async () => {
    const index = (await catalogue.servingIndex())!
    const { taskUid } = await client().index(index).deleteDocuments([idOf('m7')])
    await waitForTask(client(), taskUid)
    await sql`update model_search set hash = 'old' where model_id = ${idOf('m8')}`.execute(catalogue.db)
    expect(await examine(catalogue.db, { meili: server.config })).toMatchObject({ isHealthy: false, postgres: { stale: [idOf('m8')] }, meilisearch: { missing: [idOf('m7')], extra: [], stale: [] } })
    const mended = await examine(catalogue.db, { meili: server.config, fix: true })
    expect(mended).toMatchObject({ postgres: { stale: [] }, meilisearch: { missing: [], waiting: 1 }, fixed: [expect.stringContaining('1 rows'), expect.stringContaining(`1 documents enqueued for ${index}`)] })
    await settle(catalogue, indexer)
    await expectEqual()
    expect(await catalogue.servingIndex()).toBe(index)
  })
}

describe('the index on the fake', () => life(openFakeMeilisearch))
describeMeilisearch('the index on the real engine', () => life(openMeilisearch), NO_MEILISEARCH_TO_KILL)
