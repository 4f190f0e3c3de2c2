/** Reads the seed's files into one validated catalogue: every reference in it leads somewhere, or every mistake is named. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import {
  SLUG, seedModelFile, seedReviewsFile, seedTotalsFile, seedVocabulariesFile, type SeedCatalogue, type SeedModel, type SeedSource, type SharedSource,
} from './format.ts'
import { partialDate } from '../server/domain/model/document.ts'
import { inStretches } from '../server/stretches.ts'
import { SeedFileError, nearest, suggestion, type SeedProblem } from './problems.ts'
import { mergeSources, sourceKey } from './sources.ts'
import { readThesaurusFiles } from './thesaurus.ts'
import { readYaml, type ReadFile } from './yaml-file.ts'

export { SeedFileError } from './problems.ts'

/** Records read, or put together, before the database's answers get their turn: some 20 ms. */
export const STRETCH = 5

/** The seed that comes with the project. */
export const SEED_FOLDER = fileURLToPath(new URL('./data/', import.meta.url))

/**
 * Reads `vocabularies.yaml`, `thesaurus/*.yaml`, `models/*.yaml`, `reviews.yaml` and `totals.yaml`.
 * @throws SeedFileError with every mistake of all files
 */
export async function readSeedFiles(folder: string = SEED_FOLDER): Promise<SeedCatalogue> {
  const problems: SeedProblem[] = []
  const read = async <S extends z.ZodType>(file: string, schema: S): Promise<ReadFile<z.output<S>> | null> => {
    const text = await readFile(join(folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      problems.push({ file, line: null, field: '', message: error.code === 'ENOENT' ? 'is missing; add it' : `can't be read (${error.code ?? error.message}); check the file and its rights` })
      return null
    })
    if (text === null) return null
    const result = readYaml(file, text, schema)
    problems.push(...result.problems)
    return result
  }

  const [vocabularies, reviews, totals, modelNames] = await Promise.all([
    read('vocabularies.yaml', seedVocabulariesFile), read('reviews.yaml', seedReviewsFile), read('totals.yaml', seedTotalsFile), listModels(folder, problems),
  ])
  const models = await inStretches(modelNames, STRETCH, async (name) => ({ slug: name, content: await read(`models/${name}.yaml`, seedModelFile) }))

  const thesaurus = await readThesaurusFiles(folder, vocabularies?.value ?? null, problems)
  if (vocabularies?.value) problems.push(...repeatedKeys(vocabularies, ['topics', 'settings', 'participants'], 'key'))
  if (reviews?.value) problems.push(...repeatedKeys(reviews, ['reviews'], 'slug'))
  if (totals?.value) problems.push(...repeatedKeys(totals, ['totals'], 'slug'))

  const slugs = new Set(modelNames)
  const shared = new Map<string, Array<Omit<SharedSource, 'key'>>>()
  const share = (file: ReadFile<{ sources: Record<string, SeedSource> }>): Record<string, string> => {
    const { keys, problems: repeated } = sourceKeysOf(file)
    problems.push(...repeated, ...strayReferences(file), ...invertedTimes(file))
    for (const [local, key] of Object.entries(keys)) {
      const { alsoCitedAs, ...cited } = file.value!.sources[local]!
      const others = alsoCitedAs.map((o) => ({ title: o.title ?? cited.title, publisher: o.publisher ?? cited.publisher, url: o.url ?? cited.url, published: o.published ?? cited.published }))
      shared.set(key, [...(shared.get(key) ?? []), cited, ...others])
    }
    return keys
  }

  const seedModels: SeedModel[] = []
  for (const { slug, content } of models) {
    if (!content?.value) continue
    if (vocabularies?.value) problems.push(...unknownTerms(content as Readable<z.output<typeof seedModelFile>>, vocabularies.value))
    problems.push(...unknownCredits(content as Readable<z.output<typeof seedModelFile>>, slug, slugs))
    seedModels.push({ ...content.value, slug, file: content.file, sourceKeys: share(content as Readable<z.output<typeof seedModelFile>>) })
  }
  const reviewKeys = reviews?.value ? share(reviews) : {}
  const totalKeys = totals?.value ? share(totals) : {}

  if (problems.length > 0) throw new SeedFileError(problems)
  const { topics: TOPIC, settings: SETTING, participants: PARTICIPANT } = vocabularies!.value!
  return {
    terms: { TOPIC, SETTING, PARTICIPANT },
    thesaurus,
    models: seedModels,
    sources: new Map([...shared].map(([key, citations]) => [key, mergeSources(key, citations)])),
    reviews: reviews!.value!.reviews.map((r) => ({ ...r, source: reviewKeys[r.source]! })),
    totals: totals!.value!.totals.map((t) => ({ ...t, source: totalKeys[t.source]! })),
  }
}

type Readable<T> = ReadFile<T>

