/**
 * What the final ranking and the marks read of a model, kept in memory under the hash of its document, so that it is never stale; what is
 * missing is read from Postgres in one statement. Meilisearch then sends ids only, which is most of its time saved.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { SearchCandidate } from './engine.ts'
import type { Tags } from './tags.ts'

type Entry = Omit<SearchCandidate, 'position' | 'placed'>
/** About 4 kB each, and as much again of what ranking makes of them. */
const MAX_ENTRIES = 25_000

export class WordsCache {
  private readonly db: Kysely<Database>
  private readonly maxEntries: number
  private readonly entries = new Map<string, Entry>()

  constructor(db: Kysely<Database>, maxEntries = MAX_ENTRIES) {
    this.db = db
    this.maxEntries = maxEntries
  }

  /** Candidates for the given documents, in their order; one that Postgres no longer has is left out. `hash` names the state of the row. */
  async candidates(documents: readonly { id: string; hash: string; position: number; placed?: number }[]): Promise<SearchCandidate[]> {
    // Held before waiting: what other searches bring in meanwhile may push these out.
    const keys = documents.map(({ id, hash }) => `${id}:${hash}`)
    const held = keys.map((key) => this.entries.get(key))
    const missing = documents.filter((_, i) => held[i] === undefined)
    const read = missing.length === 0 ? new Map<string, Entry>() : await this.read(missing.map(({ id }) => id))
    return documents.flatMap(({ id, position, placed = 0 }, i) => {
      const entry = held[i] ?? read.get(id)
      if (entry === undefined) return []
      const key = keys[i]!
      // Which were asked for last matters once some will have to go.
      if (held[i] === undefined || this.entries.size > this.maxEntries / 2) {
        this.entries.delete(key)
        this.entries.set(key, entry)
      }
      if (this.entries.size > this.maxEntries) this.entries.delete(this.entries.keys().next().value!)
      return [{ ...entry, position, placed }]
    })
  }

  private async read(ids: string[]): Promise<Map<string, Entry>> {
    const { rows } = await sql<{ id: string; name: string; aliases: string[]; nw: string; aw: string; cw: string; tw: string; tags: Tags; prior: number; body: Entry['texts'] }>`
      select model_id as id, name, aliases, name_words as nw, alias_words as aw, concept_words as cw, text_words as tw, tags, prior, body from model_search where model_id = any(${ids}::uuid[])`.execute(this.db)
    return new Map(rows.map((row) => [row.id, { id: row.id, name: row.name, aliases: row.aliases, words: { name: row.nw, aliases: row.aw, concepts: row.cw, text: row.tw }, tags: row.tags, prior: row.prior, texts: row.body }]))
  }
}
