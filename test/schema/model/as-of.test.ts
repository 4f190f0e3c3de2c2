/** Frontend story 4: `asOf` returns the version and the locality names of that date. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, NEW_MODEL, publish } from './editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())

it('reads the revision that was published at that moment, under the names of its day', async () => {
  const { db } = opened
  const draft = await as(db, AN).done('createModel', { ...NEW_MODEL, name: 'Bản cũ', origin: { locality: 'hue', placeAsWritten: 'Huế' } })
  await publish(db, draft)
  const edited = await as(db, AN).done('updateModel', { id: draft.id, expectedRevision: 1, name: 'Bản mới' })
  // As if the first had been published in 2024, and the second in 2026.
  const id = Buffer.from(draft.id, 'base64').toString().split(':')[1]
  await publish(db, edited)
  await sql`update model_revision set published_at = '2024-06-01', superseded_at = '2026-01-01' where model_id = ${id} and revision = 1`.execute(db)
  await sql`update model_revision set published_at = '2026-01-01' where model_id = ${id} and revision = 2`.execute(db)
  const read = async (asOf: string) => (await as(db, ANYBODY).read(`query ($asOf: DateTime) { model(slug: "ban-cu", asOf: $asOf) { name revision origin { localityThen { slug fullName name } localitiesNow { locality { slug fullName } } } } }`, { asOf })).model
  expect(await read('2024-05-31T00:00:00Z')).toBeNull()
  expect(await read('2024-07-01T00:00:00Z')).toEqual({ name: 'Bản cũ', revision: 1, origin: { localityThen: { slug: 'hue', fullName: 'Tỉnh Thừa Thiên Huế', name: 'Thừa Thiên Huế' }, localitiesNow: [{ locality: { slug: 'hue', fullName: 'Tỉnh Thừa Thiên Huế' } }] } })
  expect(await read('2026-02-01T00:00:00Z')).toMatchObject({ name: 'Bản mới', revision: 2, origin: { localityThen: { fullName: expect.stringMatching(/^thành phố Huế$/i) } } })
})

it('counts as today’s the units that stood on that day', async () => {
  const { db } = opened
  const draft = await as(db, AN).done('createModel', { ...NEW_MODEL, name: 'Của Hậu Giang', origin: { locality: 'hau-giang' } })
  await publish(db, draft)
  const id = Buffer.from(draft.id, 'base64').toString().split(':')[1]
  await sql`update model_revision set published_at = '2024-06-01' where model_id = ${id}`.execute(db)
  const READ = '{ origin { localitiesNow { locality { slug } } } }'
  expect(await as(db, ANYBODY).read(`{ then: model(slug: "cua-hau-giang", asOf: "2025-06-01T00:00:00Z") ${READ} now: model(slug: "cua-hau-giang") ${READ} }`)).toEqual({
    then: { origin: { localitiesNow: [{ locality: { slug: 'hau-giang' } }] } }, now: { origin: { localitiesNow: [{ locality: { slug: 'can-tho' } }] } },
  })
})
