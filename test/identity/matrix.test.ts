/** Who may do what: every field of Query and Mutation × every kind of caller, each cell asked over HTTP; and every guarded field of every other type. */
import {
  type GraphQLField, type GraphQLInputType, type GraphQLInterfaceType, type GraphQLObjectType, getNamedType, isCompositeType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType, isRequiredArgument, isRequiredInputField,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { type Access, canAccess, type Role, type Viewer } from '../../server/domain/viewer.ts'
import { ADMIN_KEY, type Api, openApi } from './support.ts'

/** Written down a second time: who changes a rule says so here, too. A new field without a line fails. */
const RULES: Record<string, Record<Access, string>> = {
  Query: {
    ANYONE: 'node nodes model models searchModels suggestions locality localities topics settings participants viewer concepts',
    SIGNED_IN: 'import reviewQueue dueReviews unsourcedFacts unresolvedPlaces reportedIssues',
    CURATOR: 'duplicatePairs deadLetters',
    ADMIN: 'apiKeys auditEntries auditVerification',
  },
  Mutation: {
    ANYONE: 'reportIssue',
    SIGNED_IN: 'addAlias addPoint addRecognition addRelation addReplication addResult addSource createModel previewImport recordReview removeAlias removePoint removeRecognition removeRelation removeReplication removeResult removeSource restoreRevision resumeImport runImport submitModel updateAlias updateModel updatePoint updateRecognition updateRelation updateReplication updateResult updateSource advanceModels resolvePlaces addAdaptation addCondition addCost addLegalBasis addResource addSetback addStep removeAdaptation removeCondition removeCost removeLegalBasis removeResource removeSetback removeStep updateAdaptation updateCondition updateCost updateLegalBasis updateResource updateSetback updateStep',
    CURATOR: 'approveModel archiveModel mergeModels publishModel recordDistinctModels rejectModel releasePrivacyFinding requestChanges startReview undoMerge withdrawDistinction assignReviews createConcept createTerm deprecateTerm mergeConcepts mergeTerms previewLocalityChange recordLocalityChange resolveIssue retryDeadLetters updateConcept updateTerm',
    ADMIN: 'createApiKey eraseAuditEntries revokeApiKey erasePersonalData',
  },
}
/** Types whose fields are not for everybody; all fields of all other types are. */
const GUARDED_TYPES: Record<string, Access> = {
  Viewer: 'SIGNED_IN', WorkflowStep: 'SIGNED_IN', Import: 'SIGNED_IN', ImportIssue: 'SIGNED_IN', ImportDuplicates: 'SIGNED_IN', ImportCandidate: 'SIGNED_IN', ImportChange: 'SIGNED_IN', PreviewImportSuccess: 'SIGNED_IN', RunImportSuccess: 'SIGNED_IN', ResumeImportSuccess: 'SIGNED_IN', ApiKey: 'ADMIN', CreateApiKeySuccess: 'ADMIN', RevokeApiKeySuccess: 'ADMIN', AuditVerification: 'ADMIN', AuditFault: 'ADMIN', AuditEntry: 'ADMIN', EraseAuditEntriesSuccess: 'ADMIN',
  ErasePersonalDataSuccess: 'ADMIN', ReviewItem: 'SIGNED_IN', UnsourcedFact: 'SIGNED_IN', UnresolvedPlace: 'SIGNED_IN', ReportedIssue: 'SIGNED_IN', DeadLetter: 'CURATOR', ResolveIssueSuccess: 'CURATOR', PreviewLocalityChangeSuccess: 'CURATOR', RecordLocalityChangeSuccess: 'CURATOR',
}
/** Single fields that are guarded otherwise than their type. */
const GUARDED_FIELDS: Record<string, Access> = {}

/** An officer may, but only for a record that was born in a unit of theirs: the example names no place. */
const NEEDS_OWN_PLACE = ['createModel']

const CALLERS = ['anonymous', 'officer', 'curator', 'admin', 'revoked'] as const
type Caller = (typeof CALLERS)[number]
const ROLE_OF: Partial<Record<Caller, Role>> = { officer: 'LOCALITY_OFFICER', curator: 'CURATOR', admin: 'ADMIN' }
const viewerOf = (caller: Caller): Viewer => (ROLE_OF[caller] ? { id: caller, name: caller, role: ROLE_OF[caller], localities: [] } : null)

/** Object and interface types of ours, apart from the roots. */
const types = Object.values(schema.getTypeMap()).filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__') && !(type.name in RULES)) as (GraphQLObjectType | GraphQLInterfaceType)[]
const ruleOf = (field: GraphQLField<unknown, unknown>): Access => field.extensions.access as Access
const roots = ['Query', 'Mutation'].flatMap((name) => {
  const type = schema.getType(name)
  return isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type: name, field })) : []
})
const expectedRule = (type: string, name: string): Access | undefined => (Object.entries(RULES[type]!) as [Access, string][]).find(([, names]) => names.split(' ').includes(name))?.[0]

let api: Api
const keys: Partial<Record<Caller, string>> = {}
beforeAll(async () => {
  api = await openApi()
  keys.officer = (await api.makeKey('LOCALITY_OFFICER')).key
  keys.curator = (await api.makeKey('CURATOR')).key
  keys.admin = ADMIN_KEY
  const { key, id } = await api.makeKey('ADMIN')
  await api.revokeKey(id)
  keys.revoked = key
})
afterAll(() => api.close())

