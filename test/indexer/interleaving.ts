/**
 * Random histories of a catalogue, its indexers and a server that misbehaves: after each, everything heals, and index and database must
 * be equal. What happens *while* a request is under way is part of the history: that is where order is lost.
 */
import { sql } from 'kysely'
import { expect } from 'vitest'
import { examine } from '../../server/indexer/doctor.ts'
import type { FakeMeilisearch } from '../support/meilisearch-fake.ts'
import { heldBy, openIndexer, settle, sorted, type Catalogue } from './support.ts'

/** A generator of the same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

export interface HistoryOptions { seed: number; steps: number; onStep?: ((step: string) => void) | undefined }

/** Plays one history. @throws when index and database differ in the end; the message tells what happened */
export async function playHistory(catalogue: Catalogue, fake: FakeMeilisearch, { seed, steps, onStep }: HistoryOptions): Promise<void> {
  const random = randomOf(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const chance = (p: number): boolean => random() < p
  const told: string[] = []
  const note = (step: string): void => { told.push(step); onStep?.(step) }
  const { db } = catalogue
  let workers = [openIndexer(db, fake.config), openIndexer(db, fake.config)]
  let restore: (() => void) | undefined
  // A process does one thing after the other: it can be overtaken by another, never by itself.
  const busy = new Set<number>()

  const change = async (): Promise<void> => {
    const key = pick(KEYS)
    const how = pick(['publish', 'publish', 'hide', 'show'] as const)
    note(`${how} ${key}`)
    await catalogue[how](key)
  }
  const run = async (which: number): Promise<void> => {
    if (busy.has(which)) return
    note(`worker ${which}`)
    busy.add(which)
    await workers[which]!.runOnce().then(({ applied, rebuilt }) => note(`  worker ${which} applied ${applied}${rebuilt ? ', rebuilt' : ''}`), (error: unknown) => note(`  worker ${which} failed: ${String(error).slice(0, 90)}`))
    busy.delete(which)
  }
  // While a worker's request is under way: changes, time, another worker, and requests that die or come too late.
  fake.intercept = async (request, response) => {
    const writes = request.method === 'POST' && request.url!.includes('/documents')
    if (chance(writes ? 0.4 : 0.05)) await change()
    if (writes && chance(0.05)) {
      note('  the answer is lost, though the request arrives')
      response.end = (() => { request.socket.destroy(); return response }) as never
      return false
    }
    if (writes && chance(0.08) && busy.size === 1) {
      note('  the request is late: another worker takes over before it arrives')
      await catalogue.passTime()
      await run(busy.has(0) ? 1 : 0)
      return false
    }
    if (chance(0.04)) {
      const how = pick(['reset', 'error 500', 'html', 'truncated'] as const)
      note(`  ${how} on ${request.method} ${request.url!.slice(0, 40)}`)
      if (how === 'reset') request.socket.destroy()
      else if (how === 'error 500') response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"boom","code":"internal","type":"internal","link":"x"}')
      else if (how === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>It works!</h1>')
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"taskUid":1')
      return true
    }
    return false
  }
  fake.onTask = ({ type }) => {
    if (type !== 'documentAdditionOrUpdate' || !chance(0.1)) return undefined
    note('  the task fails')
    return pick([{ code: 'internal', type: 'internal' }, { code: 'no_space_left_on_device', type: 'system' }, { code: 'io_error', type: 'system' }])
  }

  const actions: [number, string, () => void | Promise<void>][] = [
    [40, 'change', change],
    [24, 'run', () => run(chance(0.5) ? 0 : 1)],
    [6, 'both', async () => void (await Promise.all([run(0), run(1)]))],
    [5, 'time', () => { note('time passes'); return catalogue.passTime() }],
    [3, 'crash', () => { note('worker 0 dies and starts again'); workers = [openIndexer(db, fake.config), workers[1]!] }],
    [2, 'wipe', () => { note('the server is wiped'); fake.wipe() }],
    [3, 'snapshot', () => { note('a snapshot is taken'); restore = fake.snapshot() }],
    [2, 'restore', () => { if (restore) { note('the snapshot is put back'); restore(); restore = undefined } }],
    [2, 'stranger', async () => {
      const index = await catalogue.servingIndex()
      if (index === undefined || !fake.indexes().includes(index)) return
      note('somebody deletes half of the documents by hand')
      const ids = [...fake.documents(index).keys()].filter(() => chance(0.5))
      await fetch(`${fake.config.url}/indexes/${index}/documents/delete-batch`, { method: 'POST', headers: { authorization: `Bearer ${fake.config.adminKey}` }, body: JSON.stringify(ids) }).catch(() => undefined)
    }],
    [2, 'replay', async () => {
      note('everything is enqueued again')
      await sql`insert into outbox (target, kind, record_id) select i.target, 'model', r.id from model_record r cross join search_index i where i.state = 'SERVING' order by random() on conflict do nothing`.execute(db)
    }],
    [2, 'stall', () => { fake.isStalled = false; note('tasks go on') }],
  ]
  const sum = actions.reduce((total, [weight]) => total + weight, 0)
  try {
    for (let step = 0; step < steps; step += 1) {
      let at = random() * sum
      for (const [weight, , act] of actions) {
        at -= weight
        if (at <= 0) {
          await act()
          break
        }
      }
    }
    note('everything heals')
    fake.intercept = undefined
    fake.onTask = undefined
    await settle(catalogue, workers[0]!)
    const index = (await catalogue.servingIndex())!
    expect(sorted(await heldBy(fake.config, index))).toEqual(sorted(await catalogue.published()))
    expect(await examine(db, { meili: fake.config })).toMatchObject({ isHealthy: true, outbox: { waiting: 0 }, meilisearch: { missing: [], stale: [], extra: [], settingsDrift: [], problem: null } })
    expect(fake.indexes()).toEqual([index])
  } catch (error) {
    if (error instanceof Error) error.message = `history ${seed}: ${error.message}\n${told.slice(-60).join('\n')}`
    throw error
  } finally {
    fake.intercept = undefined
    fake.onTask = undefined
    for (const worker of workers) await worker.close()
  }
}