/** Slugs of the model files, sorted; a file that is no model is a mistake, since it would be passed over in silence. */
async function listModels(folder: string, problems: SeedProblem[]): Promise<string[]> {
  const names = await readdir(join(folder, 'models')).catch(() => null)
  if (names === null) {
    problems.push({ file: 'models', line: null, field: '', message: `is no folder that can be read under ${folder}; give the folder that holds vocabularies.yaml and models/` })
    return []
  }
  const slugs: string[] = []
  for (const name of names.filter((n) => !n.startsWith('.'))) {
    const slug = name.replace(/\.yaml$/, '')
    if (!name.endsWith('.yaml')) problems.push({ file: `models/${name}`, line: null, field: '', message: 'is not a .yaml file; rename or remove it' })
    else if (!SLUG.test(slug)) problems.push({ file: `models/${name}`, line: null, field: '', message: 'the name of the file is the slug of its model; use lower case letters without marks, digits and hyphens' })
    else slugs.push(slug)
  }
  return slugs.sort()
}

function repeatedKeys(file: ReadFile<object>, lists: string[], name: string): SeedProblem[] {
  return lists.flatMap((list) => {
    const rows = (file.value as Record<string, Array<Record<string, string>>>)[list]!
    const seen = new Set<string>()
    return rows.flatMap((row, i) => {
      const isRepeated = seen.has(row[name]!)
      seen.add(row[name]!)
      return isRepeated ? [file.problemAt([list, i, name], `"${row[name]}" stands here twice; keep one, or rename the other`)] : []
    })
  })
}

function unknownTerms(file: Readable<z.output<typeof seedModelFile>>, vocabularies: z.output<typeof seedVocabulariesFile>): SeedProblem[] {
  return (['topics', 'settings', 'participants'] as const).flatMap((list) => {
    const allowed = vocabularies[list].map((t) => t.key)
    const given = file.value![list]
    return given.flatMap((key, i) => {
      if (given.indexOf(key) < i) return [file.problemAt([list, i], `"${key}" stands here twice; keep one`)]
      return allowed.includes(key) ? [] : [file.problemAt([list, i], `"${key}" is no key of ${list} in vocabularies.yaml; ${suggestion(key, allowed, 'use a key of that list, or add it there')}`)]
    })
  })
}

function unknownCredits(file: Readable<z.output<typeof seedModelFile>>, slug: string, slugs: ReadonlySet<string>): SeedProblem[] {
  return file.value!.results.flatMap((result, i) => result.alsoCreditedTo.flatMap((other, j) => {
    const at = ['results', i, 'alsoCreditedTo', j]
    if (other === slug) return [file.problemAt(at, 'is this very model, which is credited anyway; remove it')]
    if (result.alsoCreditedTo.indexOf(other) < j) return [file.problemAt(at, `"${other}" stands here twice; keep one`)]
    if (slugs.has(other)) return []
    const near = nearest(other, slugs)
    return [file.problemAt(at, `no model has the slug "${other}"; ${near === null ? 'use the name of a file in models/ without .yaml' : `did you mean "${near}"?`}`)]
  }))
}

/** Leads from the file's own keys to the shared ones; the same source under two keys of one file is a mistake. */
function sourceKeysOf(file: ReadFile<{ sources: Record<string, SeedSource> }>): { keys: Record<string, string>; problems: SeedProblem[] } {
  const keys: Record<string, string> = {}
  const first = new Map<string, string>()
  const problems: SeedProblem[] = []
  for (const [local, source] of Object.entries(file.value!.sources)) {
    const key = (keys[local] = sourceKey(source))
    const before = first.get(key)
    if (before === undefined) first.set(key, local)
    else problems.push(file.problemAt(['sources', local], `is the same source as ${before}; use ${before}, and keep another title of it under alsoCitedAs there`))
  }
  return { keys, problems }
}

const REFERENCES = new Set(['source', 'startedSource', 'howItWorksSource'])

/** Facts whose source the file does not list. */
function strayReferences(file: ReadFile<{ sources: Record<string, SeedSource> }>): SeedProblem[] {
  const known = Object.keys(file.value!.sources)
  const problems: SeedProblem[] = []
  visit(file.value!, [], (map, path) => {
    for (const [field, value] of Object.entries(map)) {
      if (!REFERENCES.has(field) || typeof value !== 'string' || known.includes(value)) continue
      problems.push(file.problemAt([...path, field], `no source ${value} in this file; list it under sources, or ${suggestion(value, known, `use one of ${known[0]} to ${known.at(-1)}`)}`))
    }
  })
  return problems
}

const TIMES: ReadonlyArray<readonly [string, string]> = [['from', 'to'], ['date', 'dateTo'], ['started', 'ended']]

const isDate = (value: unknown): value is string => typeof value === 'string' && partialDate.safeParse(value).success

/** Times that end before they begin. A year holds its months: `2024-05` to `2024` is in order. */
function invertedTimes(file: ReadFile<object>): SeedProblem[] {
  const problems: SeedProblem[] = []
  visit(file.value!, [], (map, path) => {
    for (const [begin, end] of TIMES) {
      const [from, to] = [map[begin], map[end]]
      if (isDate(from) && isDate(to) && from.slice(0, to.length) > to) problems.push(file.problemAt([...path, end], `${to} is before ${begin} ${from}; exchange or correct them`))
    }
  })
  return problems
}

function visit(value: unknown, path: PropertyKey[], look: (map: Record<string, unknown>, path: PropertyKey[]) => void): void {
  if (Array.isArray(value)) return value.forEach((item, i) => visit(item, [...path, i], look))
  if (typeof value !== 'object' || value === null) return
  look(value as Record<string, unknown>, path)
  for (const [key, item] of Object.entries(value)) visit(item, [...path, key], look)
}
