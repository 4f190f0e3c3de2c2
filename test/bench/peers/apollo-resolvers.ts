/** Resolvers as they are usually written: one per relation, each through a DataLoader; plain fields read a column of the row. */
import type { ApolloServerOptionsWithTypeDefs } from '@apollo/server'
import type { PeerContext } from './apollo.ts'
import type { ChildTable, Page, Row } from './apollo-loaders.ts'

type Resolver = (row: Row, args: Record<string, unknown>, context: PeerContext) => unknown
type Resolvers = Record<string, Resolver>

const globalId = (type: string): Resolvers => ({ id: (row) => Buffer.from(`${type}:${row.id}`).toString('base64') })

/** Fields that are columns under another name: `placeAsWritten` reads `place_as_written`. */
const columns = (...fields: string[]): Resolvers =>
  Object.fromEntries(fields.map((field) => [field, snakeReader(field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))]))
const snakeReader = (column: string): Resolver => (row) => row[column]

const children = (table: ChildTable): Resolver => (row, _args, { loaders }) => loaders.children[table].load(row.id)
const period = (from: string, to: string, asWritten: string): Resolver => (row) =>
  row[from] === null && row[to] === null && row[asWritten] === null ? null : { from: row[from], to: row[to], asWritten: row[asWritten] }
const localityBy: Resolver = (row, _args, { loaders }) => (row.locality_id ? loaders.locality.load(row.locality_id as string) : null)
const localitiesNow: Resolver = (row, _args, { loaders }) => (row.locality_id ? loaders.localitiesNow.load(row.locality_id as string) : [])
const citations: Resolver = (row, _args, { loaders }) => loaders.citations.load(row.id)
const terms = (kind: string): Resolver => async (row, _args, { loaders }) => (await loaders.terms.load(row.id)).filter((term) => term.kind === kind)

/** A connection of the first page; the benchmark pages no further. */
const connection = (of: 'results' | 'replications' | 'points' | 'sources' | 'modelCitations'): Resolver => (row, { first }, { loaders }) =>
  loaders[of]((first as number | undefined) ?? 20).load(row.id)
const connectionFields = {
  nodes: ({ rows }: Page) => rows,
  totalCount: ({ total }: Page) => total,
  totalCountIsCapped: ({ total }: Page) => total > 10_000,
  pageInfo: ({ rows, total }: Page) => ({ hasNextPage: total > rows.length, hasPreviousPage: false }),
}
const term = { ...globalId('Topic'), label: ((row, { language }) => (language === 'EN' ? row.label_en : row.label_vi)) as Resolver, ...columns('description', 'synonyms') }
const toldFact = { ...columns('placeAsWritten'), locality: localityBy, citations, period: period('date', 'date_to', 'date_as_written') }

const listModels = async (_root: unknown, args: Record<string, any>, { pool }: PeerContext) => {
  const topics: string[] | null = args.filter?.topicIn?.length ? args.filter.topicIn : null
  const direction = args.orderBy?.direction === 'DESC' ? 'desc' : 'asc'
  const where = topics ? `where exists (select from model_term mt join term t on t.id = mt.term_id where mt.model_id = model.id and t.kind = 'TOPIC' and t.key = any($1))` : ''
  const values = topics ? [topics] : []
  const [page, count] = await Promise.all([
    pool.query<Row>(`select * from model ${where} order by name_key ${direction}, id ${direction} limit ${Number(args.first) + 1}`, values),
    pool.query<{ total: string }>(`select count(*) as total from model ${where}`, values),
  ])
  return { rows: page.rows.slice(0, args.first), total: Number(count.rows[0]!.total), hasNextPage: page.rows.length > args.first }
}

