/** Whether two records tell of one idea, and why: pure, with every number that it turns on. */
import { fold } from '../../search/fold.ts'
import type { Asked, Catalogue, Entry } from './catalogue.ts'
import type { Features } from './features.ts'
import { matchNames, type NameForm, type NameMatch } from './names.ts'

/** How two places lie to each other. */
export type PlaceRelation = 'SAME' | 'PROVINCE' | 'OTHER' | 'UNKNOWN'
export const VERDICTS = ['SAME', 'VARIANT', 'UNSURE'] as const
export type Verdict = (typeof VERDICTS)[number]
export interface Comparison { score: number; verdict: Verdict; signals: Signals }
export interface Signals {
  name: NameMatch & { mine: NameForm; theirs: NameForm }
  /** Share of the shorter text that the other tells too, by words that tell something. */
  text: number
  concepts: number
  place: PlaceRelation
  /** What each names in its own name that the other does not speak of at all. */
  onlyMine: string[]
  onlyTheirs: string[]
  sharedSources: number
}

export function signalsOf(mine: Asked, theirs: Entry, catalogue: Catalogue, place: PlaceRelation): Signals {
  const [a, b] = [mine.features, theirs.features]
  const name = bestNames(a, b, catalogue)
  const [onlyMine, onlyTheirs] = [unsaid(name.extraMine, name.mine, a, b, catalogue), unsaid(name.extraTheirs, name.theirs, b, a, catalogue)]
  let sharedSources = 0
  for (const source of mine.sources) if (theirs.sources.has(source)) sharedSources += 1 / Math.max(1, catalogue.sourceCount(source))
  return { name, text: overlap(a, b, catalogue.gramWeight), concepts: sharedConcepts(a, b, catalogue), place, onlyMine, onlyTheirs, sharedSources }
}

function bestNames(a: Features, b: Features, catalogue: Catalogue): Signals['name'] {
  let best: Signals['name'] | undefined
  let bestValue = -1
  const isExplained = { mine: (word: string) => b.placeWords.has(word) || a.placeWords.has(word), theirs: (word: string) => a.placeWords.has(word) || b.placeWords.has(word) }
  for (const mine of a.names) {
    for (const theirs of b.names) {
      // A pair that shares no word that tells anything is not worth a full look.
      if (best !== undefined && !sharesWord(mine, theirs)) continue
      const match = matchNames(mine, theirs, catalogue.nameWeight, isExplained)
      const value = match.shared * (mine.isCore || theirs.isCore ? 0.94 : 1) * (mine.isAlias && theirs.isAlias ? 0.97 : 1) + Math.min(match.mass, 12) / 1000
      if (value > bestValue) [best, bestValue] = [{ ...match, mine, theirs }, value]
    }
  }
  return best ?? { shared: 0, ofMine: 0, ofTheirs: 0, mass: 0, extraMine: [], extraTheirs: [], mine: EMPTY, theirs: EMPTY }
}
const sharesWord = (a: NameForm, b: NameForm): boolean => { for (const word of a.folds) if (b.folds.has(word)) return true; return false }
const EMPTY: NameForm = { text: '', words: [], folds: new Set(), concepts: [], isAlias: false, isCore: false }

/** Words of a name that the other record has nowhere, neither as words nor as what they mean. */
function unsaid(extra: readonly string[], form: NameForm, own: Features, other: Features, catalogue: Catalogue): string[] {
  if (extra.length === 0) return []
  const missing = extra.filter((word) => !other.nameGrams.has(word) && !other.grams.has(word) && !word.includes('~'))
  const slogans = extra.filter((word) => word.includes('~'))
  const concepts = form.concepts.filter((key) => catalogue.conceptWeight(key) > 1 && !other.concepts.has(key) && own.lead.has(key))
  return [...slogans, ...(concepts.length > 0 || missing.length >= 2 ? missing.length > 0 ? missing : extra.slice(0, 2) : [])]
}

