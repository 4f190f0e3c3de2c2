/** A whole GraphQL client: `fetch`, with the types of the answer taken from the generated document. */
import type { TypedDocumentString } from './generated/graphql.ts'

interface GraphQLResponse<Result> {
  data?: Result | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/** Says what the server said: its messages with their documented codes. */
export class RequestError extends Error {
  readonly codes: string[]

  constructor(errors: NonNullable<GraphQLResponse<unknown>['errors']>) {
    super(errors.map(({ message }) => message).join('\n'))
    this.name = 'RequestError'
    this.codes = errors.flatMap(({ extensions }) => extensions?.code ?? [])
  }
}

/**
 * Sends one operation and returns its data.
 * @throws RequestError when the server answers with errors; an Error when nothing useful answers there at all
 */
export const request = async <Result, Variables>(endpoint: string, document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  }).catch((cause: unknown) => {
    throw new Error(`No server answers at ${endpoint}. Start one with: npm start`, { cause })
  })
  if (!/json/.test(response.headers.get('content-type') ?? '')) throw new Error(`${endpoint} is no GraphQL server (status ${response.status}).`)
  const { data, errors } = (await response.json()) as GraphQLResponse<Result>
  if (errors?.length) throw new RequestError(errors)
  if (!data) throw new Error(`${endpoint} answered without data (status ${response.status}).`)
  return data
}
