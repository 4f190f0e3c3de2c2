/** A server that speaks just enough of Postgres' protocol to be examined, for the versions that nobody has at hand. */
import { createServer, type AddressInfo, type Server } from 'node:net'

export interface FakeServer { url: string; close(): Promise<void> }

/** Answers every query with one row of these columns; without columns it accepts connections and says nothing. */
export async function startFakeServer(columns?: Record<string, string>): Promise<FakeServer> {
  const server = createServer((socket) => {
    let isStarted = false
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      if (columns === undefined) return
      if (!isStarted) {
        isStarted = true
        socket.write(Buffer.concat([message('R', int32(0)), READY]))
      } else if (bytes[0] === 'Q'.charCodeAt(0)) socket.write(Buffer.concat([describeRow(columns), dataRow(columns), message('C', text('SELECT 1')), READY]))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `postgres://somebody:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}/nr`, close: () => closeServer(server) }
}

const int32 = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value); return bytes }
const int16 = (value: number): Buffer => { const bytes = Buffer.alloc(2); bytes.writeInt16BE(value); return bytes }
const text = (value: string): Buffer => Buffer.from(`${value}\0`)
const message = (type: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
const READY = message('Z', Buffer.from('I'))
const INT4 = 23
const TEXT = 25

function describeRow(columns: Record<string, string>): Buffer {
  const fields = Object.entries(columns).flatMap(([name, value]) => [text(name), int32(0), int16(0), int32(/^\d+$/.test(value) ? INT4 : TEXT), int16(-1), int32(-1), int16(0)])
  return message('T', Buffer.concat([int16(Object.keys(columns).length), ...fields]))
}

function dataRow(columns: Record<string, string>): Buffer {
  const values = Object.values(columns).flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)])
  return message('D', Buffer.concat([int16(Object.keys(columns).length), ...values]))
}

const closeServer = (server: Server): Promise<void> => new Promise((resolve) => {
  server.close(() => resolve())
  ;(server as Server & { closeAllConnections?: () => void }).closeAllConnections?.()
})
