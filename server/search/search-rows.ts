/**
 * Postgres' search rows as a process holds them, never staler than the database: each search asks, in one statement, for what was written
 * since the last, and for the rows of the words and places that it has not met before. What matches, how many, and each facet's counts are then
 * set operations, which take 1 ms at 100,000 models; as SQL over the rows that match they take 90.
 */
import { setTimeout } from 'node:timers/promises'
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Database } from '../db/tables.ts'
import { ServiceUnavailableError } from '../errors.ts'
import type { Bits } from './bits.ts'
import { CommonWords } from './common-words.ts'
import { VERSIONS, type Versions } from './knowledge.ts'
import { type Held, RowTable, type RowValues } from './row-table.ts'

/** A condition that the database knows how to look up. */
export type Condition =
  /** A text query over all words, or over the words of names. */
  | { kind: 'folded' | 'named'; query: string }
  /** In one of these units: by reference (a slug, `code@date`, a bare code) or by id. */
  | { kind: 'place'; references?: readonly string[]; ids?: readonly string[]; role: 'ORIGIN' | 'REPLICATION' | null }

/** All of one state of the database. */
export interface View {
  table: RowTable
  rowsOf(condition: Condition): Bits
  versions: Versions
}

/** Rows of one statement: at first all are read so. */
const BATCH = 5000
/** Later rows that a known condition is tried on; with more of them it is read as if it were new. */
const TAIL = 300
/** Looks for the same before a storm of writes is told. */
const MAX_TRIES = 8
/** So long a statement takes, at most, that reads rows with all their words beforehand: on the embedded database everybody else waits for it. */
const FILL_MS = 50
const MAX_FILL = 2000
/** Common words are read again at most so often, once too much was written since. */
const REFILL_MS = 60_000

const keyOf = (condition: Condition): string =>
  condition.kind === 'place' ? `place ${JSON.stringify([condition.references ?? [], condition.ids ?? [], condition.role])}` : `${condition.kind} ${condition.query}`

interface Glance {
  versions: Versions
  day: string
  /** The number written last. */
  last: number
}
interface Answer extends Glance {
  rows: RowValues[] | null
  merged: [kind: string, key: string, into: string][] | null
  gone: [seq: number, id: string][] | null
  folded: (string | null)[] | null
  named: (string | null)[] | null
  place: (string | null)[] | null
  /** Rows written since, each with a 1 or 0 for every condition that was known. */
  later: { seq: number; folded: string | null; named: string | null; place: string | null }[] | null
}
const KINDS = ['folded', 'named', 'place'] as const

export interface SearchRowsOptions {
  /** Words that are asked for most, the first of them first: their rows are read behind the answers as soon as all rows are there, for as many as half of the memory for conditions holds. */
  common?: (models: number) => Promise<readonly string[]>
}

export class SearchRows {
  private readonly db: Kysely<Database>
  private readonly common: SearchRowsOptions['common']
  private table = new RowTable()
  private loading: Promise<void> | undefined
  private filling: Promise<void> | undefined
  /** The number written last when common conditions were read, and when that was. */
  private filled = { seq: 0, at: -Infinity }
  private readonly closing = new AbortController()

  constructor(db: Kysely<Database>, { common }: SearchRowsOptions = {}) {
    this.db = db
    this.common = common
  }

  /** Ends what goes on behind the answers. */
  async close(): Promise<void> {
    this.closing.abort()
    await this.filling
  }

  /** Reads what is there, behind an answer: else the first search waits for it. */
  warm(): void {
    if (this.isToBeRead) this.load().catch(() => undefined)
  }

  private get isToBeRead(): boolean {
    return !this.table.isWhole || this.table.isWornOut
  }

  /**
   * Reads the rows of common words, behind the answers and no more than half of the time: all rows with their words once, since looking each word up
   * takes seven times as long. A search of 100,000 models that meets ten common words for the first time would wait 0.2 s for them.
   */
  fill(): Promise<void> {
    if (this.common === undefined || this.closing.signal.aborted || performance.now() - this.filled.at < REFILL_MS) return this.filling ?? Promise.resolve()
    return (this.filling ??= this.readCommon(this.common).catch(() => undefined).finally(() => (this.filling = undefined)))
  }

  private async readCommon(common: NonNullable<SearchRowsOptions['common']>): Promise<void> {
    const { table, closing: { signal } } = this
    // Whatever is written from here on has a higher number, and is looked at by whoever asks.
    const upTo = table.lastSeq
    this.filled = { seq: upTo, at: performance.now() }
    const words = (await common(table.ids.length)).slice(0, table.roomFor(CommonWords.SETS))
    if (words.length === 0) return
    const found = new CommonWords(words)
    for (let after = 0, many = 50; after < upTo;) {
      const began = performance.now()
      const { rows: [answer] } = await sql<{ rows: [seq: number, words: string[], names: string[]][] | null }>`
        select json_agg(json_build_array(s.seq, tsvector_to_array(s.folded), tsvector_to_array(s.named)) order by s.seq) as rows
        from (select seq, folded, named from model_search where seq > ${after}::bigint and seq <= ${upTo}::bigint order by seq limit ${many}) s`.execute(this.db)
      if (this.table !== table || signal.aborted) return
      const rows = answer!.rows ?? []
      for (const [seq, all, names] of rows) {
        const row = table.rowAt(seq)
        if (row !== undefined) found.add(row, all, names)
      }
      after = rows.length < many ? upTo : rows.at(-1)![0]
      const took = performance.now() - began
      many = Math.max(1, Math.min(MAX_FILL, Math.round((many * FILL_MS) / took)))
      await setTimeout(took, undefined, { ref: false, signal })
    }
    if (this.table === table) for (const { kind, query, rows } of found.sets()) table.keep(keyOf({ kind, query }), rows, upTo)
  }

