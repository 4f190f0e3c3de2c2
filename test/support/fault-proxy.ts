/** A network that misbehaves: stands between us and a server, and does to each connection or reply what it is told. */
import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/**
 * `pass` lets through · `reset` breaks the connection · `hang` takes everything and never answers · `html`, `error` and `other` answer as
 * a web page, a failing gateway and another program's JSON do · a number of bytes to `truncate` the reply after · milliseconds to `delay` it.
 */
export type Fault = 'pass' | 'reset' | 'hang' | 'html' | 'error' | 'other' | { truncate: number } | { delay: number }

export interface FaultProxy {
  url: string
  fault: Fault
  /** Breaks what is open, as a server that dies does. */
  breakAll(): void
  close(): Promise<void>
}

const reply = (status: string, type: string, body: string): string => `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
const REPLIES = {
  html: reply('200 OK', 'text/html', '<!doctype html><title>It works!</title><h1>It works!</h1>'),
  error: reply('503 Service Unavailable', 'text/html', '<html><body><h1>503 Service Unavailable</h1></body></html>'),
  other: reply('200 OK', 'application/json', '{"status":"ok","results":"none"}'),
}

export async function openFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    open.add(socket)
    return socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket))
  }
  const server = createServer((client) => {
    keep(client)
    // Each request meets the fault of its own moment, also on a connection that is kept open.
    client.on('data', (chunk) => {
      const { fault } = proxy
      if (fault === 'reset') return void client.resetAndDestroy()
      if (fault === 'hang') return
      if (typeof fault === 'string' && fault !== 'pass') return void client.end(REPLIES[fault])
      upstreamOf(client).write(chunk)
    })
  })
  const upstreams = new WeakMap<Socket, Socket>()
  const upstreamOf = (client: Socket): Socket => {
    const known = upstreams.get(client)
    if (known !== undefined && !known.destroyed) return known
    const upstream = keep(connect(Number(port), hostname))
    upstreams.set(client, upstream)
    let sent = 0
    upstream.on('data', (chunk: Buffer) => {
      const { fault } = proxy
      if (fault === 'hang') return
      if (fault === 'reset') return void client.resetAndDestroy()
      if (typeof fault === 'object' && 'truncate' in fault) {
        client.write(chunk.subarray(0, Math.max(0, fault.truncate - sent)))
        sent += chunk.length
        if (sent >= fault.truncate) client.destroySoon()
        return
      }
      if (typeof fault === 'object') setTimeout(() => client.write(chunk), fault.delay).unref()
      else client.write(chunk)
    })
    upstream.on('close', () => client.destroySoon())
    client.on('close', () => upstream.destroy())
    return upstream
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: 'pass',
    breakAll: () => { for (const socket of open) socket.destroy() },
    close: () => new Promise((resolve) => { proxy.breakAll(); server.close(() => resolve()) }),
  }
  return proxy
}
