/** Laws of paging, for every ordering and any size: pages joined are the list, from both ends, each row once. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from './support.ts'

let world: World
beforeAll(async () => { world = await openWorld() })
afterAll(() => world.close())

interface PageOf { edges: { cursor: string; node: { id: string } }[]; pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }; totalCount: number }
const FIELDS = 'edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'
type Read = (args: string) => Promise<PageOf>

/** All rows by pages of the given sizes, in the order in which they came. */
async function walk(read: Read, sizes: readonly number[], isBackward: boolean): Promise<string[][]> {
  const pages: string[][] = []
  let cursor: string | null = null
  for (let n = 0; ; n += 1) {
    const size = sizes[n % sizes.length]!
    const page = await read(isBackward ? `last: ${size}${cursor ? `, before: "${cursor}"` : ''}` : `first: ${size}${cursor ? `, after: "${cursor}"` : ''}`)
    expect(page.edges.length).toBeLessThanOrEqual(size)
    expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null)
    expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null)
    expect(isBackward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage).toBe(cursor !== null)
    pages.push(page.edges.map(({ node }) => node.id))
    const more = isBackward ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage
    if (!more) return pages
    expect(page.edges.length).toBe(size)
    cursor = isBackward ? page.pageInfo.startCursor : page.pageInfo.endCursor
  }
}

async function obeysLaws(read: Read, sizes: readonly number[]): Promise<void> {
  const forward = (await walk(read, sizes, false)).flat()
  const backward = (await walk(read, sizes, true)).toReversed().flat()
  expect(backward).toEqual(forward)
  expect(new Set(forward).size).toBe(forward.length)
  expect((await read('first: 1')).totalCount).toBe(forward.length)
}

const sizes = fc.array(fc.integer({ min: 7, max: 100 }), { minLength: 1, maxLength: 4 })
const ordering = fc.constantFrom(...['NAME', 'STARTED_ON', 'UPDATED_AT', 'REPLICATION_COUNT'].flatMap((field) => ['ASC', 'DESC'].map((direction) => `orderBy: { field: ${field}, direction: ${direction} }`)))
const filter = fc.constantFrom('', 'filter: { topicIn: ["crime-prevention"] }', 'filter: { localityIn: ["can-tho"] }', 'filter: { startedRange: { from: 2015 } }', 'filter: { hasCosts: true }', 'filter: { startedRange: { from: 3000 } }')

describe('models', () => {
  it('pages joined are the list, from both ends', async () => {
    await fc.assert(fc.asyncProperty(ordering, filter, sizes, async (by, which, of) => {
      await obeysLaws(async (args) => (await world.read(`{ models(${by} ${which} ${args}) { ${FIELDS} } }`)).models, of)
    }), { numRuns: 20 })
  })
  it('any row’s cursor cuts the list into what stands before and after it', async () => {
    const all = (await walk(async (args) => (await world.read(`{ models(orderBy: { field: STARTED_ON } ${args}) { ${FIELDS} } }`)).models, [100], false)).flat()
    const edges = (await world.read(`{ models(orderBy: { field: STARTED_ON }, first: 100) { edges { cursor } } }`)).models.edges as { cursor: string }[]
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 50 }), async (at, size) => {
      const { cursor } = edges[at]!
      const { after, before } = await world.read(`{
        after: models(orderBy: { field: STARTED_ON }, first: ${size}, after: "${cursor}") { nodes { id } }
        before: models(orderBy: { field: STARTED_ON }, last: ${size}, before: "${cursor}") { nodes { id } }
      }`)
      const ids = (page: { nodes: { id: string }[] }) => page.nodes.map(({ id }) => id)
      expect(ids(after)).toEqual(all.slice(at + 1, at + 1 + size))
      expect(ids(before)).toEqual(all.slice(Math.max(0, at - size), at))
    }), { numRuns: 20 })
  })
  it('between two cursors lies what lies between', async () => {
    const { edges } = (await world.read('{ models(first: 30) { edges { cursor node { id } } } }')).models
    const { models } = await world.read(`{ models(first: 100, after: "${edges[4].cursor}", before: "${edges[20].cursor}") { nodes { id } } }`)
    expect(models.nodes.map((n: { id: string }) => n.id)).toEqual(edges.slice(5, 20).map((edge: PageOf['edges'][0]) => edge.node.id))
  })
})

describe('connections of a model', () => {
  it.each(['results', 'replications', 'sources'])('%s obey the same laws', async (list) => {
    const { rows } = await sql<{ slug: string }>`select m.slug from model m order by (select count(*) from ${sql.raw({ results: 'result_credit', replications: 'replication', sources: 'model_source' }[list]!)} as c where c.model_id = m.id) desc, m.slug limit 3`.execute(world.db)
    for (const { slug } of rows) {
      const read: Read = async (args) => (await world.read(`{ model(slug: "${slug}") { list: ${list}(${args}) { ${FIELDS} } } }`)).model.list
      await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 2, max: 20 }), { minLength: 1, maxLength: 3 }), (of) => obeysLaws(read, of)), { numRuns: 4 })
    }
  })
  it('rows asked for in several ways and under several aliases are the same rows', async () => {
    const { model } = await world.read(`{ model(slug: "camera-an-ninh") {
      three: results(first: 3) { nodes { id } again: nodes { statement } edges { cursor node { id } more: node { value } } }
      two: results(first: 2) { edges { node { id statement } } }
    } }`)
    const ids = model.three.nodes.map((node: { id: string }) => node.id)
    expect(ids).toHaveLength(3)
    expect(model.three.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(ids)
    expect(model.three.again).toHaveLength(3)
    expect(model.three.edges[0].more).toHaveProperty('value')
    expect(model.two.edges.map((edge: { node: { id: string; statement: string } }) => edge.node)).toEqual(ids.slice(0, 2).map((id: string, n: number) => ({ id, statement: model.three.again[n].statement })))
  })
})
