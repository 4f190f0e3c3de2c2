/** Bringing in many records from a file: looked at first, then done as a job. */
import { DuplicateVerdict } from './model/duplicates.ts'
import { FieldChange } from './model/history.ts'
import { findImport, IMPORT_STATES, type ImportInput as Given, type ImportView, MAX_TOLD, startImport } from '../server/domain/import/job.ts'
import { previewImport, type RowChange } from '../server/domain/import/preview.ts'
import { IMPORT_FORMATS } from '../server/domain/import/read.ts'
import type { RowIssue } from '../server/domain/import/fault.ts'
import type { DuplicateFound } from '../server/domain/import/inspect.ts'
import { readNodes } from '../server/domain/node.ts'
import { resumeImport, STOPPED_DAYS } from '../server/domain/import/stop.ts'
import { assertSignedIn } from '../server/domain/viewer.ts'
import { builder } from './builder.ts'
import { labelledEnum } from './enums.ts'
import { mutationPayload } from './errors.ts'
import { globalId, localId } from './ids.ts'
import { Model } from './refs.ts'
import { selectionOf } from './select.ts'

const ImportFormat = labelledEnum('ImportFormat', 'What kind of file it is.', IMPORT_FORMATS, {
  CSV: ['CSV', 'Comma, semicolon or tab between cells; UTF-8, UTF-16, windows-1258 or TCVN3.'],
  XLSX: ['Excel', 'The first visible sheet whose headings are known. `GET /import-template.xlsx` is one to fill in.'],
  JSON: ['JSON', 'A list of objects in the words of `CreateModelInput`, or a catalogue from `GET /export.json`.'],
  NDJSON: ['NDJSON', 'One such object a line, or a catalogue from `GET /export.ndjson`.'],
})
const ImportState = labelledEnum('ImportState', 'How far an import is.', IMPORT_STATES, {
  PREVIEW: ['Xem trước', 'Looked at; nothing was or will be written.'],
  QUEUED: ['Đang chờ', 'Waits for a process to do it.'],
  RUNNING: ['Đang nhập', 'Is being done; what is done stays, whatever happens.'],
  STOPPED: ['Đã dừng', 'Whoever it ran for may no longer do it (their key was revoked, has expired, or says less): `issues` says why. What was brought in stays; `resumeImport` has it go on.'],
  SUCCEEDED: ['Đã xong', 'Every row is decided: brought in, or refused with its issues.'],
  FAILED: ['Không nhập được', 'It ended before every row was decided, mostly because the file cannot be read; `issues` says why.'],
})
const ImportSeverity = labelledEnum('ImportSeverity', 'Whether an issue keeps its row out.', ['ERROR', 'WARNING'], {
  ERROR: ['Lỗi', 'The row is refused.'],
  WARNING: ['Cảnh báo', 'The row is taken; the message says what was made of it.'],
})
const ImportRowKind = labelledEnum('ImportRowKind', 'What a row does.', ['CREATE', 'UPDATE'], {
  CREATE: ['Tạo mới', 'Makes a record, as a draft.'],
  UPDATE: ['Sửa', 'Gives a record that stands its next revision, as a draft.'],
})

