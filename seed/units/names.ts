/** Keys that two spellings of one unit's name share. */
import { decompose, foldedName } from '../../server/domain/locality/unit-name.ts'
import { onceForText } from '../../server/once.ts'

/** Folded letters without blanks: `Cư M’gar` = `Cư Mgar`. Numbers lose leading zeros (`Phường 03`). */
export function foldedKey(text: string): string {
  return foldedName(text).replace(/\b0+(?=\d)/g, '').replaceAll(' ', '')
}

/** Like `foldedKey` with the marks kept and both tone styles one (`Hoà` = `Hòa`): the tone stands at the end of its word. */
export const markedKey = onceForText((text) =>
  decompose(text).replace(/([\u0300\u0301\u0303\u0309\u0323])([\p{L}\u0300-\u036f]+)/gu, '$2$1').replace(/[^\p{L}\p{N}\u0300-\u036f ]+/gu, '').replace(/\b0+(?=\d)/g, '').replace(/\s+/g, ''))
