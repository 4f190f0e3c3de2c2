/** What is asked: three operations, each with many variables, because one key flatters every cache. */
import { readFileSync } from 'node:fs'
import type { Kysely } from 'kysely'
import type { Database } from '../../server/db/tables.ts'
import { seededRandom, shuffled } from './statistics.ts'

export interface Workload {
  id: 'Q1' | 'Q2' | 'Q4'
  title: string
  operationName: string
  query: string
  variables: Record<string, unknown>[]
  targets: { overFloor: number; overApollo: number }
}

const documentOf = (file: string): string => readFileSync(new URL(`operations/${file}`, import.meta.url), 'utf8')

/** Lower case and without marks, as people type on a phone. */
export const withoutMarks = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')

/** The three workloads over the catalogue that the database holds; the seed decides which part of it. */
export const createWorkloads = async (db: Kysely<Database>, seed = 1986): Promise<Workload[]> => {
  const random = seededRandom(seed)
  const topics = await db.selectFrom('term').select('key').where('kind', '=', 'TOPIC').where(({ exists, selectFrom }) =>
    exists(selectFrom('model_term').select('model_id').whereRef('model_term.term_id', '=', 'term.id'))).orderBy('key').execute()
  const models = await db.selectFrom('model').select(['slug', 'name']).orderBy('slug').execute()
  if (models.length === 0) throw new Error('The database holds no model: nothing to measure.')

  const lists = [undefined, ...topics.map(({ key }) => key)].flatMap((topic) =>
    ['ASC', 'DESC'].map((direction) => ({ filter: topic ? { topicIn: [topic] } : {}, direction })),
  )
  const details = shuffled(models, random).slice(0, 300).map(({ slug }) => ({ slug }))
  return [
    {
      id: 'Q1', title: 'models(first: 20): origin, 3 results, 3 replications with locality, totals', operationName: 'ModelList', query: documentOf('model-list.graphql'),
      variables: shuffled(lists, random), targets: { overFloor: 0.7, overApollo: 3 },
    },
    {
      id: 'Q2', title: 'model(slug): everything', operationName: 'ModelDetail', query: documentOf('model-detail.graphql'),
      variables: details, targets: { overFloor: 0.6, overApollo: 3 },
    },
    {
      id: 'Q4', title: 'suggestions: 3–6 letters, with and without marks, 10 hits', operationName: 'Suggest', query: documentOf('suggest.graphql'),
      variables: prefixesOf(shuffled(models, random).slice(0, 200).map(({ name }) => name), random).map((query) => ({ query })), targets: { overFloor: 0.85, overApollo: 1 },
    },
  ]
}

/** Beginnings of 3 to 6 letters at some word of each name, every second one without its marks. */
export const prefixesOf = (names: readonly string[], random: () => number): string[] => {
  const prefixes = names.map((name, index) => {
    const words = name.normalize('NFC').replace(/[^\p{L}\p{N}\s]/gu, ' ').trim().split(/\s+/)
    const text = words.slice(Math.floor(random() * Math.max(1, words.length - 1))).join(' ').toLowerCase()
    const prefix = [...text].slice(0, 3 + Math.floor(random() * 4)).join('').trim()
    return index % 2 ? withoutMarks(prefix) : prefix
  })
  return [...new Set(prefixes.filter((prefix) => prefix.length >= 3))]
}
