/**
 * Names of places in a text: today's units and former ones, marks optional, the longest match. A place *filters* only with a cue (a
 * province, a word for a unit, its parent, "ở"); without one it only lifts: half of all models have some commune's name in theirs.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, LocalityLevel } from '../db/tables.ts'
import { tokenize, type Token } from './fold.ts'
import type { Lexicon } from './lexicon.ts'
import { ONLY_THERE } from './query.ts'

export interface PlaceUnit { id: string; fullName: string; kind: string; level: LocalityLevel; isFormer: boolean; parent: PlaceUnit | undefined; folded: string }
interface Name { marked: string[]; unit: PlaceUnit }
/** A place that a text names: tokens `[from, to)` with its cue words. */
export interface PlaceMatch { from: number; to: number; name: string; units: PlaceUnit[]; isFilter: boolean }
type Row = [id: string, name: string, fullName: string, kind: string, level: LocalityLevel, parent: string | null, isFormer: boolean]

/** Words for kinds of units, short ones too; what stands before a name tells which of its bearers is meant. */
const UNIT_WORDS: readonly [string, string][] = [
  ['thành phố', 'thành phố'], ['tp', 'thành phố'], ['tỉnh', 'tỉnh'], ['quận', 'quận'], ['q', 'quận'], ['huyện', 'huyện'], ['h', 'huyện'], ['thị xã', 'thị xã'], ['tx', 'thị xã'],
  ['thị trấn', 'thị trấn'], ['tt', 'thị trấn'], ['phường', 'phường'], ['p', 'phường'], ['xã', 'xã'], ['đặc khu', 'đặc khu'],
  ['province', 'tỉnh'], ['city', 'thành phố'], ['district', 'huyện'], ['ward', 'phường'], ['commune', 'xã'],
]
const KINDS = UNIT_WORDS.map(([word, kind]) => ({ words: tokenize(word), kind })).sort((a, b) => b.words.length - a.words.length)
const AT: ReadonlySet<string> = new Set(['ở', 'tại', 'thuộc', 'in', 'at'])
const AT_FOLDED: ReadonlySet<string> = new Set(['o', 'tai', 'thuoc', 'in', 'at'])
/** Territories of a name are joined; a name that more units bear says too little to filter by. */
const MAX_UNITS = 60

export class PlaceNames {
  readonly version: string
  private readonly names = new Map<string, Name[]>()
  private readonly words = new Set<string>()
  private longest = 1

  constructor(version: string, units: readonly Row[], others: readonly [id: string, name: string][]) {
    this.version = version
    const byId = new Map<string, PlaceUnit>()
    const parents = new Map<string, string | null>()
    for (const [id, name, fullName, kind, level, parent, isFormer] of units) {
      const tokens = tokenize(name)
      const unit: PlaceUnit = { id, fullName, kind, level, isFormer, parent: undefined, folded: tokens.map((token) => token.fold).join(' ') }
      byId.set(id, unit)
      parents.set(id, parent)
      this.add(tokens, unit)
    }
    for (const [id, parent] of parents) if (parent !== null) byId.get(id)!.parent = byId.get(parent)
    for (const [id, name] of others) {
      const unit = byId.get(id)
      if (unit) this.add(tokenize(name), unit)
    }
  }

  private add(tokens: readonly Token[], unit: PlaceUnit): void {
    if (tokens.length === 0) return
    const key = tokens.map((token) => token.fold).join(' ')
    const list = this.names.get(key)
    const name = { marked: tokens.map((token) => token.marked), unit }
    if (list) list.push(name)
    else this.names.set(key, [name])
    for (const { fold } of tokens) this.words.add(fold)
    this.longest = Math.max(this.longest, tokens.length)
  }

  hasWord(word: string): boolean {
    return this.words.has(word)
  }

  /** The places of a text, from left to right; none overlaps another. `isTaken` tells tokens that mean something else. */
  find(tokens: readonly Token[], text: string, lexicon: Lexicon, isTaken: (from: number, to: number) => boolean): PlaceMatch[] {
    const hasMarks = tokens.some((token) => token.marked !== token.fold)
    const found: PlaceMatch[] = []
    for (let at = 0; at < tokens.length; at += 1) {
      const match = this.at(at, tokens, text, hasMarks, lexicon, isTaken)
      if (!match) continue
      const before = found.at(-1)
      // "Ninh Kiều, Cần Thơ": the second is the parent of the first, and narrows it.
      const within = before && before.to === match.from ? before.units.filter((unit) => liesIn(unit, match.name)) : []
      if (before && within.length > 0) Object.assign(before, { units: within, to: match.to, isFilter: true, name: before.name })
      else found.push(match)
      at = match.to - 1
    }
    return found.filter(({ units, isFilter, from, to }) => isFilter || (units.length <= MAX_UNITS && tokens.slice(from, to).every((token) => isCapital(token.text)) && !tokens.every((token) => isCapital(token.text)) && !isTaken(from, to)))
  }

