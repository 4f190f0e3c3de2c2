/**
 * The thesaurus in memory: which concepts a row of words means, for queries and records alike. Read from the database under a version, and
 * read again when that has moved. Pure but for loading.
 */
import { sql, type Kysely } from 'kysely'
import type { ConceptKind, Database, TermKind } from '../db/tables.ts'
import { fold, tokenize, type Token } from './fold.ts'
import { isSyllable } from './spelling.ts'

export interface Concept {
  key: string
  kind: ConceptKind
  labelVi: string
  labelEn: string
  /** Keys of all that it is a case of, the nearest first. */
  broader: string[]
  related: string[]
  /** Words of the vocabularies that it is, or leads to. */
  terms: { kind: TermKind; key: string; isSame: boolean }[]
}
/** One way to say a concept. */
export interface Label { folded: string[]; marked: string[]; isEnglish: boolean; concept: Concept }
interface Node { next: Map<string, Node>; labels: Label[] }
/** A row of tokens that says something: `[from, to)`. */
export interface LabelMatch { from: number; to: number; labels: Label[] }
export interface Abbreviation { short: string; longs: string[][]; meaning: string; needsCapitals: boolean }

interface ConceptData { key: string; kind: ConceptKind; vi: string; en: string; synonyms: string[]; dialect: string[]; english: string[]; broader: string[]; related: string[]; terms: Concept['terms'] }
export interface ThesaurusData {
  version: string
  concepts: ConceptData[]
  terms: { kind: TermKind; key: string; vi: string; en: string; synonyms: string[] }[]
  abbreviations: { short: string; longs: string[] }[]
  /** Words of vocabularies that went into others. */
  merged?: { kind: TermKind; from: string; to: string }[]
}

/** In a tsvector, in Meilisearch's words and in the vocabulary a concept stands as this; no typed word is like it. */
export const tagOf = (key: string): string => `#${key}`

/** What a record has there that writes an abbreviation out: apart from typed words, or “cấp” would find whoever writes “công an phường” (CAP). */
export const openedWord = (short: string): string => `=${short}`

