/** Meilisearch killed twenty times under load over HTTP: 0 errors, noticed within 1 s, back within 10 s. */
import { afterAll, it } from 'vitest'
import { playDeaths } from '../main/search-dies.ts'
import { createPlace, startServer, type Place } from '../main/support.ts'
import { describeMeilisearch } from '../support/describe-meilisearch.ts'
import { NO_MEILISEARCH_TO_KILL, openMeilisearch, type TestMeilisearch } from '../support/meilisearch.ts'
import { killPrograms } from '../support/programs.ts'

const DEATHS = Number(process.env.SOAK_DEATHS ?? 20)

describeMeilisearch('a server whose Meilisearch is killed under load', () => {
  let place: Place | undefined
  let meilisearch: TestMeilisearch | undefined
  afterAll(async () => {
    await killPrograms()
    await Promise.all([place?.drop(), meilisearch?.close()])
  })

  it(`${DEATHS} times`, async () => {
    ;[place, meilisearch] = await Promise.all([createPlace('seeded'), openMeilisearch()])
    const { url, searchKey, adminKey } = meilisearch.config
    const server = await startServer(place, { MEILI_URL: url, MEILI_SEARCH_KEY: searchKey!, MEILI_ADMIN_KEY: adminKey! })
    const report = await playDeaths(server, meilisearch, { deaths: DEATHS, onDeath: (told) => process.stderr.write(`${told}\n`) })
    process.stderr.write(`${JSON.stringify(report)}\n`)
  })
}, NO_MEILISEARCH_TO_KILL)
