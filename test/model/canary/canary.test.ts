/** A sample of what test/soak/canary.soak.ts plays at length, and the proof that it would find a leak on each way of reading. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type Desk, openDesk } from './desk.ts'
import { begin, playHistories } from './histories.ts'
import { findLeaks, type Leak } from './leaks.ts'
import { PATHS } from './readings.ts'
import { create, edit, merge, publishWhole, restore, step } from './steps.ts'
import { findPlanted, PLANTS, setStage, type Stage } from './planted.ts'
import { AN, as, BINH } from '../../schema/model/editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
describe('a leak that is planted is found', () => {
  let opened: TestDatabase
  let desk: Desk
  let stage: Stage
  beforeAll(async () => {
    opened = await createTestDatabase()
    desk = await openDesk(opened.db, 1)
    stage = await setStage(desk)
  })
  afterAll(() => opened?.close())

  it('and there is a plant for each way of reading', () => expect(Object.keys(PLANTS).sort()).toEqual([...PATHS].sort()))
  // One plant shows itself in many ways, and is looked at once for all of them.
  const found = new Map<string, Promise<Leak[]>>()
  const planted = (path: string): Promise<Leak[]> => {
    const [plant, about] = PLANTS[path]!
    const key = `${plant.name} ${about}`
    return found.get(key) ?? found.set(key, findPlanted(desk, stage, [plant, about])).get(key)!
  }
  it.each(Object.keys(PLANTS))('%s', async (path) => expect((await planted(path)).map((leak) => leak.path)).toContain(path))
  it('and none where none was planted', async () => { for (const about of Object.values(stage)) expect(await findLeaks(desk, about)).toEqual([]) })
})
describe('nothing leaks', () => {
  let opened: TestDatabase
  let desk: Desk
  beforeAll(async () => { opened = await createTestDatabase(); desk = await openDesk(opened.db, 2026) })
  afterAll(() => opened?.close())

  it('why a next revision was turned down: the published one that stands again is read by everybody, the reason by those who may edit', async () => {
    const record = await create(desk)
    await publishWhole(desk, record)
    await edit(desk, record)
    await step(desk, record, 'rejectModel', BINH)
    expect([record.state, await findLeaks(desk, record)]).toEqual(['PUBLISHED', []])
    const { node } = await as(opened.db, AN).read('query ($id: ID!) { node(id: $id) { ... on Model { history { nodes { reason } } } } }', { id: record.id })
    expect(node.history.nodes[0].reason).toBe(`bởi ${desk.canaries.at(-1)}`)
  })

  it('a record of an earlier history that stands again brings along the addresses of what went into it', async () => {
    const [source, target] = [await create(desk), await create(desk)]
    await publishWhole(desk, source)
    await step(desk, source, 'archiveModel', BINH)
    await restore(desk, source)
    await merge(desk, source, target)
    expect([source.state, target.state]).toEqual(['MERGED', 'DRAFT'])
    await begin(desk)
    await restore(desk, target, 1)
    await publishWhole(desk, target)
    expect([source.state, target.state, await findLeaks(desk, target)]).toEqual(['MERGED', 'PUBLISHED', []])
  })

  it('whatever is drafted, published, taken back, merged and taken apart: no word of it is read before its time, by any way', async () => {
    expect(await playHistories(desk, { steps: 120, lookEvery: 3 })).toEqual({ looks: 40 })
  })
})