  /**
   * Calls `look` with the rows of one state of the database and those of the given conditions; it must not wait for anything.
   * @throws ServiceUnavailableError when the catalogue is written faster than it can be read
   */
  async read<T>(conditions: readonly Condition[], look: (view: View) => T): Promise<T> {
    const wanted = new Map(conditions.map((condition) => [keyOf(condition), condition]))
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      if (this.isToBeRead) await this.load()
      const seen = await this.look(wanted, look)
      if (seen !== undefined) return seen.value
    }
    throw new ServiceUnavailableError('The catalogue changes faster than it can be counted; ask again.')
  }

  /**
   * The same without conditions, for who doesn't wait: undefined when all rows have to be read first, which goes on behind the answer.
   * `beside` is asked for in the same statement.
   */
  async readNow<B, T>(beside: RawBuilder<B>, look: (view: View, beside: B) => T): Promise<T | undefined> {
    if (!this.isToBeRead) {
      const seen = await this.look(new Map(), look, beside)
      if (seen !== undefined) return seen.value
    }
    this.warm()
    return undefined
  }

  /** Undefined when rows have to be read anew, or were while this waited. */
  private async look<T, B = undefined>(wanted: ReadonlyMap<string, Condition>, look: (view: View, beside: B) => T, beside?: RawBuilder<B>): Promise<{ value: T } | undefined> {
    const { table } = this
    const known = new Map([...wanted.keys()].flatMap((key): [string, Held][] => {
      const held = table.condition(key)
      return held === undefined ? [] : [[key, held]]
    }))
    const missing = [...wanted].filter(([key]) => !known.has(key))
    const held = [...wanted].filter(([key]) => known.has(key))
    const after = table.lastSeq
    const from = Math.min(after, ...[...known.values()].map(({ seq }) => seq))
    let told = undefined as B
    if (missing.length === 0 && from === after) {
      const { rows: [glance] } = await sql<Glance & { beside: B }>`select ${GLANCE}${beside === undefined ? sql`` : sql`, ${beside} as beside`}`.execute(this.db)
      told = glance!.beside
      const isSame = this.table === table && table.isWhole && table.lastSeq === after && glance!.last === after && table.terms === glance!.versions[1] && table.territories === placesOf(glance!)
      if (isSame) return { value: look({ table, versions: glance!.versions, rowsOf: (condition) => known.get(keyOf(condition))!.rows }, told) }
    }
    if (after - this.filled.seq > TAIL) void this.fill()
    const { rows: [answer] } = await this.statement(after, from, missing, held).execute(this.db)
    const sets = this.take(table, after, answer!, missing, held, known)
    return sets && { value: look({ table, versions: answer!.versions, rowsOf: (condition) => sets.get(keyOf(condition))!.rows }, told) }
  }

  /** Brings the table and the conditions up to an answer. Undefined when it can't be done with this one. */
  private take(table: RowTable, after: number, answer: Answer, missing: readonly [string, Condition][], held: readonly [string, Condition][], known: ReadonlyMap<string, Held>): Map<string, Held> | undefined {
    const rows = answer.rows ?? []
    // A database of an earlier day was put in its place, or so much was written that all is read anew.
    if (answer.last < after || rows.length >= BATCH) table.isWhole = false
    // Another search began anew, or was told of later rows meanwhile.
    if (this.table !== table || !table.isWhole || table.lastSeq > answer.last) return undefined
    table.addAll(rows)
    for (const [seq, id] of answer.gone ?? []) table.remove(seq, id)
    table.lastSeq = answer.last
    const places = placesOf(answer)
    const arePlacesOld = table.territories !== places
    if (arePlacesOld) table.forgetWhere((key) => key.startsWith('place '))
    table.territories = places
    table.terms = answer.versions[1]
    table.merged = new Map((answer.merged ?? []).map(([kind, key, into]) => [`${kind} ${key}`, into]))
    const isTooLate = (answer.later ?? []).length >= TAIL
    if (isTooLate) for (const [key] of held) table.forget(key)

    const sets = new Map<string, Held>()
    for (const kind of KINDS) {
      missing.filter(([, condition]) => condition.kind === kind).forEach(([key], i) => sets.set(key, table.hold(key, answer[kind]![i]!)))
      held.filter(([, condition]) => condition.kind === kind).forEach(([key], i) => {
        const before = known.get(key)!
        for (const later of answer.later ?? []) if (later.seq > before.seq && later[kind]![i] === '1') table.extend(key, before, later.seq)
        before.seq = table.lastSeq
        sets.set(key, before)
      })
    }
    return isTooLate || (arePlacesOld && held.some(([, { kind }]) => kind === 'place')) ? undefined : sets
  }

  private load(): Promise<void> {
    this.loading ??= (async () => {
      const table = new RowTable()
      for (let isMore = true; isMore;) {
        const { rows } = await sql<{ row: RowValues }>`select ${ROW} as row from (select * from model_search where seq > ${table.lastSeq}::bigint order by seq limit ${BATCH}) s order by s.seq`.execute(this.db)
        table.addAll(rows.map(({ row }) => row))
        table.lastSeq = rows.at(-1)?.row[0] ?? table.lastSeq
        isMore = rows.length === BATCH
      }
      // What went while it was read. Whatever else was written meanwhile has later numbers.
      const { rows } = await sql<{ seq: number; id: string }>`select seq::float8 as seq, model_id as id from model_search_gone`.execute(this.db)
      for (const { seq, id } of rows) table.remove(seq, id)
      table.isWhole = true
      this.table = table
      this.filled.at = -Infinity
      void this.fill()
    })().finally(() => (this.loading = undefined))
    return this.loading
  }

  /** One text whatever is asked for, so that it is planned once. */
  private statement(after: number, from: number, missing: readonly [string, Condition][], held: readonly [string, Condition][]): ReturnType<typeof sql<Answer>> {
    const texts = (conditions: readonly [string, Condition][], wanted: 'folded' | 'named') => sql`unnest(${conditions.flatMap(([, condition]) => (condition.kind === wanted ? [condition.query] : []))}::text[]) with ordinality as q (query, n)`
    const places = (conditions: readonly [string, Condition][]) => sql`(
      select n, one ->> 'role' as role, array(select f_locality(unit, current_date) from jsonb_array_elements_text(one -> 'references') as unit) || array(select id::uuid from jsonb_array_elements_text(one -> 'ids') as id) as ids
      from jsonb_array_elements(${JSON.stringify(conditions.flatMap(([, condition]) => (condition.kind === 'place' ? [{ role: condition.role, references: condition.references ?? [], ids: condition.ids ?? [] }] : [])))}::jsonb) with ordinality as j (one, n) offset 0) q`
    const there = sql`from locality_cover c join model_place p on p.locality_id = c.place_id where c.locality_id = any(q.ids) and (q.role is null or p.role = q.role)`
    const all = sql`encode(string_agg(int8send(s.seq), ''::bytea), 'base64') from model_search s`
    const flags = (condition: ReturnType<typeof sql>) => sql`string_agg((${condition})::int::text, '' order by q.n)`
    return sql<Answer>`
      select ${GLANCE},
        (select json_agg(json_build_array(t.kind, t.key, n.key)) from term t join term n on n.id = t.merged_into) as merged,
        (select json_agg(${ROW} order by s.seq) from (select * from model_search where seq > ${after}::bigint order by seq limit ${BATCH}) s) as rows,
        (select json_agg(json_build_array(g.seq, g.model_id)) from model_search_gone g where g.seq > ${after}::bigint) as gone,
        (select json_agg((select ${all} where s.folded @@ q.query::tsquery) order by q.n) from ${texts(missing, 'folded')}) as folded,
        (select json_agg((select ${all} where s.named @@ q.query::tsquery) order by q.n) from ${texts(missing, 'named')}) as named,
        (select json_agg((select ${all} where s.model_id in (select p.model_id ${there})) order by q.n) from ${places(missing)}) as place,
        (select json_agg(json_build_object('seq', s.seq,
            'folded', (select ${flags(sql`v.folded @@ q.query::tsquery`)} from (select s.folded || ''::tsvector as folded offset 0) v, ${texts(held, 'folded')}),
            'named', (select ${flags(sql`s.named @@ q.query::tsquery`)} from ${texts(held, 'named')}),
            'place', (select ${flags(sql`exists (select ${there} and p.model_id = s.model_id)`)} from ${places(held)})) order by s.seq)
          from (select seq, model_id, folded, named from model_search where seq > ${from}::bigint order by seq limit ${TAIL}) s) as later`
  }
}

/** Nearly always nothing was written since, and nothing is new: then this is all that is asked, since planning the rest takes 3 ms. */
const GLANCE = sql`${VERSIONS} as versions, current_date::text as day, greatest((select max(seq) from model_search), (select max(seq) from model_search_gone), 0)::float8 as last`

/** What a unit's territory is depends on the day, too. */
const placesOf = ({ versions, day }: Glance): string => `${versions[2]} ${day}`

const ROW = sql<RowValues>`json_build_array(s.seq, s.model_id, s.prior, extract(epoch from s.updated_at)::float8, s.started_year, s.has_results, s.has_replications, s.has_costs,
  s.name, s.name_words, s.alias_words, s.topics, s.settings, s.participants, s.provinces, s.operational_status, s.evidence_level, s.recognition_levels)`
