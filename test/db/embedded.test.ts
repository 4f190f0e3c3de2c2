/** The embedded database: one process at a time, what was acknowledged stays, and no statement holds up more than itself. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, describe, expect, inject, it, vi } from 'vitest'
import { openDatabase, type OpenDatabase } from '../../server/db/database.ts'
import { beginAhead, takeBegun } from '../../server/db/embedded/ahead.mjs'
import { takeLock } from '../../server/db/embedded/lock.ts'
import { ServiceUnavailableError, StartupError, TimeoutError } from '../../server/errors.ts'
import { TEST_DATABASE_URL } from '../support/database.ts'
import { killPrograms, poll, startProgram } from '../support/programs.ts'
import { copyDirectory } from '../support/templates.ts'

// A busy machine opens an embedded database in ten seconds.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'nr-embedded-'))
const opened: OpenDatabase[] = []
let number = 0
const freshDirectory = (): string => join(folder, String((number += 1)))
/** On the server's lane the templates are databases; what is embedded is tested on the other one. */
const describeEmbedded = describe.skipIf(TEST_DATABASE_URL !== undefined)

async function open(dataDir: string | null, options: { queryTimeoutMs?: number } = {}): Promise<OpenDatabase> {
  if (dataDir !== null && !existsSync(dataDir)) copyDirectory(inject('templates').migrated, dataDir)
  const database = await openDatabase({ dataDir, template: inject('templates').migrated, ...options })
  opened.push(database)
  return database
}
const refusal = (dataDir: string): Promise<Error> => openDatabase({ dataDir }).then(async ({ close }) => { await close(); throw new Error('it was opened') }, (error: Error) => error)

afterEach(async () => {
  await killPrograms()
  await Promise.all(opened.splice(0).map(({ close }) => close()))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeEmbedded('the lock', () => {
  it('refuses a second process, naming the first, and is free again after its end', async () => {
    const dataDir = freshDirectory()
    const { close } = await open(dataDir)
    expect((await refusal(dataDir)).message, 'the same process').toContain(`in use by process ${process.pid}`)
    const second = await startProgram('test/db/programs.ts', { args: ['open', dataDir] }).ended
    expect(second.code).toBe(1)
    expect(second.stdout).toBe(`refused StartupError: The embedded database in ${join(dataDir, 'postgres')} is in use by process ${process.pid}. Stop it first, ask the running server instead, or give this one another DATA_DIR.\n`)
    await close()
    expect(existsSync(join(dataDir, 'postgres.lock'))).toBe(false)
    const third = startProgram('test/db/programs.ts', { args: ['open', dataDir] })
    await third.until(/held/)
    const refused = await refusal(dataDir)
    expect(refused).toBeInstanceOf(StartupError)
    expect(refused.message).toContain(`in use by process ${third.pid}`)
    expect((await third.stop('SIGKILL')).signal).toBe('SIGKILL')
    await open(dataDir)
  })

  it('of a dead process goes to exactly one of those who want it', async () => {
    const path = join(folder, 'raced.lock')
    const dead = startProgram('test/db/programs.ts', { args: ['lock', path] })
    await dead.until(/held/)
    await dead.stop('SIGKILL')
    expect(existsSync(path)).toBe(true)
    const racers = Array.from({ length: 4 }, () => startProgram('test/db/programs.ts', { args: ['lock', path] }))
    const told = await Promise.all(racers.map((racer) => racer.until(/held|refused StartupError: .*/).then(([text]) => text)))
    expect(told.filter((text) => text === 'held')).toHaveLength(1)
    const winner = racers[told.indexOf('held')]!
    for (const text of told) if (text !== 'held') expect(text).toMatch(new RegExp(`in use by process ${winner.pid}\\b|opened by another process at this moment`))
    winner.child.stdin!.end('go\n')
    expect((await winner.ended).code).toBe(0)
    expect(readdirSync(folder).filter((name) => name.startsWith('raced.lock'))).toEqual([])
  })

  it('of a living process stays its own, however old', async () => {
    const path = join(folder, 'old.lock')
    const release = await takeLock(path, 'the directory')
    utimesSync(path, 0, 0)
    await expect(takeLock(path, 'the directory')).rejects.toThrow(`in use by process ${process.pid}`)
    release()
  })

  it.skipIf(!existsSync('/proc/self/stat'))('of a dead process whose number was given again is taken over (needs /proc)', async () => {
    const path = join(folder, 'reused.lock')
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), started: 'another boot/1' }))
    const release = await takeLock(path, 'the directory')
    release()
    expect(existsSync(path)).toBe(false)
  })

  it('of another machine, and a file that is none, are left to the person', async () => {
    const path = join(folder, 'foreign.lock')
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'another-machine', started: '' }))
    await expect(takeLock(path, 'the directory')).rejects.toThrow(`in use by process 1 on another-machine. If that machine or container is gone, delete ${path}`)
    writeFileSync(path, 'my notes')
    await expect(takeLock(path, 'the directory')).rejects.toThrow('is not a lock file of this program')
    expect(readFileSync(path, 'utf8')).toBe('my notes')
  })
})

