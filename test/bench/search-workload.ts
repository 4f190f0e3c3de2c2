/** What is searched for: each text with two filters that some record keeps, and beginnings of words as they are typed. */
import { readFileSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../server/db/tables.ts'
import { seededRandom, shuffled } from './statistics.ts'
import { prefixesOf, withoutMarks } from './workload.ts'

export interface SearchOperation {
  id: 'Q3' | 'Q4'
  title: string
  operationName: string
  query: string
  variables: Record<string, unknown>[]
}

const documentOf = (file: string): string => readFileSync(new URL(`operations/${file}`, import.meta.url), 'utf8')

interface Row { name: string; summary: string; topics: string[]; settings: string[]; participants: string[]; operationalStatus: string; evidenceLevel: string; province: string | null; concept: string }

/** Q3 and Q4 over the models of the catalogue: the same texts whatever the size, so that sizes compare. */
export const createSearchOperations = async (db: Kysely<Database>, sets = 200, seed = 1986): Promise<SearchOperation[]> => {
  const random = seededRandom(seed)
  const { rows } = await sql<Row>`
    select s.name, s.body ->> 'summary' as summary, s.topics, s.settings, s.participants, s.operational_status as "operationalStatus", s.evidence_level as "evidenceLevel",
      (select l.slug from locality l where l.id = any(s.provinces) order by 1 limit 1) as province,
      (select c.label_vi from concept c where s.tags ? c.key order by md5(c.key || s.name) limit 1) as concept
    from model_search s join model_record r on r.id = s.model_id where r.seed_hash is not null order by s.model_id`.execute(db)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const variables = Array.from({ length: sets }, (_, i) => {
    const row = pick(rows)
    const text = textOf(row, random)
    return { query: i % 3 === 0 ? withoutMarks(text) : text, filter: filterOf(row, random) }
  })
  return [
    { id: 'Q3', title: 'searchModels: a text, 2 filters, all 7 facets, 20 hits with highlights', operationName: 'Search', query: documentOf('search.graphql'), variables },
    {
      id: 'Q4', title: 'suggestions: 3–6 letters, with and without marks, 10 hits', operationName: 'Suggest', query: documentOf('suggest.graphql'),
      variables: prefixesOf(shuffled(rows, random).slice(0, sets).map(({ name }) => name), random).map((query) => ({ query })),
    },
  ]
}

/** As people search: a part of a name, a concept's usual words, a stretch of a description. */
const textOf = ({ name, summary, concept }: Row, random: () => number): string => {
  const how = random()
  const words = (text: string, most: number): string => {
    const all = text.normalize('NFC').replace(/[^\p{L}\p{N}\s]/gu, ' ').trim().split(/\s+/)
    const count = Math.min(all.length, 2 + Math.floor(random() * (most - 1)))
    const from = Math.floor(random() * (all.length - count + 1))
    return all.slice(from, from + count).join(' ')
  }
  if (how < 0.45) return words(name, 5).toLowerCase()
  return how < 0.75 ? concept.toLowerCase() : words(summary, 8)
}

/** Two of the conditions that the record keeps. */
const filterOf = (row: Row, random: () => number): Record<string, unknown> => {
  const one = (list: readonly string[]): string[] | undefined => (list.length === 0 ? undefined : [list[Math.floor(random() * list.length)]!])
  const conditions: [string, unknown][] = [
    ['topicIn', one(row.topics)], ['settingIn', one(row.settings)], ['participantIn', one(row.participants)], ['operationalStatusIn', [row.operationalStatus]],
    ['evidenceLevelIn', [row.evidenceLevel]], ['localityIn', row.province === null ? undefined : [row.province]],
  ]
  return Object.fromEntries(shuffled(conditions.filter(([, value]) => value !== undefined), random).slice(0, 2))
}
