/** One structured line and one measurement for each request. Paths only: a query string may carry what somebody typed. */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.ts'

/** Adds the hooks; a route with `logLevel: 'warn'` (health, assets) stays out of the log. */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.decorateRequest('operation', null as never)
  // A request that its caller gave up may still end in an answer: counted down once.
  const inFlight = new WeakSet<object>()
  const ended = (request: object) => {
    if (inFlight.delete(request)) metrics.requestsInFlight.dec()
  }
  app.addHook('onRequest', async (request) => {
    request.operation = {}
    inFlight.add(request)
    metrics.requestsInFlight.inc()
  })
  app.addHook('onRequestAbort', async (request) => {
    ended(request)
    request.log.info({ method: request.method, path: pathOf(request.url) }, 'request given up by its caller')
  })
  app.addHook('onResponse', async (request, reply) => {
    ended(request)
    const seconds = reply.elapsedTime / 1_000
    const { statusCode: status } = reply
    metrics.requestSeconds.observe({ method: request.method, route: request.routeOptions.url ?? 'none', status: String(status) }, seconds)
    const line = {
      method: request.method,
      path: pathOf(request.url),
      status,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(Object.keys(request.operation).length ? { operation: request.operation } : {}),
    }
    if (status >= 500) request.log.warn(line, 'request')
    else request.log.info(line, 'request')
  })
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
