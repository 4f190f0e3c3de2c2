/** The embeddings endpoint as we ask it: nothing is believed that is no vector, and every failure says whose it is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { embed, EmbeddingsError, endpointOf, vectorSpace } from '../../../server/search/meaning/client.ts'
import { textOfModel, textOfQuery } from '../../../server/search/meaning/text.ts'
import { type Behaviour, DIMENSIONS, openEmbeddings, type TestEmbeddings } from '../../support/embeddings.ts'

let endpoint: TestEmbeddings
beforeAll(async () => { endpoint = await openEmbeddings() })
beforeEach(() => {
  endpoint.behaviour = 'well'
  endpoint.forget()
})
afterAll(() => endpoint.close())

const failureOf = (asking: Promise<unknown>): Promise<EmbeddingsError> => asking.then(() => { throw new Error('it succeeded') }, (error: unknown) => { expect(error).toBeInstanceOf(EmbeddingsError); return error as EmbeddingsError })
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, n, i) => sum + n * b[i]!, 0)

describe('an endpoint that is well', () => {
  it('is asked as OpenAI has it, and its vectors come in the order of the texts, of length one', async () => {
    const key = 'sk-key'
    const [thieves, burglars, fire] = await embed({ ...endpoint.config, key }, ['voleurs', 'kẻ gian', 'cháy'], { timeoutMs: 2000 })
    expect(endpoint.calls).toEqual([['voleurs', 'kẻ gian', 'cháy']])
    expect(endpoint.authorizations).toEqual(['Bearer sk-key'])
    expect(dot(thieves!, thieves!)).toBeCloseTo(1, 5)
    expect(dot(thieves!, burglars!)).toBeGreaterThan(0.8)
    expect(dot(thieves!, fire!)).toBeLessThan(0.2)
  })
  it('is sent no key that is not set, and asked for so many numbers as are wanted', async () => {
    const [vector] = await embed({ ...endpoint.config, url: `${endpoint.config.url}/`, dimensions: 32 }, ['cháy'], { timeoutMs: 2000 })
    expect(vector).toHaveLength(32)
    expect(endpoint.authorizations).toEqual([undefined])
  })
})

describe('what goes wrong', () => {
  const cases: [string, Behaviour, EmbeddingsError['failure'], RegExp][] = [
    ['a broken connection', 'reset', 'AWAY', /does not answer \(ECONNRESET\)/], ['a web page', 'html', 'BROKEN', /something else than JSON/], ['half an answer', 'truncated', 'BROKEN', /something else than JSON/],
    ['numbers that are none', 'nan', 'BROKEN', /something else than vectors of numbers/], ['a vector of no length', 'zero', 'BROKEN', /no length/], ['a vector that is missing', 'few', 'BROKEN', /with 2 vectors/],
    ['an answer without end', 'flood', 'BROKEN', /more than any vectors take/],
    ['a refused text', { status: 400 }, 'REFUSED', /answers 400$/], ['a text that is too long', { status: 413 }, 'REFUSED', /413/], ['a refused key', { status: 401 }, 'AWAY', /EMBEDDINGS_KEY/],
    ['an unknown model', { status: 404 }, 'AWAY', /EMBEDDINGS_URL is the base/], ['a redirect', { status: 307, headers: { location: 'http://elsewhere.example/' } }, 'AWAY', /307/],
    ['a gateway without a server', { status: 503 }, 'AWAY', /503/], ['a server that stumbles', { status: 500 }, 'BROKEN', /500/],
  ]
  it.each(cases)('%s is told apart', async (_, behaviour, failure, message) => {
    endpoint.behaviour = behaviour
    const error = await failureOf(embed(endpoint.config, ['một', 'hai'], { timeoutMs: 5000 }))
    expect(error).toMatchObject({ failure, message: expect.stringMatching(message) })
  })
  it('is a vector of another size than was asked for', async () => {
    endpoint.behaviour = 'short'
    expect(await failureOf(embed({ ...endpoint.config, dimensions: 40 }, ['một'], { timeoutMs: 2000 }))).toMatchObject({ failure: 'BROKEN', message: expect.stringContaining('39 numbers instead of 40') })
  })
  it('is waiting too long, or being stopped', async () => {
    endpoint.behaviour = 'hang'
    expect(await failureOf(embed(endpoint.config, ['một'], { timeoutMs: 30 }))).toMatchObject({ failure: 'AWAY', message: expect.stringContaining('within 30 ms') })
    const stopping = new AbortController()
    const asking = failureOf(embed(endpoint.config, ['một'], { timeoutMs: 20_000, signal: stopping.signal }))
    stopping.abort()
    expect(await asking).toMatchObject({ failure: 'AWAY', message: 'stopped' })
    endpoint.letGo()
  })
  it('says how long to wait, in seconds or as a date, ten minutes at most', async () => {
    const wait = async (retryAfter: string): Promise<number | undefined> => {
      endpoint.behaviour = { status: 429, headers: { 'retry-after': retryAfter } }
      const error = await failureOf(embed(endpoint.config, ['một'], { timeoutMs: 2000 }))
      expect(error.failure).toBe('AWAY')
      return error.retryAfterMs
    }
    expect([await wait('7'), await wait('86400'), await wait('soon')]).toEqual([7000, 600_000, undefined])
    expect(await wait(new Date(Date.now() + 30_000).toUTCString())).toBeGreaterThan(20_000)
  })
  it('keeps its words apart from what may be told of a query', async () => {
    endpoint.behaviour = { status: 400, message: 'cannot read “bí mật”' }
    const error = await failureOf(embed(endpoint.config, ['bí mật'], { timeoutMs: 2000 }))
    expect(error.told).toBe('cannot read “bí mật”')
    expect(error.message).not.toContain('bí mật')
  })
  it('never tells the credentials of an address', () => expect(endpointOf({ url: 'https://user:pass@api.example/v1/' })).toBe('https://api.example/v1/embeddings'))
})

describe('texts', () => {
  it('are cut between characters, the name first', () => {
    const text = textOfModel({ name: 'Tên', aliases: ['Tên khác'], body: { problem: null, summary: 'Tóm tắt 😀'.repeat(600), howItWorks: 'x' } })
    expect(text.startsWith('Tên; Tên khác\nTóm tắt')).toBe(true)
    expect(text.length).toBeLessThanOrEqual(4000)
    expect(text).not.toMatch(/[\uD800-\uDFFF]/u)
    for (let i = 490; i < 510; i += 1) expect(textOfQuery(`${'a'.repeat(i)}😀`)).toMatch(/^a+(?:😀)?$/u)
  })
  it('of queries are one however the blanks are', () => expect(textOfQuery('  trộm \n đêm ')).toBe('trộm đêm'))
  it('are kept by model, and by size where that is chosen', () => expect([vectorSpace({ model: 'm', dimensions: undefined }), vectorSpace({ model: 'm', dimensions: 64 })]).toEqual(['m', 'm@64']))
  it('have so many numbers in the stand-in', async () => expect((await embed(endpoint.config, ['a'], { timeoutMs: 2000 }))[0]).toHaveLength(DIMENSIONS))
})
