/**
 * Reads what the words of a result say about its figure: how exact it is, when it held, what it is compared with, whether it belongs
 * to the model at all. Rules only, so a person looks over what they give: nothing is guessed, what no rule reads stays unknown.
 */
import type { ATTRIBUTIONS, COUNTING_UNITS, EFFECTS } from '../model/document.ts'
import { DATE_IN_TEXT, readDate, readPeriod, type ReadPeriod } from './parse-date.ts'
import { findNumbers, qualifierAlone, qualifierAt, readNumber, type FoundNumber, type Qualifier } from './parse-number.ts'

export type CountingUnit = (typeof COUNTING_UNITS)[number]
export type Attribution = (typeof ATTRIBUTIONS)[number]
export type Effect = (typeof EFFECTS)[number]

/** A result as its source words it. */
export interface ResultText {
  statement: string
  indicator?: string | null
  value?: number | null
  unit?: string | null
  period?: string | null
  comparison?: string | null
  baselineValue?: number | null
  baselinePeriod?: string | null
  /** When its source was published: a period of that very month is the article's date. */
  published?: string | null
}

export interface ReadBaseline { value: number | null; period: ReadPeriod | null }
export interface ReadResult {
  value: number | null
  valueMax: number | null
  outOf: number | null
  qualifier: Qualifier
  unit: string | null
  countingUnit: CountingUnit
  period: ReadPeriod | null
  asOf: string | null
  baseline: ReadBaseline | null
  attribution: Attribution
  effect: Effect
}

/** Everything the rules can read of one result. */
export function readResult(text: ResultText): ReadResult {
  const amount = readAmount(text)
  const baseline = readBaseline(text)
  const attribution = readAttribution(text, baseline)
  return { ...amount, qualifier: readQualifier(text), countingUnit: readCountingUnit(text), ...readTime(text), baseline, attribution, effect: readEffect(text, attribution, baseline) }
}

/** The value with its range and its whole: `người (2–3)` is 2 to 3, `xóm / 37` or "6/37 xóm" is 6 out of 37. */
export function readAmount({ statement, value = null, unit = null, comparison = null }: ResultText): Pick<ReadResult, 'value' | 'valueMax' | 'outOf' | 'unit'> {
  const none = { value, valueMax: null, outOf: null, unit }
  if (value === null) return none
  const range = unit === null ? null : /^(.*?)\s*\((\d[\d.,]*)–(\d[\d.,]*)\)$/.exec(unit)
  if (range) {
    const [low, high] = [readNumber(range[2]!), readNumber(range[3]!)]
    if (low !== null && high !== null && low <= high && (Math.abs(value) === low || Math.abs(value) === high)) {
      return { ...(value < 0 ? { value: -high, valueMax: -low } : { value: low, valueMax: high }), outOf: null, unit: range[1]! }
    }
  }
  const whole = unit === null ? null : /^(.*?)\s*\/\s*(\d[\d.]*)(?:\s+\p{L}.*)?$/u.exec(unit)
  if (whole && !/\d/.test(whole[1]!) && readNumber(whole[2]!)! >= value) return { value, valueMax: null, outOf: readNumber(whole[2]!), unit: whole[1]! }
  const plain = unit === null ? null : (/^(.*?)\s*\((?:hơn|gần|trên|khoảng|theo [^)]*)\)$/u.exec(unit)?.[1] ?? unit)
  // "trên 150 ha" repeats the value itself; "trên 57 người" and "trên tổng số 27" name the whole.
  const total = /^trên (?:tổng (?:số )?)?(\d[\d.]*)(?!\s*[%\d,])/iu.exec(comparison ?? '') ?? new RegExp(`(?<![\\d/.,])${escaped(value)} trong (?:tổng số )?(\\d[\\d.]*)(?![\\d/,%])`, 'u').exec(statement)
  const of = total && unit !== '%' ? readNumber(total[1]!.replace(/\.$/, '')) : null
  if (of !== null && of > value) return { value, valueMax: null, outOf: of, unit: plain }
  for (const m of statement.matchAll(/(?<![\d/.,])(\d[\d.]*)\/(\d[\d.]*)(?![\d/])/g)) {
    const [part, of] = [readNumber(m[1]!), readNumber(m[2]!.replace(/\.$/, ''))]
    const isMonth = of !== null && of >= 1900 && of <= 2100 && part !== null && part <= 12
    if (part === value && of !== null && of >= part && !isMonth) return { value, valueMax: null, outOf: of, unit: plain }
  }
  return { ...none, unit: plain }
}

