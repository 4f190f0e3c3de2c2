/** Filters at random, with and without a text: both engines must count alike, and each facet must keep what it promises. */
import { sql, type Kysely } from 'kysely'
import { expect } from 'vitest'
import type { Database } from '../../../server/db/tables.ts'
import { FACETS, RERANKED, type FacetName, type SearchAnswer, type SearchEngine, type SearchFilter } from '../../../server/search/engine.ts'
import { randomOf } from '../../indexer/interleaving.ts'

/** The filter that choosing a facet's value sets. */
const CHOICE: Record<FacetName, keyof SearchFilter> = {
  topics: 'topicIn', settings: 'settingIn', participants: 'participantIn', provinces: 'localityIn', operationalStatuses: 'operationalStatusIn', evidenceLevels: 'evidenceLevelIn', recognitionLevels: 'recognitionLevelIn',
}

export interface FilterMaker {
  next(): SearchFilter
  random(): number
  /** A unit as a caller names it. */
  slugOf(localityId: string): string
}

export async function makeFilters(db: Kysely<Database>, seed: number): Promise<FilterMaker> {
  const random = randomOf(seed)
  const read = async (query: ReturnType<typeof sql<{ v: string }>>) => (await query.execute(db)).rows.map(({ v }) => v)
  const values = {
    topicIn: await read(sql<{ v: string }>`select key as v from term where kind = 'TOPIC' order by 1`),
    settingIn: await read(sql<{ v: string }>`select key as v from term where kind = 'SETTING' order by 1`),
    participantIn: await read(sql<{ v: string }>`select key as v from term where kind = 'PARTICIPANT' order by 1`),
    operationalStatusIn: await read(sql<{ v: string }>`select distinct operational_status::text as v from model_search order by 1`),
    evidenceLevelIn: await read(sql<{ v: string }>`select distinct evidence_level::text as v from model_search order by 1`),
    recognitionLevelIn: await read(sql<{ v: string }>`select distinct unnest(recognition_levels)::text as v from model_search order by 1`),
  }
  const places = await read(sql<{ v: string }>`select l.slug as v from locality l where l.valid_until is null and (l.level = 'PROVINCE' or exists (select from model_place p where p.locality_id = l.id)) order by 1`)
  const slugs = new Map((await sql<{ id: string; slug: string }>`select id, slug from locality where level = 'PROVINCE'`.execute(db)).rows.map(({ id, slug }) => [id, slug]))
  const some = (of: string[]): string[] => Array.from({ length: 1 + Math.floor(random() * 3) }, () => of[Math.floor(random() * of.length)]!)
  return {
    random,
    slugOf: (id) => slugs.get(id)!,
    next() {
      const filter: Record<string, unknown> = {}
      for (const [name, list] of Object.entries(values)) if (random() < 0.22) filter[name] = some(list)
      for (const name of ['localityIn', 'originLocalityIn', 'replicatedInLocalityIn']) if (random() < 0.1) filter[name] = some(places)
      for (const name of ['hasResults', 'hasReplications', 'hasCosts']) if (random() < 0.12) filter[name] = random() < 0.5
      if (random() < 0.2) filter.startedRange = { from: random() < 0.7 ? 2005 + Math.floor(random() * 20) : null, to: random() < 0.5 ? 2015 + Math.floor(random() * 11) : null }
      return filter
    },
  }
}

/** One filter on both engines; `choices` values of its facets are chosen and counted. */
export async function checkFilter(engines: { postgres: SearchEngine; meilisearch: SearchEngine }, filter: SearchFilter, { random, slugOf }: FilterMaker, choices = 3): Promise<void> {
  const ask = (engine: SearchEngine, given: SearchFilter, facets: FacetName[] = []) => engine.search({ text: '', filter: given, offset: 0, limit: 5, facets })
  const [postgres, meilisearch] = [await ask(engines.postgres, filter, [...FACETS]), await ask(engines.meilisearch, filter, [...FACETS])]
  const told = JSON.stringify(filter)
  expect([postgres.engine, meilisearch.engine, engines.meilisearch.status().reason]).toEqual(['POSTGRES', 'MEILISEARCH', null])
  expect([told, meilisearch.total, meilisearch.facets]).toEqual([told, postgres.total, postgres.facets])
  expect([told, meilisearch.beyond.map(({ id }) => id)]).toEqual([told, postgres.beyond.map(({ id }) => id)])
  const promises = FACETS.flatMap((facet) => (postgres.facets[facet] ?? []).map((count) => ({ facet, ...count })))
  for (let i = 0; i < Math.min(choices, promises.length); i += 1) {
    const { facet, value, count } = promises[Math.floor(random() * promises.length)]!
    const chosen = { ...filter, [CHOICE[facet]]: [facet === 'provinces' ? slugOf(value) : value] }
    for (const engine of [engines.postgres, engines.meilisearch]) {
      const { total, engine: name } = await ask(engine, chosen)
      expect([told, name, facet, value, total]).toEqual([told, name, facet, value, count])
    }
  }
}

/** One text with a filter: what matches and how much of it has each value is the same on both engines, and what Postgres finds best is a candidate on Meilisearch. */
export async function checkText(engines: { postgres: SearchEngine; meilisearch: SearchEngine }, text: string, filter: SearchFilter): Promise<void> {
  const request = { text, filter, offset: 0, limit: 20, facets: [...FACETS] }
  const [postgres, meilisearch] = [await engines.postgres.search(request), await engines.meilisearch.search(request)]
  const told = JSON.stringify({ text, filter })
  expect([postgres.engine, meilisearch.engine, engines.meilisearch.status().reason]).toEqual(['POSTGRES', 'MEILISEARCH', null])
  expect([told, meilisearch.total, meilisearch.facets, meilisearch.parts]).toEqual([told, postgres.total, postgres.facets, postgres.parts])
  const placesOf = (answer: SearchAnswer): [string, number][] => answer.window.map(({ id, placed }): [string, number] => [id, placed]).sort(([a], [b]) => (a < b ? -1 : 1))
  // Either may rank more than the other has room for.
  if (postgres.total <= RERANKED && meilisearch.window.length === meilisearch.total) expect([told, ...placesOf(meilisearch)]).toEqual([told, ...placesOf(postgres)])
}
