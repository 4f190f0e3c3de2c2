/** The limit of calls counts callers: by their key when it is one, else by the address that cannot be made up. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../server/http.ts'
import { startTestServer, type TestServer } from './support.ts'

let server: TestServer
afterEach(() => server.close())

const identifyCaller = async ({ authorization }: Caller) => (authorization === 'Bearer key' ? 'somebody' : undefined)
const statuses = async (calls: Record<string, string>[]): Promise<number[]> => {
  const found: number[] = []
  for (const headers of calls) found.push((await server.post({ query: '{ hello }' }, headers)).status)
  return found
}

describe('the limit', () => {
  it('is one for a key and one for everybody else of an address; a made-up key is nobody', async () => {
    server = await startTestServer({ rateLimit: 2, identifyCaller })
    const key = { authorization: 'Bearer key' }
    expect(await statuses([{}, { authorization: 'Bearer made-up-1' }, { authorization: 'Bearer made-up-2' }, key, key, key])).toEqual([200, 200, 429, 200, 200, 429])
  })
  it('takes the address from the nearest proxy only, and from none unless told', async () => {
    server = await startTestServer({ rateLimit: 1, trustProxy: true })
    expect(await statuses([{ 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }, { 'x-forwarded-for': '198.51.100.2, 203.0.113.9' }, { 'x-forwarded-for': '203.0.113.10' }])).toEqual([200, 429, 200])
    await server.close()
    server = await startTestServer({ rateLimit: 1 })
    expect(await statuses([{ 'x-forwarded-for': '203.0.113.9' }, { 'x-forwarded-for': '203.0.113.10' }])).toEqual([200, 429])
  })
  it('is off at 0', async () => {
    server = await startTestServer({ rateLimit: 0 })
    expect(await statuses([{}, {}, {}])).toEqual([200, 200, 200])
  })
})
