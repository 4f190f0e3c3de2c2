/** Dates and periods as Vietnamese reports write them. What cannot be read is kept as written, never guessed. */

export interface ReadPeriod { from: string | null; to: string | null; asWritten: string | null }

const YEAR = '(?:19|20)\\d{2}'
const PARTIAL = `${YEAR}(?:-\\d{2}(?:-\\d{2})?)?`
const two = (digits: string): string => digits.padStart(2, '0')

/** The source's ways to write one date: `8/2025`, `tháng 8/2025`, `18/8/2022`, `năm 2017`, `2019-11`. Vaguer words ("cuối 2020") give null. */
export function readDate(written: string): string | null {
  const text = written.trim().replace(/^(ngày|tháng|năm)\s+/iu, '').replace(/^tháng\s+/iu, '')
  const iso = new RegExp(`^${PARTIAL}$`).exec(text)
  if (iso) return text
  const parts = /^(?:(\d{1,2})[/-])?(\d{1,2})[/-](\d{4})$/.exec(text)
  if (parts) {
    const [, day, month, year] = parts
    if (Number(month) > 12 || Number(month) < 1 || Number(day ?? 1) > 31) return null
    return [year, two(month!), ...(day === undefined ? [] : [two(day)])].join('-')
  }
  const monthOfYear = /^(\d{1,2})\s+năm\s+(\d{4})$/iu.exec(text)
  if (monthOfYear && Number(monthOfYear[1]) <= 12) return `${monthOfYear[2]}-${two(monthOfYear[1]!)}`
  return null
}

/** A date as it stands inside a sentence, for patterns of this module's users. */
export const DATE_IN_TEXT = `(?:(?:ngày\\s+)?\\d{1,2}[/-]\\d{1,2}[/-]\\d{4}|(?:tháng\\s+)?\\d{1,2}[/-]\\d{4}|tháng\\s+\\d{1,2}\\s+năm\\s+\\d{4}|(?:năm\\s+)?${PARTIAL})`

/** Words that make a date vaguer: it stays as precise as its digits, and the words stay in `asWritten`. */
const VAGUELY = '(?:(?:đầu|giữa|cuối|khoảng)\\s+)?'

/** `6 tháng đầu 2015`, `6 tháng cuối năm 2014 (suy từ mức giảm)`. */
function monthsOfYear(text: string): { from: string; to: string } | null {
  const found = /^(\d{1,2}) tháng (đầu|cuối)(?: năm)? (\d{4})(?: \(.*\))?$/iu.exec(text)
  if (!found || Number(found[1]) > 12) return null
  const [, length, end, year] = found
  return end === 'đầu' ? { from: `${year}-01`, to: `${year}-${two(length!)}` } : { from: `${year}-${two(String(13 - Number(length)))}`, to: `${year}-12` }
}

const QUARTERS: Record<string, [string, string]> = { I: ['01', '03'], II: ['04', '06'], III: ['07', '09'], IV: ['10', '12'] }

/** A period as written: `2017/2024-02`, `6 tháng đầu 2015`, `2024 quý I`, `từ 2020`, `đến 7/2017`; other words stay in `asWritten`. */
export function readPeriod(written: string | null | undefined): ReadPeriod | null {
  const text = written?.trim()
  if (!text) return null
  const exact = (from: string | null, to: string | null): ReadPeriod => ({ from, to, asWritten: null })
  const worded = (from: string | null, to: string | null): ReadPeriod => ({ from, to, asWritten: text })

  const [start, end, ...more] = text.split('/')
  const isPartial = (part: string | undefined): part is string => part !== undefined && new RegExp(`^${PARTIAL}$`).test(part)
  if (new RegExp(`^${PARTIAL}$`).test(text)) return exact(text, text)
  if (more.length === 0 && isPartial(start) && isPartial(end) && end >= start.slice(0, end.length)) return exact(start, end)

  const match = (pattern: string): RegExpExecArray | null => new RegExp(`^${pattern}$`, 'iu').exec(text)
  const dashed = match(`(${PARTIAL})–(${PARTIAL})`)
  if (dashed) return exact(dashed[1]!, dashed[2]!)
  const days = match('(\\d{1,2})/(\\d{1,2})-(\\d{1,2})/(\\d{1,2})/(\\d{4})')
  if (days) return worded(`${days[5]}-${two(days[2]!)}-${two(days[1]!)}`, `${days[5]}-${two(days[4]!)}-${two(days[3]!)}`)
  const span = match(`${VAGUELY}(${DATE_IN_TEXT})\\s*[-–]\\s*${VAGUELY}(${DATE_IN_TEXT})`) ?? match('(?:niên vụ|mùa vụ|năm học) (\\d{4})-(\\d{4})')
  if (span) return worded(readDate(span[1]!), readDate(span[2]!))
  const quarter = match('(\\d{4}) quý (I{1,3}|IV)')
  if (quarter) { const [from, to] = QUARTERS[quarter[2]!]!; return worded(`${quarter[1]}-${from}`, `${quarter[1]}-${to}`) }
  const parts = text.split(' và ').map(monthsOfYear)
  if (parts.every((part) => part !== null)) return worded(parts[0]!.from, parts.at(-1)!.to)
  const since = match(`từ ${VAGUELY}(${DATE_IN_TEXT})`) ?? match(`.*\\(từ sau ${VAGUELY}(${DATE_IN_TEXT})\\)`) ?? match(`(\\d{4}) đến nay`)
  if (since) return worded(readDate(since[1]!), null)
  const until = match(`(?:.* )?đến (?:hết )?${VAGUELY}(${DATE_IN_TEXT})`) ?? match(`.*\\(trước (${DATE_IN_TEXT})\\)`)
  if (until) return worded(null, readDate(until[1]!))
  const vague = match(`${VAGUELY}(${DATE_IN_TEXT})`) ?? match(`(${PARTIAL}) \\(.*\\)`)
  if (vague) return worded(readDate(vague[1]!), readDate(vague[1]!))
  return worded(null, null)
}
