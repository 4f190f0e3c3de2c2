/**
 * Bytes as text. UTF-8 and UTF-16 are certain (a byte order mark, or zeros where Latin letters have their other half); what is neither may
 * be of the two old Vietnamese code pages, which nothing in the bytes tells apart: whoever knows what the text should say decides.
 */
import { ImportFileError } from './fault.ts'

export interface DecodedText {
  text: string
  encoding: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'windows-1258' | 'TCVN3'
}

/** What the bytes may say, the certain reading alone, else each old code page. @throws ImportFileError for a NUL, or bytes that are no text */
export function decodings(bytes: Uint8Array): DecodedText[] {
  const encoding = certainEncoding(bytes)
  if (encoding !== undefined) return [{ text: decode(bytes, encoding)!, encoding }]
  const utf8 = decode(bytes, 'UTF-8')
  if (utf8 !== undefined) return [{ text: utf8, encoding: 'UTF-8' }]
  if (bytes.includes(0)) throw new ImportFileError('NOT_TEXT', 'This is no text: it holds zero bytes. Save it as UTF-8.')
  const latin = new TextDecoder('latin1').decode(bytes)
  return [{ text: fromTcvn3(latin), encoding: 'TCVN3' }, { text: new TextDecoder('windows-1258').decode(bytes), encoding: 'windows-1258' }]
}

/** The text when only UTF-8 or UTF-16 will do, as for JSON. @throws ImportFileError */
export function decodeUnicode(bytes: Uint8Array): DecodedText {
  const [first] = decodings(bytes)
  if (first!.encoding.startsWith('UTF')) return first!
  throw new ImportFileError('ENCODING', 'This is not UTF-8. Save the file as UTF-8 and send it again.')
}

function certainEncoding(bytes: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return mustDecode(bytes, 'UTF-16LE')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return mustDecode(bytes, 'UTF-16BE')
  const head = bytes.subarray(0, 512)
  if (bytes.length % 2 !== 0 || head.length < 4) return undefined
  const zeros = [0, 0]
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2]! += 1
  // Latin letters, digits and separators have a zero as their high byte; Vietnamese ones do not.
  if (zeros[1]! > head.length / 8 && zeros[0] === 0) return mustDecode(bytes, 'UTF-16LE')
  if (zeros[0]! > head.length / 8 && zeros[1] === 0) return mustDecode(bytes, 'UTF-16BE')
  return undefined
}

function mustDecode<E extends 'UTF-16LE' | 'UTF-16BE'>(bytes: Uint8Array, encoding: E): E {
  if (decode(bytes, encoding) === undefined) throw new ImportFileError('ENCODING', `This looks like ${encoding} but is broken: it ends in the middle of a character, or holds half of one. Save it as UTF-8.`)
  return encoding
}

/** Undefined when the bytes are not of this encoding. The byte order mark is no part of the text. */
function decode(bytes: Uint8Array, encoding: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE'): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Letters of TCVN3 ("ABC", the .VnTime fonts) by their code in Latin-1. Capitals with a tone have the codes of small letters, in fonts of their own. */
const TCVN3: ReadonlyMap<string, string> = new Map(Array.from(
  '¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ¡¢§£¤¥¦',
  (code, i) => [code, Array.from('áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ')[i]!] as const))

/** Text whose letters are codes of TCVN3 taken for Latin-1, as old files hold them whatever they are saved as. */
export const fromTcvn3 = (text: string): string => text.replace(/[\u00a1-\u00fe]/g, (code) => TCVN3.get(code) ?? code)
