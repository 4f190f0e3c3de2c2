/** Parts of a record through the API: added, changed, taken away, each with its sources, in the next revision. Curator story 7. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, NEW_MODEL, publish } from './editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const an = () => as(opened.db, AN)
const citations = [{ source: { title: 'Quyết định khen', publisher: 'Bộ Công an' }, locator: 'Điều 1' }]

it('a result is added with its source, changed, and taken away; a fact without a source is refused', async () => {
  const draft = await an().done('createModel', { ...NEW_MODEL, name: 'Có kết quả' })
  const of = (revision: number) => ({ modelId: draft.id, expectedRevision: revision })
  expect(await an().write('addResult', { ...of(1), statement: 'Giảm', value: 5, citations: [] })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['citations'], code: 'SOURCE_REQUIRED' }] })
  expect(await an().write('addResult', { ...of(1), statement: 'Giảm', value: 5, valueMax: 2, citations })).toMatchObject({ issues: [{ code: 'INVERTED' }] })
  const added = await an().write('addResult', { ...of(1), statement: 'Giảm 5 vụ', value: 5, countingUnit: 'CASE', asOf: '2024', locality: '92', period: { from: '2024' }, citations }, 'model { revision results { nodes { id } } sources { nodes { title } } } result { id statement value localityThen { slug } period { from } citations { locator source { id title } } }')
  expect(added).toMatchObject({ model: { revision: 2, sources: { nodes: [{ title: 'Bến đò bình yên' }, { title: 'Quyết định khen' }] } }, result: { value: 5, localityThen: { slug: expect.stringMatching(/^can-tho/) }, period: { from: '2024' }, citations: [{ locator: 'Điều 1', source: { title: 'Quyết định khen' } }] } })
  const { id, citations: [{ source }] } = added.result
  expect(await an().write('updateResult', { ...of(2), id, value: 6, unit: 'vụ' }, 'result { id value unit statement }')).toMatchObject({ result: { id, value: 6, unit: 'vụ', statement: 'Giảm 5 vụ' } })
  expect(await an().write('updateResult', { ...of(2), id, value: 7 })).toMatchObject({ __typename: 'ConflictError', fields: expect.arrayContaining(['results.value']) })
  expect(await an().write('removeSource', { ...of(3), id: source.id })).toMatchObject({ issues: [{ code: 'STILL_CITED' }] })
  const other = await an().write('updateSource', { ...of(3), id: source.id, title: 'Quyết định đúng' }, 'source { title } model { revision results { nodes { citations { source { title } } } } }')
  expect(other).toMatchObject({ source: { title: 'Quyết định đúng' }, model: { results: { nodes: [{ citations: [{ source: { title: 'Quyết định đúng' } }] }] } } })
  expect(await an().write('removeResult', { ...of(4), id }, 'model { results { totalCount } }')).toMatchObject({ model: { results: { totalCount: 0 } } })
  expect(await an().write('removeResult', { ...of(5), id })).toMatchObject({ __typename: 'NotFoundError' })
})

it('curator story 7: a ministry recognition needs an issuer and a source; an annulment keeps the history', async () => {
  const draft = await an().done('createModel', { ...NEW_MODEL, name: 'Được khen' })
  const of = (revision: number) => ({ modelId: draft.id, expectedRevision: revision })
  expect(await an().write('addRecognition', { ...of(1), level: 'MINISTRY', form: 'Bằng khen', citations })).toMatchObject({ issues: [{ path: ['by'], code: 'ISSUER_REQUIRED' }] })
  expect(await an().write('addRecognition', { ...of(1), level: 'MINISTRY', by: 'Bộ Công an', form: 'Bằng khen', citations: [] })).toMatchObject({ issues: [{ path: ['citations'] }] })
  const { recognition } = await an().write('addRecognition', { ...of(1), level: 'MINISTRY', by: 'Bộ Công an', form: 'Bằng khen', date: '2024-08', citations }, 'recognition { id level by recognizedOn }')
  await publish(opened.db, { id: draft.id, revision: 2 })
  expect(await an().write('updateRecognition', { ...of(2), id: recognition.id, annulledOn: '2025' })).toMatchObject({ issues: [{ code: 'REASON_REQUIRED' }] })
  const annulled = await an().write('updateRecognition', { ...of(2), id: recognition.id, annulledOn: '2025', annulmentReason: 'Khai sai.' }, 'model { id revision }')
  await publish(opened.db, annulled.model)
  const shown = (await as(opened.db, ANYBODY).read('{ model(slug: "duoc-khen") { recognitions { by annulledOn annulmentReason } history { nodes { number diff { path after } } } } }')).model
  expect(shown.recognitions).toEqual([{ by: 'Bộ Công an', annulledOn: '2025', annulmentReason: 'Khai sai.' }])
  expect(shown.history.nodes[0].diff).toContainEqual({ path: 'recognitions.annulledOn', after: '2025' })
})

it('replications, points, aliases, relations and reviews come the same way', async () => {
  const draft = await an().done('createModel', { ...NEW_MODEL, name: 'Đủ phần' })
  const of = (revision: number) => ({ modelId: draft.id, expectedRevision: revision })
  const other = (await an().read('{ model(slug: "camera-an-ninh") { id } }')).model
  const replication = await an().write('addReplication', { ...of(1), placeAsWritten: 'tỉnh Hậu Giang', locality: 'hau-giang', status: 'STOPPED', statusReason: 'Hết kinh phí', sites: 3, citations }, 'replication { id placeAsWritten status sites localitiesNow { locality { slug } } }')
  expect(replication.replication).toMatchObject({ status: 'STOPPED', sites: 3, localitiesNow: [{ locality: { slug: 'can-tho' } }] })
  expect(await an().write('addPoint', { ...of(2), name: 'Bến Ninh Kiều', groupCount: 2, citations }, 'point { name groupCount status }')).toMatchObject({ point: { name: 'Bến Ninh Kiều', groupCount: 2, status: 'UNKNOWN' } })
  const { alias } = await an().write('addAlias', { ...of(3), name: 'Bến bình yên', usedIn: 'Cà Mau' }, 'alias { id name }')
  expect(await an().write('updateAlias', { ...of(4), id: alias.id, usedIn: null }, 'alias { name usedIn }')).toMatchObject({ alias: { name: 'Bến bình yên', usedIn: null } })
  expect(await an().write('addRelation', { ...of(5), kind: 'VARIANT_OF', model: draft.id })).toMatchObject({ issues: [{ code: 'TO_ITSELF' }] })
  expect(await an().write('addRelation', { ...of(5), kind: 'VARIANT_OF', model: other.id }, 'relation { kind model { slug } }')).toMatchObject({ relation: { kind: 'VARIANT_OF', model: { slug: 'camera-an-ninh' } } })
  expect(await an().write('recordReview', { ...of(6), cycle: 2025, decision: 'RETIRE' })).toMatchObject({ issues: [{ path: ['decisionReason'], code: 'REASON_REQUIRED' }] })
  expect(await an().write('recordReview', { ...of(6), cycle: 2025, decision: 'RETIRE', decisionReason: 'Không còn hoạt động.', class: 'C' }, 'review { cycle decision reason class }')).toMatchObject({ review: { cycle: 2025, decision: 'RETIRE', reason: 'Không còn hoạt động.', class: 'C' } })
  expect(await an().write('recordReview', { ...of(7), cycle: 2025, decision: 'CONSOLIDATE' }, 'model { reviews { cycle decision } }')).toMatchObject({ model: { reviews: [{ cycle: 2025, decision: 'CONSOLIDATE' }] } })
})
