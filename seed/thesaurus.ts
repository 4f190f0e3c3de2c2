/** The thesaurus of the seed: how people write it (`thesaurus/*.yaml`), what in it leads nowhere, and how it is written. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import type { Database, TermKind } from '../server/db/tables.ts'
import { deterministicId } from '../server/domain/ids.ts'
import { insertRows } from '../server/domain/model/project.ts'
import { slug, type SeedTerm } from './format.ts'
import { suggestion, type SeedProblem } from './problems.ts'
import { readYaml, type ReadFile } from './yaml-file.ts'

const KINDS = ['PROBLEM', 'TOPIC', 'SETTING', 'PARTICIPANT', 'MEANS', 'ACTIVITY'] as const
const words = z.string('expected text').trim().min(1, 'must not be empty').refine((text) => /[\p{L}\p{N}]/u.test(text), 'needs a letter or digit')
const list = z.array(words).default([])
const keys = z.array(slug).default([])
const TERM_KINDS = { topic: 'TOPIC', setting: 'SETTING', participant: 'PARTICIPANT' } as const satisfies Record<string, TermKind>

/** `term` = the word of a vocabulary that it is, such as `topic:fire-safety`; topics, settings and participants = those that it leads to. */
const seedConcept = z.strictObject({
  key: slug, kind: z.enum(KINDS).optional(), vi: words, en: words, synonyms: list, dialect: list, english: list, broader: keys, related: keys,
  term: z.string('expected a word of a vocabulary').regex(/^(topic|setting|participant):[a-z0-9-]+$/, 'expected a word of a vocabulary such as "topic:fire-safety"').nullable().default(null),
  topics: keys, settings: keys, participants: keys,
})
/** A file of concepts; `kind` holds for those that name none. */
const seedConceptsFile = z.strictObject({ kind: z.enum(KINDS), concepts: z.array(seedConcept) })
const seedAbbreviationsFile = z.strictObject({ abbreviations: z.array(z.strictObject({ short: words, long: z.array(words).min(1, 'needs at least one long form') })) })

type Concept = z.output<typeof seedConcept> & { kind: (typeof KINDS)[number] }
export interface SeedThesaurus { concepts: Concept[]; abbreviations: { short: string; long: string[] }[] }
type Vocabularies = { topics: SeedTerm[]; settings: SeedTerm[]; participants: SeedTerm[] }

const FOLDER = 'thesaurus'
const ABBREVIATIONS = 'abbreviations.yaml'

/** Reads `thesaurus/*.yaml`. Mistakes are added to `problems`; a folder that isn't there is an empty thesaurus. */
export async function readThesaurusFiles(folder: string, vocabularies: Vocabularies | null, problems: SeedProblem[]): Promise<SeedThesaurus> {
  const names = (await readdir(join(folder, FOLDER)).catch(() => [])).filter((name) => !name.startsWith('.')).sort()
  const files: ReadFile<z.output<typeof seedConceptsFile>>[] = []
  let abbreviations: SeedThesaurus['abbreviations'] = []
  for (const name of names) {
    const file = `${FOLDER}/${name}`
    if (!name.endsWith('.yaml')) {
      problems.push({ file, line: null, field: '', message: 'is not a .yaml file; rename or remove it' })
      continue
    }
    const text = await readFile(join(folder, file), 'utf8')
    if (name === ABBREVIATIONS) {
      const read = readYaml(file, text, seedAbbreviationsFile)
      problems.push(...read.problems, ...(read.value ? repeated(read, read.value.abbreviations.map(({ short }) => short), (i) => ['abbreviations', i, 'short']) : []))
      abbreviations = read.value?.abbreviations ?? []
    } else {
      const read = readYaml(file, text, seedConceptsFile)
      problems.push(...read.problems)
      if (read.value) files.push(read)
    }
  }
  const all = files.flatMap((file) => file.value!.concepts.map((concept, i) => ({ file, i, concept: { ...concept, kind: concept.kind ?? file.value!.kind } })))
  problems.push(...strayReferences(all, vocabularies))
  return { concepts: all.map(({ concept }) => concept), abbreviations }
}

