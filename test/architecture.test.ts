/** The order of the rooms, read from the imports themselves. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Each may import only what stands to its left, and its own room. `http` and `schema` stand side by side. */
const ORDER = ['ground', 'db', 'search', 'outbox', 'domain', 'indexer', 'auth', 'context', 'schema', 'http', 'root'] as const
type Room = (typeof ORDER)[number]
const GROUND = ['server/errors.ts', 'server/logger.ts', 'server/config.ts', 'server/once.ts', 'server/stretches.ts']
const ROOTS = /^(?:server\/(?:main|worker|cli)\.ts|server\/cli\/|server\/[a-z]+\/cli\/|server\/main\/|server\/program\/|seed\/)/
const NEIGHBOURS: Partial<Record<Room, Room[]>> = { http: ['schema'], schema: ['http'], auth: ['indexer'], indexer: ['auth'] }

interface SourceFile {
  path: string
  text: string
  /** Files of ours that it imports; types only are told apart, since they vanish. */
  imports: { path: string; isType: boolean }[]
}

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = `${folder}/${name}`
    if (statSync(join(ROOT, path)).isDirectory()) return sourcesUnder(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '')
  const imports = [...code.matchAll(/^(?:import|export)\s+(type\s)?[^'"\n;]*?(?:\{[^}]*\}[^'"\n;]*?)?from\s+['"](\.[^'"]+)['"]|^import\s+['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/gm)].map((match) => ({
    path: relative(ROOT, join(ROOT, dirname(path), match[2] ?? match[3] ?? match[4]!)),
    isType: match[1] !== undefined,
  }))
  return { path, text, imports }
}

const files = ['server', 'schema', 'seed'].flatMap(sourcesUnder).map(readSource)

function roomOf(path: string): Room {
  if (GROUND.includes(path)) return 'ground'
  if (ROOTS.test(path)) return 'root'
  if (path.startsWith('schema/')) return 'schema'
  const name = path.match(/^server\/([a-z-]+)/)?.[1] ?? ''
  const room = ORDER.find((one) => one === name)
  if (!room) throw new Error(`${path} stands in no room: give it one in this test, or move it`)
  return room
}

describe('layers', () => {
  it('are imported from left to right only', () => {
    const wrong = files.flatMap((file) => {
      const room = roomOf(file.path)
      return file.imports
        .filter((target) => {
          const other = roomOf(target.path)
          if (other === room) return false
          return NEIGHBOURS[room]?.includes(other) || ORDER.indexOf(other) > ORDER.indexOf(room)
        })
        .map((target) => `${file.path} (${room}) imports ${target.path} (${roomOf(target.path)})`)
    })
    expect(wrong).toEqual([])
  })

  it('sees the imports that it judges', () => {
    const http = files.find((file) => file.path === 'server/http.ts')!
    expect(http.imports.map((target) => target.path)).toContain('server/http/graphql.ts')
    expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(files.length)
  })

  it('schema/ enters server/ through the composition root only', () => {
    const others = files.filter((file) => file.path.startsWith('server/') && roomOf(file.path) !== 'root')
    expect(others.filter((file) => file.imports.some((target) => target.path.startsWith('schema/'))).map((file) => file.path)).toEqual([])
  })

  it('reads never import writes', () => {
    const reads = files.filter((file) => /^server\/domain\/.*\bread\b.*\.ts$/.test(file.path))
    expect(reads.length).toBeGreaterThan(0)
    expect(reads.filter((file) => file.imports.some((target) => /\/write(?:\.ts|\/)/.test(target.path))).map((file) => file.path)).toEqual([])
  })

  it('one noun of the domain does not write another', () => {
    const nounOf = (path: string) => path.match(/^server\/domain\/([a-z-]+)\//)?.[1]
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((target) => nounOf(file.path) && /\/write(?:\.ts|\/)/.test(target.path) && nounOf(target.path) !== nounOf(file.path))
        .map((target) => `${file.path} imports ${target.path}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('files', () => {
  it('read the environment only in config and at the root', () => {
    const readers = files.filter((file) => /process\.env\b/.test(file.text) && file.path !== 'server/config.ts' && roomOf(file.path) !== 'root')
    expect(readers.map((file) => file.path)).toEqual([])
  })

  it('import nothing in circles', () => {
    const byPath = new Map(files.map((file) => [file.path, file]))
    const done = new Set<string>()
    const circles: string[] = []
    const walk = (path: string, trail: string[]): void => {
      if (trail.includes(path)) {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
        return
      }
      if (done.has(path)) return
      for (const target of byPath.get(path)?.imports ?? []) if (!target.isType) walk(target.path, [...trail, path])
      done.add(path)
    }
    for (const file of files) walk(file.path, [])
    expect(circles).toEqual([])
  })

  it('are 300 lines at most', () => {
    const long = files.map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 })).filter((file) => file.lines > 300)
    expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([])
  })

  it('have names in kebab case', () => {
    expect(files.map((file) => file.path).filter((path) => !/^(?:[a-z0-9]+(?:[-.][a-z0-9]+)*\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*\.ts$/.test(path))).toEqual([])
  })

  it('export by name', () => {
    expect(files.filter((file) => /^export default\b/m.test(file.text)).map((file) => file.path)).toEqual([])
  })
})
