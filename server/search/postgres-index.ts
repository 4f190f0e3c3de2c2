/**
 * Keeps Postgres' own search rows in the transaction that changes the record: two reads and at most two writes for any number of models.
 */
import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { priorOf, readUntagged, type SearchDocument } from './document.ts'
import { fieldTokensOf } from './field-tokens.ts'
import { fold, type Token } from './fold.ts'
import { FORMULA_LENGTH } from './grammar.ts'
import { weightOf } from './tags.ts'
import { openedWord, tagOf } from './thesaurus.ts'

/** A tsvector keeps 256 positions a word and none above 16,383; a gap between values keeps phrases from reaching across. */
const GAP = 20
const MAX_POSITION = 16_000
/** What one word of a model may be at most in the index: longer ones are no words. */
const MAX_WORD = 64

type Weight = 'A' | 'B' | 'C' | 'D'

/** The text of a tsvector; no word in it has a quote or a backslash, since words are letters and digits and what is made of them. */
class VectorBuilder {
  private readonly entries = new Map<string, string[]>()
  add(word: string, position: string): void {
    const at = this.entries.get(word)
    if (at === undefined) this.entries.set(word, [position])
    else if (at.length < 250) at.push(position)
  }
  get words(): string[] { return [...this.entries.keys()] }
  toString(): string { return Array.from(this.entries, ([word, at]) => `'${word}':${at.join(',')}`).join(' ') }
}

const joinWords = (values: readonly Token[][]) => (values.some((v) => v.length) ? ` ${values.filter((v) => v.length).map((v) => v.map((t) => t.fold).join(' ')).join(' | ')} ` : ' ')

/** The words of a document that are searched, by what they weigh. Pure. */
export function searchTokensOf(document: SearchDocument): Record<Weight, Token[][]> {
  const { name, aliases, concepts, lead, text } = fieldTokensOf(document)
  const short = (values: Token[][]) => values.map((value) => value.filter((token) => token.fold.length <= MAX_WORD))
  return { A: short(name), B: short(aliases), C: short(concepts), D: short([...lead, ...text]) }
}

/** Numbers in a row as one word each, and where they begin: `12/1` is `12_1`. */
export function formulasOf(tokens: readonly Token[]): { word: string; at: number }[] {
  const formulas: { word: string; at: number }[] = []
  const isNumber = (at: number): boolean => at < tokens.length && /^\d+$/.test(tokens[at]!.fold)
  for (let at = 0; at < tokens.length; at += 1) {
    // Nearly no word begins with a digit.
    if (tokens[at]!.fold > ':' || !isNumber(at)) continue
    for (let to = at + 1; isNumber(to) && to < at + FORMULA_LENGTH; to += 1) formulas.push({ word: tokens.slice(at, to + 1).map(({ fold }) => fold).join('_'), at })
  }
  return formulas
}

/** Raised when rows change their shape: the next start writes them anew, and until then doctor finds them stale. */
export const ROW_VERSION = 3

/** Hash of what a row is made from. */
export const searchRowHash = (document: SearchDocument): string => hash('sha256', JSON.stringify([ROW_VERSION, document]), 'hex').slice(0, 16)

function toRow(document: SearchDocument) {
  const tokens = searchTokensOf(document)
  const folded = new VectorBuilder()
  const marked = new VectorBuilder()
  let position = 1
  for (const weight of ['A', 'B', 'C', 'D'] as const) {
    for (const value of tokens[weight]) {
      for (const { word, at } of formulasOf(value)) folded.add(word, Math.min(position + at, MAX_POSITION) + weight)
      for (const token of value) {
        if (position >= MAX_POSITION) break
        const at = position + weight
        folded.add(token.fold, at)
        if (token.marked !== '') marked.add(token.marked, at)
        position += 1
      }
      position += GAP
    }
  }
  // Words that nobody types: what is looked for is one word each, since rows with a phrase of common ones take Postgres half a second to find in 100,000.
  for (const [key, counts] of Object.entries(document.tags)) folded.add(tagOf(key), Math.min(position++, MAX_POSITION) + weightOf(counts))
  for (const short of document.openings.shorts) folded.add(openedWord(fold(short)), Math.min(position++, MAX_POSITION) + (document.openings.named.includes(short) ? 'B' : 'D'))
  return {
    words: folded.words,
    row: {
      model_id: document.id, folded: folded.toString(), marked: marked.toString(), name_words: joinWords(tokens.A), alias_words: joinWords(tokens.B), concept_words: joinWords(tokens.C), text_words: joinWords(tokens.D),
      name: document.name, aliases: document.aliases, body: { summary: document.summary, problem: document.problem, howItWorks: document.howItWorks },
      topics: document.topics, settings: document.settings, participants: document.participants, provinces: document.provinces,
      operational_status: document.operationalStatus, evidence_level: document.evidenceLevel, recognition_levels: document.recognitionLevels, started_year: document.startedYear,
      has_results: document.hasResults, has_replications: document.hasReplications, has_costs: document.hasCosts, prior: priorOf(document), updated_at: document.updatedAt, hash: searchRowHash(document), tags: document.tags,
    },
  }
}

