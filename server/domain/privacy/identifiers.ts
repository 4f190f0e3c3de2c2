/** What leads to one person by itself: telephone and identity numbers, accounts, e-mail addresses. Pure, on plain text (see plain-text.ts). */
export type IdentifierKind = 'PHONE' | 'NATIONAL_ID' | 'EMAIL' | 'BANK_ACCOUNT'
export interface Found<K extends string = string> { kind: K; start: number; end: number }

const SEP = '[ \\t.\\-–—·_()]{0,3}'
const AFTER = '(?![\\d]|[.,]\\d)'
const BEFORE = '(?<![\\d\\p{L}_]|\\d[.,/])'

const CARD = new RegExp(`${BEFORE}\\d{4}([ -])\\d{4}\\1\\d{4}\\1\\d{4}(?:\\1\\d{3})?${AFTER}`, 'gu')
/** Circular 59/2021/TT-BCA: 12 digits, the first three a province's (001–096). */
const CITIZEN_ID = new RegExp(`${BEFORE}0(?:[ .-]?\\d){11}${AFTER}`, 'gu')
/** Decision of the Ministry of Information, 2018 (mobile numbers of 10 digits); landlines and old mobile numbers have up to 11. */
const DOMESTIC = new RegExp(`(?<![\\d\\p{L}_]|\\d[.,/–-])\\(?0(?:${SEP}\\d){9,10}${AFTER}`, 'gu')
const INTERNATIONAL = new RegExp(`(?<![\\d\\p{L}_]|\\d[.,/])(?:\\+|\\(\\+|00)84(?:\\)?${SEP}\\(?0\\)?)?(?:${SEP}\\d){8,10}${AFTER}`, 'gu')
const BARE_84 = new RegExp(`${BEFORE}84[ .-]?[35789](?:[ .-]?\\d){8}${AFTER}`, 'gu')
const PHONE_CUE = new RegExp(`(?<!\\p{L})(?:điện thoại|dien thoai|số máy|di động|sđt|sdt|đt|dđ|zalo|hotline|đường dây nóng|duong day nong|liên hệ|lien he|gọi số|gọi|tel|phone|mobile|viber)(?:\\s*(?:số|so|là|la|qua|[:.\\-(]))*\\s*(\\+?\\d(?:${SEP}\\d){6,12})${AFTER}`, 'giu')
const ID_CUE = /(?<!\p{L})(?:cmnd|cccd|cmt|căn cước(?: công dân)?|can cuoc(?: cong dan)?|chứng minh(?: nhân dân| thư)?|chung minh nhan dan|định danh(?: cá nhân)?|số thẻ ngành|hộ chiếu|ho chieu|passport)[^\d\n.;]{0,24}?([A-Z]?\d(?:[ .-]?\d){6,11})(?!\d|[.,]\d)/giu
const ACCOUNT_CUE = /(?<!\p{L})(?:số tài khoản|so tai khoan|stk|tài khoản(?: số| ngân hàng)?|tai khoan(?: so)?|tk|số thẻ|account)(?!\p{L})[^\d\n.;]{0,24}?(\d(?:[ .-]?\d){5,18})(?!\d|[.,]\d)/giu
const OLD_ID = new RegExp(`${BEFORE}\\d{9}${AFTER}`, 'gu')
const LONG_NUMBER = new RegExp(`${BEFORE}[1-9]\\d{9,18}${AFTER}`, 'gu')
const EMAIL = /[\p{L}\d][\p{L}\d._%+-]{0,63}(?:\s?@\s?|\s?[[({]\s?(?:at|a còng|a cong)\s?[\])}]\s?|\s+(?:a còng|a cong)\s+)[\p{L}\d][\p{L}\d-]{0,62}(?:(?:\s?\.\s?|\s?[[({]\s?(?:dot|chấm)\s?[\])}]\s?)[\p{L}\d-]{2,24}){1,4}/giu

