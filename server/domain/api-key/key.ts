/** What a key looks like: `nr_`, 36 random letters and digits (214 bits), 6 that check them. Pure. */
import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const START = 'nr_'
const RANDOM = 36
const CHECK = 6
/** How much of a key is kept and shown, to tell keys apart: 172 random bits stay unknown. */
const SHOWN = START.length + 7
const FORM = new RegExp(`^${START}[0-9A-Za-z]{${RANDOM + CHECK}}$`)

/** A new key. Whoever makes it shows it once and keeps its hash. */
export function makeKey(): string {
  const body = START + Array.from({ length: RANDOM }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return body + checksumOf(body)
}

/** Whether a text begins like a key of ours, right or wrong: scanners for leaked secrets look for this too. */
export const isLikeKey = (text: string): boolean => text.startsWith(START)

/** Whether it can be a key of ours. A slip of the keyboard or a piece that is cut off is told without asking the database. */
export const isWellFormedKey = (text: string): boolean => FORM.test(text) && text.endsWith(checksumOf(text.slice(0, -CHECK)))

/** What is kept of a key. It is random, so that a plain hash tells nothing and needs no salt. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex')

export const shownPart = (key: string): string => key.slice(0, SHOWN)

/** CRC32 in base 62. */
function checksumOf(text: string): string {
  let rest = crc32(text)
  let out = ''
  for (let i = 0; i < CHECK; i += 1) {
    out = LETTERS[rest % LETTERS.length]! + out
    rest = Math.floor(rest / LETTERS.length)
  }
  return out
}