function overlap(a: Features, b: Features, weight: (gram: string) => number): number {
  const [few, many] = a.grams.size <= b.grams.size ? [a, b] : [b, a]
  if (few.grams.size < 3) return 0
  let [shared, total] = [0, 0]
  for (const gram of few.grams) {
    // A pair in a row says more than its two words.
    const own = weight(gram) * (gram.includes(' ') ? 1 : 0.7)
    total += own
    if (many.grams.has(gram) || many.nameGrams.has(gram)) shared += own
  }
  // Four words that all agree are not yet two texts that agree.
  return total === 0 ? 0 : (shared / total) * Math.min(1, few.grams.size / 10)
}

/** How much of what the texts say beyond the names is said by the other too; a text that says nothing speaks neither for nor against. */
function sharedConcepts(a: Features, b: Features, { conceptWeight }: Catalogue): number {
  let [shared, mine, theirs] = [0, 0, 0]
  for (const key of a.told) { const w = conceptWeight(key) ** 2; mine += w; if (b.concepts.has(key)) shared += w }
  let back = 0
  for (const key of b.told) { const w = conceptWeight(key) ** 2; theirs += w; if (a.concepts.has(key)) back += w }
  if (mine === 0 || theirs === 0) return 0.5
  return Math.max(shared / mine, back / theirs) * 0.6 + Math.min(shared / mine, back / theirs) * 0.4
}

/** Compares two records. `place` is how their origins lie to each other. */
export function compare(mine: Asked, theirs: Entry, catalogue: Catalogue, place: PlaceRelation): Comparison {
  const signals = signalsOf(mine, theirs, catalogue, place)
  return { signals, score: scoreOf(signals), verdict: verdictOf(signals) }
}

/** How much of one name lies in the other, softened: a short name inside a long one is worth less than two equal ones. */
const nameLikeness = ({ shared, ofMine, ofTheirs }: NameMatch): number => Math.max(shared, 0.85 * Math.max(ofMine, ofTheirs) * Math.min(1, 0.6 + Math.min(ofMine, ofTheirs)))
/** 0 for a name of everyday words, 1 for one of its own. */
const tellingness = ({ mass }: NameMatch): number => Math.min(1, mass / 9)
const PLACES: Record<PlaceRelation, number> = { SAME: 1, PROVINCE: 0.3, OTHER: 0, UNKNOWN: 0 }

/** 0..1: by which candidates are ordered. */
export function scoreOf(signals: Signals): number {
  const { name, text, concepts, place, sharedSources, onlyMine, onlyTheirs } = signals
  const named = nameLikeness(name) * (0.55 + 0.45 * tellingness(name))
  const told = Math.min(1, 1.6 * text)
  const misses = (1 - 0.85 * named) * (1 - 0.5 * told) * (1 - 0.25 * concepts) * (1 - 0.2 * PLACES[place]) * (1 - 0.45 * Math.min(1, sharedSources))
  const apart = 1 - 0.1 * Math.min(2, onlyMine.length) - 0.04 * Math.min(2, onlyTheirs.length)
  return Math.round((1 - misses) * apart * 1000) / 1000
}

/** `SAME` only when nothing speaks against it: who follows it blindly loses a record. */
export function verdictOf(signals: Signals): Verdict {
  const { name, text, concepts, place, sharedSources, onlyMine } = signals
  const alike = nameLikeness(name)
  const told = text + 0.35 * concepts + 0.2 * PLACES[place] + 0.5 * Math.min(1, sharedSources)
  if (onlyMine.length === 0) {
    // One name, and nothing that it leaves open; or much of it, and texts that tell the same. Of the 324 records that the catalogue
    // keeps apart these call 9 pairs the same; a likeness of 0.6 was enough for 24, fishermen's groups and border guards among them.
    if (name.shared >= 0.88 && told >= 0.7 - 0.5 * tellingness(name)) return 'SAME'
    if (alike >= 0.75 && text >= 0.4 && told >= 0.7) return 'SAME'
  }
  if (text >= 0.75 && alike >= 0.4 && (place === 'SAME' || sharedSources > 0.3)) return 'SAME'
  if (alike >= 0.55 && told >= 0.3) return 'VARIANT'
  // Half of the name, and texts that tell the same: one part of the idea stands for another, a drum for a gong.
  if (alike >= 0.5 && told >= 0.5) return 'VARIANT'
  // The whole of their name, and something besides: named after it, for other people or another setting, of which the texts then speak.
  if (name.ofTheirs >= 0.9 && name.ofMine >= 0.4 && name.ofMine < 0.95 && name.mass >= 5) return 'VARIANT'
  return 'UNSURE'
}

