/** From the seed as people write it to whole documents: with ids, places as units, and citations. */
import { deterministicId } from '../server/domain/ids.ts'
import type { Citation, ModelDocument, Origin } from '../server/domain/model/document.ts'
import type { SeedModel, SeedOrigin, SeedPlace, SharedSource } from './format.ts'
import type { PlaceResolver } from './units/resolver.ts'

/** A place that no unit was found for, or only one around it. */
export interface UnresolvedPlace {
  /** Path under the seed's folder. */
  file: string
  field: string
  place: string
  reason: string
  /** The unit around it that stands in for it, if any. */
  around: string | null
}

/** The id of the record that the seed writes under this slug. */
export const seededModelId = (slug: string): string => deterministicId('model', slug)

export interface DocumentContext {
  resolver: PlaceResolver
  /** The id of the source with this key. */
  sourceId(key: string): string
  sources: ReadonlyMap<string, SharedSource>
  onPlace?: ((found: { localityId: string | null; unresolved: UnresolvedPlace | null }) => void) | undefined
}

interface Placed { placeAsWritten: string | null; localityId: string | null }
type Home = { district: string | null; province: string | null } | null

/** What a place's units say in words where the source's own words are not kept. */
const asWritten = (place: SeedPlace): string | null => place.placeAsWritten ?? ([place.commune, place.district, place.province].filter((unit) => unit !== null).join(', ') || null)

/** Resolves a place; `file` and `field` say where it stands. */
export function resolvePlace(context: Pick<DocumentContext, 'resolver' | 'onPlace'>, file: string, field: string, place: SeedPlace | null, date: string | null, near: Home): Placed {
  if (place === null) return { placeAsWritten: null, localityId: null }
  const placeAsWritten = asWritten(place)
  const { localityId, reason } = context.resolver.resolve({ ...place, date, near })
  const isAround = localityId !== null && reason.startsWith('broader:')
  const unresolved = localityId === null || isAround ? { file, field, place: placeAsWritten ?? '', reason: reason.replace(/^broader: /, ''), around: isAround ? localityId : null } : null
  context.onPlace?.({ localityId, unresolved })
  return { placeAsWritten, localityId }
}

/** The whole document of one model. The same file gives the same document on every machine that knows the same units. */
export function toModelDocument(model: SeedModel, context: DocumentContext): ModelDocument {
  const source = (local: string): string => context.sourceId(model.sourceKeys[local]!)
  const fact = (local: string, field: string | null = null): Citation => ({ sourceId: source(local), locator: null, field, precision: 'FACT' })
  const record = (field: string | null = null): Citation[] => Object.keys(model.sources).map((local) => ({ ...fact(local, field), precision: 'RECORD' }))
  const home: Home = model.origin.place ? { district: model.origin.place.district, province: model.origin.place.province } : null
  const place = (field: string, at: SeedPlace | null, date: string | null): Placed => resolvePlace(context, model.file, field, at, date, home)

  // By what it says, so that a line put in between moves no id; what says the same twice is told apart by its turn.
  const turns = new Map<string, number>()
  const idOf = (kind: string, says: string): string => {
    const key = `${model.slug}:${says}`
    const turn = turns.get(`${kind}:${key}`) ?? 0
    turns.set(`${kind}:${key}`, turn + 1)
    return deterministicId(kind, turn === 0 ? key : `${key}:${turn}`)
  }
  const told = <T extends { text: string; place: SeedPlace | null; date: string | null; dateTo: string | null; dateAsWritten: string | null; source: string }>(kind: string, list: string, facts: readonly T[]) =>
    facts.map(({ place: at, source: from, ...rest }, i) => ({
      ...rest, id: idOf(kind, rest.text), ...place(`${list}[${i}]`, at, rest.dateTo ?? rest.date), citations: [fact(from)],
    }))
  const origin = (o: SeedOrigin, index: number): Origin => ({
    id: deterministicId('origin', `${model.slug}:${index}`), kind: o.kind, ...place(index === 0 ? 'origin' : `originAlternatives[${index - 1}]`, o.place, o.started),
    startedOn: o.started, startedAsWritten: o.startedAsWritten, initiator: o.initiator, confidence: o.confidence,
    citations: [...(o.startedSource === null ? [] : [fact(o.startedSource, 'startedOn')]), ...(o.source === null ? record() : [fact(o.source)])],
  })
  const inReport = <T extends { unit: string | null }>({ unit, ...rest }: T) => ({ ...rest, unitAsWritten: unit })

  return {
    name: model.name, summary: model.summary, problem: model.problem, howItWorks: model.howItWorks, leadBody: model.leadBody, operationalStatus: model.status,
    topics: model.topics, settings: model.settings, participants: model.participants,
    aliases: model.aliases.map((alias) => ({ id: idOf('alias', alias.name), ...alias })),
    origin: origin(model.origin, 0),
    originAlternatives: model.originAlternatives.map((o, i) => origin(o, i + 1)),
    results: model.results.map(({ place: at, source: from, comparison, alsoCreditedTo, ...rest }, i) => ({
      id: idOf('result', `${rest.statement}|${rest.indicator ?? ''}`), ...rest, indicatorKey: null, comparisonAsWritten: comparison, ...place(`results[${i}]`, at, rest.asOf ?? rest.period?.to ?? rest.period?.from ?? null),
      alsoCreditedTo: alsoCreditedTo.map(seededModelId), citations: [fact(from)],
    })),
    replications: model.replications.map(({ place: at, source: from, started, ended, ...rest }, i) => {
      const { placeAsWritten, localityId } = place(`replications[${i}]`, at, started)
      return { id: idOf('replication', placeAsWritten!), ...rest, placeAsWritten: placeAsWritten!, localityId, startedOn: started, endedOn: ended, citations: [fact(from)] }
    }),
    points: [],
    recognitions: model.recognitions.map(({ source: from, ...rest }) => ({ id: idOf('recognition', `${rest.level}|${rest.by ?? ''}|${rest.form}`), ...rest, annulledOn: null, annulmentReason: null, citations: [fact(from)] })),
    steps: told('step', 'steps', model.steps),
    costs: told('cost', 'costs', model.costs).map(inReport),
    resources: told('resource', 'resources', model.resources),
    legalBases: told('legal_basis', 'legalBases', model.legalBases),
    conditions: [
      ...model.editorialConditions.map((text) => ({
        id: idOf('condition', text), text, isEditorial: true, amount: null, unit: null, number: null, issuer: null, placeAsWritten: null, localityId: null, date: null, dateTo: null, dateAsWritten: null, citations: [],
      })),
      ...told('condition', 'reportedConditions', model.reportedConditions).map((c) => ({ ...c, isEditorial: false })),
    ],
    adaptations: told('adaptation', 'adaptations', model.adaptations),
    lineage: told('lineage_fact', 'lineage', model.lineage),
    setbacks: told('setback', 'setbacks', model.setbacks),
    relations: [], reviews: [],
    sources: Object.entries(model.sources).map(([local, { title }]) => ({ sourceId: source(local), titleAsCited: title === context.sources.get(model.sourceKeys[local]!)!.title ? null : title })),
    citations: [...record('summary'), ...(model.howItWorks !== null && model.howItWorksSource !== null ? [fact(model.howItWorksSource, 'howItWorks')] : [])],
  }
}
