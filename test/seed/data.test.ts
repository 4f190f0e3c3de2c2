/** The seed as committed: its counts, what a figure may claim, and, where the catalogue it came from lies beside the project, that nothing was lost. */
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SeedCatalogue, SeedModel, SeedPlace, SeedResult } from '../../seed/format.ts'
import { readSeedFiles } from '../../seed/parse.ts'
import { sourceKey } from '../../seed/sources.ts'

let seed: SeedCatalogue
let bySlug: Map<string, SeedModel>
beforeAll(async () => {
  seed = await readSeedFiles()
  bySlug = new Map(seed.models.map((m) => [m.slug, m]))
})

const sum = (of: (m: SeedModel) => number): number => seed.models.reduce((n, m) => n + of(m), 0)

describe('the seed', () => {
  it('holds every model with every kind of fact', () => {
    expect(seed.models).toHaveLength(324)
    expect({
      aliases: sum((m) => m.aliases.length), results: sum((m) => m.results.length), credits: sum((m) => m.results.reduce((n, r) => n + 1 + r.alsoCreditedTo.length, 0)),
      replications: sum((m) => m.replications.length), recognitions: sum((m) => m.recognitions.length), steps: sum((m) => m.steps.length), costs: sum((m) => m.costs.length),
      legalBases: sum((m) => m.legalBases.length), resources: sum((m) => m.resources.length), reportedConditions: sum((m) => m.reportedConditions.length),
      editorialConditions: sum((m) => m.editorialConditions.length), adaptations: sum((m) => m.adaptations.length), lineage: sum((m) => m.lineage.length),
      setbacks: sum((m) => m.setbacks.length), originAlternatives: sum((m) => m.originAlternatives.length),
    }).toEqual({
      aliases: 262, results: 605, credits: 607, replications: 433, recognitions: 90, steps: 77, costs: 47, legalBases: 48, resources: 39, reportedConditions: 53,
      editorialConditions: 154, adaptations: 72, lineage: 45, setbacks: 46, originAlternatives: 10,
    })
    expect([seed.terms.TOPIC.length, seed.terms.SETTING.length, seed.terms.PARTICIPANT.length, seed.reviews.length, seed.totals.length]).toEqual([20, 16, 25, 18, 11])
  })

  it('shares its sources: 1,068 links to 954 of them', () => {
    expect(sum((m) => Object.keys(m.sourceKeys).length)).toBe(1068)
    const keys = new Set(seed.models.flatMap((m) => Object.values(m.sourceKeys)))
    expect(keys.size).toBe(954)
    expect([...keys].filter((k) => seed.sources.get(k)!.url === null)).toHaveLength(66)
  })

  it('credits the −11.9 % of 2022 to three models, as one claim that is no effect of any', () => {
    const claims = seed.models.flatMap((m) => m.results.filter((r) => r.value === -11.9).map((r) => [m.slug, r] as const))
    expect(claims).toHaveLength(1)
    const [slug, claim] = claims[0]!
    expect([slug, ...claim.alsoCreditedTo]).toEqual(['camera-an-ninh', '5-trong-1-ve-giu-gin-antt', 'cam-hoa-giao-duc-doi-tuong'])
    expect(claim).toMatchObject({ attribution: 'CONTEXT', effect: 'UNKNOWN', countingUnit: 'PERCENT', period: { from: '2022', to: '2022' }, baseline: { value: null, period: { from: '2021', to: '2021' } } })
  })

  it('claims an effect only where there is a baseline, and none for context', () => {
    for (const m of seed.models) {
      for (const r of m.results) {
        if (r.attribution === 'MEASURED_EFFECT') expect([m.slug, r.baseline?.value, r.effect], r.statement).not.toContain(null)
        if (r.attribution === 'CONTEXT') expect([m.slug, r.effect], r.statement).toEqual([m.slug, 'UNKNOWN'])
      }
    }
  })

  it('keeps what the words of a figure say', () => {
    const result = (slug: string, has: (r: SeedResult) => boolean): SeedResult => bySlug.get(slug)!.results.find(has)!
    expect(result('cau-lac-bo-huong-thien', (r) => r.value === 26)).toMatchObject({ qualifier: 'EXACT', asOf: '2023-09', period: { from: '2012', to: '2023-09' }, effect: 'POSITIVE' })
    expect(result('cau-lac-bo-huong-thien', (r) => r.value === 25)).toMatchObject({ qualifier: 'ABOUT', asOf: '2025-08' })
    expect(result('clb-phong-chong-toi-pham-binh-duong', (r) => r.value === 3248)).toMatchObject({ asOf: '2019-10', countingUnit: 'PERSON' })
    expect(result('doi-dan-phong-honda-khach-phong-chong-toi-pham', (r) => r.value === 38)).toMatchObject({ asOf: '2017-09', countingUnit: 'CASE' })
    expect(result('ban-khong-co-ma-tuy', (r) => r.value === 0.8)).toMatchObject({ attribution: 'MEASURED_EFFECT', baseline: { value: 80 }, effect: 'POSITIVE' })
    expect(result('ban-khong-co-ma-tuy', (r) => r.unit === 'm²')).toMatchObject({ effect: 'NEGATIVE' })
    expect(result('cong-antt-thong-minh', (r) => r.unit === '%')).toMatchObject({ value: -80, valueMax: -70, qualifier: 'ABOUT' })
  })

  it('tells the four shapes of spread apart', () => {
    const spreads = seed.models.flatMap((m) => m.replications.map((r) => r.spread))
    expect(new Set(spreads)).toEqual(new Set(['CASCADE', 'MANDATE', 'LEARNING', 'PARALLEL', 'UNKNOWN']))
    for (const m of seed.models) for (const r of m.replications) expect([m.slug, r.place.placeAsWritten, r.spread === 'MANDATE'], r.note ?? '').toEqual([m.slug, r.place.placeAsWritten, r.mandate !== null])
  })

  it('keeps contradictions side by side', () => {
    const totals = seed.totals.filter((t) => t.place?.province === 'Hà Nội').map((t) => `${t.qualifier} ${t.value}`)
    expect(totals).toEqual(['OVER 600', 'NEARLY 600'])
    expect(bySlug.get('moc-khoa-to-giac-toi-pham')!.setbacks.map((s) => s.kind)).toEqual(['PREDECESSOR'])
  })
})