  private at(at: number, tokens: readonly Token[], text: string, hasMarks: boolean, lexicon: Lexicon, isTaken: (from: number, to: number) => boolean): PlaceMatch | undefined {
    const unitWord = KINDS.find(({ words }) => words.every((word, i) => tokens[at + i] && (hasMarks && !/^[a-z]+$/.test(word.fold) ? tokens[at + i]!.marked === word.marked : tokens[at + i]!.fold === word.fold)))
    for (const kind of unitWord ? [unitWord, undefined] : [undefined]) {
      const from = at + (kind?.words.length ?? 0)
      for (let to = Math.min(tokens.length, from + this.longest); to > from; to -= 1) {
        const run = tokens.slice(from, to)
        const names = this.names.get(run.map((token) => token.fold).join(' '))
        if (!names || /[.;:!?\n]/.test(text.slice(run[0]!.start, run.at(-1)!.end).replace(/\./g, (_, i: number) => (i < 4 ? '' : '.')))) continue
        const isOriginal = (name: Name): boolean => !hasMarks || run.every((token, i) => token.marked === name.marked[i]) || run.every((token) => token.marked === token.fold && isCapital(token.text))
        const units = [...new Set(names.filter(isOriginal).map(({ unit }) => unit))].filter((unit) => kind === undefined || unit.kind === kind.kind)
        if (units.length === 0) continue
        return this.judge(at, from, to, units, kind !== undefined, tokens, hasMarks, lexicon, isTaken)
      }
    }
    return undefined
  }

  private judge(at: number, from: number, to: number, all: PlaceUnit[], hasUnitWord: boolean, tokens: readonly Token[], hasMarks: boolean, lexicon: Lexicon, isTaken: (from: number, to: number) => boolean): PlaceMatch | undefined {
    const run = tokens.slice(from, to)
    const isWritten = run.every((token) => isCapital(token.text)) && tokens.some((token) => !isCapital(token.text))
    const isCommon = run.every((token) => lexicon.weight(token.fold) < 1.1) || isTaken(from, to)
    const provinces = all.filter((unit) => unit.level === 'PROVINCE')
    const isProvince = provinces.length > 0 && !(isTaken(from, to) && !hasUnitWord && !isWritten)
    const before = tokens[at - 1]
    const isAt = before !== undefined && (hasMarks ? AT.has(before.text.toLowerCase()) : AT_FOLDED.has(before.fold))
    const after = tokens[to]
    const saysFormer = after !== undefined && (hasMarks ? after.text.toLowerCase() === 'cũ' : after.fold === 'cu')
    let units = isProvince ? provinces : all
    if (saysFormer && units.some((unit) => unit.isFormer)) units = units.filter((unit) => unit.isFormer)
    // What is made of everyday words is a place only when it is written as one.
    if (!isProvince && isCommon && !isWritten) return undefined
    if (!isProvince && run.length === 1 && !hasUnitWord && !isWritten) return undefined
    const isFilter = units.length <= MAX_UNITS && (isProvince || hasUnitWord || isAt || (saysFormer && !isCommon))
    return { from: isFilter && isAt ? at - 1 : at, to: saysFormer ? to + 1 : to, name: run.map((token) => token.fold).join(' '), units, isFilter }
  }
}

const isCapital = (text: string): boolean => /^[\p{Lu}\d]/u.test(text)

function liesIn(unit: PlaceUnit, name: string): boolean {
  for (let over = unit.parent; over; over = over.parent) if (over.folded === name) return true
  return false
}

/** What a place is called to people: the unit with what it lies in, or how many bear the name. */
export function describePlace({ units, isFilter }: Pick<PlaceMatch, 'units' | 'isFilter'>): string {
  const called = (unit: PlaceUnit): string => `${unit.fullName}${unit.isFormer ? ' (cũ)' : ''}${unit.parent ? `, ${unit.parent.fullName}` : ''}`
  const current = units.filter((unit) => !unit.isFormer)
  const shown = current.length > 0 ? current : units
  return `${shown.length > 2 ? `${shown.length} nơi cùng tên, như ${called(shown[0]!)}` : shown.map(called).join(' và ')}; ${isFilter ? ONLY_THERE : 'chỉ ưu tiên'}`
}

/** Reads the names of all units: one statement. */
export async function loadPlaces(db: Kysely<Database>): Promise<PlaceNames> {
  const { rows } = await sql<{ version: string; units: Row[]; others: [string, string][] }>`
    select (select places_version from search_state) as version,
      (select coalesce(json_agg(json_build_array(id, name, full_name, kind, level, parent_id, valid_until is not null)), '[]') from locality) as units,
      (select coalesce(json_agg(json_build_array(locality_id, name)), '[]') from locality_name) as others`.execute(db)
  const row = rows[0]!
  return new PlaceNames(row.version, row.units, row.others)
}