function repeated(file: ReadFile<unknown>, values: readonly string[], at: (i: number) => PropertyKey[]): SeedProblem[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [file.problemAt(at(i), `"${value}" stands here twice; keep one`)] : []))
}

function strayReferences(all: readonly { file: ReadFile<unknown>; i: number; concept: Concept }[], vocabularies: Vocabularies | null): SeedProblem[] {
  const problems: SeedProblem[] = []
  const known = all.map(({ concept }) => concept.key)
  const terms = new Set<string>()
  all.forEach(({ file, i, concept }, position) => {
    const at = (field: string, j?: number): PropertyKey[] => ['concepts', i, field, ...(j === undefined ? [] : [j])]
    if (known.indexOf(concept.key) < position) problems.push(file.problemAt(at('key'), `"${concept.key}" is a concept already; keep one, or rename the other`))
    for (const field of ['broader', 'related'] as const) concept[field].forEach((key, j) => {
      if (key === concept.key) problems.push(file.problemAt(at(field, j), 'is this very concept; remove it'))
      else if (!known.includes(key)) problems.push(file.problemAt(at(field, j), `no concept has the key "${key}"; ${suggestion(key, known, 'use the key of a concept in thesaurus/')}`))
    })
    if (vocabularies === null) return
    const check = (vocabulary: keyof Vocabularies, key: string, path: PropertyKey[]): void => {
      const allowed = vocabularies[vocabulary].map((term) => term.key)
      if (!allowed.includes(key)) problems.push(file.problemAt(path, `"${key}" is no key of ${vocabulary} in vocabularies.yaml; ${suggestion(key, allowed, 'use a key of that list')}`))
    }
    for (const vocabulary of ['topics', 'settings', 'participants'] as const) concept[vocabulary].forEach((key, j) => check(vocabulary, key, at(vocabulary, j)))
    if (concept.term === null) return
    const [kind, key] = concept.term.split(':') as [keyof typeof TERM_KINDS, string]
    check(`${kind}s`, key, at('term'))
    if (terms.has(concept.term)) problems.push(file.problemAt(at('term'), `another concept is ${concept.term} already; lead to it by ${kind}s instead`))
    terms.add(concept.term)
  })
  return problems
}

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

/** What a concept says, in one order, for comparing. */
const contentOf = (kind: string, vi: string, en: string, synonyms: string[], dialect: string[], english: string[], links: string[]): string => hashOf([kind, vi, en, synonyms, dialect, english, [...links].sort()])

/**
 * Adds and corrects concepts and abbreviations; one that differs from what the seed last wrote is a curator's, and stays.
 * True when anything was written.
 */
