/** What is looked for is one word each: a record that writes an abbreviation out, or a number formula, is found by a word of its own, and by no phrase. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fold } from '../../server/search/fold.ts'
import { loadKnowledge } from '../../server/search/knowledge.ts'
import { loadThesaurus, openedWord } from '../../server/search/thesaurus.ts'
import { toTsQuery } from '../../server/search/tsquery.ts'
import { understand } from '../../server/search/understand.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => { database = await createSeededDatabase() })
afterAll(() => database.close())

const idsBy = async (column: 'folded' | 'named', query: string): Promise<string[]> =>
  (await sql<{ id: string }>`select model_id as id from model_search where ${sql.ref(column)} @@ ${query}::tsquery order by 1`.execute(database.db)).rows.map(({ id }) => id)

describe('a word of its own', () => {
  it.each(['folded', 'named'] as const)('stands for an abbreviation just where one of its long forms is written (%s)', async (column) => {
    const { shorts } = await loadThesaurus(database.db)
    let written = 0
    for (const { short, longs } of shorts.values()) {
      const byWord = await idsBy(column, `'${openedWord(fold(short))}'`)
      expect(byWord, short).toEqual(await idsBy(column, toTsQuery(longs.map((words) => ({ words, factor: 1 })), false)))
      written += byWord.length
    }
    expect(written).toBeGreaterThan(column === 'folded' ? 1000 : 100)
  })

  it('stands for a formula of two to four numbers, within one text', async () => {
    const { rows } = await sql<{ word: string }>`select word from search_vocabulary where word like '%\_%' order by 1`.execute(database.db)
    expect(rows.map(({ word }) => word)).toContain('12_1')
    for (const { word } of rows) expect(await idsBy('folded', `'${word}'`), word).toEqual(await idsBy('folded', word.split('_').map((number) => `'${number}'`).join(' <-> ')))
  })

  it('is what a query asks for; and is never proposed as a spelling', async () => {
    const knowledge = await loadKnowledge(database.db)
    const wordsOf = (text: string): string[] => understand(text, knowledge).units.flatMap(({ words }) => words)
    // Most abbreviations are concepts, too, which have a word already.
    const opened = [...knowledge.thesaurus.shorts].filter(([key, { short }]) => wordsOf(`${short} `).includes(openedWord(key)))
    expect(opened.length).toBeGreaterThan(10)
    for (const [key, { short }] of opened) expect(wordsOf(`${short} `)).toEqual(expect.arrayContaining([key, openedWord(key)]))
    expect(wordsOf('12/1 ')).toEqual(['12_1'])
    expect(wordsOf('1+2+3+4+5 ')).toEqual(['1_2_3_4', '5', 'nam'])
    for (const typed of ['antx', 'thefx', 'phonng']) expect(knowledge.lexicon.nearest(typed).filter((word) => /[#=_]/.test(word))).toEqual([])
  })
})
