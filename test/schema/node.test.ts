/** Identity: what was answered once can be fetched again by its id. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from './support.ts'

let world: World
beforeAll(async () => { world = await openWorld() })
afterAll(() => world.close())

const PARTS = `{
  model(slug: "camera-an-ninh") {
    id topics { id } settings { id } participants { id }
    origin { localityThen { id } }
    results(first: 3) { nodes { id } } replications(first: 3) { nodes { id } } sources(first: 3) { nodes { id } }
  }
  locality(slug: "can-tho") { id }
}`
/** Every id of an answer, in its order. */
const idsOf = (value: unknown): string[] =>
  value === null || typeof value !== 'object' ? [] : Object.entries(value).flatMap(([key, inner]) => (key === 'id' ? [inner as string] : idsOf(inner)))

describe('node and nodes', () => {
  it('give back every kind, in the order of the ids, by one statement', async () => {
    const ids = idsOf(await world.read(PARTS))
    const types = ids.map((id) => Buffer.from(id, 'base64').toString().split(':')[0])
    expect(new Set(types)).toEqual(new Set(['Model', 'Topic', 'Setting', 'Participant', 'Result', 'Replication', 'Source', 'Locality']))
    const { data, errors, statements } = await world.ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ...on Model { slug results(first: 1) { totalCount } } ...on Term { key label } ...on Locality { slug } ...on Result { creditedTo { slug } } } }`, { ids })
    expect(errors).toEqual([])
    expect(statements).toBe(1)
    expect(data.nodes.map((node: { id: string }) => node.id)).toEqual(ids)
    expect(data.nodes.map((node: { __typename: string }) => node.__typename)).toEqual(types)
    expect(data.nodes[0]).toMatchObject({ slug: 'camera-an-ninh', results: { totalCount: expect.any(Number) } })
  })
  it('one at a time answers the same', async () => {
    for (const id of idsOf(await world.read(PARTS))) expect((await world.read('query ($id: ID!) { node(id: $id) { id __typename } }', { id })).node.id).toBe(id)
  })
  it('null stands where there is nothing, and repeats repeat', async () => {
    const id = (await world.read('{ model(slug: "camera-an-ninh") { id } }')).model.id
    const none = Buffer.from('Model:00000000-0000-8000-8000-000000000000').toString('base64')
    const otherType = Buffer.from(`Result:${Buffer.from(id, 'base64').toString().split(':')[1]}`).toString('base64')
    expect((await world.read('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [none, id, otherType, id] })).nodes).toEqual([null, { id }, null, { id }])
    expect((await world.read('{ nodes(ids: []) { id } }')).nodes).toEqual([])
  })
  it('a term is found under its own kind only', async () => {
    const topic = (await world.read('{ topics { id } }')).topics[0].id
    expect((await world.read('query ($id: ID!) { node(id: $id) { id } }', { id: Buffer.from(Buffer.from(topic, 'base64').toString().replace('Topic', 'Setting')).toString('base64') })).node).toBeNull()
  })
})

describe('records that are not published', () => {
  it('are gone from every way in: lists, counts, relations, node', async () => {
    const slug = 'cau-lac-bo-huong-thien'
    const before = await world.read(`{ models { totalCount } model(slug: "${slug}") { id results(first: 1) { nodes { id } } sources(first: 100) { nodes { id } } } }`)
    const ids = [before.model.id, before.model.results.nodes[0].id]
    for (const state of ['ARCHIVED', 'MERGED', 'REJECTED']) {
      await sql`update model_record set editorial_state = ${state} where slug = ${slug}`.execute(world.db)
      const after = await world.read(`query ($ids: [ID!]!) { models { totalCount } model(slug: "${slug}") { id } nodes(ids: $ids) { id } there: models(filter: { originLocalityIn: ["hau-giang"] }, first: 100) { nodes { slug } } }`, { ids })
      expect(after).toMatchObject({ models: { totalCount: before.models.totalCount - 1 }, model: null, nodes: [null, null] })
      expect(after.there.nodes).not.toContainEqual({ slug })
    }
    await sql`update model_record set editorial_state = 'PUBLISHED' where slug = ${slug}`.execute(world.db)
    expect((await world.read('{ models { totalCount } }')).models.totalCount).toBe(before.models.totalCount)
  })
  it('leave no trace in the credits of a result that they share', async () => {
    const owner = await sql<{ slug: string; other: string; result: string }>`
      select m.slug, o.slug as other, c.result_id as result from result r join model m on m.id = r.model_id join result_credit c on c.result_id = r.id and c.model_id <> r.model_id join model o on o.id = c.model_id limit 1`.execute(world.db)
    const { slug, other, result } = owner.rows[0]!
    const id = Buffer.from(`Result:${result}`).toString('base64')
    const READ = `query ($id: ID!) { node(id: $id) { ... on Result { creditedTo { slug } } } other: model(slug: "${other}") { results(first: 100) { nodes { id } } } }`
    const shown = await world.read(READ, { id })
    expect(shown.node.creditedTo.map((model: { slug: string }) => model.slug)).toEqual(expect.arrayContaining([slug, other]))
    expect(shown.other.results.nodes).toContainEqual({ id })
    await sql`update model_record set editorial_state = 'ARCHIVED' where slug = ${other}`.execute(world.db)
    expect((await world.read(READ, { id })).node.creditedTo.map((model: { slug: string }) => model.slug)).not.toContain(other)
    await sql`update model_record set editorial_state = 'PUBLISHED' where slug = ${other}`.execute(world.db)
    await sql`update model_record set editorial_state = 'ARCHIVED' where slug = ${slug}`.execute(world.db)
    const hidden = await world.read(READ, { id })
    expect(hidden.node).toBeNull()
    expect(hidden.other.results.nodes).not.toContainEqual({ id })
    await sql`update model_record set editorial_state = 'PUBLISHED' where slug = ${slug}`.execute(world.db)
  })
  it('an old slug answers with the record it went into', async () => {
    await sql`insert into slug_redirect (slug, model_id) select 'ten-cu-cua-no', id from model where slug = 'camera-an-ninh'`.execute(world.db)
    expect((await world.read('{ model(slug: "ten-cu-cua-no") { slug } }')).model).toEqual({ slug: 'camera-an-ninh' })
    await sql`delete from slug_redirect where slug = 'ten-cu-cua-no'`.execute(world.db)
  })
})
