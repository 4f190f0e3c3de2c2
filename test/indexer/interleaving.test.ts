/** Some of the histories of interleaving.ts; `npm run soak` plays thousands. Each planted bug must be found by them. */
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { TaskWatch } from '../../server/indexer/inspect.ts'
import { IndexWriter } from '../../server/indexer/writer.ts'
import { openFakeMeilisearch, type FakeMeilisearch } from '../support/meilisearch-fake.ts'
import { playHistory } from './interleaving.ts'
import { openCatalogue, type Catalogue } from './support.ts'

const HISTORIES = 8
const STEPS = 40
const SEED = Number(process.env.HISTORY_SEED ?? 20_250_728)

let catalogue: Catalogue
let fake: FakeMeilisearch

beforeAll(async () => {
  ;[catalogue, fake] = await Promise.all([openCatalogue(), openFakeMeilisearch()])
})
afterAll(() => Promise.all([catalogue?.close(), fake?.close()]))
afterEach(() => vi.restoreAllMocks())

/** Plays until one fails, beginning a little before the history that is known to; which one it was. */
async function playUntilFound(from: number): Promise<number | undefined> {
  for (let i = from; i < from + 40; i += 1) {
    try {
      await playHistory(catalogue, fake, { seed: SEED + i, steps: STEPS })
    } catch {
      return i
    }
  }
  return undefined
}

describe('random histories', () => {
  it(`end with an index that equals the database (${HISTORIES} from seed ${SEED})`, async () => {
    for (let i = 0; i < HISTORIES; i += 1) await playHistory(catalogue, fake, { seed: SEED + i, steps: STEPS })
  }, 120_000)

  it('find an outbox that forgets a change made while its record was sent', async () => {
    await sql`create function forget_version() returns trigger language plpgsql as $$ begin new.version := old.version; return new; end $$`.execute(catalogue.db)
    await sql`create trigger forget_version before update on outbox for each row execute function forget_version()`.execute(catalogue.db)
    expect(await playUntilFound(29)).toBeDefined()
    await sql`drop function forget_version cascade`.execute(catalogue.db)
  }, 120_000)

  it('find a worker that is done at the 202', async () => {
    vi.spyOn(IndexWriter.prototype, 'wait').mockResolvedValue()
    expect(await playUntilFound(15)).toBeDefined()
  }, 120_000)

  it('find a worker that takes no notice of requests that arrive late', async () => {
    vi.spyOn(TaskWatch.prototype, 'check').mockResolvedValue(null)
    expect(await playUntilFound(12)).toBeDefined()
  }, 120_000)
})
