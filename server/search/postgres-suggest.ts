/**
 * Suggestions as one types, from Postgres in one statement: models by name and alias, today's and former places, topics. Where the rows are
 * in memory the models come from there (suggest-models.ts), and the rest rides in the statement that asks whether they are current.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { EngineSuggestion } from './engine.ts'
import type { Versions } from './knowledge.ts'
import { isTag, type UnderstoodQuery } from './query.ts'
import type { SearchRows } from './search-rows.ts'
import { MAX_CANDIDATES, suggestModels, typedWords } from './suggest-models.ts'
import { toTsQuery } from './tsquery.ts'

const KINDS = ['MODEL', 'TOPIC', 'LOCALITY'] as const satisfies EngineSuggestion['kind'][]
const ORDER = sql`place, kind_order, prior desc, length(text), text collate "C", id`

/** What kinds to suggest; Meilisearch gives the models itself. */
export async function suggestFromPostgres(db: Kysely<Database>, query: UnderstoodQuery, limit: number, kinds: readonly EngineSuggestion['kind'][] = KINDS): Promise<EngineSuggestion[]> {
  if (query.isEmpty) return []
  const { rows } = await sql<EngineSuggestion>`select kind, id, text from ${suggested(query, limit, kinds)} order by ${ORDER} limit ${limit}`.execute(db)
  return rows
}

type Other = [kind: EngineSuggestion['kind'], id: string, text: string, place: number]

/** The same from the rows in memory. Undefined while they are not there: what is asked with each letter doesn't wait for them. */
export async function suggestFromRows(rows: SearchRows, query: UnderstoodQuery, limit: number): Promise<{ suggestions: EngineSuggestion[]; versions: Versions | undefined } | undefined> {
  if (query.isEmpty) return { suggestions: [], versions: undefined }
  const others = sql<Other[] | null>`(select json_agg(json_build_array(kind, id, text, place) order by ${ORDER}) from ${suggested(query, limit, ['TOPIC', 'LOCALITY'])})`
  return rows.readNow(others, ({ table, versions }, found) => {
    const all = [
      ...suggestModels(table, query, limit).map((model) => ({ kind: 'MODEL' as const, ...model })),
      ...(found ?? []).map(([kind, id, text, place]) => ({ kind, id, text, place })),
    ]
    const suggestions = all.sort((a, b) => a.place - b.place || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)).slice(0, limit)
    return { suggestions: suggestions.map(({ kind, id, text }): EngineSuggestion => ({ kind, id, text })), versions }
  })
}

/** As a table: kind, id, text, place, kind_order, prior. */
function suggested(query: UnderstoodQuery, limit: number, kinds: readonly EngineSuggestion['kind'][]): RawBuilder<unknown> {
  const typed = typedWords(query)
  const parts: Record<EngineSuggestion['kind'], () => RawBuilder<unknown>> = {
    MODEL: () => {
      const named = query.terms.map(({ forms }, i) => `(${toTsQuery(forms.filter((form) => !isTag(form)), i === query.terms.length - 1)})`).join(' & ')
      return sql`(select 'MODEL', s.model_id, s.name, case when s.name_words like ${` ${typed}%`} then 0 when s.name_words like ${`% ${typed}%`} then 1 when s.alias_words like ${`% ${typed}%`} then 2 else 3 end, 0, s.prior::float8
    from (select model_id, name, name_words, alias_words, prior from model_search where named @@ ${named}::tsquery order by prior desc, updated_at desc, model_id limit ${MAX_CANDIDATES}) s order by 4, 6 desc, s.name collate "C", 2 limit ${limit})`
    },
    TOPIC: () => sql`(select 'TOPIC', t.id, t.label_vi, case when f_fold(t.label_vi) like ${`${typed}%`} then 1 else 2 end, 1, 1 from term t
    where t.kind = 'TOPIC' and t.deprecated_at is null and (' ' || f_fold(t.label_vi) || ' ' || f_fold(t.label_en)) like ${`% ${typed}%`} order by 4, t.position limit ${limit})`,
    LOCALITY: () => sql`(select 'LOCALITY', l.id, l.full_name, case when l.valid_until is null then 1 else 2 end, 2, case l.level when 'PROVINCE' then 3 when 'DISTRICT' then 2 else 1 end from locality l
    where l.name_fold like ${`${typed}%`} or l.full_name_fold like ${`${typed}%`} order by 4, 6 desc, length(l.name), l.slug limit ${Math.max(3, Math.floor(limit / 2))})`,
  }
  return sql`(${sql.join(KINDS.filter((kind) => kinds.includes(kind)).map((kind) => parts[kind]()), sql` union all `)}) s (kind, id, text, place, kind_order, prior)`
}
