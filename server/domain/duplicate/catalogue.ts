/**
 * The records that a new one may be the same as, kept in memory with an index of their words. A record's features hang on the hash of its
 * document, so they are never stale; the index is made anew whenever one statement says that a record has changed.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/tables.ts'
import { weightOf } from '../../search/lexicon.ts'
import { readThesaurus, type Thesaurus } from '../../search/thesaurus.ts'
import type { ModelDocument } from '../model/document.ts'
import { type DuplicateDocument, type Features, featuresOf } from './features.ts'

/** A record that may be a candidate: what is published of it, or its working revision where it never was published. */
export interface Entry { id: string; slug: string; name: string; isDraft: boolean; features: Features; sources: ReadonlySet<string>; relatesTo: ReadonlySet<string> }
/** A record beside the ones in the catalogue. */
export interface Asked { features: Features; sources: ReadonlySet<string> }

/** Words that more records have than this share say too little to look a record up by. */
const TOO_COMMON = 0.25
/** So many records are compared in full, however many share a word. */
const LOOKED_AT = 20

export class Catalogue {
  readonly entries: readonly Entry[]
  readonly thesaurus: Thesaurus
  private readonly byGram = new Map<string, number[]>()
  private readonly byNameWord = new Map<string, number[]>()
  private readonly bySource = new Map<string, number[]>()
  private readonly byConcept = new Map<string, number>()
  private readonly at = new Map<string, number>()

  constructor(entries: readonly Entry[], thesaurus: Thesaurus) {
    this.entries = entries
    this.thesaurus = thesaurus
    entries.forEach(({ id, features, sources }, i) => {
      this.at.set(id, i)
      for (const gram of new Set([...features.grams, ...features.nameGrams])) push(this.byGram, gram, i)
      for (const word of new Set(features.names.flatMap(({ words }) => words.map(({ fold }) => fold)))) push(this.byNameWord, word, i)
      for (const source of sources) push(this.bySource, source, i)
      for (const concept of features.lead) this.byConcept.set(concept, (this.byConcept.get(concept) ?? 0) + 1)
    })
  }

  entry(id: string): Entry | undefined {
    const at = this.at.get(id)
    return at === undefined ? undefined : this.entries[at]
  }

  /** How much a word of a name tells, by how many names have it. */
  nameWeight = (word: string): number => this.weigh(this.byNameWord.get(word)?.length ?? 0)
  gramWeight = (gram: string): number => this.weigh(this.byGram.get(gram)?.length ?? 0)
  conceptWeight = (concept: string): number => this.weigh(this.byConcept.get(concept) ?? 0)
  /** Records that rest on the source; an article about twenty models makes none of them the same. */
  sourceCount = (source: string): number => this.bySource.get(source)?.length ?? 0

  /** A small catalogue must not make every word look common, so it is counted as one of 300. */
  private weigh(count: number): number {
    return weightOf(count, Math.max(300, this.entries.length))
  }

