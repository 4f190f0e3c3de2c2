/**
 * What a process keeps in memory to understand a query: the words of the catalogue, the thesaurus and the names of places. Loaded once,
 * compared with the versions in the database whenever an answer tells them, read again when one has moved. Stale knowledge costs a
 * correction or a meaning, never a hit: the word as typed is always searched too.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { type Lexicon, loadLexicon } from './lexicon.ts'
import { loadPlaces, type PlaceNames } from './places.ts'
import type { UnderstoodQuery } from './query.ts'
import { loadThesaurus, type Thesaurus } from './thesaurus.ts'
import { understand } from './understand.ts'

export interface Knowledge { lexicon: Lexicon; thesaurus: Thesaurus; places: PlaceNames }
/** As `VERSIONS` gives them. */
export type Versions = [lexicon: number, thesaurus: string, places: string]

/** The versions as one JSON value, to ride along in a statement. */
export const VERSIONS = sql<Versions>`(select json_build_array(version, thesaurus_version, places_version) from search_state)`

/** Reads all of it: three statements. */
export async function loadKnowledge(db: Kysely<Database>): Promise<Knowledge> {
  const [lexicon, thesaurus, places] = await Promise.all([loadLexicon(db), loadThesaurus(db), loadPlaces(db)])
  return { lexicon, thesaurus, places }
}

/** Texts that come again: the next page, another facet, a popular word. */
const MAX_UNDERSTOOD = 500

/** Holds the current knowledge of one process. */
export class KnowledgeHolder {
  private readonly db: Kysely<Database>
  private current: Knowledge | undefined
  private loading: Promise<Knowledge> | undefined
  private checkedAt = 0
  private readonly understood = new Map<string, { by: Knowledge; query: UnderstoodQuery }>()

  constructor(db: Kysely<Database>) {
    this.db = db
  }

  /** What is in memory, read first when there is nothing. */
  async get(): Promise<Knowledge> {
    return this.current ?? this.reload()
  }

  /** What a text means by what is known now. The same text gives the same object: nobody may change it. */
  async understand(text: string, ignore: readonly string[] = []): Promise<UnderstoodQuery> {
    const by = await this.get()
    const key = JSON.stringify([text, ignore])
    const known = this.understood.get(key)
    const query = known?.by === by ? known.query : understand(text, by, new Set(ignore))
    this.understood.delete(key)
    this.understood.set(key, { by, query })
    if (this.understood.size > MAX_UNDERSTOOD) this.understood.delete(this.understood.keys().next().value!)
    return query
  }

  /** Told by an answer of Postgres which versions are current; what is newer is read behind the answer. */
  saw([lexicon, thesaurus, places]: Versions): void {
    this.checkedAt = Date.now()
    const { current } = this
    if (!current || this.loading) return
    if (lexicon !== current.lexicon.version || thesaurus !== current.thesaurus.version || places !== current.places.version) this.refresh(lexicon, thesaurus, places).catch(() => undefined)
  }

  private refresh(lexicon: number, thesaurus: string, places: string): Promise<Knowledge> {
    const { current } = this
    this.loading ??= (async () => {
      const next: Knowledge = {
        lexicon: current!.lexicon.version === lexicon ? current!.lexicon : await loadLexicon(this.db),
        thesaurus: current!.thesaurus.version === thesaurus ? current!.thesaurus : await loadThesaurus(this.db),
        places: current!.places.version === places ? current!.places : await loadPlaces(this.db),
      }
      return (this.current = next)
    })().finally(() => (this.loading = undefined))
    return this.loading
  }

  /** For answers that tell no versions: asks at most every two seconds, behind the answer. */
  check(): void {
    if (Date.now() - this.checkedAt < 2000 || this.loading) return
    this.checkedAt = Date.now()
    sql<{ versions: Versions }>`select ${VERSIONS} as versions`.execute(this.db).then(({ rows }) => this.saw(rows[0]!.versions), () => undefined)
  }

  private reload(): Promise<Knowledge> {
    this.loading ??= loadKnowledge(this.db).then((knowledge) => (this.current = knowledge)).finally(() => (this.loading = undefined))
    return this.loading
  }
}
