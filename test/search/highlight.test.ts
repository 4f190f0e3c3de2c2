/** Marks: the same as by looking at every word of the text, whatever the query, and never those of a text that a record no longer has. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { highlight, highlightsOf } from '../../server/domain/search/highlight.ts'
import { tokenize } from '../../server/search/fold.ts'
import { loadKnowledge } from '../../server/search/knowledge.ts'
import type { QueryTerm, UnderstoodQuery } from '../../server/search/query.ts'
import { understand } from '../../server/search/understand.ts'
import { WordsCache } from '../../server/search/words-cache.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

const WORDS = ['Hướng', 'thiện', 'hướng', 'an', 'An', 'ninh', 'đường', 'Ðà', 'ma', 'mã', 'túy', 'hoà', 'hòa', '12', 'kẻng', 'a\u0301n']
const text = fc.array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(' ', ', ', '/', '\n', ' – ')), { maxLength: 12 }).map((pairs) => pairs.flat().join(''))
const folded = [...new Set(WORDS.flatMap((word) => tokenize(word).map(({ fold }) => fold)))]
const word = fc.oneof(fc.constantFrom(...folded), fc.constantFrom(...folded).map((one) => one.slice(0, 2)), fc.constant('#an-ninh'))
const term = fc.record({ forms: fc.array(fc.record({ words: fc.array(word, { minLength: 1, maxLength: 3 }), factor: fc.constant(1) }), { minLength: 1, maxLength: 3 }), isRequired: fc.boolean(), isPrefix: fc.boolean() })

/** Which code units are marked, found by trying every form at every word. */
function markedUnits(terms: readonly Pick<QueryTerm, 'forms' | 'isPrefix' | 'isRequired'>[], original: string): boolean[] {
  const tokens = tokenize(original)
  const units = Array.from(original.normalize('NFC'), () => false)
  for (const { forms, isPrefix } of terms.filter(({ isRequired }) => isRequired)) {
    for (const { words } of forms) {
      tokens.forEach((_, at) => {
        const here = tokens.slice(at, at + words.length)
        const last = words.at(-1)!
        const fits = here.length === words.length && here.every(({ fold }, k) => fold === words[k] || (isPrefix && k === words.length - 1 && fold.startsWith(last)))
        if (!fits) return
        const end = here.at(-1)!.fold === last ? here.at(-1)!.end : here.at(-1)!.start + last.length
        units.fill(true, here[0]!.start, end)
      })
    }
  }
  return units
}

describe('marks', () => {
  it('are where a form of an asked word stands, and the pieces joined are the text', () => {
    fc.assert(fc.property(text, fc.array(term, { maxLength: 3 }), (original, terms) => {
      const fragments = highlight({ terms } as unknown as UnderstoodQuery, original)
      const wanted = markedUnits(terms, original)
      expect(fragments === null).toBe(!wanted.includes(true))
      if (fragments === null) return
      expect(fragments.map((fragment) => fragment.text).join('')).toBe(original.normalize('NFC'))
      expect(fragments.flatMap((fragment) => Array.from({ length: fragment.text.length }, () => fragment.isMatch))).toEqual(wanted)
    }), { numRuns: 400 })
  })
})

describe('words kept of a text', () => {
  let database: TestDatabase
  beforeAll(async () => { database = await createSeededDatabase() })
  afterAll(() => database.close())

  it('go with the state of the record', async () => {
    const { db } = database
    const cache = new WordsCache(db)
    const query = understand('hướng thiện', await loadKnowledge(db))
    const look = async (hash: string) => {
      const [candidate] = await cache.candidates([{ id, hash, position: 0 }])
      return highlightsOf(query, candidate!).map(({ field, fragments }) => `${field}: ${fragments.map((one) => (one.isMatch ? `[${one.text}]` : one.text)).join('')}`)
    }
    const { rows: [row] } = await sql<{ id: string }>`select model_id as id from model_search where name = 'Câu lạc bộ Hướng thiện'`.execute(db)
    const { id } = row!
    const before = await look('1')
    expect(before[0]).toBe('name: Câu lạc bộ [Hướng] [thiện]')
    expect(await look('1')).toEqual(before)
    await sql`update model_search set name = 'Nhóm hướng tới điều thiện', body = body || '{"summary": "Một con đường hướng thiện mới."}' where model_id = ${id}`.execute(db)
    // The state that was asked for, as long as somebody asks for it; then the new one.
    expect(await look('1')).toEqual(before)
    expect((await look('2')).slice(0, 1)).toEqual(['name: Nhóm [hướng] tới điều [thiện]'])
    expect(await look('2')).toContain('summary: Một con đường [hướng] [thiện] mới.')
  })
})