/** A number as a sentence writes it: 1012 is `1.012`. */
const escaped = (value: number): string => value.toLocaleString('vi-VN').replaceAll('.', '\\.')

/** Read where the figure itself stands, else from the comparison or the unit where they speak of the whole figure. */
export function readQualifier({ statement, value = null, unit = null, comparison = null }: ResultText): Qualifier {
  if (value === null) return 'EXACT'
  const inUnit = unit === null ? null : qualifierAlone(unit)
  if (inUnit) return inUnit
  const wanted = Math.abs(value)
  const isIt = (n: FoundNumber): boolean => n.value === wanted || n.scaled === wanted || n.scaled === wanted * (/^(triệu)/u.test(unit ?? '') ? 1e6 : /^(tỷ|tỉ)/u.test(unit ?? '') ? 1e9 : 1)
  const alone = comparison === null ? null : qualifierAlone(comparison)
  for (const sentence of [statement, comparison ?? '']) {
    for (const number of findNumbers(sentence)) {
      const qualifier = isIt(number) ? qualifierAt(sentence, number) : null
      if (qualifier) return qualifier
    }
  }
  return alone ?? 'EXACT'
}

const UNITS: ReadonlyArray<[CountingUnit, RegExp]> = [
  ['PERCENT', /^%/],
  ['MONEY', /^(?:(?:triệu|tỷ|tỉ|nghìn) )?đồng/u],
  ['MODEL', /^mô hình/u],
  ['POINT', /^điểm/u],
  ['GROUP', /^(?:tổ|đội|nhóm|câu lạc bộ|CLB|ban)(?!\p{L})/u],
  ['PERSON', /^(?:người|thành viên|đối tượng|học sinh|em|trẻ|hội viên|đoàn viên|công nhân)(?!\p{L})/u],
  ['CASE', /^(?:vụ|trường hợp)(?!\p{L})/u],
]

/** What kind of thing the unit counts: models, points and groups are never added together. */
export function readCountingUnit({ value = null, unit = null, indicator = null }: ResultText): CountingUnit {
  if (value === null) return 'NONE'
  const written = unit ?? ''
  if (/^loại/u.test(written)) return /loại mô hình/iu.test(indicator ?? '') ? 'MODEL_TYPE' : 'OTHER'
  if (/^khẩu/u.test(written)) return /súng|vũ khí/iu.test(indicator ?? '') ? 'OTHER' : 'PERSON'
  return UNITS.find(([, pattern]) => pattern.test(written))?.[0] ?? 'OTHER'
}

const UNTIL = new RegExp(`(?:tính đến|lũy kế đến|cộng dồn đến|(?:^|[^\\p{L}])đến)\\s+(?:hết\\s+|đầu\\s+|giữa\\s+|cuối\\s+)?(${DATE_IN_TEXT})`, 'iu')
const SPAN = new RegExp(`từ\\s+(${DATE_IN_TEXT})\\s+(?:đến|tới)\\s+(?:hết\\s+)?(${DATE_IN_TEXT})`, 'iu')
const SINCE = new RegExp(`(?:^|[^\\p{L}])từ\\s+(${DATE_IN_TEXT})(?!\\d|\\s*(?:trở về|đến ${'\\d'}|lên))`, 'iu')
/** Things that are counted at a moment, not over a time. */
const STOCK = /^(?:người|thành viên|tổ|đội|nhóm|câu lạc bộ|CLB|điểm|mô hình|camera|mắt|hộ|thôn|ấp|xã|phường|huyện|km|ha|cổng|trụ|bóng|đèn|khu|cơ sở|doanh nghiệp|tàu|xe|chiếc|cái|đơn vị|trường|dòng họ|năm|loại|tiêu chí|%)(?!\p{L})/u
const HAPPENED = /trong (?:tháng|ngày|năm)|(?:^|[^\p{L}])(?:ngày|hôm|buổi|lễ|đợt|dịp)(?!\p{L})|phát hiện|bắt|xử lý|làm rõ|giao nộp|ra mắt|so với cùng kỳ/iu

