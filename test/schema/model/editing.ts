/** Several people at one catalogue: asks the schema as each of them, and reads as easily as a story. */
import type { Kysely } from 'kysely'
import { schema } from '../../../schema/index.ts'
import type { Context } from '../../../server/context.ts'
import type { Database } from '../../../server/db/tables.ts'
import type { SignedInViewer, Viewer } from '../../../server/domain/viewer.ts'
import { AppError } from '../../../server/errors.ts'
import { createPlainExecutor } from '../../../server/http/executor.ts'
import { onceFor } from '../../../server/once.ts'
import { PostgresSearch } from '../../../server/search/postgres.ts'
import { documentOf } from '../../support/documents.ts'
import { PUBLIC_URL } from '../support.ts'

export const AN: SignedInViewer = { id: 'key-an', name: 'An', role: 'CURATOR', localities: [] }
export const BINH: SignedInViewer = { id: 'key-binh', name: 'Bình', role: 'CURATOR', localities: [] }
export const CHI: SignedInViewer = { id: 'key-chi', name: 'Chi', role: 'ADMIN', localities: [] }
export const officer = (...localities: string[]): SignedInViewer => ({ id: 'key-officer', name: 'Công an phường', role: 'LOCALITY_OFFICER', localities })
export const ANYBODY: Viewer = null
export const localityId = async (db: Kysely<Database>, slug: string): Promise<string> => (await db.selectFrom('locality').select('id').where('slug', '=', slug).executeTakeFirstOrThrow()).id

export interface Said { data: any; errors: { message: string; code: unknown; path: readonly (string | number)[] | undefined }[] }
export interface Person {
  ask(document: string, variables?: Record<string, unknown>): Promise<Said>
  /** The data; fails on any error. */
  read(document: string, variables?: Record<string, unknown>): Promise<any>
  /** One mutation by name: its payload, errors included, as data. */
  write(mutation: string, input: Record<string, unknown>, success?: string): Promise<any>
  /** The same, which must succeed: its `model`. */
  done(mutation: string, input: Record<string, unknown>, fields?: string): Promise<any>
}

const plain = createPlainExecutor(schema)
const REFUSALS = `... on UserError { message code } ... on ValidationError { issues { path code message } } ... on ConflictError { expectedRevision actualRevision fields }`

let databases = 0
/** Where those ask from who aren't signed in: what is limited by address is limited over all files that share a process. */
const addressOf = onceFor((_db: Kysely<Database>) => `database ${(databases += 1)}`)

export function as(db: Kysely<Database>, viewer: Viewer): Person {
  const context: Context = { db, viewer, search: new PostgresSearch(db), config: { publicUrl: PUBLIC_URL }, requestId: 'test', callerKey: () => addressOf(db) }
  const ask = async (document: string, variables: Record<string, unknown> = {}): Promise<Said> => {
    const { document: parsed, faults } = documentOf(document)
    if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('\n'))
    const { data, errors = [] } = await plain({ document: parsed, documentHash: document, operationName: undefined, variables, context })
    return {
      data: data === undefined ? null : JSON.parse(JSON.stringify(data)),
      errors: errors.map(({ message, originalError, extensions, path }) => ({ message, code: extensions.code ?? (originalError instanceof AppError ? originalError.code : undefined), path })),
    }
  }
  const read: Person['read'] = async (document, variables) => {
    const { data, errors } = await ask(document, variables)
    if (errors.length > 0) throw new Error(errors.map(({ message, path }) => `${path?.join('.')}: ${message}`).join('\n'))
    return data
  }
  const write: Person['write'] = async (mutation, input, success = 'model { id slug revision editorialState }') => {
    const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`
    return (await read(`mutation ($input: ${name}Input!) { ${mutation}(input: $input) { __typename ... on ${name}Success { ${success} } ${REFUSALS} } }`, { input }))[mutation]
  }
  return {
    ask, read, write,
    done: async (mutation, input, fields = 'id slug revision editorialState') => {
      const payload = await write(mutation, input, `model { ${fields} }`)
      if (!payload.__typename.endsWith('Success')) throw new Error(`${mutation}: ${JSON.stringify(payload)}`)
      return payload.model
    },
  }
}

/** From a draft to what everybody reads: one hands in, another approves. */
export async function publish(db: Kysely<Database>, model: { id: string; revision: number }, author: Viewer = AN, reviewer: Viewer = BINH): Promise<any> {
  const input = { id: model.id, expectedRevision: model.revision }
  await as(db, author).done('submitModel', input)
  await as(db, reviewer).done('approveModel', input)
  return as(db, reviewer).done('publishModel', input)
}

export const NEW_MODEL = {
  name: 'Tổ tự quản bến đò', summary: 'Người dân bến đò cùng giữ trật tự.', topics: ['traffic-safety'], aliases: ['Bến đò an toàn'],
  origin: { placeAsWritten: 'xã Tân Lộc', startedOn: '2019-05', initiator: 'Hội Nông dân' },
  sources: [{ title: 'Bến đò bình yên', publisher: 'Báo Cần Thơ', url: 'https://baocantho.com.vn/ben-do-binh-yen' }],
}
