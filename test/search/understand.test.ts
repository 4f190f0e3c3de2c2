/** What texts are understood as: laws over any text, and the readings that the field needs. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadKnowledge, type Knowledge } from '../../server/search/knowledge.ts'
import { MAX_QUERY_WORDS, placeFilter, type UnderstoodQuery } from '../../server/search/query.ts'
import { toTsQuery } from '../../server/search/tsquery.ts'
import { understand } from '../../server/search/understand.ts'
import { createSeededDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let knowledge: Knowledge
const read = (text: string, ignore: string[] = []): UnderstoodQuery => understand(text, knowledge, new Set(ignore))
const ids = (text: string, ignore: string[] = []): string[] => read(text, ignore).parts.map(({ id }) => id)
const conceptsOf = (text: string): string[] => read(text).concepts.map(({ key }) => key)
const placesOf = (text: string): string[] => read(text).places.filter(({ isFilter }) => isFilter).flatMap(({ units }) => units.map(({ fullName, isFormer }) => `${fullName}${isFormer ? ' (cũ)' : ''}`)).sort()
const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')
const plain = (query: UnderstoodQuery): unknown => JSON.parse(JSON.stringify(query))

beforeAll(async () => {
  database = await createSeededDatabase()
  knowledge = await loadKnowledge(database.db)
})
afterAll(() => database.close())

/** Words that mean something here, grammar, places, slips and letters of any kind. */
const words = fc.constantFrom('trộm', 'trom', 'chó', 'ma túy', 'xe ôm', 'ở', 'Cần Thơ', 'xã', 'An Ninh', 'Hậu Giang cũ', 'ANTT', 'CLB', '3', 'không', 'truowngf', 'to63', 'tiêngs', 'kẻng', 'huongthien', 'women', 'the', 'fire', '12/1', 'và', 'BR-VT', 'lừa đảo')
const texts = fc.oneof(
  fc.array(words, { maxLength: 12 }).map((list) => list.join(' ')),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(fc.oneof(words, fc.string({ maxLength: 6 }), fc.constantFrom('"', "'", '-', '--', '*', ':*', '&', '|', '!', '<->', '(', '\u200B', '\u202E', '\uD800', '\0', '\\')), { maxLength: 20 }).map((list) => list.join('')),
)

describe('any text', () => {
  it('is understood, the same each time, within its bounds', () => {
    fc.assert(fc.property(texts, (text) => {
      const query = read(text)
      expect(plain(read(text))).toEqual(plain(query))
      expect(query.terms.length).toBeLessThanOrEqual(3 * MAX_QUERY_WORDS)
      for (const { start, end } of query.terms) expect(start >= 0 && start < end && end <= query.text.length).toBe(true)
      for (const { weight } of [...query.terms, ...query.concepts, ...query.units]) expect(Number.isFinite(weight) && weight >= 0).toBe(true)
      expect(query.conceptShare >= 0 && query.conceptShare <= 1).toBe(true)
      expect(JSON.stringify(query)).not.toMatch(/\\ud[89a-f]/i)
      // A lexeme is letters, digits, or a concept's tag: nothing that a text holds can be an operator.
      for (const { forms, isPrefix } of query.units) expect(toTsQuery(forms, isPrefix)).toMatch(/^(?:\(|\)|'(?:#[a-z0-9-]+|[\p{L}\p{N}]+)'(?::\*)?| <-> | \| )*$/u)
    }), { numRuns: 400 })
  })

  it('reads the same from NFC and NFD, from either tone style, and in capitals', () => {
    fc.assert(fc.property(fc.array(words, { minLength: 1, maxLength: 8 }).map((list) => list.join(' ')), (text) => {
      expect(plain(read(text.normalize('NFD')))).toEqual(plain(read(text)))
    }), { numRuns: 100 })
    for (const [one, other] of [['hòa giải', 'hoà giải'], ['ma túy', 'ma tuý'], ['ủy ban', 'uỷ ban']]) expect(conceptsOf(one!)).toEqual(conceptsOf(other!))
  })

  it('loses each part that is ignored, and only gains others', () => {
    fc.assert(fc.property(fc.array(words, { minLength: 1, maxLength: 8 }).map((list) => list.join(' ')), (text) => {
      for (const id of ids(text)) {
        if (id === 'cut') continue
        expect(ids(text, [id])).not.toContain(id)
      }
    }), { numRuns: 100 })
  })
})

