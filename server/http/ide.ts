/** The GraphQL IDE (Altair), served from its npm package: it loads nothing from elsewhere, and its policy forbids it to. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Scripts only from here. Styles also inline: Angular and CodeMirror write theirs into the page. */
export const IDE_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ["'self'", 'blob:'],
    frameSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'none'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'self'"],
  },
}

const YEAR_SECONDS = 31_536_000

/** Registers `/ide`, with the example already typed in. */
export async function registerIde(app: FastifyInstance, exampleQuery: string): Promise<void> {
  const root = join(dirname(createRequire(import.meta.url).resolve('altair-static/package.json')), 'build', 'dist')
  const html = idePage(readFileSync(join(root, 'index.html'), 'utf8'))
  const settings = ideSettings(exampleQuery)
  const helmet = { contentSecurityPolicy: IDE_POLICY }

  app.get('/ide', { helmet, logLevel: 'warn' }, async (_request, reply) => reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html))
  app.get('/ide/', { helmet, logLevel: 'warn' }, async (_request, reply) => reply.redirect('/ide', 301))
  app.get('/ide/initial_options.js', { helmet }, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(settings),
  )
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.helmet = helmet
    })
    await scope.register(fastifyStatic, {
      root,
      prefix: '/ide/',
      decorateReply: false,
      index: 'index.html',
      cacheControl: false,
      setHeaders(reply, path) {
        // Names with a content hash never change their content.
        const isHashed = /(?:chunk|worker)-[A-Z0-9]{8}\.js$/.test(path)
        void reply.header('cache-control', isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'public, max-age=3600')
        // The sandbox that runs a user's own scripts gets an origin of its own.
        if (path.includes('iframe-sandbox')) void reply.header('content-security-policy', 'sandbox allow-scripts')
      },
    })
  })
}

function idePage(html: string): string {
  return html
    .replace('<html>', '<html lang="en">')
    .replace(/<base [^>]*>/, '<base href="/ide/" />')
    .replace('<title>Altair</title>', '<title>Nhân Rộng – GraphQL</title>')
    .replace('</body>', '<script type="module" src="initial_options.js"></script></body>')
}

function ideSettings(initialQuery: string): string {
  const options = {
    endpointURL: '/graphql',
    initialQuery,
    instanceStorageNamespace: 'nhan-rong',
    initialSettings: {
      language: 'vi-VN',
      'banners.disable': true,
      'alert.disableUpdateNotification': true,
      disablePushNotification: true,
      'schema.reloadOnStart': true,
    },
  }
  return `AltairGraphQL.init(${JSON.stringify(options).replaceAll('<', '\\u003c')})\n`
}
