/** Keys of programs and people: made, listed and taken back by administrators. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { type ApiKeyRow, listApiKeys, readApiKey } from '../server/domain/api-key/read.ts'
import { createApiKey, revokeApiKey } from '../server/domain/api-key/write.ts'
import { parseGlobalId } from '../server/domain/ids.ts'
import { assertSignedIn } from '../server/domain/viewer.ts'
import { builder } from './builder.ts'
import { ApiKeyState, Role } from './enums.ts'
import { mutationPayload } from './errors.ts'
import { connectionType, pageArgs, pageCost, toConnection } from './pagination.ts'
import { Locality } from './refs.ts'
import { infoBelow, related, selectionOf } from './select.ts'

const ApiKey = builder.objectRef<ApiKeyRow>('ApiKey').implement({
  access: 'ADMIN',
  description: 'A key that somebody calls this API with. The key itself is kept nowhere: who lost it needs a new one.',
  fields: (t) => ({
    id: t.id({ description: 'For `revokeApiKey`.', sql: ['id'], resolve: ({ id }) => encodeGlobalID('ApiKey', id) }),
    name: t.exposeString('name', { description: 'Whose it is, or what for.' }),
    prefix: t.exposeString('prefix', { description: 'How the key begins, to tell keys apart.' }),
    role: t.field({ type: Role, description: 'What its holder may do.', sql: ['role'], resolve: ({ role }) => role }),
    localities: t.field({ type: [Locality], description: 'The units that an officer’s key is for, each with all that lies in it; empty for other roles.', sql: { relation: 'localities' }, resolve: related }),
    state: t.field({ type: ApiKeyState, description: 'Whether it is still good.', sql: ['state'], resolve: ({ state }) => state }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    createdBy: t.exposeString('createdBy', { description: 'The `actorId` of whoever made it.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Until when it is good; null = until it is revoked.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was taken back; null = it was not.' }),
    revokedBy: t.exposeString('revokedBy', { nullable: true, description: 'The `actorId` of whoever took it back.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When it was used last, to the minute; null = never.' }),
  }),
})
const ApiKeyConnection = connectionType(ApiKey, 'keys')

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'What a new key should be.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Whose it is, or what for: 1 to 100 characters.' }),
    role: t.field({ type: Role, required: true, description: 'What its holder may do.' }),
    localities: t.stringList({ description: 'For LOCALITY_OFFICER, and only there: the units to write for, at least one. Slugs, `code@date` or codes.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Until when it is good; until it is revoked unless said. In the future.' }),
  }),
})
const CreateApiKeyPayload = mutationPayload<{ key: string; apiKey: ApiKeyRow }>('CreateApiKey', {
  access: 'ADMIN',
  description: 'The key was made.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The key, for `Authorization: Bearer …`. Shown now and never again.' }),
    apiKey: t.field({ type: ApiKey, description: 'What is kept of it.', resolve: ({ apiKey }) => apiKey }),
  }),
})

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which key is taken back.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its `id`.' }),
    reason: t.string({ description: 'Why, for the audit log: at most 2,000 characters.' }),
  }),
})
const RevokeApiKeyPayload = mutationPayload<{ apiKey: ApiKeyRow }>('RevokeApiKey', {
  access: 'ADMIN',
  description: 'The key opens nothing any more.',
  fields: (t) => ({ apiKey: t.field({ type: ApiKey, description: 'The key as it is now.', resolve: ({ apiKey }) => apiKey }) }),
})

builder.queryFields((t) => ({
  apiKeys: t.field({
    access: 'ADMIN', type: ApiKeyConnection,
    description: 'All keys, the newest first, those that are no longer good too. Errors: UNAUTHENTICATED, FORBIDDEN for others than admins, BAD_USER_INPUT.',
    args: pageArgs(), complexity: pageCost,
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listApiKeys(db, viewer, args, selectionOf(info)), args),
  }),
}))

builder.mutationFields((t) => ({
  createApiKey: t.field({
    access: 'ADMIN', type: CreateApiKeyPayload,
    description: 'Makes a key and shows it, once. For administrators.',
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'What it should be.' }) },
    resolve: async (_root, { input }, { db, viewer }, info) => {
      const { id, key } = await createApiKey(db, assertSignedIn(viewer), input)
      return { key, apiKey: await readApiKey(db, viewer, id, selectionOf(infoBelow(info, 'apiKey'), 'ApiKey')) }
    },
  }),
  revokeApiKey: t.field({
    access: 'ADMIN', type: RevokeApiKeyPayload,
    description: 'Takes a key back, from the next request on. Doing it twice changes nothing. For administrators.',
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input }, { db, viewer }, info) => {
      const id = parseGlobalId('id', input.id, 'ApiKey')
      await revokeApiKey(db, assertSignedIn(viewer), { id, reason: input.reason })
      return { apiKey: await readApiKey(db, viewer, id, selectionOf(infoBelow(info, 'apiKey'), 'ApiKey')) }
    },
  }),
}))