describeEmbedded('a directory that cannot be used', () => {
  it('is a file', async () => {
    const dataDir = freshDirectory()
    writeFileSync(dataDir, '')
    expect(await refusal(dataDir)).toMatchObject({ name: 'StartupError', message: `The data directory ${dataDir} cannot be used (EEXIST). Let this user read and write it, or set DATA_DIR to another directory.` })
    expect((await refusal(join(dataDir, 'below'))).message).toContain('cannot be used (ENOTDIR)')
  })

  it.skipIf(process.getuid?.() === 0)('may not be written to (root may: skipped)', async () => {
    const dataDir = freshDirectory()
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o500)
    expect((await refusal(dataDir)).message).toMatch(/cannot be used \(EACCES\)/)
  })

  it('holds something else', async () => {
    const dataDir = freshDirectory()
    mkdirSync(join(dataDir, 'postgres'), { recursive: true })
    writeFileSync(join(dataDir, 'postgres', 'holiday.jpg'), '')
    expect(await refusal(dataDir)).toMatchObject({ name: 'StartupError', message: expect.stringMatching(/postgres exists, but holds no database\. Move it away/) })
    expect(readdirSync(dataDir)).toEqual(['postgres'])
  })

  it('was written by another version of Postgres', async () => {
    const dataDir = freshDirectory()
    mkdirSync(join(dataDir, 'postgres'), { recursive: true })
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '16\n')
    expect(await refusal(dataDir)).toMatchObject({ name: 'StartupError', message: expect.stringContaining('was written by Postgres 16; this version of the program reads 18') })
    expect(existsSync(join(dataDir, 'postgres.lock'))).toBe(false)
  })

  it('is damaged', async () => {
    const dataDir = freshDirectory()
    await (await open(dataDir)).close()
    rmSync(join(dataDir, 'postgres', 'global', 'pg_control'))
    const refused = await refusal(dataDir)
    expect(refused).toBeInstanceOf(StartupError)
    expect(refused.message).toMatch(/cannot be opened: .*restore a backup/s)
    expect(existsSync(join(dataDir, 'postgres.lock'))).toBe(false)
  })
})

