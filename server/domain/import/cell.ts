/** One cell as a value: dates, periods and numbers as Vietnamese tables write them. What may mean two things is asked about, never guessed. */
import { readPeriod, type ReadPeriod } from '../result/parse-date.ts'

/** What is wrong, or worth saying, about a cell. */
export interface CellFault { code: string; message: string; isWarning?: boolean }
export type Read<T> = { value: T; fault?: undefined } | { value?: undefined; fault: CellFault } | { value: T; fault: CellFault }

const fault = (code: string, message: string): { fault: CellFault } => ({ fault: { code, message } })
const two = (digits: string): string => digits.padStart(2, '0')
const shown = (text: string): string => `"${text.slice(0, 60)}"`

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

const DATE_FORMS = 'Write 2012, 8/2012 or 18/8/2012: the day first, then the month.'

/** `2012`, `8/2012`, `18/8/2012`, `tháng 8 năm 2012`, `2012-08-18`, as a partial date. */
export function readDateCell(text: string): Read<string> {
  const plain = text.trim().replace(/^(?:từ\s+)?(?:(?:ngày|tháng|năm)\s+)+/iu, '').replace(/[T ]00:00(?::00(?:\.0+)?)?Z?$/u, '')
  if (/^\d{4}$/.test(plain)) return year(plain)
  const iso = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(plain)
  if (iso) return checked(iso[1]!, iso[2]!, iso[3], text)
  const told = /^(?:(\d{1,2})\s*(?:[/.-]|\s+tháng\s+)\s*)?(\d{1,2})\s*(?:[/.-]|\s+năm\s+)\s*(\d{4})$/iu.exec(plain)
  if (told) return checked(told[3]!, told[2]!, told[1], text)
  if (/^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$/.test(plain)) return fault('AMBIGUOUS_DATE', `${shown(text)} has a year of two digits. Write all four.`)
  if (/^\d{1,2}[/.-]\d{1,2}$/.test(plain)) return fault('INVALID_DATE', `${shown(text)} is no date: the year is missing. ${DATE_FORMS}`)
  const period = readPeriodCell(text).value
  if (period && (period.from ?? period.to) !== null && period.from !== period.to) {
    return fault('AMBIGUOUS_DATE', `${shown(text)} is a span of time; here stands one date. Write its beginning${period.from ? `, ${period.from}` : ''}, and the words as they are into the column for them.`)
  }
  return fault('INVALID_DATE', `${shown(text)} is no date. ${DATE_FORMS}`)
}

function year(text: string): Read<string> {
  return text >= '1000' && text <= '2999' ? { value: text } : fault('INVALID_DATE', `${text} is no year.`)
}

function checked(y: string, m: string, d: string | undefined, text: string): Read<string> {
  const months = `${y}-${two(m)}`
  if (y < '1000' || y > '2999') return fault('INVALID_DATE', `${shown(text)}: ${y} is no year.`)
  if (Number(m) < 1 || Number(m) > 12) {
    const turned = d !== undefined && Number(d) >= 1 && Number(d) <= 12 && isDay(`${y}-${two(d)}-${two(m)}`)
    return fault('INVALID_DATE', `${shown(text)}: there is no month ${m}. ${turned ? `Was ${m}/${d}/${y} meant? ` : ''}${DATE_FORMS}`)
  }
  if (d === undefined) return { value: months }
  const day = `${months}-${two(d)}`
  return isDay(day) ? { value: day } : fault('INVALID_DATE', `${shown(text)}: month ${Number(m)} of ${y} has no day ${Number(d)}.`)
}

const QUARTERS: Record<string, number> = { I: 1, II: 2, III: 3, IV: 4, 1: 1, 2: 2, 3: 3, 4: 4 }

/** How a period stands in a cell when its own words do not. */
export function writePeriod({ from, to, asWritten }: ReadPeriod): string | null {
  if (asWritten !== null) return asWritten
  if (from === to) return from
  if (from !== null && to !== null) return `${from}–${to}`
  return from !== null ? `từ ${from}` : `đến ${to}`
}

