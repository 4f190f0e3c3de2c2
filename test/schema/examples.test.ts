/** Every operation of client-examples/queries, run as it stands, and what its answer must say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type OperationDefinitionNode, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from './support.ts'

const FOLDER = fileURLToPath(new URL('../../client-examples/queries/', import.meta.url))
const names = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql')).map((file) => file.replace('.graphql', ''))
const documentOf = (name: string): string => readFileSync(`${FOLDER}${name}.graphql`, 'utf8')
const variablesOf = (name: string): Record<string, unknown> => (existsSync(`${FOLDER}${name}.json`) ? JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) : {})

let world: World
beforeAll(async () => {
  world = await openWorld()
  // The words of the catalogue are read once per process, as a server does when it starts.
  await world.read('{ suggestions(query: "a") { text } }')
})
afterAll(() => world.close())

type Body = any
/** What each answer must say. */
const EXPECTED: Record<string, (data: Body) => void | Promise<void>> = {
  'model-page': ({ model }) => {
    expect(model).toMatchObject({
      slug: 'cau-lac-bo-huong-thien', url: 'https://mo-hinh.example.vn/models/cau-lac-bo-huong-thien', name: 'Câu lạc bộ Hướng thiện', operationalStatus: 'ACTIVE',
      aliases: [{ name: 'CLB Hướng thiện' }], topics: [{ key: 'reintegration', label: 'Tái hòa nhập cộng đồng' }, { key: 'crime-prevention' }],
      origin: { placeAsWritten: expect.stringContaining('xã Thuận Hưng'), startedOn: '2012', initiator: 'Công an xã Thuận Hưng', localityThen: { fullName: 'Xã Thuận Hưng', validUntil: '2025-07-01' }, localitiesNow: [{ isWhole: true, locality: { fullName: 'Xã Xà Phiên', parent: { fullName: 'Thành phố Cần Thơ' } } }] },
      results: { totalCount: 2 }, sources: { totalCount: 3 }, recognitions: [{ level: 'MINISTRY', by: 'Bộ Công an' }],
    })
    expect(model.results.nodes.map((result: Body) => [result.value, result.qualifier])).toEqual([[26, 'EXACT'], [25, 'ABOUT']])
    for (const result of model.results.nodes) expect(result.citations[0].source.title).toBeTruthy()
  },
  'filter-models': ({ models }) => {
    expect(models.totalCount).toBeGreaterThan(0)
    expect(models.nodes).toHaveLength(Math.min(20, models.totalCount))
    for (const node of models.nodes) {
      expect(node.operationalStatus).toBe('ACTIVE')
      expect(node.topics).toContainEqual(expect.objectContaining({ key: 'traffic-safety' }))
      expect(node.settings).toContainEqual(expect.objectContaining({ key: 'school' }))
    }
    const counts = models.nodes.map((node: Body) => node.replications.totalCount)
    expect(counts).toEqual([...counts].sort((a, b) => b - a))
  },
  'models-in-my-ward': ({ locality, models }) => {
    expect(locality).toMatchObject({ fullName: 'Xã Cù Lao Dung', parent: { fullName: 'Thành phố Cần Thơ' } })
    expect(locality.predecessors.map((share: Body) => share.locality.fullName)).toContain('Xã An Thạnh 3')
    const places = models.nodes.flatMap((node: Body) => [node.origin, ...node.replications.nodes]).map((at: Body) => at.localityThen?.fullName)
    expect(places).toContain('Xã An Thạnh 3')
  },
  'find-a-place': ({ localities }) => {
    expect(localities[0]).toMatchObject({ locality: { fullName: 'Xã Xà Phiên', validUntil: null, parent: { fullName: 'Thành phố Cần Thơ' } } })
    expect(localities[0].locality.predecessors.map((share: Body) => share.locality.fullName)).toContain('Xã Thuận Hưng')
  },
  'code-then-and-now': (data) => {
    expect(data.then).toMatchObject({ fullName: 'Phường Tân An', validUntil: '2025-01-01' === data.then.validUntil ? data.then.validUntil : '2025-07-01', localitiesNow: [{ isWhole: true, locality: { fullName: 'Phường Ninh Kiều' } }] })
    expect(data.now).toMatchObject({ fullName: 'Phường Ninh Kiều', validUntil: null })
  },
  'open-a-figure': ({ model }) => {
    expect(model.results.nodes).toContainEqual(expect.objectContaining({
      value: -11.9, attribution: 'CONTEXT', localityThen: expect.objectContaining({ fullName: 'Quận Ninh Kiều' }),
      creditedTo: expect.arrayContaining(['5-trong-1-ve-giu-gin-antt', 'cam-hoa-giao-duc-doi-tuong', 'camera-an-ninh'].map((slug) => expect.objectContaining({ slug }))),
      citations: [expect.objectContaining({ source: expect.objectContaining({ title: expect.stringContaining('Ninh Kiều') }) })],
    }))
    const [figure] = model.results.nodes.filter((result: Body) => result.value === -11.9)
    expect(figure.baseline.period.from).toMatch(/^2021/)
  },
  'where-it-failed': ({ model }) => {
    expect(model.setbacks).toHaveLength(7)
    for (const setback of model.setbacks) expect(setback.citations.length).toBeGreaterThan(0)
    for (const { status } of model.replications.nodes) expect(['STOPPED', 'FAILED']).toContain(status)
  },
  'what-it-takes': ({ model }) => {
    expect(model.implementationSteps).toHaveLength(3)
    expect(model.costs).toHaveLength(7)
    expect(model.legalBases).toHaveLength(3)
    expect(model.adaptations).toHaveLength(3)
    for (const { isEditorial, citations } of model.conditions) expect(isEditorial || citations.length > 0).toBe(true)
  },
  'records-without-results': async ({ models }) => {
    const { has } = await world.read('{ has: models(filter: { hasResults: true }) { totalCount } }')
    expect(models.totalCount + has.totalCount).toBe(324)
    for (const node of models.nodes) expect(node.sources.totalCount).toBeGreaterThan(0)
  },
  'sources-that-disagree': ({ model }) => {
    const [nineteen, twenty] = [19, 20].map((value) => model.results.nodes.find((result: Body) => result.value === value))
    expect(nineteen.disputedBy.map((result: Body) => result.value)).toEqual([20])
    expect(twenty.disputedBy.map((result: Body) => result.value)).toEqual([19])
  },
  'recognised-by-ministry': ({ models }) => {
    expect(models.nodes.map((node: Body) => node.slug)).toContain('cau-lac-bo-huong-thien')
    for (const { recognitions } of models.nodes) {
      expect(recognitions.some(({ level, annulledOn }: Body) => ['MINISTRY', 'NATIONAL'].includes(level) && annulledOn === null)).toBe(true)
      for (const { citations } of recognitions) expect(citations.length).toBeGreaterThan(0)
    }
  },
  'page-forward': async ({ models }) => {
    expect(models).toMatchObject({ totalCount: 324, pageInfo: { hasNextPage: true, hasPreviousPage: false } })
    expect(models.edges).toHaveLength(25)
    const next = await world.read(documentOf('page-forward'), { first: 25, after: models.pageInfo.endCursor })
    const starts = [...models.edges, ...next.models.edges].map((edge: Body) => edge.node.origin.startedOn)
    expect(starts).toEqual([...starts].sort())
  },
  'page-backward': async ({ models }) => {
    expect(models.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const before = await world.read(documentOf('page-backward'), { last: 25, before: models.pageInfo.startCursor })
    expect(before.models.nodes.at(-1)).not.toEqual(models.nodes[0])
    expect(before.models.nodes).toHaveLength(25)
  },
  vocabularies: ({ topics, settings, participants }) => {
    expect([topics.length, settings.length, participants.length]).toEqual([20, 16, 25])
    expect(topics).toContainEqual(expect.objectContaining({ key: 'traffic-safety', label: 'Trật tự, an toàn giao thông', english: 'Traffic safety' }))
  },
  'search-without-marks': ({ searchModels }) => {
    expect(searchModels.edges[0].node.slug).toBe('cau-lac-bo-huong-thien')
    expect(searchModels.edges[0].highlights[0].fragments.filter((fragment: Body) => fragment.isMatch).map((fragment: Body) => fragment.text).join(' ')).toMatch(/Hướng\s*thiện/)
    expect(searchModels.edges[0].whyMatched.length).toBeGreaterThan(0)
  },
  'search-with-facets': async ({ searchModels }) => {
    const { filter } = variablesOf('search-with-facets') as Body
    const { models } = await world.read('query ($filter: ModelFilter) { models(filter: $filter) { totalCount } }', { filter })
    expect(searchModels.totalCount).toBe(models.totalCount)
    for (const [facet, field, value] of [['topics', 'topicIn', (f: Body) => f.term.key], ['settings', 'settingIn', (f: Body) => f.term.key], ['operationalStatuses', 'operationalStatusIn', (f: Body) => f.value], ['provinces', 'localityIn', (f: Body) => f.locality.slug]] as const) {
      for (const one of searchModels.facets[facet].slice(0, 4)) {
        const chosen = await world.read('query ($filter: ModelFilter) { searchModels(query: "", filter: $filter) { totalCount } }', { filter: { ...filter, [field]: [value(one)] } })
        expect(chosen.searchModels.totalCount).toBe(one.count)
      }
    }
  },
  'suggest-while-typing': ({ suggestions }) => {
    expect(suggestions.length).toBeGreaterThan(0)
    expect(suggestions).toContainEqual(expect.objectContaining({ kind: 'MODEL', target: expect.objectContaining({ slug: 'cau-lac-bo-huong-thien' }) }))
    for (const { text, fragments } of suggestions) expect(fragments.map((fragment: Body) => fragment.text).join('')).toBe(text)
  },
  'search-engine-state': ({ searchModels }) => expect(searchModels).toMatchObject({ engine: 'POSTGRES', isDegraded: false, totalCount: expect.any(Number) }),
  'refetch-by-id': ({ nodes }) => expect(nodes.map((node: Body) => node.__typename)).toEqual(['Model', 'Result', 'Locality', 'Topic']),
}
/** Variables that only an earlier answer can give. */
const variables = async (name: string): Promise<Record<string, unknown>> => {
  if (name !== 'refetch-by-id') return variablesOf(name)
  const { model } = await world.read('{ model(slug: "cau-lac-bo-huong-thien") { id topics { id } results(first: 1) { nodes { id } } origin { localityThen { id } } } }')
  return { ids: [model.id, model.results.nodes[0].id, model.origin.localityThen.id, model.topics[0].id] }
}

describe('client-examples/queries', () => {
  it('are all looked into here, and told in the README', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...names].sort())
    const readme = readFileSync(`${FOLDER}README.md`, 'utf8')
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  })
  it.each(names)('%s', async (name) => {
    const document = documentOf(name)
    expect(document).toMatch(/^# \S/)
    // Words of records and columns of facets stay in the process: the first search after a write reads them, which is no part of the rule.
    const given = await variables(name)
    if (/searchModels|suggestions/.test(document)) await world.ask(document, given)
    const { data, errors, statements } = await world.ask(document, given)
    expect(errors).toEqual([])
    const roots = (parse(document).definitions[0] as OperationDefinitionNode).selectionSet.selections.map((field) => (field.kind === 'Field' ? field.name.value : ''))
    const allowed = roots.reduce((sum, root) => sum + (root === 'searchModels' || root === 'suggestions' ? 2 : 1), 0)
    expect(statements).toBeGreaterThan(0)
    expect(statements).toBeLessThanOrEqual(allowed)
    await EXPECTED[name]!(data)
  })
})
