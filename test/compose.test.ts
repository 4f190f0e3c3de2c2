/** The compose file and the Dockerfile, held to what the README promises of them. No engine is needed: this reads. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { filesToCopy } from '../server/cli/build.ts'
import { PROGRAMS } from '../server/program/bundle.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const text = readFileSync(`${ROOT}server/compose.yaml`, 'utf8')
const dockerfile = readFileSync(`${ROOT}server/Dockerfile`, 'utf8')

interface Service {
  image: string
  command?: string[]
  entrypoint?: string[]
  user?: string
  read_only?: boolean
  cap_drop?: string[]
  cap_add?: string[]
  security_opt?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  networks?: string[]
  ports?: string[]
  configs?: { source: string }[]
  healthcheck?: { test: string[] }
  restart?: string
  depends_on?: Record<string, { condition: string }>
  deploy?: { resources: { limits: { cpus: string; memory: string } } }
}
interface Compose { services: Record<string, Service>; volumes: object; networks: Record<string, { internal?: boolean }>; configs: Record<string, { content: string }> }

const { services, volumes, networks, configs } = parse(text, { merge: true }) as Compose
const all = Object.entries(services)
const ONCE = ['database-roles', 'migrate', 'search-keys', 'search-volume']
const API = ['api-1', 'api-2']

describe('compose.yaml', () => {
  it('has a database, a search engine, two API nodes, a worker and a proxy', () => {
    expect(Object.keys(services).sort()).toEqual([...ONCE, ...API, 'database', 'proxy', 'search', 'worker'].sort())
    expect(services.database!.image).toMatch(/^postgres:17/)
    expect(services.search!.image).toMatch(/^getmeili\/meilisearch:v1\.50/)
  })

  it('asks every service that answers whether it is well, the API nodes whether they are ready', () => {
    for (const [name, service] of all) expect(service.healthcheck !== undefined, name).toBe(!ONCE.includes(name) && name !== 'worker')
    for (const name of [...API, 'proxy']) expect(services[name]!.healthcheck!.test.join(' ')).toContain('/readyz')
    expect(configs.proxy!.content).toContain('uri /readyz')
  })

  it('waits for what it needs: services that exist, well or done', () => {
    for (const [name, { depends_on = {} }] of all) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(services[other], `${name} needs ${other}`).toBeDefined()
        expect(condition, `${name} needs ${other}`).toBe(ONCE.includes(other) ? 'service_completed_successfully' : 'service_healthy')
      }
    }
    expect(Object.keys(services['api-1']!.depends_on!)).toContain('migrate')
  })

  it('runs without root, without capabilities, on file systems that cannot be written, within limits', () => {
    for (const [name, service] of all) {
      expect(service.read_only, name).toBe(true)
      expect(service.cap_drop, name).toEqual(['ALL'])
      expect(service.security_opt, name).toContain('no-new-privileges:true')
      expect(service.deploy?.resources.limits, name).toMatchObject({ cpus: expect.any(String), memory: expect.stringMatching(/^\d+[MG]$/) })
      // One step makes new volumes writable for those who are not root.
      if (name === 'search-volume') expect(service).toMatchObject({ user: 'root', cap_add: ['CHOWN'] })
      else expect(service.user, name).toMatch(/^(node|postgres|haproxy|1000:1000)$/)
    }
  })

  it('has no secret of its own: each must be given, or nothing starts', () => {
    const secrets = ['POSTGRES_PASSWORD', 'DATABASE_OWNER_PASSWORD', 'DATABASE_APP_PASSWORD', 'MEILI_MASTER_KEY', 'ADMIN_KEY', 'PUBLIC_URL']
    for (const name of secrets) {
      const uses = text.match(new RegExp(`(?<!\\$)\\$\\{${name}[^}]*\\}`, 'g')) ?? []
      expect(uses.length, name).toBeGreaterThan(0)
      for (const use of uses) expect(use).toMatch(/:\?/)
    }
    for (const [name, { environment = {} }] of all) {
      for (const [variable, value] of Object.entries(environment)) if (/PASSWORD|MASTER_KEY|ADMIN_KEY/.test(variable)) expect(value, `${name} ${variable}`).toMatch(/^\$\{[A-Z_]+:\?/)
    }
  })

  it('gives each no more rights than it needs', () => {
    const holders = (variable: string) => all.filter(([, service]) => JSON.stringify(service.environment ?? {}).includes(`\${${variable}:`)).map(([name]) => name).sort()
    expect(holders('MEILI_MASTER_KEY')).toEqual(['search', 'search-keys'])
    expect(holders('POSTGRES_PASSWORD')).toEqual(['database', 'database-roles'])
    expect(holders('DATABASE_OWNER_PASSWORD')).toEqual(['database-roles', 'migrate'])
    for (const name of [...API, 'worker']) expect(services[name]!.environment!.DATABASE_URL).toContain('//nhan_rong_app:')
    for (const name of API) expect(services[name]).toMatchObject({ environment: { INDEXER: 'false' }, volumes: ['api-key:/run/search-key:ro'] })
    expect(services.worker!.volumes).toEqual(['worker-key:/run/search-key:ro'])

    const rights = [...configs.keys!.content.matchAll(/nhan-rong-(\w+) '(\[.*?\])'/g)].map(([, who, actions]) => [who!, JSON.parse(actions!) as string[]] as const)
    expect(Object.fromEntries(rights)).toMatchObject({ api: ['search'], worker: expect.not.arrayContaining(['*', 'keys.create', 'keys.get', 'version']) })
    expect(configs.keys!.content).toContain('models__*')
  })

  it('publishes the proxy alone; the inside has no way out', () => {
    expect(all.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['proxy'])
    expect(networks.inside).toEqual({ internal: true })
    for (const [name, service] of all) if (name !== 'proxy' && name !== 'search-volume') expect(service.networks, name).toEqual(['inside'])
  })

  it('mounts and configures only what it declares', () => {
    for (const [name, service] of all) {
      for (const mount of service.volumes ?? []) expect(Object.keys(volumes), `${name} mounts ${mount}`).toContain(mount.split(':')[0])
      for (const { source } of service.configs ?? []) expect(Object.keys(configs), `${name} reads ${source}`).toContain(source)
    }
  })

  it('starts programs that the build makes', () => {
    const programs = [...`${text}\n${dockerfile}`.matchAll(/dist\/([\w/-]+)\.js/g)].map(([, name]) => name!)
    expect(programs).toContain('main')
    expect(Object.keys(PROGRAMS)).toEqual(expect.arrayContaining(programs))
  })
})

describe('Dockerfile', () => {
  it('has stages, takes the locked versions, leaves the tests’ libraries out and is not root', () => {
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(3)
    expect(dockerfile).toContain('npm ci --omit=dev')
    expect(dockerfile.trim().split('\n').filter((line) => /^(USER|CMD)/.test(line))).toEqual(['USER node', 'CMD ["node", "dist/main.js"]'])
  })

  it('copies nothing that .dockerignore leaves out', () => {
    const allowed = readFileSync(`${ROOT}.dockerignore`, 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1).replace(/\/$/, ''))
    const copied = dockerfile.split('\n').filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(' ').slice(1, -1))
    expect(copied.filter((path) => !allowed.includes(path))).toEqual([])
  })
})

describe('the build', () => {
  it('takes along what is read at run time', () => {
    const files = filesToCopy()
    expect(files).toEqual(expect.arrayContaining(['server/db/migrations/0001_record.sql', 'server/db/embedded/worker.mjs', 'seed/units/overlay.yaml', 'seed/data/vocabularies.yaml', 'seed/data/models/cau-lac-bo-huong-thien.yaml']))
    expect(files.filter((path) => path.includes('compose') || path.includes('.env'))).toEqual([])
  })
})