export async function writeThesaurus(trx: Kysely<Database>, { concepts, abbreviations }: SeedThesaurus): Promise<boolean> {
  const { rows: known } = await sql<{ id: string; key: string; kind: string; vi: string; en: string; synonyms: string[]; dialect: string[]; english: string[]; links: string[]; seedHash: string | null }>`
    select c.id, c.key, c.kind, c.label_vi as vi, c.label_en as en, c.synonyms, c.dialect, c.english, c.seed_hash as "seedHash",
      array(select r.kind || ':' || o.key from concept_relation r join concept o on o.id = r.to_id where r.concept_id = c.id
        union all select case when x.is_same then 'SAME:' else 'TERM:' end || t.kind || ':' || t.key from concept_term x join term t on t.id = x.term_id where x.concept_id = c.id) as links
    from concept c`.execute(trx)
  const byKey = new Map(known.map((row) => [row.key, row]))
  const changed = concepts.flatMap((concept) => {
    const links = linksOf(concept)
    const hash = contentOf(concept.kind, concept.vi, concept.en, concept.synonyms, concept.dialect, concept.english, links.map(({ text }) => text))
    const row = byKey.get(concept.key)
    const isOurs = row === undefined || row.seedHash === contentOf(row.kind, row.vi, row.en, row.synonyms, row.dialect, row.english, row.links)
    return isOurs && row?.seedHash !== hash ? [{ id: row?.id ?? deterministicId('concept', concept.key), concept, links, hash }] : []
  })
  if (changed.length > 0) {
    await sql`insert into concept (id, key, kind, label_vi, label_en, synonyms, dialect, english, seed_hash) select id, key, kind, label_vi, label_en, synonyms, dialect, english, seed_hash
      from json_populate_recordset(null::concept, ${JSON.stringify(changed.map(({ id, concept: { key, kind, vi, en, synonyms, dialect, english }, hash }) => ({ id, key, kind, label_vi: vi, label_en: en, synonyms, dialect, english, seed_hash: hash })))}::json)
      on conflict (key) do update set (kind, label_vi, label_en, synonyms, dialect, english, seed_hash, updated_at) = (excluded.kind, excluded.label_vi, excluded.label_en, excluded.synonyms, excluded.dialect, excluded.english, excluded.seed_hash, now())`.execute(trx)
    await trx.deleteFrom('concept_relation').where('concept_id', 'in', changed.map(({ id }) => id)).execute()
    await trx.deleteFrom('concept_term').where('concept_id', 'in', changed.map(({ id }) => id)).execute()
    const { rows: ids } = await sql<{ name: string; id: string }>`select key as name, id from concept union all select kind || ':' || key, id from term`.execute(trx)
    const idOf = new Map(ids.map(({ name, id }) => [name, id]))
    const links = changed.flatMap(({ id, links: all }) => all.map((link) => ({ ...link, id, target: idOf.get(link.to)! })))
    await insertRows(trx, 'concept_relation', links.filter(({ relation }) => relation !== null).map(({ id, target, relation }) => ({ concept_id: id, to_id: target, kind: relation })))
    await insertRows(trx, 'concept_term', links.filter(({ relation }) => relation === null).map(({ id, target, isSame }) => ({ concept_id: id, term_id: target, is_same: isSame })))
  }
  const shortForms = abbreviations.map(({ short, long }) => ({ short, long_forms: long, seed_hash: hashOf(long) }))
  const before = new Map((await trx.selectFrom('abbreviation').selectAll().execute()).map((row) => [row.short, row]))
  const rewritten = shortForms.filter(({ short, seed_hash }) => {
    const row = before.get(short)
    return row === undefined || (row.seed_hash === hashOf(row.long_forms) && row.seed_hash !== seed_hash)
  })
  if (rewritten.length > 0) {
    await sql`insert into abbreviation select short, long_forms, seed_hash from json_populate_recordset(null::abbreviation, ${JSON.stringify(rewritten)}::json)
      on conflict (short) do update set (long_forms, seed_hash) = (excluded.long_forms, excluded.seed_hash)`.execute(trx)
  }
  return changed.length + rewritten.length > 0
}

interface Link { text: string; to: string; relation: 'BROADER' | 'RELATED' | null; isSame: boolean }

/** The ties of a concept as the database will tell them. A word that it is needs no second tie. */
function linksOf(concept: Concept): Link[] {
  const relations = [...concept.broader.map((to) => ({ to, relation: 'BROADER' as const })), ...concept.related.filter((to) => !concept.broader.includes(to)).map((to) => ({ to, relation: 'RELATED' as const }))]
  const [kind, key] = (concept.term ?? '').split(':') as [keyof typeof TERM_KINDS, string]
  const same = concept.term === null ? null : `${TERM_KINDS[kind]}:${key}`
  const leads = (['topic', 'setting', 'participant'] as const).flatMap((name) => concept[`${name}s`].map((one) => `${TERM_KINDS[name]}:${one}`))
  return [
    ...relations.map(({ to, relation }) => ({ text: `${relation}:${to}`, to, relation, isSame: false })),
    ...(same === null ? [] : [{ text: `SAME:${same}`, to: same, relation: null, isSame: true }]),
    ...[...new Set(leads)].filter((to) => to !== same).map((to) => ({ text: `TERM:${to}`, to, relation: null, isSame: false })),
  ]
}
