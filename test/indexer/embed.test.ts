/** The keeping of vectors: each text is asked for once, only what is published, and no fault of the endpoint loses or doubles any. */
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { publishModels } from '../../server/domain/model/write.ts'
import { deterministicId } from '../../server/domain/ids.ts'
import { examine } from '../../server/indexer/doctor.ts'
import { becomeAsker } from '../../server/indexer/embed-rows.ts'
import { startEmbedder, type Embedder } from '../../server/indexer/embed.ts'
import { tell } from '../../server/cli/doctor.ts'
import type { EmbeddingsConfig } from '../../server/search/meaning/client.ts'
import { VectorStore } from '../../server/search/meaning/vectors.ts'
import { smallDocument } from '../model/support.ts'
import { type Behaviour, openEmbeddings, type TestEmbeddings } from '../support/embeddings.ts'
import { idOf, openCatalogue, type Catalogue } from './support.ts'

let catalogue: Catalogue
let endpoint: TestEmbeddings
let embedders: Embedder[] = []
const open = (config: EmbeddingsConfig = endpoint.config): Embedder => {
  const embedder = startEmbedder({ db: catalogue.db, config, start: false })
  embedders.push(embedder)
  return embedder
}
const kept = async (space = 'stand-in'): Promise<string[]> => (await sql<{ id: string }>`select model_id as id from model_embedding where embedding_model = ${space} and vector is not null order by 1`.execute(catalogue.db)).rows.map(({ id }) => id)
const publishAll = (summaries: Record<string, string>): Promise<void> => catalogue.db.transaction().execute(async (trx) => {
  await publishModels(trx, Object.entries(summaries).map(([key, summary]) => ({ id: idOf(key), slug: key, document: smallDocument(`Mô hình ${key}`, { summary, origin: { id: deterministicId('test-origin', key), citations: [] } }), author: 'test' })))
})
const publish = (key: string, summary: string): Promise<void> => publishAll({ [key]: summary })
/** As they are before each test; none changes what comes after the first ten. */
const summaries = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, `Chuyện thứ ${i}.`]))

beforeAll(async () => {
  ;[endpoint, catalogue] = await Promise.all([openEmbeddings(), openCatalogue()])
  await publishAll(summaries(40))
})
beforeEach(async () => {
  endpoint.behaviour = 'well'
  endpoint.refuses = () => false
  await publishAll(summaries(10))
  await sql`delete from model_embedding`.execute(catalogue.db)
  endpoint.forget()
})
afterEach(async () => {
  for (const embedder of embedders) await embedder.close()
  embedders = []
})
afterAll(() => Promise.all([catalogue?.close(), endpoint?.close()]))

