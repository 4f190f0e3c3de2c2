/** Counters for Prometheus, one registry for each server, so that two servers in one process (tests) don't mix. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export interface Metrics {
  registry: Registry
  requestSeconds: Histogram<'method' | 'route' | 'status'>
  operationSeconds: Histogram<'type' | 'outcome'>
  graphqlErrors: Counter<'code'>
  requestsInFlight: Gauge
}

/** Event loop, memory and garbage collection come with prom-client. No label is taken from what a client sends freely. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer HTTP requests, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    }),
    operationSeconds: new Histogram({
      name: 'graphql_operation_duration_seconds',
      help: 'Time to answer GraphQL operations, from parsing to the finished result.',
      labelNames: ['type', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    graphqlErrors: new Counter({
      name: 'graphql_errors_total',
      help: 'Errors in GraphQL answers, by code.',
      labelNames: ['code'],
      registers,
    }),
    requestsInFlight: new Gauge({ name: 'http_requests_in_flight', help: 'HTTP requests being answered now.', registers }),
  }
}