const CATALOGUE = new URL('../../../shared/catalogue/', import.meta.url)
const isHere = existsSync(new URL('models.json', CATALOGUE))

type Row = Record<string, any>

describe.skipIf(!isHere)('against the catalogue it was made from', () => {
  let models: Row[]
  const json = (file: string) => JSON.parse(readFileSync(new URL(file, CATALOGUE), 'utf8')) as Row[]
  beforeAll(() => { models = json('models.json') })

  const none = <T>(value: T | null | undefined): T | null => value ?? null
  const placeOf = (p: SeedPlace | null): Row => ({ placeAsWritten: none(p?.placeAsWritten), commune: none(p?.commune), district: none(p?.district), province: none(p?.province) })
  const rowPlace = (r: Row): Row => ({ placeAsWritten: none(r.placeAsWritten), commune: none(r.commune), district: none(r.district), province: none(r.province) })
  const dates = (r: { date?: string | null; dateTo?: string | null; dateAsWritten?: string | null }): Row => ({ date: none(r.date), dateTo: none(r.dateTo), dateAsWritten: none(r.dateAsWritten) })
  /** What either side says of a fact's source, by the key that both share. */
  const ofRow = (m: Row, index: number | null | undefined): string | null => (index == null ? null : sourceKey(m.sources[index]))
  const ofSeed = (m: SeedModel, ref: string | null): string | null => (ref === null ? null : m.sourceKeys[ref]!)

  it('names, describes and files every model the same', () => {
    for (const m of models) {
      const s = bySlug.get(m.key)!
      expect({
        name: s.name, aliases: s.aliases.map((a) => a.name), topics: s.topics, settings: s.settings, participants: s.participants, status: s.status, summary: s.summary,
        howItWorks: s.howItWorks, howItWorksSource: ofSeed(s, s.howItWorksSource), conditions: s.editorialConditions,
      }).toEqual({
        name: m.name, aliases: m.aliases, topics: m.topics, settings: m.settings, participants: m.participants, status: m.status.toUpperCase(), summary: m.summary,
        howItWorks: m.howItWorks, howItWorksSource: ofRow(m, m.howItWorksSource), conditions: m.conditions === null ? [] : [m.conditions],
      })
    }
  })

  it('keeps every origin and every other claimed origin', () => {
    for (const m of models) {
      const s = bySlug.get(m.key)!
      const seedOrigin = (o: SeedModel['origin']) => ({ ...placeOf(o.place), started: o.started, startedAsWritten: o.startedAsWritten, startedSource: ofSeed(s, o.startedSource), initiator: o.initiator, source: ofSeed(s, o.source) })
      const rowOrigin = (o: Row) => ({ ...rowPlace(o), started: none(o.started), startedAsWritten: none(o.startedAsWritten), startedSource: ofRow(m, o.startedSource), initiator: none(o.initiator), source: ofRow(m, o.source) })
      expect([s.origin, ...s.originAlternatives].map(seedOrigin)).toEqual([m.origin, ...(m.originCandidates ?? [])].map(rowOrigin))
    }
  })

  it('keeps every source, under its own title, publisher, address and date', () => {
    for (const m of models) {
      const s = bySlug.get(m.key)!
      const cited = Object.values(s.sources).flatMap((x) => [x, ...x.alsoCitedAs.map((o) => ({ title: o.title ?? x.title, publisher: o.publisher ?? x.publisher, url: o.url ?? x.url, published: o.published ?? x.published }))])
      for (const row of m.sources as Row[]) {
        expect(cited.some((c) => c.title === row.title && (row.publisher === null || c.publisher === row.publisher) && c.url === row.url && (row.published === null || c.published === row.published)), `${m.key}: ${row.title}`).toBe(true)
      }
    }
    expect(models.reduce((n, m) => n + m.sources.length, 0)).toBe(1080)
    expect(models.reduce((n, m) => n + m.sources.filter((r: Row) => r.url === null).length, 0)).toBe(78)
  })

  it('keeps every result: statement, figure, unit, time, baseline, comparison, place and source', () => {
    let credits = 0
    for (const m of models) {
      const own = bySlug.get(m.key)!
      const credited = seed.models.filter((x) => x.slug !== m.key).flatMap((x) => x.results.filter((r) => r.alsoCreditedTo.includes(m.key)).map((r) => [x, r] as const))
      expect(own.results.length + credited.length, m.key).toBe(m.results.length)
      let next = 0
      for (const row of m.results as Row[]) {
        credits += 1
        const shared = credited.find(([, r]) => r.value === row.value && r.indicator === row.metric)
        const [owner, r] = own.results[next]?.statement === row.statement ? ([own, own.results[next++]!] as const) : shared!
        const at = `${m.key}: ${row.statement}`
        expect({ indicator: r.indicator, comparison: r.comparison, place: placeOf(r.place), source: ofSeed(owner, r.source) }, at).toEqual({ indicator: row.metric, comparison: row.comparison, place: rowPlace(row), source: ofRow(m, row.source) })
        if (row.value === null) expect(r.value, at).toBeNull()
        else expect(r.value === row.value || (r.valueMax !== null && r.value! <= row.value && row.value <= r.valueMax), at).toBe(true)
        // What a unit says besides the unit stands in fields of its own, or in the statement.
        expect(unitParts(row.unit), at).toContain(r.unit)
        expect(timeIsKept(row.period, r), `${at} (${row.period})`).toBe(true)
        if (row.baselineValue !== undefined) expect(r.baseline?.value, at).toBe(row.baselineValue)
        if (row.baselinePeriod !== undefined) expect([r.baseline!.period!.asWritten, r.baseline!.period!.from], at).toContain(row.baselinePeriod)
      }
    }
    expect(credits).toBe(607)
  })

  const unitParts = (unit: string | null): Array<string | null> => (unit === null ? [null] : [unit, unit.replace(/\s*\([^)]*\)$/, ''), unit.replace(/\s*\/ .*$/, '')])
  const timeIsKept = (period: string | null, r: SeedResult): boolean => {
    if (period === null) return true
    if (r.period?.asWritten === period || r.asOf === period || r.asOf !== null && [`đến ${r.asOf}`, `đến ${Number(r.asOf.slice(5))}/${r.asOf.slice(0, 4)}`].includes(period)) return true
    const [from, to] = period.split(/[/–]/)
    if (r.period?.from === from && r.period?.to === (to ?? from)) return true
    // A year that the comparison narrows ("6 tháng đầu năm").
    return /^\d{4}$/.test(period) && r.period?.from?.slice(0, 4) === period && r.comparison?.includes('tháng đầu năm') === true
  }

  it('keeps every replication', () => {
    for (const m of models) {
      const s = bySlug.get(m.key)!
      expect(s.replications.map((r) => ({ ...placeOf(r.place), date: r.started, dateAsWritten: r.startedAsWritten, sites: r.sites, members: r.members, note: r.note, source: ofSeed(s, r.source) })))
        .toEqual((m.replications as Row[]).map((r) => ({ ...rowPlace(r), date: none(r.date), dateAsWritten: none(r.dateAsWritten), sites: r.sites, members: r.members, note: r.note, source: ofRow(m, r.source) })))
      ;(m.replications as Row[]).forEach((r, i) => {
        if (r.spread) expect(s.replications[i]!.spread).toBe(r.spread.toUpperCase())
        if (r.dateTo) expect(`${s.replications[i]!.ended} ${s.replications[i]!.startedAsWritten}`).toContain(r.dateTo)
      })
    }
  })

  it('keeps every recognition, step, cost, resource, legal basis, condition, adaptation, lineage fact and setback', () => {
    for (const m of models) {
      const s = bySlug.get(m.key)!
      const facts = (rows: ReadonlyArray<object>, fields: string[]) => (rows as Row[]).map((f) => ({ ...placeOf(f.place ?? null), ...dates(f), ...Object.fromEntries(fields.map((k) => [k, none(f[k])])), source: ofSeed(s, f.source) }))
      const rows = (list: Row[] | undefined, fields: string[]) => (list ?? []).map((f) => ({ ...rowPlace(f), ...dates(f), ...Object.fromEntries(fields.map((k) => [k, none(f[k])])), source: ofRow(m, f.source) }))
      expect(facts(s.recognitions, ['by', 'form'])).toEqual(rows(m.recognitions, ['by', 'form']))
      expect(s.recognitions.map((r) => r.level)).toEqual(m.recognitions.map((r: Row) => r.level.toUpperCase()))
      expect(facts(s.steps, ['text'])).toEqual(rows(m.implementationSteps, ['text']))
      expect(facts(s.costs, ['text', 'unit', 'payer'])).toEqual(rows(m.costs, ['text', 'unit', 'payer']))
      expect(s.costs.map((c) => c.amountMax ?? c.amount)).toEqual((m.costs ?? []).map((c: Row) => none(c.amount)))
      expect(facts(s.resources, ['text', 'amount', 'unit'])).toEqual(rows(m.resources, ['text', 'amount', 'unit']))
      expect(facts(s.legalBases, ['text', 'number', 'issuer'])).toEqual(rows(m.legalBases, ['text', 'number', 'issuer']))
      expect(facts(s.reportedConditions, ['text', 'amount', 'unit', 'number', 'issuer'])).toEqual(rows(m.reportedConditions, ['text', 'amount', 'unit', 'number', 'issuer']))
      expect(facts(s.adaptations, ['text', 'reason'])).toEqual(rows(m.adaptations, ['text', 'reason']))
      expect(facts(s.lineage, ['text', 'from', 'to'])).toEqual(rows(m.lineage, ['text', 'from', 'to']))
      expect(facts(s.setbacks, ['kind', 'text', 'reason', 'amount', 'unit', 'stillWorking'])).toEqual(rows(m.stopped, ['kind', 'text', 'reason', 'amount', 'unit', 'stillWorking']))
    }
  })

  it('leaves no field of the catalogue unread', () => {
    const fields = (rows: Row[]) => [...new Set(rows.flatMap((r) => Object.keys(r)))].sort()
    expect(fields(models)).toEqual(['adaptations', 'aliases', 'conditions', 'costs', 'howItWorks', 'howItWorksSource', 'implementationSteps', 'key', 'legalBases', 'lineage', 'name', 'origin', 'originCandidates', 'participants', 'recognitions', 'replications', 'reportedConditions', 'resources', 'results', 'settings', 'sources', 'status', 'stopped', 'summary', 'topics'])
    expect(fields(models.flatMap((m) => m.results))).toEqual(['baselinePeriod', 'baselineValue', 'comparison', 'metric', 'period', 'placeAsWritten', 'source', 'statement', 'unit', 'value'])
    expect(fields(models.flatMap((m) => m.replications))).toEqual(['commune', 'date', 'dateAsWritten', 'dateTo', 'district', 'members', 'note', 'placeAsWritten', 'province', 'sites', 'source', 'spread'])
  })

  it('keeps every review and total', () => {
    const title = (key: string) => seed.sources.get(key)!.title
    expect(seed.reviews.map((r) => ({ text: r.text, province: r.place?.province ?? null, year: r.year, source: r.source, counts: r.counts.map((c) => [c.label, c.value]) })))
      .toEqual(json('reviews.json').map((r) => ({ text: r.text, province: r.province, year: r.year, source: sourceKey(r.source), counts: r.counts.map((c: Row) => [c.label, c.value]) })))
    expect(seed.reviews.flatMap((r) => r.counts).filter((c) => c.qualifier === 'OVER').map((c) => c.value)).toEqual([7500, 700])
    expect(seed.totals.map((t) => [t.place?.province ?? 'toàn quốc', t.asOf, t.qualifier, t.value, t.unit, t.source, title(t.source)]))
      .toEqual(json('totals.json').map((t) => [t.place, t.asOf, t.qualifier, t.value, t.unit, sourceKey(t.source), t.source.title]))
    json('totals.json').forEach((t, i) => { if (t.note) expect(seed.totals[i]!.label).toBe(t.note) })
  })
})