describe('vectors', () => {
  it('are asked for once, in batches; a second start asks nothing', async () => {
    expect(await open().runOnce()).toEqual({ written: 40, refused: 0, same: 0 })
    expect(endpoint.texts).toHaveLength(40)
    expect(endpoint.calls.map((call) => call.length)).toEqual([32, 8])
    endpoint.forget()
    expect(await open().runOnce()).toEqual({ written: 0, refused: 0, same: 0 })
    await embedders[0]!.close()
    expect(await open().runOnce()).toEqual({ written: 0, refused: 0, same: 0 })
    expect(endpoint.calls).toEqual([])
  })
  it('follow a text that changes, and no other; a record written again with the same text costs nothing', async () => {
    const embedder = open()
    await embedder.runOnce()
    endpoint.forget()
    await publish('m3', 'Một chuyện khác hẳn.')
    await publish('m4', 'Chuyện thứ 4.')
    expect(await embedder.runOnce()).toEqual({ written: 1, refused: 0, same: 1 })
    expect(endpoint.texts).toEqual(['Mô hình m3\nMột chuyện khác hẳn.'])
  })
  it('of another model or size are all asked for, and those of the first stay until an operator drops them', async () => {
    await open().runOnce()
    endpoint.forget()
    const other = { ...endpoint.config, dimensions: 48 }
    expect(await open(other).runOnce()).toMatchObject({ written: 40 })
    expect([(await kept()).length, (await kept('stand-in@48')).length]).toEqual([40, 40])
    const report = await examine(catalogue.db, { embeddings: other })
    expect(report.vectors).toEqual({ model: 'stand-in@48', vectors: 40, waiting: 0, refused: [], others: [{ model: 'stand-in', vectors: 40 }] })
    expect(tell(report)).toContain('Vectors of stand-in, which is not configured: 40. --fix drops them.')
    expect((await examine(catalogue.db, { embeddings: other, fix: true })).fixed).toEqual(['vectors of stand-in dropped'])
    expect([(await kept()).length, (await kept('stand-in@48')).length]).toEqual([0, 40])
  })
  it('go with the record, in the transaction that hides it, and come again with it', async () => {
    const embedder = open()
    await embedder.runOnce()
    await catalogue.hide('m7')
    expect(await kept()).not.toContain(idOf('m7'))
    endpoint.forget()
    await embedder.runOnce()
    expect(endpoint.texts).toEqual([])
    await catalogue.show('m7')
    await embedder.runOnce()
    expect(endpoint.texts).toEqual(['Mô hình m7\nChuyện thứ 7.'])
    expect(await kept()).toContain(idOf('m7'))
  })
  it('are never asked of a text that is not published', async () => {
    await catalogue.hide('m8')
    await sql`insert into model_revision (model_id, revision, document, content_hash, author)
      select model_id, revision + 100, jsonb_set(document::jsonb, '{summary}', '"Bản nháp chưa ai được đọc."'), 'draft', author from model_revision where model_id = ${idOf('m9')} order by revision desc limit 1`.execute(catalogue.db)
    await open().runOnce()
    expect(endpoint.texts).toHaveLength(39)
    expect(endpoint.texts.join('\n')).not.toMatch(/Bản nháp|Chuyện thứ 8\./)
    await sql`delete from model_revision where revision > 100`.execute(catalogue.db)
    await catalogue.show('m8')
  })
  it('are asked for by one process at a time', async () => {
    await becomeAsker(catalogue.db, 'stand-in', 'another', 60_000)
    expect(await open().runOnce()).toMatchObject({ written: 0 })
    expect(endpoint.calls).toEqual([])
    await sql`update embedding_lease set held_until = now() - interval '1 second'`.execute(catalogue.db)
    expect(await embedders[0]!.runOnce()).toMatchObject({ written: 40 })
    expect(await becomeAsker(catalogue.db, 'stand-in', 'another', 60_000)).toBe(false)
    await embedders[0]!.close()
    expect(await becomeAsker(catalogue.db, 'stand-in', 'another', 60_000)).toBe(true)
    await sql`delete from embedding_lease`.execute(catalogue.db)
  })
})

describe('a text that the endpoint does not take', () => {
  it('keeps no other from its vector, is remembered with the reason, tried again later, and taken when it has changed', async () => {
    endpoint.refuses = (text) => text.includes('thứ 5.') || text.includes('thứ 33.')
    const embedder = open()
    expect(await embedder.runOnce()).toMatchObject({ written: 38, refused: 2 })
    const { vectors } = await examine(catalogue.db, { embeddings: endpoint.config })
    expect(vectors).toMatchObject({ vectors: 38, waiting: 0 })
    expect(vectors.refused.map(({ id }) => id).sort()).toEqual([idOf('m5'), idOf('m33')].sort())
    expect(vectors.refused[0]!.error).toMatch(/answers 400: cannot read “Mô hình/)
    endpoint.forget()
    expect(await embedder.runOnce()).toEqual({ written: 0, refused: 0, same: 0 })
    expect(endpoint.calls).toEqual([])
    // Its pause grows each time.
    for (const least of [200, 900]) {
      await sql`update model_embedding set retry_at = now() where vector is null`.execute(catalogue.db)
      expect(await embedder.runOnce()).toMatchObject({ written: 0, refused: 2 })
      const { rows } = await sql<{ s: number }>`select extract(epoch from retry_at - now())::int as s from model_embedding where vector is null`.execute(catalogue.db)
      for (const { s } of rows) expect(s).toBeGreaterThan(least)
    }
    await publish('m5', 'Chuyện khác.')
    expect(await embedder.runOnce()).toMatchObject({ written: 1, refused: 0 })
    endpoint.refuses = () => false
    expect((await examine(catalogue.db, { embeddings: endpoint.config, fix: true })).fixed).toEqual(['1 texts without a vector are tried again'])
    expect(await embedder.runOnce()).toMatchObject({ written: 1, refused: 0 })
    expect(await kept()).toHaveLength(40)
  })
  it('loses the vector of what it said before', async () => {
    const embedder = open()
    await embedder.runOnce()
    endpoint.refuses = (text) => text.includes('điều cấm')
    await publish('m2', 'Một điều cấm.')
    expect(await embedder.runOnce()).toMatchObject({ refused: 1 })
    expect(await kept()).not.toContain(idOf('m2'))
  })
})