/** A count or an amount, by what stands behind it. */
const UNIT = /^\s?(?:đồng|đ|vnđ|vnd|usd|triệu|tỷ|tỉ|nghìn|ngàn|người|lượt|hộ|vụ|tin|m2|m²|km|ha|kg|tấn|%|dong|trieu|ty|nguoi|luot|ho|vu)(?![\p{L}])/iu
const THOUSANDS = /^\d{1,3}(?:[. ]\d{3})+$/
const DATE = /^\d{1,2}[.\- ]\d{1,2}[.\- ](?:19|20)\d{2}(?!\d)/
/** Codes of articles, papers and programmes. */
const CODE = /(?:mã bài|mã tin|mã số|mã|số hiệu|bài số)\s*:?\s*$/iu
/** Lines that anybody calls: emergency, free and paid services. */
const SERVICE = /^(?:1[89]00\d{4,6}|11[1-9])$/
const URL_IN_TEXT = /https?:\/\/\S+|www\.\S+/giu
/** Addresses that hold a number on purpose. */
const CALLING_URL = /zalo\.me|wa\.me|viber|tel:/i

/** Six digits with no more between them than numbers are parted by, an address, or a link that is dialled: most texts have none, and nothing more is looked for. */
const MAY_HOLD_SOME = new RegExp(`\\d(?:${SEP}\\d){5}|@|a còng|a cong|[[({]\\s?at\\s?[\\])}]|${CALLING_URL.source}`, 'iu')

/** Everything of the kind in a text, the surest reading first where two overlap. */
export function findIdentifiers(whole: string): Found<IdentifierKind>[] {
  if (!MAY_HOLD_SOME.test(whole)) return []
  const text = whole.replace(URL_IN_TEXT, (url) => (CALLING_URL.test(url) ? url.replace(/[^\d]/g, ' ') : ' '.repeat(url.length)))
  const found: Found<IdentifierKind>[] = []
  const take = (pattern: RegExp, kind: IdentifierKind, accepts: (written: string, digits: string, after: string, before: string) => boolean, group = 0): void => {
    for (const match of text.matchAll(pattern)) {
      const written = match[group]!
      const start = match.index + (group === 0 ? 0 : match[0].lastIndexOf(written))
      const end = start + written.length
      if (!accepts(written, written.replace(/\D/g, ''), text.slice(end, end + 12), text.slice(Math.max(0, start - 16), start)) || found.some((other) => other.start < end && start < other.end)) continue
      found.push({ kind, start, end })
    }
  }
  take(EMAIL, 'EMAIL', () => true)
  take(ACCOUNT_CUE, 'BANK_ACCOUNT', (written, digits, after) => digits.length <= 19 && !isCount(written, after), 1)
  take(ID_CUE, 'NATIONAL_ID', (written, digits, after) => (digits.length === 9 || digits.length === 12 || (/^[A-Z]/.test(written) && digits.length >= 7 && digits.length <= 8)) && !UNIT.test(after), 1)
  take(CARD, 'BANK_ACCOUNT', () => true)
  take(CITIZEN_ID, 'NATIONAL_ID', (written, digits) => isGrouped(written) && digits.length === 12 && !DATE.test(written))
  take(INTERNATIONAL, 'PHONE', () => true)
  take(DOMESTIC, 'PHONE', (written) => !DATE.test(written.replace(/^\(/, '')) && !isList(written))
  take(BARE_84, 'PHONE', (written, _digits, after) => !THOUSANDS.test(written) && !UNIT.test(after))
  take(PHONE_CUE, 'PHONE', (written, digits, after) => digits.length >= 7 && digits.length <= 12 && !SERVICE.test(digits) && !/^1[89]00/.test(digits) && !DATE.test(written) && !/^(?:19|20)\d\d\D+(?:19|20)\d\d$/.test(written) && !isCount(written, after), 1)
  take(OLD_ID, 'NATIONAL_ID', (_written, _digits, after, before) => !UNIT.test(after) && !CODE.test(before))
  take(LONG_NUMBER, 'BANK_ACCOUNT', (_written, digits, after, before) => !UNIT.test(after) && !SERVICE.test(digits) && !CODE.test(before))
  return found.sort((a, b) => a.start - b.start)
}

const isCount = (written: string, after: string): boolean => UNIT.test(after) || (THOUSANDS.test(written) && /^\d{1,3}(?:\.\d{3})+$/.test(written) && !/^0/.test(written))
/** `01 02 03 04 05`: numbers one after the other. */
const isList = (written: string): boolean => { const groups = written.split(/\D+/).filter(Boolean); return groups.length >= 4 && groups.every((group) => group.length === 2 && group.startsWith('0')) }
/** Together, or in threes or fours: anything else is a telephone number with something behind it. */
const isGrouped = (written: string): boolean => { const groups = written.split(/\D+/).filter(Boolean); return groups.length === 1 || groups.every((group) => group.length === 3) || groups.every((group) => group.length === 4) || groups.length === 12 }
