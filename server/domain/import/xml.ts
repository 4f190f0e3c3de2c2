/** XML of a workbook's parts, in a stream: entities are never declared, nesting is bounded, names come without their prefix. */
import { SaxesParser } from 'saxes'
import { ImportFileError } from './fault.ts'

export interface XmlEvents {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  close?(name: string): void
  text?(text: string): void
}

const MAX_DEPTH = 32
const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Feeds the pieces of a part through the parser; between two pieces other work goes on. @throws ImportFileError for what is no XML, or wants to declare things */
export async function readXml(part: string, pieces: AsyncIterable<Buffer>, events: XmlEvents): Promise<void> {
  const parser = new SaxesParser()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let depth = 0
  parser.on('error', (error) => { throw error })
  parser.on('doctype', () => { throw new ImportFileError('MALFORMED', `The part ${part} declares a document type, which no workbook does.`) })
  parser.on('opentag', ({ name, attributes }) => {
    if ((depth += 1) > MAX_DEPTH) throw new ImportFileError('TOO_DEEP', `The part ${part} nests deeper than any workbook does.`)
    const plain: Record<string, string> = Object.create(null) as Record<string, string>
    for (const key in attributes) plain[local(key)] = String(attributes[key])
    events.open(local(name), plain)
  })
  parser.on('closetag', ({ name }) => {
    depth -= 1
    events.close?.(local(name))
  })
  if (events.text) {
    const tell = events.text.bind(events)
    parser.on('text', tell)
    parser.on('cdata', tell)
  }
  try {
    for await (const piece of pieces) parser.write(decoder.decode(piece, { stream: true }))
    parser.write(decoder.decode())
    parser.close()
  } catch (error) {
    if (error instanceof ImportFileError) throw error
    throw new ImportFileError('MALFORMED', `The part ${part} of this XLSX file is broken: ${(error as Error).message.slice(0, 120)}`)
  }
}
