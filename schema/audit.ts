/** The audit log, for administrators: who did what, whether all of it is there, and erasing what it says of people. */
import { parseAnchor } from '../server/domain/audit/chain.ts'
import { eraseAuditEntries } from '../server/domain/audit/erase.ts'
import { type AuditEntryRow, listAuditEntries } from '../server/domain/audit/read.ts'
import { type AuditFault as Fault, type AuditReport, verifyAudit } from '../server/domain/audit/verify.ts'
import { assertSignedIn } from '../server/domain/viewer.ts'
import { builder } from './builder.ts'
import { AuditFaultKind } from './enums.ts'
import { mutationPayload } from './errors.ts'
import { connectionType, pageArgs, pageCost, toConnection } from './pagination.ts'
import { selectionOf } from './select.ts'

const AuditFault = builder.objectRef<Fault>('AuditFault').implement({
  access: 'ADMIN',
  description: 'Something wrong with the audit log.',
  fields: (t) => ({
    kind: t.field({ type: AuditFaultKind, description: 'What is wrong.', resolve: ({ kind }) => kind }),
    entry: t.exposeInt('seq', { description: 'Number of the entry, or of the first that is missing.' }),
    message: t.exposeString('message', { description: 'The same in words.' }),
  }),
})

const AuditVerification = builder.objectRef<AuditReport>('AuditVerification').implement({
  access: 'ADMIN',
  description: 'What a check of the whole audit log found.',
  fields: (t) => ({
    isWhole: t.boolean({ description: 'True when nothing is wrong.', resolve: ({ faults }) => faults.length === 0 }),
    entryCount: t.exposeInt('entries', { description: 'Entries that were checked.' }),
    erasedCount: t.exposeInt('erased', { description: 'Entries among them whose payload was erased, with an explanation.' }),
    anchor: t.string({ description: 'The end of the log as `number:hash`. Kept elsewhere and given to a later check, it shows a log that was written anew.', resolve: ({ head }) => `${head.seq}:${head.hash}` }),
    faults: t.field({ type: [AuditFault], description: 'What is wrong; the first hundred.', resolve: ({ faults }) => faults }),
  }),
})

const AuditEntry = builder.objectRef<AuditEntryRow>('AuditEntry').implement({
  access: 'ADMIN',
  description: 'That somebody did something to a record. Written in the transaction of the change; never changed, never removed.',
  fields: (t) => ({
    entry: t.exposeInt('seq', { description: 'Its number, from 1, without gaps.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    actorId: t.exposeString('actorId', { nullable: true, description: 'Who, as `Viewer.actorId`; null = the program itself.' }),
    actorRole: t.exposeString('actorRole', { nullable: true, description: 'Their role then; null = the program itself.' }),
    actorName: t.exposeString('actorName', { nullable: true, description: 'Their name then; null when it was erased, and for the program itself.' }),
    action: t.exposeString('action', { description: 'What was done, such as `API_KEY_CREATED`.' }),
    recordKind: t.exposeString('recordKind', { description: 'The kind of record that it was done to.' }),
    recordId: t.exposeString('recordId', { description: 'Which one: its id within its kind.' }),
    revision: t.exposeInt('revision', { nullable: true, description: 'The revision that came of it, where there are revisions.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, in their words; null when none was given, and when it was erased.' }),
    details: t.exposeString('details', { nullable: true, description: 'What else should be known, as JSON; null when nothing, and when it was erased.' }),
    erasedBy: t.exposeInt('erasedBy', { nullable: true, description: 'Number of the entry that says who erased name, reason and details, and why; null = they are there.' }),
    hash: t.exposeString('hash', { description: 'SHA-256 over this entry and the hash of the one before.' }),
  }),
})
const AuditEntryConnection = connectionType(AuditEntry, 'entries of the audit log')

const EraseAuditEntriesInput = builder.inputType('EraseAuditEntriesInput', {
  description: 'What the audit log should forget: exactly one of `entries`, `actorId`, or `recordKind` with `recordId`.',
  fields: (t) => ({
    entries: t.intList({ description: 'Numbers of entries, at most 1,000.' }),
    actorId: t.string({ description: 'All that this caller did.' }),
    recordKind: t.string({ description: 'With `recordId`: all that was done to this record.' }),
    recordId: t.string({ description: 'With `recordKind`.' }),
    reason: t.string({ required: true, description: 'Why, and by what right, without personal data: it is kept.' }),
    correction: t.string({ description: 'To rectify: what should stand instead, as a JSON object; kept as an entry of its own.' }),
  }),
})
const EraseAuditEntriesPayload = mutationPayload<{ erasedCount: number }>('EraseAuditEntries', {
  access: 'ADMIN',
  description: 'Names, reasons and details are gone; the entries stand, and the chain holds.',
  fields: (t) => ({ erasedCount: t.exposeInt('erasedCount', { description: 'How many entries lost them.' }) }),
})

builder.mutationFields((t) => ({
  eraseAuditEntries: t.field({
    access: 'ADMIN', type: EraseAuditEntriesPayload,
    description: 'Erases what entries of the audit log say of people (names, reasons, details), or rectifies it. Who did what to which record, and when, stays: ids are no names. It cannot be undone. For administrators.',
    args: { input: t.arg({ type: EraseAuditEntriesInput, required: true, description: 'Which entries, and why.' }) },
    resolve: async (_root, { input }, { db, viewer }) => ({ erasedCount: await eraseAuditEntries(db, assertSignedIn(viewer), input) }),
  }),
}))

builder.queryFields((t) => ({
  auditEntries: t.field({
    access: 'ADMIN', type: AuditEntryConnection,
    description: 'The audit log, the newest first. Errors: UNAUTHENTICATED, FORBIDDEN for others than admins, BAD_USER_INPUT.',
    args: {
      actorId: t.arg.string({ description: 'Only what this caller did.' }),
      recordKind: t.arg.string({ description: 'Only what was done to records of this kind, such as `api_key`.' }),
      recordId: t.arg.string({ description: 'With `recordKind`: only what was done to this record.' }),
      ...pageArgs(),
    },
    complexity: pageCost,
    resolve: async (_root, args, { db, viewer }, info) => toConnection(await listAuditEntries(db, viewer, args, selectionOf(info)), args),
  }),
  auditVerification: t.field({
    access: 'ADMIN', type: AuditVerification,
    description: 'Checks the audit log from its beginning: every byte of every entry, that none is missing, that every erasure is explained. `npm run audit:verify` does the same. Errors: UNAUTHENTICATED, FORBIDDEN for others than admins, BAD_USER_INPUT.',
    args: { anchor: t.arg.string({ description: 'The `anchor` of an earlier check.' }) },
    resolve: (_root, { anchor }, { db }) => verifyAudit(db, { anchor: parseAnchor(anchor) }),
  }),
}))
