/** What a load balancer, a person on duty and Prometheus ask. */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'

/** `true` is good; `degraded` still serves; a text says what is missing. */
export type Check = true | 'degraded' | string

/** The checks by name, such as `database`, `migrated`, `seeded`, `search`. */
export type Readiness = Record<string, Check>

export interface HealthOptions {
  checkReadiness: () => Promise<Readiness>
  metrics: Metrics
  isStopping: () => boolean
  /** How long a check may take until it counts as failed. */
  deadlineMs?: number
}

/** Registers `/healthz` (the process lives), `/readyz` (send it work) and `/metrics`. */
export function registerHealth(app: FastifyInstance, { checkReadiness, metrics, isStopping, deadlineMs = 2_000 }: HealthOptions): void {
  const quiet = { logLevel: 'warn' as const }

  app.get('/healthz', quiet, async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }))

  app.get('/readyz', quiet, async (_request, reply) => {
    void reply.header('cache-control', 'no-store')
    if (isStopping()) return reply.code(503).send({ status: 'stopping', checks: {} })
    const checks = await inTime(checkReadiness(), deadlineMs)
    const missing = Object.values(checks).some((check) => check !== true && check !== 'degraded')
    const status = missing ? 'not ready' : Object.values(checks).includes('degraded') ? 'degraded' : 'ready'
    return reply.code(missing ? 503 : 200).send({ status, checks: Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check === true ? 'ok' : check])) })
  })

  app.get('/metrics', quiet, async (_request, reply) =>
    reply.type(metrics.registry.contentType).header('cache-control', 'no-store').send(await metrics.registry.metrics()),
  )
}

async function inTime(checks: Promise<Readiness>, ms: number): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve({ database: `no answer within ${ms} ms` }), ms)
  })
  try {
    return await Promise.race([checks, late])
  } catch {
    return { database: 'unreachable' }
  } finally {
    clearTimeout(timer)
  }
}
