/** One installation's life: killed in its first start, started, killed at work, started again. The catalogue is whole and there once. */
import { sql } from 'kysely'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { killPrograms } from '../support/programs.ts'
import { createPlace, isEmbedded, launch, startServer, type Place, type RunningServer } from './support.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

let place: Place
let server: RunningServer
let hashes: Record<string, string>
afterAll(async () => {
  await killPrograms()
  await place?.drop()
})

const TABLES = ['model', 'model_record', 'model_revision', 'model_search', 'result', 'result_credit', 'replication', 'recognition', 'step', 'cost', 'legal_basis', 'resource', 'condition', 'adaptation', 'lineage_fact', 'setback', 'alias', 'origin', 'model_source', 'term', 'place_review']
/** As in test/seed/seed.test.ts, which says where each number comes from. */
const COUNTS = {
  model: 324, model_record: 324, model_revision: 324, model_search: 324, result: 605, result_credit: 607, replication: 433, recognition: 90, step: 77, cost: 47, legal_basis: 48, resource: 39,
  condition: 207, adaptation: 72, lineage_fact: 45, setback: 46, alias: 262, origin: 334, model_source: 1068, term: 61, place_review: 18,
}

async function look(): Promise<{ counts: Record<string, number>; hashes: Record<string, string> }> {
  const { db, close } = await place.open()
  try {
    const counts: Record<string, number> = {}
    for (const table of TABLES) counts[table] = (await sql<{ n: number }>`select count(*)::int as n from ${sql.id(table)}`.execute(db)).rows[0]!.n
    const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema() order by 1`.execute(db)
    const found: Record<string, string> = {}
    for (const { name } of rows) found[name] = (await sql<{ hash: string }>`select count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as hash from ${sql.id(name)} as t`.execute(db)).rows[0]!.hash
    return { counts, hashes: found }
  } finally {
    await close()
  }
}

describe('an installation', () => {
  it('that is killed in its first start, while it seeds', async () => {
    place = await createPlace('empty')
    const program = launch(place)
    await program.until(/administrative units/, 180_000)
    const { output } = await program.stop('SIGKILL')
    // What takes seconds says so at once.
    if (isEmbedded) expect(output).toMatch(/a new database in .*[\s\S]*administrative units/)
    expect(output).not.toContain('serves')
  })

  it('starts whole the next time, and says where to ask what', async () => {
    server = await startServer(place)
    const output = server.output()
    expect(output).toMatch(/administrative units[\s\S]*sources[\s\S]*324 models/)
    expect(output).toMatch(/Nhân Rộng serves 324 models, ready after \d+\.\d s\./)
    expect(output).toContain(`IDE       ${server.address}/ide`)
    expect(output).toMatch(/Search {4}Postgres\n/)
    expect((await server.ask('{ models { totalCount } }')).body).toEqual({ data: { models: { totalCount: 324 } } })
    expect((await server.get('/readyz')).body).toEqual({ status: 'ready', checks: { database: 'ok', migrated: 'ok', seeded: 'ok', search: 'ok' } })
    expect((await server.get('/ide')).status).toBe(200)
  })

  it('answers the query that it printed', async () => {
    const [, url, header, body] = server.output().match(/curl (\S+) -H '([^']+)' -d '([^']+)'/)!
    const [name, value] = header!.split(': ') as [string, string]
    const { data, errors } = await (await fetch(url!, { method: 'POST', headers: { [name]: value }, body: body! })).json() as any
    expect(errors).toBeUndefined()
    expect(data.searchModels.nodes[0].name).toMatch(/^Câu lạc bộ hướng thiện$/i)
  })

  it('answers the query of its first page', async () => {
    const { EXAMPLE_QUERY } = await import('../../server/main/report.ts')
    const { body } = await server.ask(EXAMPLE_QUERY)
    expect(body.errors).toBeUndefined()
    expect(body.data.searchModels.nodes[0].origin.placeAsWritten).not.toBeNull()
    expect((await server.get('/')).body).toContain('searchModels(query: &quot;'.replaceAll('&quot;', '"'))
  })

  it('stops on SIGTERM, with everything in its tables once', async () => {
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, signal: null })
    const found = await look()
    expect(found.counts).toEqual(COUNTS)
    hashes = found.hashes
  })

  it('starts a second time without seeding again', async () => {
    server = await startServer(place)
    expect(server.output()).not.toMatch(/administrative units|sources/)
    expect(server.output()).toContain('serves 324 models')
    expect((await server.ask('{ models { totalCount } }')).body.data.models.totalCount).toBe(324)
  })

  it('that is killed while it answers starts again as it was', async () => {
    let isGoing = true
    let answers = 0
    const load = Promise.all(Array.from({ length: 4 }, async () => {
      while (isGoing) {
        await server.ask('{ models(first: 20) { nodes { name results(first: 5) { nodes { statement } } } } }').then(() => { answers += 1 }, () => { isGoing = false })
        // Some are under way when it is killed.
        if (answers === 20) server.child.kill('SIGKILL')
      }
    }))
    expect((await server.ended).signal).toBe('SIGKILL')
    await load
    server = await startServer(place)
    expect((await server.ask('{ models { totalCount } }')).body.data.models.totalCount).toBe(324)
    expect((await server.stop('SIGINT')).code).toBe(0)
    expect((await look()).hashes).toEqual(hashes)
  })

  it.skipIf(!isEmbedded)('is refused to a second server, which names the first (embedded database only)', async () => {
    server = await startServer(place)
    const { code, stderr, stdout } = await launch(place).ended
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n').at(-1)).toBe(`The embedded database in ${place.env.DATA_DIR}/postgres is in use by process ${server.pid}. Stop it first, ask the running server instead, or give this one another DATA_DIR.`)
    expect((await server.ask('{ models { totalCount } }')).status).toBe(200)
    await server.stop()
  })
})
