/** A mistake in a seed file is told with its file, its line, its field and what to do about it; all mistakes of all files at once. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CORE_SCHEMA, load } from 'js-yaml'
import { parse } from 'yaml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SEED_FOLDER, SeedFileError, readSeedFiles } from '../../seed/parse.ts'
import { mergeSources, normaliseUrl, sourceKey } from '../../seed/sources.ts'

const VOCABULARIES = `topics:
  - { key: crime-prevention, labelVi: Phòng, labelEn: Prevention, description: Phòng ngừa }
settings:
  - { key: residential, labelVi: Khu dân cư, labelEn: Residential, description: Nơi ở }
participants:
  - { key: police, labelVi: Công an, labelEn: Police, description: Công an }
`
const MODEL = `name: Camera an ninh
topics: [ crime-prevention ]
settings: [ residential ]
participants: [ police ]
status: ACTIVE
summary: Dân góp tiền lắp camera.

origin:
  place:
    placeAsWritten: phường Cái Khế
    province: Cần Thơ
  started: 2016

results:
  - statement: Lắp 21 camera.
    value: 21
    unit: camera
    countingUnit: OTHER
    period: { from: 2016, to: 2017 }
    place: khu vực 7
    attribution: CONTRIBUTION
    source: s1

sources:
  s1:
    title: Camera ở khu vực 7
    url: https://example.org/camera
`
const OTHER = MODEL.replaceAll('Camera an ninh', 'Ánh sáng an ninh').replace('/camera', '/anh-sang')
const REVIEWS = `reviews:
  - { slug: can-tho-2017, text: Có 255 mô hình., place: { province: Cần Thơ }, year: 2017, source: s1 }
sources:
  s1: { title: Hội nghị 2017 }
`
const TOTALS = `totals:
  - { slug: can-tho, label: mô hình, value: 129, countingUnit: MODEL, unit: mô hình, source: s1 }
sources:
  s1: { title: Cần Thơ lan tỏa, url: https://example.org/total }
`

let folder: string
const file = (name: string) => join(folder, name)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'))
  await mkdir(file('models'))
  await Promise.all([
    writeFile(file('vocabularies.yaml'), VOCABULARIES), writeFile(file('reviews.yaml'), REVIEWS), writeFile(file('totals.yaml'), TOTALS),
    writeFile(file('models/camera-an-ninh.yaml'), MODEL), writeFile(file('models/anh-sang-an-ninh.yaml'), OTHER),
  ])
})
afterEach(() => rm(folder, { recursive: true }))

async function mistakes(): Promise<string[]> {
  const error = await readSeedFiles(folder).then(() => null, (e: unknown) => e)
  expect(error).toBeInstanceOf(SeedFileError)
  return (error as SeedFileError).message.split('\n').slice(1)
}
async function change(name: string, from: string, to: string): Promise<void> {
  const text = await readFile(file(name), 'utf8')
  expect(text).toContain(from)
  await writeFile(file(name), text.replace(from, to))
}

describe('a seed without a mistake', () => {
  it('is read, with what is left out as null', async () => {
    const seed = await readSeedFiles(folder)
    expect(seed.models.map((m) => m.slug)).toEqual(['anh-sang-an-ninh', 'camera-an-ninh'])
    expect(seed.models[1]).toMatchObject({ file: 'models/camera-an-ninh.yaml', howItWorks: null, origin: { started: '2016', initiator: null }, sourceKeys: { s1: 'url:example.org/camera' } })
    expect(seed.models[1]!.results[0]).toMatchObject({ qualifier: 'EXACT', effect: 'UNKNOWN', valueMax: null, asOf: null, place: { placeAsWritten: 'khu vực 7', province: null } })
    expect(seed.reviews[0]!.source).toBe('title:hội nghị 2017|')
    expect(seed.totals[0]).toMatchObject({ place: null, source: 'url:example.org/total' })
    expect([...seed.sources.keys()].sort()).toEqual(['title:hội nghị 2017|', 'url:example.org/anh-sang', 'url:example.org/camera', 'url:example.org/total'])
  })
})

describe('a mistake in a model', () => {
  it.each<[string, string, string, string]>([
    ['an unknown field', '    unit: camera', '    units: camera', ':17 results[0].units: unknown field; did you mean "unit"?'],
    ['an unknown field with nothing near', 'status: ACTIVE', 'hotline: 113', ':5 hotline: unknown field; remove it; known here: name, aliases, topics'],
    ['a missing field', 'summary: Dân góp tiền lắp camera.\n', '', ':1 summary: is missing; add it'],
    ['a missing field of a fact', '    attribution: CONTRIBUTION\n', '', ':15 results[0].attribution: is missing; add it'],
    ['a word that is not allowed', 'status: ACTIVE', 'status: ACTVE', ':5 status: "ACTVE" is not allowed here; did you mean ACTIVE? use one of: PROPOSED, PILOT, ACTIVE'],
    ['a vocabulary key', '[ crime-prevention ]', '[ crime-preventoin ]', ':2 topics[0]: "crime-preventoin" is no key of topics in vocabularies.yaml; did you mean "crime-prevention"?'],
    ['a vocabulary key twice', '[ police ]', '[ police, police ]', ':4 participants[1]: "police" stands here twice; keep one'],
    ['a source that is not listed', '    source: s1', '    source: s2', ':22 results[0].source: no source s2 in this file; list it under sources, or did you mean "s1"?'],
    ['a source key that is none', '  s1:\n', '  nguon:\n', ':25 sources.nguon: expected the key of a source, such as s1; rename it'],
    ['a date', '  started: 2016', '  started: 8/2016', ':12 origin.started: expected YYYY, YYYY-MM or YYYY-MM-DD, but found "8/2016"; correct it or leave it out'],
    ['a time that ends before it begins', '{ from: 2016, to: 2017 }', '{ from: 2016, to: 2015 }', ':19 results[0].period.to: 2015 is before from 2016; exchange or correct them'],
    ['a figure that is text', 'value: 21', 'value: hai mươi', ':16 results[0].value: expected a number, but found "hai mươi"; correct it or leave it out'],
    ['a value left out', '    value: 21\n', '', ':15 results[0].value: is missing, so nothing is counted; give the value, or write countingUnit: NONE'],
    ['an effect without a baseline', 'CONTRIBUTION', 'MEASURED_EFFECT', ':21 results[0].attribution: MEASURED_EFFECT needs a baseline; give it, or write CONTRIBUTION'],
    ['text that YAML takes for a number', 'name: Camera an ninh', 'name: 113', ':1 name: expected text, but found 113; put it in quotes'],
    ['an address', 'url: https://example.org/camera', 'url: example.org', ':27 sources.s1.url: expected an http(s) address, but found "example.org"; correct it or leave it out'],
    ['a model that is credited twice', '    source: s1', '    alsoCreditedTo: [ camera-an-ninh ]\n    source: s1', ':22 results[0].alsoCreditedTo[0]: is this very model, which is credited anyway; remove it'],
    ['a model that is not there', '    source: s1', '    alsoCreditedTo: [ anh-sang-an-ning ]\n    source: s1', ':22 results[0].alsoCreditedTo[0]: no model has the slug "anh-sang-an-ning"; did you mean "anh-sang-an-ninh"?'],
    ['a source listed twice', 'sources:\n', 'sources:\n  s2: { title: Bản khác, url: "http://www.example.org/camera/" }\n', ':26 sources.s1: is the same source as s2; use s2, and keep another title of it under alsoCitedAs there'],
    ['a tab', '  place:\n', '\tplace:\n', ':9: not valid YAML ('],
    ['a field twice', 'status: ACTIVE', 'status: ACTIVE\nstatus: ENDED', ':6: not valid YAML (Map keys must be unique); keep one of the two fields'],
    ['unquoted text with a colon', 'summary: Dân góp', 'summary: Cách làm: dân góp', ':6: not valid YAML (Nested mappings are not allowed in compact mappings); put text with ": " or " #", or that begins with a sign, in quotes'],
  ])('names %s', async (_, from, to, said) => {
    await change('models/camera-an-ninh.yaml', from, to)
    const found = await mistakes()
    expect(found.join('\n')).toContain(`models/camera-an-ninh.yaml${said}`)
    expect(found.length).toBeLessThanOrEqual(2)
  })

  it('names an empty file, a file that is no YAML file, and a name that is no slug', async () => {
    await writeFile(file('models/camera-an-ninh.yaml'), '')
    await writeFile(file('models/ghi-chu.txt'), 'x')
    await writeFile(file('models/Ánh sáng.yaml'), OTHER)
    expect(await mistakes()).toEqual([
      'models/camera-an-ninh.yaml: is empty; write the record, or remove the file',
      'models/ghi-chu.txt: is not a .yaml file; rename or remove it',
      'models/Ánh sáng.yaml: the name of the file is the slug of its model; use lower case letters without marks, digits and hyphens',
    ])
  })
})

describe('mistakes elsewhere', () => {
  it('are told all at once, in order of file and line', async () => {
    await change('models/camera-an-ninh.yaml', 'status: ACTIVE', 'status: active')
    await change('models/camera-an-ninh.yaml', 'value: 21', 'value: x')
    await change('models/anh-sang-an-ninh.yaml', '[ residential ]', '[ residental ]')
    await change('totals.yaml', 'countingUnit: MODEL', 'countingUnit: MODELS')
    await change('reviews.yaml', 'source: s1 }', 'source: s9 }')
    expect((await mistakes()).map((m) => m.split(': ')[0])).toEqual([
      'models/anh-sang-an-ninh.yaml:3 settings[0]', 'models/camera-an-ninh.yaml:5 status', 'models/camera-an-ninh.yaml:16 results[0].value', 'reviews.yaml:2 reviews[0].source', 'totals.yaml:2 totals[0].countingUnit',
    ])
  })

  it('names a term, a review or a total that stands twice', async () => {
    await change('vocabularies.yaml', 'settings:\n', '  - { key: crime-prevention, labelVi: Hai, labelEn: Two, description: Hai }\nsettings:\n')
    await change('totals.yaml', 'sources:\n', '  - { slug: can-tho, label: tổ, value: 3, countingUnit: GROUP, unit: tổ, source: s1 }\nsources:\n')
    expect(await mistakes()).toEqual([
      'totals.yaml:3 totals[1].slug: "can-tho" stands here twice; keep one, or rename the other',
      'vocabularies.yaml:3 topics[1].key: "crime-prevention" stands here twice; keep one, or rename the other',
    ])
  })

  it('names a missing file, and a folder that is none', async () => {
    await rm(file('reviews.yaml'))
    expect(await mistakes()).toEqual(['reviews.yaml: is missing; add it'])
    await rm(file('models'), { recursive: true })
    expect((await mistakes())[0]).toContain('models: is no folder that can be read')
  })
})

describe('sources', () => {
  it('are the same page however the address is written', () => {
    const written = ['https://baoquangnam.vn/a-113141.html', 'http://www.baoquangnam.vn/a-113141.html/', 'https://m.baoquangnam.vn/a-113141.html?utm_source=rss#top']
    expect(new Set(written.map(normaliseUrl))).toEqual(new Set(['baoquangnam.vn/a-113141.html']))
    expect(normaliseUrl('https://a.vn/?p=1')).not.toBe(normaliseUrl('https://a.vn/?p=2'))
    expect(normaliseUrl('https://a.vn/?b=2&a=1')).toBe(normaliseUrl('https://a.vn/?a=1&b=2'))
  })

  it('without an address are the same by title and publisher', () => {
    const one = { title: 'Xã Phú Hưng  giữ vững', publisher: 'Báo Cà Mau', url: null }
    expect(sourceKey(one)).toBe(sourceKey({ ...one, title: 'xã Phú Hưng giữ vững'.normalize('NFD') }))
    expect(sourceKey(one)).not.toBe(sourceKey({ ...one, publisher: 'Báo Hà Nội' }))
  })

  it('merge into the headline, the safe address and the precise date', () => {
    const key = 'url:a.vn/x'
    expect(mergeSources(key, [
      { title: '[Bài về camera]', publisher: null, url: 'http://a.vn/x', published: '2021' },
      { title: 'Hiệu quả camera', publisher: 'Báo A', url: 'https://a.vn/x', published: '2021-06-01' },
      { title: 'Tên khác', publisher: 'Báo B', url: 'https://a.vn/x', published: null },
    ])).toEqual({ key, title: 'Hiệu quả camera', publisher: 'Báo A', url: 'https://a.vn/x', published: '2021-06-01' })
  })
})

it('is read by the fast parser as by the one that knows lines, every file of the seed', async () => {
  const files = (await readdir(SEED_FOLDER, { recursive: true })).filter((path) => path.endsWith('.yaml'))
  expect(files.length).toBeGreaterThan(330)
  for (const file of files) {
    const text = await readFile(join(SEED_FOLDER, file), 'utf8')
    expect(load(text, { schema: CORE_SCHEMA }), file).toEqual(parse(text))
  }
})
