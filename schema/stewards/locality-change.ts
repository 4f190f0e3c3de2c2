/** Decisions that change units: looked at first, then recorded, once. */
import { previewLocalityChange, recordLocalityChange } from '../../server/domain/locality/change.ts'
import { LOCALITY_DECISIONS } from '../../server/domain/locality/decision.ts'
import type { LocalityImpact, RecordMoved, UnitMoved, UnitOutline } from '../../server/domain/locality/impact.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { labelledEnum } from '../enums.ts'
import { mutationPayload } from '../errors.ts'
import { globalId } from '../ids.ts'

/** Records that an answer tells one by one. */
const MAX_RECORDS = 200

const LocalityDecision = labelledEnum('LocalityDecision', 'What a decision does to units.', LOCALITY_DECISIONS, {
  MERGE: ['Nhập', 'Two or more become one new unit; what lies in them lies in it.'],
  SPLIT: ['Chia, tách', 'One becomes several new units.'],
  RENAME: ['Đổi tên', 'One gets another name, or another type word (xã → phường); it lives on.'],
  ABOLISH: ['Giải thể', 'One or more end, and nothing takes their place.'],
})
const ModelPlaceRole = labelledEnum('ModelPlaceRole', 'What a place is to a model.', ['ORIGIN', 'REPLICATION', 'POINT'], {
  ORIGIN: ['Khởi nguồn', 'It was born there.'], REPLICATION: ['Nhân rộng', 'It went there.'], POINT: ['Điểm', 'A site of it is there.'],
})

const LegalBasisInput = builder.inputType('LegalBasisInput', {
  description: 'The decision, by its paper.',
  fields: (t) => ({
    number: t.string({ description: 'Its number, such as `1668/NQ-UBTVQH15`.' }),
    title: t.string({ required: true, description: 'Its title.' }),
    issuer: t.string({ required: true, description: 'Who issued it.' }),
    issuedOn: t.field({ type: 'PartialDate', description: 'When it was issued.' }),
  }),
})
const NewUnitInput = builder.inputType('NewUnitInput', {
  description: 'A unit that a decision makes.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its full name with the type word: `Phường Ninh Kiều`.' }),
    code: t.string({ description: 'Its code; one that another unit holds today is refused.' }),
    parent: t.string({ description: 'The unit that it lies in: a slug, `code@date` or code. What all the old ones lie in, unless said.' }),
  }),
})
const fields = (t: Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]) => ({
  kind: t.field({ type: LocalityDecision, required: true, description: 'What it does.' }),
  effectiveOn: t.field({ type: 'Date', required: true, description: 'The first day of the new units, and the first without the old ones; not after today.' }),
  legalBasis: t.field({ type: LegalBasisInput, required: true, description: 'By which paper.' }),
  units: t.stringList({ required: true, description: 'The units that it concerns, as of the day before: slugs, `code@date` or codes.' }),
  into: t.field({ type: [NewUnitInput], description: 'What becomes of them: one unit for MERGE, two or more for SPLIT, the new name for RENAME, nothing for ABOLISH.' }),
  note: t.string({ description: 'What else should be known.' }),
})
const RecordLocalityChangeInput = builder.inputType('RecordLocalityChangeInput', { description: 'A decision on units.', fields })
const PreviewLocalityChangeInput = builder.inputType('PreviewLocalityChangeInput', { description: 'The same as `recordLocalityChange` takes.', fields })

const Outline = builder.objectRef<UnitOutline>('UnitOutline').implement({
  access: 'ANYONE', description: 'A unit that another one becomes.',
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'Its slug.' }), fullName: t.exposeString('fullName', { description: 'Its full name.' }),
    isWhole: t.exposeBoolean('isWhole', { description: 'Whether all of the old one becomes part of it.' }),
  }),
})
const Moved = builder.objectRef<UnitMoved>('UnitMove').implement({
  access: 'ANYONE', description: 'A unit that ends or is renamed, and what becomes of it.',
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'Its slug, which stays its own.' }), fullName: t.exposeString('fullName', { description: 'Its full name until now.' }),
    becomes: t.field({ type: [Outline], description: 'What it becomes; nothing when it is abolished.', resolve: ({ becomes }) => becomes }),
  }),
})
const Rolled = builder.objectRef<RecordMoved>('RecordMove').implement({
  access: 'ANYONE', description: 'A place of a published model, and today’s units that it counts for. The place itself keeps its name.',
  fields: (t) => ({
    modelId: t.id({ description: 'Global id of the model.', resolve: ({ modelId }) => globalId('Model', modelId) }),
    modelSlug: t.exposeString('modelSlug', { description: 'Its slug.' }), modelName: t.exposeString('modelName', { description: 'Its name.' }),
    role: t.field({ type: ModelPlaceRole, description: 'What the place is to it.', resolve: ({ role }) => role }),
    place: t.exposeString('place', { description: 'The unit that the place was then.' }),
    before: t.exposeStringList('before', { description: 'Today’s units that it counted for until now.' }), after: t.exposeStringList('after', { description: 'Those that it counts for from now on.' }),
  }),
})
const outcome = (t: any) => ({
  units: t.field({ type: [Moved], description: 'Every unit that ends or is renamed, with what lies in it.', resolve: ({ units }: LocalityImpact) => units }),
  records: t.field({ type: [Rolled], description: `Places of published models that roll up otherwise; the first ${MAX_RECORDS}, by the model’s slug.`, resolve: ({ records }: LocalityImpact) => records.slice(0, MAX_RECORDS) }),
  recordCount: t.int({ description: 'How many there are.', resolve: ({ records }: LocalityImpact) => records.length }),
  modelCount: t.exposeInt('modelCount', { description: 'How many published models they are of: each was brought up to date, in search too.' }),
  pointCount: t.int({ description: 'How many of the places are sites (điểm).', resolve: ({ records }: LocalityImpact) => records.filter(({ role }) => role === 'POINT').length }),
})
const PreviewPayload = mutationPayload<LocalityImpact>('PreviewLocalityChange', { access: 'CURATOR', description: 'What would be done. Nothing was.', fields: outcome })
const RecordPayload = mutationPayload<LocalityImpact>('RecordLocalityChange', {
  access: 'CURATOR', description: 'The decision is applied.',
  fields: (t) => ({ changeId: t.id({ description: 'By which the audit log names it.', resolve: ({ changeId }) => changeId }), ...outcome(t) }),
})

builder.mutationFields((t) => ({
  previewLocalityChange: t.field({
    access: 'CURATOR', type: PreviewPayload,
    description: 'Says what a decision on units would do, by doing it and taking it back: which unit becomes which, and where every record rolls up. For curators.',
    args: { input: t.arg({ type: PreviewLocalityChangeInput, required: true, description: 'The decision.' }) },
    resolve: (_root, { input }, { db, viewer }) => previewLocalityChange(db, assertSignedIn(viewer), input),
  }),
  recordLocalityChange: t.field({
    access: 'CURATOR', type: RecordPayload,
    description: 'Applies a decision that merges, splits, renames or abolishes units. Records keep the names that their places had, and roll up to the new units, once. The same units on the same day a second time are a CONFLICT that names the first decision. For curators.',
    args: { input: t.arg({ type: RecordLocalityChangeInput, required: true, description: 'The decision.' }) },
    resolve: (_root, { input }, { db, viewer }) => recordLocalityChange(db, assertSignedIn(viewer), input),
  }),
}))
