/** The privacy gate: what it finds in a record, and letting a name pass. */
import { FINDING_KINDS } from '../../server/domain/privacy/gate.ts'
import { type HeldFinding, readFindings, type Release, releaseFinding } from '../../server/domain/privacy/release.ts'
import type { Written } from '../../server/domain/model/draft.ts'
import { findRevision } from '../../server/domain/model/overlay.ts'
import { BadUserInputError } from '../../server/errors.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { mutationPayload } from '../errors.ts'
import { localId } from '../ids.ts'
import { Model } from '../refs.ts'
import { expectedRevision, workingModel } from './written.ts'

const PrivacyFindingKind = labelledEnum('PrivacyFindingKind', 'What kind of personal data a text holds.', FINDING_KINDS, {
  PHONE: ['Số điện thoại', 'Refused. Lines that anybody calls (113, 1900…) are none.'],
  NATIONAL_ID: ['Số giấy tờ tùy thân', 'Refused: numbers of identity cards and passports.'],
  EMAIL: ['Thư điện tử', 'Refused.'],
  BANK_ACCOUNT: ['Số tài khoản', 'Refused: accounts, cards, and long numbers that nothing explains.'],
  PERSONAL_NAME: ['Tên người', 'May stand in a draft; to be handed in it is changed to a role, or released.'],
})
const PrivacyRelease = builder.objectRef<Release>('PrivacyRelease').implement({
  access: 'ANYONE',
  description: 'A curator’s decision that a finding may stay.',
  fields: (t) => ({
    reason: t.exposeString('reason', { description: 'Why.' }),
    releasedBy: t.exposeString('releasedBy', { description: 'Who decided.' }),
    releasedAt: t.expose('releasedAt', { type: 'DateTime', description: 'When.' }),
  }),
})
const PrivacyFinding = builder.objectRef<HeldFinding>('PrivacyFinding').implement({
  access: 'ANYONE',
  description: 'A place in a text that may hold personal data. It belongs to that very text: a changed one is inspected anew.',
  fields: (t) => ({
    id: t.id({ description: 'For `releasePrivacyFinding`.', resolve: ({ key }) => Buffer.from(`PrivacyFinding:${key}`).toString('base64') }),
    path: t.stringList({ description: 'The text, from the record inwards; numbers are places in a list, from 0.', resolve: ({ path }) => path.map(String) }),
    start: t.exposeInt('start', { description: 'Where in the text it begins, in UTF-16 code units from 0.' }),
    end: t.exposeInt('end', { description: 'Where it has ended.' }),
    text: t.exposeString('text', { description: 'What was found, as written.' }),
    kind: t.field({ type: PrivacyFindingKind, description: 'What it is.', resolve: ({ kind }) => kind }),
    reason: t.exposeString('reason', { description: 'What is wrong and what to do, in Vietnamese.' }),
    isBlocking: t.exposeBoolean('isBlocking', { description: 'Whether it keeps the record from being handed in and published.' }),
    release: t.field({ type: PrivacyRelease, nullable: true, description: 'Who let it pass, and why; null = nobody.', resolve: ({ release }) => release }),
  }),
})

builder.objectFields(Model, (t) => ({
  privacyFindings: t.field({
    type: [PrivacyFinding], sql: ['id', 'revision'], description: 'What the privacy gate finds in this revision. For those who may edit the record; empty for others.',
    resolve: async ({ id, revision }, _args, { db, viewer }) => {
      const held = viewer === null ? undefined : await findRevision(db, viewer, id, revision)
      return held === undefined ? [] : readFindings(db, id, held.document)
    },
  }),
}))

const ReleasePrivacyFindingInput = builder.inputType('ReleasePrivacyFindingInput', {
  description: 'Which finding of which record may stay.',
  fields: (t) => ({
    modelId: t.id({ required: true, description: 'Global id of the model.' }),
    expectedRevision: expectedRevision(t),
    findingId: t.id({ required: true, description: 'The finding’s `id`.' }),
    reason: t.string({ required: true, description: 'Why the name may stay: a historical person, the name of a body.' }),
  }),
})
const ReleasePrivacyFindingPayload = mutationPayload<Written>('ReleasePrivacyFinding', { access: 'ANYONE', description: 'The finding no longer keeps the record.', fields: (t) => ({ model: workingModel(t) }) })

/** @throws BadUserInputError */
function findingKey(given: string): string {
  const key = /^PrivacyFinding:([0-9a-f]{32})$/.exec(Buffer.from(given, 'base64').toString('latin1'))?.[1]
  if (key === undefined) throw new BadUserInputError('`findingId` is not the id of a PrivacyFinding; give an `id` that this API answered with.')
  return key
}

builder.mutationFields((t) => ({
  releasePrivacyFinding: t.field({
    type: ReleasePrivacyFindingPayload, access: 'CURATOR', description: 'Lets a name that the privacy gate found stay, in this very text. Numbers, accounts and addresses are never released.',
    args: { input: t.arg({ type: ReleasePrivacyFindingInput, required: true, description: 'Which finding, and why.' }) },
    resolve: (_root, { input }, { db, viewer }) => releaseFinding(db, assertSignedIn(viewer), { ...input, modelId: localId('Model', 'modelId', input.modelId), findingKey: findingKey(input.findingId) }),
  }),
}))
