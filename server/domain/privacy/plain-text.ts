/**
 * A text as the gate reads it: composed, without what cannot be seen, every digit an ASCII one. Each place in it leads back to the text
 * as written, so that what is found is told where it stands, however it was disguised.
 */
export interface PlainText {
  text: string
  /** The code units of the original that `[start, end)` of `text` came from. */
  span(start: number, end: number): { start: number; end: number }
}

/** Format characters, fillers and joiners: they part nothing that a reader sees. */
const INVISIBLE = /[\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u3164\uFE00-\uFE0F]/u
const MARK = /\p{M}/u
const DIGIT = /\p{Nd}/u
const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/u

/** Reads any text, well-formed or not. */
export function readPlainText(original: string): PlainText {
  // Nearly every text is plain as it stands.
  if (!INVISIBLE.test(original) && original.normalize('NFKC') === original && asciiDigits(original) === original) return { text: original, span: (start, end) => ({ start, end }) }
  let text = ''
  const starts: number[] = []
  const ends: number[] = []
  let cluster = ''
  let [from, to] = [0, 0]
  const flush = (): void => {
    if (cluster === '') return
    const plain = asciiDigits(cluster.normalize('NFKC'))
    for (let i = 0; i < plain.length; i += 1) { starts.push(from); ends.push(to) }
    text += plain
    cluster = ''
  }
  let at = 0
  for (const char of original) {
    const end = at + char.length
    if (!INVISIBLE.test(char)) {
      if (cluster !== '' && MARK.test(char)) cluster += char
      else { flush(); cluster = char; from = at }
      to = end
    }
    at = end
  }
  flush()
  return { text, span: (start, end) => ({ start: starts[start] ?? 0, end: ends[Math.max(start, end - 1)] ?? original.length }) }
}

function asciiDigits(text: string): string {
  if (!FOREIGN_DIGIT.test(text)) return text
  return [...text].map((char) => (DIGIT.test(char) ? String(valueOf(char.codePointAt(0)!)) : char)).join('')
}

/** Digits of every script stand in tens, in a row. */
function valueOf(point: number): number {
  let value = 0
  while (value < 9 && DIGIT.test(String.fromCodePoint(point - value - 1))) value += 1
  return value
}
