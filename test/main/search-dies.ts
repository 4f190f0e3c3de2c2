/** A whole server under load over HTTP, whose real Meilisearch is killed (kill -9) and started again: what callers see of it. */
import { expect } from 'vitest'
import type { TestMeilisearch } from '../support/meilisearch.ts'
import { poll } from '../support/programs.ts'
import type { RunningServer } from './support.ts'

const TEXTS = ['tiếng kẻng', 'huong thien', 'camera an ninh', 'mất trộm ban đêm', 'ANTT', 'chùa', 'phòng trọ', 'xe ôm tự quản', 'cháy nổ ở khu dân cư', 'fraud', '3 không', 'Cần Thơ']
const askFor = (text: string): string => `{ searchModels(query: ${JSON.stringify(text)}, first: 5) { engine isDegraded totalCount nodes { slug } } suggestions(query: ${JSON.stringify(text)}, first: 3) { text } }`

interface Seen { sentAt: number; answeredAt: number; query: string; isDegraded: boolean; totalCount: number }
export interface DeathReport { answers: number; degradedAfterMs: number[]; backAfterMs: number[]; slowestMs: number }

/** Within these the API must notice that Meilisearch is gone, and that it is back. `slack`: what a busy machine needs to be measured at all. */
const PROMISE = { degradedMs: 1000, backMs: 10_000 }

export async function playDeaths(server: RunningServer, meilisearch: TestMeilisearch, { deaths, callers = 4, slack = 1000, onDeath }: { deaths: number; callers?: number; slack?: number; onDeath?: (told: string) => void }): Promise<DeathReport> {
  const seen: Seen[] = []
  const faults: string[] = []
  let running = true
  let next = 0
  const call = async (): Promise<void> => {
    while (running) {
      const query = TEXTS[next++ % TEXTS.length]!
      const sentAt = performance.now()
      const { status, body } = await server.ask(askFor(query)).catch((error: unknown) => ({ status: 0, body: String(error) }))
      // Any status but 200 and any GraphQL error would be one too many.
      if (status !== 200 || body?.errors !== undefined || body?.data?.searchModels == null) faults.push(`${status}: ${JSON.stringify(body).slice(0, 300)}`)
      else seen.push({ sentAt, answeredAt: performance.now(), query, isDegraded: body.data.searchModels.isDegraded, totalCount: body.data.searchModels.totalCount })
    }
  }
  const isSeen = (from: number, isDegraded: boolean): true | undefined => (seen.some((one) => one.sentAt >= from && one.isDegraded === isDegraded) ? true : undefined)
  const load = Array.from({ length: callers }, call)
  const report: DeathReport = { answers: 0, degradedAfterMs: [], backAfterMs: [], slowestMs: 0 }
  try {
    await poll(async () => isSeen(0, false), 'Meilisearch answers', 60_000)
    for (let death = 1; death <= deaths; death += 1) {
      const killedAt = performance.now()
      await meilisearch.kill()
      await poll(async () => isSeen(killedAt, true), 'answers say that they are degraded')
      const first = seen.find((one) => one.sentAt >= killedAt && one.isDegraded)!
      report.degradedAfterMs.push(Math.round(first.answeredAt - killedAt))
      // Some answers more of a server without its engine.
      const until = seen.length + 20
      await poll(async () => (seen.length >= until ? true : undefined), 'answers go on without it', 60_000)
      const startedAt = performance.now()
      expect(seen.filter((one) => one.sentAt > first.answeredAt && one.sentAt < startedAt && !one.isDegraded)).toEqual([])
      await meilisearch.start()
      const returnedAt = performance.now()
      await poll(async () => isSeen(returnedAt, false), 'Meilisearch answers again', PROMISE.backMs + 30_000)
      report.backAfterMs.push(Math.round(seen.find((one) => one.sentAt >= returnedAt && !one.isDegraded)!.answeredAt - returnedAt))
      onDeath?.(`death ${death}: noticed after ${report.degradedAfterMs.at(-1)} ms, back after ${report.backAfterMs.at(-1)} ms, ${seen.length} answers`)
    }
  } finally {
    running = false
    await Promise.all(load)
  }
  expect(faults).toEqual([])
  report.answers = seen.length
  report.slowestMs = Math.round(Math.max(...seen.map((one) => one.answeredAt - one.sentAt)))
  // Whoever answers, as many are found.
  for (const query of TEXTS) expect([query, new Set(seen.filter((one) => one.query === query).map(({ totalCount }) => totalCount)).size]).toEqual([query, 1])
  expect(Math.max(...report.degradedAfterMs)).toBeLessThan(PROMISE.degradedMs + slack)
  expect(Math.max(...report.backAfterMs)).toBeLessThan(PROMISE.backMs + slack)
  return report
}