  /** The entries that share the most with what is asked, roughly, the best first. */
  near({ features, sources }: Asked): Entry[] {
    const score = new Float64Array(this.entries.length)
    const touched: number[] = []
    const add = (list: readonly number[] | undefined, weight: number): void => {
      for (const i of list ?? []) {
        if (score[i] === 0) touched.push(i)
        score[i]! += weight
      }
    }
    const most = Math.max(40, this.entries.length * TOO_COMMON)
    const names = new Set(features.names.flatMap(({ words }) => words.map(({ fold }) => fold)))
    for (const word of names) { const list = this.byNameWord.get(word); if (list && list.length <= most) add(list, 2 * this.nameWeight(word)) }
    // The pairs in a row of the name, common or not, keep apart what is made of everyday words.
    for (const gram of features.nameGrams) if (gram.includes(' ')) add(this.byGram.get(gram), this.gramWeight(gram))
    for (const gram of features.grams) { const list = this.byGram.get(gram); if (list && list.length <= most) add(list, 0.5 * this.gramWeight(gram)) }
    for (const source of sources) add(this.bySource.get(source), 12 / this.sourceCount(source))
    return touched.sort((a, b) => score[b]! - score[a]! || a - b).slice(0, LOOKED_AT).map((i) => this.entries[i]!)
  }
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

type Row = { id: string; slug: string; isDraft: boolean; hash: string }
const featuresByHash = new Map<string, { features: Features; name: string; sources: string[]; relatesTo: string[] }>()
const MAX_KEPT = 20_000
let current: { version: string; catalogue: Catalogue } | undefined

/** Says that a record changed, or that words are understood otherwise. */
const VERSION = sql<string>`(select concat_ws(':', count(*), sum(hashtextextended(concat_ws('/', r.id, r.latest_revision, r.published_revision, r.editorial_state, r.updated_at), 0)::numeric), (select thesaurus_version from search_state)) from model_record as r)`
/** Open records that were never published, and published ones that stand. Merged, archived and rejected ones are no candidates. */
const STANDING = sql`r.editorial_state not in ('ARCHIVED', 'MERGED', 'REJECTED')`

/** The catalogue as it stands: one statement when nothing changed since it was last read. */
export async function readCatalogue(db: Kysely<Database>): Promise<Catalogue> {
  const { rows: [told] } = await sql<{ version: string }>`select ${VERSION} as version`.execute(db)
  if (current?.version === told!.version) return current.catalogue
  const thesaurus = await readThesaurus(db)
  const { rows } = await sql<Row & { version: string }>`
    select r.id, r.slug, r.published_revision is null as "isDraft", v.content_hash as hash
    from model_record as r join model_revision as v on v.model_id = r.id and v.revision = coalesce(r.published_revision, r.latest_revision) where ${STANDING} order by r.id`.execute(db)
  const keyOf = (hash: string): string => `${thesaurus.version}:${hash}`
  const missing = rows.filter(({ hash }) => !featuresByHash.has(keyOf(hash))).map(({ id }) => id)
  for (let from = 0; from < missing.length; from += 500) await readFeatures(db, missing.slice(from, from + 500), thesaurus, keyOf)
  const entries = rows.flatMap(({ id, slug, isDraft, hash }): Entry[] => {
    const known = featuresByHash.get(keyOf(hash))
    return known === undefined ? [] : [{ id, slug, isDraft, name: known.name, features: known.features, sources: new Set(known.sources), relatesTo: new Set(known.relatesTo) }]
  })
  for (const key of featuresByHash.keys()) { if (featuresByHash.size <= MAX_KEPT) break; featuresByHash.delete(key) }
  const catalogue = new Catalogue(entries, thesaurus)
  current = { version: told!.version, catalogue }
  return catalogue
}

async function readFeatures(db: Kysely<Database>, ids: readonly string[], thesaurus: Thesaurus, keyOf: (hash: string) => string): Promise<void> {
  const { rows } = await sql<{ hash: string; document: ModelDocument }>`
    select v.content_hash as hash, v.document from model_record as r join model_revision as v on v.model_id = r.id and v.revision = coalesce(r.published_revision, r.latest_revision) where r.id = any(${[...ids]}::uuid[])`.execute(db)
  for (const { hash, document } of rows) {
    featuresByHash.set(keyOf(hash), { features: featuresOf(asDuplicateDocument(document), thesaurus), name: document.name, sources: sourcesOf(document), relatesTo: document.relations.map(({ modelId }) => modelId) })
  }
}

/** What the desk reads of a whole document. */
export const asDuplicateDocument = (document: ModelDocument): DuplicateDocument => ({
  name: document.name, aliases: document.aliases.map(({ name }) => name), summary: document.summary, problem: document.problem, howItWorks: document.howItWorks,
  originPlace: document.origin.placeAsWritten, originLocalityId: document.origin.localityId, topics: document.topics, settings: document.settings, participants: document.participants,
})
export const sourcesOf = (document: ModelDocument): string[] => document.sources.map(({ sourceId }) => sourceId)
