/** Writing a ZIP as it is made: sizes follow each part, so nothing is held back. */
import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

export interface ZipPart { name: string; content: Iterable<string> | AsyncIterable<string> }

/** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808
/** 1/1/1980: the same content gives the same bytes. */
const DOS_DATE = 0x21

export async function* writeZip(parts: readonly ZipPart[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content } of parts) {
    const start = offset
    const sizes = { crc: 0, plain: 0, packed: 0 }
    const local = header(0x04034b50, 30, name, sizes)
    offset += local.length
    yield local
    const deflate = createDeflateRaw({ level: 6 })
    const source = Readable.from(counted(content, sizes))
    source.on('error', (error) => deflate.destroy(error))
    source.pipe(deflate)
    for await (const piece of deflate as AsyncIterable<Buffer>) {
      sizes.packed += piece.length
      offset += piece.length
      yield piece
    }
    const after = Buffer.alloc(16)
    after.writeUInt32LE(0x08074b50, 0)
    writeSizes(after, 4, sizes)
    offset += after.length
    yield after
    const central = header(0x02014b50, 46, name, sizes)
    central.writeUInt32LE(start, 42)
    directory.push(central)
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  yield* directory
  yield end
}

async function* counted(content: ZipPart['content'], sizes: { crc: number; plain: number }): AsyncGenerator<Buffer> {
  for await (const text of content) {
    const bytes = Buffer.from(text)
    sizes.crc = crc32(bytes, sizes.crc)
    sizes.plain += bytes.length
    yield bytes
  }
}

function writeSizes(into: Buffer, at: number, { crc, packed, plain }: { crc: number; packed: number; plain: number }): void {
  into.writeUInt32LE(crc, at)
  into.writeUInt32LE(packed, at + 4)
  into.writeUInt32LE(plain, at + 8)
}

function header(signature: number, length: number, name: string, sizes: { crc: number; packed: number; plain: number }): Buffer {
  const bytes = Buffer.alloc(length + Buffer.byteLength(name))
  const isCentral = length === 46
  const at = isCentral ? 6 : 4
  bytes.writeUInt32LE(signature, 0)
  if (isCentral) bytes.writeUInt16LE(20, 4)
  bytes.writeUInt16LE(20, at)
  bytes.writeUInt16LE(FLAGS, at + 2)
  bytes.writeUInt16LE(8, at + 4)
  bytes.writeUInt16LE(DOS_DATE, at + 8)
  if (isCentral) writeSizes(bytes, 16, sizes)
  bytes.writeUInt16LE(Buffer.byteLength(name), at + 22)
  bytes.write(name, length)
  return bytes
}