export const createResolvers = ({ publicUrl }: { publicUrl: string }): ApolloServerOptionsWithTypeDefs<PeerContext>['resolvers'] => ({
  Query: {
    models: listModels,
    model: async (_root, { slug }, { pool }) => (await pool.query<Row>('select * from model where slug = $1', [slug])).rows[0] ?? null,
    suggestions: async (_root, { query, first }, { suggest }) => suggest(query, first ?? 10),
  },
  ModelConnection: { ...connectionFields, pageInfo: ({ hasNextPage }: { hasNextPage: boolean }) => ({ hasNextPage, hasPreviousPage: false }) },
  ResultConnection: connectionFields,
  ReplicationConnection: connectionFields,
  PointConnection: connectionFields,
  SourceConnection: connectionFields,
  CitationConnection: connectionFields,
  Model: {
    ...globalId('Model'),
    ...columns('howItWorks', 'leadBody', 'operationalStatus', 'createdAt', 'updatedAt'),
    url: (row) => `${publicUrl}/models/${row.slug}`,
    evidence: (row) => ({ level: row.evidence_level }),
    aliases: children('alias'),
    implementationSteps: children('step'),
    costs: children('cost'),
    legalBases: children('legal_basis'),
    conditions: children('condition'),
    resources: children('resource'),
    adaptations: children('adaptation'),
    setbacks: children('setback'),
    recognitions: children('recognition'),
    relations: children('model_relation'),
    topics: terms('TOPIC'),
    settings: terms('SETTING'),
    participants: terms('PARTICIPANT'),
    origin: async (row, _args, { loaders }) => (await loaders.children.origin.load(row.id))[0],
    results: connection('results'),
    replications: connection('replications'),
    points: connection('points'),
    sources: connection('sources'),
    citations: connection('modelCitations'),
  },
  Origin: {
    ...columns('placeAsWritten', 'startedOn', 'startedAsWritten'),
    localityThen: localityBy,
    localitiesNow,
    citations,
    alternatives: async (row, _args, { loaders }) => (row.position === 0 ? (await loaders.children.origin.load(row.model_id as string)).slice(1) : []),
  },
  Result: {
    ...globalId('Result'),
    ...columns('indicatorKey', 'valueMax', 'outOf', 'countingUnit', 'asOf', 'comparisonAsWritten', 'placeAsWritten', 'evidenceLevel'),
    period: period('period_from', 'period_to', 'period_as_written'),
    baseline: (row) => {
      const of = period('baseline_from', 'baseline_to', 'baseline_as_written')(row, {}, undefined as never)
      return row.baseline_value === null && of === null ? null : { value: row.baseline_value, period: of }
    },
    localityThen: localityBy,
    citations,
    creditedTo: (row, _args, { loaders }) => loaders.credits.load(row.id),
  },
  Replication: {
    ...globalId('Replication'),
    ...columns('placeAsWritten', 'startedOn', 'endedOn', 'startedAsWritten', 'statusReason'),
    localityThen: localityBy,
    localitiesNow,
    citations,
  },
  Point: { ...globalId('Point'), ...columns('placeAsWritten', 'startedOn', 'groupCount'), localityThen: localityBy, localitiesNow, citations },
  Recognition: { ...columns('annulledOn', 'annulmentReason'), period: period('date', 'date_to', 'date_as_written'), citations },
  Step: toldFact,
  Cost: { ...toldFact, ...columns('amountMax'), asOf: (row) => row.date, unit: (row) => row.unit_as_written },
  Resource: toldFact,
  LegalInstrument: toldFact,
  Condition: { ...toldFact, ...columns('isEditorial') },
  Adaptation: toldFact,
  Setback: { ...toldFact, ...columns('stillWorking') },
  Alias: columns('usedIn', 'usedSince'),
  ModelRelation: { model: (row, _args, { loaders }) => loaders.model.load(row.to_model_id as string), citations },
  Source: { ...globalId('Source'), ...columns('publishedOn') },
  Citation: { source: (row, _args, { loaders }) => loaders.source.load(row.source_id as string) },
  Locality: {
    ...globalId('Locality'),
    ...columns('fullName', 'validFrom', 'validUntil'),
    parent: (row, _args, { loaders }) => (row.parent_id ? loaders.locality.load(row.parent_id as string) : null),
  },
  LocalityShare: columns('isWhole'),
  Topic: term,
  Setting: { ...term, ...globalId('Setting') },
  Participant: { ...term, ...globalId('Participant') },
})
