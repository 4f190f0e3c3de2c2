/** Connections on which nothing is being answered, which would keep a server from closing until they time out. */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

const CHECK_MS = 100
/** A connection may have been made for a request that is still on its way. */
const SILENT_MS = 500

export interface Connections {
  /** From now on ends what is idle, or was opened and never used (as browsers do ahead of need); returns how to stop doing so. */
  endIdle(): () => void
}

/** Watches them from before the first one. */
export function watchConnections(server: Server): Connections {
  const unused = new Map<Socket, number>()
  server.on('connection', (socket: Socket) => {
    unused.set(socket, performance.now())
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket))
  return {
    endIdle: () => {
      const timer = setInterval(() => {
        server.closeIdleConnections()
        for (const [socket, since] of unused) if (performance.now() - since > SILENT_MS) socket.destroy()
      }, CHECK_MS)
      return () => clearInterval(timer)
    },
  }
}