/** Could somebody have typed it, or is it there for a concept, for what an abbreviation stands for, or for a number formula (`12_1`)? */
export const isTyped = (word: string): boolean => !/^[#=]|_/.test(word)

export class Thesaurus {
  readonly version: string
  readonly concepts = new Map<string, Concept>()
  /** By word of a vocabulary (`TOPIC:fire-safety`): the concept that it is. */
  readonly byTerm = new Map<string, Concept>()
  readonly shorts = new Map<string, Abbreviation>()
  /** Long forms of abbreviations by their first word, the longest first. */
  readonly longs = new Map<string, { long: string[]; short: string }[]>()
  /** `TOPIC:old` → the key that it went into. */
  private readonly merged: ReadonlyMap<string, string>
  private readonly root: Node = { next: new Map(), labels: [] }
  private readonly words = new Set<string>()
  private readonly englishWords = new Set<string>()

  constructor(data: ThesaurusData) {
    this.version = data.version
    this.merged = new Map((data.merged ?? []).map(({ kind, from, to }) => [`${kind}:${from}`, to]))
    const labels: [ConceptData, string, boolean][] = []
    const taken = new Set(data.concepts.flatMap(({ terms }) => terms.filter(({ isSame }) => isSame).map(({ kind, key }) => `${kind}:${key}`)))
    // A word of a vocabulary that no concept is tied to is a concept by itself.
    const own = data.terms.filter(({ kind, key }) => key !== 'other' && !taken.has(`${kind}:${key}`)).map((term): ConceptData => ({
      key: `${term.kind.toLowerCase()}-${term.key}`, kind: term.kind, vi: term.vi, en: term.en, synonyms: [], dialect: [], english: [], broader: [], related: [], terms: [{ kind: term.kind, key: term.key, isSame: true }],
    }))
    const synonymsOf = new Map(data.terms.map((term) => [`${term.kind}:${term.key}`, [term.vi, ...term.synonyms]]))
    const broader = new Map(data.concepts.map((concept) => [concept.key, concept.broader]))
    for (const concept of [...data.concepts, ...own]) {
      this.concepts.set(concept.key, { key: concept.key, kind: concept.kind, labelVi: concept.vi, labelEn: concept.en, broader: ancestorsOf(concept.key, broader), related: concept.related, terms: concept.terms })
      for (const text of [concept.vi, ...concept.synonyms, ...concept.dialect]) labels.push([concept, text, false])
      for (const text of [concept.en, ...concept.english]) labels.push([concept, text, true])
      for (const { kind, key, isSame } of concept.terms) {
        if (!isSame) continue
        this.byTerm.set(`${kind}:${key}`, this.concepts.get(concept.key)!)
        for (const text of synonymsOf.get(`${kind}:${key}`) ?? []) labels.push([concept, text, false])
      }
    }
    for (const [concept, text, isEnglish] of labels) this.add(this.concepts.get(concept.key)!, text, isEnglish)
    for (const { short, longs } of data.abbreviations) this.abbreviate(short, longs)
  }

  private add(concept: Concept, text: string, isEnglish: boolean): void {
    const tokens = tokenize(text)
    if (tokens.length === 0) return
    const node = this.reach(tokens.map((token) => token.fold))
    const label = { folded: tokens.map((token) => token.fold), marked: tokens.map((token) => token.marked), isEnglish, concept }
    if (!node.labels.some((other) => other.concept === concept && other.isEnglish === isEnglish && other.marked.join(' ') === label.marked.join(' '))) node.labels.push(label)
    for (const { fold } of tokens) {
      this.words.add(fold)
      if (isEnglish) this.englishWords.add(fold)
    }
  }

  private reach(words: readonly string[]): Node {
    let node = this.root
    for (const word of words) {
      let next = node.next.get(word)
      if (!next) node.next.set(word, (next = { next: new Map(), labels: [] }))
      node = next
    }
    return node
  }

  /** A short form says whatever its long form says. */
  private abbreviate(short: string, longs: readonly string[]): void {
    const key = fold(short)
    const forms = longs.map((long) => tokenize(long).map((token) => token.fold))
    this.shorts.set(key, { short, longs: forms, meaning: longs[0]!, needsCapitals: isSyllable(key) })
    for (const long of forms) this.longs.set(long[0]!, [...(this.longs.get(long[0]!) ?? []), { long, short: key }].sort((a, b) => b.long.length - a.long.length))
    for (const long of longs) for (const { concept } of this.reach(tokenize(long).map((token) => token.fold)).labels.filter((label) => !label.isEnglish)) this.add(concept, short, false)
  }

  /** The keys, and those that they went into. */
  keysOf(kind: TermKind, keys: readonly string[]): string[] {
    return [...new Set(keys.flatMap((key) => [key, this.merged.get(`${kind}:${key}`) ?? key]))]
  }

  /** Does any label have the folded word? */
  hasWord(word: string): boolean {
    return this.words.has(word)
  }

  isEnglishWord(word: string): boolean {
    return this.englishWords.has(word) || (word.endsWith('s') && this.englishWords.has(word.slice(0, -1)))
  }

  get english(): ReadonlySet<string> {
    return this.englishWords
  }

  /** Every row of words, from each place on, that is a label; `alternatives[i]` are the folded spellings of word i. */
  matches(alternatives: readonly (readonly string[])[]): LabelMatch[] {
    const found: LabelMatch[] = []
    const walk = (node: Node, from: number, at: number): void => {
      if (node.labels.length > 0) {
        const known = found.at(-1)
        if (known?.from === from && known.to === at) known.labels.push(...node.labels)
        else found.push({ from, to: at, labels: [...node.labels] })
      }
      for (const word of alternatives[at] ?? []) {
        const next = node.next.get(word)
        if (next) walk(next, from, at + 1)
      }
    }
    for (let from = 0; from < alternatives.length; from += 1) walk(this.root, from, from)
    return found
  }

  /** How often each concept is said in a record's text: by its Vietnamese words, marks and all. */
  tally(tokens: readonly Token[], into: Map<string, number>): void {
    const ends = new Map<string, number>()
    for (let from = 0; from < tokens.length; from += 1) {
      let node: Node | undefined = this.root
      for (let at = from; node; at += 1) {
        for (const label of node.labels) {
          if (label.isEnglish || !label.marked.every((word, i) => word === tokens[from + i]!.marked)) continue
          const { key, broader } = label.concept
          for (const said of [key, ...broader]) {
            // One place counts once, however many of a concept's words overlap there.
            if ((ends.get(said) ?? -1) <= from) into.set(said, (into.get(said) ?? 0) + 1)
            ends.set(said, Math.max(ends.get(said) ?? 0, at))
          }
        }
        node = at < tokens.length ? node.next.get(tokens[at]!.fold) : undefined
      }
    }
  }
}

function ancestorsOf(key: string, broader: ReadonlyMap<string, string[]>): string[] {
  const found: string[] = []
  for (let next = broader.get(key) ?? []; next.length > 0; next = next.flatMap((one) => broader.get(one) ?? [])) for (const one of next) if (one !== key && !found.includes(one)) found.push(one)
  return found
}

const cache = new Map<string, Thesaurus>()

/** The thesaurus of a database: one statement when its version is known here already, else two. */
export async function readThesaurus(db: Kysely<Database>): Promise<Thesaurus> {
  const { rows } = await sql<{ version: string }>`select thesaurus_version as version from search_state`.execute(db)
  return cache.get(rows[0]!.version) ?? loadThesaurus(db)
}

/** Reads it: one statement. */
export async function loadThesaurus(db: Kysely<Database>): Promise<Thesaurus> {
  const { rows } = await sql<ThesaurusData>`
    select (select thesaurus_version from search_state) as version,
      (select coalesce(json_agg(json_build_object('key', c.key, 'kind', c.kind, 'vi', c.label_vi, 'en', c.label_en, 'synonyms', c.synonyms, 'dialect', c.dialect, 'english', c.english,
        'broader', (select coalesce(json_agg(o.key order by o.key), '[]') from concept_relation r join concept o on o.id = r.to_id where r.concept_id = c.id and r.kind = 'BROADER' and o.merged_into is null),
        'related', (select coalesce(json_agg(o.key order by o.key), '[]') from concept_relation r join concept o on o.id = r.to_id where r.concept_id = c.id and r.kind = 'RELATED' and o.merged_into is null),
        'terms', (select coalesce(json_agg(json_build_object('kind', t.kind, 'key', t.key, 'isSame', x.is_same) order by t.kind, t.key), '[]') from concept_term x join term o on o.id = x.term_id join term t on t.id = coalesce(o.merged_into, o.id) where x.concept_id = c.id)
      ) order by c.key), '[]') from concept c where c.merged_into is null) as concepts,
      (select coalesce(json_agg(json_build_object('kind', kind, 'key', key, 'vi', label_vi, 'en', label_en, 'synonyms', synonyms) order by kind, key), '[]') from term where deprecated_at is null) as terms,
      (select coalesce(json_agg(json_build_object('short', short, 'longs', long_forms) order by short), '[]') from abbreviation) as abbreviations,
      (select coalesce(json_agg(json_build_object('kind', o.kind, 'from', o.key, 'to', t.key) order by o.kind, o.key), '[]') from term o join term t on t.id = o.merged_into) as merged`.execute(db)
  const thesaurus = new Thesaurus(rows[0]!)
  // Inside a transaction that changed it a version may never come to be, but it never means anything else either.
  if (cache.size >= 8) cache.delete(cache.keys().next().value!)
  cache.set(thesaurus.version, thesaurus)
  return thesaurus
}
