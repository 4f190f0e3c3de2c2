/** `npm run reindex`, `npm run doctor` and `npm run worker` as a person runs them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openDatabase } from '../../server/db/database.ts'
import { migrateToLatest } from '../../server/db/migrate.ts'
import { createCatalogue, heldBy, idOf, sorted } from '../indexer/support.ts'
import { TEST_DATABASE_URL, createTestDatabase } from '../support/database.ts'
import { openFakeMeilisearch, type FakeMeilisearch } from '../support/meilisearch-fake.ts'
import { killPrograms, poll, startProgram } from '../support/programs.ts'
import { copyDirectory } from '../support/templates.ts'

const folder = mkdtempSync(join(tmpdir(), 'nhan-rong-commands-'))
let fake: FakeMeilisearch
let env: Record<string, string>

const run = async (command: string, args: string[] = [], more: Record<string, string> = {}) => {
  const { code, stdout, stderr } = await startProgram(`server/${command}.ts`, { args, env: { ...env, ...more } }).ended
  return { code, stdout, stderr }
}
/** Looks into the embedded database between two commands: it has one process at a time. */
const inside = async <T>(work: (catalogue: ReturnType<typeof createCatalogue>) => Promise<T>): Promise<T> => {
  const { db, close } = await openDatabase({ dataDir: folder })
  try {
    return await work(createCatalogue(db))
  } finally {
    await close()
  }
}

beforeAll(async () => {
  fake = await openFakeMeilisearch()
  env = { DATA_DIR: folder, MEILI_URL: fake.config.url, MEILI_SEARCH_KEY: fake.config.searchKey!, MEILI_ADMIN_KEY: fake.config.adminKey! }
  // On the other lane the templates are databases of the server.
  if (TEST_DATABASE_URL === undefined) copyDirectory(inject('templates').migrated, folder)
  await inside(async ({ db, publish }) => {
    await migrateToLatest(db)
    for (const key of ['a', 'b', 'c']) await publish(key)
  })
})
afterAll(async () => {
  await killPrograms()
  await fake?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('reindex and doctor', () => {
  it('tell what is missing, make the index, and agree then', { timeout: 120_000 }, async () => {
    const before = await run('cli/doctor')
    expect(before).toMatchObject({ code: 1, stdout: expect.stringContaining('no index serves yet'), stderr: '' })
    const made = await run('cli/reindex', ['--json'])
    expect(made.code).toBe(0)
    expect(JSON.parse(made.stdout)).toMatchObject({ postgres: { rows: 3 }, meilisearch: { documents: 3, index: fake.indexes()[0] } })
    expect(made.stderr).toMatch(/Postgres' own index: 3 records[\s\S]*Meilisearch: models__\w+ serves 3 models/)
    const after = await run('cli/doctor', ['--json'])
    expect(after.code).toBe(0)
    expect(JSON.parse(after.stdout)).toMatchObject({ isHealthy: true, published: 3, meilisearch: { documents: 3, missing: [], waiting: 0 } })
  })

  it('find differences, enqueue them with --fix, and say how it stands', { timeout: 120_000 }, async () => {
    fake.documents(fake.indexes()[0]!).delete(idOf('a'))
    await inside(({ db }) => sql`update model_search set hash = 'old' where model_id = ${idOf('b')}`.execute(db))
    const found = await run('cli/doctor')
    expect(found).toMatchObject({ code: 1 })
    expect(found.stdout).toContain(`missing: 1 (${idOf('a')})`)
    expect(found.stdout).toContain(`not as they should be: 1 (${idOf('b')})`)
    expect(found.stdout).toContain('Search and database differ.')
    const mended = await run('cli/doctor', ['--fix'])
    expect(mended).toMatchObject({ code: 0, stdout: expect.stringMatching(/Done: 1 rows of Postgres' own index written again\.[\s\S]*Done: 1 documents enqueued/) })
  })

  it('say plainly what cannot be done', { timeout: 120_000 }, async () => {
    expect(await run('cli/reindex', ['--engine', 'sphinx'])).toMatchObject({ code: 1, stderr: '--engine must be one of all, postgres, meilisearch.\n' })
    expect(await run('cli/reindex', ['--engine', 'meilisearch'], { MEILI_URL: 'http://127.0.0.1:9' })).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Meilisearch cannot be used: http:\/\/127\.0\.0\.1:9 does not answer.*\n$/) })
    expect(await run('cli/doctor', [], { DATA_DIR: join(folder, 'nothing') })).toMatchObject({ code: 1, stderr: expect.stringMatching(/^There is no database in .*nothing yet\. Start the server.*\n$/) })
    expect((await run('cli/doctor', ['--help'])).stdout).toContain('--fix')
  })

  it('refuse while the server has the embedded database', { timeout: 60_000 }, async () => {
    await inside(async () => {
      expect(await run('cli/doctor')).toMatchObject({ code: 1, stderr: expect.stringContaining('in use') })
    })
  })
})

describe('the worker', () => {
  it('refuses the embedded database, and a Postgres-only search, with what to do', { timeout: 60_000 }, async () => {
    expect(await run('worker')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('needs a real Postgres (DATABASE_URL)') })
    expect(await run('worker', [], { MEILI_URL: '', MEILI_SEARCH_KEY: '', MEILI_ADMIN_KEY: '' })).toMatchObject({ code: 1, stderr: expect.stringContaining('needs a real Postgres (DATABASE_URL)') })
  })

  it.skipIf(TEST_DATABASE_URL === undefined)('keeps an index up to date and stops on SIGTERM (needs TEST_DATABASE_URL)', async () => {
    const { db, url, close } = await createTestDatabase()
    const catalogue = createCatalogue(db)
    await catalogue.publish('a')
    const worker = startProgram('server/worker.ts', { env: { ...env, DATA_DIR: '', DATABASE_URL: url!, LOG_LEVEL: 'info' } })
    await worker.until(/is built and serves/)
    await catalogue.publish('a', 'Tên mới')
    const index = (await catalogue.servingIndex())!
    await poll(async () => (JSON.stringify(sorted(await heldBy(fake.config, index))) === JSON.stringify(sorted(await catalogue.published())) ? true : undefined), 'the change arrives')
    const { code, output } = await worker.stop()
    expect(code).toBe(0)
    expect(output).toContain('stopped')
    expect(output).not.toContain(fake.config.adminKey)
    await close()
  })
})
