/** How far a model's claims can be trusted: a pure function of its document, its sources and the rules. */
import { EVIDENCE_LEVELS, type ModelDocument, type Result } from './document.ts'
import type { EvidenceRules } from './evidence-rules.ts'

export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number]
/** The level, the version of the rules that gave it, and why, in Vietnamese. */
export interface EvidenceAssessment { level: EvidenceLevel; ruleVersion: number; reasons: string[] }

export interface CitedSource { title: string; publisher: string | null; url: string | null }
/** What lies outside the document: its sources, the province of a place, and results of other records that are credited to this model. */
export interface EvidenceSurroundings {
  source(id: string): CitedSource | undefined
  provinceOf(localityId: string): string | undefined
  creditedFromOthers?: readonly Result[]
}
export interface EvidenceFindings {
  assessment: EvidenceAssessment
  /** By id of the result; of the document's own results. */
  resultLevels: Map<string, EvidenceLevel>
}

/** An assessor for one set of rules; its patterns are compiled once. */
export function createEvidenceAssessor(rules: EvidenceRules): (document: ModelDocument, surroundings: EvidenceSurroundings) => EvidenceFindings {
  const matcher = (patterns: readonly string[]) => {
    const compiled = patterns.map((p) => new RegExp(p, 'iu'))
    return (text: string): boolean => compiled.some((r) => r.test(text))
  }
  // Whether a name follows "Công an" is told by its capital, so publishers are matched as written.
  const publisherMatcher = (patterns: readonly string[]) => {
    const compiled = patterns.map((p) => new RegExp(p, 'u'))
    return (text: string): boolean => compiled.some((r) => r.test(text))
  }
  const { official, neverAnEffect, comparisonGroup, randomised, independentReplication } = rules
  const isOfficialHost = matcher(official.hosts)
  const isOfficialPublisher = publisherMatcher(official.publishers)
  const isPressHost = matcher(official.not.hosts)
  const isPressPublisher = matcher(official.not.publishers)
  const tellsComparisonGroup = matcher(comparisonGroup.words)
  const deniesComparisonGroup = matcher(comparisonGroup.not)
  const tellsRandomised = matcher(randomised.words)

  const isOfficial = (source: CitedSource): boolean => {
    const host = source.url === null ? '' : new URL(source.url).hostname.replace(/^www\./, '')
    const publisher = (source.publisher ?? '').normalize('NFC')
    if (isPressHost(host) || isPressPublisher(publisher)) return false
    return isOfficialHost(host) || isOfficialPublisher(publisher)
  }
  const isEffect = (r: Result): boolean => !neverAnEffect.includes(r.attribution)
  const levelOf = (r: Result, source: EvidenceSurroundings['source']): EvidenceLevel => {
    const words = `${r.statement} ${r.comparisonAsWritten ?? ''}`
    // How many members or lamps there were before and are now tells of growth: only an outcome of known direction is an effect.
    if (isEffect(r) && r.effect !== 'UNKNOWN' && hasBaseline(r)) {
      if (tellsRandomised(words)) return 'E5'
      return tellsComparisonGroup(words) && !deniesComparisonGroup(words) ? 'E3' : 'E2'
    }
    return r.citations.some((c) => { const s = source(c.sourceId); return s !== undefined && isOfficial(s) }) ? 'E1' : 'E0'
  }

  return (document, surroundings) => {
    const { source, provinceOf } = surroundings
    const results = [...document.results, ...(surroundings.creditedFromOthers ?? [])]
    const levels = new Map(results.map((r) => [r.id, levelOf(r, source)]))
    const atLeast = (level: EvidenceLevel) => results.filter((r) => levels.get(r.id)! >= level && isEffect(r))
    const reasons: string[] = []
    let level: EvidenceLevel = 'E0'
    const rise = (to: EvidenceLevel, reason: string): void => {
      if (to > level) level = to
      reasons.push(`${to}: ${reason}`)
    }

    const officials = document.sources.map((s) => source(s.sourceId)).filter((s) => s !== undefined && isOfficial(s)) as CitedSource[]
    if (officials.length > 0) rise('E1', `${officials.length}/${document.sources.length} nguồn là báo cáo hoặc trang tin của cơ quan nhà nước, trước hết: ${nameOf(officials[0]!)}.`)
    else rise('E0', document.sources.length === 0 ? 'chưa có nguồn nào.' : 'chỉ có nguồn báo chí hoặc nguồn không phải cơ quan nhà nước.')

    const before = atLeast('E2')
    if (before.length > 0) rise('E2', `${before.length} kết quả có mốc so sánh trước và sau, trước hết: “${shorten(before[0]!.statement)}”`)
    const compared = results.filter((r) => levels.get(r.id) === 'E3')
    if (compared.length > 0) rise('E3', `${compared.length} kết quả được so với nơi không áp dụng, trước hết: “${shorten(compared[0]!.statement)}”`)

    const home = document.origin.localityId === null ? undefined : provinceOf(document.origin.localityId)
    const proven = new Set<string>()
    for (const replication of document.replications) {
      if (replication.localityId === null || home === undefined || !independentReplication.spreads.includes(replication.spread)) continue
      const province = provinceOf(replication.localityId)
      if (province === undefined || province === home) continue
      const isProven = results.some((r) => isEffect(r) && r.effect !== 'NULL' && r.effect !== 'NEGATIVE' && r.localityId !== null && provinceOf(r.localityId) === province && levels.get(r.id)! >= independentReplication.resultLevel)
      if (isProven) proven.add(province)
    }
    if (proven.size >= independentReplication.provinces) rise('E4', `${proven.size} tỉnh, thành khác nơi khởi nguồn tự làm theo và mỗi nơi có kết quả riêng so trước và sau.`)
    const randomisedResults = results.filter((r) => levels.get(r.id) === 'E5')
    if (randomisedResults.length > 0) rise('E5', `${randomisedResults.length} kết quả từ thử nghiệm ngẫu nhiên hoặc tổng hợp nhiều nghiên cứu, trước hết: “${shorten(randomisedResults[0]!.statement)}”`)

    reasons.push(...whatIsMissing(results, level, isEffect))
    return { assessment: { level, ruleVersion: rules.version, reasons }, resultLevels: new Map(document.results.map((r) => [r.id, levels.get(r.id)!])) }
  }
}

