import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { prepareRequest, runLoad } from './load.ts'
import { median, percentile, seededRandom, shuffled, spreadOf } from './statistics.ts'

describe('the closed loop', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  const serve = async (answer: (body: string) => { status: number; body: string }): Promise<number> => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const { status, body: text } = answer(body)
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
      })
    })
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  test('asks for every set of variables in turn, and measures each answer', async () => {
    const asked = new Set<string>()
    const large = JSON.stringify({ data: 'ấ'.repeat(100_000) })
    const port = await serve((body) => {
      asked.add(body)
      return { status: 200, body: large }
    })
    const requests = [1, 2, 3].map((at) => prepareRequest(port, { variables: { at } }, Buffer.byteLength(large)))
    const result = await runLoad({ port, requests, connections: 2, seconds: 0.2 })
    expect(asked.size).toBe(3)
    expect(result.faults).toEqual([])
    expect(result.requests).toBe(result.latencies.length)
    expect(result.requests).toBeGreaterThan(3)
  })

  test('tells answers that differ from what was compared before', async () => {
    const port = await serve(() => ({ status: 500, body: '{"errors":[]}' }))
    const { faults } = await runLoad({ port, requests: [prepareRequest(port, {}, 5000)], connections: 1, seconds: 0.05 })
    expect(faults[0]).toBe('status 500, 13 bytes instead of 5000')
  })
})

describe('the figures', () => {
  test('median, percentile and spread', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5)).toBe(5)
    expect(percentile([1, 2, 3], 0.99)).toBe(3)
    expect(spreadOf([0.7, 0.9, 0.8])).toEqual({ median: 0.8, min: 0.7, max: 0.9 })
  })

  test('one seed, one workload', () => {
    const order = (seed: number) => shuffled([1, 2, 3, 4, 5, 6, 7, 8], seededRandom(seed))
    expect(order(7)).toEqual(order(7))
    expect(order(7)).not.toEqual(order(8))
    expect([...order(7)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})
