/**
 * Worker and Meilisearch killed at random (kill -9) under a stream of changes, behind a network that fails too; then everything heals, and
 * index and database must be equal, by doctor's comparison and by one of our own.
 */
import { expect } from 'vitest'
import { examine } from '../../server/indexer/doctor.ts'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import { openFaultProxy, type Fault } from '../support/fault-proxy.ts'
import { openMeilisearch } from '../support/meilisearch.ts'
import { startThrowawayPostgres } from '../support/postgres-server.ts'
import { killPrograms, poll, startProgram, type Program } from '../support/programs.ts'
import { randomOf } from './interleaving.ts'
import { createCatalogue, heldBy, sorted } from './support.ts'

export interface KillReport { kills: { worker: number; meilisearch: number; wipes: number; faults: number }; changes: number; healedAfterMs: number }

const FAULTS: Fault[] = ['reset', 'hang', 'html', 'error', 'other', { truncate: 150 }, { delay: 3000 }]

export async function playKills({ seed, rounds, records = 60, onRound }: { seed: number; rounds: number; records?: number; onRound?: (told: string) => void }): Promise<KillReport> {
  const random = randomOf(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const [postgres, meilisearch] = [await startThrowawayPostgres(), await openMeilisearch()]
  const proxy = await openFaultProxy(meilisearch.config.url)
  const meili = { ...meilisearch.config, url: proxy.url }
  const { db, close } = await openDatabase({ databaseUrl: postgres.url })
  const report: KillReport = { kills: { worker: 0, meilisearch: 0, wipes: 0, faults: 0 }, changes: 0, healedAfterMs: 0 }
  const env = { DATABASE_URL: postgres.url, MEILI_URL: meili.url, MEILI_SEARCH_KEY: meili.searchKey!, MEILI_ADMIN_KEY: meili.adminKey!, LOG_LEVEL: 'warn' }
  const startWorker = (): Program => startProgram('server/worker.ts', { env })
  const outputs: string[] = []
  let worker: Program | undefined
  try {
    await migrateToLatest(db)
    const catalogue = createCatalogue(db)
    const keys = Array.from({ length: records }, (_, i) => `r${i}`)
    for (const key of keys) await catalogue.publish(key)
    worker = startWorker()
    await poll(async () => catalogue.servingIndex(), 'the first index serves', 60_000)

    let running = true
    let left = Promise.resolve()
    const write = async (): Promise<void> => {
      while (running) {
        await catalogue[pick(['publish', 'publish', 'hide', 'show'] as const)](pick(keys))
        report.changes += 1
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    }
    left = write()
    for (let round = 1; round <= rounds; round += 1) {
      // Somewhere in the middle of whatever goes on: counted in changes, so that a slow machine sees as much as a fast one.
      const until = report.changes + 3 + Math.floor(random() * 40)
      await poll(async () => (report.changes >= until ? true : undefined), 'changes go on', 120_000)
      const how = pick(['worker', 'worker', 'meilisearch', 'meilisearch', 'both', 'fault', 'fault', 'wipe'] as const)
      onRound?.(`round ${round} of ${rounds}: ${how}, after ${report.changes} changes`)
      if (how === 'fault') {
        proxy.fault = pick(FAULTS)
        report.kills.faults += 1
        const end = report.changes + 15
        await poll(async () => (report.changes >= end ? true : undefined), 'changes go on', 120_000)
        proxy.fault = 'pass'
        proxy.breakAll()
      }
      if (how === 'worker' || how === 'both') {
        outputs.push((await worker.stop('SIGKILL')).output)
        report.kills.worker += 1
      }
      if (how === 'meilisearch' || how === 'both') {
        await meilisearch.kill()
        report.kills.meilisearch += 1
        await meilisearch.start()
      }
      if (how === 'wipe') {
        await meilisearch.wipe()
        report.kills.wipes += 1
      }
      if (how === 'worker' || how === 'both') worker = startWorker()
    }
    running = false
    await left
    const healing = performance.now()
    const isEqual = async (): Promise<true | undefined> => {
      const index = await catalogue.servingIndex()
      if (index === undefined || (await catalogue.outbox()).some(({ isDead }) => !isDead)) return undefined
      return JSON.stringify(sorted(await heldBy(meili, index))) === JSON.stringify(sorted(await catalogue.published())) || undefined
    }
    await poll(isEqual, 'index and database are equal again', 90_000, 100)
    report.healedAfterMs = Math.round(performance.now() - healing)
    const index = (await catalogue.servingIndex())!
    expect(sorted(await heldBy(meili, index))).toEqual(sorted(await catalogue.published()))
    expect(await examine(db, { meili })).toMatchObject({ isHealthy: true, outbox: { waiting: 0, dead: [] }, meilisearch: { missing: [], stale: [], extra: [], settingsDrift: [], problem: null } })
    // It stops when it is told to.
    const stopped = await worker.stop('SIGTERM', 15_000)
    expect([stopped.code, stopped.signal]).toEqual([0, null])
    return report
  } catch (error) {
    if (error instanceof Error) error.message = `seed ${seed}: ${error.message}\n${[...outputs, worker?.output() ?? ''].join('\n---\n').slice(-6000)}`
    throw error
  } finally {
    await killPrograms()
    await close()
    await Promise.all([proxy.close(), meilisearch.close(), postgres.stop()])
  }
}
