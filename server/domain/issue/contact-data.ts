/** Contact data in what anybody writes: who reports leaves none of theirs, and none of other people's. Pure. */

/** What it looks like, by what it is called to people. */
const PATTERNS: readonly [what: string, pattern: RegExp][] = [
  ['an e-mail address', /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u],
  // Vietnamese numbers have 10 or 11 digits from 0, or 9 to 10 after +84; blanks, dots and dashes between them.
  ['a telephone number', /(?<![\d.,])(?:\+?84|0)(?:[\s.-]?\d){9,10}(?!\d)/u],
  ['an identity number', /(?<!\d)(?:\d[\s.]?){11}\d(?!\d)/u],
  ['an address on Zalo or a social network', /\b(?:zalo|facebook|fb|viber|telegram)\s*[:.]?\s*(?:\/|com\/|me\/|\d{6,})/iu],
]

/** What kinds of contact data stand in the text; none when it is clean. */
export const findContactData = (text: string): string[] => PATTERNS.filter(([, pattern]) => pattern.test(text.normalize('NFC'))).map(([what]) => what)