/** When it held: a time it was counted over, or the moment it was counted at ("tính đến 9/2017"). */
export function readTime({ statement, unit = null, period: written = null, comparison = null, published = null }: ResultText): Pick<ReadResult, 'period' | 'asOf'> {
  const period = readPeriod(written)
  const words = `${comparison ?? ''} ; ${statement}`
  const until = UNTIL.exec(words)
  const told = until && readDate(until[1]!)
  if (period === null) {
    const span = SPAN.exec(words)
    const [from, to] = [span && readDate(span[1]!), span && readDate(span[2]!)]
    if (from && to && from <= to) return { period: { from, to, asWritten: null }, asOf: to }
    const since = SINCE.exec(comparison ?? '')
    if (since) return { period: { from: readDate(since[1]!), to: null, asWritten: comparison!.split(/[;,]/).find((part) => part.includes(since[0].trim()))?.trim() ?? null }, asOf: told ?? null }
    return { period: null, asOf: told ?? null }
  }
  // "đến 7/2017" alone says at which moment, not since when.
  if (period.from === null && period.to !== null) return { period: new RegExp(`^đến (${DATE_IN_TEXT})$`, 'iu').test(written!) ? null : period, asOf: /\(trước/u.test(written!) ? null : period.to }
  const months = /^(\d{1,2}) tháng đầu năm$/iu.exec(comparison?.split(/[;,]/)[0]?.trim() ?? '')
  if (months && /^\d{4}$/.test(written!)) return { period: readPeriod(`${months[1]} tháng đầu ${written}`), asOf: null }
  const isOneDate = period.from !== null && period.from === period.to && period.from.length > 4
  if (isOneDate) {
    const isArticleDate = published === null || published.slice(0, 7) === period.from!.slice(0, 7)
    if (/lũy kế/iu.test(words)) return { period: null, asOf: period.from }
    if (isArticleDate && (told === period.from || ((STOCK.test(unit ?? '') || unit === null) && !HAPPENED.test(statement)))) return { period: null, asOf: period.from }
  }
  return { period, asOf: told !== null && told === period.to ? told : null }
}

/** What the figure is compared with; for a change in per cent the earlier time alone ("so với cùng kỳ năm 2021"). */
export function readBaseline({ unit = null, period = null, comparison = null, statement, baselineValue = null, baselinePeriod = null }: ResultText): ReadBaseline | null {
  if (baselineValue !== null || baselinePeriod !== null) return { value: baselineValue, period: readPeriod(baselinePeriod) }
  const words = `${comparison ?? ''} ; ${statement}`
  const before = new RegExp(`so với\\s+(\\d[\\d.]*)\\s+\\p{L}+(?: \\p{L}+)?\\s+(${DATE_IN_TEXT})`, 'iu').exec(words)
  if (before && readNumber(before[1]!) !== null) return { value: readNumber(before[1]!), period: readPeriod(readDate(before[2]!)) }
  const earlier = new RegExp(`so với\\s+(cùng kỳ\\s+)?(${DATE_IN_TEXT})`, 'iu').exec(words)
  if (!earlier) {
    if (unit !== '%' || !/so với cùng kỳ/iu.test(words)) return null
    const held = readPeriod(period)
    const yearBefore = (date: string | null): string | null => (date === null ? null : `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`)
    return held?.from ? { value: null, period: { from: yearBefore(held.from), to: yearBefore(held.to), asWritten: 'cùng kỳ năm trước' } } : null
  }
  const date = readDate(earlier[2]!)
  return date === null ? null : { value: null, period: { from: date, to: date, asWritten: earlier[1] === undefined ? null : `cùng kỳ ${earlier[2]}` } }
}

const GENERAL = /kết quả chung|(?:số|con số|số liệu|tác động) (?:\p{L}+ )?chung|bối cảnh|(?:số|của) (?:của )?toàn phong trào|không riêng mô hình|chung của (?:các|cả|toàn|phong trào|tỉnh|thành phố|huyện|quận|xã|phường)|mốc nền|mốc trước khi làm|số nền|là mục tiêu, chưa phải kết quả/iu

/** CONTEXT when the words say that the figure is of a whole place or of several models; MEASURED_EFFECT only with a baseline. */
export function readAttribution(text: ResultText, baseline: ReadBaseline | null = readBaseline(text)): Attribution {
  if (GENERAL.test(`${text.statement} ; ${text.comparison ?? ''}`)) return 'CONTEXT'
  const isOutcome = HARM.test(text.indicator ?? '') || OUTCOME.test(text.indicator ?? '')
  return baseline !== null && text.value != null && isOutcome ? 'MEASURED_EFFECT' : 'CONTRIBUTION'
}

const HARM = /vụ|tội phạm|phạm pháp|trộm|cướp|tai nạn|vi phạm|bạo lực|vụ cháy|cháy nổ|nghiện|ma túy|mâu thuẫn|gây rối|tệ nạn|thiệt hại|người chết|đánh nhau/iu
const SOLVED = /làm rõ|phát hiện|bắt|xử lý|phá|hòa giải|tố giác|ngăn chặn|thu giữ|hỗ trợ|giúp|cứu|giảm|giải quyết/iu
const OUTCOME = /làm rõ|phát hiện|bị bắt|bắt giữ|xử lý|tố giác|nguồn tin|tin (?:có giá trị|báo|do|của|nhân dân|giá trị)|được giúp|hoàn lương|tiến bộ|giao nộp|thu hồi|thu giữ|được cứu|cứu (?:người|sống|nạn)|hòa giải|ngăn chặn|được ngăn|được hỗ trợ|truy bắt|vây bắt|giải tán|đẩy đuổi|bị phá|cảm hóa|cai thành công|tái hòa nhập|chuyển biến tốt|được giải quyết|giữ lại|chặn được|bị giữ|đầu thú|vận động (?:ra|được)|có việc làm|cai nghiện|không (?:còn|có|xảy ra|tái)/iu
const FELL = /giảm|không còn|không xảy ra|không có|hết|chấm dứt|xóa|loại bỏ|kéo giảm|chưa xảy ra|yên/iu

/** Which way it points. Of context it says nothing; of what was merely set up (teams, lamps, members) it is unknown. */
export function readEffect(text: ResultText, attribution: Attribution = readAttribution(text), baseline: ReadBaseline | null = readBaseline(text)): Effect {
  const { statement, indicator = null, value = null, unit = null } = text
  const words = `${statement} ; ${text.comparison ?? ''}`
  if (/kết quả âm|thất bại/iu.test(words)) return 'NEGATIVE'
  if (attribution === 'CONTEXT') return 'UNKNOWN'
  if (/chưa hiệu quả|không hiệu quả/iu.test(words)) return 'NEGATIVE'
  if (/hỗn hợp|kết quả lẫn/iu.test(words)) return 'MIXED'
  const subject = indicator ?? ''
  const isHarm = HARM.test(subject) && !SOLVED.test(subject)
  if (isHarm && unit?.startsWith('%') && value !== null && value < 0) return 'POSITIVE'
  if (isHarm && value !== null && baseline != null && baseline.value !== null) return value < baseline.value ? 'POSITIVE' : value > baseline.value ? 'NEGATIVE' : 'NULL'
  if (isHarm && (value === 0 || FELL.test(statement))) return 'POSITIVE'
  if (OUTCOME.test(subject)) return value === 0 ? 'NULL' : 'POSITIVE'
  return /trộm cắp[^.]*giảm|giảm[^.]*(?:trộm|tội phạm|phạm pháp|vi phạm|tai nạn)/iu.test(statement) ? 'POSITIVE' : 'UNKNOWN'
}
