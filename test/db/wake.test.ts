/** Loops that wait for work: woken at once, by this process or by another one, and asleep when there is none. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { sql } from 'kysely'
import { listenTo, notifyOthers, onWake, Sleeper, wake } from '../../server/db/wake.ts'
import { startImport } from '../../server/domain/import/job.ts'
import { startImports } from '../../server/domain/import/run.ts'
import { furnish } from '../model/small-world.ts'
import { AN } from '../schema/model/editing.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { poll } from '../support/programs.ts'
import { listening } from '../support/statements.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createTestDatabase(); await furnish(opened.db) })
afterAll(() => opened?.close())

it('a wake ends a sleep, and one that comes before it is not lost', async () => {
  const sleeper = new Sleeper()
  const slept = sleeper.sleep(3_600_000)
  sleeper.wake()
  await slept
  sleeper.wake()
  sleeper.wake()
  await sleeper.sleep(3_600_000)
  expect(await Promise.race([sleeper.sleep(3_600_000).then(() => 'woken'), new Promise((resolve) => setImmediate(resolve, 'asleep'))])).toBe('asleep')
  sleeper.wake()
})

it('wakes whoever asked, until they ask no more', () => {
  const calls: string[] = []
  const ends = ['a', 'b'].map((name) => onWake('imports', () => calls.push(name)))
  wake('imports')
  ends[0]!()
  wake('imports')
  ends[1]!()
  wake('imports')
  expect(calls).toEqual(['a', 'b', 'b'])
})

it('an import is begun at once, and asks nothing of the database while there is none', async () => {
  let statements = 0
  const counting = listening(opened.db, () => { statements += 1 })
  const runner = startImports({ db: counting })
  const content = (n: number): string => Buffer.from(`Tên mô hình;Tóm tắt\nTổ tự quản bến ${n};Giữ bến ${n}.\n`).toString('base64')
  const isDone = (id: string) => poll(async () => ((await opened.db.selectFrom('import_job').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state === 'SUCCEEDED' ? true : undefined), 'the job is done', 25_000)
  // Each would otherwise wait for the next look, half a minute later.
  for (const n of [1, 2]) await isDone(await startImport(opened.db, AN, { format: 'CSV', content: content(n) }))
  await runner.close()
  // A few for each job, and two looks for more: no sleep was so short that it looked in between.
  expect(statements).toBeLessThan(120)
  const before = statements
  wake('imports')
  await new Promise((resolve) => setImmediate(resolve))
  expect(statements).toBe(before)
})

it.runIf(process.env.TEST_DATABASE_URL)('on Postgres another process’s commit wakes this one, after the connection broke too', async () => {
  const { rows: [at] } = await sql<{ name: string }>`select current_database() as name`.execute(opened.db)
  const url = new URL(process.env.TEST_DATABASE_URL!)
  url.pathname = `/${at!.name}`
  let woken = 0
  let broke = 0
  const end = onWake('imports', () => { woken += 1 })
  const stop = listenTo(url.href, 'imports', () => { broke += 1 })
  const isWoken = async (): Promise<void> => { const before = woken; await poll(async () => (woken > before ? true : undefined), 'it is woken', 20_000) }
  // Once when it begins to listen.
  await poll(async () => (woken > 0 ? true : undefined), 'it listens', 20_000)
  let heard = isWoken()
  await opened.db.transaction().execute((trx) => notifyOthers(trx, 'imports'))
  await heard
  const undone = woken
  await opened.db.transaction().execute(async (trx) => { await notifyOthers(trx, 'imports'); throw new Error('undone') }).catch(() => undefined)
  expect(woken).toBe(undone)
  heard = isWoken()
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'nhan-rong listens' and datname = current_database()`.execute(opened.db)
  await heard
  expect(broke).toBeGreaterThan(0)
  await stop()
  end()
})
