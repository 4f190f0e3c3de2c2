/** Search through the API: the promises of counts, what may be dropped, what helps when nothing is found, and models that are alike. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { retagModels } from '../../server/domain/thesaurus/retag.ts'
import { openWorld, type World } from './support.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.read('{ suggestions(query: "a") { text } }')
})
afterAll(() => world.close())

const SEARCH = `query ($query: String!, $filter: ModelFilter, $ignore: [ID!], $first: Int, $after: String) { searchModels(query: $query, filter: $filter, ignore: $ignore, first: $first, after: $after) {
  totalCount understood { id kind text meaning } relaxations { drop totalCount } correctedQuery pageInfo { endCursor hasNextPage }
  edges { score whyMatched scoreParts { name value detail } node { slug } }
  facets { topics { term { key } count } provinces { locality { slug } count } evidenceLevels { value count } }
} }`
const search = async (query: string, rest: Record<string, unknown> = {}) => (await world.read(SEARCH, { query, first: 5, ...rest })).searchModels
const slugs = (found: any): string[] => found.edges.map((edge: any) => edge.node.slug)

describe('counts', () => {
  it.each(['trộm', 'camera ở Cần Thơ', 'mô hình ở Bến Tre cũ', 'người nghiện ma túy', 'tiếng kẻng an ninh', 'women against domestic violence', 'nhà trọ công nhân An Giang'])('of facets are the totals after choosing: %s', async (query) => {
    const found = await search(query)
    expect(found.totalCount).toBeGreaterThan(0)
    for (const { term, count } of found.facets.topics.slice(0, 3)) expect((await search(query, { filter: { topicIn: [term.key] } })).totalCount).toBe(count)
    for (const { locality, count } of found.facets.provinces.slice(0, 2)) expect((await search(query, { filter: { localityIn: [locality.slug] } })).totalCount).toBe(count)
    const [topic] = found.facets.topics
    const narrowed = await search(query, { filter: { topicIn: [topic.term.key] } })
    for (const { value, count } of narrowed.facets.evidenceLevels.slice(0, 2)) expect((await search(query, { filter: { topicIn: [topic.term.key], evidenceLevelIn: [value] } })).totalCount).toBe(count)
    expect(narrowed.facets.topics).toEqual(found.facets.topics)
  })
  it('stand on every page, and the pages joined are the whole, once', async () => {
    const all = slugs(await search('camera ở Cần Thơ', { first: 100 }))
    const paged: string[] = []
    for (let after: string | null = null, more = true; more;) {
      const page: any = await search('camera ở Cần Thơ', { first: 3, after })
      paged.push(...slugs(page))
      after = page.pageInfo.endCursor
      more = page.pageInfo.hasNextPage
    }
    expect(paged).toEqual(all)
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('what was understood', () => {
  it('confines to a place with a cue, and no longer when the place is dropped', async () => {
    const found = await search('tiếng mõ ở Bến Tre')
    const [place] = found.understood.filter(({ kind }: any) => kind === 'PLACE')
    expect(place).toMatchObject({ id: 'place:ben tre', text: 'ở Bến Tre', meaning: 'Tỉnh Bến Tre (cũ); chỉ tìm ở đó' })
    const { models } = await world.read('{ models(filter: { localityIn: ["ben-tre"] }) { totalCount } }').catch(() => ({ models: null }))
    if (models) expect(found.totalCount).toBeLessThanOrEqual(models.totalCount)
    const freed = await search('tiếng mõ ở Bến Tre', { ignore: [place.id] })
    expect(freed.understood.map(({ kind }: any) => kind)).not.toContain('PLACE')
    expect(freed.totalCount).not.toBe(found.totalCount)
  })
  it('is told per hit, in Vietnamese, with the parts of the score', async () => {
    const { edges: [first] } = await search('cẩu tặc')
    expect(first.node.slug).toBe('barie-chong-trom-cho')
    expect(first.whyMatched).toContain('Nói về: trộm chó')
    const sum = first.scoreParts.reduce((total: number, { value }: any) => total + value, 0)
    expect(sum).toBeGreaterThan(0)
    expect(first.scoreParts.map(({ name }: any) => name)).toEqual(['words', 'concepts', 'likeness', 'marks', 'place', 'prior', 'like'])
  })
  it('tells a misspelt word by what was taken for it', async () => {
    const { edges, correctedQuery } = await search('truowngf học an toàn')
    expect(correctedQuery).toBe('truong học an toàn')
    const told = edges.flatMap(({ whyMatched }: any) => whyMatched).join()
    expect(told).toContain('“truong”')
    expect(told).not.toContain('truowngf')
  })
  it('never makes a search find nothing by its place', async () => {
    const found = await search('đuối nước ở Lai Châu')
    expect(found.totalCount).toBeGreaterThan(0)
  })
})

describe('nothing found', () => {
  it('names what to drop and what that gives', async () => {
    const filter = { topicIn: ['fire-safety'], settingIn: ['border'], startedRange: { to: 1950 } }
    const found = await search('ma túy', { filter })
    expect(found.totalCount).toBe(0)
    for (const { drop, totalCount } of found.relaxations) {
      const without = drop === 'query' ? await search('', { filter }) : await search('ma túy', { filter: { ...filter, [drop]: null } })
      expect(without.totalCount).toBe(totalCount)
    }
    const alone = await search('ma túy', { filter: { startedRange: { to: 1950 } } })
    expect(alone.relaxations.map(({ drop }: any) => drop)).toContain('startedRange')
  })
  it('says nothing of it when something is found', async () => expect((await search('ma túy')).relaxations).toEqual([]))
})

describe('bad input', () => {
  it.each(['" OR 1=1 --', "'; drop table model; --", 'a & b | !c <-> d:*', '-trộm +chó', '(((', '\\', 'tr\u200Bộm ch\u202Eó', '\uD800 trộm \uDFFF', '!!! ??? ...', 'x'.repeat(5000), 'trộm '.repeat(200), '１２３', '🚓🚓', '#theft', "#theft' | '"])('%j breaks nothing', async (query) => {
    const { data, errors } = await world.ask(SEARCH, { query, first: 3 })
    expect(errors).toEqual([])
    expect(data.searchModels.totalCount).toBeGreaterThanOrEqual(0)
  })
})

describe('models that are alike', () => {
  it('are given with reasons, in the one statement of the root field', async () => {
    const { data, statements } = await world.ask('{ model(slug: "tieng-keng-an-ninh") { similar(first: 3) { score reasons model { slug name } } } }')
    expect(statements).toBe(1)
    const similar = data.model.similar
    expect(similar).toHaveLength(3)
    expect(similar.map(({ score }: any) => score)).toEqual(similar.map(({ score }: any) => score).sort((a: number, b: number) => b - a))
    for (const { reasons, model } of similar) {
      expect(reasons.length).toBeGreaterThan(0)
      expect(model.slug).not.toBe('tieng-keng-an-ninh')
    }
    expect(similar.map(({ model }: any) => model.slug).some((slug: string) => slug.includes('keng') || slug.includes('mo-an-ninh'))).toBe(true)
  })
  it('refuse sizes that are not allowed', async () => {
    const { errors } = await world.ask('{ model(slug: "tieng-keng-an-ninh") { similar(first: 21) { score } } }')
    expect(errors[0]).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})

describe('the thesaurus', () => {
  it('reaches queries and records without a restart', async () => {
    const before = await search('zumbalakari')
    expect(before.understood.map(({ kind }: any) => kind)).not.toContain('PROBLEM')
    await world.db.transaction().execute(async (trx) => {
      await sql`update concept set synonyms = synonyms || array['zumbalakari', 'kỷ niệm chương'], seed_hash = null where key = 'dog-theft'`.execute(trx)
      await retagModels(trx)
    })
    await search('a')
    // The version is seen behind an answer, so the second one after the change knows it.
    await expect.poll(async () => (await search('zumbalakari')).understood.map(({ id }: any) => id)).toContain('concept:dog-theft')
    expect(slugs(await search('zumbalakari'))[0]).toBe('barie-chong-trom-cho')
  })
})