/** `2021`, `8/2021`, `2019-2020`, `quý II/2021`, `6 tháng đầu năm 2021`; words that say more stay beside what was read. */
export function readPeriodCell(text: string): Read<ReadPeriod> {
  const written = text.trim()
  const plain = written.replace(/^năm\s+(?=\d{4}$)/iu, '')
  const keep = (from: string | null, to: string | null): Read<ReadPeriod> => {
    const period = { from, to, asWritten: null }
    return { value: (from ?? to) !== null && writePeriod(period) === written ? period : { from, to, asWritten: written } }
  }
  const quarter = /^(?:quý|q)\s*(I{1,3}|IV|[1-4])\s*(?:[/-]|\s+năm\s+|\s+)\s*(\d{4})$/iu.exec(plain)
  if (quarter) {
    const last = QUARTERS[quarter[1]!.toUpperCase()]! * 3
    return keep(`${quarter[2]}-${two(String(last - 2))}`, `${quarter[2]}-${two(String(last))}`)
  }
  const years = /^(?:(?:giai đoạn|từ năm|từ)\s+)?(\d{4})\s*(?:[-–—]|đến|tới)\s*(?:năm\s+)?(\d{4})$/iu.exec(plain)
  if (years) return years[1]! <= years[2]! ? keep(years[1]!, years[2]!) : fault('INVALID_DATE', `${shown(text)} ends before it begins.`)
  if (/^\d/.test(plain) && !/\s/.test(plain) && !/[–—]/.test(plain)) {
    const day = /^[\d/.-]+$/.test(plain) && plain.split('/').every((part) => part.length < 5) ? readSingle(plain) : undefined
    if (day?.fault) return { fault: day.fault }
    if (day) return keep(day.value!, day.value!)
  }
  const period = readPeriod(plain)
  if (period === null || (period.from === null && period.to === null)) {
    return { value: { from: null, to: null, asWritten: written }, fault: { code: 'PERIOD_AS_WRITTEN', message: `${shown(text)} is kept as written: it names no dates that can be read.`, isWarning: true } }
  }
  return keep(period.from, period.to)
}

/** A single date, without asking for periods again. */
function readSingle(plain: string): Read<string> | undefined {
  if (!/^(?:\d{4}(?:-\d{1,2}){0,2}|(?:\d{1,2}[/.-]){1,2}\d{4})$/.test(plain)) return undefined
  return readDateCell(plain)
}

/**
 * `1.234,5` and `1,234.5` are the same; `1.234` is 1234, as Vietnamese tables mean it, and said so; `1,234` may be either, and is asked about.
 * A percent sign is the unit.
 */
export function readNumberCell(text: string): Read<number> & { isPercent?: boolean } {
  const isPercent = /%$/.test(text.trim())
  const plain = text.trim().replace(/%$/, '').replace(/[\s\u00a0\u202f]/g, '').replace(/^[−–]/, '-')
  const as = (digits: string): Read<number> & { isPercent?: boolean } => ({ value: Number(digits), ...(isPercent ? { isPercent } : {}) })
  if (plain.replace(/\D/g, '').length > 15) return fault('INVALID_NUMBER', `${shown(text)} has more digits than a number here can keep.`)
  if (/^[-+]?\d+$/.test(plain) || /^[-+]?0[.,]\d+$/.test(plain)) return as(plain.replace(',', '.'))
  if (/^[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(plain)) {
    const read = as(plain.replaceAll('.', '').replace(',', '.'))
    return /^[-+]?\d{1,3}\.\d{3}$/.test(plain) ? { ...read, fault: { code: 'NUMBER_READ', message: `${shown(text)} is read as ${read.value}: a dot parts thousands. Write a comma before decimals.`, isWarning: true } } as never : read
  }
  if (/^[-+]?\d{1,3}(?:,\d{3})+\.\d+$/.test(plain) || /^[-+]?\d{1,3}(?:,\d{3}){2,}$/.test(plain)) return as(plain.replaceAll(',', ''))
  if (/^[-+]?\d{1,3},\d{3}$/.test(plain)) return fault('AMBIGUOUS_NUMBER', `${shown(text)} may be ${plain.replace(',', '')} or ${plain.replace(',', '.')}. Write ${plain.replace(',', '')}, or ${plain}0 for the decimal.`)
  if (/^[-+]?\d+[.,]\d+$/.test(plain)) return as(plain.replace(',', '.'))
  return fault('INVALID_NUMBER', `${shown(text)} is no number. Write digits alone, such as 1.234,5; words like "hơn" have a column of their own.`)
}

/** So that reading it back gives the very number: three decimals would be taken for thousands. */
export function writeNumber(value: number): string {
  const text = Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : Number(value.toPrecision(15)).toString()
  if (/e/.test(text)) return value.toFixed(12).replace(/0+$/, '').replace(/\.$/, '')
  return /\.\d{3}$/.test(text) ? `${text}0` : text
}
