import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateClient } from '../../client-examples/typescript/codegen.ts'
import { printModel } from '../../client-examples/typescript/print-model.ts'
import { request, RequestError } from '../../client-examples/typescript/request.ts'
import { PrintModelDocument } from '../../client-examples/typescript/generated/graphql.ts'
import { schema } from '../../schema/index.ts'
import type { OpenDatabase } from '../../server/db/database.ts'
import { createHttpServer, type HttpServer } from '../../server/http.ts'
import { PostgresSearch } from '../../server/search/postgres.ts'
import { createSeededDatabase } from '../support/database.ts'

let database: OpenDatabase
let server: HttpServer
let endpoint: string

beforeAll(async () => {
  database = await createSeededDatabase()
  const search = new PostgresSearch(database.db)
  server = await createHttpServer({
    schema,
    logger: pino({ level: 'silent' }),
    createContext: async ({ requestId }) => ({ db: database.db, viewer: null, search, config: { publicUrl: 'https://example.vn' }, requestId }),
    checkReadiness: async () => ({ database: true }),
    exampleQuery: '{ models { totalCount } }',
  })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  endpoint = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}/graphql`
}, 60_000)

afterAll(async () => {
  await server?.close()
  await database?.close()
})

/** Runs a command as a reader of the examples does. */
const run = (command: string, args: string[]): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, GRAPHQL_URL: endpoint } })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })

describe('the TypeScript client', () => {
  test('is generated from the committed schema: run `npm run codegen` when this fails', async () => {
    for (const [path, text] of Object.entries(await generateClient())) {
      expect(readFileSync(new URL(`../../client-examples/typescript/${path}`, import.meta.url), 'utf8')).toBe(text)
    }
  })

  test('prints a model with its origin, results and sources', async () => {
    const text = await printModel('cau-lac-bo-huong-thien', endpoint)
    expect(text).toMatch(/^Câu lạc bộ Hướng thiện\nhttps:\/\/example\.vn\//)
    expect(text).toMatch(/\nKhởi nguồn\n {2}Nơi: /)
    expect(text).toMatch(/\nKết quả \(2\)\n {2}• /)
    expect(text).toMatch(/\nNguồn \(\d+\)\n {2}• /)
  })

  test('gives null for a slug that no model has', async () => {
    expect(await printModel('khong-co-mo-hinh-nay', endpoint)).toBeNull()
  })

  test('says what the server said, with its code', async () => {
    const wrong = request(endpoint, PrintModelDocument, { slug: 5 as unknown as string })
    await expect(wrong).rejects.toBeInstanceOf(RequestError)
    await expect(wrong).rejects.toMatchObject({ codes: ['BAD_USER_INPUT'] })
  })

  test('says how to start a server where none answers', async () => {
    await expect(printModel('camera-an-ninh', 'http://127.0.0.1:9/graphql')).rejects.toThrow('No server answers at http://127.0.0.1:9/graphql. Start one with: npm start')
  })

  test('runs from the command line', async () => {
    const { code, output } = await run(process.execPath, ['--import', 'tsx', 'client-examples/typescript/print-model.ts', 'camera-an-ninh'])
    expect(code).toBe(0)
    expect(output).toContain('bối cảnh, không phải tác động')
  })
})

describe('curl', () => {
  test('every call of the README is run by the script, and answers', async () => {
    const { code, output } = await run('sh', ['client-examples/curl/examples.sh'])
    expect(code, output).toBe(0)
    expect(output.match(/"name":"Câu lạc bộ Hướng thiện"/g)?.length).toBe(3)
    expect(output).toContain('"code":"BAD_USER_INPUT"')
    const readme = readFileSync(new URL('../../client-examples/curl/README.md', import.meta.url), 'utf8')
    const script = readFileSync(new URL('../../client-examples/curl/examples.sh', import.meta.url), 'utf8')
    const bodies = readme.match(/(?<=-d |--data-urlencode )'[^']+'/g) ?? []
    expect(bodies.length).toBeGreaterThan(3)
    for (const body of bodies) expect(script).toContain(body)
  })
})
