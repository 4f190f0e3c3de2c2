/** What a sheet's cells need to be read: the list of sheets, the shared texts, and which styles are dates. */
import { ImportFileError } from './fault.ts'
import { readXml } from './xml.ts'
import type { Zip } from './zip.ts'

export interface Workbook {
  sheets: { name: string; part: string; isHidden: boolean }[]
  texts: string[]
  /** Styles, by their number, that show their number as a date. */
  dateStyles: ReadonlySet<number>
  /** Days are counted from 1904. */
  is1904: boolean
}

const MAX_TEXTS = 1_000_000

/** @throws ImportFileError when it is no workbook */
export async function readWorkbook(zip: Zip): Promise<Workbook> {
  const names = zip.names()
  if (names.includes('word/document.xml')) throw new ImportFileError('NOT_XLSX', 'This is a Word document, not a workbook.')
  if (names.includes('content.xml') && names.includes('mimetype')) throw new ImportFileError('NOT_XLSX', 'This is an OpenDocument file. Save it as XLSX.')
  if (names.includes('xl/workbook.bin')) throw new ImportFileError('NOT_XLSX', 'This is an XLSB file. Save it as XLSX.')
  const main = zip.open('xl/workbook.xml')
  if (!main) throw new ImportFileError('NOT_XLSX', 'This ZIP file is no XLSX workbook.')
  const found: { name: string; id: string; isHidden: boolean }[] = []
  let is1904 = false
  await readXml('xl/workbook.xml', main, {
    open(tag, attributes) {
      if (tag === 'sheet') found.push({ name: attributes.name ?? '', id: attributes.id ?? '', isHidden: (attributes.state ?? 'visible') !== 'visible' })
      if (tag === 'workbookPr') is1904 = attributes.date1904 === '1' || attributes.date1904 === 'true'
    },
  })
  const parts = await readRelations(zip)
  const sheets = found.flatMap(({ id, ...sheet }, i) => {
    const part = parts.get(id) ?? `xl/worksheets/sheet${i + 1}.xml`
    return names.includes(part) ? [{ ...sheet, part }] : []
  })
  return { sheets, is1904, texts: await readTexts(zip), dateStyles: await readDateStyles(zip) }
}

async function readRelations(zip: Zip): Promise<Map<string, string>> {
  const parts = new Map<string, string>()
  const pieces = zip.open('xl/_rels/workbook.xml.rels')
  if (pieces) {
    await readXml('xl/_rels/workbook.xml.rels', pieces, {
      open(tag, { Id, Target, TargetMode }) {
        if (tag !== 'Relationship' || !Id || !Target || TargetMode === 'External') return
        parts.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target.replace(/^\.\//, '')}`)
      },
    })
  }
  return parts
}

/** Runs of one text are joined; how it is pronounced (`rPh`) is none of it. */
async function readTexts(zip: Zip): Promise<string[]> {
  const texts: string[] = []
  const pieces = zip.open('xl/sharedStrings.xml')
  if (!pieces) return texts
  let text = ''
  let isText = false
  let isPhonetic = false
  await readXml('xl/sharedStrings.xml', pieces, {
    open(tag) {
      if (tag === 'si') text = ''
      else if (tag === 'rPh') isPhonetic = true
      else if (tag === 't') isText = true
    },
    text(piece) { if (isText && !isPhonetic) text += piece },
    close(tag) {
      if (tag === 't') isText = false
      else if (tag === 'rPh') isPhonetic = false
      else if (tag === 'si') {
        if (texts.length >= MAX_TEXTS) throw new ImportFileError('TOO_LARGE', 'This workbook holds more texts than are read at once.')
        texts.push(text)
      }
    },
  })
  return texts
}

/** Formats of dates that are built in: 14–17 and 22 are days, 27–36 and 50–58 those of East Asia. */
const BUILT_IN = (id: number): boolean => (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)
/** Not what stands in quotation marks or brackets, and no format of elapsed time. */
const isDateFormat = (code: string): boolean => /[dy]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''))

async function readDateStyles(zip: Zip): Promise<Set<number>> {
  const styles = new Set<number>()
  const pieces = zip.open('xl/styles.xml')
  if (!pieces) return styles
  const formats = new Map<number, boolean>()
  let isCells = false
  let index = 0
  await readXml('xl/styles.xml', pieces, {
    open(tag, attributes) {
      if (tag === 'numFmt') formats.set(Number(attributes.numFmtId), isDateFormat(attributes.formatCode ?? ''))
      else if (tag === 'cellXfs') isCells = true
      else if (tag === 'xf' && isCells) {
        const id = Number(attributes.numFmtId ?? 0)
        if (formats.get(id) ?? BUILT_IN(id)) styles.add(index)
        index += 1
      }
    },
    close(tag) { if (tag === 'cellXfs') isCells = false },
  })
  return styles
}