/** A figure to compare with, or two dated periods that the result compares. */
function hasBaseline(r: Result): boolean {
  if (r.value === null || r.baseline === null) return false
  if (r.baseline.value !== null) return true
  const isDated = (p: { from: string | null; to: string | null } | null): boolean => p !== null && (p.from !== null || p.to !== null)
  return isDated(r.baseline.period) && (isDated(r.period) || r.asOf !== null)
}

function whatIsMissing(results: readonly Result[], level: EvidenceLevel, isEffect: (r: Result) => boolean): string[] {
  const effects = results.filter(isEffect).length
  const missing: string[] = []
  if (results.length === 0) missing.push('Chưa có nguồn nào nêu kết quả.')
  else if (effects === 0) missing.push('Mọi số liệu đều là bối cảnh hoặc số chung, không phải tác động riêng của mô hình.')
  else if (effects < results.length) missing.push(`${results.length - effects}/${results.length} số liệu là bối cảnh hoặc số chung, không tính là tác động của mô hình.`)
  if (effects > 0 && level < 'E2') missing.push('Chưa có kết quả nào kèm số liệu trước khi làm mô hình để so sánh.')
  if (level >= 'E2' && level < 'E3') missing.push('Chưa so với nơi không áp dụng mô hình, nên mức thay đổi có thể do nguyên nhân khác.')
  return missing
}

const nameOf = (source: CitedSource): string => (source.publisher === null ? source.title : `${source.publisher}, “${shorten(source.title)}”`)
const shorten = (text: string): string => (text.length <= 120 ? text : `${text.slice(0, text.lastIndexOf(' ', 117))}…`)
