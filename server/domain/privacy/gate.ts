/**
 * The privacy gate: personal data in what somebody wrote. Law 91/2025/QH15 and the catalogue's own rule want roles, not names, and nothing
 * that leads to an ordinary person. What identifies by itself is refused; a name may be kept in a draft, not published. Pure.
 */
import { createHash } from 'node:crypto'
import { isDate, isGiven } from './fields.ts'
import { findIdentifiers } from './identifiers.ts'
import { findPersonalNames } from './personal-names.ts'
import { readPlainText } from './plain-text.ts'

export const FINDING_KINDS = ['PHONE', 'NATIONAL_ID', 'EMAIL', 'BANK_ACCOUNT', 'PERSONAL_NAME'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

export interface Finding {
  /** Where the text stands in the document. */
  path: (string | number)[]
  /** `[start, end)` in code units of the text as given. */
  start: number
  end: number
  /** What was found, as written. */
  text: string
  kind: FindingKind
  /** What is wrong and what to do, in Vietnamese. */
  reason: string
  /** Names this finding in this very text: another text, or another place in it, is another finding. */
  key: string
}

const REASONS: Record<FindingKind, string> = {
  PHONE: 'Số điện thoại: bỏ đi, hoặc ghi đơn vị trực và số tổng đài chung (113, 1900…).',
  NATIONAL_ID: 'Số căn cước, chứng minh nhân dân hoặc hộ chiếu: bỏ đi, không giấy tờ cá nhân nào được ghi ở đây.',
  EMAIL: 'Địa chỉ thư điện tử: bỏ đi, hoặc ghi tên đơn vị.',
  BANK_ACCOUNT: 'Số tài khoản, số thẻ hoặc dãy số dài không rõ: bỏ đi.',
  PERSONAL_NAME: 'Có vẻ là tên một người: ghi chức vụ hoặc vai trò thay cho tên (“Trưởng Công an xã”, “một hội viên”).',
}

/** Whether what is found may not be kept at all. A name may stand in a draft until it is changed or released. */
export const isRefused = ({ kind }: Pick<Finding, 'kind'>): boolean => kind !== 'PERSONAL_NAME'

/** Titles of what others published are quoted as they are: they may name persons, but no number of theirs. */
const isQuoted = (field: string): boolean => field === 'title' || field === 'titleAsCited' || field === 'publisher'
/** Nobody nests deeper; what is deeper is not looked at, and no document either. */
const MAX_DEPTH = 12

/**
 * Everything personal in the texts of a document, or of any part of one, in the order of its fields.
 * @param options.onlyIdentifiers what is refused, without names, which take longer to find
 */
export function inspectPersonalData(document: unknown, { onlyIdentifiers = false }: { onlyIdentifiers?: boolean } = {}): Finding[] {
  const findings: Finding[] = []
  const walk = (value: unknown, path: (string | number)[], field: string, isSource: boolean): void => {
    if (typeof value === 'string') findings.push(...(isDate(value) ? [] : inspectText(value, path, isSource)))
    else if (path.length < MAX_DEPTH && Array.isArray(value)) value.forEach((inner, i) => walk(inner, [...path, i], field, isSource))
    else if (path.length < MAX_DEPTH && value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) {
        if (!isGiven(name)) walk(inner, [...path, name], name, isSource || isQuoted(name))
      }
    }
  }
  walk(document, [], '', onlyIdentifiers)
  return findings
}

/** Personal data in one text. @param isQuoted whether names are left alone */
export function inspectText(text: string, path: readonly (string | number)[] = [], isQuoted = false): Finding[] {
  const plain = readPlainText(text)
  const found = [...findIdentifiers(plain.text), ...(isQuoted ? [] : findPersonalNames(plain.text).map((name) => ({ ...name, kind: 'PERSONAL_NAME' as const })))]
  const hashed = found.length > 0 ? createHash('sha256').update(text.normalize('NFC'), 'utf8').digest('hex') : ''
  return found.sort((a, b) => a.start - b.start).map(({ kind, start, end }) => {
    const span = plain.span(start, end)
    return { path: [...path], ...span, text: text.slice(span.start, span.end), kind, reason: REASONS[kind], key: createHash('sha256').update(`${kind}:${span.start}:${span.end}:${hashed}`, 'utf8').digest('hex').slice(0, 32) }
  })
}
