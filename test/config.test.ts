/** The environment: every fault at once with what to do, nothing secret told, and what holds when nothing is set. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, loadConfig, readEnvironment } from '../server/config.ts'

const CANARY = 'c4n4ry value'
const folder = mkdtempSync(join(tmpdir(), 'nr-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function faultsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('defaults', () => {
  it('serve on this machine from the embedded database, with Postgres as the search engine', () => {
    expect(loadConfig({})).toEqual({
      port: 4000, host: '127.0.0.1', dataDir: '.data', databaseUrl: undefined, queryTimeoutMs: 8000, meili: undefined, adminKey: undefined, oidc: undefined,
      publicUrl: undefined, corsOrigins: [], runIndexer: true, drainMs: 200, trustProxy: false, rateLimit: 0, introspection: true, logLevel: 'warn', nodeEnv: 'development',
    })
  })
  it('are stricter in production', () => {
    expect(loadConfig({ NODE_ENV: 'production' })).toMatchObject({ drainMs: 3000, rateLimit: 600, introspection: false, logLevel: 'info' })
    expect(loadConfig({ NODE_ENV: 'production', DRAIN_MS: '0', RATE_LIMIT: '0', INTROSPECTION: 'on', LOG_LEVEL: 'DEBUG' })).toMatchObject({ drainMs: 0, rateLimit: 0, introspection: true, logLevel: 'debug' })
  })
  it('hold for a variable that is empty or blank', () => {
    expect(loadConfig({ PORT: '', HOST: ' ', DATABASE_URL: '', MEILI_URL: '', MEILI_ADMIN_KEY: '', ADMIN_KEY: '', OIDC_ISSUER: '', RATE_LIMIT: ' ', LOG_LEVEL: '' })).toEqual(loadConfig({}))
  })
})

describe('what is set', () => {
  it('is taken, blanks around it and a final slash dropped', () => {
    const config = loadConfig({
      PORT: ' 0 ', HOST: '0.0.0.0', DATA_DIR: '/srv/data', DATABASE_URL: 'postgresql://u:p@db:5432/nr?sslmode=require', QUERY_TIMEOUT_MS: '50', MEILI_URL: 'http://127.0.0.1:7700', MEILI_SEARCH_KEY: 's', MEILI_ADMIN_KEY: 'a',
      ADMIN_KEY: 'abcdefgh', OIDC_ISSUER: 'https://id.example.vn', OIDC_AUDIENCE: 'nr', OIDC_ROLE_CLAIM: 'realm_access.roles', OIDC_ROLES: 'nr-admins=ADMIN, ban bien tap = CURATOR', PUBLIC_URL: 'https://mo-hinh.example.vn//', CORS_ORIGINS: 'https://a.example/, http://localhost:5173', INDEXER: 'no', TRUST_PROXY: 'YES',
    })
    expect(config).toMatchObject({
      port: 0, host: '0.0.0.0', dataDir: '/srv/data', databaseUrl: 'postgresql://u:p@db:5432/nr?sslmode=require', queryTimeoutMs: 50, meili: { url: 'http://127.0.0.1:7700', searchKey: 's', adminKey: 'a' },
      adminKey: 'abcdefgh', oidc: { issuer: 'https://id.example.vn', audience: 'nr', roleClaim: 'realm_access.roles', roles: { 'nr-admins': 'ADMIN', 'ban bien tap': 'CURATOR' }, localitiesClaim: 'localities' }, publicUrl: 'https://mo-hinh.example.vn', corsOrigins: ['https://a.example', 'http://localhost:5173'], runIndexer: false, trustProxy: true,
    })
    expect(loadConfig({ EMBEDDINGS_URL: 'http://127.0.0.1:11434/v1', EMBEDDINGS_MODEL: 'bge-m3' }).embeddings).toEqual({ url: 'http://127.0.0.1:11434/v1', model: 'bge-m3', key: undefined, dimensions: undefined, minSimilarity: 0.5 })
    expect(loadConfig({ EMBEDDINGS_URL: 'https://api.example/v1', EMBEDDINGS_MODEL: 'm', EMBEDDINGS_KEY: 'sk-1', EMBEDDINGS_DIMENSIONS: '512', EMBEDDINGS_MIN_SIMILARITY: '0.35' }).embeddings).toMatchObject({ key: 'sk-1', dimensions: 512, minSimilarity: 0.35 })
    expect(loadConfig({ CORS_ORIGINS: '*' }).corsOrigins).toEqual(['*'])
  })
})

/** One wrong value per variable, all of them with text that must not come back. */
const WRONG: Record<string, string> = {
  PORT: `80${CANARY}`, HOST: CANARY, DATA_DIR: `${CANARY}\0`, DATABASE_URL: `mysql://root:${encodeURIComponent(CANARY)}@db/x`, QUERY_TIMEOUT_MS: CANARY, MEILI_URL: `ftp://${encodeURIComponent(CANARY)}@search`,
  EMBEDDINGS_URL: CANARY, EMBEDDINGS_MODEL: CANARY, EMBEDDINGS_KEY: CANARY, EMBEDDINGS_DIMENSIONS: CANARY, EMBEDDINGS_MIN_SIMILARITY: CANARY,
  ADMIN_KEY: CANARY, OIDC_ISSUER: CANARY, OIDC_ROLES: CANARY, PUBLIC_URL: CANARY, CORS_ORIGINS: `https://x.example/${encodeURIComponent(CANARY)}`, INDEXER: CANARY, DRAIN_MS: CANARY, TRUST_PROXY: CANARY, RATE_LIMIT: `-1${CANARY}`, INTROSPECTION: CANARY, LOG_LEVEL: CANARY, NODE_ENV: CANARY,
}

