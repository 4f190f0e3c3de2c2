import { readFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isUnionType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { printSdl, SDL_FILE } from '../../schema/print.ts'

const committed = readFileSync(SDL_FILE, 'utf8')
const ours = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name))

describe('schema.graphql', () => {
  it('is what the code prints (npm run schema:print)', () => expect(committed).toBe(printSdl()))
  it('breaks nothing that the committed one promises', () => expect(findBreakingChanges(buildSchema(committed), schema)).toEqual([]))
})

describe('descriptions', () => {
  it('stand on every type, field, argument, input and enum value', () => {
    const missing: string[] = []
    const check = (name: string, { description }: { description?: string | null | undefined }) => { if (!description?.trim()) missing.push(name) }
    for (const type of ours) {
      check(type.name, type)
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          check(`${type.name}.${field.name}`, field)
          for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name}:)`, argument)
        }
      }
      if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field)
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value)
    }
    expect(missing).toEqual([])
  })

  it('give every value of the domain’s enums its Vietnamese label', () => {
    const labels = ours.filter(isEnumType).flatMap((type) => type.getValues().map((value) => [`${type.name}.${value.name}`, value.extensions.labelVi]))
    expect(labels.filter(([name, label]) => !label && !/^(SearchEngine|SuggestionKind|QueryPartKind)\./.test(String(name)))).toEqual([])
  })
})

/** The read part of the public contract: these names are relied on, so none may go. */
const CONTRACT: Record<string, string[]> = {
  Query: [
    'node(id: ID!): Node', 'nodes(ids: [ID!]!): [Node]!', 'model(slug: String!): Model', 'topics: [Topic!]!', 'settings: [Setting!]!', 'participants: [Participant!]!',
    'models(filter: ModelFilter, orderBy: ModelOrder, first: Int, after: String, last: Int, before: String): ModelConnection!',
    'locality(slug: String, code: String, asOf: Date): Locality', 'localities(query: String!, asOf: Date, first: Int): [LocalityMatch!]!',
    'searchModels(query: String!, filter: ModelFilter, ignore: [ID!], first: Int, after: String): ModelSearchConnection', 'suggestions(query: String!, first: Int): [Suggestion!]!',
  ],
  Model: [
    'id: ID!', 'slug: String!', 'url: URL!', 'revision: Int!', 'name: String!', 'aliases: [Alias!]!', 'summary: String!', 'problem: String', 'howItWorks: String',
    'implementationSteps: [Step!]!', 'costs: [Cost!]!', 'legalBases: [LegalInstrument!]!', 'conditions: [Condition!]!', 'resources: [Resource!]!', 'adaptations: [Adaptation!]!',
    'setbacks: [Setback!]!', 'topics: [Topic!]!', 'settings: [Setting!]!', 'participants: [Participant!]!', 'operationalStatus: OperationalStatus!', 'evidence: EvidenceAssessment!',
    'origin: Origin!', 'results(first: Int, after: String, last: Int, before: String): ResultConnection!',
    'replications(statusIn: [ReplicationStatus!], localityIn: [String!], first: Int, after: String, last: Int, before: String): ReplicationConnection!',
    'points(first: Int, after: String): PointConnection!', 'recognitions: [Recognition!]!', 'sources(first: Int): SourceConnection!', 'citations(field: String, first: Int): CitationConnection!',
    'relations: [ModelRelation!]!', 'createdAt: DateTime!', 'updatedAt: DateTime!',
  ],
  Origin: [
    'kind: OriginKind!', 'placeAsWritten: String', 'localityThen: Locality', 'localitiesNow: [LocalityShare!]!', 'startedOn: PartialDate', 'initiator: String', 'confidence: Confidence!',
    'alternatives: [Origin!]!', 'citations: [Citation!]!',
  ],
  Result: [
    'id: ID!', 'statement: String!', 'indicator: String', 'indicatorKey: String', 'value: Float', 'valueMax: Float', 'outOf: Float', 'qualifier: Qualifier!', 'unit: String',
    'countingUnit: CountingUnit!', 'period: Period', 'asOf: PartialDate', 'baseline: Baseline', 'placeAsWritten: String', 'localityThen: Locality', 'creditedTo: [Model!]!',
    'attribution: Attribution!', 'effect: Effect!', 'evidenceLevel: EvidenceLevel!', 'disputedBy: [Result!]!', 'citations: [Citation!]!',
  ],
  Replication: [
    'id: ID!', 'spread: Spread!', 'placeAsWritten: String!', 'localityThen: Locality', 'localitiesNow: [LocalityShare!]!', 'startedOn: PartialDate', 'status: ReplicationStatus!',
    'statusReason: String', 'sites: Int', 'members: Int', 'adaptations: [Adaptation!]!', 'note: String', 'confidence: Confidence!', 'citations: [Citation!]!',
  ],
  Citation: ['source: Source!', 'locator: String', 'field: String', 'precision: CitationPrecision!'],
  Period: ['from: PartialDate', 'to: PartialDate', 'asWritten: String'],
  Cost: [
    'text: String!', 'amount: Float', 'amountMax: Float', 'qualifier: Qualifier!', 'asOf: PartialDate', 'currency: String', 'per: String', 'payer: String', 'placeAsWritten: String',
    'locality: Locality', 'citations: [Citation!]!',
  ],
  Setback: ['kind: SetbackKind!', 'text: String!', 'reason: String', 'placeAsWritten: String', 'locality: Locality', 'occurredOn: PartialDate', 'citations: [Citation!]!'],
  Locality: [
    'id: ID!', 'slug: String!', 'code: String', 'name: String!', 'level: LocalityLevel!', 'validFrom: Date', 'validUntil: Date', 'parent: Locality', 'predecessors: [LocalityShare!]!',
    'successors: [LocalityShare!]!',
  ],
  LocalityShare: ['locality: Locality!', 'isWhole: Boolean!'],
  Term: ['key: String!', 'label(language: Language!): String!'],
  ModelConnection: ['edges: [ModelEdge!]!', 'nodes: [Model!]!', 'pageInfo: PageInfo!', 'totalCount: Int!', 'totalCountIsCapped: Boolean!'],
  ModelSearchConnection: [
    'edges: [ModelSearchEdge!]!', 'nodes: [Model!]!', 'pageInfo: PageInfo!', 'totalCount: Int!', 'totalCountIsCapped: Boolean!', 'facets: ModelFacets!', 'correctedQuery: String',
    'understood: [QueryPart!]!', 'engine: SearchEngine!', 'isDegraded: Boolean!',
  ],
  ModelSearchEdge: ['cursor: String!', 'node: Model!', 'score: Float!', 'highlights: [Highlight!]!', 'whyMatched: [String!]!'],
  Suggestion: ['kind: SuggestionKind!', 'text: String!', 'fragments: [HighlightFragment!]!', 'target: SuggestionTarget!'],
}
const VALUES: Record<string, string> = {
  ModelOrderField: 'NAME STARTED_ON UPDATED_AT REPLICATION_COUNT', OperationalStatus: 'PROPOSED PILOT ACTIVE NEEDS_CONSOLIDATION SUSPENDED ENDED RETIRED UNKNOWN',
  Qualifier: 'EXACT OVER NEARLY ABOUT', Attribution: 'CONTEXT CONTRIBUTION MEASURED_EFFECT', Effect: 'POSITIVE NULL NEGATIVE MIXED UNKNOWN', EvidenceLevel: 'E0 E1 E2 E3 E4 E5',
  ReplicationStatus: 'PLANNED RUNNING SUSTAINED STOPPED FAILED UNKNOWN', Confidence: 'DOCUMENTED INFERRED CLAIMED', OriginKind: 'BOTTOM_UP PROGRAMME INDEPENDENT UNKNOWN',
  CitationPrecision: 'FACT RECORD', OrderDirection: 'ASC DESC', SearchEngine: 'MEILISEARCH POSTGRES',
}

describe('contract', () => {
  it.each(Object.entries(CONTRACT))('%s has its fields', (name, wanted) => {
    const type = schema.getType(name)
    const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {}
    const missing = wanted.filter((coordinate) => {
      const [, field = '', args = '', of = ''] = /^(\w+)(?:\((.*)\))?: (.*)$/.exec(coordinate)!
      const found = fields[field]
      if (!found || String(found.type) !== of) return true
      return args.split(', ').filter(Boolean).some((argument) => {
        const [key, type] = argument.split(': ') as [string, string]
        return String(found.args.find((one) => one.name === key)?.type) !== type
      })
    })
    expect(missing).toEqual([])
  })
  it.each(Object.entries(VALUES))('%s has its values', (name, wanted) => {
    const type = schema.getType(name)
    expect(isEnumType(type) && type.getValues().map((value) => value.name).sort()).toEqual(wanted.split(' ').sort())
  })
  it('filters by everything it says', () => {
    const filter = schema.getType('ModelFilter')
    expect(isInputObjectType(filter) && Object.keys(filter.getFields()).sort()).toEqual([
      'evidenceLevelIn', 'hasCosts', 'hasReplications', 'hasResults', 'localityIn', 'operationalStatusIn', 'originLocalityIn', 'participantIn', 'recognitionLevelIn',
      'replicatedInLocalityIn', 'settingIn', 'startedRange', 'topicIn',
    ])
  })
  it('gives an identity to what has one', () => {
    const node = schema.getType('Node')
    const names = isInterfaceType(node) ? schema.getPossibleTypes(node).map((type) => type.name).sort() : []
    expect(names).toEqual(['Locality', 'Model', 'Participant', 'Point', 'Replication', 'Result', 'Setting', 'Source', 'Topic'])
  })
  it('suggests models, places and topics', () => {
    const target = schema.getType('SuggestionTarget')
    expect(isUnionType(target) && target.getTypes().map((type) => type.name).sort()).toEqual(['Locality', 'Model', 'Topic'])
  })
})