describe('an endpoint that fails', () => {
  it.each(['reset', 'html', 'truncated', 'nan', 'zero', 'few', { status: 400 }, { status: 401 }, { status: 429 }, { status: 500 }, { status: 503 }] as Behaviour[])('%j blames no text, and all goes on when it is well', async (behaviour) => {
    endpoint.behaviour = behaviour
    const embedder = open()
    await expect(embedder.runOnce()).rejects.toThrow()
    expect(endpoint.calls.length).toBeLessThan(10)
    expect((await examine(catalogue.db, { embeddings: endpoint.config })).vectors).toMatchObject({ vectors: 0, waiting: 40, refused: [] })
    endpoint.behaviour = 'well'
    expect(await embedder.runOnce()).toMatchObject({ written: 40 })
  })
  it('that changes the size of its vectors is not mixed with what is kept', async () => {
    const embedder = open()
    await embedder.runOnce()
    await publish('m1', 'Chuyện mới.')
    endpoint.dimensions = 50
    await expect(embedder.runOnce()).rejects.toThrow(/have 50 numbers, those kept of stand-in have 124/)
    endpoint.dimensions = 124
    expect(await embedder.runOnce()).toMatchObject({ written: 1 })
  })
  it('is told once, and asked again by itself', async () => {
    endpoint.behaviour = 'html'
    const told: string[] = []
    const note = (_: object, message: string): void => void told.push(message)
    const embedder = startEmbedder({ db: catalogue.db, config: endpoint.config, logger: { info: note, warn: note } })
    embedders.push(embedder)
    await expect.poll(() => told).toEqual(['vectors could not be brought up to the records; trying again'])
    expect(embedder.status()).toMatchObject({ written: 0, reason: expect.stringContaining('something else than JSON') })
    endpoint.behaviour = 'well'
    await expect.poll(() => told, { timeout: 20_000 }).toContain('vectors are kept up again')
    expect(await kept()).toHaveLength(40)
  })
})

describe('in memory', () => {
  it('they are what the database has, follow it, and the nearest come first', async () => {
    await publish('m1', 'Chống trộm.')
    await publish('m2', 'Phòng cháy.')
    const embedder = open()
    await embedder.runOnce()
    const store = new VectorStore(catalogue.db, endpoint.config)
    await store.ready()
    expect([store.size, store.dimensions, store.leftOut]).toEqual([40, 124, 0])
    const { embed } = await import('../../server/search/meaning/client.ts')
    const [thieves] = await embed(endpoint.config, ['voleurs'], { timeoutMs: 2000 })
    expect([...store.nearest(thieves!, { least: 0.5, most: 5 }).keys()]).toEqual([idOf('m1')])
    await publish('m2', 'Phòng trộm.')
    await catalogue.hide('m1')
    await embedder.runOnce()
    await store.refresh()
    expect(store.size).toBe(39)
    expect([...store.nearest(thieves!, { least: 0.5, most: 5 }).keys()]).toEqual([idOf('m2')])
    expect(store.nearest(thieves!.slice(1), { least: -1, most: 5 }).size).toBe(0)
    await catalogue.show('m1')
  })
  it('no more of them than there is room for', async () => {
    await open().runOnce()
    const store = new VectorStore(catalogue.db, endpoint.config, 124 * 10 + 5)
    await store.ready()
    expect([store.size, store.leftOut]).toEqual([10, 30])
  })
})
