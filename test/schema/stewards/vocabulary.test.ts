/** Vocabularies and thesaurus: what a change touches is shown first; search follows without a restart; old keys lead on; the seed leaves it alone. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { seed } from '../../../seed/seed.ts'
import { KnowledgeHolder } from '../../../server/search/knowledge.ts'
import { PostgresSearch } from '../../../server/search/postgres.ts'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, NEW_MODEL, officer, publish } from '../model/editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)
const TERM = '__typename isDryRun modelCount models { slug } term { key label description synonyms deprecatedAt mergedInto ... on Topic { id } ... on Setting { id } }'
const CONCEPT = '__typename isDryRun modelCount models { slug } concept { key labelVi synonyms english broader { key } related { key } same { key } leadsTo { key } }'
const terms = async (): Promise<Record<string, any>> => Object.fromEntries((await by(ANYBODY).read('{ topics { id key label synonyms } }')).topics.map((term: any) => [term.key, term]))
const filedUnder = async (key: string) => {
  const { models, searchModels } = await by(ANYBODY).read('query ($keys: [String!]) { models(filter: { topicIn: $keys }, first: 100) { totalCount nodes { slug } } searchModels(query: "", filter: { topicIn: $keys }, first: 100) { totalCount facets { topics { count term { key } } } } }', { keys: [key] })
  expect(searchModels.totalCount).toBe(models.totalCount)
  return { total: models.totalCount, slugs: models.nodes.map(({ slug }: any) => slug), facets: searchModels.facets.topics }
}
const state = async () => (await sql`select ${sql.join(['term', 'concept', 'concept_relation', 'concept_term', 'model_search', 'model_term', 'audit_entry', 'outbox'].map((table) => sql`(select json_build_array(count(*), coalesce(sum(hashtext(t::text)::bigint), 0)) from ${sql.table(table)} as t) as ${sql.id(table)}`))}`.execute(opened.db)).rows[0]

describe('words of vocabularies', () => {
  it('are added, said otherwise, and found by what they say; a dry run tells the same and leaves nothing', async () => {
    const input = { kind: 'TOPIC', key: 'river-safety', labelVi: 'An toàn đường thủy', labelEn: 'Waterway safety', synonyms: ['bến khách ngang sông', 'Bến khách ngang sông'] }
    expect(await by(officer()).write('createTerm', input, TERM)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await by(AN).write('createTerm', { ...input, key: 'River Safety', labelVi: ' ' }, TERM)).toMatchObject({ issues: [{ path: ['key'] }, { path: ['labelVi'] }] })
    const before = await state()
    expect(await by(AN).write('createTerm', { ...input, dryRun: true }, TERM)).toMatchObject({ isDryRun: true, term: null })
    expect(await state()).toEqual(before)
    const created = await by(AN).write('createTerm', input, TERM)
    expect(created).toMatchObject({ isDryRun: false, term: { key: 'river-safety', label: 'An toàn đường thủy', synonyms: ['bến khách ngang sông'], deprecatedAt: null } })
    expect(await by(AN).write('createTerm', input, TERM)).toMatchObject({ issues: [{ path: ['key'], code: 'KEY_TAKEN' }] })
    await publish(opened.db, await by(AN).done('createModel', { ...NEW_MODEL, name: 'Mô hình trên sông', topics: ['river-safety'] }))
    expect((await filedUnder('river-safety')).slugs).toEqual(['mo-hinh-tren-song'])

    const { id } = (await terms())['river-safety']
    const change = { id, labelVi: 'Bình yên sông nước', description: 'Bến, đò, phà.', synonyms: ['phà đò lục bình'] }
    const tried = await by(AN).write('updateTerm', { ...change, dryRun: true }, TERM)
    expect(tried).toMatchObject({ isDryRun: true, models: expect.arrayContaining([{ slug: 'mo-hinh-tren-song' }]), term: { label: 'An toàn đường thủy' } })
    expect(await by(AN).write('updateTerm', change, TERM)).toMatchObject({ modelCount: tried.modelCount, models: tried.models, term: { label: 'Bình yên sông nước', description: 'Bến, đò, phà.', synonyms: ['phà đò lục bình'] } })
    expect((await by(ANYBODY).read('{ searchModels(query: "phà đò lục bình") { nodes { slug } } }')).searchModels.nodes[0]).toEqual({ slug: 'mo-hinh-tren-song' })
    expect(await by(AN).write('updateTerm', { id, description: null }, TERM)).toMatchObject({ term: { description: null, label: 'Bình yên sông nước' } })

    expect(await by(AN).write('deprecateTerm', { id, isDeprecated: true }, TERM)).toMatchObject({ term: { deprecatedAt: expect.any(String) } })
    expect((await terms())['river-safety']).toBeUndefined()
    expect((await filedUnder('river-safety')).total).toBe(1)
    expect(await by(AN).write('deprecateTerm', { id, isDeprecated: false }, TERM)).toMatchObject({ term: { deprecatedAt: null } })
  })

  it('that mean one thing become one: records, facets, filters and search follow, the old key leads on for ever', async () => {
    const all = await terms()
    const [source, target] = [all['drugs'] ?? Object.values(all)[3], all['crime-prevention']]
    const [old, kept] = [await filedUnder(source.key), await filedUnder(target.key)]
    const union = new Set([...old.slugs, ...kept.slugs])
    const other = (await by(ANYBODY).read('{ settings { id } }')).settings[0]
    expect(await by(AN).write('mergeTerms', { sourceId: source.id, targetId: other.id }, TERM)).toMatchObject({ issues: [{ path: ['targetId'], code: 'KINDS_DIFFER' }] })
    expect(await by(AN).write('mergeTerms', { sourceId: source.id, targetId: source.id }, TERM)).toMatchObject({ issues: [{ code: 'TO_ITSELF' }] })
    const before = await state()
    const tried = await by(AN).write('mergeTerms', { sourceId: source.id, targetId: target.id, dryRun: true }, TERM)
    expect(tried.modelCount).toBeGreaterThanOrEqual(old.total)
    expect(await state()).toEqual(before)
    const done = await by(AN).write('mergeTerms', { sourceId: source.id, targetId: target.id, reason: 'Một lĩnh vực.' }, TERM)
    expect(done).toMatchObject({ modelCount: tried.modelCount, term: { key: target.key, synonyms: expect.arrayContaining([source.label]) } })

    const total = (await by(ANYBODY).read('query ($keys: [String!]) { models(filter: { topicIn: $keys }) { totalCount } }', { keys: [target.key] })).models.totalCount
    for (const key of [source.key, target.key]) {
      const now = await filedUnder(key)
      expect(now.total).toBe(total)
      for (const slug of union) if (now.total <= 100) expect(now.slugs).toContain(slug)
      expect(now.facets.filter(({ term }: any) => term.key === source.key)).toEqual([])
      expect(now.facets).toContainEqual({ count: total, term: { key: target.key } })
    }
    expect(total).toBeGreaterThanOrEqual(Math.max(old.total, kept.total))
    expect((await terms())[source.key]).toBeUndefined()
    expect((await by(ANYBODY).read('query ($id: ID!) { node(id: $id) { ... on Topic { key mergedInto } } }', { id: source.id })).node).toEqual({ key: source.key, mergedInto: target.key })
    expect(await by(AN).write('updateTerm', { id: source.id, labelVi: 'x' }, TERM)).toMatchObject({ __typename: 'ConflictError', message: expect.stringContaining(target.key) })
    expect(await by(AN).write('createTerm', { kind: 'TOPIC', key: source.key, labelVi: 'x', labelEn: 'x' }, TERM)).toMatchObject({ issues: [{ code: 'KEY_TAKEN' }] })
    // What people write with the old key is filed under the one that stays; both at once, once.
    await publish(opened.db, await by(AN).done('createModel', { ...NEW_MODEL, name: 'Ghi bằng khóa cũ', topics: [source.key, target.key] }))
    expect((await by(ANYBODY).read('{ model(slug: "ghi-bang-khoa-cu") { topics { key } } }')).model.topics).toEqual([{ key: target.key }])
  })
})

describe('the thesaurus', () => {
  it('is edited, and every process understands queries by it without a restart', async () => {
    // Another process: knowledge of its own, read before.
    const elsewhere = new PostgresSearch(opened.db, new KnowledgeHolder(opened.db))
    const understands = async (text: string) => (await elsewhere.search({ text, filter: {}, offset: 0, limit: 3 })).parts.filter(({ id }) => id.startsWith('concept:')).map(({ id }) => id)
    await understands('xyz')
    const concept = (await by(ANYBODY).read('{ concepts(text: "trom cap", first: 1) { totalCount nodes { key labelVi synonyms modelCount } } }')).concepts.nodes[0]
    expect(concept.modelCount).toBeGreaterThan(0)
    expect(await understands('lủm đồ ngoài sân')).not.toContain(`concept:${concept.key}`)
    const change = { key: concept.key, synonyms: [...concept.synonyms, 'lủm đồ ngoài sân'] }
    expect(await by(officer()).write('updateConcept', change, CONCEPT)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await by(AN).write('updateConcept', { ...change, broader: ['no-such', concept.key], leadsToTermIds: [] }, CONCEPT)).toMatchObject({ issues: [{ path: ['broader', '0'], code: 'UNKNOWN_CONCEPT' }, { path: ['broader', '1'], code: 'TO_ITSELF' }] })
    expect(await by(AN).write('updateConcept', change, CONCEPT)).toMatchObject({ __typename: 'UpdateConceptSuccess', concept: { key: concept.key, synonyms: change.synonyms } })
    // The first answer tells that the thesaurus has moved; what it knows then is read behind it.
    await vi.waitFor(async () => expect(await understands('lủm đồ ngoài sân')).toContain(`concept:${concept.key}`), { timeout: 10_000, interval: 50 })
    expect((await by(ANYBODY).read('{ concepts(text: "lum do ngoai") { nodes { key } } }')).concepts.nodes).toEqual([{ key: concept.key }])
  })

  it('tags records anew, merges concepts, refuses circles, and the seed leaves it alone', async () => {
    await publish(opened.db, await by(AN).done('createModel', { ...NEW_MODEL, name: 'Vó ngựa tuần tra', howItWorks: 'Đội kỵ binh thôn đi tuần bằng ngựa thồ.' }))
    const created = await by(AN).write('createConcept', { key: 'horse-patrol', kind: 'MEANS', labelVi: 'Kỵ binh thôn', labelEn: 'Horse patrol', related: ['cam-none'] }, CONCEPT)
    expect(created).toMatchObject({ issues: [{ path: ['related', '0'] }] })
    expect(await by(AN).write('createConcept', { key: 'horse-patrol', kind: 'MEANS', labelVi: 'Kỵ binh thôn', labelEn: 'Horse patrol' }, CONCEPT)).toMatchObject({ modelCount: 1, models: [{ slug: 'vo-ngua-tuan-tra' }] })
    expect(await by(AN).write('createConcept', { key: 'pack-horse', kind: 'MEANS', labelVi: 'Ngựa thồ', labelEn: 'Pack horse', broader: ['horse-patrol'] }, CONCEPT)).toMatchObject({ modelCount: 1, concept: { broader: [{ key: 'horse-patrol' }] } })
    expect(await by(AN).write('updateConcept', { key: 'horse-patrol', broader: ['pack-horse'] }, CONCEPT)).toMatchObject({ issues: [{ code: 'CIRCLE' }] })
    const tags = async () => (await sql<{ tags: object }>`select s.tags from model_search s join model m on m.id = s.model_id where m.slug = 'vo-ngua-tuan-tra'`.execute(opened.db)).rows[0]!.tags
    expect(Object.keys(await tags())).toEqual(expect.arrayContaining(['horse-patrol', 'pack-horse']))
    const merged = await by(AN).write('mergeConcepts', { sourceKey: 'pack-horse', targetKey: 'horse-patrol' }, CONCEPT)
    expect(merged).toMatchObject({ modelCount: 1, concept: { key: 'horse-patrol', synonyms: ['Ngựa thồ'], english: ['Pack horse'], broader: [] } })
    expect(Object.keys(await tags())).not.toContain('pack-horse')
    expect((await by(ANYBODY).read('{ searchModels(query: "ngựa thồ") { nodes { slug } understood { id } } }')).searchModels).toMatchObject({ nodes: expect.arrayContaining([{ slug: 'vo-ngua-tuan-tra' }]), understood: expect.arrayContaining([{ id: 'concept:horse-patrol' }]) })
    expect(await by(AN).write('mergeConcepts', { sourceKey: 'pack-horse', targetKey: 'horse-patrol' }, CONCEPT)).toMatchObject({ __typename: 'ConflictError' })
    expect(await by(AN).write('updateConcept', { key: 'none', labelVi: 'x' }, CONCEPT)).toMatchObject({ __typename: 'NotFoundError' })
    // A concept of the seed that went into another one stays gone.
    const { nodes: [one, two] } = (await by(ANYBODY).read('{ concepts(kindIn: [PROBLEM], first: 2) { nodes { key } } }')).concepts
    await by(AN).write('mergeConcepts', { sourceKey: one.key, targetKey: two.key }, CONCEPT)
    const settled = await state()
    // Its files name keys that went into others, too.
    await seed(opened.db, { isForced: true })
    expect({ ...(await state() as object), model_search: null }).toEqual({ ...(settled as object), model_search: null })
    const gone = (await sql<{ key: string; into: string }>`select t.key, n.key as into from term t join term n on n.id = t.merged_into`.execute(opened.db)).rows[0]!
    expect((await filedUnder(gone.key)).total).toBe((await filedUnder(gone.into)).total)
    expect((await by(ANYBODY).read('{ concepts(kindIn: [PROBLEM], first: 1) { nodes { key } } }')).concepts.nodes[0].key).not.toBe(one.key)
  })
})
