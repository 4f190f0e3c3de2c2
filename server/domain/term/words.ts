/** Labels and words of vocabularies and of the thesaurus as curators write them: clean, bounded, each once. */
import { z } from 'zod'
import { wellFormed } from '../../search/fold.ts'

const word = (most: number) => z.string().normalize('NFC').transform((text) => text.replace(/\s+/g, ' ').trim()).refine((text) => /[\p{L}\p{N}]/u.test(text), 'Needs a letter or digit.')
  .refine((text) => text.length <= most, `At most ${most} characters.`).refine((text) => !/\p{Cc}/u.test(text) && text === wellFormed(text), 'Must not contain control characters.')

export const label = word(120)
export const key = z.string().max(60).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Small letters and digits, with single hyphens between them, such as "traffic-safety".')
export const words = z.array(word(120)).max(200, 'At most 200 words.').transform(once)
export const description = word(2_000).nullable()

/** Each word once, however it is capitalised; the first spelling stays. */
export function once(list: readonly string[]): string[] {
  const known = new Set<string>()
  return list.filter((text) => !known.has(text.toLowerCase()) && known.add(text.toLowerCase()))
}