describe('faults', () => {
  it('are told all at once, one a line, each with its variable and what would be right', () => {
    const faults = faultsOf({ ...WRONG, OIDC_AUDIENCE: 'nr' })
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual(Object.keys(WRONG).sort())
    for (const fault of faults) expect(fault).toMatch(/^[A-Z_]+ must be .{10,}\.$/)
    const { message } = new ConfigError(faults)
    expect(message.split('\n')).toHaveLength(faults.length + 1)
    expect(message).toContain('23 faults')
  })
  it('never repeat what was set', () => {
    expect(JSON.stringify(faultsOf(WRONG))).not.toContain('c4n4ry')
    expect(JSON.stringify(faultsOf({ ADMIN_KEY: 'short7!', MEILI_ADMIN_KEY: 'm4st3rk3y', DATABASE_URL: 'postgres//user:hunter2@db' }))).not.toMatch(/short7|m4st3rk3y|hunter2/)
  })
  it.each([
    ['PORT', ['65536', '-1', '4e3', '80.5', '0x50']], ['QUERY_TIMEOUT_MS', ['49', '600001', '8s']], ['DRAIN_MS', ['60001']], ['RATE_LIMIT', ['10000001', '1.5']],
    ['DATABASE_URL', ['localhost:5432/nr', 'http://db/nr']], ['MEILI_URL', ['127.0.0.1:7700', 'meili']], ['PUBLIC_URL', ['mo-hinh.example.vn']], ['ADMIN_KEY', ['sevench', 'khoá bí mật', 'with blank']],
    ['CORS_ORIGINS', ['example.vn', 'https://a.example/path', 'https://a.example,nonsense']], ['LOG_LEVEL', ['loud']], ['NODE_ENV', ['prod']], ['INDEXER', ['maybe']], ['EMBEDDINGS_DIMENSIONS', ['1', '16385', '1e3']], ['EMBEDDINGS_MIN_SIMILARITY', ['0', '1.1', '-0.5', '50%', '.5']], ['EMBEDDINGS_KEY', ['khoá', 'two words']], ['OIDC_ROLES', ['ADMIN', 'a=BOSS', '=ADMIN', 'a=ADMIN,', 'a=b=ADMIN']],
  ])('refuse %s = %j', (name, values) => {
    const beside: Record<string, string> = name.startsWith('EMBEDDINGS_') ? { EMBEDDINGS_URL: 'http://127.0.0.1/v1', EMBEDDINGS_MODEL: 'm' } : {}
    for (const value of values) expect(faultsOf({ ...beside, [name]: value }), value).toEqual([expect.stringMatching(`^${name} must be `)])
  })
  it('say what belongs together', () => {
    expect(faultsOf({ MEILI_ADMIN_KEY: 'x' })).toEqual([expect.stringContaining('MEILI_URL is missing')])
    expect(faultsOf({ OIDC_ISSUER: 'https://id.example.vn' })).toEqual([expect.stringContaining('belong together')])
    expect(faultsOf({ OIDC_AUDIENCE: 'nr' })).toEqual([expect.stringContaining('belong together')])
    expect(faultsOf({ EMBEDDINGS_URL: 'http://127.0.0.1:11434/v1' })).toEqual([expect.stringContaining('EMBEDDINGS_URL and EMBEDDINGS_MODEL belong together')])
    expect(faultsOf({ EMBEDDINGS_MODEL: 'm', EMBEDDINGS_KEY: 'k' })).toEqual([expect.stringContaining('belong together')])
    for (const name of ['KEY', 'DIMENSIONS', 'MIN_SIMILARITY']) expect(faultsOf({ [`EMBEDDINGS_${name}`]: name === 'DIMENSIONS' ? '64' : '0.5' })).toEqual([expect.stringContaining('are missing though')])
  })
})

describe('.env', () => {
  it('adds what is not set, and never overrides what is', () => {
    const file = join(folder, '.env')
    writeFileSync(file, 'NR_TEST_ADDED=from-file\nNR_TEST_SET=from-file\n')
    process.env.NR_TEST_SET = 'from-shell'
    try {
      expect(readEnvironment(file)).toMatchObject({ NR_TEST_ADDED: 'from-file', NR_TEST_SET: 'from-shell' })
      expect(readEnvironment(join(folder, 'none'))).toBe(process.env)
    } finally {
      delete process.env.NR_TEST_ADDED
      delete process.env.NR_TEST_SET
    }
  })
  it('that cannot be read is said', () => {
    const file = join(folder, 'directory')
    mkdirSync(file)
    expect(() => readEnvironment(file)).toThrow(/directory cannot be read \(\w+\)\. Make it a text file/)
  })
})
