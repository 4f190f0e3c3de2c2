/** What the README, `.env.example` and the examples say is what there is. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawPicture, PICTURE_QUERY, PICTURED } from '../client-examples/picture/draw.ts'
import type { SeedReport } from '../seed/seed.ts'
import { createWorld, openWorld, type World } from './schema/support.ts'
import { listening } from './support/statements.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')
const readme = textOf('README.md')
const blocksOf = (language: string): string[] => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block]) => block!)
const section = (title: string): string => readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? ''

describe('configuration', () => {
  const variables = [...textOf('server/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): \{/gm)].map(([, name]) => name!)

  it('has every variable in .env.example, once', () => {
    expect(variables.length).toBeGreaterThan(15)
    const told = [...textOf('server/.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!)
    expect(new Set(told).size).toBe(told.length)
    expect(variables.filter((name) => !told.includes(name))).toEqual([])
    const ofCompose = [...textOf('server/compose.yaml').matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name]) => name!)
    expect(ofCompose.filter((name) => !told.includes(name))).toEqual([])
    expect(told.filter((name) => !variables.includes(name) && !ofCompose.includes(name))).toEqual([])
  })

  it('has every variable in the README', () => {
    const told = [...section('Configuration').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name!)
    expect(variables.filter((name) => !told.includes(name))).toEqual([])
    expect(told.filter((name) => !variables.includes(name))).toEqual([])
  })
})

describe('commands', () => {
  const scripts = Object.keys((JSON.parse(textOf('package.json')) as { scripts: object }).scripts)
  const named = (text: string): string[] => [...new Set([...text.matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map((match) => match[1] ?? match[2]!))]

  it('that the README names exist', () => expect(named(readme).filter((name) => !scripts.includes(name))).toEqual([]))
  it('that exist are in its table', () => expect(scripts.filter((name) => !named(section('Commands')).includes(name))).toEqual([]))
})

describe('examples', () => {
  it('are all named, in the README and in their own index', () => {
    const operations = readdirSync(`${ROOT}client-examples/queries`).filter((file) => file.endsWith('.graphql'))
    const index = textOf('client-examples/queries/README.md')
    expect(operations.filter((file) => !readme.includes(`client-examples/queries/${file}`))).toEqual([])
    expect(operations.filter((file) => !index.includes(`\`${file.replace('.graphql', '')}\``))).toEqual([])
  })

  describe('of the README', () => {
    let world: World
    beforeAll(async () => { world = await openWorld() })
    afterAll(() => world.close())

    it('is answered as printed', async () => {
      expect(await world.read(blocksOf('graphql')[0]!)).toEqual(JSON.parse(blocksOf('json')[0]!))
    })
    it('has a picture of what the catalogue says: client-examples/picture/draw.ts draws it anew', async () => {
      const { model } = await world.read(PICTURE_QUERY, { slug: PICTURED })
      expect(drawPicture(model)).toBe(textOf('client-examples/picture/picture.svg'))
    })
    it('is read by the statement that is printed', async () => {
      const statements: string[] = []
      const executor = world.db.getExecutor()
      const query = readme.match(/`(\{ model\(slug: [^`]+)` is\n/)![1]!
      await createWorld(listening(world.db, ({ node, queryId }) => statements.push(executor.compileQuery(node, queryId).sql))).read(query)
      const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
      expect(new Set(statements.map(oneLine))).toEqual(new Set([oneLine(readme.match(/```sql\n([\s\S]*?)```/)![1]!)]))
    })
    it('counts the models of each level of evidence', async () => {
      const { e0, e1, e2, more } = await world.read(`{
        e0: models(filter: { evidenceLevelIn: [E0] }) { totalCount } e1: models(filter: { evidenceLevelIn: [E1] }) { totalCount }
        e2: models(filter: { evidenceLevelIn: [E2] }) { totalCount } more: models(filter: { evidenceLevelIn: [E3, E4, E5] }) { totalCount } }`)
      expect(more.totalCount).toBe(0)
      expect(readme).toContain(`Today ${e0.totalCount} models reach E0, ${e1.totalCount} E1, ${e2.totalCount} E2, none more`)
    })
    it('counts the places that stay as written', async () => {
      const { value } = await world.db.selectFrom('setting').select('value').where('key', '=', 'seed.applied').executeTakeFirstOrThrow()
      const { named, unresolved } = (value as { report: SeedReport }).report.places
      const nowhere = unresolved.filter((place) => place.around === null).length
      expect(readme).toContain(`${nowhere} of ${named.toLocaleString('en')} places as sources write them lead to no unit, ${unresolved.length - nowhere} only to one around them`)
    })
  })
})

describe('files', () => {
  const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git', '.data', '.env'])
  const walk = (folder: string): string[] => readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return []
    const path = `${folder}${entry.name}`
    return entry.isDirectory() ? walk(`${path}/`) : entry.isFile() ? [path] : []
  })
  const files = walk('')

  it('of the project that texts point to exist', () => {
    const wrong = files.filter((path) => path.endsWith('.md')).flatMap((path) => {
      const folder = path.replace(/[^/]+$/, '')
      return [...textOf(path).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target!).filter((target) => !/^\w+:/.test(target))
        .filter((target) => { const full = new URL(target, `file:///${folder}`).pathname.slice(1).replace(/\/$/, ''); return !files.some((file) => file === full || file.startsWith(`${full}/`)) })
        .map((target) => `${path}: ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('tell neither where one machine keeps things nor whence it takes its packages', () => {
    // In pieces, so that this file passes its own test.
    const places = new RegExp(`(?<![\\w.:/%~@-])/(?:${['work', 'root', 'home', 'Users'].join('|')})/[\\w.-]+`)
    const hosts = new RegExp(['registry', 'npmjs', 'org'].join('\\.') + '|' + ['https?://[\\w.-]*', '(?:registry|verdaccio|artifactory|nexus)', '[\\w.-]*[:/]'].join(''), 'i')
    const wrong = files.filter((path) => {
      const text = textOf(path)
      return places.test(text) || hosts.test(text)
    })
    expect(files.length).toBeGreaterThan(400)
    expect(wrong).toEqual([])
  })
})
