/** Keys over HTTP: made, shown once, used, listed, expired and taken back. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWellFormedKey, makeKey } from '../../server/domain/api-key/key.ts'
import { verifyAudit } from '../../server/domain/audit/verify.ts'
import { TEST_DATABASE_URL } from '../support/database.ts'
import { ADMIN_KEY, type Api, openApi } from './support.ts'

let api: Api
beforeAll(async () => { api = await openApi() })
afterAll(() => api.close())

const CREATE = `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { __typename
  ... on CreateApiKeySuccess { key apiKey { id name prefix role state createdBy expiresAt revokedAt lastUsedAt localities { slug parent { slug } } } }
  ... on ValidationError { issues { path code message } } ... on UserError { code message } } }`
const REVOKE = 'mutation($id: ID!, $reason: String) { revokeApiKey(input: { id: $id, reason: $reason }) { __typename ... on RevokeApiKeySuccess { apiKey { state revokedBy } } ... on ValidationError { issues { path message } } ... on UserError { code message } } }'
const ME = '{ viewer { name actorId role localities { slug } } }'
const create = async (input: object, key = ADMIN_KEY) => (await api.ask(CREATE, { key, variables: { input } })).body.data.createApiKey
const uuidOf = (globalId: string): string => Buffer.from(globalId, 'base64').toString().slice('ApiKey:'.length)

describe('what a key looks like', () => {
  it('random, checked, never the same', () => {
    const keys = Array.from({ length: 500 }, makeKey)
    expect(new Set(keys).size).toBe(500)
    expect(keys.every((key) => /^nr_[0-9A-Za-z]{42}$/.test(key) && isWellFormedKey(key))).toBe(true)
    // 36 letters of 62, of which 7 are shown.
    expect(Math.floor((36 - 7) * Math.log2(62))).toBeGreaterThanOrEqual(160)
  })
  it('a slip of the keyboard is told at every place', () => {
    const key = makeKey()
    for (let i = 3; i < key.length; i += 1) expect(isWellFormedKey(key.slice(0, i) + (key[i] === 'a' ? 'b' : 'a') + key.slice(i + 1)), `place ${i}`).toBe(false)
    expect(isWellFormedKey(key.slice(0, -1))).toBe(false)
  })
})

describe('createApiKey', () => {
  it('shows the key once, keeps its hash only, and says in the audit log what it is for', async () => {
    const { key, apiKey } = await create({ name: '  Công an TP Cần Thơ ', role: 'LOCALITY_OFFICER', localities: ['can-tho', '92@2024-01-01'], expiresAt: '2099-01-01T00:00:00Z' })
    expect(apiKey).toMatchObject({ name: 'Công an TP Cần Thơ', prefix: key.slice(0, 10), role: 'LOCALITY_OFFICER', state: 'ACTIVE', createdBy: 'admin', expiresAt: '2099-01-01T00:00:00.000Z', revokedAt: null, lastUsedAt: null })
    expect(apiKey.localities.map(({ slug }: { slug: string }) => slug)).toEqual(['can-tho', 'can-tho-den-2025'])
    const everything = JSON.stringify([(await sql`select * from api_key`.execute(api.database.db)).rows, (await sql`select * from audit_entry`.execute(api.database.db)).rows])
    expect(everything).not.toContain(key.slice(10))
    expect(api.log()).not.toContain(key.slice(10))
    const entry = await api.database.db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow()
    expect([entry.action, entry.actor_id, entry.actor_role, entry.record_kind]).toEqual(['API_KEY_CREATED', 'admin', 'ADMIN', 'api_key'])
    expect(JSON.parse(entry.payload!)).toEqual({ actorName: 'ADMIN_KEY', reason: null, details: { name: 'Công an TP Cần Thơ', role: 'LOCALITY_OFFICER', localities: ['can-tho', 'can-tho-den-2025'], expiresAt: '2099-01-01T00:00:00.000Z' } })
    expect((await api.ask(ME, { key })).body).toEqual({ data: { viewer: { name: 'Công an TP Cần Thơ', actorId: expect.stringMatching(/^key:/), role: 'LOCALITY_OFFICER', localities: [{ slug: 'can-tho' }, { slug: 'can-tho-den-2025' }] } } })
  })
  it('answers with the key alone, too', async () => {
    const { body } = await api.ask('mutation { createApiKey(input: { name: "x", role: CURATOR }) { ... on CreateApiKeySuccess { key } } }', { key: ADMIN_KEY })
    expect(isWellFormedKey(body.data.createApiKey.key)).toBe(true)
  })
  it('tells everything that is wrong at once, and makes nothing', async () => {
    const count = async () => (await api.database.db.selectFrom('api_key').select(sql<number>`count(*)`.as('n')).executeTakeFirstOrThrow()).n
    const before = await count()
    expect(await create({ name: ' ', role: 'CURATOR', localities: ['x'.repeat(101)], expiresAt: '2020-01-01T00:00:00Z' })).toMatchInlineSnapshot(`
      {
        "__typename": "ValidationError",
        "code": "VALIDATION_FAILED",
        "issues": [
          {
            "code": "TOO_SMALL",
            "message": "Must not be empty.",
            "path": [
              "name",
            ],
          },
          {
            "code": "TOO_BIG",
            "message": "At most 100 characters.",
            "path": [
              "localities",
              "0",
            ],
          },
          {
            "code": "NOT_IN_FUTURE",
            "message": "Must be in the future.",
            "path": [
              "expiresAt",
            ],
          },
          {
            "code": "NOT_ALLOWED",
            "message": "Units narrow an officer’s key only; a CURATOR acts everywhere. Leave them out, or give the role LOCALITY_OFFICER.",
            "path": [
              "localities",
            ],
          },
        ],
        "message": "The input has 4 faults: name: Must not be empty. localities.0: At most 100 characters. expiresAt: Must be in the future. localities: Units narrow an officer’s key only; a CURATOR acts everywhere. Leave them out, or give the role LOCALITY_OFFICER.",
      }
    `)
    expect(await create({ name: 'x', role: 'CURATOR', localities: ['can-tho'] })).toMatchInlineSnapshot(`
      {
        "__typename": "ValidationError",
        "code": "VALIDATION_FAILED",
        "issues": [
          {
            "code": "NOT_ALLOWED",
            "message": "Units narrow an officer’s key only; a CURATOR acts everywhere. Leave them out, or give the role LOCALITY_OFFICER.",
            "path": [
              "localities",
            ],
          },
        ],
        "message": "The input has a fault: localities: Units narrow an officer’s key only; a CURATOR acts everywhere. Leave them out, or give the role LOCALITY_OFFICER.",
      }
    `)
    expect(await create({ name: 'x', role: 'LOCALITY_OFFICER' })).toMatchObject({ __typename: 'ValidationError', code: 'VALIDATION_FAILED', issues: [{ path: ['localities'], code: 'REQUIRED' }] })
    expect(await create({ name: 'x', role: 'LOCALITY_OFFICER', localities: ['can-tho', 'can-tho-thanh-pho', '99999'] })).toMatchInlineSnapshot(`
      {
        "__typename": "ValidationError",
        "code": "VALIDATION_FAILED",
        "issues": [
          {
            "code": "UNKNOWN_LOCALITY",
            "message": "Nothing is called "can-tho-thanh-pho"; nearest: "xa-thanh-phu-can-tho", "phuong-vi-thanh-can-tho", "xa-an-thanh-can-tho".",
            "path": [
              "localities",
              "1",
            ],
          },
          {
            "code": "UNKNOWN_LOCALITY",
            "message": "Nothing is called "99999"; nearest: "32248", "32244", "32236".",
            "path": [
              "localities",
              "2",
            ],
          },
        ],
        "message": "The input has 2 faults: localities.1: Nothing is called "can-tho-thanh-pho"; nearest: "xa-thanh-phu-can-tho", "phuong-vi-thanh-can-tho", "xa-an-thanh-can-tho". localities.2: Nothing is called "99999"; nearest: "32248", "32244", "32236".",
      }
    `)
    for (const name of ['a\u0000b', 'a\nb', 'x'.repeat(101)]) expect(await create({ name, role: 'ADMIN' })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['name'] }] })
    expect(await count()).toBe(before)
  })
  it('is for admins: who may not is told before the input is looked at', async () => {
    const bad = { name: '', role: 'LOCALITY_OFFICER' }
    const { key } = await api.makeKey('CURATOR')
    expect(await create(bad, key)).toEqual({ __typename: 'ForbiddenError', code: 'FORBIDDEN', message: 'This takes the role ADMIN; yours is CURATOR.' })
    const anybody = await api.ask(CREATE, { variables: { input: bad } })
    expect([anybody.code, anybody.body.data]).toEqual(['UNAUTHENTICATED', null])
    const { key: second } = await api.makeKey('ADMIN')
    expect(await create({ name: 'by the second admin', role: 'CURATOR' }, second)).toMatchObject({ __typename: 'CreateApiKeySuccess', apiKey: { createdBy: expect.stringMatching(/^key:/) } })
  })
})

describe('a key that is not good', () => {
  const said = async (key: string) => {
    const { status, code, headers, body } = await api.ask(ME, { key })
    expect([status, code, headers['www-authenticate']]).toEqual([401, 'UNAUTHENTICATED', 'Bearer'])
    expect(body.data).toBeUndefined()
    return body.errors[0].message as string
  }
  it('is told why, and reads nothing: unknown, mistyped, expired, revoked', async () => {
    expect(await said(makeKey())).toMatch(/^This key is unknown\./)
    const { key, id } = await api.makeKey('CURATOR')
    expect(await said(`${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`)).toMatch(/mistyped or cut off/)
    expect(await said(key.slice(0, 30))).toMatch(/mistyped or cut off/)
    await api.database.db.updateTable('api_key').set({ expires_at: new Date(Date.now() - 1) }).where('id', '=', uuidOf(id)).execute()
    expect(await said(key)).toMatch(/has expired/)
    const other = await api.makeKey('ADMIN')
    expect((await api.ask(ME, { key: other.key })).body.data.viewer.role).toBe('ADMIN')
    await api.revokeKey(other.id)
    expect(await said(other.key)).toMatch(/was revoked/)
    expect(api.log()).not.toContain(other.key.slice(10))
  })
  it('expires by itself', async () => {
    const { key } = await api.makeKey('CURATOR', { expiresAt: new Date(Date.now() + 1_500).toISOString() })
    expect((await api.ask(ME, { key })).status).toBe(200)
    await expect.poll(async () => (await api.ask(ME, { key })).status, { timeout: 10_000, interval: 200 }).toBe(401)
  })
})

describe('revokeApiKey', () => {
  it('says who, why and when; a second time changes nothing', async () => {
    const { key, id } = await api.makeKey('CURATOR')
    expect((await api.ask(REVOKE, { key: ADMIN_KEY, variables: { id, reason: 'thiết bị bị mất' } })).body.data.revokeApiKey).toEqual({ __typename: 'RevokeApiKeySuccess', apiKey: { state: 'REVOKED', revokedBy: 'admin' } })
    const entries = () => api.database.db.selectFrom('audit_entry').selectAll().where('record_id', '=', uuidOf(id)).orderBy('seq').execute()
    expect((await entries()).map(({ action, payload }) => [action, JSON.parse(payload!).reason])).toEqual([['API_KEY_CREATED', null], ['API_KEY_REVOKED', 'thiết bị bị mất']])
    expect((await api.ask(REVOKE, { key: ADMIN_KEY, variables: { id } })).body.data.revokeApiKey.__typename).toBe('RevokeApiKeySuccess')
    expect(await entries()).toHaveLength(2)
    expect((await api.ask(ME, { key })).status).toBe(401)
  })
  it('refuses what is no key', async () => {
    const revoke = async (id: string) => (await api.ask(REVOKE, { key: ADMIN_KEY, variables: { id } })).body.data.revokeApiKey
    expect(await revoke(Buffer.from('ApiKey:0199a4a0-0000-7000-8000-000000000000').toString('base64'))).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
    expect(await revoke('nothing')).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['id'], message: expect.stringContaining('is not the id of a record of type ApiKey') }] })
  })
})

describe('apiKeys', () => {
  it('lists all, the newest first, page by page, without what would open anything', async () => {
    const made = [await api.makeKey('CURATOR', { name: 'một' }), await api.makeKey('ADMIN', { name: 'hai' }), await api.makeKey('LOCALITY_OFFICER', { name: 'ba' })]
    const page = 'query($after: String) { apiKeys(first: 2, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes { id name state role localities { slug } } } }'
    const first = (await api.ask(page, { key: ADMIN_KEY })).body.data.apiKeys
    expect(first.nodes.map(({ name }: { name: string }) => name)).toEqual(['ba', 'hai'])
    expect(first.nodes[0].localities).toEqual([{ slug: 'can-tho' }])
    const next = (await api.ask(page, { key: ADMIN_KEY, variables: { after: first.pageInfo.endCursor } })).body.data.apiKeys
    expect(next.nodes[0].id).toBe(made[0]!.id)
    expect(next.totalCount).toBeGreaterThanOrEqual(3)
    for (const { key } of made) expect(JSON.stringify([first, next])).not.toContain(key)
    const refused = await api.ask(page, { key: made[0]!.key })
    expect([refused.code, refused.body.data]).toEqual(['FORBIDDEN', null])
  })
})

describe('when a key was used', () => {
  const lastUse = async (id: string) => (await api.database.db.selectFrom('api_key').select('last_used_at').where('id', '=', uuidOf(id)).executeTakeFirstOrThrow()).last_used_at
  it('is written after the answer, at most once a minute', async () => {
    const { key, id } = await api.makeKey('CURATOR')
    await api.ask(ME, { key })
    expect(await lastUse(id)).toBeNull()
    await api.flushUses()
    const first = await lastUse(id)
    expect(Date.now() - first!.getTime()).toBeLessThan(60_000)
    await api.ask(ME, { key })
    await api.flushUses()
    expect(await lastUse(id)).toEqual(first)
    await api.database.db.updateTable('api_key').set({ last_used_at: new Date(Date.now() - 61_000) }).where('id', '=', uuidOf(id)).execute()
    await api.ask(ME, { key })
    await api.flushUses()
    expect((await lastUse(id))!.getTime()).toBeGreaterThanOrEqual(first!.getTime())
  })
})

it('the audit log of all this is whole', async () => {
  const { entries, faults } = await verifyAudit(api.database.db)
  expect(faults).toEqual([])
  expect(entries).toBeGreaterThan(10)
  const { body } = await api.ask('{ auditVerification { isWhole entryCount anchor faults { kind entry message } } }', { key: ADMIN_KEY })
  expect(body.data.auditVerification).toMatchObject({ isWhole: true, entryCount: entries, faults: [], anchor: expect.stringMatching(/^\d+:[0-9a-f]{64}$/) })
  const bad = await api.ask('{ auditVerification(anchor: "1:abc") { isWhole } }', { key: ADMIN_KEY })
  expect(bad.code).toBe('BAD_USER_INPUT')
})

it.skipIf(!TEST_DATABASE_URL)('two admins take the same key back at once: one entry', async () => {
  const { id } = await api.makeKey('CURATOR')
  await Promise.all([api.revokeKey(id), api.revokeKey(id), api.revokeKey(id)])
  expect(await api.database.db.selectFrom('audit_entry').select('seq').where('record_id', '=', uuidOf(id)).where('action', '=', 'API_KEY_REVOKED').execute()).toHaveLength(1)
})