const ImportIssue = builder.objectRef<RowIssue>('ImportIssue').implement({
  access: 'SIGNED_IN', description: 'One thing to say about a row.',
  fields: (t) => ({
    row: t.exposeInt('row', { description: 'As a spreadsheet counts, from 1; of JSON the place in the list; 0 = the file as a whole.' }),
    path: t.stringList({ description: 'The column by its key, such as `startedOn`; of whole documents the field, from the record inwards.', resolve: ({ path }) => path.map(String) }),
    code: t.exposeString('code', { description: 'Stable name of what it is.' }),
    message: t.exposeString('message', { description: 'What is wrong, and what to do.' }),
    severity: t.field({ type: ImportSeverity, description: 'Whether the row is refused for it.', resolve: ({ severity }) => severity }),
  }),
})
const ImportCandidate = builder.objectRef<DuplicateFound>('ImportCandidate').implement({
  access: 'SIGNED_IN', description: 'A record, or another row of the file, that a row may be a duplicate of.',
  fields: (t) => ({
    model: t.field({
      type: Model, nullable: true, description: 'The record; null when it went meanwhile, and for a row that has made none yet.',
      resolve: async ({ modelId }, _args, { db, viewer }, info) => (await readNodes(db, viewer, [{ type: 'Model', id: modelId }], () => selectionOf(info)))[0] as never,
    }),
    row: t.int({ nullable: true, description: 'The row of the same file, which stands before this one; null for a record that the catalogue has.', resolve: ({ row }) => row ?? null }),
    verdict: t.field({ type: DuplicateVerdict, description: 'What follows from the reasons.', resolve: ({ verdict }) => verdict }),
    score: t.exposeFloat('score', { description: 'How alike they are, 0 to 1.' }),
    reasons: t.exposeStringList('reasons', { description: 'What speaks for it and against it, in Vietnamese.' }),
  }),
})
const ImportDuplicates = builder.objectRef<ImportView['duplicates'][number]>('ImportDuplicates').implement({
  access: 'SIGNED_IN', description: 'A row that the catalogue, or the file above it, may have already.',
  fields: (t) => ({
    row: t.exposeInt('row', { description: 'The row.' }),
    candidates: t.field({ type: [ImportCandidate], description: 'The likeliest first, three at most.', resolve: ({ candidates }) => candidates }),
  }),
})
const ImportChange = builder.objectRef<RowChange>('ImportChange').implement({
  access: 'SIGNED_IN', description: 'What a row makes or changes.',
  fields: (t) => ({
    row: t.exposeInt('row', { description: 'The row.' }),
    kind: t.field({ type: ImportRowKind, description: 'Whether a record is made or changed.', resolve: ({ kind }) => kind }),
    modelId: t.id({ nullable: true, description: 'Global id of the record; null for one that a preview would make.', resolve: ({ modelId }) => modelId && globalId('Model', modelId) }),
    fields: t.field({ type: [FieldChange], description: 'What it would change, field by field, in a preview; of a job the record’s `history` tells.', resolve: ({ changes }) => changes }),
  }),
})

const first = (t: { arg: { int(options: object): any } }) => ({ first: t.arg.int({ description: `The first so many, at most ${MAX_TOLD}; all of these unless said.` }) })
const cut = <T>(list: readonly T[], count: unknown): T[] => list.slice(0, typeof count === 'number' && count >= 0 ? count : MAX_TOLD)

