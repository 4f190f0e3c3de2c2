/** Meilisearch counts facets over everything; what is told is capped as on Postgres. */
import { expect, it } from 'vitest'
import { COUNT_CAP } from '../../../server/search/engine.ts'
import { Lexicon } from '../../../server/search/lexicon.ts'
import { planOf } from '../../../server/search/meilisearch-plan.ts'
import type { UnderstoodQuery } from '../../../server/search/query.ts'

it('caps the counts of facets, as those of hits', () => {
  const plan = planOf('index', { isEmpty: true } as UnderstoodQuery, { text: '', filter: {}, offset: 0, limit: 1, facets: ['topics'] }, { own: new Map(), others: new Map() }, new Lexicon(1, 20_000, new Map()))
  const { facets } = plan.read([{ hits: [], facetDistribution: { topics: { rare: 3, common: COUNT_CAP + 4795 } }, estimatedTotalHits: COUNT_CAP + 1 }])
  expect(facets.topics).toEqual([{ value: 'common', count: COUNT_CAP + 1 }, { value: 'rare', count: 3 }])
})