describeEmbedded('kill -9', () => {
  it('in the midst of writing loses nothing that was acknowledged, and leaves no half of a transaction', async () => {
    const dataDir = freshDirectory()
    await (await open(dataDir)).close()
    for (const round of [1, 2]) {
      const writer = startProgram('test/db/programs.ts', { args: ['write', dataDir] })
      await writer.until(new RegExp(`acknowledged ${round * 40}\\n`))
      const { output } = await writer.stop('SIGKILL')
      const last = Number(output.match(/acknowledged (\d+)\n(?!.*acknowledged \d+\n)/s)![1])
      const { db, close } = await open(dataDir)
      const { rows } = await sql<{ key: string }>`select key from setting where key ~ '^\\d'`.execute(db)
      const kept = new Set(rows.map(({ key }) => key))
      for (let n = 1; n <= last; n += 1) for (const key of n % 3 === 0 ? [`${n}a`, `${n}b`] : [String(n)]) expect(kept, key).toContain(key)
      for (const key of kept) if (key.endsWith('a')) expect(kept).toContain(key.replace('a', 'b'))
      await sql`delete from setting where key ~ '^\\d'`.execute(db)
      await close()
    }
  })

  it('while the cluster is being made leaves nothing that the next start takes for one', async () => {
    const dataDir = freshDirectory()
    const maker = startProgram('test/db/programs.ts', { args: ['open', dataDir] })
    // As soon as something of it is there, and before it is whole; a machine that is too fast for this look has a marker to show at least.
    await poll(async () => readdirSync(dataDir).includes('postgres') || undefined, 'the cluster is begun', 60_000, 2)
    await maker.stop('SIGKILL')
    writeFileSync(join(dataDir, 'postgres.unfinished'), '')
    rmSync(join(dataDir, 'postgres', 'PG_VERSION'), { force: true })
    const { db } = await open(dataDir)
    await sql`select 1`.execute(db)
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.lock'])
    expect((await sql<{ n: number }>`select count(*) as n from setting`.execute(db)).rows).toEqual([{ n: 0 }])
  })
})

describeEmbedded('what a new one is made with', () => {
  it('is there when it opens, and is not run again', async () => {
    const dataDir = freshDirectory()
    const creation = 'create table made (n int); insert into made values (1)'
    for (let turn = 1; turn <= 2; turn += 1) {
      const { db, close } = await openDatabase({ dataDir, creation })
      expect((await sql<{ n: number }>`select n from made`.execute(db)).rows).toEqual([{ n: 1 }])
      await close()
    }
  })

  it('leaves no database behind when it fails', async () => {
    const dataDir = freshDirectory()
    await expect(openDatabase({ dataDir, creation: 'create table made (n int); select * from missing' })).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining('"missing" does not exist') })
    const { db } = await openDatabase({ dataDir }).then((database) => (opened.push(database), database))
    expect((await sql`select from pg_class where relname = 'made'`.execute(db)).rows).toEqual([])
  })
})

const SLOW = sql`select count(*) from generate_series(1, 1000000000)`
const DEADLINE_MS = 1_000