describe('words', () => {
  it.each([['truowngf hocj', 'truong hoc'], ['tieengs keengr', 'tieng keng'], ['to63 dan pho61', 'to dan pho'], ['huongthien', 'huong thien']])('%s is searched as %s', (text, meant) => {
    expect(read(text).correctedQuery).toBe(meant)
  })
  it('opens abbreviations, and shows the meaning', () => {
    expect(read('CLB PCTP').parts).toContainEqual({ id: 'abbreviation:clb', text: 'CLB', kind: 'ABBREVIATION', meaning: 'câu lạc bộ' })
    expect(conceptsOf('BLGĐ')).toContain('domestic-violence')
  })
  it('cuts what is too long, and says so', () => {
    const query = read('an ninh '.repeat(150))
    expect(query.parts.find(({ kind }) => kind === 'CUT')?.meaning).toBe(`chỉ dùng ${MAX_QUERY_WORDS} từ đầu`)
  })
  it.each(['', '   ', '"" -- !!', '\u200B\u202E', '\uD800'])('%j is nothing to look for', (text) => expect(read(text).isEmpty).toBe(!/\p{L}/u.test(text)))
})

describe('concepts', () => {
  it.each([
    ['trộm chó', 'dog-theft'], ['cẩu tặc', 'dog-theft'], ['nhậu xỉn', 'alcohol'], ['vay nóng', 'usury'], ['bể hụi', 'rotating-credit'], ['loan sharks', 'usury'], ['domestic violence', 'domestic-violence'],
    ['cựu binh', 'veterans'], ['bộ đội biên phòng', 'border-guard'], ['KTX', 'dormitory'], ['sông nước', 'waterway'],
  ])('%s → %s', (text, key) => {
    expect(conceptsOf(text)).toContain(key)
  })
  it('are found without marks too, where a word is long enough to be sure', () => {
    for (const text of ['trộm chó', 'tín dụng đen', 'đuối nước', 'bạo lực gia đình', 'nhà trọ']) expect(conceptsOf(bare(text))).toEqual(expect.arrayContaining(conceptsOf(text)))
  })
  it('keep words with other marks apart', () => {
    expect(conceptsOf('phao cứu sinh')).toEqual(['drowning'])
    expect(conceptsOf('đốt pháo')).toEqual(['fireworks'])
    expect(conceptsOf('chơi hụi')).toContain('rotating-credit')
    expect(conceptsOf('đi hủi')).not.toContain('rotating-credit')
  })
  it('lead to what they are a case of, and to the vocabularies', () => {
    const [theft] = read('trộm chó').concepts
    expect(theft!.others.map(({ key }) => key)).toEqual(expect.arrayContaining(['theft', 'property-crime']))
  })
})

describe('places', () => {
  it.each<[string, string[]]>([
    ['camera ở Bến Tre', ['Tỉnh Bến Tre (cũ)']],
    ['mô hình Hậu Giang cũ', ['Tỉnh Hậu Giang (cũ)']],
    ['mo hinh o hau giang cu', ['Tỉnh Hậu Giang (cũ)']],
    ['BR-VT', ['Tỉnh Bà Rịa - Vũng Tàu (cũ)']],
    ['Ninh Kiều, Cần Thơ', ['Phường Ninh Kiều', 'Quận Ninh Kiều (cũ)']],
    ['quận Ninh Kiều', ['Quận Ninh Kiều (cũ)']],
    ['tiếng kẻng an ninh', []],
    ['xã an toàn về an ninh trật tự', []],
    ['bình yên', []],
  ])('%s → %j', (text, names) => expect(placesOf(text)).toEqual(names))
  it('may be dropped', () => {
    const text = 'camera ở Bến Tre'
    expect(placeFilter(read(text)).length).toBeGreaterThan(0)
    expect(placeFilter(read(text, ['place:ben tre']))).toEqual([])
  })
})
