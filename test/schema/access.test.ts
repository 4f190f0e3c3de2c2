/** The plugins `access` and `payload` by themselves, on small schemas. */
import SchemaBuilder from '@pothos/core'
import { graphql } from 'graphql'
import { describe, expect, it } from 'vitest'
import '../../schema/access.ts'
import '../../schema/payload.ts'
import { canAccess, ownsPlace, type Role, type SignedInViewer, type Viewer } from '../../server/domain/viewer.ts'
import { BadUserInputError, ConflictError, NotFoundError, ValidationError } from '../../server/errors.ts'

const newBuilder = () => new SchemaBuilder<{ Context: { viewer: Viewer }; DefaultFieldNullability: false }>({ plugins: ['payload', 'access'], defaultFieldNullability: false })
const viewer = (role: Role): SignedInViewer => ({ id: '1', name: 'x', role, localities: [] })

describe('access', () => {
  it('a field that nobody decided about fails the build, on the root and below', () => {
    const builder = newBuilder()
    const inner = builder.objectRef<{ a: string }>('Inner').implement({ fields: (t) => ({ a: t.exposeString('a'), b: t.string({ access: 'ANYONE', resolve: () => 'b' }) }) })
    builder.queryType({ fields: (t) => ({ open: t.string({ resolve: () => 'x' }), inner: t.field({ access: 'ANYONE', type: inner, resolve: () => ({ a: 'a' }) }) }) })
    expect(() => builder.toSchema()).toThrow(/^Nobody said who may use (?=.*Inner\.a)(?=.*Query\.open)(?!.*Inner\.b)/)
  })
  it('a rule that covers a type does not cover Query', () => {
    const builder = newBuilder()
    builder.queryType({ access: 'ANYONE', fields: (t) => ({ open: t.string({ resolve: () => 'x' }) }) })
    expect(() => builder.toSchema()).toThrow(/Query\.open/)
  })
  it('refuses before the field does anything', async () => {
    const builder = newBuilder()
    let asked = 0
    builder.queryType({ fields: (t) => ({ secret: t.string({ access: 'CURATOR', nullable: true, resolve: () => `${(asked += 1)}` }) }) })
    const schema = builder.toSchema()
    const ask = async (who: Viewer) => {
      const { data, errors } = await graphql({ schema, source: '{ secret }', contextValue: { viewer: who } })
      return data?.secret ?? (errors?.[0]?.originalError as { code?: string }).code
    }
    expect([await ask(null), await ask(viewer('LOCALITY_OFFICER')), asked]).toEqual(['UNAUTHENTICATED', 'FORBIDDEN', 0])
    expect([await ask(viewer('CURATOR')), await ask(viewer('ADMIN'))]).toEqual(['1', '2'])
  })
  it('rules and roles', () => {
    const table = ([null, 'LOCALITY_OFFICER', 'CURATOR', 'ADMIN'] as const).map((role) => (['ANYONE', 'SIGNED_IN', 'CURATOR', 'ADMIN'] as const).map((access) => canAccess(role && viewer(role), access)))
    expect(table).toEqual([[true, false, false, false], [true, true, false, false], [true, true, true, false], [true, true, true, true]])
    expect(ownsPlace).toBeTypeOf('function')
  })
})

describe('payload', () => {
  class StaleError extends ConflictError { readonly yours = 3 }
  const builder = newBuilder()
  const done = builder.objectRef<{ ok: boolean }>('DoneSuccess').implement({ access: 'ANYONE', fields: (t) => ({ ok: t.exposeBoolean('ok') }) })
  const conflict = builder.objectRef<StaleError>('ConflictError').implement({ access: 'ANYONE', fields: (t) => ({ message: t.exposeString('message'), code: t.exposeString('code'), yours: t.exposeInt('yours') }) })
  const validation = builder.objectRef<ValidationError>('ValidationError').implement({ access: 'ANYONE', fields: (t) => ({ paths: t.stringList({ resolve: ({ issues }) => issues.map(({ path }) => path.join('.')) }) }) })
  const payload = builder.unionType('DonePayload', {
    types: [done, conflict, validation], resolveType: (value) => (value as { __typename?: string }).__typename ?? 'DoneSuccess', extensions: { errors: [[conflict, ConflictError], [validation, ValidationError]] },
  })
  const faults: Record<string, () => Error> = {
    stale: () => new StaleError('Somebody was faster.'), bad: () => new BadUserInputError('`input.id`: no id'), odd: () => new BadUserInputError('Nothing fits.'), missing: () => new NotFoundError('None.'), bug: () => new TypeError('x is undefined'),
  }
  builder.queryType({ fields: (t) => ({ ok: t.boolean({ access: 'ANYONE', resolve: () => true }) }) })
  builder.mutationType({ fields: (t) => ({ done: t.field({ access: 'SIGNED_IN', type: payload, args: { how: t.arg.string({ required: true }) }, resolve: (_root, { how }) => { if (faults[how]) throw faults[how](); return { ok: true } } }) }) })
  const schema = builder.toSchema()
  const ask = async (how: string, who: Viewer = viewer('ADMIN')) => {
    const { data, errors } = await graphql({ schema, source: `mutation { done(how: "${how}") { __typename ... on DoneSuccess { ok } ... on ConflictError { message code yours } ... on ValidationError { paths } } }`, contextValue: { viewer: who } })
    return data?.done ?? errors?.map(({ message }) => message)
  }
  it('makes data of what its union has', async () => {
    expect(await ask('well')).toEqual({ __typename: 'DoneSuccess', ok: true })
    expect(await ask('stale')).toEqual({ __typename: 'ConflictError', message: 'Somebody was faster.', code: 'CONFLICT', yours: 3 })
    expect(await ask('bad')).toEqual({ __typename: 'ValidationError', paths: ['input.id'] })
    expect(await ask('odd')).toEqual({ __typename: 'ValidationError', paths: [''] })
  })
  it('leaves the rest at the top: what the union lacks, bugs, and callers without an identity', async () => {
    expect(await ask('missing')).toEqual(['None.'])
    expect(await ask('bug')).toEqual(['x is undefined'])
    expect(await ask('well', null)).toEqual([expect.stringMatching(/^This takes an identity/)])
  })
})
