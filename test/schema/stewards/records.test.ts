/** The parts of a record that tell what it takes; refusals in the audit log; erasing what a record says of a person. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { MAX_DENIALS } from '../../../server/domain/audit/denial.ts'
import { verifyAudit } from '../../../server/domain/audit/verify.ts'
import { createRedact, redactValue, TOMBSTONE } from '../../../server/domain/model/redact.ts'
import { seed } from '../../../seed/seed.ts'
import { createSeededDatabase, type TestDatabase } from '../../support/database.ts'
import { AN, ANYBODY, as, BINH, CHI, NEW_MODEL, officer, publish } from '../model/editing.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
let opened: TestDatabase
beforeAll(async () => { opened = await createSeededDatabase() })
afterAll(() => opened?.close())
const by = (viewer: Parameters<typeof as>[1]) => as(opened.db, viewer)
const localOf = (id: string): string => Buffer.from(id, 'base64').toString().split(':')[1]!
const citations = [{ source: { title: 'Kế hoạch của phường' }, locator: 'Mục 2' }]

describe('what it takes', () => {
  const KINDS = [
    { noun: 'Step', field: 'implementationSteps', part: 'step', given: { text: 'Họp dân chọn tổ trưởng.', date: '2024' }, changed: { text: 'Họp dân, bầu tổ trưởng.' } },
    { noun: 'Cost', field: 'costs', part: 'cost', given: { text: 'Mỗi camera 2 triệu đồng.', amount: 2_000_000, currency: 'VND', per: 'camera', payer: 'Hộ dân' }, changed: { amountMax: 3_000_000 } },
    { noun: 'Resource', field: 'resources', part: 'resource', given: { text: 'Cần 5 đèn pin.', amount: 5, unit: 'đèn pin' }, changed: { amount: 6 } },
    { noun: 'LegalBasis', field: 'legalBases', part: 'legalBasis', given: { text: 'Kế hoạch của UBND phường.', number: '12/KH-UBND', issuer: 'UBND phường' }, changed: { number: '13/KH-UBND' } },
    { noun: 'Condition', field: 'conditions', part: 'condition', given: { text: 'Cần ít nhất 10 hộ.', isEditorial: false, amount: 10, unit: 'hộ' }, changed: { isEditorial: true } },
    { noun: 'Adaptation', field: 'adaptations', part: 'adaptation', given: { text: 'Đổi kẻng thành còi.', why: 'Nhà cách xa nhau.' }, changed: { why: null } },
    { noun: 'Setback', field: 'setbacks', part: 'setback', given: { kind: 'EQUIPMENT_FAILED', text: 'Hai camera hỏng.', why: 'Sét đánh.', amount: 2, unit: 'camera' }, changed: { stillWorking: 3 } },
  ]
  it.each(KINDS)('$noun is added with its source, changed, and taken away', async ({ noun, field, part, given, changed }) => {
    const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: `Có ${noun}` })
    const of = (revision: number) => ({ modelId: draft.id, expectedRevision: revision })
    expect(await by(AN).write(`add${noun}`, { ...of(1), ...given, citations: [] })).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['citations'] }] })
    const added = await by(AN).write(`add${noun}`, { ...of(1), ...given, locality: 'can-tho', citations }, `model { revision } ${part} { id text locality { slug } citations { locator source { title } } ${noun === 'Adaptation' || noun === 'Setback' ? 'reason' : ''} }`)
    expect(added).toMatchObject({ model: { revision: 2 }, [part]: { text: given.text, locality: { slug: 'can-tho' }, citations: [{ locator: 'Mục 2', source: { title: 'Kế hoạch của phường' } }] } })
    if ('why' in given) expect(added[part].reason).toBe(given.why)
    const { id } = added[part]
    const updated = await by(AN).write(`update${noun}`, { ...of(2), id, ...changed }, `${part} { id ${Object.keys(changed).map((key) => (key === 'why' ? 'reason' : key)).join(' ')} }`)
    expect(updated[part]).toEqual({ id, ...Object.fromEntries(Object.entries(changed).map(([key, value]) => [key === 'why' ? 'reason' : key, value])) })
    await publish(opened.db, { id: draft.id, revision: 3 })
    const slug = (await by(ANYBODY).read(`query ($id: ID!) { node(id: $id) { ... on Model { slug ${field} { id } history { nodes { diff { path partId } } } } } }`, { id: draft.id })).node
    expect(slug[field]).toEqual([{ id }])
    expect(await by(AN).write(`remove${noun}`, { ...of(3), id }, `model { ${field} { id } }`)).toMatchObject({ model: { [field]: [] } })
    expect(await by(AN).write(`remove${noun}`, { ...of(4), id })).toMatchObject({ __typename: 'NotFoundError' })
  })

  it('our own reading needs no source, a currency is one, a range does not run backwards', async () => {
    const draft = await by(AN).done('createModel', { ...NEW_MODEL, name: 'Có điều kiện' })
    const of = { modelId: draft.id, expectedRevision: 1 }
    expect(await by(AN).write('addCost', { ...of, text: 'x', amount: 5, amountMax: 2, currency: 'đồng', citations })).toMatchObject({ issues: [{ path: ['currency'] }] })
    expect(await by(AN).write('addCost', { ...of, text: 'x', amount: 5, amountMax: 2, currency: 'VND', citations })).toMatchObject({ issues: [{ code: 'INVERTED' }] })
    expect(await by(AN).write('addCondition', { ...of, text: 'Theo chúng tôi, cần người trực.', isEditorial: true }, 'condition { isEditorial citations { locator } }')).toMatchObject({ condition: { isEditorial: true, citations: [] } })
  })
})

describe('refusals', () => {
  const entries = async (actor: string) => (await sql<{ action: string; kind: string; id: string; payload: string }>`select action, record_kind as kind, record_id as id, payload from audit_entry where actor_id = ${actor} and right(action, 7) = '_DENIED' order by seq`.execute(opened.db)).rows

  it('by policy or by role are told in the log, the same one once', async () => {
    const viewer = { ...officer(), id: 'key-refused' }
    const { model } = await by(ANYBODY).read('{ model(slug: "camera-an-ninh") { id revision } }')
    const input = { id: model.id, expectedRevision: model.revision, reason: 'x' }
    for (let n = 0; n < 3; n += 1) {
      expect(await by(viewer).write('updateModel', { ...input, summary: 'x' })).toMatchObject({ __typename: 'ForbiddenError' })
      expect(await by(viewer).write('publishModel', input)).toMatchObject({ __typename: 'ForbiddenError' })
      expect(await by(viewer).write('createApiKey', { name: 'x', role: 'ADMIN' }, '__typename')).toMatchObject({ __typename: 'ForbiddenError' })
    }
    const told = await entries(viewer.id)
    expect(told.map(({ action, kind, id }) => [action, kind, id])).toEqual([
      ['MODEL_EDIT_DENIED', 'model', localOf(model.id)], ['PUBLISH_MODEL_DENIED', 'mutation', `publishModel:${model.id}`], ['CREATE_API_KEY_DENIED', 'mutation', 'createApiKey'],
    ])
    expect(JSON.parse(told[2]!.payload)).toMatchObject({ actorName: 'Công an phường', details: { message: expect.stringContaining('ADMIN') } })
    // What is no matter of rights is none of the log's; nor is anybody without an identity.
    await by(AN).write('publishModel', input)
    await by(ANYBODY).ask('mutation ($input: PublishModelInput!) { publishModel(input: $input) { __typename } }', { input })
    expect(await entries(AN.id)).toEqual([])
  })

  it('cannot fill the log', async () => {
    const viewer = { ...officer(), id: 'key-flood' }
    for (let n = 0; n < MAX_DENIALS + 15; n += 1) await by(viewer).write('revokeApiKey', { id: Buffer.from(`ApiKey:${n}`).toString('base64') }, '__typename')
    const told = await entries(viewer.id)
    expect(told).toHaveLength(MAX_DENIALS)
    expect(told.filter(({ payload }) => payload.includes('isLastOfTheHour')).map(({ id }) => id)).toEqual([told.at(-1)!.id])
    expect((await verifyAudit(opened.db)).faults).toEqual([])
  })
})

describe('erasing', () => {
  it('reaches every revision, what is published and searched, sources, reasons and the log; the chain holds, and the seed brings nothing back', async () => {
    // The privacy gate keeps names from being published; of one in small letters it doesn't know.
    const name = 'Bếp Lửa Nhỏ'
    const { model } = await by(ANYBODY).read('{ model(slug: "ong-giam-tai-nang") { id revision } model2: model(slug: "tieng-keng-an-ninh") { id revision } }').then(({ model, model2 }) => ({ model: model ?? model2 }))
    const slug = (await by(ANYBODY).read('query ($id: ID!) { node(id: $id) { ... on Model { slug } } }', { id: model.id })).node.slug
    const first = await by(AN).done('updateModel', { id: model.id, expectedRevision: model.revision, problem: `Do nhà ${name.toLowerCase()} kể lại.`, reason: `Theo lời ${name}` })
    const second = await by(AN).write('addSetback', { modelId: model.id, expectedRevision: first.revision, kind: 'STOPPED', text: `Nhà  bếp lửa\nNHỎ thôi làm.`, citations: [{ source: { title: `Phỏng vấn ${name}` } }] }, 'model { id revision }')
    await publish(opened.db, second.model)
    const third = await by(AN).done('updateModel', { id: model.id, expectedRevision: second.model.revision, problem: 'Nhiều hộ chưa có điện thoại.' })
    await publish(opened.db, third)

    const holds = async (): Promise<string[]> => {
      const tables = ['model_revision', 'model_step', 'source', 'source_revision', 'model', 'setback', 'model_search', 'audit_entry']
      const found: string[] = []
      for (const table of tables) {
        const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)} as t where normalize(to_jsonb(t)::text) ~* 'bếp(\\s|\\\\n)+lửa(\\s|\\\\n)+nhỏ' or to_jsonb(t) ->> 'text_words' like '%bep lua nho%'`.execute(opened.db)
        if (rows[0]!.n > 0) found.push(table)
      }
      return found
    }
    expect(await holds()).toEqual(['model_revision', 'model_step', 'source', 'source_revision', 'setback', 'model_search', 'audit_entry'])
    const input = { modelId: model.id, texts: [name], reason: 'Theo yêu cầu, Luật 91/2025/QH15' }
    const FIELDS = 'isDryRun revisions paths sourceCount auditEntryCount noteCount'
    expect(await by(BINH).write('erasePersonalData', input, FIELDS)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await by(CHI).write('erasePersonalData', { ...input, texts: ['a', `${name}\0`], reason: ' ' }, FIELDS)).toMatchObject({ issues: [{ path: ['texts', '0'] }, { path: ['texts', '1'] }, { path: ['reason'] }] })
    expect(await by(CHI).write('erasePersonalData', { ...input, reason: `Ông ${name} yêu cầu` }, FIELDS)).toMatchObject({ issues: [{ path: ['reason'], code: 'NOT_ALLOWED' }] })

    const expected = { revisions: [first.revision, second.model.revision, third.revision], paths: ['problem', 'setbacks.text'], sourceCount: 1, auditEntryCount: 1, noteCount: 2 }
    expect(await by(CHI).write('erasePersonalData', { ...input, dryRun: true }, FIELDS)).toEqual({ __typename: 'ErasePersonalDataSuccess', isDryRun: true, ...expected })
    expect(await holds()).toHaveLength(7)
    expect(await by(CHI).write('erasePersonalData', input, FIELDS)).toEqual({ __typename: 'ErasePersonalDataSuccess', isDryRun: false, ...expected })
    expect(await holds()).toEqual([])
    expect(await by(CHI).write('erasePersonalData', input, FIELDS)).toMatchObject({ __typename: 'NotFoundError' })

    const shown = (await by(ANYBODY).read(`{ model(slug: "${slug}") { problem setbacks { text citations { source { title } } } history { nodes { number erasedAt diff { path after } } } } }`)).model
    expect(shown.problem).toBe('Nhiều hộ chưa có điện thoại.')
    expect(shown.setbacks).toContainEqual({ text: `Nhà  ${TOMBSTONE} thôi làm.`, citations: [{ source: { title: `Phỏng vấn ${TOMBSTONE}` } }] })
    expect(shown.history.nodes.map(({ number, erasedAt }: any) => [number, erasedAt !== null])).toEqual([[third.revision, true], [second.model.revision, true], [model.revision, false]])
    const { faults, erased } = await verifyAudit(opened.db)
    expect([faults, erased]).toEqual([[], 1])
    const before = await sql`select id, title, revision from source order by id`.execute(opened.db)
    await seed(opened.db, { isForced: true })
    expect(await holds()).toEqual([])
    expect((await sql`select id, title, revision from source order by id`.execute(opened.db)).rows).toEqual(before.rows)
  })

  it('leaves ids, values of enums, dates and keys alone', () => {
    const document = { id: 'x-active', kind: 'ACTIVE', topics: ['active-life'], date: '2012', text: 'Active năm 2012, a.c-tive (active)', parts: [{ note: 'INACTIVE' }] }
    expect(redactValue(document, createRedact(['active', '2012']))).toEqual({
      value: { ...document, text: `${TOMBSTONE} năm ${TOMBSTONE}, a.c-tive (${TOMBSTONE})`, parts: [{ note: `IN${TOMBSTONE}` }] }, paths: ['parts.note', 'text'],
    })
    expect(redactValue(document, createRedact(['nothing like it'])).value).toBe(document)
    expect(createRedact(['a.c', 'a.c-t'])('a.c-tive abc')).toBe(`${TOMBSTONE}ive abc`)
  })
})
