/** Erasing what a record says of a person. */
import { type Erased, erasePersonalData } from '../../server/domain/model/erase.ts'
import { assertSignedIn } from '../../server/domain/viewer.ts'
import { builder } from '../builder.ts'
import { mutationPayload } from '../errors.ts'
import { localId } from '../ids.ts'

const ErasePersonalDataInput = builder.inputType('ErasePersonalDataInput', {
  description: 'What is to be erased, of which record.',
  fields: (t) => ({
    modelId: t.id({ required: true, description: 'Global id of the model whose record holds it.' }),
    texts: t.stringList({ required: true, description: '1 to 20 texts of 3 to 300 characters, such as a name or a number: each is replaced by `[đã xóa]` wherever it stands, however it is capitalised.' }),
    reason: t.string({ required: true, description: 'Why, and by what right, without personal data: it is kept.' }),
    dryRun: t.boolean({ description: 'True = say what would be changed, and change nothing.' }),
  }),
})
const ErasePersonalDataPayload = mutationPayload<Erased>('ErasePersonalData', {
  access: 'ADMIN', description: 'The texts are gone from everything that is kept of the record; the audit log says that they were erased, not what they were.',
  fields: (t) => ({
    isDryRun: t.exposeBoolean('isDryRun', { description: 'True = this is what would be changed; nothing was.' }),
    revisions: t.exposeIntList('revisions', { description: 'Numbers of the revisions whose document lost a text; each keeps a mark, `Revision.erasedAt`.' }),
    paths: t.exposeStringList('paths', { description: 'Where in the documents, as `FieldChange.path`.' }),
    sourceCount: t.exposeInt('sources', { description: 'Sources of the record that lost a text; other records that name them show them so, too.' }),
    auditEntryCount: t.exposeInt('auditEntries', { description: 'Entries of the audit log whose name, reason and details were erased. The chain holds.' }),
    noteCount: t.exposeInt('notes', { description: 'Reasons of revisions, steps and merges, and reports about the record, that lost a text.' }),
    importCount: t.exposeInt('imports', { description: 'Imports whose reports lost a text, whatever they were of. One that was not done and whose file held it was ended (`ERASED`): what it brought in stays.' }),
  }),
})

builder.mutationFields((t) => ({
  erasePersonalData: t.field({
    type: ErasePersonalDataPayload, access: 'ADMIN',
    description: 'Erases texts from every revision of a record, earlier ones too, from its sources, the reasons beside them, what was reported of it, the reports of imports, and the audit log about it. What is published and searched follows at once. It cannot be undone. For administrators.',
    args: { input: t.arg({ type: ErasePersonalDataInput, required: true, description: 'What, and why.' }) },
    resolve: (_root, { input }, { db, viewer }) => erasePersonalData(db, assertSignedIn(viewer), { ...input, modelId: localId('Model', 'modelId', input.modelId) }),
  }),
}))
