/** The models that the project started from: found first by their names as the documents write them, and complete. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readSeedFiles } from '../../seed/parse.ts'
import type { SeedCatalogue, SeedModel } from '../../seed/format.ts'
import { openWorld, type World } from '../schema/support.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Name as the documents write it (design, "The catalogue that ships") → the record's slug. */
const NAMED: [string, string][] = [
  ['Camera phòng chống tội phạm', 'camera-an-ninh'],
  ['5 trong 1 về giữ gìn ANTT', '5-trong-1-ve-giu-gin-antt'],
  ['Cảm hóa, giáo dục đối tượng', 'cam-hoa-giao-duc-doi-tuong'],
  ['Ký túc xá an toàn về an ninh, trật tự', 'ky-tuc-xa-an-toan-ve-an-ninh-trat-tu'],
  ['Công an phường kiểu mẫu', 'cong-an-phuong-kieu-mau-ve-antt-va-van-minh-do-thi'],
  ['Câu lạc bộ hướng thiện', 'cau-lac-bo-huong-thien'],
  ['Sư sãi và phật tử tham gia phòng chống tội phạm', 'su-sai-va-phat-tu-tham-gia-phong-chong-toi-pham'],
  ['Nghiệp đoàn xe ôm tham gia phòng, chống tội phạm', 'nghiep-doan-xe-om-tham-gia-phong-chong-toi-pham'],
  ['Camera an ninh', 'camera-an-ninh'],
  ['Phong trào toàn dân tố giác tội phạm', 'toan-dan-to-giac-toi-pham'],
  ['Công an với Cựu chiến binh: cảm hóa người lầm lỗi', 'cuu-chien-binh-cam-hoa-nguoi-lam-loi'],
  ['Cổng trường an toàn giao thông', 'cong-truong-an-toan-giao-thong'],
  ['Camera ANTT', 'camera-an-ninh'],
]
const SLUGS = [...new Set(NAMED.map(([, slug]) => slug))]

let world: World
let catalogue: SeedCatalogue
beforeAll(async () => {
  [world, catalogue] = await Promise.all([openWorld(), readSeedFiles()])
})
afterAll(() => world?.close())

const withoutMarks = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')
const firstOf = async (query: string): Promise<string> => (await world.read('query ($query: String!) { searchModels(query: $query, first: 3) { nodes { slug } } }', { query })).searchModels.nodes[0]?.slug

describe('each name that the documents write finds its model first', () => {
  it.each(NAMED)('%s', async (name, slug) => {
    const typed = { 'with marks': name, 'without marks': withoutMarks(name), 'in small letters': withoutMarks(name).toLowerCase(), 'pasted from macOS': name.normalize('NFD') }
    const found: Record<string, string> = {}
    for (const [how, query] of Object.entries(typed)) found[how] = await firstOf(query)
    expect(found).toEqual(Object.fromEntries(Object.keys(typed).map((how) => [how, slug])))
  })
  it('CLB hướng thiện', async () => {
    for (const query of ['CLB hướng thiện', 'clb huong thien', 'huong thien']) expect(await firstOf(query), query).toBe('cau-lac-bo-huong-thien')
  })
})

const PAGE = `query ($slug: String!) { model(slug: $slug) {
  name summary aliases { name }
  origin { kind placeAsWritten startedOn initiator confidence citations { source { title } } }
  results(first: 100) { totalCount nodes { statement value valueMax qualifier unit countingUnit attribution effect asOf placeAsWritten citations { source { title url } } } }
  replications(first: 100) { totalCount nodes { placeAsWritten startedOn status sites members note citations { source { title } } } }
  recognitions { level by form citations { source { title } } }
  sources(first: 100) { totalCount nodes { title url } }
} }`

describe('each is complete, as its seed file says', () => {
  it.each(SLUGS)('%s', async (slug) => {
    const file = catalogue.models.find((model) => model.slug === slug)!
    const { model } = await world.read(PAGE, { slug })
    expect(model.name).toBe(file.name)
    expect(model.summary).toBe(file.summary)
    expect(model.aliases.map(({ name }: { name: string }) => name)).toEqual(file.aliases.map(({ name }) => name))
    const { origin } = file
    expect(model.origin).toMatchObject({ kind: origin.kind, placeAsWritten: origin.place?.placeAsWritten ?? null, startedOn: origin.started, initiator: origin.initiator, confidence: origin.confidence })
    expect(model.origin.citations.length).toBeGreaterThan(0)

    const titleOf = (owner: SeedModel, key: string): string => sourceTitle(owner, key)
    const credited = catalogue.models.flatMap((owner) => owner.results.filter((result) => owner.slug === slug || result.alsoCreditedTo.includes(slug)).map((result) => ({ owner, result })))
    expect(model.results.totalCount).toBe(credited.length)
    const results = credited.map(({ owner, result: r }) => ({
      statement: r.statement, value: r.value, valueMax: r.valueMax, qualifier: r.qualifier, unit: r.unit, countingUnit: r.countingUnit, attribution: r.attribution, effect: r.effect, asOf: r.asOf,
      placeAsWritten: r.place?.placeAsWritten ?? null, source: titleOf(owner, r.source),
    }))
    expect(sorted(model.results.nodes.map(({ citations, ...rest }: any) => ({ ...rest, source: citations[0].source.title })))).toEqual(sorted(results))

    expect(model.replications.totalCount).toBe(file.replications.length)
    const replications = file.replications.map((r) => ({ placeAsWritten: r.place.placeAsWritten, startedOn: r.started, status: r.status, sites: r.sites, members: r.members, note: r.note, source: titleOf(file, r.source) }))
    expect(sorted(model.replications.nodes.map(({ citations, ...rest }: any) => ({ ...rest, source: citations[0].source.title })))).toEqual(sorted(replications))

    expect(sorted(model.recognitions.map(({ citations, ...rest }: any) => ({ ...rest, source: citations[0].source.title })))).toEqual(sorted(file.recognitions.map((r) => ({ level: r.level, by: r.by, form: r.form, source: titleOf(file, r.source) }))))

    const keys = new Set(Object.keys(file.sources).map((key) => sourceTitle(file, key)))
    expect(new Set(model.sources.nodes.map(({ title }: { title: string }) => title))).toEqual(keys)
  })
})

/** The title of the shared source that a record's own key leads to: one source has one title, whoever cites it. */
function sourceTitle(owner: SeedModel, key: string): string {
  return catalogue.sources.get(owner.sourceKeys[key]!)!.title
}
const sorted = (list: object[]): string[] => list.map((entry) => JSON.stringify(entry, Object.keys(entry).sort())).sort()