describeEmbedded('a statement past its deadline', () => {
  const shared = freshDirectory()

  it('is told so; what was acknowledged stays, those behind it are answered, the process was never held up', async () => {
    const { db } = await open(shared, { queryTimeoutMs: DEADLINE_MS })
    await sql`insert into setting (key, value) values ('before', '1') on conflict do nothing`.execute(db)
    let ticks = 0
    const ticking = setInterval(() => { ticks += 1 }, 10)
    const started = performance.now()
    const slow = SLOW.execute(db).then(() => undefined, (error: unknown) => error)
    const behind = Array.from({ length: 5 }, (_, n) => sql<{ n: number }>`select ${n}::int as n, (select count(*) from setting where key = 'before') as kept`.execute(db))
    const error = await slow
    const tookMs = performance.now() - started
    clearInterval(ticking)
    expect(error).toBeInstanceOf(TimeoutError)
    expect((error as Error).message).toContain(`deadline of ${DEADLINE_MS / 1000} s`)
    expect(tookMs).toBeGreaterThanOrEqual(DEADLINE_MS - 1)
    expect(tookMs).toBeLessThan(DEADLINE_MS * 3)
    expect(ticks).toBeGreaterThan(DEADLINE_MS / 10 / 3)
    expect((await Promise.all(behind)).map(({ rows }) => rows[0])).toEqual([0, 1, 2, 3, 4].map((n) => ({ n, kept: 1 })))
    await sql`insert into setting (key, value) values ('after', '1')`.execute(db)
  })

  it('ends its transaction, of which nothing stays', async () => {
    const { db } = await open(shared, { queryTimeoutMs: DEADLINE_MS })
    const work = db.transaction().execute(async (trx) => {
      await sql`insert into setting (key, value) values ('lost', '1')`.execute(trx)
      await SLOW.execute(trx)
    })
    await expect(work).rejects.toBeInstanceOf(TimeoutError)
    expect((await sql`select from setting where key = 'lost'`.execute(db)).rows).toEqual([])
  })

  it('may be told to take longer, for one transaction', async () => {
    const { db } = await open(shared, { queryTimeoutMs: DEADLINE_MS })
    // Counts until the deadline has passed by half, on a machine of any speed.
    const slower = sql<{ n: number }>`select n from (select generate_series(1, 2000000000) as n) as counted where clock_timestamp() > statement_timestamp() + ${`${DEADLINE_MS * 1.5} ms`}::interval limit 1`
    const started = performance.now()
    const { rows } = await db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = 0`.execute(trx)
      return slower.execute(trx)
    })
    expect(rows).toHaveLength(1)
    expect(performance.now() - started).toBeGreaterThan(DEADLINE_MS)
    await expect(SLOW.execute(db)).rejects.toBeInstanceOf(TimeoutError)
  })

  it('has all its time although the whole process was stopped meanwhile', async () => {
    await (await open(shared)).close()
    const asker = startProgram('test/db/programs.ts', { args: ['ask', shared] })
    await asker.until(/asked/)
    asker.child.kill('SIGSTOP')
    const stoppedAt = performance.now()
    await poll(async () => performance.now() - stoppedAt > 4_500 || undefined, 'the deadline passes')
    asker.child.kill('SIGCONT')
    expect((await asker.ended).stdout).toBe('asked\nanswered 1000000\n')
  })

  it('takes a database in memory with it: that is said, not hidden', async () => {
    const { db } = await open(null, { queryTimeoutMs: 1_000 })
    await expect(SLOW.execute(db)).rejects.toBeInstanceOf(TimeoutError)
    await expect(sql`select 1`.execute(db)).rejects.toBeInstanceOf(ServiceUnavailableError)
  })

  it('does not keep the database from closing', async () => {
    const { db, close } = await open(shared, { queryTimeoutMs: DEADLINE_MS })
    const slow = SLOW.execute(db).catch((error: unknown) => error)
    await close()
    expect(await slow).toBeInstanceOf(Error)
    expect(existsSync(join(shared, 'postgres.lock'))).toBe(false)
    await open(shared)
  })
})

describeEmbedded('a thread begun ahead', () => {
  const seen = async ({ db }: OpenDatabase): Promise<unknown> => (await sql<{ n: number }>`select 1 as n`.execute(db)).rows[0]?.n

  it.each([['rightly', true], ['wrongly', false]])('opens a new database, guessed %s', async (_, isNew) => {
    beginAhead(isNew)
    expect(await seen(await openDatabase({ dataDir: freshDirectory() }).then((database) => { opened.push(database); return database }))).toBe(1)
    expect(takeBegun(), 'it is taken once').toBeUndefined()
  })

  it('opens one that is there, though a new one was expected', async () => {
    beginAhead(true)
    const { db } = await open(freshDirectory())
    expect((await sql`select from setting limit 1`.execute(db)).rows).toBeDefined()
  })

  it('is not handed out when it has died', async () => {
    beginAhead(false)
    const held = (globalThis as unknown as Record<symbol, { terminate(): Promise<number> }>)[Symbol.for('nhan-rong.embedded-thread')]!
    await held.terminate()
    expect(takeBegun()).toBeUndefined()
    expect(await seen(await open(null))).toBe(1)
  })

  it('ends where a server is asked', async () => {
    beginAhead(false)
    await expect(openDatabase({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' })).rejects.toThrow(StartupError)
    expect(takeBegun()).toBeUndefined()
  })
})
