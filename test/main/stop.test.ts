/** Stopping under load: /readyz says so first, nothing that was asked goes unanswered, and the process ends well. */
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { killPrograms, poll } from '../support/programs.ts'
import { createPlace, startServer, type Place } from './support.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let place: Place
beforeAll(async () => { place = await createPlace('seeded') })
afterAll(async () => {
  await killPrograms()
  await place?.drop()
})

interface Outcome { status?: number; error?: string; isWhole?: boolean; isLast?: boolean }

/** One POST on kept connections; never rejects. */
function post(agent: Agent, address: string, query: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const asked = request(`${address}/graphql`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part })
      response.on('close', () => resolve({ status: response.statusCode!, isWhole: response.complete && text.trimEnd().endsWith('}'), isLast: response.headers.connection === 'close' }))
    })
    asked.on('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }))
    asked.end(JSON.stringify({ query }))
  })
}

const HEAVY = '{ models(first: 100) { nodes { name results(first: 10) { nodes { statement } } sources(first: 10) { nodes { title } } replications(first: 10) { nodes { placeAsWritten } } } } }'
const LIGHT = '{ searchModels(query: "camera an ninh", first: 10) { totalCount nodes { name } } }'

describe.each(['SIGTERM', 'SIGINT'] as const)('%s under load', (signal) => {
  it('fails no request, says 503 at /readyz first, and ends with 0', async () => {
    // Shorter than what is asked takes, so that answers are still due when the server closes.
    const server = await startServer(place, { DRAIN_MS: '500' })
    const agent = new Agent({ keepAlive: true })
    // One that was opened and never used, as browsers do.
    const unused = connect(Number(new URL(server.address).port), '127.0.0.1')
    unused.on('error', () => {})
    const outcomes: Outcome[] = []
    const load = Promise.all(Array.from({ length: 12 }, async (_, n) => {
      // Like a balancer: a client sends on until it is told that the connection ends.
      for (let isGoing = true; isGoing;) {
        const outcome = await post(agent, server.address, n % 3 === 0 ? LIGHT : HEAVY)
        outcomes.push(outcome)
        isGoing = outcome.error === undefined && outcome.isLast !== true
      }
    }))
    await poll(async () => outcomes.length >= 30 || undefined, '30 answers')
    const before = outcomes.length
    const ready = poll(async () => {
      const { status, body } = await server.get('/readyz')
      return status === 503 ? body : undefined
    }, '/readyz says 503', 10_000, 5)
    server.child.kill(signal)
    expect(await ready).toEqual({ status: 'stopping', checks: {} })
    const { code, signal: endedBy, output } = await server.ended
    await load
    agent.destroy()
    unused.destroy()
    expect([code, endedBy], output).toEqual([0, null])
    expect(outcomes.length).toBeGreaterThanOrEqual(before + 12)
    expect(outcomes.filter(({ status, isWhole }) => status !== 200 || !isWhole)).toEqual([])
  })
})
