/** The whole program with an embeddings endpoint: filled by itself, searched, told; and started without it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DIMENSIONS, openEmbeddings, type TestEmbeddings } from '../support/embeddings.ts'
import { createPlace, startServer, type Place, type RunningServer } from './support.ts'

const KEY = 'sk-c4n4ry-of-the-endpoint'
const MODELS = 324
const found = async (server: RunningServer, query: string): Promise<number> => (await server.ask(`{ searchModels(query: "${query}", first: 1) { totalCount } }`)).body.data.searchModels.totalCount
const metric = async (server: RunningServer, name: string): Promise<number> => Number((await server.get('/metrics')).body.match(new RegExp(`^${name} (.+)$`, 'm'))?.[1])

describe('a server with an embeddings endpoint', () => {
  let endpoint: TestEmbeddings
  let place: Place
  let env: Record<string, string>
  beforeAll(async () => {
    ;[endpoint, place] = await Promise.all([openEmbeddings(), createPlace('seeded')])
    env = { EMBEDDINGS_URL: endpoint.config.url, EMBEDDINGS_MODEL: 'stand-in', EMBEDDINGS_KEY: KEY, LOG_LEVEL: 'info' }
  })
  afterAll(async () => {
    await endpoint?.close()
    await place?.drop()
  })

  it('starts while it is away, and fills and finds once it is there; a second start asks for no text again', async () => {
    endpoint.shut()
    let server = await startServer(place, env)
    try {
      expect(server.output()).toContain('meaning by stand-in')
      expect(await found(server, 'voleurs nocturnes')).toBe(0)
      expect((await server.get('/readyz')).status).toBe(200)
      endpoint.open()
      await expect.poll(() => metric(server, 'semantic_vectors'), { timeout: 30_000 }).toBe(MODELS)
      expect(endpoint.texts).toHaveLength(MODELS)
      expect(new Set(endpoint.authorizations)).toEqual(new Set([`Bearer ${KEY}`]))
      await expect.poll(() => found(server, 'voleurs nocturnes'), { timeout: 20_000 }).toBeGreaterThan(0)
      expect(await metric(server, 'semantic_texts_total{outcome="written"}')).toBe(MODELS)
      expect(await metric(server, 'semantic_queries_total{outcome="asked"}')).toBeGreaterThan(0)
      expect(await metric(server, 'semantic_usable')).toBe(1)
      expect(await found(server, 'voleurs gọi 0912 345 678')).toBeGreaterThanOrEqual(0)
      expect(endpoint.texts.join('\n')).not.toContain('0912')
      expect(server.output()).not.toContain(KEY)
    } finally {
      await server.stop()
    }
    endpoint.forget()
    server = await startServer(place, env)
    try {
      await expect.poll(() => found(server, 'voleurs nocturnes'), { timeout: 20_000 }).toBeGreaterThan(0)
      expect(endpoint.texts).toEqual(['voleurs nocturnes'])
      expect(await metric(server, 'semantic_vectors')).toBe(MODELS)
    } finally {
      await server.stop()
    }
    expect(DIMENSIONS).toBeGreaterThan(100)
  }, 120_000)
})
