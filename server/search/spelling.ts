/** Spelling: distance between words, what is a Vietnamese syllable, and what the fingers meant when Telex or VNI left its keys behind. */

/** Damerau distance (optimal string alignment), given up beyond `limit` (then `limit + 1`). */
export function damerau(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    let best = i
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, beforeLast[j - 2]! + 1)
      row.push(value)
      if (value < best) best = value
    }
    if (best > limit) return limit + 1
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

const SYLLABLE =
  /^(ngh|ng|nh|th|tr|ch|ph|kh|gh|gi|qu|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x)?(uye|uya|uyu|oai|oay|oeo|uay|uoi|uou|ieu|yeu|uu|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uy|ya|ye|a|e|i|o|u|y)(ch|ng|nh|c|m|n|p|t)?$/

/** Could the folded word be a Vietnamese syllable? */
export function isSyllable(folded: string): boolean {
  return SYLLABLE.test(folded)
}

/**
 * The folded syllables that a word with leftover Telex or VNI keys stands for: `truowngf` → truong, `ddaoj` → dao, `to63` → to.
 * Empty when the word is a syllable as it is, or none comes out.
 */
export function decodeKeys(folded: string): string[] {
  if (isSyllable(folded) || folded.length < 3 || folded.length > 12) return []
  const found = new Set<string>()
  const vni = folded.replace(/[0-9]/g, '')
  if (vni !== folded && /^[a-z][a-z]*[0-9]{1,3}[a-z]*[0-9]?$/.test(folded) && /[0-9]/.test(folded.slice(2)) && isSyllable(vni)) found.add(vni)
  if (!/\d/.test(folded)) {
    // A tone key may stand at the end or right after its vowel; w and doubled letters shape theirs wherever they stand.
    const toneless = new Set([folded])
    for (let i = 1; i < folded.length; i += 1) if ('sfrxj'.includes(folded[i]!)) toneless.add(folded.slice(0, i) + folded.slice(i + 1))
    for (const word of toneless) {
      const shaped = word.replace(/^dd/, 'd').replace(/([aeo])(.*?)\1/, '$1$2').replace(/w/g, (_, at: number) => (at === 0 ? 'u' : ''))
      for (const candidate of [shaped, word.replace(/^dd/, 'd').replace(/w/g, ''), shaped.replace(/d$/, '')]) if (candidate !== folded && isSyllable(candidate)) found.add(candidate)
    }
  }
  return [...found]
}