/** All but `seq`, which each writing takes anew. */
const COLUMNS = ['model_id', 'folded', 'marked', 'name_words', 'alias_words', 'concept_words', 'text_words', 'name', 'aliases', 'body', 'topics', 'settings', 'participants', 'provinces', 'operational_status', 'evidence_level',
  'recognition_levels', 'started_year', 'has_results', 'has_replications', 'has_costs', 'prior', 'updated_at', 'hash', 'tags'] as const satisfies readonly (keyof ReturnType<typeof toRow>['row'])[]
const COLUMN_LIST = sql.join(COLUMNS.map((column) => sql.ref(column)))

/**
 * Brings Postgres' search rows of these models up to their published rows; call it last in the transaction that wrote them.
 * A model that is no longer published loses its row.
 */
export async function refreshSearchDocuments(trx: Kysely<Database>, modelIds: readonly string[]): Promise<void> {
  const ids = [...new Set(modelIds)]
  for (let at = 0; at < ids.length; at += 1000) await refreshBatch(trx, ids.slice(at, at + 1000))
}

/** So many are written while the next are built: the embedded database writes in a thread of its own, and takes about as long. */
const STRETCH = 40

async function refreshBatch(trx: Kysely<Database>, ids: string[]): Promise<void> {
  // Held until the transaction ends, so that the numbers of rows rise in the order of commits: who looks for later ones misses none.
  await sql`select from search_state for update`.execute(trx)
  const { untagged, tag } = await readUntagged(trx, ids)
  const before = await sql<{ word: string; n: number }>`
    select word, count(*)::int as n from model_search, unnest(tsvector_to_array(folded)) word where model_id = any(${ids}::uuid[]) group by 1`.execute(trx)
  const counts = new Map(before.rows.map(({ word, n }) => [word, -n]))
  let writing: Promise<unknown> | undefined
  for (let at = 0; at === 0 || at < untagged.length; at += STRETCH) {
    // Else those before would be on their way only when these are built.
    if (at > 0) await setImmediate()
    const built = untagged.slice(at, at + STRETCH).map((document) => toRow(tag(document)))
    for (const { words } of built) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    await writing
    writing = sql`
      ${at > 0 ? sql`` : sql`with gone as (delete from model_search where model_id = any(${ids}::uuid[]) and not model_id = any(${untagged.map(({ id }) => id)}::uuid[]))`}
      insert into model_search (${COLUMN_LIST}) select ${COLUMN_LIST} from jsonb_populate_recordset(null::model_search, ${JSON.stringify(built.map(({ row }) => row))}::jsonb) r
      on conflict (model_id) do update set (${COLUMN_LIST}, seq) = (${sql.join(COLUMNS.map((column) => sql.ref(`excluded.${column}`)))}, excluded.seq)`.execute(trx)
    // Heard of when it is waited for.
    writing.catch(() => {})
  }
  await writing
  const changed = [...counts].filter(([, n]) => n !== 0)
  if (changed.length === 0) return
  // Words in one order: two transactions that share words wait for each other instead of deadlocking.
  await sql`
    with change as (select * from unnest(${changed.map(([word]) => word)}::text[], ${changed.map(([, n]) => n)}::int[]) as c(word, n)),
    locked as materialized (select v.word, v.model_count + c.n as left_over from search_vocabulary v join change c using (word) order by v.word for update of v),
    gone as (delete from search_vocabulary v using locked l where v.word = l.word and l.left_over <= 0),
    kept as (update search_vocabulary v set model_count = l.left_over from locked l where v.word = l.word and l.left_over > 0),
    added as (insert into search_vocabulary select word, n from change where n > 0 and not exists (select from locked l where l.word = change.word) order by word
      on conflict (word) do update set model_count = search_vocabulary.model_count + excluded.model_count)
    update search_state set version = version + 1`.execute(trx)
}
