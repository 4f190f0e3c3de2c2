/** Suggestions as one types, from Postgres in one statement: models by name and alias, today's and former places, topics. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { EngineSuggestion } from './engine.ts'
import { toTsQuery } from './tsquery.ts'
import { isTag, type UnderstoodQuery } from './query.ts'

/** Of the models that match, so many of the notable ones are looked at closely: "to" alone begins a word in most names. */
const MAX_CANDIDATES = 500

/** What kinds to suggest; Meilisearch gives the models itself. */
export async function suggestFromPostgres(db: Kysely<Database>, query: UnderstoodQuery, limit: number, kinds: readonly EngineSuggestion['kind'][] = ['MODEL', 'TOPIC', 'LOCALITY']): Promise<EngineSuggestion[]> {
  if (query.isEmpty) return []
  const typed = query.terms.map((term) => term.forms[0]!.words.join(' ')).join(' ')
  // The word being typed is a prefix even when a blank follows it nowhere; earlier words are whole.
  const named = query.terms.map(({ forms }, i) => `(${toTsQuery(forms.filter((form) => !isTag(form)), i === query.terms.length - 1)})`).join(' & ')
  const models = sql`(select 'MODEL', s.model_id, s.name, case when s.name_words like ${` ${typed}%`} then 0 when s.name_words like ${`% ${typed}%`} then 1 when s.alias_words like ${`% ${typed}%`} then 2 else 3 end, 0, s.prior::float8
    from (select model_id, name, name_words, alias_words, prior from model_search where named @@ ${named}::tsquery order by prior desc, updated_at desc, model_id limit ${MAX_CANDIDATES}) s order by 4, 6 desc, 3 limit ${limit})`
  const topics = sql`(select 'TOPIC', t.id, t.label_vi, case when f_fold(t.label_vi) like ${`${typed}%`} then 1 else 2 end, 1, 1 from term t
    where t.kind = 'TOPIC' and t.deprecated_at is null and (' ' || f_fold(t.label_vi) || ' ' || f_fold(t.label_en)) like ${`% ${typed}%`} order by 4, t.position limit ${limit})`
  const places = sql`(select 'LOCALITY', l.id, l.full_name, case when l.valid_until is null then 1 else 2 end, 2, case l.level when 'PROVINCE' then 3 when 'DISTRICT' then 2 else 1 end from locality l
    where l.name_fold like ${`${typed}%`} or l.full_name_fold like ${`${typed}%`} order by 4, 6 desc, length(l.name), l.slug limit ${Math.max(3, Math.floor(limit / 2))})`
  const parts = [...(kinds.includes('MODEL') ? [models] : []), ...(kinds.includes('TOPIC') ? [topics] : []), ...(kinds.includes('LOCALITY') ? [places] : [])]
  const { rows } = await sql<{ kind: EngineSuggestion['kind']; id: string; text: string }>`
    select kind, id, text from (${sql.join(parts, sql` union all `)}) s (kind, id, text, place, kind_order, prior) order by place, kind_order, prior desc, length(text), text, id limit ${limit}`.execute(db)
  return rows.map(({ kind, id, text }) => ({ kind, id, text }))
}
