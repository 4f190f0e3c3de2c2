/** The real Meilisearch dies under load, and callers only see `isDegraded`. `npm run soak` lets it die more often. */
import { afterAll, it } from 'vitest'
import { describeMeilisearch } from '../support/describe-meilisearch.ts'
import { NO_MEILISEARCH_TO_KILL, openMeilisearch, type TestMeilisearch } from '../support/meilisearch.ts'
import { killPrograms } from '../support/programs.ts'
import { playDeaths } from './search-dies.ts'
import { createPlace, startServer, type Place } from './support.ts'

describeMeilisearch('a server whose Meilisearch is killed under load', () => {
  let place: Place | undefined
  let meilisearch: TestMeilisearch | undefined
  afterAll(async () => {
    await killPrograms()
    await Promise.all([place?.drop(), meilisearch?.close()])
  })

  it('answers every call, says so, and finds it again', { timeout: 240_000 }, async () => {
    ;[place, meilisearch] = await Promise.all([createPlace('seeded'), openMeilisearch()])
    const { url, searchKey, adminKey } = meilisearch.config
    const server = await startServer(place, { MEILI_URL: url, MEILI_SEARCH_KEY: searchKey!, MEILI_ADMIN_KEY: adminKey! })
    await playDeaths(server, meilisearch, { deaths: 1 })
  })
}, NO_MEILISEARCH_TO_KILL)