const quote = (text: string): string => `“${text.trim()}”`
const percent = (share: number): string => `${Math.round(share * 100)}%`

/** Why, in Vietnamese sentences: first what speaks for it, then what against. */
export function reasonsOf(signals: Signals, mine: Asked, theirs: Entry, catalogue: Catalogue): string[] {
  const { name, text, concepts, place, onlyMine, onlyTheirs, sharedSources } = signals
  const reasons: string[] = []
  const isEqual = name.shared > 0.97
  if (name.shared >= 0.3) {
    const whose = name.theirs.isAlias ? `tên gọi khác ${quote(name.theirs.text)}` : `tên ${quote(name.theirs.text)}`
    if (isEqual) reasons.push(`Trùng ${whose} khi bỏ dấu, mở chữ viết tắt và không kể thứ tự từ.`)
    else reasons.push(`Gần giống ${whose}: ${percent(name.shared)} lời của hai tên là chung.`)
    const slogans = name.mine.words.filter(({ isSlogan, fold }) => isSlogan && name.theirs.words.some((word) => word.fold === fold)).map(({ fold }) => fold.replace('~', ' '))
    if (slogans.length > 0) reasons.push(`Cùng khẩu hiệu có số: ${slogans.join(', ')}.`)
    const opened = openedIn(name.mine, name.theirs, catalogue)
    if (opened !== undefined) reasons.push(opened)
  }
  if (text >= 0.3) reasons.push(`Phần mô tả nói gần như nhau: ${percent(text)} lời của bản ngắn hơn có trong bản kia.`)
  const shared = [...mine.features.lead].filter((key) => theirs.features.lead.has(key) && catalogue.conceptWeight(key) > 1.5).sort((a, b) => catalogue.conceptWeight(b) - catalogue.conceptWeight(a)).slice(0, 3)
  if (shared.length > 0 && concepts >= 0.25) reasons.push(`Cùng nói về: ${shared.map((key) => catalogue.thesaurus.concepts.get(key)!.labelVi.toLowerCase()).join('; ')}.`)
  if (place === 'SAME') reasons.push('Nơi bắt đầu nằm trên cùng địa bàn.')
  else if (place === 'PROVINCE') reasons.push('Nơi bắt đầu cùng tỉnh, thành phố.')
  if (sharedSources > 0) reasons.push('Dẫn chung một nguồn.')
  if (onlyMine.length > 0) reasons.push(`Khác: bản này nói đến ${quote(spoken(onlyMine, name.mine))}, bản kia không.`)
  if (onlyTheirs.length > 0) reasons.push(`Khác: bản kia nói đến ${quote(spoken(onlyTheirs, name.theirs))}, bản này không.`)
  if (place === 'OTHER' && reasons.length > 0) reasons.push('Khác: nơi bắt đầu ở hai tỉnh, thành phố.')
  if (reasons.length === 0) reasons.push('Có vài lời chung, chưa đủ để nói gì hơn.')
  return reasons
}

/** The words of the name as they were written. */
function spoken(words: readonly string[], form: NameForm): string {
  const found = form.text.split(/\s+/).filter((token) => words.some((word) => word.replace(/~.*/, '') === fold(token) || word.replace(/.*~/, '') === fold(token)))
  return (found.length > 0 ? found.join(' ') : words.map((word) => word.replace('~', ' ')).join(' ')).replace(/[“”",.]/g, '')
}

function openedIn(mine: NameForm, theirs: NameForm, { thesaurus }: Catalogue): string | undefined {
  const shorts = (text: string): Set<string> => new Set(text.split(/[^\p{L}\d]+/u).map(fold).filter((token) => thesaurus.shorts.has(token)))
  const [a, b] = [shorts(mine.text), shorts(theirs.text)]
  const [short] = [...[...a].filter((one) => !b.has(one)), ...[...b].filter((one) => !a.has(one))]
  const known = short === undefined ? undefined : thesaurus.shorts.get(short)
  return known && `${known.short} = ${known.meaning}.`
}