const Import = builder.objectRef<ImportView>('Import').implement({
  access: 'SIGNED_IN', description: 'A file of records: what it would do, or what became of it.',
  fields: (t) => ({
    id: t.id({ nullable: true, description: 'For `import`; null for a preview.', resolve: ({ id }) => id && globalId('Import', id) }),
    state: t.field({ type: ImportState, description: 'How far it is.', resolve: ({ state }) => state }),
    isRestore: t.boolean({ description: 'Whether it is a whole catalogue that an administrator brings into an empty database: published as it was, not drafted.', resolve: ({ mode }) => mode === 'RESTORE' }),
    format: t.field({ type: ImportFormat, description: 'What kind of file.', resolve: ({ format }) => format }),
    rows: t.exposeInt('rows', { nullable: true, description: 'Rows of the file; null before it is read.' }),
    progress: t.float({ description: 'Share of the rows that are decided, 0 to 1.', resolve: ({ state, rows, done }) => (state === 'SUCCEEDED' ? 1 : rows ? done / rows : 0) }),
    created: t.exposeInt('created', { description: 'Rows that make a record.' }),
    updated: t.exposeInt('updated', { description: 'Rows that change one.' }),
    unchanged: t.exposeInt('unchanged', { description: 'Rows that say what the catalogue says already.' }),
    refused: t.exposeInt('refused', { description: 'Rows with errors, of which nothing is written.' }),
    issueCount: t.exposeInt('issueCount', { description: 'All issues, told here or not.' }),
    issues: t.field({ type: [ImportIssue], args: first(t), description: 'In the order of rows.', resolve: ({ issues }, args) => cut(issues, args.first) }),
    duplicates: t.field({ type: [ImportDuplicates], args: first(t), description: 'New rows that the catalogue, or an earlier row, may have already. They are imported all the same: whoever reviews them decides.', resolve: ({ duplicates }, args) => cut(duplicates, args.first) }),
    changes: t.field({ type: [ImportChange], args: first(t), description: 'What the rows make and change.', resolve: ({ changes }, args) => cut(changes, args.first) }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was begun; null for a preview.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended; null = not yet.' }),
  }),
})

const content = (t: Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]) => ({
  format: t.field({ type: ImportFormat, required: true, description: 'What kind of file.' }),
  content: t.string({ required: true, description: 'The file in base64, at most 10 MB before. Give it as a variable.' }),
  idempotencyKey: t.string({ description: 'A name for this very import, unique to the caller: sent again with the same file it answers with the same job, with another it is a CONFLICT. Unless said, the file’s own content.' }),
})
const PreviewImportInput = builder.inputType('PreviewImportInput', { description: 'A file to look at.', fields: content })
const RunImportInput = builder.inputType('RunImportInput', { description: 'A file to bring in.', fields: content })
const PreviewImportPayload = mutationPayload<{ view: ImportView }>('PreviewImport', { access: 'SIGNED_IN', description: 'What the file would do.', fields: (t) => ({ import: t.field({ type: Import, description: 'Every row, judged as `runImport` would.', resolve: ({ view }) => view }) }) })
const RunImportPayload = mutationPayload<{ view: ImportView }>('RunImport', { access: 'SIGNED_IN', description: 'The job is begun, or was before.', fields: (t) => ({ import: t.field({ type: Import, description: 'How far it is now.', resolve: ({ view }) => view }) }) })
const ResumeImportInput = builder.inputType('ResumeImportInput', { description: 'Which import.', fields: (t) => ({ id: t.id({ required: true, description: 'Its `id`.' }) }) })
const ResumeImportPayload = mutationPayload<{ view: ImportView }>('ResumeImport', { access: 'SIGNED_IN', description: 'It goes on.', fields: (t) => ({ import: t.field({ type: Import, description: 'How far it is now.', resolve: ({ view }) => view }) }) })

builder.queryFields((t) => ({
  import: t.field({
    type: Import, nullable: true, access: 'SIGNED_IN', description: 'How far an import has come; null when there is none that the caller began. Curators see everybody’s.',
    args: { id: t.arg.id({ required: true, description: 'Its `id`.' }) },
    resolve: (_root, { id }, { db, viewer }) => findImport(db, viewer, localId('Import', 'id', id)),
  }),
}))
builder.mutationFields((t) => ({
  previewImport: t.field({
    type: PreviewImportPayload, access: 'SIGNED_IN', description: 'Says what an import would do: issues by row, what would change, what the catalogue may have already. Writes nothing.',
    args: { input: t.arg({ type: PreviewImportInput, required: true, description: 'The file.' }) },
    resolve: async (_root, { input }, { db, viewer }) => ({ view: await previewImport(db, assertSignedIn(viewer), input as Given) }),
  }),
  runImport: t.field({
    type: RunImportPayload, access: 'SIGNED_IN', description: 'Begins an import and answers at once; ask `import` how far it is. Rows become drafts of the caller. A whole catalogue that an administrator brings into a database without records is published as it was.',
    args: { input: t.arg({ type: RunImportInput, required: true, description: 'The file.' }) },
    resolve: async (_root, { input }, { db, viewer }) => {
      const signedIn = assertSignedIn(viewer)
      return { view: (await findImport(db, signedIn, await startImport(db, signedIn, input as Given)))! }
    },
  }),
  resumeImport: t.field({
    type: ResumeImportPayload, access: 'SIGNED_IN',
    description: `Has an import that is STOPPED go on where it was, for the caller: the rows that are left are judged by their rights and become their drafts. For whoever began it, and curators; within ${STOPPED_DAYS} days, then it is ended and its file deleted.`,
    args: { input: t.arg({ type: ResumeImportInput, required: true, description: 'Which import.' }) },
    resolve: async (_root, { input }, { db, viewer }) => {
      const signedIn = assertSignedIn(viewer)
      return { view: (await findImport(db, signedIn, await resumeImport(db, signedIn, localId('Import', 'id', input.id))))! }
    },
  }),
}))