/** The least that may be asked: required arguments filled with something of their type. */
function operationFor(type: string, field: GraphQLField<unknown, unknown>): string {
  const args = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${literalOf(arg.type)}`)
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename ... on UserError { code } }' : ''
  const told = selection && !canBeUserError(field) ? ' { __typename }' : selection
  return `${type.toLowerCase()} { ${field.name}${args.length ? `(${args.join(', ')})` : ''}${told} }`
}
const canBeUserError = (field: GraphQLField<unknown, unknown>): boolean => {
  const [type, error] = [getNamedType(field.type), schema.getType('UserError')]
  return 'getTypes' in type && isInterfaceType(error) && type.getTypes().some((one) => schema.isSubType(error, one))
}
function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType)
  if (isListType(type)) return `[${literalOf(type.ofType)}]`
  if (isEnumType(type)) return type.getValues()[0]!.name
  if (isInputObjectType(type)) return `{ ${Object.values(type.getFields()).filter(isRequiredInputField).map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`
  const literals: Record<string, string> = { Int: '1', Float: '1', Boolean: 'true', DateTime: '"2026-01-01T00:00:00Z"', Date: '"2026-01-01"', PartialDate: '"2026"', URL: '"https://example.vn"' }
  return literals[type.name] ?? '"x"'
}

describe('the rules', () => {
  it('are written for every field of Query and Mutation, and no other', () => {
    expect(roots.map(({ type, field }) => [`${type}.${field.name}`, ruleOf(field)])).toEqual(roots.map(({ type, field }) => [`${type}.${field.name}`, expectedRule(type, field.name)]))
    const written = Object.entries(RULES).flatMap(([type, rules]) => Object.values(rules).flatMap((names) => names.split(' ').filter(Boolean).map((name) => `${type}.${name}`)))
    expect(written.sort()).toEqual(roots.map(({ type, field }) => `${type}.${field.name}`).sort())
  })
  it('of mutations are never for anybody but for reporting, and what a mutation refuses is data', () => {
    expect(RULES.Mutation!.ANYONE).toBe('reportIssue')
    for (const { field } of roots.filter(({ type }) => type === 'Mutation')) expect([field.name, canBeUserError(field)]).toEqual([field.name, true])
  })
  it('of all other fields are those of their types', () => {
    const rules = types.flatMap((type) => Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, ruleOf(field), GUARDED_FIELDS[`${type.name}.${field.name}`] ?? GUARDED_TYPES[type.name] ?? 'ANYONE']))
    expect(rules.length).toBeGreaterThan(150)
    expect(rules.filter(([, found, expected]) => found !== expected)).toEqual([])
  })
})

describe.each(roots.map(({ type, field }) => ({ name: `${type}.${field.name}`, type, field })))('$name', ({ type, field }) => {
  it.each(CALLERS)('%s', async (caller) => {
    const { status, body, code } = await api.ask(operationFor(type, field), { key: keys[caller] })
    const told = { status, code: code ?? body.data?.[field.name]?.code }
    if (caller === 'revoked') return expect(told).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    const rule = expectedRule(type, field.name)!
    if (caller === 'officer' && NEEDS_OWN_PLACE.includes(field.name)) return expect(body.data?.[field.name]).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    if (canAccess(viewerOf(caller), rule)) {
      expect(body.errors ?? []).not.toContainEqual(expect.objectContaining({ message: expect.stringMatching(/syntax|Cannot query|Unknown argument|is required/i) }))
      return expect(['UNAUTHENTICATED', 'FORBIDDEN', 'INTERNAL_SERVER_ERROR']).not.toContain(told.code)
    }
    expect(told.code).toBe(caller === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN')
    if (body.data?.[field.name]) expect(body.data[field.name].__typename).toBe('ForbiddenError')
  })
})

describe('guarded fields of other types', () => {
  const guarded = types.filter(isObjectType).flatMap((type) => Object.values(type.getFields()).filter((field) => ruleOf(field) !== 'ANYONE').map((field) => ({ name: `${type.name}.${field.name}`, field })))
  it.each(guarded)('$name', async ({ field }) => {
    for (const caller of CALLERS) {
      const outcome = await Promise.resolve().then(() => field.resolve!({}, {}, { viewer: viewerOf(caller) }, {} as never)).then(() => 'answered', (error: { code?: string }) => error.code)
      const refused = caller === 'anonymous' || caller === 'revoked' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
      if (canAccess(viewerOf(caller), ruleOf(field))) expect([caller, outcome]).not.toEqual([caller, refused])
      else expect([caller, outcome]).toEqual([caller, refused])
    }
  })
})

it('what anybody may read is not wrapped: it costs nothing', () => {
  const all = [...types.filter(isObjectType), schema.getQueryType()!]
  const wrapped = all.flatMap((type) => Object.values(type.getFields()).filter((field) => field.extensions.pothosResolveWrapped && ruleOf(field) === 'ANYONE').map((field) => `${type.name}.${field.name}`))
  expect(wrapped).toEqual([])
})
