/**
 * What we use of Meilisearch, in memory, so that the contract is tested where there is no real one. Held to the real engine by
 * test/search/meilisearch/contract.test.ts, which runs on both. Its own ranking is none: hits come in the order of their ids.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MeiliConfig } from '../../server/search/meilisearch-client.ts'
import { FakeError, search, type FakeDocument, type FakeQuery } from './meilisearch-fake-search.ts'

interface FakeIndex { uid: string; createdAt: string; settings: Record<string, unknown>; documents: Map<string, FakeDocument> }
interface FakeTask { uid: number; indexUid: string; type: string; status: string; error: object | null; enqueuedAt: string; run: () => void }

export interface FakeMeilisearch {
  config: MeiliConfig
  scopedKey: string
  /** Each request in order, such as `POST /indexes/x/documents`. */
  requests: string[]
  /** Documents of an index, to look into or to tamper with. */
  documents(index: string): Map<string, FakeDocument>
  indexes(): string[]
  settings(index: string): Record<string, unknown>
  /** Hears of each request before it is carried out; true when it has answered itself. */
  intercept: ((request: IncomingMessage, response: ServerResponse, body: string) => boolean | Promise<boolean>) | undefined
  /** Ends this task otherwise: an error to fail it with, `lie` to tell success without doing anything. */
  onTask: ((task: { type: string; indexUid: string; documents: FakeDocument[] }) => { code: string; type: string } | 'lie' | undefined) | undefined
  /** While true, tasks stay enqueued. */
  isStalled: boolean
  /** Forgets everything, as a server with another disk does. */
  wipe(): void
  snapshot(): () => void
  version: string
  close(): Promise<void>
}

const SEARCH_KEY = 'fake-search-key'
const ADMIN_KEY = 'fake-admin-key'
const SCOPED_KEY = 'fake-scoped-key'
const DEFAULTS = {
  displayedAttributes: ['*'], searchableAttributes: ['*'], filterableAttributes: [], sortableAttributes: [], rankingRules: ['words', 'typo', 'proximity', 'attributeRank', 'sort', 'wordPosition', 'exactness'],
  stopWords: [], nonSeparatorTokens: [], separatorTokens: [], dictionary: [], synonyms: {}, distinctAttribute: null, proximityPrecision: 'byWord',
  typoTolerance: { enabled: true, minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 }, disableOnWords: [], disableOnAttributes: [], disableOnNumbers: false },
  faceting: { maxValuesPerFacet: 100, sortFacetValuesBy: { '*': 'alpha' } }, pagination: { maxTotalHits: 1000 }, embedders: {}, searchCutoffMs: null, localizedAttributes: null, facetSearch: true, prefixSearch: 'indexingTime',
}

const toError = (code: string, type: string, message: string) => ({ message, code, type, link: `https://docs.meilisearch.com/errors#${code}` })

