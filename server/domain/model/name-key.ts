/**
 * A sort key in Vietnamese order, so that ORDER BY needs no ICU locale: a ă â b c d đ e ê …, then tones (ngang huyền hỏi ngã sắc nặng),
 * then lower before upper case. It is made of digits only, so every collation of a database sorts it alike.
 */
const LETTERS = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz'
const TONES = ['', '\u0300', '\u0309', '\u0303', '\u0301', '\u0323']

const END_OF_LEVEL = '00'
const BREAK = '01'
const NUMBER = '02'
const FIRST_LETTER = 10
/** Letters of other scripts, by code point, after z. */
const FOREIGN = '99'

/** The key: base letters of the whole name first, then its tones, then its case; "Đội 2" comes before "Đội 10". */
export function nameKey(name: string): string {
  let letters = ''
  let tones = ''
  let cases = ''
  let isBroken = false
  const next = (weight: string, tone: number, upper: boolean): void => {
    if (isBroken && letters !== '') letters += BREAK
    isBroken = false
    letters += weight
    tones += String(tone)
    cases += upper ? '1' : '0'
  }
  for (const [token] of name.normalize('NFC').matchAll(/\p{Nd}+|\p{L}\p{M}*|./gsu)) {
    if (/^[0-9]/.test(token)) {
      const digits = token.replace(/^0+(?=\d)/, '').slice(0, 99)
      next(NUMBER + String(digits.length).padStart(2, '0') + digits, 0, false)
    } else if (/^\p{L}/u.test(token)) next(...weigh(token))
    else isBroken = true
  }
  const trim = (level: string): string => level.replace(/0+$/, '')
  return `${letters}${END_OF_LEVEL}${trim(tones)}${END_OF_LEVEL}${trim(cases)}`
}

function weigh(letter: string): [weight: string, tone: number, upper: boolean] {
  const lower = letter.toLowerCase()
  let tone = 0
  const bare = lower.normalize('NFD').replace(/[\u0300\u0301\u0303\u0309\u0323]/g, (mark) => {
    tone = TONES.indexOf(mark)
    return ''
  }).normalize('NFC')
  const plain = bare.normalize('NFD').replace(/\p{M}/gu, '')
  const at = LETTERS.indexOf(bare) >= 0 ? LETTERS.indexOf(bare) : LETTERS.indexOf(plain)
  const weight = at >= 0 ? String(FIRST_LETTER + at) : FOREIGN + String(bare.codePointAt(0)!).padStart(7, '0')
  return [weight, tone, lower !== letter]
}
