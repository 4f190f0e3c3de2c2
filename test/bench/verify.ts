/** Before anything is timed: every peer answers every request without errors and with the same data. */
import { deepStrictEqual } from 'node:assert/strict'
import { requestKey } from './peers/floor.ts'
import type { Workload } from './workload.ts'

/** What is asked of a server: one operation with many sets of variables. */
export type Asked = Pick<Workload, 'operationName' | 'query' | 'variables'> & { id: string }

export interface CheckedAnswer {
  data: unknown
  bytes: number
}

/** Asks one server for every variable set of a workload; an error, an empty answer or another status ends the run. */
export const askAll = async (name: string, port: number, workload: Asked): Promise<CheckedAnswer[]> => {
  const answers: CheckedAnswer[] = []
  for (const variables of workload.variables) {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: workload.query, operationName: workload.operationName, variables }),
    })
    const text = await response.text()
    const at = `${name}, ${requestKey(workload.operationName, variables)}`
    if (response.status !== 200) throw new Error(`${at}: status ${response.status}: ${text.slice(0, 500)}`)
    const { data, errors } = JSON.parse(text) as { data?: Record<string, unknown> | unknown[]; errors?: unknown }
    if (errors) throw new Error(`${at}: ${JSON.stringify(errors).slice(0, 500)}`)
    if (!data || Object.values(data).some((value) => value === null)) throw new Error(`${at}: no data`)
    answers.push({ data, bytes: Buffer.byteLength(text) })
  }
  return answers
}

/** Two GraphQL servers gave the same data for every request. */
export const assertSameData = (workload: Asked, ours: readonly CheckedAnswer[], peer: readonly CheckedAnswer[], peerName: string): void => {
  for (const [index, answer] of ours.entries()) {
    try {
      deepStrictEqual(peer[index]!.data, answer.data)
    } catch (error) {
      throw new Error(`${workload.id}: ${peerName} and our server disagree on ${JSON.stringify(workload.variables[index])}\n${(error as Error).message.slice(0, 2000)}`)
    }
  }
}

/** The floor sends rows, not a GraphQL body: it must at least carry every text of our answer that is stored as it is. */
export const assertFloorCarries = (workload: Asked, ours: readonly CheckedAnswer[], floor: readonly CheckedAnswer[]): void => {
  for (const [index, answer] of ours.entries()) {
    const sent = new Set<string>()
    collectTexts(floor[index]!.data, sent)
    const asked = new Map<string, string>()
    collectNamedTexts(answer.data, asked)
    for (const [text, field] of asked) {
      if (!sent.has(text)) throw new Error(`${workload.id}: the floor's rows for ${JSON.stringify(workload.variables[index])} lack ${field} “${text.slice(0, 80)}”`)
    }
  }
}

/** Fields whose values are columns as they stand; ids, addresses and enums of ours are computed. */
const STORED = new Set(['slug', 'name', 'statement', 'placeAsWritten', 'title'])

const collectNamedTexts = (value: unknown, into: Map<string, string>): void => {
  if (value === null || typeof value !== 'object') return
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && STORED.has(key)) into.set(inner, key)
    else collectNamedTexts(inner, into)
  }
}

const collectTexts = (value: unknown, into: Set<string>): void => {
  if (typeof value === 'string') into.add(value)
  else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) collectTexts(inner, into)
}
