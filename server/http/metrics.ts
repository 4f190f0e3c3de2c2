/** Counters for Prometheus, one registry for each server, so that two servers in one process (tests) don't mix. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { MeaningStatus } from '../search/meaning/search.ts'

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

/** What is told of semantic search, where it is configured; `embedder` where this process keeps the vectors. */
export interface MeaningSources { status: () => MeaningStatus; embedder?: (() => { written: number; refused: number; failures: number } | undefined) | undefined }

export function observeMeaning({ registry }: Metrics, { status, embedder }: MeaningSources): void {
  const registers = [registry]
  new Gauge({ name: 'semantic_vectors', help: 'Vectors of models held in memory.', registers, collect() { this.set(status().vectors) } })
  new Gauge({ name: 'semantic_usable', help: '1 while the embeddings endpoint answers queries, 0 while search does without.', registers, collect() { this.set(status().reason === null ? 1 : 0) } })
  new Counter({
    name: 'semantic_queries_total', help: 'Texts searched, by what came of their vector: asked, remembered, withheld (it may identify a person), failed, resting.', labelNames: ['outcome'], registers,
    collect() {
      this.reset()
      for (const [outcome, count] of Object.entries(status().queries)) this.inc({ outcome: outcome.toLowerCase() }, count)
    },
  })
  if (embedder === undefined) return
  new Counter({
    name: 'semantic_texts_total', help: 'Texts of models sent for vectors, by outcome: written, refused; failures are rounds that ended early.', labelNames: ['outcome'], registers,
    collect() {
      this.reset()
      const { written, refused, failures } = embedder() ?? { written: 0, refused: 0, failures: 0 }
      for (const [outcome, count] of Object.entries({ written, refused, failures })) this.inc({ outcome }, count)
    },
  })
}
