/** The GraphQL IDE (Altair), served from its npm package: it loads nothing from elsewhere, and its policy forbids it to. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Scripts only from here. Styles also inline: Angular and CodeMirror write theirs into the page. */
export const IDE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join(';')

const YEAR_SECONDS = 31_536_000

/** Registers `/ide`, with the example already typed in. */
export async function registerIde(app: FastifyInstance, exampleQuery: string): Promise<void> {
  const root = join(dirname(createRequire(import.meta.url).resolve('altair-static/package.json')), 'build', 'dist')
  const html = idePage(readFileSync(join(root, 'index.html'), 'utf8'))
  const settings = ideSettings(exampleQuery)
  const quiet = { logLevel: 'warn' as const }

  app.get('/ide', quiet, async (_request, reply) => send(reply, 'text/html; charset=utf-8', html))
  app.get('/ide/', quiet, async (_request, reply) => reply.redirect('/ide', 301))
  app.get('/ide/initial_options.js', quiet, async (_request, reply) => send(reply, 'text/javascript; charset=utf-8', settings))
  await app.register(fastifyStatic, {
    root,
    prefix: '/ide/',
    decorateReply: false,
    logLevel: 'warn',
    index: false,
    cacheControl: false,
    setHeaders(reply, path) {
      // Names with a content hash never change their content.
      const isHashed = /(?:chunk|worker)-[A-Z0-9]{8}\.js$/.test(path)
      void reply.header('cache-control', isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'public, max-age=3600')
      // The sandbox that runs a user's own scripts gets an origin of its own.
      void reply.header('content-security-policy', path.includes('iframe-sandbox') ? 'sandbox allow-scripts' : IDE_POLICY)
    },
  })
}

function send(reply: FastifyReply, type: string, body: string): FastifyReply {
  return reply.type(type).header('cache-control', 'no-cache').header('content-security-policy', IDE_POLICY).send(body)
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
