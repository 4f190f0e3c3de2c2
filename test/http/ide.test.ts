import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './support.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ isProduction: true })
})
afterAll(() => server.close())

/** Everything that a page or a style sheet names. */
function namedAssets(text: string): string[] {
  return [...text.matchAll(/(?:src|href)="([^"]+)"|url\(["']?([^"')]+)["']?\)/g)].map((match) => match[1] ?? match[2]!)
}

describe('the IDE', () => {
  it('names only its own assets, and all of them are there', async () => {
    const page = await server.app.inject('/ide')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    const seen = new Set<string>()
    const queue = namedAssets(page.body).map((name) => new URL(name, 'http://ide/ide/').href)
    while (queue.length) {
      const url = new URL(queue.pop()!)
      if (url.protocol === 'data:' || seen.has(url.pathname)) continue
      expect(url.host).toBe('ide')
      seen.add(url.pathname)
      if (url.pathname === '/ide/') continue
      const asset = await server.app.inject(url.pathname)
      expect([url.pathname, asset.statusCode]).toEqual([url.pathname, 200])
      if (url.pathname.endsWith('.css')) queue.push(...namedAssets(asset.body).filter((name) => !name.startsWith('#')).map((name) => new URL(name, url).href))
      // Chunks are imported by chunks.
      if (url.pathname.endsWith('.js')) {
        const imports = [...asset.body.matchAll(/(?:from|import\(?|new URL\()\s*["'](\.?\/?(?:chunk|worker)-[A-Z0-9]{8}\.js)["']/g)].map((match) => match[1]!)
        queue.push(...imports.map((name) => new URL(name, url).href))
      }
    }
    expect([...seen].filter((path) => path.endsWith('.js')).length).toBeGreaterThan(15)
    expect([...seen].some((path) => path.endsWith('.woff2'))).toBe(true)
  })

  it('is forbidden to load anything from elsewhere', async () => {
    for (const path of ['/ide', '/ide/main.js', '/ide/initial_options.js']) {
      const policy = String((await server.app.inject(path)).headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("connect-src 'self'")
      expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/)
    }
    const page = (await server.app.inject('/ide')).body
    // No inline script: the policy would refuse it.
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/)
    expect(page).toContain('<base href="/ide/" />')
  })

  it('starts with the example and the address of this server', async () => {
    const script = (await server.app.inject('/ide/initial_options.js')).body
    const options = JSON.parse(script.slice('AltairGraphQL.init('.length, script.lastIndexOf(')')))
    expect(options).toMatchObject({ endpointURL: '/graphql', initialQuery: '{ hello(name: "<Nhân Rộng>") }' })
    expect(script).not.toContain('<')
  })

  it('caches what never changes, and nothing else for long', async () => {
    const page = (await server.app.inject('/ide')).body
    const chunk = page.match(/chunk-[A-Z0-9]{8}\.js/)![0]
    expect((await server.app.inject(`/ide/${chunk}`)).headers['cache-control']).toContain('immutable')
    expect((await server.app.inject('/ide')).headers['cache-control']).toBe('no-cache')
    expect((await server.app.inject('/ide/main.js')).headers['cache-control']).toBe('public, max-age=3600')
  })

  it('does not serve files from outside its folder', async () => {
    for (const path of ['/ide/../package.json', '/ide/..%2f..%2fpackage.json', '/ide/%2e%2e/%2e%2e/package.json']) {
      expect((await server.app.inject(path)).statusCode).toBeGreaterThanOrEqual(400)
    }
  })
})