export async function openFakeMeilisearch(): Promise<FakeMeilisearch> {
  let indexes = new Map<string, FakeIndex>()
  let tasks: FakeTask[] = []
  let clock = Date.now()
  // Every moment of the server is another one, as with nanoseconds.
  const now = (): string => new Date((clock = Math.max(clock + 1, Date.now()))).toISOString()

  const getIndex = (uid: string): FakeIndex => {
    const index = indexes.get(uid)
    if (index === undefined) throw new FakeError(404, 'index_not_found', 'invalid_request', `Index \`${uid}\` not found.`)
    return index
  }
  const ensure = (uid: string): FakeIndex => {
    const index = indexes.get(uid) ?? { uid, createdAt: now(), settings: structuredClone(DEFAULTS) as Record<string, unknown>, documents: new Map<string, FakeDocument>() }
    indexes.set(uid, index)
    return index
  }
  const settle = (task: FakeTask): void => {
    if (fake.isStalled || task.status !== 'enqueued') return
    try {
      task.run()
      task.status = 'succeeded'
    } catch (error) {
      if (!(error instanceof FakeError)) throw error
      task.status = 'failed'
      task.error = toError(error.code, error.type, error.message)
    }
  }
  const enqueue = (indexUid: string, type: string, run: () => void, documents: FakeDocument[] = []) => {
    const task: FakeTask = { uid: tasks.length, indexUid, type, status: 'enqueued', error: null, enqueuedAt: now(), run: () => {
      const other = fake.onTask?.({ type, indexUid, documents })
      if (other === 'lie') return
      if (other !== undefined) throw new FakeError(0, other.code, other.type, `the fake was told to fail with ${other.code}`)
      run()
    } }
    tasks.push(task)
    return { status: 202, body: { taskUid: task.uid, indexUid, status: 'enqueued', type, enqueuedAt: task.enqueuedAt } }
  }
  const told = ({ run: _, ...task }: FakeTask) => ({ ...task, batchUid: task.uid, canceledBy: null })

  const route = (method: string, url: URL, body: unknown): { status: number; body: unknown } => {
    const [, head, uid, part, last] = url.pathname.split('/').map(decodeURIComponent)
    const query = url.searchParams
    const at = `${method} ${[head, uid && '*', part, last].filter(Boolean).join('/')}`
    // Tasks are carried out when somebody looks: no timer, so nothing depends on time.
    tasks.forEach(settle)
    switch (at) {
      case 'GET version': return { status: 200, body: { commitSha: 'unknown', commitDate: 'unknown', pkgVersion: fake.version } }
      case 'POST indexes': {
        const { uid: wanted } = body as { uid: string }
        return enqueue(wanted, 'indexCreation', () => {
          if (indexes.has(wanted)) throw new FakeError(0, 'index_already_exists', 'invalid_request', `Index \`${wanted}\` already exists.`)
          ensure(wanted)
        })
      }
      case 'GET indexes': return { status: 200, body: { results: [...indexes.values()].map(({ uid: name, createdAt }) => ({ uid: name, createdAt, primaryKey: 'id' })), offset: 0, limit: 20, total: indexes.size } }
      case 'GET indexes/*': { const { createdAt } = getIndex(uid!); return { status: 200, body: { uid, createdAt, updatedAt: createdAt, primaryKey: 'id' } } }
      case 'DELETE indexes/*': return enqueue(uid!, 'indexDeletion', () => { getIndex(uid!); indexes.delete(uid!) })
      case 'GET indexes/*/stats': return { status: 200, body: { numberOfDocuments: getIndex(uid!).documents.size, isIndexing: false } }
      case 'GET indexes/*/settings': return { status: 200, body: getIndex(uid!).settings }
      case 'PATCH indexes/*/settings': return enqueue(uid!, 'settingsUpdate', () => {
        const { settings } = ensure(uid!)
        for (const [key, value] of Object.entries(body as object)) settings[key] = value === null ? DEFAULTS[key as keyof typeof DEFAULTS] : typeof value === 'object' && !Array.isArray(value) && key !== 'synonyms' ? { ...(settings[key] as object), ...(value as object) } : value
      })
      case 'POST indexes/*/documents': {
        const documents = body as FakeDocument[]
        return enqueue(uid!, 'documentAdditionOrUpdate', () => {
          const index = ensure(uid!)
          for (const { id } of documents) if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,511}$/.test(id)) throw new FakeError(0, 'invalid_document_id', 'invalid_request', `Document identifier \`${JSON.stringify(id)}\` is invalid.`)
          for (const document of documents) index.documents.set(document.id, document)
        }, documents)
      }
      case 'POST indexes/*/documents/delete-batch': return enqueue(uid!, 'documentDeletion', () => { for (const id of body as string[]) getIndex(uid!).documents.delete(id) })
      case 'GET indexes/*/documents': {
        const ids = query.get('ids')?.split(',')
        const fields = query.get('fields')?.split(',')
        const all = [...getIndex(uid!).documents.values()].filter(({ id }) => ids === undefined || ids.includes(id))
        const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 20)]
        const results = all.slice(offset, offset + limit).map((document) => (fields ? Object.fromEntries(Object.entries(document).filter(([key]) => fields.includes(key))) : document))
        return { status: 200, body: { results, offset, limit, total: all.length } }
      }
      case 'GET tasks': {
        const [uids, statuses] = [query.get('indexUids')?.split(','), query.get('statuses')?.split(',')]
        const all = tasks.filter((task) => (!uids || uids.includes(task.indexUid)) && (!statuses || statuses.includes(task.status))).reverse()
        const limit = Number(query.get('limit') ?? 20)
        const rest = all.filter(({ uid: task }) => task <= Number(query.get('from') ?? Infinity))
        return { status: 200, body: { results: rest.slice(0, limit).map(told), total: all.length, limit, from: rest[0]?.uid ?? null, next: rest[limit]?.uid ?? null } }
      }
      case 'GET tasks/*': {
        const task = tasks[Number(uid)]
        if (task === undefined) throw new FakeError(404, 'task_not_found', 'invalid_request', `Task \`${uid}\` not found.`)
        return { status: 200, body: told(task) }
      }
      case 'POST multi-search': return { status: 200, body: { results: (body as { queries: ({ indexUid: string } & FakeQuery)[] }).queries.map((one, i) => {
        try {
          const { documents, settings } = getIndex(one.indexUid)
          return { indexUid: one.indexUid, processingTimeMs: 0, ...search([...documents.values()], settings, one) }
        } catch (error) {
          if (error instanceof FakeError) throw new FakeError(error.status === 404 ? 400 : error.status, error.code, error.type, `Inside \`.queries[${i}]\`: ${error.message}`)
          throw error
        }
      }) } }
      default: throw new FakeError(404, 'not_found', 'invalid_request', `the fake knows no ${at}`)
    }
  }
  /** @throws FakeError when the key doesn't open this */
  const checkKey = (request: IncomingMessage, path: string): void => {
    const key = request.headers.authorization?.replace(/^Bearer /, '')
    if (key === undefined) throw new FakeError(401, 'missing_authorization_header', 'auth', 'The Authorization header is missing. It must use the bearer authorization method.')
    const isAllowed = path === '/multi-search' ? key === SEARCH_KEY : key === ADMIN_KEY || (key === SCOPED_KEY && path !== '/version')
    if (!isAllowed) throw new FakeError(403, 'invalid_api_key', 'auth', 'The provided API key is invalid.')
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const text = Buffer.concat(chunks).toString()
      const url = new URL(request.url!, 'http://fake')
      fake.requests.push(`${request.method} ${url.pathname}`)
      if ((await fake.intercept?.(request, response, text)) === true) return
      const answer = ({ status, body }: { status: number; body: unknown }): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      try {
        if (url.pathname === '/health') return answer({ status: 200, body: { status: 'available' } })
        checkKey(request, url.pathname)
        answer(route(request.method!, url, text === '' ? undefined : JSON.parse(text)))
      } catch (error) {
        if (!(error instanceof FakeError)) throw error
        answer({ status: error.status, body: toError(error.code, error.type, error.message) })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const fake: FakeMeilisearch = {
    config: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, searchKey: SEARCH_KEY, adminKey: ADMIN_KEY },
    scopedKey: SCOPED_KEY, requests: [], intercept: undefined, onTask: undefined, isStalled: false, version: '1.50.0',
    documents: (uid) => getIndex(uid).documents,
    indexes: () => [...indexes.keys()],
    settings: (uid) => getIndex(uid).settings,
    wipe: () => { indexes = new Map(); tasks = [] },
    snapshot: () => {
      const kept = structuredClone([...indexes.values()])
      const count = tasks.length
      return () => { indexes = new Map(structuredClone(kept).map((index) => [index.uid, index])); tasks = tasks.slice(0, count) }
    },
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()) }),
  }
  return fake
}
