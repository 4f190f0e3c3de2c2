/** A query that comes again reuses its selection and its statement: whatever changes from call to call must still be what is answered. `ask` compares each with graphql-js, which reuses nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Slot, prepare, runPrepared } from '../../server/domain/statement.ts'
import { emptySelection } from '../../server/domain/selection.ts'
import type { Viewer } from '../../server/domain/viewer.ts'
import { sql } from 'kysely'
import { openWorld, type World } from './support.ts'

let world: World
beforeAll(async () => { world = await openWorld() })
afterAll(() => world.close())

describe('a query that comes again', () => {
  it('answers by the filter, the page and the facets of this call', async () => {
    const QUERY = `query ($query: String!, $filter: ModelFilter, $after: String) { searchModels(query: $query, filter: $filter, first: 3, after: $after) {
      totalCount pageInfo { endCursor } nodes { slug } edges { cursor whyMatched highlights { field fragments { text isMatch } } } facets { topics { term { key } count } provinces { locality { slug } count } } } }`
    const ask = async (variables: Record<string, unknown>) => (await world.read(QUERY, variables)).searchModels
    const all = await ask({ query: 'an ninh' })
    const [topic] = all.facets.topics
    const [province] = all.facets.provinces
    for (let round = 0; round < 2; round += 1) {
      const byTopic = await ask({ query: 'an ninh', filter: { topicIn: [topic.term.key] } })
      expect(byTopic.totalCount).toBe(topic.count)
      expect((await ask({ query: 'an ninh', filter: { localityIn: [province.locality.slug] } })).totalCount).toBe(province.count)
      expect((await ask({ query: 'an ninh', filter: { topicIn: [topic.term.key], localityIn: [province.locality.slug], operationalStatusIn: [] } })).totalCount).toBeLessThanOrEqual(byTopic.totalCount)
      expect((await ask({ query: 'an ninh', after: all.pageInfo.endCursor })).nodes.map(({ slug }: any) => slug)).not.toContain(all.nodes[0].slug)
      expect((await world.ask(QUERY, { query: 'an ninh', filter: { topicIn: ['khong-co'] } })).errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('"khong-co"') }])
      expect(await ask({ query: 'an ninh' })).toEqual(all)
    }
  })

  it('takes the variables of this call where they have a part in what is read', async () => {
    const QUERY = `query ($n: Int!, $with: Boolean!) { searchModels(query: "huong thien", first: 1) { nodes { name ...More } } models(first: 1) { nodes { slug ...More } } }
      fragment More on Model { summary @include(if: $with) results(first: $n) { nodes { id } } }`
    const results = async (n: number, isWith: boolean) => {
      const { searchModels: { nodes: [model] } } = await world.read(QUERY, { n, with: isWith })
      expect('summary' in model).toBe(isWith)
      return model.results.nodes.length
    }
    for (const [n, isWith] of [[1, true], [2, false], [1, false], [2, true], [1, true]] as const) expect(await results(n, isWith)).toBe(n)
  })
})

describe('a prepared statement', () => {
  const build = (times: { made: number }) => () => { times.made += 1; return { statement: sql`select ${new Slot('a')}::text || ${'!'} as told`, facts: times.made } }
  const run = async (viewer: Viewer, selection = emptySelection(), form = '', times = { made: 0 }) => {
    for (const a of ['x', 'y']) expect(await runPrepared(world.db, prepare(world.db, selection, { viewer }, form, build(times)), new Map([['a', a]]))).toEqual([{ told: `${a}!` }])
    return times.made
  }
  it('is made once for a selection and its form, its slots filled by each call', async () => {
    const [selection, times] = [emptySelection(), { made: 0 }]
    expect(await run(null, selection, 'one', times)).toBe(1)
    expect(await run(null, selection, 'two', times)).toBe(2)
    expect(await run(null, selection, 'one', times)).toBe(2)
    expect(await run(null, emptySelection(), 'one', times)).toBe(3)
  })
  it('is made each time for who is signed in: who they are stands in it', async () => {
    expect(await run({ id: 'a', role: 'CURATOR', localities: [] } as unknown as Viewer)).toBe(2)
  })
  it('is not run with an empty slot', async () => {
    const made = prepare(world.db, emptySelection(), { viewer: null }, '', build({ made: 0 }))
    await expect(runPrepared(world.db, made, new Map())).rejects.toThrow('slot a is empty')
  })
})
