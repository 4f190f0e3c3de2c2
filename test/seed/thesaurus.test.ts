/** The thesaurus of the seed: mistakes are told like those of the other files; what a curator changed stays; a second run writes nothing. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readSeedFiles, SEED_FOLDER } from '../../seed/parse.ts'
import type { SeedProblem } from '../../seed/problems.ts'
import { describeProblem } from '../../seed/problems.ts'
import { readThesaurusFiles, writeThesaurus } from '../../seed/thesaurus.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

const CONCEPTS = `kind: PROBLEM
concepts:
  - { key: theft, vi: Trộm cắp, en: Theft, synonyms: [ mất trộm ], topics: [ crime-prevention ] }
  - { key: dog-theft, vi: Trộm chó, en: Dog theft, broader: [ theft ] }
`
const term = (key: string) => ({ key, labelVi: key, labelEn: key, description: key, synonyms: [] })
const VOCABULARIES = { topics: [term('crime-prevention')], settings: [term('school')], participants: [term('police')] }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thesaurus-'))
  await mkdir(join(folder, 'thesaurus'))
  await writeFile(join(folder, 'thesaurus/crime.yaml'), CONCEPTS)
})
afterEach(() => rm(folder, { recursive: true }))

async function mistakes(): Promise<string[]> {
  const problems: SeedProblem[] = []
  await readThesaurusFiles(folder, VOCABULARIES, problems)
  return problems.map(describeProblem)
}

describe('a mistake in the thesaurus', () => {
  it.each<[string, string, string, string]>([
    ['an unknown field', 'synonyms: [', 'sinonyms: [', 'thesaurus/crime.yaml:3 concepts[0].sinonyms: unknown field; did you mean "synonyms"?'],
    ['a broader concept that is not there', 'broader: [ theft ]', 'broader: [ thetf ]', 'thesaurus/crime.yaml:4 concepts[1].broader[0]: no concept has the key "thetf"; did you mean "theft"?'],
    ['itself', 'broader: [ theft ]', 'broader: [ dog-theft ]', 'thesaurus/crime.yaml:4 concepts[1].broader[0]: is this very concept; remove it'],
    ['a key twice', 'key: dog-theft', 'key: theft', 'thesaurus/crime.yaml:4 concepts[1].key: "theft" is a concept already; keep one, or rename the other'],
    ['a topic that is not there', '[ crime-prevention ]', '[ crime ]', 'thesaurus/crime.yaml:3 concepts[0].topics[0]: "crime" is no key of topics in vocabularies.yaml;'],
    ['a word of no vocabulary', 'topics: [ crime-prevention ]', 'term: crime-prevention', 'thesaurus/crime.yaml:3 concepts[0].term: expected a word of a vocabulary such as "topic:fire-safety", but found "crime-prevention"'],
    ['an empty synonym', '[ mất trộm ]', '[ "" ]', 'thesaurus/crime.yaml:3 concepts[0].synonyms[0]: must not be empty'],
    ['a kind', 'kind: PROBLEM', 'kind: PROBLEMS', 'thesaurus/crime.yaml:1 kind: "PROBLEMS" is not allowed here; did you mean PROBLEM?'],
  ])('%s', async (_what, from, to, message) => {
    await writeFile(join(folder, 'thesaurus/crime.yaml'), CONCEPTS.replace(from, to))
    expect((await mistakes())[0]).toContain(message)
  })
  it('an abbreviation twice, and a file that is none', async () => {
    await writeFile(join(folder, 'thesaurus/abbreviations.yaml'), 'abbreviations:\n  - { short: CLB, long: [ câu lạc bộ ] }\n  - { short: CLB, long: [ câu lạc bộ ] }\n')
    await writeFile(join(folder, 'thesaurus/notes.txt'), '')
    expect((await mistakes()).sort()).toEqual(['thesaurus/abbreviations.yaml:3 abbreviations[1].short: "CLB" stands here twice; keep one', 'thesaurus/notes.txt: is not a .yaml file; rename or remove it'])
  })
  it('is none in what comes with the project, which is broad', async () => {
    const { thesaurus } = await readSeedFiles()
    expect(thesaurus.concepts.length).toBeGreaterThan(200)
    expect(thesaurus.concepts.flatMap(({ synonyms, dialect, english }) => [...synonyms, ...dialect, ...english]).length).toBeGreaterThan(2500)
    expect(thesaurus.abbreviations.length).toBeGreaterThan(100)
  })
})

describe('writing it', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createSeededDatabase()
  })
  afterAll(() => database.close())

  it('changes nothing the second time, follows the files, and leaves what a curator changed', async () => {
    await cp(join(SEED_FOLDER, 'thesaurus'), join(folder, 'thesaurus'), { recursive: true })
    await rm(join(folder, 'thesaurus/crime.yaml'))
    await cp(join(SEED_FOLDER, 'thesaurus/crime.yaml'), join(folder, 'thesaurus/crime.yaml'))
    const { thesaurus } = await readSeedFiles()
    await database.db.transaction().execute(async (trx) => {
      expect(await writeThesaurus(trx, thesaurus)).toBe(false)
      await sql`update concept set label_vi = 'Nạn trộm chó' where key = 'dog-theft'`.execute(trx)
      await sql`update abbreviation set long_forms = array['câu lạc bộ', 'clip'] where short = 'CLB'`.execute(trx)
      const text = await readFile(join(folder, 'thesaurus/crime.yaml'), 'utf8')
      await writeFile(join(folder, 'thesaurus/crime.yaml'), text.replace('Trộm chó', 'Bắt trộm chó').replace("vi: 'Trộm cắp xe'", "vi: 'Trộm xe cộ'"))
      const problems: SeedProblem[] = []
      const { terms } = await readSeedFiles()
      const changed = await readThesaurusFiles(folder, { topics: terms.TOPIC, settings: terms.SETTING, participants: terms.PARTICIPANT }, problems)
      expect(problems).toEqual([])
      expect(await writeThesaurus(trx, changed)).toBe(true)
      const { rows } = await sql<{ key: string; label: string }>`select key, label_vi as label from concept where key in ('dog-theft', 'vehicle-theft') order by key`.execute(trx)
      expect(rows).toEqual([{ key: 'dog-theft', label: 'Nạn trộm chó' }, { key: 'vehicle-theft', label: 'Trộm xe cộ' }])
      const kept = await trx.selectFrom('abbreviation').select('long_forms').where('short', '=', 'CLB').executeTakeFirstOrThrow()
      expect(kept.long_forms).toEqual(['câu lạc bộ', 'clip'])
    })
  })
})
