/** The port: free, or a message that says what to do. */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { StartupError } from '../errors.ts'

export interface Place { host: string; port: number }

/** @throws StartupError when somebody listens there already, or may not be listened on */
export async function assertPortFree({ host, port }: Place): Promise<void> {
  if (port === 0) return
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(listeningFault(error, { host, port })))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()))
  })
}

/** Listens and gives the address that a person on this machine can open. */
export async function listen(app: FastifyInstance, place: Place): Promise<string> {
  await app.listen(place).catch((error: unknown) => Promise.reject(listeningFault(error, place)))
  const { port, family, address } = app.server.address() as AddressInfo
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
  return `http://${host}:${port}`
}

function listeningFault(error: unknown, { host, port }: Place): StartupError {
  const { code, message } = error as NodeJS.ErrnoException
  const why: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use by another program. Stop that, or start with another port: PORT=${port + 1} npm start`,
    EACCES: `This user may not listen on port ${port}. Take one above 1023: PORT=4000 npm start`,
    EADDRNOTAVAIL: `${host} is no address of this machine. Set HOST to one, such as 127.0.0.1 (only this machine) or 0.0.0.0 (every interface).`,
    ENOTFOUND: `HOST ${host} cannot be resolved. Set it to an address of this machine, such as 127.0.0.1.`,
  }
  return new StartupError(why[code ?? ''] ?? `The server cannot listen on ${host}:${port} (${code ?? message}).`, { cause: error })
}
