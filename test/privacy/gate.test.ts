/** The privacy gate by itself: labelled texts, whatever text there is, and every text of the seed. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inspectPersonalData, inspectText } from '../../server/domain/privacy/gate.ts'

interface Example { text: string; kind: string | null; found?: string }
const examples = JSON.parse(readFileSync(new URL('./examples.json', import.meta.url), 'utf8')) as Example[]

describe('labelled texts', () => {
  it('are told apart', () => {
    const misses: unknown[] = []
    let [hits, wanted, told] = [0, 0, 0]
    for (const { text, kind, found } of examples) {
      const findings = inspectText(text)
      if (kind !== null) wanted += 1
      told += findings.length
      const right = findings.filter((one) => one.kind === kind && one.text === found)
      if (right.length > 0) hits += 1
      if (findings.length !== (kind === null ? 0 : 1) || (kind !== null && right.length === 0)) misses.push([text, kind, findings.map((one) => `${one.kind} ${one.text}`)])
    }
    const [precision, recall] = [hits / told, hits / wanted]
    console.info(`privacy gate: ${examples.length} labelled texts, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`, misses)
    expect(examples.length).toBeGreaterThanOrEqual(100)
    expect(precision).toBeGreaterThanOrEqual(0.97)
    expect(recall).toBeGreaterThanOrEqual(0.97)
  })
})

describe('any text', () => {
  const piece = fc.oneof(fc.constantFrom('ông ', 'Nguyễn ', 'Văn ', '0912', '345', ' 678', '+84', '@', '.vn', 'CCCD ', '\u200B', '\u0301', 'đường ', '\uD800', '٠٩', '０', '\n', '(', 'STK '), fc.string({ unit: 'binary', maxLength: 6 }))
  it('is read without a fault, and every span lies in it', () => {
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')), (text) => {
      let last = 0
      for (const { start, end, text: found } of inspectText(text)) {
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(text.length)
        expect(found).toBe(text.slice(start, end))
        last = start
      }
    }), { seed: 2026, numRuns: 3000 })
  })
  it('is found however it is disguised', () => {
    const digit = fc.integer({ min: 0, max: 9 })
    const number = fc.tuple(fc.constantFrom('03', '05', '07', '08', '09'), fc.array(digit, { minLength: 8, maxLength: 8 })).map(([head, rest]) => head + rest.join(''))
    const disguise = fc.constantFrom<(text: string) => string>(
      (text) => text, (text) => text.normalize('NFD'), (text) => [...text].join('\u200B'), (text) => [...text].join('\u2060'), (text) => text.replace(/\d/g, (one) => String.fromCodePoint(0xff10 + Number(one))),
      (text) => text.replace(/\d/g, (one) => String.fromCodePoint(0x0966 + Number(one))), (text) => text.replace(/(\d{4})(\d{3})(\d{3})/, '$1\u00A0$2\u00A0$3'), (text) => text.replace(/(\d{4})(\d{3})(\d{3})/, '$1 - $2 - $3'),
    )
    fc.assert(fc.property(number, disguise, (phone, change) => { expect(inspectText(change(`Hãy gọi ${phone} ngay`)).map(({ kind }) => kind)).toEqual(['PHONE']) }), { seed: 2026, numRuns: 500 })
    const name = fc.tuple(fc.constantFrom('Nguyễn', 'Trần', 'Phạm'), fc.constantFrom('Văn', 'Thị'), fc.constantFrom('Tèo', 'Đực', 'Hường')).map((parts) => parts.join(' '))
    fc.assert(fc.property(name, disguise, (person, change) => { expect(inspectText(change(`Nhờ ông ${person} báo tin`)).map(({ kind }) => kind)).toEqual(['PERSONAL_NAME']) }), { seed: 2026, numRuns: 200 })
  })
})

it('lets every text of the seed pass', () => {
  const folder = new URL('../../seed/data/', import.meta.url)
  const files = [...readdirSync(new URL('models/', folder)).map((file) => `models/${file}`), 'reviews.yaml', 'totals.yaml']
  expect(files.length).toBeGreaterThanOrEqual(326)
  const findings = files.map((file) => [file, inspectPersonalData(parse(readFileSync(new URL(file, folder), 'utf8')))] as const).filter(([, found]) => found.length > 0)
  expect(findings).toEqual([])
})
