/** Search documents for tests. */
import type { SearchDocument } from '../../../server/search/document.ts'

export const searchDocument = (id: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  id, slug: id, revision: 1, name: id, nameKey: id, aliases: [], concepts: [], places: [], summary: '', problem: null, howItWorks: null, facts: [],
  topics: [], settings: [], participants: [], provinces: [], localities: { any: [], origin: [], replication: [] },
  operationalStatus: 'ACTIVE', evidenceLevel: 'E1', recognitionLevels: [], startedYear: null, hasResults: false, hasReplications: false, hasCosts: false, updatedAt: '2026-01-01T00:00:00.000000Z', tags: {}, openings: { longs: [], shorts: [], named: [] }, ...more,
})
