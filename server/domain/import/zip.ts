/**
 * Reading a ZIP from memory, no more of it than was asked for: by its central directory, unpacked by Node's own zlib, every byte that comes
 * out counted. No library: those that read from memory unpack a whole entry before anybody can say that it is too much.
 */
import { crc32, createInflateRaw } from 'node:zlib'
import { ImportFileError } from './fault.ts'

interface Entry { name: string; method: number; crc: number; packed: number; offset: number }

const MAX_ENTRIES = 2000
const malformed = (what: string): ImportFileError => new ImportFileError('MALFORMED', `This is no whole XLSX file: ${what}. Open it in a spreadsheet program and save it again.`)

export class Zip {
  private readonly bytes: Buffer
  private readonly entries = new Map<string, Entry>()
  private left: number

  /** @param most bytes that all that is read may unpack to @throws ImportFileError when it is no ZIP */
  constructor(bytes: Uint8Array, most: number) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.left = most
    const end = this.findEnd()
    const count = this.bytes.readUInt16LE(end + 10)
    if (count > MAX_ENTRIES) throw new ImportFileError('TOO_LARGE', `This file holds ${count} parts; a workbook has a few dozen.`)
    let at = this.bytes.readUInt32LE(end + 16)
    for (let i = 0; i < count; i += 1) at = this.addEntry(at)
  }

  names(): string[] {
    return [...this.entries.keys()]
  }

  /** Pieces of an entry as they are unpacked; undefined when there is none of this name. @throws ImportFileError */
  open(name: string): AsyncIterable<Buffer> | undefined {
    const entry = this.entries.get(name)
    return entry && this.unpack(entry)
  }

  /** A whole small entry, as text. */
  async read(name: string): Promise<string | undefined> {
    const pieces = this.open(name)
    if (!pieces) return undefined
    const all: Buffer[] = []
    for await (const piece of pieces) all.push(piece)
    return Buffer.concat(all).toString('utf8')
  }

  private findEnd(): number {
    const { bytes } = this
    for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at -= 1) if (bytes.readUInt32LE(at) === 0x06054b50) return at
    throw malformed('it has no directory at its end')
  }

  private addEntry(at: number): number {
    const { bytes } = this
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw malformed('its directory is broken')
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const end = at + 46 + nameLength! + extraLength! + commentLength!
    if (end > bytes.length) throw malformed('its directory is broken')
    if ((bytes.readUInt16LE(at + 8) & 1) !== 0) throw new ImportFileError('ENCRYPTED', 'This file is protected by a password. Save it without.')
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength!).replace(/^\/+/, '')
    this.entries.set(name, { name, method: bytes.readUInt16LE(at + 10), crc: bytes.readUInt32LE(at + 16), packed: bytes.readUInt32LE(at + 20), offset: bytes.readUInt32LE(at + 42) })
    return end
  }

  private packedBytes({ name, packed, offset }: Entry): Buffer {
    const { bytes } = this
    if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== 0x04034b50) throw malformed(`its part ${name.slice(0, 60)} is missing`)
    const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28)
    if (start + packed > bytes.length) throw malformed(`its part ${name.slice(0, 60)} is cut off`)
    return bytes.subarray(start, start + packed)
  }

  private async *unpack(entry: Entry): AsyncGenerator<Buffer> {
    const packed = this.packedBytes(entry)
    if (entry.method !== 0 && entry.method !== 8) throw malformed(`its part ${entry.name.slice(0, 60)} is packed in an unknown way`)
    let crc = 0
    const count = (piece: Buffer): Buffer => {
      if ((this.left -= piece.length) < 0) throw new ImportFileError('TOO_LARGE', 'This file unpacks to far more than a table of its kind: it is refused.')
      crc = crc32(piece, crc)
      return piece
    }
    if (entry.method === 0) yield count(packed)
    else {
      const inflate = createInflateRaw()
      inflate.end(packed)
      try {
        for await (const piece of inflate) yield count(piece as Buffer)
      } catch (error) {
        if (error instanceof ImportFileError) throw error
        throw malformed(`its part ${entry.name.slice(0, 60)} cannot be unpacked`)
      } finally {
        inflate.destroy()
      }
    }
    if (crc !== entry.crc) throw malformed(`its part ${entry.name.slice(0, 60)} is damaged`)
  }
}
